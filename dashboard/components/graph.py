"""The one wrapper of every graph: no logo, no upload, the same buttons everywhere, a name for screen readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.signs import named
from dashboard.theme import Scheme, template
from footload.trials import Side

REMOVED_BUTTONS = ["sendChartToCloud", "lasso2d", "select2d", "autoScale2d", "zoomIn2d", "zoomOut2d"]
"""The first one would offer to send a person's data to another company's server."""


def graph(figure: go.Figure, name: str, label: str, scheme: Scheme, style: dict[str, Any] | None = None) -> Component:
    """Put a figure on a page.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Without a template; it gets the one of the scheme.
    name : str
        One of `dashboard.ids`.
    label : str
        What is seen, for people who do not see it.
    scheme : str
        ``light`` or ``dark``.
    style : dict, optional
        Height, or width over height.

    Returns
    -------
    dash component
        A figure with an accessible name.
    """
    shown = go.Figure(figure).update_layout(template=template(scheme), autosize=True)
    picture = dcc.Graph(
        id=ids.graph_id(name),
        figure=shown,
        responsive=True,
        style={"width": "100%", "height": "100%"},
        config={
            "displaylogo": False,
            "modeBarButtonsToRemove": REMOVED_BUTTONS,
            "responsive": True,
            "toImageButtonOptions": {"filename": f"footload-{name}", "scale": 2},
        },
    )
    return html.Div(picture, className=f"graph graph-{name}", style=style or {}, role="group", **named(label))


def early() -> Component:
    """Have the script that draws figures come and start, which takes a second, before there is a figure.

    Returns
    -------
    dash component
        Nothing that is seen.
    """
    return html.Div(dcc.Graph(responsive=False), hidden=True)


def two_feet(figures: Mapping[Side, go.Figure], name: str, label: str, scheme: Scheme, part: str = "foot") -> Component:
    """Put each foot in a graph of its own: side by side, or below each other where the window is narrow.

    Parameters
    ----------
    figures : mapping of Side to plotly.graph_objects.Figure
        On one scale.
    name : str
        One of `dashboard.ids`; the side is added to it.
    label : str
        What is seen, for people who do not see it.
    scheme : str
        ``light`` or ``dark``.
    part : str
        What there is one of on each side.

    Returns
    -------
    dash component
        Each with a heading.
    """
    parts = [
        html.Div(
            [
                html.Div(html.H3(f"{side.value.capitalize()} {part}"), className="foot-head"),
                graph(figure, f"{name}-{side}", f"{label}: {side} {part}", scheme),
            ]
        )
        for side, figure in figures.items()
    ]
    return html.Div(parts, className="two-feet")
