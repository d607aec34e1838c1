"""An assessment in words, for the terminal, the report and the pages alike: in the order that safety asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from footload.decision.assessment import Assessment
from footload.decision.chain import Contributor
from footload.decision.confirmation import TrialResult
from footload.decision.lines import Option
from footload.decision.plan import FROM_FINDINGS, Plan, PlanStep
from footload.decision.selection import Pooled
from footload.decision.shoe_sizes import ShoeSizes
from footload.references import reference

Row = tuple[str, str]


class Told(NamedTuple):
    """One section of what is told.

    Parameters
    ----------
    title : str
        Its heading; empty where it needs none.
    rows : tuple of (str, str)
        What kind of line, and the line.
    """

    title: str
    rows: tuple[Row, ...]


def told_shortly(assessment: Assessment) -> Told:
    """Say what matters most.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    Told
        One section.
    """
    rows = [*_opening(assessment), *_options(assessment, short=True)]
    spoken = [one for one in assessment.contributors if one.speaks != "silent"]
    rows += [("factor", f"{one.label}: {one.speaks}; certainty {one.certainty.value}") for one in spoken]
    if assessment.next_steps:
        rows.append(("test next", assessment.next_steps[0].text))
    if assessment.not_scored:
        names = ", ".join(line.text.partition(":")[0] for line in assessment.not_scored)
        rows.append(("not scored", f"{names}: evidence insufficient or contradictory; reasons in docs/evidence.md"))
    return Told("", tuple(rows))


def told(pooled: Pooled, assessment: Assessment) -> tuple[Told, ...]:
    """Say all of an assessment; the sources stand last.

    Parameters
    ----------
    pooled : Pooled
        What it was made from.
    assessment : Assessment
        What may be said.

    Returns
    -------
    tuple of Told
        With a red flag or a closed gate only the first section.
    """
    head = [("condition", pooled.condition)] if pooled.condition else []
    head += [("note", note) for note in pooled.notes]
    first = Told("Assessment", (*head, *_opening(assessment)))
    if assessment.gate_closed:
        return (first,)
    steps = tuple((step.label, f"{step.text} {step.could_change}") for step in assessment.next_steps)
    found = [
        first,
        Told("Options to consider, for the clinician or fitter", tuple(_options(assessment))),
        _factors(assessment.contributors),
        Told("What to test next, the most telling first", steps),
    ]
    if assessment.plan:
        found.append(_plan(assessment.plan))
    if assessment.shoe:
        found.append(_shoe(assessment.shoe))
    rest = [("entered", f"{line.text} {_cited(line.citations)}") for line in assessment.shown]
    rest += [("context", f"{line.text} {_cited(line.citations)}") for line in assessment.context]
    rest += [("not scored", f"{line.text} {_cited(line.citations)}") for line in assessment.not_scored]
    return (*found, Told("Shown and not scored", tuple(rest)), _sources(assessment.citations))


def told_of_trial(result: TrialResult) -> Told:
    """Say what became of an option that was tried.

    Parameters
    ----------
    result : TrialResult
        Predicted against measured.

    Returns
    -------
    Told
        One section.
    """
    rows = [("decision", result.decision), *(("because", reason) for reason in result.reasons)]
    for change in result.changes:
        rows.append(("measured", change.text))
        if change.predicted:
            rows.append(("predicted", change.predicted))
    rows += [("not measured", line.text) for line in result.not_measured]
    return Told(f"{result.option} {result.title}: with against without", tuple(rows))


def _opening(assessment: Assessment) -> list[Row]:
    rows = [("", assessment.statement)]
    rows += [("referral", _reasoned(line.text, line.why)) for line in assessment.referrals]
    rows += [("not scored", _reasoned(line.text, line.why)) for line in assessment.refusals]
    rows += [("knee", knee.text) for knee in assessment.knee]
    tendency = assessment.tendency
    if tendency is None:
        return rows
    rows.append(("tendency", f"{tendency.outcome}: {tendency.interval}; {tendency.point}."))
    rows.append(("", f"{tendency.frequency} It is {_told(tendency.direction)}. {_cited(tendency.citations)}"))
    for factor in tendency.factors:
        measured = "; ".join(factor.measured)
        rows.append(("", f"{factor.label} ({factor.side}): {measured}; certainty {factor.certainty.value}"))
    for gap in tendency.missing:
        rows.append(("not known", f"{gap.label}: {' '.join(gap.reasons)} {gap.could_change}"))
    return rows


def _options(assessment: Assessment, *, short: bool = False) -> list[Row]:
    rows: list[Row] = []
    for option in assessment.options:
        rows.append((option.id, _option(option)))
        if short:
            continue
        rows += [("  place", place) for place in option.places]
        rows += [("  expected", f"{change.text} {_cited(change.citations)}") for change in option.changes]
        rows += [("  confirm", option.trial.text if option.trial else option.confirm)]
        rows += [("  not with", f"{'; '.join(option.contraindications)}")] if option.contraindications else []
    rows += [(rule.id, f"undecided: {rule.title} ({'; '.join(rule.missing)})") for rule in assessment.undecided]
    rows += [(line.id, _reasoned(line.text, line.why)) for line in assessment.withheld]
    return rows or [("", "None by what is known so far.")]


def _option(option: Option) -> str:
    parts = [_reasoned(option.text, option.why), *option.doses, f"certainty: {option.certainty.value}", option.note]
    if option.check_first:
        parts.append(f"Check first: {', '.join(option.check_first)}.")
    return " · ".join(part for part in (*parts, _cited(option.citations)) if part)


def _factors(contributors: Iterable[Contributor]) -> Told:
    rows: list[Row] = []
    for one in contributors:
        lines = [f"for: {line.text}" for line in one.speaks_for]
        lines += [f"against: {line.text}" for line in one.speaks_against]
        lines += [f"seen, decides nothing: {text}" for text in one.seen]
        lines += [f"not known: {'; '.join(one.silent_because)}"] if one.silent_because else []
        how = f"{one.speaks}; certainty {one.certainty.value}{'' if one.scored else ', not scored'}. {one.plate}"
        rows.append((one.label, "\n".join([how, *lines])))
    return Told("Contributing factors: what of your data speaks for or against each", tuple(rows))


def _plan(plan: Plan) -> Told:
    if plan.held:
        return Told("Plan", tuple(("held", _reasoned(line.text, line.why)) for line in plan.held))
    rows = [_step(step) for step in plan.steps if step.stage == FROM_FINDINGS]
    later = [f"{step.title} ({', '.join(step.factors).lower()})" for step in plan.steps if step.stage != FROM_FINDINGS]
    rows += [("not tested", f"Nothing measured speaks for these yet: {'; '.join(later)}")] if later else []
    rows += [("left out", line.text) for line in plan.left_out]
    rows += [("withheld", _reasoned(line.text, line.why)) for line in plan.withheld]
    rows += [("note", f"{line.text} {_cited(line.citations)}") for line in plan.notes]
    if plan.retest:
        rows.append(("retest", f"{plan.retest.text} {'; '.join(plan.retest.tests)}"))
    return Told("Correction plan, in the order of the findings", tuple(rows))


def _shoe(shoe: ShoeSizes) -> Told:
    low, high = shoe.inner_length_mm
    rows = [(size.label, size.text) for size in shoe.sizes]
    rows += [("inside", f"{low:g} to {high:g} mm long"), ("note", shoe.text)]
    return Told(f"Shoe size, {shoe.side} foot, {shoe.length_mm:g} mm", tuple(rows))


def _step(step: PlanStep) -> Row:
    addition = " (addition)" if step.addition else ""
    why = f"for {', '.join(step.factors).lower()}, {step.stage}"
    check = f" Check first: {', '.join(step.check_first)}." if step.check_first else ""
    text = (
        f"{why}. {step.instruction} {'; '.join(step.doses)}; harder: {step.progression}, once: {step.gate} "
        f"Stop: {step.stop}. {step.evidence} Certainty: {step.certainty.value}.{check} {_cited(step.citations)}"
    )
    return f"{step.title}{addition}", text


def _sources(citations: Iterable[str]) -> Told:
    return Told("Sources", tuple((key, reference(key).short) for key in citations))


def _reasoned(text: str, why: tuple[str, ...]) -> str:
    return " ".join(part for part in (text, f"({'; '.join(why)})" if why else "") if part)


def _told(direction: str) -> str:
    return direction if direction.startswith("not") else f"{direction} the base rate"


def _cited(keys: Iterable[str]) -> str:
    return f"[{', '.join(keys)}]"
