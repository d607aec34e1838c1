"""How well a measurement repeats: intraclass correlations by name, SEM, minimal change, limits of agreement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from footload.arrays import FloatArray
from footload.compare.differences import ROUNDING, Z_95


class IccForm(StrEnum):
    """Which intraclass correlation, in the notation of Shrout and Fleiss (1979); k is the number of repetitions."""

    ONE_WAY = "ICC(1,1)"
    AGREEMENT = "ICC(2,1)"
    CONSISTENCY = "ICC(3,1)"
    ONE_WAY_MEAN = "ICC(1,k)"
    AGREEMENT_MEAN = "ICC(2,k)"
    CONSISTENCY_MEAN = "ICC(3,k)"


@dataclass(frozen=True, slots=True)
class Icc:
    """An intraclass correlation.

    Parameters
    ----------
    form : IccForm
        Which.
    value, low, high : float
        And its interval; NaN around an agreement of repetitions that do not differ at all, and where neither people nor
        what is left of their values differ, so that there is nothing to divide.
    confidence : float
        Of the interval.
    """

    form: IccForm
    value: float
    low: float
    high: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a reliability study says.

    Parameters
    ----------
    iccs : tuple of Icc
        Every form, in the order of `IccForm`.
    sem : float
        Standard error of one measurement with the shifts between repetitions in it: agreement; in the measure's unit.
    sem_consistency : float
        The same without the shifts between repetitions.
    mdc : float
        Minimal detectable change of one measurement, 95 %, from `sem`.
    n_people, n_repetitions : int
        Size of the study.
    """

    iccs: tuple[Icc, ...]
    sem: float
    sem_consistency: float
    mdc: float
    n_people: int
    n_repetitions: int

    def icc(self, form: IccForm) -> Icc:
        """One of the forms.

        Parameters
        ----------
        form : IccForm
            Which.

        Returns
        -------
        Icc
            With its interval.
        """
        return next(each for each in self.iccs if each.form is form)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Limits of agreement of two methods or sessions.

    Parameters
    ----------
    bias : float
        Mean of first minus second.
    spread : float
        Standard deviation of the differences.
    lower, upper : float
        Limits within which 95 % of the differences lie.
    bias_interval, lower_interval, upper_interval : (float, float)
        Confidence intervals, 95 %.
    n : int
        Pairs.
    """

    bias: float
    spread: float
    lower: float
    upper: float
    bias_interval: tuple[float, float]
    lower_interval: tuple[float, float]
    upper_interval: tuple[float, float]
    n: int


def reliability(values: ArrayLike, confidence: float = 0.95) -> Reliability:
    """Work out a reliability study.

    Parameters
    ----------
    values : (people, repetitions) array
        One measure, complete.
    confidence : float
        Of the intervals.

    Returns
    -------
    Reliability
        Every form of the ICC with its interval, SEM and minimal detectable change.

    Raises
    ------
    ValueError
        When there are fewer than two people or repetitions, a value is missing, or all values are the same.

    References
    ----------
    Shrout P.E., Fleiss J.L. (1979), Intraclass correlations: uses in assessing rater reliability, Psychol Bull 86:420.
    McGraw K.O., Wong S.P. (1996), Forming inferences about some intraclass correlation coefficients, Psychol Methods
    1:30.
    """
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or min(table.shape) < 2:
        raise ValueError(f"The values have shape {table.shape}; they are a row a person, 2 or more repetitions each.")
    if not np.isfinite(table).all():
        raise ValueError(f"{int((~np.isfinite(table)).sum())} values are missing; leave people with gaps out.")
    if np.ptp(table) == 0:
        raise ValueError("All values are the same; nothing can be said of their reliability.")
    n, k = table.shape
    squares = _mean_squares(table)
    _, _, between, rest = squares
    sem = sqrt(max(0.0, (between - rest) / n) + rest)
    return Reliability(_iccs(squares, n, k, confidence), sem, sqrt(rest), minimal_change(sem), n, k)


def minimal_change(sem: float, n_first: int = 1, n_second: int = 1) -> float:
    """Smallest difference of two means that is beyond measurement error, in 95 %: ``1.96 SEM sqrt(1/n1 + 1/n2)``.

    Parameters
    ----------
    sem : float
        Standard error of one measurement.
    n_first, n_second : int
        Measurements behind each mean; with 1 and 1 it is the usual 1.96 sqrt(2) SEM.

    Returns
    -------
    float
        In the unit of the SEM.

    Raises
    ------
    ValueError
        When a mean has no measurements.
    """
    if min(n_first, n_second) < 1:
        raise ValueError(f"A mean of {min(n_first, n_second)} measurements does not exist.")
    return Z_95 * sem * sqrt(1 / n_first + 1 / n_second)


def agreement(first: ArrayLike, second: ArrayLike) -> Agreement:
    """Limits of agreement, as bias plus and minus 1.96 standard deviations.

    Parameters
    ----------
    first, second : (n,) array
        Two methods or sessions on the same people; pairs with a NaN are left out.

    Returns
    -------
    Agreement
        Intervals by Student's t, standard error of a limit sqrt(3 / n) standard deviations.

    Raises
    ------
    ValueError
        When the lengths differ or fewer than three pairs are whole.

    References
    ----------
    Bland J.M., Altman D.G. (1986), Statistical methods for assessing agreement between two methods of clinical
    measurement, Lancet 327:307.
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(f"The two have shapes {one.shape} and {other.shape}; they are pairs in two equal lists.")
    change = one - other
    change = change[np.isfinite(change)]
    n = len(change)
    if n < 3:
        raise ValueError(f"{n} whole pairs give no limits of agreement; 3 are the least.")
    from scipy.special import stdtrit

    bias, spread, t = float(change.mean()), float(change.std(ddof=1)), float(stdtrit(n - 1, 0.975))
    lower, upper = bias - Z_95 * spread, bias + Z_95 * spread
    of_bias, of_limit = t * spread / sqrt(n), t * spread * sqrt(3 / n)
    return Agreement(
        bias,
        spread,
        lower,
        upper,
        (bias - of_bias, bias + of_bias),
        (lower - of_limit, lower + of_limit),
        (upper - of_limit, upper + of_limit),
        n,
    )


