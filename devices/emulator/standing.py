"""A person who stands still on a force device: weight, a little sway, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from devices.emulator.device import FrameEmulator, emulate_counts
from devices.wrench import counts_for

if TYPE_CHECKING:
    from devices.profile import Profile

WEIGHT_N = 700.0
SWAY_MM = (8.0, 12.0)
SWAY_HZ = (0.35, 0.2)
"""Slow circles of a size that quiet standing has; they are there to be seen, not to be studied."""


def standing_device(profile: Profile, *, duration_s: float = 20.0, repeat: bool = False) -> FrameEmulator:
    """A force device with somebody standing on its first plate.

    Parameters
    ----------
    profile : Profile
        With channels.
    duration_s : float
        How long until it ends or begins anew. [s]
    repeat : bool
        Begin anew at the end.

    Returns
    -------
    FrameEmulator
        Ready to be served.
    """
    n = max(round(duration_s * profile.time.rate_hz), profile.samples)
    time_s = np.arange(n) / profile.time.rate_hz
    force_n = np.zeros((n, 3))
    force_n[:, 2] = WEIGHT_N
    x, y = (size * np.sin(2 * np.pi * hz * time_s) for size, hz in zip(SWAY_MM, SWAY_HZ, strict=True))
    moment_nmm = np.stack([y * WEIGHT_N, -x * WEIGHT_N, np.zeros(n)], axis=1)
    return emulate_counts(profile, counts_for(profile, force_n, moment_nmm), time_s, repeat=repeat)
