"""The kinetic chain as a drawing: every contributing factor at its height of the leg, and what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.evidence import certainty_chip, sources, told_from
from dashboard.components.signs import chip, data, icon
from footload.decision.chain import Contributor, Evidence

PLACES: Final = ("whole body", "core", "hip", "knee", "foot and ankle")
"""From the top down, as a person stands."""

_LEFT: Final = frozenset({"muscular", "motor control"})
"""Groups that are drawn left of the leg; mobility and structure are drawn right of it."""

_SPEAKS: Final = {
    "for": ("speaks for it", "watch", "up"),
    "against": ("speaks against it", "good", "check"),
    "both": ("contradictory", "bad", "warning"),
    "silent": ("not tested", "plain", "question"),
}


def factor_map(contributors: Sequence[Contributor]) -> Component | None:
    """Draw what may let the knee travel inward, each factor beside the part of the leg that it acts on.

    Parameters
    ----------
    contributors : sequence of Contributor
        Every factor of the chain.

    Returns
    -------
    dash component or None
        Rows from the trunk to the foot on both sides of a leg; None where there are no factors.
    """
    if not contributors:
        return None
    rows: list[Component] = []
    for place in PLACES:
        here = [one for one in contributors if one.place == place]
        if here:
            rows.append(_row(place, here))
    words = html.P(
        "Each factor stands at its height of the leg: muscles and control on the left, mobility and structure on the "
        "right. The mark says what your data speak; unfold one for the evidence. Factors that nobody tested are not "
        "taken for normal.",
        className="dim",
    )
    tally = html.P(
        [chip(f"{sum(one.speaks == way for one in contributors)} {text}", kind, sign)
         for way, (text, kind, sign) in _SPEAKS.items()],
        className="chips",
    )  # fmt: skip
    drawing = html.Div([html.Span(className="chain-leg"), *rows], className="chain")
    return html.Div([html.H3("What may contribute"), words, tally, drawing], className="stack")


def _row(place: str, here: Iterable[Contributor]) -> Component:
    sides: dict[bool, list[Component]] = {True: [], False: []}
    for one in here:
        sides[one.group in _LEFT].append(_factor(one))
    return html.Section(
        [
            html.Div(sides[True], className="chain-side chain-left"),
            html.H4(place, className="chain-place"),
            html.Div(sides[False], className="chain-side chain-right"),
        ],
        className="chain-row",
        **data("place", place),
    )


def _factor(one: Contributor) -> Component:
    text, kind, sign = _SPEAKS[one.speaks]
    head = html.Summary(
        [icon(sign), html.Span(one.label), html.Span(f", {text}", className="sr-only")],
        className=f"chain-head chip-{kind}",
        title=text,
    )
    marks = [chip(text, kind, sign), certainty_chip(one.certainty)]
    if not one.scored:
        marks.append(chip("not scored", "plain"))
    body = [
        html.Div(marks, className="chips"),
        *_listed("For", one.speaks_for),
        *_listed("Against", one.speaks_against),
        *_told("Seen, decides nothing", one.seen),
        *_told("Not known", one.silent_because),
        html.P(one.plate),
        html.P(one.evidence, className="dim"),
        html.P(f"Way: {' → '.join(one.way)}", className="dim"),
        *_told("Studies", one.effects),
        sources(one.citations),
    ]
    inside = html.Div([part for part in body if part is not None], className="chain-body")
    return html.Details([head, inside], className="chain-factor", **data("factor", one.id))


def _listed(term: str, lines: Sequence[Evidence]) -> list[Component]:
    from_ = told_from(name for line in lines for name in line.sources)
    return [*_told(term, tuple(line.text for line in lines)), *([from_] if from_ is not None else [])]


def _told(term: str, lines: Sequence[str]) -> list[Component]:
    if not lines:
        return []
    return [html.P(html.Strong(term)), html.Ul([html.Li(line) for line in lines], className="reasons")]
