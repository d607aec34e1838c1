"""Which reader reads a file: every reader is asked, exactly one may answer."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules

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
        ``(path) -> Trial``; raises `UnreadableTrialError` on damage. Never holds a name or a date of a person.
    private : callable, optional
        ``(path) -> mapping``: what the file says about the person and the day, read only when asked for.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    recognises: Callable[[bytes, Path], bool]
    load: Callable[[Path], Trial]
    private: Callable[[Path], Mapping[str, str]] | None = None


@lru_cache(maxsize=1)
def readers() -> tuple[Reader, ...]:
    """Every reader there is: footload's own and those of the entry-point group ``footload.readers``.

    Returns
    -------
    tuple of Reader
        In order of their names. One that cannot be loaded is left out with a warning, so that a broken outside package
        does not close every other format.

    Raises
    ------
    ValueError
        When two readers have the same name.
    """
    found = [*_own_readers(), *_plugged_in()]
    names = [reader.name for reader in found]
    if len(set(names)) != len(names):
        raise ValueError(f"Two readers have the same name; found: {', '.join(sorted(names))}.")
    return tuple(sorted(found, key=lambda reader: reader.name))


def _plugged_in() -> Iterator[Reader]:
    for point in entry_points(group=ENTRY_POINT_GROUP):
        try:
            reader = point.load()
            if not isinstance(reader, Reader):
                raise TypeError(f"it is {type(reader).__name__}, not a Reader")  # noqa: TRY301 - told like the others
        except Exception as error:
            warnings.warn(
                f"The reader {point.name!r} ({point.value}) cannot be loaded ({error}); its files cannot be opened.",
                RuntimeWarning,
                stacklevel=2,
            )
        else:
            yield reader


def find_reader(path: Path | str, name: str | None = None) -> Reader:
    """Find the reader of a file from its first bytes, or by name.

    Parameters
    ----------
    path : path
        The file.
    name : str, optional
        A reader's name; then the bytes do not decide.

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
    if name is not None and name not in known:
        raise KeyError(f"There is no reader {name!r}; known: {', '.join(known)}.")
    head = _head(path)
    if name is not None:
        return known[name]
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


def read(path: Path | str, format: str | None = None, *, keep_private: bool = False) -> Trial:  # noqa: A002
    """Read a file as a trial.

    Parameters
    ----------
    path : path
        The file.
    format : str, optional
        A reader's name, when the file's bytes should not decide.
    keep_private : bool
        Keep names and dates that the file holds, as notes that begin with ``private``. They are stripped otherwise.

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
    reader = find_reader(path, format)
    trial = reader.load(path)
    if keep_private and reader.private is not None:
        kept = {f"private {name}": text for name, text in reader.private(path).items()}
        trial = trial.changed(notes={**trial.notes, **kept})
    if trial.source_sha256:
        return trial
    with path.open("rb") as file:
        return trial.changed(source_sha256=hashlib.file_digest(file, "sha256").hexdigest())


def _own_readers() -> Iterator[Reader]:
    """The `reader` of every module that stands beside this one."""
    for module in sorted(iter_modules([str(Path(__file__).parent)]), key=lambda found: found.name):
        reader = getattr(import_module(f"{__package__}.{module.name}"), "reader", None)
        if isinstance(reader, Reader):
            yield reader


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableTrialError(path, "cannot be opened: it is a folder; open one of the files in it.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    if not head:
        raise UnreadableTrialError(path, "the file is empty (0 bytes).")
    return head
