"""Quiet stance as two processes whose variance and spectrum are known by formula.

The center of pressure of each axis is a slow first-order process (time constant 12 s) plus a fast, damped second-order
one. The way of a first-order process grows with the root of the sampling rate, so compare
at one rate. All parameters are set so that speed and area look like those of a healthy adult; none is
from a measurement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class StanceCourse:
    """How a stance sways.

    Parameters
    ----------
    slow_mm, fast_mm : float
        Standard deviation of the slow and of the fast part, front to back. [mm]
    slow_s : float
        Time constant of the slow part. [s]
    fast_hz : float
        Natural frequency of the fast part, damped by one half. [Hz]
    side_part : float
        Both parts side to side, as a part of those front to back.
    body_mass_kg : float
        Mass. [kg]
    """

    slow_mm: float = 2.0
    fast_mm: float = 0.8
    slow_s: float = 12.0
    fast_hz: float = 0.6
    side_part: float = 0.7
    body_mass_kg: float = 70.0

    def path_mm(self, duration_s: float, rate_hz: float, seed: int = 1) -> FloatArray:
        """(n, 2) places of the CoP, front to back and side to side. [mm]

        Parameters
        ----------
        duration_s, rate_hz : float
            Length and samples per second. [s, Hz]
        seed : int
            Same seed, same path.

        Returns
        -------
        (n, 2) array
            [mm]
        """
        rng = np.random.default_rng(seed)
        n = round(duration_s * rate_hz)
        axes: list[FloatArray] = []
        for part in (1.0, self.side_part):
            slow = first_order(n, 1 / rate_hz, self.slow_s, self.slow_mm, rng)
            fast = second_order(n, 1 / rate_hz, self.fast_hz, self.fast_mm, rng)
            axes.append(part * (slow + fast))
        return np.column_stack(axes)

    def expected_variance_mm2(self, duration_s: float) -> float:
        """Variance front to back that a recording of this length is expected to show, about its own mean. [mm²]

        For the slow part ``sd² (1 - (2/r) (1 - (1 - e^-r) / r))`` with r the length over the time constant; the fast
        part is so fast that its mean is zero.

        Parameters
        ----------
        duration_s : float
            Length. [s]

        Returns
        -------
        float
            Below the variance of the process itself. [mm²]
        """
        r = duration_s / self.slow_s
        return float(self.slow_mm**2 * (1 - (2 / r) * (1 - (1 - np.exp(-r)) / r)) + self.fast_mm**2)


def first_order(n: int, step_s: float, time_constant_s: float, sd: float, rng: np.random.Generator) -> FloatArray:
    """Draw an exact Ornstein-Uhlenbeck process.

    Parameters
    ----------
    n : int
        Number of samples.
    step_s, time_constant_s : float
        Time between samples, and in which the process forgets. [s]
    sd : float
        Standard deviation.
    rng : Generator
        Random numbers.

    Returns
    -------
    (n,) array
        In the unit of sd.
    """
    from scipy.signal import lfilter

    phi = float(np.exp(-step_s / time_constant_s))
    noise = rng.normal(0.0, sd * np.sqrt(1 - phi**2), n)
    noise[0] = rng.normal(0.0, sd)
    return np.asarray(lfilter([1.0], [1.0, -phi], noise), np.float64)


def second_order(n: int, step_s: float, natural_hz: float, sd: float, rng: np.random.Generator) -> FloatArray:
    """Draw a damped oscillator (damping one half) that is shaken by noise.

    Parameters
    ----------
    n : int
        Number of samples.
    step_s : float
        Time between samples. [s]
    natural_hz : float
        Natural frequency. [Hz]
    sd : float
        Standard deviation of the process.
    rng : Generator
        Random numbers.

    Returns
    -------
    (n,) array
        In the unit of sd.
    """
    from scipy.signal import lfilter

    angle = 2 * np.pi * natural_hz * step_s
    decay = np.exp(-0.5 * angle)
    one, two = float(2 * decay * np.cos(np.sqrt(0.75) * angle)), float(-(decay**2))
    # Variance of an AR(2) process that is shaken with unit variance.
    variance = (1 - two) / ((1 + two) * ((1 - two) ** 2 - one**2))
    warm = round(20 / (natural_hz * step_s))
    shaken = rng.normal(0.0, sd / np.sqrt(variance), n + warm)
    return np.asarray(lfilter([1.0], [1.0, -one, -two], shaken), np.float64)[warm:]
