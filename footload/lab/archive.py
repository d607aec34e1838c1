"""A laboratory in one file, and back."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from footload.lab.checking import rebuild
from footload.lab.database import SQLITE_FILE, writing
from footload.lab.documents import LaboratoryError, sha256_of, write_file
from footload.lab.laboratory import MARK, Laboratory

CONTENTS: Final = "contents.json"
_PIECE: Final = 1 << 20


def backup(lab: Laboratory, target: Path) -> int:
    """Write every document and recording into one zip file; the database is made again from them.

    Parameters
    ----------
    lab : Laboratory
        Open; whoever writes waits meanwhile.
    target : path
        Where to; never replaced, and there only when it is whole and was read back.

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
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with writing(lab.engine):
            digests = {file.relative_to(lab.folder).as_posix(): sha256_of(file) for file in _files_of(lab.folder)}
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name in digests:
                    archive.write(lab.folder / name, name)
                archive.writestr(CONTENTS, json.dumps(digests, indent=0, sort_keys=True))
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        _verify(unfinished)
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise LaboratoryError(f"{target.name} cannot be written ({error.strerror or error}).") from error
    return len(digests)


def restore(source: Path, folder: Path, database: str | None = None, by: str | None = None) -> Laboratory:
    """Make a laboratory from a backup.

    Parameters
    ----------
    source : path
        Of `backup`.
    folder : path
        New or empty.
    database, by : str, optional
        As for `Laboratory`; the database has to be empty.

    Returns
    -------
    Laboratory
        Open, its database made again.

    Raises
    ------
    LaboratoryError
        When the folder is not empty, or the backup is damaged; nothing is written then.
    """
    if folder.exists() and any(folder.iterdir()):
        raise LaboratoryError(f"{folder} is not empty; a laboratory is restored into a new folder.")
    digests = _verify(source)
    with zipfile.ZipFile(source) as archive:
        for name in sorted(
            digests, key=lambda each: each == MARK
        ):  # the mark comes last: half a folder is no laboratory
            write_file(folder / name, archive.read(name))
    lab = Laboratory(folder, database, by)
    if lab.rows("participants") or lab.rows("audit"):
        lab.close()
        raise LaboratoryError("The database holds another laboratory; a laboratory is restored into an empty one.")
    rebuild(lab)
    return lab


def _files_of(folder: Path) -> list[Path]:
    """Documents and recordings: everything but the database and what stands in hidden folders."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not file.name.startswith(SQLITE_FILE)
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


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
