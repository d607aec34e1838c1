"""Answers to what a profile's scripts say, told from damage among the bytes in front of the first frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.profile import Profile

LONGEST = 512


def answers_of(profile: Profile) -> re.Pattern[bytes] | None:
    """What a device says in answer to its scripts, right before its frames begin.

    A text answer that a regular expression describes is taken with the rest of its line.

    Parameters
    ----------
    profile : Profile
        The device.

    Returns
    -------
    re.Pattern or None
        One answer or several at the end of bytes; None when the device answers nothing.
    """
    script = profile.script
    known: dict[bytes, None] = {}
    for step in (*script.identify, *script.zero, *script.start):
        if step.expect_hex:
            known[re.escape(step.expect_hex)] = None
        elif step.expect:
            known[rb"[ -~]*(?:" + step.expect.encode("latin-1") + rb")[ -~]*[\r\n]*"] = None
    return re.compile(rb"(?:" + b"|".join(known) + rb")+\Z") if known else None


class Beginning:
    """Bytes in front of the first frame after a device was started.

    Parameters
    ----------
    answers : re.Pattern or None
        By `answers_of`.
    """

    def __init__(self, answers: re.Pattern[bytes] | None) -> None:
        self._answers = answers
        self._said = bytearray()
        self._open = answers is not None

    def begin(self) -> None:
        """The device is started again."""
        self._said.clear()
        self._open = self._answers is not None

    def hear(self, junk: bytes | bytearray | memoryview) -> None:
        """Bytes outside any frame.

        Parameters
        ----------
        junk : bytes
            In order.
        """
        if self._open:
            self._said += junk
            del self._said[:-LONGEST]

    def end(self) -> int:
        """A frame begins: how many of the bytes in front of it were answers.

        Returns
        -------
        int
            0 when a frame came before. [B]
        """
        if not self._open or self._answers is None:
            return 0
        self._open = False
        found = self._answers.search(self._said)
        return 0 if found is None else len(found[0])
