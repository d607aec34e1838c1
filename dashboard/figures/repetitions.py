"""Repetitions laid over each other: the medial shift of each foot over the course and over the depth of a squat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.theme import SIDE_DASH, SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray, IntArray
from footload.colors import SIDE_COLOR
from footload.tasks.repetition import Repetition
from footload.trials import Side

COURSE: Final = np.linspace(0.0, 100.0, 101)
"""Where repetitions of different length are compared, from their beginning to their end. [%]"""
FEWEST_FOR_BAND: Final = 3
"""Two curves have no spread worth the name."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlaid:
    """The counted repetitions of one foot on one course.

    Parameters
    ----------
    numbers : tuple of int
        Which repetitions, from 0.
    curves : (r, 101) array
        Medial shift at `COURSE`; NaN where there is no centre of pressure. [%]
    mean, spread : (101,) array
        Mean and standard deviation of those that have a value; NaN where fewer than three do. [%]
    """

    numbers: tuple[int, ...]
    curves: FloatArray
    mean: FloatArray
    spread: FloatArray


def overlaid(analysis: Analysis, side: Side) -> Overlaid:
    """Bring the counted repetitions of one foot to the same length.

    Parameters
    ----------
    analysis : Analysis
        With the foot's medial shift.
    side : Side
        Which foot.

    Returns
    -------
    Overlaid
        Without the repetitions that were not counted.
    """
    shift = analysis.shifts[side].shift_percent
    counted = [each for each in analysis.repetitions if not each.rejected]
    curves = np.array([on_course(shift[each.start : each.stop]) for each in counted]).reshape(len(counted), len(COURSE))
    known = np.isfinite(curves).sum(axis=0)
    enough = known >= FEWEST_FOR_BAND
    mean, spread = np.full(len(COURSE), np.nan), np.full(len(COURSE), np.nan)
    if enough.any():
        mean[enough] = np.nanmean(curves[:, enough], axis=0)
        spread[enough] = np.nanstd(curves[:, enough], axis=0, ddof=1)
    return Overlaid(tuple(each.number for each in counted), curves, mean, spread)


def on_course(values: FloatArray) -> FloatArray:
    """Values of one repetition at every per cent of its duration.

    Parameters
    ----------
    values : (t,) array
        From its first to its last frame.

    Returns
    -------
    (101,) array
        Straight lines between frames; NaN beside a frame that has no value.
    """
    if len(values) < 2:
        return np.full(len(COURSE), np.nan)
    return np.interp(COURSE, np.linspace(0.0, 100.0, len(values)), values)


def shift_over_time(analysis: Analysis) -> go.Figure:
    """Every counted repetition over its own course, with mean and band, a panel a foot.

    Parameters
    ----------
    analysis : Analysis
        Of a squat.

    Returns
    -------
    plotly.graph_objects.Figure
        The band is one standard deviation to either side.
    """
    figure = go.Figure()
    sides = [side for side in Side if side in analysis.shifts]
    for column, side in enumerate(sides):
        found = overlaid(analysis, side)
        axes = _axes(column)
        for number, curve in zip(found.numbers, found.curves, strict=True):
            figure.add_trace(_thin(COURSE, curve, number, side, axes=axes, what=" % of the repetition"))
        _add_band(figure, found, side, axes)
    return _laid_out(figure, sides, "course of the repetition (%)", [0.0, 100.0])


def shift_over_depth(analysis: Analysis) -> go.Figure:
    """The medial shift against the depth, down and up, every counted repetition, a panel a foot.

    Parameters
    ----------
    analysis : Analysis
        Of a squat, with depth.

    Returns
    -------
    plotly.graph_objects.Figure
        A line that comes back another way than it went is another shift at the same depth.
    """
    figure = go.Figure()
    sides = [side for side in Side if side in analysis.shifts]
    depth_mm = np.asarray(analysis.depth_mm)
    for column, side in enumerate(sides):
        shift = analysis.shifts[side].shift_percent
        for each in analysis.repetitions:
            if not each.rejected:
                frames = _frames(each, len(depth_mm))
                figure.add_trace(
                    _thin(
                        depth_mm[frames],
                        shift[frames],
                        each.number,
                        side,
                        axes=_axes(column),
                        what=" mm below standing",
                    )
                )
    return _laid_out(figure, sides, "depth (mm)", None)


def _frames(repetition: Repetition, n: int, most: int = 400) -> IntArray:
    stop = min(repetition.stop, n)
    return np.arange(repetition.start, stop, max((stop - repetition.start) // most, 1))


def _axes(column: int) -> dict[str, Any]:
    return {"xaxis": f"x{column + 1 if column else ''}", "yaxis": f"y{column + 1 if column else ''}"}


def _thin(x: FloatArray, y: FloatArray, number: int, side: Side, *, axes: dict[str, Any], what: str) -> go.Scatter:
    name = f"{SIDE_WORD[side]}, repetition {number + 1}"
    return go.Scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        name=name,
        mode="lines",
        showlegend=False,
        line={"color": SIDE_COLOR[side], "dash": SIDE_DASH[side], "width": 1},
        opacity=0.7,
        hovertemplate=f"%{{y:.1f}} % of foot width at %{{x:.0f}}{what}, {name}<extra></extra>",
        **axes,
    )


def _add_band(figure: go.Figure, found: Overlaid, side: Side, axes: dict[str, Any]) -> None:
    known = np.isfinite(found.mean)
    if not known.any():
        return
    x, mean, spread = COURSE[known], found.mean[known], found.spread[known]
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
            **axes,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=x,
            y=mean,
            name=f"{SIDE_WORD[side]}, mean",
            mode="lines",
            line={"color": color, "dash": SIDE_DASH[side], "width": 4},
            hovertemplate=f"mean %{{y:.1f}} % of foot width, {SIDE_WORD[side]}<extra></extra>",
            **axes,
        )
    )


def _laid_out(figure: go.Figure, sides: list[Side], x_title: str, x_range: list[float] | None) -> go.Figure:
    layout: dict[str, Any] = {}
    for column, side in enumerate(sides):
        low = 0.54 * column
        suffix = f"{column + 1 if column else ''}"
        layout[f"xaxis{suffix}"] = {
            "domain": [low, low + 0.46] if len(sides) > 1 else [0, 1],
            "title": {"text": x_title},
            "anchor": f"y{suffix}",
            **({"range": x_range} if x_range else {}),
        }
        layout[f"yaxis{suffix}"] = {
            "title": {"text": f"{SIDE_WORD[side]}: medial shift<br>(% of foot width)"},
            "anchor": f"x{suffix}",
            "zeroline": True,
            # One scale for both feet, so that a look compares them.
            **({"matches": "y"} if column else {}),
        }
    figure.update_layout(
        **layout,
        margin={"l": 76, "r": 16, "t": 44, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yref": "container", "yanchor": "top", "x": 0},
        uirevision="keep",
    )
    return figure
