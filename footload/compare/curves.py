"""Curves of foot contacts on one normalized time, and footprints laid over each other, ready to be compared."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.errors import UndefinedMetricError
from footload.foot.contact import FootContact
from footload.foot.registration import register
from footload.tasks.gait import why_no_step
from footload.trials import Side

N_POINTS = 101
"""From 0 to 100 % of the contact."""

_MARGIN_CELLS = 3


class Quantity(StrEnum):
    """What is compared over the contact."""

    FORCE = "force"
    AREA = "area"
    PEAK = "peak"
    COP_AP = "cop-ap"
    COP_ML = "cop-ml"


def normalized(values: FloatArray, n_points: int = N_POINTS) -> FloatArray:
    """Bring a curve onto evenly spaced points from its first to its last frame. [as the curve]

    Parameters
    ----------
    values : (t,) array
        On even frames; a gap is bridged linearly, its ends keep the nearest value.
    n_points : int
        How many.

    Returns
    -------
    (n_points,) array
        Linear between the frames.

    Raises
    ------
    ValueError
        When fewer than two values are known.
    """
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 2:
        raise ValueError(f"{len(known)} frames of the curve are known; a curve needs two or more.")
    return np.interp(np.linspace(0, len(values) - 1, n_points), known, np.asarray(values)[known])


def steps_of(analyses: Sequence[Analysis], side: Side) -> tuple[FootContact, ...]:
    """Choose the whole steps of one foot.

    Parameters
    ----------
    analyses : sequence of Analysis
        Trials of one condition.
    side : Side
        Which foot.

    Returns
    -------
    tuple of FootContact
        In order; neither standing nor contacts that the recording cuts off.
    """
    contacts = (contact for analysis in analyses for contact in analysis.contacts)
    return tuple(contact for contact in contacts if contact.side is side and not why_no_step(contact))


def contact_curves(contacts: Sequence[FootContact], quantity: Quantity) -> FloatArray:
    """Lay the curves of contacts over each other. [N, cm², kPa or % of foot length or width]

    Parameters
    ----------
    contacts : sequence of FootContact
        Of one foot.
    quantity : Quantity
        What is drawn over the contact; the CoP is that of the foot frame, so that feet at any angle agree.

    Returns
    -------
    (contacts, 101) array
        A row a contact that has the curve; contacts without an axis have no CoP in the foot.
    """
    rows: list[FloatArray] = []
    for contact in contacts:
        try:
            rows.append(normalized(_curve(contact, quantity)))
        except (ValueError, UndefinedMetricError):
            continue
    return np.array(rows).reshape(-1, N_POINTS)


def registered_prints(
    first: Sequence[FootContact], second: Sequence[FootContact]
) -> tuple[FloatArray, FloatArray, tuple[int, int]]:
    """Lay the maximum pressure images of two conditions over one of them. [kPa, or counts]

    Parameters
    ----------
    first, second : sequence of FootContact
        Of one foot, on one kind of grid.

    Returns
    -------
    first, second : (contacts, cells) array
        Each a registered picture laid out in one row; 0 where nothing was ever touched.
    shape : (rows, cols)
        Of the picture.

    Raises
    ------
    ValueError
        When a condition has no contact, or the sensors stand on no grid or on different ones.
    """
    if not first or not second:
        raise ValueError("One of the conditions has no whole step of this foot; there is no picture to compare.")
    pitches = {contact.recording.layout.pitch_mm for contact in (*first, *second)}
    if len(pitches) > 1:
        raise ValueError(f"The footprints have cells of {sorted(pitches)} mm; pictures need cells of one size.")
    pictures = [_picture(contact) for contact in (*first, *second)]
    template = np.pad(max(pictures, key=lambda picture: float(np.count_nonzero(picture))), _MARGIN_CELLS)
    laid = np.array([register(picture, template).apply(picture, template.shape).ravel() for picture in pictures])
    return laid[: len(first)], laid[len(first) :], (template.shape[0], template.shape[1])


def _curve(contact: FootContact, quantity: Quantity) -> FloatArray:
    if quantity is Quantity.FORCE:
        return contact.force
    if quantity is Quantity.AREA:
        return contact.area_cm2
    if quantity is Quantity.PEAK:
        return contact.peak
    axis, cop = contact.needed_axis, contact.cop_foot_mm
    if quantity is Quantity.COP_AP:
        return 100 * cop[:, 0] / axis.length_mm
    return 100 * cop[:, 1] / axis.width_mm


def _picture(contact: FootContact) -> FloatArray:
    """The touched window of the grid."""
    grid = contact.recording.layout.grid
    if grid is None:
        raise ValueError("The sensors stand on no grid; there is no picture of rows and columns to compare.")
    image = contact.maximum_pressure_image.reshape(grid)
    rows, cols = np.nonzero(image > 0)
    return image[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
