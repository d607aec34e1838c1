"""The medial border of a print, and the angle that the arch makes with it."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.hulls import hull_of, longest_edge
from footload.foot.prints import Footprint


def medial_border_mm(foot: Footprint, axis: FootAxis, step_mm: float) -> FloatArray:
    """(k, 2) most medial points of the print, from heel to toes, as (ap, ml) in the foot frame. [mm]

    Parameters
    ----------
    foot : Footprint
        The touched cells.
    axis : FootAxis
        The foot's frame.
    step_mm : float
        Distance of the lines along the foot. [mm]

    Returns
    -------
    (k, 2) array
        Lines that meet no touched cell are left out. [mm]
    """
    at_mm = np.arange(step_mm / 2, axis.length_mm, step_mm)
    _, high = foot.crossings_mm(axis.points_mm(at_mm), axis.medial)
    met = np.isfinite(high)
    return np.column_stack([at_mm[met], high[met]])


def clarke_angle_deg(foot: Footprint, axis: FootAxis) -> float:
    """Angle at the medial forefoot between the medial tangent and the line to the deepest point of the arch. [deg]

    Parameters
    ----------
    foot : Footprint
        A print without toes.
    axis : FootAxis
        The foot's frame.

    Returns
    -------
    float
        0 for a print without an arch. [deg]

    Raises
    ------
    UndefinedMetricError
        When the print has no medial tangent from heel to forefoot.
    """
    edge = longest_edge(hull_of(foot.corners_mm), axis.medial)
    if edge is None:
        raise UndefinedMetricError("The print has no medial border, because it spans no area.")
    ends = np.column_stack(axis.to_foot(edge[:, 0], edge[:, 1]))
    heel, forefoot = ends[np.argsort(ends[:, 0])]
    if forefoot[0] - heel[0] < axis.length_mm / 4:
        raise UndefinedMetricError("The longest medial edge of the print does not reach from the heel to the forefoot.")
    border = medial_border_mm(foot, axis, min(foot.half_mm))
    arch = border[(border[:, 0] > heel[0]) & (border[:, 0] < forefoot[0])]
    tangent = np.arctan2(forefoot[1] - heel[1], forefoot[0] - heel[0])
    lines = np.arctan2(forefoot[1] - arch[:, 1], forefoot[0] - arch[:, 0])
    return float(np.degrees(np.max(lines - tangent, initial=0.0)))
