"""novel emed listings (`.lst`, also gzipped): pressure on a mat, picture by picture."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

import numpy as np

from footload.arrays import FloatArray
from footload.readers.emed_blocks import blocks_of
from footload.readers.emed_pages import DamagedListingError, Page, pages_of
from footload.readers.emed_pictures import Album, Pictures, forces_of
from footload.readers.number_blocks import line_blocks, precision_note
from footload.readers.registry import Reader
from footload.readers.unpacking import GZIP, MOST_BYTES, faults_of, stem_of, unpacked_head
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Task, Trial
from footload.units import N_PER_KPA_MM2

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
    head = unpacked_head(head)
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
    with faults_of(path):
        return _trial(path)


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
    with faults_of(path), _opened(path) as file:
        match = _FILE.search(file.read(4096).decode("iso-8859-1"))
    return {"file": match[1].strip()} if match else {}


reader: Final = Reader("emed", "novel emed listing", (".lst", ".lst.gz"), recognises, load, private)
"""The reader of emed listings."""


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return cast("BinaryIO", gzip.open(path) if packed else path.open("rb"))


def _size(path: Path) -> tuple[int, int]:
    """How many pages the listing has at most, and how long its text is."""
    n_pages = n_bytes = 0
    with _opened(path) as file:
        for block in line_blocks(file):
            n_pages += block.count(b"Page")
            n_bytes += len(block)
            if n_bytes > MOST_BYTES:
                raise DamagedListingError(f"its text is larger than {MOST_BYTES >> 20} MB, which no listing is.")
    return n_pages, n_bytes


@dataclass(frozen=True, slots=True)
class _Mat:
    """What the first page says about the mat: cells across and along, their size [mm], time between pictures [s]."""

    n_cols: int
    n_rows: int
    pitch_mm: tuple[float, float]
    frame_s: float
    says_dynamic: bool


def _mat(head: bytes) -> _Mat:
    text = head.decode("iso-8859-1")
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
    dynamic = any("dynamic" in line.lower() for line in text.split("\n") if "File:" not in line)
    return _Mat(int(matrix[1]), int(matrix[2]), pitch_mm, frame_s, dynamic)


_HEADER: Final = {"Matrix:": _MATRIX, "Time/picture:": _TIME, "Sensor size:": _SIZE}


def _number(text: str) -> float:
    return float(text.replace(",", "."))


@dataclass(slots=True)
class _Seen:
    """What was seen of the pages of a listing so far."""

    first: Page
    last: Page
    n_summaries: int = 0
    one_open: Page | None = None
    one_without_forces: Page | None = None
    any_closed: bool = False
    any_forces: bool = False

    def note(self, page: Page) -> None:
        self.last = page
        self.n_summaries += page.picture is None
        self.any_closed |= page.closed
        self.any_forces |= bool(page.force_row)
        if not page.closed and self.one_open is None:
            self.one_open = page
        if not page.force_row and self.one_without_forces is None:
            self.one_without_forces = page

    def check(self) -> None:
        """What all pages or none of them have."""
        if self.any_closed and self.one_open:
            raise DamagedListingError(
                f"{self.one_open.place} has no form feed at its end although others have; the file was cut off or "
                "damaged there."
            )
        if self.any_forces and self.one_without_forces:
            raise DamagedListingError(
                f"{self.one_without_forces.place} has no row of forces although others have; the file was cut off or "
                "damaged there."
            )
        if not (self.last.closed or self.last.force_row):
            raise DamagedListingError(
                f"{self.last.place} ends with neither a form feed nor a row of forces; the file was cut off there."
            )
        if not self.last.closed and not self.last.force_row.endswith(b"\n"):
            raise DamagedListingError("the last line is not complete; the file was cut off there.")


def _trial(path: Path) -> Trial:
    n_pages, n_bytes = _size(path)
    seen: _Seen | None = None
    album: Album | None = None
    mat: _Mat | None = None
    with _opened(path) as file:
        for pages in pages_of(file):
            seen = seen or _Seen(pages[0], pages[0])
            mat = mat or _mat(pages[0].head)
            for page in pages:
                seen.note(page)
            shown = [page for page in pages if page.picture is not None]
            album = album or (Album((mat.n_cols, mat.n_rows), n_pages, n_bytes) if shown else None)
            if album is not None:
                for block in blocks_of(shown):
                    album.add(block)
    assert seen is not None  # a listing without a page is refused
    assert mat is not None
    seen.check()
    if album is None:
        raise DamagedListingError("it holds summary pages only, and no picture; export the frames as well.")
    return _assembled(path, mat, album.whole(), seen)


def _assembled(path: Path, mat: _Mat, pictures: Pictures, seen: _Seen) -> Trial:
    rows, cols, n = pictures.rows, pictures.cols, len(pictures.pressure_kpa)
    notes = _notes(mat, pictures.first, seen.n_summaries)
    total, worst, picture = forces_of(pictures, mat.pitch_mm[0] * mat.pitch_mm[1] * N_PER_KPA_MM2)
    notes["force check"] = _force_check(worst, picture, n)
    _check_end(seen.last, total, notes)
    recording = PressureRecording(
        np.arange(n) * mat.frame_s,
        pictures.pressure_kpa.reshape(n, -1),
        SensorLayout.rectangle(
            len(rows),
            len(cols),
            mat.pitch_mm,
            ((cols[0] - 1) * mat.pitch_mm[0], (mat.n_rows - rows[-1]) * mat.pitch_mm[1]),
            (0.0, 0.0, mat.n_cols * mat.pitch_mm[0], mat.n_rows * mat.pitch_mm[1]),
        ),
        source="novel emed .lst",
        history=(f"read: {n} pictures of {len(rows)} x {len(cols)} cells from an emed listing",),
    )
    task = Task.WALKING if mat.says_dynamic else Task.UNKNOWN
    notes |= precision_note(recording.pressure_kpa)
    return Trial(stem_of(path, ".gz", ".lst"), (recording,), task, notes=notes)


def _force_check(worst_n: float, picture: int, n_pictures: int) -> str:
    if np.isnan(worst_n):
        return "The file has no row of forces, so its pressures could not be checked against it."
    if not worst_n:
        return f"The file's own forces agree with pressure times area in all {n_pictures} pictures."
    return (
        f"The file's own forces differ from pressure times area by up to {worst_n:.2f} N, "
        f"most in picture {picture}; the pressures were taken as they stand."
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


def _check_end(last: Page, total_n: FloatArray, notes: dict[str, str]) -> None:
    """An export ends with one more form feed; without it, and with the foot still on the mat, it was cut off."""
    if last.n_form_feeds > 1:
        return
    if total_n[-1] > _STILL_LOADED * total_n.max():
        raise DamagedListingError(
            f"it ends after {last.place} without the closing form feed of an export, and the mat is still loaded; "
            "the file was cut off there."
        )
    notes["end"] = (
        "The listing ends without the closing form feed of an export, so a cut at the end of a picture would not show."
    )
