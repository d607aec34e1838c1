"""Repetitions laid over each other, a figure a foot: medial shift and knee over their course, over depth and force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.overlays import (
    Course,
    Overlaid,
    common_places,
    counted_in,
    course_of,
    knees_overlaid,
    laid_over,
    overlaid,
    span,
    values_at,
)
from dashboard.figures.scales import same_scale
from dashboard.theme import SIDE_DASH, SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray, IntArray
from footload.colors import SIDE_COLOR
from footload.knee.course import KneeCourse
from footload.movement_analysis import LANDINGS
from footload.trials import Side


def shift_over_time(analysis: Analysis) -> dict[Side, go.Figure]:
    """Every counted repetition over its own course, with mean and band, a figure a foot.

    Parameters
    ----------
    analysis : Analysis
        Of a squat.

    Returns
    -------
    dict of Side to plotly.graph_objects.Figure
        The band is one standard deviation to either side.
    """
    courses = {side: overlaid(analysis, side) for side in Side if side in analysis.shifts}
    return _over_course(courses, course_of(analysis), "medial shift (% of foot width)", " % of foot width")


def knee_over_time(analysis: Analysis, legs: Sequence[KneeCourse]) -> dict[Side, go.Figure]:
    """The knee's angle in the frontal plane in every counted repetition, with mean and band, a figure a leg.

    Parameters
    ----------
    analysis : Analysis
        With repetitions.
    legs : sequence of KneeCourse
        Each knee through the whole trial.

    Returns
    -------
    dict of Side to plotly.graph_objects.Figure
        Positive is valgus; the band is one standard deviation to either side.
    """
    courses = {leg.side: knees_overlaid(analysis, leg) for leg in legs}
    return _over_course(courses, course_of(analysis), "knee, frontal plane (°, + valgus)", "°")


def shift_over_force(analysis: Analysis, force_n: Mapping[Side, FloatArray]) -> dict[Side, go.Figure]:
    """The medial shift against the vertical force of the same foot, every counted repetition, a figure a foot.

    Parameters
    ----------
    analysis : Analysis
        With medial shifts.
    force_n : mapping of Side to (t,) array
        On the frames of the shifts. [N]

    Returns
    -------
    dict of Side to plotly.graph_objects.Figure
        A line that comes back another way than it went is another shift at the same force.
    """
    # A squat passes the same force several times on one way; only a landing goes up and down once.
    ways = ("up to the highest force", "after it") if analysis.trial.task in LANDINGS else ()
    force = {side: np.asarray(force_n[side]) for side in force_n}
    return _against(analysis, force, ("force of the foot (N)", " N"), ways)


def _over_course(courses: Mapping[Side, Overlaid], course: Course, title: str, unit: str) -> dict[Side, go.Figure]:
    figures: dict[Side, go.Figure] = {}
    x, x_title, x_unit, _ = course
    for side, found in courses.items():
        figure = figures[side] = go.Figure()
        for number, curve in zip(found.numbers, found.curves, strict=True):
            figure.add_trace(_thin(x, curve, number, side, what=f"{unit} at %{{x:.0f}} {x_unit}"))
        _add_band(figure, x, found, side, unit=unit)
    return _laid_out(figures, title, x_title, [0.0, float(x[-1])])


def shift_over_depth(analysis: Analysis) -> dict[Side, go.Figure]:
    """The medial shift against the depth, down and up, every counted repetition, a figure a foot.

    Parameters
    ----------
    analysis : Analysis
        Of a squat, with depth.

    Returns
    -------
    dict of Side to plotly.graph_objects.Figure
        A line that comes back another way than it went is another shift at the same depth.
    """
    depth_mm = np.asarray(analysis.depth_mm)
    below = ("depth (mm)", " mm below standing")
    return _against(analysis, dict.fromkeys(analysis.shifts, depth_mm), below, ("down", "up"))


def _against(
    analysis: Analysis, x: Mapping[Side, FloatArray], axis: tuple[str, str], names: Sequence[str]
) -> dict[Side, go.Figure]:
    figures: dict[Side, go.Figure] = {}
    x_title, what = axis
    for side in (side for side in Side if side in analysis.shifts and side in x):
        figure = figures[side] = go.Figure()
        shift, place = analysis.shifts[side].shift_percent, x[side]
        there: list[FloatArray] = []
        back: list[FloatArray] = []
        grid = common_places(analysis, place)
        for each in counted_in(analysis):
            start, stop = span(analysis, each)
            frames = _frames(start, min(stop, len(place)))
            told = f" % of foot width at %{{x:.0f}}{what}"
            figure.add_trace(_thin(place[frames], shift[frames], each.number, side, what=told))
            turn = start + int(np.nanargmax(place[start:stop])) if np.isfinite(place[start:stop]).any() else start
            there.append(values_at(grid, place[start : turn + 1], shift[start : turn + 1]))
            back.append(values_at(grid, place[turn:stop][::-1], shift[turn:stop][::-1]))
        numbers = [each.number for each in counted_in(analysis)]
        for way, curves in zip(names, (there, back), strict=bool(names)):
            _add_band(figure, grid, laid_over(numbers, curves), side, unit=f" % of foot width {way}", way=way)
    return _laid_out(figures, "medial shift (% of foot width)", x_title, None)


def _frames(start: int, stop: int, most: int = 400) -> IntArray:
    return np.arange(start, stop, max((stop - start) // most, 1))


def _thin(x: FloatArray, y: FloatArray, number: int, side: Side, *, what: str) -> go.Scatter:
    name = f"{SIDE_WORD[side]}, repetition {number + 1}"
    return go.Scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        name=name,
        mode="lines",
        showlegend=False,
        line={"color": SIDE_COLOR[side], "dash": SIDE_DASH[side], "width": 1},
        opacity=0.7,
        hovertemplate=f"%{{y:.1f}}{what}, {name}<extra></extra>",
    )


def _add_band(
    figure: go.Figure,
    places: FloatArray,
    found: Overlaid,
    side: Side,
    *,
    unit: str,
    way: str = "",
) -> None:
    known = np.isfinite(found.mean)
    if not known.any():
        return
    x, mean, spread = places[known], found.mean[known], found.spread[known]
    color = SIDE_COLOR[side]
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([mean + spread, (mean - spread)[::-1]]),
            fill="toself",
            fillcolor=f"rgba({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))}, 0.18)",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            name=f"{SIDE_WORD[side]}, one standard deviation",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=x,
            y=mean,
            name=f"mean {way}".rstrip(),  # whose it is, the heading of the figure says
            mode="lines",
            line={"color": color, "dash": SIDE_DASH[side], "width": 2.5 if way in {"up", "after it"} else 4},
            hovertemplate=f"mean %{{y:.1f}}{unit}, {SIDE_WORD[side]}<extra></extra>",
        )
    )


def _laid_out(
    figures: Mapping[Side, go.Figure], y_title: str, x_title: str, x_range: list[float] | None
) -> dict[Side, go.Figure]:
    for figure in figures.values():
        # A legend needs two to tell apart; what is on its own is named by its heading.
        traces: Any = figure.data
        named = sum(trace.showlegend is not False for trace in traces)
        figure.update_layout(
            xaxis={"title": {"text": x_title}, **({"range": x_range} if x_range else {})},
            yaxis={"title": {"text": y_title}, "zeroline": True},
            margin={"l": 60, "r": 16, "t": 44, "b": 48},
            showlegend=named > 1,
            # Below the buttons, which stand at the right end of the first line.
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            uirevision="keep",
        )
    return same_scale(figures, from_zero=True)  # the shift of a short landing would look like its noise
