"""Only some cells in a frame, each with its place: row and column (sparse), or running number (indexed)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from pydantic import model_validator
from typing_extensions import override

from devices.framing.grids import Grid, WireType
from devices.parts import Counts


class _Entries(Grid, ABC):
    drop_zero: bool = False

    @property
    @abstractmethod
    def _columns(self) -> tuple[tuple[str, str], ...]: ...

    @cached_property
    def _entry(self) -> np.dtype[np.void]:
        return np.dtype(list(self._columns))

    @cached_property
    def _native(self) -> np.dtype[Any]:
        """The counts as this machine holds them."""
        return self._entry["value"].newbyteorder("=")

    @property
    @override
    def bytes_typical(self) -> int:
        """Length of an ordinary payload, for buffer sizes: a tenth of the cells."""
        return max(self.n_wire // 10, 4) * self._entry.itemsize

    @property
    @override
    def count_max(self) -> int:
        """Largest count that fits on the wire."""
        return int(np.iinfo(self._native).max)

    @abstractmethod
    def _places_of(self, entries: Any) -> Counts | None:
        """Which value of the wire each entry is; None when one lies outside."""

    @override
    def decode(self, body: bytes) -> Counts | None:
        """Counts of every cell from a payload; cells that were not sent are 0."""
        if len(body) % self._entry.itemsize:
            return None
        entries = np.frombuffer(body, self._entry)
        places = self._places_of(entries)
        if places is None:
            return None
        values = entries["value"]
        if self.drop_zero:
            sent = values != 0
            places, values = places[sent], values[sent]
        counts = np.zeros(self.n_wire, self._native)
        counts[places] = values
        return self.to_plate(counts)


class Sparse(_Entries):
    """Only loaded cells, each with its row and column."""

    kind: Literal["sparse"]
    fields: tuple[tuple[Literal["row", "col", "value"], WireType], ...]
    index_base: Literal[0, 1] = 0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = sorted(name for name, _ in self.fields)
        if names != ["col", "row", "value"]:
            raise ValueError(f"fields are {', '.join(names)}, but an entry has row, col and value, each once.")
        return self

    @property
    def _columns(self) -> tuple[tuple[str, str], ...]:
        return self.fields

    def _places_of(self, entries: Any) -> Counts | None:
        rows, cols = self.shape
        # Unsigned, so that an index below the base wraps to a large one and one comparison catches both ends.
        row = entries["row"] - entries["row"].dtype.type(self.index_base)
        col = entries["col"] - entries["col"].dtype.type(self.index_base)
        if row.max(initial=0) >= rows or col.max(initial=0) >= cols:
            return None
        return row.astype(np.intp) * cols + col

    @override
    def encode(self, counts: Counts) -> bytes:
        """The payload that stands for counts: one entry for every cell above 0."""
        image = self.to_wire(counts).reshape(self.shape)
        row, col = np.nonzero(image)
        entries = np.zeros(len(row), self._entry)
        entries["row"], entries["col"] = row + self.index_base, col + self.index_base
        entries["value"] = image[row, col]
        return entries.tobytes()


class Indexed(_Entries):
    """Only loaded cells, each with its running number."""

    kind: Literal["indexed"]
    fields: tuple[tuple[Literal["index", "value"], WireType], ...]
    index_base: Literal[0, 1] = 0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = sorted(name for name, _ in self.fields)
        if names != ["index", "value"]:
            raise ValueError(f"fields are {', '.join(names)}, but an entry has index and value, each once.")
        return self

    @property
    def _columns(self) -> tuple[tuple[str, str], ...]:
        return self.fields

    def _places_of(self, entries: Any) -> Counts | None:
        places = entries["index"] - entries["index"].dtype.type(self.index_base)
        return None if places.max(initial=0) >= self.n_wire else places.astype(np.intp)

    @override
    def encode(self, counts: Counts) -> bytes:
        """The payload that stands for counts: one entry for every cell above 0."""
        wire = self.to_wire(counts)
        (places,) = np.nonzero(wire)
        entries = np.zeros(len(places), self._entry)
        entries["index"], entries["value"] = places + self.index_base, wire[places]
        return entries.tobytes()
