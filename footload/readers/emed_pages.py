"""The pages of an emed listing, one stretch of text after the other: where each begins and what its parts are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, Final

from footload.readers.number_blocks import line_blocks
from footload.readers.printed_numbers import with_short_ends
from footload.readers.unpacking import DamagedFileError

_PAGE: Final = re.compile(rb"[^\S\n]*Page[^\S\n]+(\d{1,9})[^\S\n]*(?:\n|\Z)")
_COLUMNS: Final = re.compile(
    rb"^[^\S\n]*(\d{1,5}(?:[^\S\n]+\d{1,5})*+)(?:[^\S\n]+(Force))?[^\S\n]*(?:\n|\Z)", re.MULTILINE
)
_ROWS: Final = re.compile(rb"(?:[^\S\n]*\d[^\n]*(?:\n|\Z))*+")
_FORCES: Final = re.compile(rb"[^\S\n]*Force([^\n]*(?:\n|\Z))")
_PICTURE: Final = re.compile(rb"\bPict-No\.:\s*(\d{1,9})")
_SUMMARY: Final = re.compile(rb"\b(MPP|MVP)\b")
_MOST_PAGE_BYTES: Final = 1 << 26


class DamagedListingError(DamagedFileError):
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
    head : bytes
        The text before the rows.
    rows : bytes
        The text of the rows, without the row of forces.
    force_row : bytes
        The text of the row of forces after its name; empty when there is none.
    n_form_feeds : int
        How many form feeds follow the rows.
    """

    number: int
    line: int
    picture: int | None
    columns: tuple[int, ...]
    has_force_column: bool
    head: bytes
    rows: bytes
    force_row: bytes
    n_form_feeds: int

    @property
    def place(self) -> str:
        """Where it is, in words."""
        shows = "a summary" if self.picture is None else f"picture {self.picture}"
        return f"page {self.number} ({shows}, line {self.line})"

    @property
    def closed(self) -> bool:
        """Whether a form feed ends it."""
        return self.n_form_feeds > 0

    @property
    def rows_line(self) -> int:
        """Line of the first row, from 1."""
        return self.line + self.head.count(b"\n")


def pages_of(file: BinaryIO) -> Iterator[list[Page]]:
    """Go through the pages of a listing.

    Parameters
    ----------
    file : binary file
        At its start.

    Yields
    ------
    list of Page
        Some pages, in the order of the file.

    Raises
    ------
    DamagedListingError
        When there is no page, or one of them is not whole.
    """
    kept, line, found = b"", 1, False
    for block in line_blocks(file):
        if b"\0" in block:
            raise DamagedListingError("it is a binary file, but an emed listing is text.")
        kept += with_short_ends(block)
        starts = _page_starts(kept)
        if len(starts) > 1:
            last = starts.pop().start()
            yield _split(kept[:last], starts, line, is_first=not found)
            line += kept.count(b"\n", 0, last)
            kept, found = kept[last:], True
        if len(kept) > _MOST_PAGE_BYTES:
            raise DamagedListingError(f"for {len(kept) >> 20} MB no page ends; the file is damaged.")
    yield _split(kept, _page_starts(kept), line, is_first=not found)


def _page_starts(text: bytes) -> list[re.Match[bytes]]:
    """The lines that begin a page."""
    starts: list[re.Match[bytes]] = []
    at = text.find(b"Page")
    while at >= 0:
        if match := _PAGE.match(text, text.rfind(b"\n", 0, at) + 1):
            starts.append(match)
        at = text.find(b"Page", at + 1)
    return starts


def _split(text: bytes, starts: list[re.Match[bytes]], line: int, *, is_first: bool) -> list[Page]:
    if not starts:
        raise DamagedListingError(
            "there is no page in it; every page of an emed listing starts with 'Page' and a number."
        )
    if is_first and text[: starts[0].start()].strip():
        before = next(i for i, words in enumerate(text.split(b"\n")) if words.strip())
        raise DamagedListingError(f"line {before + 1} stands before the first page; the file was damaged there.")
    pages: list[Page] = []
    at = 0
    for number, start in enumerate(starts):
        line += text.count(b"\n", at, start.start())
        at = start.start()
        stop = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        pages.append(_page(text[at:stop], int(start[1]), line))
    return pages


def _page(text: bytes, number: int, line: int) -> Page:
    begin = text.find(b"\n") + 1 or len(text)
    columns = _COLUMNS.search(text, begin)
    if columns is None:
        raise DamagedListingError(
            f"page {number} (line {line}) has no column numbers; the file was cut off or damaged there."
        )
    end = columns.end()
    rows = _ROWS.match(text, end)
    end = rows.end() if rows else end
    forces = _FORCES.match(text, end)
    end = forces.end() if forces else end
    page = Page(
        number=number,
        line=line,
        picture=_title(text[begin : columns.start()], number, line),
        columns=_numbers(columns[1]),
        has_force_column=columns[2] is not None,
        head=text[: columns.end()],
        rows=rows[0] if rows else b"",
        force_row=forces[1] if forces else b"",
        n_form_feeds=text.count(b"\f", end),
    )
    if rest := text[end:].lstrip():
        at = line + text[: len(text) - len(rest)].count(b"\n")
        raise DamagedListingError(f"line {at} of {page.place} is neither a row of numbers nor the end of the page.")
    if not page.rows:
        raise DamagedListingError(f"{page.place} has no rows; the file was cut off or damaged there.")
    return page


@lru_cache(maxsize=64)
def _numbers(text: bytes) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split())


def _title(header: bytes, number: int, line: int) -> int | None:
    """Number of the picture, None for a summary. The line of the file's name is not looked at: it may say anything."""
    for words in reversed(header.split(b"\n")):
        if b"File:" in words:
            continue
        if match := _PICTURE.search(words):
            return int(match[1])
        if _SUMMARY.search(words):
            return None
    raise DamagedListingError(
        f"page {number} (line {line}) is neither a picture ('Pict-No.:') nor a summary (MPP, MVP); "
        "the file was cut off or damaged there."
    )
