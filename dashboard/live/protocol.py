"""Runs a protocol: instruction, countdown, as many repetitions as are wanted, the next condition.

    idle -> instruction -> countdown -> recording -> instruction of the next condition ... -> done

The feet are measured during the countdown, as soon as the person stands still. It is recorded already: the stance
against which the repetitions are told has to be in the file.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from dashboard.live.biofeedback import Band
from dashboard.live.standing_feet import NotStandingError
from devices.opening import TrialMetadata
from footload.errors import DeviceError, FootloadError
from footload.tasks.streaming_squats import FootSize
from footload.trials import Condition, Participant, Side, Task

if TYPE_CHECKING:
    from dashboard.live.session import LiveSession

IDLE: Final = "idle"
INSTRUCTION: Final = "instruction"
COUNTDOWN: Final = "countdown"
RUNNING: Final = "recording"
DONE: Final = "done"

STEP_S: Final = 0.05
"""How often a running protocol looks. [s]"""
AFTER_S: Final = 1.0
"""How long a recording goes on after the last repetition, so that the person is seen standing. [s]"""
SETTLE_S: Final = 10.0
"""After the countdown, how much longer somebody who does not stand still yet is waited for. [s]"""
LONGEST_S: Final = 600.0
"""A condition that takes longer is ended. [s]"""
MOST_CONDITIONS: Final = 8

LANDINGS: Final = frozenset({Task.DROP_LANDING, Task.DROP_VERTICAL_JUMP})
SQUATS: Final = frozenset({Task.SQUAT, Task.SINGLE_LEG_SQUAT})


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is done, how often, in which conditions.

    Parameters
    ----------
    task : Task
        Squats or landings.
    conditions : tuple of str
        One recording each, in order.
    n_repetitions : int
        That count, in each condition.
    countdown_s : float
        The person stands still meanwhile. [s]
    participant : str
        Pseudonym.
    side : Side, optional
        The foot of a single-leg task.
    band : Band, optional
        Where the medial shift is wanted.
    size : FootSize, optional
        Of the feet, which plates alone do not see.

    Raises
    ------
    ValueError
        When it cannot be run; the message says why.
    """

    task: Task
    conditions: tuple[str, ...] = ("",)
    n_repetitions: int = 5
    countdown_s: float = 3.0
    participant: str = ""
    side: Side | None = None
    band: Band | None = None
    size: FootSize | None = None

    def __post_init__(self) -> None:
        if self.task not in LANDINGS | SQUATS:
            raise ValueError(f"Repetitions of {self.task} cannot be counted live; choose a squat or a landing.")
        if not 1 <= len(self.conditions) <= MOST_CONDITIONS:
            raise ValueError(f"There are {len(self.conditions)} conditions, but 1 to {MOST_CONDITIONS} can be run.")
        if not 1 <= self.n_repetitions <= 50:
            raise ValueError(f"{self.n_repetitions} repetitions are wanted, but 1 to 50 can be counted.")
        if not 2 <= self.countdown_s <= 60:
            raise ValueError(f"The countdown is {self.countdown_s:g} s, but the feet are measured in it: 2 to 60 s.")

    @property
    def landing(self) -> bool:
        """Whether it is about landings."""
        return self.task in LANDINGS

    def instruction(self, number: int) -> str:
        """What to say before a condition.

        Parameters
        ----------
        number : int
            Of the condition, from 0.

        Returns
        -------
        str
            Sentences.
        """
        condition = self.conditions[number]
        which = f"Condition {number + 1} of {len(self.conditions)}" + (f": {condition}" if condition else "")
        feet = (
            f"the {self.side} foot on it"
            if self.task is Task.SINGLE_LEG_SQUAT and self.side
            else "both feet on the mat, or one on each plate"
        )
        return (
            f"{which}. Stand still with {feet}, facing the walking direction. After the countdown: "
            f"{self.n_repetitions} x {self.task}, and stand still for a moment after each."
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a protocol is.

    Parameters
    ----------
    state : str
        ``idle``, ``instruction``, ``countdown``, ``recording`` or ``done``.
    condition : int
        From 0.
    left_s : float
        Of the countdown. [s]
    problem : str
        Why a condition did not begin or did not end well.
    """

    state: str = IDLE
    condition: int = 0
    left_s: float = 0.0
    problem: str = ""


class ProtocolRunner:
    """Runs one protocol at a time on a session's device.

    Parameters
    ----------
    session : LiveSession
        Which records.

    Attributes
    ----------
    files : tuple of str
        What the newest protocol recorded, without conditions that have to be run again.
    """

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._protocol: Protocol | None = None
        self._progress = Progress()
        self.files: tuple[str, ...] = ()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._ordering = threading.Lock()

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return self._progress

    def start(self, protocol: Protocol) -> None:
        """Show the instruction of the first condition.

        Parameters
        ----------
        protocol : Protocol
            What is done.

        Raises
        ------
        DeviceError
            When another protocol is being run.
        """
        with self._ordering:
            if self._progress.state in {COUNTDOWN, RUNNING}:
                raise DeviceError("A protocol is being run; end it first.")
            self._protocol, self._progress, self.files = protocol, Progress(INSTRUCTION), ()

    def go(self) -> None:
        """Begin the countdown of the condition whose instruction is shown; the rest goes by itself.

        Raises
        ------
        DeviceError
            When no instruction is shown, or no device is being watched.
        """
        with self._ordering:
            if self._protocol is None or self._progress.state != INSTRUCTION:
                raise DeviceError("Start a protocol first; its countdown begins after the instruction.")
            if self._session.status.state != "watching":
                raise DeviceError(f"The device is {self._session.status.state}; it has to be watched and not recorded.")
            self._ended.clear()
            self._progress = replace(self._progress, state=COUNTDOWN, left_s=self._protocol.countdown_s, problem="")
            self._thread = threading.Thread(
                target=self._run, args=(self._protocol,), name="footload-protocol", daemon=True
            )
            self._thread.start()

    def end(self) -> None:
        """End the protocol; a recording is ended in order. Harmless when none is run."""
        self._ended.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(30)
        self._protocol, self._progress = None, Progress()

    def as_dict(self) -> dict[str, Any]:
        """The state as plain values, for the pages.

        Returns
        -------
        dict
            Fit for JSON.
        """
        now, protocol = self._progress, self._protocol
        if protocol is None:
            return {"state": IDLE, "text": "", "problem": ""}
        followed = self._session.biofeedback
        n = followed.n_counted if followed and now.state == RUNNING else 0
        worn = protocol.conditions[now.condition]
        counted = f"{n} of {protocol.n_repetitions}"
        texts = {
            INSTRUCTION: protocol.instruction(now.condition) if now.state == INSTRUCTION else "",
            COUNTDOWN: f"Stand still: {now.left_s:.0f}",
            RUNNING: f"{worn}: {counted}" if worn else counted,
            DONE: "All conditions are recorded.",
        }
        return {
            "state": now.state,
            "text": texts[now.state],
            "participant": protocol.participant,
            "condition": worn,
            "n": n,
            "of": protocol.n_repetitions,
            "problem": now.problem,
        }

    def _run(self, protocol: Protocol) -> None:
        number = self._progress.condition
        try:
            file = self._session.record(self._about(protocol, number))
            self.files += (file,)
            try:
                self._count_down(protocol)
                why = self._count_repetitions(protocol)
            except FootloadError as error:
                # Told of before it ends: what is shown at its end offers what belongs together.
                self.files = tuple(each for each in self.files if each != file)
                self._session.stop(str(error))
                raise
            self._session.stop(why)
        except FootloadError as error:
            self._progress = Progress(INSTRUCTION, number, problem=str(error))
            return
        if not self._ended.is_set():
            last = number + 1 == len(protocol.conditions)
            self._progress = Progress(DONE, number) if last else Progress(INSTRUCTION, number + 1)

    @staticmethod
    def _about(protocol: Protocol, number: int) -> TrialMetadata:
        return TrialMetadata(
            task=protocol.task,
            condition=Condition(name=protocol.conditions[number]),
            participant=Participant(id=protocol.participant),
            side=protocol.side,
        )

    def _count_down(self, protocol: Protocol) -> None:
        """Measure the feet while the seconds go down, until somebody ends it."""
        until_s = time.monotonic() + protocol.countdown_s
        problem: list[FootloadError] = []
        measuring = threading.Thread(
            target=self._measure, args=(protocol, until_s + SETTLE_S, problem), name="footload-feet", daemon=True
        )
        measuring.start()
        while (left_s := until_s - time.monotonic()) > 0 or measuring.is_alive():
            self._progress = replace(self._progress, left_s=max(left_s, 0.0))
            if self._ended.wait(STEP_S):
                return
            if problem:
                break
        measuring.join()
        if problem:
            raise problem[0]

    def _measure(self, protocol: Protocol, until_s: float, problem: list[FootloadError]) -> None:
        """Measure the feet as soon as the person stands still; people still settle when the countdown begins."""
        while not self._ended.is_set():
            try:
                self._session.follow(
                    landing=protocol.landing, band=protocol.band, side=protocol.side, size=protocol.size
                )
            except NotStandingError as error:
                if time.monotonic() > until_s:
                    problem.append(error)
                    return
            except FootloadError as error:
                problem.append(error)
                return
            else:
                return

    def _count_repetitions(self, protocol: Protocol) -> str:
        """Wait until there are enough repetitions, or somebody ends it; why the recording is over."""
        self._progress = replace(self._progress, state=RUNNING, left_s=0.0)
        until_s = time.monotonic() + LONGEST_S
        while not self._ended.wait(STEP_S):
            followed = self._session.biofeedback
            if self._session.status.state != "recording" or followed is None:
                raise DeviceError("The recording ended before all repetitions were done; run this condition again.")
            if followed.n_counted >= protocol.n_repetitions:
                self._ended.wait(AFTER_S)
                break
            if time.monotonic() > until_s:
                return f"{followed.n_counted} of {protocol.n_repetitions} repetitions within {LONGEST_S:g} s"
        return "stopped"
