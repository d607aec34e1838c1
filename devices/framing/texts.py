"""Frames that people can read: lines of numbers (ascii), or JSON."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from typing_extensions import override

from devices.framing.grids import Grid
from devices.parts import Counts, Part

_NUMBER = rb"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_NUMBERS = re.compile(rb" *" + _NUMBER + rb"(?: +" + _NUMBER + rb")* *")
COUNT_MAX = (1 << 31) - 1


class TextInteger(Part):
    """A number in a text: by its column (ascii), or by its key (json)."""

    column: int | None = Field(default=None, ge=0)
    key: str = ""
    per_unit: int = Field(default=1, ge=1, description="steps in one unit, where the device writes decimals")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.column is None) == (not self.key):
            raise ValueError("a number in a text is named by column or by key, and not by both.")
        return self

    @property
    def size(self) -> int:
        """As if it had 8 bytes: a number in a text does not wrap around."""
        return 8


class _Text(Grid, ABC):
    whole: ClassVar[bool] = True
    decimals: int | None = Field(default=None, ge=0, le=9, description="digits behind the point; whole numbers if none")

    @property
    @override
    def bytes_typical(self) -> int:
        """Length of an ordinary text, for buffer sizes."""
        return 4 * self.n_wire

    @property
    @override
    def count_max(self) -> int:
        """Largest value that is taken for possible."""
        return COUNT_MAX

    @property
    @override
    def count_min(self) -> int:
        """Smallest value that is taken for possible."""
        return -COUNT_MAX

    @abstractmethod
    def number(self, body: bytes, place: TextInteger) -> int | None:
        """A counter or a clock in the text.

        Parameters
        ----------
        body : bytes
            The text.
        place : TextInteger
            Which column or key.

        Returns
        -------
        int or None
            None when there is no number.
        """

    @override
    @abstractmethod
    def encode(self, counts: Counts, numbers: dict[int | str, int | float] | None = None) -> bytes:
        """The text that stands for values.

        Parameters
        ----------
        counts : (n,) array
            In the order of the plate's cells.
        numbers : dict, optional
            Counter and clock by column or key.

        Returns
        -------
        bytes
            Without the end of the line.
        """

    def _shown(self, values: Any) -> list[str]:
        if self.decimals is None:
            return [str(int(value)) for value in values]
        return [f"{float(value):.{self.decimals}f}" for value in values]

    def _checked(self, values: Any) -> Counts | None:
        # Written so that NaN, which is neither more nor less than anything, is refused as well.
        if len(values) != self.n_wire or not (np.abs(values) <= COUNT_MAX).all():
            return None
        if self.decimals is not None:
            return self.to_plate(values)
        whole = values.astype(np.int32)
        return self.to_plate(whole) if (whole == values).all() else None


class Ascii(_Text):
    """One frame is a text of numbers between separators, or in columns of a fixed width."""

    kind: Literal["ascii"]
    separator: Literal["", " ", ",", ";", "\t"] = Field(default="", description="none: any white space")
    skip: int = Field(default=0, ge=0, description="columns before the first cell")
    prefix: str = Field(default="", description="text before the first column")
    suffix: str = Field(default="", description="text behind the last column")
    width: int = Field(default=0, ge=0, description="characters of each value, where there are no separators")
    base: Literal[10, 16] = 10

    @model_validator(mode="after")
    def _hexadecimal_has_width(self) -> Self:
        if self.base == 16 and not self.width:
            raise ValueError("base 16 is for values of a fixed width; give width.")
        return self

    @cached_property
    def _sep(self) -> bytes | None:
        return self.separator.encode() or None

    def cells(self, line: bytes) -> list[bytes] | None:
        """The columns of a text.

        Parameters
        ----------
        line : bytes
            The text.

        Returns
        -------
        list of bytes or None
            Every column, skipped ones too; None when prefix or suffix are missing.
        """
        prefix, suffix = self.prefix.encode(), self.suffix.encode()
        if not (line.startswith(prefix) and line.endswith(suffix)):
            return None
        line = line[len(prefix) : len(line) - len(suffix)]
        if not self.width:
            return line.split(self._sep)
        first = line[: self.skip]
        rest = line[self.skip :]
        return [first[i : i + 1] for i in range(len(first))] + [
            rest[i : i + self.width] for i in range(0, len(rest), self.width)
        ]

    @override
    def decode(self, body: bytes) -> Counts | None:
        """Values from a text."""
        cells = self.cells(body)
        if cells is None or len(cells) != self.skip + self.n_wire:
            return None
        cells = cells[self.skip :]
        if self.base == 16:
            if any(len(cell) != self.width for cell in cells):
                return None
            try:
                return self._checked(np.array([int(cell, 16) for cell in cells], float))
            except ValueError:
                return None
        # The numbers of one text are read in one go: a conversion for each would be ten times slower.
        text = b" ".join(cells)
        return self._checked(np.fromstring(text.decode("ascii"), sep=" ")) if _NUMBERS.fullmatch(text) else None

    @override
    def number(self, body: bytes, place: TextInteger) -> int | None:
        cells = self.cells(body)
        try:
            return round(float((cells or [])[place.column or 0]) * place.per_unit)
        except (IndexError, ValueError, OverflowError):
            return None

    @override
    def encode(self, counts: Counts, numbers: dict[int | str, int | float] | None = None) -> bytes:
        wire = self.to_wire(counts)
        if self.base == 16:
            cells = [f"{int(value):0{self.width}X}" for value in wire]
        else:
            cells = [cell.rjust(self.width, "0") for cell in self._shown(wire)]
        before = [f"{(numbers or {}).get(column, 0):g}" for column in range(self.skip)]
        if self.width:
            text = "".join(each[-1] for each in before) + "".join(cells)
        else:
            text = (self.separator or " ").join([*before, *cells])
        return (self.prefix + text + self.suffix).encode()


class Json(_Text):
    """One frame is a JSON object; the cells are one list in it."""

    kind: Literal["json"]
    values: str = Field(description="key of the list")

    @override
    def decode(self, body: bytes) -> Counts | None:
        """Values from a JSON object."""
        values = _object(body).get(self.values)
        try:
            found = np.array(values, float)
        except (ValueError, TypeError):
            return None
        return self._checked(found) if found.ndim == 1 else None

    @override
    def number(self, body: bytes, place: TextInteger) -> int | None:
        """A counter or a clock in the object."""
        value = _object(body).get(place.key)
        try:
            return round(float(value) * place.per_unit) if isinstance(value, int | float) else None
        except (ValueError, OverflowError):
            return None

    @override
    def encode(self, counts: Counts, numbers: dict[int | str, int | float] | None = None) -> bytes:
        """The JSON object that stands for values."""
        cells = [json.loads(shown) for shown in self._shown(self.to_wire(counts))]
        head = {str(key): value for key, value in (numbers or {}).items()}
        return json.dumps({**head, self.values: cells}, separators=(",", ":")).encode()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
