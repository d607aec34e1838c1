"""Where a number is from: of findings, of curves, and of the facts that an assessment names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.evidence import fact_label, sources
from dashboard.components.finding_card import background, metric_of, source_line
from dashboard.components.finding_tables import told_number
from dashboard.components.signs import data
from footload.analysis import Analysis
from footload.decision.schemas import FindingRow, InputRow
from footload.decision.tables import input_table
from footload.findings import Finding
from footload.metrics.registry import Metric

CURVES: Final = {
    "Force": "peak_force",
    "Medial shift": "cop_medial_shift_peak",
    "Knee angle": "knee_projection_peak",
}
"""Curves that a replay reads out, and a metric that is taken from each: its formula says what the curve is."""

WORKED_OUT: Final = "Worked out by footload from other facts that stand beside it; nothing of it was entered."


def told(analysis: Analysis, asked: Mapping[str, str]) -> Component:
    """Explain what was pressed on a page.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.
    asked : mapping
        ``finding``, ``metric`` or ``fact``, as a script hands them over.

    Returns
    -------
    dash component
        Formula, sources and quality notes.
    """
    if asked.get("fact"):
        return _told_fact(analysis, asked["fact"])
    record = metric_of(asked.get("metric", ""))
    if record is not None and all(each.metric != record.name for each in analysis.findings):
        return html.Div([html.H3(record.label), record_view(record)], className="told stack")
    return told_number(analysis, asked)


def metric_link(name: str, text: str = "") -> Component:
    """Make the name of a metric something that can be pressed.

    Parameters
    ----------
    name : str
        Of the metric.
    text : str
        What is shown; its label otherwise.

    Returns
    -------
    dash component
        A button in the line.
    """
    record = metric_of(name)
    words = text or (record.label if record else name)
    return html.Button(words, type="button", className="told-link", **data("told-metric", name))  # type: ignore[arg-type]


def curves_told(analysis: Analysis) -> Component:
    """Lead from the numbers that a replay reads out to their formulas.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.

    Returns
    -------
    dash component
        One line.
    """
    shown = ["Force"]
    shown += ["Medial shift"] if any(not shift.reason for shift in analysis.shifts.values()) else []
    shown += ["Knee angle"] if analysis.trial.markers else []
    links: list[Any] = []
    for word in shown:
        links += [", " if links else "", metric_link(CURVES[word], word)]
    return html.P(["Where these numbers are from: ", *links], className="dim small")


def record_view(record: Metric) -> Component:
    """Show what a metric is where no value of it stands beside.

    Parameters
    ----------
    record : Metric
        From the registry.

    Returns
    -------
    dash component
        Definition, direction, source.
    """
    rows = [("What it is", record.definition), ("High means", record.direction)]
    parts: list[Any] = [item for term, text in rows for item in (html.Dt(term), html.Dd(text))]
    return html.Dl([*parts, html.Dt("Formula from"), html.Dd(source_line(record.citation))])


def notes_by_metric(conditions: Iterable[Sequence[Analysis]]) -> dict[str, list[str]]:
    """Gather the quality notes of every metric.

    Parameters
    ----------
    conditions : iterable of sequences of Analysis
        The trials of each condition.

    Returns
    -------
    dict of str to list of str
        By metric; each note once, with the trial it is first met in.
    """
    found: dict[str, dict[str, str]] = {}
    for analyses in conditions:
        for one in analyses:
            for finding in one.findings:
                for note in (*finding.notes, finding.reason):
                    if note:
                        found.setdefault(finding.metric, {}).setdefault(note, one.trial.name)
    return {metric: [f"{note} ({trial})" for note, trial in notes.items()] for metric, notes in found.items()}


def formulas_view(metrics: Iterable[str], notes: Mapping[str, Sequence[str]]) -> Component:
    """Explain every metric of a table below it; its numbers lead here.

    Parameters
    ----------
    metrics : iterable of str
        Of the table, in its order.
    notes : mapping of str to sequence of str
        Quality notes of each.

    Returns
    -------
    dash component
        Folded, one to unfold for each metric.
    """
    items: list[Component] = []
    for name in dict.fromkeys(metrics):
        record = metric_of(name)
        if record is None:
            continue
        said = html.Ul([html.Li(note) for note in notes.get(name, ())] or [html.Li("nothing noted")])
        rows = [record_view(record), html.Dl([html.Dt("Quality notes"), html.Dd(said)])]
        items.append(html.Details([html.Summary(record.label), *rows], className="told", **data("formula", name)))  # type: ignore[arg-type]
    summary = html.Summary(f"Formulas, sources and quality notes ({len(items)})")
    return html.Details([summary, html.Div(items, className="stack")], className="formulas")


def _told_fact(analysis: Analysis, name: str) -> Component:
    try:
        row = input_table().row(name)
    except KeyError:
        return html.Div([html.H3(fact_label(name)), html.P(WORKED_OUT)], className="told stack")
    return _told_finding(analysis, row) if isinstance(row, FindingRow) else _told_input(row)


def _told_finding(analysis: Analysis, row: FindingRow) -> Component:
    metric = row.metric or row.name
    mine = [each for each in analysis.findings if each.metric == metric and _in_region(each, row.region)]
    told_of_it = told(analysis, {"metric": metric}) if not mine else _values(mine)
    read = [
        ("It informs", row.informs),
        ("Usual values", row.normal),
        ("Its error", row.error),
        ("It counts from", f"{row.n_needed} valid value{'s' if row.n_needed > 1 else ''} on"),
    ]
    return html.Div([told_of_it, html.H3("How the decision reads it"), _terms(read), sources(row.citations)])


def _in_region(finding: Finding, region: str) -> bool:
    return not region or finding.region == region


def _values(findings: Sequence[Finding]) -> Component:
    first = findings[0]
    values = "; ".join(f"{each.side.value if each.side else 'both'} {each.text}" for each in findings)
    notes = dict.fromkeys(note for each in findings for note in (*each.notes, each.reason) if note)
    facts = [
        ("Values of this trial", values),
        ("Quality notes", "; ".join(notes) or "nothing noted"),
        ("Device", first.provenance.source),
        ("Fingerprint of the file", first.provenance.sha256 or "not known"),
        ("footload", first.provenance.version),
    ]
    return html.Div([html.H3(first.label), background(first), _terms(facts)], className="told stack")


def _told_input(row: InputRow) -> Component:
    facts = [
        ("What it is", "entered by hand on the page Knee, or said by the trial"),
        ("Unit", row.unit),
        ("It informs", row.informs),
        ("Usual values", row.normal),
        ("Its error", row.error),
    ]
    return html.Div([html.H3(row.label), _terms(facts), sources(row.citations)], className="told stack")


def _terms(facts: Iterable[tuple[str, str]]) -> Component:
    return html.Dl([item for term, text in facts if text for item in (html.Dt(term), html.Dd(text))], className="told")
