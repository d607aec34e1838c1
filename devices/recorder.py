"""Raw bytes to disk, so that nothing that was read is lost: an `.mcap` file whose bytes are the one truth.

    reading thread --- write(chunk) ---> bounded queue ---> writer thread: zstd chunks, closed every 0.25 s
                       never waits                              |
                                                            syncing thread: to the disk itself every second,
                                                            beside the writer, because a busy disk takes seconds

On a normal stop the file is written again in larger chunks, checked against what was recorded, and renamed into
place. If that fails, the live file stays: it is a complete recording. A disk that runs full ends the recording in
order, with what was held back for that (`devices.reserve`).
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from devices.container import EVENTS_TOPIC
from devices.mcap_file import McapFile, sync_data, sync_file, sync_folder
from devices.opening import Opening, raw_topic
from devices.raw_log import Chunk
from devices.reserve import ReservedFile, check_room
from devices.rewriting import Recorded, rewrite
from footload.errors import RecordingError

FLUSH_S = 0.25
SYNC_S = 1.0
TAKE_S = 0.02
"""How often the writer looks for what was read. [s]"""
QUEUE_BYTES = 64 << 20
"""About a minute of the fastest mat: no disk stalls that long."""


def chunk_bytes(bytes_per_s: float, reads_per_s: float, seconds: float = FLUSH_S) -> int:
    """Size at which a chunk of the live file closes, so that it does about every quarter second.

    Parameters
    ----------
    bytes_per_s : float
        Bytes of all devices together.
    reads_per_s : float
        Reads of all devices together; each costs 31 bytes more.
    seconds : float
        How long a chunk may stay open. [s]

    Returns
    -------
    int
        Between 1 KiB and 256 KiB.
    """
    return int(min(max((bytes_per_s + 31 * reads_per_s) * seconds, 1024), 262_144))


class _Item(NamedTuple):
    topic: str
    monotonic_ns: int
    data: bytes
    device: int | None


class Recorder:
    """Writes one recording.

    Parameters
    ----------
    path : path
        A file that does not exist yet.
    opening : Opening
        What stands at its beginning.
    duration_s : float, optional
        How long it will be, where that is known: so much room is asked for. [s]

    Raises
    ------
    RecordingError
        When the file exists already, cannot be made, or the disk has no room to begin.
    """

    def __init__(self, path: Path | str, opening: Opening, duration_s: float | None = None) -> None:
        self.path = Path(path)
        self._opening = opening
        profiles = [device.profile for device in opening.devices]
        bytes_per_s = sum(profile.bytes_per_s for profile in profiles)
        self._size = chunk_bytes(bytes_per_s, sum(profile.time.rate_hz for profile in profiles))
        self._queue: deque[_Item] = deque()
        self._queued_bytes = 0
        self._lock = threading.Lock()
        self._closing, self._written, self._sync_due = threading.Event(), threading.Event(), threading.Event()
        self._dropping = False
        self._failure: OSError | None = None
        self._hashes = [hashlib.sha256() for _ in opening.devices]
        self.n_chunks = self.n_bytes = self.dropped_bytes = 0
        self._warning = "" if self.path.exists() else check_room(self.path.parent, bytes_per_s, duration_s)
        try:
            self._file = ReservedFile(self.path)
        except FileExistsError as error:
            raise RecordingError(
                f"{self.path.name} exists already, and recordings are never overwritten; choose another name."
            ) from error
        except OSError as error:
            raise RecordingError(f"{self.path.name} cannot be written ({error.strerror or error}).") from error
        try:
            self._live = McapFile(self._file, opening, self._size, padded=True)
            sync_file(self._file)
            sync_folder(self.path.parent)
        except OSError as error:
            self._file.close()
            raise RecordingError(f"{self.path.name} cannot be written ({error.strerror or error}).") from error
        self._thread = threading.Thread(target=self._write_all, name=f"recorder {self.path.name}", daemon=True)
        self._syncing = threading.Thread(target=self._sync_all, name=f"syncing {self.path.name}", daemon=True)
        self._thread.start()
        self._syncing.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._closing.is_set():
            self.close()

    @property
    def full(self) -> bool:
        """Whether the disk ran full; what comes now is dropped, and counted."""
        return self._file.full

    def write(self, chunk: Chunk, device: int = 0) -> None:
        """Take a read; never waits for the disk.

        Parameters
        ----------
        chunk : Chunk
            The bytes as they came.
        device : int
            Which device, in the order of the opening.

        Raises
        ------
        RecordingError
            When the disk has failed.
        """
        self._put(_Item(raw_topic(device), chunk.monotonic_ns, chunk.data, device))

    def mark(self, name: str, note: str = "", monotonic_ns: int | None = None, *, device: int | None = None) -> None:
        """Write an event: a mark of the user, a gap.

        Parameters
        ----------
        name : str
            ``mark``, ``gap``, ...
        note : str
            What people should know about it.
        monotonic_ns : int, optional
            When; now by default. [ns]
        device : int, optional
            The device that it is about; where that is a gap, its frames do not go on over it.

        Raises
        ------
        RecordingError
            When the disk has failed.
        """
        when = time.monotonic_ns() if monotonic_ns is None else monotonic_ns
        about = {} if device is None else {"device": device}
        self._put(_Item(EVENTS_TOPIC, when, json.dumps({"name": name, "note": note, **about}).encode(), None))

    def close(self, summary: Mapping[str, Any] | None = None) -> Recorded:
        """Stop: everything to disk, then the file in its final form.

        Parameters
        ----------
        summary : mapping, optional
            What to keep with the recording: counters, why it ended.

        Returns
        -------
        Recorded
            What the file holds.

        Raises
        ------
        RecordingError
            When the disk failed; what was written before stays readable.
        """
        self._closing.set()
        self._thread.join()
        self._syncing.join()
        if self._failure is not None:
            self._abandon()
            raise self._sentence()
        hashes = tuple(each.hexdigest() for each in self._hashes)
        recorded = Recorded(self.path, self.n_chunks, self.n_bytes, hashes, self.dropped_bytes, self._warning)
        stop = {
            "n_chunks": recorded.n_chunks,
            "n_bytes": recorded.n_bytes,
            "raw_sha256": hashes,
            "dropped_bytes": self.dropped_bytes,
            **(summary or {}),
        }
        try:
            self._live.finish(stop)
            sync_file(self._file)
            self._file.close()
        except OSError as error:
            self._failure = error
            self._abandon()
            raise self._sentence() from error
        return rewrite(recorded, self._opening, stop)

    def _put(self, item: _Item) -> None:
        if self._failure is not None:
            raise self._sentence() from self._failure
        with self._lock:
            if self.full:
                self.dropped_bytes += len(item.data)
                return
            if self._queued_bytes + len(item.data) > QUEUE_BYTES:
                if not self._dropping:
                    note = f"the disk was too slow, and its queue of {QUEUE_BYTES >> 20} MiB is full; bytes are dropped"
                    self._queue.append(_event(item.monotonic_ns, note))
                self._dropping = True
                self.dropped_bytes += len(item.data)
                return
            self._dropping = False
            self._queue.append(item)
            self._queued_bytes += len(item.data)

    def _write_all(self) -> None:
        flushed = synced = time.monotonic()
        try:
            while True:
                # Asked before taking: what was put in before closing is written.
                closing = self._closing.wait(TAKE_S)
                with self._lock:
                    items, self._queue = self._queue, deque()
                    self._queued_bytes = 0
                self._write(items)
                now = time.monotonic()
                to_sync = now - synced >= SYNC_S - TAKE_S
                if to_sync or now - flushed >= FLUSH_S - TAKE_S:
                    # Before a sync too: it cannot reach the chunk that is still open.
                    self._live.flush()
                    flushed = now
                if to_sync and not self._sync_due.is_set():
                    self._sync_due.set()
                    synced = now
                if closing:
                    return
        except OSError as error:
            self._failure = error
        finally:
            self._written.set()
            self._sync_due.set()

    def _sync_all(self) -> None:
        try:
            while True:
                self._sync_due.wait()
                # Before looking and before syncing: an order that comes meanwhile stands.
                self._sync_due.clear()
                if self._written.is_set():
                    return
                sync_data(self._file)
        except OSError as error:
            self._failure = error

    def _write(self, items: deque[_Item]) -> None:
        for number, item in enumerate(items):
            if self._file.full:
                rest = list(items)[number:]
                self.dropped_bytes += sum(len(each.data) for each in rest)
                self._live.add(*_event(item.monotonic_ns, "the disk is full; the recording ends here")[:3])
                return
            self._live.add(*item[:3])
            if item.device is not None:
                self.n_chunks += 1
                self.n_bytes += len(item.data)
                self._hashes[item.device].update(item.data)

    def _sentence(self) -> RecordingError:
        reason = getattr(self._failure, "strerror", None) or self._failure
        return RecordingError(f"{self.path.name}: the recording stopped because the disk failed ({reason}).")

    def _abandon(self) -> None:
        # Closing after a full disk raises a second time for every buffered file.
        try:
            self._file.close()
        except OSError:
            return


def _event(monotonic_ns: int, note: str) -> _Item:
    return _Item(EVENTS_TOPIC, monotonic_ns, json.dumps({"name": "gap", "note": note}).encode(), None)
