"""The longest stretch of quiet stance in a trial, and the way of the CoP in it."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import Side
from footload.signals.runs import runs
from footload.tasks.sway import Sway

LEAST_S = 5.0
"""Shorter stances are not judged at all."""

_NEAR = 0.25


def sway_of(
    time_s: FloatArray, cop_mm: FloatArray, vertical_n: FloatArray, side: Side | None = None
) -> tuple[Sway | None, str]:
    """Take the CoP of the longest stretch in which somebody stands.

    Somebody stands where the force stays within a quarter of its usual value and there is a CoP.

    Parameters
    ----------
    time_s : (t,) array
        Rising, evenly spaced times. [s]
    cop_mm : (t, 2) array
        Forward, and to the right (or along and medial of one foot); NaN where there is none. [mm]
    vertical_n : (t,) array
        Vertical force of the whole body. [N]
    side : Side, optional
        The foot, where it is that of one foot.

    Returns
    -------
    sway : Sway, optional
        None when nobody stands long enough.
    why : str
        Why not; empty when there is one.
    """
    known = np.where(np.isfinite(vertical_n), vertical_n, 0.0)
    if len(time_s) < 2 or not (known > 0).any():
        return None, "nobody stands on the plates"
    typical = float(np.median(known[known > 0.05 * known.max()]))
    standing = (np.abs(known - typical) < _NEAR * typical) & np.isfinite(cop_mm).all(axis=1)
    longest = max(runs(standing), key=lambda run: run[1] - run[0], default=(0, 0))
    step_s = float(np.median(np.diff(time_s)))
    duration_s = (longest[1] - longest[0]) * step_s
    if duration_s < LEAST_S:
        return None, f"the longest time that somebody stands is {duration_s:.1f} s, and {LEAST_S:g} s are needed"
    frames = slice(*longest)
    notes = (f"{duration_s:.1f} s at {1 / step_s:.0f} Hz; length, rate and filter change every value of sway",)
    return Sway(cop_mm[frames, 0], cop_mm[frames, 1], 1 / step_s, side, notes), ""
