"""How a laboratory is written: an intent, then documents and rows together, so that a crash leaves all or nothing.

Whoever writes holds the database's one lock. The intent is the moment from which a change counts: a process that dies
before it has changed nothing, one that dies after it is finished by whoever opens the laboratory next.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from footload.lab.database import reading, writing
from footload.lab.documents import (
    EARLIER,
    TRIAL_FINDINGS,
    LaboratoryError,
    bytes_of,
    document_path,
    fresh_id,
)
from footload.lab.indexing import index_document, index_everything
from footload.lab.tables import audit
from footload.whole_files import sync_folder, write_file

INTENTS: Final = ".intents"
RESTORING: Final = ".restoring"
"""A file that stands in a folder while a backup is restored into it."""
STAGING: Final = ".staging"
ABANDONED_AFTER_S: Final = 86_400.0
_WRITER: Final = f"{socket.gethostname()}~{os.getpid()}~{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Change:
    """What is written together.

    Parameters
    ----------
    documents : mapping of (kind, id) to document
        In the order in which rows can be inserted.
    staged : Path, optional
        A folder that becomes that of the new trial.
    trial_id : str
        Id of that trial.
    rebuild : bool
        The whole database is made again from the documents.
    findings : Findings, optional
        New findings of a trial that is there.
    """

    documents: Mapping[tuple[str, str], Mapping[str, Any]]
    staged: Path | None = None
    trial_id: str = field(default="")
    rebuild: bool = False
    findings: Findings | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """New findings of a trial, in place of those that are there.

    Parameters
    ----------
    trial_id : str
        Whose.
    document : mapping
        The findings' own.
    keep_earlier : bool
        Whether those that are there stay beside them, under the moment at which they were replaced.
    """

    trial_id: str
    document: Mapping[str, Any]
    keep_earlier: bool


def staging_folder(folder: Path) -> Path:
    """Make a folder in which a trial is put together, named for this process.

    Parameters
    ----------
    folder : path
        The laboratory's.

    Returns
    -------
    Path
        Empty.
    """
    made = folder / STAGING / f"{_WRITER}~{secrets.token_hex(4)}"
    made.mkdir(parents=True)
    return made


def discard(folder: Path, staged: Path) -> None:
    """Remove a staging folder that became no trial; one that an intent names will still become one.

    Parameters
    ----------
    folder : path
        The laboratory's.
    staged : path
        Of `staging_folder`; it may be gone.
    """
    for intent in intents_of(folder):
        with suppress(FileNotFoundError):  # its writer finished and removed it meanwhile
            if json.loads(intent.read_bytes())["staged"] == staged.name:
                return
    shutil.rmtree(staged, ignore_errors=True)


@contextmanager
def changing(engine: sa.Engine, folder: Path) -> Generator[Callable[[Change], None]]:
    """Write changes, alone: others wait.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    folder : path
        The laboratory's.

    Yields
    ------
    callable
        Takes a change. What it was given counts from then on, whatever happens to this process.
    """
    intents: list[Path] = []
    with writing(engine) as connection:
        done = _finish_intents(connection, folder)

        def commit(change: Change) -> None:
            intents.append(intend(folder, change))
            carry_out(connection, folder, intents[-1])

        yield commit
    for intent in (*done, *intents):
        intent.unlink(missing_ok=True)


def intend(folder: Path, change: Change) -> Path:
    """Write down what is meant; from then on it counts.

    Parameters
    ----------
    folder : path
        The laboratory's.
    change : Change
        What is written together.

    Returns
    -------
    Path
        The file that says so.
    """
    intent = folder / INTENTS / f"{fresh_id()}.json"
    written = {
        "staged": change.staged.name if change.staged else None,
        "trial_id": change.trial_id,
        "rebuild": change.rebuild,
        "findings": _meant(folder, change.findings) if change.findings else None,
        "documents": [
            {"kind": kind, "id": name, "before": _digest(document_path(folder, kind, name)), "document": document}
            for (kind, name), document in change.documents.items()
        ],
    }
    write_file(intent, bytes_of(written))
    return intent


def carry_out(connection: sa.Connection, folder: Path, intent: Path) -> None:
    """Do what an intent says; doing it twice is doing it once.

    Where the database lacks what a document refers to (it was lost, or is a new one), it is made again from the folder.

    Parameters
    ----------
    connection : Connection
        Of `writing`.
    folder : path
        The laboratory's.
    intent : path
        Its file.
    """
    said: dict[str, Any] = json.loads(intent.read_bytes())
    if said["staged"]:
        staged, final = folder / STAGING / said["staged"], folder / "trials" / said["trial_id"]
        if staged.exists() and not final.exists():
            final.parent.mkdir(exist_ok=True)
            staged.rename(final)
            sync_folder(final.parent)
    if said.get("findings"):
        _put_findings(folder, said["findings"])
    for entry in said["documents"]:
        path, content = document_path(folder, entry["kind"], entry["id"]), bytes_of(entry["document"])
        present = _digest(path)
        if present == entry["before"] and present != hashlib.sha256(content).hexdigest():
            write_file(path, content)
    rebuild = said.get("rebuild", False)
    try:
        with connection.begin_nested():
            for entry in said["documents"]:
                index_document(connection, folder, entry["kind"], entry["id"])
    except IntegrityError:
        rebuild = True
    if rebuild:
        _index_again(connection, folder)


def _index_again(connection: sa.Connection, folder: Path) -> None:
    """Make the database from the folder; a damaged document must not keep everybody out: `check` names it."""
    with suppress(LaboratoryError), connection.begin_nested():
        index_everything(connection, folder)


def _fill_if_empty(engine: sa.Engine, folder: Path) -> None:
    """Make the database from the folder where it holds nothing but the folder does: the files are the truth."""

    def is_empty(connection: sa.Connection) -> bool:
        return connection.execute(sa.select(audit.c.id).limit(1)).first() is None

    if next((folder / audit.name).glob("[!.]*.json"), None) is None:
        return
    with reading(engine) as connection:
        if not is_empty(connection):
            return
    with writing(engine) as connection:
        if is_empty(connection):  # somebody else may have done it meanwhile
            _index_again(connection, folder)


def _meant(folder: Path, given: Findings) -> dict[str, Any]:
    path = document_path(folder, "trials", given.trial_id).with_name(TRIAL_FINDINGS)
    earlier = f"{fresh_id()}.json" if given.keep_earlier else None
    return {"id": given.trial_id, "before": _digest(path), "earlier": earlier, "document": given.document}


def _put_findings(folder: Path, said: Mapping[str, Any]) -> None:
    """Keep the findings that are there under the moment's name, then put the new ones in their place."""
    path = document_path(folder, "trials", said["id"]).with_name(TRIAL_FINDINGS)
    if _digest(path) != said["before"]:  # done already
        return
    if said["earlier"] and path.exists():
        write_file(path.with_name(EARLIER) / said["earlier"], path.read_bytes())
    write_file(path, bytes_of(said["document"]))


