"""Which way a print points, which foot it is, and where its axis lies: read off the shape alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.foot.axis import FootAxis
from footload.foot.hulls import hull_of
from footload.foot.missing_toes import TOELESS_LENGTH, lacks_toes, toe_rise
from footload.foot.prints import Footprint, Point
from footload.trials import Side

WIDTH_LINE = 0.667
"""Foot width is measured at this part of the length from the heel, as for the CPEI."""

_HEEL_BAND = (-1.0, 0.20)
_FOREFOOT_BAND = (0.55, 0.80)
_WIDE = (0.70, 0.95)
"""The forefoot counts where the print is wide: not at all below the first share of its greatest width in the band,
fully from the second on. Parts of the length alone would move back where light toes shorten the print, as in standing,
to where the first metatarsal has no print yet, and turn the axis by a degree."""
_FULL_WEIGHT = 0.05
"""A cell counts fully for the axis from this share of the highest pressure on; below it fades out, so that a border
cell that just reaches the threshold does not turn the axis."""

_SECOND_METATARSAL = 0.06
"""The second metatarsal head lies this share of the forefoot's width medial of the forefoot's middle. Chosen so that
the axis of the synthetic foot (heel centre to second metatarsal head) is met without bias. The border that experts drew
between the second and the third metatarsal of three people lies where this has it, to 0.01 of the width."""

_SIDE_SPREAD = 0.12
"""Spread of the side score between people: the smallest score of 19 recorded walking prints is 0.25, the mean 0.49."""

_TOES_OVER_WIDTH = 2.0
"""Toes that stand apart show their end of the foot for sure; a heel can be as wide as a forefoot."""

_FEWEST_CELLS = 12
"""A print of fewer cells shows no shape."""

_SHORTEST_FOOT = 1.4
"""A print less long than this many times its width is a part of a foot: both sides then look alike."""


_THINNEST_FOOT = 8.0
"""A print more than this many times as long as wide is an edge or a row of faulty cells."""


@dataclass(frozen=True, slots=True)
class FootShape:
    """What the shape of a print says.

    Parameters
    ----------
    axis : FootAxis
        Heel, forefoot, length, width.
    side_confidence : float
        Probability of the side from the shape; 1 when it was given. [ratio]
    toes_missing : bool
        Whether the print ends with the metatarsal heads; the length is then an estimate.
    """

    axis: FootAxis
    side_confidence: float
    toes_missing: bool = False


def shape_of(foot: Footprint, side: Side | None = None, toward: Point | None = None) -> FootShape | None:
    """Find side and axis of a print.

    Parameters
    ----------
    foot : Footprint
        The touched cells.
    side : Side, optional
        When it is known; otherwise the shape decides.
    toward : (x, y), optional
        A direction from heel to toes that is known from elsewhere, such as the way of the CoP in walking.

    Returns
    -------
    FootShape or None
        None when the print has too few cells, or is too short or too thin to be a whole foot.
    """
    if foot.n_sensors < _FEWEST_CELLS:
        return None
    direction = _long_direction(foot)
    if direction is None:
        return None
    if _points_backward(foot, direction, toward):
        direction = (-direction[0], -direction[1])
    score = _side_score(foot, direction)
    found = side or (Side.RIGHT if score > 0 else Side.LEFT)
    confidence = 1.0 if side else _confidence(score)
    toeless = lacks_toes(foot, direction)
    axis = _axis(foot, direction, found, TOELESS_LENGTH if toeless else 1.0)
    return FootShape(axis, confidence, toeless) if axis else None


def width_mm(foot: Footprint, axis: FootAxis, at: float = WIDTH_LINE) -> float:
    """Width of the print's convex hull on the perpendicular at a part of the length. [mm]

    Parameters
    ----------
    foot : Footprint
        The touched cells.
    axis : FootAxis
        The foot's frame.
    at : float
        Part of the length from the heel. [ratio]

    Returns
    -------
    float
        From the medial to the lateral border; NaN when the print spans no area there. The hull, as for the CPEI: the
        borders of the touched cells themselves jump by a whole metatarsal from one line to the next. [mm]
    """
    hull = hull_of(foot.corners_mm)
    if len(hull) < 3:
        return float("nan")
    ap, ml = axis.to_foot(hull[:, 0], hull[:, 1])
    line = at * axis.length_mm
    start, stop = np.column_stack([ap, ml]), np.column_stack([np.roll(ap, -1), np.roll(ml, -1)])
    crossed = (start[:, 0] <= line) != (stop[:, 0] <= line)
    if np.count_nonzero(crossed) != 2:
        return float("nan")
    start, stop = start[crossed], stop[crossed]
    part = (line - start[:, 0]) / (stop[:, 0] - start[:, 0])
    return float(np.ptp(start[:, 1] + part * (stop[:, 1] - start[:, 1])))


def outline_axis(outline: Footprint, side: Side) -> FootAxis | None:
    """Axis of a whole insole, whose heel is at the smallest y.

    Parameters
    ----------
    outline : Footprint
        All sensors of the insole.
    side : Side
        The foot in the shoe.

    Returns
    -------
    FootAxis or None
        None when it has too few sensors, or none at the heel or the forefoot.
    """
    return _axis(outline, (0.0, 1.0), side, 1.0) if outline.n_sensors >= _FEWEST_CELLS else None


def _long_direction(foot: Footprint) -> Point | None:
    """Principal direction of the touched cells, pointing to +y; None when the print is not as long as a foot."""
    places = np.column_stack([foot.x_mm, foot.y_mm])
    spread, vectors = np.linalg.eigh(np.cov(places.T))
    if not _SHORTEST_FOOT**2 * spread[0] <= spread[1] <= _THINNEST_FOOT**2 * spread[0]:
        return None
    x, y = vectors[:, 1]
    sign = 1.0 if y >= 0 else -1.0
    return float(sign * x), float(sign * y)


def _points_backward(foot: Footprint, direction: Point, toward: Point | None) -> bool:
    """Whether the direction leads from toes to heel.

    From what is known; else a forefoot is wider than a heel, and toes stand apart at its end: both, in parts of the
    print's width, are added up, so that where one is weak (toes on coarse cells) the other decides.
    """
    if toward is not None:
        return toward[0] * direction[0] + toward[1] * direction[1] < 0
    along, across = _coordinates(foot, direction)

    def wider_in_front(part: FloatArray) -> float:
        return (_spread(across, part, 0.70, 0.95) - _spread(across, part, 0.15, 0.40)) / float(np.ptp(across))

    wider = wider_in_front(along) - wider_in_front(1 - along)
    toes = toe_rise(foot, direction) - toe_rise(foot, (-direction[0], -direction[1]))
    return wider + _TOES_OVER_WIDTH * toes < 0


def _coordinates(foot: Footprint, direction: Point) -> tuple[FloatArray, FloatArray]:
    """Part of the print's length from its rear end, and distance to the right of the direction. [ratio, mm]"""
    low, high = foot.extent_mm((0.0, 0.0), direction)
    along = (foot.x_mm * direction[0] + foot.y_mm * direction[1] - low) / (high - low)
    return along, foot.x_mm * direction[1] - foot.y_mm * direction[0]


