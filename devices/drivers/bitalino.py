"""BITalino: 10- and 6-bit values packed from the end of a frame, a counter of four bits, and a CRC of four.

Read backwards, a frame is one row of bits: counter (4), CRC (4), I1 I2 O1 O2, A1 to A4 of ten bits, A5 and A6 of six.
"""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from devices.drivers import Driver
from devices.emulator.device import FrameEmulator
from devices.framing.codec import ProfileCodec, Sample
from devices.parts import Counts
from footload.arrays import frozen

DIGITAL = 4
"""I1, I2, O1 and O2, which stand behind the analogue values."""

VERSION = b"BITalino_v5.2\n"


class BitalinoCodec(ProfileCodec):
    """Packed frames; the values are the analogue channels, then I1, I2, O1, O2.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    """

    @property
    @override
    def counter_bits(self) -> int:
        """Width of the device's frame counter."""
        return 4

    @property
    def _widths(self) -> list[int]:
        n_analogue = self.profile.n_values - DIGITAL
        return [10 if channel < 4 else 6 for channel in range(n_analogue)]

    @override
    def follows(self, previous: bytes, raw: bytes) -> bool:
        """Whether the counter of one frame is one more than that of the other."""
        return ((previous[-1] >> 4) + 1) % 16 == raw[-1] >> 4

    @override
    def samples(self, content: bytes, body: bytes) -> tuple[Sample, ...] | None:
        bits, left = int.from_bytes(content, "little"), 8 * len(content) - 12
        digital = [bits >> left + 3 - place & 1 for place in range(DIGITAL)]
        analogue: list[int] = []
        for width in self._widths:
            left -= width
            analogue.append(bits >> left & (1 << width) - 1)
        return (Sample(content[-1] >> 4, None, frozen(np.array(analogue + digital, np.uint16))),)

    @override
    def pack(self, counts: Counts, counter: int, time_s: float) -> bytes:
        """The bytes the device would send for one set of values."""
        values = [int(value) for value in counts]
        bits, n_bits = counter % 16 << 4, 8
        for width, value in [*[(1, each) for each in values[-DIGITAL:]], *zip(self._widths, values, strict=False)]:
            # The converter of A5 and A6 has six bits; what is above its range reads as full scale.
            bits, n_bits = bits << width | min(value, (1 << width) - 1), n_bits + width
        n_bytes = -(-n_bits // 8)
        frame = bytearray((bits << 8 * n_bytes - n_bits).to_bytes(n_bytes, "little"))
        if self.profile.check is not None:
            self.profile.check.seal(frame)
        return bytes(frame)


class BitalinoEmulator(FrameEmulator):
    """The board: idle until one byte starts it with some channels; 00 stops it.

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

    _running = False

    @property
    @override
    def started(self) -> bool:
        """Whether it streams."""
        return self._running

    def _listen(self, host: bytes) -> tuple[bytes, int]:
        answer = bytearray()
        for byte in host:
            if byte in {0x00, 0xFF}:
                self._running = False
            elif not self._running and byte == 0x07:
                answer += VERSION
            elif not self._running and byte == 0x0B:
                answer += bytes(16)
            elif not self._running and byte & 0x03 == 0x01:
                self._running = True
        return bytes(answer), 0


DRIVER = Driver(BitalinoCodec, BitalinoEmulator)
