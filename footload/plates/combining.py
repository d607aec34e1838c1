"""Several plates as one: forces added, moments brought to one point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from footload.arrays import FloatArray
from footload.plates.geometry import PlateAxes
from footload.recordings import ForceRecording, PlateGeometry

_SAME_TIME_S = 1e-6


def combined(recordings: Sequence[ForceRecording]) -> ForceRecording:
    """Add several plates up as if they were one that covers them all.

    ``F = sum F_i`` and ``M = sum (M_i + (c_i - c) x F_i)`` about the center c of the rectangle around all corners, at
    their mean height. With flat plates at one height, the center of pressure of the result is the mean of theirs,
    weighted by load.

    Parameters
    ----------
    recordings : sequence of ForceRecording
        On one time base, with known corners.

    Returns
    -------
    ForceRecording
        Its plate is the rectangle along the lab's axes around all plates.

    Raises
    ------
    ValueError
        When there is none, the times differ, or the corners of a plate are not known.
    """
    if not recordings:
        raise ValueError("There are no plates to combine; at least one is needed.")
    first = recordings[0]
    for number, other in enumerate(recordings[1:], 2):
        if other.n_frames != first.n_frames or np.abs(other.time_s - first.time_s).max(initial=0.0) > _SAME_TIME_S:
            raise ValueError(f"Plate {number} is not on the time base of plate 1; resample one of them before.")
    plate = _around([recording.plate for recording in recordings])
    center = PlateAxes.of(plate).center_mm
    force, moment = np.zeros_like(first.force_n), np.zeros_like(first.moment_nmm)
    for recording in recordings:
        force = force + recording.force_n
        arm = PlateAxes.of(recording.plate).center_mm - center
        moment = moment + recording.moment_nmm + np.cross(arm, recording.force_n)
    history = (*first.history, f"added up with {len(recordings) - 1} other plate(s) about one point")
    return ForceRecording(first.time_s, force, moment, plate, f"{len(recordings)} plates", history)


def _around(plates: Sequence[PlateGeometry]) -> PlateGeometry:
    corners: FloatArray = np.concatenate([plate.corners_mm for plate in plates])
    if not np.isfinite(corners).all():
        raise ValueError("The corners of a plate are not known, so its moments cannot be brought to a common point.")
    (left, back), (right, front) = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    height = corners[:, 2].mean()
    return PlateGeometry(
        np.array([[left, front, height], [right, front, height], [right, back, height], [left, back, height]])
    )
