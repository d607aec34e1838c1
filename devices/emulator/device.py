"""A device played: pure objects that are told what the host sent and what time it is, and say what the device sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from devices.framing.encoder import encode
from devices.parts import Counts
from devices.profile import Profile
from devices.raw_log import Chunk
from devices.tables import Step
from footload.arrays import FloatArray, IntArray
from footload.recordings import PressureRecording


class Emulator(Protocol):
    """What is served over a pty or a socket, or used in process."""

    def feed(self, host: bytes) -> bytes:
        """Take what the host sent; what the device answers at once."""
        ...

    def tick(self, now_s: float) -> bytes:
        """What the device sends by itself up to a time since it was switched on. [s]"""
        ...

    @property
    def due_s(self) -> float | None:
        """When it will send next; None while it waits for the host, and at its end. [s]"""
        ...

    @property
    def finished(self) -> bool:
        """Whether it will never send again."""
        ...


class _Scripted:
    """What every emulated device shares: it waits for its start script, and a stop script makes it wait again."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._heard = bytearray()
        self._to_do: list[Step] = list(profile.script.start)

    @property
    def started(self) -> bool:
        """Whether the host has said everything that starts the device."""
        return not self._to_do

    def _listen(self, host: bytes) -> tuple[bytes, int]:
        """Follow the scripts; what is answered, and how often a frame was asked for."""
        self._heard += host
        answer, asked = bytearray(), 0
        request, stop = self.profile.flow.request_hex, self.profile.script.stop
        while True:
            if self._to_do:
                at = self._heard.find(self._to_do[0].request)
                if at < 0:
                    break
                step = self._to_do.pop(0)
                del self._heard[: at + len(step.request)]
                answer += step.answer
            elif request and request in self._heard:
                del self._heard[: self._heard.find(request) + len(request)]
                asked += 1
            elif stop and stop[-1].request in self._heard:
                self._heard.clear()
                self._to_do = list(self.profile.script.start)
            elif (step := self._question()) is not None:
                del self._heard[: self._heard.find(step.request) + len(step.request)]
                answer += step.answer
            else:
                break
        # A host that talks without being understood must not fill the memory.
        del self._heard[:-4096]
        return bytes(answer), asked

    def _question(self) -> Step | None:
        """A question of the identify or zero script that the host has asked."""
        asked = (*self.profile.script.identify, *self.profile.script.zero)
        return next((step for step in asked if step.request in self._heard), None)


class FrameEmulator(_Scripted):
    """A device that sends frames made from counts: freely, or one for each request.

    Parameters
    ----------
    profile : Profile
        How it speaks.
    counts : (t, n) array
        What its cells count, frame by frame.
    time_s : (t,) array, optional
        When each frame is taken; by default at the profile's rate. [s]
    repeat : bool
        Begin anew at the end, with counter and clock going on.
    """

    def __init__(
        self, profile: Profile, counts: Counts, time_s: FloatArray | None = None, *, repeat: bool = False
    ) -> None:
        super().__init__(profile)
        if counts.ndim != 2 or not len(counts):
            raise ValueError(
                f"counts has shape {counts.shape}, but an emulator needs (frames, cells), one frame or more."
            )
        self._counts = counts
        self._time_s = np.arange(len(counts)) / profile.time.rate_hz if time_s is None else time_s - time_s[0]
        self._repeat = repeat
        self._samples = profile.samples
        self._polled = profile.flow.mode != "stream"
        self._next = 0
        self._counted_from = 0
        # With credit the first frame comes without being asked for.
        self._first_asked = int(profile.flow.mode == "credit")
        self._asked = self._first_asked
        self._begun_s: float | None = None
        self._now_s = 0.0

    @property
    def finished(self) -> bool:
        """Whether every frame was sent."""
        return not self._repeat and (self._next + 1) * self._samples > len(self._counts)

    @property
    def due_s(self) -> float | None:
        """When the next frame is due; None while it waits for the host, and at its end. [s]"""
        if self.finished or not self.started or (self._polled and not self._asked):
            return None
        if self._begun_s is None:
            return self._now_s
        # A polled device answers no faster than it can scan its cells.
        return self._begun_s + self._frame_s(self._next)

    def feed(self, host: bytes) -> bytes:
        """Take what the host sent.

        Parameters
        ----------
        host : bytes
            Commands and requests.

        Returns
        -------
        bytes
            What is answered at once.
        """
        answer, asked = self._listen(host)
        # A device has no memory for requests: what comes while one waits is lost on it.
        self._asked = min(self._asked + asked, 1)
        if not self.started:
            self._begun_s, self._asked = None, self._first_asked
        return answer

    def tick(self, now_s: float) -> bytes:
        """What the device sends by itself up to now.

        Parameters
        ----------
        now_s : float
            Time since it was switched on. [s]

        Returns
        -------
        bytes
            Whole frames.
        """
        self._now_s = max(self._now_s, now_s)
        sent = bytearray()
        while (due_s := self.due_s) is not None and due_s <= self._now_s:
            if self._begun_s is None:
                self._begun_s = self._now_s - self._frame_s(self._next)
            sent += self._made(self._next)
            self._next += 1
            self._asked = 0
        return bytes(sent)

    def reset_counter(self) -> None:
        """Begin to count frames anew, as a device does that lost its power for a moment."""
        self._counted_from = self._next

    def lose_power(self) -> None:
        """Count anew, and wait for the host again where the device waits for it when it is switched on."""
        self.reset_counter()
        if self.profile.script.start:
            self._heard.clear()
            self._to_do = list(self.profile.script.start)
            self._begun_s, self._asked = None, self._first_asked

    def _made(self, k: int) -> bytes:
        """The bytes of frame k."""
        n = self._samples
        block = self._counts[(k * n + np.arange(n)) % len(self._counts)]
        counter = k - self._counted_from
        time_s = self._frame_s(k) - (self._frame_s(self._counted_from) if self._counted_from else 0.0)
        return encode(self.profile, block if n > 1 else block[0], counter, time_s)

    def _frame_s(self, k: int) -> float:
        """When the last sample of frame k is taken, over all rounds. [s]"""
        rounds, k = divmod((k + 1) * self._samples - 1, len(self._time_s))
        return float(self._time_s[k] + rounds * (self._time_s[-1] + 1 / self.profile.time.rate_hz))


