"""Writing the `.mcap` container as footload's recordings use it: compressed, checked chunks, the opening first."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from devices.container import EVENTS_TOPIC, OPENING_TOPIC, PROFILE, STOP_NAME
from devices.opening import Opening, raw_topic


class Writable(Protocol):
    """What a recording is written into: buffered, and told when to hand over."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""
        ...

    def flush(self) -> None:
        """Hand everything to the system."""
        ...

    def fileno(self) -> int:
        """The system's number of the file."""
        ...


class McapFile:
    """A recording in the making: channels, opening, messages, stop.

    Parameters
    ----------
    file : file
        Open for writing, buffered.
    opening : Opening
        Stands in the first chunk, which is closed at once.
    chunk_size : int
        Size at which a chunk closes.
    padded : bool
        Make the opening longer than a chunk, so that it is on disk whatever the library keeps back.
    """

    def __init__(self, file: Writable, opening: Opening, chunk_size: int, *, padded: bool) -> None:
        from mcap.writer import CompressionType, IndexType, Writer

        self._opening = opening
        # A live file is read from its beginning and written again at its end; an index would only grow in memory.
        self._indexed = not padded
        self._writer = Writer(
            cast("BinaryIO", file), chunk_size, CompressionType.ZSTD, IndexType.NONE if padded else IndexType.ALL,
            enable_crcs=True, enable_data_crcs=True,
        )  # fmt: skip
        self._writer.start(PROFILE.decode(), opening.software)
        schema = self._writer.register_schema(
            "footload.opening", "text", b"JSON: trial, clocks, device profiles; padded"
        )
        self._channels = {OPENING_TOPIC: self._writer.register_channel(OPENING_TOPIC, "json", schema)}
        self._channels[EVENTS_TOPIC] = self._writer.register_channel(EVENTS_TOPIC, "json", 0)
        for number, device in enumerate(opening.devices):
            topic = raw_topic(number)
            about = {"profile": device.profile.id, **device.transport}
            self._channels[topic] = self._writer.register_channel(topic, "bytes", 0, about)
        # Channels are written with the first chunk, and a chunk closes when it is larger than its size: the padding
        # puts both on disk before the first byte of data, and costs nothing because it compresses away.
        padding = b" " * (chunk_size + 1 if padded else 0)
        self.add(OPENING_TOPIC, opening.monotonic_ns, opening.to_json().encode() + padding)
        self.flush()

    def add(self, topic: str, monotonic_ns: int, data: bytes) -> None:
        """Add a message.

        Parameters
        ----------
        topic : str
            Its channel.
        monotonic_ns : int
            The host's monotonic clock. [ns]
        data : bytes
            Its content.
        """
        wall_ns = self._opening.wall_ns + monotonic_ns - self._opening.monotonic_ns
        self._writer.add_message(self._channels[topic], max(wall_ns, 0), data, max(monotonic_ns, 0))

    def flush(self) -> None:
        """Close the open chunk and hand everything to the system."""
        self._writer.flush()
        if not self._indexed:
            # The library notes every chunk for an index even when it is to write none: 5 MB in half an hour.
            getattr(self._writer, "_Writer__chunk_indices", []).clear()

    def finish(self, stop: Mapping[str, Any]) -> None:
        """Write what is known at the end, the check value and the index.

        Parameters
        ----------
        stop : mapping
            Plain values.
        """
        self._writer.flush()
        self._writer.add_metadata(STOP_NAME, {"summary": json.dumps(dict(stop))})
        self._writer.finish()


def sync_file(file: Writable) -> None:
    """Have everything written so far on the disk itself, not only handed to the system.

    Parameters
    ----------
    file : file
        Open for writing.
    """
    file.flush()
    sync_data(file)


def sync_data(file: Writable) -> None:
    """Have everything that was handed to the system on the disk itself; what waits in this program stays there.

    Parameters
    ----------
    file : file
        Open for writing; another thread may go on writing meanwhile.
    """
    getattr(os, "fdatasync", os.fsync)(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have a folder's new names on the disk; does nothing on systems that cannot.

    Parameters
    ----------
    folder : path
        The folder.
    """
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
