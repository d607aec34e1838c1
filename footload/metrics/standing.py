"""Standing: how the load is shared, and how quietly."""

from __future__ import annotations

import numpy as np

from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.metrics.registry import Scope, metric
from footload.signals.smoothing import moving_mean
from footload.tasks.stance import Standing
from footload.trials import Side

_SMOOTHING_S = 0.1


@metric(
    label="Load on the left foot",
    unit="%",
    scope=Scope.STANCE,
    citation="footload_definition",
    direction="above 50 = leans to the left",
    per_side=False,
)
def left_load_share(standing: Standing) -> float:
    """Mean force of the left foot in per cent of both. [%]

    ``100 mean F_left / (mean F_left + mean F_right)``. NaN when only one foot stands on the mat.
    """
    if len(standing.feet) < 2:
        raise UndefinedMetricError("Only one foot stands on the mat, so the load of both cannot be compared.")
    force = {foot.side: float(foot.force[standing.during(foot)].mean()) for foot in standing.feet}
    return 100.0 * force[Side.LEFT] / (force[Side.LEFT] + force[Side.RIGHT])


@metric(
    label="Load on the heel",
    unit="%",
    scope=Scope.STANCE,
    citation="footload_definition",
    direction="high = leans back, low = leans forward",
)
def heel_load_share(standing: Standing) -> float:
    """Mean force of the heel in per cent of the whole foot. [%]

    ``100 mean F_heel / mean F_foot``.
    """
    foot = _foot(standing)
    during = standing.during(foot)
    return float(100.0 * foot.parts["heel"].force[during].mean() / foot.force[during].mean())


@metric(
    label="CoP along the foot",
    unit="%",
    scope=Scope.STANCE,
    citation="footload_definition",
    direction="high = leans forward, low = leans back",
)
def mean_cop_ap(standing: Standing) -> float:
    """Mean place of the foot's CoP from the heel, in per cent of the foot's length. [%]

    ``100 mean ap / L``.
    """
    foot = _foot(standing)
    return float(100.0 * _cop(standing, foot)[:, 0].mean() / foot.needed_axis.length_mm)


@metric(
    label="Mean CoP speed in standing",
    unit="mm/s",
    scope=Scope.STANCE,
    citation="s22",
    direction="high = unquiet; depends on the filter, a moving mean of 100 ms, and on the time that was recorded",
)
def standing_cop_speed(standing: Standing) -> float:
    """Length of the smoothed way of one foot's CoP over its time. [mm/s]

    ``sum |r(t) - r(t - 1)| / T`` after a centred moving mean over 100 ms. Reliable from 90 s on, three times or more.
    """
    foot = _foot(standing)
    cop = _cop(standing, foot)
    n = max(1, round(_SMOOTHING_S / foot.frame_s))
    smooth = np.column_stack([moving_mean(cop[:, 0], n), moving_mean(cop[:, 1], n)])
    steps = np.diff(smooth, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum() / ((len(cop) - 1) * foot.frame_s))


def _foot(standing: Standing) -> FootContact:
    if len(standing.feet) != 1:
        raise ValueError("This is a value of one foot; pass standing.of(side).")
    return standing.feet[0]


def _cop(standing: Standing, foot: FootContact) -> np.ndarray:
    cop = standing.cop_mm(foot)
    if len(cop) < 2:
        raise UndefinedMetricError("The foot carries too little load for a centre of pressure.")
    return cop