class LogEmulator(_Scripted):
    """A device that sends recorded reads again, byte for byte, each as it was cut and when it came.

    It begins when the host has said everything that starts the device; requests are not needed, because the recorded
    answers come by themselves.

    Parameters
    ----------
    profile : Profile
        How the host starts it.
    chunks : sequence of Chunk
        The recorded reads.
    """

    def __init__(self, profile: Profile, chunks: Sequence[Chunk]) -> None:
        super().__init__(profile)
        self._rest: Iterator[Chunk] = iter(chunks)
        self._next = next(self._rest, None)
        self._log_ns = self._next.monotonic_ns if self._next else 0
        self._begun_s: float | None = None
        self._now_s = 0.0

    @property
    def finished(self) -> bool:
        """Whether every read was sent."""
        return self._next is None

    @property
    def due_s(self) -> float | None:
        """When the next read is due; None while it waits for the host, and at its end. [s]"""
        if self._next is None or not self.started:
            return None
        return self._now_s if self._begun_s is None else self._begun_s + (self._next.monotonic_ns - self._log_ns) * 1e-9

    def feed(self, host: bytes) -> bytes:
        """Take what the host sent.

        Parameters
        ----------
        host : bytes
            Commands and requests.

        Returns
        -------
        bytes
            What is answered at once.
        """
        return self._listen(host)[0]

    def tick(self, now_s: float) -> bytes:
        """The next recorded read, when its time has come: one at a time, so that the cuts stay where they were.

        Parameters
        ----------
        now_s : float
            Time since it was switched on. [s]

        Returns
        -------
        bytes
            One read, or nothing.
        """
        self._now_s = max(self._now_s, now_s)
        due_s = self.due_s
        if self._next is None or due_s is None or due_s > self._now_s:
            return b""
        if self._begun_s is None:
            self._begun_s = self._now_s
        data = self._next.data
        self._next = next(self._rest, None)
        return data


def counts_from(recording: PressureRecording, profile: Profile) -> IntArray:
    """What a device would count for a recording: its calibration turned around, rounded, saturating.

    Parameters
    ----------
    recording : PressureRecording
        On the device's own grid.
    profile : Profile
        The device.

    Returns
    -------
    (t, n) array of uint16 or uint32
        Counts in the order of the plate's cells.

    Raises
    ------
    ValueError
        When the recording has another grid, or one of both is calibrated and the other is not.
    """
    if recording.layout.grid != profile.grid:
        raise ValueError(f"The recording's grid is {recording.layout.grid}, but {profile.id} has {profile.grid}.")
    if recording.calibrated != (profile.calibration is not None):
        raise ValueError(
            f"The recording is in {recording.pressure_unit}, but {profile.id} is "
            f"{'calibrated in kPa' if profile.calibration else 'not calibrated'}."
        )
    pressure = np.nan_to_num(recording.pressure_kpa)
    if profile.calibration is None:
        counts = np.clip(np.rint(pressure), 0, profile.count_max).astype(np.uint32)
    else:
        counts = profile.calibration.counts(pressure, profile.count_max)
    return counts.astype(np.uint16) if profile.count_max < 1 << 16 else counts


def emulate_counts(
    profile: Profile, counts: Counts, time_s: FloatArray | None = None, *, repeat: bool = False
) -> FrameEmulator:
    """A device that counts what it is told to, with the manners of its driver where it has one.

    Parameters
    ----------
    profile : Profile
        How it speaks.
    counts : (t, n) array
        What its cells or channels count.
    time_s : (t,) array, optional
        When; by default at the profile's rate. [s]
    repeat : bool
        Begin anew at the end.

    Returns
    -------
    FrameEmulator
        Ready to be served.

    Raises
    ------
    ValueError
        When there are no counts.
    """
    if profile.decoder is None:
        return FrameEmulator(profile, counts, time_s, repeat=repeat)
    from devices.drivers import driver

    return driver(profile.decoder).emulator(profile, counts, time_s, repeat=repeat)


def emulate_recording(profile: Profile, recording: PressureRecording, *, repeat: bool = False) -> FrameEmulator:
    """A device that measures what a recording holds, at the recording's own times.

    Parameters
    ----------
    profile : Profile
        How it speaks.
    recording : PressureRecording
        On the device's own grid; a simulated foot, for example.
    repeat : bool
        Begin anew at the end.

    Returns
    -------
    FrameEmulator
        Ready to be served.

    Raises
    ------
    ValueError
        When the recording does not fit the device.
    """
    return emulate_counts(profile, counts_from(recording, profile), np.asarray(recording.time_s), repeat=repeat)
