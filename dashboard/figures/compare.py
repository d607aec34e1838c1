"""Conditions over each other: registered mean footprints and their differences, gait lines, curves with bands."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.comparisons import FootPrints
from dashboard.figures.overlays import COURSE, FEWEST_FOR_BAND
from dashboard.theme import PRESSURE_SCALE
from footload.arrays import FloatArray

CONDITION_COLOR: Final = ("#1c7ed6", "#e8590c", "#2f9e44", "#ae3ec9")
CONDITION_DASH: Final = ("solid", "9px,4px", "2px,3px", "10px,3px,2px,3px")
"""Color never stands alone: each condition has its own dash as well."""
DIFFERENCE_SCALE: Final = "RdBu_r"
_GAP = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Curves of one condition together.

    Parameters
    ----------
    mean : (101,) array
        Of the curves that have a value.
    sd : (101,) array
        Standard deviation; NaN where fewer than three have one.
    n : int
        Curves.
    """

    mean: FloatArray
    sd: FloatArray
    n: int


def spread_of(curves: FloatArray) -> Spread:
    """Average curves.

    Parameters
    ----------
    curves : (n, 101) array
        NaN where one has no value.

    Returns
    -------
    Spread
        NaN where nothing is known.
    """
    known = np.isfinite(curves).sum(axis=0)
    mean, sd = np.full(curves.shape[1], np.nan), np.full(curves.shape[1], np.nan)
    mean[known > 0] = np.nanmean(curves[:, known > 0], axis=0)
    enough = known >= FEWEST_FOR_BAND
    if enough.any():
        sd[enough] = np.nanstd(curves[:, enough], axis=0, ddof=1)
    return Spread(mean, sd, len(curves))


def prints_over_each_other(prints: FootPrints, names: Sequence[str]) -> go.Figure:
    """Mean footprint of each condition; below, what is more (red) and less (blue) than in the first.

    Parameters
    ----------
    prints : FootPrints
        Of one foot.
    names : sequence of str
        Of the conditions; shown as text, whatever stands in them.

    Returns
    -------
    plotly.graph_objects.Figure
        One mm the same everywhere; one scale for all means and one, even around 0, for all differences.
    """
    figure = go.Figure()
    layout: dict[str, Any] = {}
    first, n = prints.means[0], len(prints.means)
    annotations: list[dict[str, Any]] = []
    for column, (mean, name) in enumerate(zip(prints.means, names, strict=True)):
        _place(figure, layout, mean, prints, at=(column, 0, n), name=_plain(name))
        annotations.append(_title(_wrapped(name), column, n, 1.0))
        if column:
            _place(
                figure, layout, mean - first, prints, at=(column, 1, n), name=f"{_plain(name)} minus {_plain(names[0])}"
            )
            annotations.append(_title("difference", column, n, 0.46))
    most = max(float(mean.max()) for mean in prints.means) or 1.0
    change = max(float(np.abs(mean - first).max()) for mean in prints.means) or 1.0
    bar = {"thickness": 12, "outlinewidth": 0, "len": 0.46, "x": 1.01, "nticks": 5}
    figure.update_layout(
        **layout,
        coloraxis={
            "colorscale": PRESSURE_SCALE,
            "cmin": 0,
            "cmax": most,
            "colorbar": {**bar, "y": 0.77, "title": {"text": prints.unit}},
        },
        coloraxis2={
            "colorscale": DIFFERENCE_SCALE,
            "cmin": -change,
            "cmax": change,
            "colorbar": {**bar, "y": 0.23, "title": {"text": prints.unit}},
        },
        annotations=annotations,
        margin={"l": 8, "r": 8, "t": 56, "b": 8},
        uirevision="keep",
    )
    return figure


def gait_lines(lines: Sequence[tuple[FloatArray, FloatArray]], names: Sequence[str]) -> go.Figure:
    """Mean gait line of each condition in the frame of one foot.

    Parameters
    ----------
    lines : sequence of (ml, ap)
        CoP of the steps of each condition, (n, 101) each. [% of foot width, % of foot length]
    names : sequence of str
        Of the conditions.

    Returns
    -------
    plotly.graph_objects.Figure
        Right is medial for both feet; the heel is at the bottom.
    """
    figure = go.Figure()
    for number, (ml, ap) in enumerate(lines):
        if len(ml):
            x, y = spread_of(ml), spread_of(ap)
            figure.add_trace(_line(x.mean, y.mean, number, names[number], n=x.n))
    return _laid_out(figure, "+ medial (% of foot width)", "+ toward the toes (% of length)")


