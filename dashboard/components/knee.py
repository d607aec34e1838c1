"""What an assessment says about the knee, as people read it: the interval first, what is missing, what may be tried."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.evidence import because, certainty_chip, facts_in, folded, lines_view, sources, told_from
from dashboard.components.factor_map import factor_map
from dashboard.components.signs import card, chip, named, notice
from footload.decision.assessment import Assessment, FactorLine, MeasuredKnee, MissingLine, Tendency
from footload.decision.chain import NextStep

WORDS: Final = (
    "SD is the standard deviation: how far people usually lie from their mean. AUC says how often the model ranks a "
    "person whose knee travels in above one whose knee does not: 0.5 is a coin's toss, 1 is always."
)
"""What the two abbreviations of the tendency mean; said once where they stand."""

ANGLES: Final = "fppa"
"""The input that measured knee angles are entered by."""


def knee_card(view: Component, form: Component) -> Component:
    """Make the part of a page about the knee.

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
    return card("Knee", form, html.Div(view, id=ids.KNEE), name="knee")


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
        return html.Div([referral_view(assessment), fixed_sentence(assessment)], className="stack")
    parts: list[Any] = [referral_view(assessment)] if assessment.referrals else []
    parts += [_measured(knee) for knee in assessment.knee]
    if assessment.tendency is not None:
        parts.append(_tendency(assessment.tendency))
    elif assessment.refusals:
        parts.append(notice("Not scored", lines_view(assessment.refusals), "watch", "warning"))
    parts += [
        fixed_sentence(assessment),
        factor_map(assessment.contributors),
        _next_steps(assessment.next_steps),
        folded("Looked at, but not scored: the evidence is insufficient or contradictory", assessment.not_scored),
        folded("Context: how common knee trouble is", assessment.context),
    ]
    return html.Div([part for part in parts if part is not None], className="stack")


def fixed_sentence(assessment: Assessment) -> Component:
    """Say what footload does not do.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    dash component
        One line.
    """
    return html.P(assessment.statement, className="fixed-sentence")


def referral_view(assessment: Assessment) -> Component:
    """Say that someone else should look, so that nobody can miss it.

    Parameters
    ----------
    assessment : Assessment
        With referrals.

    Returns
    -------
    dash component
        Each with its reason.
    """
    items = [
        html.Li([html.Span(line.text), *([" ", html.Span(because(line.why), className="dim")] if line.why else [])])
        for line in assessment.referrals
    ]
    return notice("Have someone else look at this", html.Ul(items), "bad", "referral")


def _measured(knee: MeasuredKnee) -> Component:
    head = html.P(f"The knee was measured, so it is reported and not predicted ({knee.side}, {knee.task}).")
    return html.Div(
        [head, html.P(knee.text, className="interval-words"), told_from((ANGLES,)), sources(knee.citations)]
    )


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
                    sources(tendency.citations),
                ]
            ),
        ],
        className="knee-part",
    )
    words = html.P(WORDS, className="dim small")
    gaps = [_missing(line) for line in tendency.missing]
    missing = [html.H3("What is missing"), *gaps, words] if gaps else [words]
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
    return html.Div([head, measured, points, told_from(factor.sources), sources(factor.citations)])


def _missing(line: MissingLine) -> Component:
    return html.Div(
        [
            html.P([html.Strong(f"{line.label} "), certainty_chip(line.certainty)]),
            html.P(" ".join(line.reasons), className="dim") if line.reasons else None,
            told_from(facts_in(line.reasons)),
            html.P(f"How: {line.how_to_measure}."),
            html.P(line.could_change, className="dim small"),
            sources(line.citations),
        ]
    )


def _next_steps(steps: tuple[NextStep, ...]) -> Component | None:
    if not steps:
        return None
    parts: list[Component] = [html.H3("What to test next, the most telling first")]
    start = 1
    for same, run in groupby(steps, key=lambda step: "" if step.gain > 0 else step.could_change):
        found = [_next_step(step, told=not same) for step in run]
        if same:  # one sentence for all of them, not one each
            parts.append(html.P(same, className="dim small"))
        parts.append(html.Ol(found, className="reasons", start=str(start)))
        start += len(found)
    return html.Div(parts, className="next-steps")


def _next_step(step: NextStep, *, told: bool) -> Component:
    could = [" ", html.Span(step.could_change, className="dim")] if told else []
    return html.Li([html.Strong(f"{step.label}: "), step.text, *could])
