"""The trial that confirms an option: what change to expect, and what was measured in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footload.decision.changes import MeasuredChange, measured_change
from footload.decision.conversions import mdc_from_sem
from footload.decision.inputs import ClinicalInputs
from footload.decision.lines import ChangeLine, TrialLine
from footload.decision.measures import gather_measures
from footload.decision.norms import SiteNorms
from footload.decision.rule_schemas import Change, Rule, RuleTable
from footload.decision.tables import input_table, protocol_table, rule_table
from footload.findings import Finding
from footload.trials import Side

COMFORT = "comfort_change_mm"
RATIO = "hazard ratio"
KEPT, DROPPED, NOT_DECIDED = "kept", "dropped", "not decided"


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What became of an option.

    Parameters
    ----------
    option, title : str
        Id and title of the rule.
    decision : str
        ``kept``, ``dropped`` or ``not decided``.
    reasons : tuple of str
        Why.
    changes : tuple of MeasuredChange
        What was measured, the deciding measure first.
    not_measured : tuple of ChangeLine
        What was expected and not measured here.
    citations : tuple of str
        Keys into `references.toml`.
    """

    option: str
    title: str
    decision: str
    reasons: tuple[str, ...]
    changes: tuple[MeasuredChange, ...]
    not_measured: tuple[ChangeLine, ...]
    citations: tuple[str, ...]


def change_line(change: Change) -> ChangeLine:
    """An expected change in words.

    Parameters
    ----------
    change : Change
        Of a rule.

    Returns
    -------
    ChangeLine
        With its interval, or that none was published.
    """
    unit = f" {change.unit}" if change.unit else ""
    form = "g" if change.unit == RATIO else "+g"  # a ratio has no sign
    sizes = [] if change.point is None else [f"{change.point:{form}}{unit}"]
    if change.low is not None and change.high is not None:
        sizes.append(f"{change.low:{form}} to {change.high:{form}}{unit}")
    who = f"{change.population}, n = {change.n}" if change.n else change.population
    text = (
        f"{'' if change.wanted else 'unwanted: '}{change.measure}: {', '.join([change.direction, *sizes])}"
        f"{change.mark.beside} ({change.interval}); {change.dose}, {change.task}, {who}; "
        f"certainty {change.certainty.value}"
    )
    return ChangeLine(
        change.measure,
        change.finding,
        text,
        change.direction,
        change.wanted,
        change.point,
        change.low,
        change.high,
        change.unit,
        change.interval,
        change.certainty,
        change.mark,
        change.citations,
    )


def trial_line(rule: Rule, table: RuleTable, norms: SiteNorms) -> TrialLine | None:
    """The trial that would confirm an option, with the least change that counts at this site.

    Parameters
    ----------
    rule : Rule
        Its rule.
    table : RuleTable
        Gives the washout and the change of comfort that counts.
    norms : SiteNorms
        Give the site's errors.

    Returns
    -------
    TrialLine or None
        None for a rule without a trial.
    """
    design = rule.trial
    if design is None:
        return None
    norm = norms.norms.get(design.primary)
    if design.primary == COMFORT:
        least, words = table.comfort_change_mm, f"{table.comfort_change_mm:g} mm of 100, in 2 sessions"
    elif norm is not None and norm.sem is not None:
        least = mdc_from_sem(norm.sem, design.n_repetitions)
        words = f"{least:.2g} {_unit(design.primary)} (1.96·√2·SEM/√k with the SEM of {norms.site}, {norm.sem:g})"
    else:
        least, words = None, "1.96·√2·SEM/√k; not known until this site has measured its SEM"
    title = {one.id: one.title for one in protocol_table().protocols}[design.protocol]
    text = (
        f"{title}, {design.n_repetitions} {design.unit_of_repetition} {design.without} and as many {design.with_it}, "
        f"order randomised, {table.washout_min:g} minutes between (project proposal). "
        f"It is kept when {_label(design.primary)} {design.wanted} by more than {words}, and nothing else gets worse. "
        f"Also: {'; '.join(design.also) or 'comfort'}."
    )
    guards = (*design.guards, COMFORT)
    return TrialLine(design.protocol, text, design.n_repetitions, design.primary, design.wanted, guards, least, words)


