"""How the medial shift of a foot's CoP goes through a squat: in millimeters, its range, and how fast it is.

House definitions like the shift itself, new and not validated: no norms, reliability or minimal detectable change are
known. Millimeters are for one foot over time; feet of different width are compared in per cent of their width.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.medial_shift import (
    cop_medial_shift_at_depth,
    cop_medial_shift_deepest_fifth,
    cop_medial_shift_peak,
    shift_of,
)
from footload.metrics.registry import Scope, metric
from footload.tasks.movement import RepetitionFoot

SQUAT_WINDOW_S: Final = 0.1
"""Over how long the fastest medial movement of a squat is looked for; chosen, no source names one. [s]"""

FEWEST_STEPS: Final = 2
"""A window of fewer frames shows the noise of single ones."""

_MEDIAL: Final = "high = the CoP moves further medially, as under a pronating foot; negative = laterally; no risk score"
_WIDE: Final = "high = the CoP wanders further across the foot, whichever way"
_FAST: Final = "high = the CoP moves medially faster; negative = it only goes laterally"


@metric(
    label="CoP medial shift at depth, as a distance",
    unit="mm",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def cop_medial_shift_at_depth_mm(foot: RepetitionFoot) -> float:
    """Medial shift of the CoP in the deepest frame. [mm]

    ``ml(t) - ml_ref``, the shift in per cent times the foot's width.
    """
    return _in_mm(foot, cop_medial_shift_at_depth(foot))


@metric(
    label="CoP medial shift, peak, as a distance",
    unit="mm",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def cop_medial_shift_peak_mm(foot: RepetitionFoot) -> float:
    """Most medial shift of the CoP in the repetition, unfiltered. [mm]

    ``max ml(t) - ml_ref``.
    """
    return _in_mm(foot, cop_medial_shift_peak(foot))


@metric(
    label="CoP medial shift, deepest fifth, as a distance",
    unit="mm",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_MEDIAL,
    needs_medial=True,
)
def cop_medial_shift_deepest_fifth_mm(foot: RepetitionFoot) -> float:
    """Mean medial shift of the CoP over the deepest 20 % of the depth. [mm]

    Mean of ``ml(t) - ml_ref`` where ``depth >= 0.8 depth_max``.
    """
    return _in_mm(foot, cop_medial_shift_deepest_fifth(foot))


@metric(
    label="CoP medial shift, range",
    unit="%",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_WIDE,
    needs_medial=True,
)
def cop_medial_shift_range(foot: RepetitionFoot) -> float:
    """Most medial less most lateral place of the CoP in the repetition, in per cent of foot width. [%]

    ``100 (max ml - min ml) / W`` from the beginning of the descent to the end of the ascent, unfiltered: noise raises
    it at both ends. The reference does not change it, but it is told only where there is a shift.
    """
    return range_of(shift_of(foot))


@metric(
    label="CoP medial shift, range, as a distance",
    unit="mm",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_WIDE,
    needs_medial=True,
)
def cop_medial_shift_range_mm(foot: RepetitionFoot) -> float:
    """Most medial less most lateral place of the CoP in the repetition. [mm]

    ``max ml - min ml``, unfiltered.
    """
    return _in_mm(foot, cop_medial_shift_range(foot))


@metric(
    label="CoP medial velocity in the descent",
    unit="mm/s",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction="high = the CoP moves medially faster on the way down; negative = laterally",
    needs_medial=True,
)
def cop_medial_velocity_descent(foot: RepetitionFoot) -> float:
    """Mean velocity of the CoP toward the medial side from the beginning of the descent to the deepest frame. [mm/s]

    ``(ml(t_deepest) - ml(t_begin)) / (t_deepest - t_begin)``: where it goes over how long, not the length of its way.
    """
    shift, deepest = shift_of(foot), foot.deepest
    if deepest < 1:
        raise UndefinedMetricError("The first frame of the repetition is its deepest, so there is no descent.")
    moved = float(shift[deepest] - shift[0])
    if np.isnan(moved):
        raise UndefinedMetricError(
            f"The {foot.side} foot carries too little load for a CoP at the beginning or at the end of the descent."
        )
    return _in_mm(foot, moved) / float(foot.time_s[deepest] - foot.time_s[0])


@metric(
    label="CoP medial velocity, highest over 100 ms",
    unit="mm/s",
    scope=Scope.REPETITION,
    citation="evidence_cms",
    direction=_FAST,
    needs_medial=True,
)
def cop_medial_velocity_peak(foot: RepetitionFoot) -> float:
    """Fastest movement of the CoP toward the medial side over 100 ms in the repetition. [mm/s]

    Slope of the steepest straight line through ``ml`` over 100 ms (least squares; the nearest number of frames, at
    least two). The window is our choice: the speed from frame to frame is that of the noise, and noise raises this too.
    """
    return _in_mm(foot, fastest(foot.time_s, shift_of(foot), SQUAT_WINDOW_S))


def range_of(values: FloatArray) -> float:
    """Largest less smallest value, in the values' own unit.

    Parameters
    ----------
    values : (n,) array
        NaN where there is none.

    Returns
    -------
    float
        Not negative.

    Raises
    ------
    UndefinedMetricError
        When fewer than two are known.
    """
    known = values[np.isfinite(values)]
    if len(known) < 2:
        raise UndefinedMetricError("The foot carries enough load for a CoP in one frame only, which has no range.")
    return float(known.max() - known.min())


def fastest(time_s: FloatArray, values: FloatArray, window_s: float) -> float:
    """Slope of the steepest straight line through the values of a window, in the values' own unit a second.

    Least squares, so that noise of single frames counts little: less the more frames there are.

    Parameters
    ----------
    time_s, values : (n,) array
        Evenly sampled; NaN where there is no value. [s]
    window_s : float
        Length of the window; the nearest number of frames is taken. [s]

    Returns
    -------
    float
        Negative when the values only fall.

    Raises
    ------
    UndefinedMetricError
        When the window is shorter than two frames, or nowhere known in whole.
    """
    step_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else float("inf")
    if FEWEST_STEPS * step_s > window_s * (1 + 1e-9):
        raise UndefinedMetricError(
            f"{1 / step_s:.0f} frames a second show no speed over {1000 * window_s:.0f} ms; "
            f"{FEWEST_STEPS / window_s:.0f} or more do."
        )
    n = round(window_s / step_s) + 1
    away_s = step_s * (np.arange(n) - (n - 1) / 2)
    slopes = np.correlate(values, away_s / (away_s @ away_s), "valid") if len(values) >= n else np.empty(0)
    if not np.isfinite(slopes).any():
        raise UndefinedMetricError(f"The foot never has a CoP for {1000 * window_s:.0f} ms on end.")
    return float(np.nanmax(slopes))


def _in_mm(foot: RepetitionFoot, percent: float) -> float:
    return percent * foot.width_mm / 100.0
