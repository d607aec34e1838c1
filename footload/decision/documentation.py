"""The page `docs/evidence.md`, written from the evidence tables: `python -m footload.decision.documentation`."""

from __future__ import annotations

import sys
from pathlib import Path

from footload.decision.confirmation import change_line
from footload.decision.markdown import cited, markdown_table
from footload.decision.plan_documentation import plan_sections
from footload.decision.rule_schemas import Contraindication, Dose, Rule
from footload.decision.schemas import Predictor
from footload.decision.tables import (
    input_table,
    knee_table,
    referral_table,
    rule_table,
    tendency_model,
    unscored_table,
)
from footload.decision.tendency import submodel
from footload.references import Mark, references

_OPENING = """# Evidence

This page is generated from the tables in `footload/decision/*.toml` and from `footload/references.toml`; edit those.

What footload says about knees, devices and shoes rests on what stands here, with its certainty. Numbers marked
*unverified* are stated from memory; *project proposal* and *elicited* are footload's own, bracketed by tested values;
*derived* is arithmetic from numbers that were read. Nothing here diagnoses or predicts injury."""


def evidence_page() -> str:
    """The whole page.

    Returns
    -------
    str
        Markdown, ending with a newline.
    """
    known = (_tendency(), _knee(), _inputs(), _rules(), _referral())
    parts = (_OPENING, *known, *plan_sections(), _unscored(), _sources())
    return "\n\n".join(part.strip() for part in parts) + "\n"


def write_evidence_page(path: Path) -> None:
    """Write the page.

    Parameters
    ----------
    path : Path
        Where; an older page is replaced.
    """
    path.write_text(evidence_page(), encoding="utf-8")


def _tendency() -> str:
    model = tendency_model()
    base = model.base_rate
    full = submodel(model, [predictor.name for predictor in model.predictors])
    rows = [_predictor_row(p, beta) for p, beta in zip(model.predictors, full.beta.tolist(), strict=True)]
    lines = [
        f"## Knee-alignment tendency: {model.name}",
        f"*{model.statement}* The chance that {model.outcome}. A prior, not a trained model: no data set links the "
        "plate to the knee.",
        markdown_table(
            ["predictor", "effect per SD ± SE", "beta with all", "error/SD", "certainty", "measured by", "sources"],
            rows,
        ),
        "\n".join(f"* **{p.label}**: {p.note}" for p in model.predictors),
        f"Base rate {base.p0:g} ± {base.sd_logit:g} on the logit ({base.mark.value}, certainty "
        f"{base.certainty.value}): {base.note} {cited(base.citations)}",
        f"Correlation of the predictors {model.rho:g} ({model.rho_mark.value}); z are cut off at ±{model.winsor_sd:g}; "
        f"one point is {model.log_odds_per_point:g} log odds. Expected AUC with all {full.expected_auc:.3f} "
        f"(optimistic), with the foot alone {submodel(model, ['pronation']).expected_auc:.3f}.",
        "Not scored for: the safety gate (O0) and red flags below; and",
        "\n".join(f"* {refusal.text} {cited(refusal.citations)}" for refusal in model.refusals),
    ]
    return "\n\n".join(lines)


def _predictor_row(predictor: Predictor, beta: float) -> list[str]:
    signs = ", ".join(("-" if one.sign < 0 else "") + one.label for one in predictor.indicators)
    norm = predictor.indicators[0].norm
    scale = f" ({norm.mean:g} ± {norm.sd:g}, n = {norm.n})" if norm else " (site norms)"
    return [
        f"{predictor.label} ({predictor.symbol})",
        f"{predictor.delta:g} ± {predictor.delta_se:g} ({predictor.mark.value})",
        f"{beta:.4f}",
        f"{predictor.error_per_sd:.3f} ({predictor.sem_mark.value})",
        predictor.certainty.value,
        signs + scale,
        cited(predictor.citations),
    ]


def _knee() -> str:
    table = knee_table()
    rows = [[r.task, r.sex, f"{r.upper_deg:g}°", r.population, cited(r.citations)] for r in table.references]
    return "\n\n".join(
        [
            "## A knee that was measured",
            "It is reported, never predicted from the foot: P(true angle above the reference) = "
            f"Phi((x - c) / SEM), SEM {table.sem_deg:g}° ({table.sem_low_deg:g} to {table.sem_high_deg:g}°). "
            f"{table.note} {cited(table.citations)} 0° is straight, + is valgus. No reference is known for single-leg "
            "squats: use the site's own.",
            markdown_table(["task", "sex", "average band ends at", "population", "source"], rows),
        ]
    )


