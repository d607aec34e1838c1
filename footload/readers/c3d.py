"""C3D files: force plates and markers, with plate kinetics of footload's own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.c3d.container import MAGIC, C3dFile, read_container
from footload.c3d.parameters import DamagedC3dError
from footload.errors import UnreadableTrialError
from footload.plates.orientation import LabAxes, lab_axes
from footload.plates.recordings import force_recordings
from footload.readers.c3d_plates import MM_PER_UNIT, FilePlates, plates_of
from footload.readers.registry import Reader
from footload.recordings import MarkerRecording, Recording
from footload.trials import Event, Trial

_SOURCE: Final = "C3D"
_TALLEST_M: Final = 20.0


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a C3D file.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when the second byte is 0x50 and the parameters that the first one points at name a known processor.
    """
    if len(head) < 1024 or head[1] != MAGIC or head[0] < 2:
        return False
    start = (head[0] - 1) * 512
    return start + 4 > len(head) or head[start + 3] in {84, 85, 86}


def load(path: Path) -> Trial:
    """Read a C3D file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One force recording a plate that can be computed, and one marker recording when there are points. What was
        decided on the way stands in its notes.

    Raises
    ------
    UnreadableTrialError
        When the file is damaged, or holds nothing that can be computed.
    """
    try:
        with np.errstate(all="ignore"):  # what damaged bytes make of numbers is looked at afterwards
            return _trial(path, read_container(path))
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    except DamagedC3dError as error:
        raise UnreadableTrialError(path, str(error)) from error


def private(path: Path) -> dict[str, str]:
    """What the file says about the person: names of subjects.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    dict of str
        Empty when it names nobody.

    Raises
    ------
    UnreadableTrialError
        When the file cannot be read.
    """
    try:
        names = [name for name in read_container(path).parameters.texts("SUBJECTS", "NAMES") if name]
    except (OSError, DamagedC3dError) as error:
        raise UnreadableTrialError(path, str(error)) from error
    return {"subjects": ", ".join(names)} if names else {}


reader: Final = Reader("c3d", "C3D motion and force file", (".c3d",), recognises, load, private)
"""The reader of C3D files."""


def _trial(path: Path, file: C3dFile) -> Trial:
    if file.frame_rate_hz <= 0:
        raise DamagedC3dError("it names no rate (POINT:RATE and ANALOG:RATE are empty or 0).")
    plates = plates_of(file)
    notes = [*file.notes, *plates.notes]
    positions, labels = _positions(file, plates, notes)
    lab = _lab(plates, positions)
    if lab.said:
        notes.append(lab.said)
    recordings: list[Recording] = []
    if plates.plates:
        time_s = np.arange(file.n_frames * file.samples_per_frame) / file.analog_rate_hz
        forces, said = _forces(plates, time_s, lab)
        recordings += forces
        notes += said
    if labels:
        recordings.append(_markers(file, positions @ lab.turn.T, labels))
    if not recordings:
        raise DamagedC3dError(" ".join(["it holds neither markers nor a force plate that can be computed.", *notes]))
    return Trial(path.stem, tuple(recordings), events=_events(file), notes=_numbered(notes))


def _lab(plates: FilePlates, positions: FloatArray) -> LabAxes:
    step = max(1, len(positions) // 20)
    try:
        return lab_axes([plate.definition for plate in plates.plates], positions[::step].reshape(-1, 3))
    except ValueError as error:
        raise DamagedC3dError(str(error)) from error


def _forces(plates: FilePlates, time_s: FloatArray, lab: LabAxes) -> tuple[list[Recording], list[str]]:
    try:
        forces, said = force_recordings(plates.plates, time_s, lab, _SOURCE)
    except ValueError as error:
        raise DamagedC3dError(str(error)) from error
    for number, force in enumerate(forces, 1):
        missing = int(np.isnan(force.force_n).any(axis=1).sum())
        if missing:
            said.append(f"{missing} of {force.n_frames} samples of plate {number} are not numbers; they are missing.")
    return [*forces], said


def _positions(file: C3dFile, plates: FilePlates, notes: list[str]) -> tuple[FloatArray, tuple[str, ...]]:
    """Places of all points with a name [mm], in the file's axes."""
    labels, which = _different_labels(file, notes)
    if not which:
        return np.zeros((0, 0, 3)), ()
    found = file.points(which)
    unit = file.parameters.text("POINT", "UNITS").strip().lower()
    mm = MM_PER_UNIT.get(unit)
    if mm is None:
        mm = plates.mm_per_unit if np.isfinite(plates.mm_per_unit) else _guessed_unit(found)
        notes.append(f"The file names no length unit that is known ({unit!r}); markers were taken as {mm:g} mm a unit.")
    return np.where(np.isfinite(found), found * mm, np.nan), labels


def _guessed_unit(places: FloatArray) -> float:
    finite = np.abs(places[np.isfinite(places)])
    return 1000.0 if len(finite) and float(finite.max()) < _TALLEST_M else 1.0


def _different_labels(file: C3dFile, notes: list[str]) -> tuple[tuple[str, ...], list[int]]:
    """Every label once: points without a name are numbered, those whose name stands before get its number."""
    seen: dict[str, int] = {}
    labels: list[str] = []
    for number, label in enumerate(file.point_labels, 1):
        name = label or f"point {number}"
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name} #{seen[name]}" in seen:
            seen[name] += 1
        labels.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
        seen.setdefault(labels[-1], 1)
    twice = sorted({label for label in file.point_labels if label and file.point_labels.count(label) > 1})
    if twice:
        notes.append(f"These labels stand more than once; later ones got a number: {', '.join(twice)}.")
    return tuple(labels), list(range(len(labels)))


def _markers(file: C3dFile, positions: FloatArray, labels: tuple[str, ...]) -> MarkerRecording:
    return MarkerRecording(
        np.arange(file.n_frames) / file.frame_rate_hz,
        positions,
        labels,
        _SOURCE,
        (f"read: {len(labels)} points at {file.frame_rate_hz:g} Hz",),
    )


def _events(file: C3dFile) -> tuple[Event, ...]:
    """Events on the trial's time base, which starts with the first stored frame."""
    start_s = (file.first_frame - 1) / file.frame_rate_hz if file.first_frame > 1 else 0.0
    found = [Event(event.time_s - start_s, event.label or "event", event.context) for event in file.events]
    return tuple(sorted(found, key=lambda event: event.time_s))


def _numbered(notes: list[str]) -> dict[str, str]:
    return {f"file {number}": note for number, note in enumerate(dict.fromkeys(notes), 1)}
