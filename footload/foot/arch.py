"""The footprint's thirds: how much of the toeless print is midfoot."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.foot.cuts import FOREFOOT_CUT, HEEL_CUT
from footload.foot.prints import Footprint, Point
from footload.foot.regions import TOES
from footload.units import CM2_PER_MM2


def toeless_print(contact: FootContact) -> Footprint:
    """The print without the toes.

    Parameters
    ----------
    contact : FootContact
        A whole foot.

    Returns
    -------
    Footprint
        The cells behind the toes' line.

    Raises
    ------
    UndefinedMetricError
        When the foot has no axis, or no region of toes because the device is not a grid.
    """
    foot, _axis = contact.print, contact.needed_axis
    if TOES not in contact.regions:
        raise UndefinedMetricError("The toes are not known, because free sensor positions give no picture of a valley.")
    keep = ~contact.regions[TOES][foot.sensors]
    return replace(
        foot,
        sensors=foot.sensors[keep],
        x_mm=foot.x_mm[keep],
        y_mm=foot.y_mm[keep],
        pressure_kpa=foot.pressure_kpa[keep],
    )


@dataclass(frozen=True, slots=True, eq=False)
class PartWidths:
    """Widths of the print on perpendiculars of the axis, one a cell; 0 where a line meets no touched cell.

    Parameters
    ----------
    heel, midfoot, forefoot : (k,) array
        Medial to lateral border within each part of the length. [mm]
    """

    heel: FloatArray
    midfoot: FloatArray
    forefoot: FloatArray


def part_widths_mm(contact: FootContact) -> PartWidths:
    """Measure the print's width along the foot. [mm]

    Parameters
    ----------
    contact : FootContact
        A whole foot.

    Returns
    -------
    PartWidths
        Of the toeless print, cut straight across where heel and forefoot usually end and begin. [mm]

    Raises
    ------
    UndefinedMetricError
        When the foot has no axis, no heel or no forefoot.
    """
    foot, axis = toeless_print(contact), contact.needed_axis
    if not foot.n_sensors:
        raise UndefinedMetricError("There is no print behind the toes.")
    step = 2 * min(foot.half_mm)
    at_mm = np.arange(step / 2, axis.length_mm, step)
    low, high = foot.crossings_mm(axis.points_mm(at_mm), axis.medial)
    widths = np.nan_to_num(high - low, nan=0.0)
    part = at_mm / axis.length_mm
    heel, front = part < HEEL_CUT, part >= FOREFOOT_CUT
    if not widths[heel].any() or not widths[front].any():
        raise UndefinedMetricError("The print has no heel or no forefoot, so its widths cannot be compared.")
    return PartWidths(widths[heel], widths[~heel & ~front], widths[front])


def thirds(foot: Footprint, direction: Point) -> FloatArray:
    """Share of every cell that lies in each third of the print's length. [ratio]

    Parameters
    ----------
    foot : Footprint
        A print without toes.
    direction : (x, y)
        Unit vector from heel to toes; the thirds are cut across it.

    Returns
    -------
    (3, m) array
        Rear, middle and front; cells on a cut are divided exactly.

    Raises
    ------
    UndefinedMetricError
        When the print is empty.
    """
    if not foot.n_sensors:
        raise UndefinedMetricError("There is no print behind the toes.")
    low, high = foot.extent_mm((0.0, 0.0), direction)
    below = foot.share_below((0.0, 0.0), direction, low + (high - low) * np.array([1 / 3, 2 / 3]))
    return np.vstack([below[:1], below[1:] - below[:1], 1.0 - below[1:]])


def thirds_cm2(foot: Footprint, direction: Point) -> FloatArray:
    """(3,) areas of the rear, middle and front third of a print's length. [cm²]

    Parameters
    ----------
    foot : Footprint
        A print without toes.
    direction : (x, y)
        Unit vector from heel to toes; the thirds are cut across it.

    Returns
    -------
    (3,) array
        Cells on a cut are divided exactly. [cm²]

    Raises
    ------
    UndefinedMetricError
        When the print is empty.
    """
    cell_cm2 = 4 * foot.half_mm[0] * foot.half_mm[1] * CM2_PER_MM2
    return thirds(foot, direction).sum(axis=1) * cell_cm2
