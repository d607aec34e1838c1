"""The lab streaming layer: a device's frames out to other programs, and other programs' samples in.

An optional extra (`pip install footload[lsl]`); nothing here is imported without it. Samples go out with the host times
that the live clock estimates, put on the layer's own clock; what comes in has its times put on this computer's
monotonic clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from footload.arrays import FloatArray
from footload.errors import DeviceError, DeviceNotFoundError

if TYPE_CHECKING:
    from devices.profile import Profile
    from devices.ring import Batch


def _library() -> Any:
    try:
        return import_module("pylsl")
    except (ImportError, RuntimeError) as error:
        raise DeviceError(
            "The lab streaming layer is not installed; it comes with the extra: pip install footload[lsl]."
        ) from error


def _clock_offset_s() -> float:
    """What to add to the monotonic clock to get the layer's: they tick alike, from other beginnings. [s]"""
    local_clock = _library().local_clock
    # The pair that took the least time is the one that was not interrupted.
    pairs: list[tuple[float, float]] = []
    for _ in range(10):
        before = time.monotonic()
        there = float(local_clock())
        after = time.monotonic()
        pairs.append((after - before, there - (before + after) / 2))
    return min(pairs)[1]


class Outlet:
    """A device as a stream that others on the network find.

    Parameters
    ----------
    profile : Profile
        The device.
    source : str
        What tells it from another of its kind, such as its serial number.
    name : str
        What others see; the device's name by default.

    Raises
    ------
    DeviceError
        When the layer is not installed.
    """

    def __init__(self, profile: Profile, source: str = "", name: str = "") -> None:
        library = _library()
        channels = profile.channels
        kind = "Force" if channels else "Pressure"
        info = library.StreamInfo(
            name or profile.name, kind, profile.n_values, profile.time.rate_hz, "float32", source or profile.id
        )
        about = info.desc()
        about.append_child_value("manufacturer", profile.name)
        about.append_child_value("profile", profile.id)
        about.append_child_value("rows", str(profile.grid[0]))
        about.append_child_value("columns", str(profile.grid[1]))
        listed = about.append_child("channels")
        for number in range(profile.n_values):
            channel = listed.append_child("channel")
            label = list(channels)[number] if channels else f"r{number // profile.grid[1]}c{number % profile.grid[1]}"
            channel.append_child_value("label", label)
            channel.append_child_value("unit", "counts")
        self._outlet: Any = library.StreamOutlet(info, 0, 10)
        self._offset_s = _clock_offset_s()

    @property
    def watched(self) -> bool:
        """Whether anybody takes it."""
        return bool(self._outlet.have_consumers())

    def send(self, batch: Batch) -> None:
        """Send frames with the times at which they were taken.

        Parameters
        ----------
        batch : Batch
            From a device's ring; counts as the device sends them.
        """
        for values, time_ns in zip(batch.values, batch.time_ns.tolist(), strict=True):
            self._outlet.push_sample(values.astype(np.float32).tolist(), time_ns * 1e-9 + self._offset_s)

    def close(self) -> None:
        """Take it off the network."""
        self._outlet = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What came from a stream.

    Parameters
    ----------
    time_s : (k,) array
        On this computer's monotonic clock. [s]
    values : (k, c) array
        One column a channel.
    """

    time_s: FloatArray
    values: FloatArray


class Inlet:
    """Another program's stream.

    Parameters
    ----------
    name : str
        Its name.
    wait_s : float
        How long to look for it. [s]

    Raises
    ------
    DeviceError
        When the layer is not installed.
    DeviceNotFoundError
        When there is no such stream, or it carries text.
    """

    def __init__(self, name: str, wait_s: float = 5.0) -> None:
        library = _library()
        found = library.resolve_byprop("name", name, 1, wait_s)
        if not found:
            raise DeviceNotFoundError(f"No stream {name!r} was found on the network in {wait_s:g} s.")
        if found[0].channel_format() == library.cf_string:
            raise DeviceNotFoundError(f"The stream {name!r} carries text, not numbers.")
        # The layer's own correction between computers; jitter is left to the clocks of this project.
        self._inlet: Any = library.StreamInlet(found[0], 360, 0, True, library.proc_clocksync)
        self.n_channels = int(found[0].channel_count())
        self.rate_hz = float(found[0].nominal_srate())
        self._inlet.open_stream(wait_s)
        self._offset_s = _clock_offset_s()

    def labels(self) -> tuple[str, ...]:
        """Names of the channels, where the stream states them.

        Returns
        -------
        tuple of str
            Empty when it does not.
        """
        channel = self._inlet.info(5.0).desc().child("channels").child("channel")
        found: list[str] = []
        while not channel.empty():
            found.append(str(channel.child_value("label")))
            channel = channel.next_sibling("channel")
        return tuple(found)

    def take(self, wait_s: float = 0.1) -> Samples:
        """What has come since the last time.

        Parameters
        ----------
        wait_s : float
            How long to wait for the first. [s]

        Returns
        -------
        Samples
            Possibly none.
        """
        values, times = self._inlet.pull_chunk(wait_s, 4096, min_samples=1)
        time_s = np.array(times, np.float64) - self._offset_s
        return Samples(time_s, np.array(values, np.float64).reshape(len(time_s), self.n_channels))

    def close(self) -> None:
        """Leave it."""
        self._inlet.close_stream()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
