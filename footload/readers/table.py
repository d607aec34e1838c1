"""Plain tables (`.csv`, `.npz`) with a small description (`.toml`) beside them."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.readers.frame_room import FrameRoom
from footload.readers.npz_stream import ArrayKind, first_array, opened_array, slices_of
from footload.readers.number_blocks import precision_note
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.sidecar import Sidecar, kind_beside, read_sidecar
from footload.readers.table_rows import TextRows
from footload.readers.unpacking import DamagedFileError, faults_of, stem_of
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout, Side
from footload.trials import Task, Trial

_SECONDS_PER: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_MOST_VALUES: Final = 1 << 29


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
    order = _order(described)
    values, times = (_from_npz if packed else _from_text)(path, described, order, valid)
    if not len(values):
        raise DamagedFileError("it holds no frame.")
    recording = PressureRecording(
        _times_s(times, len(values), described),
        values,
        _layout(described),
        valid[order],
        source=described.source or "table",
        calibrated=factor is not None,
        side=Side(described.side) if described.side else None,
        in_shoe=described.side is not None,
        history=(f"read: {len(values)} frames of {described.n_cells} cells from a table",),
    )
    notes = {"description": f"Unit ({described.unit}), cells, time and orientation are as described beside the file."}
    notes |= {} if packed else precision_note(values)
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


def _order(described: Sidecar) -> IntArray:
    """Which cell of the file each cell of the plate is: from the heel, and from the left."""
    cells = np.arange(described.n_cells)
    if described.cells is not None:
        return cells
    image = cells.reshape(described.rows or 0, described.columns or 0)
    image = image[::-1] if described.first_row == "toes" else image
    image = image[:, ::-1] if described.first_column == "right" else image
    return image.reshape(-1)


def _times_s(times: FloatArray | None, n_frames: int, described: Sidecar) -> FloatArray:
    if times is None:
        return np.arange(n_frames) / (described.rate_hz or 1.0)
    if len(times) != n_frames:
        raise DamagedFileError(f"there are {len(times)} times, but {n_frames} frames.")
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise DamagedFileError("the times do not rise from frame to frame.")
    return (times - times[0]) * _SECONDS_PER[described.time_unit]


def _from_text(
    path: Path, described: Sidecar, order: IntArray, valid: BoolArray
) -> tuple[FloatArray, FloatArray | None]:
    rows = TextRows(path, described.n_cells + (described.time is not None), described.delimiter, described.skip_lines)
    room = FrameRoom.for_text(order, valid, kpa_per_unit(described.unit) or 1.0, rows.n_most)
    if described.time is None:
        for block in rows:
            room.add(block)
        return room.frames(), None
    if described.time not in rows.names:
        raise DamagedFileError(
            f"no column is named {described.time[:30]!r}; there are: {', '.join(rows.names[:8]) or '(no names)'}."
        )
    at = rows.names.index(described.time)
    times: list[FloatArray] = []
    for block in rows:
        times.append(block[:, at].copy())
        room.add(np.delete(block, at, axis=1))
    return room.frames(), np.concatenate([np.zeros(0), *times])


def _from_npz(
    path: Path, described: Sidecar, order: IntArray, valid: BoolArray
) -> tuple[FloatArray, FloatArray | None]:
    with opened_array(path, described.pressure or "pressure") as (kind, stream):
        _check_size(kind)
        n_cells = prod(kind.shape[1:])
        if n_cells != described.n_cells:
            shape = " x ".join(str(n) for n in kind.shape)
            raise DamagedFileError(
                f"its pressures are {shape}, but the description gives {described.n_cells} cells a frame."
            )
        keep = np.float32 if kind.dtype.itemsize < 4 or kind.dtype == np.dtype(np.float32) else np.float64
        # it grows with what is really there: the stated shape may be damaged
        room = FrameRoom(order, valid, kpa_per_unit(described.unit) or 1.0, np.empty((0, n_cells), keep))
        for chunk in slices_of(kind, stream):
            room.add(chunk.reshape(len(chunk), -1))
    if described.time is None:
        return room.frames(), None
    with opened_array(path, described.time) as (kind, stream):
        _check_size(kind)
        return room.frames(), np.concatenate([chunk.astype(float).reshape(-1) for chunk in slices_of(kind, stream)])


def _check_size(kind: ArrayKind) -> None:
    if prod(kind.shape) > _MOST_VALUES:
        raise DamagedFileError(f"the array {kind.name!r} is larger than any recording.")
