"""AMTI AccuSway Plus over RS-232: twelve words whose highest four bits count the channels, and one-letter commands.

The frames are a profile's work (framing ``nibble_tagged``); what the plate's own ``.acl`` file holds becomes the
profile's calibration matrix. Here is the plate's side of the talk.
"""

from __future__ import annotations

from typing_extensions import override

from devices.drivers import Driver
from devices.emulator.device import FrameEmulator
from devices.framing.codec import ProfileCodec

SERIAL = b"0156"
ZEROED = bytes(12)
"""What the twelve bytes behind ``T`` mean is not known; the twin sends zeros."""


class AmtiEmulator(FrameEmulator):
    """The plate: ``Q`` starts it, ``R`` stops it, ``r`` and ``f`` set its speed, ``S`` zeroes it, ``X`` asks who it is.

    It starts at 50 frames a second, and sends 100 after ``f``.

    Parameters
    ----------
    profile : Profile
        How it speaks.
    counts : (t, n) array
        What its channels count, sample by sample.
    time_s : (t,) array, optional
        When each sample is taken; by default at the profile's rate. [s]
    repeat : bool
        Begin anew at the end, with the counter going on.
    """

    fast = False
    _running = False

    @property
    @override
    def started(self) -> bool:
        """Whether it streams."""
        return self._running

    def _listen(self, host: bytes) -> tuple[bytes, int]:
        answer = bytearray()
        for byte in host:
            letter = chr(byte)
            if letter == "Q":
                self._running = True
                answer += b"U"
            elif letter == "R":
                self._running = False
            elif letter in "rf":
                self.fast = letter == "f"
                answer.append(byte)
            elif letter == "S":
                answer += b"T" + ZEROED
            elif letter == "X":
                answer += b"x" + SERIAL
        return bytes(answer), 0


DRIVER = Driver(ProfileCodec, AmtiEmulator)
