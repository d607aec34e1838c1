"""Tables of forces (`.csv`, `.txt`) with a small description (`.toml`) beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.force_recordings import numbered_notes, unknown_plate
from footload.readers.force_sidecar import KIND, DescribedPlate, ForceSidecar, read_force_sidecar
from footload.readers.force_tables import DamagedTableError, ForceTable, parse_table, text_of, times_of
from footload.readers.registry import Reader
from footload.readers.sidecar import kind_beside
from footload.readers.unpacking import DamagedFileError, faults_of
from footload.recordings import ForceRecording, PlateGeometry, Side
from footload.trials import Participant, Task, Trial

_DELIMITERS: Final = {",": ",", ";": ";", "tab": "\t"}
_SECONDS_PER: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_MM_PER: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_NMM_PER: Final = {"N.mm": 1.0, "N.m": 1000.0}
_TURNS: Final = {
    "z": np.eye(3),
    "-z": np.diag([-1.0, 1.0, -1.0]),
    "y": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]),
}
"""From the file's axes to z upward; each is a rotation, so that left stays left."""


def recognises(head: bytes, path: Path) -> bool:
    """Whether a description of a table of forces stands beside the file.

    Parameters
    ----------
    head : bytes
        First bytes of the file: text.
    path : path
        The description has the same name with the ending `.toml`.

    Returns
    -------
    bool
        True when both fit.
    """
    return b"\0" not in head and kind_beside(path) == KIND


def load(path: Path) -> Trial:
    """Read a table of forces.

    Parameters
    ----------
    path : path
        The file; its description stands beside it.

    Returns
    -------
    Trial
        One force recording a plate, of the ground on the person, z upward.

    Raises
    ------
    UnreadableTrialError
        When table and description do not fit each other, or either is damaged.
    """
    with faults_of(path):
        try:
            return _trial(path)
        except DamagedTableError as error:
            raise DamagedFileError(str(error)) from error


reader: Final = Reader("force-table", "table of forces with a description", (".csv", ".txt"), recognises, load)
"""The reader of described tables of forces."""


def _trial(path: Path) -> Trial:
    said = read_force_sidecar(path)
    table = _table(text_of(path).split("\n"), said)
    time_s = _times_s(table, said)
    recordings = [_recording(table, time_s, said, number) for number in range(len(said.plates))]
    mass = float("nan") if said.body_mass_kg is None else said.body_mass_kg
    return Trial(
        path.stem,
        tuple(recordings),
        _task(said),
        participant=Participant(body_mass_kg=mass),
        side=Side(said.side) if said.side else None,
        notes=numbered_notes(["Columns, axes, units and rate are as described beside the file."]),
    )


def _task(said: ForceSidecar) -> Task:
    try:
        return Task(said.task) if said.task else Task.UNKNOWN
    except ValueError:
        known = ", ".join(task.value for task in Task)
        raise DamagedFileError(f"the task {said.task[:30]!r} is not known; known: {known}.") from None


def _table(lines: list[str], said: ForceSidecar) -> ForceTable:
    delimiter = _DELIMITERS[said.delimiter]
    body = lines[said.skip_lines :]
    if said.columns is not None:
        return parse_table([delimiter.join(said.columns), *body], 0, delimiter)
    at = next((i for i, line in enumerate(body) if line.strip()), None)
    if at is None:
        raise DamagedTableError("it holds no line.")
    return parse_table(body, at, delimiter)


def _column(table: ForceTable, name: str) -> FloatArray:
    names = [column.strip() for column in table.columns]
    if name not in names:
        raise DamagedFileError(f"no column is named {name[:30]!r}; there are: {', '.join(names[:12])}.")
    return table.values[:, names.index(name)]


def _times_s(table: ForceTable, said: ForceSidecar) -> FloatArray:
    if said.time is None:
        return np.arange(len(table.values)) / (said.rate_hz or 1.0)
    return times_of(_column(table, said.time) * _SECONDS_PER[said.time_unit])


def _recording(table: ForceTable, time_s: FloatArray, said: ForceSidecar, number: int) -> ForceRecording:
    plate, turn = said.plates[number], _TURNS[said.up]
    sign = 1.0 if said.force_of == "ground" else -1.0
    n = len(time_s)
    if plate.force is not None:
        force = sign * np.column_stack([_column(table, name) for name in plate.force]) @ turn.T
    else:
        force = np.column_stack([np.full((n, 2), np.nan), sign * _column(table, plate.vertical or "")])
    corners = unknown_plate() if plate.corners_mm is None else PlateGeometry(np.array(plate.corners_mm) @ turn.T)
    moment = np.full((n, 3), np.nan)
    if plate.moment is not None:
        factor = sign * _NMM_PER[said.moment_unit]
        moment = factor * np.column_stack([_column(table, name) for name in plate.moment]) @ turn.T
    elif plate.cop is not None:
        moment = _moment_of_cop(table, said, plate, (force, corners.corners_mm, sign))
    history = (f"read: {n} samples of plate {number + 1} from a described table, {said.up} upward in the file",)
    side = Side(plate.side) if plate.side else None
    return ForceRecording(time_s, force, moment, corners, said.source or "force table", history, side)


def _moment_of_cop(
    table: ForceTable, said: ForceSidecar, plate: DescribedPlate, given: tuple[FloatArray, FloatArray, float]
) -> FloatArray:
    """Moment about the middle of the surface, from the CoP; 0 where there is no load, and so no CoP."""
    force, corners, sign = given
    center = corners.mean(axis=0)
    flat = np.column_stack([_column(table, name) for name in plate.cop or ()]) * _MM_PER[said.cop_unit]
    # the two coordinates of the file that lie in the surface; the third one is the surface's own height
    level = {"z": (0, 1), "-z": (0, 1), "y": (0, 2)}[said.up]
    places = np.zeros((len(flat), 3))
    places[:, level[0]], places[:, level[1]] = flat[:, 0], flat[:, 1]
    arm = places @ _TURNS[said.up].T - center
    arm[:, 2] = 0.0
    moment = np.cross(np.nan_to_num(arm), np.nan_to_num(force))
    if plate.free_moment is not None:
        free = sign * _NMM_PER[said.moment_unit] * _column(table, plate.free_moment)
        moment[:, 2] += free * (-1.0 if said.up == "-z" else 1.0)
    return moment
