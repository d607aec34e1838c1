"""The newest frames of a device in shared memory, for whoever watches: the writer never waits for a reader.

    head | numbers (counters, state) | slot 0 | slot 1 | ... | slot n-1      slot: seq, arrival, estimated time, values

A slot carries the running number of its frame. The writer takes the number away, writes, and puts the new one in its
place; a reader that finds another number behind its copy than before it was overtaken, and counts the frame as missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray

MAGIC = 0x666F6F74_6C6F6164
_HEAD = 8
"""Eight numbers: magic, layout version, values a slot, size of a value, slots, frames written, kind of value, spare."""
NUMBERS = (
    "state",
    "pid",
    "bytes_in",
    "frames",
    "bad_check",
    "bad_payload",
    "junk_bytes",
    "resyncs",
    "dropped_device",
    "repeated",
    "device_resets",
    "dropped_host_bytes",
    "reconnects",
    "max_gap_ms",
    "last_arrival_ns",
    "drift_ppb",
    "jitter_us",
    "incomplete_bytes",
    "frame_bytes",
    "bad_header",
    "answer_bytes",
)
"""The numbers that a device publishes beside its frames, each a whole number."""
_ROOM = 32
_SLOT_HEAD = 24
_KINDS = "uif"


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Frames that a viewer has not seen yet.

    Parameters
    ----------
    seq : (k,) array
        Running numbers, rising.
    arrival_ns : (k,) array
        When the reads returned that completed them, on the host's monotonic clock. [ns]
    time_ns : (k,) array
        When they were taken, as the live clock estimates it. [ns]
    values : (k, n) array
        What the cells counted.
    missed : int
        Frames between the viewer's last one and the first here that were overwritten before it came.
    """

    seq: IntArray
    arrival_ns: IntArray
    time_ns: IntArray
    values: NDArray[Any]
    missed: int

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.seq)


