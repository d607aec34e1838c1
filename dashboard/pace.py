"""Files come no faster than the live pictures can bear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

LIVE_BYTES_PER_S: Final = 50e6
"""So much a second all uploads together may bring while a device is live: 500 MB take 10 s.

As fast as they come from the same machine, some 300 MB/s, they keep its processors and the way to the browser so busy
that its pictures stand still for 90 to 132 ms; at this pace for 49 to 83 ms, as beside any other work.
"""

BURST_S: Final = 0.05
"""What was not used of the pace is kept for so long."""


class Pace:
    """How fast all uploads together may be.

    Parameters
    ----------
    is_held : callable
        Says whether the pace is to be kept now; otherwise anything goes.
    bytes_per_s : float
        The pace.
    clock : callable
        Any that never goes back. [s]
    """

    def __init__(
        self,
        is_held: Callable[[], bool] = lambda: False,
        bytes_per_s: float = LIVE_BYTES_PER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_held, self._bytes_per_s, self._clock = is_held, bytes_per_s, clock
        self._free_at_s = 0.0

    def pause_s(self, n_bytes: int) -> float:
        """Say how long whoever brought some bytes has to wait before there may be more. [s]

        Parameters
        ----------
        n_bytes : int
            What came.

        Returns
        -------
        float
            0 where the pace is not to be kept.
        """
        if not self._is_held():
            return 0.0
        now_s = self._clock()
        self._free_at_s = max(self._free_at_s, now_s - BURST_S) + n_bytes / self._bytes_per_s
        return max(0.0, self._free_at_s - now_s)

    async def keep(self, n_bytes: int) -> None:
        """Wait so long; whoever sends waits too, for nothing more is taken meanwhile.

        Parameters
        ----------
        n_bytes : int
            What came.
        """
        pause_s = self.pause_s(n_bytes)
        if pause_s:
            await asyncio.sleep(pause_s)
