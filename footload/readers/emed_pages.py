"""The pages of an emed listing: text to blocks of numbers, and one sentence where the text is not whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.readers.number_blocks import NumberTextError, parse_numbers

_PAGE = re.compile(r"\s*Page\s+(\d+)\s*$")
_PICTURE = re.compile(r"\bPict-No\.:\s*(\d+)")
_SUMMARY = re.compile(r"\b(MPP|MVP)\b")


class DamagedListingError(ValueError):
    """The text of a listing is not whole; the message is one sentence without the file's name."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, or a part of a picture that was too wide for one.

    Parameters
    ----------
    number, line : int
        Page number and the line it starts on, from 1.
    picture : int, optional
        The picture it shows; None for a summary page.
    columns : tuple of int
        Column numbers, from 1.
    has_force_column : bool
        Whether a last column holds the rows' forces.
    rows : tuple of str
        The text of the rows, without the row of forces.
    rows_line : int
        Line of the first row.
    force_row : str
        The text of the row of forces; empty when there is none.
    closed : bool
        Whether a form feed ends it.
    """

    number: int
    line: int
    picture: int | None
    columns: tuple[int, ...]
    has_force_column: bool
    rows: tuple[str, ...]
    rows_line: int
    force_row: str
    closed: bool

    @property
    def place(self) -> str:
        """Where it is, in words."""
        shows = "a summary" if self.picture is None else f"picture {self.picture}"
        return f"page {self.number} ({shows}, line {self.line})"


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The numbers of one page.

    Parameters
    ----------
    page : Page
        Where they stand.
    rows : (r,) array of int
        Row numbers, from 1.
    pressure_kpa : (r, c) array
        As printed. [kPa]
    column_force_n : (c,) array, optional
        The page's own forces of its columns. [N]
    """

    page: Page
    rows: FloatArray
    pressure_kpa: FloatArray
    column_force_n: FloatArray | None


def split_pages(lines: Sequence[str]) -> list[Page]:
    """Split a listing into its pages.

    Parameters
    ----------
    lines : sequence of str
        All lines, without their ends.

    Returns
    -------
    list of Page
        In the order of the file.

    Raises
    ------
    DamagedListingError
        When there is no page, or one of them is not whole.
    """
    starts = [(i, match) for i, line in enumerate(lines) if (match := _PAGE.match(line))]
    if not starts:
        raise DamagedListingError(
            "there is no page in it; every page of an emed listing starts with 'Page' and a number."
        )
    before = next((i for i, line in enumerate(lines[: starts[0][0]]) if line.strip()), None)
    if before is not None:
        raise DamagedListingError(f"line {before + 1} stands before the first page; the file was damaged there.")
    stops = [start for start, _ in starts[1:]] + [len(lines)]
    pages = [_page(lines, start, stop, int(match[1])) for (start, match), stop in zip(starts, stops, strict=True)]
    if any(page.closed for page in pages) and not all(page.closed for page in pages):
        page = next(page for page in pages if not page.closed)
        raise DamagedListingError(
            f"{page.place} has no form feed at its end although others have; the file was cut off or damaged there."
        )
    if any(page.force_row for page in pages) and not all(page.force_row for page in pages):
        page = next(page for page in pages if not page.force_row)
        raise DamagedListingError(
            f"{page.place} has no row of forces although others have; the file was cut off or damaged there."
        )
    if not (pages[-1].closed or pages[-1].force_row):
        raise DamagedListingError(
            f"{pages[-1].place} ends with neither a form feed nor a row of forces; the file was cut off there."
        )
    return pages


def _page(lines: Sequence[str], start: int, stop: int, number: int) -> Page:
    header = start + 1
    while header < stop and (columns := _columns(lines[header])) is None:
        header += 1
    if header >= stop:
        raise DamagedListingError(
            f"page {number} (line {start + 1}) has no column numbers; the file was cut off or damaged there."
        )
    columns, has_force = _columns(lines[header]) or ((), False)
    picture = _title(lines[start + 1 : header], number, start)
    end = header + 1
    while end < stop and lines[end].lstrip()[:1].isdigit():
        end += 1
    force_row = lines[end] if end < stop and lines[end].lstrip().startswith("Force") else ""
    rest = lines[end + bool(force_row) : stop]
    page = Page(
        number=number,
        line=start + 1,
        picture=picture,
        columns=columns,
        has_force_column=has_force,
        rows=tuple(lines[header + 1 : end]),
        rows_line=header + 2,
        force_row=force_row,
        closed=any("\f" in line for line in rest),
    )
    for offset, line in enumerate(rest):
        if line.strip():
            at = end + bool(force_row) + offset + 1
            raise DamagedListingError(f"line {at} of {page.place} is neither a row of numbers nor the end of the page.")
    if not page.rows:
        raise DamagedListingError(f"{page.place} has no rows; the file was cut off or damaged there.")
    return page


