"""Which files a batch works on: folders, globs and files become one list in a fixed order."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from footload.errors import AmbiguousFormatError, FootloadError
from footload.readers.registry import find_reader


@dataclass(frozen=True, slots=True)
class Selection:
    """The files of a batch.

    Parameters
    ----------
    files : tuple of Path
        Absolute, in the order of their paths, each once.
    root : Path
        The folder that holds all of them.
    skipped : tuple of Path
        Files found in folders that no reader claims, such as notes and descriptions.
    absent : tuple of str
        What was named and is not there.
    """

    files: tuple[Path, ...]
    root: Path
    skipped: tuple[Path, ...] = ()
    absent: tuple[str, ...] = ()


def select_files(inputs: Iterable[str | Path]) -> Selection:
    """Find the files of a batch.

    Parameters
    ----------
    inputs : iterable of str or path
        Files, folders (with all folders in them) and globs such as ``data/**/*.asf``. A file that is named is taken as
        it is, so that it fails visibly when nobody can read it; of a folder or a glob only what a reader claims.

    Returns
    -------
    Selection
        The same for the same files, in whatever order they were named.
    """
    named: set[Path] = set()
    found: set[Path] = set()
    absent: list[str] = []
    for given in map(str, inputs):
        path = Path(given)
        if path.is_dir():
            found |= {file for file in path.rglob("*") if file.is_file()}
        elif path.exists():
            named.add(path.absolute())
        elif matches := [Path(match) for match in glob.glob(given, recursive=True)]:  # noqa: PTH207 - may be absolute
            found |= {file for file in matches if file.is_file()}
        else:
            absent.append(given)
    found = {path.absolute() for path in found} - named
    taken = {path for path in found if not path.name.startswith(".") and _is_trial(path)}
    files = tuple(sorted(named | taken))
    root = Path(os.path.commonpath([file.parent for file in files])) if files else Path.cwd()
    return Selection(files, root, tuple(sorted(found - taken)), tuple(absent))


def second_feet(files: Iterable[Path]) -> frozenset[Path]:
    """Files of a right foot whose file of the left foot is in the batch too, by their names.

    A reader that joins such files (Tekscan) gives the same trial for both; the batch counts it once, under the left.

    Parameters
    ----------
    files : iterable of Path
        The files of a batch.

    Returns
    -------
    frozenset of Path
        ``walkR.asf`` where there is ``walkL.asf``.
    """
    known = set(files)
    return frozenset(
        file
        for file in known
        if (letter := {"R": "L", "r": "l"}.get(file.stem[-1:]))
        and file.with_name(file.stem[:-1] + letter + file.suffix) in known
    )


def _is_trial(path: Path) -> bool:
    """Whether exactly one reader claims it; an empty or damaged head is no trial, and two claims fail visibly later."""
    try:
        find_reader(path)
    except FootloadError as error:
        return isinstance(error, AmbiguousFormatError)
    return True
