"""XSENSOR exports (`.csv`): insoles, left and right apart, and mats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.frame_room import FrameRoom
from footload.readers.number_blocks import count_in_file, precision_for, precision_note
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, faults_of, stem_of
from footload.readers.xsensor_blocks import Place, SensorBlock, blocks_of, seconds_since
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.trials import Trial
from footload.units import N_PER_KPA_MM2

_FOOT: Final = re.compile(r"(?:^|[^A-Z])([LR])F(?:[^A-Z]|$)")
_SIZE: Final = re.compile(r"Sensel (Width|Height) \((cm|mm|in)\)")
_MM_PER: Final = {"cm": 10.0, "mm": 1.0, "in": 25.4}
_AT_ONCE: Final = 128
_EVEN_S: Final = 0.0016
"""Time stamps are rounded to a millisecond, so that evenly spaced frames are at most this far from their stamp."""


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of an XSENSOR export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the words of its header and of its first sensor are there.
    """
    return b"\0" not in head and all(word in head for word in (b"Units:", b"FRAME,", b"SENSOR,", b"Sensel Width"))


def load(path: Path) -> Trial:
    """Read an XSENSOR export.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One pressure recording a sensor. Day, time of the day and the path in the file are left behind.

    Raises
    ------
    UnreadableTrialError
        When the export is cut off or damaged; the message names frame and row.
    """
    with faults_of(path):
        return _trial(path)


def private(path: Path) -> Mapping[str, str]:
    """What the file says about the day and the person.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping
        Its own path, date and time, where they are there.
    """
    place = Place()
    with faults_of(path):
        next(blocks_of(path, place), None)
    names = {"File": "file", "Date": "date", "Time": "time"}
    return {names[key]: text for key, text in place.top.items() if key in names and text}


reader: Final = Reader("xsensor", "XSENSOR export", (".csv",), recognises, load, private)
"""The reader of XSENSOR exports."""


@dataclass(slots=True)
class _Sensor:
    """What was read of one sensor; its frames are turned so that the first row is at the heel."""

    first: SensorBlock
    room: FrameRoom
    waiting: list[FloatArray] = field(default_factory=list[FloatArray])
    frames: list[int] = field(default_factory=list[int])
    clocks_s: list[float] = field(default_factory=list[float])
    stated: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    def add(self, block: SensorBlock) -> None:
        if (block.n_rows, block.n_cols) != (self.first.n_rows, self.first.n_cols):
            raise DamagedFileError(
                f"frame {block.frame} has {block.n_rows} x {block.n_cols} sensels, but the first one has "
                f"{self.first.n_rows} x {self.first.n_cols}."
            )
        self.frames.append(block.frame)
        self.clocks_s.append(block.clock_s)
        self.waiting.append(block.values)
        if len(self.waiting) == _AT_ONCE:
            self.flush()
        self.stated.append((block.stated("Contact Area"), block.stated("Est. Load")))

    def flush(self) -> None:
        if self.waiting:
            self.room.add(np.array(self.waiting))
            self.waiting.clear()


def _trial(path: Path) -> Trial:
    place = Place()
    sensors: dict[str, _Sensor] = {}
    n_blocks = 0
    for block in blocks_of(path, place):
        if block.sensor not in sensors:
            n_blocks = n_blocks or _n_blocks(path)
            sensors[block.sensor] = _Sensor(block, _room(block, n_blocks))
        sensors[block.sensor].add(block)
    if not sensors:
        raise DamagedFileError("it holds no frame of any sensor; the file was cut off before the first one.")
    unit = place.top.get("Units", "")
    notes = {
        "orientation": "The first row of an XSENSOR insole is at the toes; rows were turned so that y rises to them.",
        "sensels": "The grid is larger than the insole; places without a sensel read 0, like unloaded ones.",
    }
    notes |= _unit_notes(unit, place.top.get("Threshold", ""))
    start_s = min(sensor.clocks_s[0] for sensor in sensors.values())
    recordings = tuple(_recording(name, sensor, unit, start_s, notes) for name, sensor in sensors.items())
    notes |= precision_note(recordings[0].pressure_kpa)
    return Trial(stem_of(path, ".csv"), recordings, notes=notes)


def _n_blocks(path: Path) -> int:
    with path.open("rb") as file:
        return count_in_file(file, b"SENSELS")


def _room(first: SensorBlock, n_blocks: int) -> FrameRoom:
    """Room for a sensor, which grows: how many blocks of the file are its own is not known."""
    n_cells = first.n_rows * first.n_cols
    turned = np.arange(n_cells).reshape(first.n_rows, -1)[::-1].reshape(-1)
    room = np.empty((0, n_cells), precision_for(n_blocks * n_cells))
    return FrameRoom(turned, np.ones(n_cells, bool), 1.0, room)


def _unit_notes(unit: str, threshold: str) -> dict[str, str]:
    factor = kpa_per_unit(unit)
    if factor is None:
        return {"unit": f"The unit of the file is {unit[:20]!r}, which is none of pressure; the values are counts."}
    notes = {"unit": f"The file is in {unit}; 1 {unit} was taken as {factor:g} kPa."}
    try:
        cut_kpa = float(threshold) * factor
    except ValueError:
        return notes
    return notes | {"threshold": f"The device's software cut everything below {cut_kpa:.2f} kPa ({threshold} {unit})."}


