"""Steadiness of quiet stance from the way of the CoP: distances, speeds and areas (Prieto 1996).

On the signal as it was recorded, with its mean taken away. Values depend on the filter, the rate and the length of the
recording, and commercial platforms disagree on them: compare within one device and one protocol.
"""

from __future__ import annotations

import numpy as np

from footload.metrics.registry import Scope, metric
from footload.tasks.sway import Sway


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
    direction="high = sways further or faster; grows with the length of the recording and the sampling rate",
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
    direction="high = sways faster; grows with the sampling rate where nothing was filtered",
)
def sway_velocity(sway: Sway) -> float:
    """Length of the way of the CoP over the duration. [mm/s]

    ``TOTEX / T`` with ``T = n / rate``.
    """
    return sway_path(sway) / sway.duration_s


@metric(
    label="Mean sway distance, front to back",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_mean_distance_ap(sway: Sway) -> float:
    """Mean distance of the CoP of its part front to back from its mean place. [mm]

    MDIST.
    """
    return float(np.abs(sway.ap_mm).mean())


@metric(
    label="RMS sway distance, front to back",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_rms_distance_ap(sway: Sway) -> float:
    """Root of the mean square distance of the CoP of its part front to back from its mean place. [mm]

    RDIST; the standard deviation with n on one axis.
    """
    return float(np.sqrt(sway.mean_squares_mm2[0]))


@metric(
    label="Sway path, front to back",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways further or faster; grows with the length of the recording and the sampling rate",
)
def sway_path_ap(sway: Sway) -> float:
    """Length of the way of the CoP of its part front to back. [mm]

    TOTEX, the sum over samples.
    """
    return float(np.abs(sway.steps_mm[0]).sum())


@metric(
    label="Mean sway velocity, front to back",
    unit="mm/s",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster; grows with the sampling rate where nothing was filtered",
)
def sway_velocity_ap(sway: Sway) -> float:
    """Length of the way of the CoP of its part front to back over the duration. [mm/s]

    ``TOTEX / T`` with ``T = n / rate``.
    """
    return sway_path_ap(sway) / sway.duration_s


@metric(
    label="Sway range, front to back",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_range_ap(sway: Sway) -> float:
    """Greatest minus smallest place of the CoP of its part front to back. [mm]

    RANGE.
    """
    return float(np.ptp(sway.ap_mm))


@metric(
    label="Mean sway distance, side to side",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_mean_distance_ml(sway: Sway) -> float:
    """Mean distance of the CoP of its part side to side from its mean place. [mm]

    MDIST.
    """
    return float(np.abs(sway.ml_mm).mean())


@metric(
    label="RMS sway distance, side to side",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_rms_distance_ml(sway: Sway) -> float:
    """Root of the mean square distance of the CoP of its part side to side from its mean place. [mm]

    RDIST; the standard deviation with n on one axis.
    """
    return float(np.sqrt(sway.mean_squares_mm2[1]))


@metric(
    label="Sway path, side to side",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways further or faster; grows with the length of the recording and the sampling rate",
)
def sway_path_ml(sway: Sway) -> float:
    """Length of the way of the CoP of its part side to side. [mm]

    TOTEX, the sum over samples.
    """
    return float(np.abs(sway.steps_mm[1]).sum())


@metric(
    label="Mean sway velocity, side to side",
    unit="mm/s",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster; grows with the sampling rate where nothing was filtered",
)
def sway_velocity_ml(sway: Sway) -> float:
    """Length of the way of the CoP of its part side to side over the duration. [mm/s]

    ``TOTEX / T`` with ``T = n / rate``.
    """
    return sway_path_ml(sway) / sway.duration_s


@metric(
    label="Sway range, side to side",
    unit="mm",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_range_ml(sway: Sway) -> float:
    """Greatest minus smallest place of the CoP of its part side to side. [mm]

    RANGE.
    """
    return float(np.ptp(sway.ml_mm))
