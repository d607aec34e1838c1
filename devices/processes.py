"""What runs in processes of their own: one that reads each device, and one that writes the recording.

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
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from devices.acquisition import PATIENCE_S, SILENT_S, silence
from devices.connection import Connection, Gap
from devices.live_clock import LiveClock
from devices.outbox import Kind, Outbox, take
from devices.profile import parse_profile
from devices.raw_log import Chunk
from devices.ring import Ring
from footload.errors import DeviceError, DeviceLostError, DeviceNotFoundError, DeviceSilentError, RecordingError

if TYPE_CHECKING:
    from devices.framing.decoder import Frame
    from devices.recorder import Recorder

PUBLISH_S = 0.05
DRAIN_S = 2.0
QUIET_S = 0.1


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
    _leave_signals_to_the_parent()
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
        return connection.transport.describe(), {**connection.identity, **connection.dialogue.told}

    def run(self, control: Pipe) -> None:
        """Read until the parent says otherwise, or is gone."""
        while not control.poll():
            self._connection.step()
            if time.monotonic() - self._published_s > PUBLISH_S:
                self._publish(State.STREAMING if self._connection.connected else State.AWAY)
        # Read on: what is on its way when somebody stops belongs to the recording.
        self._connection.stop(drain=True)

    def finish(self, state: State) -> None:
        """Let the decoder come to its end, and say so."""
        if hasattr(self._connection, "dialogue"):
            self._connection.dialogue.finish()
        self._publish(state)

    def close(self) -> None:
        """Let go of port and ring."""
        self._connection.close()
        self._ring.close()

    def _chunk(self, chunk: Chunk) -> None:
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


def write_recording(posts: Sequence[Pipe], control: Pipe) -> None:
    """The writing process: takes what the reading processes post, and writes it while a recording is open.

    Parameters
    ----------
    posts : sequence of Connection
        From each device, in the order of the recording.
    control : Connection
        Orders of the parent; when it is gone, the recording is finished and the process ends.
    """
    _leave_signals_to_the_parent()
    writing = _Writing(posts)
    try:
        while True:
            for ready in wait([control, *writing.open_posts]):
                if ready is control:
                    name, *details = control.recv()
                    control.send(writing.obey(name, *details))
                else:
                    writing.take(ready)
    except (EOFError, OSError):
        # The parent is gone without a word: what was recorded is finished in order.
        writing.end({"ended_by": "the program that recorded ended"})


class _Writing:
    """At most one open recording, and where its bytes come from."""

    def __init__(self, posts: Sequence[Pipe]) -> None:
        self._numbers = {id(post): number for number, post in enumerate(posts)}
        self.open_posts = list(posts)
        self._recorder: Recorder | None = None
        self._from_ns = 0
        self._failure = ""

    def obey(self, name: str, *details: Any) -> tuple[str, Any]:
        """Carry out an order; ``("done", ...)`` or ``("failed", why)``."""
        try:
            return "done", getattr(self, name)(*details)
        except RecordingError as error:
            return "failed", str(error)

    def begin(self, path: str, opening: str, duration_s: float | None) -> None:
        """Open a recording; what was read before this moment is not in it."""
        from devices.opening import Opening
        from devices.recorder import Recorder

        stated = Opening.from_json(opening)
        self._recorder = Recorder(path, stated, duration_s)
        self._from_ns = stated.monotonic_ns
        self._failure = ""

    def mark(self, name: str, note: str, monotonic_ns: int) -> None:
        """Keep a mark of the user."""
        if self._recorder is not None:
            self._recorder.mark(name, note, monotonic_ns)

    def trouble(self) -> str:
        """Why the recording does not go on; empty while it does."""
        if self._recorder is not None and self._recorder.full:
            return "the disk is full"
        return self._failure

    def end(self, summary: dict[str, Any]) -> Any:
        """Take what was read until now, and finish the recording."""
        if self._recorder is None:
            return None
        now_ns = time.monotonic_ns()
        until_s = time.monotonic() + DRAIN_S
        waiting = list(self.open_posts)
        while waiting and time.monotonic() < until_s:
            ready = wait(waiting, QUIET_S)
            if not ready:
                # Nothing came for longer than chunks wait in an outbox: everything is here.
                break
            for post in ready:
                if self.take(post) > now_ns:
                    waiting.remove(post)  # type: ignore[arg-type]
        recorder, self._recorder = self._recorder, None
        return recorder.close(summary)

    def take(self, post: Any) -> int:
        """Take one message; when it was read. [ns]"""
        try:
            kind, monotonic_ns, data = take(post)
        except (EOFError, OSError):
            self.open_posts.remove(post)
            return 1 << 62
        recorder, number = self._recorder, self._numbers[id(post)]
        if recorder is not None and monotonic_ns >= self._from_ns:
            try:
                if kind is Kind.CHUNK:
                    recorder.write(Chunk(monotonic_ns, data), number)
                else:
                    recorder.mark("gap", data.decode(), monotonic_ns, device=number)
            except RecordingError as error:
                # Told when the recording ends; until then the pipes have to be emptied all the same.
                self._failure = str(error)
        return monotonic_ns


def _leave_signals_to_the_parent() -> None:
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
