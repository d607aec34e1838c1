"""A file's bytes and lines, unpacked where it is gzipped; whatever is wrong with them is one sentence."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError

GZIP: Final = b"\x1f\x8b"
MOST_BYTES: Final = 1 << 31
"""No export of a trial is larger; what unpacks to more is damaged or was made to fill the memory."""
_AT_ONCE: Final = 1 << 20
_HIGHEST: Final = 1e9
"""No unit gives a pressure a number as high as this."""


class DamagedFileError(ValueError):
    """The content of a file is not whole; the message is one sentence without the file's name."""


@contextmanager
def faults_of(path: Path) -> Generator[None]:
    """Turn what goes wrong while a file is read into one sentence that names it.

    Parameters
    ----------
    path : path
        The file.

    Yields
    ------
    None
        While it is read.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be opened, is damaged, or needs more memory than there is.
    """
    try:
        yield
    except DamagedFileError as error:
        raise UnreadableTrialError(path, str(error)) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnreadableTrialError(path, f"its packed content (gzip) is cut off or damaged ({error}).") from error
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    except MemoryError as error:
        raise UnreadableTrialError(path, "it needs more memory than this machine has free.") from error


def unpacked_head(head: bytes) -> bytes:
    """The first bytes of a file's content, whether it is gzipped or not.

    Parameters
    ----------
    head : bytes
        First bytes of the file.

    Returns
    -------
    bytes
        At most 4096; empty when the packing is damaged.
    """
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 4096)
    except zlib.error:
        return b""


def bytes_of(path: Path, most: int = MOST_BYTES) -> bytes:
    """Everything in a file, unpacked.

    Parameters
    ----------
    path : path
        The file, gzipped or not.
    most : int
        More bytes than that are refused.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    DamagedFileError
        When it is larger than `most`.
    """
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    with gzip.open(path) if packed else path.open("rb") as file:
        pieces: list[bytes] = []
        size = 0
        # One read of `most` bytes would ask for that much memory at once.
        while piece := file.read(_AT_ONCE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise DamagedFileError(f"its content is larger than {most >> 20} MB, which no such file is.")
    return b"".join(pieces)


def lines_of(path: Path, encoding: str = "utf-8-sig") -> Iterator[str]:
    """The lines of a text file, one after the other, without their ends.

    Parameters
    ----------
    path : path
        The file.
    encoding : str
        Bytes that do not fit are replaced, so that a name in another alphabet costs nothing.

    Yields
    ------
    str
        A line.

    Raises
    ------
    DamagedFileError
        When the file is not text.
    """
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        for number, line in enumerate(file, 1):
            if "\0" in line:
                raise DamagedFileError(f"line {number} holds bytes of 0; the file is damaged there, or not text.")
            yield line.rstrip("\n")


def stem_of(path: Path, *suffixes: str) -> str:
    """A file's name without its endings.

    Parameters
    ----------
    path : path
        The file.
    *suffixes : str
        Endings to take off, in this order, when they are there.

    Returns
    -------
    str
        Never empty.
    """
    name = path.name
    for suffix in suffixes:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
    return name


def pressures_of(words: Iterable[str], place: Callable[[], str]) -> FloatArray:
    """Turn printed pressures into numbers.

    Parameters
    ----------
    words : iterable of str
        One a value.
    place : callable
        Says where they stand, for the message.

    Returns
    -------
    (n,) array
        Finite and not negative.

    Raises
    ------
    DamagedFileError
        When one is not a number, or no pressure.
    """
    listed = list(words)
    try:
        # The same few pressures stand there again and again: each word is turned into a number once.
        value_of = {word: float(word) for word in set(listed)}
    except ValueError:
        bad = next(word for word in listed if not _is_number(word))
        raise DamagedFileError(f"{bad[:20]!r} on {place()} is not a number.") from None
    values = np.fromiter(map(value_of.__getitem__, listed), float, len(listed))
    wrong = ~((values >= 0) & (values < _HIGHEST))
    if wrong.any():
        raise DamagedFileError(f"{listed[int(np.argmax(wrong))][:20]!r} on {place()} is no pressure.")
    return values


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