def _columns(line: str) -> tuple[tuple[int, ...], bool] | None:
    """Column numbers and whether a column of forces follows; None when the line is none of column numbers."""
    words = line.split()
    has_force = bool(words) and words[-1] == "Force"
    numbers = words[:-1] if has_force else words
    if not numbers or not all(word.isascii() and word.isdigit() and len(word) < 6 for word in numbers):
        return None
    return tuple(int(word) for word in numbers), has_force


def _title(header: Sequence[str], number: int, start: int) -> int | None:
    """Number of the picture, None for a summary. The line of the file's name is not looked at: it may say anything."""
    for line in reversed(header):
        if "File:" in line:
            continue
        if match := _PICTURE.search(line):
            return int(match[1][:9])
        if _SUMMARY.search(line):
            return None
    raise DamagedListingError(
        f"page {number} (line {start + 1}) is neither a picture ('Pict-No.:') nor a summary (MPP, MVP); "
        "the file was cut off or damaged there."
    )


def parse_pages(pages: Sequence[Page]) -> list[Block]:
    """Turn the rows of pages into numbers, all at once.

    Parameters
    ----------
    pages : sequence of Page
        Those that show pictures.

    Returns
    -------
    list of Block
        One a page.

    Raises
    ------
    DamagedListingError
        When a row has another number of values than its page has columns, or a value is not a number.
    """
    widths = [1 + len(page.columns) + page.has_force_column for page in pages]
    text = "\n".join(row for page in pages for row in page.rows).replace(",", ".")
    sizes = [len(page.rows) * width for page, width in zip(pages, widths, strict=True)]
    try:
        values = parse_numbers(text.encode("iso-8859-1"))
    except NumberTextError:
        raise DamagedListingError(_first_bad_row(pages)) from None
    if len(values) != sum(sizes):
        raise DamagedListingError(_first_bad_row(pages))
    blocks: list[Block] = []
    at = 0
    for page, width, size in zip(pages, widths, sizes, strict=True):
        table = values[at : at + size].reshape(-1, width)
        blocks.append(_block(page, table))
        at += size
    return blocks


def _block(page: Page, table: FloatArray) -> Block:
    rows, pressure = table[:, 0], table[:, 1 : 1 + len(page.columns)]
    if not np.array_equal(rows, rows[0] + np.arange(len(rows))) or rows[0] < 1 or rows[0] % 1:
        raise DamagedListingError(f"the rows of {page.place} are not numbered one after the other.")
    bad = ~(np.isfinite(pressure) & (pressure >= 0) & (pressure < 1e6))
    if bad.any():
        row, column = (int(i[0]) for i in np.nonzero(bad))
        raise DamagedListingError(
            f"row {rows[row]:.0f}, column {page.columns[column]} of {page.place} is {pressure[row, column]:g} kPa, "
            "which is no pressure."
        )
    force = None
    if page.force_row:
        words = page.force_row.replace(",", ".").split()[1:]
        force = _numbers(words)
        if len(words) != len(page.columns) + page.has_force_column or force is None:
            raise DamagedListingError(f"the row of forces of {page.place} does not have one number for each column.")
        force = force[: len(page.columns)]
    return Block(page, rows.astype(int), pressure, force)


def _numbers(words: Sequence[str]) -> FloatArray | None:
    try:
        return np.array([float(word) for word in words])
    except ValueError:
        return None


def _first_bad_row(pages: Sequence[Page]) -> str:
    for page in pages:
        width = len(page.columns) + page.has_force_column
        for offset, row in enumerate(page.rows):
            words = row.replace(",", ".").split()
            line = page.rows_line + offset
            if len(words) != 1 + width:
                return (
                    f"line {line} of {page.place} has {len(words) - 1} values, but the page has {width} columns; "
                    "the file was cut off or damaged there."
                )
            if _numbers(words) is None:
                return f"line {line} of {page.place} holds something that is not a number."
    return "the numbers of rows and columns do not fit each other."
