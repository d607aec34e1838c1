"""Moments at which something begins to hold and goes on holding."""

from __future__ import annotations

import numpy as np

from footload.arrays import BoolArray
from footload.signals.runs import runs


def first_persistent(holds: BoolArray, n: int, start: int = 0, stop: int | None = None) -> int | None:
    """Find the first frame of the first stretch in which something holds for n frames in a row.

    Parameters
    ----------
    holds : (t,) array of bool
        Whether it holds, frame by frame.
    n : int
        How long it has to persist. [frames]
    start, stop : int
        Frames to look at, half open.

    Returns
    -------
    int, optional
        None when it never persists.
    """
    found = runs(holds[start:stop], n)
    return start + found[0][0] if found else None


def settled_from(holds: BoolArray) -> int | None:
    """Find the frame from which on something holds to the end.

    Parameters
    ----------
    holds : (t,) array of bool
        Whether it holds, frame by frame.

    Returns
    -------
    int, optional
        None when it does not hold in the last frame.
    """
    if not len(holds) or not holds[-1]:
        return None
    broken = np.flatnonzero(~holds)
    return int(broken[-1]) + 1 if len(broken) else 0
