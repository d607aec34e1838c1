"""From the frames of force plates to the stream that viewers read: samples, gaps, zero, feet that stand on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.live.device_view import ZERO_S, DeviceView
from dashboard.live.messages import plates_message
from dashboard.live.plates import PlateSampler
from dashboard.live.samples import TIME
from dashboard.live.standing_feet import LOOK_S, StandingFeet, feet_on_plates
from dashboard.live.stream import LiveStream
from devices.ring import Batch, seconds
from footload.arrays import FloatArray
from footload.recordings import Side
from footload.tasks.streaming_squats import FootSize

if TYPE_CHECKING:
    from devices.profile import Profile

STOOD_ON_N = 50.0
"""More than this on plates that are zeroed is no drift. [N]"""
_NO_PICTURE = np.zeros(0, np.uint16)


class PlateView(DeviceView):
    """Shows the frames of one device with plates.

    Parameters
    ----------
    profile : Profile
        The device.
    stream : LiveStream
        Where the viewers read.
    device : int
        Which of the stream's devices, from 0.

    Raises
    ------
    ProfileError
        When the profile does not say what the channels mean.
    """

    calibrated = True

    def __init__(self, profile: Profile, stream: LiveStream, device: int = 0) -> None:
        super().__init__(profile, stream, device)
        self.sampler = PlateSampler(profile)
        self._block: list[tuple[FloatArray, float]] = []
        self._empty: list[FloatArray] | None = None
        self._stood: list[NDArray[np.float32]] = []

    def layout(self, name: str) -> str:
        """What viewers have to know before the first sample.

        Parameters
        ----------
        name : str
            What people call the device.

        Returns
        -------
        str
            JSON.
        """
        return plates_message(self.sampler, name, self._device)

    def begin_stance(self) -> None:
        """Keep the samples of the next second, in which somebody stands still."""
        self._stood = []
        self._await_stance(LOOK_S)

    @property
    def stood(self) -> bool:
        """Whether that second is over."""
        return not self._wanted_s and bool(self._stood)

    def feet(self, side: Side | None = None, size: FootSize | None = None) -> StandingFeet:
        """Place the feet by that second.

        Parameters
        ----------
        side : Side, optional
            The foot, where somebody stands on one.
        size : FootSize, optional
            Of the feet: plates do not see it.

        Returns
        -------
        StandingFeet
            Left foot first.

        Raises
        ------
        DeviceError
            When they cannot be told; the message says what to do.
        """
        return feet_on_plates(np.concatenate(self._stood), self.sampler, size, side)

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
        wrenches = self.sampler.wrenches(batch.values)
        self._look_at_empty(wrenches)
        blocks: list[tuple[FloatArray, float]] = []
        gaps: list[tuple[int, float]] = []
        for wrench, taken_s in zip(wrenches, seconds(batch).tolist(), strict=True):
            at_s, gap = self._since_origin(taken_s)
            if gap:
                # What began before the gap is not averaged with what comes after it.
                self._block = []
                gaps.append((len(blocks), at_s))
            self._block.append((wrench, at_s))
            if len(self._block) == self.sampler.n_together:
                blocks.append(_mean(self._block))
                self._block = []
        if not blocks and not gaps:
            return
        samples = self._samples(blocks)
        self._look_at_stance(samples)
        for index, at_s in reversed(gaps):
            row = np.full((1, samples.shape[1]), np.nan, np.float32)
            row[0, TIME] = at_s
            samples = np.concatenate([samples[:index], row, samples[index:]])
        self._push(samples, _NO_PICTURE, batch)

    def _samples(self, blocks: list[tuple[FloatArray, float]]) -> NDArray[np.float32]:
        if not blocks:
            return np.zeros((0, len(self.sampler.fields)), np.float32)
        return self.sampler.samples(np.stack([wrench for wrench, _ in blocks]), np.array([at_s for _, at_s in blocks]))

    def _look_at_stance(self, samples: NDArray[np.float32]) -> None:
        if not self._wanted_s or not len(samples):
            return
        self._stood.append(samples)
        if float(samples[-1, TIME] - self._stood[0][0, TIME]) >= self._wanted_s:
            self._wanted_s = 0.0

    def _look_at_empty(self, wrenches: FloatArray) -> None:
        if self._empty is None:
            return
        self._empty.extend(wrenches)
        if len(self._empty) * self._period_s < ZERO_S:
            return
        mean = np.mean(self._empty, axis=0)
        self._empty = None
        self.sampler.zero(mean)
        loads = mean[:, 2]
        each = " and ".join(
            f"{load:.0f} N on {drawn.name}" for load, drawn in zip(loads, self.sampler.drawn, strict=True)
        )
        stood = " Somebody or something was on it." if abs(loads).max() > STOOD_ON_N else ""
        self.zeroed = f"{each} are now shown as nothing.{stood}"


def _mean(block: list[tuple[FloatArray, float]]) -> tuple[FloatArray, float]:
    if len(block) == 1:
        return block[0]
    wrenches, times = zip(*block, strict=True)
    return np.mean(wrenches, axis=0), float(np.mean(times))
