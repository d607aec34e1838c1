"""Frames of a large mat, of which only a few cells are loaded: kept as those cells, given back as windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray
from footload.readers.unpacking import DamagedFileError

MOST_LOADED: Final = 1 << 28
"""More loaded cells, over all frames, are not kept: 2 GB. A walk of 90 s has about 10 million."""

MOST_VALUES: Final = 1 << 29
"""More values, over all windows together, are not given back: 2 GB of numbers of 4 bytes."""

ONE_WINDOW: Final = 1 << 27
"""Up to so many values everything stays in one window: half a gigabyte."""

_PAUSE_FRAMES: Final = 20
_HIGHEST: Final = 1e6


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of frames and a part of the mat.

    Parameters
    ----------
    start, stop : int
        Frames ``[start, stop)``.
    row, stop_row, col, stop_col : int
        Rows and columns, half open.
    """

    start: int
    stop: int
    row: int
    stop_row: int
    col: int
    stop_col: int

    @property
    def n_values(self) -> int:
        """Number of values in it."""
        return (self.stop - self.start) * (self.stop_row - self.row) * (self.stop_col - self.col)


class SparseFrames:
    """The loaded cells of all frames.

    Parameters
    ----------
    shape : (rows, cols)
        Of the mat.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = (shape[0], shape[1])
        self.n_frames = 0
        self._cells: list[IntArray] = []
        self._values: list[FloatArray] = []
        self._counts: list[IntArray] = []
        self._n_loaded = 0

    def add(self, chunk: NDArray[Any]) -> None:
        """Keep the next frames.

        Parameters
        ----------
        chunk : (k, rows, cols) array
            The frames.

        Raises
        ------
        DamagedFileError
            When a value is no pressure, or so much is loaded that it cannot be a mat.
        """
        flat = chunk.reshape(-1)
        loaded = np.flatnonzero(flat != 0)
        frame, cell = np.divmod(loaded, self.shape[0] * self.shape[1])
        with np.errstate(over="ignore"):  # too large for four bytes becomes infinite, and is refused as that
            values = flat[loaded].astype(np.float32)
        if not ((values > 0) & (values < _HIGHEST)).all():
            at = int(np.argmin((values > 0) & (values < _HIGHEST)))
            raise DamagedFileError(f"frame {self.n_frames + frame[at]} holds {values[at]:g}, which is no pressure.")
        self._n_loaded += len(values)
        if self._n_loaded > MOST_LOADED:
            raise DamagedFileError(
                "more cells carry load than those of a mat with feet on it; its noise was never cut."
            )
        self._cells.append(cell.astype(np.uint32))
        self._values.append(values)
        self._counts.append(np.bincount(frame, minlength=len(chunk)))
        self.n_frames += len(chunk)

    def windows(self) -> list[Window]:
        """Cut into what fits into memory: one window, or one for each stretch of time with load.

        Returns
        -------
        list of Window
            In order of time; at least one.

        Raises
        ------
        DamagedFileError
            When they do not fit into memory together.
        """
        self._close()
        counts = self._counts[0]
        whole = self._window(0, self.n_frames)
        if whole.n_values <= ONE_WINDOW:
            return [whole]
        loaded = np.flatnonzero(counts)
        cuts = np.flatnonzero(np.diff(loaded) > _PAUSE_FRAMES)
        starts = [int(loaded[0]), *(int(loaded[cut + 1]) for cut in cuts)]
        stops = [*(int(loaded[cut]) + 1 for cut in cuts), int(loaded[-1]) + 1]
        # A frame without load on each side shows that a foot came and went.
        windows = [
            self._window(max(start - 1, 0), min(stop + 1, self.n_frames))
            for start, stop in zip(starts, stops, strict=True)
        ]
        if sum(window.n_values for window in windows) > MOST_VALUES:
            raise DamagedFileError("its loaded parts do not fit into 2 GB; cut the trial into shorter ones.")
        return windows

    def dense(self, window: Window) -> FloatArray:
        """The pressures of a window.

        Parameters
        ----------
        window : Window
            One of `windows`.

        Returns
        -------
        (t, rows, cols) array
            Numbers of 4 bytes; 0 where nothing is loaded.
        """
        self._close()
        ends = np.concatenate([[0], np.cumsum(self._counts[0])])
        kept = slice(int(ends[window.start]), int(ends[window.stop]))
        row, col = np.divmod(self._cells[0][kept], self.shape[1])
        frame = np.repeat(np.arange(window.stop - window.start), self._counts[0][window.start : window.stop])
        size = (window.stop - window.start, window.stop_row - window.row, window.stop_col - window.col)
        images = np.zeros(size, np.float32)
        images[frame, row - window.row, col - window.col] = self._values[0][kept]
        return images

    def _close(self) -> None:
        """Join what came in pieces."""
        for pieces in (self._cells, self._values, self._counts):
            if len(pieces) > 1:
                joined = np.concatenate(pieces)
                pieces.clear()
                pieces.append(joined)  # pyright: ignore[reportArgumentType]

    def _window(self, start: int, stop: int) -> Window:
        ends = np.concatenate([[0], np.cumsum(self._counts[0])])
        cells = self._cells[0][int(ends[start]) : int(ends[stop])]
        if not len(cells):
            return Window(start, stop, 0, 1, 0, 1)
        row, col = np.divmod(cells, self.shape[1])
        return Window(start, stop, int(row.min()), int(row.max()) + 1, int(col.min()), int(col.max()) + 1)
