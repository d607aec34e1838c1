"""The footsteps that StepUP-P150 cut out of its walkway trials, with the table that describes them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import IO, Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.npz_stream import ArrayKind, slices_of
from footload.readers.unpacking import DamagedFileError, stem_of
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout, Side
from footload.trials import Task, Trial

STEP_SHAPE: Final = (101, 75, 40)
_PITCH_MM: Final = 5.0
_RATE_HZ: Final = 100.0
_TABLE: Final = "metadata.csv"
_NORMALIZED: Final = 1.0
_HIGHEST: Final = 1e6
_MOST_STEPS: Final = 2000


def read_steps(path: Path, kind: ArrayKind, stream: IO[bytes]) -> Trial:
    """Read footsteps as recordings of one trial.

    Parameters
    ----------
    path : path
        The file; its ``metadata.csv`` stands beside it.
    kind : ArrayKind
        Footsteps x 101 x 75 x 40.
    stream : file
        Stands before the first number.

    Returns
    -------
    Trial
        One recording a footstep that the set itself does not exclude, each on its own 75 x 40 cells.

    Raises
    ------
    DamagedFileError
        When the table is missing or does not fit, or the values are shares instead of pressures.
    """
    if kind.shape[0] > _MOST_STEPS:
        raise DamagedFileError(f"it says {kind.shape[0]} footsteps, but no trial of the set has that many.")
    rows = _table(path.with_name(_TABLE), kind.shape[0])
    recordings: list[PressureRecording] = []
    highest = 0.0
    excluded = 0
    steps = (step for chunk in slices_of(kind, stream) for step in chunk)
    for number, (step, row) in enumerate(zip(steps, rows, strict=True)):
        with np.errstate(over="ignore"):  # too large for four bytes becomes infinite, and is refused as that
            pressure = step.astype(np.float32)
        if not ((pressure >= 0) & (pressure < _HIGHEST)).all():
            raise DamagedFileError(f"footstep {number} holds a number that is no pressure.")
        highest = max(highest, float(pressure.max()))
        if _whole(row, "Exclude", number, 0):
            excluded += 1
        else:
            recordings.append(_recording(pressure, row, number))
    if 0 < highest <= _NORMALIZED:
        raise DamagedFileError("its highest value is 1: these are shares, not pressures; open pipeline_1.npz instead.")
    if not recordings:
        raise DamagedFileError("the set excludes every footstep in it.")
    recordings.sort(key=lambda recording: recording.time_s[0])
    return Trial(stem_of(path, ".npz"), tuple(recordings), Task.WALKING, notes=_notes(excluded, len(rows)))


def _notes(excluded: int, n_steps: int) -> dict[str, str]:
    return {
        "unit": "The file names no unit or size of a cell: kPa and 5 mm were taken, as the data set states.",
        "orientation": "The first row of a footstep is at the toes; rows were turned so that y rises toward them.",
        "time": "Every footstep was stretched to 101 frames by the set; they were spread over its stated time again.",
        "place": "Every footstep was turned and moved by the set; where it was on the walkway is not known here.",
        "excluded": f"{excluded} of {n_steps} footsteps are marked to be excluded; they were left out.",
    }


def _table(path: Path, n_steps: int) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = [
                {key: text or "" for key, text in row.items() if isinstance(key, str)} for row in csv.DictReader(file)
            ]
    except OSError:
        raise DamagedFileError(
            f"footsteps need the table {_TABLE} of the same folder, which cannot be opened."
        ) from None
    except csv.Error as error:
        raise DamagedFileError(f"{_TABLE} beside it is damaged ({error}).") from error
    if len(rows) != n_steps:
        raise DamagedFileError(f"it holds {n_steps} footsteps, but {_TABLE} beside it describes {len(rows)}.")
    return rows


def _whole(row: dict[str, str], name: str, number: int, default: int | None = None) -> int:
    text = row.get(name, "").strip()
    if not text and default is not None:
        return default
    try:
        value = int(float(text))
    except (ValueError, OverflowError):
        raise DamagedFileError(
            f"{name} of footstep {number} in {_TABLE} is {text[:20]!r}, not a whole number."
        ) from None
    return value


def _recording(pressure: FloatArray, row: dict[str, str], number: int) -> PressureRecording:
    start, stop = _whole(row, "StartFrame", number), _whole(row, "EndFrame", number)
    if not 0 <= start < stop < 1 << 24:
        raise DamagedFileError(f"footstep {number} lasts from frame {start} to {stop} in {_TABLE}, which is no time.")
    side = {"left": Side.LEFT, "right": Side.RIGHT}.get(row.get("Side", "").strip().lower())
    frames, rows, cols = STEP_SHAPE
    return PressureRecording(
        np.linspace(start, stop, frames) / _RATE_HZ,
        np.ascontiguousarray(pressure[:, ::-1]).reshape(frames, rows * cols),
        SensorLayout.rectangle(rows, cols, _PITCH_MM, device_mm=UNKNOWN_DEVICE_MM),
        source="StepUP-P150 .npz",
        side=side,
        history=(f"read: footstep {number} (frames {start} to {stop}) of a StepUP-P150 array, stretched to 101",),
    )
