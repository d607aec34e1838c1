"""Frames to recordings: the one bridge from bytes to footload's nouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from devices.calibration import Polynomial, Table
from devices.cell_calibration import CellCalibration
from devices.clock import Timeline, timeline
from devices.framing.decoder import Counters, Frame
from devices.parts import Counts
from devices.profile import Profile
from devices.raw_log import Chunk
from devices.wrench import force_recordings
from footload.arrays import FloatArray
from footload.recordings import ForceRecording, PressureRecording
from footload.trials import Event


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What one device's bytes say, still on the host's monotonic clock.

    Parameters
    ----------
    profile : Profile
        How they were read.
    frames : tuple of Frame
        In order.
    counters : Counters
        What went right and wrong.
    timeline : Timeline
        When each frame was taken.
    own : CellCalibration, optional
        The device's own calibration.
    """

    profile: Profile
    frames: tuple[Frame, ...]
    counters: Counters
    timeline: Timeline
    own: CellCalibration | None = None


def arrival_s(frames: Sequence[Frame], chunks: Sequence[Chunk]) -> FloatArray:
    """When the read that completed each frame returned. [s]

    Parameters
    ----------
    frames : sequence of Frame
        Decoded from the chunks.
    chunks : sequence of Chunk
        In order.

    Returns
    -------
    (n,) array
        On the host's monotonic clock. [s]
    """
    ends = np.cumsum([len(chunk.data) for chunk in chunks])
    times_s = np.array([chunk.monotonic_ns for chunk in chunks], np.int64) * 1e-9
    return times_s[np.searchsorted(ends, [frame.stop for frame in frames])]


def understand(
    profile: Profile,
    frames: Sequence[Frame],
    counters: Counters,
    chunks: Sequence[Chunk],
    breaks: Sequence[int] = (),
    *,
    own: CellCalibration | None = None,
) -> Decoded:
    """Put frames on the host's clock.

    Parameters
    ----------
    profile : Profile
        How they were read.
    frames : sequence of Frame
        In order, at least one.
    counters : Counters
        What went right and wrong.
    chunks : sequence of Chunk
        Where they came from.
    breaks : sequence of int
        Frames that are the first after the device was away.
    own : CellCalibration, optional
        The device's own calibration.

    Returns
    -------
    Decoded
        Ready to become a recording.

    Raises
    ------
    ValueError
        When there is no frame.
    """
    if not frames:
        raise ValueError("There is no frame to put on a time base; at least one is needed.")
    line = timeline(profile.time, frames, arrival_s(frames, chunks), breaks)
    return Decoded(profile, tuple(frames), counters, line, own)


def assemble(
    decoded: Decoded, origin_s: float | None = None
) -> tuple[tuple[PressureRecording | ForceRecording, ...], tuple[Event, ...]]:
    """Make recordings of decoded frames: one of a mat, one of each plate of a force device.

    Parameters
    ----------
    decoded : Decoded
        Frames with their times.
    origin_s : float, optional
        The host time at which the trial's time base begins; by default the first frame. [s]

    Returns
    -------
    recordings : tuple of PressureRecording or ForceRecording
        Pressure in kPa, or in counts when the device was never calibrated; force in N.
    gaps : tuple of Event
        Where frames are missing; nothing is filled in.

    Raises
    ------
    ProfileError
        When the profile does not say what the channels of a force device mean.
    """
    profile, line = decoded.profile, decoded.timeline
    origin_s = float(line.time_s[0]) if origin_s is None else origin_s
    kept = [frame.counts for frame, keep in zip(decoded.frames, line.kept, strict=True) if keep]
    counts = np.stack(kept)
    gaps = tuple(Event(time_s - origin_s, "gap", note) for time_s, note in line.gaps)
    history = _history(decoded, len(kept))
    if profile.channels is not None:
        return force_recordings(profile, counts, line.time_s - origin_s, history), gaps
    pressure, calibrated = _pressure(decoded, counts)
    valid = np.ones(profile.grid, bool)
    for row, col in profile.cells.unused(profile.grid) if profile.cells else ():
        valid[row, col] = False
    if decoded.own is not None:
        valid &= ~decoded.own.left_out(profile.grid)
    recording = PressureRecording(
        line.time_s - origin_s,
        pressure,
        profile.layout,
        valid.ravel(),
        source=profile.id,
        calibrated=calibrated,
        side=profile.side,
        in_shoe=profile.side is not None,
        history=history,
        ceiling=_ceiling(decoded),
    )
    return (recording,), gaps


