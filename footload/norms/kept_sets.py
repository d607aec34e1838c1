"""Where a set of norms is kept: each revision in a file that nothing overwrites, the newest under the set's name."""

from __future__ import annotations

import os
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Final

from footload.norms.reference_set import NormSet, NormSetError
from footload.whole_files import sync_folder, write_file

LAB_NORMS: Final = "norms.json"
"""A laboratory's own, in its folder."""


def norms_of_lab(folder: Path) -> Path | None:
    """Where a laboratory's own norms are.

    Parameters
    ----------
    folder : Path
        The laboratory's.

    Returns
    -------
    Path or None
        None when it has none yet.
    """
    return folder / LAB_NORMS if (folder / LAB_NORMS).is_file() else None


def own_norms(folder: Path) -> NormSet | None:
    """A laboratory's own norms; they are read once, until their file is another one.

    Parameters
    ----------
    folder : Path
        The laboratory's.

    Returns
    -------
    NormSet or None
        None when it has none yet.

    Raises
    ------
    NormSetError
        When they cannot be read.
    """
    path = norms_of_lab(folder)
    if path is None:
        return None
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(4)
def _read(path: Path, _modified_ns: int, _n_bytes: int) -> NormSet:
    return NormSet.read(path)


def check_name(path: Path, name: str) -> None:
    """Refuse to keep a set where one of another name is.

    Parameters
    ----------
    path : Path
        Where a set is to be kept.
    name : str
        Of that set.

    Raises
    ------
    NormSetError
        When something else is there; the message names both.
    """
    if path.exists() and (present := NormSet.read(path).name) != name:
        raise NormSetError(f"{path.name} holds the norms of {present}, not of {name}; choose another file.")


def keep_set(made: NormSet, path: Path) -> NormSet:
    """Keep a set as the next revision; whoever does the same at the same moment gets a revision of their own.

    Parameters
    ----------
    made : NormSet
        Of any revision.
    path : Path
        Where the newest revision is; each stands beside it, such as ``norms.revision-2.json``.

    Returns
    -------
    NormSet
        With the revision that it became.

    Raises
    ------
    NormSetError
        When a set of another name is there.
    """
    check_name(path, made.name)
    if path.exists():  # an older footload gave the newest revision no file of its own
        _claimed(_revision_path(path, NormSet.read(path).revision), path.read_bytes())
    while True:
        numbered = made.model_copy(update={"revision": max(_revisions(path), default=0) + 1})
        if _claimed(_revision_path(path, numbered.revision), numbered.to_bytes()):
            break
    while not path.exists() or NormSet.read(path).revision != max(_revisions(path)):
        write_file(path, _revision_path(path, max(_revisions(path))).read_bytes())
    return numbered


def _revision_path(path: Path, revision: int) -> Path:
    return path.with_name(f"{path.stem}.revision-{revision}{path.suffix}")


def _revisions(path: Path) -> list[int]:
    name = re.compile(re.escape(f"{path.stem}.revision-") + r"([1-9]\d*)" + re.escape(path.suffix))
    return [int(found[1]) for each in path.parent.iterdir() if (found := name.fullmatch(each.name))]


def _claimed(path: Path, content: bytes) -> bool:
    """Write a file whole, unless there is one of that name; of several who try at once one does."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    write_file(part, content)
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links; what is new there is written in place
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            return False
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True
