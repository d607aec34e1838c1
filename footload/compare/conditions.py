"""What is said of two conditions that are compared: the nouns around `footload.compare.comparing`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import isnan
from typing import Any, Final, NamedTuple, Self

from footload.analysis import Analysis
from footload.compare.differences import Difference
from footload.compare.studies import ReliabilityStudy
from footload.findings import Finding
from footload.trials import Side


class Pairing(StrEnum):
    """What a value of the first condition has its partner in."""

    NONE = "not paired"
    TRIALS = "paired by the order of the trials"
    PEOPLE = "paired by person"


class Adjustment(StrEnum):
    """How several questions at once are held to one error."""

    HOLM = "Holm's step-down method over all findings"
    MAXIMUM = "the largest |t| over all findings under permutation"


class Measured(NamedTuple):
    """Which value: the same key in both conditions is the same measure.

    Parameters
    ----------
    metric : str
        Name in the registry.
    side : Side, optional
        Which foot.
    region : str
        Part of the foot; may be empty.
    unit : str
        Of the value.
    """

    metric: str
    side: Side | None
    region: str
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """The findings of one trial, with whose it is.

    Parameters
    ----------
    person : str
        A pseudonym; empty when not known.
    trial : str
        Its name.
    task, source : str
        What was done; the device.
    findings : tuple of Finding
        Those that count: of whole steps where there are any.
    """

    person: str
    trial: str
    task: str
    source: str
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, analysis: Analysis) -> Self:
        """Take what counts of an analysis.

        Parameters
        ----------
        analysis : Analysis
            Of one trial.

        Returns
        -------
        Recorded
            Its findings of the whole trial, of repetitions and of whole steps.
        """
        trial = analysis.trial
        steps = analysis.steps or tuple(each for each in analysis.findings if each.contact is not None)
        whole = tuple(each for each in analysis.findings if each.contact is None)
        source = next((each.provenance.source for each in analysis.findings if each.provenance.source), "")
        return cls(trial.participant.id, trial.name, trial.task.value, source, (*whole, *steps))

    @property
    def values(self) -> dict[Measured, list[float]]:
        """Every known value by its measure."""
        found: dict[Measured, list[float]] = {}
        for each in self.findings:
            if not isnan(each.value):
                found.setdefault(Measured(each.metric, each.side, each.region, each.unit), []).append(each.value)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """How two conditions are compared.

    Parameters
    ----------
    pairing : Pairing, optional
        By person where several people are in both; else not, unless it is asked for.
    adjustment : Adjustment
        Over all findings.
    confidence : float
        Of the intervals.
    detect_percent : float
        Size of the change that the needed repetitions are worked out for, of the first mean. [%]
    study : ReliabilityStudy, optional
        Gives the error of measurement; a person's own repetitions do without it.
    metrics : tuple of str
        Only these; all when empty. Fewer questions are held to one error more easily.
    seed : int
        Of the permutations.
    """

    pairing: Pairing | None = None
    adjustment: Adjustment = Adjustment.HOLM
    confidence: float = 0.95
    detect_percent: float = 10.0
    study: ReliabilityStudy | None = None
    metrics: tuple[str, ...] = ()
    seed: int = 0


PLAIN: Final = Comparing()
"""Holm's method, 95 %, error of measurement from own repetitions."""


@dataclass(frozen=True, slots=True)
class ComparedFinding:
    """One measure in both conditions.

    Parameters
    ----------
    measured : Measured
        Which.
    label : str
        What people read.
    first, second : float
        Means over the units.
    difference : Difference
        Second minus first, with its interval.
    p_adjusted : float
        For all findings together; NaN without an interval.
    mdc : float
        Minimal detectable change of this difference, 95 %; NaN when no error is known.
    mdc_from : str
        Where the error comes from.
    is_beyond_mdc : bool, optional
        None when the error is not known.
    n_values : (int, int)
        Steps, repetitions or trials behind the two means.
    n_needed : int
        Repetitions of each condition with which a change of the asked size is told in 80 %; 0 when not known.
    """

    measured: Measured
    label: str
    first: float
    second: float
    difference: Difference
    p_adjusted: float
    mdc: float
    mdc_from: str
    is_beyond_mdc: bool | None
    n_values: tuple[int, int]
    n_needed: int

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON and tables.

        Returns
        -------
        dict
            Flat, with ``difference``, ``low`` and ``high`` of the interval beside the means.
        """
        change = asdict(self.difference)
        return {
            "metric": self.measured.metric,
            "label": self.label,
            "side": self.measured.side.value if self.measured.side else None,
            "region": self.measured.region or None,
            "unit": self.measured.unit,
            "first": self.first,
            "second": self.second,
            "difference": change.pop("value"),
            **change,
            "p_adjusted": self.p_adjusted,
            "mdc": self.mdc,
            "mdc_from": self.mdc_from or None,
            "beyond_mdc": self.is_beyond_mdc,
            "n_values": list(self.n_values),
            "n_needed": self.n_needed or None,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two conditions compared.

    Parameters
    ----------
    pairing : Pairing
        As it was done.
    units : str
        What a single value stands for: a step, a trial, a person.
    adjustment : Adjustment
        Over how many questions p is adjusted, and how.
    findings : tuple of ComparedFinding
        In the order of the first condition's findings.
    warnings : tuple of str
        What to know first; different speeds and devices are named here.
    """

    pairing: Pairing
    units: str
    adjustment: Adjustment
    findings: tuple[ComparedFinding, ...]
    warnings: tuple[str, ...] = field(default=())

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON.

        Returns
        -------
        dict
            Keys in the order of the fields.
        """
        return {
            "pairing": self.pairing.value,
            "units": self.units,
            "adjustment": self.adjustment.value,
            "n_questions": sum(not isnan(each.difference.p) for each in self.findings),
            "warnings": list(self.warnings),
            "findings": [each.to_record() for each in self.findings],
        }
