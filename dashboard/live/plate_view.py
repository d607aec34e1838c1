"""From the frames of force plates to the stream that viewers read: samples, gaps, zero, feet that stand on them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.live.device_view import STOOD, DeviceView
from dashboard.live.messages import plates_message
from dashboard.live.plates import PlateSampler
from dashboard.live.samples import TIME
from dashboard.live.standing_feet import StandingFeet, feet_on_plates
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
        return feet_on_plates(np.stack([sample for _, sample in self._stood]), self.sampler, size, side)

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
        blocks: list[tuple[FloatArray, float]] = []
        gaps: list[tuple[int, float]] = []
        for wrench, taken_s in zip(wrenches, seconds(batch).tolist(), strict=True):
            at_s, gap = self._since_origin(taken_s)
            if gap:
                # What began before the gap is not averaged with what comes after it.
                self._block = []
                gaps.append((len(blocks), at_s))
            self._look_at_empty(wrench)
            self._block.append((wrench, at_s))
            if len(self._block) == self.sampler.n_together:
                blocks.append(_mean(self._block))
                self._block = []
        if not blocks and not gaps:
            return
        samples = self._samples(blocks)
        self._look_at_stance(samples, {index for index, _ in gaps})
        for index, at_s in reversed(gaps):
            row = np.full((1, samples.shape[1]), np.nan, np.float32)
            row[0, TIME] = at_s
            samples = np.concatenate([samples[:index], row, samples[index:]])
        self._push(samples, _NO_PICTURE, batch)

    def _samples(self, blocks: list[tuple[FloatArray, float]]) -> NDArray[np.float32]:
        if not blocks:
            return np.zeros((0, len(self.sampler.fields)), np.float32)
        return self.sampler.samples(np.stack([wrench for wrench, _ in blocks]), np.array([at_s for _, at_s in blocks]))

    def _look_at_stance(self, samples: NDArray[np.float32], gaps: Collection[int]) -> None:
        """Keep samples while a stance is awaited; who stood before a gap may stand elsewhere after it."""
        for index in range(len(samples) + 1 if self._wanted_s else 0):
            if index in gaps:
                self._stood = []
            if index < len(samples):
                self._keep_stance(float(samples[index, TIME]), samples[index])

    def _look_at_empty(self, wrench: FloatArray) -> None:
        mean = self._mean_of_empty(wrench)
        if mean is None:
            return
        self.sampler.zero(mean)
        loads = mean[:, 2]
        each = " and ".join(
            f"{load:.0f} N on {drawn.name}" for load, drawn in zip(loads, self.sampler.drawn, strict=True)
        )
        stood = STOOD if abs(loads).max() > STOOD_ON_N else ""
        self.zeroed = f"{each} are now shown as nothing.{stood}"


def _mean(block: list[tuple[FloatArray, float]]) -> tuple[FloatArray, float]:
    if len(block) == 1:
        return block[0]
    wrenches, times = zip(*block, strict=True)
    return np.mean(wrenches, axis=0), float(np.mean(times))
