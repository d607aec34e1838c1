"""Bytes to frames: a pure state machine. No port, thread or clock, so recorded bytes decode the same for ever.

    bytes -> framer (where does a frame begin and end?) -> check value -> payload -> limits -> Frame

Whatever fails costs one byte: the search goes on right behind the byte that looked like a beginning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from devices.framing.sync import Verdict
from footload.arrays import IntArray

if TYPE_CHECKING:
    from devices.profile import Profile


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One whole, checked frame. No units yet.

    Parameters
    ----------
    index : int
        Running number of accepted frames.
    counter : int or None
        The device's frame counter as sent; None when it has none.
    clock : int or None
        The device's clock as sent, in ticks; None when it has none.
    counts : (n,) array
        Counts in the order of the plate's cells, read-only.
    start, stop : int
        Half-open range of its bytes in the stream; the read that brought byte ``stop - 1`` completed it.
    """

    index: int
    counter: int | None
    clock: int | None
    counts: IntArray
    start: int
    stop: int


@dataclass(slots=True)
class Counters:
    """What went right and wrong on the wire.

    ``bytes_in`` is always the sum of bytes in frames, `junk_bytes`, `incomplete_bytes` and what waits for more.

    Parameters
    ----------
    bytes_in : int
        Everything that came.
    frames, frame_bytes : int
        Accepted frames, and the bytes in them.
    bad_check, bad_payload, bad_header : int
        What looked like a frame and was refused for its check value, its content or its header.
    junk_bytes : int
        Bytes outside any frame.
    resyncs : int
        How often frames were found again after junk.
    incomplete_bytes : int
        Bytes of an unfinished frame at the end.
    dropped_device, repeated, device_resets : int
        By the device's counter: frames missing, frames sent twice, restarts.
    """

    bytes_in: int = 0
    frames: int = 0
    frame_bytes: int = 0
    bad_check: int = 0
    bad_payload: int = 0
    bad_header: int = 0
    junk_bytes: int = 0
    resyncs: int = 0
    incomplete_bytes: int = 0
    dropped_device: int = 0
    repeated: int = 0
    device_resets: int = 0

    @property
    def damaged(self) -> int:
        """Frames that began rightly and were refused for their check value or content."""
        return self.bad_check + self.bad_payload

    def as_dict(self) -> dict[str, int]:
        """Every counter by name.

        Returns
        -------
        dict
            For recordings and for `--json`.
        """
        return asdict(self)

    @property
    def findings(self) -> str:
        """What people should know, in a sentence; empty when nothing went wrong."""
        said = [
            (self.damaged, f"{_times(self.damaged, 'damaged frame')} reported and not used "
             f"({self.bad_check} with a wrong check value, {self.bad_payload} with impossible content)"),
            (self.junk_bytes, f"{_times(self.junk_bytes, 'byte')} outside any frame"),
            (self.incomplete_bytes, f"{_times(self.incomplete_bytes, 'byte')} of an unfinished frame at the end"),
            (self.resyncs, f"synchronisation found again {_times(self.resyncs, 'time')}"),
            (self.dropped_device, f"{_times(self.dropped_device, 'frame')} missing by the device's counter"),
            (self.repeated, f"{_times(self.repeated, 'frame')} sent twice"),
            (self.device_resets, f"the device's counter began anew {_times(self.device_resets, 'time')}"),
        ]  # fmt: skip
        return "; ".join(text for count, text in said if count)


