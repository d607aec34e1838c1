"""Brings every topic of metrics into the registry; a new topic is one more line here."""

from footload.metrics import (
    arch,
    balances,
    gait_line,
    jump,
    knee,
    landing,
    landing_foot,
    limbs,
    loading,
    medial_shift,
    roll_off,
    stability,
    standing,
    sway,
    sway_area,
    sway_spectrum,
    walking,
)

TOPICS = (
    medial_shift,
    knee,
    limbs,
    landing_foot,
    landing,
    stability,
    jump,
    sway,
    sway_area,
    sway_spectrum,
    walking,
    standing,
    loading,
    arch,
    gait_line,
    roll_off,
    balances,
)
"""The modules that hold formulas, in the order of tables."""
