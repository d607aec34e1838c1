"""The `.mcap` container, read so that whatever a crash, a full disk or a cut leaves gives all it holds.

A file is read to the first thing that is not whole: no guess, no resynchronisation. Chunks without a check value count
as damage, and so does a zeroed page, because a recording of ours has neither.

    magic | header | chunk (opening) | index | chunk | index ... | stop metadata | data end | summary | footer | magic
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

MAGIC = b"\x89MCAP0\r\n"
PROFILE = b"footload"
OPENING_TOPIC = "/footload/opening"
EVENTS_TOPIC = "/footload/events"
STOP_NAME = "footload.stop"
LARGEST_RECORD = 1 << 26
"""No recording of ours has a chunk near 64 MiB, but a damaged header can claim any size."""

_CHANNEL, _MESSAGE, _CHUNK, _METADATA, _DATA_END, _HEADER = 0x04, 0x05, 0x06, 0x0C, 0x0F, 0x01


class Message(NamedTuple):
    """One message of a recording.

    Parameters
    ----------
    topic : str
        Its channel.
    wall_ns, monotonic_ns : int
        When, on the host's two clocks. [ns]
    data : bytes
        Its content.
    """

    topic: str
    wall_ns: int
    monotonic_ns: int
    data: bytes


@dataclass(slots=True)
class Container:
    """What was found on the way; complete once `messages` has come to its end.

    Parameters
    ----------
    path : path
        The file.
    damage : str
        Why reading stopped before the end of the data; empty when it did not.
    stopped_at : int
        Byte in the file where reading stopped.
    finished : bool
        Whether the data came to its proper end.
    metadata_damaged : bool
        Whether what stands between the chunks contradicts the check value of all data.
    index_missing : bool
        Whether the index behind the data is cut; nothing recorded is lost with it.
    metadata : dict
        Named tables of text; empty when nothing vouches for them.
    size : int
        Length of the file. [B]
    """

    path: Path
    damage: str = ""
    stopped_at: int = 0
    finished: bool = False
    metadata_damaged: bool = False
    index_missing: bool = False
    metadata: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    size: int = 0
    _topics: dict[int, str] = field(init=False, default_factory=dict[int, str])

    def messages(self) -> Iterator[Message]:
        """Every message of every whole, checked chunk, in order.

        Yields
        ------
        Message
            Until the data ends or is damaged; `damage` tells which.
        """
        with self.path.open("rb") as file:
            self.size = file.seek(0, 2)
            file.seek(0)
            try:
                yield from self._read(file)
            except _Damage as damage:
                self.damage = str(damage)
            except (struct.error, UnicodeDecodeError) as error:
                self.damage = f"a record cannot be understood ({error})"
        if not self.finished or self.metadata_damaged:
            # Nothing checks a metadata record by itself; only the value at the end of the data does.
            self.metadata.clear()

    def _read(self, file: BinaryIO) -> Iterator[Message]:
        if file.read(len(MAGIC)) != MAGIC:
            raise _Damage("the file does not begin like an MCAP file")
        crc, at = zlib.crc32(MAGIC), len(MAGIC)
        while True:
            self.stopped_at = at
            head = file.read(9)
            if len(head) < 9:
                raise _Damage("the file ends there" if not head else "the file is cut within a record's head")
            opcode, length = head[0], int.from_bytes(head[1:], "little")
            if opcode == 0:
                raise _Damage("a part of the file was never written (zeros)")
            if at + 9 + length > self.size:
                raise _Damage("the file is cut within a record")
            if length > LARGEST_RECORD:
                raise _Damage(f"a record claims {length} bytes")
            body = file.read(length)
            if opcode == _DATA_END:
                self._end(file, body, crc)
                return
            crc = zlib.crc32(body, zlib.crc32(head, crc))
            at += 9 + length
            if opcode == _CHUNK:
                yield from self._chunk(body)
            elif opcode == _METADATA:
                self._take_metadata(body)

    def _end(self, file: BinaryIO, body: bytes, crc: int) -> None:
        self.finished = True
        # A value of 0 means "not checked" to the library; ours always write it.
        self.metadata_damaged = struct.unpack_from("<I", body)[0] != crc
        file.seek(-len(MAGIC), 2)
        self.index_missing = file.read() != MAGIC or file.tell() <= self.stopped_at + 13 + len(MAGIC)

    def _chunk(self, body: bytes) -> Iterator[Message]:
        for opcode, record in _records(_unpacked(body)):
            if opcode == _CHANNEL:
                number, _ = struct.unpack_from("<HH", record)
                n = struct.unpack_from("<I", record, 4)[0]
                self._topics[number] = record[8 : 8 + n].decode()
            elif opcode == _MESSAGE:
                number, _, wall_ns, monotonic_ns = struct.unpack_from("<HIQQ", record)
                if number in self._topics:
                    yield Message(self._topics[number], wall_ns, monotonic_ns, record[22:])

    def _take_metadata(self, body: bytes) -> None:
        name, at = _text(body, 0)
        stop = at + 4 + struct.unpack_from("<I", body, at)[0]
        at += 4
        found: dict[str, str] = {}
        while at < stop:
            key, at = _text(body, at)
            found[key], at = _text(body, at)
        self.metadata[name] = found


class _Damage(Exception):  # noqa: N818 - it never leaves this module
    """Why reading stopped."""


def is_recording(head: bytes) -> bool:
    """Whether a file begins like a recording of ours, or like as much of one as a cut left.

    Parameters
    ----------
    head : bytes
        The first bytes.

    Returns
    -------
    bool
        False for every other kind of file, foreign MCAP files among them.
    """
    if not head or not head.startswith(MAGIC[: len(head)]):
        return False
    opcode, profile = head[8:9], head[17:29]
    expected = len(PROFILE).to_bytes(4, "little") + PROFILE
    return opcode in {b"", bytes([_HEADER])} and profile == expected[: len(profile)]


def _unpacked(body: bytes) -> bytes:
    """A chunk's content, checked."""
    import zstandard

    _, _, size, crc, n = struct.unpack_from("<QQQII", body)
    if body[32 : 32 + n] != b"zstd" or crc == 0:
        raise _Damage("a chunk is not compressed or has no check value, which no recording of ours has")
    if size > LARGEST_RECORD:
        raise _Damage(f"a chunk claims {size} bytes")
    try:
        content = zstandard.ZstdDecompressor().decompress(body[40 + n :], max_output_size=size)
    except (zstandard.ZstdError, MemoryError) as error:
        raise _Damage(f"a chunk cannot be unpacked ({error})") from error
    if len(content) != size or zlib.crc32(content) != crc:
        raise _Damage("a chunk contradicts its check value")
    return content


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 9 <= len(content):
        length = int.from_bytes(content[at + 1 : at + 9], "little")
        yield content[at], content[at + 9 : at + 9 + length]
        at += 9 + length


def _text(body: bytes, at: int) -> tuple[str, int]:
    n = struct.unpack_from("<I", body, at)[0]
    return body[at + 4 : at + 4 + n].decode(), at + 4 + n
