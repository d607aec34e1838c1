"""Chunks and marks from the process that reads a device to the process that writes the recording; never waits.

    reading thread --- put(...) ---> bounded queue ---> sending thread ---> pipe ---> writing process

A message is a kind, the host's monotonic nanoseconds, and bytes.
"""

from __future__ import annotations

import struct
import threading
from collections import deque
from enum import IntEnum
from multiprocessing.connection import Connection as Pipe
from typing import NamedTuple

_HEAD = struct.Struct("<Bq")
LARGEST_BYTES = 64 << 20
"""About a minute of the fastest mat."""
TAKE_S = 0.01


class Kind(IntEnum):
    """What a message is."""

    CHUNK = 0
    GAP = 1
    COUNTERS = 2


class Posted(NamedTuple):
    """What came out of a pipe.

    Parameters
    ----------
    kind : Kind
        What it is.
    monotonic_ns : int
        When. [ns]
    data : bytes
        Bytes of a read, the sentence about a gap, or packed counters.
    """

    kind: Kind
    monotonic_ns: int
    data: bytes


class Outbox:
    """The sending end.

    Parameters
    ----------
    pipe : Connection
        To the process that writes.
    largest : int
        Bytes that may wait; what comes then is dropped and counted, and a gap is sent when there is room again. [B]
    """

    def __init__(self, pipe: Pipe, largest: int = LARGEST_BYTES) -> None:
        self._pipe, self._largest = pipe, largest
        self._queue: deque[Posted] = deque()
        self._waiting = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.dropped_bytes = 0
        self._dropped_since = 0
        self.broken = False
        self._thread = threading.Thread(target=self._send_all, name="outbox", daemon=True)
        self._thread.start()

    def put(self, kind: Kind, monotonic_ns: int, data: bytes) -> None:
        """Take a message; never waits.

        Parameters
        ----------
        kind : Kind
            What it is.
        monotonic_ns : int
            When. [ns]
        data : bytes
            Its content.
        """
        with self._lock:
            if self._waiting + len(data) > self._largest or self.broken:
                if kind is Kind.CHUNK:
                    self.dropped_bytes += len(data)
                    self._dropped_since += len(data)
                return
            if self._dropped_since:
                note = f"{self._dropped_since} bytes were dropped, because the recorder did not take them for too long."
                self._dropped_since = 0
                self._queue.append(Posted(Kind.GAP, monotonic_ns - 1, note.encode()))
            self._queue.append(Posted(kind, monotonic_ns, data))
            self._waiting += len(data)

    def close(self, wait_s: float = 5.0) -> None:
        """Send what waits, and close the pipe.

        Parameters
        ----------
        wait_s : float
            How long the other side may take for it. [s]
        """
        self._closing.set()
        self._thread.join(wait_s)
        if not self._thread.is_alive():
            self._pipe.close()

    def _send_all(self) -> None:
        try:
            while True:
                closing = self._closing.wait(TAKE_S)
                with self._lock:
                    items, self._queue = self._queue, deque()
                for kind, monotonic_ns, data in items:
                    self._pipe.send_bytes(_HEAD.pack(kind, monotonic_ns) + data)
                    # Counted until it is gone: what stands in a list here takes memory too.
                    with self._lock:
                        self._waiting -= len(data)
                if closing:
                    return
        except OSError:
            # The writing process is gone; its parent knows, and reading goes on for the viewers.
            with self._lock:
                self.broken = True
                self._queue.clear()


def take(pipe: Pipe) -> Posted:
    """The next message of a pipe.

    Parameters
    ----------
    pipe : Connection
        From the process that reads.

    Returns
    -------
    Posted
        What it is.

    Raises
    ------
    EOFError
        When the other end is closed and everything was taken.
    """
    raw = pipe.recv_bytes()
    kind, monotonic_ns = _HEAD.unpack_from(raw)
    return Posted(Kind(kind), monotonic_ns, raw[_HEAD.size :])
