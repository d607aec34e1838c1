"""What a C3D file says about its force plates, in mm and N·mm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from footload.arrays import FloatArray, IntArray
from footload.c3d.container import C3dFile
from footload.c3d.parameters import DamagedC3dError
from footload.plates.recordings import PlateChannels
from footload.plates.wrenches import MATRIX_SHAPE, N_CHANNELS, PlateDefinition

MM_PER_UNIT: Final = {"mm": 1.0, "millimeters": 1.0, "cm": 10.0, "m": 1000.0, "meters": 1000.0, "meter": 1000.0}
_NMM_PER_UNIT: Final = {"nmm": 1.0, "nm": 1000.0, "ncm": 10.0, "nmeter": 1000.0, "newtonmeters": 1000.0}
_PLATE_EDGE_MM: Final = (100.0, 12_000.0)
_MOST_PLATES: Final = 64
_GROUP: Final = "FORCE_PLATFORM"


@dataclass(frozen=True, slots=True, eq=False)
class FilePlates:
    """The plates of a file.

    Parameters
    ----------
    plates : tuple of PlateChannels
        Those that can be computed.
    mm_per_unit : float
        Length unit of the corners; NaN without plates. [mm]
    notes : tuple of str
        What was decided, and which plates were refused.
    """

    plates: tuple[PlateChannels, ...]
    mm_per_unit: float
    notes: tuple[str, ...]


def plates_of(file: C3dFile) -> FilePlates:
    """Read the plates of a file.

    Parameters
    ----------
    file : C3dFile
        The file.

    Returns
    -------
    FilePlates
        Plates whose type or parameters do not allow a computation are left out, with a note that says why.

    Raises
    ------
    DamagedC3dError
        When the file says there are plates but not where their corners or channels are.
    """
    parameters = file.parameters
    used = int(parameters.number(_GROUP, "USED"))
    if used <= 0:
        return FilePlates((), float("nan"), ())
    if used > _MOST_PLATES:
        raise DamagedC3dError(f"it says {used} force plates, but {_MOST_PLATES} are the most there can be.")
    corners = parameters.floats(_GROUP, "CORNERS")[: 12 * used].reshape(-1, 4, 3)
    if len(corners) < used:
        raise DamagedC3dError(f"it says {used} force plates, but gives the corners of {len(corners)}.")
    mm, notes = _length_unit(file, corners)
    found: list[PlateChannels] = []
    for i in range(used):
        try:
            found.append(_plate(file, i, corners[i], mm))
        except ValueError as error:
            notes.append(str(error))
    return FilePlates(tuple(found), mm, tuple(notes))


def _plate(file: C3dFile, i: int, corners: FloatArray, mm: float) -> PlateChannels:
    parameters = file.parameters
    types = parameters.integers(_GROUP, "TYPE")
    if i >= len(types):
        raise ValueError(f"Plate {i + 1} was left out: the file does not say its type.")
    kind = int(types[i])
    if not np.isfinite(corners).all():
        raise ValueError(f"Plate {i + 1} was left out: its corners are not numbers.")
    origins = parameters.floats(_GROUP, "ORIGIN")[3 * i : 3 * i + 3]
    origin = origins * mm if len(origins) == 3 and np.isfinite(origins).all() else np.zeros(3)
    polynomial = parameters.floats(_GROUP, "FPCOPPOLY")[12 * i : 12 * i + 12]
    definition = PlateDefinition(
        i + 1, kind, corners * mm, origin, _matrix(file, i, kind, mm), polynomial if len(polynomial) == 12 else None
    )
    if kind == 3 and not origin[:2].all():
        raise ValueError(f"Plate {i + 1} was left out: ORIGIN does not give the distances of its sensors.")
    columns = _columns(file, i, definition)
    return PlateChannels(definition, _in_mm(file, definition, columns, mm), _zero(file))


def _columns(file: C3dFile, i: int, definition: PlateDefinition) -> IntArray:
    """The plate's channels, from 0."""
    stated = file.parameters.integers(_GROUP, "CHANNEL")
    shape = file.parameters.shape(_GROUP, "CHANNEL")
    width = shape[0] if len(shape) > 1 else max(N_CHANNELS.values()) if definition.n_channels > 6 else 6
    columns = stated[i * width : i * width + definition.n_channels] - 1
    if len(columns) < definition.n_channels:
        raise ValueError(
            f"Plate {i + 1} was left out: it is of type {definition.type} and has {definition.n_channels} channels, "
            f"but the file names {len(columns)}."
        )
    if columns.min() < 0 or columns.max() >= file.n_channels:
        raise ValueError(
            f"Plate {i + 1} was left out: it is said to be on channels {columns.min() + 1} to {columns.max() + 1}, "
            f"but the file has {file.n_channels}."
        )
    return columns


