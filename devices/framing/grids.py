"""Cells in a fixed order: every cell of each frame (dense), or runs of zeros counted (rle); and where cells lie."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from typing_extensions import override

from devices.parts import Counts, Part
from footload.arrays import frozen

WireType = Annotated[str, Field(pattern=r"^(u1|[<>]u[24])$")]
"""One cell on the wire: ``u1``, or ``<`` / ``>`` with ``u2`` or ``u4``."""


class PayloadPart(Part, ABC):
    """What a payload can do; each kind says how."""

    whole: ClassVar[bool] = False
    """Whether it is read from the whole frame and not only from what is between header and tail."""

    @property
    def n_bytes(self) -> int | None:
        """Length of every payload; None when they differ."""
        return None

    @property
    def bytes_typical(self) -> int:
        """Length of an ordinary payload, for buffer sizes."""
        return self.n_bytes or 0

    @property
    @abstractmethod
    def count_max(self) -> int:
        """Largest count that fits on the wire, or that is taken for possible."""

    @property
    def count_min(self) -> int:
        """Smallest count that fits on the wire, or that is taken for possible."""
        return 0

    @abstractmethod
    def decode(self, body: bytes) -> Counts | None:
        """Counts of every cell or channel from a payload.

        Parameters
        ----------
        body : bytes
            The payload.

        Returns
        -------
        (n,) or (samples, n) array or None
            In the order of the plate's cells, read-only; None when the payload cannot be right.
        """

    @abstractmethod
    def encode(self, counts: Counts) -> bytes:
        """The payload that stands for counts.

        Parameters
        ----------
        counts : (n,) array
            As `decode` gives them.

        Returns
        -------
        bytes
            As the device would send it.
        """


class Grid(PayloadPart):
    """How the wire's values become the plate's cells: row 0 at the smallest y, columns to the right.

    First `index_map` or `row_map`, then `transpose`, then `flip`.
    """

    shape: tuple[int, int] = Field(description="rows and columns as the device counts them")
    transpose: bool = False
    flip: Literal["none", "ud", "lr", "both"] = "none"
    row_map: tuple[int, ...] = Field(default=(), description="for each row of the picture: which row of the wire")
    index_map: tuple[int, ...] = Field(
        default=(), description="for each cell of the picture: which value of the wire, from 0; -1 for none"
    )
    wire_cells: int | None = Field(default=None, ge=1, description="values on the wire, where they are not the cells")

    @model_validator(mode="after")
    def _maps_fit(self) -> Self:
        rows, cols = self.shape
        if self.row_map and sorted(self.row_map) != list(range(rows)):
            raise ValueError(f"row_map has to hold each row from 0 to {rows - 1} once, but is {self.row_map}.")
        if self.index_map:
            if len(self.index_map) != rows * cols:
                raise ValueError(f"index_map has {len(self.index_map)} entries for {rows} x {cols} cells.")
            used = [index for index in self.index_map if index >= 0]
            if len(set(used)) != len(used) or max(used, default=0) >= self.n_wire:
                raise ValueError(f"index_map may name each of the {self.n_wire} values of the wire once, from 0.")
            if self.row_map:
                raise ValueError("index_map says where every cell is; row_map beside it would mean nothing.")
        elif self.n_wire != rows * cols:
            raise ValueError(f"wire_cells is {self.n_wire}, but without an index_map {rows} x {cols} values are shown.")
        return self

    @property
    def n_wire(self) -> int:
        """Number of values on the wire."""
        return self.shape[0] * self.shape[1] if self.wire_cells is None else self.wire_cells

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns in the plate frame."""
        rows, cols = self.shape
        return (cols, rows) if self.transpose else (rows, cols)

    @cached_property
    def places(self) -> Counts | None:
        """For each cell of the plate: which value of the wire; None where they are the same."""
        image = np.arange(self.shape[0] * self.shape[1]).reshape(self.shape)
        if self.index_map:
            image = np.array(self.index_map).reshape(self.shape)
        if self.row_map:
            image = image[list(self.row_map)]
        image = image.T if self.transpose else image
        rows = slice(None, None, -1 if self.flip in {"ud", "both"} else 1)
        cols = slice(None, None, -1 if self.flip in {"lr", "both"} else 1)
        places = image[rows, cols].ravel()
        same = len(places) == self.n_wire and bool((places == np.arange(self.n_wire)).all())
        return None if same else frozen(np.ascontiguousarray(places))

    def to_plate(self, wire: Counts) -> Counts:
        """The wire's values in the order of the plate's cells.

        Parameters
        ----------
        wire : (n_wire,) array
            As sent.

        Returns
        -------
        (n,) array
            Read-only; 0 where the wire has no value.
        """
        places = self.places
        if places is None:
            return frozen(wire)
        counts = wire[places]
        if self.index_map:
            counts[places < 0] = 0
        return frozen(counts)

    def to_wire(self, counts: Counts) -> Counts:
        """The plate's cells in the order of the wire.

        Parameters
        ----------
        counts : (n,) array
            In the order of the plate's cells.

        Returns
        -------
        (n_wire,) array
            0 where the plate has no cell.
        """
        places = self.places
        if places is None:
            return counts
        wire = np.zeros(self.n_wire, counts.dtype)
        wire[places[places >= 0]] = counts[places >= 0]
        return wire


