"""The correction plan, the shoe and the sheet for the workshop, as they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.evidence import bullets, certainty_chip, fact_link, folded, lines_view, sources, told_from
from dashboard.components.signs import card, chip, data, notice
from footload.decision.assessment import Assessment
from footload.decision.plan import FROM_FINDINGS, Plan, PlanStep
from footload.decision.prescription import NOT_MEASURED, Sheet, SheetLine
from footload.decision.shoe_sizes import ShoeSizes
from footload.decision.tables import sheet_table

WORKED_OUT: Final = frozenset({"pseudonym", "shoe_size", "pad_place"})


def plan_view(assessment: Assessment) -> Component:
    """Show what may be trained and worn, and when to measure again.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    dash component
        A sentence where there is no plan.
    """
    parts: list[Any] = []
    if assessment.plan is None:
        parts.append(html.P("There is no plan by what is known so far.", className="dim"))
    elif assessment.plan.held:
        parts.append(notice("The plan is held", lines_view(assessment.plan.held), "watch", "warning"))
    else:
        parts.append(_plan(assessment))
    if assessment.shoe:
        parts.append(_shoe(assessment.shoe))
    if assessment.sheet:
        parts.append(_sheet(assessment.sheet))
    return html.Div(parts, className="stack")


def _plan(assessment: Assessment) -> Component:
    plan: Plan = assessment.plan  # type: ignore[assignment]
    behind = {line.text: line.sources for one in assessment.contributors for line in one.speaks_for}
    ready = [step for step in plan.steps if step.stage == FROM_FINDINGS]
    later = [step for step in plan.steps if step.stage != FROM_FINDINGS]
    parts: list[Any] = [html.Div([_step(step, behind) for step in ready], className="options")]
    if not ready:
        parts = [html.P("Nothing that was measured speaks for a drill yet.", className="dim")]
    if later:
        names = tuple(f"{step.title} ({', '.join(step.factors).lower()})" for step in later)
        summary = html.Summary(f"Not tested yet: nothing measured speaks for these ({len(names)})")
        parts.append(html.Details([summary, bullets(names)]))
    parts += [
        folded("Left out: your data speak against what they are for", plan.left_out),
        folded("Withheld: a contraindication forbids them", plan.withheld),
        lines_view(plan.notes),
    ]
    if plan.retest:
        tests = html.Div([html.P(plan.retest.text), bullets(plan.retest.tests)])
        parts.append(notice("Measure again", tests, "info", "refresh"))
    return card("Correction plan", *[part for part in parts if part is not None], name="plan")


def _step(step: PlanStep, behind: Mapping[str, tuple[str, ...]]) -> Component:
    marks = [chip(step.kind, "info"), certainty_chip(step.certainty)]
    if step.addition:
        marks.append(chip("addition", "plain", title="The founding article names the cause and no drill."))
    facts: list[tuple[str, Any]] = [
        ("For", ", ".join(step.factors)),
        ("Because", bullets(step.because)),
        ("How", step.instruction),
        ("How much", bullets(step.doses)),
        ("Harder", f"{step.progression}, once: {step.gate}"),
        ("Stop", step.stop),
    ]
    if step.check_first:
        facts.append(("Check first", bullets(step.check_first)))
    facts.append(("Evidence", step.evidence))
    rows = [item for term, text in facts for item in (html.Dt(term), html.Dd(text))]
    return html.Article(
        [
            html.H3(step.title),
            html.Div(marks, className="chips"),
            html.Dl(rows),
            told_from(name for text in step.because for name in behind.get(text, ())),
            sources(step.citations),
        ],
        className="option",
        **data("drill", step.id),
    )


def _sheet(sheet: Sheet) -> Component:
    asked = {field.id: field.source for field in sheet_table().fields}
    filled = [
        item for line in sheet.measured for item in (html.Dt(_sheet_label(line, asked[line.id])), html.Dd(line.value))
    ]
    blank = [item for line in sheet.prescribed for item in (html.Dt(line.label), html.Dd(className="sheet-blank"))]
    return card(
        "Sheet for the workshop: measurements only",
        html.P(sheet.note, className="dim"),
        html.Dl(filled, className="sheet"),
        html.H3("For who prescribes: to be filled in by hand"),
        html.Dl(blank, className="sheet"),
        name="sheet",
    )


def _sheet_label(line: SheetLine, source: str) -> Component | str:
    """What was measured leads to where it is from; what names the person or was worked out has words of its own."""
    return line.label if source in WORKED_OUT or line.value == NOT_MEASURED else fact_link(source, line.label)


def _shoe(shoe: ShoeSizes) -> Component:
    low, high = shoe.inner_length_mm
    rows = [item for size in shoe.sizes for item in (html.Dt(size.label), html.Dd(size.text))]
    rows += [html.Dt("inside"), html.Dd(f"{low:g} to {high:g} mm long")]
    title = f"Shoe size, {shoe.side} foot, {shoe.length_mm:g} mm"
    return card(
        title,
        html.Dl(rows),
        html.P(shoe.text, className="dim"),
        told_from(("foot_length_mm", "foot_width_mm")),
        name="shoe",
    )
