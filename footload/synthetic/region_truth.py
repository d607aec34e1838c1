"""Which cell of a mat belongs to which region of a synthetic foot."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.recordings import SensorLayout
from footload.synthetic.foot import BLOBS, LATERAL_HEEL, MEDIAL_HEEL, REGIONS, SyntheticFoot
from footload.synthetic.truth import ContactTruth
from footload.trials import Side

_METATARSALS: Final = ("m1", "m2", "m3", "m4", "m5")


def true_regions(contact: ContactTruth, layout: SensorLayout, *, by_load: bool = False) -> dict[str, BoolArray]:
    """Say which cells belong to which region of a foot in walking.

    Parameters
    ----------
    contact : ContactTruth
        One step, with the foot that made it.
    layout : SensorLayout
        The mat; any place on it has a region, however little load reaches it.
    by_load : bool
        Give a cell of the forefoot to the metatarsal that loads it most, whatever the direction of the border. By
        default the metatarsals are what regions mean by them: rays along the foot, with borders midway between heads.

    Returns
    -------
    dict of name to (n,) array of bool
        Every cell in exactly one of the ten regions: that whose patches gave it the most load over the step; the
        halves of the heel, one region in this, lie on either side of the true axis.

    Raises
    ------
    ValueError
        When the contact was made by a print without regions.
    """
    foot = contact.foot
    if foot is None:
        raise ValueError("This contact was made by a print without regions.")
    n_frames = contact.stop - contact.start
    weights = foot.walking_weights((np.arange(n_frames) + 0.5) / n_frames)
    carried = contact.force_n[contact.start : contact.stop] @ weights
    region = _most_loading(carried[:, None] * foot.on_cells(layout))
    places = np.column_stack([layout.x_mm, layout.y_mm])
    _divide_heel(region, (places - foot.axis.heel_mm) @ foot.axis.medial)
    if not by_load:
        _divide_forefoot(region, _medial_widths(foot, places))
    return {name: region == number for number, name in enumerate(REGIONS)}


def _most_loading(load: FloatArray) -> IntArray:
    """Number of the region that loads each cell most, with both halves of the heel as the medial one."""
    by_region = np.zeros((len(REGIONS), load.shape[1]))
    for blob, of_blob in zip(BLOBS, load, strict=True):
        by_region[REGIONS.index(MEDIAL_HEEL if blob.region == LATERAL_HEEL else blob.region)] += of_blob
    return by_region.argmax(axis=0)


def _divide_heel(region: IntArray, medial_mm: FloatArray) -> None:
    region[(region == REGIONS.index(MEDIAL_HEEL)) & (medial_mm < 0)] = REGIONS.index(LATERAL_HEEL)


def _divide_forefoot(region: IntArray, medial: FloatArray) -> None:
    numbers = [REGIONS.index(name) for name in _METATARSALS]
    heads = np.array([blob.medial for name in _METATARSALS for blob in BLOBS if blob.name == name])
    borders = (heads[1:] + heads[:-1]) / 2
    forefoot = np.isin(region, numbers)
    band = (medial[forefoot, None] < borders).sum(axis=1)
    region[forefoot] = np.array(numbers)[band]


def _medial_widths(foot: SyntheticFoot, places_mm: FloatArray) -> FloatArray:
    """Places across the foot, from its middle to the medial side. [foot widths]"""
    heading = np.radians(foot.heading_deg)
    away = places_mm - foot.place_mm
    right = np.cos(heading) * away[:, 0] + np.sin(heading) * away[:, 1]
    return (right if foot.side is Side.LEFT else -right) / foot.width_mm
