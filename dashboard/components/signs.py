"""Small signs that stand everywhere: icons, chips, the mark of a side, cards with a heading, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.theme import SIDE_WORD
from footload.trials import Side

Content = Any
"""What Dash accepts as children."""

HIDDEN: dict[str, Any] = {"aria-hidden": "true"}
"""For what only repeats the words beside it."""


def named(label: str) -> dict[str, Any]:
    """Give a component a name for people who do not see it.

    Parameters
    ----------
    label : str
        In words.

    Returns
    -------
    dict
        To be unpacked into the component.
    """
    return {"aria-label": label}


def data(name: str, value: str) -> dict[str, Any]:
    """Give a component something that tests and scripts find it by.

    Parameters
    ----------
    name : str
        What stands behind ``data-``.
    value : str
        Its value.

    Returns
    -------
    dict
        To be unpacked into the component.
    """
    return {f"data-{name}": value}


def icon(name: str) -> Component:
    """Draw an icon in the colour of the text around it.

    Parameters
    ----------
    name : str
        A file of ``assets/icons`` without its ending.

    Returns
    -------
    dash component
        Hidden from screen readers; the words beside it say the same.
    """
    return html.Span(className=f"icon icon-{name}", **HIDDEN)


def chip(text: str, kind: str = "plain", sign: str = "", title: str = "") -> Component:
    """Show a short state in a pill: words first, colour only beside them.

    Parameters
    ----------
    text : str
        The words.
    kind : str
        ``plain``, ``good``, ``watch``, ``bad`` or ``info``.
    sign : str
        An icon.
    title : str
        More, for the pointer.

    Returns
    -------
    dash component
        One line.
    """
    parts = [icon(sign), html.Span(text)] if sign else [html.Span(text)]
    return html.Span(parts, className=f"chip chip-{kind}", title=title or None)


def side_mark(side: Side | None) -> Component:
    """Show which foot, with the line that stands for it in every graph.

    Parameters
    ----------
    side : Side, optional
        Which foot.

    Returns
    -------
    dash component
        A short line in the side's colour and dash, and the word.
    """
    word = SIDE_WORD[side]
    line = html.Span(className=f"side-line side-line-{side.value if side else 'unknown'}", **HIDDEN)
    return html.Span([line, html.Span(word)], className="side-mark")


def map_key() -> Component:
    """Explain the lines on a pressure map.

    Returns
    -------
    dash component
        A list: beside the picture, where a legend would cover it on a narrow screen.
    """
    lines = (("regions", "regions"), ("axis", "foot axis"), ("gait", "gait line (centre of pressure)"))
    return html.Ul(
        [html.Li([html.Span(className=f"key-line key-{kind}", **HIDDEN), html.Span(text)]) for kind, text in lines],
        className="map-key",
    )


def card(heading: str, *content: Content, name: str = "", aside: Content = None) -> Component:
    """Make a part of a page with its heading.

    Parameters
    ----------
    heading : str
        Second-level heading.
    *content : dash components
        What is in it.
    name : str
        Last part of its class.
    aside : dash component, optional
        Control at the right end of the heading.

    Returns
    -------
    dash component
        A section.
    """
    head = html.Div([html.H2(heading), aside] if aside is not None else [html.H2(heading)], className="card-head")
    return html.Section([head, *content], className=f"card card-{name}" if name else "card")


def table(head: Sequence[Content], rows: Sequence[Sequence[Content]], label: str, *, cards: bool = False) -> Component:
    """Make a table that scrolls sideways on a narrow screen, or whose rows become cards there.

    Parameters
    ----------
    head : sequence
        Column headings.
    rows : sequence of sequences
        Cells; the first of each row is its heading.
    label : str
        What it is, for people who do not see it.
    cards : bool
        Whether each row is a card of its own where there is no room for columns; the headings are words then.

    Returns
    -------
    dash component
        Reachable with the keyboard, since it may scroll.
    """
    # What is no longer laid out as a table is one for screen readers only when it says so.
    of: Callable[[str], dict[str, str]] = (lambda role: {"role": role}) if cards else (lambda _: {})
    body = [
        html.Tr(
            [
                html.Th(row[0], scope="row", **of("rowheader")),  # type: ignore[arg-type]
                *(_cell(cell, name if cards else "", of("cell")) for cell, name in zip(row[1:], head[1:], strict=True)),
            ],
            **of("row"),  # type: ignore[arg-type]
        )
        for row in rows
    ]
    columns = html.Tr([html.Th(cell, scope="col", **of("columnheader")) for cell in head], **of("row"))  # type: ignore[arg-type]
    return html.Div(
        html.Table(
            [html.Thead(columns, **of("rowgroup")), html.Tbody(body, **of("rowgroup"))],  # type: ignore[arg-type]
            className="table table-cards" if cards else "table",
            **of("table"),  # type: ignore[arg-type]
        ),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **named(label),
    )


def _cell(content: Content, name: Content, role: dict[str, str]) -> Component:
    return html.Td(content, **role, **(data("label", name) if isinstance(name, str) and name else {}))  # type: ignore[arg-type]


def notice(title: str, text: Content, kind: str = "info", sign: str = "info") -> Component:
    """Say something that should not be missed.

    Parameters
    ----------
    title : str
        In a few words.
    text : dash components or str
        The sentence, and what to do next.
    kind : str
        ``info``, ``watch`` or ``bad``.
    sign : str
        An icon.

    Returns
    -------
    dash component
        A box with an icon.
    """
    content = [html.Strong(title, className="notice-title"), html.Div(text, className="notice-text")]
    return html.Div([icon(sign), html.Div(content)], className=f"notice notice-{kind}", role="note")


def link(text: Content, href: str, class_name: str = "") -> Component:
    """Make a link to another page of the dashboard.

    Parameters
    ----------
    text : dash components or str
        What people read.
    href : str
        Path on this server.
    class_name : str
        CSS class.

    Returns
    -------
    dash component
        Changes the page without loading everything again.
    """
    return dmc.Anchor(text, href=href, refresh=False, className=class_name or "link")