def _ceiling(decoded: Decoded) -> float:
    """Highest value that any cell can give; NaN where each cell has its own. [kPa, or counts]"""
    profile = decoded.profile
    if decoded.own is not None:
        return float("nan")
    if profile.calibration is None:
        return float(profile.count_max)
    if isinstance(profile.calibration, Polynomial | Table):
        return float(profile.calibration.pressure_kpa(np.array([profile.count_max])).max())
    return float("nan")


def _pressure(decoded: Decoded, counts: Counts) -> tuple[FloatArray, bool]:
    """Pressure, and whether it is kPa: by the device's own calibration, else by its profile's. [kPa]"""
    profile = decoded.profile
    if decoded.own is not None:
        return decoded.own.pressure(profile, counts)
    if profile.calibration is None:
        return counts.astype(np.float32 if counts.dtype.itemsize < 4 else np.float64), False
    return profile.calibration.pressure_kpa(counts), True


def notes_on(decoded: Decoded) -> dict[str, str]:
    """What was assumed and found, as sentences by topic.

    Parameters
    ----------
    decoded : Decoded
        Frames with their times.

    Returns
    -------
    dict
        For the trial's notes.
    """
    profile = decoded.profile
    notes = {
        "device": f"{profile.name}, profile {profile.id}; facts: {profile.certainty}, {profile.source}.",
        "time": _on_time(decoded.timeline),
    }
    if decoded.own is not None:
        notes["calibration"] = f"C{decoded.own.described[1:]}."
    elif profile.calibration is None and profile.channels is None:
        notes["calibration"] = "Uncalibrated: values are device counts, not kPa."
    if profile.unverified:
        notes["unverified"] = "; ".join(f"{doubt.key} is unverified: {doubt.why}" for doubt in profile.unverified) + "."
    if profile.choices:
        chosen = ", ".join(f"{name} = {choice}" for name, choice in profile.choices.items())
        notes["choices"] = f"Sources conflict; chosen: {chosen}."
    if decoded.counters.findings:
        notes["damage"] = f"{decoded.counters.findings}."
    return notes


def _on_time(line: Timeline) -> str:
    said = f"Times: {line.how}."
    if np.isfinite(line.jitter_ms):
        drift = f" Drift {line.drift_ppm:+.0f} ppm." if np.isfinite(line.drift_ppm) else ""
        said += (
            f"{drift} Reads came late by {_short_ms(line.jitter_ms)} (standard deviation), "
            f"{_short_ms(line.latest_ms)} at most."
        )
    if np.isfinite(line.latency_ms):
        return f"{said} The constant delay of the connection, {line.latency_ms:g} ms by the profile, is taken off."
    return f"{said} The constant delay of the connection is not known and stands in every time."


def _short_ms(late_ms: float) -> str:
    """A delay in words; below a microsecond it is rounding, and no digits of it mean anything."""
    return f"{late_ms:.3g} ms" if late_ms >= 1e-3 else "less than 0.001 ms"


def _history(decoded: Decoded, n_kept: int) -> tuple[str, ...]:
    profile, counters = decoded.profile, decoded.counters
    chosen = "".join(f", {name} = {choice}" for name, choice in profile.choices.items())
    lines = [
        f"decoded {counters.frames} frames from {counters.bytes_in} bytes with profile {profile.id}{chosen}",
        f"times by {decoded.timeline.how}",
    ]
    if counters.findings:
        lines.append(f"on the wire: {counters.findings}")
    if n_kept < counters.frames:
        lines.append(f"left out {counters.frames - n_kept} frames that the device sent twice")
    if profile.channels is not None:
        lines.append(f"channels {', '.join(profile.channels)} in the units that the profile states")
    elif decoded.own is not None:
        lines.append(decoded.own.described)
    elif profile.calibration is None:
        lines.append("uncalibrated: values are device counts")
    else:
        lines.append(f"counts to kPa by the {profile.calibration.described}")
    lines += [f"unverified: {doubt.key}: {doubt.why}" for doubt in profile.unverified]
    return tuple(lines)
