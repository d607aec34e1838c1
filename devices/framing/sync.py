"""Frames that begin with fixed bytes: of one length (sync_fixed), or with their length in the header (sync_length).

    sync_fixed    | sync | header ... | payload | tail |      `length` bytes, always
    sync_length   | sync | .. n .. .. | payload | tail |      payload of n * scale + add bytes

The tail is the check value and whatever else follows the payload.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from devices.parts import HexBytes, Part, WireInteger


class Verdict(Enum):
    """What a framer says about the next bytes."""

    FOUND = "a whole frame, still to be checked"
    MORE = "nothing whole yet"
    REJECT = "looked like a frame, but is not one"


class Candidate(NamedTuple):
    """The next thing in a buffer.

    Parameters
    ----------
    verdict : Verdict
        What it is.
    start : int
        Where it begins; bytes before it are junk.
    stop : int
        First byte behind a frame; of no meaning for anything else.
    """

    verdict: Verdict
    start: int
    stop: int


class _Synced(Part):
    sync: HexBytes = Field(min_length=1)
    header_size: int = Field(ge=1, description="where the payload begins")
    tail_size: int | None = Field(default=None, ge=0, description="bytes behind the payload; by default the check's")
    constants: dict[int, HexBytes] = Field(
        default_factory=dict[int, HexBytes], description="more fixed bytes, by offset"
    )

    @model_validator(mode="after")
    def _header_holds_all(self) -> Self:
        needed = max([len(self.sync), *(offset + len(value) for offset, value in self.constants.items())])
        if self.header_size < needed:
            raise ValueError(f"header_size is {self.header_size}, but sync and constants need {needed} bytes.")
        return self

    def _n_bytes(self, buffer: bytearray, start: int, tail: int) -> int:
        """Length of the frame whose header stands at `start`; 0 when the header cannot be right."""
        raise NotImplementedError

    def longest(self, tail: int) -> int:
        """Length of the longest frame there can be.

        Parameters
        ----------
        tail : int
            Bytes behind the payload.

        Returns
        -------
        int
            Bytes, from the first sync byte to the last of the tail.
        """
        raise NotImplementedError

    def next(self, buffer: bytearray, at: int, tail: int) -> Candidate:
        """Look for the next frame in a buffer.

        Parameters
        ----------
        buffer : bytearray
            Bytes as they came.
        at : int
            Where to begin.
        tail : int
            Bytes behind the payload.

        Returns
        -------
        Candidate
            What was found, and where. Depends on the bytes alone, not on how they were cut into reads.
        """
        start = buffer.find(self.sync, at)
        if start < 0:
            return Candidate(Verdict.MORE, max(at, len(buffer) - len(self.sync) + 1), 0)
        if start + self.header_size > len(buffer):
            return Candidate(Verdict.MORE, start, 0)
        for offset, value in self.constants.items():
            if not buffer.startswith(value, start + offset):
                return Candidate(Verdict.REJECT, start, start)
        n = self._n_bytes(buffer, start, tail)
        if n == 0:
            return Candidate(Verdict.REJECT, start, start)
        if start + n > len(buffer):
            return Candidate(Verdict.MORE, start, 0)
        return Candidate(Verdict.FOUND, start, start + n)

    def build(self, body: bytes, tail: int) -> bytearray:
        """A frame around a payload; counter, clock and check are still 0.

        Parameters
        ----------
        body : bytes
            The payload.
        tail : int
            Bytes behind the payload.

        Returns
        -------
        bytearray
            The whole frame.
        """
        frame = bytearray(self.header_size) + body + bytes(tail)
        frame[: len(self.sync)] = self.sync
        for offset, value in self.constants.items():
            frame[offset : offset + len(value)] = value
        return frame


class SyncFixed(_Synced):
    """Frames of one length behind fixed bytes."""

    kind: Literal["sync_fixed"]
    length: int = Field(ge=2, description="the whole frame, from the first sync byte to the last of the tail")

    def _n_bytes(self, buffer: bytearray, start: int, tail: int) -> int:
        return self.length

    def longest(self, tail: int) -> int:
        """Length of the longest frame there can be.

        Parameters
        ----------
        tail : int
            Bytes behind the payload.

        Returns
        -------
        int
            Bytes, from the first sync byte to the last of the tail.
        """
        return self.length


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

    def longest(self, tail: int) -> int:
        """Length of the longest frame there can be.

        Parameters
        ----------
        tail : int
            Bytes behind the payload.

        Returns
        -------
        int
            Bytes, from the first sync byte to the last of the tail.
        """
        return self.header_size + self.max_payload + tail

    def build(self, body: bytes, tail: int) -> bytearray:
        """A frame around a payload, with its length in the header.

        Parameters
        ----------
        body : bytes
            The payload.
        tail : int
            Bytes behind the payload.

        Returns
        -------
        bytearray
            The whole frame; counter, clock and check are still 0.

        Raises
        ------
        ValueError
            When the payload is longer than the device could announce.
        """
        if len(body) > self.max_payload:
            raise ValueError(f"The payload has {len(body)} bytes, but the device sends at most {self.max_payload}.")
        frame = super().build(body, tail)
        self.length_field.put(frame, (len(body) - self.length_field.add) // self.length_field.scale)
        return frame


Framing = Annotated[SyncFixed | SyncLength, Field(discriminator="kind")]
"""Every framing there is; a new one joins this union with its own ``kind``."""
