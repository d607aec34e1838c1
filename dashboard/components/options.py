"""Options to consider, as people read them: the evidence beside each, what would decide the others."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.evidence import bullets, certainty_chip, folded, sources, told_from
from dashboard.components.signs import chip, data
from footload.decision.assessment import Assessment
from footload.decision.lines import Option


def options_view(assessment: Assessment) -> Component:
    """Show what may be considered, what is not decided, and what is forbidden.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    dash component
        Empty of options where none fires.
    """
    parts = [
        _options(assessment.options),
        folded("Options that a contraindication forbids", assessment.withheld),
        _undecided(assessment),
    ]
    return html.Div([part for part in parts if part is not None], className="stack")


def _options(options: tuple[Option, ...]) -> Component | None:
    if not options:
        return html.P("No option is suggested by what is known so far.", className="dim")
    cards = html.Div([_option(option) for option in options], className="options")
    return html.Div([html.H3("Options to consider, for the clinician or fitter"), cards], className="stack")


def _option(option: Option) -> Component:
    facts: list[tuple[str, Any]] = [("Why", bullets(option.why))]
    facts += [
        (term, content)
        for term, given, content in (
            ("How much", option.doses, bullets(option.doses)),
            ("Confirm it by", option.confirm, option.confirm),
            ("What to expect", option.expected, option.expected),
            ("Check first", option.check_first, bullets(option.check_first)),
            ("Know this", option.note, option.note),
        )
        if given
    ]
    rows = [item for term, text in facts for item in (html.Dt(term), html.Dd(text))]
    marks = [chip(option.kind, "info"), certainty_chip(option.certainty)]
    if option.mark.beside:
        marks.append(chip(option.mark.value, "plain"))
    parts = [html.H3(option.title), html.Div(marks, className="chips"), html.P(option.text), html.Dl(rows)]
    from_ = told_from(option.sources)
    return html.Article([*parts, from_, sources(option.citations)], className="option", **data("rule", option.id))


def _undecided(assessment: Assessment) -> Component | None:
    if not assessment.undecided:
        return None
    items = [
        html.Li([html.Strong(f"{rule.title}: "), rule.to_settle, " Missing: ", "; ".join(rule.missing), "."])
        for rule in assessment.undecided
    ]
    summary = html.Summary(f"Not decided yet, and what would decide it ({len(items)})")
    return html.Details([summary, html.Ul(items, className="reasons")])
