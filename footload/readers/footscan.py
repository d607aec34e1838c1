"""RSscan footscan roll-off sheets (`.xls`): newtons on every sensor, frame by frame, for one foot or both.

The sheet says the scanning speed, then for each foot the rectangle on the plate and ``Frame k (t ms)`` with one line a
row. Rows run from the heel up. The sheet states no size of a sensor: 5.08 mm across and 7.62 mm along are those of the
footscan plates, and pressure is newtons over that area.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, bytes_of, faults_of
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout, Side
from footload.trials import Task, Trial
from footload.units import N_PER_KPA_MM2

if TYPE_CHECKING:
    import xlrd.sheet

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TITLE: Final = "Dynamic Roll off"
_MOST_BYTES: Final = 1 << 28
_PITCH_MM: Final = (5.08, 7.62)
_FOOT: Final = re.compile(r"(Left|Right) foot data")
_FRAME: Final = re.compile(r"Frame\s+(\d{1,7})\s*\((\d{1,9}(?:[.,]\d{1,6})?)\s*ms\)")
_MOST_N: Final = 1e5


def recognises(head: bytes, path: Path) -> bool:
    """Whether a file is a footscan roll-off sheet.

    Parameters
    ----------
    head : bytes
        First bytes of the file: those of any old Excel workbook.
    path : path
        Looked into for the sheet's title, which stands anywhere in a workbook.

    Returns
    -------
    bool
        True when it is a workbook with that title.
    """
    if not head.startswith(_OLE):
        return False
    try:
        data = bytes_of(path, _MOST_BYTES)
    except (OSError, DamagedFileError):
        return False
    return _TITLE.encode() in data or _TITLE.encode("utf-16-le") in data


def load(path: Path) -> Trial:
    """Read a footscan roll-off sheet.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One recording a foot, in the frame of the whole plate.

    Raises
    ------
    UnreadableTrialError
        When the workbook is damaged or no roll-off sheet; the message names the frame.
    """
    with faults_of(path):
        feet = _feet(_sheet(path))
        side = feet[0].side if len(feet) == 1 else None
        notes = {
            "task": "The sheet is a dynamic roll-off; taken as walking.",
            "sensors": f"The sheet states no size of a sensor; {_PITCH_MM[0]} x {_PITCH_MM[1]} mm was assumed, and "
            "pressure is newtons over that area. Forces do not depend on it.",
            "orientation": "Rows of the sheet run from the bottom of the plate up, taken as the plate's y.",
            "side": "The sheet says which foot it is.",
        }
        return Trial(path.stem, tuple(_recording(foot) for foot in feet), Task.WALKING, side=side, notes=notes)


def private(path: Path) -> Mapping[str, str]:
    """What a footscan sheet says about the person and the day.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping
        The first lines of the sheet: measurement, patient and date.

    Raises
    ------
    UnreadableTrialError
        When the workbook cannot be opened.
    """
    with faults_of(path):
        sheet = _sheet(path)
        lines = [str(_first(sheet, row)).strip() for row in range(min(3, sheet.nrows))]
        names = ("measurement", "patient", "recorded")
        return {name: line for name, line in zip(names, lines, strict=False) if line}


reader: Final = Reader("footscan", "footscan roll-off sheet", (".xls",), recognises, load, private)
"""The reader of footscan roll-off sheets."""


@dataclass(frozen=True, slots=True, eq=False)
class _Foot:
    """One foot of a sheet: where on the plate [sensors], when [s], and the forces (t, rows, cols) [N]."""

    side: Side
    left: int
    bottom: int
    time_s: FloatArray
    force_n: FloatArray


def _sheet(path: Path) -> xlrd.sheet.Sheet:
    import xlrd

    data = bytes_of(path, _MOST_BYTES)
    if not data.startswith(_OLE):
        raise DamagedFileError("it is no Excel workbook of the old kind (.xls), but a footscan roll-off sheet is one.")
    try:
        # Ragged rows: a damaged cell far down would otherwise fill up every row above it.
        sheet = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True).sheet_by_index(0)
        title = str(_first(sheet, 0)) if sheet.nrows else ""
    except MemoryError:
        raise
    except Exception as error:  # xlrd has no error of its own for most of what a damaged workbook does to it
        raise DamagedFileError(f"the workbook is damaged ({type(error).__name__}).") from error
    if not title.startswith(_TITLE):
        raise DamagedFileError(f"its first cell does not say {_TITLE!r}, as that of a footscan roll-off sheet does.")
    return sheet


def _first(sheet: xlrd.sheet.Sheet, row: int) -> Any:
    """What stands in the first column of a row; empty when nothing does."""
    values = sheet.row_values(row, 0, 1)
    return values[0] if values else ""


def _feet(sheet: xlrd.sheet.Sheet) -> list[_Foot]:
    first = [_first(sheet, row) for row in range(sheet.nrows)]
    words = [value if isinstance(value, str) else "" for value in first]
    starts = [(row, match[1]) for row, word in enumerate(words) if (match := _FOOT.match(word))]
    if not starts:
        raise DamagedFileError("there is no 'Left foot data' or 'Right foot data' in it; the sheet is damaged.")
    stops = [row for row, _ in starts[1:]] + [len(first)]
    feet = [
        _foot(sheet, words, start, stop, Side(name.lower())) for (start, name), stop in zip(starts, stops, strict=True)
    ]
    found = [foot for foot in feet if foot is not None]
    if not found:
        raise DamagedFileError("there is no frame in it; the sheet is damaged.")
    return found


def _foot(sheet: xlrd.sheet.Sheet, words: Sequence[str], start: int, stop: int, side: Side) -> _Foot | None:
    heads = [(row, match) for row in range(start, stop) if (match := _FRAME.match(words[row]))]
    if not heads:
        return None
    box = {
        name: _box(sheet, words, f"Rectangle {name}", start, heads[0][0])
        for name in ("left", "bottom", "width", "height")
    }
    numbers = [int(match[1]) for _, match in heads]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise DamagedFileError(f"the frames of the {side} foot are not numbered one after the other; one is missing.")
    time_s = np.array([float(match[2].replace(",", ".")) for _, match in heads]) * 1e-3
    if (np.diff(time_s) <= 0).any():
        raise DamagedFileError(f"the times of the frames of the {side} foot do not rise.")
    ends = [row for row, _ in heads[1:]] + [stop]
    if not 0 < box["width"] <= sheet.ncols or not 0 < box["height"] <= sheet.nrows:
        raise DamagedFileError(f"the rectangle of the {side} foot is larger than the sheet.")
    force_n = np.zeros((len(heads), box["height"], box["width"]))
    for frame, ((row, match), end) in enumerate(zip(heads, ends, strict=True)):
        force_n[frame] = _frame(sheet, row + 1, end, (box["height"], box["width"]), f"frame {match[1]}")
    return _Foot(side, box["left"], box["bottom"], time_s - time_s[0], force_n)


def _frame(sheet: xlrd.sheet.Sheet, start: int, end: int, shape: tuple[int, int], name: str) -> FloatArray:
    rows, cols = shape
    values: list[Sequence[Any]] = [sheet.row_values(row, 0, cols) for row in range(start, min(start + rows, end))]
    narrow = next((row for row in values if len(row) < cols), None)
    if narrow is not None:
        raise DamagedFileError(f"{name} has a row of {len(narrow)} values, but the rectangle is {cols} wide.")
    try:
        frame = np.array(values, np.float64)
    except ValueError:
        raise DamagedFileError(f"{name} holds something that is not a number.") from None
    if frame.shape != shape:
        raise DamagedFileError(
            f"{name} has {len(values)} rows, but the rectangle has {rows}; the sheet was cut off or damaged there."
        )
    if not ((frame >= 0) & (frame < _MOST_N)).all():
        raise DamagedFileError(f"{name} holds a value that is no force.")
    return frame


def _box(sheet: xlrd.sheet.Sheet, words: Sequence[str], name: str, start: int, stop: int) -> int:
    """A side of the rectangle; its number stands in the row below its name."""
    at = next((row for row in range(start, stop) if words[row].startswith(name)), stop)
    value = _first(sheet, at + 1) if at + 1 < sheet.nrows else ""
    if not isinstance(value, float) or value % 1 or not 0 <= value < 1e5:
        raise DamagedFileError(f"{name!r} is missing or no whole number; the sheet is damaged.")
    return int(value)


def _recording(foot: _Foot) -> PressureRecording:
    n_frames, rows, cols = foot.force_n.shape
    origin_mm = (foot.left * _PITCH_MM[0], foot.bottom * _PITCH_MM[1])
    kpa_per_n = 1.0 / (_PITCH_MM[0] * _PITCH_MM[1] * N_PER_KPA_MM2)
    return PressureRecording(
        foot.time_s,
        foot.force_n.reshape(n_frames, -1) * kpa_per_n,
        SensorLayout.rectangle(rows, cols, _PITCH_MM, origin_mm, UNKNOWN_DEVICE_MM),
        source="footscan .xls",
        side=foot.side,
        history=(f"read: {n_frames} frames of {rows} x {cols} sensors [N] from a footscan roll-off sheet",),
    )
