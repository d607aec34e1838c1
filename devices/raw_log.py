"""Text logs of reads, as the Dividat driver writes them: one read a line, ``delay_ms, base64(bytes)``."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from footload.errors import UnreadableTrialError

SUFFIX = ".serial.dat"


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
            data = base64.b64decode(rest[-1] if repair else ",".join(rest))
        except (ValueError, IndexError, binascii.Error) as error:
            raise UnreadableTrialError(
                path, f"line {number} ({line[:40]!r}) is not 'delay in ms, base64 of the bytes read'."
            ) from error
        chunks.append(Chunk(now_ms * 1_000_000, data))
    return RawLog(tuple(chunks), tuple(notes))
