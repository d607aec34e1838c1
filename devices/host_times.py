"""The device's clock as the host sees it: a line that touches the arrivals from below.

A read can be late but never early, so the earliest arrivals say where the line runs: the earliest of each tenth of the
record. Where reads come in batches these are few, and all the others know something too: how likely each lateness is
can be seen from all frames, and the line is where their latenesses are likeliest together. Both lines are taken, each
by how straight its tenths stand, and the outcome is lowered until no frame comes before it was taken. Under a minute
the edge of the lower convex hull has to do. A record of an hour and more bends with the temperature of two crystals:
there the line is one of pieces of ten minutes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from footload.arrays import FloatArray, IntArray

WINDOW_S = 5.0
SHORT_S = 60.0
BENDING_S = 3600.0
PIECE_S = 600.0
TENTHS = 10
STEPS = 4
"""The likeliest line moves by less than a microsecond over the record after so many."""


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
    """The line through the earliest arrivals and all the others, lowered until it touches from below.

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
    slope, _ = lower_line(*earliest(x, y, 1.0)) if x[-1] - x[0] > WINDOW_S else lower_line(x, y)
    if x[-1] - x[0] >= SHORT_S:
        # Frames and the host's own rhythm beat against each other, so that no frame at all comes early for a while:
        # the longer the window the better, as long as there are ten. Along the hull's line, so that none is favored.
        flat_x, flat_y = earliest(x, y - (slope - 1) * x, (x[-1] - x[0]) / TENTHS)
        turn, doubt = _line(flat_x, flat_y - flat_x)
        slope += turn
        likely, likely_doubt = likeliest(x, y, slope)
        if doubt > 0 and math.isfinite(likely_doubt):
            slope += (likely - slope) / (1 + (likely_doubt / doubt) ** 2)
    return slope, float((y - slope * x).min())


def likeliest(x: FloatArray, y: FloatArray, slope: float) -> tuple[float, float]:
    """The slope with which the latenesses of all frames are likeliest together.

    Parameters
    ----------
    x : (n,) array
        Device times, rising strictly. [s]
    y : (n,) array
        Arrivals. [s]
    slope : float
        Nearly the right one.

    Returns
    -------
    slope, doubt : float
        And its standard error, by how far the tenths of the record are off a line.
    """
    for _ in range(STEPS):
        slope += _line(x, shifts(y - slope * x))[0]
    told = shifts(y - slope * x)
    tenth = np.minimum((x - x[0]) * (TENTHS / (x[-1] - x[0])), TENTHS - 1).astype(np.int64)
    n = np.bincount(tenth, minlength=TENTHS)
    means = [(np.bincount(tenth, each, TENTHS)[n > 0] / n[n > 0]) for each in (x, told)]
    return slope, _line(*means)[1]


def shifts(late: FloatArray) -> FloatArray:
    """What each lateness says by itself about how far all of them should be shifted. [s]

    The slope of the logarithm of their distribution, over how much that changes with a shift: where the distribution
    is smooth, no other estimate of a shift has a smaller variance (Cramér-Rao). Frames that came very late say nothing.

    Parameters
    ----------
    late : (n,) array
        Latenesses up to a constant. [s]

    Returns
    -------
    (n,) array
        Their mean is the shift, up to a constant. [s]
    """
    least, most = float(late.min()), float(np.quantile(late, 0.9))
    if most <= least:
        return np.zeros_like(late)
    bin_s = (most - least) / 400
    edges = least + bin_s * np.arange(-100, 541)
    # Smoothed over 4 % of the spread: enough frames in each place, and edges stay edges.
    kernel = np.exp(-0.5 * (np.arange(-64, 65) / 16) ** 2)
    density = np.convolve(np.histogram(late, edges)[0], kernel, "same")
    density += 0.01 * density.max()
    score: FloatArray = -np.gradient(density, bin_s) / density
    middles = edges[:-1] + bin_s / 2
    told: FloatArray = np.interp(late, middles, score, left=0.0, right=0.0)
    moved: FloatArray = np.interp(late, middles, np.gradient(score, bin_s), left=0.0, right=0.0)
    # The two would be equal without smoothing; a rugged distribution must not turn a shift around.
    return told / max(float(moved.mean()), 0.25 * float((told * told).mean()))


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
        slope, _ = _line(early_x[near], late)
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


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Slope of the least-squares line, and its standard error; without doubt only where all points are on it."""
    off = x - x.mean()
    slope = float((off * (y - y.mean())).sum() / (off * off).sum())
    beside = y - y.mean() - slope * off
    if len(x) < 3:
        return slope, math.inf
    return slope, math.sqrt(float((beside * beside).sum() / (off * off).sum()) / (len(x) - 2))


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
