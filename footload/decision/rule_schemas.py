"""What the tables of orthotic and footwear rules and of the prescription sheet hold."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from footload.decision.conditions import Condition, ValueMark
from footload.decision.schemas import Certainty, Claim, Table


class Dose(Claim):
    """How much of an option; with a condition, only where that holds."""

    text: str
    mark: ValueMark
    when: Condition | None = None


class Contraindication(Claim):
    """What forbids an option or a drill."""

    text: str
    condition: Condition


class Change(Claim):
    """What a tested dose changed, with its interval where one was published."""

    measure: str
    finding: str = ""
    dose: str
    unit: str = ""
    point: float | None = None
    low: float | None = None
    high: float | None = None
    interval: str
    direction: Literal["falls", "rises", "no change", "not known"]
    wanted: bool
    task: str
    population: str
    n: int = Field(default=0, ge=0)
    mark: ValueMark
    certainty: Certainty

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"The change of {self.measure!r} has one end of an interval only; give both or none.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(
                f"The interval of {self.measure!r} runs from {self.low:g} to {self.high:g}; turn it round."
            )
        return self


class TrialDesign(Table):
    """The trial that would confirm an option."""

    protocol: str
    without: str
    with_it: str
    n_repetitions: int = Field(ge=1)
    unit_of_repetition: str
    primary: str
    wanted: Literal["falls", "rises"]
    guards: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Example(Table):
    """A worked example of a rule."""

    expect: Literal["considered", "undecided", "withheld", "silent"]
    clinical: dict[str, bool | float | dict[str, float]] = Field(default_factory=dict)
    findings: dict[str, dict[str, float]] = Field(default_factory=dict)
    norms: dict[str, dict[str, float]] = Field(default_factory=dict)


class Rule(Claim):
    """One orthotic or footwear rule."""

    id: str
    kind: Literal["gate", "information", "option", "caution"]
    title: str
    option: str
    certainty: Certainty
    mark: ValueMark
    condition: Condition
    confirm: str
    note: str = ""
    expected: str = ""
    to_settle: str = ""
    doses: tuple[Dose, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()
    changes: tuple[Change, ...] = ()
    trial: TrialDesign | None = None
    examples: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _confirmable(self) -> Self:
        if self.kind == "option" and not (self.changes and self.trial):
            raise ValueError(f"The option {self.id} states no expected change or no trial that would confirm it.")
        return self


class RuleTable(Table):
    """Every rule, in the order they are asked, and the washout of their trials."""

    washout_min: float = Field(gt=0)
    comfort_change_mm: float = Field(gt=0)
    rules: tuple[Rule, ...]


class SheetField(Table):
    """One field of the prescription sheet: measured by footload, or left to who prescribes."""

    id: str
    label: str
    kind: Literal["measured", "prescribed"]
    source: str = ""

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if (self.kind == "measured") != bool(self.source):
            raise ValueError(
                f"The field {self.id!r} is {self.kind}, so it has {'a' if not self.source else 'no'} source."
            )
        return self


class SheetTable(Claim):
    """The prescription sheet."""

    title: str
    text: str
    mark: ValueMark
    fields: tuple[SheetField, ...]
