"""Work that takes longer than a page should wait: begun by one click, watched by every tab, stopped by another click.

Jobs run one after the other, and what they calculate is done by processes, so that neither pages nor the live view
feel them.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from footload.errors import FootloadError

MOST_KEPT: Final = 8
"""Finished jobs that stay in the list, with their files."""

MOST_BEGUN: Final = 20
"""Jobs that run or wait; they go one after the other, and each holds what it was asked for."""

MOST_FAILURES: Final = 50

_log = logging.getLogger(__name__)


class State(StrEnum):
    """How it is going with a job."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELED = "canceled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self not in {State.WAITING, State.RUNNING}


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work, as it stands.

    Parameters
    ----------
    id : str
        Says nothing.
    title : str
        What is done.
    state : State
        How it is going.
    n_done, n_all : int
        Trials or files; `n_all` is 0 while they are being counted.
    text : str
        What came of it, as a sentence.
    failures : tuple of (str, str)
        Name and reason of what could not be done; the first of them.
    n_failed : int
        How many could not be done.
    files : mapping of str to Path
        What may be downloaded, by name.
    adds_trials : bool
        Whether lists of trials are another one afterwards.
    """

    id: str
    title: str
    state: State = State.WAITING
    n_done: int = 0
    n_all: int = 0
    text: str = ""
    failures: tuple[tuple[str, str], ...] = ()
    n_failed: int = 0
    files: Mapping[str, Path] = field(default_factory=dict[str, Path])
    adds_trials: bool = False


class CanceledError(Exception):
    """Somebody canceled the job; nothing is told but that."""


class TooManyJobsError(FootloadError):
    """So many jobs wait that no other one is taken."""


class Task:
    """What a job's work is given: a folder, a way to say how far it is, and whether to go on.

    Parameters
    ----------
    folder : Path
        Empty; what is written there can be downloaded and goes when the job is forgotten.
    changed : callable
        Is called with the fields of `Job` that change.
    """

    def __init__(self, folder: Path, changed: Callable[..., None]) -> None:
        self.folder = folder
        self._changed = changed
        self._stop = threading.Event()
        self._failures: list[tuple[str, str]] = []

    def go_on(self, n_done: int, n_all: int) -> None:
        """Say how far it is.

        Parameters
        ----------
        n_done, n_all : int
            Trials or files.

        Raises
        ------
        CanceledError
            When somebody canceled the job.
        """
        if self._stop.is_set():
            raise CanceledError
        self._changed(n_done=n_done, n_all=n_all)

    def failed(self, name: str, reason: str) -> None:
        """Say what could not be done; the rest goes on.

        Parameters
        ----------
        name : str
            Of a trial or file.
        reason : str
            As a sentence.
        """
        self._failures.append((name, reason))
        self._changed(failures=tuple(self._failures[:MOST_FAILURES]), n_failed=len(self._failures))

    def stop(self) -> None:
        """Let the work end at its next step."""
        self._stop.set()


Work = Callable[[Task], str]
"""Does a job; returns what came of it, as a sentence. Files it left in its folder can be downloaded."""


class Jobs:
    """The jobs of this server, the newest first; one runs at a time."""

    def __init__(self) -> None:
        self._one = ThreadPoolExecutor(1, thread_name_prefix="footload-jobs")
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._tasks: dict[str, Task] = {}
        self._futures: dict[str, Future[None]] = {}
        self._same: dict[Hashable, str] = {}
        self._over: list[str] = []  # as they ended: one that took long is not the first to be forgotten
        self._room: Path | None = None
        self._version = 0

    @property
    def version(self) -> int:
        """Rises with every change of any job."""
        return self._version

    def begin(
        self,
        title: str,
        work: Work,
        *,
        adds_trials: bool = False,
        afterwards: Callable[[], object] | None = None,
        same: Hashable = None,
    ) -> str:
        """Put a job into the line, once.

        Parameters
        ----------
        title : str
            What is done, for people.
        work : callable
            Does it.
        adds_trials : bool
            Whether lists of trials are another one afterwards.
        afterwards : callable, optional
            Tidies up, whatever became of the job, also when it never ran; not called where none was begun.
        same : hashable, optional
            What makes two jobs the same one: while the first runs or waits, the second is not begun, as after a double
            click.

        Returns
        -------
        str
            The job's id, or that of the same one which has not ended.

        Raises
        ------
        TooManyJobsError
            When so many wait already; the message says what to do.
        """
        name = secrets.token_hex(8)
        with self._lock:
            begun = [each for each, job in self._jobs.items() if not job.state.is_over]
            if same is not None and self._same.get(same) in begun:
                return self._same[same]
            if len(begun) >= MOST_BEGUN:
                raise TooManyJobsError(
                    f"{len(begun)} jobs run or wait already, and no more are taken at once. Cancel one, or wait until "
                    "one is done, and begin this one again."
                )
            task = self._entered(name, Job(name, title, adds_trials=adds_trials))
            self._same = {each: job for each, job in self._same.items() if job in begun}
            if same is not None:
                self._same[same] = name
        tidy = cache(afterwards or (lambda: None))  # once, whichever end comes first

        def tidied(task: Task) -> str:
            try:
                return work(task)
            finally:
                tidy()

        future = self._one.submit(self._run, name, tidied, task)
        with self._lock:
            if name in self._jobs:
                self._futures[name] = future
        future.add_done_callback(lambda _: tidy())
        return name

    def _entered(self, name: str, job: Job) -> Task:
        if self._room is None:
            self._room = Path(tempfile.mkdtemp(prefix="footload-jobs-"))  # for this user alone
        folder = self._room / name
        folder.mkdir()
        task = Task(folder, lambda **fields: self._change(name, **fields))
        self._jobs[name], self._tasks[name] = job, task
        self._version += 1
        return task

    def all(self) -> tuple[Job, ...]:
        """Every job that is remembered.

        Returns
        -------
        tuple of Job
            The newest first.
        """
        with self._lock:
            return tuple(reversed(self._jobs.values()))

    def get(self, job_id: str) -> Job:
        """One job.

        Parameters
        ----------
        job_id : str
            From `begin`.

        Returns
        -------
        Job
            As it stands.

        Raises
        ------
        KeyError
            When it is not remembered.
        """
        with self._lock:
            if job_id not in self._jobs:
                raise KeyError("This job is not remembered any more; begin it again.")
            return self._jobs[job_id]

    def cancel(self, job_id: str) -> None:
        """Let a job end at its next step; what is over stays as it is.

        Parameters
        ----------
        job_id : str
            From `begin`; one that is forgotten is over.
        """
        with self._lock:
            task, job = self._tasks.get(job_id), self._jobs.get(job_id)
        if task is None or job is None:
            return
        task.stop()
        if job.state is State.WAITING:
            self._change(job_id, state=State.CANCELED, text="Canceled before it began.")
            with self._lock:
                future = self._futures.get(job_id)
            if future is not None:
                future.cancel()  # what it would tidy up is tidied up now, not when its turn had come
            self._forget_old()

    def close(self) -> None:
        """Stop what runs, drop what waits, and remove what could be downloaded."""
        with self._lock:
            tasks = list(self._tasks.values())
        for task in tasks:
            task.stop()
        self._one.shutdown(wait=True, cancel_futures=True)
        if self._room is not None:
            shutil.rmtree(self._room, ignore_errors=True)

    def _run(self, name: str, work: Work, task: Task) -> None:
        with self._lock:
            job = self._jobs.get(name)
        if job is None or job.state.is_over:
            return
        self._change(name, state=State.RUNNING)
        try:
            text = work(task)
        except CanceledError:
            shutil.rmtree(task.folder, ignore_errors=True)
            self._change(name, state=State.CANCELED, text="Canceled; what was done until then is not kept as a table.")
        except (FootloadError, OSError, ValueError) as error:
            self._change(name, state=State.FAILED, text=str(error))
        except Exception as error:
            _log.exception("A job failed.")
            self._change(name, state=State.FAILED, text=f"{type(error).__name__}: {error}. The log says more.")
        else:
            files = {path.name: path for path in sorted(task.folder.iterdir()) if path.is_file()}
            self._change(name, state=State.DONE, text=text, files=files)
        self._forget_old()

    def _change(self, name: str, **fields: object) -> None:
        with self._lock:
            if name in self._jobs:
                before = self._jobs[name]
                self._jobs[name] = replace(before, **fields)  # type: ignore[arg-type]
                if self._jobs[name].state.is_over and not before.state.is_over:
                    self._over.append(name)
                self._version += 1

    def _forget_old(self) -> None:
        with self._lock:
            gone, self._over = self._over[:-MOST_KEPT], self._over[-MOST_KEPT:]
            for name in gone:
                del self._jobs[name]
            tasks = [self._tasks.pop(name) for name in gone]
            for name in gone:
                self._futures.pop(name, None)
        for task in tasks:
            shutil.rmtree(task.folder, ignore_errors=True)
