"""Markers filtered without a shift in time, each stretch between its gaps by itself."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import MarkerRecording
from footload.signals.butterworth import low_passed
from footload.signals.runs import runs

_EVEN = 1e-3
_ORDER = 4
_SHORTEST = 10
"""Stretches of fewer frames are too short for the filter to settle; they are set missing."""


def filtered_markers(recording: MarkerRecording, cutoff_hz: float) -> MarkerRecording:
    """Low-pass every marker: Butterworth, zero phase, fourth order after both passes.

    Gaps stay gaps; what lies between two of them is filtered by itself, and stretches too short for that are set
    missing.

    Parameters
    ----------
    recording : MarkerRecording
        Evenly sampled.
    cutoff_hz : float
        Where both passes together lose 3 dB. [Hz]

    Returns
    -------
    MarkerRecording
        With one more line of history that states the filter.

    Raises
    ------
    ValueError
        When the recording is not evenly sampled, or the cutoff is not below half its rate.
    """
    steps = np.diff(recording.time_s)
    if len(steps) < 1 or float(np.ptp(steps)) > _EVEN * float(np.median(steps)):
        raise ValueError("The markers are not evenly sampled; bring them to one rate before they are filtered.")
    rate_hz = 1 / float(np.median(steps))
    places = recording.positions_mm
    if np.isfinite(places).all() and len(places) >= _SHORTEST:
        smooth = low_passed(places.reshape(len(places), -1), rate_hz, cutoff_hz, _ORDER).reshape(places.shape)
    else:
        smooth = np.stack([_of_one(places[:, i], rate_hz, cutoff_hz) for i in range(places.shape[1])], axis=1)
    return recording.with_step(
        f"markers: low-pass Butterworth, zero phase, {cutoff_hz:g} Hz, order {_ORDER} after both passes",
        positions_mm=smooth,
    )


def _of_one(places: FloatArray, rate_hz: float, cutoff_hz: float) -> FloatArray:
    smooth = np.full_like(places, np.nan)
    for start, stop in runs(np.isfinite(places.sum(axis=1)), _SHORTEST):
        smooth[start:stop] = low_passed(places[start:stop], rate_hz, cutoff_hz, _ORDER)
    return smooth
