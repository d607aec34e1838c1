"""`footload lab findings|audit`: what was found in a trial, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from footload.cli import speaking
from footload.cli.opened_lab import AS_JSON, DATABASE, LAB, opened

LONGEST_CELL = 60
LEFT_OUT = frozenset({"document_sha256", "content", "assessment_sha256", "trial_id", "citation"})


def findings(
    trial: Annotated[str, typer.Argument(help="Id of a trial.", show_default=False)],
    *,
    folder: Annotated[Path, LAB] = Path(),
    metric: Annotated[str | None, typer.Option(help="Only of this metric.")] = None,
    earlier: Annotated[
        bool, typer.Option("--earlier", help="Those that stood there before, the oldest first.")
    ] = False,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """List the values of a trial as they are kept, with reasons, notes and codes of the checks.

    They are of the day on which the trial was added, or of the last `footload lab analyze`.
    """
    if earlier:
        _show_earlier(trial, folder, database, metric, as_json=as_json)
        return
    with opened(folder, database) as lab:
        from footload.lab.documents import LaboratoryError

        found = [row for row in lab.findings(trial) if metric in {None, row["metric"]}]
        if not found:
            raise LaboratoryError(f"There are no findings of {metric or 'any metric'} in a trial {trial!r}.")
    if as_json:
        from footload.export.exported import COLUMNS

        known = {**COLUMNS, "number": "Place in the order of the analysis, from 0."}
        columns = {name: known[name] for name in found[0]}
        speaking.show_json({"columns": columns, "findings": found})
    else:
        speaking.show(table_of(found))


def _show_earlier(trial: str, folder: Path, database: str | None, metric: str | None, *, as_json: bool) -> None:
    with opened(folder, database) as lab:
        from footload.batch_again import earlier_findings
        from footload.lab.documents import checked_id

        sets = earlier_findings(lab.folder, checked_id(trial, "trial"))
    record: list[dict[str, Any]] = [
        {
            "replaced_at": moment,
            **{name: document.get(name) for name in ("footload", "parameters", "analyzed_at", "norms")},
            "findings": [each for each in document["findings"] if metric in {None, each["metric"]}],
        }
        for moment, document in sets
    ]
    if as_json:
        speaking.show_json({"earlier": record})
        return
    about = ("metric", "value", "unit", "side", "region", "contact", "repetition", "reason")
    rows: list[dict[str, Any]] = [
        {"replaced at": each["replaced_at"], "footload": each["footload"], **{name: found.get(name) for name in about}}
        for each in record
        for found in each["findings"]
    ]
    speaking.show(table_of(rows) if rows else "Nothing stood there before.")


def audit(
    *,
    folder: Annotated[Path, LAB] = Path(),
    kind: Annotated[str | None, typer.Option(help="Only on participants, trials, ..., or laboratory.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only on what has this id.")] = None,
    by: Annotated[str | None, typer.Option(help="Only by this person.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 50,
    before: Annotated[str | None, typer.Option(help="Go on after this entry, the last of a page.")] = None,
    database: Annotated[str | None, DATABASE] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """List who did what, the latest first; with --json also what each document became."""
    with opened(folder, database) as lab:
        from footload.lab.documents import document_path, read_document
        from footload.lab.listing import audit_page

        rows = audit_page(lab.engine, kind=kind, subject=subject, by=by, limit=limit, before=before)
        if as_json:
            paths = [document_path(lab.folder, "audit", row["id"]) for row in rows]
            became = [read_document(path)[0]["document"] for path in paths]
            speaking.show_json({"audit": [{**row, "document": each} for row, each in zip(rows, became, strict=True)]})
            return
    speaking.show(table_of(rows) if rows else "Nothing was done that is asked for.")
    if len(rows) == limit:
        speaking.complain(f"There may be more: --before {rows[-1]['id']}")


def table_of(rows: Sequence[dict[str, Any]]) -> Any:
    """Show rows in columns, without those that are empty.

    Parameters
    ----------
    rows : sequence of dict
        At least one, all with the same keys.

    Returns
    -------
    Table
        Of rich.
    """
    from footload.cli.results import plain_table

    table = plain_table()
    columns = [name for name in rows[0] if name not in LEFT_OUT and any(row[name] is not None for row in rows)]
    for name in columns:
        table.add_column(name.replace("_", " "), no_wrap=name == "id")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name])[:LONGEST_CELL] for name in columns))
    return table
