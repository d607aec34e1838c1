"""Findings as cards; every word of them comes from the metric's record and from the finding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard.components.signs import chip, data, icon, side_mark
from footload.findings import Finding, ReferenceSource, ReferenceStatus
from footload.foot.contact import DRAWN_BY_HAND, WHOLE
from footload.metrics.registry import Metric, metrics
from footload.references import Reference, reference

_STATUS = {
    ReferenceStatus.WITHIN: ("within the reference range", "good", "check"),
    ReferenceStatus.BELOW: ("below the reference range", "watch", "down"),
    ReferenceStatus.ABOVE: ("above the reference range", "watch", "up"),
}


def finding_card(finding: Finding, said: Sequence[str] = ()) -> Component:
    """Show one value with everything needed to trust or to doubt it.

    Parameters
    ----------
    finding : Finding
        Of a whole foot, a stance or a trial.
    said : sequence of str
        Notes that stand above all cards already.

    Returns
    -------
    dash component
        Label, value, side, reference in words where there is one, reason, notes; formula and source to unfold.
    """
    place = [side_mark(finding.side)] if finding.side else []
    if finding.region and finding.region != WHOLE:
        place.append(html.Span(finding.region, className="dim"))
    if DRAWN_BY_HAND in finding.notes:
        place.append(edited_mark())
    return html.Article(
        [
            html.Div([html.H3(finding.label), html.Span(place, className="finding-place")], className="finding-head"),
            _value(finding),
            *_status(finding),
            *(
                html.P([icon("warning"), html.Span(note)], className="finding-note")
                for note in finding.notes
                if note not in said
            ),
            _background(finding),
        ],
        className="finding",
        **data("metric", finding.metric),
    )


def edited_mark() -> Component:
    """Say that somebody drew the foot behind a value.

    Returns
    -------
    dash component
        A chip.
    """
    return chip("edited by hand", "watch", title=f"The foot: {DRAWN_BY_HAND}.")


def finding_cards(findings: Sequence[Finding], said: Sequence[str] = ()) -> Component:
    """Show several findings side by side.

    Parameters
    ----------
    findings : sequence of Finding
        In their order.
    said : sequence of str
        Notes that stand above all cards already.

    Returns
    -------
    dash component
        As many columns as there is room for, and once for all of them which are compared with a range.
    """
    cards = html.Div([finding_card(finding, said) for finding in findings], className="findings")
    return html.Div([html.P(_compared(findings), className="dim small"), cards], className="findings-group")


def _compared(findings: Sequence[Finding]) -> str:
    """Which of several values have a reference range; the others are not said to have none one by one."""
    n, n_all = sum(finding.reference is not None for finding in findings), len(findings)
    if not n:
        return (
            "No reference range is known for these values; read them against the other foot, another condition or "
            "norms of your own."
        )
    if n == n_all:
        return "Each of these values stands beside its reference range."
    return (
        f"A reference range is known for {n} of these {n_all} values, and their cards say how they compare; read the "
        "others against the other foot, another condition or norms of your own."
    )


def metric_of(name: str) -> Metric | None:
    """The record of a metric.

    Parameters
    ----------
    name : str
        As in a finding.

    Returns
    -------
    Metric or None
        None for a finding of an older version whose metric is gone.
    """
    return metrics().get(name)


def source_of(key: str) -> Reference | None:
    """The source behind a citation key.

    Parameters
    ----------
    key : str
        As in a finding or an option.

    Returns
    -------
    Reference or None
        None where there is no such key.
    """
    try:
        return reference(key)
    except KeyError:
        return None


def source_line(key: str) -> Component:
    """Show a source with how it is known.

    Parameters
    ----------
    key : str
        Key in `references.toml`.

    Returns
    -------
    dash component
        With "unverified" where the source was not read.
    """
    source = source_of(key)
    if source is None:
        return html.Span(key, className="source")
    mark = [" ", chip("unverified", "watch", title=source.note)] if source.mark.value == "memory" else []
    note = [html.Br(), html.Span(source.note, className="dim")] if source.note else []
    return html.Span([source.text, *mark, *note], className="source")


def _value(finding: Finding) -> Component:
    if np.isnan(finding.value):
        missing = [html.Span("–", className="value-number"), html.Span("no value", className="value-unit")]
        return html.Div([html.P(missing, className="value"), html.P(finding.reason, className="finding-reason")])
    number, _, unit = value_text(finding).partition(" ")
    parts = [html.Span(number, className="value-number"), html.Span(unit, className="value-unit")]
    if not np.isnan(finding.uncertainty):
        parts.append(html.Span(f"± {finding.uncertainty:.2g}", className="value-unit"))
    return html.P(parts, className="value")


def value_text(finding: Finding) -> str:
    """Value and unit without a minus sign in front of nothing.

    Parameters
    ----------
    finding : Finding
        With a value.

    Returns
    -------
    str
        The unit as people read it.
    """
    number, gap, unit = finding.text.partition(" ")
    return f"{number.lstrip('-') if not number.strip('-0.') else number}{gap}{unit}"


def _status(finding: Finding) -> list[Component]:
    if finding.reference is None or finding.status is ReferenceStatus.NONE:
        return []
    words, kind, sign = _STATUS[finding.status]
    means = {
        ReferenceStatus.BELOW: finding.reference.low_means,
        ReferenceStatus.ABOVE: finding.reference.high_means,
    }.get(finding.status, "")
    parts = [chip(f"{words}: {means}" if means else words, kind, sign)]
    if not finding.reference.verified:
        parts.append(chip("unverified", "plain", "warning", "The range was not read in its source."))
    if finding.reference.source is ReferenceSource.OWN:
        whose = f"{finding.reference.source}: {finding.reference.population}, n = {finding.reference.n}"
        parts.append(html.Span(whose, className="dim small"))
    return [html.P(parts, className="finding-status")]


def _no_range(record: Metric | None) -> str:
    """Why a value is compared with nothing."""
    if record is not None and record.references:
        return "none for this value: the published range is in physical units, and the device gives counts"
    return "none: footload knows no published one, and no norms of your own were laid beside this trial"


def _background(finding: Finding) -> Component:
    summary = html.Summary(["Formula and source", html.Span(f" of {finding.label}", className="sr-only")])
    return html.Details([summary, background(finding)])


def background(finding: Finding) -> Component:
    """Show what a value is: definition, direction, reference range, sources.

    Parameters
    ----------
    finding : Finding
        Any.

    Returns
    -------
    dash component
        A list of terms.
    """
    record = metric_of(finding.metric)
    facts: list[tuple[str, object]] = []
    if record is not None:
        facts += [("What it is", record.definition), ("High means", record.direction)]
    if finding.reference is None:
        facts.append(("Reference range", _no_range(record)))
    else:
        facts.append(("Reference range", f"{finding.reference.text}"))
        if finding.reference.citation:
            facts.append(("Range from", source_line(finding.reference.citation)))
    key = finding.provenance.citation or (record.citation if record else "")
    if key:
        facts.append(("Formula from", source_line(key)))
    rows = [item for term, text in facts for item in (html.Dt(term), html.Dd(text))]  # type: ignore[arg-type]
    return html.Dl(rows)
