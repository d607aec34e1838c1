"""The laboratory behind the pages: which one a folder has, its trials by id, a page of them at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from dashboard.trial_files import LAB_MARK, NO_SUCH_TRIAL, Listing, TrialEntry, TrialSummary
from dashboard.working import Place, kept_name

if TYPE_CHECKING:
    from footload.lab.laboratory import Laboratory

ROWS_A_PAGE: Final = 50
ROWS_AT_ONCE: Final = 1000
MOST_NAMES: Final = 5000
LAB_FOLDER: Final = "lab"
"""Name of the laboratory that is made beside the recordings of a folder."""

MAT_METRIC: Final = "peak_pressure"
_ID: Final = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page of sessions asks for; an empty text asks nothing.

    Parameters
    ----------
    participant, task, condition : str
        Only theirs.
    since, until : str
        Only of sessions from this day to that day, as ``2026-11-22``.
    quality : str
        ``good``, ``note`` or ``warning``: the worst that the checks said.
    before : str
        Id of the last trial of the page before.
    edit : str
        What is being edited, as ``sessions/P01_2026-11-22``.
    """

    participant: str = ""
    task: str = ""
    condition: str = ""
    since: str = ""
    until: str = ""
    quality: str = ""
    before: str = ""
    edit: str = ""

    @classmethod
    def of(cls, search: str | None) -> Asked:
        """Read the part of an address behind the question mark.

        Parameters
        ----------
        search : str, optional
            Such as ``?participant=P01``; what is not known is left out.

        Returns
        -------
        Asked
            What it asks for.
        """
        known = {each.name for each in fields(cls)}
        said = dict(parse_qsl((search or "").removeprefix("?")))
        return cls(**{name: text.strip()[:120] for name, text in said.items() if name in known})

    @property
    def search(self) -> str:
        """The part of an address behind the question mark, with it; empty where nothing is asked."""
        said = [(each.name, getattr(self, each.name)) for each in fields(self)]
        text = urlencode([(name, value) for name, value in said if value])
        return f"?{text}" if text else ""

    @property
    def wanted(self) -> dict[str, str]:
        """The filters, as `Laboratory.trials` takes them."""
        return {
            name: getattr(self, name)
            for name in ("participant", "task", "condition", "since", "until", "quality")
            if getattr(self, name)
        }


def laboratory_of(folder: Path) -> Path | None:
    """Find the laboratory of a folder.

    Parameters
    ----------
    folder : Path
        What is served.

    Returns
    -------
    Path or None
        The folder itself where it is one, else the one laboratory beside the recordings.
    """
    if (folder / LAB_MARK).is_file():
        return folder
    beside = sorted(path.parent for path in folder.glob(f"*/{LAB_MARK}"))
    named = [path for path in beside if path.name == LAB_FOLDER]
    return (named or beside or [None])[0]


