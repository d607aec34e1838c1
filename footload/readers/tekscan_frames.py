"""The frames of a Tekscan ASCII export, read in blocks of whole frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np

from footload.arrays import BoolArray, FloatArray, IntArray
from footload.readers.number_blocks import (
    NumberTextError,
    count_in_file,
    empty_pressures,
    line_blocks,
    parse_rows,
)
from footload.readers.tekscan_header import TekscanHeader
from footload.readers.unpacking import DamagedFileError

_WORD: Final = b"Frame"
_FRAME: Final = re.compile(rb"Frame[ \t]+(\d{1,9})\b[^\n]*\n?")
_NO_SENSEL: Final = b"B"
_END: Final = b"@@"
_BLANK: Final = b" \t\r\n,"
_MOST_FRAME_BYTES: Final = 1 << 26
_MOST_PRESSURE: Final = 1e7


@dataclass(frozen=True, slots=True, eq=False)
class TekscanFrames:
    """All frames of an export, in the units of the file, turned so that row 0 is the last one of the file.

    Parameters
    ----------
    numbers : (t,) array of int
        The frames' own numbers.
    values : (t, rows * cols) array
        As printed; 0 where there is no sensel.
    missing : (rows * cols,) array of bool
        True where there is no sensel.
    unfinished : int
        Number of the last frame when the file ends in the middle of it, and it was left out; 0 otherwise.
    """

    numbers: IntArray
    values: FloatArray
    missing: BoolArray
    unfinished: int


def read_frames(file: BinaryIO, header: TekscanHeader) -> TekscanFrames:
    """Read all frames.

    Parameters
    ----------
    file : binary file
        At the first frame; afterwards at its end.
    header : TekscanHeader
        Rows and columns.

    Returns
    -------
    TekscanFrames
        The last frame is left out when the file ends in the middle of it.

    Raises
    ------
    DamagedFileError
        When a frame before the last is not whole, or holds what is no pressure.
    """
    room = _Room(header, _most_frames(file, header))
    unfinished = 0
    for numbers, bodies, is_last in _whole_frames(file):
        whole = len(bodies)
        if is_last and not (bodies[-1].endswith(b"\n") and _n_rows(bodies[-1]) >= header.rows):
            unfinished, whole = numbers[-1], whole - 1
        first = 0 if room.n_frames else 1  # it shows where there are sensels; the others are then read the fast way
        for part in (slice(0, first), slice(first, whole)):
            if bodies[:whole][part]:
                room.add(numbers[:whole][part], bodies[:whole][part])
    if not room.n_frames:
        raise DamagedFileError("there is no whole frame in it; the file was cut off.")
    return room.frames(unfinished)


class _Room:
    """Memory for all frames of a file, filled block by block."""

    def __init__(self, header: TekscanHeader, n_frames: int) -> None:
        self.header = header
        self.n_frames = 0
        self.numbers = np.zeros(n_frames, np.int64)
        self.values = empty_pressures(n_frames, header.rows * header.cols)
        self.missing = np.zeros(header.rows * header.cols, bool)

    def add(self, numbers: list[int], bodies: list[bytes]) -> None:
        text = b"".join(bodies)
        n_missing = text.count(_NO_SENSEL)
        table = np.full((0, 0), np.nan)
        if n_missing == int(self.missing.sum()) * len(bodies):
            table = _table(text, b"0", numbers, bodies, self.header)
        if not table.size or table[:, self.missing].any():
            table = _table(text, b"nan", numbers, bodies, self.header)
            gone = np.isnan(table)
            if np.count_nonzero(gone) == n_missing:
                self.missing |= gone.any(axis=0)
                table[gone] = 0.0
        _check(table, numbers, self.header)
        rows, cols = self.header.rows, self.header.cols
        at, self.n_frames = self.n_frames, self.n_frames + len(table)
        self.values[at : self.n_frames] = table.reshape(-1, rows, cols)[:, ::-1].reshape(len(table), -1)
        self.numbers[at : self.n_frames] = numbers

    def frames(self, unfinished: int) -> TekscanFrames:
        numbers = self.numbers[: self.n_frames]
        _check_numbers(numbers)
        missing = self.missing.reshape(self.header.rows, self.header.cols)[::-1].reshape(-1)
        return TekscanFrames(numbers, self.values[: self.n_frames], missing, unfinished)


def _most_frames(file: BinaryIO, header: TekscanHeader) -> int:
    """How many frames there are at most; no header can ask for more memory than the file has bytes for."""
    start = file.tell()
    n_bytes = file.seek(0, 2) - start
    file.seek(start)
    fewest_bytes = 2 * header.rows * header.cols
    n_frames = count_in_file(file, _WORD)
    if n_frames == 0 or n_bytes < fewest_bytes * (n_frames - 1):
        raise DamagedFileError(
            f"it holds {n_frames} frames in {n_bytes} bytes, too little for ROWS {header.rows} and COLS {header.cols}; "
            "the file was cut off or its header is damaged."
        )
    return n_frames


def _whole_frames(file: BinaryIO) -> Iterator[tuple[list[int], list[bytes], bool]]:
    """Numbers and texts of frames, block by block; in the last block, which is marked, the last may be cut off."""
    kept = b""
    for block in line_blocks(file):
        kept += block
        start = kept.rfind(_WORD)
        if start > 0 and _FRAME.search(kept, 0, start):
            yield *_split(kept[:start]), False
            kept = kept[start:]
        if len(kept) > _MOST_FRAME_BYTES:
            raise DamagedFileError(f"for {len(kept) >> 20} MB no frame ends; the file is damaged.")
    if _FRAME.search(kept):
        yield *_split(kept), True


def _split(text: bytes) -> tuple[list[int], list[bytes]]:
    """Numbers of frames, and their rows without blank lines around them but with an end after the last row."""
    heads = list(_FRAME.finditer(text))
    stops = [head.start() for head in heads[1:]] + [len(text)]
    bodies = [text[head.end() : stop].strip(_BLANK) + b"\n" for head, stop in zip(heads, stops, strict=True)]
    last = text[heads[-1].end() :].split(_END, 1)[0]
    bodies[-1] = last.strip(_BLANK) + (b"\n" if last.rstrip(b" \t,").endswith(b"\n") else b"")
    return [int(head[1]) for head in heads], bodies


def _n_rows(body: bytes) -> int:
    rows = body.strip(_BLANK)
    if b"\n\r" in rows or b"\n\n" in rows:
        return sum(1 for row in rows.split(b"\n") if row.strip(_BLANK))
    return rows.count(b"\n") + 1 if rows else 0


def _table(text: bytes, no_sensel: bytes, numbers: list[int], bodies: list[bytes], header: TekscanHeader) -> FloatArray:
    """(frames, rows * cols) values of a block; `text` is all bodies, `no_sensel` is read where there is no sensel."""
    if _lines_fit(text, bodies, header.rows) or all(_n_rows(body) == header.rows for body in bodies):
        try:
            table = parse_rows(text.replace(_NO_SENSEL, no_sensel), header.cols)
        except NumberTextError:
            table = np.zeros((0, header.cols))
        if len(table) == header.rows * len(bodies):
            return table.reshape(len(bodies), -1)
    raise DamagedFileError(_first_damage(numbers, bodies, header))


def _lines_fit(text: bytes, bodies: list[bytes], rows: int) -> bool:
    """Whether every body has as many lines as a frame has rows; `text` is all of them."""
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
    stops = np.cumsum([len(body) for body in bodies])
    return len(ends) == rows * len(bodies) and bool((ends[rows - 1 :: rows] + 1 == stops).all())


def _first_damage(numbers: list[int], bodies: list[bytes], header: TekscanHeader) -> str:
    for number, body in zip(numbers, bodies, strict=True):
        try:
            n_rows = len(parse_rows(body.replace(_NO_SENSEL, b"nan"), header.cols))
        except NumberTextError as error:
            return f"row {error.line + 1} of frame {number} {error.what}"
        if n_rows != header.rows:
            return f"frame {number} has {n_rows} rows, but the header says ROWS {header.rows}."
    return f"frames {numbers[0]} to {numbers[-1]} are damaged."


def _check(table: FloatArray, numbers: list[int], header: TekscanHeader) -> None:
    if table.min() >= 0 and table.max() < _MOST_PRESSURE:
        return
    bad = ~((table >= 0) & (table < _MOST_PRESSURE))
    frame, sensel = (int(index[0]) for index in np.nonzero(bad))
    raise DamagedFileError(
        f"row {sensel // header.cols + 1}, column {sensel % header.cols + 1} of frame {numbers[frame]} is "
        f"{table[frame, sensel]:g}, which is no pressure."
    )


def _check_numbers(numbers: IntArray) -> None:
    back = np.flatnonzero(np.diff(numbers) <= 0)
    if len(back):
        first = int(back[0])
        raise DamagedFileError(
            f"frame {numbers[first + 1]} follows frame {numbers[first]}; the frames of an export have rising numbers."
        )
