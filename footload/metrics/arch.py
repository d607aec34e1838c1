"""How much of the print is midfoot."""

from __future__ import annotations

import numpy as np

from footload.findings import ReferenceRange
from footload.foot.arch import thirds_cm2, toeless_print
from footload.foot.contact import FootContact
from footload.foot.excursion import cop_chord_mm
from footload.metrics.registry import Scope, metric

_ARCH_INDEX_RANGE = ReferenceRange(
    0.21,
    0.26,
    "adults, ink prints in standing",
    107,
    "cavanagh1987",
    verified=False,
    low_means="high arch",
    high_means="low arch",
)


@metric(
    label="Arch index",
    unit="ratio",
    scope=Scope.CONTACT,
    citation="cavanagh1987",
    direction="high = low arch (flat), low = high arch",
    references=(_ARCH_INDEX_RANGE,),
)
def arch_index(contact: FootContact) -> float:
    """Middle third over the whole of the toeless print, cut across the foot axis. [ratio]

    ``AI = B / (A + B + C)``, with equal thirds of the toeless length along the axis from heel centre to second
    metatarsal. NaN without an axis. The range is of static ink prints; a walking print's index is a dynamic one.
    """
    thirds = thirds_cm2(toeless_print(contact), contact.needed_axis.direction)
    return float(thirds[1] / thirds.sum())


@metric(
    label="Arch index (CoP chord)",
    unit="ratio",
    scope=Scope.CONTACT,
    citation="telfer2023",
    direction="high = low arch (flat), low = high arch",
)
def arch_index_cop_chord(contact: FootContact) -> float:
    """Middle third over the whole of the toeless print, cut across the chord of the gait line. [ratio]

    As `arch_index`, but with the longest edge of the CoP's hull in the place of the foot axis, as one open package
    has it; the two must not be compared. NaN when the foot did not roll over.
    """
    rear, front = cop_chord_mm(contact)
    way = (front - rear) / np.hypot(*(front - rear))
    thirds = thirds_cm2(toeless_print(contact), (float(way[0]), float(way[1])))
    return float(thirds[1] / thirds.sum())
