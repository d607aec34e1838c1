"""Two conditions, or two groups, compared finding by finding: difference, interval, what the measurement can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isnan, nan, sqrt
from typing import Any, Final

import numpy as np

from footload.compare.conditions import (
    PLAIN,
    Adjustment,
    ComparedFinding,
    Comparing,
    Comparison,
    Measured,
    Pairing,
    Recorded,
)
from footload.compare.differences import (
    Z_95,
    Difference,
    adjusted,
    beyond_rounding,
    paired_difference,
    unpaired_difference,
)
from footload.compare.warnings import noun_of, warnings_of

Z_80: Final = 0.8416212335729143
"""One-sided 80 % point of the normal distribution."""

FEWEST_REPETITIONS: Final = 2
"""Of each condition, for their own scatter to say what the measurement can tell."""

_Values = dict[Measured, list[float]]
_Units = Mapping[Any, _Values]


@dataclass(frozen=True, slots=True)
class _Design:
    """The values of every person or trial in both; those of one unpaired person are one unit, and each counts."""

    sets: tuple[_Units, _Units]
    pairing: Pairing
    is_of_people: bool

    @property
    def counts_values(self) -> bool:
        return not self.is_of_people and self.pairing is Pairing.NONE

    def lists(self, key: Measured) -> tuple[list[float], list[float]]:
        """One value a unit; partners at the same place, NaN where a unit has none."""
        one, other = self.sets
        if self.counts_values:
            return one[""][key], other[""][key]
        names = list(one), list(other) if self.pairing is Pairing.NONE else list(one)
        return _means(key, one, names[0]), _means(key, other, names[1])

    def difference(self, key: Measured, confidence: float) -> Difference:
        compared = unpaired_difference if self.pairing is Pairing.NONE else paired_difference
        return compared(*self.lists(key), confidence)


def compare_conditions(first: Sequence[Recorded], second: Sequence[Recorded], how: Comparing = PLAIN) -> Comparison:
    """Compare every finding that two conditions, or two groups, have in common.

    Parameters
    ----------
    first, second : sequence of Recorded
        The trials of each; one person, or several. Of several, each person counts once, by the mean of all their
        values, however many steps they made.
    how : Comparing
        Pairing, adjustment, source of the error.

    Returns
    -------
    Comparison
        Second minus first.

    Raises
    ------
    ValueError
        When a condition is empty, the tasks differ, partners are missing, or nothing is in both.
    """
    if not first or not second:
        raise ValueError("One of the conditions has no trials; each needs one or more.")
    tasks = sorted({each.task for each in (*first, *second)})
    if len(tasks) > 1:
        raise ValueError(
            f"These trials are of several tasks ({', '.join(tasks)}); only one task is compared at a time."
        )
    people = len({each.person for each in (*first, *second)}) > 1
    pairing = how.pairing or _likely_pairing(first, second)
    design = _Design((_units(first, pairing, people), _units(second, pairing, people)), pairing, people)
    _check_partners(design)
    labels = {Measured(f.metric, f.side, f.region, f.unit): f.label for each in first for f in each.findings}
    keys = [
        key
        for key in labels
        if all(any(key in values for values in units.values()) for units in design.sets)
        and (not how.metrics or key.metric in how.metrics)
    ]
    if not keys:
        raise ValueError("The two conditions have no finding in common; there is nothing to compare.")
    changes = [design.difference(key, how.confidence) for key in keys]
    p = _adjusted(keys, changes, design, how)
    found = [
        _compared(key, labels[key], design, each, how, p=p[n])
        for n, (key, each) in enumerate(zip(keys, changes, strict=True))
    ]
    units = "people" if people else "trials" if pairing is Pairing.TRIALS else f"{noun_of(tasks[0])}s"
    warnings = warnings_of(first, second, pairing.value, is_paired=pairing is not Pairing.NONE)
    return Comparison(pairing, units, how.adjustment, tuple(found), warnings)


def repetitions_needed(sd: float, change: float) -> int:
    """How many repetitions of each of two conditions tell a true change in 80 %: ``2 ((1.96 + 0.84) SD / change)²``.

    Parameters
    ----------
    sd : float
        Of single repetitions.
    change : float
        In the same unit.

    Returns
    -------
    int
        At least 2; 0 when it cannot be said.
    """
    if not sd >= 0 or not abs(change) > 0:
        return 0
    return max(2, ceil(2 * ((Z_95 + Z_80) * sd / abs(change)) ** 2))


def _check_partners(design: _Design) -> None:
    one, other = design.sets
    if design.pairing is not Pairing.NONE and set(one) != set(other):
        lonely = ", ".join(sorted(str(name) for name in set(one) ^ set(other)))
        raise ValueError(f"{lonely} has no partner in the other condition, but they are {design.pairing.value}.")


def _likely_pairing(first: Sequence[Recorded], second: Sequence[Recorded]) -> Pairing:
    one, other = {each.person for each in first}, {each.person for each in second}
    return Pairing.PEOPLE if len(one) > 1 and one == other and "" not in one else Pairing.NONE


def _units(trials: Sequence[Recorded], pairing: Pairing, people: bool) -> _Units:
    found: dict[Any, _Values] = {}
    for number, trial in enumerate(trials, start=1):
        name = trial.person if people else f"trial {number}" if pairing is Pairing.TRIALS else ""
        values = found.setdefault(name, {})
        for key, more in trial.values.items():
            values.setdefault(key, []).extend(more)
    return found


def _means(key: Measured, units: _Units, names: Iterable[Any]) -> list[float]:
    return [float(np.mean(units[name][key])) if key in units[name] else nan for name in names]


def _adjusted(keys: Sequence[Measured], changes: Sequence[Difference], design: _Design, how: Comparing) -> list[float]:
    if how.adjustment is Adjustment.HOLM:
        return [float(p) for p in adjusted([change.p for change in changes])]
    from footload.compare.waveforms import Permuting, compare_paired, compare_unpaired

    if design.counts_values:
        raise ValueError("The largest |t| needs values of all findings from every trial or person; pair the trials.")
    lists = [design.lists(key) for key in keys]
    whole = [n for n, pair in enumerate(lists) if not np.isnan(np.concatenate(pair)).any()]
    if not whole:
        raise ValueError("No finding is known in every trial or person; the largest |t| needs those, or take Holm.")
    one, other = (np.array([lists[n][which] for n in whole]).T for which in (0, 1))
    compared = compare_unpaired if design.pairing is Pairing.NONE else compare_paired
    test = compared(one, other, Permuting(seed=how.seed))
    p = [nan] * len(keys)
    for n, value in zip(whole, test.p_of_points, strict=True):
        p[n] = float(value)
    return p


def _compared(
    key: Measured, label: str, design: _Design, change: Difference, how: Comparing, *, p: float
) -> ComparedFinding:
    first, second = ([units[name][key] for name in units if key in units[name]] for units in design.sets)
    sd = _pooled([*first, *second])
    means = [float(np.mean([np.mean(one) for one in each])) for each in (first, second)]
    mdc, said = _minimal_change(key, (first, second), sd, design, how)
    counts = sum(map(len, first)), sum(map(len, second))
    needed = repetitions_needed(sd, how.detect_percent / 100 * means[0])
    return ComparedFinding(key, label, means[0], means[1], change, p, mdc, said, change.is_beyond(mdc), counts, needed)


def _minimal_change(
    key: Measured,
    values: tuple[list[list[float]], list[list[float]]],
    sd: float,
    design: _Design,
    how: Comparing,
) -> tuple[float, str]:
    """1.96 times the error of the difference; from a study, or from the scatter of the repetitions.

    The scatter of one condition says nothing of another that was done once; then it is not known, as the interval.
    """
    study = how.study.measure(key.metric, key.side, key.region, key.unit) if how.study else None
    if study is not None and how.study is not None:
        n = [
            len(each) if design.is_of_people else 1 for each in values
        ]  # more steps do not take a session's shift away
        return Z_95 * study.sem * sqrt(1 / n[0] + 1 / n[1]), f"reliability study {how.study.name}"
    if min(sum(map(len, each)) for each in values) < FEWEST_REPETITIONS:
        return nan, ""
    error = sd * sqrt(sum(sum(1 / len(one) for one in each) / len(each) ** 2 for each in values))
    return Z_95 * error, "" if isnan(error) else "own repetitions; the error between sessions is not in it"


def _pooled(groups: Sequence[Sequence[float]]) -> float:
    """SD of single repetitions within a person and condition; NaN when nothing was repeated."""
    freedom = sum(len(group) - 1 for group in groups)
    squares = sum(float(np.var(group, ddof=1)) * (len(group) - 1) for group in groups if len(group) > 1)
    size = max((abs(value) for group in groups for value in group), default=0.0)
    return beyond_rounding(sqrt(squares / freedom), size) if freedom > 0 else nan
