"""Cells that lie, found from a minute without load and a minute of being walked all over.

========= ================================================================================================
dead      counts nothing while it is stepped on, although its neighbors do
stuck     shows the same value, loaded or not, that is not its zero
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
from footload.arrays import BoolArray, FloatArray, frozen

NAMES: Final = ("dead", "stuck", "noisy", "saturated", "shorted")
NOISY_TIMES = 10.0
NEAR_FULL = 0.9
SATURATED_SHARE = 0.01
FEWEST_FRAMES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Health:
    """What is wrong with which cells.

    Parameters
    ----------
    dead, stuck, noisy, saturated, shorted : (n,) array of bool
        See above; a cell has one of these at most.
    noise : (n,) array
        Standard deviation without load, robust against single jumps. [counts]
    grid : (rows, cols)
        Of the mat.
    untouched : int
        Cells that were never loaded, nor any beside them: nothing is known about these.
    """

    dead: BoolArray
    stuck: BoolArray
    noisy: BoolArray
    saturated: BoolArray
    shorted: BoolArray
    noise: FloatArray
    grid: tuple[int, int]
    untouched: int

    @property
    def usable(self) -> BoolArray:
        """Cells that can be believed; saturated ones can, below their top."""
        return ~(self.dead | self.stuck | self.noisy | self.shorted)

    def cells(self, name: str) -> list[tuple[int, int]]:
        """Row and column of the cells that have something.

        Parameters
        ----------
        name : str
            ``dead``, ``stuck``, ``noisy``, ``saturated`` or ``shorted``.

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
        Each cell with one finding at most: shorted before noisy before stuck before dead before saturated.

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
    rise = under.max(axis=0) - zero
    answers = ~shorted & ~noisy & (rise > max(6 * typical, 0.01 * count_max))
    stepped_on = _beside(answers, grid)
    silent = ~shorted & ~noisy & ~answers & stepped_on
    stuck = silent & (zero > max(6 * typical, 0.01 * count_max))
    full = (under >= count_max).mean(axis=0) > SATURATED_SHARE
    return Health(
        dead=frozen(silent & ~stuck),
        stuck=frozen(stuck),
        noisy=frozen(noisy),
        saturated=frozen(answers & full),
        shorted=frozen(shorted),
        noise=frozen(noise),
        grid=grid,
        untouched=int((~answers & ~stepped_on & ~shorted & ~noisy).sum()),
    )


def _noise(still: FloatArray) -> FloatArray:
    """Standard deviation by the steps from frame to frame, which drift does not touch."""
    steps = np.diff(still, axis=0)
    return np.sqrt((np.clip(steps, *np.quantile(steps, [0.001, 0.999])) ** 2).mean(axis=0) / 2)


def _beside(cells: BoolArray, grid: tuple[int, int]) -> BoolArray:
    """Cells most of whose neighbors are among the given ones, so that a foot that covered these covered them too."""
    return (_neighbors(cells, grid) >= 0.6 * _neighbors(np.ones_like(cells), grid)).ravel()


def _neighbors(cells: BoolArray, grid: tuple[int, int]) -> FloatArray:
    """How many of the up to eight cells around each one are among the given ones."""
    rows, cols = grid
    wide = np.pad(cells.reshape(grid).astype(np.float64), 1)
    around: FloatArray = np.zeros(grid)
    for down in (0, 1, 2):
        for right in (0, 1, 2):
            if (down, right) != (1, 1):
                around += wide[down : down + rows, right : right + cols]
    return around
