"""Tests that a fitter can do at once: the same task in two conditions, the difference, and what may be said of it.

Flat against on a heel lift, cued against not, without against with a wedge; what each asks for and may say stands in
`screening.toml`. Repetitions are compared as means; sets that were done in turns are paired.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from footload.analysis import Analysis
from footload.decision.changes import FALLS, NOT_KNOWN, RISES, WITHIN_ERROR, Conditions, MeasuredChange, measured_change
from footload.decision.filmed_knees import filmed_change
from footload.decision.measures import Measure, mean_of
from footload.decision.norms import SiteNorms
from footload.decision.plan_schemas import Protocol
from footload.decision.protocols import protocol
from footload.decision.schemas import Certainty
from footload.decision.screening_checks import check_trials, remarks
from footload.decision.screening_plan import screening_test
from footload.decision.screening_schemas import ScreenedMeasures
from footload.decision.selection import MixedTrialsError
from footload.decision.tables import screening_table
from footload.knee.filmed import FILMED
from footload.metrics.registry import metrics
from footload.trials import Side, Task

FIXED_LINE = "Not validated. Not a diagnosis. Does not predict injury."


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the evidence tables.

    Parameters
    ----------
    text : str
        As it stands there.
    certainty : Certainty
        Of it.
    citations : tuple of str
        Keys into `references.toml`.
    """

    text: str
    certainty: Certainty
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """What a test found.

    Parameters
    ----------
    test, title, question : str
        Which test, and what it asked.
    task : str
        What the person did.
    a, b : str
        What the conditions are called.
    pairing : str
        How A and B were paired.
    changes : tuple of MeasuredChange
        Every measure of each foot, those that decide first.
    decided_by : str
        Name of the deciding measure; empty when it was not measured.
    outcome : str
        ``falls``, ``rises``, ``within error`` or ``not known``.
    answers : str
        The clinical input that the outcome answers.
    answer : bool, optional
        What could be entered there; None when the outcome does not say.
    reasons : tuple of str
        Why the outcome is what it is.
    says : tuple of Said
        What may be said of it.
    notes : tuple of str
        What to know before it is used.
    statement : str
        The line that stands beside every result.
    citations : tuple of str
        Of the test.
    """

    test: str
    title: str
    question: str
    task: str
    a: str
    b: str
    pairing: str
    changes: tuple[MeasuredChange, ...]
    decided_by: str
    outcome: str
    answers: str
    answer: bool | None
    reasons: tuple[str, ...]
    says: tuple[Said, ...]
    notes: tuple[str, ...]
    statement: str
    citations: tuple[str, ...]


def screen(name: str, a: Sequence[Analysis], b: Sequence[Analysis], norms: SiteNorms | None = None) -> ScreeningResult:
    """Compare two conditions of one person.

    Parameters
    ----------
    name : str
        Id of the test.
    a, b : sequence of Analysis
        Trials of each condition, in the order in which they were done: the first of A beside the first of B.
    norms : SiteNorms, optional
        Give the site's errors of measurement.

    Returns
    -------
    ScreeningResult
        Differences, intervals, what counts, and what may be said.

    Raises
    ------
    KeyError
        When there is no such test.
    MixedTrialsError
        When the trials are not of one person, one task, and one condition each, or not of a task of this test.
    """
    test = screening_test(name)
    protocols = [protocol(one) for one in (test.protocol, *test.other_protocols)]
    group, task = _group_of(protocols, check_trials(test.title, a, b))
    words = Conditions(_called(a, test.a), _called(b, test.b))
    names = (*group.knee, *group.foot) if test.decides == "knee" else (*group.foot, *group.knee)
    paired = len(a) == len(b) >= screening_table().n_sets_paired
    changes = tuple(
        change
        for metric in names
        for side in Side
        if (change := _change(metric, side, (a, b), words, norms or SiteNorms(), paired=paired))
    )
    filmed = tuple(change for side in Side if (change := filmed_change(side, a, b, words)))
    changes = (*filmed, *changes) if test.decides == "knee" else (*changes, *filmed)
    # What markers saw comes before what was read off a video.
    deciding = (*group.knee, FILMED) if test.decides == "knee" else group.foot
    decided_by, outcome, reasons = _outcome(changes, deciding, _needed(protocols, task))
    norm = (norms or SiteNorms()).norms.get(decided_by)
    open_question = test.needs_site_error and (norm is None or norm.sem is None)
    if open_question and outcome != NOT_KNOWN:
        reasons = (*reasons, f"{test.answers} asks for this site's own error of measurement, which is not known.")
    return ScreeningResult(
        test.id,
        test.title,
        test.question,
        task.value,
        words.first,
        words.second,
        _pairing(len(a), len(b), paired=paired),
        changes,
        decided_by,
        outcome,
        test.answers,
        None if outcome == NOT_KNOWN or open_question else outcome == test.answered_by,
        reasons,
        tuple(Said(one.text, one.certainty, one.citations) for one in test.says if one.when in {outcome, "always"}),
        remarks(a, b, words, names),
        FIXED_LINE,
        test.citations,
    )


