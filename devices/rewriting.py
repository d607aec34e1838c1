"""The last step of a recording: written again in larger chunks, checked, and only then put in the live file's place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devices.container import EVENTS_TOPIC, OPENING_TOPIC, Container, Message
from devices.mcap_file import McapFile, sync_file, sync_folder
from devices.opening import Opening, raw_topic
from footload.errors import RecordingError

CHUNK_NS = 1_000_000_000
SMALLEST_CHUNK, LARGEST_CHUNK = 4096, 1 << 20
"""A chunk of the final file holds a second, by the clock and by the device's usual rate: large enough to compress well
and to be read fast, small enough that a file that is cut later still gives all but its last second."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording holds.

    Parameters
    ----------
    path : path
        The file.
    n_chunks, n_bytes : int
        Reads and bytes of all devices.
    raw_sha256 : tuple of str
        Fingerprint of each device's bytes.
    dropped_bytes : int
        Bytes that came while the disk was too slow for too long; 0 unless something is badly wrong.
    note : str
        That the disk was nearly full, or why the file was left as it was recorded, when it could not be written again
        in its final form.
    """

    path: Path
    n_chunks: int
    n_bytes: int
    raw_sha256: tuple[str, ...]
    dropped_bytes: int = 0
    note: str = ""


def rewrite(recorded: Recorded, opening: Opening, stop: Mapping[str, Any]) -> Recorded:
    """Write a finished live recording again in its final form.

    Parameters
    ----------
    recorded : Recorded
        The live file and what it has to hold.
    opening : Opening
        Its beginning.
    stop : mapping
        What is known at the end.

    Returns
    -------
    Recorded
        The same, with a note when the live file was left as it was.
    """
    draft = recorded.path.with_name(recorded.path.name + ".tmp")
    totals = {"n_chunks": recorded.n_chunks, "n_bytes": recorded.n_bytes}
    try:
        _copy(recorded.path, draft, replace(opening, totals=totals), stop)
        _verify(draft, recorded)
        draft.replace(recorded.path)
        sync_folder(recorded.path.parent)
    except (OSError, RecordingError) as error:
        draft.unlink(missing_ok=True)
        note = f"the file was left as it was recorded, which is complete ({error})"
        return replace(recorded, note="; ".join(filter(None, (recorded.note, note))))
    return recorded


def rewrite_events(
    recorded: Recorded,
    opening: Opening,
    stop: Mapping[str, Any],
    keep: Callable[[Message], bool],
    added: Sequence[tuple[int, bytes]],
) -> None:
    """Write a finished recording again with other events; its bytes are checked to be the same.

    Parameters
    ----------
    recorded : Recorded
        The file and the bytes that it has to hold.
    opening : Opening
        Its beginning.
    stop : mapping
        What is known at the end.
    keep : callable
        Which of its events stay.
    added : sequence of (int, bytes)
        Events that come to them, each with its moment on the host's monotonic clock. [ns]

    Raises
    ------
    RecordingError
        When it cannot be written; then the file is as it was.
    """
    draft = recorded.path.with_name(recorded.path.name + ".tmp")
    try:
        _copy(recorded.path, draft, opening, stop, keep=keep, added=added)
        _verify(draft, recorded)
        draft.replace(recorded.path)
        sync_folder(recorded.path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RecordingError(f"{recorded.path.name} cannot be written ({error.strerror or error}).") from error
    except RecordingError:
        draft.unlink(missing_ok=True)
        raise


def chunk_size(opening: Opening) -> int:
    """Size of the chunks of a finished recording: about a second of its devices.

    Parameters
    ----------
    opening : Opening
        With the devices.

    Returns
    -------
    int
        Within the bounds above. [B]
    """
    bytes_per_s = sum(device.profile.bytes_per_s for device in opening.devices)
    return int(min(max(bytes_per_s, SMALLEST_CHUNK), LARGEST_CHUNK))


def _copy(
    source: Path,
    draft: Path,
    opening: Opening,
    stop: Mapping[str, Any],
    *,
    keep: Callable[[Message], bool] | None = None,
    added: Sequence[tuple[int, bytes]] = (),
) -> None:
    live = Container(source)
    flushed_ns = opening.monotonic_ns
    with draft.open("wb") as file:
        final = McapFile(file, opening, chunk_size(opening), padded=False)
        for message in live.messages():
            if message.topic == OPENING_TOPIC or (message.topic == EVENTS_TOPIC and keep and not keep(message)):
                continue
            if message.monotonic_ns - flushed_ns >= CHUNK_NS:
                final.flush()
                flushed_ns = message.monotonic_ns
            final.add(message.topic, message.monotonic_ns, message.data)
        if live.damage:
            raise RecordingError(f"the live file cannot be read back: {live.damage} at byte {live.stopped_at}")
        for monotonic_ns, event in added:
            final.add(EVENTS_TOPIC, monotonic_ns, event)
        final.finish(stop)
        sync_file(file)


def _verify(draft: Path, recorded: Recorded) -> None:
    """Read the final file with the library's own reader, every check value on, and compare bytes and counts."""
    from mcap.records import Channel, Message
    from mcap.stream_reader import StreamReader

    topics: dict[int, str] = {}
    hashes = {raw_topic(number): hashlib.sha256() for number in range(len(recorded.raw_sha256))}
    n_chunks = 0
    with draft.open("rb") as file:
        for record in StreamReader(file, validate_crcs=True).records:
            if isinstance(record, Channel):
                topics[record.id] = record.topic
            elif isinstance(record, Message) and topics[record.channel_id] not in {OPENING_TOPIC, EVENTS_TOPIC}:
                hashes[topics[record.channel_id]].update(record.data)
                n_chunks += 1
    found = tuple(each.hexdigest() for each in hashes.values())
    if (found, n_chunks) != (recorded.raw_sha256, recorded.n_chunks):
        raise RecordingError(f"the final file holds {n_chunks} reads of {recorded.n_chunks}, or other bytes")