class Ring:
    """A ring of frames in shared memory: one writer, any number of readers, nobody waits.

    Parameters
    ----------
    memory : SharedMemory
        Laid out by `create`.
    owner : bool
        Whether closing it also removes it.

    Raises
    ------
    ValueError
        When the memory is not such a ring.
    """

    def __init__(self, memory: SharedMemory, *, owner: bool = False) -> None:
        self._memory, self._owner = memory, owner
        head = np.ndarray((_HEAD,), np.int64, memory.buf)
        if int(head[0]) != MAGIC:
            raise ValueError(f"The shared memory {memory.name!r} is not a ring of frames.")
        self.n_values, self.capacity = int(head[2]), int(head[4])
        dtype = np.dtype(f"{_KINDS[int(head[6])]}{int(head[3])}")
        self._head = head
        self._numbers = np.ndarray((_ROOM,), np.int64, memory.buf, 8 * _HEAD)
        start = 8 * (_HEAD + _ROOM)
        stride = _stride(self.n_values, dtype)
        self._slots = np.ndarray((self.capacity, 3), np.int64, memory.buf, start, (stride, 8))
        self._values: NDArray[Any] = np.ndarray(
            (self.capacity, self.n_values), dtype, memory.buf, start + _SLOT_HEAD, (stride, dtype.itemsize)
        )

    @classmethod
    def create(cls, n_values: int, dtype: str = "u2", capacity: int = 256) -> Self:
        """Make a new ring.

        Parameters
        ----------
        n_values : int
            Values of a frame.
        dtype : str
            What a value is, such as ``u2`` or ``f8``.
        capacity : int
            Frames that it holds.

        Returns
        -------
        Ring
            Owned: closing it removes it.

        Raises
        ------
        ValueError
            When a number is not positive or the type is neither an integer nor a float.
        """
        kind = np.dtype(dtype)
        if n_values < 1 or capacity < 2 or kind.kind not in _KINDS:
            raise ValueError(
                f"A ring needs at least one value and two slots of integers or floats, "
                f"not {n_values} of {dtype} in {capacity}."
            )
        size = 8 * (_HEAD + _ROOM) + capacity * _stride(n_values, kind)
        memory = SharedMemory(create=True, size=size)
        head = np.ndarray((_HEAD,), np.int64, memory.buf)
        head[:] = (MAGIC, 1, n_values, kind.itemsize, capacity, 0, _KINDS.index(kind.kind), 0)
        del head
        return cls(memory, owner=True)

    @classmethod
    def attach(cls, name: str) -> Self:
        """Open a ring that another process made.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Ring
            For reading, or for the one process that writes.

        Raises
        ------
        ValueError
            When there is no such ring.
        """
        try:
            return cls(SharedMemory(name))
        except FileNotFoundError as error:
            raise ValueError(f"There is no ring {name!r}; was its device stopped?") from error

    @property
    def name(self) -> str:
        """What `attach` takes."""
        return self._memory.name

    @property
    def n_written(self) -> int:
        """Frames written so far; cheap enough to be asked a thousand times a second."""
        return int(self._head[5])

    def write(self, arrival_ns: int, time_ns: int, values: NDArray[Any]) -> None:
        """Put in the next frame; overwrites the oldest.

        Parameters
        ----------
        arrival_ns, time_ns : int
            When it came, and when it was taken. [ns]
        values : (n,) array
            What the cells counted.
        """
        seq = int(self._head[5]) + 1
        at = (seq - 1) % self.capacity
        slot = self._slots[at]
        slot[0] = 0
        self._values[at] = values
        slot[1], slot[2] = arrival_ns, time_ns
        slot[0] = seq
        self._head[5] = seq

    def since(self, seq: int, limit: int | None = None) -> Batch:
        """Frames after one that a viewer has seen.

        Parameters
        ----------
        seq : int
            The last one it has seen; 0 for none.
        limit : int, optional
            At most so many, the newest.

        Returns
        -------
        Batch
            Copies, with the number of frames that were overwritten before they could be read.
        """
        newest = self.n_written
        # The oldest slot is the next to be overwritten, and mostly is while one looks at it.
        first = max(seq, newest - (self.capacity - 1), newest - limit if limit else 0) + 1
        wanted = np.arange(first, newest + 1)
        at = (wanted - 1) % self.capacity
        values = self._values[at]
        slots = self._slots[at]
        whole = (slots[:, 0] == wanted) & (self._slots[at, 0] == wanted)
        return Batch(
            wanted[whole], slots[whole, 1], slots[whole, 2], values[whole], max(newest - seq, 0) - int(whole.sum())
        )

    def publish(self, numbers: Mapping[str, int]) -> None:
        """Say how it is going.

        Parameters
        ----------
        numbers : mapping
            Some of `NUMBERS`.
        """
        for name, value in numbers.items():
            self._numbers[NUMBERS.index(name)] = value

    def numbers(self) -> dict[str, int]:
        """How it is going.

        Returns
        -------
        dict
            Every one of `NUMBERS`.
        """
        return {name: int(value) for name, value in zip(NUMBERS, self._numbers, strict=False)}

    def close(self) -> None:
        """Let go of it; the process that made it also removes it. More than once does no harm."""
        if not hasattr(self, "_head"):
            return
        # Arrays hold the memory open.
        del self._head, self._numbers, self._slots, self._values
        self._memory.close()
        if self._owner:
            self._owner = False
            self._memory.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def seconds(batch: Batch) -> FloatArray:
    """Estimated times of a batch. [s]

    Parameters
    ----------
    batch : Batch
        Frames.

    Returns
    -------
    (k,) array
        On the host's monotonic clock. [s]
    """
    return batch.time_ns * 1e-9


def _stride(n_values: int, dtype: np.dtype[Any]) -> int:
    """Bytes of a slot: whole eights, so that every number stands where a machine writes it at once."""
    return _SLOT_HEAD + -(-n_values * dtype.itemsize // 8) * 8
