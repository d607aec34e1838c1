"""Tekscan ASCII exports (`.asf`, ASCII `.csv`) of F-Scan, I-Scan and MatScan sensors, left and right joined.

A header of ``KEY value`` lines ends with ``ASCII_DATA @@``; it is read by its keys, since the number of its lines
differs from version to version. Every frame follows as ``Frame N`` and one line a row; ``B`` stands where the sensor
has no sensel, which is marked as not valid. Row 1 is at the toes. Values whose ``UNITS`` is a raw count stay counts.
Left and right feet are saved in two files of one name with an ``L`` or ``R`` at its end; either of them opens both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from footload.errors import UnreadableTrialError
from footload.readers.number_blocks import precision_note
from footload.readers.registry import Reader
from footload.readers.tekscan_frames import TekscanFrames, read_frames
from footload.readers.tekscan_header import TekscanHeader, header_fields, read_header
from footload.readers.unpacking import DamagedFileError, faults_of
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.trials import Trial

_START: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*"?DATA_TYPE[ \t,]')
_SIDES: Final = {"L": Side.LEFT, "R": Side.RIGHT}
_INSOLE: Final = re.compile(r"F-?SCAN", re.IGNORECASE)
_OTHER: Final = {"L": "R", "R": "L", "l": "r", "r": "l"}
_PRIVATE: Final = {
    "FILENAME": "file name",
    "TIME": "recorded",
    "COMMENTS": "comment",
    "CALIBRATION_INFO": "calibration",
}


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a Tekscan ASCII export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the header's own keys are there.
    """
    keys = (b"ROW_SPACING", b"SENSEL_AREA", b"SENSOR_TYPE", b"MAP_VERSION")
    return _START.match(head) is not None and sum(key in head for key in keys) >= 2


@dataclass(frozen=True, slots=True, eq=False)
class _Export:
    """One file: its header and its frames."""

    path: Path
    header: TekscanHeader
    frames: TekscanFrames


def load(path: Path) -> Trial:
    """Read a Tekscan export, and the one of the other foot when it lies beside it.

    Parameters
    ----------
    path : path
        The file of either foot.

    Returns
    -------
    Trial
        One recording a foot, left first, each in the frame of its own sensor.

    Raises
    ------
    UnreadableTrialError
        When the file is damaged; the message names key, frame and row.
    """
    export = _export(path)
    exports = [export]
    notes: dict[str, str] = {}
    partner = _partner(export)
    if partner is not None:
        try:
            other = _export(partner)
        except UnreadableTrialError as error:
            notes["pair"] = f"The file of the other foot cannot be read and was left out ({error})."
        else:
            exports = sorted([export, other], key=lambda each: each.path.stem[-1].upper())
            notes["pair"] = "The files of the left and the right foot lay side by side and were joined into one trial."
    recordings = tuple(_recording(each, len(exports) > 1) for each in exports)
    name = path.stem[:-1].rstrip(" _-") if len(exports) > 1 else path.stem
    return Trial(name or path.stem, recordings, notes={**_notes(exports, recordings), **notes})


def private(path: Path) -> Mapping[str, str]:
    """What a Tekscan export says about the person and the day.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping
        The vendor's own file name, the time and the comment, where they are given.

    Raises
    ------
    UnreadableTrialError
        When the header is damaged.
    """
    with faults_of(path), path.open("rb") as file:
        fields, _ = header_fields(file)
    return {name: fields[key] for key, name in _PRIVATE.items() if fields.get(key)}


reader: Final = Reader("tekscan", "Tekscan ASCII export", (".asf", ".csv"), recognises, load, private)
"""The reader of Tekscan ASCII exports."""


def _export(path: Path) -> _Export:
    with faults_of(path), path.open("rb") as file:
        header = read_header(file)
        return _Export(path, header, read_frames(file, header))


def _partner(export: _Export) -> Path | None:
    """The file of the other foot: the same name with the other letter at its end, of the same kind of sensor."""
    stem = export.path.stem
    if len(stem) < 2 or stem[-1] not in _OTHER:
        return None
    partner = export.path.with_name(stem[:-1] + _OTHER[stem[-1]] + export.path.suffix)
    try:
        with partner.open("rb") as file:
            header = read_header(file)
    except (OSError, DamagedFileError):
        return None
    mine = export.header
    same = (mine.sensor, mine.rows, mine.cols, mine.frame_s) == (
        header.sensor,
        header.rows,
        header.cols,
        header.frame_s,
    )
    return partner if same else None


