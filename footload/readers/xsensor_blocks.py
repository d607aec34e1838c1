"""The blocks of an XSENSOR export: text to frames of one sensor each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.number_blocks import NumberTextError, line_blocks, parse_rows
from footload.readers.printed_numbers import with_short_ends
from footload.readers.unpacking import DamagedFileError, pressures_of

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)\s*$")
_DAY_S: Final = 86400.0
_MOST_CELLS: Final = 1 << 16
_HIGHEST: Final = 1e9
_AT_ONCE_BYTES: Final = 1 << 18
_MOST_SECTION_BYTES: Final = 1 << 24
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_BLANK: Final = b", \t\r\n"
_TOP: Final = {"File:", "Units:", "Threshold:", "Date", "Time"}


@dataclass(frozen=True, slots=True, eq=False)
class SensorBlock:
    """What one sensor saw in one frame.

    Parameters
    ----------
    frame : int
        The file's frame number.
    clock_s : float
        Time of the day; NaN when the file gives none. [s]
    sensor : str
        The sensor's name.
    values : (n,) array
        Row after row, in the file's unit.
    n_rows, n_cols : int
        Size of the grid.
    head : bytes
        The lines before the grid, each after a line end.
    """

    frame: int
    clock_s: float
    sensor: str
    values: FloatArray
    n_rows: int
    n_cols: int
    head: bytes

    @property
    def header(self) -> dict[str, str]:
        """The lines before the grid: name and text."""
        return {key: text.strip() for key, _, text in (line.partition(",") for line in _told(self.head))}

    def stated(self, name: str) -> float:
        """A number of the header.

        Parameters
        ----------
        name : str
            How the line begins.

        Returns
        -------
        float
            NaN when there is none.
        """
        try:
            return float(_stated(self.head, name.encode()))
        except ValueError:
            return float("nan")


@dataclass(slots=True)
class Place:
    """Where in the file the parser is.

    Parameters
    ----------
    frame : int, optional
        Number of the frame.
    clock_s : float
        Its time of the day. [s]
    top : dict
        The lines before the first frame, and the day of the first one: name and text.
    """

    frame: int | None = None
    clock_s: float = float("nan")
    top: dict[str, str] = field(default_factory=dict[str, str])


def blocks_of(path: Path, place: Place) -> Iterator[SensorBlock]:
    """Go through the blocks of a file, one frame of one sensor at a time.

    Parameters
    ----------
    path : path
        The file.
    place : Place
        Filled on the way.

    Yields
    ------
    SensorBlock
        In the order of the file.

    Raises
    ------
    DamagedFileError
        When a block is not whole.
    """
    for sections, is_last in _sections(path):
        yield from _blocks(sections, place, is_last=is_last)


def _sections(path: Path) -> Iterator[tuple[list[bytes], bool]]:
    """Texts that begin with FRAME or SENSOR, but for the first; the last list of them, which may be cut off, is marked.

    Yields
    ------
    list of bytes, bool
        In the order of the file.
    """
    kept = b"\n"
    n_lines = 1
    with path.open("rb") as file:
        for block in line_blocks(file, _AT_ONCE_BYTES):
            if b"\0" in block:
                at = n_lines + block.count(b"\n", 0, block.index(b"\0"))
                raise DamagedFileError(f"line {at} holds bytes of 0; the file is damaged there, or not text.")
            kept += with_short_ends(block.removeprefix(_BYTE_ORDER_MARK) if n_lines == 1 else block)
            n_lines += block.count(b"\n")
            starts = _starts(kept)
            if starts:
                yield [kept[a:b] for a, b in zip([0, *starts], starts, strict=False)], False
                kept = kept[starts[-1] :]
            if len(kept) > _MOST_SECTION_BYTES:
                raise DamagedFileError(f"for {len(kept) >> 20} MB no frame ends; the file is damaged.")
    yield [kept], True


def _starts(text: bytes) -> list[int]:
    starts: list[int] = []
    for word in (b"\nFRAME,", b"\nSENSOR,"):
        at = text.find(word, 1)
        while at >= 0:
            starts.append(at)
            at = text.find(word, at + len(word))
    return sorted(starts)


@dataclass(frozen=True, slots=True, eq=False)
class _Section:
    """A SENSOR section before its grid is read."""

    frame: int
    clock_s: float
    sensor: str
    head: bytes
    n_rows: int
    n_cols: int
    grid: bytes
    is_last: bool


def _blocks(sections: list[bytes], place: Place, *, is_last: bool) -> list[SensorBlock]:
    """The blocks of some sections; the grids of all of them are read at once where they are of one size."""
    found: list[_Section] = []
    for text in sections:
        if text.startswith(b"\nSENSOR,"):
            found.append(_section(text, place, is_last=is_last))
            continue
        for line in _told(text):
            key, _, value = line.partition(",")
            if key == "FRAME":
                place.frame, place.clock_s = _frame_number(value), float("nan")
            elif key == "Time":
                place.clock_s = _clock_s(value, place)
            if key in _TOP:
                place.top.setdefault(key.rstrip(":"), value.strip().strip('"'))
    grids = _grids(found)
    return [
        SensorBlock(each.frame, each.clock_s, each.sensor, grid, each.n_rows, each.n_cols, each.head)
        for each, grid in zip(found, grids, strict=True)
    ]


def _grids(sections: list[_Section]) -> list[FloatArray]:
    """The grids of all sections, at once where they are of one size and whole."""
    if not sections:
        return []
    n_rows, n_cols = sections[0].n_rows, sections[0].n_cols
    if any((each.n_rows, each.n_cols) != (n_rows, n_cols) for each in sections):
        return [_grid(each) for each in sections]
    text = b"".join(each.grid for each in sections)
    starts = np.cumsum([0, *(len(each.grid) for each in sections[:-1])])
    try:
        rows = parse_rows(text, n_cols)
    except NumberTextError:
        rows = np.zeros((0, n_cols))
    in_word = np.frombuffer(b"\n" + text, np.uint8) > ord(",")
    n_words = np.add.reduceat((in_word[1:] > in_word[:-1]).view(np.int8), starts, dtype=np.int64)
    if (n_words == n_rows * n_cols).all() and rows.size == n_words.sum() and _are_pressures(rows):
        return list(rows.reshape(len(sections), -1))
    return [_grid(each) for each in sections]


def _are_pressures(rows: FloatArray) -> bool:
    return bool(rows.min() >= 0 and rows.max() < _HIGHEST)


def _grid(section: _Section) -> FloatArray:
    """The grid of one section, row by row."""
    words: list[str] = []
    lines = _told(section.grid)
    for row in range(section.n_rows):
        line = next(lines, None)
        if line is None:
            raise DamagedFileError(_too_short(section, row))
        found = line.split(",")
        if len(found) != section.n_cols:
            raise DamagedFileError(
                f"row {row + 1} of the sensels of frame {section.frame} has {len(found)} values, but there are "
                f"{section.n_cols} columns."
            )
        words += found
    return pressures_of(words, lambda: f"the sensels of frame {section.frame}")


def _too_short(section: _Section, n_rows: int) -> str:
    if section.is_last:
        return f"the file ends in row {n_rows + 1} of the sensels of frame {section.frame}; it was cut off there."
    return f"frame {section.frame} has {n_rows} rows of sensels, but says {section.n_rows}."


def _told(text: bytes) -> Iterator[str]:
    """The lines that say something."""
    for line in text.split(b"\n"):
        short = line.rstrip(b", \t\r")
        if short:
            yield short.decode("utf-8", "replace")


def _frame_number(text: str) -> int:
    try:
        return int(text[:20])
    except ValueError:
        raise DamagedFileError(f"FRAME is followed by {text[:20]!r}, not by a number.") from None


def _clock_s(text: str, place: Place) -> float:
    match = _CLOCK.search(text)
    if match is None:
        raise DamagedFileError(f"the time of frame {place.frame} is {text[:20]!r}, not hours:minutes:seconds.")
    return (int(match[1]) * 60 + int(match[2])) * 60 + float(match[3])


def _section(text: bytes, place: Place, *, is_last: bool) -> _Section:
    head, sensels, grid = text.partition(b"\nSENSELS")
    if place.frame is None:
        raise DamagedFileError("a SENSOR block stands before the first FRAME; the file was cut off at its start.")
    if not sensels:
        if is_last:
            raise DamagedFileError(f"the file ends inside the header of frame {place.frame}; it was cut off there.")
        raise DamagedFileError(f"the block of {_sensor(head)} in frame {place.frame} has no SENSELS.")
    before, columns, rest = head.partition(b"\nColumns,")  # every block of a sensor is alike up to there
    sensor, n_rows, n_cols = _opening(before + columns + rest.partition(b"\n")[0])
    if not (n_rows and n_cols):
        n_rows, n_cols = (_size(head, name, place) for name in ("Rows", "Columns"))
    if n_rows * n_cols > _MOST_CELLS:
        raise DamagedFileError(f"frame {place.frame} says {n_rows} x {n_cols} sensels, which no sensor has.")
    grid = grid.partition(b"\n")[2].strip(_BLANK) + b"\n"
    return _Section(place.frame, place.clock_s, sensor, head, n_rows, n_cols, grid, is_last)


def _stated(head: bytes, name: bytes) -> bytes:
    """What stands behind the name that a line begins with; nothing when no line does."""
    at = head.find(b"\n" + name)
    if at < 0:
        return b""
    end = head.find(b"\n", at + 1)
    return head[at : end if end >= 0 else None].partition(b",")[2].strip(_BLANK)


def _sensor(head: bytes) -> str:
    return head.split(b"\n", 2)[1].partition(b",")[2].rstrip(_BLANK).decode("utf-8", "replace")


@lru_cache(maxsize=64)
def _opening(head: bytes) -> tuple[str, int, int]:
    """Name of the sensor, rows and columns; 0 where they are not told or no numbers."""
    texts = (_stated(head, name) for name in (b"Rows,", b"Columns,"))
    n_rows, n_cols = (int(text) if text.isdigit() and len(text) < 6 else 0 for text in texts)
    return _sensor(head), n_rows, n_cols


def _size(head: bytes, name: str, place: Place) -> int:
    text = _stated(head, name.encode() + b",").decode("utf-8", "replace")
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or int(text) < 1:
        raise DamagedFileError(f"{name} of frame {place.frame} is {text[:20]!r}, not a number of sensels.")
    return int(text)


def seconds_since(first_s: float, clock_s: float) -> float:
    """Time between two times of the day, across midnight where the later one is smaller. [s]

    Parameters
    ----------
    first_s, clock_s : float
        Times of the day. [s]

    Returns
    -------
    float
        Not negative. [s]
    """
    return (clock_s - first_s) % _DAY_S
