"""footload's own exchange format (`.h5`): HDF5 that MATLAB, R, Julia and others read as well."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from footload.readers.hdf5_layout import (
    BLOCK_BYTES,
    CONDITION,
    DIGEST_LETTERS,
    EVENTS,
    FORCE,
    FORMAT,
    KINDS,
    MARK,
    MARKERS,
    NOTES,
    PARTICIPANT,
    PLACEMENTS,
    PRESSURE,
    SIGNATURE,
    VERSION,
)
from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, faults_of, stem_of
from footload.recordings import (
    ForceRecording,
    MarkerRecording,
    PlateGeometry,
    PressureRecording,
    Recording,
    SensorLayout,
    Side,
)
from footload.trials import Condition, Event, FootPlacement, Participant, Task, Trial

_Kind = TypeVar("_Kind", Task, Side)
_MOST_PACKED: Final = 1100
"""Deflate makes no more than this of one byte: a data set that says more was damaged or made to fill the memory."""
_FREE_BYTES: Final = 1 << 20


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of the exchange format.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True for a file that footload wrote, and for HDF5 of others that names the format near its start.
    """
    return head.startswith(MARK) or (head.startswith(SIGNATURE) and FORMAT.encode() in head)


def load(path: Path) -> Trial:
    """Read a trial from the exchange format.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        As it was written.

    Raises
    ------
    UnreadableTrialError
        When the file was changed after it was written, is no HDF5, or lacks something that the format needs.
    """
    with faults_of(path):
        _check_seal(path)
        return _opened(path)


reader: Final = Reader("hdf5", "footload exchange file (HDF5)", (".h5", ".hdf5"), recognises, load)
"""The reader of the exchange format."""


def _check_seal(path: Path) -> None:
    """Refuse what is not, byte for byte, what was written: the HDF5 library is not safe on damaged files."""
    with path.open("rb") as file:
        block = file.read(BLOCK_BYTES)
        if not block.startswith(MARK):
            return
        stated = block[len(MARK) : len(MARK) + DIGEST_LETTERS]
        if len(block) < BLOCK_BYTES or hashlib.file_digest(file, "sha256").hexdigest().encode() != stated:
            raise DamagedFileError(
                "its content is not what was written: it was cut off, damaged, or edited by another program."
            )


