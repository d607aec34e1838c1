"""Center of pressure and free moment of a plate; NaN where the load is too small to have one."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.plates.geometry import PlateAxes
from footload.recordings import ForceRecording

LEAST_FORCE_N: Final = 20.0
"""Below this load a plate has no center of pressure: noise divided by next to nothing. [N]"""


def load_n(recording: ForceRecording) -> FloatArray:
    """Force square to the plate's surface, positive when something stands on it. [N]

    Parameters
    ----------
    recording : ForceRecording
        One plate.

    Returns
    -------
    (t,) array
        [N]
    """
    # Plates that measure the vertical force only have no others (NaN), and those do not count where they have no part.
    normal = PlateAxes.of(recording.plate).normal
    part = np.flatnonzero(normal)
    return recording.force_n[:, part] @ normal[part]


def center_of_pressure_mm(recording: ForceRecording, least_force_n: float = LEAST_FORCE_N) -> FloatArray:
    """Where the force acts on the plate's surface, in the lab. [mm]

    ``p = center + n x M / (n . F)`` with the surface's normal n and the moment M about its center. Filter the recording
    before, not the result: filtering a quotient is not the quotient of what was filtered.

    Parameters
    ----------
    recording : ForceRecording
        One plate.
    least_force_n : float
        NaN where the load is smaller. [N]

    Returns
    -------
    (t, 3) array
        [mm]
    """
    axes = PlateAxes.of(recording.plate)
    load = load_n(recording)
    held = np.where(load >= least_force_n, load, np.nan)
    # The moment along the normal has no part in it, and plates that only weigh do not measure it (NaN).
    unneeded = np.isnan(recording.moment_nmm) & (np.abs(axes.normal) > 1 - 1e-9)
    moment_nmm = np.where(unneeded, 0.0, recording.moment_nmm)
    return axes.center_mm + np.cross(axes.normal, moment_nmm) / held[:, None]


def free_moment_nmm(recording: ForceRecording, least_force_n: float = LEAST_FORCE_N) -> FloatArray:
    """Moment square to the surface about the center of pressure, of the ground on the person. [N·mm]

    ``T = n . (M - (p - center) x F)``, positive counterclockwise seen from above.

    Parameters
    ----------
    recording : ForceRecording
        One plate.
    least_force_n : float
        NaN where the load is smaller. [N]

    Returns
    -------
    (t,) array
        [N·mm]
    """
    axes = PlateAxes.of(recording.plate)
    arm = center_of_pressure_mm(recording, least_force_n) - axes.center_mm
    return (recording.moment_nmm - np.cross(arm, recording.force_n)) @ axes.normal
