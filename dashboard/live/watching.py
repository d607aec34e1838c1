"""The devices of a live session as its thread looks at them: what is new in each ring, and when to look again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from dashboard.live.status import DeviceHealth

if TYPE_CHECKING:
    from dashboard.live.plate_view import PlateView
    from dashboard.live.source_view import SourceView
    from dashboard.live.stream import LiveStream
    from devices.captured import CapturedDevice
    from devices.profile import Profile

LOOK_S: Final = 0.0015
"""How often a frame that is due is looked for. [s]"""
LONGEST_S: Final = 0.01
"""No longer is slept at once. [s]"""
EARLY: Final = 0.8
"""Part of the time between two frames in which the next one need not be looked for."""
MOST_S: Final = 1.0
"""After a stall no more than the frames of so long are taken; viewers see a gap where older ones are missing. [s]"""


def view_of(profile: Profile, stream: LiveStream, device: int = 0) -> View:
    """The view that fits a device.

    Parameters
    ----------
    profile : Profile
        With cells, or with channels and plates.
    stream : LiveStream
        Where the viewers read.
    device : int
        Which of the stream's devices, from 0.

    Returns
    -------
    SourceView or PlateView
        Of a mat, or of plates.

    Raises
    ------
    ProfileError
        When the profile does not say what the channels mean.
    """
    from dashboard.live.plate_view import PlateView
    from dashboard.live.source_view import SourceView

    return (PlateView if profile.channels is not None else SourceView)(profile, stream, device)


class Watched:
    """One device that is being watched.

    Parameters
    ----------
    name : str
        What people call it.
    device : CapturedDevice
        Its ring and its counters.
    view : SourceView or PlateView
        Where its frames go.
    """

    def __init__(self, name: str, device: CapturedDevice, view: View) -> None:
        self.name, self.device, self.view = name, device, view
        rate_hz = device.profile.time.rate_hz
        self._limit = max(round(MOST_S * rate_hz), 2)
        self._early_s = EARLY / rate_hz
        self._seq = device.ring.n_written
        self._came_s = 0.0

    def look(self) -> None:
        """Show what came since the last time, at most the newest second."""
        ring = self.device.ring
        if ring.n_written == self._seq:
            return
        batch = ring.since(self._seq, self._limit)
        self._seq += len(batch) + batch.missed
        self._came_s = time.monotonic()
        self.view.show(batch)

    def pause_s(self) -> float:
        """How long nothing new can be expected. [s]

        Returns
        -------
        float
            Below 0 when a frame is due. [s]
        """
        return self._came_s + self._early_s - time.monotonic()

    def health(self) -> DeviceHealth:
        """How it is with the device now.

        Returns
        -------
        DeviceHealth
            Counters, clock, and whether it is there.
        """
        from devices.processes import State

        numbers = self.device.numbers()
        return DeviceHealth(
            self.name,
            self.device.state is not State.AWAY,
            self.device.counters(),
            numbers["drift_ppb"] * 1e-3,
            numbers["jitter_us"] * 1e-3,
        )


def pause_s(watched: list[Watched]) -> float:
    """How long to sleep before looking again. [s]

    Parameters
    ----------
    watched : list of Watched
        All devices.

    Returns
    -------
    float
        Long enough to cost little, short enough to be there when the first of them is due. [s]
    """
    return min(max(min(each.pause_s() for each in watched), LOOK_S), LONGEST_S)


if TYPE_CHECKING:
    View = SourceView | PlateView
