"""How often someone may try a password: after a few failures each further try has to wait longer."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

FREE_TRIES: Final = 5
FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 300.0
FORGOTTEN_AFTER_S: Final = 3600.0
MOST_KEPT: Final = 10_000
"""Names and addresses that are remembered; the oldest go first, so that memory stays bounded."""


class Throttle:
    """Counts failures by name and address together, and by address alone.

    A name alone is not counted: otherwise anybody could keep its owner out. An address alone has ten times as many
    free tries, because a whole clinic may come from one.

    Parameters
    ----------
    clock : callable, optional
        Seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # How many, when the last of them was, and the one before it.
        self._failures: OrderedDict[tuple[str, str], tuple[int, float, float]] = OrderedDict()

    def wait_s(self, name: str, address: str) -> float:
        """How long until the next try. [s]

        Parameters
        ----------
        name, address : str
            Who tries, and from where.

        Returns
        -------
        float
            0 when it may be now. [s]
        """
        now = self._clock()
        with self._lock:
            return max(self._until(name, address, FREE_TRIES), self._until("", address, 10 * FREE_TRIES), now) - now

    def failed(self, name: str, address: str) -> None:
        """Count a failure.

        Parameters
        ----------
        name, address : str
            Who tried, and from where.
        """
        with self._lock:
            for key in ((name, address), ("", address)):
                n, last, _ = self._failures.pop(key, (0, 0.0, 0.0))
                fresh = self._clock() - last > FORGOTTEN_AFTER_S
                self._failures[key] = (1 if fresh else n + 1, self._clock(), last)
            while len(self._failures) > MOST_KEPT:
                self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of who came in, and take back what `failed` counted for this try at the address.

        Parameters
        ----------
        name, address : str
            Who came in, and from where.
        """
        with self._lock:
            self._failures.pop((name, address), None)
            # Only this one: somebody with an account must not get free tries at others' by coming in between.
            n, _, before = self._failures.get(("", address), (0, 0.0, 0.0))
            if n > 1:
                self._failures["", address] = n - 1, before, before
            else:
                self._failures.pop(("", address), None)

    def _until(self, name: str, address: str, free: int) -> float:
        n, last, _ = self._failures.get((name, address), (0, 0.0, 0.0))
        if n < free:
            return 0.0
        return last + min(FIRST_WAIT_S * 2.0 ** min(n - free, 20), LONGEST_WAIT_S)
