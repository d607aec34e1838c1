"""Convex hulls of points and the edges that foot geometry is read from."""

from __future__ import annotations

import numpy as np

from footload.arrays import FloatArray


def hull_of(points: FloatArray) -> FloatArray:
    """Corners of the convex hull, counter-clockwise. [mm]

    Parameters
    ----------
    points : (n, 2) array
        Points. [mm]

    Returns
    -------
    (k, 2) array
        Empty when the points span no area. [mm]
    """
    from scipy.spatial import ConvexHull, QhullError

    if len(points) < 3:
        return np.empty((0, 2))
    try:
        return points[ConvexHull(points).vertices]
    except QhullError:
        return np.empty((0, 2))


def longest_edge(hull: FloatArray, outward: tuple[float, float] | None = None) -> FloatArray | None:
    """The longest edge of a hull, or the longest of those that look a certain way. [mm]

    Parameters
    ----------
    hull : (k, 2) array
        Counter-clockwise corners. [mm]
    outward : (x, y), optional
        Only edges whose outward normal has a positive part along it.

    Returns
    -------
    (2, 2) array or None
        Its two ends, None when there is no such edge. [mm]
    """
    if len(hull) < 3:
        return None
    ends = np.roll(hull, -1, axis=0)
    steps = ends - hull
    length = np.hypot(steps[:, 0], steps[:, 1])
    if outward is not None:
        normal = np.column_stack([steps[:, 1], -steps[:, 0]]) / length[:, None]
        length = np.where(normal @ np.asarray(outward) > 0.5, length, -1.0)
    best = int(length.argmax())
    return np.vstack([hull[best], ends[best]]) if length[best] > 0 else None


def crossing_mm(path: FloatArray, origin: FloatArray, along: FloatArray, across: FloatArray, at: float) -> float:
    """Where a path crosses the line ``at`` along a direction, measured across it; NaN when it does not. [mm]

    Parameters
    ----------
    path : (n, 2) array
        A polyline. [mm]
    origin, along, across : (2,) array
        Frame of the measurement; unit vectors. [mm]
    at : float
        Where the line is, along `along`. [mm]

    Returns
    -------
    float
        Mean of all crossings, for a path that wavers about the line. [mm]
    """
    forward, sideways = (path - origin) @ along, (path - origin) @ across
    before, after = forward[:-1] - at, forward[1:] - at
    crossed = np.flatnonzero((before <= 0) != (after <= 0))
    if not len(crossed):
        return float("nan")
    part = before[crossed] / (before[crossed] - after[crossed])
    return float(np.mean(sideways[crossed] + part * (sideways[crossed + 1] - sideways[crossed])))
