"""Tables of numbers under named columns, as plate programs export them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError

_MOST_BYTES: Final = 1 << 30
_FARTHEST_HEADER: Final = 60
_LARGEST: Final = 1e12
_LETTER: Final = re.compile(r"[A-Za-z]")
_UNIT: Final = re.compile(r"[(\[]([^)\]]*)[)\]]")
_UNIT_WORDS: Final = frozenset({"n", "s", "ms", "sec", "seconds", "m", "mm", "nm", "nmm"})
_DELIMITERS: Final = ("\t", ";", ",")


class DamagedTableError(ValueError):
    """A table is not what its header promises; the message is the part of a sentence that follows the file's name.

    Example scenarios
    -----------------
    - A line with fewer values than there are columns.
    """


@dataclass(frozen=True, slots=True, eq=False)
class ForceTable:
    """A header, column names, and numbers.

    Parameters
    ----------
    header : tuple of str
        Lines before the column names.
    columns : tuple of str
        As written.
    values : (t, n) array
        NaN where a cell is empty.
    """

    header: tuple[str, ...]
    columns: tuple[str, ...]
    values: FloatArray

    def column(self, *names: str) -> FloatArray | None:
        """(t,) values under the first of these names that is there; None when none is.

        Parameters
        ----------
        *names : str
            As `plain_name` gives them.

        Returns
        -------
        (t,) array, optional
            In the column's unit.
        """
        plain = [plain_name(column) for column in self.columns]
        found = next((plain.index(name) for name in names if name in plain), None)
        return None if found is None else self.values[:, found]

    def unit(self, *names: str) -> str:
        """The unit in brackets behind the first of these names that is there; empty when there is none.

        Parameters
        ----------
        *names : str
            As `plain_name` gives them.

        Returns
        -------
        str
            In lower case.
        """
        plain = [plain_name(column) for column in self.columns]
        found = next((self.columns[plain.index(name)] for name in names if name in plain), "")
        match = _UNIT.search(found)
        last = re.split(r"[^A-Za-z]+", found.lower())[-1]
        return match[1].strip().lower() if match else last if last in _UNIT_WORDS else ""


def plain_name(column: str) -> str:
    """A column's name in lower case, without unit, blanks and signs.

    Parameters
    ----------
    column : str
        As written: ``Time (s)``, ``force_left``.

    Returns
    -------
    str
        ``time``, ``forceleft``.
    """
    words = [word for word in re.split(r"[^a-z0-9|']+", _UNIT.sub(" ", column.lower().strip("\"' "))) if word]
    while len(words) > 1 and words[-1] in _UNIT_WORDS:
        words.pop()
    return "".join(words)


def text_of(path: Path) -> str:
    """Read a file as text.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    str
        UTF-8, or Latin-1 where it is not.

    Raises
    ------
    UnreadableTrialError
        When it cannot be opened, is too large for a table, or is binary.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableTrialError(path, f"it is larger than {_MOST_BYTES >> 20} MB, which no such table is.")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    if b"\0" in data:
        raise UnreadableTrialError(path, "it is a binary file, but this format is text.")
    return decoded(data)


