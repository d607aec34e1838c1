"""What an assessment says about the knee, as people read it: the interval first, what is missing, what may be tried."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.finding_card import source_line
from dashboard.components.signs import card, chip, data, named, notice
from footload.decision.assessment import Assessment, FactorLine, Line, MeasuredKnee, MissingLine, Option, Tendency
from footload.decision.schemas import Certainty

_CERTAINTY = {
    Certainty.HIGH: "good",
    Certainty.MODERATE: "good",
    Certainty.LOW: "watch",
    Certainty.VERY_LOW: "watch",
    Certainty.CONTRADICTORY: "bad",
    Certainty.GUIDELINE: "info",
}


def knee_card(view: Component, form: Component) -> Component:
    """Make the part of a trial page about the knee and what may be considered.

    Parameters
    ----------
    view : dash component
        From `knee_view`.
    form : dash component
        Where clinical inputs are entered.

    Returns
    -------
    dash component
        The form stays while the rest is replaced.
    """
    return card("Knee and options", form, html.Div(view, id=ids.KNEE), name="knee")


def knee_view(assessment: Assessment) -> Component:
    """Show an assessment.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    dash component
        With a red flag or a closed safety gate the referral and nothing else.
    """
    if assessment.gate_closed:
        return html.Div([_referral(assessment), _fixed(assessment)], className="stack")
    parts: list[Any] = [_referral(assessment)] if assessment.referrals else []
    parts += [_measured(knee) for knee in assessment.knee]
    if assessment.tendency is not None:
        parts.append(_tendency(assessment.tendency))
    elif assessment.refusals:
        parts.append(notice("Not scored", _lines(assessment.refusals), "watch", "warning"))
    parts += [
        _fixed(assessment),
        _options(assessment.options),
        _folded("Options that a contraindication forbids", assessment.withheld),
        _undecided(assessment),
        _folded("Looked at, but not scored: the evidence is insufficient or contradictory", assessment.not_scored),
        _folded("Context: how common knee trouble is", assessment.context),
    ]
    return html.Div([part for part in parts if part is not None], className="stack")


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


def _fixed(assessment: Assessment) -> Component:
    return html.P(assessment.statement, className="fixed-sentence")


def _referral(assessment: Assessment) -> Component:
    items = [
        html.Li([html.Span(line.text), *([" ", html.Span(_because(line.why), className="dim")] if line.why else [])])
        for line in assessment.referrals
    ]
    return notice("Have someone else look at this", html.Ul(items), "bad", "referral")


def _measured(knee: MeasuredKnee) -> Component:
    head = html.P(f"The knee was measured, so it is reported and not predicted ({knee.side}, {knee.task}).")
    return html.Div([head, html.P(knee.text, className="interval-words"), _sources(knee.citations)])


def _tendency(tendency: Tendency) -> Component:
    told = html.Div(
        [
            html.H3(tendency.outcome),
            html.P(tendency.interval, className="interval-words"),
            _bar(tendency),
            html.P(tendency.frequency),
            html.P(f"Middle of the interval: {tendency.point}.", className="dim"),
            html.P([certainty_chip(tendency.certainty), chip(_direction(tendency))], className="chips"),
            html.Details(
                [
                    html.Summary("Model, base rate, other assumptions"),
                    html.P(tendency.model),
                    html.P(tendency.base_rate_note),
                    html.Ul([html.Li(line) for line in tendency.sensitivity], className="reasons"),
                    _sources(tendency.citations),
                ]
            ),
        ],
        className="knee-part",
    )
    missing = [html.H3("What is missing"), *(_missing(line) for line in tendency.missing)] if tendency.missing else []
    left = html.Div([told, html.Div(_made_from(tendency), className="knee-part")], className="stack")
    return html.Div([left, html.Div(missing, className="knee-part")], className="knee-grid")


def _direction(tendency: Tendency) -> str:
    return f"{tendency.direction} the base rate" if tendency.color_allowed else tendency.direction


def _made_from(tendency: Tendency) -> list[Component]:
    heading = html.H3("What it is made from")
    if not tendency.factors:
        return [heading, html.P("Nothing that this model can use was measured or entered.", className="dim")]
    return [heading, *(_factor(factor) for factor in tendency.factors)]


def _bar(tendency: Tendency) -> Component:
    prediction = tendency.prediction
    spans = [
        html.Span(className=name, style={"left": f"{100 * low:.1f}%", "width": f"{100 * (high - low):.1f}%"})
        for name, (low, high) in (("outer", prediction.interval_95), ("inner", prediction.interval_80))
    ]
    base = html.Span(className="base", style={"left": f"{100 * prediction.base_rate:.1f}%"})
    ticks = [
        html.Span(f"{share} %", className="tick", style={"left": f"{min(max(share, 2), 97)}%"})
        for share in (0, 25, 50, 75, 100)
    ]
    telling = " telling" if tendency.color_allowed else ""
    label = f"{tendency.interval}; the dashed line is the base rate"
    return html.Div([*spans, base, *ticks], className=f"interval-bar{telling}", role="img", **named(label))


def _factor(factor: FactorLine) -> Component:
    side = f", {factor.side}" if factor.side else ""
    head = html.P([html.Strong(f"{factor.label}{side} "), certainty_chip(factor.certainty)])
    measured = html.Ul([html.Li(line) for line in factor.measured], className="reasons")
    points = html.P(
        f"{factor.z:+.1f} SD, {factor.points:+d} points{factor.mark.beside}. {factor.note}", className="dim"
    )
    return html.Div([head, measured, points, _sources(factor.citations)])


def _missing(line: MissingLine) -> Component:
    return html.Div(
        [
            html.P([html.Strong(f"{line.label} "), certainty_chip(line.certainty)]),
            html.P(" ".join(line.reasons), className="dim") if line.reasons else None,
            html.P(f"How: {line.how_to_measure}."),
            html.P(line.could_change, className="dim small"),
        ]
    )


def _options(options: tuple[Option, ...]) -> Component | None:
    if not options:
        return html.P("No option is suggested by what is known so far.", className="dim")
    cards = html.Div([_option(option) for option in options], className="options")
    return html.Div([html.H3("Options to consider, for the clinician or fitter"), cards], className="stack")


def _option(option: Option) -> Component:
    facts: list[tuple[str, Any]] = [("Why", _bullets(option.why))]
    facts += [
        (term, content)
        for term, given, content in (
            ("How much", option.doses, _bullets(option.doses)),
            ("Confirm it by", option.confirm, option.confirm),
            ("What to expect", option.expected, option.expected),
            ("Check first", option.check_first, _bullets(option.check_first)),
            ("Know this", option.note, option.note),
        )
        if given
    ]
    rows = [item for term, text in facts for item in (html.Dt(term), html.Dd(text))]
    marks = [chip(option.kind, "info"), certainty_chip(option.certainty)]
    if option.mark.beside:
        marks.append(chip(option.mark.value, "plain"))
    parts = [html.H3(option.title), html.Div(marks, className="chips"), html.P(option.text), html.Dl(rows)]
    return html.Article([*parts, _sources(option.citations)], className="option", **data("rule", option.id))


def _undecided(assessment: Assessment) -> Component | None:
    if not assessment.undecided:
        return None
    items = [
        html.Li([html.Strong(f"{rule.title}: "), rule.to_settle, " Missing: ", "; ".join(rule.missing), "."])
        for rule in assessment.undecided
    ]
    summary = html.Summary(f"Not decided yet, and what would decide it ({len(items)})")
    return html.Details([summary, html.Ul(items, className="reasons")])


def _folded(title: str, lines: tuple[Line, ...]) -> Component | None:
    if not lines:
        return None
    return html.Details([html.Summary(f"{title} ({len(lines)})"), _lines(lines)])


def _lines(lines: Iterable[Line]) -> Component:
    items = [
        html.Li([html.Span(line.text), *([" ", html.Span(_because(line.why), className="dim")] if line.why else [])])
        for line in lines
    ]
    return html.Ul(items, className="reasons")


def _because(why: tuple[str, ...]) -> str:
    return f"({'; '.join(why)})"


def _bullets(lines: tuple[str, ...]) -> Component:
    return html.Ul([html.Li(line) for line in lines], className="reasons")


def _sources(citations: tuple[str, ...]) -> Component | None:
    if not citations:
        return None
    items = [html.Li(source_line(key)) for key in citations]
    return html.Details([html.Summary(f"Sources ({len(items)})"), html.Ul(items, className="reasons")])
