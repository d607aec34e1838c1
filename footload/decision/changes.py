"""What changed from one condition to another, in one measure of one foot: the difference, its interval, what counts.

A change of a mean counts beyond ``1.96 SEM sqrt(1 / k_without + 1 / k_with)``, which is 1.96 sqrt(2) SEM / sqrt(k) for
equal k. SEM is the site's own; where it has none, the spread of the repetitions stands in, and it is said that the
error between sessions is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from footload.compare.differences import Difference, paired_difference, unpaired_difference
from footload.decision.conversions import Z_95
from footload.decision.measures import Measure
from footload.decision.norms import SiteNorms

FALLS, RISES, WITHIN_ERROR, NOT_KNOWN = "falls", "rises", "within error", "not known"


@dataclass(frozen=True, slots=True)
class MeasuredChange:
    """One measure of one foot, without and with an option, or in two conditions.

    Parameters
    ----------
    measure, label, side, unit : str
        What was measured.
    without, with_it, difference : float
        Means, and the second minus the first.
    n_without, n_with : int
        Valid repetitions behind each mean.
    minimal_change : float, optional
        Least difference that counts; None when no error is known.
    error_from : str
        Where the error comes from.
    verdict : str
        ``falls``, ``rises``, ``within error`` or ``not known``.
    predicted : str
        What was expected of this measure, in words; empty when nothing was.
    text : str
        All of it in words.
    low, high : float, optional
        The 95 % interval of the difference; None where there are too few values for one.
    pairing : str
        How the two were paired for it.
    """

    measure: str
    label: str
    side: str
    unit: str
    without: float
    with_it: float
    difference: float
    n_without: int
    n_with: int
    minimal_change: float | None
    error_from: str
    verdict: str
    predicted: str
    text: str
    low: float | None = None
    high: float | None = None
    pairing: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the two conditions are called.

    Parameters
    ----------
    first, second : str
        After a value, such as ``without`` and ``with``.
    """

    first: str = "without"
    second: str = "with"


def measured_change(
    pair: tuple[Measure, Measure],
    norms: SiteNorms,
    predicted: str = "",
    words: Conditions | None = None,
    sets: tuple[Sequence[float], Sequence[float]] = ((), ()),
    *,
    error: tuple[float, str] | None = None,
) -> MeasuredChange:
    """Compare one measure of one foot in two conditions.

    Parameters
    ----------
    pair : tuple of Measure
        The same measure and side, first and second condition.
    norms : SiteNorms
        Give the site's error.
    predicted : str
        What was expected, in words.
    words : Conditions, optional
        What the conditions are called.
    sets : tuple of sequence of float
        Mean of each set of repetitions, in the order in which they were done; partners at the same place. Without
        them the repetitions are not paired.
    error : (float, str), optional
        Standard error of one value and where it comes from, for values that were entered with theirs.

    Returns
    -------
    MeasuredChange
        With its verdict.
    """
    without, with_it = pair
    words = words or Conditions()
    change, pairing = _difference(pair, sets)
    difference = with_it.value - without.value
    sem, error_from = error or error_of(pair, norms)
    least = None if sem is None else Z_95 * sem * sqrt(1 / without.n_valid + 1 / with_it.n_valid)
    if least is None:
        verdict = NOT_KNOWN
    elif abs(difference) <= least:
        verdict = WITHIN_ERROR
    else:
        verdict = FALLS if difference < 0 else RISES
    interval = (change.low, change.high) if isfinite(change.low) else None
    unit = "" if without.unit == "ratio" else f" {without.unit}"
    between = f"95 % interval {interval[0]:+.2g} to {interval[1]:+.2g}, {pairing}; " if interval else ""
    bound = "no error is known" if least is None else f"least change that counts {least:.2g}, {error_from}"
    text = (
        f"{without.label} ({without.side}): {without.value:.3g}{unit} {words.first}, "
        f"{with_it.value:.3g}{unit} {words.second}, {difference:+.2g}{unit} ({between}{bound}), {verdict}"
    )
    return MeasuredChange(
        without.name,
        without.label,
        without.side.value,
        without.unit,
        without.value,
        with_it.value,
        difference,
        without.n_valid,
        with_it.n_valid,
        least,
        error_from,
        verdict,
        predicted,
        text,
        interval[0] if interval else None,
        interval[1] if interval else None,
        pairing if interval else "",
    )


def error_of(pair: tuple[Measure, Measure], norms: SiteNorms) -> tuple[float | None, str]:
    """Standard error of one measurement, and where it comes from.

    Parameters
    ----------
    pair : tuple of Measure
        The same measure and side in two conditions.
    norms : SiteNorms
        Give the site's error, which goes before the spread of the repetitions.

    Returns
    -------
    float or None, str
        None when neither is known.
    """
    norm = norms.norms.get(pair[0].name)
    if norm is not None and norm.sem is not None:
        return norm.sem, f"SEM of {norms.site}"
    known = [(one.n_valid - 1, one.spread) for one in pair if one.spread is not None]
    freedom = sum(n for n, _ in known)
    if len(known) < 2 or not freedom:
        return None, ""
    pooled = sqrt(sum(n * spread**2 for n, spread in known) / freedom)
    return (pooled, "spread of these repetitions only, error between sessions not in it") if pooled > 0 else (None, "")


def _difference(pair: tuple[Measure, Measure], sets: tuple[Sequence[float], Sequence[float]]) -> tuple[Difference, str]:
    first, second = sets
    if first and len(first) == len(second):
        return paired_difference(first, second), f"{len(first)} pairs of sets"
    return unpaired_difference(pair[0].values, pair[1].values), "repetitions not paired"