def _mean_squares(table: FloatArray) -> tuple[float, float, float, float]:
    """Between people, within people, between repetitions, and what is left."""
    n, k = table.shape
    centered = table - table.mean()  # the sums of squares cancel otherwise when the mean is large
    rows, columns = centered.mean(axis=1), centered.mean(axis=0)
    left = centered - rows[:, None] - columns[None, :]
    squares = (
        k * (rows**2).sum() / (n - 1),
        ((centered - rows[:, None]) ** 2).sum() / (n * (k - 1)),
        n * (columns**2).sum() / (k - 1),
        (left**2).sum() / ((n - 1) * (k - 1)),
    )
    rounding = (ROUNDING * float(np.abs(table).max())) ** 2
    between_people, within, between, rest = (float(each) if each > rounding else 0.0 for each in squares)
    return between_people, within, between, rest


def _iccs(squares: tuple[float, float, float, float], n: int, k: int, confidence: float) -> tuple[Icc, ...]:
    people, within, between, rest = squares
    upper = (1 + confidence) / 2

    def single(ratio: float) -> float:
        return 1.0 if ratio == float("inf") else (ratio - 1) / (ratio + k - 1)

    def of_mean(one: float) -> float:
        return float("-inf") if one <= -1 / (k - 1) else k * one / (1 + (k - 1) * one)

    found: list[tuple[float, float, float]] = []
    for error, freedom in ((within, n * (k - 1)), (rest, (n - 1) * (k - 1))):
        ratio = people / error if error > 0 else float("inf" if people > 0 else "nan")
        low, high = ratio / _f(upper, n - 1, freedom), ratio * _f(upper, freedom, n - 1)
        found.append((single(ratio), single(low), single(high)))
    one_way, consistency = found
    variance = people + (k - 1) * rest + k * (between - rest) / n
    both = (people - rest) / variance if variance > 0 else float("nan")
    agreed = (both, *_agreement_interval(squares, n, k, both, upper))
    ordered = [one_way, agreed, consistency]
    ordered += [(of_mean(value), of_mean(low), of_mean(high)) for value, low, high in ordered]
    return tuple(Icc(form, *numbers, confidence) for form, numbers in zip(IccForm, ordered, strict=True))


def _agreement_interval(
    squares: tuple[float, float, float, float], n: int, k: int, icc: float, upper: float
) -> tuple[float, float]:
    """The interval of ICC(2,1), with Satterthwaite's degrees of freedom (McGraw and Wong 1996, table 7)."""
    people, _, between, rest = squares
    if rest <= 1e-12 * people:  # repetitions that differ by rounding only have no interval
        return float("nan"), float("nan")
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    spread = (a * between) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
    if not spread > 0:
        return float("nan"), float("nan")
    freedom = (a * between + b * rest) ** 2 / spread
    low, high = _f(upper, n - 1, freedom), _f(upper, freedom, n - 1)
    common = k * between + (k * n - k - n) * rest
    return (
        n * (people - low * rest) / (low * common + n * people),
        n * (high * people - rest) / (common + n * high * people),
    )


def _f(probability: float, above: float, below: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(above, below, probability))
