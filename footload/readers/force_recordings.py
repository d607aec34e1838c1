"""Force recordings of files that do not say where their plates are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import ForceRecording, PlateGeometry, Side

TURN_Z_DOWN: Final = np.array([-1.0, 1.0, -1.0])
"""Turns a plate frame with z downward by half a turn about its y: x to the right of y, z upward."""


def unknown_plate() -> PlateGeometry:
    """A plate whose place the file does not say; its center is taken as the origin.

    Returns
    -------
    PlateGeometry
        Corners are NaN.
    """
    return PlateGeometry(np.full((4, 3), np.nan))


def vertical_recording(
    time_s: FloatArray, vertical_n: FloatArray, source: str, side: Side | None = None
) -> ForceRecording:
    """Make a recording of a plate that measures the vertical force only.

    Parameters
    ----------
    time_s : (t,) array
        [s]
    vertical_n : (t,) array
        Standing is positive. [N]
    source : str
        Format and plate.
    side : Side, optional
        The foot on it.

    Returns
    -------
    ForceRecording
        Shear and moments are not known (NaN).
    """
    missing = np.full(len(time_s), np.nan)
    force = np.column_stack([missing, missing, vertical_n])
    history = ("read: vertical force only; shear, moments and center of pressure are not known",)
    return ForceRecording(time_s, force, np.full((len(time_s), 3), np.nan), unknown_plate(), source, history, side)


def moment_about_center(center_mm: FloatArray, force_n: FloatArray, free_nmm: FloatArray) -> FloatArray:
    """Moment of a force at a place with a free moment: ``M = p x F + (0, 0, T)``. [N·mm]

    Parameters
    ----------
    center_mm : (t, 3) array
        Center of pressure from the plate's center. [mm]
    force_n : (t, 3) array
        [N]
    free_nmm : (t,) array
        About the vertical. [N·mm]

    Returns
    -------
    (t, 3) array
        Where the place is not known, the moment is not either (NaN). [N·mm]
    """
    moment = np.cross(center_mm, force_n)
    moment[:, 2] += free_nmm
    return moment


def numbered_notes(notes: Sequence[str]) -> Mapping[str, str]:
    """Notes of a trial from sentences.

    Parameters
    ----------
    notes : sequence of str
        Each once.

    Returns
    -------
    mapping of str to str
        ``file 1``, ``file 2``, ...
    """
    return {f"file {number}": note for number, note in enumerate(notes, 1)}
