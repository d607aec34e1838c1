"""The files of one folder, by id: what each holds, or why it cannot be read."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dashboard.settings import Settings
from footload.errors import FootloadError, UnknownFormatError
from footload.foot.drawn_history import ENDING as DRAWN
from footload.trials import Trial

REPORTS: Final = "reports"
"""Where signed reports are kept, inside the folder of the trials; none of them is a trial."""

LAB_MARK: Final = "laboratory.json"
"""What a laboratory's folder is known by; its own module takes long to load."""

LAB_FILES: Final = (LAB_MARK, "lab.db", "lab.db-wal", "lab.db-shm")

NO_SUCH_TRIAL: Final = "There is no such trial in this folder; it may have been moved. Go back to the list."


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
    in_lab : bool
        Whether it is a trial of the laboratory, not a file of the folder.
    """

    id: str
    name: str
    n_bytes: int
    modified_s: float
    trial: TrialSummary | None = None
    error: str = ""
    recognised: bool = True
    in_lab: bool = False


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


class TrialFiles:
    """Lists the files of a folder and opens each once, while there is time.

    Parameters
    ----------
    folder : Path
        Where they are; nothing outside of it is ever read.
    settings : Settings
        How many are listed.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder, self.settings = folder, settings
        self._lock = threading.Lock()
        self._paths: dict[str, Path] = {}
        self._seen: OrderedDict[tuple[str, int, int], TrialEntry] = OrderedDict()

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
            raise KeyError(NO_SUCH_TRIAL)
        return path

    def _scan(self) -> list[TrialEntry]:
        found: list[TrialEntry] = []
        paths: dict[str, Path] = {}
        for folder, folders, names in os.walk(self.folder):
            folders[:] = sorted(self._worth_looking(Path(folder), folders))
            for name in sorted(names):
                path = Path(folder) / name
                if name.startswith(".") or name in LAB_FILES or name.endswith(DRAWN) or not self._inside(path):
                    continue
                entry = self._entry(path)
                if entry is not None:
                    paths[entry.id] = path
                    found.append(entry)
        self._paths = paths
        return found

    @staticmethod
    def _worth_looking(folder: Path, names: list[str]) -> list[str]:
        """Folders with recordings: what a laboratory keeps is the laboratory's to list."""
        skipped = {REPORTS}
        if (folder / LAB_MARK).is_file():
            from footload.lab.tables import KINDS

            skipped |= set(KINDS)
        return [name for name in names if not name.startswith(".") and name not in skipped]

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
