"""How far the zeros of a mat have moved since a calibration, and whether that asks for a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from devices.calibrate import drift_since
from devices.cell_calibration import CellCalibration
from devices.health import SMALLEST_LOAD
from devices.raw_counts import RawCounts
from footload.arrays import FloatArray, frozen


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Zeros now against zeros then.

    Parameters
    ----------
    moved : (n,) array
        Now minus then. [counts]
    least : float
        More than this is as much as a load. [counts]
    grid : (rows, cols)
        Of the mat.
    days : int
        Between the two.
    """

    moved: FloatArray
    least: float
    grid: tuple[int, int]
    days: int

    @property
    def cells(self) -> list[tuple[int, int]]:
        """Row and column of cells whose zero has moved by as much as a load, the largest first."""
        order = np.argsort(-np.abs(self.moved), kind="stable")
        found = order[np.abs(self.moved[order]) > self.least]
        return [(int(cell) // self.grid[1], int(cell) % self.grid[1]) for cell in found]

    @property
    def median(self) -> float:
        """Of all cells. [counts]"""
        return float(np.median(self.moved))

    @property
    def largest(self) -> float:
        """Of the cell that moved most, with its sign. [counts]"""
        return float(self.moved[np.abs(self.moved).argmax()])

    @property
    def sentence(self) -> str:
        """What people should know."""
        cells = self.cells
        said = (
            f"In {self.days} days the zeros moved by {self.median:+g} counts in the middle, {self.largest:+g} at most; "
        )
        if not cells:
            return f"{said}no cell by more than {self.least:g}, which is the smallest load. The calibration holds."
        listed = ", ".join(f"row {row} column {col}" for row, col in cells[:8])
        return (
            f"{said}{len(cells)} by more than {self.least:g}, which is the smallest load: "
            f"{listed}{', ...' if len(cells) > 8 else ''}. Take a new tare."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values.

        Returns
        -------
        dict
            For `--json`.
        """
        return {
            "days": self.days,
            "median": self.median,
            "largest": self.largest,
            "smallest_load": self.least,
            "cells": self.cells,
        }


def drifted(calibration: CellCalibration, unloaded: RawCounts) -> Drift:
    """How far the zeros of a mat have moved since a calibration; masked cells are left out.

    Parameters
    ----------
    calibration : CellCalibration
        With a tare.
    unloaded : RawCounts
        With nothing on the mat.

    Returns
    -------
    Drift
        Cell by cell.

    Raises
    ------
    ValueError
        When the calibration has no tare, or another number of cells.
    """
    profile = unloaded.profile
    moved = drift_since(calibration, unloaded.counts)
    moved[calibration.left_out(profile.grid).ravel()] = 0.0
    return Drift(
        frozen(moved), SMALLEST_LOAD * profile.count_max, profile.grid, (unloaded.made - calibration.made).days
    )
