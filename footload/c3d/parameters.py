"""The parameter section of a C3D file: what the file says about its points and channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray
from footload.c3d.numbers import Processor, decode_floats, decode_integers

BLOCK_BYTES: Final = 512
_CHARACTER, _BYTE, _INTEGER, _FLOAT = -1, 1, 2, 4
_WIDTH: Final = {_CHARACTER: 1, _BYTE: 1, _INTEGER: 2, _FLOAT: 4}
_MOST_PARTS: Final = 64
_MOST_DIMENSIONS: Final = 7

Values = NDArray[Any] | tuple[str, ...]
"""What a parameter holds: an array with the file's own order of dimensions (Fortran), or texts."""


class DamagedC3dError(ValueError):
    """A C3D file contradicts itself; the message is a part of a sentence about what and where.

    Example scenarios
    -----------------
    - A file that was cut off during a copy.
    - Another kind of file with the ending ``.c3d``.
    """


@dataclass(frozen=True, slots=True, eq=False)
class ParameterTable:
    """Every parameter of a file, by group and name in capitals.

    Parameters
    ----------
    values : mapping of (group, name)
        Arrays and texts.
    """

    values: Mapping[tuple[str, str], Values]

    def has(self, group: str, name: str) -> bool:
        """Whether a parameter is there and not empty.

        Parameters
        ----------
        group, name : str
            In capitals.

        Returns
        -------
        bool
            False for parameters without values too.
        """
        return len(self._flat(group, name)) > 0

    def floats(self, group: str, name: str) -> FloatArray:
        """All numbers of a parameter and of its continuations (``SCALE``, ``SCALE2``, ...), in the file's order.

        Parameters
        ----------
        group, name : str
            In capitals.

        Returns
        -------
        (n,) array
            Empty when there is none, or when it holds text.
        """
        parts = [np.asarray(part) for part in self._parts(group, name) if not isinstance(part, tuple)]
        if not parts:
            return np.zeros(0)
        with np.errstate(invalid="ignore"):  # damaged bytes may be signaling NaNs
            return np.concatenate([part.ravel(order="F") for part in parts]).astype(np.float64)

    def integers(self, group: str, name: str) -> IntArray:
        """Numbers of a parameter as whole numbers, in the file's order.

        Parameters
        ----------
        group, name : str
            In capitals.

        Returns
        -------
        (n,) array
            Empty when there is none; what is not finite or too large becomes 0.
        """
        values = self.floats(group, name)
        sane = np.isfinite(values) & (np.abs(values) < 2**31)
        return np.where(sane, values, 0).astype(np.int64)

    def number(self, group: str, name: str, otherwise: float = 0.0) -> float:
        """The first number of a parameter.

        Parameters
        ----------
        group, name : str
            In capitals.
        otherwise : float
            When there is none, or it is not finite.

        Returns
        -------
        float
            As written.
        """
        values = self.floats(group, name)
        return float(values[0]) if len(values) and np.isfinite(values[0]) else otherwise

    def texts(self, group: str, name: str) -> tuple[str, ...]:
        """All texts of a parameter and of its continuations (``LABELS``, ``LABELS2``, ...).

        Parameters
        ----------
        group, name : str
            In capitals.

        Returns
        -------
        tuple of str
            Without the blanks at their ends; empty when there are none.
        """
        return tuple(text for part in self._parts(group, name) if isinstance(part, tuple) for text in part)

    def text(self, group: str, name: str) -> str:
        """The first text of a parameter.

        Parameters
        ----------
        group, name : str
            In capitals.

        Returns
        -------
        str
            Empty when there is none.
        """
        texts = self.texts(group, name)
        return texts[0] if texts else ""

    def shape(self, group: str, name: str) -> tuple[int, ...]:
        """The dimensions of a parameter as the file states them, first the one that varies fastest.

        Parameters
        ----------
        group, name : str
            In capitals.

        Returns
        -------
        tuple of int
            Empty when there is none.
        """
        values = self.values.get((group, name))
        return () if values is None or isinstance(values, tuple) else tuple(values.shape)

    def _flat(self, group: str, name: str) -> Values:
        values = self.values.get((group, name), ())
        return values if isinstance(values, tuple) else values.ravel()

    def _parts(self, group: str, name: str) -> Iterator[Values]:
        for number in range(1, _MOST_PARTS):
            part = self.values.get((group, name if number == 1 else f"{name}{number}"))
            if part is None:
                return
            yield part