def recover(engine: sa.Engine, folder: Path) -> int:
    """Finish what processes that died had begun to write, and remove what they had not yet meant.

    A database that is empty beside a folder that is not is made again from it.

    Parameters
    ----------
    engine : Engine
        The laboratory's database.
    folder : path
        The laboratory's.

    Returns
    -------
    int
        How many changes were finished.
    """
    n_done = 0
    if intents_of(folder):
        with writing(engine) as connection:
            done = _finish_intents(connection, folder)
        for intent in done:
            intent.unlink(missing_ok=True)
        n_done = len(done)
    _fill_if_empty(engine, folder)
    (folder / RESTORING).unlink(missing_ok=True)  # whoever put it there ended before removing it
    for left in (folder / STAGING).glob("*"):
        if is_left_over(left):
            shutil.rmtree(left, ignore_errors=True)
    return n_done


def intents_of(folder: Path) -> list[Path]:
    """Changes that were begun and, as far as the folder tells, not finished.

    Parameters
    ----------
    folder : path
        The laboratory's.

    Returns
    -------
    list of Path
        In the order in which they were begun.
    """
    return sorted((folder / INTENTS).glob("[!.]*.json"))


def _finish_intents(connection: sa.Connection, folder: Path) -> list[Path]:
    """Carry out every intent there is: intents are written under the lock, so whoever wrote these is done or dead."""
    done: list[Path] = []
    for intent in intents_of(folder):
        try:
            carry_out(connection, folder, intent)
        except FileNotFoundError:
            if intent.exists():  # its writer finished and removed it meanwhile otherwise
                raise
        done.append(intent)
    return done


def is_left_over(staged: Path) -> bool:
    """Whether nobody works on a staging folder any more: its process is gone, or it is a day old.

    Parameters
    ----------
    staged : path
        Named for the machine and the process that made it.

    Returns
    -------
    bool
        False when that cannot be told from here.
    """
    host, process, token, *_ = [*staged.name.split("~"), "", "", ""]
    if f"{host}~{process}~{token}" == _WRITER:
        return False
    if os.name != "posix" or host != socket.gethostname() or not process.isdecimal():
        return staged.exists() and time.time() - staged.stat().st_mtime > ABANDONED_AFTER_S
    if int(process) == os.getpid():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
