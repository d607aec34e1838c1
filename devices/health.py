"""Cells that lie, found from a minute without load and a minute of being walked all over.

========= ================================================================================================
dead      counts nothing while its neighbors, most of them at the same moment, are stepped on
stuck     shows the same value then, and that is not its zero
offset    counts with nothing on it what other cells need a load for, and was never seen to answer one
noisy     moves without load more than ten times as much as cells usually do
saturated reaches the largest count under load for longer than a moment: pressure there is more than is shown
shorted   is near the largest count with nothing on it
========= ================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from devices.parts import Counts
from footload.arrays import BoolArray, FloatArray, IntArray, frozen

NAMES: Final = ("dead", "stuck", "offset", "noisy", "saturated", "shorted")
LIES: Final = ("dead", "stuck", "offset", "noisy", "shorted")
"""What makes a cell useless; a saturated one is right below its top."""
NOISY_TIMES = 10.0
NEAR_FULL = 0.9
SATURATED_SHARE = 0.01
FEWEST_FRAMES = 20
SMALLEST_LOAD = 0.01
"""A load is this share of the largest count at least, and stands out of the noise of the mat."""
COVERED = 0.75
COVERED_FRAMES = 2
"""A cell lies under a foot when so many of its neighbors are loaded at the same moment, in so many frames at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """What is wrong with which cells.

    Parameters
    ----------
    dead, stuck, offset, noisy, saturated, shorted : (n,) array of bool
        See above; a cell has one of these at most.
    noise : (n,) array
        Standard deviation without load, robust against single jumps. [counts]
    grid : (rows, cols)
        Of the mat.
    untouched : int
        Cells that were never loaded, nor all around them: nothing is known about these.
    """

    dead: BoolArray
    stuck: BoolArray
    offset: BoolArray
    noisy: BoolArray
    saturated: BoolArray
    shorted: BoolArray
    noise: FloatArray
    grid: tuple[int, int]
    untouched: int

    @property
    def usable(self) -> BoolArray:
        """Cells that can be believed; saturated ones can, below their top."""
        return ~np.logical_or.reduce([getattr(self, name) for name in LIES])

    def cells(self, name: str) -> list[tuple[int, int]]:
        """Row and column of the cells that have something.

        Parameters
        ----------
        name : str
            One of `NAMES`.

        Returns
        -------
        list of (row, column)
            In order.
        """
        rows, cols = np.nonzero(getattr(self, name).reshape(self.grid))
        return list(zip(rows.tolist(), cols.tolist(), strict=True))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What people should know, one sentence a kind; empty when every cell is sound."""
        said: list[str] = []
        for name in NAMES:
            found = self.cells(name)
            if found:
                listed = ", ".join(f"row {row} column {col}" for row, col in found[:8])
                said.append(f"{len(found)} {name}: {listed}{', ...' if len(found) > 8 else ''}.")
        if self.untouched:
            said.append(f"{self.untouched} cells were never loaded, so nothing is known about them.")
        return tuple(said)


def examine(unloaded: Counts, loaded: Counts, grid: tuple[int, int], count_max: int) -> Health:
    """Find cells that lie.

    Parameters
    ----------
    unloaded : (t, n) array
        Counts of about a minute with nothing on the mat.
    loaded : (t, n) array
        Counts of about a minute in which somebody steps everywhere.
    grid : (rows, cols)
        Of the mat.
    count_max : int
        The largest count a cell can have.

    Returns
    -------
    Health
        Each cell with one finding at most: shorted before noisy before stuck before dead before offset before
        saturated.

    Raises
    ------
    ValueError
        When the arrays do not fit the grid or are too short to judge by.
    """
    n = grid[0] * grid[1]
    for name, counts in (("unloaded", unloaded), ("loaded", loaded)):
        if counts.ndim != 2 or counts.shape[1] != n:
            raise ValueError(f"{name} has shape {counts.shape}, but the mat has {n} cells: (frames, {n}).")
        if len(counts) < FEWEST_FRAMES:
            raise ValueError(f"{name} has {len(counts)} frames; {FEWEST_FRAMES} are the least to judge by.")
    still, under = np.asarray(unloaded, np.float64), np.asarray(loaded, np.float64)
    zero = np.median(still, axis=0)
    noise = _noise(still)
    typical = max(float(np.median(noise)), 0.5)
    shorted = zero >= NEAR_FULL * count_max
    noisy = ~shorted & (noise > NOISY_TIMES * typical)
    # A load is what stands out of the noise of the whole mat.
    least = max(6 * typical, SMALLEST_LOAD * count_max)
    sound = ~shorted & ~noisy
    answers = sound & (under.max(axis=0) - zero > least)
    covered = _covered(under - zero > least, grid)
    silent = sound & ~answers & covered
    stuck = silent & (zero > least)
    full = (under >= count_max).mean(axis=0) > SATURATED_SHARE
    unknown = sound & ~answers & ~covered
    offset = unknown & _stands_out(zero, least)
    return Health(
        dead=frozen(silent & ~stuck),
        stuck=frozen(stuck),
        offset=frozen(offset),
        noisy=frozen(noisy),
        saturated=frozen(answers & full),
        shorted=frozen(shorted),
        noise=frozen(noise),
        grid=grid,
        untouched=int((unknown & ~offset).sum()),
    )


def _noise(still: FloatArray) -> FloatArray:
    """Standard deviation by the steps from frame to frame, which drift does not touch."""
    steps = np.diff(still, axis=0)
    return np.sqrt((np.clip(steps, *np.quantile(steps, [0.001, 0.999])) ** 2).mean(axis=0) / 2)


def _stands_out(zero: FloatArray, least: float) -> BoolArray:
    """Cells whose zero is more than the spread of the mat's zeros explains, and as much as a load."""
    middle = np.median(zero)
    spread = 1.4826 * np.median(np.abs(zero - middle))
    return zero - middle > max(6 * float(spread), least)


def _covered(loaded: BoolArray, grid: tuple[int, int]) -> BoolArray:
    """Cells most of whose neighbors are loaded at once: whatever stands there stands on them too."""
    rows, cols = grid
    around = _neighbors(loaded.reshape(-1, rows, cols))
    most = COVERED * _neighbors(np.ones((1, rows, cols), bool))
    return ((around >= most).sum(axis=0) >= COVERED_FRAMES).ravel()


def _neighbors(cells: BoolArray) -> IntArray:
    """How many of the up to eight cells around each one are among the given ones, in each frame."""
    n, rows, cols = cells.shape
    wide = np.zeros((n, rows + 2, cols + 2), np.uint8)
    wide[:, 1:-1, 1:-1] = cells
    around = np.zeros((n, rows, cols), np.uint8)
    for down in (0, 1, 2):
        for right in (0, 1, 2):
            if (down, right) != (1, 1):
                around += wide[:, down : down + rows, right : right + cols]
    return around
