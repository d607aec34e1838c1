"""Steadiness of quiet stance from the way of the CoP: distances, speeds and areas (Prieto 1996).

On the signal as it was recorded, with its mean taken away. Values depend on the filter, the rate and the length of the
recording, and commercial platforms disagree on them: compare within one device and one protocol.
"""

from __future__ import annotations

import math

from footload.metrics.registry import Scope, metric
from footload.metrics.sway_axes import axis_metrics
from footload.tasks.sway import Sway

_FURTHER = "high = sways further or faster; grows with the length of the recording and the sampling rate"
_FASTER = "high = sways faster; grows with the sampling rate where nothing was filtered"


@metric(
    label="Mean sway distance",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_mean_distance(sway: Sway) -> float:
    """Mean distance of the CoP from its mean place. [mm]

    MDIST.
    """
    return sway.mean_distance_mm


@metric(
    label="RMS sway distance",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_rms_distance(sway: Sway) -> float:
    """Root of the mean square distance of the CoP from its mean place. [mm]

    RDIST; the standard deviation with n on one axis.
    """
    return sway.rms_distance_mm


@metric(
    label="Sway path",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction=_FURTHER,
)
def sway_path(sway: Sway) -> float:
    """Length of the way of the CoP. [mm]

    TOTEX, the sum over samples.
    """
    return sway.path_mm


@metric(
    label="Mean sway velocity",
    unit="mm/s",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction=_FASTER,
)
def sway_velocity(sway: Sway) -> float:
    """Length of the way of the CoP over the duration. [mm/s]

    ``TOTEX / T`` with ``T = n / rate``.
    """
    return sway_path(sway) / sway.duration_s


@axis_metrics("sway_mean_distance", label="Mean sway distance", unit="mm", direction="high = sways more")
def _mean_distance(sway: Sway, axis: int) -> float:
    """Mean distance of the CoP {axis} from its mean place. [mm]

    MDIST.
    """
    return sway.axis_distances_mm[axis]


sway_mean_distance_ap, sway_mean_distance_ml = _mean_distance


@axis_metrics("sway_rms_distance", label="RMS sway distance", unit="mm", direction="high = sways more")
def _rms_distance(sway: Sway, axis: int) -> float:
    """Root of the mean square distance of the CoP {axis} from its mean place. [mm]

    RDIST; the standard deviation with n on one axis.
    """
    return math.sqrt(sway.mean_squares_mm2[axis])


sway_rms_distance_ap, sway_rms_distance_ml = _rms_distance


@axis_metrics("sway_path", label="Sway path", unit="mm", direction=_FURTHER)
def _path(sway: Sway, axis: int) -> float:
    """Length of the way of the CoP {axis}. [mm]

    TOTEX, the sum over samples.
    """
    return sway.axis_paths_mm[axis]


sway_path_ap, sway_path_ml = _path


@axis_metrics("sway_velocity", label="Mean sway velocity", unit="mm/s", direction=_FASTER)
def _velocity(sway: Sway, axis: int) -> float:
    """Length of the way of the CoP {axis} over the duration. [mm/s]

    ``TOTEX / T`` with ``T = n / rate``.
    """
    return sway.axis_paths_mm[axis] / sway.duration_s


sway_velocity_ap, sway_velocity_ml = _velocity


@axis_metrics("sway_range", label="Sway range", unit="mm", direction="high = sways more")
def _range(sway: Sway, axis: int) -> float:
    """Greatest minus smallest place of the CoP {axis}. [mm]

    RANGE.
    """
    return sway.axis_ranges_mm[axis]


sway_range_ap, sway_range_ml = _range
