"""Frames to bytes, from the same profile that decodes them: for emulators and round trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footload.arrays import IntArray

if TYPE_CHECKING:
    from devices.profile import Profile


def encode(profile: Profile, counts: IntArray, counter: int = 0, time_s: float = 0.0) -> bytes:
    """The bytes a device would send for one frame.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    counts : (n,) array
        Counts in the order of the plate's cells.
    counter : int
        Running number of the frame; the device's counter shows it times its step, wrapped around.
    time_s : float
        The device's own time at the frame. [s]

    Returns
    -------
    bytes
        A whole frame with counter, clock and check value, where the device has them.

    Raises
    ------
    ValueError
        When there is not one count for each cell, or a count cannot be sent.
    """
    n = profile.grid[0] * profile.grid[1]
    if counts.shape != (n,):
        raise ValueError(f"counts has shape {counts.shape}, but {profile.id} has {n} cells.")
    if int(counts.min()) < 0 or int(counts.max()) > profile.count_max:
        raise ValueError(
            f"counts reach from {counts.min()} to {counts.max()}, but {profile.id} sends 0 to {profile.count_max}."
        )
    frame = profile.framing.build(profile.payload.encode(counts), profile.tail_size)
    if profile.time.counter is not None:
        profile.time.counter.put(frame, counter * profile.time.counter.step)
    if profile.time.clock is not None:
        profile.time.clock.put(frame, round(time_s / profile.time.clock.tick_s))
    if profile.check is not None:
        profile.check.seal(frame)
    return bytes(frame)
