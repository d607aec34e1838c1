"""Conditions as data: three answers, yes, no and not known, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

Value = bool | float


class ValueMark(StrEnum):
    """How sure a number of the evidence tables is."""

    READ = "read"
    DERIVED = "derived"
    ELICITED = "elicited"
    ASSUMPTION = "assumption"
    PROPOSAL = "project proposal"
    UNVERIFIED = "unverified"

    @property
    def beside(self) -> str:
        """What is shown beside the number: nothing when it was read in its source."""
        return "" if self is ValueMark.READ else f" ({self.value})"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known about the person.

    Parameters
    ----------
    name : str
        What conditions call it.
    value : bool or float
        What it is.
    text : str
        The same in words, with where it comes from.
    sources : tuple of str
        Names of the findings and inputs behind it.
    """

    name: str
    value: Value
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds, and why.

    Parameters
    ----------
    holds : bool or None
        None when something is missing that would decide it.
    because : tuple of str
        The facts that decide it, in words.
    sources : tuple of str
        Names of the findings and inputs behind them.
    missing : tuple of str
        Names of the facts that are not known and would decide it.
    """

    holds: bool | None
    because: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Condition(BaseModel):
    """A comparison of one fact, or all or any of several conditions.

    Parameters
    ----------
    fact : str
        Name of the fact; empty for a group.
    op : str
        ``is`` for yes and no, otherwise a comparison.
    value : bool or float
        What it is compared with.
    mark : ValueMark
        How sure the value is.
    all, any : tuple of Condition
        A group; exactly one of fact, all and any is given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: str = ""
    op: Literal["is", "<", "<=", ">", ">="] = "is"
    value: Value | None = None
    mark: ValueMark = ValueMark.READ
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((bool(self.fact), bool(self.all), bool(self.any))) != 1:
            raise ValueError("A condition has exactly one of fact, all and any.")
        if self.fact and (self.value is None or (self.op == "is") != isinstance(self.value, bool)):
            raise ValueError(
                f"The condition on {self.fact!r} compares with {self.value!r} by {self.op!r}; "
                "'is' takes true or false, a comparison takes a number."
            )
        return self

    @property
    def facts(self) -> Iterator[str]:
        """Names of every fact in it."""
        if self.fact:
            yield self.fact
        for part in self.all + self.any:
            yield from part.facts

    @property
    def text(self) -> str:
        """The condition as a line for people."""
        if self.fact and self.op == "is":
            return self.fact if self.value else f"not {self.fact}"
        if self.fact:
            return f"{self.fact} {self.op} {self.value:g}{self.mark.beside}"
        joint = " and " if self.all else " or "
        return joint.join(f"({part.text})" if not part.fact else part.text for part in self.all or self.any)


def evaluate(condition: Condition, facts: Mapping[str, Fact]) -> Verdict:
    """Decide a condition with what is known.

    Parameters
    ----------
    condition : Condition
        What is asked.
    facts : mapping of str to Fact
        What is known, by name; what is missing is not known, never false.

    Returns
    -------
    Verdict
        Yes, no or not known, with reasons.
    """
    if condition.fact:
        return _compare(condition, facts.get(condition.fact))
    parts = [evaluate(part, facts) for part in condition.all or condition.any]
    decisive = bool(condition.any)
    deciders = [part for part in parts if part.holds is decisive]
    unknown = [part for part in parts if part.holds is None]
    if deciders:
        return _joined(decisive, deciders)
    if unknown:
        known = [part for part in parts if part.holds is not None]
        return _joined(None, known if condition.all else [], unknown)
    return _joined(not decisive, parts)


def _compare(condition: Condition, fact: Fact | None) -> Verdict:
    if fact is None:
        return Verdict(None, missing=(condition.fact,))
    value, bound = fact.value, condition.value
    assert bound is not None
    holds = {
        "is": value == bound,
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
    }[condition.op]
    if condition.op == "is":
        return Verdict(holds, (fact.text,), fact.sources)
    words = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}[condition.op]
    negation = "" if holds else "not "
    return Verdict(holds, (f"{fact.text}, {negation}{words} {bound:g}{condition.mark.beside}",), fact.sources)


def _joined(holds: bool | None, known: list[Verdict], unknown: list[Verdict] | None = None) -> Verdict:
    every = known + (unknown or [])
    return Verdict(
        holds,
        tuple(dict.fromkeys(line for part in every for line in part.because)),
        tuple(dict.fromkeys(name for part in every for name in part.sources)),
        tuple(dict.fromkeys(name for part in unknown or () for name in part.missing)),
    )
