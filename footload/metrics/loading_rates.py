"""How fast a force rises at impact, by the three definitions in use; they differ several times on the same landing."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError

STEEP_S = 0.005
"""Length of the steepest rise."""


def average_rate(time_s: FloatArray, force_n: FloatArray, start: int, peak: int) -> float:
    """Mean rise of a force from touchdown to its peak. [N/s]

    ``(F_peak - F_touchdown) / (t_peak - t_touchdown)``.

    Parameters
    ----------
    time_s, force_n : (t,) array
        Of the recording. [s], [N]
    start, peak : int
        Frames of touchdown and of the peak.

    Returns
    -------
    float
        0 when the force is highest at touchdown. [N/s]
    """
    rise = float(force_n[peak] - force_n[start])
    return rise / float(time_s[peak] - time_s[start]) if rise > 0 else 0.0


def secant_rate(time_s: FloatArray, force_n: FloatArray, start: int, peak: int) -> float:
    """Rise of a force between 20 and 80 % of its peak, on the way up to it. [N/s]

    ``0.6 F_peak / (t_80 - t_20)``; both moments by linear interpolation, each the last one before the peak.

    Parameters
    ----------
    time_s, force_n : (t,) array
        Of the recording. [s], [N]
    start, peak : int
        Frames of touchdown and of the peak.

    Returns
    -------
    float
        [N/s]

    Raises
    ------
    UndefinedMetricError
        When the force is above 20 % of its peak from the first frame on.
    """
    frames = slice(max(start - 1, 0), peak + 1)
    force, times = force_n[frames], time_s[frames]
    highest = float(force[-1])
    early, late = (_last_crossing_s(times, force, part * highest) for part in (0.2, 0.8))
    return 0.6 * highest / (late - early)


def steepest_rate(time_s: FloatArray, force_n: FloatArray, start: int, peak: int) -> float:
    """Steepest rise of a force over 5 ms between touchdown and its peak. [N/s]

    ``max (F(t + 5 ms) - F(t)) / 5 ms``; the nearest number of frames, at least one.

    Parameters
    ----------
    time_s, force_n : (t,) array
        Of the recording, evenly sampled. [s], [N]
    start, peak : int
        Frames of touchdown and of the peak.

    Returns
    -------
    float
        [N/s]

    Raises
    ------
    UndefinedMetricError
        When the peak comes within one frame of touchdown.
    """
    step_s = float(np.median(np.diff(time_s[: min(len(time_s), 1000)])))
    n = max(1, round(STEEP_S / step_s))
    force = force_n[max(start - n, 0) : peak + 1]
    if len(force) <= n:
        raise UndefinedMetricError("The peak comes within one frame of touchdown, so there is no rise to measure.")
    return float((force[n:] - force[:-n]).max()) / (n * step_s)


def _last_crossing_s(time_s: FloatArray, force_n: FloatArray, level_n: float) -> float:
    """Last moment before the end at which the force rises through a level. [s]"""
    below = np.flatnonzero(force_n < level_n)
    if not len(below):
        raise UndefinedMetricError("The force is above 20 % of its peak from the first frame, so its rise is not seen.")
    i = int(below[-1])
    part = (level_n - force_n[i]) / (force_n[i + 1] - force_n[i])
    return float(time_s[i] + part * (time_s[i + 1] - time_s[i]))
