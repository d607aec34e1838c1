"""Steps and strides of a walk over a mat."""

from __future__ import annotations

from collections.abc import Sequence

from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.tasks.gait import Step, Walk


def _mean(steps: Sequence[Step], name: str, kind: str) -> float:
    if not steps:
        raise UndefinedMetricError(f"There is no {kind} of this foot on the mat.")
    return sum(getattr(step, name) for step in steps) / len(steps)


@metric(
    label="Step length",
    unit="mm",
    scope=Scope.WALK,
    citation="footload_definition",
    direction="high = long steps; depends on speed and height",
)
def step_length(walk: Walk) -> float:
    """Mean way from the other foot's heel to this one's, along the way of walking. [mm]

    Heels are the rear ends of the prints. NaN without a step of this foot.
    """
    return _mean(walk.steps, "length_mm", "step")


@metric(
    label="Step width",
    unit="mm",
    scope=Scope.WALK,
    citation="footload_definition",
    direction="high = walks broadly, below 0 = the feet cross",
)
def step_width(walk: Walk) -> float:
    """Mean way from the other foot's heel to this one's, across the way of walking. [mm]

    Positive when the foot comes down on its own side. NaN without a step of this foot.
    """
    return _mean(walk.steps, "width_mm", "step")


@metric(
    label="Step time",
    unit="s",
    scope=Scope.WALK,
    citation="footload_definition",
    direction="high = slow steps",
)
def step_time(walk: Walk) -> float:
    """Mean time from the other foot's initial contact to this one's. [s]

    NaN without a step of this foot.
    """
    return _mean(walk.steps, "time_s", "step")


@metric(
    label="Stride length",
    unit="mm",
    scope=Scope.WALK,
    citation="footload_definition",
    direction="high = long strides; depends on speed and height",
)
def stride_length(walk: Walk) -> float:
    """Mean way from a foot's heel to its next one, along the way of walking. [mm]

    NaN when the foot came down only once.
    """
    return _mean(walk.strides, "length_mm", "stride")


@metric(
    label="Stride time",
    unit="s",
    scope=Scope.WALK,
    citation="footload_definition",
    direction="high = slow strides",
)
def stride_time(walk: Walk) -> float:
    """Mean time from a foot's initial contact to its next one. [s]

    NaN when the foot came down only once.
    """
    return _mean(walk.strides, "time_s", "stride")


@metric(
    label="Walking speed",
    unit="mm/s",
    scope=Scope.WALK,
    citation="footload_definition",
    direction="high = fast; nearly every other value depends on it",
    per_side=False,
)
def walking_speed(walk: Walk) -> float:
    """Way of all steps over their time. [mm/s]

    ``sum of step lengths / sum of step times``. NaN with fewer than two feet one after the other.
    """
    return walk.speed_mm_per_s
