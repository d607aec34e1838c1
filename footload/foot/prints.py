"""The print of a foot: the cells it ever touched, as a shape made of small rectangles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.recordings import SensorLayout

Point = tuple[float, float]

_ROUNDING_MM = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Footprint:
    """The touched cells of a foot.

    Parameters
    ----------
    sensors : (m,) array of int
        Their indices in the layout.
    x_mm, y_mm : (m,) array
        Their centres in the plate frame. [mm]
    pressure_kpa : (m,) array
        Maximum pressure image. [kPa, or counts]
    half_mm : (x, y)
        Half the size of a cell. [mm]
    """

    sensors: IntArray
    x_mm: FloatArray
    y_mm: FloatArray
    pressure_kpa: FloatArray
    half_mm: tuple[float, float]

    @property
    def n_sensors(self) -> int:
        """Number of touched cells."""
        return len(self.sensors)

    @property
    def corners_mm(self) -> FloatArray:
        """(4 m, 2) corners of all touched cells. [mm]"""
        half_x, half_y = self.half_mm
        signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64) * (half_x, half_y)
        return (np.column_stack([self.x_mm, self.y_mm])[:, None, :] + signs).reshape(-1, 2)

    def reach_mm(self, direction: Point) -> float:
        """Half the extent of a cell along a direction. [mm]

        Parameters
        ----------
        direction : (x, y)
            Unit vector.

        Returns
        -------
        float
            Half of the cell's shadow on the direction. [mm]
        """
        return abs(direction[0]) * self.half_mm[0] + abs(direction[1]) * self.half_mm[1]

    def extent_mm(self, origin: Point, direction: Point) -> tuple[float, float]:
        """Where the print begins and ends along a direction. [mm]

        Parameters
        ----------
        origin : (x, y)
            Where 0 is. [mm]
        direction : (x, y)
            Unit vector.

        Returns
        -------
        low, high : float
            Edges of the outermost cells. [mm]
        """
        along = (self.x_mm - origin[0]) * direction[0] + (self.y_mm - origin[1]) * direction[1]
        reach = self.reach_mm(direction)
        return float(along.min()) - reach, float(along.max()) + reach

    def crossings_mm(self, origins: FloatArray, direction: Point) -> tuple[FloatArray, FloatArray]:
        """First and last point of the print on parallel lines; NaN where a line misses it. [mm]

        Parameters
        ----------
        origins : (k, 2) array
            A point of each line. [mm]
        direction : (x, y)
            Unit vector along the lines.

        Returns
        -------
        low, high : (k,) array
            Distances from the origins along the direction. [mm]
        """
        lines = np.asarray(origins, np.float64)
        near = self._near(lines, direction)
        enter = np.full((len(lines), np.count_nonzero(near)), -np.inf)
        leave = np.full_like(enter, np.inf)
        for axis, center in enumerate((self.x_mm[near], self.y_mm[near])):
            away = center[None, :] - lines[:, axis, None]
            half, step = self.half_mm[axis], direction[axis]
            if abs(step) < 1e-12:
                enter[np.abs(away) > half] = np.inf
                continue
            one, two = (away - half) / step, (away + half) / step
            np.maximum(enter, np.minimum(one, two), out=enter)
            np.minimum(leave, np.maximum(one, two), out=leave)
        hit = enter < leave
        met = hit.any(axis=1)
        low = np.where(met, np.where(hit, enter, np.inf).min(axis=1, initial=np.inf), np.nan)
        return low, np.where(met, np.where(hit, leave, -np.inf).max(axis=1, initial=-np.inf), np.nan)

    def _near(self, lines: FloatArray, direction: Point) -> BoolArray:
        """(m,) the cells that parallel lines may cross: those between the outermost lines, and a cell beyond them."""
        if not len(lines):
            return np.zeros(self.n_sensors, bool)
        across = (direction[1], -direction[0])
        places = self.x_mm * across[0] + self.y_mm * across[1]
        of_lines = lines[:, 0] * across[0] + lines[:, 1] * across[1]
        reach = self.reach_mm(across) + _ROUNDING_MM
        return (places >= of_lines.min() - reach) & (places <= of_lines.max() + reach)

    def share_below(self, origin: Point, direction: Point, distances_mm: FloatArray) -> FloatArray:
        """Part of every cell that lies below lines across a direction. [ratio]

        Parameters
        ----------
        origin : (x, y)
            Where 0 is. [mm]
        direction : (x, y)
            Unit vector; the lines are perpendicular to it.
        distances_mm : (k,) array
            Where the lines are. [mm]

        Returns
        -------
        (k, m) array
            From 0 to 1, exact for rectangles.

        Notes
        -----
        The shadow of a rectangle on a line is the sum of two uniform distributions, so the part below a distance is
        their joint distribution function, a piecewise quadratic.
        """
        along = (self.x_mm - origin[0]) * direction[0] + (self.y_mm - origin[1]) * direction[1]
        below = np.asarray(distances_mm, np.float64)[:, None] - along[None, :]
        wide = abs(direction[0]) * self.half_mm[0]
        narrow = abs(direction[1]) * self.half_mm[1]
        wide, narrow = max(wide, narrow), min(wide, narrow)
        if narrow < 1e-9:
            return np.clip((below + wide) / (2 * wide), 0.0, 1.0)

        def ramp(offset: float) -> FloatArray:
            return np.maximum(below + offset, 0.0) ** 2

        area = ramp(wide + narrow) - ramp(wide - narrow) - ramp(narrow - wide) + ramp(-wide - narrow)
        return np.clip(area / (8 * wide * narrow), 0.0, 1.0)


def footprint_of(image: FloatArray, layout: SensorLayout, loaded: float) -> Footprint:
    """Make the print of a maximum pressure image.

    Parameters
    ----------
    image : (n,) array
        Maximum pressure of each sensor, 0 outside the foot. [kPa, or counts]
    layout : SensorLayout
        Where the sensors are.
    loaded : float
        Least pressure at which a sensor counts as touched; sensors at 0 never do.

    Returns
    -------
    Footprint
        May be empty.
    """
    sensors = np.flatnonzero((image >= loaded) & (image > 0))
    pitch_x, pitch_y = layout.pitch_mm
    return Footprint(sensors, layout.x_mm[sensors], layout.y_mm[sensors], image[sensors], (pitch_x / 2, pitch_y / 2))
