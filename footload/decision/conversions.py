"""Between effect sizes, odds, errors and detectable changes: the only place where they are converted."""

from __future__ import annotations

from collections.abc import Sequence
from math import erf, exp, isfinite, log, pi, sqrt
from typing import Final

Z_80: Final = 1.2816
"""Multiplier of the standard error for an 80 % interval."""

Z_95: Final = 1.96
"""Multiplier of the standard error for a 95 % interval."""


def logit(probability: float) -> float:
    """Log odds of a probability.

    Parameters
    ----------
    probability : float
        Above 0 and below 1.

    Returns
    -------
    float
        Natural logarithm of p / (1 - p).

    Raises
    ------
    ValueError
        When it is not between 0 and 1.
    """
    if not 0 < probability < 1:
        raise ValueError(f"The probability {probability:g} has no log odds; it has to lie between 0 and 1.")
    return log(probability / (1 - probability))


def expit(log_odds: float) -> float:
    """Probability of log odds.

    Parameters
    ----------
    log_odds : float
        Any number.

    Returns
    -------
    float
        1 / (1 + exp(-x)), without overflow on either end.
    """
    if log_odds >= 0:
        return 1 / (1 + exp(-log_odds))
    return exp(log_odds) / (1 + exp(log_odds))


def normal_cdf(z: float) -> float:
    """Share of a standard normal distribution below a value.

    Parameters
    ----------
    z : float
        In standard deviations.

    Returns
    -------
    float
        Phi(z).
    """
    return 0.5 * (1 + erf(z / sqrt(2)))


def probability_above(measured: float, reference: float, sem: float) -> float:
    """Chance that a true value lies above a reference, given one measurement with error.

    P = Phi((x - c) / SEM).

    Parameters
    ----------
    measured : float
        What was measured.
    reference : float
        In the same unit.
    sem : float
        Standard error of measurement in the same unit, above 0.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        When the error is not positive.
    """
    if not sem > 0:
        raise ValueError(f"A standard error of measurement of {sem:g} says nothing; it has to be above 0.")
    return normal_cdf((measured - reference) / sem)


def auc_from_squared_distance(squared_distance: float) -> float:
    """Area under the ROC curve of two normal groups a Mahalanobis distance apart.

    Phi(sqrt(D2) / sqrt(2)).

    Parameters
    ----------
    squared_distance : float
        D2, 0 or more.

    Returns
    -------
    float
        0.5 for no distance.
    """
    return normal_cdf(sqrt(squared_distance) / sqrt(2))


def log_odds_per_sd_from_smd(smd: float) -> float:
    """Log odds ratio per within-group standard deviation from a standardised mean difference.

    Equal within-group spread (linear discriminant analysis): the two are the same number.

    Parameters
    ----------
    smd : float
        Standardised mean difference between the outcome groups.

    Returns
    -------
    float
        Log odds per SD.
    """
    return smd


def log_odds_ratio_from_d(d: float) -> float:
    """Log odds ratio of a dichotomised outcome from Cohen's d: d pi / sqrt(3) (unverified: chinn2000).

    Parameters
    ----------
    d : float
        Standardised mean difference.

    Returns
    -------
    float
        Log odds ratio.
    """
    return d * pi / sqrt(3)


def d_from_r(r: float) -> float:
    """Cohen's d from a correlation: 2 r / sqrt(1 - r^2).

    Parameters
    ----------
    r : float
        Above -1 and below 1.

    Returns
    -------
    float
        Standardised mean difference.

    Raises
    ------
    ValueError
        When it is no correlation, or a perfect one.
    """
    if not -1 < r < 1:
        raise ValueError(f"A correlation of {r:g} has no finite effect size; it has to lie between -1 and 1.")
    return 2 * r / sqrt(1 - r * r)


def log_odds_per_sd_from_r(r: float) -> float:
    """Log odds ratio per standard deviation from a correlation: r / sqrt(1 - r^2) pi / sqrt(3).

    Parameters
    ----------
    r : float
        Above -1 and below 1.

    Returns
    -------
    float
        Log odds per SD.
    """
    return log_odds_ratio_from_d(d_from_r(r) / 2)


def se_from_interval(low: float, high: float) -> float:
    """Standard error of an estimate from its 95 % interval: (high - low) / 3.92.

    Parameters
    ----------
    low, high : float
        Bounds of the interval.

    Returns
    -------
    float
        In the estimate's unit.
    """
    return (high - low) / (2 * Z_95)


def sem_from_mdc(mdc95: float) -> float:
    """Standard error of measurement from the minimal detectable change: MDC / (1.96 sqrt(2)).

    Parameters
    ----------
    mdc95 : float
        Minimal detectable change at 95 %.

    Returns
    -------
    float
        In the same unit.
    """
    return mdc95 / (Z_95 * sqrt(2))


def mdc_from_sem(sem: float, n_trials: int = 1) -> float:
    """Minimal detectable change of a mean of trials: 1.96 sqrt(2) SEM / sqrt(k).

    Parameters
    ----------
    sem : float
        Standard error of measurement of one trial.
    n_trials : int
        Trials in each mean, at least 1.

    Returns
    -------
    float
        In the same unit.

    Raises
    ------
    ValueError
        When there is no trial.
    """
    if n_trials < 1:
        raise ValueError(f"A mean of {n_trials} trials does not exist; at least one is needed.")
    return Z_95 * sqrt(2) * sem / sqrt(n_trials)


def hedges_g(d: float, n_a: int, n_b: int) -> float:
    """Cohen's d corrected for small groups: d (1 - 3 / (4 (n_a + n_b) - 9)).

    Parameters
    ----------
    d : float
        Standardised mean difference.
    n_a, n_b : int
        People in each group; more than three in all.

    Returns
    -------
    float
        Hedges' g.
    """
    return d * (1 - 3 / (4 * (n_a + n_b) - 9))


def pool_random_effects(effects: Sequence[float], standard_errors: Sequence[float]) -> tuple[float, float, float]:
    """Random-effects mean of several studies (DerSimonian and Laird).

    Parameters
    ----------
    effects : sequence of float
        One per study.
    standard_errors : sequence of float
        One per study, above 0.

    Returns
    -------
    tuple of float
        The mean, its standard error, and the variance between studies.

    Raises
    ------
    ValueError
        When there are fewer than two studies, or the lists differ in length, or an error is not positive.
    """
    if len(effects) < 2 or len(effects) != len(standard_errors):
        raise ValueError(
            f"{len(effects)} effects with {len(standard_errors)} errors cannot be pooled; "
            "at least two studies with one error each are needed."
        )
    if not all(isfinite(error) and error > 0 for error in standard_errors):
        raise ValueError(f"Standard errors of {list(standard_errors)} cannot be weighted; each has to be above 0.")
    weights = [1 / error**2 for error in standard_errors]
    total = sum(weights)
    fixed = sum(w * e for w, e in zip(weights, effects, strict=True)) / total
    heterogeneity = sum(w * (e - fixed) ** 2 for w, e in zip(weights, effects, strict=True))
    spread = total - sum(w * w for w in weights) / total
    tau2 = max(0.0, (heterogeneity - (len(effects) - 1)) / spread)
    weights = [1 / (error**2 + tau2) for error in standard_errors]
    mean = sum(w * e for w, e in zip(weights, effects, strict=True)) / sum(weights)
    return mean, 1 / sqrt(sum(weights)), tau2
