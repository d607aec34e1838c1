"""Numbers written as text, read in bulk: blocks of whole lines to arrays, with the place of whatever is no number.

Every byte that may stand in a number is looked at once, by array operations: the ends of the words are found, then
their digits are added up from the last one on. Up to 15 digits are summed as whole numbers and divided once by a power
of ten, so every value is the double that is nearest to what is printed. Words that are written in another way
(exponents, ``nan``) are turned into numbers one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np

from footload.arrays import FloatArray, IntArray

_PIECE_BYTES: Final = 1 << 18
_BLOCK_BYTES: Final = 1 << 20
_PLAIN: Final = b"0123456789.-, \t\r\n"
_LAST_SEPARATOR: Final = ord(",")
_MOST_DIGITS: Final = 15
_DIGIT_OF: Final = np.array([i - 48 if 48 <= i < 58 else 0 for i in range(256)], np.int64)
_TEN_TO: Final = 10 ** np.arange(_MOST_DIGITS + 2, dtype=np.int64)
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
    small = n_frames * n_sensors <= _MOST_DOUBLES
    return np.empty((n_frames, n_sensors), np.float64 if small else np.float32)


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
    other = text.translate(None, _PLAIN)
    values = None if other else _plain_numbers(text, n_columns)
    if values is None:
        values = _words(text, n_columns, first_line)
    return values


def _plain_numbers(text: bytes, n_columns: int | None) -> FloatArray | None:
    """The numbers of a text of digits, points, minus signs and separators; None when it needs a closer look."""
    letters = np.frombuffer(b" " + text + b" ", np.uint8)
    is_word = (letters > _LAST_SEPARATOR).view(np.int8)
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    first, last = edges[0::2] + 1, edges[1::2]
    if n_columns is not None and not _has_columns(letters, first, last, n_columns):
        return None
    if not len(first):
        return np.zeros(0)
    length = last - first + 1
    if int(length.max()) > _MOST_DIGITS:
        return None
    values = _without_points(_digits(letters, last, length), letters, last, length)
    if values is None or b"-" not in text:
        return values
    negative = letters[first] == ord("-")
    no_digit = negative & ((length < 2) | ((length == 2) & (letters[first + 1] == ord("."))))
    if no_digit.any() or np.count_nonzero(negative) != text.count(b"-"):
        return None
    return np.where(negative, -values, values)


def _has_columns(letters: np.ndarray, first: IntArray, last: IntArray, n_columns: int) -> bool:
    """Whether every line has no number or as many as there are columns."""
    if len(first) % n_columns:
        return False
    ends = np.flatnonzero(letters == ord("\n"))
    row_first, row_last = first[n_columns::n_columns], last[n_columns - 1 :: n_columns]
    if len(row_last) - 1 <= len(ends) <= len(row_last):  # no blank lines: one line end after every row
        inner = ends[: len(row_first)]
        closed = len(ends) == len(row_first) or bool(ends[-1] > row_last[-1])
        return closed and bool(((row_last[:-1] < inner) & (inner < row_first)).all())
    counts = np.diff(np.searchsorted(last, ends), prepend=0, append=len(last))
    return bool(((counts == 0) | (counts == n_columns)).all())


def _digits(letters: np.ndarray, last: IntArray, length: IntArray) -> IntArray:
    """Every word as one whole number, a point or a minus sign counted as a digit 0."""
    longest = int(length.max())
    digit_of = _DIGIT_OF.astype(np.int32) if longest <= 9 else _DIGIT_OF
    values = digit_of[letters[last]]
    words: IntArray | None = None  # all of them, until some words have no more digits
    scale = 1
    for place in range(1, longest):
        scale *= 10
        longer = np.flatnonzero(length > place)
        if len(longer) < len(length):
            words = longer if words is None else words[longer]
            last, length = last[longer], length[longer]
        digits = digit_of[letters[last - place]] * digit_of.dtype.type(scale)
        if words is None:
            values += digits
        else:
            values[words] += digits
    return values


def _without_points(values: IntArray, letters: np.ndarray, last: IntArray, length: IntArray) -> FloatArray | None:
    """Take out the points that `_digits` counted as a digit; None when a word has two of them or nothing else."""
    points = np.flatnonzero(letters == ord("."))
    if not len(points):
        return values.astype(np.float64)
    words = np.searchsorted(last, points)
    if (words[1:] == words[:-1]).any() or (length[words] < 2).any():
        return None
    places = last[words] - points
    if len(words) == len(values) and (places == places[0]).all():
        scale = int(_TEN_TO[places[0]])
        whole = values // values.dtype.type(scale * 10) if scale < 10**8 else values.astype(np.int64) // (scale * 10)
        return (values - whole * values.dtype.type(9 * scale)) / float(scale)
    out = values.astype(np.float64)
    scales, with_point = _TEN_TO[places], values[words].astype(np.int64)
    out[words] = (with_point - with_point // (10 * scales) * (9 * scales)) / scales
    return out


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
