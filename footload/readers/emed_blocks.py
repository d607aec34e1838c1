"""The numbers of the pages of an emed listing, and one sentence where they are not whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.readers.emed_pages import DamagedListingError, Page
from footload.readers.number_blocks import NumberTextError, parse_rows

_MOST_PRESSURE_KPA = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The numbers of one page.

    Parameters
    ----------
    page : Page
        Where they stand.
    first_row : int
        Number of the first row, from 1; the others follow one after the other.
    pressure_kpa : (r, c) array
        As printed. [kPa]
    column_force_n : (c,) array, optional
        The page's own forces of its columns. [N]
    """

    page: Page
    first_row: int
    pressure_kpa: FloatArray
    column_force_n: FloatArray | None

    @property
    def window(self) -> tuple[int, int, tuple[int, ...]]:
        """First row, number of rows, and columns."""
        return self.first_row, len(self.pressure_kpa), self.page.columns


def blocks_of(pages: Sequence[Page]) -> list[Block]:
    """Turn the rows of pages into numbers, all pages of one size at once.

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
    alike: dict[tuple[tuple[int, ...], bool, int, bool], list[int]] = {}
    for at, page in enumerate(pages):
        n_rows = page.rows.count(b"\n") + (not page.rows.endswith(b"\n"))
        alike.setdefault((page.columns, page.has_force_column, n_rows, bool(page.force_row)), []).append(at)
    found: dict[int, Block] = {}
    for (_, _, n_rows, _), places in alike.items():
        found |= zip(places, _alike([pages[at] for at in places], n_rows), strict=True)
    return [found[at] for at in range(len(pages))]


def _alike(pages: list[Page], n_rows: int) -> list[Block]:
    n_cols, has_forces = len(pages[0].columns), pages[0].has_force_column
    try:
        table = parse_rows(b"".join(page.rows for page in pages).replace(b",", b"."), 1 + n_cols + has_forces)
    except NumberTextError:
        raise DamagedListingError(_first_bad_row(pages)) from None
    if len(table) != n_rows * len(pages):
        raise DamagedListingError(_first_bad_row(pages))
    tables = table.reshape(len(pages), n_rows, -1)
    rows, pressure = tables[:, :, 0], tables[:, :, 1 : 1 + n_cols]
    wrong = (rows != rows[:, :1] + np.arange(n_rows)).any(axis=1) | (rows[:, 0] < 1) | (rows[:, 0] % 1 != 0)
    if wrong.any():
        place = pages[int(np.argmax(wrong))].place
        raise DamagedListingError(f"the rows of {place} are not numbered one after the other.")
    if not (pressure.min() >= 0 and pressure.max() < _MOST_PRESSURE_KPA):
        bad = ~((pressure >= 0) & (pressure < _MOST_PRESSURE_KPA))
        at, row, column = (int(i[0]) for i in np.nonzero(bad))
        raise DamagedListingError(
            f"row {rows[at, row]:.0f}, column {pages[at].columns[column]} of {pages[at].place} is "
            f"{pressure[at, row, column]:g} kPa, which is no pressure."
        )
    forces = _forces(pages, n_cols, has_forces)
    first_rows = rows[:, 0].astype(int).tolist()
    return [
        Block(page, first, picture, None if forces is None else forces[at])
        for at, (page, first, picture) in enumerate(zip(pages, first_rows, pressure, strict=True))
    ]


def _forces(pages: list[Page], n_cols: int, has_forces: bool) -> FloatArray | None:
    """Forces of the columns of all pages; None when they have none."""
    if not pages[0].force_row:
        return None
    forces = _force_table(pages, n_cols + has_forces)
    if forces is None:
        page = next(page for page in pages if _force_table([page], n_cols + has_forces) is None)
        raise DamagedListingError(f"the row of forces of {page.place} does not have one number for each column.")
    return forces[:, :n_cols]


def _force_table(pages: list[Page], n_numbers: int) -> FloatArray | None:
    try:
        forces = parse_rows(b"".join(page.force_row for page in pages).replace(b",", b"."), n_numbers)
    except NumberTextError:
        return None
    return forces if len(forces) == len(pages) else None


def _first_bad_row(pages: Sequence[Page]) -> str:
    for page in pages:
        width = 1 + len(page.columns) + page.has_force_column
        for offset, row in enumerate(page.rows.split(b"\n")):
            words = row.replace(b",", b".").split()
            line = page.rows_line + offset
            if words and len(words) != width:
                return (
                    f"line {line} of {page.place} has {len(words) - 1} values, but the page has {width - 1} columns; "
                    "the file was cut off or damaged there."
                )
            try:
                [float(word) for word in words]
            except ValueError:
                return f"line {line} of {page.place} holds something that is not a number."
    return "the numbers of rows and columns do not fit each other."