def curves_with_bands(curves: Sequence[FloatArray], names: Sequence[str], *, x_title: str, y_title: str) -> go.Figure:
    """Mean curve of each condition of one foot with a band of one standard deviation.

    Parameters
    ----------
    curves : sequence of (n, 101) array
        Those of each condition.
    names : sequence of str
        Of the conditions.
    x_title, y_title : str
        What is drawn.

    Returns
    -------
    plotly.graph_objects.Figure
        No band where there are fewer than three curves.
    """
    figure = go.Figure()
    for number, some in enumerate(curves):
        if len(some):
            found = spread_of(some)
            _add_band(figure, found, number)
            figure.add_trace(_line(COURSE, found.mean, number, names[number], n=found.n))
    return _laid_out(figure, x_title, y_title)


def _place(
    figure: go.Figure,
    layout: dict[str, Any],
    image: FloatArray,
    prints: FootPrints,
    *,
    at: tuple[int, int, int],
    name: str,
) -> None:
    column, row, n = at
    number = 1 + column + row * n
    axis = "" if number == 1 else str(number)
    x = (np.arange(image.shape[1]) + 0.5) * prints.pitch_mm[0]
    y = (np.arange(image.shape[0]) + 0.5) * prints.pitch_mm[1]
    figure.add_trace(
        go.Heatmap(
            x=x,
            y=y,
            z=image.astype(np.float32),
            coloraxis="coloraxis2" if row else "coloraxis",
            xaxis=f"x{axis}",
            yaxis=f"y{axis}",
            name=name,
            hovertemplate=f"%{{z:.1f}} {prints.unit}<br>%{{x:.0f}} mm, %{{y:.0f}} mm<extra>%{{fullData.name}}</extra>",
        )
    )
    width = (1.0 - _GAP * (n - 1)) / n
    low = column * (width + _GAP)
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "constrain": "domain"}
    layout[f"xaxis{axis}"] = {"domain": [low, low + width], "anchor": f"y{axis}", **bare}
    layout[f"yaxis{axis}"] = {
        "domain": [0.0, 0.46] if row else [0.54, 1.0],
        "anchor": f"x{axis}",
        "scaleanchor": f"x{axis}",
        **bare,
    }


def _title(text: str, column: int, n: int, y: float) -> dict[str, Any]:
    width = (1.0 - _GAP * (n - 1)) / n
    return {
        "text": text,
        "x": column * (width + _GAP) + width / 2,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12},
    }


def _plain(name: str) -> str:
    """A figure reads tags; a name is shown as it was written."""
    return html.escape(name, quote=False)


def _wrapped(name: str) -> str:
    return "<br>".join(_plain(line) for line in textwrap.wrap(name, 14, max_lines=3)) or " "


def _line(x: FloatArray, y: FloatArray, number: int, name: str, *, n: int) -> go.Scatter:
    return go.Scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        mode="lines",
        name=_plain(name),
        showlegend=True,
        line={"color": CONDITION_COLOR[number], "dash": CONDITION_DASH[number], "width": 3},
        hovertemplate=f"%{{y:.1f}} at %{{x:.1f}}, mean of {n}<extra>%{{fullData.name}}</extra>",
    )


def _add_band(figure: go.Figure, found: Spread, number: int) -> None:
    known = np.isfinite(found.sd)
    if not known.any():
        return
    color = CONDITION_COLOR[number]
    x, low, high = COURSE[known], (found.mean - found.sd)[known], (found.mean + found.sd)[known]
    figure.add_trace(
        go.Scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=f"rgba({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))}, 0.18)",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            name="one standard deviation",
        )
    )


def _laid_out(figure: go.Figure, x_title: str, y_title: str) -> go.Figure:
    figure.update_layout(
        xaxis={"title": {"text": x_title}},
        yaxis={"title": {"text": y_title}},
        margin={"l": 60, "r": 16, "t": 60, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yref": "container", "yanchor": "top", "x": 0},
        uirevision="keep",
    )
    return figure
