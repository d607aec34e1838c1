"""From the device's counters to the host's time.

A read can be late but never early, so arrival = device time + latency + lateness, with lateness >= 0: the line that
touches the arrivals from below is the device's clock as the host sees it, but for the constant latency, which nobody
can observe without a signal that both see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
    """

    time_s: FloatArray
    kept: BoolArray
    gaps: tuple[tuple[float, str], ...]
    how: str


def timeline(time: Time, frames: Sequence[Frame], arrival_s: FloatArray) -> Timeline:
    """Give every frame its time: by the device's clock, else by its counter, else by its arrival.

    Parameters
    ----------
    time : Time
        What the profile knows about time.
    frames : sequence of Frame
        In order, at least one.
    arrival_s : (n,) array
        When the read that completed each frame returned. [s]

    Returns
    -------
    Timeline
        Gaps are reported, never filled.
    """
    arrival_s = np.maximum.accumulate(arrival_s)
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
        return _by_arrival(time, arrival_s)
    kept = np.diff(device_s, prepend=-np.inf) > 0
    slope, offset_s, how = _host_line(device_s, arrival_s, tolerance)
    time_s = (slope * device_s + offset_s)[kept]
    gaps = _gaps_by_device(time, counters[kept], np.diff(device_s[kept]), reset[kept], time_s)
    return Timeline(time_s, kept, gaps, f"{source}, {how}")


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


def lower_line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """The straight line that lies below all points and closest to them on average.

    It runs along the edge of the lower convex hull that spans the mean of x.

    Parameters
    ----------
    x : (n,) array
        Strictly rising, at least two.
    y : (n,) array
        Values.

    Returns
    -------
    slope, intercept : float
        ``y >= slope x + intercept`` everywhere.
    """
    hull: list[tuple[float, float]] = []
    for point in zip(x.tolist(), y.tolist(), strict=True):
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    corners = np.array(hull)
    before = int(np.searchsorted(corners[:, 0], float(x.mean()), "right")) - 1
    edge = min(max(before, 0), len(hull) - 2)
    (x0, y0), (x1, y1) = corners[edge], corners[edge + 1]
    slope = float((y1 - y0) / (x1 - x0))
    return slope, float(y0 - slope * x0)


def _turns_down(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])


def _host_line(device_s: FloatArray, arrival_s: FloatArray, tolerance: float) -> tuple[float, float, str]:
    """Slope and offset from device to host time, and how they were found."""
    rising = np.diff(device_s, prepend=-np.inf) > 0
    x, y = device_s[rising], arrival_s[rising]
    # An envelope over T seconds knows the rate to about lateness / T; 10 ms of lateness has to stay within tolerance.
    if len(x) < 10 or x[-1] - x[0] < 0.01 / tolerance:
        return 1.0, float((y - x).min()), "rate as stated (too short to fit a line to the arrivals)"
    slope, offset_s = lower_line(x, y)
    if abs(slope - 1) > tolerance:
        return 1.0, float((y - x).min()), f"rate as stated (arrivals would say {slope:.4g} times as long)"
    return slope, offset_s, f"fitted from below to the arrivals ({(slope - 1) * 1e6:+.0f} ppm)"


def _gaps_by_device(
    time: Time, counters: IntArray, steps_s: FloatArray, reset: BoolArray, time_s: FloatArray
) -> tuple[tuple[float, str], ...]:
    if time.counter is not None:
        ahead = np.diff(counters) % (1 << min(8 * time.counter.size, 62))
        lost = ahead // time.counter.step - 1
        by = "by the device's counter"
    else:
        lost = np.rint(steps_s * time.rate_hz).astype(np.int64) - 1
        by = "inferred from the device's clock"
    found: list[tuple[float, str]] = []
    for frame in np.flatnonzero((lost > 0) | reset[1:]) + 1:
        if reset[frame]:
            note = "the device began anew; how many frames are missing is not known"
        else:
            note = f"{lost[frame - 1]} frame{'s' if lost[frame - 1] > 1 else ''} missing, {by}"
        found.append((float(time_s[frame]), note))
    return tuple(found)


def _by_arrival(time: Time, arrival_s: FloatArray) -> Timeline:
    """Frames of one read are spread evenly over the time since the read before it."""
    first = np.flatnonzero(np.diff(arrival_s, prepend=-np.inf) > 0)
    sizes = np.diff(first, append=len(arrival_s))
    ends = arrival_s[first]
    begins = np.concatenate(([ends[0] - sizes[0] / time.rate_hz], ends[:-1]))
    place = np.arange(len(arrival_s)) - np.repeat(first, sizes) + 1
    time_s = np.repeat(begins, sizes) + np.repeat(ends - begins, sizes) * place / np.repeat(sizes, sizes)
    steps = np.diff(time_s)
    gaps = tuple(
        (float(time_s[frame + 1]), f"nothing came for {steps[frame]:.3f} s, inferred from the arrivals")
        for frame in np.flatnonzero(steps > INFERRED_GAP_FRAMES / time.rate_hz)
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
