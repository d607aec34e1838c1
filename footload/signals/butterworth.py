"""Low-pass filter without a shift in time."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def low_passed(values: FloatArray, rate_hz: float, cutoff_hz: float, order: int = 4) -> FloatArray:
    """Filter with a Butterworth low-pass that runs forward and then backward, so that nothing moves in time.

    Both passes together have the stated order and lose 3 dB at the stated frequency: each has half the order and its
    own cutoff is higher by ``(sqrt(2) - 1) ** (-1 / order)``, as tan of the digital frequency (Winter's correction).

    Parameters
    ----------
    values : (t, ...) array
        Evenly sampled along the first axis, finite.
    rate_hz : float
        Samples per second. [Hz]
    cutoff_hz : float
        Where both passes together lose 3 dB. [Hz]
    order : int
        Of both passes together; even.

    Returns
    -------
    (t, ...) array
        In the unit of the values.

    Raises
    ------
    ValueError
        When the order is not even, the cutoff is not below half the rate, a value is not finite, or there are too few
        samples for the filter to settle.
    """
    if order < 2 or order % 2:
        raise ValueError(f"order is {order}, but both passes together have an even order of at least 2.")
    if not 0 < cutoff_hz < rate_hz / 2:
        raise ValueError(
            f"cutoff_hz is {cutoff_hz:g}, but it has to be above 0 and below half the rate of {rate_hz:g}."
        )
    if not np.isfinite(values).all():
        raise ValueError("The signal holds NaN or infinite values; filter the stretches between them.")
    from scipy.signal import butter, sosfiltfilt

    warped = np.tan(np.pi * cutoff_hz / rate_hz) * (np.sqrt(2) - 1) ** (-1 / order)
    sections = np.asarray(butter(order // 2, float(2 * np.arctan(warped) / np.pi), output="sos"), np.float64)
    shortest = 3 * (2 * len(sections) + 1)
    if len(values) <= shortest:
        raise ValueError(f"There are {len(values)} samples, but this filter needs more than {shortest}.")
    return np.asarray(sosfiltfilt(sections, values, axis=0), np.float64)
