"""Brings every topic of metrics into the registry; a new topic is one more line here."""

from footload.metrics import arch, balances, gait_line, loading, medial_shift, roll_off, standing, walking

TOPICS = (medial_shift, walking, standing, loading, arch, gait_line, roll_off, balances)
"""The modules that hold formulas, in the order of tables."""
