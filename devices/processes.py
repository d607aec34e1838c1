"""What reads a device, in a process of its own; `devices.writing` writes what all of them read, in another.

    port -> chunk, stamped -> outbox -> pipe -> recorder -> disk        one process a device, one for the recording
                           -> decoder -> ring in shared memory -> whoever watches

A page that stalls, a slow disk or a crash of the program that started them makes no read late: reading waits for
nobody, and when the parent is gone the recording is finished in order.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from multiprocessing.connection import Connection as Pipe
from typing import TYPE_CHECKING

from devices.acquisition import PATIENCE_S, SILENT_S, silence
from devices.connection import Connection, Gap
from devices.live_clock import LiveClock
from devices.outbox import Kind, Outbox
from devices.profile import parse_profile
from devices.raw_log import Chunk
from devices.ring import Ring
from footload.errors import DeviceError, DeviceLostError, DeviceNotFoundError, DeviceSilentError

if TYPE_CHECKING:
    from devices.framing.decoder import Frame

PUBLISH_S = 0.05


class State(IntEnum):
    """How it is with a device."""

    STARTING = 0
    STREAMING = 1
    AWAY = 2
    STOPPED = 3
    FAILED = 4


@dataclass(frozen=True, slots=True)
class DeviceOrder:
    """Everything that a reading process is told, as plain data.

    Parameters
    ----------
    profile_text : str
        The profile's TOML.
    choices : dict
        What was chosen for its options.
    url : str
        Where the device is.
    ring : str
        Name of the shared memory.
    patience_s, silent_s : float
        How long a device that went away is waited for, and how long one may be silent at first. [s]
    """

    profile_text: str
    choices: dict[str, str]
    url: str
    ring: str
    patience_s: float = PATIENCE_S
    silent_s: float = SILENT_S


def read_device(order: DeviceOrder, post: Pipe, control: Pipe) -> None:
    """The reading process of one device.

    Parameters
    ----------
    order : DeviceOrder
        What to read.
    post : Connection
        Where chunks and gaps go.
    control : Connection
        To the parent: says how starting went, and ends the process when the parent writes or is gone.
    """
    leave_signals_to_the_parent()
    outbox = Outbox(post)
    reading = _Reading(order, outbox)
    try:
        control.send(("started", *reading.start()))
        reading.run(control)
        reading.finish(State.STOPPED)
    except DeviceError as error:
        reading.finish(State.FAILED)
        _tell(control, ("failed", type(error).__name__, str(error)))
    finally:
        reading.close()
        outbox.close()
        control.close()


class _Reading:
    """One device being read: the frames to the ring, the chunks to the outbox."""

    def __init__(self, order: DeviceOrder, outbox: Outbox) -> None:
        self._order, self._outbox = order, outbox
        profile = parse_profile(order.profile_text, order.choices)
        self._ring = Ring.attach(order.ring)
        self._clock = LiveClock(profile.time)
        self._arrival_ns = 0
        self._published_s = 0.0
        self._connection = Connection(
            profile, order.url, patience_s=order.patience_s,
            on_chunk=self._chunk, on_frames=self._frames, on_gap=self._gap,
        )  # fmt: skip

    def start(self) -> tuple[dict[str, str], dict[str, str]]:
        """Open and start the device; how it is connected, and who it is."""
        connection = self._connection
        self._publish(State.STARTING)
        connection.open()
        connection.start()
        until_s = time.monotonic() + self._order.silent_s
        while not connection.dialogue.counters.frames:
            connection.step()
            if time.monotonic() > until_s:
                raise DeviceSilentError(silence(connection.dialogue, self._order.silent_s))
        self._publish(State.STREAMING)
        return connection.transport.describe(), connection.identify()

    def run(self, control: Pipe) -> None:
        """Read until the parent says otherwise, or is gone."""
        while not control.poll():
            if not self._connection.step():
                # Whoever ends a recording in a silence has to know that nothing more is on its way.
                self._post_counters(time.monotonic_ns())
            if time.monotonic() - self._published_s > PUBLISH_S:
                self._publish(State.STREAMING if self._connection.connected else State.AWAY)
        # Read on: what is on its way when somebody stops belongs to the recording.
        self._connection.stop(drain=True)

    def finish(self, state: State) -> None:
        """Let the decoder come to its end, and say so."""
        if hasattr(self._connection, "dialogue"):
            self._connection.dialogue.finish()
            self._post_counters(time.monotonic_ns())
        self._publish(state)

    def close(self) -> None:
        """Let go of port and ring."""
        self._connection.close()
        self._ring.close()

    def _chunk(self, chunk: Chunk) -> None:
        # Before every read what all reads before it came to: so a recording knows its counters to the byte.
        self._post_counters(chunk.monotonic_ns)
        self._outbox.put(Kind.CHUNK, chunk.monotonic_ns, chunk.data)
        self._arrival_ns = chunk.monotonic_ns

    def _frames(self, frames: Sequence[Frame]) -> None:
        arrival_ns = self._arrival_ns
        for frame in frames:
            time_s = self._clock.follow(frame, arrival_ns * 1e-9)
            self._ring.write(arrival_ns, int(time_s * 1e9), frame.counts)

    def _gap(self, gap: Gap) -> None:
        self._outbox.put(Kind.GAP, gap.from_ns, gap.note.encode())
        self._clock.restart()

    def _post_counters(self, at_ns: int) -> None:
        self._connection.link.dropped_host_bytes = self._outbox.dropped_bytes
        self._outbox.put(Kind.COUNTERS, at_ns, self._connection.packed_counters())

    def _publish(self, state: State) -> None:
        self._published_s = time.monotonic()
        numbers = {
            "state": state,
            "pid": os.getpid(),
            "last_arrival_ns": self._arrival_ns,
            "drift_ppb": round(self._clock.drift_ppm * 1000),
            "jitter_us": round(self._clock.jitter_s * 1e6),
        }
        if hasattr(self._connection, "dialogue"):
            self._connection.link.dropped_host_bytes = self._outbox.dropped_bytes
            numbers |= self._connection.counters()
        self._ring.publish(numbers)


def leave_signals_to_the_parent() -> None:
    """Ctrl+C in a terminal reaches every process; only the parent knows what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _tell(control: Pipe, message: tuple[str, str, str]) -> None:
    try:
        control.send(message)
    except OSError:
        return


FAILURES: dict[str, type[DeviceError]] = {
    each.__name__: each for each in (DeviceError, DeviceLostError, DeviceNotFoundError, DeviceSilentError)
}
"""Failures of a reading process, by the name that it tells."""
