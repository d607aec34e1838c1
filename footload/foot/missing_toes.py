"""Whether a print has toes: many feet lift them in standing, and then the print is shorter than the foot."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.foot.prints import Footprint, Point

TOELESS_LENGTH: Final = 0.835
"""Length of a print without its toes over that of the whole one: 0.82 to 0.86 in 19 recorded steps of four people."""

_WIDEST = 0.785
"""A print whose widest place lies this far forward ends with its metatarsal heads: 0.81 to 0.89 in the same steps
without their toes, 0.69 to 0.80 with them."""

_RISE = 0.06
"""Toes stand apart: going forward, the touched width falls behind them and rises again by this share of its peak.
Without toes the rise is at most 0.05 in 19 and in 120 steps of fourteen people."""


def lacks_toes(foot: Footprint, direction: Point) -> bool:
    """Say whether a print ends with the metatarsal heads.

    Parameters
    ----------
    foot : Footprint
        A print that is as long as a foot.
    direction : (x, y)
        Unit vector from heel to toes.

    Returns
    -------
    bool
        True when no toes stand apart and the print is widest near its front end.
    """
    return toe_rise(foot, direction) < _RISE and _widest(foot, direction) >= _WIDEST


def toe_rise(foot: Footprint, direction: Point) -> float:
    """Largest rise of the touched width in front of its peak in the front half, as a share of that peak. [ratio]

    Parameters
    ----------
    foot : Footprint
        A print that is as long as a foot.
    direction : (x, y)
        Unit vector toward the end where toes may be.

    Returns
    -------
    float
        0 where the print only becomes narrower. [ratio]
    """
    low, high = foot.extent_mm((0.0, 0.0), direction)
    along = foot.x_mm * direction[0] + foot.y_mm * direction[1] - low
    n_lines = max(8, round((high - low) / (2 * foot.reach_mm(direction))))
    touched, _ = np.histogram(along, bins=n_lines, range=(0.0, high - low))
    front = np.convolve(touched, [0.25, 0.5, 0.25], "same")[int(0.45 * n_lines) :]
    front = front[int(front.argmax()) :]
    return float((front - np.minimum.accumulate(front)).max() / front[0]) if front[0] > 0 else 0.0


def _widest(foot: Footprint, direction: Point) -> float:
    """Middle of the lines across the front half whose width is within 7 % of the greatest, in parts of the length."""
    low, high = foot.extent_mm((0.0, 0.0), direction)
    at = np.arange(low + min(foot.half_mm) / 2, high, min(foot.half_mm))
    first, last = foot.crossings_mm(np.asarray(direction) * at[:, None], (direction[1], -direction[0]))
    width = np.convolve(np.nan_to_num(last - first), np.full(7, 1 / 7), "same")
    part = (at - low) / (high - low)
    front = part > 0.45
    wide = front & (width >= 0.93 * width[front].max())
    return float(part[wide].mean())
