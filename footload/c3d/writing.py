"""C3D files written: points, analog channels, events and any further parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from footload.arrays import FloatArray
from footload.c3d.container import MAGIC
from footload.c3d.events import C3dEvent
from footload.c3d.numbers import Processor, encode_floats, encode_integers
from footload.c3d.parameters import BLOCK_BYTES

_MOST_LABELS: Final = 255
_MOST_FRAMES: Final = 65535
_FULL_SCALE: Final = 32000
_CHARACTER, _INTEGER, _FLOAT = -1, 2, 4

Value = str | Sequence[str] | ArrayLike


def _empty(n: int) -> FloatArray:
    return np.zeros((0, n))


@dataclass(frozen=True, slots=True, eq=False)
class C3dContent:
    """What goes into a file.

    Parameters
    ----------
    frame_rate_hz : float
        Point frames per second. [Hz]
    points : (t, m, 3) array
        NaN where a point was not seen; in `point_unit`.
    point_labels : sequence of str
        The m names.
    analog : (n, channels) array
        Values in `analog_units`; n is a whole multiple of the number of point frames.
    analog_labels, analog_units : sequence of str
        Of the channels.
    n_frames : int
        Number of point frames, for files without points.
    point_unit : str
        Unit of points and corners.
    groups : mapping of str to mapping of str to values
        Further parameters: texts, whole numbers or floating-point numbers; arrays with the dimension that varies
        fastest first. What stands here replaces what would be written otherwise.
    events : sequence of C3dEvent
        Times from the first frame on.
    """

    frame_rate_hz: float
    points: FloatArray = field(default_factory=lambda: np.zeros((0, 0, 3)))
    point_labels: Sequence[str] = ()
    analog: FloatArray = field(default_factory=lambda: _empty(0))
    analog_labels: Sequence[str] = ()
    analog_units: Sequence[str] = ()
    n_frames: int = 0
    point_unit: str = "mm"
    groups: Mapping[str, Mapping[str, Value]] = field(default_factory=dict[str, Mapping[str, Value]])
    events: Sequence[C3dEvent] = ()


@dataclass(frozen=True, slots=True)
class C3dStorage:
    """How the numbers are stored.

    Parameters
    ----------
    processor : Processor
        Whose byte order and floating-point numbers.
    integers : bool
        16-bit whole numbers with a scale instead of floating point.
    """

    processor: Processor = Processor.INTEL
    integers: bool = False


def encode_container(content: C3dContent, storage: C3dStorage | None = None) -> bytes:
    """Make the bytes of a C3D file.

    Parameters
    ----------
    content : C3dContent
        What goes in.
    storage : C3dStorage, optional
        Intel floating point by default.

    Returns
    -------
    bytes
        A whole file.

    Raises
    ------
    ValueError
        When the analog samples are no whole multiple of the frames, or there are no frames.
    """
    plan = _Plan.of(content, storage or C3dStorage())
    groups = _groups(content, plan)
    processor = plan.storage.processor
    n_blocks = _blocks(len(_section(groups, processor, 0)))
    data_block = 2 + n_blocks
    groups["POINT"]["DATA_START"] = np.array([data_block])
    section = _section(groups, processor, n_blocks).ljust(n_blocks * BLOCK_BYTES, b"\0")
    return _header(content, plan, data_block) + section + _data(content, plan)


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Counts, point scale (negative for floating point) and scales of the channels."""

    storage: C3dStorage
    n_frames: int
    per_frame: int
    point_scale: float
    analog_scale: FloatArray

    @classmethod
    def of(cls, content: C3dContent, storage: C3dStorage) -> _Plan:
        n_frames = len(content.points) if content.points.shape[1] else content.n_frames
        n_channels = content.analog.shape[1]
        if n_frames < 1:
            raise ValueError("There are 0 frames, but a C3D file holds at least one.")
        if n_channels and (len(content.analog) % n_frames or not len(content.analog)):
            raise ValueError(
                f"{len(content.analog)} analog samples do not divide into {n_frames} frames; every frame has as many."
            )
        point = float(np.nanmax(np.abs(content.points), initial=1.0)) / _FULL_SCALE if storage.integers else -1.0
        per_frame = len(content.analog) // n_frames if n_channels else 1
        return cls(storage, n_frames, per_frame, point, _analog_scale(content, storage))


def _analog_scale(content: C3dContent, storage: C3dStorage) -> FloatArray:
    stated = content.groups.get("ANALOG", {}).get("SCALE")
    if stated is not None:
        scales = np.asarray(cast("Any", stated), np.float64)
        return cast("FloatArray", scales)
    if not storage.integers or not content.analog.shape[1]:
        return np.ones(int(content.analog.shape[1]))
    largest = np.maximum(np.abs(content.analog).max(axis=0), 1e-6)
    return (largest / _FULL_SCALE).astype(np.float32).astype(np.float64)


