"""Bytes to frames: a pure state machine. No port, thread or clock, so recorded bytes decode the same for ever.

    bytes -> framer (where does a frame begin and end?) -> check value -> payload -> limits -> Frame

Whatever fails costs one byte: the search goes on right behind the byte that looked like a beginning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from devices.framing.answers import Beginning, answers_of
from devices.framing.candidates import Search, Verdict
from devices.framing.codec import Damage, Reading, codec_of
from devices.parts import Counts

if TYPE_CHECKING:
    from devices.profile import Profile


NARROW = 16
"""A counter with no more steps wraps around so often that a step back is taken for lost frames, not for a restart."""


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
    counts: Counts
    start: int
    stop: int


@dataclass(slots=True)
class Counters:
    """What went right and wrong on the wire.

    ``bytes_in`` is always the sum of bytes in frames, `answer_bytes`, `junk_bytes`, `incomplete_bytes` and what waits
    for more.

    Parameters
    ----------
    bytes_in : int
        Everything that came.
    frames, frame_bytes : int
        Accepted frames, and the bytes in them.
    bad_check, bad_payload, bad_header : int
        What looked like a frame and was refused for its check value, its content or its header.
    answer_bytes : int
        Answers to what the profile's scripts say, right in front of the first frame.
    junk_bytes : int
        Bytes outside any frame that are no such answer.
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
    answer_bytes: int = 0
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

    The outcome depends on the bytes alone, not on how they were cut into reads. Only where frames have no mark of
    their own (framing ``none``) does a pause between reads count.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    """

    def __init__(self, profile: Profile) -> None:
        self.counters = Counters()
        self._codec = codec_of(profile)
        self._framing = profile.framing
        self._buffer = bytearray()
        self._consumed = 0
        self._anchored = self._framing.trusts_start
        self._search = Search(self._codec.tail, holds=self._holds, follows=self._codec.follows)
        self._held: list[tuple[int, int]] = []
        self._beginning = Beginning(answers_of(profile))
        self._last_counter: int | None = None
        self._lost = False
        self._pause_ns = profile.flow.stale_ms * 1_000_000 if self._framing.needs_silence else None
        self._asked_for = profile.flow.mode != "stream"
        self._fed_ns: int | None = None

    @property
    def n_waiting(self) -> int:
        """Bytes that wait for the rest of their frame; never more than the longest frame with all its packets."""
        return len(self._buffer) + sum(n for _, n in self._held)

    def feed(self, data: bytes, at_ns: int | None = None) -> list[Frame]:
        """Take the next bytes.

        Parameters
        ----------
        data : bytes
            As they came from the wire.
        at_ns : int, optional
            When the read returned; matters only where a pause ends a frame. [ns]

        Returns
        -------
        list of Frame
            Every frame that these bytes completed.
        """
        frames: list[Frame] = []
        if at_ns is not None and self._pause_ns is not None:
            if self._fed_ns is not None and at_ns - self._fed_ns > self._pause_ns:
                frames = self.cut()
            self._fed_ns = at_ns
        self.counters.bytes_in += len(data)
        self._buffer += data
        frames += self._scan()
        if at_ns is not None and self._pause_ns is not None and self._asked_for and frames and self._buffer:
            # Nothing was asked for yet, so what came behind the block belongs to nobody.
            frames += self.cut()
        return frames

    def cut(self) -> list[Frame]:
        """Say that the next bytes do not continue the last ones: the device was started again, or is another one.

        Returns
        -------
        list of Frame
            Whole frames that were still waiting.
        """
        frames = self.finish()
        self._lost = self._lost or self.counters.frames > 0
        self._beginning.begin()
        return frames

    def finish(self) -> list[Frame]:
        """Say that no more bytes will come.

        Returns
        -------
        list of Frame
            Whole frames that stood behind what looked like the beginning of a longer one.
        """
        self._search.ending = True
        frames = self._scan()
        while self._buffer:
            at, anchored = self._first_whole()
            if at < 0:
                self.counters.incomplete_bytes += len(self._buffer)
                self._drop(len(self._buffer))
                break
            self._skip(at, 0)
            self._drop(at)
            self._anchored = anchored
            frames += self._scan()
        if self._codec.reset():
            self.counters.incomplete_bytes += sum(n for _, n in self._held)
            self._held.clear()
        self._search.ending, self._search.last = False, b""
        self._anchored = self._framing.trusts_start
        return frames

    def _scan(self) -> list[Frame]:
        buffer, framing, search = self._buffer, self._framing, self._search
        frames: list[Frame] = []
        at, anchored = 0, self._anchored
        while True:
            search.anchored = anchored
            verdict, start, stop, behind = framing.next(buffer, at, search)
            if start != at:
                self._skip(start - at, at)
                at, anchored = start, False
            if verdict is Verdict.MORE:
                break
            if verdict is Verdict.FOUND:
                # Copied out: a bytearray with a view on it could not be shortened.
                raw = bytes(memoryview(buffer)[start:stop])
                reading = self._codec.read(raw)
                if reading.damage is None:
                    search.last = raw
                    frames += self._made(start, stop, reading)
                    at, anchored = stop, True
                    continue
                self._refused(reading)
                stop, behind = framing.after_refusal(buffer, start, stop)
            else:
                self.counters.bad_header += verdict is Verdict.REJECT
            self._skip(stop - at, at)
            at, anchored = stop, behind
        self._drop(at)
        self._anchored = anchored
        return frames

    def _first_whole(self) -> tuple[int, bool]:
        """Where behind the first byte of what waits a whole frame begins; -1 for nowhere."""
        at, anchored = 1, False
        while at < len(self._buffer):
            self._search.anchored = anchored
            verdict, start, stop, behind = self._framing.next(self._buffer, at, self._search)
            if verdict is Verdict.FOUND and self._holds(start, stop):
                return start, anchored and start == at
            if verdict is Verdict.FOUND:
                at, anchored = self._framing.after_refusal(self._buffer, start, stop)
            elif verdict is Verdict.MORE:
                at, anchored = start + 1, False
            else:
                at, anchored = stop, behind
        return -1, False

    def _holds(self, start: int, stop: int) -> bool:
        return self._codec.possible(bytes(memoryview(self._buffer)[start:stop]))

    def _refused(self, reading: Reading) -> None:
        self.counters.bad_check += reading.damage is Damage.CHECK
        self.counters.bad_payload += reading.damage is Damage.CONTENT
        if reading.abandoned:
            self._abandon()

    def _abandon(self) -> None:
        """Packets that waited for others of their frame are junk."""
        self._skip(sum(n for _, n in self._held))
        self._held.clear()

    def _made(self, start: int, stop: int, reading: Reading) -> list[Frame]:
        counters = self.counters
        answered = self._beginning.end()
        counters.answer_bytes += answered
        counters.junk_bytes -= answered
        if reading.abandoned:
            self._abandon()
        begin = self._consumed + start
        if reading.held:
            self._held.append((begin, stop - start))
            return []
        n_bytes = stop - start + sum(n for _, n in self._held)
        begin = self._held[0][0] if self._held else begin
        self._held.clear()
        frames: list[Frame] = []
        for sample in reading.samples:
            if sample.counter is not None:
                self._follow(sample.counter)
            frames.append(Frame(counters.frames, *sample, begin, self._consumed + stop))
            counters.frames += 1
        counters.resyncs += self._lost
        self._lost = False
        counters.frame_bytes += n_bytes
        return frames

    def _follow(self, counter: int) -> None:
        """Count what the device's counter says about the frames between this one and the last."""
        last, self._last_counter = self._last_counter, counter
        if last is None:
            return
        span = 1 << self._codec.counter_bits
        ahead = (counter - last) % span
        if ahead == 0:
            self.counters.repeated += 1
        elif ahead > span // 2 and span > NARROW:
            self.counters.device_resets += 1
        else:
            self.counters.dropped_device += max(ahead // self._codec.counter_step - 1, 0)

    def _skip(self, n: int, at: int | None = None) -> None:
        if n > 0:
            if at is not None:
                self._beginning.hear(self._buffer[at : at + n])
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
        total = sum(float(frame.counts.sum(dtype="f8")) for frame in frames)
        # Floats are sent with 24 bits at least; whole numbers have to be exact.
        if len(frames) != vector.frames or abs(total - vector.sum) > 1e-6 * abs(vector.sum):
            failed.append(
                f"Vector {number} of {profile.id} gives {len(frames)} frames with the sum {total:.10g}, but states "
                f"{vector.frames} and {vector.sum:g} ({counters.findings or 'nothing was refused'})."
            )
    return failed


def _times(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"
