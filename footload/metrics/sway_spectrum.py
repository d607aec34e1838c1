"""Steadiness of quiet stance from the spectrum of the CoP (Prieto 1996): power between 0.15 and 5 Hz and where it lies.

The spectrum is that of eight sine tapers (Riedel and Sidorenko), which needs no choice of window length.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.metrics.registry import Scope, metric
from footload.signals.spectrum import sine_tapered_power
from footload.tasks.sway import Sway

LOWEST_HZ = 0.15
HIGHEST_HZ = 5.0


@metric(
    label="Sway power, front to back",
    unit="mm2",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_power_ap(sway: Sway) -> float:
    """Variance of the CoP front to back between 0.15 and 5 Hz. [mm2]

    POWER: integral of the one-sided spectrum.
    """
    frequency, power = _band(sway, sway.ap_mm)
    return float(power.sum() * (frequency[1] - frequency[0]))


@metric(
    label="50 % power frequency, front to back",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster to and fro",
)
def sway_power_frequency_50_ap(sway: Sway) -> float:
    """Frequency below which 50 % of the power front to back between 0.15 and 5 Hz lies. [Hz]

    PF50.
    """
    return _power_frequency(sway, sway.ap_mm, 0.5)


@metric(
    label="95 % power frequency, front to back",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster to and fro",
)
def sway_power_frequency_95_ap(sway: Sway) -> float:
    """Frequency below which 95 % of the power front to back between 0.15 and 5 Hz lies. [Hz]

    PF95.
    """
    return _power_frequency(sway, sway.ap_mm, 0.95)


@metric(
    label="Centroidal frequency, front to back",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster to and fro",
)
def sway_centroid_frequency_ap(sway: Sway) -> float:
    """Root of the second over the zeroth moment of the spectrum front to back. [Hz]

    CFREQ: ``sqrt(mu2 / mu0)``.
    """
    zeroth, _, second = _moments(sway, sway.ap_mm)
    return float(np.sqrt(second / zeroth))


@metric(
    label="Frequency dispersion, front to back",
    unit="ratio",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="0 = one frequency; high = many",
)
def sway_frequency_dispersion_ap(sway: Sway) -> float:
    """How widely the spectrum front to back is spread. [ratio]

    FREQD: ``sqrt(1 - mu1² / (mu0 mu2))``.
    """
    zeroth, first, second = _moments(sway, sway.ap_mm)
    return float(np.sqrt(max(1 - first**2 / (zeroth * second), 0.0)))


@metric(
    label="Sway power, side to side",
    unit="mm2",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways more",
)
def sway_power_ml(sway: Sway) -> float:
    """Variance of the CoP side to side between 0.15 and 5 Hz. [mm2]

    POWER: integral of the one-sided spectrum.
    """
    frequency, power = _band(sway, sway.ml_mm)
    return float(power.sum() * (frequency[1] - frequency[0]))


@metric(
    label="50 % power frequency, side to side",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster to and fro",
)
def sway_power_frequency_50_ml(sway: Sway) -> float:
    """Frequency below which 50 % of the power side to side between 0.15 and 5 Hz lies. [Hz]

    PF50.
    """
    return _power_frequency(sway, sway.ml_mm, 0.5)


@metric(
    label="95 % power frequency, side to side",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster to and fro",
)
def sway_power_frequency_95_ml(sway: Sway) -> float:
    """Frequency below which 95 % of the power side to side between 0.15 and 5 Hz lies. [Hz]

    PF95.
    """
    return _power_frequency(sway, sway.ml_mm, 0.95)


@metric(
    label="Centroidal frequency, side to side",
    unit="Hz",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="high = sways faster to and fro",
)
def sway_centroid_frequency_ml(sway: Sway) -> float:
    """Root of the second over the zeroth moment of the spectrum side to side. [Hz]

    CFREQ: ``sqrt(mu2 / mu0)``.
    """
    zeroth, _, second = _moments(sway, sway.ml_mm)
    return float(np.sqrt(second / zeroth))


@metric(
    label="Frequency dispersion, side to side",
    unit="ratio",
    scope=Scope.SWAY,
    citation="prieto1996",
    direction="0 = one frequency; high = many",
)
def sway_frequency_dispersion_ml(sway: Sway) -> float:
    """How widely the spectrum side to side is spread. [ratio]

    FREQD: ``sqrt(1 - mu1² / (mu0 mu2))``.
    """
    zeroth, first, second = _moments(sway, sway.ml_mm)
    return float(np.sqrt(max(1 - first**2 / (zeroth * second), 0.0)))


def _band(sway: Sway, values_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    if sway.duration_s * LOWEST_HZ < 2 or sway.rate_hz < 2 * HIGHEST_HZ:
        raise UndefinedMetricError(
            f"{sway.duration_s:.1f} s at {sway.rate_hz:.0f} Hz do not show frequencies from "
            f"{LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz."
        )
    frequency, power = sine_tapered_power(values_mm, sway.rate_hz)
    inside = (frequency >= LOWEST_HZ) & (frequency <= HIGHEST_HZ)
    return frequency[inside], power[inside]


def _power_frequency(sway: Sway, values_mm: FloatArray, part: float) -> float:
    frequency, power = _band(sway, values_mm)
    summed = np.cumsum(power)
    return float(frequency[int(np.argmax(summed >= part * summed[-1]))])


def _moments(sway: Sway, values_mm: FloatArray) -> tuple[float, float, float]:
    frequency, power = _band(sway, values_mm)
    zeroth = float(power.sum())
    if not zeroth > 0:
        raise UndefinedMetricError("The CoP does not move at all, so it has no spectrum.")
    return zeroth, float(power @ frequency), float(power @ frequency**2)
