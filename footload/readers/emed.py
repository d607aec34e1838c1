"""novel emed listings (`.lst`, also gzipped): pressure on a mat, picture by picture."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError
from footload.readers.emed_pages import Block, DamagedListingError, Page, parse_pages, split_pages
from footload.readers.registry import Reader
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Task, Trial
from footload.units import N_PER_KPA_MM2

_GZIP: Final = b"\x1f\x8b"
_MOST_BYTES: Final = 1 << 30
_MATRIX: Final = re.compile(r"\bMatrix:\s*(\d{1,4})\s*x\s*(\d{1,4})\b")
_TIME: Final = re.compile(r"\bTime/picture:\s*(\d+(?:[.,]\d+)?)\s*(ms|s)\b")
_SIZE: Final = re.compile(r"\bSensor size:\s*(\d+(?:[.,]\d+)?)\s*x\s*(\d+(?:[.,]\d+)?)\s*(cm|mm)\b")
_FILE: Final = re.compile(r"\bFile:[ \t]*(.*?)[ \t]*(?:Matrix:|[\r\n])")
_STILL_LOADED: Final = 0.05


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of an emed listing.

    Parameters
    ----------
    head : bytes
        First bytes of the file, gzipped or not.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the first page's own words are there.
    """
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 4096)
        except zlib.error:
            return False
    # with their numbers, so that a program that writes such listings is none
    words = (rb"Page\s+\d", rb"Matrix:\s*\d+\s*x\s*\d+", rb"Time/picture:\s*\d")
    return b"\0" not in head and all(re.search(word, head) for word in words)


def load(path: Path) -> Trial:
    """Read an emed listing.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One pressure recording of the listed window, in the frame of the whole mat. The file's own path, which may
        hold a person's name, is left behind.

    Raises
    ------
    UnreadableTrialError
        When the listing is cut off or damaged; the message names page, picture and line.
    """
    data = _bytes(path)
    if b"\0" in data:
        raise UnreadableTrialError(path, "it is a binary file, but an emed listing is text.")
    lines = data.decode("iso-8859-1").replace("\r\n", "\n").split("\n")
    try:
        return _trial(path, lines)
    except DamagedListingError as error:
        raise UnreadableTrialError(path, str(error)) from error


def private(path: Path) -> dict[str, str]:
    """What the listing says about the person: the path of the measurement, which often holds a name.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    dict of str
        Empty when the listing names no path.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be opened.
    """
    match = _FILE.search(_bytes(path)[:4096].decode("iso-8859-1"))
    return {"file": match[1].strip()} if match else {}


reader: Final = Reader("emed", "novel emed listing", (".lst", ".lst.gz"), recognises, load, private)
"""The reader of emed listings."""


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(path) as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableTrialError(path, f"the gzip file is cut off or damaged ({error}).") from error
    if len(data) > _MOST_BYTES:
        raise UnreadableTrialError(path, f"unpacked it is larger than {_MOST_BYTES >> 20} MB, which no listing is.")
    return data


@dataclass(frozen=True, slots=True)
class _Mat:
    """What the first page says about the mat: cells across and along, their size [mm], time between pictures [s]."""

    n_cols: int
    n_rows: int
    pitch_mm: tuple[float, float]
    frame_s: float
    says_dynamic: bool


def _mat(header: Sequence[str]) -> _Mat:
    text = "\n".join(header)
    found = {name: pattern.search(text) for name, pattern in _HEADER.items()}
    matrix, time, size = found.values()
    if matrix is None or time is None or size is None:
        missing = ", ".join(repr(name) for name, match in found.items() if match is None)
        raise DamagedListingError(f"the first page does not say {missing}; the file was cut off or damaged there.")
    to_mm = 10.0 if size[3] == "cm" else 1.0
    frame_s = _number(time[1]) * (1e-3 if time[2] == "ms" else 1.0)
    pitch_mm = (_number(size[1]) * to_mm, _number(size[2]) * to_mm)
    if not (frame_s > 0 and min(pitch_mm) > 0 and int(matrix[1]) and int(matrix[2])):
        raise DamagedListingError("the first page gives a size or a time of 0.")
    dynamic = any("dynamic" in line.lower() for line in header if "File:" not in line)
    return _Mat(int(matrix[1]), int(matrix[2]), pitch_mm, frame_s, dynamic)


_HEADER: Final = {"Matrix:": _MATRIX, "Time/picture:": _TIME, "Sensor size:": _SIZE}


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _trial(path: Path, lines: Sequence[str]) -> Trial:
    pages = split_pages(lines)
    if not pages[0].closed and lines[-1].strip():
        raise DamagedListingError("the last line is not complete; the file was cut off there.")
    mat = _mat(lines[: pages[0].rows_line])
    shown = [page for page in pages if page.picture is not None]
    if not shown:
        raise DamagedListingError("it holds summary pages only, and no picture; export the frames as well.")
    first, pictures = _pictures(parse_pages(shown))
    rows, cols = _window(pictures, mat)
    pressure, column_force = _merged(pictures, rows, cols)
    area_mm2 = mat.pitch_mm[0] * mat.pitch_mm[1]
    notes = _notes(mat, first, len(pages) - len(shown))
    notes["force check"] = _force_check(pressure, column_force, area_mm2 * N_PER_KPA_MM2, first)
    _check_end(lines, pages, pressure, notes)
    recording = PressureRecording(
        np.arange(len(pictures)) * mat.frame_s,
        pressure[:, ::-1].reshape(len(pictures), -1),
        SensorLayout.rectangle(
            len(rows),
            len(cols),
            mat.pitch_mm,
            ((cols[0] - 1) * mat.pitch_mm[0], (mat.n_rows - rows[-1]) * mat.pitch_mm[1]),
            (0.0, 0.0, mat.n_cols * mat.pitch_mm[0], mat.n_rows * mat.pitch_mm[1]),
        ),
        source="novel emed .lst",
        history=(f"read: {len(pictures)} pictures of {len(rows)} x {len(cols)} cells from an emed listing",),
    )
    task = Task.WALKING if mat.says_dynamic else Task.UNKNOWN
    return Trial(_stem(path), (recording,), task, notes=notes)


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".lst"):
        name = name[: -len(suffix)] if name.lower().endswith(suffix) and len(name) > len(suffix) else name
    return name


