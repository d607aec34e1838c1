"""The correction plan of one person: every drill keyed to its factors, in the order of what speaks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from footload.decision.chain import CERTAINTY_ORDER, Contributor
from footload.decision.conditions import Fact, ValueMark, evaluate
from footload.decision.conversions import mdc_from_sem
from footload.decision.lines import Line
from footload.decision.plan_schemas import Chain, Drill, DrillTable, ProtocolTable
from footload.decision.rule_schemas import Contraindication
from footload.decision.schemas import Certainty
from footload.decision.tables import input_table

FROM_FINDINGS = "from the findings"
NOT_TESTED = "not tested"
OVERLOAD = "progressive_overload"
"""The drill that makes others harder: it comes after those that something speaks for."""

_Forbidden = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One drill of the plan.

    Parameters
    ----------
    id, title, kind : str
        Of the drill: strength, mobility, neuromuscular, footwear or load.
    stage : str
        ``from the findings`` where something speaks for its factor, ``not tested`` where nothing does yet.
    addition : bool
        True where the founding article names the cause and no drill.
    factors : tuple of str
        What it is for.
    because : tuple of str
        What speaks for it.
    instruction : str
        How it is done.
    doses : tuple of str
        How much, each with its mark.
    progression, gate, stop : str
        How it gets harder, what has to hold before, and when to stop.
    contraindications : tuple of str
        What would forbid it.
    check_first : tuple of str
        Those of them that nobody answered yet.
    evidence : str
        What is known about it.
    certainty : Certainty
        Of that.
    mark : ValueMark
        Of what is known about it; doses and progression carry their own.
    citations : tuple of str
        Keys into `references.toml`.
    """

    id: str
    title: str
    kind: str
    stage: str
    addition: bool
    factors: tuple[str, ...]
    because: tuple[str, ...]
    instruction: str
    doses: tuple[str, ...]
    progression: str
    gate: str
    stop: str
    contraindications: tuple[str, ...]
    check_first: tuple[str, ...]
    evidence: str
    certainty: Certainty
    mark: ValueMark
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetestLine:
    """When what is measured again.

    Parameters
    ----------
    text : str
        In words.
    earliest, latest : str, optional
        Dates (ISO), counted from the day of the assessment where that was entered.
    tests : tuple of str
        What to repeat, with the least change that counts where it is known.
    citations : tuple of str
        Keys into `references.toml`.
    """

    text: str
    earliest: str | None
    latest: str | None
    tests: tuple[str, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Drills in their order, and what was left out.

    Parameters
    ----------
    held : tuple of Line
        Why there is no plan; then everything else is empty.
    steps : tuple of PlanStep
        Drills in their order.
    left_out : tuple of Line
        Drills whose factors the data speak against.
    withheld : tuple of Line
        Drills that a contraindication forbids.
    notes : tuple of Line
        What holds for all of it.
    retest : RetestLine, optional
        When to measure again.
    """

    held: tuple[Line, ...] = ()
    steps: tuple[PlanStep, ...] = ()
    left_out: tuple[Line, ...] = ()
    withheld: tuple[Line, ...] = ()
    notes: tuple[Line, ...] = ()
    retest: RetestLine | None = None


def make_plan(
    tables: tuple[DrillTable, Chain, ProtocolTable],
    contributors: Sequence[Contributor],
    facts: Mapping[str, Fact],
    assessed_on: date | None = None,
) -> Plan:
    """Put the drills in the order of what speaks for their factors.

    Parameters
    ----------
    tables : tuple
        Drills, kinetic chain and protocols.
    contributors : sequence of Contributor
        The person's factors.
    facts : mapping of str to Fact
        What is known.
    assessed_on : date, optional
        Gives the dates of the retest; there is no clock.

    Returns
    -------
    Plan
        Every drill of the table stands somewhere in it, unless the plan is held.
    """
    table, chain, protocols = tables
    held = _forbidding(table.holds, facts)
    if held:
        return Plan(
            held=tuple(Line("plan", f"No plan: {text}.", why, names, cited) for text, why, names, cited in held)
        )
    by_id = {one.id: one for one in contributors}
    steps: list[tuple[int, PlanStep]] = []
    left_out: list[Line] = []
    withheld: list[Line] = []
    for drill in table.drills:
        forbidden = _forbidding(drill.contraindications, facts)
        against = [by_id[name] for name in drill.factors if by_id[name].speaks == "against"]
        if forbidden:
            text, why, names, cited = forbidden[0]
            withheld.append(Line(drill.id, f"{drill.title}: withheld, {text}.", why, names, cited, drill.certainty))
        elif len(against) == len(drill.factors):
            left_out.append(_left_out(drill, against))
        else:
            steps.append(_step(drill, by_id, facts))
    steps.sort(key=lambda ranked: ranked[0])
    notes = [Line(note.id, note.text + note.mark.beside, citations=note.citations) for note in table.notes]
    return Plan(
        steps=tuple(step for _, step in steps),
        left_out=tuple(left_out),
        withheld=tuple(withheld),
        notes=(*_pain(table, facts), *notes),
        retest=_retest(table, chain, protocols, contributors, assessed_on),
    )


def _forbidding(contraindications: Iterable[Contraindication], facts: Mapping[str, Fact]) -> list[_Forbidden]:
    found: list[_Forbidden] = []
    for one in contraindications:
        verdict = evaluate(one.condition, facts)
        if verdict.holds:
            found.append((one.text, verdict.because, verdict.sources, one.citations))
    return found


def _left_out(drill: Drill, against: Sequence[Contributor]) -> Line:
    why = tuple(line.text for one in against for line in one.speaks_against)
    sources = tuple(dict.fromkeys(name for one in against for line in one.speaks_against for name in line.sources))
    labels = ", ".join(one.label.lower() for one in against)
    text = f"{drill.title}: left out, the data speak against {labels}."
    return Line(drill.id, text, why, sources, drill.citations, drill.certainty)


def _step(drill: Drill, by_id: Mapping[str, Contributor], facts: Mapping[str, Fact]) -> tuple[int, PlanStep]:
    own = [by_id[name] for name in drill.factors]
    spoken = [one for one in own if one.speaks_for]
    untested = len(CERTAINTY_ORDER) + 1
    rank = min((CERTAINTY_ORDER.index(one.certainty) for one in spoken), default=untested)
    if drill.id == OVERLOAD:
        rank = max(rank, len(CERTAINTY_ORDER))
    cited = [drill.citations, *(d.citations for d in drill.doses), *(c.citations for c in drill.contraindications)]
    step = PlanStep(
        id=drill.id,
        title=drill.title,
        kind=drill.kind,
        stage=FROM_FINDINGS if spoken else NOT_TESTED,
        addition=drill.addition,
        factors=tuple(one.label for one in own),
        because=tuple(dict.fromkeys(line.text for one in spoken for line in one.speaks_for)),
        instruction=drill.instruction,
        doses=tuple(dose.text + dose.mark.beside for dose in drill.doses),
        progression=drill.progression + drill.doses[0].mark.beside,
        gate=drill.gate,
        stop=drill.stop,
        contraindications=tuple(one.text for one in drill.contraindications),
        check_first=tuple(
            f"not yet answered: {one.text}"
            for one in drill.contraindications
            if evaluate(one.condition, facts).holds is None
        ),
        evidence=drill.evidence,
        certainty=drill.certainty,
        mark=drill.mark,
        citations=tuple(dict.fromkeys(key for keys in cited for key in keys)),
    )
    return rank, step


def _pain(table: DrillTable, facts: Mapping[str, Fact]) -> tuple[Line, ...]:
    rule = table.pain_stop
    lines = [Line(rule.id, rule.text + rule.mark.beside, citations=rule.citations)]
    now = facts.get("pain_now")
    if now is not None and now.value > table.pain_limit:
        text = f"Pain is already above {table.pain_limit:g} of 10: begin when it has settled, or have it looked at."
        lines.insert(0, Line("pain_now", text + rule.mark.beside, (now.text,), now.sources, rule.citations))
    return tuple(lines)


def _retest(
    table: DrillTable,
    chain: Chain,
    protocols: ProtocolTable,
    contributors: Sequence[Contributor],
    assessed_on: date | None,
) -> RetestLine:
    retest = table.retest
    titles = {protocol.id: protocol.title for protocol in protocols.protocols}
    tests = [f"{titles[name]}, same device, same shoe, same axis" for name in retest.always]
    present = {one.id for one in contributors if one.speaks_for}
    for factor in chain.factors:
        if factor.id in present:
            tests += [test.text + _least_change(test.gives) for test in factor.tests]
    span = f"{retest.earliest_weeks} to {retest.latest_weeks} weeks"
    if assessed_on is None:
        asked = input_table().row("assessed_on").label.lower()
        text = f"Measure again {span} after the plan begins{retest.mark.beside}; enter the {asked} for the dates."
        return RetestLine(text, None, None, tuple(dict.fromkeys(tests)), retest.citations)
    first, last = (
        (assessed_on + timedelta(weeks=weeks)).isoformat() for weeks in (retest.earliest_weeks, retest.latest_weeks)
    )
    text = f"Measure again between {first} and {last}, {span} after the assessment{retest.mark.beside}."
    return RetestLine(text, first, last, tuple(dict.fromkeys(tests)), retest.citations)


def _least_change(names: Iterable[str]) -> str:
    known: list[str] = []
    for row in input_table().inputs:
        if row.name in names and row.sem is not None:
            known.append(f"{mdc_from_sem(row.sem):.1f} {row.unit}{row.sem_mark.beside}")
    return f" A change counts from {', '.join(known)}." if known else ""
