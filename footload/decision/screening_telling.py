"""A screening test in words: how it is done, and what it found."""

from __future__ import annotations

from collections.abc import Iterable

from footload.decision.screening import ScreeningResult
from footload.decision.screening_plan import ScreeningPlan
from footload.decision.telling import Told
from footload.references import reference


def told_of_plans(plans: Iterable[ScreeningPlan]) -> Told:
    """Say which tests there are.

    Parameters
    ----------
    plans : iterable of ScreeningPlan
        All of them.

    Returns
    -------
    Told
        A line a test.
    """
    return Told("Screening tests", tuple((one.test, f"{one.title}. {one.question}") for one in plans))


def told_of_plan(plan: ScreeningPlan) -> tuple[Told, ...]:
    """Say how a test is done.

    Parameters
    ----------
    plan : ScreeningPlan
        With the order of its sets.

    Returns
    -------
    tuple of Told
        The sources stand last.
    """
    rows = [("asks", plan.question), *(("do", line) for line in plan.instructions)]
    rows.append(("sets", f"{', '.join(plan.order)}; {plan.n_repetitions} valid repetitions each, order drawn"))
    rows.append(("rest", f"{plan.rest_min:g} minutes where the condition changes"))
    rows += [("keep", line) for line in plan.keep]
    return Told(plan.title, tuple(rows)), _sources(plan.citations)


def told_of_screening(result: ScreeningResult) -> tuple[Told, ...]:
    """Say what a test found, and no more than its sources do.

    Parameters
    ----------
    result : ScreeningResult
        Two conditions compared.

    Returns
    -------
    tuple of Told
        The sources stand last.
    """
    rows = [("", result.statement), ("asks", result.question), ("A, B", f"{result.a}; {result.b} ({result.task})")]
    rows.append(("pairing", result.pairing))
    rows.append(("outcome", f"{result.decided_by or 'deciding measure'}: {result.outcome}"))
    rows += [("because", reason) for reason in result.reasons]
    if result.answer is not None:
        rows.append(("could enter", f"{result.answers} = {str(result.answer).lower()}"))
    for said in result.says:
        rows.append(("may be said", f"{said.text} Certainty: {said.certainty.value}. [{', '.join(said.citations)}]"))
    rows += [("measured", change.text) for change in result.changes if change.text not in result.reasons]
    rows += [("note", note) for note in result.notes]
    cited = [*(key for said in result.says for key in said.citations), *result.citations]
    return Told(result.title, tuple(rows)), _sources(dict.fromkeys(cited))


def _sources(citations: Iterable[str]) -> Told:
    return Told("Sources", tuple((key, reference(key).short) for key in citations))
