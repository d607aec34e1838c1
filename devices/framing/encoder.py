"""Frames to bytes, from the same profile that decodes them: for emulators and round trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.framing.codec import check_counts, codec_of
from devices.parts import Counts

if TYPE_CHECKING:
    from devices.profile import Profile


def encode(profile: Profile, counts: Counts, counter: int = 0, time_s: float = 0.0) -> bytes:
    """The bytes a device would send for one frame.

    Parameters
    ----------
    profile : Profile
        How the device speaks.
    counts : (n,) or (samples, n) array
        In the order of the plate's cells, or of the channels; as many samples as the device sends in one frame.
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
    check_counts(profile, counts)
    return codec_of(profile).pack(counts, counter, time_s)
