"""From the frames of one device to the stream that viewers read: samples, gaps, zero."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.live.biofeedback import Biofeedback
from dashboard.live.samples import Sampler, gap_row
from dashboard.live.standing_feet import LOOK_S
from dashboard.live.stream import LiveStream
from devices.ring import Batch, seconds
from footload.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from devices.profile import Profile

ZERO_S = 0.5
"""How long the empty device is looked at. [s]"""
MOST_WAITING = 400
"""Blocks of frames that are kept while feet are looked for; more is a search that failed."""
GAP_FRAMES = 1.5
"""Where the device tells its time, more periods than this between two frames are a gap."""
GAP_FRAMES_UNTOLD = 6.0
"""Where it does not, reads that come in bunches must not look like gaps."""


class SourceView:
    """Shows the frames of one device.

    Parameters
    ----------
    profile : Profile
        The device.
    stream : LiveStream
        Where the viewers read.
    """

    def __init__(self, profile: Profile, stream: LiveStream) -> None:
        self.sampler = Sampler(profile)
        self.zeroed = ""
        self._stream = stream
        self._period_s = 1 / profile.time.rate_hz
        told = profile.time.clock is not None or profile.time.counter is not None
        self._gap_frames = GAP_FRAMES if told else GAP_FRAMES_UNTOLD
        self._periods_s: deque[float] = deque([self._period_s], maxlen=15)
        self._origin_s = 0.0
        self._last_s: float | None = None
        self._empty: list[NDArray[np.float32]] | None = None
        self._stood: list[tuple[float, NDArray[np.float32]]] = []
        self._wanted_s = 0.0
        self.biofeedback: Biofeedback | None = None
        self._coming: Biofeedback | None = None
        self._waiting: list[NDArray[np.float32]] | None = None

    def begin_stance(self) -> None:
        """Keep the frames of the next second, in which somebody stands still."""
        self.biofeedback = self._coming = None
        self._stood = []
        self._waiting = []
        self._wanted_s = LOOK_S

    def follow(self, biofeedback: Biofeedback) -> None:
        """Let it follow the feet, from the second in which they were measured on.

        Parameters
        ----------
        biofeedback : Biofeedback
            Of these feet.
        """
        self._coming = biofeedback
        self.biofeedback = biofeedback

    @property
    def stance(self) -> tuple[FloatArray, FloatArray] | None:
        """Times and pressures of that second; None while it lasts. [s], [kPa, or counts]"""
        if self._wanted_s or not self._stood:
            return None
        times, pressures = zip(*self._stood, strict=True)
        return np.array(times), np.stack(pressures)

    def begin_zero(self) -> None:
        """Take the mean of the next half second for nothing."""
        self.zeroed = ""
        self._empty = []

    def show(self, batch: Batch) -> None:
        """Hand frames to the viewers.

        Parameters
        ----------
        batch : Batch
            From the device's ring, in order.
        """
        if not len(batch):
            return
        # The two clocks of this machine, read together: arrival is kept on one, pages have the other.
        wall_ms = time.time() * 1e3 - (time.monotonic_ns() - int(batch.arrival_ns[-1])) * 1e-6
        rows: list[NDArray[np.float32]] = []
        steps = None
        for counts, taken_s in zip(batch.values, seconds(batch).tolist(), strict=True):
            self._look_at_empty(counts)
            if self._last_s is None:
                self._origin_s = taken_s
            elif self._is_gap(taken_s - self._last_s):
                rows.append(gap_row(taken_s - self._origin_s))
            self._last_s = taken_s
            self._look_at_stance(counts, taken_s)
            picture = self.sampler.picture(counts, taken_s - self._origin_s)
            rows.append(picture.sample)
            steps = picture.steps
        if steps is not None:
            samples = np.stack(rows)
            self._follow(samples)
            self._stream.push(samples, steps, wall_ms)

    def _follow(self, samples: NDArray[np.float32]) -> None:
        coming = self._coming
        if coming is not None:
            # What came while the feet were looked for belongs to the stance that the shift is measured against.
            waited = self._waiting or []
            self._coming = self._waiting = None
            if waited:
                coming.feed(np.concatenate(waited))
        if self._waiting is not None:
            self._waiting = [*self._waiting[-MOST_WAITING:], samples.copy()]
        elif self.biofeedback is not None:
            self.biofeedback.feed(samples)

    def _look_at_stance(self, counts: IntArray, taken_s: float) -> None:
        if not self._wanted_s:
            return
        self._stood.append((taken_s, self.sampler.zeroed(counts)))
        if taken_s - self._stood[0][0] >= self._wanted_s:
            self._wanted_s = 0.0

    def _is_gap(self, after_s: float) -> bool:
        # Against what the device really does: many are set to another rate than their profile's.
        usual_s = sorted(self._periods_s)[len(self._periods_s) // 2]
        self._periods_s.append(max(after_s, 0.0))
        return not 0 <= after_s <= self._gap_frames * usual_s + 1e-3

    def _look_at_empty(self, counts: IntArray) -> None:
        if self._empty is None:
            return
        self._empty.append(self.sampler.pressure(counts))
        if len(self._empty) * self._period_s < ZERO_S:
            return
        mean = np.mean(self._empty, axis=0)
        self._empty = None
        self.sampler.zero(mean)
        calibrated = self.sampler.profile.calibration is not None
        load = float(mean @ self.sampler.layout.area_mm2) * 1e-3 if calibrated else float(mean.sum())
        unit = "N" if calibrated else "counts"
        stood = " Somebody or something was on it." if load > 5 * self.sampler.least_force else ""
        self.zeroed = f"{load:.0f} {unit} on the whole mat are now shown as nothing.{stood}"
