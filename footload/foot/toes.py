"""The line between the toes and the rest of the foot: the valley of the maximum pressure image."""

from __future__ import annotations

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.prints import Footprint
from footload.recordings import SensorLayout

_MEDIAL_BOUNDS = (0.78, 0.90)
_LATERAL_BOUNDS = (0.68, 0.86)
"""Between these parts of the foot's length the line may run, at the medial and at the lateral border; straight in
between. Behind them lie the metatarsal heads, and behind those a high arch that is emptier than any toe's root."""

_FINENESS = 2
"""Steps of the search per cell."""

_STEEPEST = 2
"""The line moves at most this many steps along the foot for one step across it."""

_LENGTH_COST = 0.01
"""Cost of a step without pressure, as a share of the peak, so that the shortest of equal valleys is taken."""


def toe_line_mm(
    image: FloatArray, layout: SensorLayout, foot: Footprint, axis: FootAxis
) -> tuple[FloatArray, FloatArray]:
    """Find the valley between toes and metatarsal heads. [mm]

    Parameters
    ----------
    image : (n,) array
        Maximum pressure image of the foot.
    layout : SensorLayout
        A grid.
    foot : Footprint
        The touched cells.
    axis : FootAxis
        The foot's frame.

    Returns
    -------
    ml_mm, ap_mm : (k,) array
        The line from the medial to the lateral border, in the foot frame. [mm]

    Raises
    ------
    UndefinedMetricError
        When the device is not a grid.

    Notes
    -----
    The path of least summed pressure across the forefoot (dynamic programming), within bounds where the roots of the
    toes can be.
    """
    if layout.grid is None:
        raise UndefinedMetricError("Free sensor positions give no picture in which the toes' line could be found.")
    step = min(layout.pitch_mm) / _FINENESS
    ml_mm, ap_mm = _search_grid(foot, axis, step)
    x_mm, y_mm = axis.to_plate(ap_mm[None, :], ml_mm[:, None])
    pressure = _sampled(image, layout, x_mm, y_mm)
    cost = pressure + _LENGTH_COST * float(image.max())
    part = ap_mm / axis.length_mm
    across = np.linspace(0.0, 1.0, len(ml_mm))[:, None]
    for bound, outside in ((0, np.less), (1, np.greater)):
        edge = _MEDIAL_BOUNDS[bound] + across * (_LATERAL_BOUNDS[bound] - _MEDIAL_BOUNDS[bound])
        cost[outside(part[None, :], edge)] = np.inf
    return ml_mm, ap_mm[_cheapest_path(cost)]


def beyond(ap_mm: FloatArray, ml_mm: FloatArray, line_mm: tuple[FloatArray, FloatArray]) -> BoolArray:
    """Say which points lie in front of the toes' line.

    Parameters
    ----------
    ap_mm, ml_mm : (n,) array
        Points in the foot frame. [mm]
    line_mm : (ml_mm, ap_mm)
        From `toe_line_mm`; outside of the forefoot its ends go on straight across.

    Returns
    -------
    (n,) array of bool
        True for toes.
    """
    order = np.argsort(line_mm[0])
    return ap_mm >= np.interp(ml_mm, line_mm[0][order], line_mm[1][order])


def _search_grid(foot: Footprint, axis: FootAxis, step: float) -> tuple[FloatArray, FloatArray]:
    """Across the forefoot from medial to lateral, and along the foot where the toes' roots can be."""
    ap_mm, ml_mm = axis.to_foot(foot.x_mm, foot.y_mm)
    front = ap_mm > _LATERAL_BOUNDS[0] * axis.length_mm
    inside = ml_mm[front] if front.any() else ml_mm
    across = np.arange(inside.max() + step, inside.min() - 1.5 * step, -step)
    along = np.arange(_LATERAL_BOUNDS[0] * axis.length_mm, _MEDIAL_BOUNDS[1] * axis.length_mm, step)
    return across, along


def _sampled(image: FloatArray, layout: SensorLayout, x_mm: FloatArray, y_mm: FloatArray) -> FloatArray:
    from scipy.ndimage import map_coordinates

    assert layout.grid is not None
    pitch_x, pitch_y = layout.pitch_mm
    places = np.stack([(y_mm - layout.y_mm[0]) / pitch_y, (x_mm - layout.x_mm[0]) / pitch_x])
    return np.asarray(map_coordinates(image.reshape(layout.grid), places, order=1, cval=0.0), np.float64)


def _cheapest_path(cost: FloatArray) -> list[int]:
    """Column of the cheapest path from the first to the last row, moving at most `_STEEPEST` columns a row."""
    n_rows, n_columns = cost.shape
    total = cost[0].copy()
    came_from = np.zeros((n_rows, n_columns), int)
    columns: IntArray = np.arange(n_columns, dtype=np.int64)
    for row in range(1, n_rows):
        moves = range(-_STEEPEST, _STEEPEST + 1)
        options = np.full((len(moves), n_columns), np.inf)
        for option, move in enumerate(moves):
            inside = slice(max(0, -move), n_columns - max(0, move))
            options[option, inside] = total[inside.start + move : inside.stop + move]
        best = options.argmin(axis=0)
        came_from[row] = np.clip(columns + best - _STEEPEST, 0, n_columns - 1)
        total = options[best, columns] + cost[row]
    path = [int(total.argmin())]
    for row in range(n_rows - 1, 0, -1):
        path.append(int(came_from[row, path[-1]]))
    return path[::-1]
