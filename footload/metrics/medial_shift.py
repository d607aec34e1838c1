"""The medial shift of each foot's CoP in each repetition, and what goes with it.

House definitions, new and not validated: no norms, reliability or minimal detectable change are published, so there
are no reference ranges. More is not worse: a medial shift goes with a pronating foot and only weakly with a knee that
travels inward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.tasks.movement import Movement, RepetitionFoot
from footload.trials import Side

DEEPEST_PART = 0.8
"""The deepest fifth of a squat is where it is at least this part of its depth below standing."""

SAME_PERCENT = 0.01
"""Shifts closer than this are one and the same; no device tells them apart. [%]"""

_MEDIAL = "high = the CoP moves further medially, as under a pronating foot; negative = laterally; not a risk score"


@metric(
    label="CoP medial shift at depth",
    unit="%",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def cop_medial_shift_at_depth(foot: RepetitionFoot) -> float:
    """Medial shift of the CoP in the deepest frame, in per cent of foot width. [%]

    ``100 (ml(t) - ml_ref) / W`` where the centre of mass is deepest; ml_ref is the median of the still second before
    this repetition's descent. The deepest frame is the middle of the frames that are as deep.

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    float
        Positive is medial. [%]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference.
    """
    return _at(foot, shift_of(foot), foot.deepest)


@metric(
    label="CoP medial shift, peak",
    unit="%",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def cop_medial_shift_peak(foot: RepetitionFoot) -> float:
    """Most medial shift of the CoP in the repetition, in per cent of foot width. [%]

    ``max 100 (ml(t) - ml_ref) / W`` from the beginning of the descent to the end of the ascent, unfiltered, so noise
    raises it a little. Negative when the CoP never comes medial of its reference.

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    float
        Positive is medial. [%]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference.
    """
    return float(np.nanmax(shift_of(foot)))


@metric(
    label="CoP medial shift, deepest fifth",
    unit="%",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def cop_medial_shift_deepest_fifth(foot: RepetitionFoot) -> float:
    """Mean medial shift of the CoP over the deepest 20 % of the depth, in per cent of foot width. [%]

    Mean of ``100 (ml(t) - ml_ref) / W`` over the frames in which ``depth >= 0.8 depth_max``. Less at the mercy of one
    frame than the value at depth.

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    float
        Positive is medial. [%]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference, or the squat is too slow for its depth to be known.
    """
    deep = foot.depth_mm >= DEEPEST_PART * _depth_mm(foot)
    shift = shift_of(foot)[deep]
    if not np.isfinite(shift).any():
        raise UndefinedMetricError("The foot carries too little load for a CoP in the deepest fifth.")
    return float(np.nanmean(shift))


@metric(
    label="Time to peak CoP medial shift",
    unit="s",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction="high = the most medial CoP comes late after the beginning of the descent",
    needs_medial=True,
)
def cop_medial_shift_time_to_peak(foot: RepetitionFoot) -> float:
    """Time from the beginning of the descent to the most medial CoP. [s]

    The first frame within 0.01 % of the width of the peak. Through a hold the shift is about the same for long, and
    noise decides where in it the peak lies.

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    float
        After the first frame of the repetition. [s]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference.
    """
    shift = shift_of(foot)
    return float(foot.time_s[int(np.argmax(shift >= np.nanmax(shift) - SAME_PERCENT))] - foot.time_s[0])


@metric(
    label="CoP along the foot at depth",
    unit="%",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction="high = the load goes toward the toes; low = toward the heel",
)
def cop_ap_at_depth(foot: RepetitionFoot) -> float:
    """Place of the CoP from the heel end in the deepest frame, in per cent of foot length. [%]

    ``100 ap(t) / L``.

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    float
        0 is the heel end, 100 the tip of the toes. [%]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference.
    """
    return _at(foot, foot.ap_percent, foot.deepest)


@metric(
    label="Squat depth",
    unit="mm",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction="high = the centre of mass goes further down",
    per_side=False,
)
def squat_depth(foot: RepetitionFoot) -> float:
    """How far the centre of mass goes down from standing, from the force. [mm]

    Double integral of ``g (F / BW - 1)`` between moments of rest, in which speed is zero and standing has no depth.

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    float
        Positive is down. [mm]

    Raises
    ------
    UndefinedMetricError
        When the movement has no deepest frame, or is too slow for its depth to be known.
    """
    return _depth_mm(foot)


@metric(
    label="CoP medial shift, drift",
    unit="%",
    scope=Scope.TRIAL,
    citation="evidence_cms",
    direction="high = the CoP moves further medially with every repetition, as with fatigue; per repetition",
    needs_medial=True,
)
def cop_medial_shift_drift(movement: Movement) -> float:
    """Slope of the medial shift at depth over the repetitions of one foot, in per cent of foot width a repetition. [%]

    Least squares over the repetitions that count, against their numbers; each against its own reference, so a stance
    that wanders does not count. Needs three.

    Parameters
    ----------
    movement : Movement
        All repetitions of one foot.

    Returns
    -------
    float
        Positive grows more medial. [%]

    Raises
    ------
    UndefinedMetricError
        When fewer than three repetitions have a value.
    ValueError
        When both feet are in it.
    """
    sides = movement.sides
    if len(sides) > 1:
        raise ValueError("The drift is that of one foot; pass movement.of(side).")
    numbers, values = _by_repetition(movement.feet, cop_medial_shift_at_depth)
    if len(values) < 3:
        raise UndefinedMetricError(f"A drift needs three repetitions with a value, and there are {len(values)}.")
    away = numbers - numbers.mean()
    return float(away @ values / (away @ away))


@metric(
    label="CoP medial shift, left minus right",
    unit="%",
    scope=Scope.TRIAL,
    citation="evidence_cms",
    direction="high = the left foot's CoP moves further medially than the right one's; negative = the right one's does",
    needs_medial=True,
    per_side=False,
)
def cop_medial_shift_asymmetry(movement: Movement) -> float:
    """Mean medial shift at depth of the left foot minus that of the right, in per cent of foot width. [%]

    A plain difference: shifts have a sign and may be near zero, where an index divided by their sum means nothing.

    Parameters
    ----------
    movement : Movement
        All repetitions of both feet.

    Returns
    -------
    float
        Positive when the left foot goes further medially. [%]

    Raises
    ------
    UndefinedMetricError
        When a foot has no value.
    """
    means: dict[Side, float] = {}
    for side in Side:
        _, values = _by_repetition(movement.of(side).feet, cop_medial_shift_at_depth)
        if not len(values):
            raise UndefinedMetricError(f"The {side} foot has no medial shift, so the sides cannot be compared.")
        means[side] = float(values.mean())
    return means[Side.LEFT] - means[Side.RIGHT]


def shift_of(foot: RepetitionFoot) -> FloatArray:
    """The shift curve of a foot in a repetition, in per cent of its width, where there is one. [%]

    Parameters
    ----------
    foot : RepetitionFoot
        One foot in one repetition.

    Returns
    -------
    (t,) array
        NaN where the foot carries too little for a CoP. [%]

    Raises
    ------
    UndefinedMetricError
        When there is no CoP, width or reference.
    """
    if foot.reason:
        raise UndefinedMetricError(f"There is no medial shift: {foot.reason}.")
    if not np.isfinite(foot.shift_percent).any():
        raise UndefinedMetricError("The foot carries too little load for a CoP in the whole repetition.")
    return foot.shift_percent


def _at(foot: RepetitionFoot, values: FloatArray, frame: int) -> float:
    value = float(values[frame])
    if np.isnan(value):
        raise UndefinedMetricError(
            f"The {foot.side} foot carries too little load for a CoP at {foot.time_s[frame]:.2f} s, the deepest frame."
        )
    return value


def _by_repetition(
    feet: Sequence[RepetitionFoot], value_of: Callable[[RepetitionFoot], float]
) -> tuple[FloatArray, FloatArray]:
    """Numbers of the repetitions that have a value, and the values."""
    numbers: list[float] = []
    values: list[float] = []
    for foot in feet:
        try:
            values.append(value_of(foot))
        except UndefinedMetricError:
            continue
        numbers.append(float(foot.repetition.number))
    return np.array(numbers), np.array(values)


def _depth_mm(foot: RepetitionFoot) -> float:
    depth = float(foot.depth_mm[foot.deepest])
    if np.isnan(depth):
        raise UndefinedMetricError("The squat is too slow to show in the force, so its depth is not known.")
    return depth
