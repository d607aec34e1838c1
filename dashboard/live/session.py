"""One device at a time: connected, watched, recorded into the folder, let go; on a thread of its own.

    off -> starting -> watching <-> recording -> off          failed: with the reason, until the next try

Watching reads and shows. Recording is `devices.acquisition.record`, bytes first; between the two the device is stopped
and started again, which the trace shows as a gap.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from dashboard.live.messages import layout_message
from dashboard.live.source_view import SourceView
from dashboard.live.stream import LiveStream
from footload.errors import DeviceError, DeviceLostError, DeviceSilentError, FootloadError, RecordingError

if TYPE_CHECKING:
    from dashboard.live.sources import Source
    from devices.acquisition import Progress, RecordingSummary
    from devices.framing.decoder import Frame
    from devices.opening import TrialMetadata

OFF: Final = "off"
STARTING: Final = "starting"
WATCHING: Final = "watching"
RECORDING: Final = "recording"
FAILED: Final = "failed"

ANSWER_S = 10.0
"""How long a page waits for the device to do what it was told."""
SILENT_S = 3.0
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that ended.

    Parameters
    ----------
    number : int
        Rises with every recording of this session.
    file : str
        Its name in the folder.
    text : str
        What it holds and how it ended, as sentences.
    """

    number: int
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """How it is going.

    Parameters
    ----------
    state : str
        ``off``, ``starting``, ``watching``, ``recording`` or ``failed``.
    device : str
        What is connected.
    problem : str
        Why it failed; empty otherwise.
    connected : bool
        False while a device that went away is waited for.
    counters : dict
        What went right and wrong on the wire.
    file : str
        What is being recorded.
    recording_s : float
        For how long. [s]
    n_marks : int
        Marks in it.
    zeroed : str
        What was taken for nothing; empty before.
    last : Recorded, optional
        The recording that ended last.
    """

    state: str = OFF
    device: str = ""
    problem: str = ""
    connected: bool = True
    counters: dict[str, int] = field(default_factory=dict[str, int])
    file: str = ""
    recording_s: float = 0.0
    n_marks: int = 0
    zeroed: str = ""
    last: Recorded | None = None


