"""The lines that an assessment is made of: each says what led to it, how sure it is, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from footload.decision.conditions import ValueMark
from footload.decision.schemas import Certainty


@dataclass(frozen=True, slots=True)
class Line:
    """One statement with everything that stands behind it.

    Parameters
    ----------
    id : str
        Of the rule, factor, flag or table row that says it.
    text : str
        What is said.
    why : tuple of str
        The facts that led to it, in words.
    sources : tuple of str
        Names of the findings and inputs behind it.
    citations : tuple of str
        Keys into `references.toml`.
    certainty : Certainty, optional
        How sure it is, where it is a claim about evidence.
    """

    id: str
    text: str
    why: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What change may be expected of an option, in one measure.

    Parameters
    ----------
    measure, finding : str
        What changes; the metric of footload that shows it, where one does.
    text : str
        All of it in words.
    direction : str
        ``falls``, ``rises``, ``no change`` or ``not known``.
    wanted : bool
        False for a cost.
    point, low, high : float, optional
        As published; None where it was not.
    unit : str
        Of the three.
    interval : str
        What the two ends are, or that none was published.
    certainty : Certainty
        Of the study behind it.
    mark : ValueMark
        Of the numbers.
    citations : tuple of str
        Keys into `references.toml`.
    """

    measure: str
    finding: str
    text: str
    direction: str
    wanted: bool
    point: float | None
    low: float | None
    high: float | None
    unit: str
    interval: str
    certainty: Certainty
    mark: ValueMark
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialLine:
    """The trial that would confirm an option.

    Parameters
    ----------
    protocol : str
        Which one of `protocols.toml`.
    text : str
        All of it in words.
    n_repetitions : int
        In each condition.
    primary, wanted : str
        The measure that decides, and the way it should go.
    guards : tuple of str
        Measures that must not rise.
    minimal_change : float, optional
        Least change of the mean that counts; None while this site has not measured its error.
    minimal_text : str
        The same in words.
    """

    protocol: str
    text: str
    n_repetitions: int
    primary: str
    wanted: str
    guards: tuple[str, ...]
    minimal_change: float | None
    minimal_text: str


@dataclass(frozen=True, slots=True)
class Option:
    """Something to consider, never a prescription.

    Parameters
    ----------
    id : str
        Of the rule.
    kind : str
        ``option``, ``information`` or ``caution``.
    title : str
        What it is about.
    text : str
        The option, opened by "Option to consider".
    doses : tuple of str
        How much, each with its mark where it was not read in a source.
    why : tuple of str
        The facts that fired the rule, in words.
    sources : tuple of str
        Names of the findings and inputs behind them.
    certainty : Certainty
        Of the evidence.
    mark : ValueMark
        Of the rule's trigger and numbers.
    note, expected : str
        What to know, and what change may be expected.
    changes : tuple of ChangeLine
        The same in named measures, with the interval where one was published.
    confirm : str
        The trial that would confirm it.
    trial : TrialLine, optional
        What to measure in it, how often, and the least change that counts.
    places : tuple of str
        Where on this person's foot it goes, from the pressure map.
    contraindications : tuple of str
        What would forbid it; none of them is known to be there.
    check_first : tuple of str
        Those of them that nobody answered yet, and unanswered questions of the safety gate.
    citations : tuple of str
        Keys into `references.toml`.
    """

    id: str
    kind: str
    title: str
    text: str
    doses: tuple[str, ...]
    why: tuple[str, ...]
    sources: tuple[str, ...]
    certainty: Certainty
    mark: ValueMark
    note: str
    expected: str
    changes: tuple[ChangeLine, ...]
    confirm: str
    trial: TrialLine | None
    places: tuple[str, ...]
    contraindications: tuple[str, ...]
    check_first: tuple[str, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that cannot be decided yet, and what would decide it.

    Parameters
    ----------
    id, title : str
        Of the rule.
    missing : tuple of str
        What is not known, in words.
    to_settle : str
        What to do about it.
    changes : tuple of ChangeLine
        What may be expected of it, so that a trial can be judged.
    trial : TrialLine, optional
        The trial that would settle or confirm it.
    citations : tuple of str
        Keys into `references.toml`.
    """

    id: str
    title: str
    missing: tuple[str, ...]
    to_settle: str
    changes: tuple[ChangeLine, ...]
    trial: TrialLine | None
    citations: tuple[str, ...]
