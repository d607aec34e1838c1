"""Kistler BioWare text exports: forces and centers of pressure of one or more plates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError
from footload.readers.force_recordings import moment_about_center, numbered_notes, unknown_plate
from footload.readers.force_tables import (
    DamagedTableError,
    ForceTable,
    parse_table,
    plain_name,
    required_header,
    text_of,
    times_of,
)
from footload.readers.registry import Reader
from footload.recordings import ForceRecording, MarkerRecording, Recording
from footload.trials import Trial

_SOURCE: Final = "BioWare text"
_PRIVATE: Final = re.compile(r"^(Date|Name|ID|Classification|Description)\t+(.*\S)", re.MULTILINE)
_MM: Final = {"m": 1000.0, "cm": 10.0, "mm": 1.0}
_TO_UPWARD: Final = np.array([-1.0, 1.0, 1.0])


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a BioWare export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the first line says so.
    """
    first = head.lstrip(b"\xef\xbb\xbf").partition(b"\n")[0]
    return first.startswith(b"BioWare Version") and b"Export" in first


def load(path: Path) -> Trial:
    """Read a BioWare text export.

    BioWare shows the force on the person along the plate's own x and y, and upward. Kistler's x runs to the left of its
    y seen from above, so x is turned round to make a right-handed frame with z upward.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One force recording for every plate with forces. An export of the center of pressure alone becomes a marker
        recording with the label ``center of pressure``.

    Raises
    ------
    UnreadableTrialError
        When it is damaged or holds neither; the message names the line.
    """
    lines = text_of(path).split("\n")
    try:
        missing = "it has no line of column names that begins with a time; it was cut off there."
        found = required_header(lines, _is_header, missing)
        table = parse_table(lines, *found, skip=1)
        units = [unit.strip().lower() for unit in lines[found[0] + 1].split(found[1])]
        return _trial(path, table, [*units, *[""] * len(table.columns)])
    except DamagedTableError as error:
        raise UnreadableTrialError(path, str(error)) from error


def private(path: Path) -> dict[str, str]:
    """What the export says about the person and the day.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    dict of str
        Date, name and the like, as far as they are filled in.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be opened.
    """
    return {key.lower(): value.strip() for key, value in _PRIVATE.findall(text_of(path)[:8192])}


reader: Final = Reader("bioware", "Kistler BioWare text export", (".txt",), recognises, load, private)
"""The reader of BioWare exports."""


def _is_header(names: list[str]) -> bool:
    return names[0] in {"abstime", "reltime", "time"} and len(names) > 1


def _trial(path: Path, table: ForceTable, units: list[str]) -> Trial:
    time_s = times_of(table.values[:, 0])
    notes: list[str] = []
    recordings: list[Recording] = []
    for number, plate in enumerate(_plates(table), 1):
        recordings += _recordings(_Plate(table, plate, units, number), time_s, notes)
    if not recordings:
        raise DamagedTableError("it holds neither Fz nor Ax and Ay; export the forces as well.")
    notes.append("BioWare's x was turned round, so that x is to the right of y and z is upward.")
    return Trial(path.stem, tuple(recordings), notes=numbered_notes(notes))


def _plates(table: ForceTable) -> list[dict[str, int]]:
    """Columns of every plate by name; a name that comes again begins the next plate."""
    plates: list[dict[str, int]] = [{}]
    for column, written in enumerate(table.columns[1:], 1):
        name = plain_name(written)
        if name in plates[-1]:
            plates.append({})
        plates[-1][name] = column
    return plates


@dataclass(frozen=True, slots=True, eq=False)
class _Plate:
    """The columns of one plate."""

    table: ForceTable
    columns: dict[str, int]
    units: list[str]
    number: int

    def values(self, name: str) -> FloatArray:
        """The values of a column; NaN when the plate has none of that name."""
        if name not in self.columns:
            return np.full(len(self.table.values), np.nan)
        return self.table.values[:, self.columns[name]]

    def center_mm(self) -> FloatArray | None:
        """(t, 3) center of pressure from the plate's center [mm]; None when it was not exported."""
        if not {"ax", "ay"} <= set(self.columns):
            return None
        x, y = (self.values(name) * _MM.get(self.units[self.columns[name]], 1000.0) for name in ("ax", "ay"))
        return np.column_stack([-x, y, np.zeros(len(x))])

    def free_moment_nmm(self) -> FloatArray:
        """(t,) free moment [N·mm]; NaN when it was not exported."""
        unit = self.units[self.columns["tz"]] if "tz" in self.columns else ""
        length = unit.replace("n.", "").replace("n*", "").replace("n·", "").removeprefix("n")
        return self.values("tz") * _MM.get(length, 1000.0)


def _recordings(plate: _Plate, time_s: FloatArray, notes: list[str]) -> list[Recording]:
    center, number = plate.center_mm(), plate.number
    source = f"{_SOURCE}, plate {number}"
    if "fz" not in plate.columns:
        if center is None:
            return []
        notes.append("The export holds the center of pressure only; it was taken as a marker.")
        label = "center of pressure" if number == 1 else f"center of pressure {number}"
        return [MarkerRecording(time_s, center[:, np.newaxis], (label,), source)]
    force = np.column_stack([plate.values(name) for name in ("fx", "fy", "fz")]) * _TO_UPWARD
    moment = np.full((len(time_s), 3), np.nan)
    if center is None:
        notes.append(f"Plate {number} was exported without Ax and Ay, so its center of pressure is not known.")
    else:
        moment = moment_about_center(center, force, plate.free_moment_nmm())
        notes.append("The sign of BioWare's free moment is unverified; it was taken as that on the person.")
    history = (f"read: {len(time_s)} samples of plate {number} from a BioWare export",)
    return [ForceRecording(time_s, force, moment, unknown_plate(), source, history)]
