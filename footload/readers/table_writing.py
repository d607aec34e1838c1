"""Writing one pressure recording as a plain table (`.csv`, `.npz`) with its description (`.toml`) beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

import numpy as np

from footload.errors import RecordingError
from footload.recordings import PressureRecording, SensorLayout

_TIME: Final = "time_s"
_AT_ONCE: Final = 256


def description_path(path: Path) -> Path:
    """Where the description of a table is written.

    Parameters
    ----------
    path : path
        The table.

    Returns
    -------
    path
        The same name with the ending `.toml`.
    """
    return path.with_suffix(".toml")


def write_table(recording: PressureRecording, path: Path | str, task: str = "", *, overwrite: bool = False) -> None:
    """Write a pressure recording as a table that `footload.read` reads again.

    Parameters
    ----------
    recording : PressureRecording
        Of a mat or an insole.
    path : path
        Where to; the ending `.npz` gives numpy's format, any other one text with commas.
    task : str
        What the person did.
    overwrite : bool
        Replace files that are there.

    Raises
    ------
    RecordingError
        When the table or its description exists already, or cannot be written.
    """
    path = Path(path)
    beside = description_path(path)
    if beside == path:
        raise RecordingError(f"{path.name} is the name of the table's description; give the table another ending.")
    for target in (path, beside):
        if target.exists() and not overwrite:
            raise RecordingError(f"{target.name} exists already; choose another name.")
    packed = path.suffix.lower() == ".npz"
    text = _description(recording, task, packed=packed)
    # The description comes first: a table without one cannot be read, a description without one harms nobody.
    _placed(beside, lambda file: _write_text(text, file))
    _placed(path, lambda file: _write_npz(recording, file) if packed else _write_csv(recording, file))


def _placed(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordingError(f"{path.name} cannot be written ({error.strerror or error}).") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _write_text(text: str, file: IO[bytes]) -> None:
    file.write(text.encode())


def _write_npz(recording: PressureRecording, file: IO[bytes]) -> None:
    np.savez_compressed(file, time_s=recording.time_s, pressure=recording.pressure_kpa)


def _write_csv(recording: PressureRecording, file: IO[bytes]) -> None:
    names = [_TIME, *(f"cell_{cell}" for cell in range(recording.layout.n_sensors))]
    file.write((",".join(names) + "\n").encode())
    for start in range(0, recording.n_frames, _AT_ONCE):
        # The shortest text that gives the same number of 8 bytes again, also where it had 4.
        times = recording.time_s[start : start + _AT_ONCE].astype(str)
        values = recording.pressure_kpa[start : start + _AT_ONCE].astype(np.float64).astype(str)
        lines = [",".join([time, *row]) for time, row in zip(times.tolist(), values.tolist(), strict=True)]
        file.write(("\n".join(lines) + "\n").encode())


def _description(recording: PressureRecording, task: str, *, packed: bool) -> str:
    layout = recording.layout
    lines = [
        "# Describes the table of the same name for footload; see docs/tables.md.",
        'footload = "table"',
        f"unit = {_quoted(recording.pressure_unit)}",
        f"time = {_quoted(_TIME)}",
        *(['pressure = "pressure"'] if packed else []),
        *(_grid(layout) or _cells(layout)),
    ]
    missing = np.flatnonzero(~np.asarray(recording.valid, bool)).tolist()
    lines += [f"missing = {missing}"] if missing else []
    lines += [f"side = {_quoted(recording.side.value)}"] if recording.side and recording.in_shoe else []
    lines += [f"task = {_quoted(task)}"] if task else []
    lines += [f"source = {_quoted(recording.source)}"] if recording.source else []
    return "\n".join(lines) + "\n"


def _grid(layout: SensorLayout) -> list[str]:
    """A grid of equal cells that touch each other, where the layout is one."""
    if layout.grid is None or not layout.n_sensors:
        return []
    pitch, (rows, cols) = layout.pitch_mm, layout.grid
    origin = (float(layout.x_mm[0]) - pitch[0] / 2, float(layout.y_mm[0]) - pitch[1] / 2)
    same = SensorLayout.rectangle(rows, cols, pitch, origin)
    if not all(np.allclose(getattr(same, name), getattr(layout, name), rtol=1e-9, atol=1e-6) for name in _PLACES):
        return []
    return [
        f"rows = {rows}",
        f"columns = {cols}",
        f"pitch_mm = {[float(value) for value in pitch]}",
        f"origin_mm = {list(origin)}",
    ]


_PLACES: Final = ("x_mm", "y_mm", "area_mm2")


def _cells(layout: SensorLayout) -> list[str]:
    places = np.column_stack([getattr(layout, name) for name in _PLACES]).tolist()
    return ["cells = [", *(f"    {place}," for place in places), "]"]


def _quoted(text: str) -> str:
    """As TOML writes text: everything that could end it or is no letter is escaped."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text) + '"'
