"""A whole trial for the browser, once, as binary: pressure, force, markers and knee angle on one time line.

Little endian: u32 length of a JSON text, the text (`replay_meta`; filled up with spaces to a multiple of 4), then f32:
n samples of (CoP x, CoP y, force, time); for each track n samples of (CoP x, CoP y, force, medial shift in per cent of
foot width), one a side; what `dashboard.replay_body` adds; at the end n frames of one u16 a sensor, in the steps that
the text states.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.access import Role, needs
from dashboard.live.messages import layout_values
from dashboard.live.samples import GREATEST, MISSING
from dashboard.replay_body import Body, body_of, every_line
from dashboard.theme import SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.errors import FootloadError
from footload.foot.load import load_of
from footload.recordings import PressureRecording, Recording
from footload.tasks.repetition import Repetition
from footload.trials import Side

if TYPE_CHECKING:
    from dashboard.store import TrialStore

PATH: Final = "/stream/trial/{trial_id}/{which}"
HEAD: Final = struct.Struct("<I")
FINEST_STEP: Final = 0.1
"""Finer pressures than this are not shown. [kPa]"""
MOST_BYTES: Final = 96 << 20
"""Of frames before compression; from longer trials every second or third frame is shown, and that is said."""

FRAMES_AT_ONCE: Final = 64
"""Put into steps together: so few stay in the processor's own memory, where forty minutes would fill gigabytes."""


