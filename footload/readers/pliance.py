"""novel pliance exports (`.asc`): a mat of any shape, whose sensors' places and areas stand at the end of the file.

A line a frame: the time and the pressure on every sensor. Rows ``MPP`` and ``MVP`` are summaries. After them come the
vendor's own force and center of pressure for the whole recording, then ``corner[cm]`` with the corners, the center and
the area of every sensor. Where the centers make a full rectangle the recording is a grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray, IntArray
from footload.readers.novel_tables import NovelTable, private_lines, read_table
from footload.readers.number_blocks import NumberTextError, parse_numbers, parse_rows, precision_note
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, faults_of
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Trial

_FURTHEST_MM: Final = 1e5


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a pliance export.

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
    return head.startswith(b"file name:") and b"\nmat type" in head and b"time per frame" in head


def load(path: Path) -> Trial:
    """Read a pliance export.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One recording, in the frame of the mat.

    Raises
    ------
    UnreadableTrialError
        When the file is damaged; the message names the line.
    """
    with faults_of(path), path.open("rb") as file:
        table = read_table(file)
        x_mm, y_mm, area_mm2 = _places(table)
        order, grid = _grid_order(x_mm, y_mm)
        pressure = table.pressure_kpa if grid is None else table.pressure_kpa[:, order]
        layout = SensorLayout(x_mm[order], y_mm[order], area_mm2[order], grid)
        recording = PressureRecording(
            table.time_s,
            pressure,
            layout,
            source="novel pliance .asc",
            history=(f"read: {len(table.time_s)} frames of {len(table.sensors)} sensors from a pliance export",),
        )
        notes = {
            **table.notes(),
            "orientation": "Places are those of the file; it does not say which way a person faces on this mat.",
            "force check": _force_check(table, area_mm2),
            **precision_note(pressure),
        }
        return Trial(path.stem, (recording,), notes=notes)


def private(path: Path) -> Mapping[str, str]:
    """What a pliance export says about the person and the day.

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


reader: Final = Reader("pliance", "novel pliance export", (".asc",), recognises, load, private)
"""The reader of pliance exports."""


def _places(table: NovelTable) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centers [mm] and areas [mm²] of the sensors."""
    at = table.rest.find(b"corner[cm]")
    if at < 0:
        raise DamagedFileError("the block 'corner[cm]' with the places of the sensors is missing; export it as well.")
    wanted = {b"x[c]": 10.0, b"y[c]": 10.0, b"area": 100.0}
    found: dict[bytes, FloatArray] = {}
    for line in table.rest[at:].split(b"\n"):
        name, *_ = line.split(None, 1) or [b""]
        if name in wanted:
            try:
                found[name] = parse_numbers(line.lstrip()[len(name) :]) * wanted[name]
            except NumberTextError as error:
                raise DamagedFileError(f"row {name.decode()} below 'corner[cm]' {error.what}") from error
    if any(len(found.get(name, ())) != len(table.sensors) for name in wanted):
        raise DamagedFileError(
            f"the rows x[c], y[c] and area below 'corner[cm]' do not hold {len(table.sensors)} sensors each; "
            "the file was cut off or damaged there."
        )
    x_mm, y_mm, area_mm2 = (found[name] for name in wanted)
    sound = (np.abs(x_mm) < _FURTHEST_MM) & (np.abs(y_mm) < _FURTHEST_MM) & (area_mm2 > 0) & (area_mm2 < _FURTHEST_MM)
    if not sound.all():
        raise DamagedFileError(f"sensor {table.sensors[int(np.argmin(sound))]} has no place or no area.")
    return x_mm, y_mm, area_mm2


def _grid_order(x_mm: FloatArray, y_mm: FloatArray) -> tuple[IntArray, tuple[int, int] | None]:
    """The order of a full rectangle, row 0 at the smallest y, and its size; as listed and None where there is none."""
    order = np.lexsort((np.round(x_mm, 2), np.round(y_mm, 2)))
    x, y = np.unique(np.round(x_mm, 2)), np.unique(np.round(y_mm, 2))
    full = len(x) * len(y) == len(x_mm)
    if full:
        across, along = np.meshgrid(x, y)
        full = np.array_equal(across.ravel(), np.round(x_mm, 2)[order])
        full &= np.array_equal(along.ravel(), np.round(y_mm, 2)[order])
        full &= all(np.allclose(np.diff(each), np.diff(each)[:1], atol=0.05) for each in (x, y))
    return (order, (len(y), len(x))) if full else (np.arange(len(x_mm)), None)


def _force_check(table: NovelTable, area_mm2: FloatArray) -> str:
    """Compare pressure times area with the vendor's own force, which is listed for the whole recording."""
    absent = "The file has no forces of its own, so its pressures could not be checked against them."
    start = table.rest.find(b"force[N]")
    stop = table.rest.find(b"sensor", start)
    if start < 0 or stop < 0:
        return absent
    text = table.rest[table.rest.find(b"\n", start) + 1 : stop]
    try:
        times_s, force_n = parse_rows(text.replace(b"-\n", b"0\n").replace(b"- ", b"0 "), 4)[:, :2].T
    except NumberTextError:
        return absent
    nearest = np.searchsorted(times_s, table.time_s + table.first_time_s - 1e-4)
    if not len(times_s) or nearest[-1] >= len(times_s):
        return absent
    summed = table.pressure_kpa @ area_mm2 * 1e-3
    largest = float(np.abs(summed - force_n[nearest]).max())
    if largest <= 0.01 + 1e-3 * float(summed.max()):
        return f"The file's own forces agree with pressure times area in all {len(summed)} frames."
    return (
        f"The file's own forces differ from pressure times area by up to {largest:.2f} N; "
        "the pressures were taken as they stand."
    )
