"""Which reader reads a file: every reader is asked, exactly one may answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path

from footload.errors import AmbiguousFormatError, UnknownFormatError, UnreadableTrialError
from footload.trials import Trial

HEAD_BYTES = 4096
"""How much of a file a reader may look at before it says whether the file is its own."""

ENTRY_POINT_GROUP = "footload.readers"


@dataclass(frozen=True, slots=True)
class Reader:
    """One file format.

    Parameters
    ----------
    name : str
        Short name, for `--format` and messages.
    label : str
        What people call it.
    suffixes : tuple of str
        Usual endings, for file dialogs; they decide nothing.
    recognises : callable
        ``(head, path) -> bool``: whether the first bytes are this format's. Never raises.
    load : callable
        ``(path) -> Trial``; raises `UnreadableTrialError` on damage.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes, Path], bool]
    load: Callable[[Path], Trial]


@lru_cache(maxsize=1)
def readers() -> tuple[Reader, ...]:
    """Every reader there is: footload's own and those of the entry-point group ``footload.readers``.

    Returns
    -------
    tuple of Reader
        In order of their names.

    Raises
    ------
    ValueError
        When two readers have the same name.
    """
    from footload.readers import emed

    found = [emed.reader, *(point.load() for point in entry_points(group=ENTRY_POINT_GROUP))]
    names = [reader.name for reader in found]
    if len(set(names)) != len(names):
        raise ValueError(f"Two readers have the same name; found: {', '.join(sorted(names))}.")
    return tuple(sorted(found, key=lambda reader: reader.name))


def find_reader(path: Path | str, name: str | None = None) -> Reader:
    """Find the reader of a file from its first bytes, or by name.

    Parameters
    ----------
    path : path
        The file.
    name : str, optional
        A reader's name; then the bytes are not asked.

    Returns
    -------
    Reader
        The only one that claims the file.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be opened or is empty.
    UnknownFormatError
        When nobody claims it.
    AmbiguousFormatError
        When more than one reader does.
    KeyError
        When there is no reader of that name.
    """
    path = Path(path)
    known = {reader.name: reader for reader in readers()}
    if name is not None:
        if name not in known:
            raise KeyError(f"There is no reader {name!r}; known: {', '.join(known)}.")
        return known[name]
    head = _head(path)
    claims = [reader for reader in known.values() if reader.recognises(head, path)]
    if not claims:
        labels = "; ".join(f"{reader.label} ({', '.join(reader.suffixes)})" for reader in known.values())
        raise UnknownFormatError(path, f"no reader knows this kind of file. Known kinds: {labels}.")
    if len(claims) > 1:
        raise AmbiguousFormatError(
            path,
            f"{len(claims)} readers claim it ({', '.join(reader.name for reader in claims)}); name one of them.",
        )
    return claims[0]


def read(path: Path | str, format: str | None = None) -> Trial:  # noqa: A002 - the word people use
    """Read a file as a trial.

    Parameters
    ----------
    path : path
        The file.
    format : str, optional
        A reader's name, when the file's bytes should not decide.

    Returns
    -------
    Trial
        With the file's fingerprint.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be read; the message says what was wrong and where.
    """
    path = Path(path)
    trial = find_reader(path, format).load(path)
    if trial.source_sha256:
        return trial
    with path.open("rb") as file:
        return trial.changed(source_sha256=hashlib.file_digest(file, "sha256").hexdigest())


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    if not head:
        raise UnreadableTrialError(path, "the file is empty (0 bytes).")
    return head