def judge_trial(
    option: str,
    without: Sequence[Finding],
    with_it: Sequence[Finding],
    norms: SiteNorms | None = None,
    clinical: ClinicalInputs | None = None,
) -> TrialResult:
    """Compare what was measured with and without an option: predicted against measured, kept or dropped.

    It is kept when the deciding measure goes the wanted way beyond the least change that counts on at least one foot
    and the other way on none, and nothing that guards it gets worse. A change within error is no reason to keep it.

    Parameters
    ----------
    option : str
        Id of the rule, such as ``O2``.
    without, with_it : sequence of Finding
        Of the same person, task and device.
    norms : SiteNorms, optional
        Give the site's errors.
    clinical : ClinicalInputs, optional
        Gives the change of comfort and whether anything got worse.

    Returns
    -------
    TrialResult
        The decision with its reasons.

    Raises
    ------
    KeyError
        When there is no such option, or it has no trial.
    """
    table = rule_table()
    rules = {rule.id: rule for rule in table.rules if rule.trial}
    if option not in rules:
        raise KeyError(f"{option!r} is no option with a trial; those are {', '.join(rules)}.")
    rule, norms, clinical = rules[option], norms or SiteNorms(), clinical or ClinicalInputs()
    design = rule.trial
    assert design is not None
    nothing = ClinicalInputs()
    before, after = gather_measures(without, nothing), gather_measures(with_it, nothing)
    names = dict.fromkeys((design.primary, *design.guards, *design.shown))
    changes = tuple(
        measured_change((before[name][side], after[name][side]), norms, _predicted(name, rule))
        for name in names
        for side in Side
        if side in before.get(name, {}) and side in after.get(name, {})
    )
    decision, reasons = _decide(rule, table, changes, clinical)
    seen = {change.measure for change in changes}
    missed = tuple(change_line(change) for change in rule.changes if change.finding not in seen)
    return TrialResult(rule.id, rule.title, decision, reasons, changes, missed, rule.citations)


def _decide(
    rule: Rule, table: RuleTable, changes: Sequence[MeasuredChange], clinical: ClinicalInputs
) -> tuple[str, tuple[str, ...]]:
    design = rule.trial
    assert design is not None
    worse = [f"{change.text}: it must not rise." for change in changes if _rose(change, design.guards)]
    comfort = clinical.comfort_change_mm
    if clinical.device_worsens:
        worse.append("Frontal knee motion, the adduction moment, lateral pressure or comfort got worse (O14).")
    if comfort is not None and comfort <= -table.comfort_change_mm:
        worse.append(f"Comfort fell by {-comfort:g} mm, at least {table.comfort_change_mm:g} mm (O14).")
    if worse:
        return DROPPED, tuple(worse)
    if design.primary == COMFORT:
        return _by_comfort(comfort, table.comfort_change_mm)
    deciding = [change for change in changes if change.measure == design.primary]
    if not deciding:
        return NOT_DECIDED, (f"{_label(design.primary)} was not measured both with and without it.",)
    few = [change for change in deciding if min(change.n_without, change.n_with) < design.n_repetitions]
    if few:
        counts = ", ".join(f"{one.side} {one.n_without} and {one.n_with}" for one in few)
        return NOT_DECIDED, (f"{design.n_repetitions} {design.unit_of_repetition} are needed each; valid: {counts}.",)
    unknown = [change for change in deciding if change.minimal_change is None]
    if unknown:
        return NOT_DECIDED, (f"{_label(design.primary)}: no error of measurement is known, so nothing counts yet.",)
    return _by_measure(deciding, design.wanted)


def _by_comfort(comfort: float | None, least: float) -> tuple[str, tuple[str, ...]]:
    if comfort is None:
        return NOT_DECIDED, ("The change of comfort was not entered.",)
    if comfort >= least:
        return KEPT, (f"Comfort rose by {comfort:g} mm, at least {least:g} mm.",)
    return DROPPED, (f"Comfort changed by {comfort:+g} mm, less than the {least:g} mm that count.",)


def _by_measure(deciding: Sequence[MeasuredChange], wanted: str) -> tuple[str, tuple[str, ...]]:
    other = {"falls": "rises", "rises": "falls"}[wanted]
    against = [change.text for change in deciding if change.verdict == other]
    good = [change.text for change in deciding if change.verdict == wanted]
    if against:
        return DROPPED, tuple(f"{text}: the wrong way." for text in against)
    if good:
        return KEPT, tuple(f"{text}: as wanted." for text in good)
    return DROPPED, tuple(f"{change.text}: no change beyond error." for change in deciding)


def _rose(change: MeasuredChange, guards: Sequence[str]) -> bool:
    return change.measure in guards and change.verdict == "rises"


def _predicted(name: str, rule: Rule) -> str:
    return "; ".join(change_line(change).text for change in rule.changes if change.finding == name)


def _label(name: str) -> str:
    return input_table().row(name).label


def _unit(name: str) -> str:
    return input_table().row(name).unit
