"""The parts of a foot, cut straight across its axis at parts of its length.

The cuts at 27 and 55 % of the length are those of the simple three-part mask of pressuRe, after the practice of a
vendor's automatic mask; medial and lateral are the two sides of the axis.
"""

from __future__ import annotations

from typing import Final

from footload.arrays import BoolArray, FloatArray
from footload.foot.axis import FootAxis

HEEL: Final = "heel"
MIDFOOT: Final = "midfoot"
FOREFOOT: Final = "forefoot"
MEDIAL_FOREFOOT: Final = "medial forefoot"
LATERAL_FOREFOOT: Final = "lateral forefoot"

TILES: Final = (HEEL, MIDFOOT, FOREFOOT)
"""The regions that together are the whole foot, each sensor in exactly one."""

REGIONS: Final = (*TILES, MEDIAL_FOREFOOT, LATERAL_FOREFOOT)
"""Every region, in the order of tables."""

HEEL_CUT: Final = 0.27
FOREFOOT_CUT: Final = 0.55


def regions_of(axis: FootAxis, ap_mm: FloatArray, ml_mm: FloatArray) -> dict[str, BoolArray]:
    """Say which points belong to which region.

    Parameters
    ----------
    axis : FootAxis
        Gives the length.
    ap_mm, ml_mm : (n,) array
        Points in the foot frame. [mm]

    Returns
    -------
    dict of name to (n,) array of bool
        The forefoot includes the toes, and everything beyond the ends belongs to the region next to it.
    """
    part = ap_mm / axis.length_mm
    forefoot = part >= FOREFOOT_CUT
    return {
        HEEL: part < HEEL_CUT,
        MIDFOOT: (part >= HEEL_CUT) & ~forefoot,
        FOREFOOT: forefoot,
        MEDIAL_FOREFOOT: forefoot & (ml_mm >= 0),
        LATERAL_FOREFOOT: forefoot & (ml_mm < 0),
    }
