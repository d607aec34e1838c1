"""Numbers written as text, read in bulk: blocks of whole lines to arrays, with the place of whatever is no number.

Plain numbers are read by array operations (`printed_numbers`); a stretch of text with words that are written in another
way (exponents, ``nan``) is turned into numbers word by word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.printed_numbers import PLAIN, PrintedWords

_PIECE_BYTES: Final = 1 << 17
_BLOCK_BYTES: Final = 1 << 20
_MOST_DOUBLES: Final = 1 << 24


class NumberTextError(ValueError):
    """A text is not made of the numbers that it should be made of.

    Parameters
    ----------
    line : int
        Which line of the text, from 0.
    what : str
        What was wrong there; a part of a sentence that never repeats the text itself, which may hold a name.
    """

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line + 1} {what}")
        self.line = line
        self.what = what


def parse_numbers(text: bytes) -> FloatArray:
    """Read all numbers of a text.

    Parameters
    ----------
    text : bytes
        Numbers with spaces, tabs, commas or line ends between them.

    Returns
    -------
    (n,) array
        In the order of the text; each is the double nearest to what is printed.

    Raises
    ------
    NumberTextError
        When something else stands in it.
    """
    pieces = [_piece(part, None, at) for at, part in _parts(text)]
    return np.concatenate(pieces) if pieces else np.zeros(0)


def parse_rows(text: bytes, n_columns: int) -> FloatArray:
    """Read a table of numbers.

    Parameters
    ----------
    text : bytes
        Lines of numbers with spaces, tabs or commas between them; blank lines do not count.
    n_columns : int
        How many numbers every line has.

    Returns
    -------
    (rows, n_columns) array
        Each is the double nearest to what is printed.

    Raises
    ------
    NumberTextError
        When a line has another number of values, or something else than a number.
    """
    pieces = [_piece(part, n_columns, at) for at, part in _parts(text)]
    values = np.concatenate(pieces) if pieces else np.zeros(0)
    return values.reshape(-1, n_columns)


def line_blocks(file: BinaryIO, size: int = _BLOCK_BYTES) -> Iterator[bytes]:
    """Read the rest of a file in blocks of whole lines.

    Parameters
    ----------
    file : binary file
        From where it stands.
    size : int
        About how large a block is. [bytes]

    Yields
    ------
    bytes
        Whole lines; only the last block may end without a line end.
    """
    kept: list[bytes] = []
    while chunk := file.read(size):
        end = chunk.rfind(b"\n") + 1
        if not end:
            kept.append(chunk)
            continue
        yield b"".join([*kept, chunk[:end]])
        kept = [chunk[end:]] if end < len(chunk) else []
    if kept:
        yield b"".join(kept)


def count_in_file(file: BinaryIO, word: bytes) -> int:
    """How often a word stands in the rest of a file; the file is put back to where it was.

    Parameters
    ----------
    file : binary file
        From where it stands.
    word : bytes
        What to count.

    Returns
    -------
    int
        Number of places.
    """
    start = file.tell()
    count, kept = 0, b""
    while chunk := file.read(_BLOCK_BYTES):
        chunk = kept + chunk
        count += chunk.count(word)
        kept = chunk[len(chunk) - len(word) + 1 :] if len(word) > 1 else b""
    file.seek(start)
    return count


def empty_pressures(n_frames: int, n_sensors: int) -> FloatArray:
    """Make room for pressures; long recordings are kept in single precision, at half the memory.

    Parameters
    ----------
    n_frames, n_sensors : int
        How many there will be, at most.

    Returns
    -------
    (n_frames, n_sensors) array
        Not filled. float64 up to 16 million values, float32 above.
    """
    return np.empty((n_frames, n_sensors), precision_for(n_frames * n_sensors))


def precision_for(n_values: int) -> type[np.floating]:
    """How exactly a recording of so many pressures is kept.

    Parameters
    ----------
    n_values : int
        Frames times sensors, at most.

    Returns
    -------
    type
        float64 up to 16 million values, float32 above.
    """
    return np.float64 if n_values <= _MOST_DOUBLES else np.float32


def precision_note(pressures: FloatArray) -> dict[str, str]:
    """What to say about the precision of a recording, for the notes of its trial.

    Parameters
    ----------
    pressures : array
        As made by `empty_pressures`.

    Returns
    -------
    dict
        Nothing for double precision.
    """
    if pressures.dtype == np.float64:
        return {}
    return {"precision": "The recording is long; its pressures are kept with 7 digits (single precision)."}


def _parts(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Parts of a text that end with a line, and the number of the line that each starts with."""
    at, line = 0, 0
    while at < len(text):
        end = text.find(b"\n", min(at + _PIECE_BYTES, len(text))) + 1 or len(text)
        part = text[at:end]
        yield line, part
        line += part.count(b"\n")
        at = end


def _piece(text: bytes, n_columns: int | None, first_line: int) -> FloatArray:
    values = None if text.translate(None, PLAIN) else _plain_numbers(text, n_columns)
    if values is None:
        values = _words(text, n_columns, first_line)
    return values


def _plain_numbers(text: bytes, n_columns: int | None) -> FloatArray | None:
    """The numbers of a text of digits, points, minus signs and separators; None when it needs a closer look."""
    words = PrintedWords.of(text)
    return words.numbers() if n_columns is None or words.have_columns(n_columns) else None


def _words(text: bytes, n_columns: int | None, first_line: int) -> FloatArray:
    """The slow way, which finds the place of what is wrong."""
    values: list[float] = []
    for offset, line in enumerate(text.replace(b",", b" ").split(b"\n")):
        words = line.split()
        if n_columns is not None and words and len(words) != n_columns:
            raise NumberTextError(first_line + offset, f"has {len(words)} values, but {n_columns} belong there.")
        try:
            values.extend(float(word) for word in words)
        except ValueError:
            raise NumberTextError(first_line + offset, "holds something that is not a number.") from None
    return np.array(values, np.float64)
