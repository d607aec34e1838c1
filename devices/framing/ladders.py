"""Frames without sync bytes: known by their own structure (nibble_tagged), their check (fixed), or nothing (none)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from devices.framing.candidates import Candidate, FramingPart, Search, Verdict


class _OfOneLength(FramingPart):
    length: int = Field(ge=1, description="the whole frame")

    @property
    @override
    def content_sizes(self) -> tuple[int, ...]:
        """Every length a frame can have."""
        return (self.length,)


class Fixed(_OfOneLength):
    """Frames of one length, found by sliding until `lock_after` of them in a row hold."""

    kind: Literal["fixed"]
    lock_after: int = Field(default=4, ge=1, le=20, description="frames in a row that have to hold before one is used")

    @override
    def longest(self, tail: int) -> int:
        """Length of the frames that are needed to lock."""
        return self.length * self.lock_after

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        needed = 1 if search.anchored else self.lock_after
        if (len(buffer) - at) // self.length < needed:
            return Candidate(Verdict.MORE, at, 0)
        frames = [bytes(buffer[at + k * self.length : at + (k + 1) * self.length]) for k in range(needed)]
        found = Candidate(Verdict.FOUND, at, at + self.length, anchored=True)
        if search.anchored:
            if not self.constants_hold(frames[0], 0):
                return Candidate(Verdict.REJECT, at, at + 1)
            # Lost frames, or bytes out of step: the frames behind it have to tell.
            lost = bool(search.last) and not search.follows(search.last, frames[0])
            return Candidate(Verdict.SKIP, at, at) if lost else found
        return found if self._lock(at, frames, search) else Candidate(Verdict.SKIP, at, at + 1)

    def _lock(self, at: int, frames: list[bytes], search: Search) -> bool:
        """Whether frames in a row hold, and follow each other."""
        for k, frame in enumerate(frames):
            start = at + k * self.length
            if not (self.constants_hold(frame, 0) and search.holds(start, start + self.length)):
                return False
            if k and not search.follows(frames[k - 1], frame):
                return False
        return True


class NibbleTagged(FramingPart):
    """Words of 16 bits, little endian, whose highest four bits count the channels from 0."""

    kind: Literal["nibble_tagged"]
    channels: int = Field(ge=2, le=16)

    @property
    def length(self) -> int:
        """Bytes of a frame."""
        return 2 * self.channels

    @property
    @override
    def content_sizes(self) -> tuple[int, ...]:
        """Every length a frame can have."""
        return (self.length,)

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        if len(buffer) - at < self.length:
            return Candidate(Verdict.MORE, at, 0)
        tags = buffer[at + 1 : at + self.length : 2]
        if all(tag >> 4 == channel for channel, tag in enumerate(tags)):
            return Candidate(Verdict.FOUND, at, at + self.length, anchored=True)
        return Candidate(Verdict.REJECT if search.anchored else Verdict.SKIP, at, at + 1)

    @override
    def content(self, raw: bytes) -> bytes | None:
        """The words without their tags."""
        return (np.frombuffer(raw, "<u2") & 0x0FFF).astype("<u2").tobytes()

    @override
    def wrap(self, content: bytes) -> bytes:
        """The words with their tags."""
        tags = np.arange(self.channels, dtype="<u2") << 12
        return (np.frombuffer(content, "<u2") & 0x0FFF | tags).astype("<u2").tobytes()


class Unframed(_OfOneLength):
    """Blocks of one length without any mark. A lost byte shifts all that follows, until a pause ends the block.

    For devices that answer requests: the answer's first byte is the block's first.
    """

    kind: Literal["none"]

    @property
    @override
    def trusts_start(self) -> bool:
        """The stream's first byte is the first of a block."""
        return True

    @property
    @override
    def needs_silence(self) -> bool:
        """Nothing but a pause tells where a block begins after a loss."""
        return True

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        """Take the next block."""
        if len(buffer) - at < self.length:
            return Candidate(Verdict.MORE, at, 0)
        return Candidate(Verdict.FOUND, at, at + self.length, anchored=True)

    @override
    def after_refusal(self, buffer: bytearray, start: int, stop: int) -> tuple[int, bool]:
        """Behind the block: there is nothing to search for."""
        return stop, True
