"""A payload that only a driver understands; the profile states what comes out of it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from devices.framing.grids import Grid
from footload.arrays import IntArray


class Coded(Grid):
    """Values that the driver named by `decoder` reads and writes."""

    whole: ClassVar[bool] = True
    kind: Literal["coded"]
    n_typical: int = Field(ge=1, description="bytes of an ordinary payload")
    value_max: int = Field(ge=1)

    @property
    @override
    def bytes_typical(self) -> int:
        return self.n_typical

    @property
    @override
    def count_max(self) -> int:
        """Largest value that the driver gives."""
        return self.value_max

    @override
    def decode(self, body: bytes) -> IntArray | None:
        """Nothing: the driver's codec reads the payload."""
        return None

    @override
    def encode(self, counts: IntArray) -> bytes:
        """Refuse: the driver's codec writes the payload."""
        raise TypeError("A coded payload is written by its driver's codec, not by the profile.")
