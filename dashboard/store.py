"""The trials of one folder and what was found in them, by id: the browser never holds more than an id."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.settings import Settings
from footload.analysis import Analysis
from footload.errors import FootloadError, UnknownFormatError, UnreadableTrialError
from footload.foot.drawn_history import ENDING as DRAWN
from footload.foot.drawn_history import drawn_beside, read_history
from footload.parameters import DEFAULTS
from footload.trials import Trial

REPORTS = "reports"
"""Where signed reports are kept, inside the folder of the trials; none of them is a trial."""

if TYPE_CHECKING:
    from footload.decision.assessment import Assessment
    from footload.decision.inputs import ClinicalInputs
    from footload.decision.selection import Pooled


@dataclass(frozen=True, slots=True)
class TrialEntry:
    """One file of the folder, as the list shows it.

    Parameters
    ----------
    id : str
        Stable hash of the path inside the folder.
    name : str
        Path inside the folder.
    n_bytes : int
        Size of the file.
    modified_s : float
        When it was last written, seconds since 1970. [s]
    trial : TrialSummary, optional
        What it holds; None while nobody opened it, and when it cannot be read.
    error : str
        Why it cannot be read, as a sentence; empty when it can, or was not opened yet.
    recognised : bool
        False when no reader knows this kind of file.
    """

    id: str
    name: str
    n_bytes: int
    modified_s: float
    trial: TrialSummary | None = None
    error: str = ""
    recognised: bool = True


@dataclass(frozen=True, slots=True)
class TrialSummary:
    """What a list says about a trial without keeping its frames.

    Parameters
    ----------
    name, task, condition, participant, contents : str
        In words; empty where not known.
    duration_s : float
        From the first to the last frame. [s]
    """

    name: str
    task: str
    condition: str
    participant: str
    contents: str
    duration_s: float

    @classmethod
    def of(cls, trial: Trial) -> TrialSummary:
        """Sum up a trial.

        Parameters
        ----------
        trial : Trial
            As it was read.

        Returns
        -------
        TrialSummary
            Words and one number.
        """
        return cls(
            trial.name,
            trial.task.value,
            trial.condition.name,
            trial.participant.id,
            trial.contents,
            trial.duration_s,
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of the folder.

    Parameters
    ----------
    entries : tuple of TrialEntry
        Newest first.
    n_left_out : int
        Files beyond the most that are listed.
    """

    entries: tuple[TrialEntry, ...]
    n_left_out: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Assessed:
    """What is said of one person, and what it was made from.

    Parameters
    ----------
    analyses : tuple of Analysis
        The trials.
    pooled : Pooled
        Their findings together.
    assessment : Assessment
        What may be said.
    """

    analyses: tuple[Analysis, ...]
    pooled: Pooled
    assessment: Assessment


