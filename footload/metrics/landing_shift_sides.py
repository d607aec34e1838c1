"""The medial shift of both feet in a landing beside each other: left minus right, as in squats.

A plain difference: shifts have a sign and may be near zero, where an index divided by their sum means nothing. New and
not validated; no size of it is known to mean anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from footload.errors import UndefinedMetricError
from footload.metrics.landing_foot import (
    landing_medial_shift_at_peak_force,
    landing_medial_shift_early,
    landing_medial_shift_peak,
)
from footload.metrics.registry import Scope, metric
from footload.tasks.landing_feet import LandingFeet, LandingFoot
from footload.trials import Side

_LEFT_MORE: Final = (
    "high = the left foot's CoP moves further medially than the right one's; negative = the right one's does"
)


@metric(
    label="CoP medial shift 20 to 100 ms after landing, left minus right",
    unit="%",
    scope=Scope.LANDING_FEET,
    citation="evidence_cms",
    direction=_LEFT_MORE,
    needs_medial=True,
    per_side=False,
)
def landing_medial_shift_early_asymmetry(feet: LandingFeet) -> float:
    """Mean medial shift from 20 to 100 ms of the left foot minus that of the right, in per cent of foot width. [%]

    Each foot from its own touchdown, against its own quiet stance and in per cent of its own width.
    """
    return _left_minus_right(feet, landing_medial_shift_early)


@metric(
    label="CoP medial shift in landing, peak, left minus right",
    unit="%",
    scope=Scope.LANDING_FEET,
    citation="evidence_cms",
    direction=_LEFT_MORE,
    needs_medial=True,
    per_side=False,
)
def landing_medial_shift_peak_asymmetry(feet: LandingFeet) -> float:
    """Most medial shift within 250 ms of the left foot minus that of the right, in per cent of foot width. [%]

    Each foot has its peak at its own time.
    """
    return _left_minus_right(feet, landing_medial_shift_peak)


@metric(
    label="CoP medial shift at peak landing force, left minus right",
    unit="%",
    scope=Scope.LANDING_FEET,
    citation="evidence_cms",
    direction=_LEFT_MORE,
    needs_medial=True,
    per_side=False,
)
def landing_medial_shift_at_peak_force_asymmetry(feet: LandingFeet) -> float:
    """Medial shift at the foot's own highest force, left minus right, in per cent of foot width. [%]

    Each foot at its own highest force within 250 ms, which need not be at one time.
    """
    return _left_minus_right(feet, landing_medial_shift_at_peak_force)


def _left_minus_right(feet: LandingFeet, value_of: Callable[[LandingFoot], float]) -> float:
    values: dict[Side, float] = {}
    for side in Side:
        foot = feet.of(side)
        if foot is None:
            raise UndefinedMetricError(
                f"The {side} foot is not seen on its own in this landing, so the sides cannot be compared."
            )
        try:
            values[side] = value_of(foot)
        except UndefinedMetricError as error:
            raise UndefinedMetricError(f"The sides cannot be compared; the {side} foot: {error}") from error
    return values[Side.LEFT] - values[Side.RIGHT]
