"""Valleys of a maximum pressure image, followed as the path of least pressure."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.foot.axis import FootAxis
from footload.recordings import SensorLayout

FINENESS = 2
"""Steps of a search per cell."""

_STEEPEST = 2
"""A path moves at most this many steps sideways for one step ahead."""

_HOLD = 0.05
"""What a step at the rim of the corridor costs more than one on the usual place, as a share of the highest pressure:
a path leaves the usual place only for a valley, and lies on it where there is no pressure at all."""


def sampled(image: FloatArray, layout: SensorLayout, x_mm: FloatArray, y_mm: FloatArray) -> FloatArray:
    """Pressure at any places of a grid, linear between the cells. [kPa, or counts]

    Parameters
    ----------
    image : (n,) array
        One value a sensor. [kPa, or counts]
    layout : SensorLayout
        A grid.
    x_mm, y_mm : array
        Places in the plate frame. [mm]

    Returns
    -------
    array
        0 beside the grid. [kPa, or counts]
    """
    from scipy.ndimage import map_coordinates

    assert layout.grid is not None
    pitch_x, pitch_y = layout.pitch_mm
    places = np.stack([(y_mm - layout.y_mm[0]) / pitch_y, (x_mm - layout.x_mm[0]) / pitch_x])
    return np.asarray(map_coordinates(image.reshape(layout.grid), places, order=1, cval=0.0), np.float64)


def pressure_in_foot(
    image: FloatArray, layout: SensorLayout, axis: FootAxis, ap_mm: FloatArray, ml_mm: FloatArray
) -> FloatArray:
    """Pressure at places given in the foot frame. [kPa, or counts]

    Parameters
    ----------
    image : (n,) array
        One value a sensor. [kPa, or counts]
    layout : SensorLayout
        A grid.
    axis : FootAxis
        The foot's frame.
    ap_mm, ml_mm : array
        Places. [mm]

    Returns
    -------
    array
        0 beside the grid. [kPa, or counts]
    """
    return sampled(image, layout, *axis.to_plate(ap_mm, ml_mm))


def held_valley(pressure: FloatArray, away: FloatArray, open_to: BoolArray | None = None) -> IntArray:
    """Follow the valley of a picture within a corridor about the usual place of a line.

    Parameters
    ----------
    pressure : (rows, columns) array
        A row for each step along the line, a column for each place across it. [kPa, or counts]
    away : (rows, columns) array
        How far a place is from the usual one, 1 at the rim of the corridor; NaN where the line may not run.
    open_to : (rows, columns) array of bool, optional
        Where pressure counts; elsewhere the line keeps to the usual place. Everywhere by default.

    Returns
    -------
    (rows,) array of int
        The column in each row.

    Notes
    -----
    The path of least summed cost (dynamic programming), a step costing the pressure in parts of the highest one in the
    corridor, and 0.05 of it times the square of `away`.
    """
    counts = np.isfinite(away) if open_to is None else np.isfinite(away) & open_to
    highest = float(np.max(pressure, initial=0.0, where=counts))
    cost = np.where(counts, pressure / highest if highest > 0 else 0.0, 0.0) + _HOLD * away**2
    return cheapest_path(np.where(np.isfinite(cost), cost, np.inf))


def cheapest_path(cost: FloatArray) -> IntArray:
    """Column of the cheapest path from the first to the last row.

    Parameters
    ----------
    cost : (rows, columns) array
        Of each step; infinite where the path may not run.

    Returns
    -------
    (rows,) array of int
        It moves at most two columns a row.
    """
    n_rows, n_columns = cost.shape
    before = np.full(n_columns + 2 * _STEEPEST, np.inf)
    total = before[_STEEPEST:-_STEEPEST]
    reached = sliding_window_view(before, 2 * _STEEPEST + 1)
    came_from = np.zeros((n_rows, n_columns), np.int64)
    columns: IntArray = np.arange(n_columns, dtype=np.int64)
    total[:] = cost[0]
    for row in range(1, n_rows):
        best = reached.argmin(axis=1)
        came_from[row] = columns + best - _STEEPEST
        total[:] = reached[columns, best] + cost[row]
    np.clip(came_from, 0, n_columns - 1, out=came_from)
    path = [int(total.argmin())]
    for row in range(n_rows - 1, 0, -1):
        path.append(int(came_from[row, path[-1]]))
    return cast("IntArray", np.array(path[::-1], np.int64))
