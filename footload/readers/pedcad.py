"""pedCAD exchange files (`.apd`) of zebris and footscan: the highest picture of a step, and its frames where given.

A text of ``[Section]`` and ``key=value`` lines. X is the direction of progression: a line is one row across the foot,
its values run to the left of the walking direction; -1 means outside of the print. ``[Data]`` is the picture of the
highest pressures; ``[Data<k>]`` from ``MinIdx`` to ``MaxIdx`` are frames. ``[Customer]`` holds the person and is left
behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.number_blocks import NumberTextError, parse_rows
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, bytes_of, faults_of
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout, Side
from footload.trials import Trial

_SECTION: Final = re.compile(rb"^[ \t]*\[([A-Za-z]+)(\d{0,6})\][^\n]*$", re.MULTILINE)
_TO_MM: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_TO_S: Final = {"ms": 1e-3, "s": 1.0}
_SIDES: Final = {"L": Side.LEFT, "R": Side.RIGHT}
_MOST_CELLS: Final = 1_000_000
_MOST_PRESSURE: Final = 1e5
_PRIVATE: Final = ("FirstName", "LastName", "Sex", "BirthDate", "Date", "Time")


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a pedCAD exchange file.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when its own sections and keys are there.
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"[") and b"UnitPressure" in head and b"SensCountX" in head


@dataclass(frozen=True, slots=True, eq=False)
class _Content:
    """Keys with their texts, the highest picture, and the frames by number; both in the unit of the file."""

    keys: Mapping[str, str]
    highest: FloatArray | None
    frames: Mapping[int, FloatArray]


def load(path: Path) -> Trial:
    """Read a pedCAD exchange file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One recording: the frames, or the picture of highest pressures as a single frame.

    Raises
    ------
    UnreadableTrialError
        When the file is damaged; the message names the section.
    """
    with faults_of(path):
        content = _content(bytes_of(path))
        keys = content.keys
        pressure, time_s, notes = _pressure(content)
        side = _SIDES.get(keys.get("FootSide", "").upper())
        recording = PressureRecording(
            time_s,
            np.ascontiguousarray(pressure[:, :, ::-1]).reshape(len(time_s), -1),
            _layout(keys, notes),
            source=f"pedCAD .apd, {_source(keys)}".rstrip(", "),
            side=side,
            maxima_only=not content.frames,
            history=(
                f"read: {len(time_s)} frames of {pressure.shape[1]} x {pressure.shape[2]} sensors from an apd file",
            ),
        )
        if side is not None:
            notes["side"] = "The file says which foot it is."
        return Trial(path.stem, (recording,), side=side, notes=notes)


def private(path: Path) -> Mapping[str, str]:
    """What a pedCAD exchange file says about the person and the day.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping
        Names, sex, date and time, where they are given.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be opened.
    """
    with faults_of(path):
        keys = _keys(bytes_of(path))
        return {name: keys[name] for name in _PRIVATE if keys.get(name)}


reader: Final = Reader("pedcad", "pedCAD exchange file", (".apd",), recognises, load, private)
"""The reader of pedCAD exchange files."""


def _keys(data: bytes) -> dict[str, str]:
    start = next((match.start() for match in _SECTION.finditer(data) if match[1] == b"Data"), len(data))
    lines = (line.split("=", 1) for line in data[:start].decode("iso-8859-1").splitlines() if "=" in line)
    return {name.strip(): text.strip() for name, text in lines}


def _content(data: bytes) -> _Content:
    keys = _keys(data)
    rows, cols = (_whole(keys, name) for name in ("SensCountX", "SensCountY"))
    if not 0 < rows * cols <= _MOST_CELLS:
        raise DamagedFileError(f"SensCountX {rows} and SensCountY {cols} make no picture.")
    found = list(_SECTION.finditer(data))
    stops = [match.start() for match in found[1:]] + [len(data)]
    factor = kpa_per_unit(keys.get("UnitPressure", ""))
    if factor is None:
        raise DamagedFileError("UnitPressure is no unit of pressure that is known, such as N/cm2.")
    highest: FloatArray | None = None
    frames: dict[int, FloatArray] = {}
    for match, stop in zip(found, stops, strict=True):
        if match[1] != b"Data":
            continue
        picture = _picture(data[match.end() : stop], rows, cols, f"[Data{match[2].decode()}]") * factor
        if not match[2]:
            highest = picture
        elif int(match[2]) in frames:
            raise DamagedFileError(f"section [Data{match[2].decode()}] stands there twice.")
        else:
            frames[int(match[2])] = picture
    return _Content(keys, highest, frames)


def _picture(text: bytes, rows: int, cols: int, name: str) -> FloatArray:
    try:
        picture = parse_rows(text, cols)
    except NumberTextError as error:
        raise DamagedFileError(f"line {error.line} of section {name} {error.what}") from error
    if len(picture) != rows:
        raise DamagedFileError(
            f"section {name} has {len(picture)} lines, but SensCountX says {rows}; the file was cut off or damaged."
        )
    if not (((picture >= 0) & (picture < _MOST_PRESSURE)) | (picture == -1)).all():
        raise DamagedFileError(f"section {name} holds a value that is no pressure.")
    return np.maximum(picture, 0.0)


def _pressure(content: _Content) -> tuple[FloatArray, FloatArray, dict[str, str]]:
    """Pressures (t, rows, cols) [kPa], their times [s], and what there is to say about them."""
    keys, frames = content.keys, content.frames
    notes = {
        "task": "The file does not say what the person did.",
        "orientation": "X of the file is the walking direction; Y was taken to run to the left of it, as by zebris.",
        "outside": "Places outside of the print (-1) were taken as sensors without pressure.",
    }
    if "MinIdx" not in keys and not frames:
        if content.highest is None:
            raise DamagedFileError("there is no section [Data] in it; the file was cut off.")
        notes["frames"] = (
            "The file holds the highest pressures only, here as one frame: they were not reached at one time, so there "
            "is no force, contact area or time; peak pressures, the print's shape and the arch indices are given."
        )
        return content.highest[None], np.zeros(1), notes
    first, last = _whole(keys, "MinIdx"), _whole(keys, "MaxIdx")
    if last < first or len(frames) != last - first + 1 or set(frames) != set(range(first, last + 1)):
        raise DamagedFileError(
            f"it holds {len(frames)} frames, but MinIdx and MaxIdx speak of {first} to {last}; the file was cut off or "
            "damaged."
        )
    unit = keys.get("UnitTime", "ms")
    if unit not in _TO_S:
        raise DamagedFileError("UnitTime is no unit of time that is known; ms and s are.")
    frame_s = _number(keys, "TimeDiff") * _TO_S[unit]
    pressure = np.array([frames[index] for index in range(first, last + 1)])
    notes["frames"] = "TimeDiff was taken as the time from one frame to the next; the first one is at 0 s."
    if content.highest is not None and not np.allclose(pressure.max(axis=0), content.highest, rtol=0, atol=1e-6):
        notes["check"] = (
            "The picture of highest pressures is not that of the frames; the frames were taken as they stand."
        )
    return pressure, np.arange(len(pressure)) * frame_s, notes


def _layout(keys: Mapping[str, str], notes: dict[str, str]) -> SensorLayout:
    to_mm = _TO_MM.get(keys.get("UnitDistance", "mm"))
    if to_mm is None:
        raise DamagedFileError("UnitDistance is no unit of length that is known; mm and cm are.")
    rows, cols = _whole(keys, "SensCountX"), _whole(keys, "SensCountY")
    pitch = (_number(keys, "LDistY") * to_mm, _number(keys, "LDistX") * to_mm)
    if not {"StartSensX", "StartSensY", "MaxSensorsY"} <= set(keys):
        notes["place"] = "The file does not say where on the plate the print was; it starts at 0."
        return SensorLayout.rectangle(rows, cols, pitch, device_mm=UNKNOWN_DEVICE_MM)
    start_x, start_y, all_y = (_whole(keys, name) for name in ("StartSensX", "StartSensY", "MaxSensorsY"))
    far = _whole(keys, "MaxSensorsX") * pitch[1] if "MaxSensorsX" in keys else np.inf
    origin = ((all_y - start_y - cols) * pitch[0], start_x * pitch[1])
    return SensorLayout.rectangle(rows, cols, pitch, origin, (0.0, 0.0, all_y * pitch[0], far))


def _number(keys: Mapping[str, str], name: str) -> float:
    try:
        value = float(keys[name].replace(",", "."))
    except KeyError:
        raise DamagedFileError(f"the header does not say {name}; the file was cut off or damaged there.") from None
    except ValueError:
        raise DamagedFileError(f"{name} is not a number.") from None
    if not 0 < value < 1e6:
        raise DamagedFileError(f"{name} is {value:g}, but a number above 0 belongs there.")
    return value


def _whole(keys: Mapping[str, str], name: str) -> int:
    text = keys.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise DamagedFileError(f"{name} in the header is missing or not a whole number from 0 up.")
    return int(text)


def _source(keys: Mapping[str, str]) -> str:
    """The maker, where it is one that is known; nothing else of that line is kept."""
    said = keys.get("Source", "").lower()
    return next((maker for maker in ("zebris", "footscan", "rsscan") if maker in said), "")
