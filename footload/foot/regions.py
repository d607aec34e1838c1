"""The parts of a foot, as masks over the sensors: a region set is data, and any other set of masks serves as well.

The lines between the regions are those of a `FootDivision`, found in the print or drawn by hand; the heel alone is
divided by the foot's axis.
"""

from __future__ import annotations

from typing import Final

from footload.arrays import BoolArray
from footload.foot.axis import FootAxis
from footload.foot.divisions import FootDivision
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


def regions_of(division: FootDivision, axis: FootAxis, layout: SensorLayout) -> dict[str, BoolArray]:
    """Divide a foot into its regions.

    Parameters
    ----------
    division : FootDivision
        The lines between them.
    axis : FootAxis
        The foot's frame.
    layout : SensorLayout
        Where the sensors are.

    Returns
    -------
    dict of name to (n,) array of bool
        The fine regions, then the coarse ones; every point of the layout belongs to one fine region. Without a toes'
        line the forefoot reaches to the tip, and toes, hallux and lesser toes are left out.
    """
    ap_mm, ml_mm = axis.to_foot(layout.x_mm, layout.y_mm)
    heel, front = division.heel(ap_mm, ml_mm), division.front(ap_mm, ml_mm)
    toes, hallux = division.toes(ap_mm, ml_mm), division.hallux(ap_mm, ml_mm)
    forefoot, band = front & ~toes, division.metatarsal(ap_mm, ml_mm)
    found: dict[str, BoolArray] = {}
    if division.toes_mm is not None:
        found |= {HALLUX: hallux, LESSER_TOES: toes & ~hallux}
    found |= {name: forefoot & (band == number) for number, name in enumerate(METATARSALS)}
    found[MIDFOOT] = ~heel & ~front
    found |= {MEDIAL_HEEL: heel & (ml_mm >= 0), LATERAL_HEEL: heel & (ml_mm < 0)}
    if division.toes_mm is not None:
        found[TOES] = toes
    medial = found["m1"] | found["m2"]
    return found | {MEDIAL_FOREFOOT: medial, LATERAL_FOREFOOT: forefoot & ~medial, FOREFOOT: forefoot, HEEL: heel}
