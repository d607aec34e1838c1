"""From the channels of a file's plates to force recordings in the lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.plates.geometry import rotation_of
from footload.plates.orientation import LabAxes, load_signs
from footload.plates.polynomial import corrected_moment
from footload.plates.pressure_center import LEAST_FORCE_N
from footload.plates.wrenches import PlateDefinition, force_and_moment
from footload.plates.zeroing import zeroed
from footload.recordings import ForceRecording, PlateGeometry


@dataclass(frozen=True, slots=True, eq=False)
class PlateChannels:
    """One plate and what it measured.

    Parameters
    ----------
    definition : PlateDefinition
        Type, corners, origin, matrix.
    channels : (t, n) array
        Scaled values; lengths in mm, moments in N·mm where the type stores them.
    zero : slice, optional
        Samples that the file calls unloaded.
    """

    definition: PlateDefinition
    channels: FloatArray
    zero: slice | None = None


def force_recordings(
    plates: Sequence[PlateChannels],
    time_s: FloatArray,
    lab: LabAxes,
    source: str,
    least_force_n: float = LEAST_FORCE_N,
) -> tuple[list[ForceRecording], list[str]]:
    """Compute force and moment of every plate.

    Parameters
    ----------
    plates : sequence of PlateChannels
        Plates and their channels.
    time_s : (t,) array
        One time base for all. [s]
    lab : LabAxes
        How the lab is turned so that z is upward.
    source : str
        File format.
    least_force_n : float
        Below this a plate counts as unloaded. [N]

    Returns
    -------
    recordings : list of ForceRecording
        Force of the ground on the person; one a plate.
    said : list of str
        What was decided on the way.

    Raises
    ------
    ValueError
        When a plate's corners do not span a surface.
    """
    found = [_in_lab(plate, lab, least_force_n) for plate in plates]
    signs = load_signs([force[:, 2] for force, _, _, _ in found], least_force_n)
    recordings: list[ForceRecording] = []
    said: list[str] = []
    for plate, sign, (force, moment, corners, steps) in zip(plates, signs, found, strict=True):
        definition = plate.definition
        if sign < 0:
            steps.append(f"turned round: the file holds the force on plate {definition.number}, not that on the person")
        said += [step for step in steps if "ZERO" in step]
        recordings.append(
            ForceRecording(
                time_s,
                force if sign > 0 else -force,
                moment if sign > 0 else -moment,
                PlateGeometry(corners),
                f"{source}, plate {definition.number} (type {definition.type})",
                tuple(steps),
            )
        )
    return recordings, said


def _in_lab(
    plate: PlateChannels, lab: LabAxes, least_force_n: float
) -> tuple[FloatArray, FloatArray, FloatArray, list[str]]:
    """Force, moment and corners in the turned lab, and what was done."""
    definition = plate.definition
    zeroing = zeroed(definition, plate.channels, plate.zero, least_force_n)
    corners = definition.corners_mm @ lab.turn.T
    rotation = rotation_of(corners)
    force, moment = force_and_moment(definition, zeroing.channels, rotation[2])
    steps = [f"force and moment about the surface's center from {definition.n_channels} channels"]
    if zeroing.said:
        steps.append(zeroing.said)
    if definition.polynomial is not None and np.any(definition.polynomial):
        moment = corrected_moment(force, moment, definition.polynomial, least_force_n)
        steps.append("center of pressure corrected by the file's polynomial (FPCOPPOLY)")
    whole = np.isfinite(force).all(axis=1) & np.isfinite(moment[:, 2])
    if not whole.all():
        force, moment = np.where(whole[:, None], force, np.nan), np.where(whole[:, None], moment, np.nan)
        steps.append(f"{int((~whole).sum())} samples that are not numbers were set missing")
    return force @ rotation.T, moment @ rotation.T, corners, steps
