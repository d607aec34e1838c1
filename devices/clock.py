"""From the device's counters to the host's time.

A read can be late but never early, so arrival = device time + latency + lateness, with lateness >= 0: the line that
touches the arrivals from below is the device's clock as the host sees it, but for the constant latency, which nobody
can observe without a signal that both see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from devices.host_times import fit_host_times
from footload.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.framing.decoder import Frame
    from devices.profile import Time

INFERRED_GAP_FRAMES = 3.0
"""Without a counter a gap is only seen by its length: reads of a 50 Hz device arrive up to two frames late."""


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """When each frame was taken.

    Parameters
    ----------
    time_s : (t,) array
        On the host's monotonic clock, rising strictly. [s]
    kept : (n,) array of bool
        Frames that have such a time; a frame that the device sent twice has not.
    gaps : tuple of (float, str)
        Where frames are missing, and what is known about it.
    how : str
        Where the times come from.
    drift_ppm : float
        How much slower the device's clock runs than this computer's; NaN where it was not fitted. [ppm]
    jitter_ms : float
        Standard deviation of how late the reads came; NaN where times are the arrivals themselves. [ms]
    latest_ms : float
        The most that a read came late; NaN as above. [ms]
    latency_ms : float
        The constant delay of the connection that was taken off every time; NaN where nobody measured it, and then it
        is in every time, unknown. [ms]
    """

    time_s: FloatArray
    kept: BoolArray
    gaps: tuple[tuple[float, str], ...]
    how: str
    drift_ppm: float = float("nan")
    jitter_ms: float = float("nan")
    latest_ms: float = float("nan")
    latency_ms: float = float("nan")


def timeline(time: Time, frames: Sequence[Frame], arrival_s: FloatArray, breaks: Sequence[int] = ()) -> Timeline:
    """Give every frame its time: by the device's clock, else by its counter, else by its arrival.

    Parameters
    ----------
    time : Time
        What the profile knows about time.
    frames : sequence of Frame
        In order, at least one.
    arrival_s : (n,) array
        When the read that completed each frame returned. [s]
    breaks : sequence of int
        Frames that are the first after the device was away; what is missing before them is reported elsewhere.

    Returns
    -------
    Timeline
        Gaps are reported, never filled. Where the device began anew or was away, its clock is put on the host's
        anew.
    """
    arrival_s = np.maximum.accumulate(arrival_s)
    broken = np.zeros(len(frames), bool)
    broken[[frame for frame in breaks if 0 < frame < len(frames)]] = True
    latency_s = 1e-3 * (time.latency_ms or 0.0)
    stated_ms = float("nan") if time.latency_ms is None else time.latency_ms
    counters = np.array([frame.counter or 0 for frame in frames], np.int64)
    if time.clock is not None:
        clocks = np.array([frame.clock or 0 for frame in frames], np.int64)
        ticks, reset = unwrap(clocks, 8 * time.clock.size, time.clock.tick_s, arrival_s)
        device_s, source, tolerance = ticks * time.clock.tick_s, "device clock", 1e-3
    elif time.counter is not None:
        tick_s = 1 / (time.rate_hz * time.counter.step)
        ticks, reset = unwrap(counters, 8 * time.counter.size, tick_s, arrival_s)
        # The nominal rate of a device may be off by much more than a crystal is.
        device_s, source, tolerance = ticks * tick_s, "device frame counter", 0.2
    else:
        found = _by_arrival(time, arrival_s, broken)
        return replace(found, time_s=found.time_s - latency_s, latency_ms=stated_ms)
    kept = (np.diff(device_s, prepend=-np.inf) > 0) | broken
    device_s, arrival_s, reset, broken = device_s[kept], arrival_s[kept], reset[kept], broken[kept]
    fit = fit_host_times(device_s, arrival_s, np.flatnonzero(reset | broken), tolerance)
    lost, by = _lost_by_device(time, counters[kept], np.diff(device_s))
    gaps = _gaps(lost, by, reset, broken, fit.time_s)
    late_ms = 1e3 * (arrival_s - fit.time_s)
    return Timeline(
        fit.time_s - latency_s,
        kept,
        gaps,
        f"{source}, {fit.how}",
        fit.drift_ppm,
        float(late_ms.std()),
        float(late_ms.max()),
        stated_ms,
    )


def unwrap(raw: IntArray, bits: int, tick_s: float, arrival_s: FloatArray) -> tuple[IntArray, BoolArray]:
    """Let a counter that wraps around go on rising.

    Parameters
    ----------
    raw : (n,) array
        As sent.
    bits : int
        Width of the counter.
    tick_s : float
        What one count is worth. [s]
    arrival_s : (n,) array
        Host times, which tell a lost round from a short gap, and a restart from a step back. [s]

    Returns
    -------
    ticks : (n,) array
        Counts since the first frame.
    reset : (n,) array of bool
        Frames at which the device began anew; there the ticks go on by the host's time.
    """
    steps = np.diff(raw.astype(np.int64))
    expected = np.diff(arrival_s) / tick_s
    if bits >= 63:
        reset = steps < 0
        ahead = steps
    else:
        span = 1 << bits
        ahead = steps % span
        # Rounds shorter than a second could not be told from reads that came late.
        rounds = np.rint((expected - ahead) / span).clip(0).astype(np.int64) if span * tick_s >= 1 else 0
        ahead = ahead + rounds * span
        reset = (ahead > span // 2) & (expected < ahead / 2)
    ahead = np.where(reset, np.maximum(np.rint(expected), 1).astype(np.int64), ahead)
    return np.concatenate(([0], np.cumsum(ahead))), np.concatenate(([False], reset))


def _lost_by_device(time: Time, counters: IntArray, steps_s: FloatArray) -> tuple[IntArray, str]:
    """Frames missing before each frame but the first, and who says so."""
    if time.counter is not None:
        ahead = np.diff(counters) % (1 << min(8 * time.counter.size, 62))
        return ahead // time.counter.step - 1, "by the device's counter"
    return np.rint(steps_s * time.rate_hz).astype(np.int64) - 1, "inferred from the device's clock"


def _gaps(
    lost: IntArray, by: str, reset: BoolArray, broken: BoolArray, time_s: FloatArray
) -> tuple[tuple[float, str], ...]:
    found: list[tuple[float, str]] = []
    for frame in np.flatnonzero(((lost > 0) | reset[1:]) & ~broken[1:]) + 1:
        if reset[frame]:
            note = "the device began anew; how many frames are missing is not known"
        else:
            note = f"{lost[frame - 1]} frame{'s' if lost[frame - 1] > 1 else ''} missing, {by}"
        found.append((float(time_s[frame]), note))
    return tuple(found)


def _by_arrival(time: Time, arrival_s: FloatArray, broken: BoolArray) -> Timeline:
    """Frames of one read are spread evenly over the time since the read before it."""
    first = np.flatnonzero(np.diff(arrival_s, prepend=-np.inf) > 0)
    sizes = np.diff(first, append=len(arrival_s))
    ends = arrival_s[first]
    begins = np.concatenate(([ends[0] - sizes[0] / time.rate_hz], ends[:-1]))
    # After a gap the frames of the first read are spread over the time that they take, not over the gap.
    fresh = broken[first]
    begins[fresh] = np.maximum(begins[fresh], ends[fresh] - sizes[fresh] / time.rate_hz)
    place = np.arange(len(arrival_s)) - np.repeat(first, sizes) + 1
    time_s = np.repeat(begins, sizes) + np.repeat(ends - begins, sizes) * place / np.repeat(sizes, sizes)
    steps = np.diff(time_s)
    gaps = tuple(
        (float(time_s[frame + 1]), f"nothing came for {steps[frame]:.3f} s, inferred from the arrivals")
        for frame in np.flatnonzero((steps > INFERRED_GAP_FRAMES / time.rate_hz) & ~broken[1:])
    )
    how = "arrival of the bytes at this computer"
    together = int(sizes[sizes > 1].sum())
    if together:
        how += f"; {together} of {len(arrival_s)} frames came several in one read and were spread evenly"
    if len(steps) and not 0.5 < float(np.median(steps)) * time.rate_hz < 2:
        how += (
            f"; they came every {1e3 * float(np.median(steps)):.3g} ms, but the device's rate is {time.rate_hz:g} Hz, "
            "so these times are not those of the measurement"
        )
    return Timeline(time_s, np.ones(len(arrival_s), bool), gaps, how)
