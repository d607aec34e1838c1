"""The laboratory's folder of files, which are the truth, and the database that finds things in it."""
