"""What every framing shares: how it says where the next frame stands, and what it is asked with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from pydantic import Field

from devices.parts import HexBytes, Part


class Verdict(Enum):
    """What a framer says about the next bytes."""

    FOUND = "a whole frame, still to be checked"
    MORE = "nothing whole yet"
    REJECT = "looked like a frame, but is not one"
    SKIP = "bytes outside any frame"


class Candidate(NamedTuple):
    """The next thing in a buffer.

    Parameters
    ----------
    verdict : Verdict
        What it is.
    start : int
        Where it begins; bytes before it are junk.
    stop : int
        First byte behind a frame; for everything else where the search goes on.
    anchored : bool
        Whether a frame may begin where the search goes on.
    """

    verdict: Verdict
    start: int
    stop: int
    anchored: bool = False


def _always(start: int, stop: int) -> bool:
    return stop > start


def _any(previous: bytes, raw: bytes) -> bool:
    return len(previous) > 0 and len(raw) > 0


@dataclass(slots=True)
class Search:
    """What a framer is asked with besides the bytes; it depends on earlier bytes alone.

    Parameters
    ----------
    tail : int
        Bytes behind the payload.
    anchored : bool
        Whether a frame ended, or a delimiter stood, directly before the place where the search begins.
    ending : bool
        No more bytes will come.
    holds : callable
        Whether the bytes from start to stop pass the check and are possible.
    follows : callable
        Whether the bytes of one frame can be those of the next one after another.
    last : bytes
        The last frame that was accepted.
    """

    tail: int = 0
    anchored: bool = False
    ending: bool = False
    holds: Callable[[int, int], bool] = _always
    follows: Callable[[bytes, bytes], bool] = _any
    last: bytes = b""


class FramingPart(Part, ABC):
    """What a framing can do; each kind overrides what is different."""

    header_size: int = Field(default=0, ge=0, description="where the payload begins")
    tail_size: int | None = Field(default=None, ge=0, description="bytes behind the payload; by default the check's")
    constants: dict[int, HexBytes] = Field(
        default_factory=dict[int, HexBytes], description="more fixed bytes, by offset"
    )

    @property
    def trusts_start(self) -> bool:
        """Whether the first byte of a stream may be the first of a frame without further proof."""
        return False

    @property
    def needs_silence(self) -> bool:
        """Whether nothing but a pause can tell where a frame begins after a loss."""
        return False

    @property
    def content_sizes(self) -> tuple[int, ...]:
        """Every length a frame can have, without delimiters; empty when it is not fixed."""
        return ()

    def longest(self, tail: int) -> int:
        """Length of the longest frame there can be, with what has to be seen behind it.

        Parameters
        ----------
        tail : int
            Bytes behind the payload.

        Returns
        -------
        int
            Bytes; a decoder never keeps more.
        """
        return max(self.content_sizes)

    @abstractmethod
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
            What was found, and where. Depends on the bytes alone, not on how they were cut into reads.
        """

    def after_refusal(self, buffer: bytearray, start: int, stop: int) -> tuple[int, bool]:
        """Where the search goes on behind a frame that was damaged.

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
            Whether a frame may begin there.
        """
        return start + 1, False

    def content(self, raw: bytes) -> bytes | None:
        """A frame without its delimiters and escapes.

        Parameters
        ----------
        raw : bytes
            As on the wire.

        Returns
        -------
        bytes or None
            What header, payload and check stand in; None when the escapes are damaged.
        """
        return raw

    def wrap(self, content: bytes) -> bytes:
        """A frame as it goes on the wire.

        Parameters
        ----------
        content : bytes
            Header, payload and tail.

        Returns
        -------
        bytes
            With delimiters and escapes.
        """
        return content

    def build(self, body: bytes, tail: int) -> bytearray:
        """Header and tail around a payload; counter, clock and check are still 0.

        Parameters
        ----------
        body : bytes
            The payload.
        tail : int
            Bytes behind the payload.

        Returns
        -------
        bytearray
            The content of a frame.
        """
        frame = bytearray(self.header_size) + body + bytes(tail)
        for offset, value in self.constants.items():
            frame[offset : offset + len(value)] = value
        return frame

    def constants_hold(self, buffer: bytes | bytearray, start: int) -> bool:
        """Whether every constant stands where it belongs.

        Parameters
        ----------
        buffer : bytes
            Where the frame stands.
        start : int
            Its first byte.

        Returns
        -------
        bool
            False for damage.
        """
        # A loop and not all(): this runs for every frame, and most devices have no constants.
        for offset, value in self.constants.items():  # noqa: SIM110
            if not buffer.startswith(value, start + offset):
                return False
        return True
