"""Repetitions beside each other: each one by itself, and how left and right differ from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.overlays import course_of, knees_overlaid, overlaid
from dashboard.theme import SIDE_DASH, SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.colors import SIDE_COLOR
from footload.findings import Finding
from footload.knee.course import KneeCourse
from footload.trials import Side
from footload.units import shown

LEAST_SHOWN = 10.0
_MARKS = ("circle", "square", "diamond", "triangle-up", "x", "star")


def each_repetition(analysis: Analysis, legs: Sequence[KneeCourse]) -> dict[int, go.Figure]:
    """Every counted repetition by itself: medial shift of both feet, and the knees below where they are known.

    Parameters
    ----------
    analysis : Analysis
        Of a movement.
    legs : sequence of KneeCourse
        Each knee through the whole trial.

    Returns
    -------
    dict of int to plotly.graph_objects.Figure
        By number, from 0; one scale for all, so that a look compares them.
    """
    shifts = {side: overlaid(analysis, side) for side in Side if side in analysis.shifts}
    knees = {leg.side: knees_overlaid(analysis, leg) for leg in legs}
    course = course_of(analysis)
    panels = [
        (title, unit, found, _range([each.curves for each in found.values()]))
        for title, unit, found in (
            ("medial shift<br>(% of width)", " % of foot width", shifts),
            ("knee, + valgus<br>(°)", "°", knees),
        )
        if found
    ]
    numbers = next(iter((shifts or knees).values())).numbers if panels else ()
    figures: dict[int, go.Figure] = {}
    for place, number in enumerate(numbers):
        figure = go.Figure()
        layout: dict[str, Any] = {}
        for row, (title, unit, found, span) in enumerate(panels):
            suffix = f"{row + 1 if row else ''}"
            for side, each in found.items():
                figure.add_trace(_line(course.places, each.curves[place], side, f"y{suffix}", unit))
            low = 1 - (row + 1) / len(panels)
            layout[f"yaxis{suffix}"] = {
                "title": {"text": title},
                "range": span,
                "domain": [low + (0.05 if row + 1 < len(panels) else 0), 1 - row / len(panels)],
                "zeroline": True,
            }
        figure.update_layout(
            **layout,
            xaxis={"title": {"text": course.short}, "anchor": f"y{len(panels) if len(panels) > 1 else ''}"},
            margin={"l": 60, "r": 8, "t": 8, "b": 44},
            showlegend=False,
            hovermode="x unified",
            uirevision="keep",
        )
        figures[number] = figure
    return figures


def asymmetry_of_repetitions(findings: Sequence[Finding]) -> go.Figure:
    """How left and right differ in each repetition.

    Parameters
    ----------
    findings : sequence of Finding
        Those of `differences`.

    Returns
    -------
    plotly.graph_objects.Figure
        One line and mark a metric; at zero both sides are alike.
    """
    figure = go.Figure()
    for place, name in enumerate(dict.fromkeys(finding.metric for finding in findings)):
        mine = sorted((f for f in findings if f.metric == name), key=lambda f: f.repetition or 0)
        unit = shown(mine[0].unit)
        figure.add_trace(
            go.Scatter(
                x=[(finding.repetition or 0) + 1 for finding in mine],
                y=[finding.value for finding in mine],
                name=f"{mine[0].label} ({unit})" if unit else mine[0].label,
                mode="lines+markers",
                marker={"symbol": _MARKS[place % len(_MARKS)], "size": 10},
                line={"width": 1.5},
                hovertemplate=f"%{{y:.1f}} {unit}<extra>%{{fullData.name}}</extra>",
            )
        )
    # Never less than ten to either side, so that nothing looks like much.
    most = max([LEAST_SHOWN, *(abs(finding.value) for finding in findings)]) * 1.1
    units = {shown(finding.unit) for finding in findings}
    unit = f" ({units.pop()})" if len(units) == 1 and all(units) else ""
    figure.update_layout(
        xaxis={"title": {"text": "repetition"}, "dtick": 1},
        yaxis={"title": {"text": f"left against right{unit}"}, "zeroline": True, "range": [-most, most]},
        margin={"l": 60, "r": 16, "t": 10, "b": 48},
        legend={"orientation": "h", "y": -0.25, "yanchor": "top", "x": 0},
        hovermode="x unified",
        uirevision="keep",
    )
    return figure


def differences(analysis: Analysis) -> list[Finding]:
    """The findings that say how left and right differ in a repetition.

    Parameters
    ----------
    analysis : Analysis
        Of a movement.

    Returns
    -------
    list of Finding
        With a value.
    """
    return [
        finding
        for finding in analysis.findings
        if finding.repetition is not None and finding.metric.endswith("_asymmetry") and np.isfinite(finding.value)
    ]


def _line(x: FloatArray, y: FloatArray, side: Side, axis: str, unit: str) -> go.Scatter:
    return go.Scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        name=SIDE_WORD[side],
        mode="lines",
        yaxis=axis,
        line={"color": SIDE_COLOR[side], "dash": SIDE_DASH[side], "width": 2},
        hovertemplate=f"%{{y:.1f}}{unit}, {SIDE_WORD[side]}<extra></extra>",
    )


def _range(curves: Sequence[FloatArray]) -> list[float]:
    values = np.concatenate([each[np.isfinite(each)] for each in curves] + [np.zeros(1)])
    pad = 0.08 * max(float(values.max() - values.min()), 1.0)
    return [float(values.min()) - pad, float(values.max()) + pad]
