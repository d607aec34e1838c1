"""Logs of reads played back: footload's recordings, and the Dividat driver's text logs."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from footload.errors import DeviceNotFoundError, UnreadableTrialError

LOG_SUFFIXES = (".serial.dat", ".mcap")
READ_TIMEOUT_S = 0.1
"""How long a read waits for the first byte, everywhere. [s]"""


class Chunk(NamedTuple):
    """The bytes of one read and when it returned.

    Parameters
    ----------
    monotonic_ns : int
        The host's monotonic clock right after the read. [ns]
    data : bytes
        As they came.
    """

    monotonic_ns: int
    data: bytes


@dataclass(frozen=True, slots=True)
class RawLog:
    """A log of reads.

    Parameters
    ----------
    chunks : tuple of Chunk
        Every read with its time since the log's beginning.
    notes : tuple of str
        Lines that are not what a line should be.
    """

    chunks: tuple[Chunk, ...]
    notes: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """All bytes, joined."""
        return b"".join(chunk.data for chunk in self.chunks)


def read_serial_log(path: Path | str, *, repair: bool = False) -> RawLog:
    """Read a text log of reads.

    A line is ``delay_ms, base64``. A line with more commas is damaged: the logging program lost the end of a line,
    and two of its lines became one. As published decoders of these logs do, everything behind the first comma is
    taken as base64 text with foreign characters left out, which turns such a line into bytes that the device never
    sent; a note names the line. With `repair` the line is taken as the two it was.

    Parameters
    ----------
    path : path
        The log.
    repair : bool
        Take damaged lines apart.

    Returns
    -------
    RawLog
        The reads and what was odd about them.

    Raises
    ------
    UnreadableTrialError
        When a line cannot be read at all; the message names it.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableTrialError(path, f"is not a readable text log of reads ({error}).") from error
    chunks: list[Chunk] = []
    notes: list[str] = []
    now_ms = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        first, *rest = line.split(",")
        if len(rest) > 1:
            notes.append(
                f"line {number} holds {len(rest)} commas where one belongs; "
                + ("it was taken as two reads." if repair else "its text was taken as the bytes of one read.")
            )
        try:
            delays = [first, *rest[:-1]] if repair else [first]
            now_ms += sum(int(delay) for delay in delays)
            data = base64.b64decode(rest[-1] if repair or not rest else ",".join(rest))
        except (ValueError, IndexError, binascii.Error) as error:
            raise UnreadableTrialError(
                path, f"line {number} ({line[:40]!r}) is not 'delay in ms, base64 of the bytes read'."
            ) from error
        chunks.append(Chunk(now_ms * 1_000_000, data))
    return RawLog(tuple(chunks), tuple(notes))


class LogTransport:
    """Reads of an earlier day, with their own times.

    Parameters
    ----------
    path : path
        `.serial.dat` or `.mcap`.
    speed : float, optional
        1 is as recorded, None as fast as possible. The chunks' times stay as they were recorded at every speed.
    sleep : callable
        How to wait.
    """

    live = False

    def __init__(self, path: Path, *, speed: float | None = 1.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self._path, self._speed, self._sleep = path, speed, sleep
        self._chunks: Iterator[Chunk] = iter(())
        self._next: Chunk | None = None
        self._begun_s = 0.0
        self.first_ns = 0

    def open(self) -> None:
        """Read the log.

        Raises
        ------
        DeviceNotFoundError
            When there is no such file.
        UnreadableTrialError
            When it is damaged beyond use.
        """
        if not self._path.is_file():
            raise DeviceNotFoundError(f"There is no log {self._path.name!r} to play back.")
        self._chunks = iter(read_log(self._path))
        self._next = next(self._chunks, None)
        self._begun_s = time.monotonic()
        self.first_ns = self._next.monotonic_ns if self._next else 0

    @property
    def ended(self) -> bool:
        """Whether every chunk was given."""
        return self._next is None

    def read_available(self) -> Chunk | None:
        """The next chunk, when its time has come; waits a tenth of a second at most.

        Returns
        -------
        Chunk or None
            With the time of its recording; None when it is not due yet, and at the end.
        """
        chunk = self._next
        if chunk is None:
            return None
        if self._speed is not None:
            due_s = self._begun_s + (chunk.monotonic_ns - self.first_ns) * 1e-9 / self._speed
            wait_s = due_s - time.monotonic()
            if wait_s > 0:
                self._sleep(min(wait_s, READ_TIMEOUT_S))
            if wait_s > READ_TIMEOUT_S:
                return None
        self._next = next(self._chunks, None)
        return chunk

    def write(self, data: bytes) -> None:
        """A log does not listen.

        Parameters
        ----------
        data : bytes
            Not sent.
        """

    def set_baud(self, baud: int) -> None:
        """A log has no speed of a wire.

        Parameters
        ----------
        baud : int
            Not used.
        """

    def close(self) -> None:
        """Nothing stays open."""

    def describe(self) -> dict[str, str]:
        """What it is, for the recording.

        Returns
        -------
        dict
            Its kind and the log's file name.
        """
        return {"transport": "log", "log": self._path.name}


def read_log(path: Path | str) -> tuple[Chunk, ...]:
    """Every read of a log, whatever its kind.

    Parameters
    ----------
    path : path
        `.serial.dat` or `.mcap`.

    Returns
    -------
    tuple of Chunk
        In order; of a `.mcap` the first device's.

    Raises
    ------
    UnreadableTrialError
        When it cannot be read.
    """
    if str(path).endswith(LOG_SUFFIXES[0]):
        return read_serial_log(path).chunks
    from devices.recording import read_raw

    return read_raw(path)
