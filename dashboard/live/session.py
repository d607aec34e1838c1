"""A mat, plates, or both: connected, watched, recorded into one file of the folder, let go.

    off -> starting -> watching <-> recording -> off          failed: with the reason, until the next try

The devices are read and recorded by processes of their own (`devices.capture`), so that no page can make them late. A
thread here takes the newest frames out of shared memory and shows them.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.live.absences import Absences
from dashboard.live.biofeedback import Band, Biofeedback
from dashboard.live.protocol import ProtocolRunner
from dashboard.live.recordings import new_file, told_of
from dashboard.live.standing_feet import StandingFeet
from dashboard.live.status import FAILED, OFF, RECORDING, STARTING, WATCHING, Recorded, Status
from dashboard.live.stream import LiveStream
from dashboard.live.warming import warming
from dashboard.live.watching import Watched, pause_s, view_of
from devices.opening import TrialMetadata
from footload.errors import DeviceError, FootloadError, RecordingError
from footload.recordings import Side
from footload.tasks.streaming_squats import FootSize

if TYPE_CHECKING:
    from dashboard.live.sources import Source
    from devices.capture import Capture

ANSWER_S = 10.0
"""How long a page waits for the device to do what it was told."""
START_S = 40.0
"""How long a device may take to start; its processes alone take a second, and many on a busy machine."""
MOST_DEVICES = 4
SWITCH_S = 0.001
"""While something is live, threads that work hand over after so long; usual are 5 ms, a third of a picture. [s]"""
TELL_S = 0.1
STOPPED = "stopped"
"""Why a recording ended that somebody ended."""
TROUBLE_S = 1.0
PATIENCE_S = 60.0
"""How long a device that went away is waited for. [s]"""


class LiveSession:
    """The devices of this dashboard.

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
        # Orders go one after the other: pages come from many threads.
        self._ordering = threading.Lock()
        self._capture: Capture | None = None
        self._begun_s = 0.0
        self._about = TrialMetadata()
        self._absences = Absences()
        self._watched: list[Watched] = []
        self.runner = ProtocolRunner(self)

    @property
    def status(self) -> Status:
        """How it is going now."""
        return self._status

    def connect(self, *sources: Source) -> None:
        """Connect devices and watch them; comes back when all of them measure.

        Parameters
        ----------
        *sources : Source
            What to connect; their order is that of the recordings in a file.

        Raises
        ------
        DeviceError
            When something is connected already, or one of them does not answer; the message says why.
        """
        if not 1 <= len(sources) <= MOST_DEVICES:
            raise DeviceError(f"{len(sources)} devices were chosen, but 1 to {MOST_DEVICES} can be connected at once.")
        if len({source.key for source in sources}) < len(sources):
            raise DeviceError("The same device was chosen twice; choose another one, or none.")
        with self._changed:
            if self._status.state not in {OFF, FAILED}:
                raise DeviceError(f"{self._status.device} is connected already; disconnect it first.")
            self._leave.clear()
            self._status = Status(STARTING, " and ".join(each.name for each in sources), last=self._status.last)
            self._thread = threading.Thread(target=self._run, args=(sources,), name="footload-live", daemon=True)
            self._thread.start()
        self._wait(lambda now: now.state != STARTING, "The device did not start", START_S)
        if self._status.state == FAILED:
            raise DeviceError(self._status.problem)

    def disconnect(self) -> None:
        """End a recording in order, let the device go and wait until that is done; harmless without a device."""
        self.runner.end()
        self._leave.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(START_S)

    def record(self, metadata: TrialMetadata) -> str:
        """Begin a recording; what comes from now on is in it.

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
        with self._ordering:
            if self._capture is None or self._status.state != WATCHING:
                state = self._status.state
                raise RecordingError(f"The device is {state}; only one that is being watched can be recorded.")
            path = new_file(self.folder, metadata)
            self._capture.begin(path, metadata)
            self._begun_s, self._about = time.monotonic(), metadata
            self._change(state=RECORDING, file=path.name, recording_s=0.0, n_marks=0, problem="", interrupted="")
            return path.name

    def stop(self, ended_by: str = STOPPED) -> Recorded | None:
        """End the recording; comes back when its file is finished.

        Parameters
        ----------
        ended_by : str
            Why, as it is written into the file.

        Returns
        -------
        Recorded
            What was recorded; None when nothing was being recorded.

        Raises
        ------
        RecordingError
            When the disk failed; what was written before stays readable.
        """
        with self._ordering:
            if self._capture is None or self._status.state != RECORDING:
                return None
            try:
                summary = self._capture.end(ended_by)
            except RecordingError:
                self._change(state=WATCHING, file="", recording_s=0.0)
                raise
            number = self._status.last.number + 1 if self._status.last else 1
            about = (self._about.participant.id, self._about.condition.name)
            why = "" if ended_by == STOPPED else ended_by
            last = Recorded(number, summary.path.name, told_of(summary, why), *about, why)
            self._change(state=WATCHING, file="", recording_s=0.0, last=last)
            return last

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
        with self._ordering:
            if self._capture is None or self._status.state != RECORDING:
                raise RecordingError("Nothing is being recorded, so there is nothing to be marked.")
            self._capture.mark(text or f"mark {self._status.n_marks + 1}")
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
        watched = self._watched
        if not watched or not self._status.is_live:
            raise DeviceError("No device is connected, so there is nothing to be zeroed.")
        for each in watched:
            each.view.begin_zero()
        self._wait(lambda _: all(each.view.zeroed for each in watched), "The device sent nothing to be zeroed")
        zeroed = " ".join(
            f"{each.name}: {each.view.zeroed}" if len(watched) > 1 else each.view.zeroed for each in watched
        )
        self._change(zeroed=zeroed)
        return zeroed

    def follow(
        self,
        *,
        landing: bool = False,
        band: Band | None = None,
        side: Side | None = None,
        size: FootSize | None = None,
    ) -> StandingFeet:
        """Measure the feet of whoever stands still now, and follow them from then on; a mat before plates.

        Parameters
        ----------
        landing : bool
            Landings instead of squats.
        band : Band, optional
            Where the medial shift is wanted.
        side : Side, optional
            The foot, where somebody stands on one.
        size : FootSize, optional
            Of the feet, which plates alone do not see.

        Returns
        -------
        StandingFeet
            What was measured.

        Raises
        ------
        DeviceError
            When nothing is connected, or the feet cannot be told; the message says what to do.
        """
        watched = self._watched
        if not watched or not self._status.is_live:
            raise DeviceError("No device is connected, so there are no feet to be measured.")
        view = watched[_with_feet(watched)].view
        if landing and not view.calibrated:
            raise DeviceError("Landings are told from forces in N, but this device is not calibrated.")
        view.begin_stance()
        self._wait(lambda _: view.stood, "The device sent nothing in which feet could be seen")
        feet = view.feet(side, size)
        view.follow(Biofeedback(feet, landing=landing, band=band))
        return feet

    @property
    def biofeedback(self) -> Biofeedback | None:
        """What follows the feet; None before they were measured."""
        watched = self._watched
        return watched[_with_feet(watched)].view.biofeedback if watched else None

    def as_dict(self) -> dict[str, Any]:
        """The state as plain values, for the pages.

        Returns
        -------
        dict
            Fit for JSON.
        """
        now = self._status
        watched, followed = self._watched, self.biofeedback
        told = {"device": _with_feet(watched), **followed.as_dict()} if watched and followed else None
        return {name: getattr(now, name) for name in Status.__slots__ if name not in {"last", "devices"}} | {
            "devices": [asdict(each) for each in now.devices],
            "last": None if now.last is None else now.last.number,
            "biofeedback": told,
            "protocol": self.runner.as_dict(),
        }

    def _run(self, sources: tuple[Source, ...]) -> None:
        from devices.capture import Capture, Wanted

        problem, usual_s = "", sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        try:
            with ExitStack() as held:
                # Views first: a device whose channels mean nothing is refused before anything is started.
                warming()
                views = [view_of(each.profile, self.stream, k) for k, each in enumerate(sources)]
                wanted = [Wanted(each.profile, held.enter_context(each.opened())) for each in sources]
                capture = held.enter_context(Capture(wanted, patience_s=PATIENCE_S))
                names = [each.name for each in sources]
                self.stream.begin(*(view.layout(name) for view, name in zip(views, names, strict=True)))
                origin_s = time.monotonic()
                for view in views:
                    view.begin(origin_s)
                self._absences = Absences()
                self._watched = [Watched(*each) for each in zip(names, capture.devices, views, strict=True)]
                self._capture = capture
                try:
                    problem = self._show(capture, self._watched)
                finally:
                    problem = self._end(problem) or problem
                    with self._ordering:
                        self._capture = None
        except FootloadError as error:
            problem = str(error)
        except Exception as error:  # a device's thread ends with a sentence, whatever happened
            problem = f"{type(error).__name__}: {error}"
            raise
        finally:
            sys.setswitchinterval(usual_s)
            self._watched = []
            self._change(state=FAILED if problem else OFF, problem=problem, file="", connected=True, devices=())

    def _show(self, capture: Capture, watched: list[Watched]) -> str:
        """Show what comes until somebody has enough, or a device fails; then why."""
        from devices.processes import State

        told_s, asked_s = 0.0, time.monotonic()
        while not self._leave.is_set():
            time.sleep(pause_s(watched))
            for each in watched:
                each.look()
            now_s = time.monotonic()
            if now_s - told_s < TELL_S:
                continue
            told_s = now_s
            self._tell(watched, now_s)
            for each in watched:
                if each.device.state in {State.STOPPED, State.FAILED}:
                    return each.device.failure or f"{each.name} stopped."
            if self._status.state == RECORDING and now_s - asked_s > TROUBLE_S:
                asked_s = now_s
                self._end_in_trouble(capture)
        return ""

    def _tell(self, watched: list[Watched], now_s: float) -> None:
        devices = tuple(each.health() for each in watched)
        with self._changed:
            state = WATCHING if self._status.state == STARTING else self._status.state
            recording_s = now_s - self._begun_s if state == RECORDING else 0.0
            connected = all(each.connected for each in devices)
            since_s = self._begun_s if state == RECORDING else None
            interrupted = self._absences.told(devices, now_s, since_s) or self._status.interrupted
            self._change(
                state=state, connected=connected, devices=devices, recording_s=recording_s, interrupted=interrupted
            )

    def _end_in_trouble(self, capture: Capture) -> None:
        with self._ordering:
            trouble = capture.trouble() if self._status.state == RECORDING else ""
        if trouble:
            self.stop(trouble)

    def _end(self, problem: str) -> str:
        """End what is being recorded when the device is let go or lost; what went wrong with that."""
        try:
            self.stop(problem.rstrip(".") or STOPPED)
        except RecordingError as error:
            return str(error)
        return ""

    def _change(self, **changes: Any) -> None:
        with self._changed:
            self._status = replace(self._status, **changes)
            self._changed.notify_all()

    def _wait(self, done: Callable[[Status], bool], what: str, seconds: float = ANSWER_S) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: done(self._status), seconds):
                raise DeviceError(f"{what} within {seconds:g} s.")


def _with_feet(watched: list[Watched]) -> int:
    """Which device tells the feet: the first mat, which sees them, else the first plates."""
    return next((k for k, each in enumerate(watched) if each.device.profile.cells is not None), 0)
