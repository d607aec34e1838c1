"""How much of the print is midfoot."""

from __future__ import annotations

import numpy as np

from footload.errors import UndefinedMetricError
from footload.findings import ReferenceRange
from footload.foot.arch import part_widths_mm, thirds, thirds_cm2, toeless_print
from footload.foot.borders import clarke_angle_deg
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
    needs_time=False,
    of_maxima=True,
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
    needs_time=False,
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


@metric(
    label="Modified arch index",
    unit="ratio",
    scope=Scope.CONTACT,
    citation="chu1995",
    direction="high = low arch (flat), low = high arch",
    needs_time=False,
    of_maxima=True,
)
def modified_arch_index(contact: FootContact) -> float:
    """Maximum pressure of the middle third over that of the whole toeless print. [ratio]

    ``MAI = sum p_B / (sum p_A + sum p_B + sum p_C)`` over the cells of the thirds of `arch_index`, from the maximum
    pressure image. NaN without an axis.
    """
    foot = toeless_print(contact)
    share = thirds(foot, contact.needed_axis.direction)
    return float(share[1] @ foot.pressure_kpa / foot.pressure_kpa.sum())


@metric(
    label="Chippaux–Smirak index",
    unit="%",
    scope=Scope.CONTACT,
    citation="banwell2018",
    direction="high = low arch (flat), 0 = the midfoot leaves no print",
    needs_time=False,
    of_maxima=True,
)
def chippaux_smirak_index(contact: FootContact) -> float:
    """Least width of the midfoot in per cent of the greatest width of the forefoot. [%]

    ``100 min midfoot width / max forefoot width`` on perpendiculars of the axis, one a cell. NaN without an axis.
    """
    widths = part_widths_mm(contact)
    return float(100.0 * widths.midfoot.min() / widths.forefoot.max())


@metric(
    label="Staheli index",
    unit="ratio",
    scope=Scope.CONTACT,
    citation="banwell2018",
    direction="high = low arch (flat), 0 = the midfoot leaves no print",
    needs_time=False,
    of_maxima=True,
)
def staheli_index(contact: FootContact) -> float:
    """Least width of the midfoot over the greatest width of the heel. [ratio]

    ``min midfoot width / max heel width`` on perpendiculars of the axis, one a cell. NaN without an axis.
    """
    widths = part_widths_mm(contact)
    return float(widths.midfoot.min() / widths.heel.max())


@metric(
    label="Clarke angle",
    unit="deg",
    scope=Scope.CONTACT,
    citation="banwell2018",
    direction="high = high arch, low = low arch (flat)",
    needs_time=False,
    of_maxima=True,
)
def clarke_angle(contact: FootContact) -> float:
    """Angle at the medial forefoot between the medial tangent and the line to the deepest point of the arch. [deg]

    The tangent is the longest medial edge of the toeless print's hull; the deepest point is the one of the medial
    border that gives the largest angle. Sources disagree on its classes, so none is shown. NaN without an axis or
    when the midfoot leaves no print.
    """
    if part_widths_mm(contact).midfoot.min() == 0:
        raise UndefinedMetricError("The midfoot leaves no print, so the arch has no border to draw a line to.")
    return clarke_angle_deg(toeless_print(contact), contact.needed_axis)
