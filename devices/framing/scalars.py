"""A few named channels at fixed places of a frame: load cells, force sensors, plates."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from devices.framing.grids import PayloadPart
from devices.parts import Counts
from footload.arrays import frozen

ScalarType = Annotated[str, Field(pattern=r"^([ui]1|[<>]([ui][24]|i3|f[48]))$")]
"""One channel on the wire: integers of 1 to 4 bytes (``<i3``: three), or floats of 4 or 8."""


FLOAT_MAX = 1 << 31
"""A float beyond this is damage, not a measurement."""


class Scalars(PayloadPart):
    """Channels of one type, one after the other."""

    kind: Literal["scalars"]
    dtype: ScalarType
    n: int = Field(ge=1, le=4096, description="number of channels")
    samples: int = Field(default=1, ge=1, description="how often all channels follow each other in one frame")

    @property
    def grid(self) -> tuple[int, int]:
        """One row of channels."""
        return (1, self.n)

    @property
    @override
    def n_bytes(self) -> int | None:
        """Bytes of all channels."""
        return self.n * self.samples * self._width

    @property
    @override
    def count_max(self) -> int:
        """Largest value that fits on the wire; for floats the largest that counts as possible."""
        return (1 << (8 * self._width - (self.dtype[-2] == "i"))) - 1 if self._integer else FLOAT_MAX

    @property
    @override
    def count_min(self) -> int:
        """Smallest value that fits on the wire."""
        return 0 if self.dtype[-2] == "u" else -self.count_max - self._integer

    @cached_property
    def _integer(self) -> bool:
        return self.dtype[-2] != "f"

    @cached_property
    def _width(self) -> int:
        return int(self.dtype[-1])

    @cached_property
    def _wire(self) -> np.dtype[Any]:
        return np.dtype("u1" if self._width == 3 else self.dtype)

    @cached_property
    def _native(self) -> np.dtype[Any]:
        """The values as this machine holds them."""
        return self._wire.newbyteorder("=")

    @override
    def decode(self, body: bytes) -> Counts | None:
        """Values of every channel from a payload."""
        n = self.n * self.samples
        if len(body) != n * self._width:
            return None
        if self._width == 3:
            parts = np.frombuffer(body, np.uint8).reshape(n, 3).astype(np.int32)
            low, middle, high = parts.T if self.dtype[0] == "<" else parts.T[::-1]
            # The sign is the highest bit of the third byte; shifting up and down again spreads it.
            values = ((low << 8 | middle << 16 | high << 24) >> 8).astype(np.int32)
        else:
            values = np.frombuffer(body, self._wire).astype(self._native, copy=False)
            # Written so that NaN, which is neither more nor less than anything, is refused as well.
            if not self._integer and not sum(map(abs, values.tolist())) <= FLOAT_MAX:
                return None
        return frozen(values.reshape(self.samples, self.n) if self.samples > 1 else values)

    @override
    def encode(self, counts: Counts) -> bytes:
        """The bytes that stand for values."""
        if self._width == 3:
            big = np.asarray(counts).astype(">i4").tobytes()
            triples = [big[at + 1 : at + 4] for at in range(0, len(big), 4)]
            return b"".join(triple[::-1] if self.dtype[0] == "<" else triple for triple in triples)
        return np.asarray(counts).astype(self._wire).tobytes()
