"""The trials of one folder and what was found in them, by id: the browser never holds more than an id."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, TypeVarTuple

from dashboard.access import visitor
from dashboard.composing import Brought, Desks
from dashboard.jobs import Jobs
from dashboard.lab_trials import LAB_FOLDER, LabTrials, is_lab_id, laboratory_of
from dashboard.own_norms import site_norms, written_at
from dashboard.processes import ProcessDiedError, Workers
from dashboard.settings import Settings
from dashboard.trial_files import REPORTS, Listing, TrialEntry, TrialFiles, TrialSummary, trial_id
from dashboard.working import analyzed, analyzed_kept
from footload.analysis import Analysis
from footload.batch_pool import DIED
from footload.errors import FootloadError
from footload.foot.drawn_history import drawn_beside

if TYPE_CHECKING:
    from footload.decision.assessment import Assessment
    from footload.decision.inputs import ClinicalInputs
    from footload.decision.selection import Pooled

__all__ = ["REPORTS", "Assessed", "Listing", "TrialEntry", "TrialStore", "TrialSummary", "trial_id"]

Ts = TypeVarTuple("Ts")
R = TypeVar("R")

DATABASE: Final = "FOOTLOAD_DATABASE"
"""Environment variable with the URL of the laboratory's database, as the command line takes it."""


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
        self.jobs = Jobs()
        self._files = TrialFiles(self.folder, settings)
        self.workers = Workers(settings.n_processes, settings.n_workers)
        self.desks = Desks(settings.n_processes)
        self._lock = threading.Lock()
        self._analyses: OrderedDict[tuple[str, int, int, int, int], Future[Analysis]] = OrderedDict()
        self._entered: dict[str, ClinicalInputs] = {}
        self._listing: Listing | None = None
        self.lab = self._laboratory()

    def _laboratory(self) -> LabTrials | None:
        found = laboratory_of(self.folder)
        return None if found is None else LabTrials.opened(found, os.environ.get(DATABASE))

    def make_laboratory(self) -> None:
        """Make a laboratory beside the folder's recordings, where there is none.

        Raises
        ------
        LaboratoryError
            When it cannot be made; the message says why.
        """
        from footload.lab.laboratory import Laboratory

        with self._lock:
            if self.lab is None:
                Laboratory.create(self.folder / LAB_FOLDER, os.environ.get(DATABASE)).close()
                self.lab = self._laboratory()

    def listing(self) -> Listing:
        """List the folder's files and the laboratory's newest trials; files are opened while the time lasts.

        Returns
        -------
        Listing
            Files that cannot be read are in it with the reason.
        """
        if self._listing is not None:
            return self._listing
        files = self.files()
        if self.lab is None:
            return files
        kept = self.lab.listing(self.settings.most_files)
        return Listing((*files.entries, *kept.entries), files.n_left_out)

    def files(self) -> Listing:
        """List the folder's files alone.

        Returns
        -------
        Listing
            Files that cannot be read are in it with the reason.
        """
        return self._files.listing()

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
        if is_lab_id(trial_id):
            self.lab = self.lab or self._laboratory()  # at a desk: the server may have made it meanwhile
            if self.lab is not None:
                return self.lab.path(trial_id)
        return self._files.path(trial_id)

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
        key = (trial_id, status.st_mtime_ns, status.st_size, _edited_at(path), written_at(self._lab_folder))
        with self._lock:
            future = self._analyses.get(key)
            if future is None:
                future = self._analyses[key] = self._begun(trial_id, path)
            self._analyses.move_to_end(key)
            while len(self._analyses) > self.settings.most_analyses:
                self._analyses.popitem(last=False)
        try:
            return future.result()
        except FootloadError:
            raise  # a file that cannot be read stays so until it changes
        except Exception as error:
            with self._lock:
                self._analyses.pop(key, None)  # what the machine lacked it may have the next time
            if isinstance(error, BrokenExecutor):
                raise ProcessDiedError(DIED) from error
            raise

    def _begun(self, trial_id: str, path: Path) -> Future[Analysis]:
        if self.desks:
            return self.desks.analysis(trial_id, self._brought())
        if is_lab_id(trial_id):
            return self.workers.submit(analyzed_kept, path)
        return self.workers.submit(analyzed, path, self._lab_folder)

    @property
    def _lab_folder(self) -> Path | None:
        return None if self.lab is None else self.lab.lab.folder

    def beside(
        self,
        trial_id: str,
        work: Callable[[TrialStore, *Ts], R],
        *args: *Ts,
        listing: Listing | None = None,
    ) -> R:
        """Do something that takes the processor's time beside the server, where there are processes for it.

        Parameters
        ----------
        trial_id : str
            Which trial it is about, or the first of them.
        work : callable
            Importable by name; is given a store with the same trials, and what was entered beside them.
        *args
            Its other arguments.
        listing : Listing, optional
            What that store lists, where the work needs it.

        Returns
        -------
        object
            What it returns; what it raises is raised here.
        """
        if not self.desks:
            return work(self, *args)
        return self.desks.call(trial_id, self._brought(listing), work, *args)

    def _brought(self, listing: Listing | None = None) -> Brought:
        who = replace(visitor(), log=None)
        return Brought(self.folder, self.settings, dict(self._entered), listing, who)

    @contextmanager
    def lent(self, entered: Mapping[str, ClinicalInputs], listing: Listing | None) -> Iterator[None]:
        """Know what another store knows, for a while.

        Parameters
        ----------
        entered : mapping of str to ClinicalInputs
            What was entered by hand beside trials.
        listing : Listing, optional
            What is listed instead of what the folder holds.

        Yields
        ------
        None
        """
        before, self._entered, self._listing = self._entered, dict(entered), listing
        try:
            yield
        finally:
            self._entered, self._listing = before, None

    def about(self, trial_id: str) -> str:
        """Whose trial it is and in what, where that is at hand; nothing is read for it.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`.

        Returns
        -------
        str
            Participant and condition; empty where nobody is named.
        """
        trial = self.summary(trial_id)
        if trial is None or not trial.participant:
            return ""
        return " · ".join(filter(None, (trial.participant, trial.condition)))

    def summary(self, trial_id: str) -> TrialSummary | None:
        """What the list says of a trial that was analyzed before; nothing is read for it.

        Parameters
        ----------
        trial_id : str
            From a `TrialEntry`.

        Returns
        -------
        TrialSummary
            None where it is not at hand.
        """
        with self._lock:
            found = [future for key, future in self._analyses.items() if key[0] == trial_id and future.done()]
        usable = [future.result().trial for future in found if future.exception() is None]
        return TrialSummary.of(usable[-1]) if usable else None

    def warm(self) -> None:
        """Make ready, before somebody waits for it, what works beside the server."""
        if self.desks:
            self.desks.warm()
        self.workers.warm()

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
        norms = site_norms(self._lab_folder, analyses[0])
        told = assess(pooled.findings, self.entered(trial_id), norms, pads=pooled.pads, pseudonym=pooled.pseudonym)
        return Assessed(analyses, pooled, told)

    def close(self) -> None:
        """Stop the jobs, let the workers go, close the laboratory."""
        self.jobs.close()
        self.desks.close()
        self.workers.close()
        if self.lab is not None:
            self.lab.close()


def _edited_at(path: Path) -> int:
    """When the edits of a trial's feet were written, 0 where there are none. [ns]"""
    try:
        return drawn_beside(path).stat().st_mtime_ns
    except OSError:
        return 0
