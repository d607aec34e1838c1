"""One device, from its port to a file, in this process: recorder first, decoder after.

    port -> chunk -> recorder (bytes to disk) -> decoder (frames, counters) -> whoever watches

Whoever watches is called from its loop and has to be quick. Several devices, and viewers that may stall, belong into
processes of their own: `devices.capture`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from devices.connection import Connection, Gap, LinkCounters, identified, own_calibration
from devices.dialogue import Dialogue, FrameWatcher
from devices.framing.decoder import Counters
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import Profile, load_profile
from devices.raw_log import LogTransport
from devices.recorder import Recorder
from footload.errors import DeviceLostError, DeviceSilentError, RecordingError

if TYPE_CHECKING:
    from devices.rewriting import Recorded

STOPPED = "stopped"
SILENT_S = 3.0
PROGRESS_S = 0.1
PATIENCE_S = 60.0
"""How long a recording waits for a device that went away. [s]"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an acquisition is.

    Parameters
    ----------
    elapsed_s : float
        Since the device was started. [s]
    counters : Counters
        What went right and wrong on the wire so far; changes as it goes on.
    link : LinkCounters
        What happened to the connection.
    connected : bool
        Whether the device is there.
    """

    elapsed_s: float
    counters: Counters
    link: LinkCounters = field(default_factory=LinkCounters)
    connected: bool = True


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    """What was recorded.

    Parameters
    ----------
    path : path
        The file.
    n_frames, n_chunks, n_bytes : int
        Whole frames, reads and bytes.
    duration_s : float
        From the first to the last read. [s]
    counters : dict
        What went right and wrong on the wire.
    raw_sha256 : str
        Fingerprint of the device's bytes.
    ended_by : str
        Why it ended.
    dropped_bytes : int
        Bytes that a slow disk lost; 0 unless something is badly wrong.
    notes : tuple of str
        What people should know, as sentences.
    """

    path: Path
    n_frames: int
    n_chunks: int
    n_bytes: int
    duration_s: float
    counters: dict[str, int]
    raw_sha256: str
    ended_by: str
    dropped_bytes: int = 0
    notes: tuple[str, ...] = ()


def record(
    profile: Profile | str,
    url: str,
    out: Path | str,
    *,
    duration_s: float | None = None,
    stop: Event | None = None,
    metadata: TrialMetadata | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_frames: FrameWatcher | None = None,
    speed: float | None = 1.0,
    silent_s: float = SILENT_S,
    marks: SimpleQueue[str] | None = None,
    patience_s: float = PATIENCE_S,
    calibration: Path | str | None = None,
    serial_number: str = "",
) -> RecordingSummary:
    """Record a device into a file.

    Parameters
    ----------
    profile : Profile or str
        The device, or its profile's name or file.
    url : str
        A serial port, ``socket://host:port``, or a log to be recorded again.
    out : path
        An `.mcap` file that does not exist yet.
    duration_s : float, optional
        How long; until `stop` is set or the log ends, when not given. [s]
    stop : threading.Event, optional
        Ends the recording when set; what is on its way by then is still read.
    metadata : TrialMetadata, optional
        What is known about the trial.
    on_progress : callable, optional
        Called ten times a second.
    on_frames : callable, optional
        Gets frames as they are completed.
    speed : float, optional
        For logs: 1 is as recorded, None as fast as possible.
    silent_s : float
        How long a device may say nothing that is understood before that is an error. [s]
    marks : queue.SimpleQueue of str, optional
        Where the user's marks come in; each is kept with the moment it is taken out.
    patience_s : float
        How long a device that goes away is waited for; the gap is marked, and the file goes on. [s]
    calibration : path, optional
        The device's own calibration; that of another device is refused.
    serial_number : str
        What stands on the device, for one that does not say its number itself.

    Returns
    -------
    RecordingSummary
        What the file holds.

    Raises
    ------
    RecordingError
        When the file exists already or cannot be written.
    ProfileError
        When the calibration is another device's.
    DeviceNotFoundError
        When the port cannot be opened; then nothing is written.
    DeviceSilentError
        When the device says nothing, or nothing that is understood.
    DeviceLostError
        When it goes away before its first frame; later a recording whose device does not come back ends and is kept.
    """
    profile = load_profile(profile) if isinstance(profile, str) else profile
    out = Path(out)
    if out.exists():
        raise RecordingError(f"{out.name} exists already, and recordings are never overwritten; choose another name.")
    orders = _Orders(duration_s, stop, silent_s, marks)
    connection = Connection(profile, url, speed, patience_s, on_frames=on_frames)
    try:
        connection.open()
        own = own_calibration(connection, calibration, serial_number)
        opening = _opening(connection, metadata or TrialMetadata(), own, serial_number)
        with Recorder(out, opening, duration_s) as recorder:
            connection.on_chunk = recorder.write
            connection.on_gap = _marker(recorder)
            try:
                ended_by = _run(connection, recorder, orders, on_progress)
            except (DeviceSilentError, DeviceLostError):
                _give_up(recorder, connection)
                raise
            recorded = recorder.close({"counters": connection.counters(), "ended_by": ended_by})
    finally:
        connection.close()
    return _summary(connection, recorded, ended_by)


def replay(
    source: Path | str,
    profile: Profile | str | None = None,
    *,
    speed: float | None = 1.0,
    on_frames: FrameWatcher | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> Counters:
    """Play a log back into the decoder.

    Parameters
    ----------
    source : path
        `.mcap` or `.serial.dat`.
    profile : Profile or str, optional
        How to read it; a recording brings its own.
    speed : float, optional
        1 is as recorded, 2 twice as fast, None as fast as possible.
    on_frames : callable, optional
        Gets frames as they are completed.
    on_progress : callable, optional
        Called ten times a second.
    stop : threading.Event, optional
        Ends it early.

    Returns
    -------
    Counters
        What went right and wrong.

    Raises
    ------
    UnreadableTrialError
        When the log cannot be read.
    ValueError
        When a text log is given without a profile.
    """
    transport = LogTransport(Path(source), speed=speed)
    transport.open()
    dialogue = Dialogue(profile_of(source, profile), transport, on_frames=on_frames)
    begun_s = shown_s = time.monotonic()
    while not transport.ended and not (stop is not None and stop.is_set()):
        dialogue.step()
        if on_progress is not None and time.monotonic() - shown_s >= PROGRESS_S:
            shown_s = time.monotonic()
            on_progress(Progress(shown_s - begun_s, dialogue.counters))
    dialogue.finish()
    return dialogue.counters


def profile_of(source: Path | str, profile: Profile | str | None = None) -> Profile:
    """The profile of a log: the one that is named, or the one that a recording brings.

    Parameters
    ----------
    source : path
        `.mcap` or `.serial.dat`.
    profile : Profile or str, optional
        Named by the caller.

    Returns
    -------
    Profile
        How to read the log.

    Raises
    ------
    ValueError
        When a text log comes without a profile.
    """
    if isinstance(profile, Profile):
        return profile
    if profile is not None:
        return load_profile(profile)
    if not str(source).endswith(".mcap"):
        raise ValueError(f"{Path(source).name} does not say which device it is from; name a profile.")
    from devices.recording import read_recording

    return read_recording(source).opening.devices[0].profile


def _opening(connection: Connection, metadata: TrialMetadata, calibration: str, serial_number: str) -> Opening:
    from footload import __version__

    transport = connection.transport
    monotonic_ns = transport.first_ns if isinstance(transport, LogTransport) else time.monotonic_ns()
    known = identified(connection.identify(), serial_number)
    device = RecordedDevice(connection.profile, {**transport.describe(), **known}, calibration)
    return Opening(metadata, (device,), monotonic_ns, time.time_ns(), f"footload {__version__}")


def _marker(recorder: Recorder) -> Callable[[Gap], None]:
    def mark(gap: Gap) -> None:
        recorder.mark("gap", gap.note, gap.from_ns, device=0)

    return mark


@dataclass(frozen=True, slots=True)
class _Orders:
    """What ends a recording, and what is marked in it."""

    duration_s: float | None
    stop: Event | None
    silent_s: float
    marks: SimpleQueue[str] | None = None

    def reached(self, dialogue: Dialogue, elapsed_s: float) -> str:
        """Why it is over; empty while it is not."""
        if dialogue.transport.ended:
            return "the log ended"
        if self.duration_s is not None and elapsed_s >= self.duration_s:
            return f"{self.duration_s:g} s were over"
        if self.stop is not None and self.stop.is_set():
            return STOPPED
        if dialogue.transport.live and not dialogue.counters.frames and elapsed_s > self.silent_s:
            raise DeviceSilentError(silence(dialogue, self.silent_s))
        return ""


def _run(
    connection: Connection, recorder: Recorder, orders: _Orders, on_progress: Callable[[Progress], None] | None
) -> str:
    """Read until something ends it; what did."""
    begun_s = shown_s = time.monotonic()
    ended_by = ""
    try:
        connection.start()
        while not ended_by:
            connection.step()
            while orders.marks is not None and not orders.marks.empty():
                recorder.mark("mark", orders.marks.get())
            now_s = time.monotonic()
            ended_by = "the disk is full" if recorder.full else orders.reached(connection.dialogue, now_s - begun_s)
            if on_progress is not None and now_s - shown_s >= PROGRESS_S:
                shown_s = now_s
                counters = connection.dialogue.counters
                on_progress(Progress(now_s - begun_s, counters, connection.link, connection.connected))
        connection.stop(drain=ended_by == STOPPED)
    except DeviceLostError as error:
        if not connection.dialogue.counters.frames:
            raise
        ended_by = f"the device was lost: {error}".rstrip(".")
        recorder.mark("gap", f"{ended_by}.", device=0)
    connection.dialogue.finish()
    return ended_by


def silence(dialogue: Dialogue, silent_s: float) -> str:
    """What to say of a device that says nothing, or nothing that is understood.

    Parameters
    ----------
    dialogue : Dialogue
        With it.
    silent_s : float
        How long. [s]

    Returns
    -------
    str
        A sentence with what may be the reason.
    """
    n, name = dialogue.counters.bytes_in, dialogue.profile.name
    if n:
        return (
            f"{n} bytes came in {silent_s:g} s, but not one frame of {name}; is the profile the right one, "
            "and the baud rate?"
        )
    return f"Nothing came from {name} in {silent_s:g} s; is it switched on, and is this its port?"


def _give_up(recorder: Recorder, connection: Connection) -> None:
    """Keep bytes that another profile may understand, but leave no empty file behind."""
    connection.stop()
    recorder.close({"counters": connection.counters(), "ended_by": "nothing understood"})
    if not connection.dialogue.counters.bytes_in:
        recorder.path.unlink()


def _summary(connection: Connection, recorded: Recorded, ended_by: str) -> RecordingSummary:
    dialogue, link = connection.dialogue, connection.link
    n = link.reconnects
    away = f"the device went away and came back {n} time{'' if n == 1 else 's'}" if n else ""
    return RecordingSummary(
        path=recorded.path,
        n_frames=dialogue.counters.frames,
        n_chunks=recorded.n_chunks,
        n_bytes=recorded.n_bytes,
        duration_s=dialogue.duration_s,
        counters=connection.counters(),
        raw_sha256=recorded.raw_sha256[0],
        ended_by=ended_by,
        dropped_bytes=recorded.dropped_bytes,
        notes=tuple(f"{note}." for note in (dialogue.counters.findings, away, recorded.note) if note),
    )
