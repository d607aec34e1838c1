"""External knee abduction moment by the lever arm of the ground reaction: an estimate, and what it leaves out.

The shank and foot are taken for massless, so the moment of the ground reaction about the knee is all there is. That is
good in slow movements and wrong at impact, where the segments' own acceleration counts. Force and markers need the same
low-pass filter before.

The sign trap: with knee and body where they are, a CoP that moves medially moves the force medially, which raises the
external adduction moment and lowers the abduction (valgus) moment. A medial shift is a mark of pronation, not a push of
the knee inward.
"""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.knee.angles import to_the_right
from footload.recordings import Side

_NM_PER_NMM = 1e-3


def external_abduction_moment_nm(
    force_n: FloatArray, point_mm: FloatArray, knee_mm: FloatArray, side: Side, forward: FloatArray
) -> FloatArray:
    """External knee abduction moment, estimated by the ground reaction's lever arm. [N·m]

    ``((P - K) x F)`` about the forward direction, with the force F at the CoP P and the knee center K.

    Parameters
    ----------
    force_n : (t, 3) array
        Of the ground on this foot. [N]
    point_mm, knee_mm : (t, 3) array
        Its CoP and the knee center. [mm]
    side : Side
        Which leg.
    forward : (3,) array
        Where the person faces.

    Returns
    -------
    (t,) array
        Positive when the force passes lateral to the knee, which turns it toward valgus. [N·m]
    """
    right = to_the_right(forward)
    level = np.cross(np.array([0.0, 0.0, 1.0]), right)
    about = np.cross(point_mm - knee_mm, force_n) @ level * _NM_PER_NMM
    return about if side is Side.LEFT else -about
