"""Tec Gihan force plate controller: blocks without any mark, each further one for a request, and text commands.

A block holds, for each plate, all its samples of Fx, Fy, Fz, Mx, My, Mz as 16-bit numbers, low byte first.
"""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from devices.drivers import Driver
from devices.emulator.device import FrameEmulator
from devices.framing.codec import ProfileCodec, Sample
from devices.parts import Counts
from footload.arrays import frozen

CHANNELS = 6
FULL_SCALE = 30_000
JUMP = 20_000
"""Two thirds of full scale from one sample to the next: no load does that, but bytes out of step do."""

RANGES_N = {
    "3kN": (1500, 1500, 3000, 300, 300, 200),
    "6kN": (3000, 3000, 6000, 600, 600, 400),
    "10kN": (5000, 5000, 10000, 1000, 1000, 600),
}
"""Full scale of each channel by range. [N, N m]"""


class TecGihanCodec(ProfileCodec):
    """Blocks of samples, one plate after the other.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    """

    @override
    def samples(self, content: bytes, body: bytes) -> tuple[Sample, ...] | None:
        """The samples of a block, all plates beside each other; None when values jump as no load does."""
        n_plates = self.profile.n_values // CHANNELS
        values = np.frombuffer(body, "<i2").astype(np.int16, copy=False)
        values = values.reshape(n_plates, -1, CHANNELS).swapaxes(0, 1).reshape(-1, n_plates * CHANNELS)
        if np.abs(np.diff(values.astype(np.int32), axis=0)).max(initial=0) > JUMP or not self.within_limits(values):
            return None
        return tuple(Sample(None, None, row) for row in frozen(values.copy()))

    @override
    def body(self, counts: Counts, counter: int, time_s: float) -> bytes:
        """The block that stands for samples."""
        blocks = counts.reshape(len(counts), -1, CHANNELS).swapaxes(0, 1)
        return np.ascontiguousarray(blocks).astype("<i2").tobytes()


class TecGihanEmulator(FrameEmulator):
    """The controller: asleep, idle or measuring; settings and questions are understood when it is idle.

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

    state = "SLEEP"
    rate = "1K"

    @property
    @override
    def started(self) -> bool:
        """Whether it measures."""
        return self.state == "MEASURE"

    def _listen(self, host: bytes) -> tuple[bytes, int]:
        self._heard += host
        answer, asked = bytearray(), 0
        *lines, rest = bytes(self._heard).split(b"\n")
        self._heard[:] = rest[-4096:]
        for line in lines:
            command = line.decode("ascii", "replace").strip()
            if command == "DT":
                asked += self.started
            elif said := self._answer(command):
                answer += f"{said}\n".encode()
        return bytes(answer), asked

    def _answer(self, command: str) -> str:
        plates = self.profile.n_values // CHANNELS
        word = command.partition("_")[0]
        if command == "STATE":
            return self.state
        if (command == "WAKE" and self.state == "SLEEP") or (command == "STOP" and self.started):
            self.state = "IDLE"
        elif self.state != "IDLE":
            return ""
        elif command == "START":
            self.state = "MEASURE"
        elif word == "SPS" and command != word:
            self.rate = command.partition("_")[2]
            return "SPS_OK"
        elif command.endswith("_GETFS"):
            return "FS_" + ",".join(f"{full:.1f}" for each in RANGES_N.values() for full in each)
        else:
            known = {
                "SERIAL": "SERIAL_0001",
                "VER": "VER_1.00",
                "SPS": f"SPS_{self.rate}",
                "FPCOUNT": f"FPCOUNT_{plates}",
                "RANGE": "RANGE_3kN",
            }
            return "AZ0_-0.0413" if command.endswith("_GET_AZ0") else known.get(command, "")
        return ""


DRIVER = Driver(TecGihanCodec, TecGihanEmulator)