def parse_parameters(data: bytes, start: int, processor: Processor) -> ParameterTable:
    """Read the parameter section.

    Parameters
    ----------
    data : bytes
        The whole file.
    start : int
        Where the section begins. [bytes]
    processor : Processor
        Who wrote the numbers.

    Returns
    -------
    ParameterTable
        Parameters of groups that are never named are left out.

    Raises
    ------
    DamagedC3dError
        When a record reaches beyond the file.
    """
    groups: dict[int, str] = {}
    found: dict[tuple[int, str], Values] = {}
    at = start + 4
    while at + 2 <= len(data) and data[at]:
        n_name = abs(int.from_bytes(data[at : at + 1], "little", signed=True))
        group = int.from_bytes(data[at + 1 : at + 2], "little", signed=True)
        end_of_name = at + 2 + n_name
        step_bytes = data[end_of_name : end_of_name + 2]
        if len(step_bytes) < 2 or group == 0:
            raise DamagedC3dError(f"the parameter section is damaged at byte {at}.")
        name = data[at + 2 : end_of_name].decode("iso-8859-1").strip().upper()
        step = int(decode_integers(step_bytes, processor, unsigned=True)[0])
        if group < 0:
            groups[-group] = name
        else:
            found[group, name] = _values(data, end_of_name + 2, processor, name)
        if step == 0:
            break
        at = end_of_name + step
    named = {(groups[group], name): values for (group, name), values in found.items() if group in groups}
    return ParameterTable(MappingProxyType(named))


def filled(texts: Sequence[str], n: int) -> tuple[str, ...]:
    """Make a list of texts as long as what it names.

    Parameters
    ----------
    texts : sequence of str
        As many as the file has.
    n : int
        How many there should be.

    Returns
    -------
    tuple of str
        n texts; those the file does not have are empty.
    """
    return (*texts[:n], *[""] * (n - len(texts)))


def _values(data: bytes, at: int, processor: Processor, name: str) -> Values:
    """The values of one parameter, whose type stands at `at`."""
    head = data[at : at + 2]
    kind = int.from_bytes(head[:1], "little", signed=True)
    if len(head) < 2 or kind not in _WIDTH:
        raise DamagedC3dError(f"the parameter {_printable(name)} is of kind {kind}, but -1, 1, 2 and 4 are known.")
    if head[1] > _MOST_DIMENSIONS:
        raise DamagedC3dError(
            f"the parameter {_printable(name)} has {head[1]} dimensions, but {_MOST_DIMENSIONS} are the most."
        )
    shape = tuple(data[at + 2 : at + 2 + head[1]])
    first = at + 2 + head[1]
    size = prod(shape) * _WIDTH[kind]
    raw = data[first : first + size]
    if len(shape) < head[1] or len(raw) < size:
        raise DamagedC3dError(f"the parameter {_printable(name)} reaches beyond the end of the file.")
    if kind == _CHARACTER:
        return _texts(raw, shape)
    if kind == _BYTE:
        flat: NDArray[Any] = np.frombuffer(raw, np.uint8)
    else:
        flat = decode_integers(raw, processor) if kind == _INTEGER else decode_floats(raw, processor)
    return flat.reshape(shape, order="F")


def _texts(raw: bytes, shape: tuple[int, ...]) -> tuple[str, ...]:
    width = shape[0] if shape else 1
    if not width:
        return ()
    return tuple(
        raw[i : i + width].decode("utf-8", errors="replace").replace("\0", " ").strip()
        for i in range(0, len(raw), width)
    )


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:32])
