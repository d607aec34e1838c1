"""Room for the frames of a recording, filled block by block without a second copy of it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.readers.number_blocks import empty_pressures
from footload.readers.unpacking import DamagedFileError

_GROWTH: Final = 8
_HIGHEST: Final = 1e9


class FrameRoom:
    """Room for the frames of a table, filled block by block in house units and in the order of the plate.

    Parameters
    ----------
    order : (n,) array of int
        Which cell of the file each cell of the plate is.
    valid : (n,) array of bool
        Cells of the file that are not missing.
    factor : float
        House units for one unit of the file.
    room : (t, n) array
        Where to put them; it grows when it is full.
    """

    def __init__(self, order: IntArray, valid: BoolArray, factor: float, room: FloatArray) -> None:
        self.order, self.valid, self.factor = order, valid, factor
        self.in_order = bool((order == np.arange(len(order))).all())
        self.values, self.n_frames = room, 0

    @classmethod
    def for_text(cls, order: IntArray, valid: BoolArray, factor: float, n_most: int) -> FrameRoom:
        """Room for so many frames of printed numbers.

        Parameters
        ----------
        order, valid, factor
            As above.
        n_most : int
            Frames, at most.

        Returns
        -------
        FrameRoom
            Single precision for long recordings.
        """
        return cls(order, valid, factor, empty_pressures(n_most, len(order)))

    def add(self, block: NDArray[Any]) -> None:
        """Take some frames.

        Parameters
        ----------
        block : (k, n) array
            In the unit and order of the file.

        Raises
        ------
        DamagedFileError
            When one of them is no pressure.
        """
        self._check(block)
        start, self.n_frames = self.n_frames, self.n_frames + len(block)
        if self.n_frames > len(self.values):
            n_room = max(self.n_frames, len(self.values) + len(self.values) // _GROWTH)
            # in place where the machine can: a second copy of a long recording is never there
            self.values.resize((n_room, self.values.shape[1]), refcheck=False)
        part = self.values[start : self.n_frames]
        part[...] = block if self.in_order else block[:, self.order]
        if self.factor != 1.0:
            part *= self.values.dtype.type(self.factor)

    def frames(self) -> FloatArray:
        """What was taken.

        Returns
        -------
        (t, n) array
            All frames.
        """
        if self.values.flags.owndata:
            self.values.resize((self.n_frames, self.values.shape[1]), refcheck=False)
        return self.values[: self.n_frames]

    def _check(self, block: NDArray[Any]) -> None:
        # lowest and highest of every cell show what is none without a mask as large as the block
        low, high = block.min(axis=0, initial=0.0), block.max(axis=0, initial=0.0)
        if ((low >= 0) & (high < _HIGHEST))[self.valid].all():
            return
        bad = ~((block >= 0) & (block < _HIGHEST)) & self.valid
        frame, cell = (int(at[0]) for at in np.nonzero(bad))
        raise DamagedFileError(
            f"frame {self.n_frames + frame}, cell {cell} is {block[frame, cell]:g}, which is no pressure."
        )
