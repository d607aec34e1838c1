"""OpenSim files: ground forces in .mot and .sto storage files and tables like them, markers in .trc files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError
from footload.readers.force_recordings import moment_about_center, numbered_notes, unknown_plate
from footload.readers.force_tables import (
    DamagedTableError,
    ForceTable,
    decoded,
    find_header,
    parse_table,
    required_header,
    text_of,
    times_of,
)
from footload.readers.registry import Reader
from footload.recordings import ForceRecording, MarkerRecording, Side
from footload.trials import Trial

_SOURCE: Final = "OpenSim"
_END: Final = "endheader"
_FORCE: Final = re.compile(r"^(.*)_vx$")
_MM: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_TURNED: Final = "OpenSim's y is upward and its z to the right; everything was turned so that z is upward."


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of an OpenSim marker, motion or storage file, or name ground forces its way.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the header says so.
    """
    if b"\0" in head:
        return False
    text = decoded(head)
    if text.startswith("PathFileType"):
        return True
    lines = text.split("\n")
    if any(line.strip().lower() == _END for line in lines):
        return bool(re.search(r"^(version|nRows|nColumns|datarows|inDegrees)\s*=?", text, re.MULTILINE | re.IGNORECASE))
    return find_header(lines, _names_forces) is not None


def load(path: Path) -> Trial:
    """Read an OpenSim file.

    Parameters
    ----------
    path : path
        Markers (.trc), or ground forces (.mot, .sto, or a table with the same column names).

    Returns
    -------
    Trial
        Markers, or one force recording for every applied force; z is upward. The moment of a force is about the lab's
        origin, since the file knows no plates.

    Raises
    ------
    UnreadableTrialError
        When it is damaged or holds neither; the message names the line.
    """
    lines = text_of(path).split("\n")
    try:
        return _markers(path, lines) if lines[0].startswith("PathFileType") else _forces(path, lines)
    except DamagedTableError as error:
        raise UnreadableTrialError(path, str(error)) from error


reader: Final = Reader("opensim", "OpenSim forces and markers", (".mot", ".sto", ".trc"), recognises, load)
"""The reader of OpenSim files."""


def _turned(values: FloatArray) -> FloatArray:
    """From y upward, z to the right to z upward: (x, -z, y), a rotation."""
    return np.stack([values[..., 0], -values[..., 2], values[..., 1]], axis=-1)


def _names_forces(names: list[str]) -> bool:
    return "time" in names and any(re.search(r"force\w*v[xyz]$", name) for name in names)


def _forces(path: Path, lines: list[str]) -> Trial:
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == _END), None)
    if end is not None:
        head, body = lines[:end], [re.sub(r"[ \t]+", "\t", line.strip()) for line in lines[end + 1 :]]
        at = next((i for i, line in enumerate(body) if line), None)
        if at is None:
            raise DamagedTableError("it ends with its header; the file was cut off there.")
        table = parse_table(body, at, "\t")
        _check_rows(head, table)
    else:
        found = required_header(lines, _names_forces, "it has no header of a storage file and no ground forces.")
        table = parse_table(lines, *found)
    time = table.column("time")
    if time is None:
        raise DamagedTableError("it has no time column.")
    time_s = times_of(time)
    found_forces = [match[1] for name in table.columns if (match := _FORCE.match(name.strip()))]
    if not found_forces:
        raise DamagedTableError("it holds no ground force (columns that end with _vx, _vy, _vz).")
    recordings = tuple(_force(table, prefix, time_s) for prefix in found_forces)
    notes = [_TURNED, "The file knows no plates: moments are about the lab's origin."]
    return Trial(path.stem, recordings, notes=numbered_notes(notes))


def _check_rows(head: list[str], table: ForceTable) -> None:
    match = re.search(r"^\s*(?:nRows|datarows)\s*[= ]\s*(\d+)", "\n".join(head), re.MULTILINE | re.IGNORECASE)
    if match and int(match[1]) != len(table.values):
        raise DamagedTableError(f"its header says {match[1]} rows, but there are {len(table.values)}.")


def _force(table: ForceTable, prefix: str, time_s: FloatArray) -> ForceRecording:
    force = _three(table, f"{prefix}_v")
    place = _three(table, f"{prefix}_p")
    torque = _three(table, prefix.replace("force", "torque") + "_")
    if force is None:
        raise DamagedTableError(f"{prefix} has no three components.")
    force = _turned(force)
    if place is None or torque is None:
        moment = np.full_like(force, np.nan)
    else:
        moment = moment_about_center(_turned(place) * 1000, force, np.zeros(len(force))) + _turned(torque) * 1000
    return ForceRecording(
        time_s,
        force,
        moment,
        unknown_plate(),
        f"{_SOURCE}, {prefix}",
        (f"read: {len(time_s)} samples of {prefix}",),
        _side(prefix),
    )


def _three(table: ForceTable, prefix: str) -> FloatArray | None:
    names = [f"{prefix}{axis}" for axis in "xyz"]
    columns = [name.strip() for name in table.columns]
    if not set(names) <= set(columns):
        return None
    return table.values[:, [columns.index(name) for name in names]]


def _side(prefix: str) -> Side | None:
    words = re.split(r"[^a-z]+", prefix.lower())
    if {"l", "left"} & set(words):
        return Side.LEFT
    return Side.RIGHT if {"r", "right"} & set(words) else None


def _markers(path: Path, lines: list[str]) -> Trial:
    if len(lines) < 6:
        raise DamagedTableError("it ends within its header of five lines; the file was cut off there.")
    names, stated = lines[1].split("\t"), lines[2].split("\t")
    header = {name.strip().lower(): value.strip() for name, value in zip(names, stated, strict=False)}
    labels = tuple(label.strip() for label in lines[3].rstrip().split("\t")[2:] if label.strip())
    if not labels or len(set(labels)) != len(labels):
        raise DamagedTableError("line 4 names no markers, or one of them twice.")
    unit = header.get("units", "").lower()
    if unit not in _MM:
        raise DamagedTableError(f"its unit is {unit!r}, but mm, cm and m are known.")
    n_columns = 2 + 3 * len(labels)
    rows = [row.rstrip("\t ") for row in lines[5:]]
    names_of = "\t".join(f"c{i}" for i in range(n_columns))
    padded = [row + "\t" * (n_columns - 1 - row.count("\t")) if row else "" for row in rows]
    table = parse_table([*lines[:4], names_of, *padded], 4, "\t")
    stated_frames = header.get("numframes", "")
    if stated_frames.isdigit() and int(stated_frames) != len(table.values):
        raise DamagedTableError(f"its header says {stated_frames} frames, but there are {len(table.values)}.")
    places = table.values[:, 2:].reshape(len(table.values), -1, 3) * _MM[unit]
    places = np.where(np.isfinite(places), places, np.nan)
    history = (f"read: {len(labels)} markers in {len(places)} frames",)
    recording = MarkerRecording(times_of(table.values[:, 1]), _turned(places), labels, f"{_SOURCE} .trc", history)
    return Trial(path.stem, (recording,), notes=numbered_notes([_TURNED]))
