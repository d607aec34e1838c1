"""Whether a recording can carry what is computed from it: quality notes on the findings that each fault touches."""
