"""zebris FDM raw samples as JSON (`.json`, also gzipped): pressure on a plate or under a treadmill's belt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from footload.arrays import FloatArray
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, bytes_of, faults_of, stem_of, unpacked_head
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Trial

_USUAL_UNIT: Final = "N/cm²"
_MOST_CELLS: Final = 1 << 20
_MOST_VALUES: Final = 1 << 30


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of zebris samples as JSON.

    Parameters
    ----------
    head : bytes
        First bytes of the file, gzipped or not.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when it is JSON that opens with the plate's cells.
    """
    text = unpacked_head(head).lstrip()
    return text.startswith(b"{") and b'"cell_count"' in text and b'"cell_size"' in text


def load(path: Path) -> Trial:
    """Read zebris samples.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One pressure recording of the part of the plate that was ever loaded, in the frame of the whole plate.

    Raises
    ------
    UnreadableTrialError
        When the file is cut off or damaged, or holds the steps of a report instead of samples.
    """
    with faults_of(path):
        return _trial(path)


reader: Final = Reader("zebris", "zebris samples (JSON)", (".json", ".json.gz"), recognises, load)
"""The reader of zebris samples."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """One frame: the loaded window, row 0 at the smallest y."""

    x: int
    y: int
    cells: FloatArray
    velocity: float


def _packed(found: dict[str, Any]) -> dict[str, Any]:
    """Keep pressures as numbers of four bytes from the moment they are read, not as Python's."""
    listed = found.get("pressure")
    if isinstance(listed, list):
        try:
            with np.errstate(over="ignore"):  # too large for four bytes becomes infinite, and is refused as that
                found["pressure"] = np.array(listed, np.float32).reshape(-1)
        except (TypeError, ValueError, OverflowError):
            raise DamagedFileError("a sample's pressures are not all numbers.") from None
    return found


def _trial(path: Path) -> Trial:
    try:
        content = json.loads(bytes_of(path), object_hook=_packed)
    except DamagedFileError:
        raise
    except UnicodeDecodeError:
        raise DamagedFileError("it is not text, but JSON is.") from None
    except json.JSONDecodeError as error:
        raise DamagedFileError(
            f"it is no whole JSON: {error.msg.lower()} at line {error.lineno}; it was cut off or damaged there."
        ) from error
    except (RecursionError, ValueError):
        raise DamagedFileError("it is no JSON that a zebris system writes.") from None
    if not isinstance(content, dict):
        raise DamagedFileError("it is JSON, but not a zebris measurement.")
    measured = cast("dict[str, Any]", content)
    if "samples" not in measured and "events" in measured:
        raise DamagedFileError("it holds the steps of a report; open the file of raw samples of the same measurement.")
    plate = _pair(measured, "cell_count", 1, 4096, whole=True)
    listed = measured.get("samples")
    if not isinstance(listed, list) or not listed:
        raise DamagedFileError("it holds no samples.")
    samples = [_sample(entry, number, plate) for number, entry in enumerate(cast("list[Any]", listed))]
    return _assembled(stem_of(path, ".gz", ".json"), samples, plate, measured)


def _assembled(name: str, samples: Sequence[_Sample], plate: tuple[float, float], measured: Mapping[str, Any]) -> Trial:
    pitch_mm = _pair(measured, "cell_size", 0.1, 1000)
    rate_hz = _number(measured, "frequency", 0.1, 1e5)
    (x, y), pressure = _window(samples)
    unit = str(measured.get("pressure_unit") or _USUAL_UNIT)
    factor = kpa_per_unit(unit)
    if factor is not None:
        pressure *= factor
    rows, cols = pressure.shape[1:]
    plate_x, plate_y = _pair(measured, "cell_count", 1, 4096, whole=True)
    device_mm = (0.0, 0.0, plate_x * pitch_mm[0], plate_y * pitch_mm[1])
    layout = SensorLayout.rectangle(rows, cols, pitch_mm, (x * pitch_mm[0], y * pitch_mm[1]), device_mm)
    recording = PressureRecording(
        np.arange(len(samples)) / rate_hz,
        pressure.reshape(len(samples), -1),
        layout,
        source="zebris samples (JSON)",
        calibrated=factor is not None,
        history=(f"read: {len(samples)} samples of zebris JSON, {rows} x {cols} of {plate[1]:g} x {plate[0]:g} cells",),
    )
    return Trial(name, (recording,), notes=_notes(samples, measured, unit, factor))


