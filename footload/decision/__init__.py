"""From findings to what may be considered: evidence as data and a small engine."""
