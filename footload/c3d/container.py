"""A C3D file as it was written: points, analog channels, events and parameters, in the file's own units and axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, IntArray
from footload.c3d.events import C3dEvent, read_events
from footload.c3d.numbers import Processor, decode_floats, decode_integers
from footload.c3d.parameters import BLOCK_BYTES, DamagedC3dError, ParameterTable, filled, parse_parameters

MAGIC: Final = 0x50
_MOST_CHANNELS: Final = 4096
_MOST_RATE_HZ: Final = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class C3dFile:
    """What a C3D file holds; numbers become arrays when they are asked for.

    Parameters
    ----------
    parameters : ParameterTable
        Everything the file says about itself.
    n_frames, first_frame : int
        Number of point frames, and the number of the first one.
    frame_rate_hz : float
        Point frames per second, 0 when the file does not say. [Hz]
    samples_per_frame : int
        Analog samples in a point frame.
    point_labels, analog_labels : tuple of str
        As written; empty labels stay empty.
    events : tuple of C3dEvent
        In the file's order.
    notes : tuple of str
        What had to be decided because the file contradicts itself.
    stored_points : (t, m, 4) array
        As stored: x, y, z and residual.
    stored_analog : (t, samples_per_frame, channels) array
        As stored, neither offset nor scaled.
    """

    parameters: ParameterTable
    n_frames: int
    first_frame: int
    frame_rate_hz: float
    samples_per_frame: int
    point_labels: tuple[str, ...]
    analog_labels: tuple[str, ...]
    events: tuple[C3dEvent, ...]
    notes: tuple[str, ...]
    stored_points: NDArray[Any]
    stored_analog: NDArray[Any]

    @property
    def n_points(self) -> int:
        """Number of points."""
        return int(self.stored_points.shape[1])

    @property
    def n_channels(self) -> int:
        """Number of analog channels."""
        return int(self.stored_analog.shape[2])

    @property
    def analog_rate_hz(self) -> float:
        """Analog samples per second, 0 when the file does not say. [Hz]"""
        return self.frame_rate_hz * self.samples_per_frame

    def points(self, which: Sequence[int] | None = None) -> FloatArray:
        """(t, m, 3) places in the file's unit and axes, NaN where a point was not seen.

        Parameters
        ----------
        which : sequence of int, optional
            Only these points, from 0; all by default.

        Returns
        -------
        (t, m, 3) array
            In POINT:UNITS.
        """
        stored = self.stored_points if which is None else self.stored_points[:, list(which)]
        scale = self.parameters.number("POINT", "SCALE", -1.0)
        factor = 1.0 if np.issubdtype(stored.dtype, np.floating) else abs(scale)
        with np.errstate(invalid="ignore", over="ignore"):  # damaged bytes may be signaling NaNs
            found = stored[..., :3].astype(np.float64) * factor
        found[~(stored[..., 3] >= 0)] = np.nan
        return found

    def analog(self, which: Sequence[int] | None = None) -> FloatArray:
        """(n, channels) values of analog channels: (stored - OFFSET) x SCALE x GEN_SCALE.

        Parameters
        ----------
        which : sequence of int, optional
            Only these channels, from 0; all by default.

        Returns
        -------
        (n, channels) array
            In the channels' own units.
        """
        columns = list(range(self.n_channels) if which is None else which)
        stored = self.stored_analog[:, :, columns]
        with np.errstate(invalid="ignore"):
            values = stored.reshape(-1, len(columns)).astype(np.float64)
        unsigned = self._unsigned
        if unsigned and not np.issubdtype(stored.dtype, np.floating):
            values[values < 0] += 65536
        offset = _per_channel(self.parameters, "OFFSET", self.n_channels, 0.0)[columns]
        if unsigned:
            offset = np.where(offset < 0, offset + 65536, offset)
        scale = _per_channel(self.parameters, "SCALE", self.n_channels, 1.0)[columns]
        scale = scale * self.parameters.number("ANALOG", "GEN_SCALE", 1.0)
        if offset.any():
            values -= offset
        if (scale != 1).any():
            values *= scale
        return values

    def analog_units(self) -> tuple[str, ...]:
        """Unit of every channel as written; empty where the file does not say.

        Returns
        -------
        tuple of str
            One a channel.
        """
        return filled(self.parameters.texts("ANALOG", "UNITS"), self.n_channels)

    @property
    def _unsigned(self) -> bool:
        return self.parameters.text("ANALOG", "FORMAT").upper() == "UNSIGNED"


def read_container(path: Path) -> C3dFile:
    """Read a C3D file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    C3dFile
        Intel, DEC or MIPS, whole numbers or floating point.

    Raises
    ------
    OSError
        When the file cannot be opened.
    DamagedC3dError
        When it contradicts itself or was cut off.
    """
    return parse_container(path.read_bytes())


def parse_container(data: bytes) -> C3dFile:
    """Read the bytes of a C3D file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    C3dFile
        Its numbers are views of the bytes where that is possible.

    Raises
    ------
    DamagedC3dError
        When they contradict themselves or were cut off.
    """
    processor, start = _processor(data)
    header = _Header.of(data, processor)
    parameters = parse_parameters(data, start, processor)
    n_points, per_frame, n_channels, notes = _sizes(header, parameters)
    floating = header.scale < 0 or parameters.number("POINT", "SCALE", header.scale) < 0
    begin = ((header.data_block or int(parameters.number("POINT", "DATA_START"))) - 1) * BLOCK_BYTES
    if begin < start:
        raise DamagedC3dError(f"its data are said to begin at byte {begin}, which is before its parameters end.")
    width = 4 * n_points + n_channels * per_frame
    row_bytes = width * (4 if floating else 2)
    n_frames, more = _n_frames(header, parameters, (len(data) - begin) // row_bytes)
    raw = memoryview(data)[begin : begin + n_frames * row_bytes]
    stored = decode_floats(raw, processor) if floating else decode_integers(raw, processor)
    table = stored.reshape(n_frames, width)
    return C3dFile(
        parameters,
        n_frames,
        header.first_frame,
        _frame_rate(header, parameters, per_frame),
        per_frame,
        filled(parameters.texts("POINT", "LABELS"), n_points),
        filled(parameters.texts("ANALOG", "LABELS"), n_channels),
        read_events(data, parameters, processor),
        (*notes, *more),
        table[:, : 4 * n_points].reshape(n_frames, n_points, 4),
        table[:, 4 * n_points :].reshape(n_frames, per_frame, n_channels),
    )


@dataclass(frozen=True, slots=True)
class _Header:
    """The first block."""

    processor: Processor
    n_points: int
    n_analog: int
    first_frame: int
    last_frame: int
    scale: float
    data_block: int
    per_frame: int
    frame_rate_hz: float

    @classmethod
    def of(cls, data: bytes, processor: Processor) -> _Header:
        words = decode_integers(data[:BLOCK_BYTES], processor, unsigned=True)
        scale = float(decode_floats(data[12:16], processor)[0])
        rate = float(decode_floats(data[20:24], processor)[0])
        n_points, n_analog, first, last = (int(word) for word in words[1:5])
        sane = np.isfinite(rate) and 0 <= rate < _MOST_RATE_HZ
        return cls(
            processor, n_points, n_analog, first, last, scale, int(words[8]), int(words[9]), rate if sane else 0.0
        )


def _processor(data: bytes) -> tuple[Processor, int]:
    """Who wrote the numbers, and where the parameters begin."""
    if len(data) < 2 * BLOCK_BYTES or data[1] != MAGIC:
        raise DamagedC3dError("it does not begin like a C3D file (its second byte is 0x50), or it was cut off there.")
    start = (data[0] - 1) * BLOCK_BYTES
    if start < BLOCK_BYTES or start + 4 > len(data):
        raise DamagedC3dError(f"its parameters are said to begin in block {data[0]}, which it does not have.")
    kind = data[start + 3]
    if kind not in Processor.__members__.values():
        raise DamagedC3dError(f"it says processor {kind}, but 84 (Intel), 85 (DEC) and 86 (MIPS) are known.")
    return Processor(kind), start


def _sizes(header: _Header, parameters: ParameterTable) -> tuple[int, int, int, list[str]]:
    """Points, analog samples a frame, channels, and what had to be decided."""
    notes: list[str] = []
    per_frame = header.per_frame if header.n_analog else 0
    if header.n_analog and per_frame == 0:
        used = int(parameters.number("ANALOG", "USED"))
        per_frame = header.n_analog // used if used else 1
        notes.append(f"The header gives no number of analog samples a frame; {per_frame} were taken.")
    if per_frame and header.n_analog % per_frame:
        raise DamagedC3dError(
            f"its {header.n_analog} analog values a frame do not divide into {per_frame} samples of every channel."
        )
    n_channels = header.n_analog // per_frame if per_frame else 0
    if not header.n_points and not n_channels:
        raise DamagedC3dError("it holds neither points nor analog channels.")
    if n_channels > _MOST_CHANNELS:
        raise DamagedC3dError(f"it says {n_channels} analog channels, but {_MOST_CHANNELS} are the most there can be.")
    return header.n_points, max(per_frame, 1), n_channels, notes


def _n_frames(header: _Header, parameters: ParameterTable, there: int) -> tuple[int, list[str]]:
    """Number of frames: stated in up to four places, the widest of which comes first; at most as many as there are."""
    first = _long_field(parameters.integers("TRIAL", "ACTUAL_START_FIELD"))
    last = _long_field(parameters.integers("TRIAL", "ACTUAL_END_FIELD"))
    frames = int(parameters.number("POINT", "FRAMES"))
    stated = {
        "TRIAL:ACTUAL_END_FIELD": last - first + 1 if last and first else 0,
        "POINT:LONG_FRAMES": int(parameters.number("POINT", "LONG_FRAMES")),
        "POINT:FRAMES": frames + 65536 if frames < 0 else frames,
        "the header": header.last_frame - header.first_frame + 1,
    }
    stated = {place: n for place, n in stated.items() if n > 0}
    if not stated:
        raise DamagedC3dError("it does not say how many frames it holds.")
    fitting = [n for n in stated.values() if n <= there]
    if not fitting:
        place, n = next(iter(stated.items()))
        raise DamagedC3dError(f"{place} says {n} frames, but there are only {there}; the file was cut off.")
    if len(set(stated.values())) == 1:
        return fitting[0], []
    told = ", ".join(f"{n} in {place}" for place, n in stated.items())
    return fitting[0], [f"The file states different numbers of frames ({told}); {fitting[0]} were read."]


def _long_field(words: IntArray) -> int:
    """Two 16-bit words, the low one first."""
    low, high = (int(word) & 0xFFFF for word in (*words[:2], 0, 0)[:2])
    return low + (high << 16)


def _frame_rate(header: _Header, parameters: ParameterTable, per_frame: int) -> float:
    rate = header.frame_rate_hz or parameters.number("POINT", "RATE")
    if not 0 < rate < _MOST_RATE_HZ:
        rate = parameters.number("ANALOG", "RATE") / per_frame
    return rate if 0 < rate < _MOST_RATE_HZ else 0.0


def _per_channel(parameters: ParameterTable, name: str, n: int, otherwise: float) -> FloatArray:
    stated = parameters.floats("ANALOG", name)[:n]
    values = np.full(n, otherwise)
    values[: len(stated)] = stated
    return np.where(np.isfinite(values), values, otherwise)
