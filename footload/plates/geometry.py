"""Where a plate is and how its own axes lie in the lab."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import PlateGeometry

_SHORTEST_EDGE_MM = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class PlateAxes:
    """A plate's center at its top surface, and its axes.

    Parameters
    ----------
    center_mm : (3,) array
        Mean of the four corners, in the lab. [mm]
    rotation : (3, 3) array
        Columns are the plate's x, y and z axis in the lab: ``lab = rotation @ plate``.
    """

    center_mm: FloatArray
    rotation: FloatArray

    @classmethod
    def of(cls, plate: PlateGeometry) -> PlateAxes:
        """Find the axes of a plate from its corners.

        The corners stand in the plate's quadrants (+x, +y), (-x, +y), (-x, -y), (+x, -y), so that x runs from the
        second corner to the first and y from the fourth to the first; z is their cross product, which points down in
        plates that follow the C3D convention. y is made square to x.

        Parameters
        ----------
        plate : PlateGeometry
            A plate whose corners are not known (NaN) has its center at the origin and the axes of the lab.

        Returns
        -------
        PlateAxes
            In the lab.

        Raises
        ------
        ValueError
            When the corners lie on one line or on top of each other.
        """
        corners = plate.corners_mm
        if np.isnan(corners).all():
            return cls(np.zeros(3), np.eye(3))
        return cls(corners.mean(axis=0), rotation_of(corners))

    @property
    def normal(self) -> FloatArray:
        """(3,) unit vector out of the surface, upward."""
        z = self.rotation[:, 2]
        return z if z[2] >= 0 else -z

    def to_plate(self, lab_mm: FloatArray) -> FloatArray:
        """Give places in the plate's own axes, from its center.

        Parameters
        ----------
        lab_mm : (..., 3) array
            Places in the lab. [mm]

        Returns
        -------
        (..., 3) array
            In the plate. [mm]
        """
        return (lab_mm - self.center_mm) @ self.rotation

    def to_lab(self, plate_mm: FloatArray) -> FloatArray:
        """Give places in the lab.

        Parameters
        ----------
        plate_mm : (..., 3) array
            Places in the plate's own axes, from its center. [mm]

        Returns
        -------
        (..., 3) array
            In the lab. [mm]
        """
        return plate_mm @ self.rotation.T + self.center_mm


def rotation_of(corners: FloatArray) -> FloatArray:
    """Find the axes that four corners span.

    Parameters
    ----------
    corners : (4, 3) array
        In the order of the C3D convention, in any unit.

    Returns
    -------
    (3, 3) array
        Columns are x, y and z.

    Raises
    ------
    ValueError
        When they are not finite, lie on one line or on top of each other.
    """
    x, y = corners[0] - corners[1], corners[0] - corners[3]
    length = float(np.linalg.norm(x))
    if not np.isfinite(corners).all() or length < _SHORTEST_EDGE_MM:
        raise ValueError("The plate's corners do not span a surface; four different places are needed.")
    x = x / length
    y = y - x * float(x @ y)
    length = float(np.linalg.norm(y))
    if length < _SHORTEST_EDGE_MM:
        raise ValueError("The plate's corners lie on one line; four corners of a surface are needed.")
    rotation: FloatArray = np.empty((3, 3))
    rotation[:, 0], rotation[:, 1] = x, y / length
    rotation[:, 2] = np.cross(rotation[:, 0], rotation[:, 1])
    return rotation


def inside(plate: PlateGeometry, lab_mm: FloatArray, margin_mm: float = 0.0) -> FloatArray:
    """How far places lie inside the plate's edges: positive inside, negative outside, NaN where not known. [mm]

    Parameters
    ----------
    plate : PlateGeometry
        The plate.
    lab_mm : (..., 3) array
        Places in the lab; only where they are over the plate counts, not how high. [mm]
    margin_mm : float
        Widens the plate on every side. [mm]

    Returns
    -------
    (...) array
        Distance to the nearest edge. [mm]
    """
    axes = PlateAxes.of(plate)
    half = np.abs(axes.to_plate(plate.corners_mm)[:, :2]).mean(axis=0)
    return (half + margin_mm - np.abs(axes.to_plate(lab_mm)[..., :2])).min(axis=-1)
