"""What was measured on each side: clinical inputs as entered, findings of the plate averaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from footload.decision.inputs import BySide, ClinicalInputs
from footload.decision.schemas import FindingRow
from footload.decision.tables import input_table
from footload.findings import Finding
from footload.trials import Side

Measures = Mapping[str, Mapping[Side, "Measure"]]


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured on one side: an input, or the mean of the valid findings of one metric.

    Parameters
    ----------
    name : str
        Of the input or the metric.
    label : str
        What people read.
    side : Side
        Which foot.
    value : float
        In `unit`.
    unit : str
        Of the value.
    n_valid : int
        How many valid findings it is the mean of; 0 for an input by hand.
    devices : tuple of str
        Where the findings come from.
    spread : float, optional
        Standard deviation of those findings; None for fewer than two.
    values : tuple of float
        Those findings; empty for an input by hand.
    """

    name: str
    label: str
    side: Side
    value: float
    unit: str
    n_valid: int = 0
    devices: tuple[str, ...] = ()
    spread: float | None = None
    values: tuple[float, ...] = ()

    @property
    def by_hand(self) -> bool:
        """True for a clinical input."""
        return self.n_valid == 0

    @property
    def text(self) -> str:
        """Value, unit and side in words."""
        unit = "" if self.unit == "ratio" else f" {self.unit}"
        mean = "" if self.by_hand else f", mean of {self.n_valid}"
        return f"{self.label}: {self.value:.3g}{unit} ({self.side}{mean})"


def gather_measures(findings: Sequence[Finding], clinical: ClinicalInputs) -> dict[str, dict[Side, Measure]]:
    """Everything that was measured, per side.

    Parameters
    ----------
    findings : sequence of Finding
        Of the analysis; those without a side or a value are left out, as are those of a part of the foot.
    clinical : ClinicalInputs
        Entered by hand.

    Returns
    -------
    dict of str to dict of Side to Measure
        Findings of one metric and side are averaged.
    """
    measures: dict[str, dict[Side, Measure]] = {}
    for row in input_table().inputs:
        entered = getattr(clinical, row.name)
        if isinstance(entered, BySide) and entered.values:
            measures[row.name] = {
                side: Measure(row.name, row.label, side, value, row.unit) for side, value in entered.values.items()
            }
    for row in input_table().findings:
        sides = {side: _mean_of(row, side, findings) for side in Side}
        found = {side: measure for side, measure in sides.items() if measure is not None}
        if found:
            measures[row.name] = found
    return measures


def count_valid_trials(findings: Sequence[Finding], measures: Measures) -> int | None:
    """How many valid trials stand behind the plate's findings.

    Parameters
    ----------
    findings : sequence of Finding
        Of the analysis.
    measures : mapping
        From `gather_measures`.

    Returns
    -------
    int or None
        The most valid contacts or repetitions of one foot in any finding that the decision reads; None when there is
        no such finding at all.
    """
    rows = input_table().findings
    names = {row.name for row in rows}
    read = {row.metric or row.name for row in rows}
    if not any(finding.metric in read for finding in findings):
        return None
    return max((one.n_valid for name in names for one in measures.get(name, {}).values()), default=0)


def mean_of(
    metric: str, side: Side, findings: Sequence[Finding], *, label: str, name: str = "", region: str = ""
) -> Measure | None:
    """Average what was found of one metric on one side.

    Parameters
    ----------
    metric : str
        Which.
    side : Side
        Which foot.
    findings : sequence of Finding
        Of any metrics.
    label, name : str
        What the measure is called; by its metric when not given.
    region : str
        Part of the foot; all of it when empty.

    Returns
    -------
    Measure or None
        None when there is no value, or values in several units.
    """
    valid = [
        finding
        for finding in findings
        if finding.metric == metric
        and finding.side is side
        and finding.region in ({region} if region else {"", "foot"})
        and isfinite(finding.value)
    ]
    units = {finding.unit for finding in valid}
    if len(units) != 1:  # none at all, or values that cannot be averaged: kPa beside counts
        return None
    mean = sum(finding.value for finding in valid) / len(valid)
    if not isfinite(mean):
        return None
    devices = tuple(sorted({finding.provenance.source for finding in valid}))
    away = sum((finding.value - mean) * (finding.value - mean) for finding in valid)
    spread = sqrt(away / (len(valid) - 1)) if len(valid) > 1 and isfinite(away) else None
    values = tuple(finding.value for finding in valid)
    return Measure(name or metric, label, side, mean, units.pop(), len(valid), devices, spread, values)


def _mean_of(row: FindingRow, side: Side, findings: Sequence[Finding]) -> Measure | None:
    metric = row.metric or row.name
    return mean_of(metric, side, findings, label=row.label, name=row.name, region=row.region)
