"""Check values behind a frame: sums, exclusive or, CRC-4, CRC-8 and CRC-16 of any kind, CRC-32."""

from __future__ import annotations

import binascii
import zlib
from abc import ABC, abstractmethod
from functools import cached_property, lru_cache
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from devices.parts import Part


class _Check(Part, ABC):
    """Bytes ``[start, end)`` of the frame are covered; the value follows directly behind them."""

    order: Literal["little", "big"] = "little"
    start: int = Field(default=0, ge=0)
    end: int | None = Field(
        default=None, lt=0, description="counted from the frame's end; by default the value is last"
    )

    @property
    @abstractmethod
    def size(self) -> int:
        """Bytes of the check value."""

    @abstractmethod
    def _value(self, covered: bytes | bytearray) -> int: ...

    @cached_property
    def _end(self) -> int:
        return -self.size if self.end is None else self.end

    def holds(self, frame: bytes) -> bool:
        """Whether the frame's check value is right.

        Parameters
        ----------
        frame : bytes
            The whole frame.

        Returns
        -------
        bool
            False for damage.
        """
        stop = len(frame) + self._end
        if stop < self.start:
            return False
        return int.from_bytes(frame[stop : stop + self.size], self.order) == self._value(frame[self.start : stop])

    def seal(self, frame: bytearray) -> None:
        """Write the right check value into a frame.

        Parameters
        ----------
        frame : bytearray
            The whole frame, changed in place.
        """
        stop = len(frame) + self._end
        frame[stop : stop + self.size] = self._value(frame[self.start : stop]).to_bytes(self.size, self.order)


class Sum(_Check):
    """The sum of the covered bytes, cut to 8 or 16 bits."""

    kind: Literal["sum8", "sum16"]

    @property
    @override
    def size(self) -> int:
        return 1 if self.kind == "sum8" else 2

    def _value(self, covered: bytes | bytearray) -> int:
        # Python adds up short frames before numpy has begun.
        short = len(covered) < 200
        total = sum(covered) if short else int(np.add.reduce(np.frombuffer(covered, np.uint8), dtype=np.uint64))
        return total & (0xFF if self.kind == "sum8" else 0xFFFF)


class Xor8(_Check):
    """The exclusive or of the covered bytes."""

    kind: Literal["xor8"]

    @property
    @override
    def size(self) -> int:
        return 1

    def _value(self, covered: bytes | bytearray) -> int:
        return int(np.bitwise_xor.reduce(np.frombuffer(covered, np.uint8)))


class _Crc(_Check):
    """A CRC of whole bytes in the usual five parameters."""

    poly: int
    init: int
    refin: bool = False
    refout: bool = False
    xorout: int

    def _value(self, covered: bytes | bytearray) -> int:
        # Only slow wires (19200 to 460800 baud) use these, so a table is fast enough.
        bits = 8 * self.size
        table, above, kept = _crc_table(self.poly, bits), bits - 8, (1 << bits) - 1
        crc = self.init
        for byte in covered.translate(_MIRRORED) if self.refin else covered:
            crc = crc << 8 & kept ^ table[crc >> above ^ byte]
        return self._out(crc)

    def _out(self, crc: int) -> int:
        return (_mirrored(crc, 8 * self.size) if self.refout else crc) ^ self.xorout


class Crc16(_Crc):
    """CRC-16 in the usual five parameters; the defaults are CRC-16/CCITT-FALSE."""

    kind: Literal["crc16"]
    poly: int = Field(default=0x1021, ge=1, le=0xFFFF)
    init: int = Field(default=0xFFFF, ge=0, le=0xFFFF)
    xorout: int = Field(default=0, ge=0, le=0xFFFF)

    @property
    @override
    def size(self) -> int:
        return 2

    def _value(self, covered: bytes | bytearray) -> int:
        if self.poly == 0x1021 and not self.refin:
            return self._out(binascii.crc_hqx(covered, self.init))
        return super()._value(covered)


class Crc8(_Crc):
    """CRC-8 in the usual five parameters; the defaults are CRC-8/SMBUS."""

    kind: Literal["crc8"]
    poly: int = Field(default=0x07, ge=1, le=0xFF)
    init: int = Field(default=0, ge=0, le=0xFF)
    xorout: int = Field(default=0, ge=0, le=0xFF)

    @property
    @override
    def size(self) -> int:
        return 1


class Crc4(_Check):
    """CRC-4 with the polynomial x⁴ + x + 1 in the lower half of the last byte, over all that is before it."""

    kind: Literal["crc4"]

    @property
    @override
    def size(self) -> int:
        """Bytes of the check value: none of its own."""
        return 0

    def _value(self, covered: bytes | bytearray) -> int:
        # Two steps of four bits for each byte: the register never holds more.
        crc = 0
        for byte in covered[:-1]:
            crc = _CRC4[_CRC4[crc ^ byte >> 4] ^ byte & 0x0F]
        return _CRC4[crc ^ covered[-1] >> 4]

    @override
    def holds(self, frame: bytes) -> bool:
        return bool(frame) and self._value(frame) == frame[-1] & 0x0F

    @override
    def seal(self, frame: bytearray) -> None:
        frame[-1] &= 0xF0
        frame[-1] |= self._value(frame)


class Crc32(_Check):
    """The CRC-32 of zip and Ethernet."""

    kind: Literal["crc32"]

    @property
    @override
    def size(self) -> int:
        return 4

    def _value(self, covered: bytes | bytearray) -> int:
        return zlib.crc32(covered)


Check = Annotated[Sum | Xor8 | Crc4 | Crc8 | Crc16 | Crc32, Field(discriminator="kind")]
"""Every check there is; a new one joins this union with its own ``kind``."""


def _mirrored(value: int, bits: int) -> int:
    return int(f"{value:0{bits}b}"[::-1], 2)


_MIRRORED = bytes(_mirrored(byte, 8) for byte in range(256))


def _crc4_step(value: int) -> int:
    for _ in range(4):
        value = (value << 1) ^ 0x13 if value & 0x08 else value << 1
    return value & 0x0F


_CRC4 = tuple(_crc4_step(value) for value in range(16))


@lru_cache(maxsize=16)
def _crc_table(poly: int, bits: int) -> tuple[int, ...]:
    top, kept = 1 << bits - 1, (1 << bits) - 1
    table: list[int] = []
    for byte in range(256):
        crc = byte << bits - 8
        for _ in range(8):
            crc = (crc << 1 ^ poly if crc & top else crc << 1) & kept
        table.append(crc)
    return tuple(table)
