"""Integration between moments of rest, where the velocity is known to be zero."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def integral(time_s: FloatArray, rate: FloatArray) -> FloatArray:
    """Running integral by the trapezoid rule, 0 at the first frame.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    rate : (t,) array
        What is integrated, per second.

    Returns
    -------
    (t,) array
        In the unit of the rate times seconds.
    """
    steps = (time_s[1:] - time_s[:-1]) * (rate[1:] + rate[:-1]) / 2
    found = np.empty(max(len(time_s), 1))
    found[0] = 0.0
    np.cumsum(steps, out=found[1:])
    return found


def rest_to_rest(time_s: FloatArray, acceleration: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Displacement and velocity of a motion that begins and ends at rest (zero-velocity update).

    What velocity is left at the end can only come from an offset of the acceleration, so that offset is taken out:
    ``v(t) = int a - (t / T) int_0^T a``.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    acceleration : (t,) array
        With an unknown constant offset. [m/s², or any length]

    Returns
    -------
    displacement, velocity : (t,) array
        Both 0 at the first frame; the velocity is 0 at the last one too.
    """
    velocity = integral(time_s, acceleration)
    velocity = velocity - velocity[-1] * _fraction(time_s)
    return integral(time_s, velocity), velocity


def with_end_moved(
    time_s: FloatArray, displacement: FloatArray, velocity: FloatArray, by: float
) -> tuple[FloatArray, FloatArray]:
    """Move the end of a motion, leaving its beginning and the rest at both ends (zero-position update).

    The correction is what a linear drift of the acceleration makes: ``by (3 s² - 2 s³)`` with s from 0 to 1.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    displacement, velocity : (t,) array
        As from `rest_to_rest`.
    by : float
        How far the end moves, in the unit of the displacement.

    Returns
    -------
    displacement, velocity : (t,) array
        Corrected.
    """
    s = _fraction(time_s)
    duration = float(time_s[-1] - time_s[0]) or 1.0
    return displacement + by * s**2 * (3 - 2 * s), velocity + by * 6 * s * (1 - s) / duration


def _fraction(time_s: FloatArray) -> FloatArray:
    duration = float(time_s[-1] - time_s[0])
    return (time_s - time_s[0]) / duration if duration > 0 else np.zeros(len(time_s))
