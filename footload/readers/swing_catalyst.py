"""Swing Catalyst pressure plates (tab-separated text): one line for each loaded row of each frame."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.sidecar import Sidecar, read_sidecar
from footload.readers.unpacking import DamagedFileError, faults_of, lines_of, pressures_of, stem_of
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Trial

_COLUMNS: Final = ("time", "rows", "columns", "unit", "scale", "row", "rowvalues")
_BETWEEN: Final = re.compile(r"[,;\s]+")
_MOST_CELLS: Final = 1 << 20
_MOST_VALUES: Final = 1 << 29
_SLOWEST_S: Final = 1.0
"""Frames further apart than this are no movement: such times are taken as milliseconds."""


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first line names the columns of a Swing Catalyst export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when it does, in any order.
    """
    return set(_COLUMNS) <= set(_names(head.decode("utf-8-sig", "replace").partition("\n")[0]))


def load(path: Path) -> Trial:
    """Read a Swing Catalyst export.

    Parameters
    ----------
    path : path
        The file; a description beside it says how large a cell is.

    Returns
    -------
    Trial
        One pressure recording.

    Raises
    ------
    UnreadableTrialError
        When the export is cut off or damaged, or its description is missing.
    """
    with faults_of(path):
        return _trial(path)


reader: Final = Reader("swing_catalyst", "Swing Catalyst pressure plate", (".tsv", ".txt"), recognises, load)
"""The reader of Swing Catalyst exports."""


@dataclass(slots=True)
class _Lines:
    """What was read so far."""

    size: tuple[int, int] | None = None
    unit: str = ""
    times: list[float] = field(default_factory=list[float])
    frames: list[int] = field(default_factory=list[int])
    rows: list[int] = field(default_factory=list[int])
    values: list[FloatArray] = field(default_factory=list[FloatArray])


def _names(line: str) -> list[str]:
    return [name.partition("(")[0].partition("[")[0].strip().lower() for name in line.rstrip("\r\n").split("\t")]


def _trial(path: Path) -> Trial:
    described = read_sidecar(path, "swing_catalyst")
    found = _read(path)
    if found.size is None:
        raise DamagedFileError("it holds no line after the names of the columns; it was cut off there.")
    n_rows, n_cols = found.size
    if len(found.times) * n_rows * n_cols > _MOST_VALUES:
        raise DamagedFileError(f"{len(found.times)} frames of {n_rows} x {n_cols} cells are more than fit into memory.")
    first = _first_number(found.rows, n_rows)
    images = np.zeros((len(found.times), n_rows, n_cols), np.float32)
    for frame, row, values in zip(found.frames, found.rows, found.values, strict=True):
        images[frame, row - first] = values
    factor = kpa_per_unit(found.unit)
    if factor is not None:
        images *= np.float32(factor)
    time_s, time_note = _times_s(found.times)
    recording = PressureRecording(
        time_s,
        _turned(images, described).reshape(len(time_s), -1),
        SensorLayout.rectangle(n_rows, n_cols, described.pitch_mm or (1.0, 1.0), described.origin_mm),
        source="Swing Catalyst text",
        calibrated=factor is not None,
        history=(f"read: {len(time_s)} frames of {n_rows} x {n_cols} cells from a Swing Catalyst export",),
    )
    unit = (
        f"The file is in {found.unit}; 1 {found.unit} was taken as {factor:g} kPa."
        if factor is not None
        else f"The unit of the file is {found.unit[:20]!r}, which is none of pressure; the values are counts."
    )
    notes = {
        "unit": unit,
        "time": time_note,
        "rows": f"Rows that the file leaves out carry no load; its first row has the number {first}.",
        "orientation": f"As described beside the file: the first row is at the {described.first_row}, the first "
        f"column on the {described.first_column}.",
    }
    return Trial(stem_of(path, ".tsv", ".txt"), (recording,), notes=notes)


def _turned(images: FloatArray, described: Sidecar) -> FloatArray:
    if described.first_row == "toes":
        images = images[:, ::-1]
    return images[:, :, ::-1] if described.first_column == "right" else images


def _read(path: Path) -> _Lines:
    found = _Lines()
    lines = lines_of(path)
    names = _names(next(lines, ""))
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise DamagedFileError(f"its first line does not name the column {missing[0]!r}.")
    at = {name: names.index(name) for name in _COLUMNS}
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        words = line.split("\t")
        if len(words) < len(names):
            raise DamagedFileError(
                f"line {number} has {len(words)} columns, but there are {len(names)}; it was cut off."
            )
        _add(found, words, at, number)
    return found


def _add(found: _Lines, words: list[str], at: dict[str, int], number: int) -> None:
    n_rows, n_cols = (int(_number(words[at[name]], name, number, whole=True)) for name in ("rows", "columns"))
    if n_rows < 1 or n_cols < 1 or n_rows * n_cols > _MOST_CELLS or found.size not in {None, (n_rows, n_cols)}:
        raise DamagedFileError(
            f"line {number} says {n_rows} x {n_cols} cells, which is no plate or another than before."
        )
    unit, scale = words[at["unit"]].strip(), _number(words[at["scale"]], "scale", number)
    if scale <= 0 or (found.size is not None and unit != found.unit):
        raise DamagedFileError(
            f"line {number} has the scale {scale:g} and the unit {unit[:20]!r}, which does not fit the others."
        )
    found.size, found.unit = (n_rows, n_cols), unit
    time = _number(words[at["time"]], "time", number)
    if not found.times or time != found.times[-1]:
        if found.times and time < found.times[-1]:
            raise DamagedFileError(f"line {number} goes back in time, from {found.times[-1]:g} to {time:g}.")
        found.times.append(time)
    if not words[at["row"]].strip():
        return
    row = int(_number(words[at["row"]], "row", number, whole=True))
    # The list of values may itself be separated by tabs, so that it goes on to the end of the line.
    last = at["rowvalues"] == max(at.values())
    text = "\t".join(words[at["rowvalues"] :]) if last else words[at["rowvalues"]]
    values = pressures_of([word for word in _BETWEEN.split(text.strip()) if word], lambda: f"line {number}") / scale
    if len(values) != n_cols or not 0 <= row <= n_rows:
        raise DamagedFileError(
            f"line {number} is row {row} with {len(values)} values, but there are {n_rows} x {n_cols} cells."
        )
    if not (values < 1e9).all():
        raise DamagedFileError(f"line {number} holds a number that is no pressure.")
    found.frames.append(len(found.times) - 1)
    found.rows.append(row)
    found.values.append(values)


def _first_number(rows: list[int], n_rows: int) -> int:
    """Whether rows are counted from 0 or from 1."""
    if rows and max(rows) == n_rows:
        if min(rows) == 0:
            raise DamagedFileError(f"its rows are numbered from 0 to {n_rows}, but there are only {n_rows}.")
        return 1
    return 0


def _times_s(times: list[float]) -> tuple[FloatArray, str]:
    time = np.array(times) - times[0]
    if len(time) > 1 and float(np.median(np.diff(time))) >= _SLOWEST_S:
        return time * 1e-3, "The file does not name the unit of time; the steps between frames fit milliseconds."
    return time, "The file does not name the unit of time; the steps between frames fit seconds."


def _number(text: str, name: str, number: int, *, whole: bool = False) -> float:
    try:
        value = float(text)
    except ValueError:
        raise DamagedFileError(f"{name} in line {number} is {text[:20]!r}, not a number.") from None
    if not abs(value) < 1e15 or (whole and value != int(value)):
        raise DamagedFileError(f"{name} in line {number} is {text[:20]!r}, which cannot be.")
    return value