class TrialStore:
    """Reads and analyzes the trials of a folder when they are asked for, and keeps the last few.

    Parameters
    ----------
    folder : Path
        Where the trials are; nothing outside of it is ever read.
    settings : Settings
        How many are listed and kept.

    Raises
    ------
    NotADirectoryError
        When there is no such folder.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = Path(folder).resolve()
        if not self.folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder; name the folder that holds the recordings.")
        self.settings = settings
        self._workers = ThreadPoolExecutor(settings.n_workers, thread_name_prefix="footload-analysis")
        self._lock = threading.Lock()
        self._paths: dict[str, Path] = {}
        self._seen: OrderedDict[tuple[str, int, int], TrialEntry] = OrderedDict()
        self._analyses: OrderedDict[tuple[str, int, int, int], Future[Analysis]] = OrderedDict()
        self._entered: dict[str, ClinicalInputs] = {}

    def listing(self) -> Listing:
        """List the folder's files; those that were never opened are opened while the time lasts.

        Returns
        -------
        Listing
            Files that cannot be read are in it with the reason.
        """
        files = self._scan()
        until = time.monotonic() + self.settings.listing_s
        newest = sorted(files, key=lambda found: (-found.modified_s, found.name))
        shown = newest[: self.settings.most_files]
        return Listing(tuple(self._opened(entry, until) for entry in shown), len(newest) - len(shown))

    def path(self, trial_id: str) -> Path:
        """The file behind an id.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`; anything else is simply not known.

        Returns
        -------
        Path
            Inside the folder.

        Raises
        ------
        KeyError
            When there is no such trial.
        """
        if trial_id not in self._paths:
            self._scan()
        path = self._paths.get(trial_id)
        if path is None or not path.is_file():
            raise KeyError("There is no such trial in this folder; it may have been moved. Go back to the list.")
        return path

    def analysis(self, trial_id: str) -> Analysis:
        """Everything that was found in one trial; worked out once, whoever asks.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`.

        Returns
        -------
        Analysis
            Kept until others push it out, or the file changes.

        Raises
        ------
        KeyError
            When there is no such trial.
        FootloadError
            When the file cannot be read or analyzed; the message says why.
        """
        path = self.path(trial_id)
        status = path.stat()
        key = (trial_id, status.st_mtime_ns, status.st_size, _edited_at(path))
        with self._lock:
            future = self._analyses.get(key)
            if future is None:
                future = self._analyses[key] = self._workers.submit(_analyzed, path)
            self._analyses.move_to_end(key)
            while len(self._analyses) > self.settings.most_analyses:
                self._analyses.popitem(last=False)
        return future.result()

    def entered(self, trial_id: str) -> ClinicalInputs:
        """What was entered by hand beside a trial since the start, with age and sex from the trial.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`.

        Returns
        -------
        ClinicalInputs
            Empty where nobody entered anything; kept in memory only.
        """
        from footload.decision.inputs import ClinicalInputs
        from footload.decision.selection import with_participant

        known = self._entered.get(trial_id, ClinicalInputs())
        return with_participant(known, [self.analysis(trial_id)])

    def enter(self, trial_id: str, inputs: ClinicalInputs) -> None:
        """Keep what was entered by hand, for every page about the trial.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`.
        inputs : ClinicalInputs
            Instead of what was kept before.

        Raises
        ------
        KeyError
            When there is no such trial.
        """
        self.path(trial_id)
        self._entered[trial_id] = inputs

    def assessment(self, trial_id: str, more: Sequence[str] = ()) -> Assessed:
        """What may be said about the knee, and what may be considered.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`; what was entered beside it counts.
        more : sequence of str
            Further trials of the same person in the same condition.

        Returns
        -------
        Assessed
            From the findings of all of them.

        Raises
        ------
        KeyError
            When there is no such trial.
        FootloadError
            When a file cannot be read or analyzed; the message says why.
        ValueError
            When the trials are not of one person in one condition.
        """
        from footload.decision.assess import assess
        from footload.decision.selection import in_condition, pool

        analyses = in_condition([self.analysis(each) for each in (trial_id, *more)])
        pooled = pool(analyses)
        told = assess(pooled.findings, self.entered(trial_id), pads=pooled.pads, pseudonym=pooled.pseudonym)
        return Assessed(analyses, pooled, told)

    def close(self) -> None:
        """Let the workers go."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _scan(self) -> list[TrialEntry]:
        found: list[TrialEntry] = []
        paths: dict[str, Path] = {}
        for folder, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name != REPORTS)
            for name in sorted(names):
                path = Path(folder) / name
                if name.startswith(".") or name.endswith(DRAWN) or not self._inside(path):
                    continue
                entry = self._entry(path)
                if entry is not None:
                    paths[entry.id] = path
                    found.append(entry)
        self._paths = paths
        return found

    def _inside(self, path: Path) -> bool:
        # A link may lead anywhere; only what really lies in the folder is the folder's.
        return path.is_file() and path.resolve().is_relative_to(self.folder)

    def _entry(self, path: Path) -> TrialEntry | None:
        try:
            status = path.stat()
        except OSError:
            return None
        name = path.relative_to(self.folder).as_posix()
        return TrialEntry(trial_id(name), name, status.st_size, status.st_mtime)

    def _opened(self, entry: TrialEntry, until: float) -> TrialEntry:
        key = (entry.id, int(entry.modified_s * 1e9), entry.n_bytes)
        with self._lock:
            known = self._seen.get(key)
        if known is not None or time.monotonic() > until:
            return known or entry
        known = _looked_at(entry, self._paths.get(entry.id))
        with self._lock:
            self._seen[key] = known
            while len(self._seen) > 2 * self.settings.most_files:
                self._seen.popitem(last=False)
        return known


def trial_id(name: str) -> str:
    """Stable id of a path inside the folder.

    Parameters
    ----------
    name : str
        With forward slashes.

    Returns
    -------
    str
        16 hexadecimal digits that say nothing about the path.
    """
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _looked_at(entry: TrialEntry, path: Path | None) -> TrialEntry:
    from footload.readers import read

    if path is None:
        return entry
    try:
        return replace(entry, trial=TrialSummary.of(read(path)))
    except UnknownFormatError as error:
        return replace(entry, error=str(error), recognised=False)
    except FootloadError as error:
        return replace(entry, error=str(error))


def _edited_at(path: Path) -> int:
    """When the edits of a trial's feet were written, 0 where there are none. [ns]"""
    try:
        return drawn_beside(path).stat().st_mtime_ns
    except OSError:
        return 0


def _analyzed(path: Path) -> Analysis:
    from footload.analysis import analyze
    from footload.readers import read

    drawn = read_history(drawn_beside(path)).drawn
    try:
        return analyze(read(path), DEFAULTS, drawn)
    except ValueError as error:
        if not drawn.feet:
            raise
        raise UnreadableTrialError(drawn_beside(path), str(error)) from error
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