def _inputs() -> str:
    table = input_table()
    rows = [
        [
            f"`{row.name}`",
            row.label,
            "" if row.low is None or row.high is None else f"{row.low:g} to {row.high:g} {row.unit}",
            row.normal,
            row.error,
            row.informs,
            cited(row.citations),
        ]
        for row in table.inputs
    ]
    found = [
        [f"`{row.name}`", row.label, row.unit, row.normal, row.error, row.informs, cited(row.citations)]
        for row in table.findings
    ]
    return "\n\n".join(
        [
            "## What may be entered by hand",
            'All of it is optional; what is missing is not known, never "no".',
            markdown_table(["name", "what", "plausible", "normal", "error", "informs", "sources"], rows),
            "## Findings that are read",
            markdown_table(["name", "what", "unit", "normal", "error", "informs", "sources"], found),
        ]
    )


def _rules() -> str:
    opening = (
        "## Orthotic and footwear rules\n\nEach is an option to consider. The safety gate comes first; behind a closed "
        "gate there is nothing else. A rule whose facts are not known waits and says for what."
    )
    return "\n\n".join([opening, *(_rule(rule) for rule in rule_table().rules)])


def _rule(rule: Rule) -> str:
    lines = [
        f"* If: {rule.condition.text}",
        f"* Then: {rule.option}{rule.mark.beside}",
        *(f"* Dose{_only_if(dose)}: {dose.text}{dose.mark.beside} {cited(dose.citations)}" for dose in rule.doses),
        f"* Certainty: {rule.certainty.value}",
        *([f"* Note: {rule.note}"] if rule.note else []),
        *([f"* Expected: {rule.expected}"] if rule.expected else []),
        *(f"* Change: {change_line(change).text} {cited(change.citations)}" for change in rule.changes),
        f"* Confirm: {rule.confirm}",
        *(_contraindication(one) for one in rule.contraindications),
        f"* Sources: {cited(rule.citations)}",
    ]
    return f"### {rule.id} {rule.title} ({rule.kind})\n\n" + "\n".join(lines)


def _only_if(dose: Dose) -> str:
    return f" (if {dose.when.text})" if dose.when else ""


def _contraindication(one: Contraindication) -> str:
    return f"* Not with: {one.text} ({one.condition.text}) {cited(one.citations)}"


def _referral() -> str:
    table = referral_table()
    flags = (f"* `{flag.id}`: {flag.text}{flag.mark.beside} {cited(flag.citations)}" for flag in table.red_flags)
    triggers = (f"* {one.id}: {one.text}{one.mark.beside} {cited(one.citations)}" for one in table.triggers)
    return "\n\n".join(
        [
            "## Red flags",
            f"{table.urgent_text} With a red flag there is no score, no plan and no option.",
            "\n".join(flags),
            "## When somebody else should look",
            f"Professionals: {', '.join(table.professionals)}. {cited(table.professionals_citations)}",
            "\n".join(triggers),
        ]
    )


def _unscored() -> str:
    table = unscored_table()
    rows = [
        [row.label, row.outcome, row.reason, row.certainty.value, row.plate, cited(row.citations)]
        for row in table.factors
    ]
    context = (f"* {note.text} (certainty {note.certainty.value}) {cited(note.citations)}" for note in table.context)
    return "\n\n".join(
        [
            "## Shown and not scored",
            table.text,
            markdown_table(["factor", "outcome", "why", "certainty", "what a plate can say", "sources"], rows),
            "## Context, as text only",
            "\n".join(context),
        ]
    )


def _sources() -> str:
    marks = ", ".join(f"*{mark.value}* ({mark.meaning})" for mark in Mark)
    entries = (
        f"* **{entry.key}** {entry.text}. {entry.where}. *{entry.mark.value}*"
        + (f" {entry.note}" if entry.note else "")
        for entry in references().values()
    )
    return f"## Sources\n\nHow each is known: {marks}.\n\n" + "\n".join(entries)


if __name__ == "__main__":
    write_evidence_page(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/evidence.md"))
