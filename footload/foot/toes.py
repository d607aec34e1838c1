"""The line between the toes and the rest of the foot: the valley of the maximum pressure image."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.prints import Footprint
from footload.foot.valleys import FINENESS, cheapest_path, pressure_in_foot
from footload.recordings import SensorLayout

_MEDIAL_BOUNDS = (0.78, 0.90)
_LATERAL_BOUNDS = (0.68, 0.86)
"""Between these parts of the foot's length the line may run, at the medial and at the lateral border; straight in
between. Behind them lie the metatarsal heads, and behind those a high arch that is emptier than any toe's root."""

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
    step = min(layout.pitch_mm) / FINENESS
    ml_mm, ap_mm = _search_grid(foot, axis, step)
    pressure = pressure_in_foot(image, layout, axis, ap_mm[None, :], ml_mm[:, None])
    cost = pressure + _LENGTH_COST * float(image.max())
    part = ap_mm / axis.length_mm
    across = np.linspace(0.0, 1.0, len(ml_mm))[:, None]
    for bound, outside in ((0, np.less), (1, np.greater)):
        edge = _MEDIAL_BOUNDS[bound] + across * (_LATERAL_BOUNDS[bound] - _MEDIAL_BOUNDS[bound])
        cost[outside(part[None, :], edge)] = np.inf
    return ml_mm, ap_mm[cheapest_path(cost)]


def _search_grid(foot: Footprint, axis: FootAxis, step: float) -> tuple[FloatArray, FloatArray]:
    """Across the forefoot from medial to lateral, and along the foot where the toes' roots can be."""
    ap_mm, ml_mm = axis.to_foot(foot.x_mm, foot.y_mm)
    front = ap_mm > _LATERAL_BOUNDS[0] * axis.length_mm
    inside = ml_mm[front] if front.any() else ml_mm
    across = np.arange(inside.max() + step, inside.min() - 1.5 * step, -step)
    along = np.arange(_LATERAL_BOUNDS[0] * axis.length_mm, _MEDIAL_BOUNDS[1] * axis.length_mm, step)
    return across, along