def _opened(path: Path) -> Trial:
    h5py: Any = import_module("h5py")

    try:
        with h5py.File(path, "r") as file:
            return _trial(file, stem_of(path, ".h5", ".hdf5"))
    except DamagedFileError:
        raise
    except (OSError, RuntimeError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        if isinstance(error, OSError) and error.strerror and error.errno and not path.exists():
            raise
        # h5py's messages are long, and some span lines: the first words say what it is.
        reason = " ".join(str(error).split())[:160]
        raise DamagedFileError(f"it is no exchange file of footload, or a damaged one ({reason}).") from error


def _trial(file: Any, stem: str) -> Trial:
    if _text(file, "format") != FORMAT:
        raise DamagedFileError("it is HDF5, but not footload's exchange format (its attribute 'format' says so).")
    version = int(file.attrs["format_version"])
    if version != VERSION:
        raise DamagedFileError(
            f"it has version {version} of the exchange format; this footload reads version {VERSION}."
        )
    person, worn = file.get(PARTICIPANT), file.get(CONDITION)
    return Trial(
        _text(file, "name") or stem,
        _recordings(file),
        _kind(Task, _text(file, "task"), "task") or Task.UNKNOWN,
        Condition()
        if worn is None
        else Condition(*(_text(worn, key) for key in ("name", "footwear", "device", "note"))),
        Participant()
        if person is None
        else Participant(
            _text(person, "id"), _number(person, "body_mass_kg"), _number(person, "age_years"), _text(person, "sex")
        ),
        _kind(Side, _text(file, "side"), "side"),
        _events(file.get(EVENTS)),
        _placements(file.get(PLACEMENTS)),
        _text(file, "source_sha256"),
        _notes(file.get(NOTES)),
    )


def _recordings(file: Any) -> tuple[Recording, ...]:
    read = {PRESSURE: _pressure, FORCE: _force, MARKERS: _markers}
    found: dict[int, Recording] = {}
    for kind in KINDS:
        for number in file.get(kind, {}):
            group = file[kind][number]
            if not str(number).isdigit() or int(number) in found:
                raise DamagedFileError(f"the group {kind}/{number} is not numbered by its place in the trial.")
            found[int(number)] = read[kind](group)
    return tuple(found[number] for number in sorted(found))


def _pressure(group: Any) -> PressureRecording:
    rows, cols = int(group.attrs.get("rows", 0)), int(group.attrs.get("columns", 0))
    x_mm, y_mm, area_mm2 = (_array(group, name) for name in ("x_mm", "y_mm", "area_mm2"))
    device_mm = tuple(float(edge) for edge in _array(group, "device_mm")) if "device_mm" in group else None
    if device_mm is not None and len(device_mm) != 4:
        raise DamagedFileError(f"device_mm of {group.name} has {len(device_mm)} values, but a device has four edges.")
    layout = SensorLayout(x_mm, y_mm, area_mm2, (rows, cols) if rows and cols else None, device_mm)
    unit = _text(group, "unit")
    calibrated = bool(group.attrs.get("calibrated", unit == "kPa"))
    if calibrated != (unit == "kPa"):
        raise DamagedFileError(
            f"the unit of {group.name} is {unit[:20]!r}; it has to be kPa, or counts if not calibrated."
        )
    return PressureRecording(
        _array(group, "time_s"),
        _array(group, "pressure"),
        layout,
        _array(group, "valid") > 0 if "valid" in group else None,
        _text(group, "source"),
        calibrated,
        _kind(Side, _text(group, "side"), "side"),
        _texts(group, "history"),
        _number(group, "ceiling"),
        bool(group.attrs.get("maxima_only", 0)),
        bool(group.attrs.get("in_shoe", 0)),
    )


def _force(group: Any) -> ForceRecording:
    return ForceRecording(
        _array(group, "time_s"),
        _array(group, "force_n"),
        _array(group, "moment_nmm"),
        PlateGeometry(_array(group, "corners_mm")),
        _text(group, "source"),
        _texts(group, "history"),
        _kind(Side, _text(group, "side"), "side"),
    )


def _markers(group: Any) -> MarkerRecording:
    return MarkerRecording(
        _array(group, "time_s"),
        _array(group, "positions_mm"),
        _texts(group, "labels"),
        _text(group, "source"),
        _texts(group, "history"),
    )


def _events(group: Any) -> tuple[Event, ...]:
    if group is None:
        return ()
    columns = (_array(group, "time_s").tolist(), _texts(group, "name"), _texts(group, "note"))
    return tuple(Event(float(time_s), name, note) for time_s, name, note in zip(*columns, strict=True))


def _placements(group: Any) -> tuple[FootPlacement, ...]:
    if group is None:
        return ()
    sides, sources = _texts(group, "side"), _texts(group, "source")
    heel, forefoot, length, width = (
        _array(group, name).tolist() for name in ("heel_mm", "forefoot_mm", "length_mm", "width_mm")
    )
    listed = zip(sides, heel, forefoot, length, width, sources, strict=True)
    return tuple(FootPlacement(Side(side), (h[0], h[1]), (f[0], f[1]), le, w, src) for side, h, f, le, w, src in listed)


def _notes(group: Any) -> dict[str, str]:
    return {} if group is None else dict(zip(_texts(group, "topic"), _texts(group, "text"), strict=True))


def _data(group: Any, name: str) -> Any:
    if name not in group:
        raise DamagedFileError(f"{group.name} has no data set {name!r}.")
    data = group[name]
    if data.size * data.dtype.itemsize > _FREE_BYTES + _MOST_PACKED * data.id.get_storage_size():
        raise DamagedFileError(f"{data.name} says that it holds {data.size} values, far more than the file has.")
    return data


def _array(group: Any, name: str) -> Any:
    data = _data(group, name)
    if data.dtype.kind not in "fiu":
        raise DamagedFileError(f"{data.name} does not hold numbers.")
    return np.asarray(data[()])


def _texts(group: Any, name: str) -> tuple[str, ...]:
    if name not in group:
        return ()
    return tuple(_decoded(item) for item in np.asarray(_data(group, name)[()]).reshape(-1).tolist())


def _decoded(item: Any) -> str:
    return item.decode("utf-8", "replace") if isinstance(item, bytes) else str(item)


def _text(place: Any, name: str) -> str:
    value = place.attrs.get(name, "")
    listed = np.asarray(value).reshape(-1).tolist()
    return _decoded(listed[0]) if listed else ""


def _number(place: Any, name: str) -> float:
    return float(np.asarray(place.attrs.get(name, float("nan"))).reshape(-1)[0])


def _kind(kind: type[_Kind], text: str, what: str) -> _Kind | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        raise DamagedFileError(f"the {what} {text[:30]!r} is not known; known: {', '.join(kind)}.") from None
