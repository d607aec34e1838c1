"""What the evidence tables hold: every claim cites a source that exists and states its certainty."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from footload.decision.conditions import Condition, ValueMark
from footload.decision.conversions import sem_from_mdc
from footload.errors import EvidenceError
from footload.references import reference

SIDED = ("lowest", "highest", "difference", "lowest_sd", "highest_sd")
"""What conditions may ask about a measure of both sides; ``_sd`` is its distance from the site's own norm."""


class Certainty(StrEnum):
    """How sure a statement is."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"
    CONTRADICTORY = "contradictory"
    GUIDELINE = "guideline"


class Table(BaseModel):
    """Anything that a table file holds: no unknown keys, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Claim(Table):
    """Anything that claims something: it cites at least one source that exists.

    Parameters
    ----------
    citations : tuple of str
        Keys into `references.toml`.
    """

    citations: tuple[str, ...] = Field(min_length=1)

    @field_validator("citations")
    @classmethod
    def _resolve(cls, citations: tuple[str, ...]) -> tuple[str, ...]:
        for key in citations:
            try:
                reference(key)
            except KeyError as error:
                raise ValueError(error.args[0]) from error
        return citations


class PublishedNorm(Claim):
    """Mean and spread of a published group."""

    mean: float
    sd: float = Field(gt=0)
    n: int = Field(gt=0)


class Indicator(Table):
    """One measurable sign of a predictor; the first of its names that was measured counts."""

    names: tuple[str, ...] = Field(min_length=1)
    label: str
    sign: Literal[-1, 1]
    mdc95: float | None = Field(default=None, gt=0)
    norm: PublishedNorm | None = None


class Predictor(Claim):
    """One predictor of the tendency, with effect, error and certainty."""

    name: str
    symbol: str
    label: str
    delta: float
    delta_se: float = Field(ge=0)
    mark: ValueMark
    certainty: Certainty
    note: str
    how_to_measure: str
    sem_per_sd: float | None = Field(default=None, ge=0)
    sem_mark: ValueMark = ValueMark.DERIVED
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    @property
    def error_per_sd(self) -> float:
        """Measurement error over the spread of the norm."""
        if self.sem_per_sd is not None:
            return self.sem_per_sd
        first = self.indicators[0]
        if first.mdc95 is None or first.norm is None:
            raise EvidenceError(f"tendency.toml: predictor {self.name!r} has neither sem_per_sd nor mdc95 with a norm.")
        return sem_from_mdc(first.mdc95) / first.norm.sd


class BaseRate(Claim):
    """How often the outcome is met in anybody, and how unsure that is."""

    p0: float = Field(gt=0, lt=1)
    sd_logit: float = Field(gt=0)
    certainty: Certainty
    mark: ValueMark
    note: str


class Refusal(Claim):
    """When the model does not score."""

    id: str
    text: str
    condition: Condition


class TendencyModel(Table):
    """The whole model as data."""

    name: str
    title: str
    outcome: str
    statement: str
    winsor_sd: float = Field(gt=0)
    rho: float = Field(ge=0, lt=1)
    rho_mark: ValueMark
    n_valid_trials: int = Field(gt=0)
    log_odds_per_point: float = Field(gt=0)
    rounding: float = Field(gt=0, lt=0.5)
    base_rate: BaseRate
    predictors: tuple[Predictor, ...]
    refusals: tuple[Refusal, ...]


class KneeReference(Claim):
    """Upper end of the average band of a knee angle."""

    task: str
    sex: Literal["female", "male"]
    upper_deg: float
    population: str
    mark: ValueMark


class KneeTable(Claim):
    """References and error of a measured knee angle."""

    sem_deg: float = Field(gt=0)
    sem_low_deg: float = Field(gt=0)
    sem_high_deg: float = Field(gt=0)
    mark: ValueMark
    note: str
    references: tuple[KneeReference, ...]


class InputRow(Claim):
    """One thing that may be entered by hand."""

    name: str
    label: str
    kind: Literal["per side", "number", "yes-no", "choice"]
    informs: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    normal: str = ""
    error: str = ""
    sem: float | None = Field(default=None, gt=0)
    sem_mark: ValueMark = ValueMark.READ


class FindingRow(Claim):
    """One finding of the analysis that the decision reads: a metric, of the whole foot or of one region."""

    name: str
    metric: str = ""
    region: str = ""
    n_needed: int = Field(default=3, ge=1)
    label: str
    unit: str
    informs: str
    normal: str
    error: str


class DerivedRow(Table):
    """One fact that the decision works out."""

    name: str
    label: str


class InputTable(Table):
    """Everything the decision reads."""

    inputs: tuple[InputRow, ...]
    findings: tuple[FindingRow, ...]
    derived: tuple[DerivedRow, ...]

    def row(self, name: str) -> InputRow | FindingRow:
        """The row of an input or a finding.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        InputRow or FindingRow
            The row.

        Raises
        ------
        KeyError
            When there is none.
        """
        for row in chain(self.inputs, self.findings):
            if row.name == name:
                return row
        raise KeyError(f"{name!r} is neither an input nor a finding that the decision reads.")

    @property
    def per_side(self) -> tuple[str, ...]:
        """Names of everything that has a value per side."""
        by_hand = (row.name for row in self.inputs if row.kind == "per side")
        return (*by_hand, *(row.name for row in self.findings))

    @property
    def facts(self) -> frozenset[str]:
        """Names that conditions may use."""
        single = {row.name for row in self.inputs if row.kind in {"number", "yes-no"}}
        sided = {f"{name}_{how}" for name in self.per_side for how in SIDED}
        return frozenset(single | sided | {row.name for row in self.derived})


class RedFlag(Claim):
    """What has to be seen urgently."""

    id: str
    text: str
    mark: ValueMark


class Trigger(RedFlag):
    """What should be seen by somebody else, without urgency."""

    condition: Condition


class ReferralTable(Table):
    """Red flags and referral triggers."""

    professionals: tuple[str, ...]
    professionals_citations: tuple[str, ...]
    urgent_text: str
    red_flags: tuple[RedFlag, ...]
    triggers: tuple[Trigger, ...]


class UnscoredFactor(Claim):
    """A factor that is shown and not scored."""

    id: str
    label: str
    outcome: Literal["movement", "pain", "ligament injury", "iliotibial band"]
    reason: str
    certainty: Certainty
    plate: str


class ContextNote(Claim):
    """A base rate, as text only."""

    id: str
    text: str
    certainty: Certainty


class UnscoredTable(Table):
    """What is not scored, and context."""

    text: str
    factors: tuple[UnscoredFactor, ...]
    context: tuple[ContextNote, ...]
