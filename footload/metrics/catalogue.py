"""Brings every topic of metrics into the registry; a new topic is one more line here."""

from footload.metrics import arch, gait_line, loading, medial_shift

TOPICS = (medial_shift, loading, arch, gait_line)
"""The modules that hold formulas, in the order of tables."""
