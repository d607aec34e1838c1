"""Frames with a delimiter behind them: of known length (delimited), any (terminated, lines), or escaped (slip, cobs).

A frame can only begin behind a delimiter or at the start of the stream. What stands between two delimiters and is no
frame is thrown away as a whole.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from devices.framing.candidates import Candidate, FramingPart, Search, Verdict
from devices.parts import HexBytes

MAX_LENGTH = 1 << 16

Lengths = Annotated[
    tuple[Annotated[int, Field(ge=1)], ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, int) else value),  # pyright: ignore[reportUnknownLambdaType]
    Field(min_length=1),
]
"""One length or several."""


class _Marked(FramingPart):
    """Frames that end with `mark`."""

    @property
    def mark(self) -> bytes:
        """The delimiter."""
        raise NotImplementedError

    @property
    def trusts_start(self) -> bool:
        """A frame may begin with the stream's first byte."""
        return True

    def after_refusal(self, buffer: bytearray, start: int, stop: int) -> tuple[int, bool]:
        """Behind the first delimiter in or behind the refused frame.

        Parameters
        ----------
        buffer : bytearray
            Bytes as they came.
        start, stop : int
            The refused frame.

        Returns
        -------
        at : int
            Next place to look at.
        anchored : bool
            True.
        """
        mark = buffer.find(self.mark, start, stop)
        return (stop if mark < 0 else mark + len(self.mark)), True

    def _behind_next_mark(self, buffer: bytearray, at: int) -> Candidate:
        mark = buffer.find(self.mark, at)
        if mark < 0:
            return Candidate(Verdict.MORE, max(at, len(buffer) - len(self.mark) + 1), 0)
        return Candidate(Verdict.SKIP, at, mark + len(self.mark), anchored=True)

    def content(self, raw: bytes) -> bytes | None:
        """A frame without its delimiter.

        Parameters
        ----------
        raw : bytes
            As on the wire.

        Returns
        -------
        bytes
            What header, payload and check stand in.
        """
        return raw.removesuffix(self.mark)

    def wrap(self, content: bytes) -> bytes:
        """A frame with its delimiter.

        Parameters
        ----------
        content : bytes
            Header, payload and tail.

        Returns
        -------
        bytes
            As it goes on the wire.
        """
        return content + self.mark


class Delimited(_Marked):
    """Frames of known lengths between delimiters; the delimiter may also occur inside a frame.

    Whether the device means the delimiter as a header or as a footer makes no difference on the wire.
    """

    kind: Literal["delimited"]
    tail: HexBytes = Field(min_length=1, description="the delimiter")
    length: Lengths = Field(description="bytes between two delimiters; several when there are several kinds of packet")

    @property
    def mark(self) -> bytes:
        """The delimiter."""
        return self.tail

    @property
    def content_sizes(self) -> tuple[int, ...]:
        """Every length a frame can have, without the delimiter."""
        return tuple(sorted(self.length))

    def longest(self, tail: int) -> int:
        """Length of the longest frame with its delimiter.

        Parameters
        ----------
        tail : int
            Bytes behind the payload.

        Returns
        -------
        int
            Bytes; a decoder never keeps more.
        """
        return max(self.length) + len(self.tail)

    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        """Look for the next frame in a buffer.

        Parameters
        ----------
        buffer : bytearray
            Bytes as they came.
        at : int
            Where to begin.
        search : Search
            What is known from the bytes before.

        Returns
        -------
        Candidate
            What was found, and where.
        """
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

    def longest(self, tail: int) -> int:
        """Length of the longest frame with its delimiter.

        Parameters
        ----------
        tail : int
            Bytes behind the payload.

        Returns
        -------
        int
            Bytes; a decoder never keeps more.
        """
        return self.max_length + len(self.mark)

    def next(self, buffer: bytearray, at: int, search: Search) -> Candidate:
        """Look for the next frame in a buffer.

        Parameters
        ----------
        buffer : bytearray
            Bytes as they came.
        at : int
            Where to begin.
        search : Search
            What is known from the bytes before.

        Returns
        -------
        Candidate
            What was found, and where.
        """
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
    def mark(self) -> bytes:
        """The delimiter."""
        return self.tail


