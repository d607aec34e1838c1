"""What every table of a device profile shares: unknown keys are named, bytes are written as hexadecimal text."""

from __future__ import annotations

import difflib
import struct
from functools import lru_cache
from typing import Annotated, Any

from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Counts = NDArray[Any]
"""What a device sends, before there are units: whole numbers of cells, or whole numbers or floats of channels."""


class Part(BaseModel):
    """One table of a profile: closed, unchangeable, and helpful about typing errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _name_unknown_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in map(str, data):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                if key not in known:
                    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
                    raise PydanticCustomError(
                        "unknown_key",
                        "{key} is not a known key; the nearest known one is {nearest} (known: {known})",
                        {"key": repr(key), "nearest": repr(nearest), "known": ", ".join(known)},
                    )
        return data  # pyright: ignore[reportUnknownVariableType]


def hex_bytes(text: object) -> bytes:
    """Bytes from hexadecimal text; ``00*12`` stands for twelve zero bytes.

    Parameters
    ----------
    text : str
        Such as ``"4E0A 0004"`` or ``"A5 00*12 5A"``; ``|`` and white space separate for the eye only.

    Returns
    -------
    bytes
        What the text stands for.

    Raises
    ------
    ValueError
        When the text is not hexadecimal.
    """
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not text; bytes are written as hexadecimal text such as '4E0A'.")  # noqa: TRY004
    found = bytearray()
    for word in text.replace("|", " ").split():
        digits, _, times = word.partition("*")
        try:
            found += bytes.fromhex(digits) * (int(times) if times else 1)
        except ValueError as error:
            raise ValueError(f"{word!r} is not hexadecimal; bytes are written like '4E0A' or '00*12'.") from error
    return bytes(found)


HexBytes = Annotated[bytes, BeforeValidator(hex_bytes)]
"""Bytes that a profile writes as hexadecimal text."""

StructFormat = Annotated[str, Field(pattern=r"^(B|[<>][HIQ])$")]
"""An unsigned integer on the wire: ``B``, or ``<`` / ``>`` with ``H``, ``I`` or ``Q``."""


@lru_cache(maxsize=64)
def packing(format: str) -> struct.Struct:  # noqa: A002 - the word of the profile
    """The compiled form of a wire format.

    Parameters
    ----------
    format : str
        One that `StructFormat` allows.

    Returns
    -------
    struct.Struct
        Shared by everyone who asks for the same format.
    """
    return struct.Struct(format)


class WireInteger(Part):
    """An unsigned integer at a fixed place behind the frame's first byte, or before its end when below 0."""

    offset: int
    format: StructFormat

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return packing(self.format).size

    @property
    def stop(self) -> int:
        """First byte behind it."""
        return self.offset + self.size

    def take(self, frame: bytes | bytearray, start: int = 0) -> int:
        """Read the value from a frame.

        Parameters
        ----------
        frame : bytes
            Where the frame stands.
        start : int
            The frame's first byte.

        Returns
        -------
        int
            The value on the wire.
        """
        place = start + self.offset if self.offset >= 0 else len(frame) + self.offset
        return int(packing(self.format).unpack_from(frame, place)[0])

    def put(self, frame: bytearray, value: int) -> None:
        """Write a value into a frame, cut to the width of the field as a device's register is.

        Parameters
        ----------
        frame : bytearray
            Begins with the frame's first byte.
        value : int
            Not negative.
        """
        place = self.offset if self.offset >= 0 else len(frame) + self.offset
        packing(self.format).pack_into(frame, place, value % (1 << 8 * self.size))
