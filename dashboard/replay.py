"""A whole trial for the browser, once, as binary: frames, centre of pressure, force; there it is scrubbed and played.

Little endian: u32 number of frames n, f32 frames a second, u32 bytes of a pressure value (2), u32 number of tracks k;
n samples of four f32 (CoP x, CoP y, force, time); k tracks of n samples of four f32 (CoP x, CoP y, force, medial shift
in per cent of foot width), one a side; n frames of one u16 a sensor, in the steps that `replay_meta` states.
"""

from __future__ import annotations

import asyncio
import gzip
import struct
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.access import Role, needs
from dashboard.live.messages import layout_values
from dashboard.live.samples import GREATEST, MISSING
from dashboard.theme import SIDE_WORD
from footload.analysis import Analysis
from footload.errors import FootloadError
from footload.foot.load import load_of
from footload.recordings import PressureRecording
from footload.trials import Side

if TYPE_CHECKING:
    from dashboard.store import TrialStore

PATH: Final = "/stream/trial/{trial_id}/{which}"
HEAD: Final = struct.Struct("<IfII")
FINEST_STEP: Final = 0.1
"""Finer pressures than this are not shown. [kPa]"""
MOST_BYTES: Final = 96 << 20
"""Of frames before compression; from longer trials every second or third frame is shown, and that is said."""


def every_of(recording: PressureRecording) -> int:
    """Which part of the frames is shown: 1 is every one.

    Parameters
    ----------
    recording : PressureRecording
        Of the trial.

    Returns
    -------
    int
        2 shows every second frame.
    """
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


def replay_meta(analysis: Analysis, which: int) -> dict[str, Any]:
    """What the browser has to know beside the frames.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.
    which : int
        Which pressure recording, from 0.

    Returns
    -------
    dict
        Fit for JSON: sensors, tracks, repetitions, marks and gaps.
    """
    recording = analysis.trial.pressures[which]
    time_s = recording.time_s
    # Repetitions are frames of the first recording.
    first = analysis.trial.pressures[0].time_s
    return {
        **layout_values(recording.layout, step_of(recording), recording.calibrated),
        "every": every_of(recording),
        "tracks": [SIDE_WORD[side] for side in _sides(analysis, recording)],
        "shift": bool(analysis.shifts) and which == 0,
        "repetitions": [
            {
                "start_s": float(first[each.start]),
                "stop_s": float(first[min(each.stop, len(first)) - 1]),
                "name": f"{each.number + 1}",
                "rejected": each.rejected,
            }
            for each in analysis.repetitions
        ],
        "events": [{"time_s": event.time_s, "name": event.name, "note": event.note} for event in analysis.trial.events],
        "duration_s": float(time_s[-1] - time_s[0]) if len(time_s) else 0.0,
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
    if not 0 <= which < len(analysis.trial.pressures):
        raise KeyError(f"The trial has no pressure recording number {which + 1}.")
    recording = analysis.trial.pressures[which]
    shown = slice(None, None, every_of(recording))
    tracks = [_track(analysis, recording, side)[shown] for side in _sides(analysis, recording)]
    samples = _whole(recording, _least_force(analysis, recording))[shown]
    frames = _steps(recording, shown)
    rate_hz = recording.sampling_rate_hz / every_of(recording) if recording.n_frames > 1 else 1.0
    head = HEAD.pack(len(samples), rate_hz, 2, len(tracks))
    parts = [head, *(part.astype("<f4").tobytes() for part in (samples, *tracks)), frames.astype("<u2").tobytes()]
    return gzip.compress(b"".join(parts), compresslevel=1, mtime=0)


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

    @needs(Role.VIEW)
    async def answer(request: Request) -> Response:
        asked, which = request.path_params["trial_id"], request.path_params["which"]
        try:
            body = await asyncio.to_thread(lambda: replay_bytes(store.analysis(asked), int(which)))
        except (KeyError, ValueError):
            return PlainTextResponse("There is no such recording.", status_code=404)
        except FootloadError as error:
            return PlainTextResponse(str(error), status_code=422)
        return Response(body, media_type="application/octet-stream", headers={"Content-Encoding": "gzip"})

    return answer


def _sides(analysis: Analysis, recording: PressureRecording) -> list[Side | None]:
    found = {contact.side for contact in analysis.contacts if contact.recording is recording}
    return [side for side in (Side.LEFT, Side.RIGHT, None) if side in found]


def _least_force(analysis: Analysis, recording: PressureRecording) -> float:
    """Below this there is no centre of pressure, as in the analysis."""
    known = [contact.cop_threshold for contact in analysis.contacts if contact.recording is recording]
    return min(known, default=analysis.parameters.cop_threshold_n if recording.calibrated else 0.0)


def _whole(recording: PressureRecording, least_force: float) -> NDArray[np.float32]:
    n = recording.n_frames
    active = np.flatnonzero(np.asarray(recording.valid) & (recording.pressure_kpa.max(axis=0) > 0))
    found = np.full((n, 4), np.nan, np.float32)
    found[:, 2], found[:, 3] = 0.0, recording.time_s
    if len(active):
        load = load_of(recording, (0, n), active, np.ones((len(active), 1)), 0.0)
        found[:, :2] = load.cop_mm(0, least_force)
        found[:, 2] = load.force[:, 0]
    return found


def _track(analysis: Analysis, recording: PressureRecording, side: Side | None) -> NDArray[np.float32]:
    found = np.full((recording.n_frames, 4), np.nan, np.float32)
    for contact in analysis.contacts:
        if contact.recording is recording and contact.side is side:
            frames = slice(contact.start, contact.stop)
            found[frames, :2] = contact.cop_mm
            found[frames, 2] = contact.force
    shift = analysis.shifts.get(side) if side is not None else None
    if shift is not None and len(shift.shift_percent) == recording.n_frames:
        found[:, 3] = shift.shift_percent
    return found


def _steps(recording: PressureRecording, shown: slice) -> NDArray[np.uint16]:
    pressure = recording.pressure_kpa[shown]
    steps = np.nan_to_num(pressure, nan=0.0) * (1 / step_of(recording)) + 0.5
    found = np.clip(steps, 0, GREATEST).astype(np.uint16)
    found[np.isnan(pressure)] = MISSING
    found[:, np.logical_not(np.asarray(recording.valid))] = MISSING
    return found
