"""The footprint's thirds: how much of the toeless print is midfoot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.foot.prints import Footprint, Point
from footload.foot.toes import beyond, toe_line_mm


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
        When the foot has no axis or the device is not a grid.
    """
    foot, axis = contact.print, contact.needed_axis
    line = toe_line_mm(contact.maximum_pressure_image, contact.recording.layout, foot, axis)
    keep = ~beyond(*axis.to_foot(foot.x_mm, foot.y_mm), line)
    return replace(
        foot,
        sensors=foot.sensors[keep],
        x_mm=foot.x_mm[keep],
        y_mm=foot.y_mm[keep],
        pressure_kpa=foot.pressure_kpa[keep],
    )


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
    if not foot.n_sensors:
        raise UndefinedMetricError("There is no print behind the toes.")
    low, high = foot.extent_mm((0.0, 0.0), direction)
    below = foot.share_below((0.0, 0.0), direction, low + (high - low) * np.array([1 / 3, 2 / 3])).sum(axis=1)
    cells = np.diff(np.concatenate([[0.0], below, [foot.n_sensors]]))
    return cells * (4 * foot.half_mm[0] * foot.half_mm[1]) / 100.0