def decoded(data: bytes) -> str:
    """Text of bytes: UTF-8, or Latin-1 where they are not.

    Parameters
    ----------
    data : bytes
        May be cut off in the middle of a letter.

    Returns
    -------
    str
        Without a byte order mark, with plain line ends.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_header(lines: Sequence[str], is_header: Callable[[list[str]], bool]) -> tuple[int, str] | None:
    """Find the line of column names.

    Parameters
    ----------
    lines : sequence of str
        The file's lines.
    is_header : callable
        ``(plain names) -> bool``.

    Returns
    -------
    (line, delimiter), optional
        Line from 0; None when none of the first 60 lines is one.
    """
    for number, line in enumerate(lines[:_FARTHEST_HEADER]):
        if _LETTER.search(line) is None:  # a line of numbers, of which there may be many
            continue
        for delimiter in _DELIMITERS:
            if delimiter in line and is_header([plain_name(name) for name in line.split(delimiter)]):
                return number, delimiter
    return None


def required_header(lines: Sequence[str], is_header: Callable[[list[str]], bool], missing: str) -> tuple[int, str]:
    """Find the line of column names, which has to be there.

    Parameters
    ----------
    lines : sequence of str
        The file's lines.
    is_header : callable
        ``(plain names) -> bool``.
    missing : str
        What to say when there is none; a part of a sentence.

    Returns
    -------
    (line, delimiter)
        Line from 0.

    Raises
    ------
    DamagedTableError
        When there is none.
    """
    found = find_header(lines, is_header)
    if found is None:
        raise DamagedTableError(missing)
    return found


def parse_table(lines: Sequence[str], at: int, delimiter: str, skip: int = 0) -> ForceTable:
    """Read the table under a line of column names.

    Parameters
    ----------
    lines : sequence of str
        The file's lines.
    at : int
        Line of the column names, from 0.
    delimiter : str
        Between the columns.
    skip : int
        Lines between the names and the first row, such as units.

    Returns
    -------
    ForceTable
        Blank lines do not count.

    Raises
    ------
    DamagedTableError
        When a row has another number of cells, or a cell is no number or an absurd one; the message names the place.
    """
    columns = [name.strip().strip('"') for name in lines[at].rstrip("\n").split(delimiter)]
    while columns and not columns[-1]:
        columns.pop()
    first = at + 1 + skip
    rows = [line for line in lines[first:] if line.strip()]
    if not rows:
        raise DamagedTableError(f"it has column names in line {at + 1}, but no rows.")
    try:
        values = np.loadtxt(io.StringIO("\n".join(rows)), delimiter=delimiter, ndmin=2, comments=None)
    except ValueError:
        values = None
    if values is None or values.shape[1] != len(columns):
        values = _row_by_row(lines, first, delimiter, len(columns))
    absurd = ~(np.abs(values) <= _LARGEST) & ~np.isnan(values)
    if absurd.any():
        row = int(np.flatnonzero(absurd.any(axis=1))[0]) + 1
        raise DamagedTableError(f"row {row} of its table holds a number above {_LARGEST:g}, which nothing measures.")
    return ForceTable(tuple(lines[:at]), tuple(columns), values)


def _row_by_row(lines: Sequence[str], first: int, delimiter: str, n_columns: int) -> FloatArray:
    decimal_comma = delimiter != "," and not any("." in line for line in lines[first : first + 20])
    rows: list[list[float]] = []
    for number, line in enumerate(lines[first:], first + 1):
        if not line.strip():
            continue
        cells = (line.replace(",", ".") if decimal_comma else line).split(delimiter)
        while len(cells) > n_columns and not cells[-1].strip():
            cells.pop()
        if len(cells) != n_columns:
            raise DamagedTableError(f"line {number} has {len(cells)} values, but there are {n_columns} columns.")
        try:
            rows.append([float(cell) if cell.strip() else float("nan") for cell in cells])
        except ValueError:
            raise DamagedTableError(f"line {number} holds something that is not a number.") from None
    return np.array(rows)


def times_of(values: FloatArray, what: str = "time") -> FloatArray:
    """Times that begin at 0. [s]

    Parameters
    ----------
    values : (t,) array
        Rising times. [s]
    what : str
        How people know the column.

    Returns
    -------
    (t,) array
        [s]

    Raises
    ------
    DamagedTableError
        When a time is missing or not later than the one before it, or there are fewer than two.
    """
    if len(values) < 2:
        raise DamagedTableError(f"it has {len(values)} row(s), but a recording has at least two.")
    if not np.isfinite(values).all():
        raise DamagedTableError(f"row {int(np.flatnonzero(~np.isfinite(values))[0]) + 1} has no {what}.")
    steps = np.diff(values)
    if (steps <= 0).any():
        raise DamagedTableError(f"the {what} does not rise from row {int(np.flatnonzero(steps <= 0)[0]) + 1} on.")
    return values - values[0]
