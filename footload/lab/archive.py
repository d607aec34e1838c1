"""A laboratory in one file, and back."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any, Final

import sqlalchemy as sa

from footload.lab.database import SQLITE_FILE, open_engine, reading
from footload.lab.documents import (
    LaboratoryError,
    Tracked,
    bytes_of,
    document_paths,
    fresh_id,
    moment,
    read_document,
    sha256_of,
)
from footload.lab.laboratory import MARK, Laboratory
from footload.lab.tables import KINDS
from footload.lab.writing import RESTORING, Change, changing, intend, intents_of
from footload.whole_files import sync_folder, write_file

CONTENTS: Final = "contents.json"
UNFINISHED: Final = ".unfinished"
_PIECE: Final = 1 << 20


def backup(lab: Laboratory, target: Path, tracked: Tracked = iter) -> int:
    """Write every document and recording into one zip file; the database is made again from them.

    Parameters
    ----------
    lab : Laboratory
        Open; whoever writes waits meanwhile.
    target : path
        Where to; never replaced, and there only when it is whole and was read back.
    tracked : callable, optional
        Goes through the files and shows how far it is.

    Returns
    -------
    int
        How many files it holds.

    Raises
    ------
    LaboratoryError
        When the target exists or cannot be written.
    """
    if target.exists():
        raise LaboratoryError(f"{target.name} exists already; a backup replaces nothing.")
    unfinished = target.with_name(f"{target.name}{UNFINISHED}")
    try:
        with changing(lab.engine, lab.folder):  # which first finishes what somebody else left half done
            digests: dict[str, str] = {}
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for file in tracked(_files_of(lab.folder)):
                    name = file.relative_to(lab.folder).as_posix()
                    digests[name] = sha256_of(file)
                    archive.write(file, name)
                archive.writestr(CONTENTS, json.dumps(digests, indent=0, sort_keys=True))
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        _verify(unfinished)
        unfinished.replace(target)
        sync_folder(target.absolute().parent)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise LaboratoryError(f"{target.name} cannot be written ({error.strerror or error}).") from error
    lab.audit_act("backed up", target.name)
    return len(digests)


def restore(
    source: Path, folder: Path, database: str | None = None, by: str | None = None, tracked: Tracked = iter
) -> Laboratory:
    """Make a laboratory from a backup.

    Parameters
    ----------
    source : path
        Of `backup`.
    folder : path
        New or empty, or one into which the same backup was being restored when that was interrupted.
    database, by : str, optional
        As for `Laboratory`; the database has to be empty.
    tracked : callable, optional
        Goes through the files and shows how far it is.

    Returns
    -------
    Laboratory
        Open, its database made again.

    Raises
    ------
    LaboratoryError
        When the folder is not empty, or the backup is damaged; nothing is written then. When a document was damaged
        before the backup was made: the files are there then, the database is not.
    """
    digests = _verify(source)
    mark = {"of": hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()}
    _check_empty(folder, mark)
    _check_empty_database(database)
    for half in folder.rglob(f".*{UNFINISHED}"):  # of a restore that was killed
        half.unlink()
    write_file(folder / RESTORING, bytes_of(mark))
    with zipfile.ZipFile(source) as archive:
        for name in tracked(sorted(digests.keys() - {MARK})):
            write_file(folder / name, archive.read(name))
        for begun in intents_of(folder):  # of a restore that was killed: this one says the same again
            begun.unlink()
        entry = {"at": moment(), "by": by or getpass.getuser(), "action": "restored", "kind": "laboratory"}
        audits: dict[tuple[str, str], dict[str, Any]] = {
            ("audit", fresh_id()): {**entry, "subject": source.name, "document": {}}
        }
        intend(folder, Change(audits, rebuild=True))
        write_file(folder / MARK, archive.read(MARK))  # the last: half a folder is no laboratory
    lab = Laboratory(folder, database, by)  # which finishes what was meant
    if len(lab.rows("audit")) != sum(1 for _ in document_paths(lab.folder, "audit")):
        lab.close()
        raise LaboratoryError(
            f"{folder} is restored, but a document in it is damaged: `footload lab check` names it; mend it, and "
            "`footload lab rebuild` makes the database."
        )
    return lab


def _check_empty(folder: Path, mark: dict[str, str]) -> None:
    """A folder has to be empty, or hold the beginning of the same backup."""
    if not folder.exists() or not any(not each.name.startswith(f".{RESTORING}.") for each in folder.iterdir()):
        return
    begun = folder / RESTORING
    if (folder / MARK).exists() or not begun.exists() or read_document(begun)[0] != mark:
        raise LaboratoryError(f"{folder} is not empty; a laboratory is restored into a new folder.")


def _check_empty_database(url: str | None) -> None:
    """A database by URL has to be without a laboratory before anything is written; that of a new folder is."""
    if url is None:
        return
    with tempfile.TemporaryDirectory() as nowhere:
        engine = open_engine(Path(nowhere), url)
    try:
        with reading(engine) as connection:
            for kind in ("participants", "audit"):
                if connection.execute(sa.select(KINDS[kind].c.id).limit(1)).first() is not None:
                    raise LaboratoryError(
                        "The database holds another laboratory; a laboratory is restored into an empty one."
                    )
    finally:
        engine.dispose()


def _files_of(folder: Path) -> list[Path]:
    """Documents and recordings: everything but the database, hidden folders and other backups."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not file.name.startswith((SQLITE_FILE, "."))
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not (file.parent == folder and _is_backup(file))
    )


def _is_backup(file: Path) -> bool:
    """Whether a file beside the documents is a backup, or was to become one."""
    if file.name.endswith(UNFINISHED):
        return True
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as archive:
        return {MARK, CONTENTS} <= {*archive.namelist()}


def _verify(path: Path) -> dict[str, str]:
    """Read a backup through; give what it holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            digests: dict[str, str] = json.loads(archive.read(CONTENTS))
            if MARK not in digests or {*archive.namelist()} != {*digests, CONTENTS}:
                raise LaboratoryError(f"{path.name} is not a whole backup: its list and its files differ.")
            for name, digest in digests.items():
                place = PurePosixPath(name)
                if place.is_absolute() or ".." in place.parts or "\\" in name:
                    raise LaboratoryError(f"{path.name} holds {name!r}, which would be written outside of the folder.")
                running = hashlib.sha256()
                with archive.open(name) as file:
                    while piece := file.read(_PIECE):
                        running.update(piece)
                if running.hexdigest() != digest:
                    raise LaboratoryError(f"{path.name} is damaged: {name} is not what was put in.")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, RuntimeError, zlib.error) as error:
        raise LaboratoryError(f"{path.name} is not a readable backup ({error}).") from error
    return digests
