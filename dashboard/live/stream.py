"""The newest samples and the newest picture, for as many viewers as there are: the device never waits for one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.live.samples import FIELDS

CAPACITY = 1024
MOST_SAMPLES = 256
"""A viewer that was away longer than this loses the older samples, and is told by the running number."""


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What one viewer has not seen yet.

    Parameters
    ----------
    seq : int
        Running number of the newest sample.
    wall_ms : float
        When the newest frame was complete on this machine, since 1970. [ms]
    samples : (n, 12) array of float32
        `FIELDS`; the first of them has the number ``seq - n + 1``.
    steps : (cells,) array of uint16
        The newest picture.
    """

    seq: int
    wall_ms: float
    samples: NDArray[np.float32]
    steps: NDArray[np.uint16]


class LiveStream:
    """A ring of samples and one picture; one writer, any number of viewers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._samples = np.zeros((CAPACITY, len(FIELDS)), np.float32)
        self._seq = 0
        self._wall_ms = 0.0
        self._steps = np.zeros(0, np.uint16)
        self._layout = ""
        self._listeners: list[Callable[[], object]] = []

    @property
    def seq(self) -> int:
        """Running number of the newest sample; 0 before there was one."""
        return self._seq

    @property
    def layout(self) -> str:
        """What a viewer has to know before the first picture, as JSON; empty before there was a device."""
        return self._layout

    @property
    def n_viewers(self) -> int:
        """How many are listening."""
        return len(self._listeners)

    def begin(self, layout: str) -> None:
        """Start anew with another device.

        Parameters
        ----------
        layout : str
            JSON for the viewers.
        """
        with self._lock:
            self._layout, self._steps = layout, np.zeros(0, np.uint16)
        self._wake()

    def push(self, samples: NDArray[np.float32], steps: NDArray[np.uint16], wall_ms: float) -> None:
        """Put in new samples and the newest picture.

        Parameters
        ----------
        samples : (k, 12) array of float32
            In order.
        steps : (cells,) array of uint16
            The newest picture.
        wall_ms : float
            When it was complete, since 1970. [ms]
        """
        with self._lock:
            at = (self._seq + np.arange(len(samples))) % CAPACITY
            self._samples[at] = samples
            self._seq += len(samples)
            self._steps, self._wall_ms = steps, wall_ms
        self._wake()

    def since(self, seq: int) -> News | None:
        """What came after a sample that a viewer has seen.

        Parameters
        ----------
        seq : int
            The number of the last one.

        Returns
        -------
        News
            None when there is nothing new.
        """
        with self._lock:
            n = min(self._seq - seq, MOST_SAMPLES)
            if n <= 0 or not len(self._steps):
                return None
            at = np.arange(self._seq - n, self._seq) % CAPACITY
            return News(self._seq, self._wall_ms, self._samples[at], self._steps)

    @contextmanager
    def listening(self, wake: Callable[[], object]) -> Generator[None]:
        """Be woken when there is something new, while the block runs.

        Parameters
        ----------
        wake : callable
            Called from the device's thread; has to be quick.

        Yields
        ------
        None
            Nothing; ask `since`.
        """
        with self._lock:
            self._listeners = [*self._listeners, wake]
        try:
            yield
        finally:
            with self._lock:
                self._listeners = [each for each in self._listeners if each is not wake]

    def _wake(self) -> None:
        for wake in self._listeners:
            wake()
