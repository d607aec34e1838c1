"""The device's clock as it runs: a recursive least-squares line from device time to host time, forgetting slowly.

For the live view only; a recording's times are fitted afterwards over the whole recording (`devices.clock`), which is
ten times as exact. Follows the recursion of liblsl's `time_postprocessor.cpp`, fed with the device's own counter and
not with the frame's number, which is wrong after every lost frame.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.framing.decoder import Frame
    from devices.profile import Time

HALF_TIME_S = 90.0
"""After so long a frame counts half. [s]"""
LOST_FRAMES = 1.5
"""Without a counter, a silence of more periods than this means that frames are missing."""
FAR = 3.0
"""Further than so many times the usual distance from the line counts as this far: a held-up read says little."""
SETTLING_S = 5.0
"""After so long the usual distance is known. [s]"""
LEAST_S = 1e-4
STEP_S = 1.0
"""An arrival that is further from the line than this begins a new one: the device or the computer was away. [s]"""


class LiveClock:
    """Says when a frame was taken, while it arrives.

    Parameters
    ----------
    time : Time
        What the profile knows about the device's time.
    half_time_s : float
        After so long a frame counts half. [s]
    """

    def __init__(self, time: Time, half_time_s: float = HALF_TIME_S) -> None:
        self._time = time
        self._tick_s, self._span = _ticking(time)
        self._forget = 2 ** (-1 / (time.rate_hz * half_time_s))
        self._learn = 1 / (time.rate_hz * SETTLING_S)
        self._usual_s: float = 0.0
        self._ticks = 0
        self._n = self._ticks0 = 0
        self._y0: float = 0.0
        self._intercept: float = 0.0
        self._slope: float = 1.0
        self._p00: float = 0.0
        self._p01: float = 0.0
        self._p11: float = 0.0
        self._last: tuple[int, float] | None = None
        self._jitter_s2: float = 0.0
        self.n_inferred = 0
        self.n_breaks = 0

    @property
    def drift_ppm(self) -> float:
        """How much slower the device's clock runs than the host's; 0 before anything is known. [ppm]"""
        return (self._slope - 1) * 1e6 if self._n > 2 else 0.0

    @property
    def jitter_s(self) -> float:
        """Root of the mean square of what arrivals are off the line. [s]"""
        return math.sqrt(self._jitter_s2)

    def follow(self, frame: Frame, arrival_s: float) -> float:
        """When a frame was taken, for all that is known so far. [s]

        Parameters
        ----------
        frame : Frame
            With the device's counter or clock, where it has them.
        arrival_s : float
            When its bytes arrived. [s]

        Returns
        -------
        float
            On the host's monotonic clock, late by the mean latency of the connection. [s]
        """
        return self.follow_raw(frame.clock if self._time.clock is not None else frame.counter, arrival_s)

    def follow_raw(self, raw: int | None, arrival_s: float) -> float:
        """As `follow`, from the number alone. [s]

        Parameters
        ----------
        raw : int or None
            The device's clock or counter as sent; None when it has neither.
        arrival_s : float
            When the bytes arrived. [s]

        Returns
        -------
        float
            On the host's monotonic clock. [s]
        """
        x, y, off = self._place(raw, arrival_s)
        if self._n and abs(off) > STEP_S:
            self.n_breaks += 1
            self._n = 0
        if not self._n:
            self._begin(arrival_s)
            x, y, off = 0.0, 0.0, 0.0
        self._update(x, y)
        self._n += 1
        if self._n > 10:
            self._jitter_s2 += (off * off - self._jitter_s2) * max(1 - self._forget, 1 / self._n)
        return self._y0 + self._intercept + self._slope * x

    def restart(self) -> None:
        """Begin a new line: the device was away."""
        self._last = None
        self._n = 0

    def _place(self, raw: int | None, arrival_s: float) -> tuple[float, float, float]:
        """Device time, host time, and how far the arrival is off the line. [s]"""
        self._ticks += self._ahead(raw, arrival_s)
        self._last = (raw or 0, arrival_s)
        x, y = (self._ticks - self._ticks0) * self._tick_s, arrival_s - self._y0
        return x, y, y - (self._intercept + self._slope * x)

    def _begin(self, arrival_s: float) -> None:
        self._ticks0, self._y0 = self._ticks, arrival_s
        self._intercept, self._slope = 0.0, 1.0
        # Weights against a variance of arrivals of (10 ms)²: nothing is known about the offset; a stated rate may be
        # wrong by a tenth, a crystal by a thousandth.
        self._p00, self._p01 = 1e10, 0.0
        self._p11 = 1e-2 if self._time.clock is not None else 1e2
        self._n = 0

    def _update(self, x: float, y: float) -> None:
        a, b = self._p00 + self._p01 * x, self._p01 + self._p11 * x
        gain = 1 / (self._forget + a + b * x)
        error = self._within_reach(y - self._intercept - self._slope * x)
        self._intercept += a * gain * error
        self._slope += b * gain * error
        self._p00 = (self._p00 - gain * a * a) / self._forget
        self._p01 = (self._p01 - gain * a * b) / self._forget
        self._p11 = (self._p11 - gain * b * b) / self._forget

    def _within_reach(self, error: float) -> float:
        """A distance from the line, cut where it is far beyond the usual; slow changes widen the usual. [s]"""
        if self._n * self._learn < 1:
            self._usual_s += (abs(error) - self._usual_s) / (self._n + 1)
            return error
        reach_s = FAR * max(self._usual_s, LEAST_S)
        error = min(max(error, -reach_s), reach_s)
        self._usual_s += (abs(error) - self._usual_s) * self._learn
        return error

    def _ahead(self, raw: int | None, arrival_s: float) -> int:
        """How many ticks further than the frame before."""
        if self._last is None:
            return 0
        before, before_s = self._last
        elapsed = (arrival_s - before_s) / self._tick_s
        if raw is None:
            return 1 + self._missing(elapsed, arrival_s)
        ahead = (raw - before) % self._span
        if self._span * self._tick_s >= 1:
            ahead += max(round((elapsed - ahead) / self._span), 0) * self._span
        if ahead > self._span // 2 and elapsed < ahead / 2:
            # The device began anew: go on by the host's time.
            return max(round(elapsed), 1)
        return ahead

    def _missing(self, elapsed: float, arrival_s: float) -> int:
        """Frames that a device without a counter must have lost; reads that bring several at once are no loss."""
        next_s = (self._ticks + 1 - self._ticks0) * self._tick_s
        late_s = arrival_s - self._y0 - (self._intercept + self._slope * next_s)
        if elapsed <= LOST_FRAMES or late_s <= LOST_FRAMES * self._tick_s + 3 * self.jitter_s:
            return 0
        missing = max(round(late_s / self._tick_s), 1)
        self.n_inferred += missing
        return missing


def _ticking(time: Time) -> tuple[float, int]:
    """Length of a tick [s], and ticks until the number wraps around."""
    if time.clock is not None:
        return time.clock.tick_s, 1 << 8 * time.clock.size
    if time.counter is not None:
        return 1 / (time.rate_hz * time.counter.step), 1 << 8 * time.counter.size
    return 1 / time.rate_hz, 1 << 62