def _pictures(blocks: Sequence[Block]) -> tuple[int, list[list[Block]]]:
    """The first picture's number, and the blocks of every picture."""
    pictures: list[list[Block]] = []
    numbers: list[int] = []
    for block in blocks:
        number = block.page.picture or 0
        if numbers and number == numbers[-1]:
            pictures[-1].append(block)
            continue
        if numbers and number != numbers[-1] + 1:
            raise DamagedListingError(
                f"picture {number} follows picture {numbers[-1]} on {block.page.place}; {numbers[-1] + 1} is missing."
            )
        numbers.append(number)
        pictures.append([block])
    expected = [(block.page.columns, tuple(block.rows)) for block in pictures[0]]
    for blocks_of_one in pictures:
        if [(block.page.columns, tuple(block.rows)) for block in blocks_of_one] != expected:
            raise DamagedListingError(
                f"{blocks_of_one[-1].page.place} does not list the same rows and columns as the first picture; "
                "a page is missing or damaged there."
            )
    return numbers[0], pictures


def _window(pictures: Sequence[Sequence[Block]], mat: _Mat) -> tuple[range, range]:
    """Row and column numbers of the listed window."""
    columns = [column for block in pictures[0] for column in block.page.columns]
    listed = [(int(row), column) for block in pictures[0] for row in block.rows for column in block.page.columns]
    lines = [row for row, _ in listed]
    rows, cols = range(min(lines), max(lines) + 1), range(min(columns), max(columns) + 1)
    if cols[0] < 1 or cols[-1] > mat.n_cols or rows[-1] > mat.n_rows:
        raise DamagedListingError(
            f"rows {rows[0]} to {rows[-1]} and columns {cols[0]} to {cols[-1]} are listed, but the mat has "
            f"{mat.n_rows} rows and {mat.n_cols} columns."
        )
    if len(listed) != len(rows) * len(cols) or len(set(listed)) != len(listed):
        raise DamagedListingError("the pages of a picture do not make up one rectangle of cells.")
    return rows, cols


def _merged(pictures: Sequence[Sequence[Block]], rows: range, cols: range) -> tuple[FloatArray, FloatArray | None]:
    """Pressure (t, rows, cols) [kPa] and the file's own column forces (t, cols) [N]."""
    pressure = np.zeros((len(pictures), len(rows), len(cols)))
    force = np.zeros((len(pictures), len(cols)))
    stated = False
    for part in range(len(pictures[0])):
        first = pictures[0][part]
        of_columns = np.array(first.page.columns) - cols[0]
        at_row = int(first.rows[0]) - rows[0]
        tables = np.array([picture[part].pressure_kpa for picture in pictures])
        pressure[:, at_row : at_row + len(first.rows), of_columns] = tables
        if first.column_force_n is not None:
            stated = True
            force[:, of_columns] += np.array([picture[part].column_force_n for picture in pictures])
    return pressure, force if stated else None


def _force_check(pressure: FloatArray, column_force: FloatArray | None, n_per_kpa: float, first: int) -> str:
    if column_force is None:
        return "The file has no row of forces, so its pressures could not be checked against it."
    summed = pressure.sum(axis=1) * n_per_kpa
    difference = np.abs(summed - column_force)
    rounding = 0.0051 + 0.005 * n_per_kpa * (pressure > 0).sum(axis=1)
    if (difference <= rounding).all():
        return f"The file's own forces agree with pressure times area in all {len(pressure)} pictures."
    picture = int(np.argmax((difference - rounding).max(axis=1)))
    return (
        f"The file's own forces differ from pressure times area by up to {difference.max():.2f} N, "
        f"most in picture {first + picture}; the pressures were taken as they stand."
    )


def _notes(mat: _Mat, first: int, n_summaries: int) -> dict[str, str]:
    notes = {
        "task": "The file says that the measurement was dynamic; taken as walking."
        if mat.says_dynamic
        else "The file does not say what the person did.",
        "frames": "Every picture was taken as one frame; "
        + ("the first one starts at 0 s." if first == 1 else f"the export starts with picture {first}, here at 0 s."),
        "orientation": "Row 1 of an emed listing is at the toes; rows were turned so that y rises toward them.",
        "unit": "The file names no unit of pressure; emed listings are in kPa.",
    }
    if n_summaries:
        notes["summary pages"] = f"{n_summaries} summary pages (MPP, MVP) were left out."
    return notes


def _check_end(lines: Sequence[str], pages: Sequence[Page], pressure: FloatArray, notes: dict[str, str]) -> None:
    """An export ends with one more form feed; without it, and with the foot still on the mat, it was cut off."""
    if sum(line.count("\f") for line in lines[pages[-1].line :]) > 1:
        return
    total = pressure.sum(axis=(1, 2))
    if total[-1] > _STILL_LOADED * total.max():
        raise DamagedListingError(
            f"it ends after {pages[-1].place} without the closing form feed of an export, and the mat is still loaded; "
            "the file was cut off there."
        )
    notes["end"] = (
        "The listing ends without the closing form feed of an export, so a cut at the end of a picture would not show."
    )
