"""From the frames of one mat to the stream that viewers read: samples, pictures, gaps, zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.live.device_view import ZERO_S, DeviceView
from dashboard.live.messages import layout_message
from dashboard.live.samples import Sampler, gap_row
from dashboard.live.standing_feet import LOOK_S, StandingFeet, standing_feet
from dashboard.live.stream import LiveStream
from devices.ring import Batch, seconds
from footload.arrays import IntArray
from footload.recordings import Side
from footload.tasks.streaming_squats import FootSize

if TYPE_CHECKING:
    from devices.profile import Profile


class SourceView(DeviceView):
    """Shows the frames of one mat.

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
        super().__init__(profile, stream, device)
        self.sampler = Sampler(profile)
        self.calibrated = profile.calibration is not None
        self._empty: list[NDArray[np.float32]] | None = None
        self._stood: list[tuple[float, NDArray[np.float32]]] = []

    def layout(self, name: str) -> str:
        """What viewers have to know before the first picture.

        Parameters
        ----------
        name : str
            What people call the device.

        Returns
        -------
        str
            JSON.
        """
        return layout_message(self.sampler, name, self._device)

    def begin_stance(self) -> None:
        """Keep the frames of the next second, in which somebody stands still."""
        self._stood = []
        self._await_stance(LOOK_S)

    @property
    def stood(self) -> bool:
        """Whether that second is over."""
        return not self._wanted_s and bool(self._stood)

    def feet(self, side: Side | None = None, size: FootSize | None = None) -> StandingFeet:
        """Measure the feet in that second.

        Parameters
        ----------
        side : Side, optional
            The foot, where somebody stands on one.
        size : FootSize, optional
            Not needed: a mat sees how large feet are.

        Returns
        -------
        StandingFeet
            Left foot first.

        Raises
        ------
        DeviceError
            When they cannot be told; the message says what to do.
        """
        times, pressures = zip(*self._stood, strict=True)
        return standing_feet(
            np.array(times), np.stack(pressures), self.sampler.layout, calibrated=self.calibrated, side=side
        )

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
        rows: list[NDArray[np.float32]] = []
        steps = np.zeros(0, np.uint16)
        for counts, taken_s in zip(batch.values, seconds(batch).tolist(), strict=True):
            self._look_at_empty(counts)
            at_s, gap = self._since_origin(taken_s)
            if gap:
                rows.append(gap_row(at_s))
            self._look_at_stance(counts, taken_s)
            picture = self.sampler.picture(counts, at_s)
            rows.append(picture.sample)
            steps = picture.steps
        self._push(np.stack(rows), steps, batch)

    def _look_at_stance(self, counts: IntArray, taken_s: float) -> None:
        if not self._wanted_s:
            return
        self._stood.append((taken_s, self.sampler.zeroed(counts)))
        if taken_s - self._stood[0][0] >= self._wanted_s:
            self._wanted_s = 0.0

    def _look_at_empty(self, counts: IntArray) -> None:
        if self._empty is None:
            return
        self._empty.append(self.sampler.pressure(counts))
        if len(self._empty) * self._period_s < ZERO_S:
            return
        mean = np.mean(self._empty, axis=0)
        self._empty = None
        self.sampler.zero(mean)
        load = float(mean @ self.sampler.layout.area_mm2) * 1e-3 if self.calibrated else float(mean.sum())
        unit = "N" if self.calibrated else "counts"
        stood = " Somebody or something was on it." if load > 5 * self.sampler.least_force else ""
        self.zeroed = f"{load:.0f} {unit} on the whole mat are now shown as nothing.{stood}"
