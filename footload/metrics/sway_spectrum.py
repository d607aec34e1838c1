"""Steadiness of quiet stance from the spectrum of the CoP (Prieto 1996): power between 0.15 and 5 Hz and where it lies.

The spectrum is that of eight sine tapers (Riedel and Sidorenko), which needs no choice of window length.
"""

from __future__ import annotations

import math

from footload.errors import UndefinedMetricError
from footload.metrics.sway_axes import axis_metrics
from footload.tasks.sway import HIGHEST_HZ, LOWEST_HZ, Sway, SwayBand


@axis_metrics("sway_power", label="Sway power", unit="mm2", direction="high = sways more")
def _power(sway: Sway, axis: int) -> float:
    """Variance of the CoP {axis} between 0.15 and 5 Hz. [mm2]

    POWER: integral of the one-sided spectrum.
    """
    band = _band(sway)
    return float(band.moments[axis, 0] * (band.frequency_hz[1] - band.frequency_hz[0]))


sway_power_ap, sway_power_ml = _power


@axis_metrics(
    "sway_power_frequency_50", label="50 % power frequency", unit="Hz", direction="high = sways faster to and fro"
)
def _power_frequency_50(sway: Sway, axis: int) -> float:
    """Frequency below which 50 % of the power {axis} between 0.15 and 5 Hz lies. [Hz]

    PF50.
    """
    return _power_frequency(sway, axis, 0.5)


sway_power_frequency_50_ap, sway_power_frequency_50_ml = _power_frequency_50


@axis_metrics(
    "sway_power_frequency_95", label="95 % power frequency", unit="Hz", direction="high = sways faster to and fro"
)
def _power_frequency_95(sway: Sway, axis: int) -> float:
    """Frequency below which 95 % of the power {axis} between 0.15 and 5 Hz lies. [Hz]

    PF95.
    """
    return _power_frequency(sway, axis, 0.95)


sway_power_frequency_95_ap, sway_power_frequency_95_ml = _power_frequency_95


@axis_metrics(
    "sway_centroid_frequency", label="Centroidal frequency", unit="Hz", direction="high = sways faster to and fro"
)
def _centroid_frequency(sway: Sway, axis: int) -> float:
    """Root of the second over the zeroth moment of the spectrum {axis}. [Hz]

    CFREQ: ``sqrt(mu2 / mu0)``.
    """
    zeroth, _, second = _moments(sway, axis)
    return math.sqrt(second / zeroth)


sway_centroid_frequency_ap, sway_centroid_frequency_ml = _centroid_frequency


@axis_metrics(
    "sway_frequency_dispersion", label="Frequency dispersion", unit="ratio", direction="0 = one frequency; high = many"
)
def _frequency_dispersion(sway: Sway, axis: int) -> float:
    """How widely the spectrum {axis} is spread. [ratio]

    FREQD: ``sqrt(1 - mu1² / (mu0 mu2))``.
    """
    zeroth, first, second = _moments(sway, axis)
    return math.sqrt(max(1 - first**2 / (zeroth * second), 0.0))


sway_frequency_dispersion_ap, sway_frequency_dispersion_ml = _frequency_dispersion


def _band(sway: Sway) -> SwayBand:
    if sway.duration_s * LOWEST_HZ < 2 or sway.rate_hz < 2 * HIGHEST_HZ:
        raise UndefinedMetricError(
            f"{sway.duration_s:.1f} s at {sway.rate_hz:.0f} Hz do not show frequencies from "
            f"{LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz."
        )
    return sway.band


def _power_frequency(sway: Sway, axis: int, part: float) -> float:
    band = _band(sway)
    summed = band.summed[axis]
    return float(band.frequency_hz[summed.searchsorted(part * summed[-1])])


def _moments(sway: Sway, axis: int) -> tuple[float, float, float]:
    zeroth, first, second = _band(sway).moments[axis].tolist()
    if not zeroth > 0:
        raise UndefinedMetricError("The CoP does not move at all, so it has no spectrum.")
    return zeroth, first, second