class LabTrials:
    """The trials of a laboratory, for the pages.

    Parameters
    ----------
    lab : Laboratory
        Open.
    database : str, optional
        URL of its database, for the processes that open it, too.
    """

    def __init__(self, lab: Laboratory, database: str | None = None) -> None:
        self.lab, self._database = lab, database

    @classmethod
    def opened(cls, folder: Path, database: str | None = None) -> LabTrials:
        """Open a laboratory.

        Parameters
        ----------
        folder : Path
            The laboratory's.
        database : str, optional
            URL of its database.

        Returns
        -------
        LabTrials
            Its trials.

        Raises
        ------
        LaboratoryError
            When it cannot be opened; the message says why.
        """
        from footload.lab.laboratory import Laboratory

        return cls(Laboratory(folder, database), database)

    def place(self, by: str | None = None) -> Place:
        """Say to another process which laboratory it is.

        Parameters
        ----------
        by : str, optional
            Who works; the account's name otherwise.

        Returns
        -------
        Place
            For `dashboard.working`.
        """
        return Place(self.lab.folder, self._database, by or self.lab.by)

    def page(self, asked: Asked) -> tuple[list[dict[str, Any]], bool]:
        """One page of trials.

        Parameters
        ----------
        asked : Asked
            Filters, and where the page begins.

        Returns
        -------
        rows : list of dict
            As `Laboratory.trials`.
        more : bool
            Whether there are older ones.

        Raises
        ------
        LaboratoryError
            When the trial before is not there any more.
        """
        rows = self.lab.trials(**asked.wanted, limit=ROWS_A_PAGE + 1, before=asked.before or None)  # type: ignore[arg-type]
        return rows[:ROWS_A_PAGE], len(rows) > ROWS_A_PAGE

    def count(self, asked: Asked) -> str:
        """Count the trials of the filters, as far as anybody wants to know.

        Parameters
        ----------
        asked : Asked
            Filters.

        Returns
        -------
        str
            A number, or ``1000 or more``.
        """
        from footload.lab.listing import MOST_COUNTED, n_trials

        counted = n_trials(self.lab.engine, asked.wanted)  # type: ignore[arg-type]
        return str(counted) if counted < MOST_COUNTED else f"{MOST_COUNTED} or more"

    def names(self, kind: str) -> list[str]:
        """What a filter can be set to.

        Parameters
        ----------
        kind : str
            ``participants`` or ``conditions``.

        Returns
        -------
        list of str
            Ids in their order; of a very large laboratory the first of them.
        """
        import sqlalchemy as sa

        from footload.lab.database import reading
        from footload.lab.tables import KINDS

        table = KINDS[kind]
        with reading(self.lab.engine) as connection:
            return list(connection.execute(sa.select(table.c.id).order_by(table.c.id).limit(MOST_NAMES)).scalars())

    def session_notes(self, names: Iterable[str]) -> dict[str, str]:
        """The notes of some sessions.

        Parameters
        ----------
        names : iterable of str
            Ids of sessions.

        Returns
        -------
        dict of str to str
            Of those that have one.
        """
        import sqlalchemy as sa

        from footload.lab.database import reading
        from footload.lab.tables import sessions

        query = sa.select(sessions.c.id, sessions.c.note).where(sessions.c.id.in_(list(names)))
        with reading(self.lab.engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query) if row[1]}

    def ids(self, asked: Asked, most: int) -> Iterator[str]:
        """Every trial of the filters, the newest first.

        Parameters
        ----------
        asked : Asked
            Filters; where a page begins does not count.
        most : int
            At most so many.

        Yields
        ------
        str
            Id of a trial.
        """
        before: str | None = None
        while most > 0:
            limit = min(most, ROWS_AT_ONCE)
            rows = self.lab.trials(**asked.wanted, limit=limit, before=before)  # type: ignore[arg-type]
            yield from (row["id"] for row in rows)
            if len(rows) < limit:
                return
            before, most = rows[-1]["id"], most - limit

    def path(self, trial_id: str) -> Path:
        """The recording behind an id.

        Parameters
        ----------
        trial_id : str
            Of a trial of the laboratory.

        Returns
        -------
        Path
            In the laboratory.

        Raises
        ------
        KeyError
            When there is no such trial.
        """
        from footload.lab.documents import LaboratoryError
        from footload.lab.kept_trials import kept_file

        try:
            path = kept_file(self.lab.folder, trial_id)
        except LaboratoryError as error:
            raise KeyError(NO_SUCH_TRIAL) from error
        if not path.is_file():
            raise KeyError("The recording of this trial is gone; a backup of the laboratory may hold it.")
        return path

    def listing(self, most: int) -> Listing:
        """The newest trials, for pages that put trials together.

        Parameters
        ----------
        most : int
            So many.

        Returns
        -------
        Listing
            Nothing is opened for it.
        """
        rows = self.lab.trials(limit=most)
        on_mats = self._on_mats([row["id"] for row in rows])
        return Listing(tuple(_entry(row, on_mat=row["id"] in on_mats) for row in rows))

    def _on_mats(self, names: list[str]) -> set[str]:
        """Which trials hold pressure: the database knows no recordings, but what was found in them."""
        import sqlalchemy as sa

        from footload.lab.database import reading
        from footload.lab.tables import findings

        found: set[str] = set()
        with reading(self.lab.engine) as connection:
            for start in range(0, len(names), ROWS_AT_ONCE):
                asked = names[start : start + ROWS_AT_ONCE]
                query = sa.select(findings.c.trial_id).where(
                    findings.c.metric == MAT_METRIC, findings.c.trial_id.in_(asked)
                )
                found.update(connection.execute(query.distinct()).scalars())
        return found

    def close(self) -> None:
        """Close the database."""
        self.lab.close()


def is_lab_id(trial_id: str) -> bool:
    """Whether an id is one of a laboratory's trial, not of a file.

    Parameters
    ----------
    trial_id : str
        From an address.

    Returns
    -------
    bool
        By its length; nothing is looked up.
    """
    return _ID.fullmatch(trial_id) is not None


def _entry(row: dict[str, Any], *, on_mat: bool) -> TrialEntry:
    task, condition, person = row["task"] or "", row["condition_id"] or "", row["participant_id"]
    name = kept_name(person, task, condition, row["id"])
    summary = TrialSummary(name, task, condition, person, "pressure" if on_mat else "force", row["duration_s"] or 0.0)
    added = datetime.fromisoformat(row["added_at"]).timestamp()
    return TrialEntry(row["id"], f"laboratory, {row['date']}", 0, added, summary, in_lab=True)
