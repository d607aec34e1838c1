"""Where a signal is still: the quietest stretch, and every stretch that stays within a tolerance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from footload.arrays import BoolArray, FloatArray
from footload.signals.runs import runs

_MOST_FRAMES = 40
"""Windows are looked at on about this many frames, so that a fast plate costs no more than a slow mat."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The quietest stretch of a signal.

    Parameters
    ----------
    start, stop : int
        Frames, half open.
    level : float
        Its mean.
    noise : float
        Its standard deviation.
    span : float
        Highest minus lowest value in it.
    """

    start: int
    stop: int
    level: float
    noise: float
    span: float


def quietest(values: FloatArray, n: int, allowed: BoolArray) -> Quiet | None:
    """Find the n frames in a row with the smallest standard deviation.

    Parameters
    ----------
    values : (t,) array
        Finite values.
    n : int
        Length of the stretch. [frames]
    allowed : (t,) array of bool
        Only stretches that lie wholly where this is true.

    Returns
    -------
    Quiet, optional
        The earliest of equals; None when no stretch of that length is allowed.
    """
    if n > len(values):
        return None
    centered = values - values.mean()
    first = _window_sums(centered, n) / n
    variance = np.maximum(_window_sums(centered**2, n) / n - first**2, 0.0)
    # Within each allowed stretch the first of the smallest, and of these the first.
    smallest = [begin + int(np.argmin(variance[begin : end - n + 1])) for begin, end in runs(allowed, n)]
    if not smallest:
        return None
    start = min(smallest, key=variance.__getitem__)
    stretch = values[start : start + n]
    return Quiet(start, start + n, float(stretch.mean()), float(stretch.std()), float(np.ptp(stretch)))


def still_stretches(values: FloatArray, n: int, tolerance: float, allowed: BoolArray) -> list[tuple[int, int]]:
    """Find every stretch of at least n frames in which any n frames stay within a tolerance.

    Slow drift is still: only the span within n frames counts.

    Parameters
    ----------
    values : (t,) array
        Finite values.
    n : int
        Length of the window. [frames]
    tolerance : float
        Highest minus lowest value of a still window, in the unit of the values.
    allowed : (t,) array of bool
        Only where this is true.

    Returns
    -------
    list of (start, stop)
        Half open, in order of time.
    """
    stride = max(1, n // _MOST_FRAMES)
    if n < 2 or n > len(values):
        return []
    windows = sliding_window_view(values, n)[:, ::stride]
    quiet = np.ptp(windows, axis=1) <= tolerance
    quiet &= _window_sums(allowed.astype(np.float64), n) > n - 0.5
    covered = np.zeros(len(values) + 1)
    starts = np.flatnonzero(quiet)
    np.add.at(covered, starts, 1)
    np.add.at(covered, starts + n, -1)
    return runs(np.cumsum(covered)[:-1] > 0.5, n)


def _window_sums(values: FloatArray, n: int) -> FloatArray:
    sums = np.empty(len(values) + 1)
    sums[0] = 0.0
    np.cumsum(values, out=sums[1:])
    return sums[n:] - sums[:-n]