def _matrix(file: C3dFile, i: int, kind: int, mm: float) -> FloatArray | None:
    """Calibration matrix: column by column unless the file says otherwise; moments in the file's length unit."""
    if kind not in MATRIX_SHAPE:
        return None
    rows, columns = MATRIX_SHAPE[kind]
    shape = file.parameters.shape(_GROUP, "CAL_MATRIX")
    size = shape[0] * shape[1] if len(shape) == 3 else rows * columns
    values = file.parameters.floats(_GROUP, "CAL_MATRIX")[i * size : (i + 1) * size]
    if len(values) < rows * columns or not np.isfinite(values).all():
        return None
    by_row = file.parameters.text(_GROUP, "MATRIX_STORE").upper().replace("_", "") == "BYROW"
    tall = shape[0] if len(shape) == 3 and shape[0] >= rows and shape[1] >= columns else rows
    if by_row:
        matrix = values[: rows * columns].reshape(rows, columns)
    else:
        matrix = values.reshape(tall, -1, order="F")[:rows, :columns]
    if kind == 7 or mm == 1:
        return matrix
    return matrix * np.array([1, 1, 1, mm, mm, mm])[:rows, None]


def _in_mm(file: C3dFile, definition: PlateDefinition, columns: IntArray, mm: float) -> FloatArray:
    """The plate's channels; places in mm and moments in N·mm where channels hold them."""
    channels = file.analog([int(column) for column in columns])
    if definition.type > 2:
        return channels
    units = [file.analog_units()[int(column)] for column in columns]
    first = 5 if definition.type == 1 else 3
    factors = np.ones(6)
    factors[first:] = [_moment_factor(units[k], mm) for k in range(first, 6)]
    if definition.type == 1:
        factors[3:5] = [MM_PER_UNIT.get(units[k].strip().lower(), mm) for k in (3, 4)]
    return channels if (factors == 1).all() else channels * factors


def _moment_factor(unit: str, mm: float) -> float:
    """N·mm in one unit of moment; what the file does not name goes with its length unit."""
    plain = "".join(letter for letter in unit.lower() if letter.isalpha())
    return _NMM_PER_UNIT.get(plain, mm)


def _zero(file: C3dFile) -> slice | None:
    """The analog samples of the frames that ZERO names; [0, 0] and [1, 0] name none."""
    frames = file.parameters.integers(_GROUP, "ZERO")
    if len(frames) < 2 or frames[0] < 1 or frames[1] < frames[0]:
        return None
    n = file.samples_per_frame
    return slice((int(frames[0]) - 1) * n, int(frames[1]) * n)


def _length_unit(file: C3dFile, corners: FloatArray) -> tuple[float, list[str]]:
    """Length unit of the corners: what POINT:UNITS says if the plates have a plausible size then, else what gives one.

    Some files leave the unit empty, others say m with corners in mm.
    """
    edges = np.concatenate(
        [np.linalg.norm(corners[:, 0] - corners[:, 1], axis=1), np.linalg.norm(corners[:, 0] - corners[:, 3], axis=1)]
    )
    edges = edges[np.isfinite(edges) & (edges > 0)]
    edge = float(np.median(edges)) if len(edges) else float("nan")
    unit = file.parameters.text("POINT", "UNITS").strip().lower()
    stated = MM_PER_UNIT.get(unit)
    low, high = _PLATE_EDGE_MM
    fitting = [factor for factor in (1.0, 1000.0, 10.0) if low <= edge * factor <= high]
    if stated is not None and (not fitting or low <= edge * stated <= high):
        return stated, []
    factor = fitting[0] if fitting else 1.0
    name = {1.0: "mm", 10.0: "cm", 1000.0: "m"}[factor]
    said = f"says {unit!r}" if unit else "names no length unit"
    return factor, [f"The file {said}; with edges of {edge:g} the plates' corners were taken as {name}."]
