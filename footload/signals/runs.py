"""Stretches of frames in which something holds."""

from __future__ import annotations

import numpy as np

from footload.arrays import BoolArray, FloatArray

_ENOUGH_STEPS = 300


def runs(holds: BoolArray, shortest: int = 1) -> list[tuple[int, int]]:
    """Find the stretches in which something holds without interruption.

    Parameters
    ----------
    holds : (t,) array of bool
        Whether it holds, frame by frame.
    shortest : int
        Stretches of fewer frames do not persist and are left out.

    Returns
    -------
    list of (start, stop)
        Half open, in order of time.
    """
    n = len(holds)
    if n == 0:
        return []
    edges: list[int] = (np.flatnonzero(holds[1:] != holds[:-1]) + 1).tolist()
    if holds[0]:
        edges.insert(0, 0)
    if holds[-1]:
        edges.append(n)
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= shortest]


def frames_of(duration_s: float, time_s: FloatArray) -> int:
    """Number of frames that a duration takes, at least one.

    Parameters
    ----------
    duration_s : float
        Duration. [s]
    time_s : (t,) array
        Rising times; of a single one no step is known, and every duration takes that one frame. [s]

    Returns
    -------
    int
        From the usual time between frames: the median of steps that are spread over the recording.
    """
    # Some hundred steps spread over the recording say what is usual; all of them took half of a jump's analysis.
    if len(time_s) < 2:
        return 1
    stride = max(1, (len(time_s) - 1) // _ENOUGH_STEPS)
    steps = time_s[1::stride] - time_s[:-1:stride]
    middle = len(steps) // 2
    return max(1, round(duration_s / float(np.partition(steps, middle)[middle])))
