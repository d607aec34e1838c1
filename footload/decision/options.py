"""Orthotic and footwear options: the safety gate first, then the rules in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from footload.decision.conditions import Fact, Verdict, evaluate
from footload.decision.confirmation import change_line, trial_line
from footload.decision.facts import label_of, missing_label
from footload.decision.lines import Line, Option, TrialLine, Undecided
from footload.decision.norms import SiteNorms
from footload.decision.pad_place import PadPlace
from footload.decision.rule_schemas import Rule, RuleTable

PAD_RULE = "O8"
"""The rule whose device goes where the pressure map says."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the rules say.

    Parameters
    ----------
    gate : tuple of Line
        Why the safety gate is closed; empty when it is not.
    options : tuple of Option
        What may be considered; none behind a closed gate.
    undecided : tuple of Undecided
        Rules that wait for something.
    withheld : tuple of Line
        Options that a contraindication forbids.
    """

    gate: tuple[Line, ...]
    options: tuple[Option, ...]
    undecided: tuple[Undecided, ...]
    withheld: tuple[Line, ...]


def consider(
    table: RuleTable, facts: Mapping[str, Fact], norms: SiteNorms | None = None, pads: Sequence[PadPlace] = ()
) -> Suggestions:
    """Ask every rule, the safety gate first.

    Parameters
    ----------
    table : RuleTable
        The rules in the order they are asked.
    facts : mapping of str to Fact
        What is known.
    norms : SiteNorms, optional
        A site's own, with its errors of measurement.
    pads : sequence of PadPlace
        The most loaded metatarsal heads.

    Returns
    -------
    Suggestions
        With a closed gate, only the gate.
    """
    norms, rules = norms or SiteNorms(), table.rules
    gates = [(rule, evaluate(rule.condition, facts)) for rule in rules if rule.kind == "gate"]
    closed = tuple(_line(rule, rule.option, verdict) for rule, verdict in gates if verdict.holds)
    if closed:
        return Suggestions(closed, (), (), ())
    unasked = tuple(
        f"not yet answered: {label_of(name)}" for _, verdict in gates for name in verdict.missing if name not in facts
    )
    options: list[Option] = []
    undecided: list[Undecided] = []
    withheld: list[Line] = []
    for rule in (rule for rule in rules if rule.kind != "gate"):
        verdict = evaluate(rule.condition, facts)
        if verdict.holds is False:
            continue
        forbidden = _forbidden(rule, facts)
        if forbidden is not None:
            withheld.append(forbidden)  # also where it waits for something: no answer could bring it back
        elif verdict.holds is None:
            waiting = _undecided(rule, verdict, facts, trial_line(rule, table, norms))
            undecided += [waiting] if rule.kind == "option" else []
        else:
            option = _option(rule, verdict, facts, unasked if rule.kind == "option" else ())
            places = tuple(pad.text for pad in pads) if rule.id == PAD_RULE else ()
            options.append(replace(option, trial=trial_line(rule, table, norms), places=places))
    return Suggestions((), tuple(options), tuple(undecided), tuple(withheld))


def _forbidden(rule: Rule, facts: Mapping[str, Fact]) -> Line | None:
    for contraindication in rule.contraindications:
        verdict = evaluate(contraindication.condition, facts)
        if verdict.holds:
            text = f"{rule.title}: withheld, {contraindication.text}."
            return Line(rule.id, text, verdict.because, verdict.sources, contraindication.citations, rule.certainty)
    return None


def _option(rule: Rule, verdict: Verdict, facts: Mapping[str, Fact], unasked: Iterable[str]) -> Option:
    unanswered = [
        f"not yet answered: {contraindication.text}"
        for contraindication in rule.contraindications
        if evaluate(contraindication.condition, facts).holds is None
    ]
    doses = [dose for dose in rule.doses if dose.when is None or evaluate(dose.when, facts).holds]
    parts = (*doses, *rule.contraindications, *rule.changes)
    cited = [rule.citations, *(part.citations for part in parts)]
    return Option(
        id=rule.id,
        kind=rule.kind,
        title=rule.title,
        text=("Option to consider: " if rule.kind == "option" else "") + rule.option + rule.mark.beside,
        doses=tuple(dose.text + dose.mark.beside for dose in doses),
        why=verdict.because,
        sources=verdict.sources,
        certainty=rule.certainty,
        mark=rule.mark,
        note=rule.note,
        expected=rule.expected,
        changes=tuple(change_line(change) for change in rule.changes),
        confirm=rule.confirm,
        trial=None,
        places=(),
        contraindications=tuple(contraindication.text for contraindication in rule.contraindications),
        check_first=tuple(dict.fromkeys((*unasked, *unanswered))),
        citations=tuple(dict.fromkeys(key for keys in cited for key in keys)),
    )


def _undecided(rule: Rule, verdict: Verdict, facts: Mapping[str, Fact], trial: TrialLine | None) -> Undecided:
    missing = tuple(dict.fromkeys(missing_label(name, facts) for name in verdict.missing))
    changes = tuple(change_line(change) for change in rule.changes)
    cited = [rule.citations, *(change.citations for change in rule.changes)]
    every = tuple(dict.fromkeys(key for keys in cited for key in keys))
    return Undecided(rule.id, rule.title, missing, rule.to_settle or rule.confirm, changes, trial, every)


def _line(rule: Rule, text: str, verdict: Verdict) -> Line:
    return Line(rule.id, text, verdict.because, verdict.sources, rule.citations, rule.certainty)
