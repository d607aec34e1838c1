"""What the tables of contributing factors, drills, protocols and shoe sizes hold."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from footload.decision.conditions import Condition, ValueMark
from footload.decision.rule_schemas import Contraindication, Dose
from footload.decision.schemas import Certainty, Claim, Table


class Signal(Claim):
    """Something of a person's data that speaks for or against a factor."""

    speaks: Literal["for", "against"]
    condition: Condition
    note: str = ""


class NextTest(Table):
    """Something that could be done to learn more about a factor, and the inputs it would give."""

    text: str
    gives: tuple[str, ...] = Field(min_length=1)
    protocol: str = ""


class Factor(Claim):
    """One cause of the founding article, with what is known about it."""

    id: str
    label: str
    group: Literal["muscular", "mobility", "motor control", "structural"]
    place: Literal["foot and ankle", "knee", "hip", "core", "whole body"]
    claim: str
    evidence: str
    certainty: Certainty
    predictor: str = ""
    plate: str
    reads: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    tests: tuple[NextTest, ...] = Field(min_length=1)


class Node(Table):
    """A mechanism or an outcome of the kinetic chain."""

    id: str
    label: str
    kind: Literal["mechanism", "outcome"]


class Edge(Claim):
    """One link of the kinetic chain: what is known about how its start goes with its end."""

    start: str
    end: str
    direction: Literal["raises", "lowers", "none", "conflicting", "not known"]
    effect: str
    population: str
    n: int | None = Field(default=None, gt=0)
    certainty: Certainty
    mark: ValueMark


class Chain(Table):
    """The kinetic chain of the founding article as a graph."""

    text: str
    outcome: str
    factors: tuple[Factor, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @model_validator(mode="after")
    def _connected(self) -> Self:
        known = self.labels
        for edge in self.edges:
            for end in (edge.start, edge.end):
                if end not in known:
                    raise ValueError(f"The edge {edge.start} to {edge.end} has an end that is no node: {end!r}.")
        for factor in self.factors:
            if not self.path(factor.id):
                raise ValueError(f"The factor {factor.id!r} leads to no outcome.")
        return self

    @property
    def labels(self) -> dict[str, str]:
        """What people read, by the id of every factor and node."""
        return {part.id: part.label for part in (*self.factors, *self.nodes)}

    def edges_from(self, node: str) -> tuple[Edge, ...]:
        """Every link that starts at a node.

        Parameters
        ----------
        node : str
            Id of a factor or mechanism.

        Returns
        -------
        tuple of Edge
            In the order of the table.
        """
        return tuple(edge for edge in self.edges if edge.start == node)

    def path(self, start: str) -> tuple[str, ...]:
        """The shortest way from a factor to the outcome, or to any outcome where that one is not reached.

        Parameters
        ----------
        start : str
            Id of a factor.

        Returns
        -------
        tuple of str
            Ids from the start to the outcome; empty when none is reached.
        """
        outcomes = {node.id for node in self.nodes if node.kind == "outcome"}
        ways: list[tuple[str, ...]] = [(start,)]
        seen, found = {start}, ()
        for way in ways:
            if way[-1] == self.outcome:
                return way
            if way[-1] in outcomes:
                found = found or way
                continue
            for edge in self.edges_from(way[-1]):
                if edge.end not in seen:
                    seen.add(edge.end)
                    ways.append((*way, edge.end))
        return found


class Drill(Claim):
    """One exercise or measure of the correction plan."""

    id: str
    title: str
    kind: Literal["strength", "mobility", "neuromuscular", "footwear", "load"]
    factors: tuple[str, ...] = Field(min_length=1)
    addition: bool = False
    instruction: str
    doses: tuple[Dose, ...] = Field(min_length=1)
    progression: str
    gate: str
    stop: str
    contraindications: tuple[Contraindication, ...] = ()
    evidence: str
    certainty: Certainty
    mark: ValueMark


class PlanNote(Claim):
    """Something that holds for the whole plan."""

    id: str
    text: str
    mark: ValueMark


class Retest(Claim):
    """When the tests are repeated."""

    earliest_weeks: int = Field(gt=0)
    latest_weeks: int = Field(gt=0)
    mark: ValueMark
    always: tuple[str, ...]


class DrillTable(Table):
    """The correction plan as data."""

    pain_stop: PlanNote
    pain_limit: float
    notes: tuple[PlanNote, ...]
    retest: Retest
    holds: tuple[Contraindication, ...]
    drills: tuple[Drill, ...]


class Variant(Table):
    """A protocol once more with one thing changed, and the input that its result answers."""

    id: str
    text: str
    answers: str


class Protocol(Claim):
    """How one task is recorded."""

    id: str
    title: str
    task: str
    article: bool
    instruction: str
    stance: str
    n_repetitions: int = Field(gt=0)
    n_sets: int = Field(default=1, gt=0)
    repetition: str
    sampling_hz: float = Field(gt=0)
    sampling_mark: ValueMark
    measures: tuple[str, ...] = Field(min_length=1)
    findings: tuple[str, ...] = ()
    rejects: tuple[str, ...] = Field(min_length=1)
    variants: tuple[Variant, ...] = ()
    notes: tuple[str, ...] = ()
    mark: ValueMark


class ProtocolTable(Claim):
    """Every protocol, in the order of a session."""

    common: tuple[str, ...]
    optional: tuple[str, ...]
    washout_min: float = Field(gt=0)
    mark: ValueMark
    protocols: tuple[Protocol, ...]


class SizeSystem(Claim):
    """One system of shoe sizes: ``size = per_unit * length + offset``."""

    id: str
    label: str
    unit: Literal["mm", "cm", "inch"]
    per_unit: float
    offset: float
    step: float = Field(gt=0)
    mark: ValueMark


class SizeTable(Claim):
    """Shoe sizes from the length of the foot."""

    text: str
    toe_allowance_mm: tuple[float, float]
    systems: tuple[SizeSystem, ...]
