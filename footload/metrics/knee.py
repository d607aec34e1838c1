"""The knee beside the foot: frontal-plane angles, an estimate of its load, and how the shift goes with it.

Angles: 0 is straight, positive is valgus. None of them predicts an injury: prospective studies pooled show no
difference.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.knee.coupling import Coupling, coupling_of
from footload.knee.course import KneeCourse
from footload.metrics.registry import Scope, metric

_VALGUS = (
    "positive = valgus (the knee goes inward); a posture, no injury risk: pooled prospective studies show no difference"
)


@metric(
    label="Knee projection angle at depth",
    unit="deg",
    scope=Scope.KNEE,
    citation="s47_fppa",
    direction=_VALGUS,
)
def knee_projection_at_depth(knee: KneeCourse) -> float:
    """Frontal-plane projection angle of the knee in the deepest frame. [deg]

    0 is straight.
    """
    return _at_depth(knee, knee.projection_deg)


@metric(
    label="Knee projection angle at the start",
    unit="deg",
    scope=Scope.KNEE,
    citation="s47_fppa",
    direction=_VALGUS,
)
def knee_projection_at_start(knee: KneeCourse) -> float:
    """Frontal-plane projection angle of the knee at the start, which is the initial contact of a landing. [deg]

    0 is straight.
    """
    return _at_start(knee.projection_deg)


@metric(
    label="Knee projection angle, peak",
    unit="deg",
    scope=Scope.KNEE,
    citation="s47_fppa",
    direction=_VALGUS,
)
def knee_projection_peak(knee: KneeCourse) -> float:
    """Largest frontal-plane projection angle of the knee in the repetition. [deg]

    ``max`` of the angle, filtered as its notes say.
    """
    return float(np.nanmax(_known(knee.projection_deg)))


@metric(
    label="Knee projection angle, change",
    unit="deg",
    scope=Scope.KNEE,
    citation="s47_fppa",
    direction=_VALGUS,
)
def knee_projection_change(knee: KneeCourse) -> float:
    """Frontal-plane projection angle of the knee in the deepest frame less that at the start. [deg]

    Takes a standing knock-knee out.
    """
    return _at_depth(knee, knee.projection_deg) - _at_start(knee.projection_deg)


@metric(
    label="Knee abduction angle, 3-D at depth",
    unit="deg",
    scope=Scope.KNEE,
    citation="s65",
    direction=_VALGUS,
)
def knee_abduction_at_depth(knee: KneeCourse) -> float:
    """Abduction angle of the knee in three dimensions in the deepest frame. [deg]

    0 is straight.
    """
    return _at_depth(knee, knee.abduction_deg)


@metric(
    label="Knee abduction angle, 3-D at the start",
    unit="deg",
    scope=Scope.KNEE,
    citation="s65",
    direction=_VALGUS,
)
def knee_abduction_at_start(knee: KneeCourse) -> float:
    """Abduction angle of the knee in three dimensions at the start, which is the initial contact of a landing. [deg]

    0 is straight.
    """
    return _at_start(knee.abduction_deg)


@metric(
    label="Knee abduction angle, 3-D, peak",
    unit="deg",
    scope=Scope.KNEE,
    citation="s65",
    direction=_VALGUS,
)
def knee_abduction_peak(knee: KneeCourse) -> float:
    """Largest abduction angle of the knee in three dimensions in the repetition. [deg]

    ``max`` of the angle, filtered as its notes say.
    """
    return float(np.nanmax(_known(knee.abduction_deg)))


@metric(
    label="Knee abduction angle, 3-D, change",
    unit="deg",
    scope=Scope.KNEE,
    citation="s65",
    direction=_VALGUS,
)
def knee_abduction_change(knee: KneeCourse) -> float:
    """Abduction angle of the knee in three dimensions in the deepest frame less that at the start. [deg]

    Takes a standing knock-knee out.
    """
    return _at_depth(knee, knee.abduction_deg) - _at_start(knee.abduction_deg)


@metric(
    label="External knee abduction moment, estimated",
    unit="N·m",
    scope=Scope.KNEE,
    citation="knee_lever",
    direction="positive = the force passes lateral to the knee; an estimate by the lever arm, no risk",
)
def knee_abduction_moment_ext_peak(knee: KneeCourse) -> float:
    """Highest external knee abduction moment of the repetition, estimated by the ground reaction's lever arm. [N·m]

    ``((P - K) x F)`` about the forward direction; massless shank, so wrong at impact.
    """
    return float(np.nanmax(_known(knee.moment_nm)))


@metric(
    label="Medial shift and knee angle, correlation",
    unit="ratio",
    scope=Scope.KNEE,
    citation="evidence_cms",
    direction="near 1 = foot and knee go medially together; no cause is shown by it",
)
def knee_shift_correlation(knee: KneeCourse) -> float:
    """Strongest correlation of the medial shift with the knee's projection angle, over lags up to 0.3 s. [ratio]

    Pearson's r of both curves in one repetition; of either sign.
    """
    return _coupling(knee).correlation


@metric(
    label="Medial shift and knee angle, lag",
    unit="s",
    scope=Scope.KNEE,
    citation="evidence_cms",
    direction="positive = the knee follows the foot; negative = the foot follows the knee",
)
def knee_shift_lag(knee: KneeCourse) -> float:
    """Lag at which the medial shift and the knee's projection angle correlate most strongly. [s]

    To the frame.
    """
    return _coupling(knee).lag_s


def _known(values: FloatArray) -> FloatArray:
    if not np.isfinite(values).any():
        raise UndefinedMetricError("The markers or the plate that this needs are not there in this repetition.")
    return values


def _at_start(values: FloatArray) -> float:
    value = float(_known(values)[0])
    if np.isnan(value):
        raise UndefinedMetricError("A marker is not seen in the first frame.")
    return value


def _at_depth(knee: KneeCourse, values: FloatArray) -> float:
    value = float(_known(values)[knee.deepest])
    if np.isnan(value):
        raise UndefinedMetricError("A marker is not seen in the deepest frame.")
    return value


def _coupling(knee: KneeCourse) -> Coupling:
    found = coupling_of(knee.time_s, knee.shift_percent, knee.projection_deg)
    if found is None:
        raise UndefinedMetricError("Shift and knee angle are not both known, and changing, in this repetition.")
    return found
