"""Whether folder and database agree, and how the database is made again from the folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from footload.errors import FootloadError
from footload.foot.drawn_history import ENDING as EDITS_OF_FEET
from footload.lab.database import reading, writing
from footload.lab.documents import TRIAL_FINDINGS, Tracked, document_path, document_paths, read_document, sha256_of
from footload.lab.indexing import index_everything
from footload.lab.laboratory import Laboratory
from footload.lab.tables import KINDS, findings, trials
from footload.lab.trial_folder import FILES
from footload.lab.writing import intents_of, recover


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be.

    Parameters
    ----------
    what : str
        ``missing``, ``changed``, ``orphaned``, ``damaged`` or ``unfinished``.
    subject : str
        Which document, file or row.
    text : str
        What to know and what to do.
    """

    what: str
    subject: str
    text: str


def check(lab: Laboratory, tracked: Tracked = iter) -> list[Fault]:
    """Compare every document with its row and every file with its fingerprint.

    Parameters
    ----------
    lab : Laboratory
        Open.
    tracked : callable, optional
        Goes through the trials and shows how far it is.

    Returns
    -------
    list of Fault
        Empty when all agrees.
    """
    faults = [
        Fault("unfinished", intent.name, "A change was begun and not finished; opening the laboratory finishes it.")
        for intent in intents_of(lab.folder)
    ]
    for kind in KINDS:
        faults += _against_rows(lab, kind)
    for name, path in tracked([*document_paths(lab.folder, "trials")]):
        faults += _trial_files(name, path)
    faults += _findings_in_rows(lab)
    for folder in sorted((lab.folder / "trials").glob("*")):
        if not document_path(lab.folder, "trials", folder.name).exists():
            faults.append(Fault("orphaned", f"trials/{folder.name}", "A folder without trial.json is no trial."))
    return faults + list(_signatures(lab))


def _against_rows(lab: Laboratory, kind: str) -> Iterator[Fault]:
    table = KINDS[kind]
    with reading(lab.engine) as connection:
        query = sa.select(table.c.id, table.c.document_sha256)
        rows: dict[str, str] = {row[0]: row[1] for row in connection.execute(query)}
    for name, path in document_paths(lab.folder, kind):
        subject = f"{kind}/{name}"
        try:
            digest = read_document(path)[1]
        except FootloadError as error:
            yield Fault("damaged", subject, str(error))
        else:
            if name not in rows:
                yield Fault("missing", subject, "It is not in the database; `footload lab rebuild` puts it there.")
            elif rows[name] != digest:
                yield Fault("changed", subject, "The document was changed behind the laboratory's back.")
        rows.pop(name, None)
    for name in sorted(rows):
        yield Fault("orphaned", f"{kind}/{name}", "It is in the database, but its document is gone.")


def _trial_files(name: str, path: Path) -> Iterator[Fault]:
    """The files of a trial as they came, and its findings."""
    try:
        known: dict[str, str] = read_document(path)[0]["files"]
        n_findings = read_document(path)[0]["n_findings"]
        found = len(read_document(path.with_name(TRIAL_FINDINGS))[0]["findings"])
    except (FootloadError, KeyError, OSError) as error:
        yield Fault("damaged", f"trials/{name}", f"Its documents cannot be read ({error}).")
        return
    if found != n_findings:
        yield Fault("changed", f"trials/{name}", f"It has {found} findings, but {n_findings} were found.")
    # Edits of feet lie beside the recording; they are corrections, and were not added with it.
    present = {file.name: file for file in (path.parent / FILES).glob("*") if not file.name.endswith(EDITS_OF_FEET)}
    for file, digest in sorted(known.items()):
        subject = f"trials/{name}/{FILES}/{file}"
        if file not in present:
            yield Fault("missing", subject, "The recording is gone; a backup may hold it.")
        elif sha256_of(present[file]) != digest:
            yield Fault("changed", subject, "The recording is not what was added; a backup may hold it.")
    for file in sorted(set(present) - set(known)):
        yield Fault("orphaned", f"trials/{name}/{FILES}/{file}", "The file does not belong to the trial.")


def _findings_in_rows(lab: Laboratory) -> Iterator[Fault]:
    """Trials whose findings are not all in the database."""
    count = sa.func.count(findings.c.trial_id)
    query = (
        sa.select(trials.c.id, trials.c.n_findings, count)
        .join(findings, findings.c.trial_id == trials.c.id, isouter=True)
        .group_by(trials.c.id, trials.c.n_findings)
        .having(count != trials.c.n_findings)
    )
    with reading(lab.engine) as connection:
        for name, n_known, n_rows in connection.execute(query):
            text = f"{n_rows} of its {n_known} findings are in the database; `footload lab rebuild` puts them there."
            yield Fault("missing", f"findings of {name}", text)


def _signatures(lab: Laboratory) -> Iterator[Fault]:
    for row in lab.rows("sign_offs"):
        path = document_path(lab.folder, "assessments", row["assessment_id"])
        if path.exists() and sha256_of(path) != row["assessment_sha256"]:
            yield Fault("changed", f"sign_offs/{row['id']}", "What was signed is not what stands there now.")


def rebuild(lab: Laboratory, tracked: Tracked = iter) -> dict[str, int]:
    """Make the database again from the documents, in one transaction.

    Parameters
    ----------
    lab : Laboratory
        Open; others may read the old state until it is done.
    tracked : callable, optional
        Goes through the trials and shows how far it is.

    Returns
    -------
    dict of str to int
        Rows by table.

    Raises
    ------
    LaboratoryError
        When a document is damaged or missing; the database then stays as it was.
    """
    recover(lab.engine, lab.folder)
    with writing(lab.engine) as connection:
        counts = index_everything(connection, lab.folder, tracked)
    lab.audit_act("rebuilt", lab.folder.name)
    return counts
