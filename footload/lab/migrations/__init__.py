"""The way from every released schema of the laboratory's database to the present one."""