class Decoder:
    """Turns a device's bytes into frames.

    The outcome depends on the bytes alone, not on how they were cut into reads.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    """

    def __init__(self, profile: Profile) -> None:
        self.counters = Counters()
        self._profile = profile
        self._tail = profile.tail_size
        self._body_start = profile.framing.header_size
        self._buffer = bytearray()
        self._consumed = 0
        self._last_counter: int | None = None
        self._lost = False

    @property
    def n_waiting(self) -> int:
        """Bytes that wait for the rest of their frame; never more than the longest frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes.

        Parameters
        ----------
        data : bytes
            As they came from the wire.

        Returns
        -------
        list of Frame
            Every frame that these bytes completed.
        """
        self.counters.bytes_in += len(data)
        self._buffer += data
        return self._scan()

    def finish(self) -> list[Frame]:
        """Say that no more bytes will come.

        Returns
        -------
        list of Frame
            Whole frames that stood behind what looked like the beginning of a longer one.
        """
        frames: list[Frame] = []
        while self._buffer:
            found = self._first_whole()
            if found is None:
                self.counters.incomplete_bytes += len(self._buffer)
                self._drop(len(self._buffer))
                break
            start, stop, counts = found
            self._skip(start)
            frames.append(self._made(start, stop, counts))
            self._drop(stop)
            frames += self._scan()
        return frames

    def _scan(self) -> list[Frame]:
        buffer, find, tail = self._buffer, self._profile.framing.next, self._tail
        frames: list[Frame] = []
        at = 0
        while True:
            verdict, start, stop = find(buffer, at, tail)
            self._skip(start - at)
            at = start
            if verdict is Verdict.MORE:
                break
            counts = self._counts(start, stop) if verdict is Verdict.FOUND else None
            if counts is not None:
                frames.append(self._made(start, stop, counts))
                at = stop
            else:
                self.counters.bad_header += verdict is Verdict.REJECT
                self._skip(1)
                at += 1
        self._drop(at)
        return frames

    def _first_whole(self) -> tuple[int, int, IntArray] | None:
        """A whole frame somewhere behind the first byte of what waits."""
        at = 1
        while at < len(self._buffer):
            verdict, start, stop = self._profile.framing.next(self._buffer, at, self._tail)
            counts = self._counts(start, stop) if verdict is Verdict.FOUND else None
            if counts is not None:
                return start, stop, counts
            at = start + 1
        return None

    def _counts(self, start: int, stop: int) -> IntArray | None:
        """What the frame holds; None (and counted) when it is damaged."""
        profile = self._profile
        # Copied out: a bytearray with a view on it could not be shortened.
        frame = bytes(memoryview(self._buffer)[start:stop])
        if profile.check is not None and not profile.check.holds(frame):
            self.counters.bad_check += 1
            return None
        counts = profile.payload.decode(frame[self._body_start : len(frame) - self._tail])
        if counts is None or (profile.limits is not None and counts.max(initial=0) > profile.limits.value_max):
            self.counters.bad_payload += 1
            return None
        return counts

    def _made(self, start: int, stop: int, counts: IntArray) -> Frame:
        counters, time = self.counters, self._profile.time
        counter = None if time.counter is None else time.counter.take(self._buffer, start)
        clock = None if time.clock is None else time.clock.take(self._buffer, start)
        if counter is not None:
            self._follow(counter)
        counters.resyncs += self._lost
        self._lost = False
        frame = Frame(counters.frames, counter, clock, counts, self._consumed + start, self._consumed + stop)
        counters.frames += 1
        counters.frame_bytes += stop - start
        return frame

    def _follow(self, counter: int) -> None:
        """Count what the device's counter says about the frames between this one and the last."""
        field, last, self._last_counter = self._profile.time.counter, self._last_counter, counter
        if field is None or last is None:
            return
        span = 1 << 8 * field.size
        ahead = (counter - last) % span
        if ahead == 0:
            self.counters.repeated += 1
        elif ahead > span // 2:
            self.counters.device_resets += 1
        else:
            self.counters.dropped_device += max(ahead // field.step - 1, 0)

    def _skip(self, n: int) -> None:
        if n > 0:
            self.counters.junk_bytes += n
            self._lost = self._lost or self.counters.frames > 0

    def _drop(self, n: int) -> None:
        del self._buffer[:n]
        self._consumed += n


def decode(profile: Profile, data: bytes) -> tuple[list[Frame], Counters]:
    """Decode everything at once.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    data : bytes
        Everything it said.

    Returns
    -------
    frames : list of Frame
        In order.
    counters : Counters
        What went right and wrong.
    """
    decoder = Decoder(profile)
    frames = decoder.feed(data)
    return frames + decoder.finish(), decoder.counters


def failed_vectors(profile: Profile) -> list[str]:
    """Run the test vectors that a profile carries.

    Parameters
    ----------
    profile : Profile
        The profile.

    Returns
    -------
    list of str
        One sentence for each vector that does not come out as stated; empty when all do.
    """
    failed: list[str] = []
    for number, vector in enumerate(profile.test.vector):
        frames, counters = decode(profile, vector.bytes_hex)
        total = sum(int(frame.counts.sum(dtype="u8")) for frame in frames)
        if (len(frames), total) != (vector.frames, vector.sum):
            failed.append(
                f"Vector {number} of {profile.id} gives {len(frames)} frames with the sum {total}, but states "
                f"{vector.frames} and {vector.sum} ({counters.findings or 'nothing was refused'})."
            )
    return failed


def _times(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"
