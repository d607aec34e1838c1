"""What an assessment holds: every line with its findings, its rule and its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from footload.decision.chain import Contributor, NextStep
from footload.decision.conditions import ValueMark
from footload.decision.lines import Line, Option, Undecided
from footload.decision.plan import Plan
from footload.decision.prescription import Sheet
from footload.decision.schemas import Certainty
from footload.decision.shoe_sizes import ShoeSizes
from footload.decision.tendency import Prediction


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One predictor of the tendency.

    Parameters
    ----------
    name, label : str
        Of the predictor.
    side : str
        The worse one.
    z : float
        Winsorised, in SD; higher is worse.
    log_odds : float
        What it adds.
    points : int
        The same for a display at the counter.
    measured : tuple of str
        What was measured against which norm, in words.
    sources : tuple of str
        Names of the findings and inputs.
    certainty : Certainty
        Of the link.
    mark : ValueMark
        Of the effect.
    note : str
        What to know about the effect.
    citations : tuple of str
        Keys into `references.toml`.
    """

    name: str
    label: str
    side: str
    z: float
    log_odds: float
    points: int
    measured: tuple[str, ...]
    sources: tuple[str, ...]
    certainty: Certainty
    mark: ValueMark
    note: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A predictor that is missing, and what measuring it could change.

    Parameters
    ----------
    name, label : str
        Of the predictor.
    reasons : tuple of str
        Why it is missing.
    how_to_measure : str
        What to do.
    could_change : str
        The chance one SD better and worse, and the expected AUC, in words.
    auc_now, auc_then : float
        Expected AUC without and with it.
    certainty : Certainty
        Of the link.
    citations : tuple of str
        Keys into `references.toml`.
    """

    name: str
    label: str
    reasons: tuple[str, ...]
    how_to_measure: str
    could_change: str
    auc_now: float
    auc_then: float
    certainty: Certainty
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tendency:
    """The knee-alignment tendency in words and numbers.

    Parameters
    ----------
    model, outcome : str
        Which model, and the chance of what.
    interval, point, frequency : str
        In this order, in words.
    color_allowed : bool
        Only when the 80 % interval excludes the base rate.
    direction : str
        ``above``, ``below``, or not told apart from the base rate.
    factors : tuple of FactorLine
        What was used.
    missing : tuple of MissingLine
        What was not, the most informative first.
    sensitivity : tuple of str
        The same person under other assumptions.
    base_rate_note : str
        Where the base rate comes from.
    certainty : Certainty
        Of the base rate.
    citations : tuple of str
        Of the base rate.
    prediction : Prediction
        The numbers, not rounded.
    statement : str
        The fixed line.
    """

    model: str
    outcome: str
    interval: str
    point: str
    frequency: str
    color_allowed: bool
    direction: str
    factors: tuple[FactorLine, ...]
    missing: tuple[MissingLine, ...]
    sensitivity: tuple[str, ...]
    base_rate_note: str
    certainty: Certainty
    citations: tuple[str, ...]
    prediction: Prediction
    statement: str


@dataclass(frozen=True, slots=True)
class MeasuredKnee:
    """A knee angle that was measured: reported, not predicted.

    Parameters
    ----------
    task, side : str
        What was done, on which leg.
    valgus_deg : float
        0 = straight, + = valgus. [deg]
    reference_deg : float, optional
        Upper end of the average band; None where none is known. [deg]
    probability_above : float, optional
        That the true angle is above the reference.
    probability_range : (low, high), optional
        The same with the smallest and largest published error.
    text : str
        All of it in words.
    citations : tuple of str
        Keys into `references.toml`.
    """

    task: str
    side: str
    valgus_deg: float
    reference_deg: float | None
    probability_above: float | None
    probability_range: tuple[float, float] | None
    text: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that footload says about one person, each line explained.

    Parameters
    ----------
    statement : str
        The fixed line.
    referrals : tuple of Line
        Who should look, urgent ones first. With a red flag there is nothing else.
    refusals : tuple of Line
        Why there is no tendency.
    gate_closed : bool
        True when the safety gate forbids any option.
    knee : tuple of MeasuredKnee
        Knee angles that were measured.
    tendency : Tendency, optional
        None when it was refused or the knee was measured.
    options : tuple of Option
        What may be considered, in the order of the rules.
    undecided : tuple of Undecided
        Rules that wait for something.
    withheld : tuple of Line
        Options that a contraindication forbids.
    contributors : tuple of Contributor
        Every cause of the kinetic chain, with what speaks for it, against it, or that nothing does.
    next_steps : tuple of NextStep
        What to test next, the most telling first.
    plan : Plan, optional
        The correction plan; None with a red flag or a closed gate.
    sheet : Sheet, optional
        The prescription sheet, with measurements only.
    shoe : ShoeSizes, optional
        Where a foot length was entered.
    shown : tuple of Line
        What was entered and enters nothing: shown with its normal and what is known about it.
    not_scored : tuple of Line
        Factors that are shown and not scored.
    context : tuple of Line
        Base rates, as text only.
    """

    statement: str
    referrals: tuple[Line, ...] = ()
    refusals: tuple[Line, ...] = ()
    gate_closed: bool = False
    knee: tuple[MeasuredKnee, ...] = ()
    tendency: Tendency | None = None
    options: tuple[Option, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    withheld: tuple[Line, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    plan: Plan | None = None
    sheet: Sheet | None = None
    shoe: ShoeSizes | None = None
    shown: tuple[Line, ...] = ()
    not_scored: tuple[Line, ...] = ()
    context: tuple[Line, ...] = ()

    @property
    def citations(self) -> tuple[str, ...]:
        """Every source that is cited, in order of first appearance."""
        return tuple(dict.fromkeys(_citations(self)))

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON.

        Returns
        -------
        dict
            Keys in a fixed order; text for enums, lists for tuples.
        """
        return plain_record(self)


def _citations(part: Any) -> list[str]:
    if isinstance(part, tuple):
        return [key for item in part for key in _citations(item)]  # pyright: ignore[reportUnknownVariableType]
    if not is_dataclass(part) or isinstance(part, type):
        return []
    found: list[str] = list(getattr(part, "citations", ())) if not isinstance(part, Assessment) else []
    return found + [key for field in fields(part) for key in _citations(getattr(part, field.name))]


def plain_record(part: Any) -> Any:
    """Plain values of anything that an assessment is made of.

    Parameters
    ----------
    part
        A dataclass of this package, or what its fields hold.

    Returns
    -------
    Any
        Dictionaries, lists, text and numbers; text for enums.
    """
    if is_dataclass(part) and not isinstance(part, type):
        return {field.name: plain_record(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, Mapping):
        return {str(key): plain_record(value) for key, value in part.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(part, tuple | list):
        return [plain_record(item) for item in part]  # pyright: ignore[reportUnknownVariableType]
    return part.value if isinstance(part, Enum) else part
