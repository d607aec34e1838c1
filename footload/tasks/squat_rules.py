"""What counts as a squat, and how slow one may be before the force no longer shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from footload.tasks.vertical_motion import MM_PER_M, RestRules
from footload.units import STANDARD_GRAVITY_M_PER_S2


@dataclass(frozen=True, slots=True)
class SquatRules:
    """What counts as a squat. None of these is from the literature.

    Parameters
    ----------
    least_depth_mm : float
        Shallower dips are rejected by name. [mm]
    sway_mm : float
        Shallower dips are not listed at all. [mm]
    greatest_depth_mm : float
        Deeper ones come from a force that drifted, not from a person. [mm]
    least_part_of_median : float
        Dips of less than this part of the median depth are rejected. [ratio]
    standing_part : float
        A squat begins and ends within this part of its depth from standing. [ratio]
    speed_ratio : float
        Phases begin and end where the speed passes this part of its peak. [ratio]
    plateau_part : float
        The deepest frame is the middle of all frames within this part of the depth from the deepest. [ratio]
    rest : RestRules
        When the person is still.

    Raises
    ------
    ValueError
        When a sway is called deeper than a squat.
    """

    least_depth_mm: float = 60.0
    sway_mm: float = 30.0
    greatest_depth_mm: float = 700.0
    least_part_of_median: float = 0.5
    standing_part: float = 0.3
    speed_ratio: float = 0.05
    plateau_part: float = 0.005
    rest: RestRules = field(default_factory=RestRules)

    def __post_init__(self) -> None:
        if not 0 < self.sway_mm <= self.least_depth_mm < self.greatest_depth_mm:
            raise ValueError(
                f"sway_mm, least_depth_mm and greatest_depth_mm are {self.sway_mm:g}, {self.least_depth_mm:g} and "
                f"{self.greatest_depth_mm:g}; they have to be above 0 and rise."
            )


DEFAULT_RULES = SquatRules()
"""What counts when nobody says otherwise."""


def slowest_visible_s(depth_mm: float, body_weight: float, still_tolerance: float, rest: RestRules) -> float:
    """How long the descent of a squat may take before the force looks like rest. [s]

    For the smoothest way down (minimum jerk) of depth d in T the acceleration changes by ``30 d / T³`` a second where
    it crosses zero, which has to exceed the tolerance within the shortest rest.

    Parameters
    ----------
    depth_mm : float
        Depth of the squat. [mm]
    body_weight, still_tolerance : float
        Body weight, and what the force may vary by in a rest. [both N, or both counts]
    rest : RestRules
        When the force is still.

    Returns
    -------
    float
        Duration of the descent. [s]
    """
    change = 30 * depth_mm / MM_PER_M * rest.shortest_s
    return float(np.cbrt(change / (STANDARD_GRAVITY_M_PER_S2 * still_tolerance / body_weight)))
