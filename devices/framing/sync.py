"""Frames that begin with fixed bytes: of one length (sync_fixed), or with their length in the header (sync_length).

    sync_fixed    | sync | header ... | payload | tail |      `length` bytes, always
    sync_length   | sync | .. n .. .. | payload | tail |      payload of n * scale + add bytes

The tail is the check value and whatever else follows the payload.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from devices.framing.candidates import Candidate, FramingPart, Search, Verdict
from devices.parts import HexBytes, WireInteger


class _Synced(FramingPart, ABC):
    sync: HexBytes = Field(min_length=1)
    header_size: int = Field(ge=1, description="where the payload begins")

    @model_validator(mode="after")
    def _header_holds_all(self) -> Self:
        needed = max([len(self.sync), *(offset + len(value) for offset, value in self.constants.items())])
        if self.header_size < needed:
            raise ValueError(f"header_size is {self.header_size}, but sync and constants need {needed} bytes.")
        return self

    @abstractmethod
    def _n_bytes(self, buffer: bytearray, start: int, tail: int) -> int:
        """Length of the frame whose header stands at `start`; 0 when the header cannot be right."""

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        start = buffer.find(self.sync, at)
        if start < 0:
            return Candidate(Verdict.MORE, max(at, len(buffer) - len(self.sync) + 1), 0)
        if start + self.header_size > len(buffer):
            return Candidate(Verdict.MORE, start, 0)
        if not self.constants_hold(buffer, start):
            return Candidate(Verdict.REJECT, start, start + 1)
        n = self._n_bytes(buffer, start, search.tail)
        if n == 0:
            return Candidate(Verdict.REJECT, start, start + 1)
        if start + n > len(buffer):
            return Candidate(Verdict.MORE, start, 0)
        return Candidate(Verdict.FOUND, start, start + n, anchored=True)

    @override
    def build(self, body: bytes, tail: int) -> bytearray:
        """A frame around a payload; counter, clock and check are still 0."""
        frame = super().build(body, tail)
        frame[: len(self.sync)] = self.sync
        return frame


class SyncFixed(_Synced):
    """Frames of one length behind fixed bytes.

    Where there is no check value, `lock_after` sync words at the frame's distance have to follow before a frame is
    trusted, and one while frames follow each other: a lost byte then costs frames, but never gives a shifted one. The
    price is that a frame is only known when the next one begins.
    """

    kind: Literal["sync_fixed"]
    length: int = Field(ge=2, description="the whole frame, from the first sync byte to the last of the tail")
    lock_after: int = Field(default=0, ge=0, le=10, description="following sync words needed to trust one")

    @property
    @override
    def content_sizes(self) -> tuple[int, ...]:
        """Every length a frame can have."""
        return (self.length,)

    def _n_bytes(self, buffer: bytearray, start: int, tail: int) -> int:
        return self.length

    @override
    def longest(self, tail: int) -> int:
        return self.length * max(self.lock_after, 1) + len(self.sync)

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        found = super().next(buffer, at, search)
        if found.verdict is not Verdict.FOUND or not self.lock_after:
            return found
        start = found.start
        needed = 1 if search.anchored and start == at else self.lock_after
        # At the end one sync word fewer has to do, but never none.
        proven = search.anchored and start == at
        for place in range(start + self.length, start + self.length * needed + 1, self.length):
            behind = bytes(buffer[place : place + len(self.sync)])
            if not self.sync.startswith(behind):
                return Candidate(Verdict.REJECT, start, start + 1)
            if len(behind) < len(self.sync):
                return found if search.ending and proven else Candidate(Verdict.MORE, start, 0)
            proven = True
        return found


class LengthField(WireInteger):
    """Where the header says how long the payload is: ``value * scale + add`` bytes."""

    scale: int = Field(default=1, ge=1)
    add: int = 0


class SyncLength(_Synced):
    """Frames behind fixed bytes that say themselves how long they are."""

    kind: Literal["sync_length"]
    length_field: LengthField
    max_payload: int = Field(ge=1, description="longer announcements are damage")

    @model_validator(mode="after")
    def _length_in_header(self) -> Self:
        if self.length_field.stop > self.header_size:
            raise ValueError(
                f"length_field ends at byte {self.length_field.stop}, behind header_size {self.header_size}."
            )
        return self

    def _n_bytes(self, buffer: bytearray, start: int, tail: int) -> int:
        payload = self.length_field.take(buffer, start) * self.length_field.scale + self.length_field.add
        return self.header_size + payload + tail if 0 <= payload <= self.max_payload else 0

    @override
    def longest(self, tail: int) -> int:
        """Length of the longest frame there can be."""
        return self.header_size + self.max_payload + tail

    @override
    def build(self, body: bytes, tail: int) -> bytearray:
        """A frame around a payload, with its length in the header."""
        if len(body) > self.max_payload:
            raise ValueError(f"The payload has {len(body)} bytes, but the device sends at most {self.max_payload}.")
        frame = super().build(body, tail)
        self.length_field.put(frame, (len(body) - self.length_field.add) // self.length_field.scale)
        return frame
