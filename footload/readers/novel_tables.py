"""The text exports of pedar and pliance: a header in words, then one line a frame with a time and every sensor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.number_blocks import NumberTextError, count_in_file, empty_pressures, line_blocks, parse_rows
from footload.readers.pressure_units import kpa_per_unit
from footload.readers.printed_numbers import PLAIN
from footload.readers.unpacking import DamagedFileError

_MOST_HEADER_LINES: Final = 64
_MOST_LINE_BYTES: Final = 1 << 20
_MOST_PRESSURE_KPA: Final = 1e5
_WORD_LINE: Final = re.compile(rb"^[ \t]*[A-Za-z]", re.MULTILINE)
_AFTER: Final = re.compile(rb"\s*(?:MPP|MVP|time\[|sensor\b|corner)")
_UNIT: Final = re.compile(r"pressure values in\s+(\S+)")
_FILE: Final = re.compile(r"file name:\s*(.*?)\s*(?:date/time\s*(.*))?$")


@dataclass(frozen=True, slots=True, eq=False)
class NovelTable:
    """What a pedar or pliance export says.

    Parameters
    ----------
    header : tuple of str
        Its first lines, but for the one with the file's name and the date.
    sensors : tuple of int
        Numbers of the sensors, in the order of the columns.
    first_time_s : float
        Listed time of the first frame. [s]
    time_s : (t,) array
        From the first frame on. [s]
    pressure_kpa : (t, n) array
        Pressure on every sensor. [kPa]
    rest : bytes
        What follows the frames.
    cut_off : bool
        Whether the last line was not complete and was left out.
    """

    header: tuple[str, ...]
    sensors: tuple[int, ...]
    first_time_s: float
    time_s: FloatArray
    pressure_kpa: FloatArray
    rest: bytes
    cut_off: bool

    def notes(self) -> dict[str, str]:
        """What was found and assumed.

        Returns
        -------
        dict
            Sentences by topic.
        """
        notes = {"task": "The file does not say what the person did."}
        if self.first_time_s:
            notes["time"] = f"The first listed frame is at {self.first_time_s:g} s of the recording, here at 0 s."
        if self.cut_off:
            notes["end"] = "The last line of the file is not complete and was left out; the export was cut off."
        if b"MPP" in self.rest or b"MVP" in self.rest:
            notes["summary rows"] = "Rows of maximum and mean pressure (MPP, MVP) were left out."
        return notes


def private_lines(file: BinaryIO) -> dict[str, str]:
    """What the first line says about the person and the day.

    Parameters
    ----------
    file : binary file
        At its start.

    Returns
    -------
    dict
        The vendor's own file name, and date and time.
    """
    match = _FILE.match(file.readline(_MOST_LINE_BYTES).decode("iso-8859-1").strip())
    found = zip(("file name", "recorded"), match.groups(), strict=True) if match else ()
    return {name: text for name, text in found if text}


def read_table(file: BinaryIO) -> NovelTable:
    """Read an export.

    Parameters
    ----------
    file : binary file
        At its start.

    Returns
    -------
    NovelTable
        In house units.

    Raises
    ------
    DamagedFileError
        When the header is not whole, or a frame before the last is not.
    """
    lines = _header_lines(file)
    sensors = _sensor_numbers(lines[-1])
    factor = _kpa_per_unit(lines)
    start = file.tell()
    n_bytes = file.seek(0, 2) - start
    file.seek(start)
    n_frames = min(count_in_file(file, b"\n"), n_bytes // (2 * len(sensors) + 2)) + 1
    time_s, pressure = np.empty(n_frames), empty_pressures(n_frames, len(sensors))
    at, rest, cut_off = 0, b"", False
    blocks = line_blocks(file)
    for block in blocks:
        word = _WORD_LINE.search(block) if block.translate(None, PLAIN) else None
        body, after = (block, b"") if word is None else (block[: word.start()], block[word.start() :])
        if not body.endswith(b"\n") and not _is_complete(body, len(sensors)):
            body, cut_off = body[: body.rfind(b"\n") + 1], bool(body)
        table = _rows(body, len(sensors), len(lines) + at)
        if at + len(table) > n_frames:
            raise DamagedFileError("it has more lines than its size allows.")
        time_s[at : at + len(table)] = table[:, 0]
        np.multiply(table[:, 1:], factor, out=pressure[at : at + len(table)], casting="same_kind")
        at += len(table)
        if word is not None:
            rest = after + b"".join(blocks)
            break
    if not at:
        raise DamagedFileError("there is no frame in it; the file was cut off.")
    if rest and not _AFTER.match(rest):
        raise DamagedFileError(f"line {len(lines) + at + 1} is no frame; the file was damaged there.")
    _check_times(time_s[:at])
    return NovelTable(lines[1:-1], sensors, float(time_s[0]), time_s[:at] - time_s[0], pressure[:at], rest, cut_off)


def _header_lines(file: BinaryIO) -> tuple[str, ...]:
    lines: list[str] = []
    while len(lines) < _MOST_HEADER_LINES and (line := file.readline(_MOST_LINE_BYTES)):
        lines.append(line.decode("iso-8859-1").strip())
        if lines[-1].startswith("time[secs]"):
            return tuple(lines)
    raise DamagedFileError("the line of sensor numbers, 'time[secs] ...', does not come; the file was cut off there.")


def _sensor_numbers(line: str) -> tuple[int, ...]:
    words = line.split()[1:]
    if not words or not all(word.isascii() and word.isdigit() and len(word) < 7 for word in words):
        raise DamagedFileError("the line 'time[secs] ...' does not hold the numbers of sensors.")
    return tuple(int(word) for word in words)


def _kpa_per_unit(lines: tuple[str, ...]) -> float:
    match = next((match for line in lines[1:] if (match := _UNIT.match(line))), None)
    factor = kpa_per_unit(match[1]) if match else None
    if factor is None:
        raise DamagedFileError("the header gives no unit of pressure that is known ('pressure values in kPa').")
    return factor


def _is_complete(body: bytes, n_sensors: int) -> bool:
    """Whether the last line, which has no end, is closed by a tab behind its last value."""
    return body.endswith(b"\t") and len(body[body.rfind(b"\n") + 1 :].split()) == 1 + n_sensors


def _rows(body: bytes, n_sensors: int, first_line: int) -> FloatArray:
    try:
        table = parse_rows(body, 1 + n_sensors)
    except NumberTextError as error:
        raise DamagedFileError(f"line {first_line + error.line + 1} {error.what}") from error
    pressure = table[:, 1:]
    if pressure.size and not (pressure.min() >= 0 and pressure.max() < _MOST_PRESSURE_KPA):
        bad = ~((pressure >= 0) & (pressure < _MOST_PRESSURE_KPA))
        frame, sensor = (int(index[0]) for index in np.nonzero(bad))
        raise DamagedFileError(
            f"line {first_line + frame + 1}, sensor column {sensor + 1} is {pressure[frame, sensor]:g}, "
            "which is no pressure."
        )
    return table


def _check_times(time_s: FloatArray) -> None:
    if not (np.isfinite(time_s).all() and abs(time_s[0]) < 1e6 and abs(time_s[-1]) < 1e6):
        raise DamagedFileError("a time in the first column is not a number of seconds.")
    back = np.flatnonzero(np.diff(time_s) <= 0)
    if len(back):
        first = int(back[0])
        raise DamagedFileError(
            f"the time {time_s[first + 1]:g} s follows {time_s[first]:g} s; every frame has to be later than the one "
            "before."
        )
