"""Made movements on plates as C3D files of every plate type, with the markers of legs and feet.

The channels come from statics (`footload.synthetic.plates`), not from what reads them. A C3D file has no place for a
foot's place: heel and toe markers stand for it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from footload.arrays import FloatArray
from footload.c3d.writing import C3dContent, Value, encode_container
from footload.recordings import ForceRecording, Side
from footload.synthetic.plates import (
    KnownLoad,
    PlateFileOptions,
    channel_units,
    in_metres,
    plate_channels,
    plate_groups,
)
from footload.trials import Trial

MARKER_HEIGHT_MM = 20.0
"""Heel and toe markers are so high above the plates. [mm]"""


def movement_c3d(trial: Trial, options: PlateFileOptions | None = None, frame_rate_hz: float = 100.0) -> bytes:
    """Write a made trial as a C3D file.

    Parameters
    ----------
    trial : Trial
        Made on plates, with or without markers; whole point frames only are written.
    options : PlateFileOptions, optional
        How the plates are written; the corners are those of the trial.
    frame_rate_hz : float
        Point frames per second; the plates' rate is a whole multiple of it. Markers are interpolated between. [Hz]

    Returns
    -------
    bytes
        A whole file.

    Raises
    ------
    ValueError
        When the trial has no plate, its plates differ in time, or rates do not fit.
    """
    options = options or PlateFileOptions()
    if not trial.forces:
        raise ValueError(f"Trial {trial.name!r} has no plate; it holds {trial.contents}.")
    time_s, per_frame = trial.forces[0].time_s, _per_frame(trial, frame_rate_hz)
    n_frames = len(time_s) // per_frame
    n_samples = n_frames * per_frame
    plates = [replace(options, corners_mm=np.asarray(plate.plate.corners_mm)) for plate in trial.forces]
    channels: list[FloatArray] = []
    units: list[str] = []
    for plate, each in zip(trial.forces, plates, strict=True):
        shown = plate_channels(_load(plate, n_samples), each)
        named = channel_units(options.type, shown.shape[1])
        shown, named = in_metres(shown, named, options.type) if options.metres else (shown, named)
        channels.append(shown)
        units += named
    points, labels = _points(trial, time_s[:n_samples:per_frame])
    n_of = [part.shape[1] for part in channels]
    content = C3dContent(
        frame_rate_hz,
        points / 1000 if options.metres else points,
        labels,
        np.concatenate(channels, axis=1),
        [f"channel {i + 1}" for i in range(len(units))],
        units,
        n_frames,
        "m" if options.metres else "mm",
        {"FORCE_PLATFORM": _all_plates([plate_groups(p, n) for p, n in zip(plates, n_of, strict=True)])},
    )
    return encode_container(content, options.storage)


def _per_frame(trial: Trial, frame_rate_hz: float) -> int:
    """Plate samples for every point frame."""
    time_s = trial.forces[0].time_s
    rate_hz = 1 / float(np.median(np.diff(time_s)))
    per_frame = rate_hz / frame_rate_hz
    if abs(per_frame - round(per_frame)) > 1e-6 or any(len(plate.time_s) != len(time_s) for plate in trial.forces):
        raise ValueError(
            f"The plates run at {rate_hz:g} Hz, but a file of {frame_rate_hz:g} frames a second needs a whole "
            "multiple of that, on one time base."
        )
    return round(per_frame)


def _load(plate: ForceRecording, n: int) -> KnownLoad:
    """The load of a plate whose surface is level, from force and moment about its middle."""
    force, moment = plate.force_n[:n], plate.moment_nmm[:n]
    middle = np.asarray(plate.plate.corners_mm).mean(axis=0)
    vertical = np.where(np.abs(force[:, 2]) > 1e-9, force[:, 2], np.inf)
    away = np.column_stack([-moment[:, 1] / vertical, moment[:, 0] / vertical, np.zeros(n)])
    free = moment[:, 2] - (away[:, 0] * force[:, 1] - away[:, 1] * force[:, 0])
    return KnownLoad(plate.time_s[:n], force, middle + away, free)


def _points(trial: Trial, time_s: FloatArray) -> tuple[FloatArray, list[str]]:
    """Markers of the trial, and a heel and a toe marker for every foot whose place is known."""
    places: list[FloatArray] = []
    labels: list[str] = []
    for recording in trial.markers:
        labels += recording.labels
        for marker in np.moveaxis(recording.positions_mm, 1, 0):
            axes: list[FloatArray] = [np.interp(time_s, recording.time_s, axis) for axis in marker.T]
            places.append(np.column_stack(axes))
    for foot in trial.foot_placements:
        letter = "L" if foot.side is Side.LEFT else "R"
        for name, at_mm in (("HEE", foot.heel_mm), ("TOE", foot.forefoot_mm)):
            labels.append(letter + name)
            places.append(np.tile([*at_mm, MARKER_HEIGHT_MM], (len(time_s), 1)))
    return (np.stack(places, axis=1) if places else np.zeros((len(time_s), 0, 3))), labels


def _all_plates(groups: list[dict[str, dict[str, Value]]]) -> dict[str, Value]:
    """One group for several plates: each parameter has the plate as its last dimension."""
    first, n_channels = groups[0]["FORCE_PLATFORM"], 0
    joined: dict[str, Value] = {"USED": np.array([len(groups)]), "ZERO": first["ZERO"]}
    for name in ("TYPE", "CORNERS", "ORIGIN", "CHANNEL", "CAL_MATRIX"):
        if name not in first:
            continue
        parts: list[FloatArray] = []
        for group in groups:
            part = np.asarray(group["FORCE_PLATFORM"][name])
            if name == "CHANNEL":
                part, n_channels = part + n_channels, n_channels + len(part)
            parts.append(part)
        joined[name] = np.concatenate(parts, axis=-1)
    return joined