def _recording(name: str, sensor: _Sensor, unit: str, start_s: float, notes: dict[str, str]) -> PressureRecording:
    factor = kpa_per_unit(unit)
    foot = _FOOT.search(name)
    side = None if foot is None else Side.LEFT if foot[1] == "L" else Side.RIGHT
    told = f"{side} insole" if side else "sensor"
    rows, cols = sensor.first.n_rows, sensor.first.n_cols
    sensor.flush()
    images = sensor.room.frames()
    pitch_mm = _pitch_mm(sensor, images, notes)
    time_s = _times_s(sensor, start_s, told, notes)
    if factor is not None:
        images *= factor
        notes[f"load check, {told}"] = _load_check(images, pitch_mm, [load for _, load in sensor.stated])
    return PressureRecording(
        time_s,
        images,
        SensorLayout.rectangle(rows, cols, pitch_mm),
        source="XSENSOR .csv",
        calibrated=factor is not None,
        side=side,
        in_shoe=side is not None,
        history=(f"read: {len(time_s)} frames of {rows} x {cols} sensels ({told}) from an XSENSOR export",),
    )


def _pitch_mm(sensor: _Sensor, images: FloatArray, notes: dict[str, str]) -> tuple[float, float]:
    """Width and height of a sensel, refined by the file's own contact areas. [mm]"""
    found = {m[1]: (text, m[2]) for key, text in sensor.first.header.items() if (m := _SIZE.match(key))}
    try:
        width, height = (float(found[name][0]) * _MM_PER[found[name][1]] for name in ("Width", "Height"))
    except (KeyError, ValueError):
        raise DamagedFileError("the first frame does not say how wide and high a sensel is.") from None
    if not (0.1 < width < 1000 and 0.1 < height < 1000):
        raise DamagedFileError(f"a sensel of {width:g} x {height:g} mm is none of a pressure sensor.")
    n_loaded = (images > 0).sum(axis=1)
    area_cm2 = np.array([area for area, _ in sensor.stated])
    usable = (n_loaded >= 10) & (area_cm2 > 0) & np.isfinite(area_cm2)
    if not usable.any():
        return width, height
    scale = float(np.sqrt(np.median(area_cm2[usable] * 100 / n_loaded[usable]) / (width * height)))
    if abs(scale - 1) > 0.01:
        return width, height
    notes["sensel size"] = (
        f"The stated sensel of {width:g} x {height:g} mm is rounded; {width * scale:.3f} x {height * scale:.3f} mm "
        "gives the contact areas that the file states."
    )
    return width * scale, height * scale


def _times_s(sensor: _Sensor, start_s: float, told: str, notes: dict[str, str]) -> FloatArray:
    frames = np.array(sensor.frames, float)
    stamps = np.array([seconds_since(start_s, clock_s) for clock_s in sensor.clocks_s])
    if not np.isfinite(stamps).all():
        raise DamagedFileError(f"frame {sensor.frames[int(np.argmin(np.isfinite(stamps)))]} has no time.")
    if (np.diff(frames) <= 0).any() or (np.diff(stamps) <= 0).any():
        at = int(np.argmax((np.diff(frames) <= 0) | (np.diff(stamps) <= 0)))
        raise DamagedFileError(
            f"frame {sensor.frames[at + 1]} of the {told} stands after frame {sensor.frames[at]}, but is not later."
        )
    if len(frames) < 3:
        return stamps
    step_s = float(stamps[-1] - stamps[0]) / float(frames[-1] - frames[0])
    even = stamps[0] + (frames - frames[0]) * step_s
    if np.abs(even - stamps).max() > _EVEN_S:
        notes["time"] = "Frames are not evenly spaced; the file's time stamps were taken as they are."
        return stamps
    missing = int(frames[-1] - frames[0]) + 1 - len(frames)
    notes["time"] = (
        f"The file's stamps are rounded to a millisecond; frames were spaced evenly, {1 / step_s:.2f} a second."
    )
    if missing:
        notes[f"missing frames, {told}"] = f"{missing} frames of the {told} are missing in the file."
    return even


def _load_check(pressure_kpa: FloatArray, pitch_mm: tuple[float, float], stated_n: Sequence[float]) -> str:
    stated = np.array(stated_n)
    known = np.isfinite(stated)
    if not known.any():
        return "The file states no load, so its pressures could not be checked against it."
    force_n = pressure_kpa.sum(axis=1) * (pitch_mm[0] * pitch_mm[1] * N_PER_KPA_MM2)
    difference = np.abs(force_n - stated)[known]
    # Pressures are printed to 0.01, areas to 0.01 cm2: together far below two parts in a thousand.
    if (difference <= 0.1 + 0.002 * stated[known]).all():
        return f"Pressure times area agrees with the load that the file states, in all {known.sum()} frames."
    return (
        f"Pressure times area differs from the load that the file states by up to {difference.max():.2f} N; "
        "the pressures were taken as they stand."
    )
