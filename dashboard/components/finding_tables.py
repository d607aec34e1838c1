"""Findings in tables: a number opens its formula, its source and its quality notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
import numpy as np
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.finding_card import background, edited_mark, finding_card, metric_of, value_text
from dashboard.components.signs import data, named, side_mark, table
from footload.analysis import Analysis
from footload.findings import Finding
from footload.foot.contact import DRAWN_BY_HAND, WHOLE
from footload.units import shown

MOST_ROWS: Final = 120
"""Of the table of repetitions; a browser lays out more of them too slowly for anybody to wait for."""


def region_table(findings: Sequence[Finding]) -> Component:
    """Show what was found in the regions of one foot: a row a region, a column a metric.

    Parameters
    ----------
    findings : sequence of Finding
        Of one contact, those with a region.

    Returns
    -------
    dash component
        Values with the unit in the heading; what has a value nowhere stands below with its reason.
    """
    regions = list(dict.fromkeys(finding.region for finding in findings))
    names = _with_a_value(findings)
    by_place = {(finding.region, finding.metric): finding for finding in findings}
    heads = {finding.metric: _heading(finding) for finding in findings}
    rows = [[region, *(_cell(by_place.get((region, name))) for name in names)] for region in regions]
    return _table("Region", (names, heads), rows, "Findings of the regions of this foot", findings)


def repetition_table(findings: Sequence[Finding]) -> Component:
    """Show what was found in every repetition: a row a repetition and foot, a column a metric.

    Parameters
    ----------
    findings : sequence of Finding
        Those with a repetition.

    Returns
    -------
    dash component
        Repetitions are numbered from 1; what holds for both feet stands beside each. Of very many the first
        `MOST_ROWS` rows, which it says.
    """
    keys = sorted({(finding.repetition or 0, finding.side or "") for finding in findings})
    sided = {number for number, side in keys if side}
    keys = [(number, side) for number, side in keys if side or number not in sided]
    names = _with_a_value(findings)
    by_place = {(finding.repetition or 0, finding.side or "", finding.metric): finding for finding in findings}
    sides = {finding.side or "": finding.side for finding in findings}
    heads = {finding.metric: _heading(finding) for finding in findings}
    rows = [
        [
            html.Span([f"{number + 1} ", side_mark(sides[side])] if side else f"{number + 1}"),
            *(_cell(by_place.get((number, side, name)) or by_place.get((number, "", name))) for name in names),
        ]
        for number, side in keys[:MOST_ROWS]
    ]
    found = _table("Repetition", (names, heads), rows, "Findings of every repetition", findings)
    if len(keys) <= MOST_ROWS:
        return found
    said = f"The first {MOST_ROWS} of {len(keys)} rows. footload analyze FILE --csv TABLE.csv writes all of them."
    return html.Div([html.P(said, className="dim"), found], className="stack")


def finding_key(finding: Finding) -> str:
    """Name a finding among those of its trial.

    Parameters
    ----------
    finding : Finding
        Any.

    Returns
    -------
    str
        Metric, side, region, contact and repetition.
    """
    side = finding.side.value if finding.side else ""
    return "|".join(map(str, (finding.metric, side, finding.region, finding.contact, finding.repetition)))


def told_window() -> Component:
    """Make the window in which a number of a table is explained.

    Returns
    -------
    dash component
        Closed at first.
    """
    return html.Div(
        [
            dcc.Store(id=ids.TOLD_ASKED),
            dmc.Modal(
                html.Div(id=ids.TOLD_TEXT),
                id=ids.TOLD,
                title="Where this number is from",
                size="lg",
                opened=False,
                closeButtonProps={"aria-label": "Close"},  # pyright: ignore[reportArgumentType]
            ),
        ],
        className="told-place",
    )


def told_number(analysis: Analysis, asked: Mapping[str, str]) -> Component:
    """Explain a number of a table, or a whole column.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.
    asked : mapping
        ``finding`` as `finding_key` names it, or ``metric``.

    Returns
    -------
    dash component
        Value, formula, sources, quality notes and where the bytes are from.
    """
    wanted, metric = asked.get("finding", ""), asked.get("metric", "")
    for finding in analysis.findings:
        if wanted and finding_key(finding) == wanted:
            return html.Div([finding_card(finding), background(finding), _traced(finding)], className="told stack")
    column = [finding for finding in analysis.findings if finding.metric == metric]
    if not column:
        return html.P("This number is not there any more: the trial was analyzed again. Open it once more.")
    record = metric_of(metric)
    parts: list[Any] = [html.H3(column[0].label), background(column[0])]
    notes = dict.fromkeys(note for finding in column for note in (*finding.notes, finding.reason) if note)
    if notes:
        said = [html.Li([html.Span(f"{note} "), html.Span(_where(column, note), className="dim")]) for note in notes]
        parts += [html.H3("Quality notes"), html.Ul(said, className="reasons")]
    if record is not None:
        parts.append(_traced(column[0]))
    return html.Div(parts, className="told stack")


def _traced(finding: Finding) -> Component:
    """From which bytes, by which version, with what was done to them."""
    source = finding.provenance
    facts = [
        ("Quality", "; ".join(finding.notes) or "nothing noted"),
        ("Trial", source.trial),
        ("Device", source.source),
        ("Fingerprint of the file", source.sha256 or "not known"),
        ("footload", source.version),
        ("What was done", html.Ul([html.Li(line) for line in source.history]) if source.history else "nothing"),
    ]
    rows: list[Any] = [item for term, text in facts for item in (html.Dt(term), html.Dd(text))]
    return html.Details([html.Summary("Quality and origin"), html.Dl(rows)], open=True)


def _where(column: Sequence[Finding], note: str) -> str:
    """In which rows of a column a note stands."""
    rows = [finding for finding in column if note in {*finding.notes, finding.reason}]
    if len(rows) == len(column):
        return "(everywhere)"
    words = dict.fromkeys(_row_words(finding) for finding in rows)
    return f"({', '.join(words)})"


def _row_words(finding: Finding) -> str:
    parts = [] if finding.repetition is None else [f"repetition {finding.repetition + 1}"]
    parts += [finding.side.value] if finding.side else []
    parts += [finding.region] if finding.region not in {"", WHOLE} else []
    return " ".join(parts) or "whole trial"


def _with_a_value(findings: Sequence[Finding]) -> list[str]:
    """The metrics that have a value somewhere, in their order."""
    return list(dict.fromkeys(finding.metric for finding in findings if not np.isnan(finding.value)))


def _table(
    first: str,
    columns: tuple[Sequence[str], Mapping[str, Component]],
    rows: Sequence[Sequence[Any]],
    label: str,
    findings: Sequence[Finding],
) -> Component:
    names, heads = columns
    parts: list[Any] = [table([first, *(heads[name] for name in names)], rows, label)] if names else []
    missing: dict[tuple[str, str], str] = {}
    for finding in findings:
        if finding.metric not in names:
            missing.setdefault((finding.metric, finding.reason), finding.label)
    if missing:
        lines = [html.Li([_told(text, "metric", name), f": {reason}"]) for (name, reason), text in missing.items()]
        parts.append(
            html.Details([html.Summary(f"No value anywhere ({len(lines)})"), html.Ul(lines, className="reasons")])
        )
    if any(DRAWN_BY_HAND in finding.notes for finding in findings):
        parts.append(html.P([edited_mark(), " Somebody drew the axis or the regions of a foot here."], className="dim"))
    return html.Div(parts, className="stack")


def _told(text: Any, kind: str, key: str, **more: Any) -> Component:
    return html.Button(text, type="button", className="told-link", **data(f"told-{kind}", key), **more)


def _heading(finding: Finding) -> Component:
    unit = shown(finding.unit)
    text = [finding.label, html.Span(f" ({unit})" if unit else "", className="dim")]
    return _told(text, "metric", finding.metric)


def _cell(finding: Finding | None) -> Component:
    if finding is None:
        return html.Span("", className="number")
    if np.isnan(finding.value):
        return html.Span(
            [_number("–", finding), html.Span(f" {finding.reason}", className="cell-reason")], className="number"
        )
    text = value_text(finding)
    unit = shown(finding.unit)
    return html.Span(_number(text.removesuffix(unit).strip() if unit else text, finding), className="number")


def _number(text: str, finding: Finding) -> Component:
    # Not a stop of the Tab key: there may be hundreds, and the heading tells the notes of every row.
    return _told(text, "finding", finding_key(finding), tabIndex=-1, **named(f"{text}: where this is from"))
