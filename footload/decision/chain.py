"""The contributing factors of one person: what speaks for each cause, what against it, and what to test next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from footload.decision.conditions import Fact, evaluate
from footload.decision.facts import is_known, missing_label
from footload.decision.plan_schemas import Chain, Edge, Factor, NextTest
from footload.decision.presentation import percent
from footload.decision.schemas import Certainty
from footload.decision.tendency import Gain

CERTAINTY_ORDER = (
    Certainty.GUIDELINE,
    Certainty.HIGH,
    Certainty.MODERATE,
    Certainty.LOW,
    Certainty.VERY_LOW,
    Certainty.CONTRADICTORY,
)
"""From the surest to what contradicts itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something of a person's data that speaks for or against a factor.

    Parameters
    ----------
    text : str
        The facts in words, with the bound and its mark.
    sources : tuple of str
        Names of the findings and inputs.
    citations : tuple of str
        Keys into `references.toml`.
    """

    text: str
    sources: tuple[str, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contributor:
    """One cause of the kinetic chain, as this person's data speak of it.

    Parameters
    ----------
    id, label, group, place : str
        Of the factor: muscular, mobility, motor control or structural; foot and ankle, knee, hip, core, whole body.
    speaks : str
        ``for``, ``against``, ``both`` or ``silent``.
    speaks_for, speaks_against : tuple of Evidence
        What of the person's data.
    seen : tuple of str
        What was measured and decides nothing, because no bound is known or the value lies between.
    silent_because : tuple of str
        What nobody measured.
    claim : str
        What the founding article says.
    evidence : str
        What is known.
    certainty : Certainty
        Of the link to the knee.
    scored : bool
        Whether it enters the tendency.
    plate : str
        What a plate can say about it.
    way : tuple of str
        From the factor to the outcome, in words.
    effects : tuple of str
        What each study of its links found, with its mark and sources.
    citations : tuple of str
        Keys into `references.toml`.
    """

    id: str
    label: str
    group: str
    place: str
    speaks: str
    speaks_for: tuple[Evidence, ...]
    speaks_against: tuple[Evidence, ...]
    seen: tuple[str, ...]
    silent_because: tuple[str, ...]
    claim: str
    evidence: str
    certainty: Certainty
    scored: bool
    plate: str
    way: tuple[str, ...]
    effects: tuple[str, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """A test that was not done, and what it could change.

    Parameters
    ----------
    factor, label : str
        Which factor it is about.
    text : str
        What to do.
    gives : tuple of str
        Names of the inputs or findings it gives.
    protocol : str
        Which one of `protocols.toml`; empty for a test by hand.
    gain : float
        What it would add to the expected AUC of the tendency; 0 for what is not scored.
    could_change : str
        The same in words.
    certainty : Certainty
        Of the factor's link to the knee.
    citations : tuple of str
        Keys into `references.toml`.
    """

    factor: str
    label: str
    text: str
    gives: tuple[str, ...]
    protocol: str
    gain: float
    could_change: str
    certainty: Certainty
    citations: tuple[str, ...]


def find_contributors(chain: Chain, facts: Mapping[str, Fact]) -> tuple[Contributor, ...]:
    """Every factor of the chain against what is known about the person.

    Parameters
    ----------
    chain : Chain
        The graph.
    facts : mapping of str to Fact
        What is known.

    Returns
    -------
    tuple of Contributor
        All of them, in the order of the table; a factor that nothing speaks about is silent, not absent.
    """
    return tuple(_contributor(chain, factor, facts) for factor in chain.factors)


def find_next_steps(
    chain: Chain, facts: Mapping[str, Fact], gains: Sequence[Gain], indicators: Mapping[str, Collection[str]]
) -> tuple[NextStep, ...]:
    """What was not tested yet, the most telling first.

    First what would add most to the expected AUC of the tendency, then by the certainty of the factor's link.

    Parameters
    ----------
    chain : Chain
        The graph.
    facts : mapping of str to Fact
        What is known.
    gains : sequence of Gain
        What each missing predictor would add.
    indicators : mapping of str to names
        The measures of each predictor.

    Returns
    -------
    tuple of NextStep
        Without those of which something is known already, unless it could not be scored.
    """
    by_predictor = {gain.name: gain for gain in gains}
    steps: list[NextStep] = []
    for factor in chain.factors:
        for test in factor.tests:
            scores = bool(set(test.gives) & set(indicators.get(factor.predictor, ())))
            gain = by_predictor.get(factor.predictor) if scores else None
            # What was measured and could not be scored, for want of trials or of a norm, is still worth doing well.
            if gain is None and any(is_known(name, facts) for name in test.gives):
                continue
            steps.append(_next_step(factor, test, gain))
    return tuple(sorted(steps, key=lambda step: (-round(step.gain, 6), CERTAINTY_ORDER.index(step.certainty))))


def _next_step(factor: Factor, test: NextTest, gain: Gain | None) -> NextStep:
    if gain:
        could = (
            f"Scored: the chance could become {percent(gain.p_if_better)} (one SD better) to "
            f"{percent(gain.p_if_worse)} (one SD worse); expected AUC {gain.auc_now:.3f} now, {gain.auc_then:.3f} then."
        )
    else:
        could = "Not scored; it changes what speaks for this factor, and so the order of the plan."
    return NextStep(
        factor.id,
        factor.label,
        test.text,
        test.gives,
        test.protocol,
        gain.auc_then - gain.auc_now if gain else 0.0,
        could,
        factor.certainty,
        factor.citations,
    )


def _contributor(chain: Chain, factor: Factor, facts: Mapping[str, Fact]) -> Contributor:
    found: dict[str, list[Evidence]] = {"for": [], "against": []}
    used: set[str] = set()
    for signal in factor.signals:
        verdict = evaluate(signal.condition, facts)
        if verdict.holds:
            note = f" ({signal.note})" if signal.note else ""
            text = "; ".join(verdict.because) + note
            found[signal.speaks].append(Evidence(text, verdict.sources, signal.citations))
            used |= set(signal.condition.facts)
    asked = dict.fromkeys([*factor.reads, *(fact for signal in factor.signals for fact in signal.condition.facts)])
    seen = dict.fromkeys(facts[name].text for name in asked if name in facts and name not in used)
    missing = dict.fromkeys(missing_label(name, facts) for name in asked if name not in facts)
    speaks = "both" if all(found.values()) else next((way for way, lines in found.items() if lines), "silent")
    edges = chain.edges_from(factor.id)
    cited = [factor.citations, *(s.citations for s in factor.signals), *(edge.citations for edge in edges)]
    labels = chain.labels
    return Contributor(
        id=factor.id,
        label=factor.label,
        group=factor.group,
        place=factor.place,
        speaks=speaks,
        speaks_for=tuple(found["for"]),
        speaks_against=tuple(found["against"]),
        seen=tuple(seen),
        silent_because=tuple(missing),
        claim=factor.claim,
        evidence=factor.evidence,
        certainty=factor.certainty,
        scored=bool(factor.predictor),
        plate=factor.plate,
        way=tuple(labels[node] for node in chain.path(factor.id)),
        effects=tuple(effect_text(edge, labels) for edge in edges),
        citations=tuple(dict.fromkeys(key for keys in cited for key in keys)),
    )


def effect_text(edge: Edge, labels: Mapping[str, str]) -> str:
    """One link of the chain in words.

    Parameters
    ----------
    edge : Edge
        Of the graph.
    labels : mapping of str to str
        What people read for each node.

    Returns
    -------
    str
        What was found, in whom, how sure it is, and where it stands.
    """
    who = f"{edge.population}, n = {edge.n}" if edge.n else edge.population
    way = {"none": "no association", "raises": "goes with more", "lowers": "goes with less"}
    return (
        f"{labels[edge.end]}: {way.get(edge.direction, edge.direction)}; {edge.effect} ({who}; certainty "
        f"{edge.certainty.value}){edge.mark.beside} [{', '.join(edge.citations)}]"
    )
