"""What the table of screening tests holds: the same task in two conditions, and what may be said of the difference."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from footload.decision.conditions import ValueMark
from footload.decision.schemas import Certainty, Claim

Verdict = Literal["falls", "rises", "within error", "not known"]


class Saying(Claim):
    """A sentence that may be said when the deciding measure did something."""

    when: Literal["falls", "rises", "within error", "not known", "always"]
    text: str
    certainty: Certainty


class ScreenedMeasures(Claim):
    """What is compared in some tasks, of the knee and of the foot; the first that was measured decides."""

    tasks: tuple[str, ...] = Field(min_length=1)
    knee: tuple[str, ...]
    foot: tuple[str, ...]


class ScreeningTest(Claim):
    """One test: what is done in A and in B, which measure decides, and what may be said then."""

    id: str
    title: str
    question: str
    protocol: str
    other_protocols: tuple[str, ...] = ()
    variant: str = ""
    a: str
    b: str
    do: str
    decides: Literal["knee", "foot"]
    answers: str
    answered_by: Verdict
    needs_site_error: bool = False
    keep: tuple[str, ...]
    says: tuple[Saying, ...]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        said = {saying.when for saying in self.says}
        if missing := {"falls", "rises", "within error", "not known"} - said:
            raise ValueError(f"The test {self.id!r} says nothing when its measure {', '.join(sorted(missing))}.")
        return self


class ScreeningTable(Claim):
    """Every screening test, and what each compares."""

    text: str
    n_sets_paired: int = Field(ge=2)
    mark: ValueMark
    measures: tuple[ScreenedMeasures, ...]
    tests: tuple[ScreeningTest, ...]