def _group_of(protocols: Iterable[Protocol], task: Task) -> tuple[ScreenedMeasures, Task]:
    tasks = {one.task for one in protocols}
    groups = [group for group in screening_table().measures if tasks & set(group.tasks)]
    for group in groups:
        if task.value in group.tasks:
            return group, task
    known = ", ".join(name for group in groups for name in group.tasks)
    raise MixedTrialsError(f"These trials are of the task {task.value!r}; this test is done in one of {known}.")


def _needed(protocols: Sequence[Protocol], task: Task) -> int:
    """Repetitions that the protocol of this task asks for; those of the test's first protocol where it has none."""
    return next((one.n_repetitions for one in protocols if one.task == task.value), protocols[0].n_repetitions)


def _called(analyses: Sequence[Analysis], otherwise: str) -> str:
    return analyses[0].trial.condition.name or otherwise


def _change(
    metric: str,
    side: Side,
    conditions: tuple[Sequence[Analysis], Sequence[Analysis]],
    words: Conditions,
    norms: SiteNorms,
    *,
    paired: bool,
) -> MeasuredChange | None:
    """None where one of the two conditions has no value."""
    label = metrics()[metric].label
    first, second = (
        mean_of(metric, side, [f for one in analyses for f in one.findings], label=label) for analyses in conditions
    )
    if first is None or second is None or first.unit != second.unit:
        return None
    sets = tuple(_set_means(metric, side, analyses) for analyses in conditions) if paired else ((), ())
    whole = all(isfinite(value) for one in sets for value in one)
    return measured_change((first, second), norms, words=words, sets=(sets[0], sets[1]) if whole else ((), ()))


def _set_means(metric: str, side: Side, analyses: Sequence[Analysis]) -> list[float]:
    found: list[Measure | None] = [mean_of(metric, side, one.findings, label=metric) for one in analyses]
    return [one.value if one else float("nan") for one in found]


def _outcome(
    changes: Sequence[MeasuredChange], deciding: Sequence[str], n_needed: int
) -> tuple[str, str, tuple[str, ...]]:
    """Deciding measure, what it did, and why."""
    measured = [change for change in changes if change.measure in deciding]
    if not measured:
        labels = ", ".join(metrics()[name].label for name in deciding if name != FILMED) or "the knee in this task"
        return "", NOT_KNOWN, (f"Not measured in both conditions: {labels}.",)
    name = next(one for one in deciding if any(change.measure == one for change in measured))
    sides = [change for change in measured if change.measure == name]
    # An angle that was typed in stands for its condition, with the error that was typed in for it.
    few = [one for one in sides if name != FILMED and min(one.n_without, one.n_with) < n_needed]
    if few:
        counts = ", ".join(f"{one.side} {one.n_without} and {one.n_with}" for one in few)
        return name, NOT_KNOWN, (f"{n_needed} repetitions are needed each; valid: {counts}.",)
    verdicts = {one.verdict for one in sides}
    texts = tuple(one.text for one in sides)
    if {FALLS, RISES} <= verdicts:
        return name, NOT_KNOWN, ("The two sides go opposite ways.", *texts)
    for verdict in (FALLS, RISES, WITHIN_ERROR):
        if verdict in verdicts:
            return name, verdict, texts
    return name, NOT_KNOWN, ("No error of measurement is known, so nothing counts yet.", *texts)


def _pairing(n_a: int, n_b: int, *, paired: bool) -> str:
    table = screening_table()
    if paired:
        return f"{n_a} pairs of sets in the order given; the interval is that of their differences"
    return (
        f"{n_a} and {n_b} sets, repetitions not paired; from {table.n_sets_paired} sets each, done in turns, "
        f"sets are paired{table.mark.beside}"
    )
