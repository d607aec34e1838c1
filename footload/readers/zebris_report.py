"""zebris report folders (`force-curve*.csv`, `gait-line*.csv`): force and center of pressure, whole and of either foot.

A report is a folder of small tables; any of them opens all that belong together. A table of a signal has a line
``type,name``, one with what it is (``signal`` or ``signal_2d``), then ``time,value`` or ``time,x,y``. What the vendor
computed stands in ``parameters.csv``, the person in ``patient*.csv``, which is left behind. The layout is that which a
published reader of these folders expects; no folder of a real measurement was at hand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError
from footload.readers.force_recordings import unknown_plate
from footload.readers.force_tables import DamagedTableError, ForceTable, decoded, parse_table, text_of, times_of
from footload.readers.registry import Reader
from footload.recordings import ForceRecording, Side
from footload.trials import Trial

_FEET: Final = {"-L": Side.LEFT, "-R": Side.RIGHT, "": None}
_KINDS: Final = frozenset({"signal", "signal_2d"})
_SLOWEST_S: Final = 1.0
"""Samples further apart than this are no movement: such times are taken as milliseconds."""
_NOTES: Final = {
    "unit": "The file names no units; force was taken in N and places in mm (unverified).",
    "orientation": "x was taken to the right of the walking direction and y along it, from the plate's origin "
    "(unverified).",
    "force": "The report holds curves that the vendor's program computed from the sensors: vertical force only. "
    "Pressures are in the vendor's JSON export.",
}


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a force curve or a gait line of a zebris report.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when its two first lines and the names of its columns are there.
    """
    return b"\0" not in head and _columns(decoded(head).split("\n")) is not None


def load(path: Path) -> Trial:
    """Read a zebris report: the tables of forces and places beside each other in one folder.

    Parameters
    ----------
    path : path
        One of its force curves or gait lines.

    Returns
    -------
    Trial
        A force recording of either foot where both are there, otherwise one of both feet together.

    Raises
    ------
    UnreadableTrialError
        When a table is damaged, or there is no force curve; the message names the line.
    """
    curves, lines = _tables(path)
    wanted = [side for side in Side if side in curves] if set(Side) <= set(curves) else list(curves)[:1]
    if not wanted:
        raise UnreadableTrialError(path, "it is a gait line, and no force curve of the same report lies beside it.")
    recordings = tuple(_recording(curves[side], lines.get(side), side) for side in wanted)
    notes = dict(_NOTES)
    if None in curves and set(Side) <= set(curves):
        notes["check"] = _check(curves)
    alone = len(curves) + len(lines) == 1
    return Trial(path.stem if alone else path.resolve().parent.name or path.stem, recordings, notes=notes)


def private(path: Path) -> Mapping[str, str]:
    """What the report says about the person and the day.

    Parameters
    ----------
    path : path
        One of the report's tables.

    Returns
    -------
    mapping
        The entries of ``patient*.csv`` by their names; empty when there is none.
    """
    found: dict[str, str] = {}
    for table in sorted(path.parent.glob("patient*.csv")):
        found |= _entries(table)
    return found


def read_parameters(path: Path) -> Mapping[str, str]:
    """What the vendor's program computed: the numbers of ``parameters.csv``, for comparison.

    Parameters
    ----------
    path : path
        One of the report's tables.

    Returns
    -------
    mapping
        Texts by the vendor's own names; empty when there is no such table.

    Raises
    ------
    UnreadableTrialError
        When it cannot be read.
    """
    table = path.with_name("parameters.csv")
    return _entries(table) if table.is_file() else {}


reader: Final = Reader(
    "zebris-report", "zebris report (force curves and gait lines)", (".csv",), recognises, load, private
)
"""The reader of zebris reports."""


def _entries(path: Path) -> dict[str, str]:
    rows = [row for row in csv.reader(io.StringIO(text_of(path)), skipinitialspace=True) if row][:2]
    if len(rows) < 2:
        raise UnreadableTrialError(path, "it has no line of names with a line of values below it.")
    pairs = zip(rows[0], rows[1], strict=False)
    return {name.strip(): value.strip() for name, value in pairs if value.strip() and name.strip() != "type"}


