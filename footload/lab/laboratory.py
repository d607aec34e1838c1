"""`Laboratory`: participants, sessions and trials in a folder, found again in milliseconds."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa

import footload
from footload.lab.database import keep_statistics, open_engine, reading
from footload.lab.documents import (
    LaboratoryError,
    bytes_of,
    checked_id,
    document_path,
    fresh_id,
    moment,
    read_document,
    write_file,
)
from footload.lab.tables import CHANGING, KINDS, findings, trials
from footload.lab.trial_folder import TrialFacts, fill_trial_folder
from footload.lab.writing import Change, changing, discard, recover, staging_folder

MARK: Final = "laboratory.json"
LAYOUT: Final = 1
_WRITTEN_ONCE: Final = ("calibrations", "assessments", "sign_offs")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was added.

    Parameters
    ----------
    trial_id : str
        The trial's id: the beginning of its fingerprint.
    is_new : bool
        False when the same file was there already.
    n_findings : int
        How many values were found in it.
    """

    trial_id: str
    is_new: bool
    n_findings: int


class Laboratory:
    """A laboratory's folder and its database.

    Parameters
    ----------
    folder : Path
        Made by `create`.
    database : str, optional
        URL of a PostgreSQL database; without it, SQLite in the folder.
    by : str, optional
        Who works, for the audit; the account's name when not given.

    Raises
    ------
    LaboratoryError
        When the folder is not a laboratory's.
    """

    def __init__(self, folder: Path, database: str | None = None, by: str | None = None) -> None:
        if not (folder / MARK).exists():
            raise LaboratoryError(f"{folder} is not a laboratory; make one with `footload lab init`.")
        layout = read_document(folder / MARK)[0].get("layout")
        if layout != LAYOUT:
            raise LaboratoryError(f"{folder.name} has layout {layout!r}; this footload knows layout {LAYOUT}.")
        self.folder = folder.absolute()
        self.by = by or getpass.getuser()
        self.engine = open_engine(self.folder, database)
        self.n_recovered = recover(self.engine, self.folder)

    @classmethod
    def create(cls, folder: Path, database: str | None = None, by: str | None = None) -> Self:
        """Make a laboratory.

        Parameters
        ----------
        folder : path
            New or empty.
        database, by : str, optional
            As for `Laboratory`.

        Returns
        -------
        Laboratory
            Without participants.

        Raises
        ------
        LaboratoryError
            When there is something in the folder.
        """
        if folder.exists() and any(folder.iterdir()):
            raise LaboratoryError(f"{folder} is not empty; a laboratory begins in a new folder.")
        write_file(
            folder / MARK, bytes_of({"layout": LAYOUT, "created_at": moment(), "footload": footload.__version__})
        )
        return cls(folder, database, by)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        keep_statistics(self.engine)
        self.engine.dispose()

    def put(self, kind: str, name: str, /, **fields: Any) -> None:
        """Write a participant, a condition, a device or a session; known fields that are not named stay as they are.

        Parameters
        ----------
        kind : str
            Name of the table.
        name : str
            The id; a pseudonym for a participant.
        **fields
            Values by column.

        Raises
        ------
        LaboratoryError
            When the kind is written once only, a field does not exist, or what it refers to is not there.
        """
        if kind not in CHANGING:
            raise LaboratoryError(f"{kind!r} cannot be written again; known: {', '.join(CHANGING)}.")
        checked_id(name, kind)
        _check_fields(kind, fields)
        with changing(self.engine, self.folder) as commit:
            path = document_path(self.folder, kind, name)
            before = read_document(path)[0] if path.exists() else {}
            self._commit(commit, "changed" if before else "added", {(kind, name): {**before, **fields}})

    def append(self, kind: str, /, **fields: Any) -> str:
        """Write a calibration, an assessment or a sign-off; none is ever changed.

        Parameters
        ----------
        kind : str
            Name of the table.
        **fields
            Values by column.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        LaboratoryError
            When the kind is another one, a field does not exist, or what it refers to is not there.
        """
        if kind not in _WRITTEN_ONCE:
            raise LaboratoryError(f"{kind!r} is not written this way; known: {', '.join(_WRITTEN_ONCE)}.")
        _check_fields(kind, fields)
        name = fresh_id()
        with changing(self.engine, self.folder) as commit:
            self._commit(commit, "added", {(kind, name): {"at": moment(), **fields}})
        return name

    def sign_off(self, assessment_id: str, by: str, statement: str) -> str:
        """Sign an assessment as it stands; `check` notices when it is changed afterwards.

        Parameters
        ----------
        assessment_id : str
            Which.
        by : str
            Who signs.
        statement : str
            What is said with it.

        Returns
        -------
        str
            Id of the sign-off.

        Raises
        ------
        LaboratoryError
            When there is no such assessment.
        """
        path = document_path(self.folder, "assessments", assessment_id)
        if not path.exists():
            raise LaboratoryError(f"There is no assessment {assessment_id!r} to sign.")
        digest = read_document(path)[1]
        return self.append(
            "sign_offs", assessment_id=assessment_id, by=by, statement=statement, assessment_sha256=digest
        )

    def add_trial(self, file: Path, facts: TrialFacts) -> Added:
        """Copy a file into the laboratory, analyze the copy, and keep both.

        Parameters
        ----------
        file : path
            Any format that is read; descriptions and the file of the other foot beside it come along.
        facts : TrialFacts
            Whose trial it is, of which day, what was done in what.

        Returns
        -------
        Added
            The same file twice is one trial.

        Raises
        ------
        FootloadError
            When the file cannot be read, or is another participant's trial already.
        """
        staged = staging_folder(self.folder)
        try:
            trial_id, document = fill_trial_folder(file, facts, staged)
            with changing(self.engine, self.folder) as commit:
                present = document_path(self.folder, "trials", trial_id)
                if present.exists():
                    return self._present(trial_id, present, facts)
                documents = dict(self._around(facts))
                self._commit(commit, "added", {**documents, ("trials", trial_id): document}, staged, trial_id)
            return Added(trial_id, is_new=True, n_findings=document["n_findings"])
        finally:
            discard(self.folder, staged)

    def _present(self, trial_id: str, path: Path, facts: TrialFacts) -> Added:
        owner = read_document(path)[0]
        if owner["participant_id"] != facts.participant:
            raise LaboratoryError(
                f"The same file is a trial of {owner['participant_id']!r} already ({trial_id}), not of "
                f"{facts.participant!r}; one of the two is wrong."
            )
        return Added(trial_id, is_new=False, n_findings=owner["n_findings"])

    def _around(self, facts: TrialFacts) -> dict[tuple[str, str], dict[str, Any]]:
        """Participant, session, condition and device of a trial, where they are not there yet."""
        needed: list[tuple[str, str, dict[str, Any]]] = [("participants", facts.participant, {})]
        if facts.condition:
            needed.append(("conditions", facts.condition, {}))
        if facts.device:
            needed.append(("devices", facts.device, {}))
        about = {"participant_id": facts.participant, "date": facts.date}
        needed.append(("sessions", facts.session_id, about))
        return {
            (kind, name): fields for kind, name, fields in needed if not document_path(self.folder, kind, name).exists()
        }

    def _commit(
        self,
        commit: Callable[[Change], None],
        action: str,
        documents: Mapping[tuple[str, str], Mapping[str, Any]],
        staged: Path | None = None,
        trial_id: str = "",
    ) -> None:
        for (kind, _), document in documents.items():
            self._check_references(kind, document, documents)
        audits = {
            ("audit", fresh_id()): {
                "at": moment(),
                "by": self.by,
                "action": action,
                "kind": kind,
                "subject": name,
                "document": document,
            }
            for (kind, name), document in documents.items()
        }
        commit(Change({**documents, **audits}, staged, trial_id))

    def _check_references(
        self, kind: str, document: Mapping[str, Any], together: Mapping[tuple[str, str], Mapping[str, Any]]
    ) -> None:
        for column in KINDS[kind].columns:
            for key in column.foreign_keys:
                table, name = key.column.table.name, document.get(column.name)
                if name is None and column.nullable:
                    continue
                if (table, name) not in together and not document_path(self.folder, table, str(name)).exists():
                    raise LaboratoryError(f"There is no {name!r} in {table}; add it first.")

    def trials(
        self,
        *,
        participant: str | None = None,
        task: str | None = None,
        condition: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[dict[str, Any]]:
        """List trials, the newest first, a page at a time.

        Parameters
        ----------
        participant, task, condition : str, optional
            Only theirs.
        since, until : str, optional
            Only of sessions from this day to that day, as ``2026-11-22``.
        limit : int
            At most so many.
        before : str, optional
            Id of the last trial of the page before.

        Returns
        -------
        list of dict
            A value for each column.
        """
        columns = [column for column in trials.columns if column.name not in {"parameters", "document_sha256"}]
        newest_first = (trials.c.added_at.desc(), trials.c.id.desc())
        query = sa.select(trials.c.id).order_by(*newest_first).limit(limit)  # an index alone answers it
        asked = ((trials.c.participant_id, participant), (trials.c.task, task), (trials.c.condition_id, condition))
        for column, value in asked:
            query = query if value is None else query.where(column == value)
        query = query if since is None else query.where(trials.c.date >= since)
        query = query if until is None else query.where(trials.c.date <= until)
        with reading(self.engine) as connection:
            if before is not None:
                last = connection.execute(
                    sa.select(trials.c.added_at, trials.c.id).where(trials.c.id == before)
                ).first()
                if last is None:
                    raise LaboratoryError(f"There is no trial {before!r} to go on from.")
                query = query.where(sa.tuple_(trials.c.added_at, trials.c.id) < sa.tuple_(*last))
            listed = connection.execute(query).scalars().all()
            whole = sa.select(*columns).where(trials.c.id.in_(listed)).order_by(*newest_first)
            return [dict(row) for row in connection.execute(whole).mappings()]

    def findings(self, trial_id: str) -> list[dict[str, Any]]:
        """Every value of a trial.

        Parameters
        ----------
        trial_id : str
            Which.

        Returns
        -------
        list of dict
            In the order of the analysis.
        """
        query = sa.select(findings).where(findings.c.trial_id == trial_id).order_by(findings.c.number)
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """Every row of a table of documents.

        Parameters
        ----------
        kind : str
            Name of the table.

        Returns
        -------
        list of dict
            In the order of the ids.
        """
        table = KINDS[kind]
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def _check_fields(kind: str, fields: Mapping[str, Any]) -> None:
    known = {column.name: column for column in KINDS[kind].columns if column.name not in {"id", "document_sha256"}}
    for name, value in fields.items():
        if name not in known:
            raise LaboratoryError(f"{kind} have no {name!r}; they have: {', '.join(known)}.")
        wanted = known[name].type.python_type
        fits = isinstance(value, wanted) or (wanted is float and isinstance(value, int))
        if value is not None and (not fits or (isinstance(value, bool) and wanted is not bool)):
            raise LaboratoryError(f"{name!r} of {kind} is {value!r}; it has to be of the kind {wanted.__name__}.")
