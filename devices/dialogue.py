"""The talk between this computer and one device: handshake, requests, reads, and the decoder behind them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.framing.decoder import Counters, Decoder, Frame
from devices.profile import Profile
from devices.raw_log import Chunk
from devices.transport import Transport
from footload.errors import DeviceLostError, DeviceSilentError

if TYPE_CHECKING:
    from devices.tables import Step

DRAIN_S = 1.0
"""How long a device that was told to stop may go on talking. [s]"""

FrameWatcher = Callable[[Sequence[Frame]], None]


@dataclass(slots=True)
class Dialogue:
    """Talks with one device: starts it, reads and decodes it, asks it for frames, stops it.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    transport : Transport
        Opened.
    on_chunk : callable, optional
        Gets every read first.
    on_frames : callable, optional
        Gets the frames that a read completed.
    on_stall : callable, optional
        Gets the moment of the last whole frame when a device that fell silent is about to be started again. [ns]
    first_ns, last_ns : int
        When the first and the last read returned; none and 0 before there was one. [ns]
    told : dict
        What the device said of itself when it was asked: its serial number, its firmware.
    """

    profile: Profile
    transport: Transport
    on_chunk: Callable[[Chunk], None] | None = None
    on_frames: FrameWatcher | None = None
    on_stall: Callable[[int], None] | None = None
    first_ns: int | None = None
    last_ns: int = 0
    told: dict[str, str] = field(default_factory=dict[str, str])
    decoder: Decoder = field(init=False)
    _asked_s: float = field(init=False, default=0.0)
    _understood_ns: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.decoder = Decoder(self.profile)

    @property
    def counters(self) -> Counters:
        """What went right and wrong on the wire so far."""
        return self.decoder.counters

    @property
    def duration_s(self) -> float:
        """From the first read to the last. [s]"""
        return 0.0 if self.first_ns is None else (self.last_ns - self.first_ns) * 1e-9

    def settle(self) -> None:
        """Throw away what a device says while it wakes up, and what an earlier host left on the wire."""
        until_s = time.monotonic() + self.profile.link.settle_ms * 1e-3
        while self.transport.live and time.monotonic() < until_s:
            self.transport.read_available()

    def identify(self) -> None:
        """Ask the device who it is, where its profile knows how; one that does not answer stays unknown.

        Raises
        ------
        DeviceLostError
            When the device went away.
        """
        if self.transport.live:
            try:
                for step in self.profile.script.identify:
                    self._say(step)
            except DeviceSilentError:
                self.told.clear()

    def start(self) -> None:
        """Say what starts the device, and ask for the first frame where it wants to be asked.

        Raises
        ------
        DeviceSilentError
            When an answer that has to come does not.
        DeviceLostError
            When the device went away.
        """
        if self.transport.live:
            for step in self.profile.script.start:
                self._say(step)
            self._understood_ns = time.monotonic_ns()
            if self.profile.flow.mode == "poll":
                self._ask()

    def stop(self, *, drain: bool = False) -> None:
        """Say what stops the device, and read what is still on its way; one that is gone needs no telling.

        Parameters
        ----------
        drain : bool
            Read on although the device knows no word for stop.
        """
        if not self.transport.live:
            return
        try:
            for step in self.profile.script.stop:
                self._say(step)
            until_s = time.monotonic() + DRAIN_S
            while (drain or self.profile.script.stop) and time.monotonic() < until_s:
                chunk = self.transport.read_available()
                if chunk is None:
                    break
                self._take(chunk)
        except (DeviceLostError, DeviceSilentError):
            return

    def step(self) -> bool:
        """Read once.

        Returns
        -------
        bool
            Whether anything came.

        Raises
        ------
        DeviceLostError
            When the device went away.
        """
        chunk = self.transport.read_available()
        if chunk is not None:
            frames = self._take(chunk)
            if frames:
                self._ask()
        if self._is_stale():
            self._wake()
        return chunk is not None

    def cut(self) -> None:
        """What was begun is not continued by what comes next: the device was away."""
        self._deliver(self.decoder.cut())

    def finish(self) -> None:
        """Let the decoder come to its end."""
        self._deliver(self.decoder.finish())

    def _deliver(self, frames: list[Frame]) -> None:
        if frames and self.on_frames is not None:
            self.on_frames(frames)

    def _take(self, chunk: Chunk) -> list[Frame]:
        self.first_ns = chunk.monotonic_ns if self.first_ns is None else self.first_ns
        self.last_ns = chunk.monotonic_ns
        if self.on_chunk is not None:
            self.on_chunk(chunk)
        frames = self.decoder.feed(chunk.data, chunk.monotonic_ns)
        if frames:
            self._understood_ns = chunk.monotonic_ns
        self._deliver(frames)
        return frames

    def _ask(self) -> None:
        if self.transport.live and self.profile.flow.mode != "stream":
            self.transport.write(self.profile.flow.request_hex)
            self._asked_s = time.monotonic()

    def _is_stale(self) -> bool:
        # An answer that was damaged never completes a frame: without asking again both sides would wait for ever.
        flow = self.profile.flow
        if not self.transport.live or (flow.mode == "stream" and flow.on_stale == "ask"):
            return False
        since_s = max(self._asked_s, self._understood_ns * 1e-9)
        return time.monotonic() - since_s > flow.stale_ms * 1e-3

    def _wake(self) -> None:
        """Ask again, or stop and start once more: one lost byte shifts some protocols for ever."""
        if self.profile.flow.on_stale == "ask":
            self._ask()
            return
        if self.on_stall is not None:
            self.on_stall(self._understood_ns)
        self.stop()
        self.cut()
        self._asked_s = time.monotonic()
        try:
            self.start()
        except DeviceSilentError:
            # Tried again when it has been silent for as long once more.
            return

    def _say(self, step: Step) -> None:
        """Send one step of a script until its answer comes; everything that arrives meanwhile is recorded too."""
        for _ in range(step.retries + 1):
            self.transport.write(step.request)
            until_s = time.monotonic() + step.timeout_ms * 1e-3
            heard = b""
            told = step.understood(heard)
            while told is None and time.monotonic() < until_s:
                heard += self._hear()
                told = step.understood(heard)
            if told is not None:
                self.told |= told
                if step.baud is not None:
                    self.transport.set_baud(step.baud)
                self._wait(step.wait_ms)
                return
        wanted = step.expect or repr(step.expect_hex)
        raise DeviceSilentError(
            f"{self.profile.name} did not answer {wanted} to {step.request!r} "
            f"in {step.retries + 1} attempts of {step.timeout_ms} ms; is it another device?"
        )

    def _hear(self) -> bytes:
        chunk = self.transport.read_available()
        if chunk is None:
            return b""
        self._take(chunk)
        return chunk.data

    def _wait(self, wait_ms: int) -> None:
        until_s = time.monotonic() + wait_ms * 1e-3
        while time.monotonic() < until_s:
            self._hear()
