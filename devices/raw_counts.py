"""What the cells of one device counted in a recording: the matter that calibrations and health checks are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from devices.connection import serial_number_of
from devices.framing.decoder import Decoder, Frame
from devices.parts import Counts
from devices.profile import Profile, load_profile
from devices.raw_log import read_serial_log
from devices.recording import decoded_frames, read_recording
from footload.errors import UnreadableTrialError


@dataclass(frozen=True, slots=True, eq=False)
class RawCounts:
    """What the cells of one device counted.

    Parameters
    ----------
    profile : Profile
        How they were read.
    counts : (t, n) array
        Frame by frame; no calibration is applied.
    serial_number : str
        The device's own, or what somebody read on it; empty when nobody did.
    made : date
        When it was recorded; today for a log without a date.
    """

    profile: Profile
    counts: Counts
    serial_number: str
    made: date


def read_counts(path: Path | str, profile: Profile | str | None = None, device: int | None = None) -> RawCounts:
    """What the cells of a device counted in a recording or a log.

    Parameters
    ----------
    path : path
        ``.mcap`` or ``.serial.dat``.
    profile : Profile or str, optional
        For a log; a recording brings its own.
    device : int, optional
        Which device of a recording, from 0; by default the only one that has cells.

    Returns
    -------
    RawCounts
        Of one device.

    Raises
    ------
    UnreadableTrialError
        When it cannot be read, holds no whole frame, or no such device.
    ValueError
        When a log comes without a profile.
    """
    path = Path(path)
    if path.suffix != ".mcap":
        if profile is None:
            raise ValueError(f"{path.name} does not say which device it is from; name a profile.")
        profile = load_profile(profile) if isinstance(profile, str) else profile
        decoder = Decoder(profile)
        frames = [frame for c in read_serial_log(path).chunks for frame in decoder.feed(c.data, c.monotonic_ns)]
        return RawCounts(profile, _stacked(path, frames + decoder.finish()), "", datetime.now(UTC).astimezone().date())
    raw = read_recording(path)
    number = _with_cells(path, [each.profile for each in raw.opening.devices]) if device is None else device
    if number >= len(raw.opening.devices):
        raise UnreadableTrialError(path, f"has {len(raw.opening.devices)} device(s); there is no number {number + 1}.")
    recorded = raw.opening.devices[number]
    frames, _, _ = decoded_frames(raw, number)
    made = datetime.fromtimestamp(raw.opening.wall_ns * 1e-9, UTC).astimezone().date()
    return RawCounts(recorded.profile, _stacked(path, frames), serial_number_of(recorded.transport), made)


def _with_cells(path: Path, profiles: Sequence[Profile]) -> int:
    """The only device that has cells."""
    found = [number for number, profile in enumerate(profiles) if profile.cells is not None]
    if len(found) != 1:
        names = ", ".join(f"{number + 1} {profile.id}" for number, profile in enumerate(profiles))
        raise UnreadableTrialError(path, f"has {len(found)} devices with cells ({names}); say which one is meant.")
    return found[0]


def _stacked(path: Path, frames: Sequence[Frame]) -> Counts:
    if not frames:
        raise UnreadableTrialError(path, "there is not one whole frame in it.")
    return np.stack([frame.counts for frame in frames])
