"""The last minute of a stream, looked at every tenth of a second whatever the blocks in which it comes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from footload.arrays import FloatArray

LOOK_S = 0.1
"""Time between two looks. [s]"""

_SPARE_S = 10.0


class LastFrames:
    """What a stream brought lately; old frames are let go so that a long session takes no more memory than a short one.

    Parameters
    ----------
    n_columns : int
        Values of each frame.
    rate_hz : float
        Frames per second. [Hz]
    window_s : float
        At least so much is kept. [s]

    Raises
    ------
    ValueError
        When rate or window are not positive.
    """

    def __init__(self, n_columns: int, rate_hz: float, window_s: float = 60.0) -> None:
        if not (rate_hz > 0 and window_s > 0):
            raise ValueError(f"Rate and window have to be above 0, but they are {rate_hz:g} Hz and {window_s:g} s.")
        self.rate_hz = rate_hz
        self.n_look = max(1, round(LOOK_S * rate_hz))
        self._n_keep, self._n_spare = round(window_s * rate_hz), max(1, round(_SPARE_S * rate_hz))
        self._held = np.empty((self._n_keep + self._n_spare + self.n_look, n_columns))
        self._n_held = 0
        self.first = 0
        """Number of the oldest frame that is still here, counted from the first that came."""

    @property
    def n_seen(self) -> int:
        """Frames that came so far."""
        return self.first + self._n_held

    @property
    def values(self) -> FloatArray:
        """(n, k) the frames that are here, oldest first."""
        return self._held[: self._n_held]

    @property
    def time_s(self) -> FloatArray:
        """(n,) their times, 0 at the first frame that ever came. [s]"""
        return (self.first + np.arange(self._n_held)) / self.rate_hz

    def looks(self, block: FloatArray) -> Iterator[int]:
        """Take in a block and stop at every look, which comes at the same frames whatever the blocks.

        Parameters
        ----------
        block : (n, k) array
            The next frames.

        Yields
        ------
        int
            Number of frames that came so far, at the look.
        """
        at = 0
        while at < len(block):
            until = min(len(block), at + self.n_look - self.n_seen % self.n_look)
            self._held[self._n_held : self._n_held + until - at] = block[at:until]
            self._n_held += until - at
            at = until
            if self.n_seen % self.n_look == 0:
                yield self.n_seen
                self._let_go()

    def _let_go(self) -> None:
        if self._n_held >= self._n_keep + self._n_spare:
            self._held[: self._n_keep] = self._held[self._n_held - self._n_keep : self._n_held]
            self.first += self._n_held - self._n_keep
            self._n_held = self._n_keep
