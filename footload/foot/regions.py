"""The parts of a foot, as masks over the sensors: a region set is data, and any other set of masks serves as well.

Across the foot the cuts are at parts of its length (heel below 30 %, metatarsals from 55 %, the split used for plates
and walkways in the literature) and along the valley between metatarsal heads and toes. Between the medial and the
lateral border the metatarsals are divided at 30, 47, 64 and 81 %, the hallux from the lesser toes at 33 %, as open
software has it after the practice of a vendor's automatic mask.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.foot.axis import FootAxis
from footload.foot.hulls import hull_of, longest_edge
from footload.foot.prints import Footprint
from footload.foot.toes import beyond, toe_line_mm
from footload.recordings import SensorLayout

HEEL: Final = "heel"
MIDFOOT: Final = "midfoot"
FOREFOOT: Final = "forefoot"
TOES: Final = "toes"
HALLUX: Final = "hallux"
LESSER_TOES: Final = "lesser toes"
METATARSALS: Final = ("m1", "m2", "m3", "m4", "m5")
MEDIAL_HEEL: Final = "medial heel"
LATERAL_HEEL: Final = "lateral heel"
MEDIAL_FOREFOOT: Final = "medial forefoot"
LATERAL_FOREFOOT: Final = "lateral forefoot"

FINE: Final = (HALLUX, LESSER_TOES, *METATARSALS, MIDFOOT, MEDIAL_HEEL, LATERAL_HEEL)
"""The regions that tile the foot, each sensor in exactly one."""

COARSE: Final = (TOES, MEDIAL_FOREFOOT, LATERAL_FOREFOOT, FOREFOOT, HEEL)
"""Unions of the fine ones: medial forefoot is m1 and m2, lateral forefoot m3 to m5, the forefoot has no toes."""

HEEL_CUT: Final = 0.30
FOREFOOT_CUT: Final = 0.55
METATARSAL_CUTS: Final = (0.30, 0.47, 0.64, 0.81)
HALLUX_CUT: Final = 0.33


def regions_of(image: FloatArray, layout: SensorLayout, foot: Footprint, axis: FootAxis) -> dict[str, BoolArray]:
    """Divide a foot into its regions.

    Parameters
    ----------
    image : (n,) array
        Maximum pressure image of the foot.
    layout : SensorLayout
        Where the sensors are.
    foot : Footprint
        The touched cells.
    axis : FootAxis
        The foot's frame.

    Returns
    -------
    dict of name to (n,) array of bool
        The fine regions, then the coarse ones; every point of the layout belongs to one fine region. Without a grid
        there is no toes' line: then the forefoot reaches to the tip, and toes, hallux and lesser toes are left out.
    """
    ap_mm, ml_mm = axis.to_foot(layout.x_mm, layout.y_mm)
    part = ap_mm / axis.length_mm
    across = _part_across(foot, axis, layout)
    heel, front = part < HEEL_CUT, part >= FOREFOOT_CUT
    toes = np.zeros(layout.n_sensors, bool)
    found: dict[str, BoolArray] = {}
    if layout.grid is not None:
        toes = front & beyond(ap_mm, ml_mm, toe_line_mm(image, layout, foot, axis))
        found |= {HALLUX: toes & (across < HALLUX_CUT), LESSER_TOES: toes & (across >= HALLUX_CUT)}
    forefoot = front & ~toes
    edges = (-np.inf, *METATARSAL_CUTS, np.inf)
    for name, low, high in zip(METATARSALS, edges[:-1], edges[1:], strict=True):
        found[name] = forefoot & (across >= low) & (across < high)
    found[MIDFOOT] = ~heel & ~front
    found |= {MEDIAL_HEEL: heel & (ml_mm >= 0), LATERAL_HEEL: heel & (ml_mm < 0)}
    if layout.grid is not None:
        found[TOES] = toes
    medial = found["m1"] | found["m2"]
    return found | {MEDIAL_FOREFOOT: medial, LATERAL_FOREFOOT: forefoot & ~medial, FOREFOOT: forefoot, HEEL: heel}


def _part_across(foot: Footprint, axis: FootAxis, layout: SensorLayout) -> FloatArray:
    """Place of every point between the medial border (0) and the lateral border (1) of the print.

    The borders are the longest edges of the hull on either side. The share of the distances to both equals, for the
    few degrees between them, the share of the angle at the point where they meet.
    """
    hull = hull_of(foot.corners_mm)
    medial = longest_edge(hull, axis.medial)
    lateral = longest_edge(hull, (-axis.medial[0], -axis.medial[1]))
    if medial is None or lateral is None:
        _, ml_mm = axis.to_foot(layout.x_mm, layout.y_mm)
        return 0.5 - ml_mm / axis.width_mm
    points = np.column_stack([layout.x_mm, layout.y_mm])
    to_medial, to_lateral = _inside(points, medial), _inside(points, lateral)
    return to_medial / np.maximum(to_medial + to_lateral, 1e-9)


def _inside(points: FloatArray, edge: FloatArray) -> FloatArray:
    """Distance to the left of an edge of a counter-clockwise hull, which is inside. [mm]"""
    way = (edge[1] - edge[0]) / np.hypot(*(edge[1] - edge[0]))
    away = points - edge[0]
    return way[0] * away[:, 1] - way[1] * away[:, 0]
