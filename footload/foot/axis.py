"""The foot's own frame: origin at the heel, +ap toward the toes, +ml medial for both feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.trials import FootPlacement, Side


@dataclass(frozen=True, slots=True)
class FootAxis:
    """The line from the heel to the second toe, and the size of the foot along it.

    Parameters
    ----------
    side : Side
        Which foot; decides where medial is.
    heel_mm : (x, y)
        Rear end of the foot on the axis, in the plate frame: ap = 0, ml = 0. [mm]
    forefoot_mm : (x, y)
        Another point of the axis, at the second toe or the second metatarsal head. [mm]
    length_mm : float
        Foot length along the axis. [mm]
    width_mm : float
        Foot width, medial to lateral border of the print's convex hull, on the perpendicular at 0.667 of the length;
        NaN when the print spans no area there. [mm]

    Raises
    ------
    ValueError
        When the two points are the same or the length is not positive.
    """

    side: Side
    heel_mm: tuple[float, float]
    forefoot_mm: tuple[float, float]
    length_mm: float
    width_mm: float

    def __post_init__(self) -> None:
        if self.heel_mm == self.forefoot_mm:
            raise ValueError(f"Heel and forefoot are both at {self.heel_mm} mm, but an axis needs two places.")
        if not self.length_mm > 0:
            raise ValueError(f"length_mm is {self.length_mm:g}, but a foot has a length above 0 mm.")

    @classmethod
    def of_placement(cls, placement: FootPlacement) -> FootAxis:
        """Make the axis of a foot whose place was entered or measured elsewhere.

        Parameters
        ----------
        placement : FootPlacement
            Heel centre, second toe, length and width.

        Returns
        -------
        FootAxis
            Origin at the heel centre that was given.
        """
        return cls(placement.side, placement.heel_mm, placement.forefoot_mm, placement.length_mm, placement.width_mm)

    @property
    def direction(self) -> tuple[float, float]:
        """Unit vector from heel to toes in the plate frame."""
        dx = self.forefoot_mm[0] - self.heel_mm[0]
        dy = self.forefoot_mm[1] - self.heel_mm[1]
        norm = float(np.hypot(dx, dy))
        return dx / norm, dy / norm

    @property
    def medial(self) -> tuple[float, float]:
        """Unit vector toward the medial side in the plate frame."""
        dx, dy = self.direction
        return (dy, -dx) if self.side is Side.LEFT else (-dy, dx)

    @property
    def progression_angle_deg(self) -> float:
        """Angle of the axis to the walking direction, positive = toe-out. [deg]"""
        dx, dy = self.direction
        outward = -dx if self.side is Side.LEFT else dx
        return float(np.degrees(np.arctan2(outward, dy)))

    def to_foot(self, x_mm: FloatArray, y_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Turn plate points into foot coordinates. [mm]

        Parameters
        ----------
        x_mm, y_mm : array
            Points in the plate frame. [mm]

        Returns
        -------
        ap_mm, ml_mm : array
            Toward the toes from the heel end, and medial of the axis. [mm]
        """
        dx, dy = x_mm - self.heel_mm[0], y_mm - self.heel_mm[1]
        along, medial = self.direction, self.medial
        return dx * along[0] + dy * along[1], dx * medial[0] + dy * medial[1]

    def points_mm(self, ap_mm: FloatArray) -> FloatArray:
        """(k, 2) points of the axis in the plate frame. [mm]

        Parameters
        ----------
        ap_mm : (k,) array
            Distances from the heel end. [mm]

        Returns
        -------
        (k, 2) array
            x and y. [mm]
        """
        return np.asarray(self.heel_mm) + np.asarray(ap_mm)[:, None] * np.asarray(self.direction)

    def to_plate(self, ap_mm: FloatArray, ml_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Turn foot coordinates into plate points. [mm]

        Parameters
        ----------
        ap_mm, ml_mm : array
            Foot coordinates. [mm]

        Returns
        -------
        x_mm, y_mm : array
            In the plate frame. [mm]
        """
        along, medial = self.direction, self.medial
        return (
            self.heel_mm[0] + ap_mm * along[0] + ml_mm * medial[0],
            self.heel_mm[1] + ap_mm * along[1] + ml_mm * medial[1],
        )
