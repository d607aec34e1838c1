"""How far the CoP of each foot moves medially while the person squats, with the depth below it."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.series import repetition_shades, side_line, thinned
from dashboard.theme import SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.trials import Side

_GAP = 0.07


def medial_shift(analysis: Analysis) -> go.Figure:
    """Medial shift of each foot over time, repetitions shaded, depth in the last panel.

    Parameters
    ----------
    analysis : Analysis
        Of a squat: with `shifts`.

    Returns
    -------
    plotly.graph_objects.Figure
        One panel a foot with the same scale; up is medial for both.
    """
    figure = go.Figure()
    sides = [side for side in Side if side in analysis.shifts]
    n_panels = len(sides) + (analysis.depth_mm is not None)
    span = _shift_range(analysis)
    axes: dict[str, Any] = {}
    for row, side in enumerate(sides):
        shift, word = analysis.shifts[side], SIDE_WORD[side]
        line = side_line(
            shift.time_s,
            shift.shift_percent,
            side,
            word,
            hover=f" % of foot width, {word}<extra></extra>",
            show_legend=True,
        )
        figure.add_trace(line.update(yaxis=f"y{row + 1 if row else ''}"))
        axes[f"yaxis{row + 1 if row else ''}"] = {
            "title": {"text": f"{word}: medial<br>shift (% width)"},
            "domain": _domain(row, n_panels),
            "anchor": "x",
            "range": span,
            "zeroline": True,
        }
    if analysis.depth_mm is not None:
        row = len(sides)
        axes[f"yaxis{row + 1 if row else ''}"] = _depth_axis(figure, analysis, row, n_panels)
    figure.update_layout(
        **axes,
        xaxis={"title": {"text": "time (s)"}, "anchor": f"y{n_panels if n_panels > 1 else ''}"},
        hovermode="x unified",
        margin={"l": 76, "r": 16, "t": 44, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yref": "container", "yanchor": "top", "x": 0},
        uirevision="keep",
        **repetition_shades(analysis.repetitions, _time_s(analysis), "y domain"),
    )
    return figure


def _depth_axis(figure: go.Figure, analysis: Analysis, row: int, n_panels: int) -> dict[str, Any]:
    time_s, depth_mm = thinned(_time_s(analysis), np.asarray(analysis.depth_mm))
    figure.add_trace(
        go.Scatter(
            x=time_s,
            y=depth_mm,
            name="depth",
            mode="lines",
            line={"color": "#868e96", "width": 2, "dash": "dot"},
            yaxis=f"y{row + 1 if row else ''}",
            hovertemplate="%{y:.0f} mm below standing<extra></extra>",
        )
    )
    return {
        "title": {"text": "depth (mm)"},
        "domain": _domain(row, n_panels),
        "anchor": "x",
        "autorange": "reversed",
        "zeroline": True,
    }


def _time_s(analysis: Analysis) -> FloatArray:
    """Times of the device that the repetitions were found on. [s]"""
    trial = analysis.trial
    return trial.pressure.time_s if trial.pressures else trial.forces[0].time_s


def _domain(row: int, n_panels: int) -> tuple[float, float]:
    height = (1.0 - _GAP * (n_panels - 1)) / n_panels
    top = 1.0 - row * (height + _GAP)
    return max(top - height, 0.0), top


def _shift_range(analysis: Analysis) -> tuple[float, float]:
    found = [shift.shift_percent[np.isfinite(shift.shift_percent)] for shift in analysis.shifts.values()]
    values = np.concatenate([*found, np.zeros(1)])
    pad = 0.1 * max(float(values.max() - values.min()), 1.0)
    return float(values.min()) - pad, float(values.max()) + pad
