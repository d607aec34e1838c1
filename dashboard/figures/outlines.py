"""Borders of regions on a grid of sensors, along the edges of the cells, and their hover text."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.foot.contact import FootContact


def apart(regions: Mapping[str, BoolArray]) -> dict[str, BoolArray]:
    """Choose the regions that can be drawn together: each one that shares no sensor with those before it.

    Parameters
    ----------
    regions : mapping of name to (n,) array of bool
        Parts of a foot, which may overlap: heel and forefoot, thirds, medial and lateral.

    Returns
    -------
    dict
        The chosen ones, in their order.
    """
    drawn: dict[str, BoolArray] = {}
    taken: BoolArray | None = None
    for name, mask in regions.items():
        if not mask.any() or (taken is not None and bool((taken & mask).any())):
            continue
        drawn[name] = mask
        taken = mask if taken is None else taken | mask
    return drawn


def border(mask: BoolArray, grid: tuple[int, int], x_mm: FloatArray, y_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lines around a set of cells, along the edges of the cells. [mm]

    Parameters
    ----------
    mask : (rows * cols,) array of bool
        The cells.
    grid : (rows, cols)
        Size of the grid.
    x_mm : (cols + 1,) array
        Edges of the columns. [mm]
    y_mm : (rows + 1,) array
        Edges of the rows. [mm]

    Returns
    -------
    x_mm, y_mm : (3 m,) array
        m edges as start, end and NaN, which lifts the pen. [mm]
    """
    cells = np.pad(mask.reshape(grid), 1).astype(np.int8)
    rows, cols = np.nonzero(np.diff(cells, axis=0)[:, 1:-1])
    upright_rows, upright_cols = np.nonzero(np.diff(cells, axis=1)[1:-1])
    x0 = np.concatenate([x_mm[cols], x_mm[upright_cols]])
    x1 = np.concatenate([x_mm[cols + 1], x_mm[upright_cols]])
    y0 = np.concatenate([y_mm[rows], y_mm[upright_rows]])
    y1 = np.concatenate([y_mm[rows], y_mm[upright_rows + 1]])
    gap = np.full(len(x0), np.nan)
    return np.column_stack([x0, x1, gap]).ravel(), np.column_stack([y0, y1, gap]).ravel()


def region_words(contacts: Mapping[int, FootContact], n_sensors: int) -> list[str]:
    """Name the foot and the region of every sensor, for the text under the pointer.

    Parameters
    ----------
    contacts : mapping of int to FootContact
        By their number in the trial; later ones win where feet overlap.
    n_sensors : int
        Sensors of the mat.

    Returns
    -------
    list of str
        Empty where there is no foot.
    """
    words = [""] * n_sensors
    for number, contact in contacts.items():
        who = f"foot {number}, {contact.side or 'side not known'}"
        for sensor in np.flatnonzero(contact.sensors & (contact.maximum_pressure_image > 0)):
            words[sensor] = who
        for name, mask in apart(contact.regions).items():
            for sensor in np.flatnonzero(mask & contact.sensors):
                words[sensor] = f"{who}: {name}"
    return words
