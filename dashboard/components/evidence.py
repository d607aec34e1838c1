"""Small parts that every page about evidence has: how sure it is, lists of lines with their reasons, sources."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.components.finding_card import source_line
from dashboard.components.signs import chip
from footload.decision.lines import Line
from footload.decision.schemas import Certainty

_CERTAINTY = {
    Certainty.HIGH: "good",
    Certainty.MODERATE: "good",
    Certainty.LOW: "watch",
    Certainty.VERY_LOW: "watch",
    Certainty.CONTRADICTORY: "bad",
    Certainty.GUIDELINE: "info",
}


def certainty_chip(certainty: Certainty) -> Component:
    """Show how sure the evidence is.

    Parameters
    ----------
    certainty : Certainty
        Of a link or an option.

    Returns
    -------
    dash component
        In words.
    """
    word = "guideline" if certainty is Certainty.GUIDELINE else f"{certainty.value} certainty"
    if certainty is Certainty.CONTRADICTORY:
        word = "contradictory evidence"
    return chip(word, _CERTAINTY[certainty])


def folded(title: str, lines: tuple[Line, ...]) -> Component | None:
    """Fold lines away under a heading that counts them.

    Parameters
    ----------
    title : str
        The heading.
    lines : tuple of Line
        What is folded.

    Returns
    -------
    dash component or None
        None where there are none.
    """
    if not lines:
        return None
    return html.Details([html.Summary(f"{title} ({len(lines)})"), lines_view(lines)])


def lines_view(lines: Iterable[Line]) -> Component:
    """Show lines with their reasons.

    Parameters
    ----------
    lines : iterable of Line
        In their order.

    Returns
    -------
    dash component
        A list.
    """
    items = [
        html.Li([html.Span(line.text), *([" ", html.Span(because(line.why), className="dim")] if line.why else [])])
        for line in lines
    ]
    return html.Ul(items, className="reasons")


def because(why: tuple[str, ...]) -> str:
    """Put reasons into brackets.

    Parameters
    ----------
    why : tuple of str
        The reasons.

    Returns
    -------
    str
        One text.
    """
    return f"({'; '.join(why)})"


def bullets(lines: tuple[str, ...]) -> Component:
    """Show texts as a list.

    Parameters
    ----------
    lines : tuple of str
        The texts.

    Returns
    -------
    dash component
        A list.
    """
    return html.Ul([html.Li(line) for line in lines], className="reasons")


def sources(citations: tuple[str, ...]) -> Component | None:
    """Fold sources away under a heading that counts them.

    Parameters
    ----------
    citations : tuple of str
        Keys into `references.toml`.

    Returns
    -------
    dash component or None
        None where there are none.
    """
    if not citations:
        return None
    items = [html.Li(source_line(key)) for key in citations]
    return html.Details([html.Summary(f"Sources ({len(items)})"), html.Ul(items, className="reasons")])
