"""Orthotic and footwear options: the safety gate first, then the rules in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from footload.decision.assessment import Line, Option, Undecided
from footload.decision.conditions import Fact, Verdict, evaluate
from footload.decision.facts import label_of
from footload.decision.schemas import Rule


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


def consider(rules: Sequence[Rule], facts: Mapping[str, Fact]) -> Suggestions:
    """Ask every rule, the safety gate first.

    Parameters
    ----------
    rules : sequence of Rule
        In the order they are asked.
    facts : mapping of str to Fact
        What is known.

    Returns
    -------
    Suggestions
        With a closed gate, only the gate.
    """
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
        if verdict.holds is None and rule.kind == "option":
            undecided.append(_undecided(rule, verdict))
        if not verdict.holds:
            continue
        forbidden = _forbidden(rule, facts)
        if forbidden is None:
            options.append(_option(rule, verdict, facts, unasked if rule.kind == "option" else ()))
        else:
            withheld.append(forbidden)
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
    cited = [rule.citations, *(dose.citations for dose in rule.doses), *(c.citations for c in rule.contraindications)]
    return Option(
        id=rule.id,
        kind=rule.kind,
        title=rule.title,
        text=("Option to consider: " if rule.kind == "option" else "") + rule.option + rule.mark.beside,
        doses=tuple(dose.text + dose.mark.beside for dose in rule.doses),
        why=verdict.because,
        sources=verdict.sources,
        certainty=rule.certainty,
        mark=rule.mark,
        note=rule.note,
        expected=rule.expected,
        confirm=rule.confirm,
        contraindications=tuple(contraindication.text for contraindication in rule.contraindications),
        check_first=tuple(dict.fromkeys((*unasked, *unanswered))),
        citations=tuple(dict.fromkeys(key for keys in cited for key in keys)),
    )


def _undecided(rule: Rule, verdict: Verdict) -> Undecided:
    missing = tuple(dict.fromkeys(label_of(name) for name in verdict.missing))
    return Undecided(rule.id, rule.title, missing, rule.to_settle or rule.confirm, rule.citations)


def _line(rule: Rule, text: str, verdict: Verdict) -> Line:
    return Line(rule.id, text, verdict.because, verdict.sources, rule.citations, rule.certainty)
