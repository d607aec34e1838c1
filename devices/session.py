"""Several devices recorded together into one file, from the first word to the last; `devices.capture` does the work."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from devices.acquisition import PROGRESS_S, STOPPED
from devices.capture import Capture, CaptureSummary
from devices.captured import CapturedDevice, Wanted
from devices.opening import TrialMetadata
from devices.processes import State
from footload.errors import RecordingError


@dataclass(frozen=True, slots=True)
class SessionProgress:
    """How far the recording of several devices is.

    Parameters
    ----------
    elapsed_s : float
        Since the recording began. [s]
    counters : tuple of dict
        For each device what went right and wrong since then.
    states : tuple of State
        How it is with each.
    """

    elapsed_s: float
    counters: tuple[dict[str, int], ...]
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """What was recorded, and how it ended.

    Parameters
    ----------
    recorded : CaptureSummary
        What the file holds.
    ended_by : str
        Why it ended.
    identities : tuple of dict
        For each device what its plug and the device itself say.
    failures : tuple of str
        For each device why it was lost; empty when it was not.
    """

    recorded: CaptureSummary
    ended_by: str
    identities: tuple[dict[str, str], ...]
    failures: tuple[str, ...]


def record_together(
    wanted: Sequence[Wanted],
    out: Path | str,
    *,
    duration_s: float | None = None,
    stop: Event | None = None,
    metadata: TrialMetadata | None = None,
    on_progress: Callable[[SessionProgress], None] | None = None,
) -> SessionSummary:
    """Record several devices into one file, each read in a process of its own.

    Parameters
    ----------
    wanted : sequence of Wanted
        The devices, in the order of the recording.
    out : path
        An `.mcap` file that does not exist yet.
    duration_s : float, optional
        How long; until `stop` is set when not given. [s]
    stop : threading.Event, optional
        Ends the recording when set.
    metadata : TrialMetadata, optional
        What is known about the trial.
    on_progress : callable, optional
        Called ten times a second.

    Returns
    -------
    SessionSummary
        What the file holds, and how it ended.

    Raises
    ------
    RecordingError
        When the file exists already or cannot be written.
    ProfileError
        When a calibration is another device's.
    DeviceNotFoundError, DeviceSilentError, DeviceLostError
        When a device cannot be started; then nothing is written.
    """
    out, stop = Path(out), stop or Event()
    if out.exists():
        raise RecordingError(f"{out.name} exists already, and recordings are never overwritten; choose another name.")
    with Capture(wanted) as capture:
        capture.begin(out, metadata, duration_s=duration_s)
        ended_by = _until_over(capture, duration_s, stop, on_progress)
        failures = tuple(device.failure for device in capture.devices)
        return SessionSummary(
            capture.end(ended_by), ended_by, tuple(device.identity for device in capture.devices), failures
        )


def _until_over(
    capture: Capture, duration_s: float | None, stop: Event, on_progress: Callable[[SessionProgress], None] | None
) -> str:
    """Wait until something ends a recording; what did."""
    begun_s, before = time.monotonic(), [device.counters() for device in capture.devices]
    while True:
        elapsed_s = time.monotonic() - begun_s
        if on_progress is not None:
            on_progress(_progress(elapsed_s, capture.devices, before))
        if duration_s is not None and elapsed_s >= duration_s:
            return f"{duration_s:g} s were over"
        if trouble := capture.trouble():
            return trouble
        if all(device.state >= State.STOPPED for device in capture.devices):
            return "every device was lost"
        left_s = PROGRESS_S if duration_s is None else min(PROGRESS_S, duration_s - elapsed_s)
        if stop.wait(left_s):
            return STOPPED


def _progress(elapsed_s: float, devices: Sequence[CapturedDevice], before: Sequence[dict[str, int]]) -> SessionProgress:
    now = [device.counters() for device in devices]
    since = (
        {name: value - (then.get(name, 0) if name != "max_gap_ms" else 0) for name, value in each.items()}
        for each, then in zip(now, before, strict=True)
    )
    return SessionProgress(elapsed_s, tuple(since), tuple(device.state for device in devices))
