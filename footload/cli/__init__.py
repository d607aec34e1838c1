"""The command `footload`: the one place that puts the three packages together."""
