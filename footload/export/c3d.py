"""Trials written as C3D files: plates as type 2, their centers of pressure, markers and events."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from footload.arrays import FloatArray
from footload.c3d.events import C3dEvent
from footload.c3d.writing import C3dContent, Value, encode_container
from footload.errors import RecordingError, UnresolvedTrialError
from footload.export.marker_names import without_subjects
from footload.plates.geometry import PlateAxes
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, MarkerRecording
from footload.trials import Trial

_EVEN = 1e-3
_CONTEXTS = ("Left", "Right", "General")
"""What the context of an event is in motion analysis; anything else may name a person."""


def write_c3d(trial: Trial, path: Path | str, *, keep_private: bool = False) -> Path:
    """Write the plates, markers and events of a trial as a C3D file.

    Every plate becomes type 2 with its origin in the surface's center, the force of the ground on the person, and a
    point ``CoP 1``, ``CoP 2``, ... for its center of pressure. Pressure recordings have no place in a C3D file. Nothing
    that names a person is written.

    Parameters
    ----------
    trial : Trial
        With plates, markers or both.
    path : path
        A file that does not exist yet.
    keep_private : bool
        Write notes of events as their context, whatever they say, and labels of markers with the name before them;
        otherwise only notes that are a side, and bare labels.

    Returns
    -------
    path
        The written file.

    Raises
    ------
    UnresolvedTrialError
        When the trial has neither plates nor markers, the corners of a plate are not known, a recording is not evenly
        sampled, or its rates do not fit: C3D stores a whole number of plate samples for every marker frame.
    RecordingError
        When the file exists already or cannot be written.
    """
    path = Path(path)
    content = _content(trial if keep_private else without_subjects(trial), keep_private=keep_private)
    try:
        with path.open("xb") as file:
            file.write(encode_container(content))
    except FileExistsError:
        raise RecordingError(f"{path.name} exists already; files are never overwritten.") from None
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be written ({error.strerror or error}).") from error
    return path


def _content(trial: Trial, *, keep_private: bool) -> C3dContent:
    if not trial.forces and not trial.markers:
        raise UnresolvedTrialError(f"Trial {trial.name!r} has neither plates nor markers; it holds {trial.contents}.")
    for number, force in enumerate(trial.forces, 1):
        if not np.isfinite(force.plate.corners_mm).all():
            raise UnresolvedTrialError(f"The corners of plate {number} are not known, but a C3D file needs them.")
    frame_rate, n_frames, per_frame = _rates(trial)
    points, labels = _points(trial, n_frames, per_frame)
    n_samples = n_frames * per_frame
    analog = [_channels(force)[:n_samples] for force in trial.forces]
    names = [name for i in range(len(analog)) for name in _channel_names(i + 1)]
    start_s = float(trial.recordings[0].time_s[0])
    return C3dContent(
        frame_rate,
        points,
        labels,
        np.concatenate(analog, axis=1) if analog else np.zeros((0, 0)),
        names,
        ["N", "N", "N", "Nmm", "Nmm", "Nmm"] * len(analog),
        n_frames,
        groups=_plate_groups(trial.forces),
        events=[
            C3dEvent(event.time_s - start_s, event.name, event.note if keep_private or event.note in _CONTEXTS else "")
            for event in trial.events
        ],
    )


def _rates(trial: Trial) -> tuple[float, int, int]:
    """Frame rate [Hz], frames, and plate samples a frame."""
    plate_rates = {_rate_hz(force, trial) for force in trial.forces}
    marker_rates = {_rate_hz(marker, trial) for marker in trial.markers}
    if len(plate_rates) > 1 or len(marker_rates) > 1:
        raise UnresolvedTrialError(f"Trial {trial.name!r} has recordings of one kind at different rates.")
    plate_rate = next(iter(plate_rates), None)
    marker_rate = next(iter(marker_rates), None)
    frame_rate = marker_rate or plate_rate or 0.0
    ratio = plate_rate / frame_rate if plate_rate else 1.0
    per_frame = max(1, round(ratio))
    if abs(ratio - per_frame) > _EVEN * per_frame:
        raise UnresolvedTrialError(
            f"Trial {trial.name!r} has plates at {plate_rate:g} Hz and markers at {frame_rate:g} Hz, but a C3D file "
            "holds a whole number of plate samples for every marker frame; resample one of them."
        )
    lengths = [force.n_frames // per_frame for force in trial.forces] + [m.n_frames for m in trial.markers]
    if min(lengths) < 1:
        raise UnresolvedTrialError(f"Trial {trial.name!r} has a recording without a whole frame.")
    return frame_rate, min(lengths), per_frame


def _rate_hz(recording: ForceRecording | MarkerRecording, trial: Trial) -> float:
    steps = np.diff(recording.time_s)
    if len(steps) < 1 or float(np.ptp(steps)) > _EVEN * float(np.median(steps)):
        raise UnresolvedTrialError(f"Trial {trial.name!r} has a recording that is not evenly sampled.")
    # The mean step carries no rounding of single times; rates are given to a millihertz.
    return round(float(len(steps) / (recording.time_s[-1] - recording.time_s[0])), 3)


def _points(trial: Trial, n_frames: int, per_frame: int) -> tuple[FloatArray, list[str]]:
    """Markers and centers of pressure (t, m, 3) [mm], and their labels."""
    places: list[FloatArray] = []
    labels: list[str] = []
    for marker in trial.markers:
        places.append(marker.positions_mm[:n_frames])
        labels += list(marker.labels)
    for number, force in enumerate(trial.forces, 1):
        places.append(center_of_pressure_mm(force)[: n_frames * per_frame : per_frame, np.newaxis])
        labels.append(f"CoP {number}")
    return np.concatenate(places, axis=1), labels


def _channels(force: ForceRecording) -> FloatArray:
    """(t, 6) force and moment about the surface's center, in the plate's own axes; 0 where they are not known."""
    rotation = PlateAxes.of(force.plate).rotation
    values = np.concatenate([force.force_n @ rotation, force.moment_nmm @ rotation], axis=1)
    return np.nan_to_num(values)


def _channel_names(number: int) -> list[str]:
    return [f"{name}{number}" for name in ("Fx", "Fy", "Fz", "Mx", "My", "Mz")]


def _plate_groups(forces: tuple[ForceRecording, ...]) -> dict[str, dict[str, Value]]:
    if not forces:
        return {}
    n = len(forces)
    corners = np.stack([force.plate.corners_mm for force in forces])
    return {
        "FORCE_PLATFORM": {
            "USED": np.array([n]),
            "TYPE": np.full(n, 2),
            "ZERO": np.array([1, 0]),
            "CORNERS": np.transpose(corners, (2, 1, 0)).astype(np.float64),
            "ORIGIN": np.zeros((3, n)),
            "CHANNEL": np.arange(1, 6 * n + 1).reshape(6, n, order="F"),
        }
    }