class Lines(_Terminated):
    """Lines of text. The first one is thrown away, because a host usually joins in its middle."""

    kind: Literal["lines"]

    @property
    def mark(self) -> bytes:
        """The end of a line."""
        return b"\n"

    @property
    def trusts_start(self) -> bool:
        """Never: the middle of a line can look like a line."""
        return False

    def content(self, raw: bytes) -> bytes | None:
        """A line without its end.

        Parameters
        ----------
        raw : bytes
            As on the wire.

        Returns
        -------
        bytes
            Text.
        """
        return raw.rstrip(b"\r\n")

    def wrap(self, content: bytes) -> bytes:
        """A line with its end.

        Parameters
        ----------
        content : bytes
            Text.

        Returns
        -------
        bytes
            As it goes on the wire.
        """
        return content + b"\r\n"


_ESCAPED = re.compile(rb"\xdb[^\xdc\xdd]|\xdb\Z", re.DOTALL)


class Slip(_Terminated):
    """SLIP (RFC 1055): C0 ends a frame; C0 and DB inside are sent as DB DC and DB DD."""

    kind: Literal["slip"]

    @property
    def mark(self) -> bytes:
        """The end of a frame."""
        return b"\xc0"

    def content(self, raw: bytes) -> bytes | None:
        """A frame without its end and its escapes.

        Parameters
        ----------
        raw : bytes
            As on the wire.

        Returns
        -------
        bytes or None
            None when an escape stands for nothing.
        """
        inner = raw.removesuffix(b"\xc0")
        if _ESCAPED.search(inner):
            return None
        return inner.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb")

    def wrap(self, content: bytes) -> bytes:
        """A frame with its end and its escapes.

        Parameters
        ----------
        content : bytes
            Header, payload and tail.

        Returns
        -------
        bytes
            As it goes on the wire.
        """
        return content.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


_ONES = re.compile(rb"\x01+")


class Cobs(_Terminated):
    """COBS: 00 ends a frame; inside, each byte that stands for a zero says how far the next one is."""

    kind: Literal["cobs"]

    @property
    def mark(self) -> bytes:
        """The end of a frame."""
        return b"\0"

    def content(self, raw: bytes) -> bytes | None:
        """A frame with its zeros put back.

        Parameters
        ----------
        raw : bytes
            As on the wire.

        Returns
        -------
        bytes or None
            None when a distance leads beyond the end.
        """
        inner = raw.removesuffix(b"\0")
        found, at = bytearray(), 0
        while at < len(inner):
            if inner[at] == 1:
                # A mat is mostly zeros, and each is such a byte: many at a time.
                stop = _ONES.match(inner, at).end()  # pyright: ignore[reportOptionalMemberAccess]
                found += bytes(stop - at - (stop == len(inner)))
                at = stop
                continue
            stop = at + inner[at]
            if stop == at or stop > len(inner):
                return None
            found += inner[at + 1 : stop]
            if stop < len(inner) and inner[at] < 0xFF:
                found.append(0)
            at = stop
        return bytes(found)

    def wrap(self, content: bytes) -> bytes:
        """A frame without zeros, and its end.

        Parameters
        ----------
        content : bytes
            Header, payload and tail.

        Returns
        -------
        bytes
            As it goes on the wire.
        """
        found = bytearray()
        for block in content.split(b"\0"):
            for at in range(0, len(block) - 253, 254):
                found += b"\xff" + block[at : at + 254]
            rest = block[len(block) // 254 * 254 :]
            found += bytes([len(rest) + 1]) + rest
        return bytes(found) + b"\0"
