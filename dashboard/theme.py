"""One look everywhere: a colour and a dash for each side, one scale for pressure, light and dark templates."""

from __future__ import annotations

from typing import Final, Literal

import plotly.colors as pc
import plotly.graph_objects as go

from footload.colors import PRESSURE_MAP
from footload.trials import Side

Scheme = Literal["light", "dark"]

SIDE_DASH: Final[dict[Side | None, str]] = {Side.LEFT: "solid", Side.RIGHT: "6px,3px", None: "dot"}
"""Colour never stands alone: each side has its own dash as well."""

SIDE_WORD: Final[dict[Side | None, str]] = {Side.LEFT: "left", Side.RIGHT: "right", None: "side not known"}

PRESSURE_SCALE: Final[list[str]] = [color for _, color in pc.get_colorscale(PRESSURE_MAP)]

MAP_BACKGROUND: Final = PRESSURE_SCALE[0]
"""Where nothing loads the mat; the same in both schemes, so that a picture means the same in both."""

MAP_INK: Final = "#ffffff"
MAP_AXIS_INK: Final = "#7fdbff"
PHASE_SHADE: Final = "rgba(134, 142, 150, 0.16)"
REJECTED_SHADE: Final = "rgba(134, 142, 150, 0.05)"

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

_INK: Final[dict[Scheme, dict[str, str]]] = {
    "light": {"text": "#343a40", "grid": "#e3e7eb", "zero": "#adb5bd", "hover": "#ffffff"},
    "dark": {"text": "#ced4da", "grid": "#3a3f45", "zero": "#6c757d", "hover": "#25282c"},
}


def pressure_table() -> list[str]:
    """The pressure scale in 256 steps, for canvases: the same colours as in every figure.

    Returns
    -------
    list of str
        ``#rrggbb``, from no load to the greatest.
    """
    sampled = pc.sample_colorscale(PRESSURE_SCALE, [step / 255 for step in range(256)], colortype="tuple")
    return ["#" + "".join(f"{round(255 * float(part)):02x}" for part in color) for color in sampled]


def template(scheme: Scheme) -> go.layout.Template:
    """Look of every figure in one colour scheme; backgrounds are left to the page.

    Parameters
    ----------
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    plotly.graph_objects.layout.Template
        Text, grid and hover colours.
    """
    ink = _INK[scheme]
    axis = {
        "gridcolor": ink["grid"],
        "zerolinecolor": ink["zero"],
        "linecolor": ink["zero"],
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": ink["zero"],
        "automargin": True,
        "title": {"standoff": 8},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": ink["text"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hoverlabel": {"bgcolor": ink["hover"], "font": {"color": ink["text"]}, "bordercolor": ink["zero"]},
            "xaxis": axis,
            "yaxis": axis,
            "legend": {"bgcolor": "rgba(0,0,0,0)"},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": ink["zero"], "activecolor": ink["text"]},
        }
    )


def templates() -> dict[str, dict[str, object]]:
    """Both templates as plain values, for the switch in the browser.

    Returns
    -------
    dict
        By scheme.
    """
    return {scheme: template(scheme).to_plotly_json() for scheme in ("light", "dark")}
