"""Writing a trial in the exchange format (HDF5), whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from footload.errors import RecordingError
from footload.readers.hdf5_layout import (
    BLOCK_BYTES,
    CONDITION,
    EVENTS,
    FORCE,
    FORMAT,
    MARKERS,
    NOTES,
    PARTICIPANT,
    PLACEMENTS,
    PRESSURE,
    VERSION,
    user_block,
)
from footload.recordings import ForceRecording, MarkerRecording, PressureRecording, Recording
from footload.trials import Trial

_CHUNK_BYTES: Final = 1 << 19
_LEVEL: Final = 4
_SMALL_BYTES: Final = 1024
"""Smaller arrays are written as they are: packing would make them larger."""


def write_hdf5(trial: Trial, path: Path | str, *, overwrite: bool = False, keep_private: bool = False) -> None:
    """Write a trial into an HDF5 file.

    The file appears whole or not at all: it is written under another name, synced to disk, and renamed.

    Parameters
    ----------
    trial : Trial
        Everything in it is written.
    path : path
        Where to; usually ends in ``.h5``.
    overwrite : bool
        Replace a file that is there.
    keep_private : bool
        Also write notes that begin with ``private``.

    Raises
    ------
    RecordingError
        When the file exists already, or cannot be written.
    """
    h5py: Any = import_module("h5py")

    path = Path(path)
    if path.exists() and not overwrite:
        raise RecordingError(f"{path.name} exists already; choose another name.")
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with h5py.File(part, "w", userblock_size=BLOCK_BYTES) as file:
            _write_trial(file, trial, keep_private=keep_private)
        _seal(part)
        part.replace(path)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise RecordingError(f"{path.name} cannot be written ({reason}).") from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _seal(path: Path) -> None:
    """Write the content's fingerprint into the block before it, and make the disk keep it all."""
    with path.open("r+b") as file:
        file.seek(BLOCK_BYTES)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        file.write(user_block(digest))
        file.flush()
        os.fsync(file.fileno())


def _write_trial(file: Any, trial: Trial, *, keep_private: bool) -> None:
    _attributes(
        file,
        format=FORMAT,
        format_version=VERSION,
        name=trial.name,
        task=trial.task.value,
        side=trial.side.value if trial.side else "",
        source_sha256=trial.source_sha256,
    )
    person, worn = trial.participant, trial.condition
    _attributes(
        file.create_group(PARTICIPANT),
        id=person.id,
        body_mass_kg=person.body_mass_kg,
        age_years=person.age_years,
        sex=person.sex,
    )
    _attributes(
        file.create_group(CONDITION), name=worn.name, footwear=worn.footwear, device=worn.device, note=worn.note
    )
    for number, recording in enumerate(trial.recordings, 1):
        _write_recording(file, number, recording)
    group = file.create_group(EVENTS)
    _array(group, "time_s", [event.time_s for event in trial.events])
    _texts(group, "name", [event.name for event in trial.events])
    _texts(group, "note", [event.note for event in trial.events])
    _write_placements(file.create_group(PLACEMENTS), trial)
    notes = {topic: text for topic, text in trial.notes.items() if keep_private or not topic.startswith("private")}
    group = file.create_group(NOTES)
    _texts(group, "topic", notes)
    _texts(group, "text", notes.values())


def _write_placements(group: Any, trial: Trial) -> None:
    placed = trial.foot_placements
    _texts(group, "side", [placement.side.value for placement in placed])
    _texts(group, "source", [placement.source for placement in placed])
    for name in ("heel_mm", "forefoot_mm", "length_mm", "width_mm"):
        _array(group, name, [getattr(placement, name) for placement in placed])


def _write_recording(file: Any, number: int, recording: Recording) -> None:
    if isinstance(recording, PressureRecording):
        group = file.create_group(f"{PRESSURE}/{number}")
        _write_pressure(group, recording)
    elif isinstance(recording, ForceRecording):
        group = file.create_group(f"{FORCE}/{number}")
        _array(group, "force_n", recording.force_n)
        _array(group, "moment_nmm", recording.moment_nmm)
        _array(group, "corners_mm", recording.plate.corners_mm)
        _attributes(group, side=recording.side.value if recording.side else "")
    else:
        group = file.create_group(f"{MARKERS}/{number}")
        _write_markers(group, recording)
    _array(group, "time_s", recording.time_s)
    _texts(group, "history", recording.history)
    _attributes(group, source=recording.source)


def _write_markers(group: Any, recording: MarkerRecording) -> None:
    _array(group, "positions_mm", recording.positions_mm)
    _texts(group, "labels", recording.labels)


def _write_pressure(group: Any, recording: PressureRecording) -> None:
    layout = recording.layout
    _array(group, "pressure", recording.pressure_kpa)
    for name in ("x_mm", "y_mm", "area_mm2"):
        _array(group, name, getattr(layout, name))
    if layout.device_mm is not None:
        _array(group, "device_mm", np.array(layout.device_mm))
    _array(group, "valid", np.asarray(recording.valid, np.uint8))
    rows, cols = layout.grid or (0, 0)
    _attributes(
        group,
        unit=recording.pressure_unit,
        calibrated=int(recording.calibrated),
        side=recording.side.value if recording.side else "",
        rows=rows,
        columns=cols,
    )
    if not np.isnan(recording.ceiling):
        _attributes(group, ceiling=recording.ceiling)
    if recording.maxima_only:
        _attributes(group, maxima_only=1)
    if recording.in_shoe:
        _attributes(group, in_shoe=1)


def _attributes(place: Any, **values: str | float) -> None:
    for name, value in values.items():
        if isinstance(value, str):
            place.attrs.create(name, value.encode(), dtype=_text_type([value]))
        else:
            place.attrs[name] = value


def _text_type(texts: Iterable[str]) -> Any:
    """Text of a fixed length: every version of MATLAB reads it."""
    h5py: Any = import_module("h5py")

    return h5py.string_dtype("utf-8", max((len(text.encode()) for text in texts), default=0) or 1)


def _texts(group: Any, name: str, texts: Iterable[str]) -> None:
    listed = list(texts)
    group.create_dataset(name, data=np.array([text.encode() for text in listed], _text_type(listed)))


def _array(group: Any, name: str, values: Any) -> None:
    array = np.asarray(values)
    if array.nbytes < _SMALL_BYTES:
        group.create_dataset(name, data=array)
        return
    each = max(array.nbytes // array.shape[0], 1)
    chunks = (max(1, min(array.shape[0], _CHUNK_BYTES // each)), *array.shape[1:])
    group.create_dataset(
        name, data=array, chunks=chunks, compression="gzip", compression_opts=_LEVEL, shuffle=True, fletcher32=True
    )