def _groups(content: C3dContent, plan: _Plan) -> dict[str, dict[str, Value]]:
    n_points, n_channels = content.points.shape[1], content.analog.shape[1]
    point: dict[str, Value] = {
        "USED": np.array([n_points]),
        "SCALE": np.array([plan.point_scale]),
        "RATE": np.array([float(content.frame_rate_hz)]),
        "DATA_START": np.array([0]),
        "FRAMES": np.array([min(plan.n_frames, _MOST_FRAMES)]),
        "UNITS": [content.point_unit],
        **_in_parts("LABELS", content.point_labels),
        **_in_parts("DESCRIPTIONS", content.point_labels),
    }
    analog: dict[str, Value] = {
        "USED": np.array([n_channels]),
        "GEN_SCALE": np.array([1.0]),
        "OFFSET": np.zeros(n_channels, np.int16),
        "RATE": np.array([content.frame_rate_hz * plan.per_frame]),
        "SCALE": plan.analog_scale,
        **_in_parts("LABELS", content.analog_labels),
        **_in_parts("DESCRIPTIONS", content.analog_labels),
        **_in_parts("UNITS", content.analog_units),
    }
    groups: dict[str, dict[str, Value]] = {"POINT": point, "ANALOG": analog}
    n_frames = plan.n_frames
    if n_frames > _MOST_FRAMES:
        point["LONG_FRAMES"] = np.array([float(n_frames)])
        groups["TRIAL"] = {
            "ACTUAL_START_FIELD": np.array([1, 0]),
            "ACTUAL_END_FIELD": np.array([n_frames & 0xFFFF, n_frames >> 16]),
        }
    if content.events:
        times = [np.divmod(event.time_s, 60.0) for event in content.events]
        groups["EVENT"] = {
            "USED": np.array([len(content.events)]),
            "CONTEXTS": [event.context for event in content.events],
            "LABELS": [event.label for event in content.events],
            "TIMES": np.array(times, np.float64).T,
        }
    for group, further in content.groups.items():
        groups.setdefault(group, {}).update(further)
    return groups


def _in_parts(name: str, labels: Sequence[str]) -> dict[str, Value]:
    """A list of texts as parameters of at most 255 each: LABELS, LABELS2, ..."""
    parts = [labels[i : i + _MOST_LABELS] for i in range(0, len(labels), _MOST_LABELS)] or [()]
    return {name if not number else f"{name}{number + 1}": part for number, part in enumerate(parts)}


def _section(groups: Mapping[str, Mapping[str, Value]], processor: Processor, n_blocks: int) -> bytes:
    parts = [bytes([1, MAGIC, min(n_blocks, 255), processor])]
    for number, (group, values) in enumerate(groups.items(), 1):
        parts.append(_record(group, -number, b"\0", processor))
        for name, value in values.items():
            parts.extend(
                _record(part, number, _encoded(content, processor) + b"\0", processor)
                for part, content in _halves(name, value)
            )
    return b"".join(parts) + b"\0\0"


def _halves(name: str, value: Value) -> list[tuple[str, Value]]:
    """Long lists of numbers in parts of 255, as the format's single bytes of dimension ask for."""
    if isinstance(value, str) or (isinstance(value, Sequence) and all(isinstance(item, str) for item in value)):
        return [(name, value)]
    array = np.asarray(value)
    if array.ndim != 1 or len(array) <= _MOST_LABELS:
        return [(name, array)]
    steps = range(0, len(array), _MOST_LABELS)
    return [(f"{name}{i + 1}" if i else name, array[at : at + _MOST_LABELS]) for i, at in enumerate(steps)]


def _record(name: str, group: int, content: bytes, processor: Processor) -> bytes:
    step = encode_integers(np.array([2 + len(content)]), processor)
    letters = name.encode("ascii")
    return bytes([len(letters), group & 0xFF]) + letters + step + content


def _encoded(value: Value, processor: Processor) -> bytes:
    """Kind, dimensions and values of a parameter."""
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, Sequence) and all(isinstance(text, str) for text in texts):
        encoded = [str(text).encode("utf-8")[:127] for text in texts]
        width = max((len(text) for text in encoded), default=0)
        letters = b"".join(text.ljust(width) for text in encoded)
        return bytes([_CHARACTER & 0xFF, 2, width, len(encoded)]) + letters
    array: NDArray[Any] = np.asarray(value)
    whole = np.issubdtype(array.dtype, np.integer)
    flat = array.ravel(order="F")
    numbers = encode_integers(flat, processor) if whole else encode_floats(flat, processor)
    return bytes([_INTEGER if whole else _FLOAT, array.ndim, *array.shape]) + numbers


def _header(content: C3dContent, plan: _Plan, data_block: int) -> bytes:
    processor = plan.storage.processor
    n_points, n_channels = content.points.shape[1], content.analog.shape[1]
    words = [n_points, n_channels * plan.per_frame, 1, min(plan.n_frames, _MOST_FRAMES), 0]
    head = (
        bytes([2, MAGIC])
        + encode_integers(np.array(words), processor)
        + encode_floats(np.array([plan.point_scale]), processor)
        + encode_integers(np.array([data_block, plan.per_frame if n_channels else 0]), processor)
        + encode_floats(np.array([content.frame_rate_hz]), processor)
    )
    return head.ljust(BLOCK_BYTES, b"\0")


def _data(content: C3dContent, plan: _Plan) -> bytes:
    parts: list[FloatArray] = []
    if content.points.shape[1]:
        seen = np.isfinite(content.points.sum(axis=2))
        places = np.where(seen[:, :, np.newaxis], content.points, 0.0) / abs(plan.point_scale)
        residual = np.where(seen, 0.0, -1.0)[:, :, np.newaxis]
        parts.append(np.concatenate([places, residual], axis=2).reshape(plan.n_frames, -1))
    if content.analog.shape[1]:
        parts.append((content.analog / plan.analog_scale).reshape(plan.n_frames, -1))
    table = np.concatenate(parts, axis=1)
    if plan.storage.integers:
        raw = encode_integers(np.rint(table), plan.storage.processor)
    else:
        raw = encode_floats(table, plan.storage.processor)
    return raw.ljust(_blocks(len(raw)) * BLOCK_BYTES, b"\0")


def _blocks(n_bytes: int) -> int:
    return -(-n_bytes // BLOCK_BYTES)
