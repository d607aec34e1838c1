"""Where a curve turns, once turns smaller than a given size are left out."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def turning_points(values: FloatArray, least: float, stride: int = 1) -> list[int]:
    """Find highs and lows, in turn, that differ from their neighbours by at least a given size.

    Parameters
    ----------
    values : (t,) array
        Finite values.
    least : float
        Smallest swing from one turn to the next that counts, in the unit of the values.
    stride : int
        Look at every so many frames only; each turn is then sought again among the frames between.

    Returns
    -------
    list of int
        Frames, in order of time, highs and lows in turn; the first and the last are the extremes at the ends of the
        curve. Empty when the curve never swings that far.
    """
    coarse = values[::stride]
    found: list[int] = []
    low = high = 0  # the extremes since the last turn
    rising: bool | None = None
    for i in range(1, len(coarse)):
        if coarse[i] > coarse[high]:
            high = i
        if coarse[i] < coarse[low]:
            low = i
        if rising is not False and coarse[high] - coarse[i] >= least:
            found.append(high)
            rising, low = False, i
        elif rising is not True and coarse[i] - coarse[low] >= least:
            found.append(low)
            rising, high = True, i
    if rising is None:
        return []
    found.append(high if rising else low)
    return _refined(values, found, stride)


def _refined(values: FloatArray, coarse: list[int], stride: int) -> list[int]:
    found: list[int] = []
    for number, i in enumerate(coarse):
        neighbor = coarse[number - 1] if number else coarse[1]
        start, stop = max(0, (i - 1) * stride + 1), min(len(values), (i + 1) * stride)
        window = values[start:stop]
        best = np.argmax(window) if values[i * stride] > values[neighbor * stride] else np.argmin(window)
        found.append(start + int(best))
    return found
