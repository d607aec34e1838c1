"""Taking away what the mat shows without anybody on it."""

from __future__ import annotations

import numpy as np

from footload.foot.load import total_force
from footload.parameters import Parameters
from footload.recordings import PressureRecording


def zeroed(recording: PressureRecording, parameters: Parameters) -> PressureRecording:
    """Subtract the mean of the empty start and cut the noise, each only when asked for.

    Parameters
    ----------
    recording : PressureRecording
        As read.
    parameters : Parameters
        `zero_s`, `swing_share` and `noise_floor_kpa`.

    Returns
    -------
    PressureRecording
        The same recording when there is nothing to do; otherwise the next one, with its history.

    Raises
    ------
    ValueError
        When the empty start is longer than the recording, or a parameter is negative or no share.
    """
    if not 0 <= parameters.swing_share < 0.5:
        raise ValueError(f"swing_share is {parameters.swing_share:g}, but it has to be from 0 to below 0.5.")
    if parameters.zero_s < 0 or parameters.noise_floor_kpa < 0:
        raise ValueError(
            f"zero_s is {parameters.zero_s:g} and noise_floor_kpa is {parameters.noise_floor_kpa:g}, "
            "but both have to be 0 or more."
        )
    if parameters.zero_s > 0:
        recording = _without_offset(recording, parameters.zero_s)
    if parameters.swing_share > 0 and recording.in_shoe:
        recording = _without_swing(recording, parameters.swing_share)
    if parameters.noise_floor_kpa > 0:
        pressure = np.where(recording.pressure_kpa < parameters.noise_floor_kpa, 0.0, recording.pressure_kpa)
        unit = recording.pressure_unit
        recording = recording.with_step(
            f"noise floor: below {parameters.noise_floor_kpa:g} {unit} is 0",
            pressure_kpa=pressure.astype(recording.pressure_kpa.dtype),
        )
    return recording


def _without_offset(recording: PressureRecording, zero_s: float) -> PressureRecording:
    empty = recording.time_s < recording.time_s[0] + zero_s
    if empty.all():
        raise ValueError(
            f"zero_s is {zero_s:g} s, but the recording lasts only "
            f"{recording.time_s[-1] - recording.time_s[0]:g} s; the empty start has to be shorter."
        )
    offset = recording.pressure_kpa[empty].mean(axis=0)
    pressure = np.maximum(recording.pressure_kpa - offset, 0.0)
    return recording.with_step(
        f"zeroed: mean of the first {zero_s:g} s subtracted, negative values are 0", pressure_kpa=pressure
    )


def _without_swing(recording: PressureRecording, share: float) -> PressureRecording:
    force = total_force(recording)
    swing = force < share * force.max(initial=0.0)
    if not swing.any():
        return recording.with_step(f"swing: no frame with less than {100 * share:g} % of the highest force")
    offset = np.median(recording.pressure_kpa[swing], axis=0)
    pressure = np.maximum(recording.pressure_kpa - offset, 0.0)
    return recording.with_step(
        f"swing: median of {np.count_nonzero(swing)} frames with less than {100 * share:g} % of the highest force "
        f"subtracted ({float(offset @ recording.force_per_unit):.1f} {recording.force_unit} in all), negative values "
        "are 0",
        pressure_kpa=pressure.astype(recording.pressure_kpa.dtype),
    )