def _side(export: _Export, is_pair: bool) -> Side | None:
    """The foot that the name says, of an insole or one of a pair; None when nothing or two things are said."""
    stem = export.path.stem
    if is_pair:
        return _SIDES[stem[-1].upper()]
    said = {letter for letter in (export.header.last_letter, stem[-1:].upper()) if letter in _SIDES}
    return _SIDES[said.pop()] if len(said) == 1 and _INSOLE.match(export.header.sensor) else None


def _recording(export: _Export, is_pair: bool) -> PressureRecording:
    header, frames = export.header, export.frames
    values = frames.values
    if header.kpa_per_unit is not None and header.kpa_per_unit != 1.0:
        np.multiply(values, header.kpa_per_unit, out=values)  # in place: no second copy of a long recording
    grid = SensorLayout.rectangle(header.rows, header.cols, header.pitch_mm)
    return PressureRecording(
        (frames.numbers - frames.numbers[0]) * header.frame_s,
        values,
        SensorLayout(grid.x_mm, grid.y_mm, np.full(grid.n_sensors, header.area_mm2), grid.grid),
        ~frames.missing,
        source=f"Tekscan {header.sensor}".strip(),
        calibrated=header.kpa_per_unit is not None,
        side=_side(export, is_pair),
        in_shoe=_INSOLE.match(header.sensor) is not None,
        history=(f"read: {len(values)} frames of {header.rows} x {header.cols} sensels from a Tekscan ASCII export",),
        ceiling=header.saturation_kpa if header.kpa_per_unit is not None and header.saturation_kpa > 0 else np.nan,
    )


def _notes(exports: Sequence[_Export], recordings: Sequence[PressureRecording]) -> dict[str, str]:
    header = exports[0].header
    notes = {
        "task": "The file does not say what the person did.",
        "orientation": "Row 1 of a Tekscan export is at the toes; rows were turned so that y rises toward them.",
        "unit": _unit_note(header),
    }
    if header.mirrored:
        notes["mirrored"] = (
            f"The vendor's program mirrored the {' and '.join(header.mirrored)} of this sensor; the frames were taken "
            "as they are printed. Check that the heel is at the small y, and the side of the foot."
        )
    if (area := header.pitch_mm[0] * header.pitch_mm[1]) and abs(header.area_mm2 / area - 1) > 0.01:
        notes["area"] = f"A sensel has {header.area_mm2:.4g} mm², its distance to the next ones spans {area:.4g} mm²."
    for each, recording in zip(exports, recordings, strict=True):
        which = f" ({recording.side})" if len(exports) > 1 else ""
        _note_sides_and_ends(notes, each, recording, which)
        notes |= precision_note(recording.pressure_kpa)
    return notes


def _unit_note(header: TekscanHeader) -> str:
    if header.kpa_per_unit is None:
        return (
            "The values are raw counts of a sensor that was not calibrated; no force or pressure can be had from them."
        )
    text = "The header gives the unit of pressure."
    if header.saturation_kpa > 0:
        text += f" The sensor saturates at {header.saturation_kpa:.4g} kPa."
    return text


def _note_sides_and_ends(notes: dict[str, str], export: _Export, recording: PressureRecording, which: str) -> None:
    frames = export.frames
    if recording.side is not None:
        notes[f"side{which}"] = "The last letter of the file's name says which foot it is."
    if frames.unfinished:
        notes[f"end{which}"] = (
            f"The file ends in the middle of frame {frames.unfinished}, which was left out; the export was cut off."
        )
    elif export.header.end_frame is not None and frames.numbers[-1] < export.header.end_frame:
        notes[f"end{which}"] = (
            f"The header speaks of frames up to {export.header.end_frame}, but the file ends with frame "
            f"{frames.numbers[-1]}; the export was cut off."
        )
    steps = np.diff(frames.numbers)
    if len(steps) and (steps != steps[0]).any():
        notes[f"gaps{which}"] = f"Some frames are missing between frame {frames.numbers[0]} and {frames.numbers[-1]}."
    if recording.calibrated and export.header.saturation_kpa > 0:
        share = float(recording.pressure_kpa.max()) / export.header.saturation_kpa
        if share >= 1:
            notes[f"saturation{which}"] = "At least one sensel reached the pressure at which the sensor saturates."
