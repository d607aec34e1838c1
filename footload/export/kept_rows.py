"""Rows of findings that wait on the disk, so that an export of years of trials does not fill the memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload


class KeptRows(Sequence[Mapping[str, Any]]):
    """The rows of one trial in a file of their own, read again whenever they are asked for.

    Parameters
    ----------
    path : path
        As `keep` wrote it; one JSON object a line.
    n_rows : int
        How many stand there.
    """

    __slots__ = ("_n_rows", "_path")

    def __init__(self, path: Path, n_rows: int) -> None:
        self._path, self._n_rows = path, n_rows

    @classmethod
    def keep(cls, rows: Iterable[Mapping[str, Any]], path: Path) -> KeptRows:
        """Write rows of plain values: text, numbers, None.

        Parameters
        ----------
        rows : iterable of mapping
            Such as `Finding.to_row` gives them.
        path : path
            A new file.

        Returns
        -------
        KeptRows
            The same rows; numbers come back to the last bit.
        """
        n_rows = 0
        with path.open("x", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(dict(row), ensure_ascii=False, allow_nan=False) + "\n")
                n_rows += 1
        return cls(path, n_rows)

    def __len__(self) -> int:
        return self._n_rows

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        with self._path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Sequence[Mapping[str, Any]]:
        return list(self)[index]
