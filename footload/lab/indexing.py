"""What the database keeps of a document: its row, and of a trial the findings and what they are found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from footload.findings import Severity
from footload.lab.database import put_new_rows, put_rows
from footload.lab.documents import (
    TRIAL_FINDINGS,
    LaboratoryError,
    Tracked,
    document_path,
    document_paths,
    read_document,
)
from footload.lab.tables import KINDS, findings, measured

GOOD: Final = "good"
QUALITIES: Final = (GOOD, *(severity.value for severity in Severity))
"""What the checks say of a trial's recordings: nothing, something to know, or that values may be wrong."""

ROWS_AT_ONCE: Final = 20_000

DERIVED: Final = frozenset({"id", "document_sha256", "listed", "quality", "quality_codes"})
"""Columns that are no field of a document."""


def index_document(connection: sa.Connection, folder: Path, kind: str, name: str) -> None:
    """Put the document that stands in the folder into the database, with the findings of a trial.

    Parameters
    ----------
    connection : Connection
        Of `writing`.
    folder : path
        The laboratory's.
    kind, name : str
        Table and id.
    """
    path = document_path(folder, kind, name)
    if kind != "trials":
        put_rows(connection, KINDS[kind], [row_of(path, kind, name)])
        return
    row, found, extremes = trial_rows(path, name)
    trials = KINDS[kind]
    before = sa.select(trials.c.listed).where(trials.c.id == name).scalar_subquery()
    connection.execute(sa.delete(measured).where(measured.c.listed == before))  # its place, before the day was another
    put_rows(connection, trials, [row])
    connection.execute(sa.delete(findings).where(findings.c.trial_id == name))
    put_rows(connection, findings, found)
    put_rows(connection, measured, extremes)


def index_everything(connection: sa.Connection, folder: Path, tracked: Tracked = iter) -> dict[str, int]:
    """Put every document into the database in place of what is there.

    Parameters
    ----------
    connection : Connection
        Of `writing`.
    folder : path
        The laboratory's.
    tracked : callable, optional
        Goes through the trials and shows how far it is.

    Returns
    -------
    dict of str to int
        Rows by table.

    Raises
    ------
    LaboratoryError
        When a document is damaged, or refers to one that is not there.
    """
    try:
        return _index_kinds(connection, folder, tracked)
    except (IntegrityError, FileNotFoundError) as error:
        raise LaboratoryError(
            "A document refers to one that is not there; `footload lab check` names what is missing or damaged."
        ) from error


def _index_kinds(connection: sa.Connection, folder: Path, tracked: Tracked) -> dict[str, int]:
    for table in (measured, findings, *reversed(KINDS.values())):
        connection.execute(sa.delete(table))
    counts: dict[str, int] = {}
    for kind, table in KINDS.items():
        if kind == "trials":
            counts |= _index_trials(connection, folder, tracked)
            continue
        rows = [row_of(path, kind, name) for name, path in document_paths(folder, kind)]
        put_rows(connection, table, rows)
        counts[kind] = len(rows)
    return counts


def _index_trials(connection: sa.Connection, folder: Path, tracked: Tracked) -> dict[str, int]:
    """All trials, so many rows at once that neither memory nor the number of statements grows large."""
    counts = {"trials": 0, "findings": 0}
    rows, found, extremes = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()

    def put() -> None:
        put_rows(connection, KINDS["trials"], rows)
        for table, waiting in ((findings, found), (measured, extremes)):
            put_new_rows(connection, table, waiting)
        for waiting in (rows, found, extremes):
            waiting.clear()

    for name, path in tracked([*document_paths(folder, "trials")]):
        row, more, ends = trial_rows(path, name)
        rows.append(row)
        found += more
        extremes += ends
        counts = {"trials": counts["trials"] + 1, "findings": counts["findings"] + len(more)}
        if len(found) >= ROWS_AT_ONCE:
            put()
    put()
    return counts


def row_of(path: Path, kind: str, name: str) -> dict[str, Any]:
    """The row of a document that is no trial's.

    Parameters
    ----------
    path : path
        The document.
    kind, name : str
        Table and id.

    Returns
    -------
    dict
        A value for each column.
    """
    document, digest = read_document(path)
    columns = [column.name for column in KINDS[kind].columns if column.name not in DERIVED]
    return {"id": name, **{column: document.get(column) for column in columns}, "document_sha256": digest}


def trial_rows(path: Path, name: str) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of a trial.

    Parameters
    ----------
    path : path
        Its document; its findings stand beside it.
    name : str
        Its id.

    Returns
    -------
    row : dict
        A value for each column of trials.
    findings : list of dict
        A value for each column of findings.
    extremes : list of dict
        Least and greatest value of each metric that has any.
    """
    row = row_of(path, "trials", name)
    records: list[dict[str, Any]] = read_document(path.with_name(TRIAL_FINDINGS))[0]["findings"]
    columns = [column.name for column in findings.columns if column.name not in {"trial_id", "number", "quality"}]
    found = [
        {
            "trial_id": name,
            "number": number,
            **{column: record.get(column) for column in columns},
            "quality": _codes(record.get("quality")),
        }
        for number, record in enumerate(records)
    ]
    listed = f"{row['date'] or ''}|{row['added_at'] or ''}|{name}"
    extremes = [{"listed": listed, "metric": metric, **ends} for metric, ends in _extremes(records).items()]
    return {**row, "listed": listed, **_quality_of(records)}, found, extremes


def _codes(quality: Sequence[Mapping[str, str]] | None) -> str | None:
    """Codes of the checks that touch a finding; None where an older footload did not keep them."""
    return None if quality is None else "; ".join(dict.fromkeys(each["code"] for each in quality))


def _quality_of(records: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    if any("quality" not in record for record in records):
        return {"quality": None, "quality_codes": None}
    notes = [note for record in records for note in record["quality"]]
    severities = {note["severity"] for note in notes}
    worst = max((each for each in QUALITIES if each in severities), key=QUALITIES.index, default=GOOD)
    return {"quality": worst, "quality_codes": _codes(notes)}


def _extremes(records: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    values: dict[str, list[float]] = {}
    for record in records:
        if record["value"] is not None:
            values.setdefault(record["metric"], []).append(record["value"])
    return {metric: {"least": min(those), "greatest": max(those)} for metric, those in values.items()}