def _columns(lines: list[str]) -> tuple[int, tuple[str, ...]] | None:
    """The line of column names and the names; None when this is no signal of a report."""
    first, second = (_words(line) for line in (*lines[:2], "", "")[:2])
    if first[:2] != ["type", "name"] or not _KINDS.intersection(second[:1]):
        return None
    for number, line in enumerate(lines[2:6], 2):
        names = tuple(_words(line))
        if names[:1] == ("time",):
            return (number, names) if names in {("time", "value"), ("time", "x", "y")} else None
    return None


def _words(line: str) -> list[str]:
    return [word.strip().strip('"').strip().lower() for word in line.split(",")]


def _tables(path: Path) -> tuple[dict[Side | None, ForceTable], dict[Side | None, ForceTable]]:
    """Force curves and gait lines by foot: the file's own, and those of the report that lie beside it."""
    curves: dict[Side | None, ForceTable] = {}
    lines: dict[Side | None, ForceTable] = {}
    names = [f"{kind}{foot}" for kind in ("force-curve", "gait-line") for foot in _FEET]
    files = [path.with_name(f"{name}{path.suffix}") for name in names] if path.stem in names else [path]
    for file in files:
        if file == path or file.is_file():
            table = _table(file)
            foot = next((side for end, side in _FEET.items() if file.stem.endswith(end)), None)
            (curves if len(table.columns) == 2 else lines)[foot if file.stem in names else None] = table
    return curves, lines


def _table(path: Path) -> ForceTable:
    text = text_of(path).split("\n")
    found = _columns(text)
    if found is None:
        raise UnreadableTrialError(path, "it is no force curve or gait line of a zebris report, or was cut off.")
    try:
        table = parse_table(text, found[0], ",")
        times_of(table.values[:, 0])
    except DamagedTableError as error:
        raise UnreadableTrialError(path, str(error)) from error
    return table


def _recording(curve: ForceTable, line: ForceTable | None, side: Side | None) -> ForceRecording:
    time, force = curve.values[:, 0], curve.values[:, 1]
    missing = np.full(len(time), np.nan)
    moment = np.full((len(time), 3), np.nan)
    if line is not None:
        x_mm, y_mm = (_at(time, line, column) for column in (1, 2))
        moment[:, 0], moment[:, 1] = y_mm * force, -x_mm * force
    told = f"{side} foot" if side else "both feet"
    return ForceRecording(
        _seconds(time),
        np.column_stack([missing, missing, force]),
        moment,
        unknown_plate(),
        f"zebris report, {told}",
        (f"read: {len(time)} samples of the force curve ({told}) of a zebris report",),
        side,
    )


def _at(time: FloatArray, line: ForceTable, column: int) -> FloatArray:
    """A coordinate of the gait line at the times of the force curve; NaN where it has none."""
    known = np.isfinite(line.values[:, column])
    if not known.any():
        return np.full(len(time), np.nan)
    there = line.values[known]
    inside = (time >= there[0, 0]) & (time <= there[-1, 0])
    return np.where(inside, np.interp(time, there[:, 0], there[:, column]), np.nan)


def _seconds(time: FloatArray) -> FloatArray:
    found = times_of(time)
    return found * 1e-3 if float(np.median(np.diff(found))) >= _SLOWEST_S else found


def _check(curves: Mapping[Side | None, ForceTable]) -> str:
    whole, left, right = (curves[side].values for side in (None, *Side))
    if not len(whole) == len(left) == len(right):
        return "The curves of both feet together and of either foot have not the same length; they were not compared."
    difference = float(np.nanmax(np.abs(whole[:, 1] - left[:, 1] - right[:, 1]), initial=0.0))
    return f"The two feet add up to the curve of both together within {difference:.3g} N."
