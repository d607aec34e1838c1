"""Which way is up, and which sign is a load: what files leave open is found from their data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.plates.geometry import rotation_of
from footload.plates.pressure_center import LEAST_FORCE_N
from footload.plates.wrenches import PlateDefinition

_FIXED_DOWNWARD: Final = frozenset({3, 7})
"""Types whose formula itself has z downward."""

_TO_Z_UP: Final = {
    (2, 1): np.eye(3),
    (2, -1): np.diag([1.0, -1.0, -1.0]),
    (1, 1): np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]]),
    (1, -1): np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]),
    (0, 1): np.array([[0, 1.0, 0], [0, 0, 1], [1, 0, 0]]),
    (0, -1): np.array([[0, -1.0, 0], [0, 0, 1], [-1, 0, 0]]),
}


@dataclass(frozen=True, slots=True, eq=False)
class LabAxes:
    """How a file's lab axes become those of footload, with z upward.

    Parameters
    ----------
    turn : (3, 3) array
        ``ours = turn @ theirs``; a rotation, never a mirror.
    said : str
        What was turned and why; empty when z was upward already.
    """

    turn: FloatArray
    said: str


def lab_axes(plates: Sequence[PlateDefinition], markers: FloatArray) -> LabAxes:
    """Find the upward axis of a lab.

    It is the axis that the plates' surfaces look along. Its sign comes from the markers, which are above the plates.
    Without markers it is positive, except where every plate is of a type whose own z axis points down by its formula
    and the corners say that this z is the lab's positive axis: then the lab's axis points down.

    Parameters
    ----------
    plates : sequence of PlateDefinition
        May be empty; z is upward then.
    markers : (n, 3) array
        Places of markers at any time; may be empty. In the file's axes and the plates' unit.

    Returns
    -------
    LabAxes
        The turn that makes z upward.
    """
    if not plates:
        return LabAxes(np.eye(3), "")
    downward = np.mean([rotation_of(plate.corners_mm)[:, 2] for plate in plates], axis=0)
    axis = int(np.argmax(np.abs(downward)))
    sign = _sign_from_markers(plates, markers, axis)
    because = "the markers are on that side of the plates"
    if sign == 0:
        reversed_lab = all(plate.type in _FIXED_DOWNWARD for plate in plates) and downward[axis] > 0
        sign = -1 if reversed_lab else 1
        because = "the plates' own z axis, which points down, is the lab's axis" if reversed_lab else "plates lie flat"
    if (axis, sign) == (2, 1):
        return LabAxes(np.eye(3), "")
    name = f"{'-' if sign < 0 else '+'}{'xyz'[axis]}"
    return LabAxes(_TO_Z_UP[axis, sign], f"The file's {name} axis is upward ({because}); everything was turned to +z.")


def _sign_from_markers(plates: Sequence[PlateDefinition], markers: FloatArray, axis: int) -> int:
    """Sign of the axis on which most markers are above the plates; 0 when there are none or they do not agree."""
    heights = markers[:, axis] - np.mean([plate.corners_mm[:, axis].mean() for plate in plates])
    heights = heights[np.isfinite(heights)]
    if not len(heights):
        return 0
    above = float((heights > 0).mean())
    return 1 if above > 0.9 else -1 if above < 0.1 else 0


def load_signs(vertical_n: Sequence[FloatArray], least_force_n: float = LEAST_FORCE_N) -> list[int]:
    """Which sign of the vertical force is a load, plate by plate.

    A file may hold the force of the person on the plate or that of the plate on the person, whatever its labels say.
    Large forces are loads, so the sign is that of the sum of ``F |F|``. A plate that was never loaded takes the sign of
    the others.

    Parameters
    ----------
    vertical_n : sequence of (t,) array
        Vertical force of each plate, upward positive, as the file has it. [N]
    least_force_n : float
        Plates whose force never exceeds this were not loaded. [N]

    Returns
    -------
    list of int
        1 where the file has the force on the person already, -1 where it has to be turned round.
    """
    sums = [
        float(np.nansum(force * np.abs(force)))
        if len(force) and float(np.nanmax(np.abs(force), initial=0.0)) > least_force_n
        else 0.0
        for force in vertical_n
    ]
    others = -1 if sum(np.sign(total) for total in sums) < 0 else 1
    return [int(np.sign(total)) or others for total in sums]
