"""The blocks of an XSENSOR export: lines of text to frames of one sensor each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from footload.arrays import FloatArray
from footload.readers.unpacking import DamagedFileError, lines_of, pressures_of

_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)\s*$")
_DAY_S: Final = 86400.0
_MOST_CELLS: Final = 1 << 16


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
    header : dict
        The lines before the grid: name and text.
    """

    frame: int
    clock_s: float
    sensor: str
    values: FloatArray
    n_rows: int
    n_cols: int
    header: dict[str, str]

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
        for key, text in self.header.items():
            if key.startswith(name):
                try:
                    return float(text)
                except ValueError:
                    return float("nan")
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
    lines = _told(path)
    for line in lines:
        key, _, text = line.partition(",")
        if key == "FRAME":
            place.frame, place.clock_s = _frame_number(text), float("nan")
        elif key == "SENSOR":
            if place.frame is None:
                raise DamagedFileError(
                    "a SENSOR block stands before the first FRAME; the file was cut off at its start."
                )
            yield _block(lines, text, place)
        elif key == "Time":
            place.clock_s = _clock_s(text, place)
        elif key in {"File:", "Units:", "Threshold:", "Date"}:
            place.top.setdefault(key.rstrip(":"), text.strip().strip('"'))
        if key == "Time":
            place.top.setdefault("Time", text.strip())


def _told(path: Path) -> Iterator[str]:
    """The lines that say something."""
    for line in lines_of(path):
        short = line.rstrip(", \t\r")
        if short:
            yield short


def _frame_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise DamagedFileError(f"FRAME is followed by {text[:20]!r}, not by a number.") from None


def _clock_s(text: str, place: Place) -> float:
    match = _CLOCK.search(text)
    if match is None:
        raise DamagedFileError(f"the time of frame {place.frame} is {text[:20]!r}, not hours:minutes:seconds.")
    return (int(match[1]) * 60 + int(match[2])) * 60 + float(match[3])


def _block(lines: Iterator[str], sensor: str, place: Place) -> SensorBlock:
    header: dict[str, str] = {}
    for line in lines:
        key, _, text = line.partition(",")
        if key == "SENSELS":
            break
        if key in {"FRAME", "SENSOR"}:
            raise DamagedFileError(f"the block of {sensor} in frame {place.frame} has no SENSELS.")
        header[key] = text.strip()
    else:
        raise DamagedFileError(f"the file ends inside the header of frame {place.frame}; it was cut off there.")
    n_rows, n_cols = (_size(header, name, place) for name in ("Rows", "Columns"))
    if n_rows * n_cols > _MOST_CELLS:
        raise DamagedFileError(f"frame {place.frame} says {n_rows} x {n_cols} sensels, which no sensor has.")
    words: list[str] = []
    for row in range(n_rows):
        words += _row(next(lines, None), row, n_cols, place)
    values = pressures_of(words, lambda: f"the sensels of frame {place.frame}")
    return SensorBlock(place.frame or 0, place.clock_s, sensor, values, n_rows, n_cols, header)


def _size(header: dict[str, str], name: str, place: Place) -> int:
    text = header.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or int(text) < 1:
        raise DamagedFileError(f"{name} of frame {place.frame} is {text[:20]!r}, not a number of sensels.")
    return int(text)


def _row(line: str | None, row: int, n_cols: int, place: Place) -> list[str]:
    if line is None:
        raise DamagedFileError(
            f"the file ends in row {row + 1} of the sensels of frame {place.frame}; it was cut off there."
        )
    words = line.split(",")
    if len(words) != n_cols:
        raise DamagedFileError(
            f"row {row + 1} of the sensels of frame {place.frame} has {len(words)} values, but there are "
            f"{n_cols} columns."
        )
    return words


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
