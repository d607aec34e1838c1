"""Arrays inside an `.npz` file without loading them whole: what the first bytes say, and slice after slice."""

from __future__ import annotations

import ast
import io
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from footload.readers.unpacking import DamagedFileError

_ZIP: Final = b"PK\x03\x04"
_NPY: Final = b"\x93NUMPY"
_CHUNK_BYTES: Final = 1 << 24
_MOST_AXES: Final = 4


@dataclass(frozen=True, slots=True)
class ArrayKind:
    """What an array is before its numbers are read.

    Parameters
    ----------
    name : str
        Its name in the file.
    shape : tuple of int
        Its size along each axis.
    dtype : dtype
        Of numbers.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def first_array(head: bytes) -> ArrayKind | None:
    """The first array of an `.npz` file, from the file's first bytes.

    Parameters
    ----------
    head : bytes
        First bytes of the file.

    Returns
    -------
    ArrayKind or None
        None when it is no `.npz` file, or its first array holds no numbers.
    """
    if not head.startswith(_ZIP) or len(head) < 30:
        return None
    method, n_name, n_extra = *struct.unpack_from("<H", head, 8), *struct.unpack_from("<HH", head, 26)
    name = head[30 : 30 + n_name].decode("utf-8", "replace")
    packed = head[30 + n_name + n_extra :]
    try:
        start = zlib.decompressobj(wbits=-15).decompress(packed, 512) if method == zipfile.ZIP_DEFLATED else packed
        return _kind(name.removesuffix(".npy"), io.BytesIO(start))
    except (DamagedFileError, zlib.error):
        return None


@contextmanager
def opened_array(path: Path, name: str | None = None) -> Generator[tuple[ArrayKind, IO[bytes]]]:
    """Open one array of an `.npz` file, ready to be read from its first number on.

    Parameters
    ----------
    path : path
        The file.
    name : str, optional
        Which one; the only one otherwise.

    Yields
    ------
    ArrayKind, file
        What it is, and where to read it from.

    Raises
    ------
    DamagedFileError
        When there is no such array, or the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {member.removesuffix(".npy"): member for member in archive.namelist()}
            wanted = name if name is not None else next(iter(names)) if len(names) == 1 else ""
            if wanted not in names:
                raise DamagedFileError(
                    f"it holds the arrays {', '.join(sorted(names)[:8]) or '(none)'}, but "
                    f"{repr(name) if name else 'one only'} is wanted."
                )
            with archive.open(names[wanted]) as stream:
                yield _kind(wanted, stream), stream
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
        raise DamagedFileError(f"it is no whole .npz file ({error}); it was cut off or damaged.") from error


def slices_of(kind: ArrayKind, stream: IO[bytes], most_bytes: int = _CHUNK_BYTES) -> Iterator[NDArray[Any]]:
    """Go through an array along its first axis.

    Parameters
    ----------
    kind : ArrayKind
        What it is.
    stream : file
        Stands before its first number.
    most_bytes : int
        How much is read at once; at least one entry of the first axis is.

    Yields
    ------
    (k, ...) array
        Together they are the array.

    Raises
    ------
    DamagedFileError
        When it ends too early.
    """
    each = prod(kind.shape[1:]) * kind.dtype.itemsize
    at_once = max(1, most_bytes // max(each, 1))
    for start in range(0, kind.shape[0], at_once):
        n = min(at_once, kind.shape[0] - start)
        data = stream.read(n * each)
        if len(data) != n * each:
            raise DamagedFileError(
                f"the array {kind.name!r} ends inside entry {start + len(data) // max(each, 1) + 1} of {kind.shape[0]}."
            )
        yield np.frombuffer(data, kind.dtype).reshape(n, *kind.shape[1:])


def _kind(name: str, stream: IO[bytes]) -> ArrayKind:
    """Read the head of an array: numbers in C order only, never anything that Python would have to run."""
    magic = stream.read(8)
    if len(magic) < 8 or not magic.startswith(_NPY) or magic[6] not in {1, 2, 3}:
        raise DamagedFileError(f"the array {name!r} is none of numpy's.")
    size_bytes = stream.read(2 if magic[6] == 1 else 4)
    length = int.from_bytes(size_bytes, "little")
    header = stream.read(min(length, 10_000))
    try:
        told = cast("dict[str, Any]", ast.literal_eval(header.decode("latin-1").strip()))
        dtype, order, shape = np.dtype(told["descr"]), told["fortran_order"], told["shape"]
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError):
        raise DamagedFileError(f"the head of the array {name!r} is damaged.") from None
    axes = cast("tuple[Any, ...]", shape) if isinstance(shape, tuple) else ()
    sizes = bool(axes) and all(isinstance(n, int) and 0 < n < 1 << 32 for n in axes)
    if dtype.kind not in "fiu" or order is not False or not sizes or len(axes) > _MOST_AXES:
        raise DamagedFileError(
            f"the array {name!r} is not one of numbers in C order, or has another shape than 1 to {_MOST_AXES} axes."
        )
    return ArrayKind(name, axes, dtype)