def _notes(samples: Sequence[_Sample], measured: Mapping[str, Any], unit: str, factor: float | None) -> dict[str, str]:
    notes = {
        "orientation": "Cells were taken along x first, and the rows of a sample from the toes down, as a published "
        "reader of this format takes them; y rises in the walking direction.",
        "time": "The first sample is at 0 s.",
    }
    if factor is None:
        notes["unit"] = f"The unit of the file is {unit[:20]!r}, which is none of pressure; the values are counts."
    elif "pressure_unit" in measured:
        notes["unit"] = f"The file is in {unit}; 1 {unit} was taken as {factor:g} kPa."
    else:
        notes["unit"] = f"The file names no unit of pressure; taken as {unit}, as zebris systems write it."
    speeds = np.array([sample.velocity for sample in samples])
    if np.nanmax(np.abs(speeds), initial=0.0) > 0:
        told = str(measured.get("velocity_unit") or "in the file's unit")[:20]
        notes["belt"] = (
            f"The belt of the treadmill ran (median {np.nanmedian(speeds):.3g} {told}): a foot on it moves over the "
            "sensors, so that places and the CoP are those on the plate, not on the foot."
        )
    return notes


def _window(samples: Sequence[_Sample]) -> tuple[tuple[int, int], FloatArray]:
    """Corner of what was ever loaded, and its pressures (t, rows, cols)."""
    loaded = [sample for sample in samples if sample.cells.size]
    if not loaded:
        return (0, 0), np.zeros((len(samples), 1, 1), np.float32)
    x, y = min(sample.x for sample in loaded), min(sample.y for sample in loaded)
    cols = max(sample.x + sample.cells.shape[1] for sample in loaded) - x
    rows = max(sample.y + sample.cells.shape[0] for sample in loaded) - y
    if len(samples) * rows * cols > _MOST_VALUES:
        raise DamagedFileError(f"{len(samples)} samples of {rows} x {cols} cells are more than fit into memory.")
    pressure = np.zeros((len(samples), rows, cols), np.float32)
    for frame, sample in enumerate(samples):
        n_rows, n_cols = sample.cells.shape
        pressure[frame, sample.y - y : sample.y - y + n_rows, sample.x - x : sample.x - x + n_cols] = sample.cells
    return (x, y), pressure


def _sample(entry: Any, number: int, plate: tuple[float, float]) -> _Sample:
    where = f"sample {number + 1}"
    if not isinstance(entry, dict):
        raise DamagedFileError(f"{where} is no sample.")
    found = cast("dict[str, Any]", entry)
    cells = found.get("pressure")
    if not isinstance(cells, np.ndarray):
        raise DamagedFileError(f"{where} has no list of pressures.")
    cells = cast("FloatArray", cells)
    velocity = found.get("velocity")
    speed = float(velocity) if isinstance(velocity, int | float) and abs(velocity) < 1e6 else float("nan")
    if not cells.size:
        return _Sample(0, 0, np.zeros((0, 0), np.float32), speed)
    cols, rows = (int(value) for value in _pair(found, "size", 1, 4096, where, whole=True))
    x, y = (int(value) for value in _pair(found, "origin", 0, 4096, where, whole=True))
    if cols * rows != cells.size:
        raise DamagedFileError(f"{where} has {cells.size} pressures, but says {cols} x {rows} cells.")
    if x + cols > plate[0] or y + rows > plate[1]:
        raise DamagedFileError(
            f"{where} lies at {x}, {y} with {cols} x {rows} cells, but the plate has {plate[0]:g} x {plate[1]:g}."
        )
    if not ((cells >= 0) & (cells < 1e9)).all():
        raise DamagedFileError(f"{where} holds a number that is no pressure.")
    return _Sample(x, y, cells.reshape(rows, cols)[::-1], speed)


def _pair(
    found: Mapping[str, Any], name: str, least: float, most: float, where: str = "the file", *, whole: bool = False
) -> tuple[float, float]:
    pair = found.get(name)
    if not isinstance(pair, dict):
        raise DamagedFileError(f"{name!r} of {where} is missing or has no x and y.")
    values = cast("dict[str, Any]", pair)
    return _number(values, "x", least, most, f"{name!r} of {where}", whole=whole), _number(
        values, "y", least, most, f"{name!r} of {where}", whole=whole
    )


def _number(
    found: Mapping[str, Any], name: str, least: float, most: float, where: str = "the file", *, whole: bool = False
) -> float:
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise DamagedFileError(f"{name!r} of {where} is {str(value)[:20]}, not a number from {least:g} to {most:g}.")
    if whole and value != int(value):
        raise DamagedFileError(f"{name!r} of {where} is {value:g}, not a whole number.")
    return float(value)