def every_of(recording: Recording) -> int:
    """Which part of the frames is shown: 1 is every one.

    Parameters
    ----------
    recording : PressureRecording, ForceRecording or MarkerRecording
        Of the trial.

    Returns
    -------
    int
        2 shows every second frame.
    """
    if not isinstance(recording, PressureRecording):
        return every_line(recording.n_frames)
    return max(-(-2 * recording.pressure_kpa.size // MOST_BYTES), 1)


def step_of(recording: PressureRecording) -> float:
    """Pressure of one step. [kPa], or counts

    Parameters
    ----------
    recording : PressureRecording
        Of the trial.

    Returns
    -------
    float
        A tenth of a kPa, or one count, where 16 bits reach that far.
    """
    finest = FINEST_STEP if recording.calibrated else 1.0
    return max(finest, float(np.nanmax(recording.pressure_kpa, initial=0.0)) / GREATEST)


def n_replayed(analysis: Analysis) -> int:
    """How many recordings have a replay of their own; force and markers go with each of them.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.

    Returns
    -------
    int
        One for each mat or insole; one for plates alone.
    """
    return max(len(analysis.trial.pressures), 1)


def replay_meta(analysis: Analysis, which: int, body: Body | None = None) -> dict[str, Any]:
    """What the browser has to know beside the numbers.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.
    which : int
        Which pressure recording, from 0.
    body : Body, optional
        Plates, markers and knees, where they are at hand already.

    Returns
    -------
    dict
        Fit for JSON: sensors, tracks, plates, markers, knees, repetitions with their phases, marks and gaps.

    Raises
    ------
    KeyError
        When there is no such recording.
    """
    clock = _clock(analysis, which)
    mat = clock if isinstance(clock, PressureRecording) else None
    tracks = [_track(analysis, clock, side) for side in _sides(analysis, clock)]
    layout = {} if mat is None else layout_values(mat.layout, step_of(mat), mat.calibrated)
    return {
        "force_unit": "N",
        **layout,
        "mat": mat is not None,
        "n": len(range(0, clock.n_frames, every_of(clock))),
        "width": 0 if mat is None else mat.layout.n_sensors,
        "every": every_of(clock),
        "tracks": [SIDE_WORD[side] for side in _sides(analysis, clock)],
        "shift": any(bool(np.isfinite(track[:, 3]).any()) for track in tracks),
        "repetitions": [_repetition(each, analysis.repetition_time_s) for each in analysis.repetitions],
        "events": [{"time_s": event.time_s, "name": event.name, "note": event.note} for event in analysis.trial.events],
        "span_s": _span_s(analysis.trial.recordings),
        **(body_of(analysis) if body is None else body).meta,
    }


def replay_bytes(analysis: Analysis, which: int) -> bytes:
    """The trial as it travels, compressed.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.
    which : int
        Which pressure recording, from 0.

    Returns
    -------
    bytes
        Gzip.

    Raises
    ------
    KeyError
        When there is no such recording.
    """
    clock, body = _clock(analysis, which), body_of(analysis)
    text = json.dumps(replay_meta(analysis, which, body)).encode()
    text += b" " * (-len(text) % 4)
    shown = slice(None, None, every_of(clock))
    tracks = [_track(analysis, clock, side) for side in _sides(analysis, clock)]
    lines = [_whole(analysis, clock), *tracks]
    parts = [HEAD.pack(len(text)), text]
    parts += [np.ascontiguousarray(part[shown], "<f4").tobytes() for part in lines]
    parts += [part.astype("<f4").tobytes() for part in body.parts]
    if isinstance(clock, PressureRecording):
        parts.append(_steps(clock, shown).astype("<u2").tobytes())
    return gzip.compress(b"".join(parts), compresslevel=1, mtime=0)


def replayed(store: TrialStore, trial_id: str, which: int) -> bytes:
    """A trial of a store as it travels, compressed.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        From a `TrialEntry`.
    which : int
        Which pressure recording, from 0.

    Returns
    -------
    bytes
        As `replay_bytes`.

    Raises
    ------
    KeyError
        When there is no such trial or recording.
    FootloadError
        When it cannot be read or analyzed.
    """
    return replay_bytes(store.analysis(trial_id), which)


def replay_route(store: TrialStore) -> Callable[[Request], Awaitable[Response]]:
    """Make what answers the browser that asks for a trial's frames.

    Parameters
    ----------
    store : TrialStore
        The folder.

    Returns
    -------
    coroutine function
        Off the event loop, so that the live view goes on.
    """

    @needs(Role.VIEW, "replay")
    async def answer(request: Request) -> Response:
        asked, which = request.path_params["trial_id"], request.path_params["which"]
        try:
            body = await asyncio.to_thread(lambda: store.beside(asked, replayed, asked, int(which)))
        except (KeyError, ValueError):
            return PlainTextResponse("There is no such recording.", status_code=404)
        except FootloadError as error:
            return PlainTextResponse(str(error), status_code=422)
        return Response(body, media_type="application/octet-stream", headers={"Content-Encoding": "gzip"})

    return answer


def _clock(analysis: Analysis, which: int) -> Recording:
    """The recording whose frames are stepped through: a mat or an insole, else the first plate."""
    trial = analysis.trial
    if trial.pressures and 0 <= which < len(trial.pressures):
        return trial.pressures[which]
    if not trial.pressures and which == 0:
        return trial.recordings[0]
    raise KeyError(f"The trial has no pressure recording number {which + 1}.")


def _span_s(recordings: Sequence[Recording]) -> list[float]:
    """From the first sample of any recording to the last of any: files that were joined begin at different times."""
    found = [each.time_s for each in recordings if each.n_frames]
    return [float(min(each[0] for each in found)), float(max(each[-1] for each in found))] if found else [0.0, 0.0]


def _repetition(repetition: Repetition, time_s: FloatArray) -> dict[str, Any]:
    # Repetitions are frames of the first mat, or of the plates where there is no mat.
    def at(frame: int) -> float:
        return float(time_s[min(frame, len(time_s) - 1)])

    return {
        "start_s": at(repetition.start),
        "stop_s": at(repetition.stop),
        "name": f"{repetition.number + 1}",
        "rejected": repetition.rejected,
        "phases": [
            {"name": name, "start_s": at(start), "stop_s": at(stop)}
            for name, (start, stop) in repetition.phases.items()
        ],
    }


def _sides(analysis: Analysis, clock: Recording) -> list[Side | None]:
    found: set[Side | None] = {contact.side for contact in analysis.contacts if contact.recording is clock}
    first = (analysis.trial.pressures or analysis.trial.recordings)[0]
    if clock is first:
        found |= set(analysis.shifts)
    return [side for side in (Side.LEFT, Side.RIGHT, None) if side in found]


def _least_force(analysis: Analysis, recording: PressureRecording) -> float:
    """Below this there is no centre of pressure, as in the analysis."""
    known = [contact.cop_threshold for contact in analysis.contacts if contact.recording is recording]
    return min(known, default=analysis.parameters.cop_threshold_n if recording.calibrated else 0.0)


def _whole(analysis: Analysis, clock: Recording) -> NDArray[np.float32]:
    n = clock.n_frames
    found = np.full((n, 4), np.nan, np.float32)
    found[:, 3] = clock.time_s
    if not isinstance(clock, PressureRecording):
        alike = [plate for plate in analysis.trial.forces if plate.n_frames == n]
        if alike:
            found[:, 2] = np.sum([plate.force_n[:, 2] for plate in alike], axis=0)
        return found
    active = np.flatnonzero(np.asarray(clock.valid) & (clock.pressure_kpa.max(axis=0) > 0))
    found[:, 2] = 0.0
    if len(active):
        load = load_of(clock, (0, n), active, np.ones((len(active), 1)), 0.0)
        found[:, :2] = load.cop_mm(0, _least_force(analysis, clock))
        found[:, 2] = load.force[:, 0]
    return found


def _track(analysis: Analysis, clock: Recording, side: Side | None) -> NDArray[np.float32]:
    found = np.full((clock.n_frames, 4), np.nan, np.float32)
    for contact in analysis.contacts:
        if contact.recording is clock and contact.side is side:
            frames = slice(contact.start, contact.stop)
            found[frames, :2] = contact.cop_mm
            found[frames, 2] = contact.force
    shift = analysis.shifts.get(side) if side is not None else None
    if shift is not None and len(shift.shift_percent) == clock.n_frames:
        found[:, 3] = shift.shift_percent
    return found


def _steps(recording: PressureRecording, shown: slice) -> NDArray[np.uint16]:
    pressure = recording.pressure_kpa[shown]
    found = np.empty(pressure.shape, np.uint16)
    per_kpa = 1 / step_of(recording)
    for start in range(0, len(pressure), FRAMES_AT_ONCE):
        steps = pressure[start : start + FRAMES_AT_ONCE] * per_kpa
        steps += 0.5
        missing = np.isnan(steps)
        np.clip(steps, 0, GREATEST, out=steps)
        steps[missing] = MISSING
        found[start : start + FRAMES_AT_ONCE] = steps
    found[:, np.logical_not(np.asarray(recording.valid))] = MISSING
    return found