class Dense(Grid):
    """Every cell in every frame, row after row."""

    kind: Literal["dense"]
    dtype: WireType

    @property
    @override
    def n_bytes(self) -> int | None:
        """Length of every payload."""
        return self.n_wire * self._wire.itemsize

    @property
    @override
    def count_max(self) -> int:
        """Largest count that fits on the wire."""
        return int(np.iinfo(self._wire).max)

    @cached_property
    def _wire(self) -> np.dtype[Any]:
        return np.dtype(self.dtype)

    @cached_property
    def _native(self) -> np.dtype[Any]:
        """The counts as this machine holds them."""
        return self._wire.newbyteorder("=")

    @override
    def decode(self, body: bytes) -> Counts | None:
        """Counts of every cell from a payload."""
        if len(body) != self.n_bytes:
            return None
        return self.to_plate(np.frombuffer(body, self._wire).astype(self._native, copy=False))

    @override
    def encode(self, counts: Counts) -> bytes:
        return self.to_wire(counts).astype(self._wire).tobytes()


_RUN = re.compile(rb"\x00(.)", re.DOTALL)
_RUNS = re.compile(rb"(?:[^\0]|\0[^\0])*", re.DOTALL)


class RunLength(Grid):
    """Bytes from 1 stand for themselves, and 00 n for n cells without load; n is at most 254."""

    kind: Literal["rle"]
    value_offset: int = Field(default=0, ge=0, le=100, description="what the device adds to every value above 0")

    @property
    @override
    def bytes_typical(self) -> int:
        """Length of an ordinary payload, for buffer sizes: a fifth of the cells."""
        return max(self.n_wire // 5, 4)

    @property
    @override
    def count_max(self) -> int:
        """Largest count that fits on the wire: 255 ends a frame."""
        return 254 - self.value_offset

    @override
    def decode(self, body: bytes) -> Counts | None:
        """Counts of every cell from a payload."""
        if not _RUNS.fullmatch(body):
            return None
        wire = np.frombuffer(_RUN.sub(lambda run: bytes(run[1][0]), body), np.uint8)
        if len(wire) != self.n_wire:
            return None
        if self.value_offset:
            if ((wire > 0) & (wire <= self.value_offset)).any():
                return None
            wire = np.where(wire > 0, wire - self.value_offset, 0).astype(np.uint8)
        return self.to_plate(wire)

    @override
    def encode(self, counts: Counts) -> bytes:
        wire = self.to_wire(counts)
        wire = np.where(wire > 0, wire + self.value_offset, 0).astype(np.uint8).tobytes()
        return re.sub(rb"\x00{1,254}", lambda run: bytes([0, len(run[0])]), wire)
