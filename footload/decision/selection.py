"""Findings of several trials of one person in one condition, each metric from one kind of movement only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from footload.analysis import Analysis
from footload.decision.entered import check_plausible
from footload.decision.inputs import ClinicalInputs
from footload.decision.pad_place import PadPlace, pad_places
from footload.findings import Finding
from footload.metrics.registry import Scope, metrics
from footload.trials import Task

STEPS_FIRST = (Task.WALKING, Task.RUNNING, Task.QUIET_STANCE, Task.UNKNOWN)
"""Where metrics of a foot contact are taken from; other movements only where none of these was recorded."""

SQUATS_FIRST = (Task.SQUAT, Task.SINGLE_LEG_SQUAT, Task.STEP_DOWN)
"""Where metrics of a repetition are taken from."""


class MixedTrialsError(ValueError):
    """Trials that do not belong into one assessment: several conditions, or several people.

    Example scenarios
    -----------------
    - A barefoot trial and one with a wedge in one call.
    - Trials of two pseudonyms.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """What an assessment is made from.

    Parameters
    ----------
    findings : tuple of Finding
        Of all trials, each metric from one kind of movement.
    pads : tuple of PadPlace
        The most loaded metatarsal head of each foot.
    condition, pseudonym : str
        Of all of them; empty where none was recorded.
    notes : tuple of str
        What was left out, and why.
    """

    findings: tuple[Finding, ...]
    pads: tuple[PadPlace, ...]
    condition: str
    pseudonym: str
    notes: tuple[str, ...]


def in_condition(analyses: Sequence[Analysis], condition: str | None = None) -> tuple[Analysis, ...]:
    """The trials of one person in one condition.

    Parameters
    ----------
    analyses : sequence of Analysis
        Any trials.
    condition : str, optional
        Which one to take; needed where there are several.

    Returns
    -------
    tuple of Analysis
        Those of that condition.

    Raises
    ------
    MixedTrialsError
        When there are several conditions and none was picked, none of the picked one, or several people.
    """
    people = _different(one.trial.participant.id for one in analyses)
    if len(people) > 1:
        raise MixedTrialsError(
            f"These trials are of several people ({_listed(people)}); an assessment is of one, so assess each alone."
        )
    conditions = _different(one.trial.condition.name for one in analyses)
    if condition is None:
        if len(conditions) > 1:
            raise MixedTrialsError(
                f"These trials are of several conditions ({_listed(conditions)}), which may not be averaged; "
                "pick one with --condition, or compare them with --after."
            )
        return tuple(analyses)
    wanted = condition.casefold()
    chosen = tuple(one for one in analyses if one.trial.condition.name.casefold() == wanted)
    if analyses and not chosen:
        raise MixedTrialsError(f"No trial is of the condition {condition!r}; there are {_listed(conditions)}.")
    return chosen


def check_same_person(without: Pooled, with_it: Pooled) -> None:
    """Refuse to compare two people.

    Parameters
    ----------
    without, with_it : Pooled
        Trials without and with an option.

    Raises
    ------
    MixedTrialsError
        When both are named and differ.
    """
    people = {without.pseudonym, with_it.pseudonym} - {""}
    if len(people) > 1:
        raise MixedTrialsError(
            f"The trials without are of {without.pseudonym}, those with it of {with_it.pseudonym}; compare one person."
        )


def pool(analyses: Sequence[Analysis]) -> Pooled:
    """Put the findings of several trials together, each metric from one kind of movement.

    Parameters
    ----------
    analyses : sequence of Analysis
        Of one person in one condition, as `in_condition` gives them.

    Returns
    -------
    Pooled
        Squats stand still on the mat and so give no walking arch index; where a walk was recorded, the walk counts.
    """
    findings: list[Finding] = []
    notes: dict[str, None] = {}
    scopes = {name: metric.scope for name, metric in metrics().items()}
    names = dict.fromkeys(finding.metric for one in analyses for finding in one.findings)
    for name in names:
        of_metric = [one for one in analyses if any(finding.metric == name for finding in one.findings)]
        task = _preferred([one.trial.task for one in of_metric], scopes.get(name))
        findings += [f for one in of_metric if one.trial.task is task for f in one.findings if f.metric == name]
        left = _different(one.trial.task.value for one in of_metric if one.trial.task is not task)
        if left:
            notes[f"Where several movements give a metric, {task.value} counts and {_listed(left)} is left out."] = None
    steps = _preferred([one.trial.task for one in analyses if one.contacts], Scope.CONTACT) if analyses else None
    contacts = [contact for one in analyses if one.trial.task is steps for contact in one.contacts]
    first = analyses[0].trial if analyses else None
    return Pooled(
        tuple(findings),
        pad_places(contacts),
        first.condition.name if first else "",
        next((one.trial.participant.id for one in analyses if one.trial.participant.id), ""),
        tuple(notes),
    )


def with_participant(clinical: ClinicalInputs, analyses: Sequence[Analysis]) -> ClinicalInputs:
    """What was entered, with age, sex and mass from the trials where they were not entered.

    Parameters
    ----------
    clinical : ClinicalInputs
        Entered by hand; it wins.
    analyses : sequence of Analysis
        Their participant is asked.

    Returns
    -------
    ClinicalInputs
        A new one.

    Raises
    ------
    ValueError
        When a trial's participant has an age or a mass that nobody has.
    """
    given = clinical.model_dump(exclude_none=True)
    for one in analyses:
        person = one.trial.participant
        known = {"age_years": person.age_years, "body_mass_kg": person.body_mass_kg, "sex": person.sex or None}
        for name, value in known.items():
            if isinstance(value, float) and isfinite(value) and name not in given:
                check_plausible(name, value)
                given[name] = value
            elif isinstance(value, str):
                given.setdefault(name, value)
    return ClinicalInputs.model_validate(given)


def _preferred(tasks: Sequence[Task], scope: Scope | None) -> Task:
    order = STEPS_FIRST if scope in {Scope.CONTACT, Scope.STANCE} else SQUATS_FIRST
    return next((task for task in (*order, *Task) if task in tasks), Task.UNKNOWN)


def _different(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name or "not named" for name in names)
