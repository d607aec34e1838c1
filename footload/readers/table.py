"""Plain tables (`.csv`, `.npz`) with a small description (`.toml`) beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray
from footload.readers.npz_stream import first_array, opened_array, slices_of
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.sidecar import Sidecar, kind_beside, read_sidecar
from footload.readers.unpacking import DamagedFileError, faults_of, lines_of, pressures_of, stem_of
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout, Side
from footload.trials import Task, Trial

_BETWEEN: Final = {",": ",", ";": ";", "tab": "\t", "space": None}
_SECONDS_PER: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_MOST_VALUES: Final = 1 << 29
_AT_ONCE: Final = 512


def recognises(head: bytes, path: Path) -> bool:
    """Whether a description of a table stands beside the file.

    Parameters
    ----------
    head : bytes
        First bytes of the file: text, or an `.npz` of numbers.
    path : path
        The description has the same name with the ending `.toml`.

    Returns
    -------
    bool
        True when both fit.
    """
    return (b"\0" not in head or first_array(head) is not None) and kind_beside(path) == "table"


def load(path: Path) -> Trial:
    """Read a table.

    Parameters
    ----------
    path : path
        The file; its description stands beside it.

    Returns
    -------
    Trial
        One pressure recording.

    Raises
    ------
    UnreadableTrialError
        When table and description do not fit each other, or either is damaged.
    """
    with faults_of(path):
        return _trial(path)


reader: Final = Reader("table", "table with a description", (".csv", ".npz", ".txt"), recognises, load)
"""The reader of plain tables."""


def _trial(path: Path) -> Trial:
    described = read_sidecar(path, "table")
    with path.open("rb") as file:
        packed = file.read(4) == b"PK\x03\x04"
    values, times = _from_npz(path, described) if packed else _from_text(path, described)
    if not len(values):
        raise DamagedFileError("it holds no frame.")
    factor = kpa_per_unit(described.unit)
    if factor is None and described.unit != "counts":
        raise DamagedFileError(f'the unit {described.unit[:20]!r} is none of pressure; write "counts" for raw values.')
    valid = np.ones(described.n_cells, bool)
    missing = [cell for cell in described.missing if not 0 <= cell < described.n_cells]
    if missing:
        raise DamagedFileError(
            f"cell {missing[0]} is said to be missing, but cells go from 0 to {described.n_cells - 1}."
        )
    valid[list(described.missing)] = False
    _check(values, valid)
    recording = PressureRecording(
        _times_s(times, len(values), described),
        _placed(values if factor is None or factor == 1.0 else values * factor, described),
        _layout(described),
        _placed(valid[None], described)[0],
        source=described.source or "table",
        calibrated=factor is not None,
        side=Side(described.side) if described.side else None,
        history=(f"read: {len(values)} frames of {described.n_cells} cells from a table",),
    )
    notes = {"description": f"Unit ({described.unit}), cells, time and orientation are as described beside the file."}
    return Trial(stem_of(path, ".csv", ".npz", ".txt"), (recording,), _task(described), notes=notes)


def _task(described: Sidecar) -> Task:
    try:
        return Task(described.task) if described.task else Task.UNKNOWN
    except ValueError:
        known = ", ".join(task.value for task in Task)
        raise DamagedFileError(f"the task {described.task[:30]!r} is not known; known: {known}.") from None


def _layout(described: Sidecar) -> SensorLayout:
    if described.cells is not None:
        places = np.array(described.cells)
        return SensorLayout(places[:, 0], places[:, 1], places[:, 2])
    return SensorLayout.rectangle(
        described.rows or 0,
        described.columns or 0,
        described.pitch_mm or (1.0, 1.0),
        described.origin_mm,
        UNKNOWN_DEVICE_MM,
    )


def _placed(values: NDArray[Any], described: Sidecar) -> NDArray[Any]:
    """In the order of the plate frame: from the heel, and from the left."""
    if described.cells is not None or (described.first_row == "heel" and described.first_column == "left"):
        return values
    images = values.reshape(len(values), described.rows or 0, described.columns or 0)
    images = images[:, ::-1] if described.first_row == "toes" else images
    images = images[:, :, ::-1] if described.first_column == "right" else images
    return images.reshape(len(values), -1)


def _check(values: FloatArray, valid: NDArray[np.bool_]) -> None:
    bad = ~((values >= 0) & (values < 1e9)) & valid
    if bad.any():
        frame, cell = (int(at[0]) for at in np.nonzero(bad))
        raise DamagedFileError(f"frame {frame}, cell {cell} is {values[frame, cell]:g}, which is no pressure.")


def _times_s(times: FloatArray | None, n_frames: int, described: Sidecar) -> FloatArray:
    if times is None:
        return np.arange(n_frames) / (described.rate_hz or 1.0)
    if len(times) != n_frames:
        raise DamagedFileError(f"there are {len(times)} times, but {n_frames} frames.")
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise DamagedFileError("the times do not rise from frame to frame.")
    return (times - times[0]) * _SECONDS_PER[described.time_unit]


def _from_text(path: Path, described: Sidecar) -> tuple[FloatArray, FloatArray | None]:
    separator = _BETWEEN[described.delimiter]
    lines = lines_of(path)
    for _ in range(described.skip_lines):
        next(lines, "")
    names: list[str] = []
    blocks: list[FloatArray] = []
    words: list[str] = []
    width = described.n_cells + (described.time is not None)
    for number, line in enumerate(lines, described.skip_lines + 1):
        if not line.strip():
            continue
        found = [word.strip() for word in line.split(separator)]
        if not names and not blocks and not words and not _is_numbers(found):
            names = found
            continue
        if len(found) != width:
            raise DamagedFileError(f"line {number} has {len(found)} values, but the description gives {width}.")
        words += found
        if len(words) >= _AT_ONCE * width:
            blocks.append(_numbers(words, width, number))
            words = []
    blocks += [_numbers(words, width, 0)] if words else []
    table = np.concatenate(blocks) if blocks else np.zeros((0, width))
    if described.time is None:
        return table, None
    if described.time not in names:
        raise DamagedFileError(
            f"no column is named {described.time[:30]!r}; there are: {', '.join(names[:8]) or '(no names)'}."
        )
    at = names.index(described.time)
    return np.delete(table, at, axis=1), table[:, at]


def _is_numbers(words: list[str]) -> bool:
    try:
        for word in words:
            float(word or "nan")
    except ValueError:
        return False
    return True


def _numbers(words: list[str], width: int, number: int) -> FloatArray:
    where = f"the lines up to {number}" if number else "the last lines"
    try:
        return np.array([float(word or "nan") for word in words]).reshape(-1, width)
    except ValueError:
        pressures_of([word for word in words if word], lambda: where)
        raise DamagedFileError(f"{where} hold something that is not a number.") from None


def _from_npz(path: Path, described: Sidecar) -> tuple[FloatArray, FloatArray | None]:
    values = _array(path, described.pressure or "pressure")
    if values.size // max(len(values), 1) != described.n_cells:
        shape = " x ".join(str(n) for n in values.shape)
        raise DamagedFileError(
            f"its pressures are {shape}, but the description gives {described.n_cells} cells a frame."
        )
    times = None if described.time is None else _array(path, described.time).reshape(-1).astype(float)
    return values.reshape(len(values), -1), times


def _array(path: Path, name: str) -> FloatArray:
    with opened_array(path, name) as (kind, stream):
        if int(np.prod([float(n) for n in kind.shape])) > _MOST_VALUES:
            raise DamagedFileError(f"the array {name!r} is larger than any recording.")
        keep = np.float32 if kind.dtype.itemsize < 4 or kind.dtype == np.dtype(np.float32) else np.float64
        return np.concatenate([chunk.astype(keep) for chunk in slices_of(kind, stream)])
