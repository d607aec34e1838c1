"""Small parts that every page about evidence has: how sure it is, lists of lines with their reasons, sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.finding_card import source_line
from dashboard.components.signs import chip, data
from footload.decision.lines import Line
from footload.decision.schemas import Certainty
from footload.decision.tables import input_table

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
    return html.Ul([html.Li(_line(line)) for line in lines], className="reasons")


def _line(line: Line) -> list[Any]:
    parts: list[Any] = [html.Span(line.text)]
    parts += [" ", html.Span(because(line.why), className="dim")] if line.why else []
    from_ = told_from(line.sources)
    return [*parts, from_] if from_ is not None else parts


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


def told_from(names: Iterable[str]) -> Component | None:
    """Lead from a statement to the numbers behind it.

    Parameters
    ----------
    names : iterable of str
        Of findings, inputs and what is derived from them, as an assessment says its sources.

    Returns
    -------
    dash component or None
        None where nothing stands behind it.
    """
    links: list[Any] = []
    for name in dict.fromkeys(names):
        links += [", " if links else "", fact_link(name)]
    return html.P(["Where the numbers are from: ", *links], className="dim small") if links else None


def fact_link(name: str, text: str = "") -> Component:
    """Make a fact's name something that can be pressed.

    Parameters
    ----------
    name : str
        Of a finding, an input or what is derived.
    text : str
        What is shown; the fact's own words otherwise.

    Returns
    -------
    dash component
        A button in the line.
    """
    return html.Button(text or fact_label(name), type="button", className="told-link", **data("told-fact", name))  # type: ignore[arg-type]


def facts_in(texts: Iterable[str]) -> list[str]:
    """Which facts stand in sentences with their value, by their own words.

    Parameters
    ----------
    texts : iterable of str
        Such as ``Arch index: 0.19 (left, mean of 1) is not scored``.

    Returns
    -------
    list of str
        Names, in the order of the table.
    """
    said = " ".join(texts).lower()
    table = input_table()
    return [row.name for row in (*table.inputs, *table.findings) if f"{row.label}:".lower() in said]


def fact_label(name: str) -> str:
    """What people call a fact of an assessment.

    Parameters
    ----------
    name : str
        Of a finding, an input or what is derived.

    Returns
    -------
    str
        From the table of what the decision reads.
    """
    try:
        return input_table().row(name).label
    except KeyError:
        derived = {row.name: row.label for row in input_table().derived}
        return derived.get(name, name.replace("_", " "))