class LiveSession:
    """The device of this dashboard.

    Parameters
    ----------
    folder : Path
        Where recordings go.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).resolve()
        self.stream = LiveStream()
        self._changed = threading.Condition()
        self._status = Status()
        self._thread: threading.Thread | None = None
        self._leave = threading.Event()
        self._enough = threading.Event()
        self._wanted: tuple[Path, TrialMetadata] | None = None
        self._marks: SimpleQueue[str] = SimpleQueue()
        self._view: SourceView | None = None

    @property
    def status(self) -> Status:
        """How it is going now."""
        return self._status

    def connect(self, source: Source) -> None:
        """Connect a device and watch it; comes back when it measures.

        Parameters
        ----------
        source : Source
            What to connect.

        Raises
        ------
        DeviceError
            When another one is connected, or this one does not answer; the message says why.
        """
        with self._changed:
            if self._status.state not in {OFF, FAILED}:
                raise DeviceError(f"{self._status.device} is connected already; disconnect it first.")
            self._leave.clear()
            self._status = Status(STARTING, source.name, last=self._status.last)
            self._thread = threading.Thread(target=self._run, args=(source,), name="footload-live", daemon=True)
            self._thread.start()
        self._wait(lambda now: now.state != STARTING, "The device did not start")
        if self._status.state == FAILED:
            raise DeviceError(self._status.problem)

    def disconnect(self) -> None:
        """End a recording in order, let the device go and wait until that is done; harmless without a device."""
        self._leave.set()
        self._enough.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(2 * ANSWER_S)

    def record(self, metadata: TrialMetadata) -> str:
        """Begin a recording.

        Parameters
        ----------
        metadata : TrialMetadata
            What is known about the trial.

        Returns
        -------
        str
            The file's name.

        Raises
        ------
        RecordingError
            When nothing is connected, something is being recorded, or the file cannot be written.
        """
        with self._changed:
            if self._status.state != WATCHING:
                raise RecordingError(f"The device is {self._status.state}; only one that is watched can be recorded.")
            path = _new_file(self.folder, metadata)
            self._enough.clear()
            self._marks = SimpleQueue()
            self._wanted = (path, metadata)
            self._status = replace(self._status, problem="")
        self._wait(
            lambda now: now.state == RECORDING or bool(now.problem) or now.state in {OFF, FAILED},
            "The recording did not begin",
        )
        if self._status.problem:
            raise RecordingError(self._status.problem)
        return path.name

    def stop(self) -> Recorded | None:
        """End the recording and wait until its file is finished.

        Returns
        -------
        Recorded
            What was recorded; None when nothing was being recorded.
        """
        if self._status.state != RECORDING:
            return None
        self._enough.set()
        self._wait(lambda now: now.state != RECORDING, "The recording did not end", 6 * ANSWER_S)
        return self._status.last

    def mark(self, text: str = "") -> None:
        """Put a mark into the recording, at this moment.

        Parameters
        ----------
        text : str
            What people should know about it.

        Raises
        ------
        RecordingError
            When nothing is being recorded.
        """
        if self._status.state != RECORDING:
            raise RecordingError("Nothing is being recorded, so there is nothing to be marked.")
        self._marks.put(text or f"mark {self._status.n_marks + 1}")
        self._change(n_marks=self._status.n_marks + 1)

    def zero(self) -> str:
        """Take what the device measures during the next half second for nothing, in what is shown.

        Returns
        -------
        str
            What was taken for nothing.

        Raises
        ------
        DeviceError
            When nothing is connected.
        """
        view = self._view
        if view is None or self._status.state not in {WATCHING, RECORDING}:
            raise DeviceError("No device is connected, so there is nothing to be zeroed.")
        view.begin_zero()
        self._wait(lambda _: bool(view.zeroed), "The device sent nothing to be zeroed")
        self._change(zeroed=view.zeroed)
        return view.zeroed

    def as_dict(self) -> dict[str, Any]:
        """The state as plain values, for the pages.

        Returns
        -------
        dict
            Fit for JSON.
        """
        now = self._status
        return {name: getattr(now, name) for name in Status.__slots__ if name != "last"} | {
            "last": None if now.last is None else now.last.number
        }

    def _run(self, source: Source) -> None:
        problem = ""
        try:
            view = self._view = SourceView(source.profile, self.stream)
            self.stream.begin(layout_message(view.sampler, source.name))
            with source.opened() as url:
                while not self._leave.is_set():
                    if self._wanted is None:
                        self._watch(source, url, view)
                    else:
                        self._record(source, url, view)
        except FootloadError as error:
            problem = str(error)
        except Exception as error:  # a device's thread ends with a sentence, whatever happened
            problem = f"{type(error).__name__}: {error}"
            raise
        finally:
            self._view, self._wanted = None, None
            self._change(state=FAILED if problem else OFF, problem=problem, file="", connected=True)

    def _watch(self, source: Source, url: str, view: SourceView) -> None:
        from devices.connection import Connection

        connection = Connection(source.profile, url, patience_s=PATIENCE_S, on_frames=view.show)
        try:
            connection.open()
            connection.start()
            begun_s = told_s = time.monotonic()
            while not self._leave.is_set() and self._wanted is None:
                connection.step()
                now_s = time.monotonic()
                frames = connection.dialogue.counters.frames
                if not frames and now_s - begun_s > SILENT_S:
                    raise DeviceSilentError(_silence(source, connection.dialogue.counters.bytes_in))
                if now_s - told_s > 0.1 or (frames and self._status.state == STARTING):
                    told_s = now_s
                    state = WATCHING if frames else self._status.state
                    self._change(state=state, connected=connection.connected, counters=connection.counters())
            connection.stop()
        finally:
            connection.close()

    def _record(self, source: Source, url: str, view: SourceView) -> None:
        from devices.acquisition import record

        path, metadata = self._wanted or (Path(), None)
        summary, problem = None, ""

        def shown(frames: Sequence[Frame]) -> None:
            view.show(frames)
            if self._status.state != RECORDING and not self._enough.is_set():
                self._change(state=RECORDING, file=path.name, recording_s=0.0, n_marks=0)

        def told(progress: Progress) -> None:
            counters = {**progress.counters.as_dict(), **progress.link.as_dict()}
            self._change(connected=progress.connected, counters=counters, recording_s=progress.elapsed_s)

        try:
            summary = record(
                source.profile,
                url,
                path,
                stop=self._enough,
                metadata=metadata,
                on_frames=shown,
                on_progress=told,
                marks=self._marks,
                patience_s=PATIENCE_S,
            )
        except (RecordingError, DeviceSilentError, DeviceLostError) as error:
            problem = str(error)
        finally:
            self._wanted = None
        last = self._status.last
        if summary is not None:
            last = Recorded(last.number + 1 if last else 1, path.name, _told(summary))
        self._change(state=WATCHING, problem=problem, file="", recording_s=0.0, last=last, connected=True)

    def _change(self, **changes: Any) -> None:
        with self._changed:
            self._status = replace(self._status, **changes)
            self._changed.notify_all()

    def _wait(self, done: Callable[[Status], bool], what: str, seconds: float = ANSWER_S) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: done(self._status), seconds):
                raise DeviceError(f"{what} within {seconds:g} s.")


def _new_file(folder: Path, metadata: TrialMetadata) -> Path:
    """A name that says when and what, never who."""
    when = datetime.now().astimezone().strftime("%Y-%m-%d_%H%M%S")
    stem = f"{when}_{metadata.task.value.replace(' ', '-')}"
    names = (stem, *(f"{stem}_{number}" for number in range(2, 100)))
    return next(path for name in names if not (path := folder / f"{name}.mcap").exists())


def _told(summary: RecordingSummary) -> str:
    seconds, n = summary.duration_s, summary.n_frames
    ended = "" if summary.ended_by == "stopped" else f" It ended because {summary.ended_by}."
    notes = "".join(f" {note[:1].upper()}{note[1:]}" for note in summary.notes)
    lost = f" A slow disk lost {summary.dropped_bytes} bytes." if summary.dropped_bytes else ""
    return f"{seconds:.1f} s, {n} frames.{ended}{notes}{lost}"


def _silence(source: Source, n_bytes: int) -> str:
    if n_bytes:
        return (
            f"{n_bytes} bytes came from {source.name}, but not one frame that {source.profile.name} would send; "
            "is the right device chosen?"
        )
    return f"Nothing came from {source.name} in {SILENT_S:g} s; is it switched on, and is this its port?"
