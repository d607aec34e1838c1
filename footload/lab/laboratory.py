"""`Laboratory`: participants, sessions and trials in a folder, found again in milliseconds."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, Unpack

import sqlalchemy as sa

import footload
from footload.lab.belonging import check_belongs
from footload.lab.database import keep_statistics, open_engine, reading
from footload.lab.documents import (
    LaboratoryError,
    bytes_of,
    checked_id,
    document_path,
    fresh_id,
    moment,
    read_document,
)
from footload.lab.fields import check_fields, check_references
from footload.lab.known_trials import Added, check_same, missing_around, take_edits
from footload.lab.listing import LIMIT, Asked, trials_page
from footload.lab.tables import CHANGING, KINDS, findings
from footload.lab.trial_folder import TrialFacts, fill_trial_folder
from footload.lab.writing import Change, Findings, changing, discard, recover, staging_folder
from footload.trials import Task
from footload.whole_files import write_file

MARK: Final = "laboratory.json"
LAYOUT: Final = 1
_WRITTEN_ONCE: Final = ("calibrations", "assessments", "sign_offs")


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
        When the folder is not a laboratory's, or the database is another laboratory's.
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
        try:
            check_belongs(self.engine, self.folder)
            self.n_recovered = recover(self.engine, self.folder)
        except LaboratoryError:
            self.engine.dispose()
            raise

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
            When there is something in the folder, or the database cannot be opened or is another laboratory's.
        """
        if folder.exists() and any(not each.name.startswith(f".{MARK}.") for each in folder.iterdir()):
            raise LaboratoryError(f"{folder} is not empty; a laboratory begins in a new folder.")
        write_file(
            folder / MARK, bytes_of({"layout": LAYOUT, "created_at": moment(), "footload": footload.__version__})
        )
        try:
            return cls(folder, database, by)
        except LaboratoryError:  # so that the same folder can be taken again with another database
            (folder / MARK).unlink(missing_ok=True)
            raise

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
        check_fields(kind, fields)
        with changing(self.engine, self.folder) as commit:
            path = document_path(self.folder, kind, name)
            before = read_document(path)[0] if path.exists() else None
            self._commit(commit, "added" if before is None else "changed", {(kind, name): {**(before or {}), **fields}})

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
        check_fields(kind, fields)
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

    def amend_trial(
        self,
        trial_id: str,
        *,
        condition: str | None = None,
        note: str | None = None,
        task: Task | None = None,
        date: str | None = None,
        device: str | None = None,
    ) -> None:
        """Write down what else is known of a trial; what was before stands in the audit.

        Parameters
        ----------
        trial_id : str
            Which.
        condition, device : str, optional
            Ids, made where there is none of that name; empty for none.
        note : str, optional
            What to know; no names. Empty for none.
        task : Task, optional
            What the person did; its values stay those of the task before until it is analyzed again.
        date : str, optional
            The session's day, as ``2026-11-22``; the session is made where there is none of that day.

        Raises
        ------
        LaboratoryError
            When there is no such trial, or a name or the day cannot be used.
        """
        path = document_path(self.folder, "trials", checked_id(trial_id, "trial"))
        with changing(self.engine, self.folder) as commit:
            if not path.exists():
                raise LaboratoryError(f"There is no trial {trial_id!r} to write on.")
            document = read_document(path)[0]
            facts = TrialFacts(document["participant_id"], date or document["date"], condition or "", device or "")
            said = {"condition_id": condition, "device_id": device, "note": note}
            document |= {name: word or None for name, word in said.items() if word is not None}
            document |= {"task": task.value} if task else {}
            document |= {"date": facts.date, "session_id": facts.session_id} if date else {}
            if missing := missing_around(self.folder, facts):
                self._commit(commit, "added", missing)
            self._commit(commit, "changed", {("trials", trial_id): document})

    def renew_findings(self, given: Findings, *, facts: Mapping[str, Any]) -> None:
        """Put new findings of a trial in place of those that are there.

        Parameters
        ----------
        given : Findings
            New ones, and whether those before stay beside them.
        facts : mapping
            What the trial's document says from now on of its analysis.
        """
        path = document_path(self.folder, "trials", given.trial_id)
        with changing(self.engine, self.folder) as commit:
            document = {**read_document(path)[0], **facts}
            audited = self._audits("analyzed", {("trials", given.trial_id): document})
            commit(Change({("trials", given.trial_id): document, **audited}, findings=given))

    def audit_act(self, action: str, subject: str) -> None:
        """Write down what was done with the laboratory as a whole.

        Parameters
        ----------
        action : str
            Such as ``rebuilt``.
        subject : str
            With what, such as the name of a backup.
        """
        with changing(self.engine, self.folder) as commit:
            commit(Change(self._audits(action, {("laboratory", subject): {}})))

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
            The same file twice is one trial; edits of its feet are taken over where it has none.

        Raises
        ------
        FootloadError
            When the file cannot be read, or is a trial already of which something else is known.
        """
        staged = staging_folder(self.folder)
        try:
            trial_id, document = fill_trial_folder(file, facts, staged)
            with changing(self.engine, self.folder) as commit:
                present = document_path(self.folder, "trials", trial_id)
                if present.exists():
                    known = check_same(self.folder, trial_id, file, facts)
                    taken = take_edits(self.folder, trial_id, file)
                    return Added(trial_id, is_new=False, n_findings=known["n_findings"], edits_taken=taken)
                documents = missing_around(self.folder, facts)
                self._commit(commit, "added", {**documents, ("trials", trial_id): document}, staged, trial_id)
            return Added(trial_id, is_new=True, n_findings=document["n_findings"])
        finally:
            discard(self.folder, staged)

    def _commit(
        self,
        commit: Callable[[Change], None],
        action: str,
        documents: Mapping[tuple[str, str], Mapping[str, Any]],
        staged: Path | None = None,
        trial_id: str = "",
    ) -> None:
        for (kind, _), document in documents.items():
            check_references(self.folder, kind, document, documents)
        commit(Change({**documents, **self._audits(action, documents)}, staged, trial_id))

    def _audits(
        self, action: str, documents: Mapping[tuple[str, str], Mapping[str, Any]]
    ) -> dict[tuple[str, str], dict[str, Any]]:
        """An entry for each document, which holds what it became."""
        about = {"by": self.by, "action": action}
        return {
            ("audit", fresh_id()): {**about, "at": moment(), "kind": kind, "subject": name, "document": document}
            for (kind, name), document in documents.items()
        }

    def trials(
        self, *, limit: int = LIMIT, before: str | None = None, after: str | None = None, **asked: Unpack[Asked]
    ) -> list[dict[str, Any]]:
        """List trials, those of the newest session first, a page at a time.

        Parameters
        ----------
        limit : int
            At most so many.
        before : str, optional
            Id of the last trial of the page before this one.
        after : str, optional
            Id of the first trial of the page behind this one: the way back; empty for the last page of all.
        **asked
            As `Asked` says: participant, session, task, condition, device, quality, since, until, metric, low, high.

        Returns
        -------
        list of dict
            A value for each column.
        """
        return trials_page(self.engine, asked, limit=limit, before=before, after=after)

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
        columns = [column for column in table.columns if column.name != "listed"]
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(sa.select(*columns).order_by(table.c.id)).mappings()]
