"""The pictures of an emed listing, put together from their pages as these are read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footload.arrays import FloatArray
from footload.readers.emed_blocks import Block
from footload.readers.emed_pages import DamagedListingError, Page
from footload.readers.number_blocks import empty_pressures

_AT_ONCE = 512


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """All pictures of a listing.

    Parameters
    ----------
    first : int
        Number of the first one.
    rows, cols : range
        Row and column numbers of the listed window.
    pressure_kpa : (t, rows, cols) array
        Row 0 is the last listed one, at the heel. [kPa]
    column_force_n : (t, cols) array, optional
        The file's own forces of the columns. [N]
    """

    first: int
    rows: range
    cols: range
    pressure_kpa: FloatArray
    column_force_n: FloatArray | None


class Album:
    """Room for the pictures of a listing.

    Parameters
    ----------
    mat : (columns, rows)
        Cells of the mat.
    n_pages : int
        How many pages the listing has at most.
    n_bytes : int
        Length of its text, so that damaged numbers cannot ask for more memory than there is text for.
    """

    def __init__(self, mat: tuple[int, int], n_pages: int, n_bytes: int) -> None:
        self.mat, self.n_pages, self.n_bytes = mat, n_pages, n_bytes
        self.first: list[Block] = []
        self.number = self.n_pictures = self.part = 0
        self.rows = self.cols = range(0)
        self.pressure = self.force = np.zeros((0, 0, 0))
        self.last_page: Page | None = None

    def add(self, block: Block) -> None:
        """Take the next page.

        Parameters
        ----------
        block : Block
            In the order of the file.

        Raises
        ------
        DamagedListingError
            When a picture or a part of one is missing.
        """
        number = block.page.picture or 0
        if not self.n_pictures and (not self.first or number == self.number):
            self.number = number
            self.first.append(_lasting(block))
            return
        if not self.n_pictures:
            self._open()
        if number != self.number or self.part == len(self.first):
            self._next(block, number)
        self._write(block)

    def whole(self) -> Pictures:
        """What was taken.

        Returns
        -------
        Pictures
            All of them.

        Raises
        ------
        DamagedListingError
            When the last picture is not whole.
        """
        if not self.n_pictures:
            self._open()
        self._check_parts()
        n, stated = self.n_pictures, self.first[0].column_force_n is not None
        pressure = self.pressure[:n]
        return Pictures(self.number - n + 1, self.rows, self.cols, pressure, self.force[:n, 0] if stated else None)

    def _open(self) -> None:
        """Make room, now that the first picture shows the window."""
        self.rows, self.cols = _window(self.first, self.mat)
        n_cells = len(self.rows) * len(self.cols)
        n_pictures = min(self.n_pages // len(self.first), self.n_bytes // (2 * n_cells)) + 1
        shape = (n_pictures, len(self.rows), len(self.cols))
        self.pressure = empty_pressures(n_pictures, n_cells).reshape(shape)
        self.force = np.zeros((n_pictures, 1, len(self.cols)))
        self.n_pictures = 1
        for block in self.first:
            self._write(block)
        # its numbers are in the album now
        self.first = [replace(block, pressure_kpa=block.pressure_kpa[:, :0].copy()) for block in self.first]

    def _next(self, block: Block, number: int) -> None:
        self._check_parts()
        if number != self.number + 1:
            raise DamagedListingError(
                f"picture {number} follows picture {self.number} on {block.page.place}; {self.number + 1} is missing."
            )
        if self.n_pictures == len(self.pressure):
            raise DamagedListingError("it holds more pictures than its size allows.")
        self.number, self.part = number, 0
        self.n_pictures += 1

    def _check_parts(self) -> None:
        if self.part != len(self.first):
            assert self.last_page is not None  # a part was written
            raise DamagedListingError(_not_alike(self.last_page))

    def _write(self, block: Block) -> None:
        self.last_page = block.page
        if self.part == len(self.first) or block.window != self.first[self.part].window:
            raise DamagedListingError(_not_alike(block.page))
        first_row, n_rows, columns = block.window
        at = self.rows[-1] - first_row - n_rows + 1
        low, high = columns[0] - self.cols[0], columns[-1] - self.cols[0] + 1
        of_columns = slice(low, high) if high - low == len(columns) else np.array(columns) - self.cols[0]
        self.pressure[self.n_pictures - 1, at : at + n_rows, of_columns] = block.pressure_kpa[::-1]
        if block.column_force_n is not None:
            self.force[self.n_pictures - 1, 0, of_columns] += block.column_force_n
        self.part += 1


def _lasting(block: Block) -> Block:
    """The same without the text of its page."""
    return replace(block, page=replace(block.page, head=b"", rows=b"", force_row=b""))


def _not_alike(page: Page) -> str:
    return (
        f"{page.place} does not list the same rows and columns as the first picture; a page is missing or damaged "
        "there."
    )


def _window(first: list[Block], mat: tuple[int, int]) -> tuple[range, range]:
    """Row and column numbers of the listed window."""
    n_cols, n_rows = mat
    columns = [column for block in first for column in block.page.columns]
    last_row = max(block.first_row + len(block.pressure_kpa) for block in first) - 1
    rows, cols = range(min(block.first_row for block in first), last_row + 1), range(min(columns), max(columns) + 1)
    if cols[0] < 1 or cols[-1] > n_cols or rows[-1] > n_rows:
        raise DamagedListingError(
            f"rows {rows[0]} to {rows[-1]} and columns {cols[0]} to {cols[-1]} are listed, but the mat has "
            f"{n_rows} rows and {n_cols} columns."
        )
    listed = np.zeros((len(rows), len(cols)), int)
    for block in first:
        start, n, of = block.window
        for column in of:
            listed[start - rows[0] : start - rows[0] + n, column - cols[0]] += 1
    if (listed != 1).any():
        raise DamagedListingError("the pages of a picture do not make up one rectangle of cells.")
    return rows, cols


def forces_of(pictures: Pictures, n_per_kpa: float) -> tuple[FloatArray, float, int]:
    """Compare the pressures with the forces that the file itself states, and add them up.

    Parameters
    ----------
    pictures : Pictures
        All of them.
    n_per_kpa : float
        Force of one cell. [N/kPa]

    Returns
    -------
    total_n : (t,) array
        Force of every picture. [N]
    worst_n : float
        The largest difference of a column; 0 when all agree but for the rounding of what is printed, NaN when the file
        states no forces. [N]
    picture : int
        Number of the picture with the largest difference beyond rounding.
    """
    pressure, stated = pictures.pressure_kpa, pictures.column_force_n
    total = np.zeros(len(pressure))
    worst, beyond, picture = 0.0, 0.0, 0
    for at in range(0, len(pressure), _AT_ONCE):
        part = pressure[at : at + _AT_ONCE]
        summed = part.sum(axis=1, dtype=float) * n_per_kpa
        total[at : at + _AT_ONCE] = summed.sum(axis=1)
        if stated is None:
            continue
        difference = np.abs(summed - stated[at : at + _AT_ONCE])
        rounding = 0.0051 + 0.005 * n_per_kpa * (part > 0).sum(axis=1) + 1e-6 * summed  # kept with 7 digits if long
        worst = max(worst, float(difference.max()))
        excess = (difference - rounding).max(axis=1)
        if excess.max() > beyond:
            beyond, picture = float(excess.max()), pictures.first + at + int(np.argmax(excess))
    if stated is None:
        return total, float("nan"), 0
    return total, worst if beyond > 0 else 0.0, picture
