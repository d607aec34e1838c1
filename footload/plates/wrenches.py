"""Channels of a plate to force and moment about the center of its top surface, in the plate's own axes, by plate type.

The types are those of the C3D format. What is not stated otherwise is from its description of force plates; the types
with eight channels follow Kistler's formulae (03.02.99).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.arrays import FloatArray

N_CHANNELS: Final[dict[int, int]] = {1: 6, 2: 6, 3: 8, 4: 6, 5: 8, 7: 8}
"""How many channels each type that can be computed has."""

MATRIX_SHAPE: Final[dict[int, tuple[int, int]]] = {4: (6, 6), 5: (6, 8), 7: (8, 8)}
"""Rows and columns of the calibration matrix, for the types that need one."""

REFUSED: Final[dict[int, str]] = {
    6: "type 6 (twelve channels with a 12 x 12 matrix): where its four sensors stand is not publicly defined",
    11: "type 11 (Kistler split-belt treadmill): its formula is not publicly defined",
    12: "type 12 (Kistler split-belt treadmill): its formula is not publicly defined",
    21: "type 21 (AMTI stairs): its formula is not publicly defined",
}
"""Types that are known by name but not computed, and why."""


@dataclass(frozen=True, slots=True, eq=False)
class PlateDefinition:
    """What a file says about one plate.

    Parameters
    ----------
    number : int
        Which plate of the file, from 1.
    type : int
        As in the C3D format.
    corners_mm : (4, 3) array
        In the lab's axes. [mm]
    origin_mm : (3,) array
        Types 2, 4, 5: from the sensors' origin to the surface's center. Types 3, 7: half distances of the sensors
        along x and y, and the depth of the sensors. [mm]
    matrix : array, optional
        Calibration matrix, for types 4, 5 and 7.
    polynomial : (12,) array, optional
        Kistler's correction of the center of pressure.

    Raises
    ------
    ValueError
        When the type cannot be computed, or its matrix is missing or has another shape.
    """

    number: int
    type: int
    corners_mm: FloatArray
    origin_mm: FloatArray
    matrix: FloatArray | None = None
    polynomial: FloatArray | None = None

    def __post_init__(self) -> None:
        if self.type not in N_CHANNELS:
            known = ", ".join(map(str, N_CHANNELS))
            why = REFUSED.get(self.type, f"type {self.type} is not known (known are {known})")
            raise ValueError(f"Plate {self.number} cannot be computed: {why}.")
        needed = MATRIX_SHAPE.get(self.type)
        if needed is None:
            return
        shape = None if self.matrix is None else self.matrix.shape
        if shape != needed:
            rows, columns = needed
            found = "none" if shape is None else f"one of {shape[0]} x {shape[1]}"
            raise ValueError(
                f"Plate {self.number} is of type {self.type} and needs a calibration matrix of {rows} x {columns}, "
                f"but the file has {found}."
            )

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return N_CHANNELS[self.type]


def force_and_moment(
    definition: PlateDefinition, channels: FloatArray, up: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Turn channels into force and moment about the center of the top surface.

    Parameters
    ----------
    definition : PlateDefinition
        Type, origin and matrix.
    channels : (t, n) array
        Scaled values, zeroed. Type 1: N, mm and N·mm; type 2: N and N·mm; others as their matrix asks.
    up : (3,) array
        The direction that is upward in the lab, in the plate's own axes.

    Returns
    -------
    force_n : (t, 3) array
        In the plate's own axes, with the sign of the file. [N]
    moment_nmm : (t, 3) array
        About the center of the top surface, same axes and sign. [N·mm]
    """
    if definition.type == 1:
        return _from_pressure_center(channels)
    if definition.type in {3, 7}:
        sensors = channels if definition.matrix is None else channels @ definition.matrix.T
        return _from_eight_sensors(sensors, definition.origin_mm)
    values = channels if definition.matrix is None or definition.type == 2 else channels @ definition.matrix.T
    force, moment = values[:, :3], values[:, 3:6]
    return force, moment + np.cross(force, _origin_below(definition.origin_mm, up))


def _from_pressure_center(channels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Type 1 stores Fx, Fy, Fz, the center of pressure and the free moment: M = p x F + (0, 0, Tz)."""
    force, place = channels[:, :3], np.zeros((len(channels), 3))
    # Some programs write the place of an unloaded plate as NaN; without force it makes no moment.
    place[:, :2] = np.where(np.isfinite(channels[:, 3:5]) | (force[:, 2:] != 0), channels[:, 3:5], 0.0)
    moment = np.cross(place, force)
    moment[:, 2] += channels[:, 5]
    return force, moment


def _origin_below(origin_mm: FloatArray, up: FloatArray) -> FloatArray:
    """The vector from the sensors' origin up to the surface; programs write it with either sign."""
    return -origin_mm if float(origin_mm @ up) < 0 else origin_mm


def _from_eight_sensors(channels: FloatArray, origin_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Types 3 and 7: fx12, fx34, fy14, fy23, fz1, fz2, fz3, fz4.

    The half distances a and b are positive and the surface is at az0 < 0, whatever sign a program writes: Kistler's
    plate frame has z downward. BioWare writes az0 > 0.
    """
    a, b, depth = float(abs(origin_mm[0])), float(abs(origin_mm[1])), -float(abs(origin_mm[2]))
    fx12, fx34, fy14, fy23, fz1, fz2, fz3, fz4 = channels.T
    fx, fy, fz = fx12 + fx34, fy14 + fy23, fz1 + fz2 + fz3 + fz4
    mx = b * (fz1 + fz2 - fz3 - fz4) + fy * depth
    my = a * (-fz1 + fz2 + fz3 - fz4) - fx * depth
    mz = b * (-fx12 + fx34) + a * (fy14 - fy23)
    return np.column_stack([fx, fy, fz]), np.column_stack([mx, my, mz])
