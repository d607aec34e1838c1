"""novel pedar exports (`.asc`): 99 sensors in each of two insoles, a line a frame.

The header names the insole's type (``sensor type: y-...``); the areas of its sensors and their approximate places stand
in ``pedar_insoles.toml``, taken as facts from the R package pressuRe (MIT). A line holds the time, then the sensors of
the left and of the right insole. A mask may leave sensors out. Each insole has a frame of its own: how far apart the
feet are is not measured.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from footload.arrays import IntArray
from footload.readers.novel_tables import NovelTable, private_lines, read_table
from footload.readers.number_blocks import precision_note
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, faults_of
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.trials import Trial

_TYPE: Final = re.compile(r"sensor type:\s*([a-z]{1,2})-", re.IGNORECASE)
_MASK: Final = re.compile(r"(left|right) insole:\s*([\d,\s]*)$")
_N_SENSORS: Final = 99
_IN_THE_AIR: Final = 0.2
"""An insole that never carries less than this share of its highest force was never lifted."""


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a pedar export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the header's own words are there.
    """
    return head.startswith(b"file name:") and b"\nsensor type:" in head and b"time per frame" in head


def load(path: Path) -> Trial:
    """Read a pedar export.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One recording an insole, left first.

    Raises
    ------
    UnreadableTrialError
        When the file is damaged, or its insole type is not known; the message names the line.
    """
    with faults_of(path), path.open("rb") as file:
        table = read_table(file)
        insole = _insole_type(table)
        recordings = tuple(_recording(table, insole, side, *found) for side, found in _columns(table).items())
        notes = {**table.notes(), **_notes(insole), **precision_note(table.pressure_kpa)}
        for recording in recordings:
            notes |= _swing_note(recording)
        return Trial(path.stem, recordings, notes=notes)


def private(path: Path) -> Mapping[str, str]:
    """What a pedar export says about the person and the day.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping
        The vendor's own file name and the date.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be opened.
    """
    with faults_of(path), path.open("rb") as file:
        return private_lines(file)


reader: Final = Reader("pedar", "novel pedar export", (".asc",), recognises, load, private)
"""The reader of pedar exports."""


def insole_layout(insole: str, side: Side) -> SensorLayout:
    """Where the 99 sensors of an insole are, approximately.

    Parameters
    ----------
    insole : str
        Type: u, v, w, x, y, z, or uw, vw, xw for the wide ones.
    side : Side
        A left insole is the mirror image of a right one.

    Returns
    -------
    SensorLayout
        Heel at the smallest y, +x to the right; the box around the insole starts at 0.
    """
    tables = _insoles()
    area_mm2 = np.array(tables["areas_mm2"][insole], float)
    height, medial, lateral = (np.array(tables["outline"][name]) for name in ("height", "medial", "lateral"))
    widths = lateral - medial
    outline = float(((widths[1:] + widths[:-1]) / 2 * np.diff(height)).sum())
    mm = float(np.sqrt(area_mm2.sum() / outline))
    x_mm: list[float] = []
    y_mm: list[float] = []
    n_in_rows: list[int] = tables["rows"]["wide" if len(insole) == 2 else "standard"]
    for row, n in enumerate(n_in_rows):
        along = (np.arange(n) + 0.5) / n
        x_mm.extend((medial[row : row + 2].mean() - medial.min() + along * widths[row : row + 2].mean()) * mm)
        y_mm.extend([(height[row : row + 2].mean() - height[0]) * mm] * n)
    x = np.array(x_mm)
    if side is Side.LEFT:
        x = (lateral.max() - medial.min()) * mm - x
    return SensorLayout(x, np.array(y_mm), area_mm2)


@cache
def _insoles() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("pedar_insoles.toml").read_text(encoding="utf-8"))


def _insole_type(table: NovelTable) -> str:
    match = next((match for line in table.header if (match := _TYPE.match(line))), None)
    known = _insoles()["areas_mm2"]
    if match is None or match[1].lower() not in known:
        raise DamagedFileError(
            f"the header names no insole type whose sensor areas are known ('sensor type: y-...'; {', '.join(known)})."
        )
    return match[1].lower()


def _columns(table: NovelTable) -> dict[Side, tuple[slice, IntArray]]:
    """The columns of each insole that is in the table, and the numbers of its sensors."""
    listed = _listed(table)
    if (*listed[Side.LEFT], *listed[Side.RIGHT]) != table.sensors:
        raise DamagedFileError(
            "the sensors above the frames are not those of the mask in the header; the file is damaged."
        )
    for numbers in listed.values():
        if len(set(numbers)) != len(numbers) or not all(1 <= number <= _N_SENSORS for number in numbers):
            raise DamagedFileError(f"an insole has sensors 1 to {_N_SENSORS}, each once, but the header lists others.")
    at = len(listed[Side.LEFT])
    places = {Side.LEFT: slice(0, at), Side.RIGHT: slice(at, None)}
    return {side: (places[side], np.array(listed[side], np.int64)) for side in Side if listed[side]}


def _listed(table: NovelTable) -> dict[Side, tuple[int, ...]]:
    masks = {match[1]: match[2] for line in table.header if (match := _MASK.match(line))}
    if masks:
        return {side: tuple(int(word[:6]) for word in re.findall(r"\d+", masks.get(side.value, ""))) for side in Side}
    numbers = table.sensors
    second = next((i for i in range(1, len(numbers)) if numbers[i] <= numbers[i - 1]), 0)
    if not second:
        raise DamagedFileError("the header does not say whether its sensors are those of the left or the right insole.")
    return {Side.LEFT: numbers[:second], Side.RIGHT: numbers[second:]}


def _recording(table: NovelTable, insole: str, side: Side, columns: slice, numbers: IntArray) -> PressureRecording:
    whole = insole_layout(insole, side)
    sensors = numbers - 1
    return PressureRecording(
        table.time_s,
        table.pressure_kpa[:, columns],
        SensorLayout(whole.x_mm[sensors], whole.y_mm[sensors], whole.area_mm2[sensors]),
        source=f"novel pedar .asc, insole {insole}",
        side=side,
        in_shoe=True,
        history=(f"read: {len(table.time_s)} frames of {len(sensors)} sensors from a pedar export",),
    )


def _notes(insole: str) -> dict[str, str]:
    notes = {
        "areas": f"The sensors' areas are those of insole type {insole} in the R package pressuRe; the file has none.",
        "places": "The places of the sensors are approximate: an outline scaled to the insole's area, with even rows.",
        "frame": "Each insole has a frame of its own; how far apart the feet are is not measured.",
    }
    if len(insole) == 2:
        notes["rows"] = (
            "The rows of wide insoles are not stated anywhere; they were taken from the areas of the sensors."
        )
    return notes


def _swing_note(recording: PressureRecording) -> dict[str, str]:
    """What an insole carries when its foot is in the air, where it is never empty."""
    pressure = recording.pressure_kpa
    force_n = np.einsum("ts,s->t", pressure, recording.force_per_unit.astype(pressure.dtype))  # makes no copy
    least, highest = float(force_n.min(initial=np.inf)), float(force_n.max(initial=0.0))
    if not 0 < least < _IN_THE_AIR * highest:
        return {}
    told = (
        f"The {recording.side} insole always carries at least {least:.1f} N: the shoe presses on the sole in the air "
        "too. The pressures were left as they are; analysis can subtract what is there in swing (--swing 0.1, a share "
        "that no source gives)."
    )
    return {f"swing, {recording.side} insole": told}
