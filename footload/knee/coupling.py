"""How two curves of one repetition go together: their correlation at the lag at which it is strongest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray, check_shape


@dataclass(frozen=True, slots=True)
class Coupling:
    """Strongest correlation of two curves.

    Parameters
    ----------
    correlation : float
        Between -1 and 1.
    lag_s : float
        Positive when the second curve follows the first. [s]
    """

    correlation: float
    lag_s: float


FEWEST_FRAMES = 10


def coupling_of(
    time_s: FloatArray, first: FloatArray, second: FloatArray, longest_lag_s: float = 0.3
) -> Coupling | None:
    """Find the lag at which two curves correlate most strongly, of either sign.

    At each lag the part in which both curves are known is compared, each about its own mean there.

    Parameters
    ----------
    time_s : (t,) array
        Rising, evenly spaced times. [s]
    first, second : (t,) array
        Curves; NaN where not known.
    longest_lag_s : float
        Lags up to this are tried, of either sign. [s]

    Returns
    -------
    Coupling, optional
        None when fewer than ten frames are known, or a curve does not change at all.

    Raises
    ------
    ValueError
        When a curve does not fit the times.
    """
    for name, curve in (("first", first), ("second", second)):
        check_shape(name, curve, (len(time_s),), f"{len(time_s)} times")
    if len(time_s) < FEWEST_FRAMES:
        return None
    step_s = float(np.median(np.diff(time_s)))
    most = min(round(longest_lag_s / step_s), len(time_s) - FEWEST_FRAMES)
    found: list[tuple[float, float]] = []
    for lag in sorted(range(-most, most + 1), key=abs):
        n = len(time_s) - abs(lag)
        one, other = first[max(-lag, 0) :][:n], second[max(lag, 0) :][:n]
        known = np.isfinite(one) & np.isfinite(other)
        if known.sum() < FEWEST_FRAMES:
            continue
        a, b = one[known] - one[known].mean(), other[known] - other[known].mean()
        size = float(np.sqrt((a @ a) * (b @ b)))
        if size > 0:
            found.append((float(a @ b) / size, lag * step_s))
    if not found:
        return None
    # Of lags that are equally strong, the shortest: they come first.
    return Coupling(*max(found, key=lambda pair: round(abs(pair[0]), 9)))
