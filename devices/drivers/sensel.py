"""Sensel Morph: a file of registers, and pictures with runs of zeros counted, as numbers of variable length.

A frame is asked for by reading register 26; its layout follows the content mask in its first byte. Facts:
CreativeInquiry/Sensel-Morph-Liberation @ 486b2804 and sensel/sensel-api @ ad66eab (both MIT).
"""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from devices.drivers import Driver
from devices.emulator.device import FrameEmulator
from devices.framing.codec import ProfileCodec, Sample
from devices.parts import Counts
from devices.profile import Profile
from footload.arrays import FloatArray, frozen

MASK_AT = 5
PRESSURE, CONTACTS, ACCELERATION = 1, 4, 8
CONTACT_BYTES = {1: 6, 2: 8, 4: 8, 8: 6}
"""What each bit of the contact mask adds to the ten bytes of a contact."""


def read_runs(data: bytes, at: int, n: int) -> tuple[list[int], int] | None:
    """Read a picture: a base, then by turns a number of zeros, and values over the base until a 0.

    Parameters
    ----------
    data : bytes
        Where it stands.
    at : int
        Its first byte.
    n : int
        Number of cells.

    Returns
    -------
    values : list of int
        n of them.
    stop : int
        First byte behind the picture; None instead of both when it is damaged.
    """
    values: list[int] = []
    base: int | None = None
    in_zeros = True
    while base is None or len(values) < n:
        if at >= len(data):
            return None
        number, at = data[at], at + 1
        if number >= 0x80:
            if at >= len(data):
                return None
            number, at = number & 0x7F | data[at] << 7, at + 1
        if base is None:
            base = number
        elif in_zeros:
            values += [0] * number
            in_zeros = False
        elif number:
            values.append(base + number)
        else:
            in_zeros = True
        if len(values) > n:
            return None
    return values, at


def write_runs(values: list[int]) -> bytes:
    """Write a picture with the base 0.

    Parameters
    ----------
    values : list of int
        Not negative.

    Returns
    -------
    bytes
        What `read_runs` reads.
    """
    sent = bytearray(_number(0))
    at = 0
    while at < len(values):
        zeros = at
        while at < len(values) and not values[at]:
            at += 1
        sent += _number(at - zeros)
        while at < len(values) and values[at]:
            sent += _number(values[at])
            at += 1
        if at < len(values):
            sent += _number(0)
    return bytes(sent)


def _number(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80, value >> 7])


class SenselCodec(ProfileCodec):
    """Frames behind register 26: mask, counter, time, contacts, acceleration, pressure, labels.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    """

    @override
    def samples(self, content: bytes, body: bytes) -> tuple[Sample, ...] | None:
        """The pressure picture of a frame; None when it holds none, or not exactly the cells of this profile."""
        mask, at = content[MASK_AT], 0
        if not mask & PRESSURE:
            return None
        if mask & CONTACTS:
            if len(body) < 2:
                return None
            each = 10 + sum(n for bit, n in CONTACT_BYTES.items() if body[0] & bit)
            at = 2 + each * body[1]
        if mask & ACCELERATION:
            at += 6
        found = read_runs(body, at, self.profile.payload.n_wire)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
        if found is None or max(found[0]) > self.profile.count_max:
            return None
        counter, _ = self._number(content, self.profile.time.counter)
        clock, _ = self._number(content, self.profile.time.clock)
        return (Sample(counter, clock, frozen(np.array(found[0], np.uint16))),)

    @override
    def pack(self, counts: Counts, counter: int, time_s: float) -> bytes:
        """The bytes the device would send for one picture, and nothing else."""
        content = self.framing.build(write_runs(counts.tolist()), self.tail)
        content[MASK_AT] = PRESSURE
        return self._sealed(content, counter, time_s)


class SenselEmulator(FrameEmulator):
    """The pad: registers that are read and written, and frames while scanning is on.

    Parameters
    ----------
    profile : Profile
        How it speaks.
    counts : (t, n) array
        What its cells count, frame by frame.
    time_s : (t,) array, optional
        When each frame is taken; by default at the profile's rate. [s]
    repeat : bool
        Begin anew at the end, with the counter going on.
    """

    def __init__(
        self, profile: Profile, counts: Counts, time_s: FloatArray | None = None, *, repeat: bool = False
    ) -> None:
        super().__init__(profile, counts, time_s, repeat=repeat)
        rows, cols = self.profile.grid
        self._registers = bytearray(256)
        self._registers[:6] = b"S3NS31"
        self._registers[0x10], self._registers[0x12] = cols, rows
        self._registers[0x23:0x26] = bytes([1, 7, 0])
        self._registers[0xA0:0xA2] = bytes([8, 3])

    @property
    @override
    def started(self) -> bool:
        """Whether scanning is on."""
        return bool(self._registers[0x25])

    def _listen(self, host: bytes) -> tuple[bytes, int]:
        self._heard += host
        answer, asked = bytearray(), 0
        while len(self._heard) >= 3:
            order, register, size = self._heard[:3]
            if order == 0x81:
                del self._heard[:3]
                if register == 0x26:
                    asked += self.started
                else:
                    value = self._registers[register : register + size]
                    answer += bytes([1, register, size, 0]) + value + bytes([sum(value) & 0xFF])
            elif order == 0x01:
                if len(self._heard) < 4 + size:
                    break
                value, check = self._heard[3 : 3 + size], self._heard[3 + size]
                del self._heard[: 4 + size]
                if sum(value) & 0xFF == check:
                    self._registers[register : register + size] = value
                    answer += bytes([5, register])
            else:
                del self._heard[:1]
        return bytes(answer), asked


DRIVER = Driver(SenselCodec, SenselEmulator)
