"""Plates filtered as they should be: force and moment first, the center of pressure from the result."""

from __future__ import annotations

import numpy as np

from footload.recordings import ForceRecording
from footload.signals.butterworth import low_passed

_EVEN = 1e-3


def filtered(recording: ForceRecording, cutoff_hz: float, order: int = 4) -> ForceRecording:
    """Filter force and moment of a plate; its center of pressure then follows from the filtered ones.

    Parameters
    ----------
    recording : ForceRecording
        Evenly sampled, without gaps.
    cutoff_hz : float
        Where both passes together lose 3 dB. [Hz]
    order : int
        Of both passes together; even.

    Returns
    -------
    ForceRecording
        With one more line of history that states the filter.

    Raises
    ------
    ValueError
        When the recording is not evenly sampled, holds gaps, or is too short for the filter.
    """
    steps = np.diff(recording.time_s)
    if len(steps) < 1 or float(np.ptp(steps)) > _EVEN * float(np.median(steps)):
        raise ValueError("The recording is not evenly sampled; bring it to one rate before it is filtered.")
    both = np.concatenate([recording.force_n, recording.moment_nmm], axis=1)
    smooth = low_passed(both, 1 / float(np.median(steps)), cutoff_hz, order)
    return recording.with_step(
        f"low-pass Butterworth, zero phase, {cutoff_hz:g} Hz, order {order} after both passes",
        force_n=smooth[:, :3],
        moment_nmm=smooth[:, 3:],
    )
