"""The rows of a table that is text, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.readers.number_blocks import NumberTextError, count_in_file, line_blocks, parse_rows
from footload.readers.printed_numbers import with_short_ends
from footload.readers.unpacking import DamagedFileError

_BETWEEN: Final = {",": b",", ";": b";", "tab": b"\t", "space": None}
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class TextRows:
    """The rows of a table that is text.

    Parameters
    ----------
    path : path
        The file.
    width : int
        Number of columns.
    delimiter : str
        As in a description: ``,``, ``;``, ``tab`` or ``space``.
    skip_lines : int
        How many lines say something else.

    Raises
    ------
    DamagedFileError
        When the first block is not text.
    """

    def __init__(self, path: Path, width: int, delimiter: str, skip_lines: int) -> None:
        self.width, self.between = width, _BETWEEN[delimiter]
        self._blocks = self._numbered(path, skip_lines)
        self.names: tuple[str, ...] = ()
        self._first: tuple[int, bytes] | None = next(self._blocks, None)
        if self._first is not None:
            self._take_names(*self._first)
        with path.open("rb") as file:
            n_bytes = file.seek(0, 2)
            file.seek(0)
            n_lines = count_in_file(file, b"\n") or count_in_file(file, b"\r")
        self.n_most = min(n_lines, n_bytes // width) + 1

    def __iter__(self) -> Iterator[FloatArray]:
        """Blocks of rows, (k, width) each; what is left empty is NaN."""
        if self._first is None:
            return
        yield self._parsed(*self._first)
        for line, block in self._blocks:
            yield self._parsed(line, block)

    def _numbered(self, path: Path, skip_lines: int) -> Iterator[tuple[int, bytes]]:
        """Blocks of whole lines and the number of the first line of each, from 1, from the first line that counts."""
        line, begun = 1, False
        with path.open("rb") as file:
            for block in line_blocks(file):
                if b"\0" in block:
                    at = line + block.count(b"\n", 0, block.index(b"\0"))
                    raise DamagedFileError(f"line {at} holds bytes of 0; the file is damaged there, or not text.")
                text = with_short_ends(block.removeprefix(_BYTE_ORDER_MARK) if line == 1 else block)
                text = text.replace(b"\r", b"\n") if b"\r" in text else text
                while text and (line <= skip_lines or (not begun and not text.partition(b"\n")[0].strip())):
                    text, line = text.partition(b"\n")[2], line + 1
                if text:
                    begun = True
                    yield line, text
                    line += text.count(b"\n")

    def _take_names(self, line: int, block: bytes) -> None:
        first, _, rest = block.partition(b"\n")
        names = self._words(first)
        if not _is_numbers(names):
            self.names, self._first = tuple(names), (line + 1, rest)

    def _words(self, line: bytes) -> list[str]:
        return [word.strip().decode("utf-8", "replace") for word in line.split(self.between)]

    def _parsed(self, line: int, block: bytes) -> FloatArray:
        plain = self._plain(block)
        if plain is not None:
            return plain
        rows: list[list[float]] = []
        for number, text in enumerate(block.split(b"\n"), line):
            if not text.strip():
                continue
            words = self._words(text)
            if len(words) != self.width:
                raise DamagedFileError(
                    f"line {number} has {len(words)} values, but the description gives {self.width}."
                )
            try:
                rows.append([float(word or "nan") for word in words])
            except ValueError:
                bad = next(word for word in words if not _is_numbers([word]))
                raise DamagedFileError(f"{bad[:20]!r} on line {number} is not a number.") from None
        return np.array(rows).reshape(-1, self.width)

    def _plain(self, block: bytes) -> FloatArray | None:
        """The rows of a block in which nothing is left empty; None when it has to be looked at word by word."""
        if self.between == b",":
            n_between = block.count(b",")
        elif b"," in block:
            return None
        else:
            n_between = block.count(self.between) if self.between else 0
        try:
            rows = parse_rows(block.replace(b";", b",") if self.between == b";" else block, self.width)
        except NumberTextError:
            return None
        return rows if self.between is None or n_between == len(rows) * (self.width - 1) else None


def _is_numbers(words: list[str]) -> bool:
    try:
        for word in words:
            float(word or "nan")
    except ValueError:
        return False
    return True
