"""What every device of the live view has in common: gaps in time, feet that are followed, the way to the viewers."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.live.biofeedback import Biofeedback
from dashboard.live.standing_feet import LOOK_S
from dashboard.live.stream import LiveStream
from devices.ring import Batch
from footload.arrays import FloatArray

if TYPE_CHECKING:
    from devices.profile import Profile

STOOD: Final = " Somebody or something was on it: let the person step off and press Zero again."
"""Behind the answer to Zero where the mat or a plate was not empty."""
ZERO_S = 0.5
"""How long the empty device is looked at. [s]"""
MOST_WAITING = 400
"""Blocks of frames that are kept while feet are looked for; more is a search that failed."""
GAP_FRAMES = 1.5
"""Where the device tells its time, more periods than this between two frames are a gap."""
GAP_FRAMES_UNTOLD = 6.0
"""Where it does not, reads that come in bunches must not look like gaps."""


class DeviceView:
    """Shows one device; what it is made of comes with the kinds: a mat, or plates.

    Parameters
    ----------
    profile : Profile
        The device.
    stream : LiveStream
        Where the viewers read.
    device : int
        Which of the stream's devices, from 0.
    """

    def __init__(self, profile: Profile, stream: LiveStream, device: int = 0) -> None:
        self.profile = profile
        self.zeroed = ""
        self.biofeedback: Biofeedback | None = None
        self._stream, self._device = stream, device
        self._origin_s: float | None = None
        self._period_s = 1 / profile.time.rate_hz
        told = profile.time.clock is not None or profile.time.counter is not None
        self._gap_frames = GAP_FRAMES if told else GAP_FRAMES_UNTOLD
        self._periods_s: deque[float] = deque([self._period_s], maxlen=15)
        self._last_s: float | None = None
        self._wanted_s = 0.0
        self._coming: Biofeedback | None = None
        self._waiting: list[NDArray[np.float32]] | None = None
        self._empty: list[FloatArray] | None = None
        self._stood: list[tuple[float, NDArray[np.float32]]] = []

    def begin(self, origin_s: float) -> None:
        """Say where the time line begins that all devices share; otherwise it begins at the first frame.

        Parameters
        ----------
        origin_s : float
            On this machine's monotonic clock. [s]
        """
        self._origin_s = origin_s

    def follow(self, biofeedback: Biofeedback) -> None:
        """Let it follow the feet, from the second in which they were measured on.

        Parameters
        ----------
        biofeedback : Biofeedback
            Of these feet.
        """
        self._coming = biofeedback
        self.biofeedback = biofeedback

    def begin_stance(self) -> None:
        """Forget the feet, and keep what comes in the next second, in which somebody stands still."""
        self._stood = []
        self.biofeedback = self._coming = None
        self._waiting = []
        self._wanted_s = LOOK_S

    @property
    def stood(self) -> bool:
        """Whether that second is over."""
        return not self._wanted_s and bool(self._stood)

    def begin_zero(self) -> None:
        """Take the mean of the next half second for nothing."""
        self.zeroed = ""
        self._empty = []

    def _keep_stance(self, at_s: float, what: NDArray[np.float32]) -> None:
        """Keep a frame of that second."""
        if not self._wanted_s:
            return
        self._stood.append((at_s, what))
        if at_s - self._stood[0][0] >= self._wanted_s:
            self._wanted_s = 0.0

    def _mean_of_empty(self, frame: FloatArray) -> FloatArray | None:
        """Look at one more frame of the empty device; the mean of all when half a second is over."""
        if self._empty is None:
            return None
        self._empty.append(frame)
        if len(self._empty) * self._period_s < ZERO_S:
            return None
        mean = np.mean(self._empty, axis=0)
        self._empty = None
        return mean

    def _since_origin(self, taken_s: float) -> tuple[float, bool]:
        """Time on the common line, and whether frames are missing before it. [s]"""
        if self._origin_s is None:
            self._origin_s = taken_s
        gap = self._last_s is not None and self._is_gap(taken_s - self._last_s)
        self._last_s = taken_s
        if gap and self._empty is not None:
            self._empty = []  # who was away may be back with another zero
        return taken_s - self._origin_s, gap

    def _is_gap(self, after_s: float) -> bool:
        # Against what the device really does: many are set to another rate than their profile's.
        usual_s = sorted(self._periods_s)[len(self._periods_s) // 2]
        self._periods_s.append(max(after_s, 0.0))
        return not 0 <= after_s <= self._gap_frames * usual_s + 1e-3

    def _push(self, samples: NDArray[np.float32], steps: NDArray[np.uint16], batch: Batch) -> None:
        """Follow the feet in new samples and hand them to the viewers."""
        # The two clocks of this machine, read together: arrival is kept on one, pages have the other.
        wall_ms = time.time() * 1e3 - (time.monotonic_ns() - int(batch.arrival_ns[-1])) * 1e-6
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
        self._stream.push(samples, steps, wall_ms, self._device)
