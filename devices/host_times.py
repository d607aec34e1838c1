"""The device's clock as the host sees it: a line that touches the arrivals from below.

A read can be late but never early, so the earliest arrivals say where the line runs. The earliest of each tenth of the
record is kept, and a line is laid through these; it is then lowered until no frame comes before it was taken. Under a
minute the edge of the lower convex hull has to do. A record of an hour and more bends with the temperature of two
crystals: there the line is one of pieces of ten minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from footload.arrays import FloatArray, IntArray

WINDOW_S = 5.0
SHORT_S = 60.0
BENDING_S = 3600.0
PIECE_S = 600.0


@dataclass(frozen=True, slots=True, eq=False)
class HostTimes:
    """Times of frames on the host's clock.

    Parameters
    ----------
    time_s : (n,) array
        Rising strictly. [s]
    drift_ppm : float
        How much slower the device's clock runs than the host's; NaN where it was not fitted. [ppm]
    how : str
        How they were found.
    """

    time_s: FloatArray
    drift_ppm: float
    how: str


def fit_host_times(device_s: FloatArray, arrival_s: FloatArray, breaks: IntArray, tolerance: float) -> HostTimes:
    """Put device times on the host's clock.

    Parameters
    ----------
    device_s : (n,) array
        The device's own times, rising. [s]
    arrival_s : (n,) array
        Host times of the reads. [s]
    breaks : (k,) array
        Frames at which the device's clock began anew; each stretch between them gets an offset of its own, and all
        share the rate, which is the crystal's.
    tolerance : float
        How far the rate may be from the stated one before the fit is not believed, as a fraction.

    Returns
    -------
    HostTimes
        Rising strictly also over the breaks.
    """
    edges = [0, *(int(each) for each in breaks if 0 < each < len(device_s)), len(device_s)]
    stretches = [slice(a, b) for a, b in pairwise(edges)]
    longest = max(stretches, key=lambda part: device_s[part.stop - 1] - device_s[part.start])
    slope, how = _rate(device_s[longest], arrival_s[longest], tolerance)
    fitted = how.startswith("fitted")
    time_s = np.empty(len(device_s))
    end_s = -np.inf
    for part in stretches:
        x, y = device_s[part], arrival_s[part]
        piece = bent(x, y) if fitted and x[-1] - x[0] >= BENDING_S else slope * (x - x[0])
        piece = piece + float((y - piece).min())
        # A stretch cannot begin before the one before it has ended.
        piece += max(end_s + 1e-6 - float(piece[0]), 0.0)
        time_s[part] = piece
        end_s = float(piece[-1])
    if len(stretches) > 1:
        how += f", with an offset of its own for each of {len(stretches)} stretches"
    return HostTimes(time_s, (slope - 1) * 1e6 if fitted else float("nan"), how)


def earliest(x: FloatArray, y: FloatArray, window_s: float = WINDOW_S) -> tuple[FloatArray, FloatArray]:
    """For each window the arrival that came least late.

    Parameters
    ----------
    x : (n,) array
        Device times, rising. [s]
    y : (n,) array
        Arrivals. [s]
    window_s : float
        Length of a window. [s]

    Returns
    -------
    x, y : (k,) arrays
        One point a window that holds any. [s]
    """
    late = y - x
    # The last point belongs to the last whole window, not to one of its own.
    last = max(int(np.ceil((x[-1] - x[0]) / window_s)) - 1, 0)
    window = np.minimum(np.floor((x - x[0]) / window_s).astype(np.int64), last)
    order = np.lexsort((late, window))
    first = order[np.flatnonzero(np.diff(window[order], prepend=-1) > 0)]
    return x[first], y[first]


def lower_envelope(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """The line through the earliest arrivals, lowered until it touches from below.

    Parameters
    ----------
    x : (n,) array
        Device times, rising strictly. [s]
    y : (n,) array
        Arrivals. [s]

    Returns
    -------
    slope, intercept : float
        ``y >= slope x + intercept`` everywhere.
    """
    hull_slope, hull_intercept = lower_line(*earliest(x, y, 1.0)) if x[-1] - x[0] > WINDOW_S else lower_line(x, y)
    if x[-1] - x[0] < SHORT_S:
        return hull_slope, float((y - hull_slope * x).min())
    # Frames and the host's own rhythm beat against each other, so that no frame at all comes early for a while: the
    # longer the window the better, as long as there are ten. Along the hull's line, so that the drift favors none.
    flat_x, flat_y = earliest(x, y - (hull_slope - 1) * x, (x[-1] - x[0]) / 10)
    slope = hull_slope + _slope(flat_x - x[0], flat_y - flat_x - hull_intercept)
    return slope, float((y - slope * x).min())


def bent(x: FloatArray, y: FloatArray) -> FloatArray:
    """A line of pieces through the earliest arrivals of a long record. [s]

    Parameters
    ----------
    x : (n,) array
        Device times, rising. [s]
    y : (n,) array
        Arrivals. [s]

    Returns
    -------
    (n,) array
        Host times at x; not yet lowered. [s]
    """
    n = max(round(float(x[-1] - x[0]) / PIECE_S), 2)
    begin, end = float(x[0]), float(x[-1])
    knots = begin + (end - begin) / n * np.arange(n + 1.0)
    early_x, early_y = earliest(x, y)
    # Each knot from the line through the ten minutes around it; the ends from those beside them.
    values: FloatArray = np.empty(len(knots))
    for number, knot in enumerate(knots.tolist()):
        center = min(max(knot, begin + PIECE_S / 2), end - PIECE_S / 2)
        near = np.abs(early_x - center) <= PIECE_S / 2 + WINDOW_S
        late = early_y[near] - early_x[near]
        slope = _slope(early_x[near], late)
        values[number] = float(late.mean()) + slope * (knot - float(early_x[near].mean())) + knot
    return np.interp(x, knots, values)


def lower_line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """The straight line that lies below all points and closest to them on average.

    It runs along the edge of the lower convex hull that spans the mean of x.

    Parameters
    ----------
    x : (n,) array
        Strictly rising, at least two.
    y : (n,) array
        Values.

    Returns
    -------
    slope, intercept : float
        ``y >= slope x + intercept`` everywhere.
    """
    hull: list[tuple[float, float]] = []
    for point in zip(x.tolist(), y.tolist(), strict=True):
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    corners = np.array(hull)
    before = int(np.searchsorted(corners[:, 0], float(x.mean()), "right")) - 1
    edge = min(max(before, 0), len(hull) - 2)
    (x0, y0), (x1, y1) = corners[edge], corners[edge + 1]
    slope = float((y1 - y0) / (x1 - x0))
    return slope, float(y0 - slope * x0)


def _turns_down(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])


def _slope(x: FloatArray, y: FloatArray) -> float:
    """Of the least-squares line."""
    off = x - x.mean()
    return float((off * (y - y.mean())).sum() / (off * off).sum())


def _rate(device_s: FloatArray, arrival_s: FloatArray, tolerance: float) -> tuple[float, str]:
    """Slope from device to host time, and how it was found."""
    rising = np.diff(device_s, prepend=-np.inf) > 0
    x, y = device_s[rising], arrival_s[rising]
    # An envelope over T seconds knows the rate to about lateness / T; 10 ms of lateness has to stay within tolerance.
    if len(x) < 10 or max(x[-1] - x[0], y[-1] - y[0]) < 0.01 / tolerance:
        return 1.0, "rate as stated (too short to fit a line to the arrivals)"
    slope, _ = lower_envelope(x, y)
    if abs(slope - 1) > tolerance:
        return 1.0, f"rate as stated (arrivals would say {slope:.4g} times as long{_unit(slope)})"
    return slope, f"fitted from below to the arrivals ({(slope - 1) * 1e6:+.0f} ppm)"


def _unit(slope: float) -> str:
    """What a wrong slope says about the unit of the device's clock, within 5 %."""
    for factor, words in ((1e3, "a thousand times longer"), (1e6, "a million times longer")):
        if abs(slope / factor - 1) < 0.05:
            return f": its clock counts in units {words} than the profile says"
        if abs(slope * factor - 1) < 0.05:
            return f": its clock counts in units {words.replace('longer', 'shorter')} than the profile says"
    return ""
