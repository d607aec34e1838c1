"""From the frames of one mat to the stream that viewers read: samples, pictures, gaps, zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.live.device_view import STOOD, DeviceView
from dashboard.live.messages import layout_message
from dashboard.live.samples import Sampler, gap_row
from dashboard.live.standing_feet import StandingFeet, standing_feet
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
            at_s, gap = self._since_origin(taken_s)
            if gap:
                rows.append(gap_row(at_s))
                self._stood = []  # who stood before it may stand elsewhere now
            self._look_at_empty(counts)
            if self._wanted_s:
                self._keep_stance(taken_s, self.sampler.zeroed(counts))
            picture = self.sampler.picture(counts, at_s)
            rows.append(picture.sample)
            steps = picture.steps
        self._push(np.stack(rows), steps, batch)

    def _look_at_empty(self, counts: IntArray) -> None:
        mean = None if self._empty is None else self._mean_of_empty(self.sampler.pressure(counts))
        if mean is None:
            return
        self.sampler.zero(mean)
        load = float(mean @ self.sampler.layout.area_mm2) * 1e-3 if self.calibrated else float(mean.sum())
        unit = "N" if self.calibrated else "counts"
        stood = STOOD if load > 5 * self.sampler.least_force else ""
        self.zeroed = f"{load:.0f} {unit} on the whole mat are now shown as nothing.{stood}"
