"""The cells inside a frame: all of them in order (dense), or only the loaded ones with their place (sparse)."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from devices.parts import Part
from footload.arrays import IntArray, frozen

WireType = Annotated[str, Field(pattern=r"^(u1|[<>]u[24])$")]
"""One cell on the wire: ``u1``, or ``<`` / ``>`` with ``u2`` or ``u4``."""


class _Grid(Part):
    """How the wire's rows and columns become the plate's: row 0 at the smallest y, columns to the right.

    First `transpose`, then `flip`.
    """

    shape: tuple[int, int] = Field(description="rows and columns as the device counts them")
    transpose: bool = False
    flip: Literal["none", "ud", "lr", "both"] = "none"

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns in the plate frame."""
        rows, cols = self.shape
        return (cols, rows) if self.transpose else (rows, cols)

    def _to_plate(self, image: IntArray) -> IntArray:
        return self._flipped(image.T if self.transpose else image)

    def _to_wire(self, image: IntArray) -> IntArray:
        image = self._flipped(image)
        return image.T if self.transpose else image

    def _flipped(self, image: IntArray) -> IntArray:
        rows = slice(None, None, -1 if self.flip in {"ud", "both"} else 1)
        cols = slice(None, None, -1 if self.flip in {"lr", "both"} else 1)
        return image[rows, cols]


class Dense(_Grid):
    """Every cell in every frame, row after row."""

    kind: Literal["dense"]
    dtype: WireType

    @property
    def n_bytes(self) -> int | None:
        """Length of every payload."""
        return self.shape[0] * self.shape[1] * np.dtype(self.dtype).itemsize

    @property
    def bytes_typical(self) -> int:
        """Length of an ordinary payload, for buffer sizes."""
        return self.n_bytes or 0

    @property
    def count_max(self) -> int:
        """Largest count that fits on the wire."""
        return int(np.iinfo(np.dtype(self.dtype)).max)

    def decode(self, body: bytes) -> IntArray | None:
        """Counts of every cell from a payload.

        Parameters
        ----------
        body : bytes
            The payload.

        Returns
        -------
        (n,) array or None
            Counts in the order of the plate's cells, read-only; None when the payload cannot be right.
        """
        if len(body) != self.n_bytes:
            return None
        wire = np.dtype(self.dtype)
        counts = np.frombuffer(body, wire)
        if self.transpose or self.flip != "none":
            counts = self._to_plate(counts.reshape(self.shape)).ravel()
        return frozen(counts.astype(wire.newbyteorder("="), copy=False))

    def encode(self, counts: IntArray) -> bytes:
        """The payload that stands for counts.

        Parameters
        ----------
        counts : (n,) array
            Counts in the order of the plate's cells.

        Returns
        -------
        bytes
            As the device would send it.
        """
        return self._to_wire(counts.reshape(self.grid)).astype(self.dtype).tobytes()


class Sparse(_Grid):
    """Only loaded cells, each with its row and column."""

    kind: Literal["sparse"]
    fields: tuple[tuple[Literal["row", "col", "value"], WireType], ...]
    index_base: Literal[0, 1] = 0
    drop_zero: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = sorted(name for name, _ in self.fields)
        if names != ["col", "row", "value"]:
            raise ValueError(f"fields are {', '.join(names)}, but an entry has row, col and value, each once.")
        return self

    @property
    def n_bytes(self) -> int | None:
        """None: a payload is as long as there are loaded cells."""
        return None

    @property
    def bytes_typical(self) -> int:
        """Length of an ordinary payload, for buffer sizes: a tenth of the cells."""
        return max(self.shape[0] * self.shape[1] // 10, 4) * _entry(self.fields)[0].itemsize

    @property
    def count_max(self) -> int:
        """Largest count that fits on the wire."""
        return int(np.iinfo(_entry(self.fields)[1]).max)

    def decode(self, body: bytes) -> IntArray | None:
        """Counts of every cell from a payload; cells that were not sent are 0.

        Parameters
        ----------
        body : bytes
            The payload.

        Returns
        -------
        (n,) array or None
            Counts in the order of the plate's cells, read-only; None when a place lies outside the mat or the
            payload ends within an entry.
        """
        entry, native = _entry(self.fields)
        if len(body) % entry.itemsize:
            return None
        entries = np.frombuffer(body, entry)
        rows, cols = self.shape
        # Unsigned, so that an index below the base wraps to a large one and one comparison catches both ends.
        row = entries["row"] - entries["row"].dtype.type(self.index_base)
        col = entries["col"] - entries["col"].dtype.type(self.index_base)
        if row.max(initial=0) >= rows or col.max(initial=0) >= cols:
            return None
        places = row.astype(np.intp) * cols + col
        values = entries["value"]
        if self.drop_zero:
            sent = values != 0
            places, values = places[sent], values[sent]
        counts = np.zeros(rows * cols, native)
        counts[places] = values
        if self.transpose or self.flip != "none":
            counts = np.ascontiguousarray(self._to_plate(counts.reshape(rows, cols))).ravel()
        return frozen(counts)

    def encode(self, counts: IntArray) -> bytes:
        """The payload that stands for counts: one entry for every cell above 0.

        Parameters
        ----------
        counts : (n,) array
            Counts in the order of the plate's cells.

        Returns
        -------
        bytes
            As the device would send it.
        """
        image = self._to_wire(counts.reshape(self.grid))
        row, col = np.nonzero(image)
        entries = np.zeros(len(row), _entry(self.fields)[0])
        entries["row"], entries["col"] = row + self.index_base, col + self.index_base
        entries["value"] = image[row, col]
        return entries.tobytes()


Payload = Annotated[Dense | Sparse, Field(discriminator="kind")]
"""Every payload there is; a new one joins this union with its own ``kind``."""


@lru_cache(maxsize=64)
def _entry(fields: tuple[tuple[str, str], ...]) -> tuple[np.dtype[np.void], np.dtype[Any]]:
    """One entry on the wire, and the counts as this machine holds them."""
    entry = np.dtype([(name, wire) for name, wire in fields])
    return entry, entry["value"].newbyteorder("=")