def _spread(across: FloatArray, along: FloatArray, start: float, stop: float) -> float:
    inside = across[(along >= start) & (along < stop)]
    return float(np.ptp(inside)) if len(inside) else 0.0


def _middle(across: FloatArray, along: FloatArray, start: float, stop: float) -> float:
    inside = across[(along >= start) & (along < stop)]
    return float(inside.mean()) if len(inside) else float("nan")


def _side_score(foot: Footprint, direction: Point) -> float:
    """Above 0 for a right foot: its midfoot bulges to the right, its hallux lies to the left, its front recedes right.

    A midfoot or a toe that left no print is silent and adds nothing; a midfoot that printed as a thin strip says less
    than one that printed broadly, and its vote shrinks with the area it printed beside that of the heel.
    """
    along, across = _coordinates(foot, direction)
    heel, forefoot = _middle(across, along, 0.0, 0.20), _middle(across, along, 0.62, 0.75)

    def off_line(start: float, stop: float) -> float:
        part = ((start + stop) / 2 - 0.10) / (0.685 - 0.10)
        return _middle(across, along, start, stop) - (heel + (forefoot - heel) * part)

    n_midfoot = np.count_nonzero((along >= 0.35) & (along < 0.50)) / 0.15
    n_heel = np.count_nonzero(along < 0.20) / 0.20
    breadth = min(1.0, n_midfoot / n_heel) if n_heel else 0.0
    votes = np.array([breadth * off_line(0.35, 0.50), -off_line(0.90, 1.01)]) / np.ptp(across)
    return float(np.nansum(votes)) - _front_slope(along, across)


