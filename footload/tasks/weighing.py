"""Body weight from the force itself: when the person stands still, the ground pushes with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from footload.arrays import FloatArray
from footload.signals.runs import frames_of
from footload.signals.stillness import quietest

_BRIEF_S = 0.1
_LOADED_PART = 0.05
_NEAR = 0.25


class WeighingMethod(StrEnum):
    """Where in a recording the person is weighed."""

    QUIETEST = "quietest"
    """The stretch with the smallest standard deviation, wherever it lies."""

    FIRST = "first"
    """The first stretch of the recording, as many programs do; wrong where the person still moves."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """A body weight and where it comes from.

    Parameters
    ----------
    weight_n : float
        Mean force of the stretch. [N]
    noise_n : float
        Its standard deviation, with n - 1. [N]
    start, stop : int
        Frames of the stretch, half open.
    method : str
        In words, with its parameters.
    """

    weight_n: float
    noise_n: float
    start: int
    stop: int
    method: str


def weigh(
    time_s: FloatArray,
    force_n: FloatArray,
    method: WeighingMethod = WeighingMethod.QUIETEST,
    duration_s: float = 1.0,
    within: tuple[int, int] | None = None,
) -> Weighing | None:
    """Weigh the person in one stretch of the recording.

    The quietest stretch is sought only where the force, over a tenth of a second, stays within a quarter of what is
    usual when the plate is loaded: an empty plate is quieter than any person.

    Parameters
    ----------
    time_s : (t,) array
        Rising, evenly spaced times. [s]
    force_n : (t,) array
        Vertical force of all feet together; NaN is never still. [N]
    method : WeighingMethod
        Which stretch.
    duration_s : float
        Its length. [s]
    within : (start, stop), optional
        Frames in which it has to lie, half open; anywhere by default. Does not move the first stretch.

    Returns
    -------
    Weighing, optional
        None when there is no such stretch.
    """
    if len(time_s) < 3:
        return None
    n = frames_of(duration_s, time_s)
    if method is WeighingMethod.FIRST:
        return _weighed(force_n, 0, n, f"mean of the first {duration_s:g} s")
    first, last = within or (0, len(force_n))
    known = np.where(np.isfinite(force_n[first:last]), force_n[first:last], 0.0)
    if len(known) < n or not (known > 0).any():
        return None
    typical = float(np.median(known[known > _LOADED_PART * known.max()]))
    near = np.abs(_brief_means(known, min(frames_of(_BRIEF_S, time_s), n)) - typical) < _NEAR * typical
    found = quietest(known, n, near)
    if found is None:
        return None
    return _weighed(force_n, first + found.start, first + found.stop, f"mean of the quietest {duration_s:g} s")


def _brief_means(values: FloatArray, n: int) -> FloatArray:
    """Mean of the n frames around each frame; at the ends that of the first and the last n."""
    sums = np.empty(len(values) + 1)
    sums[0] = 0.0
    np.cumsum(values, out=sums[1:])
    means, before = np.empty(len(values)), n // 2
    whole = means[before : before + len(values) - n + 1]
    np.divide(sums[n:] - sums[:-n], n, out=whole)
    means[:before], means[before + len(whole) :] = whole[0], whole[-1]
    return means


def _weighed(force_n: FloatArray, start: int, stop: int, method: str) -> Weighing | None:
    stretch = force_n[start:stop]
    if len(stretch) < stop - start or len(stretch) < 2 or not np.isfinite(stretch).all():
        return None
    weight = float(stretch.mean())
    return Weighing(weight, float(stretch.std(ddof=1)), start, stop, method) if weight > 0 else None
