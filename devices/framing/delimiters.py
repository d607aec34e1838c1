"""Frames with a delimiter behind them: of known length (delimited), any (terminated, lines), or escaped (slip, cobs).

A frame can only begin behind a delimiter or at the start of the stream. What stands between two delimiters and is no
frame is thrown away as a whole.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from typing_extensions import override

from devices.framing.candidates import Candidate, FramingPart, Search, Verdict
from devices.parts import HexBytes

MAX_LENGTH = 1 << 16

Lengths = Annotated[
    tuple[Annotated[int, Field(ge=1)], ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, int) else value),  # pyright: ignore[reportUnknownLambdaType]
    Field(min_length=1),
]
"""One length or several."""


class _Marked(FramingPart, ABC):
    """Frames that end with `mark`."""

    @property
    @abstractmethod
    def mark(self) -> bytes:
        """The delimiter."""

    @property
    @override
    def trusts_start(self) -> bool:
        """A frame may begin with the stream's first byte."""
        return True

    @override
    def after_refusal(self, buffer: bytearray, start: int, stop: int) -> tuple[int, bool]:
        """Behind the first delimiter in or behind the refused frame."""
        mark = buffer.find(self.mark, start, stop)
        return (stop if mark < 0 else mark + len(self.mark)), True

    def _behind_next_mark(self, buffer: bytearray, at: int) -> Candidate:
        mark = buffer.find(self.mark, at)
        if mark < 0:
            return Candidate(Verdict.MORE, max(at, len(buffer) - len(self.mark) + 1), 0)
        return Candidate(Verdict.SKIP, at, mark + len(self.mark), anchored=True)

    @override
    def content(self, raw: bytes) -> bytes | None:
        """A frame without its delimiter."""
        return raw.removesuffix(self.mark)

    @override
    def wrap(self, content: bytes) -> bytes:
        """A frame with its delimiter."""
        return content + self.mark


class Delimited(_Marked):
    """Frames of known lengths between delimiters; the delimiter may also occur inside a frame.

    Whether the device means the delimiter as a header or as a footer makes no difference on the wire.
    """

    kind: Literal["delimited"]
    tail: HexBytes = Field(min_length=1, description="the delimiter")
    length: Lengths = Field(description="bytes between two delimiters; several when there are several kinds of packet")

    @property
    @override
    def mark(self) -> bytes:
        return self.tail

    @property
    @override
    def content_sizes(self) -> tuple[int, ...]:
        """Every length a frame can have, without the delimiter."""
        return tuple(sorted(self.length))

    @override
    def longest(self, tail: int) -> int:
        """Length of the longest frame with its delimiter."""
        return max(self.length) + len(self.tail)

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        if not search.anchored:
            return self._behind_next_mark(buffer, at)
        for length in self.content_sizes:
            stop = at + length
            behind = bytes(buffer[stop : stop + len(self.tail)])
            if behind == self.tail and self.constants_hold(buffer, at):
                return Candidate(Verdict.FOUND, at, stop + len(self.tail), anchored=True)
            if len(behind) < len(self.tail):
                if search.ending and stop == len(buffer):
                    return Candidate(Verdict.FOUND, at, stop, anchored=True)
                return Candidate(Verdict.MORE, at, 0)
        if buffer.startswith(self.tail, at):
            return Candidate(Verdict.SKIP, at, at + len(self.tail), anchored=True)
        return Candidate(Verdict.REJECT, at, at)


class _Terminated(_Marked):
    max_length: int = Field(default=MAX_LENGTH, ge=1, description="longer ones are damage")

    @override
    def longest(self, tail: int) -> int:
        """Length of the longest frame with its delimiter."""
        return self.max_length + len(self.mark)

    @override
    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        if not search.anchored:
            return self._behind_next_mark(buffer, at)
        mark = buffer.find(self.mark, at, at + self.max_length + len(self.mark))
        if mark == at:
            return Candidate(Verdict.SKIP, at, at + len(self.mark), anchored=True)
        if mark > at:
            return Candidate(Verdict.FOUND, at, mark + len(self.mark), anchored=True)
        if len(buffer) - at < self.max_length + len(self.mark):
            return Candidate(Verdict.MORE, at, 0)
        return Candidate(Verdict.REJECT, at, at)


class Terminated(_Terminated):
    """Frames of any length that end with fixed bytes, which occur nowhere else."""

    kind: Literal["terminated"]
    tail: HexBytes = Field(min_length=1, description="the delimiter")

    @property
    @override
    def mark(self) -> bytes:
        return self.tail


class Lines(_Terminated):
    """Lines of text. The first one is thrown away, because a host usually joins in its middle."""

    kind: Literal["lines"]

    @property
    @override
    def mark(self) -> bytes:
        """The end of a line."""
        return b"\n"

    @property
    @override
    def trusts_start(self) -> bool:
        """Never: the middle of a line can look like a line."""
        return False

    @override
    def content(self, raw: bytes) -> bytes | None:
        """A line without its end."""
        return raw.rstrip(b"\r\n")

    @override
    def wrap(self, content: bytes) -> bytes:
        """A line with its end."""
        return content + b"\r\n"


_ESCAPED = re.compile(rb"\xdb[^\xdc\xdd]|\xdb\Z", re.DOTALL)


class Slip(_Terminated):
    """SLIP (RFC 1055): C0 ends a frame; C0 and DB inside are sent as DB DC and DB DD."""

    kind: Literal["slip"]

    @property
    @override
    def mark(self) -> bytes:
        """The end of a frame."""
        return b"\xc0"

    @override
    def content(self, raw: bytes) -> bytes | None:
        """A frame without its end and its escapes."""
        inner = raw.removesuffix(b"\xc0")
        if _ESCAPED.search(inner):
            return None
        return inner.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")

    @override
    def wrap(self, content: bytes) -> bytes:
        """A frame with its end and its escapes."""
        return content.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


FULL = 0xFF
"""A distance with no zero at its end."""


class Cobs(_Terminated):
    """COBS: 00 ends a frame; inside, each byte that stands for a zero says how far the next one is."""

    kind: Literal["cobs"]

    @property
    @override
    def mark(self) -> bytes:
        """The end of a frame."""
        return b"\0"

    @override
    def content(self, raw: bytes) -> bytes | None:
        """A frame with its zeros put back."""
        found = bytearray(raw.removesuffix(b"\0"))
        at, n, unmarked = 0, len(found), list[int]()
        if 0 in found:
            return None
        # Each distance stands where the zero was, so it is put back in place: one step a block, however long.
        while at < n:
            distance, found[at] = found[at], 0
            at += distance
            if distance == FULL and at < n:
                unmarked.append(at)
        if at != n:
            return None
        for at in reversed(unmarked):
            del found[at]
        return bytes(found[1:])

    @override
    def wrap(self, content: bytes) -> bytes:
        """A frame without zeros, and its end."""
        found = bytearray()
        for block in content.split(b"\0"):
            for at in range(0, len(block) - 253, 254):
                found += b"\xff" + block[at : at + 254]
            rest = block[len(block) // 254 * 254 :]
            found += bytes([len(rest) + 1]) + rest
        return bytes(found) + b"\0"