def _front_slope(along: FloatArray, across: FloatArray) -> float:
    """How far the print's front reaches farther on the right than on the left, in lengths per width; 0 when unknown."""
    front = along >= 0.60
    if np.count_nonzero(front) < 3 or not np.ptp(across[front]) > 0:
        return 0.0
    c, a = across[front] - across[front].mean(), along[front] - along[front].mean()
    return float(c @ a / (c @ c) * np.ptp(across))


def _confidence(score: float) -> float:
    """Probability that the sign of a score is right, for normally spread scores."""
    from scipy.special import ndtr

    return float(ndtr(abs(score) / _SIDE_SPREAD))


def _axis(foot: Footprint, direction: Point, side: Side, printed: float) -> FootAxis | None:
    """Turn the direction until heel centre and second metatarsal head both lie on it.

    `printed` is the part of the foot's length that left a print, counted from the heel.
    """
    weight = np.clip(foot.pressure_kpa / (_FULL_WEIGHT * foot.pressure_kpa.max()), 0.0, 1.0)
    heel = forefoot = (0.0, 0.0)
    for _ in range(20):
        along = printed * _coordinates(foot, direction)[0]
        low, high = foot.extent_mm((0.0, 0.0), direction)
        cell = printed * 2 * foot.reach_mm(direction) / (high - low)
        heel_weight = weight * _band(along, *_HEEL_BAND, cell)
        forefoot_weight = weight * _wide_part(foot, direction, along, cell)
        if not heel_weight.any() or not forefoot_weight.any():
            return None
        heel = _centroid(foot, heel_weight)
        forefoot = _second_metatarsal(foot, forefoot_weight, direction, side)
        step = (forefoot[0] - heel[0], forefoot[1] - heel[1])
        norm = float(np.hypot(*step))
        turned = (step[0] / norm, step[1] / norm)
        settled = abs(turned[0] - direction[0]) + abs(turned[1] - direction[1]) < 1e-9
        direction = turned
        if settled:
            break
    low, high = foot.extent_mm(heel, direction)
    rear = (heel[0] + low * direction[0], heel[1] + low * direction[1])
    length_mm = (high - low) / printed
    axis = FootAxis(side, rear, forefoot, length_mm, float("nan"))
    return FootAxis(side, rear, forefoot, length_mm, width_mm(foot, axis))


def _band(along: FloatArray, start: float, stop: float, cell: float) -> FloatArray:
    """1 inside a band of the length, fading over one cell at its ends, so that no cell jumps in or out."""
    return np.clip((along - start) / cell + 0.5, 0, 1) * np.clip((stop - along) / cell + 0.5, 0, 1)


def _wide_part(foot: Footprint, direction: Point, along: FloatArray, cell: float) -> FloatArray:
    """1 for cells where the forefoot is wide, 0 where it is narrow or there is none."""
    inside = (along >= _FOREFOOT_BAND[0]) & (along < _FOREFOOT_BAND[1])
    if np.count_nonzero(inside) < 2:
        return inside.astype(np.float64)
    right = (direction[1], -direction[0])
    at = np.arange(*_FOREFOOT_BAND, cell / 2)
    places = foot.x_mm * direction[0] + foot.y_mm * direction[1]
    scale = np.ptp(places[inside]) / max(float(np.ptp(along[inside])), 1e-12)
    start = float(places[inside].mean() - scale * along[inside].mean())
    first, last = foot.crossings_mm((start + scale * at)[:, None] * np.asarray(direction), right)
    width = np.convolve(np.nan_to_num(last - first), [0.25, 0.5, 0.25], "same")
    wide = (width / max(float(width.max()), 1e-12) - _WIDE[0]) / (_WIDE[1] - _WIDE[0])
    return np.interp(along, at, np.clip(wide, 0.0, 1.0), left=0.0, right=0.0)


def _centroid(foot: Footprint, weight: FloatArray) -> Point:
    total = weight.sum()
    return float(foot.x_mm @ weight / total), float(foot.y_mm @ weight / total)


def _second_metatarsal(foot: Footprint, weight: FloatArray, direction: Point, side: Side) -> Point:
    """The forefoot's middle, moved medially by a small share of its width (of a uniform strip of the same spread)."""
    x, y = _centroid(foot, weight)
    right = (direction[1], -direction[0])
    across = (foot.x_mm - x) * right[0] + (foot.y_mm - y) * right[1]
    width = float(np.sqrt(12 * (weight @ across**2) / weight.sum()))
    medial = 1.0 if side is Side.LEFT else -1.0
    shift = medial * _SECOND_METATARSAL * width
    return x + shift * right[0], y + shift * right[1]
