"""Numbers as the three kinds of processors that write C3D files store them."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray

_EXPONENT_OF_FOUR = np.uint32(2 << 23)
_EXPONENT = np.uint32(0xFF << 23)


class Processor(IntEnum):
    """Who wrote the bytes, as numbered in a C3D file."""

    INTEL = 84
    DEC = 85
    MIPS = 86

    @property
    def byte_order(self) -> str:
        """Byte order of whole numbers, as numpy writes it."""
        return ">" if self is Processor.MIPS else "<"


def decode_integers(data: bytes | memoryview, processor: Processor, *, unsigned: bool = False) -> IntArray:
    """Read 16-bit whole numbers.

    Parameters
    ----------
    data : bytes
        An even number of bytes.
    processor : Processor
        Who wrote them.
    unsigned : bool
        From 0 to 65535 instead of -32768 to 32767.

    Returns
    -------
    (n,) array
        A view where possible.
    """
    return np.frombuffer(data, f"{processor.byte_order}{'u' if unsigned else 'i'}2")


def decode_floats(data: bytes | memoryview, processor: Processor) -> FloatArray:
    """Read 32-bit floating-point numbers.

    Parameters
    ----------
    data : bytes
        A multiple of four bytes.
    processor : Processor
        Who wrote them.

    Returns
    -------
    (n,) array
        float32. A DEC number is four times an IEEE number whose two 16-bit words are swapped.
    """
    if processor is not Processor.DEC:
        return np.frombuffer(data, f"{processor.byte_order}f4")
    words = np.frombuffer(data, "<u2").reshape(-1, 2).astype(np.uint32)
    bits: NDArray[Any] = (words[:, 0] << 16) | words[:, 1]
    large = (bits & _EXPONENT) > _EXPONENT_OF_FOUR
    return np.where(large, bits - _EXPONENT_OF_FOUR, 0).astype(np.uint32).view(np.float32)


def encode_integers(values: NDArray[Any], processor: Processor) -> bytes:
    """Write 16-bit whole numbers.

    Parameters
    ----------
    values : array
        Whole numbers from -32768 to 65535; those above 32767 are written as unsigned.
    processor : Processor
        For whom.

    Returns
    -------
    bytes
        Two for each number.
    """
    return (np.asarray(values, np.int64) & 0xFFFF).astype(f"{processor.byte_order}u2").tobytes()


def encode_floats(values: NDArray[Any], processor: Processor) -> bytes:
    """Write 32-bit floating-point numbers.

    Parameters
    ----------
    values : array
        Finite numbers.
    processor : Processor
        For whom.

    Returns
    -------
    bytes
        Four for each number.
    """
    single = np.ascontiguousarray(values, np.float32)
    if processor is not Processor.DEC:
        return single.astype(f"{processor.byte_order}f4").tobytes()
    bits = single.view(np.uint32).ravel()
    bits = np.where((bits & _EXPONENT) > 0, bits + _EXPONENT_OF_FOUR, 0).astype(np.uint32)
    words = np.column_stack([bits >> 16, bits & 0xFFFF])
    return words.astype("<u2").tobytes()
