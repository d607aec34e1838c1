"""The newest samples and pictures of every device, for as many viewers as there are: no device waits for one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    samples : (n, fields) array of float32
        As the layout names them; the first of them has the number ``seq - n + 1``.
    steps : (cells,) array of uint16
        The newest picture; empty for plates.
    """

    seq: int
    wall_ms: float
    samples: NDArray[np.float32]
    steps: NDArray[np.uint16]


class _Channel:
    """What came from one device; its samples are numbered from the one after `first`."""

    def __init__(self, first: int = 0) -> None:
        self.samples: NDArray[np.float32] | None = None
        self.first = self.seq = first
        self.wall_ms = 0.0
        self.steps = np.zeros(0, np.uint16)

    def push(self, samples: NDArray[np.float32], steps: NDArray[np.uint16], wall_ms: float) -> None:
        if self.samples is None or self.samples.shape[1] != samples.shape[1]:
            self.samples = np.full((CAPACITY, samples.shape[1]), np.nan, np.float32)
            self.first = self.seq
        kept = samples[-CAPACITY:]
        self.seq += len(samples)
        self.samples[np.arange(self.seq - len(kept), self.seq) % CAPACITY] = kept
        self.steps, self.wall_ms = steps, wall_ms

    def since(self, seq: int) -> News | None:
        n = min(self.seq - max(seq, self.first), MOST_SAMPLES)
        if n <= 0 or self.samples is None:
            return None
        # Taking makes a copy: the writer goes on.
        newest = self.samples.take(range(self.seq - n, self.seq), axis=0, mode="wrap")
        return News(self.seq, self.wall_ms, newest, self.steps)


class LiveStream:
    """A ring of samples and one picture for each device; one writer, any number of viewers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels = [_Channel()]
        self._layouts: tuple[str, ...] = ()
        self._listeners: list[Callable[[], object]] = []
        self._wakes: tuple[Callable[[], object], ...] = ()

    @property
    def seq(self) -> int:
        """Running number of the first device's newest sample; 0 before there was one."""
        return self._channels[0].seq

    @property
    def seqs(self) -> tuple[int, ...]:
        """Running number of each device's newest sample."""
        return tuple(channel.seq for channel in self._channels)

    @property
    def layouts(self) -> tuple[str, ...]:
        """What a viewer has to know before the first picture of each device, as JSON; empty before there was one."""
        return self._layouts

    @property
    def n_viewers(self) -> int:
        """How many are listening."""
        return len(self._listeners)

    def begin(self, *layouts: str) -> None:
        """Start anew with other devices.

        Parameters
        ----------
        *layouts : str
            JSON for the viewers, one for each device.
        """
        with self._lock:
            # Numbers go on, so that no viewer takes a new device's samples for those it has seen.
            self._layouts, self._channels = layouts, [_Channel(max(self.seqs)) for _ in layouts]
        self._wake()

    def push(self, samples: NDArray[np.float32], steps: NDArray[np.uint16], wall_ms: float, device: int = 0) -> None:
        """Put in new samples and the newest picture.

        Parameters
        ----------
        samples : (k, fields) array of float32
            In order.
        steps : (cells,) array of uint16
            The newest picture; empty for plates.
        wall_ms : float
            When it was complete, since 1970. [ms]
        device : int
            Which, from 0.
        """
        with self._lock:
            self._channels[device].push(samples, steps, wall_ms)
        self._wake()

    def since(self, seq: int, device: int = 0) -> News | None:
        """What came after a sample that a viewer has seen.

        Parameters
        ----------
        seq : int
            The number of the last one.
        device : int
            Which, from 0.

        Returns
        -------
        News
            None when there is nothing new, or no such device any more.
        """
        with self._lock:
            return self._channels[device].since(seq) if device < len(self._channels) else None

    @contextmanager
    def listening(self, wake: Callable[[], object]) -> Generator[None]:
        """Be woken when there is something new, while the block runs.

        Parameters
        ----------
        wake : callable
            Called from the device's thread; has to be quick. Viewers that share one are woken with one call.

        Yields
        ------
        None
            Nothing; ask `since`.
        """
        with self._lock:
            self._listeners.append(wake)
            self._wakes = tuple(dict.fromkeys(self._listeners))
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(wake)
                self._wakes = tuple(dict.fromkeys(self._listeners))

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()
