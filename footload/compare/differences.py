"""The difference of two means, with its interval, and whether it is beyond the measurement's own error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from footload.arrays import FloatArray

Z_95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

ROUNDING = 1e-13
"""Differences and spreads of this size, against the largest value, are rounding: nothing differs by them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The second mean minus the first.

    Parameters
    ----------
    value : float
        In the unit of what was compared.
    low, high : float
        The interval; NaN when there are too few values for one.
    confidence : float
        Of the interval, such as 0.95.
    p : float
        Two-sided, of no difference; NaN without an interval.
    effect_size : float
        Hedges' g (unpaired) or the mean of the differences over their spread (paired), corrected for small numbers.
    n_first, n_second : int
        Values behind each mean.
    paired : bool
        Whether each value of the first has its partner in the second.
    """

    value: float
    low: float
    high: float
    confidence: float
    p: float
    effect_size: float
    n_first: int
    n_second: int
    paired: bool

    def is_beyond(self, minimal_change: float) -> bool | None:
        """Whether the difference is more than the measurement's own error.

        Parameters
        ----------
        minimal_change : float
            As `footload.compare.reliability.minimal_change` gives it.

        Returns
        -------
        bool or None
            None when either is not known.
        """
        return None if np.isnan(self.value) or np.isnan(minimal_change) else abs(self.value) > minimal_change


def paired_difference(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Difference:
    """Compare two conditions that each person (or step pair) went through: Student's interval of the differences.

    Parameters
    ----------
    first, second : (n,) array
        The same unit, partners at the same place; a pair with a NaN is left out.
    confidence : float
        Of the interval.

    Returns
    -------
    Difference
        Of the means, second minus first.

    Raises
    ------
    ValueError
        When the two have different lengths, or the confidence is not between 0 and 1.
    """
    one, other = _values(first), _values(second)
    if len(one) != len(other):
        raise ValueError(f"{len(one)} values have no pairs in {len(other)}; each needs its partner.")
    change = other - one
    whole = np.isfinite(change)
    change, size = change[whole], _size(one[whole], other[whole])
    n = len(change)
    spread = beyond_rounding(float(change.std(ddof=1)), size) if n > 1 else float("nan")
    mean = beyond_rounding(float(change.mean()), size) if n else float("nan")
    low, high, p = _interval(mean, spread / sqrt(n) if n else float("nan"), n - 1, confidence)
    return Difference(mean, low, high, confidence, p, _ratio(mean, spread, n - 1), n, n, paired=True)


def unpaired_difference(first: ArrayLike, second: ArrayLike, confidence: float = 0.95) -> Difference:
    """Compare two groups, or trials without partners: Welch's interval, which does not ask for equal spreads.

    Parameters
    ----------
    first, second : (n,) array
        The same unit; NaN is left out.
    confidence : float
        Of the interval.

    Returns
    -------
    Difference
        Of the means, second minus first.

    Raises
    ------
    ValueError
        When the confidence is not between 0 and 1.
    """
    one, other = (values[np.isfinite(values)] for values in (_values(first), _values(second)))
    n, m = len(one), len(other)
    nan, size = float("nan"), _size(one, other)
    value = beyond_rounding(float(other.mean() - one.mean()), size) if n and m else nan
    if min(n, m) < 2:
        return Difference(value, nan, nan, _checked(confidence), nan, nan, n, m, paired=False)
    first_sd, second_sd = (beyond_rounding(float(each.std(ddof=1)), size) for each in (one, other))
    parts = np.array([first_sd**2 / n, second_sd**2 / m])
    error = sqrt(float(parts.sum()))
    freedom = float(parts.sum() ** 2 / (parts**2 / np.array([n - 1, m - 1])).sum()) if error else n + m - 2
    low, high, p = _interval(value, error, freedom, confidence)
    pooled = sqrt(((n - 1) * first_sd**2 + (m - 1) * second_sd**2) / (n + m - 2))
    return Difference(value, low, high, confidence, p, _ratio(value, pooled, n + m - 2), n, m, paired=False)


def adjusted(p: Sequence[float]) -> FloatArray:
    """Adjust the p-values of several questions asked at once, by Holm's step-down method.

    Parameters
    ----------
    p : sequence of float
        One a question; NaN where there is none, which does not count as a question.

    Returns
    -------
    (n,) array
        In the same order; at or below 0.05 the whole family errs in at most 5 % of cases.

    References
    ----------
    Holm S. (1979), A simple sequentially rejective multiple test procedure, Scand J Stat 6:65.
    """
    values = _values(p)
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values[known], kind="stable")]
    steps = values[order] * np.arange(len(order), 0, -1)
    result = np.full(len(values), np.nan)
    result[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return result


def beyond_rounding(value: float, size: float) -> float:
    """A difference or spread, or 0 where it is only that of rounding. [as the value]

    Parameters
    ----------
    value : float
        It.
    size : float
        The largest of the values that it was worked out from.

    Returns
    -------
    float
        0 up to `ROUNDING` of the size.
    """
    return 0.0 if abs(value) <= ROUNDING * size else value


def _size(*lists: FloatArray) -> float:
    return max((float(np.abs(each).max()) for each in lists if len(each)), default=0.0)


def _values(values: ArrayLike) -> FloatArray:
    found = np.asarray(values, dtype=float)
    if found.ndim != 1:
        raise ValueError(f"The values have {found.ndim} dimensions; they are one list of numbers.")
    return found


def _checked(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence is {confidence:g}; it is between 0 and 1, such as 0.95.")
    return confidence


def _interval(mean: float, error: float, freedom: float, confidence: float) -> tuple[float, float, float]:
    """Student's interval and p; without freedom there is neither, and without spread both are sharp."""
    _checked(confidence)
    if freedom < 1 or not np.isfinite(error):
        return float("nan"), float("nan"), float("nan")
    if error == 0:
        return mean, mean, float(mean == 0)
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    return mean - half, mean + half, float(2 * stdtr(freedom, -abs(mean) / error))


def _ratio(mean: float, spread: float, freedom: float) -> float:
    """A difference in units of spread, with the usual correction for small numbers, 1 - 3 / (4 df - 1)."""
    if freedom < 1 or not spread > 0:
        return float("nan")
    return mean / spread * (1 - 3 / (4 * freedom - 1))
