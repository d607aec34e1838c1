"""The knee-alignment tendency: a prior-only linear discriminant model for whatever subset of predictors was measured.

For the measured subset S, with R the assumed correlation of the predictors and delta their standardised differences:

    beta = R^-1 delta      C = R^-1 diag(SE^2) R^-1      D2 = delta' beta
    eta = logit(p0) - (1/2 - p0) D2 + beta' z            p = expit(eta)
    var(eta) = s0^2 + z' C z + sum_i (beta_i^2 + C_ii) (SEM_i / SD_i)^2
    interval = expit(eta +- multiplier sd)               expected AUC = Phi(sqrt(D2 / 2))

A predictor whose coefficient would turn negative (a correlation of 0.4 does that to hip strength) gets 0, and the
others are fitted again without it: cutting it off alone would leave D2 and the calibration of another model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from footload.arrays import FloatArray
from footload.decision.conversions import Z_80, Z_95, auc_from_squared_distance, expit, logit
from footload.decision.schemas import Predictor, TendencyModel


@dataclass(frozen=True, slots=True, eq=False)
class Submodel:
    """Coefficients for one subset of predictors.

    Parameters
    ----------
    names : tuple of str
        The predictors, in the model's order.
    beta : (n,) array
        Log odds per SD; 0 for a predictor that was clamped.
    covariance : (n, n) array
        Of beta, from the standard errors of the effects; 0 for a clamped predictor.
    squared_distance : float
        D2 between the two groups.
    """

    names: tuple[str, ...]
    beta: FloatArray
    covariance: FloatArray
    squared_distance: float

    @property
    def expected_auc(self) -> float:
        """How well the subset tells the groups apart; optimistic, because effect and spread share their source."""
        return auc_from_squared_distance(self.squared_distance)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The tendency of one person.

    Parameters
    ----------
    p : float
        Chance that the outcome is met.
    eta, sd : float
        Its log odds and their standard deviation.
    interval_80, interval_95 : (low, high)
        Of p.
    base_rate : float
        Of anybody; p when nothing was measured.
    expected_auc : float
        Of the submodel; 0.5 when nothing was measured.
    z : mapping of str to float
        The winsorised predictors that were used.
    beta : mapping of str to float
        Their coefficients.
    """

    p: float
    eta: float
    sd: float
    interval_80: tuple[float, float]
    interval_95: tuple[float, float]
    base_rate: float
    expected_auc: float
    z: Mapping[str, float]
    beta: Mapping[str, float]

    @property
    def differs_from_base_rate(self) -> bool:
        """True when the 80 % interval excludes the base rate: only then may it be colored."""
        low, high = self.interval_80
        return not low <= self.base_rate <= high


@dataclass(frozen=True, slots=True)
class Gain:
    """What measuring one more predictor could change.

    Parameters
    ----------
    name : str
        The predictor that is missing.
    auc_now, auc_then : float
        Expected AUC without and with it.
    p_if_better, p_if_worse : float
        The chance when it turned out one SD better or worse than average.
    """

    name: str
    auc_now: float
    auc_then: float
    p_if_better: float
    p_if_worse: float


def submodel(model: TendencyModel, names: Iterable[str], *, rho: float | None = None, clamp: bool = True) -> Submodel:
    """Coefficients for the predictors that were measured.

    Parameters
    ----------
    model : TendencyModel
        The model as data.
    names : iterable of str
        Which predictors.
    rho : float, optional
        Correlation between predictors instead of the model's.
    clamp : bool
        Set coefficients that would be negative to 0; False only to show the sensitivity.

    Returns
    -------
    Submodel
        Of the subset; of nothing when no predictor is named.

    Raises
    ------
    KeyError
        When the model has no such predictor.
    """
    predictors = _chosen(model, names)
    rho = model.rho if rho is None else rho
    active = list(range(len(predictors)))
    while True:
        beta, covariance, d2 = _solve([predictors[i] for i in active], rho)
        negative = bool(clamp and beta.size and beta.min() < 0)
        if not negative:
            break
        del active[int(beta.argmin())]
    full_beta = np.zeros(len(predictors))
    full_covariance = np.zeros((len(predictors), len(predictors)))
    full_beta[active] = beta
    full_covariance[np.ix_(active, active)] = covariance
    return Submodel(tuple(p.name for p in predictors), full_beta, full_covariance, d2)


def predict(
    model: TendencyModel,
    z: Mapping[str, float],
    *,
    p0: float | None = None,
    sd_logit: float | None = None,
    rho: float | None = None,
    sem_per_sd: Mapping[str, float] | None = None,
    clamp: bool = True,
) -> Prediction:
    """The chance that the outcome is met, with its interval.

    Parameters
    ----------
    model : TendencyModel
        The model as data.
    z : mapping of str to float
        Predictors that were measured, in SD, higher is worse; what is missing is left out, never set to normal.
    p0, sd_logit : float, optional
        A site's base rate and the standard deviation of its log odds instead of the model's.
    rho : float, optional
        Correlation between predictors instead of the model's.
    sem_per_sd : mapping of str to float, optional
        Measurement errors over the spread, instead of the model's, by predictor.
    clamp : bool
        See `submodel`.

    Returns
    -------
    Prediction
        With nothing measured, the base rate.

    Raises
    ------
    KeyError
        When the model has no such predictor.
    ValueError
        When a z is not a finite number.
    """
    for name, value in z.items():
        if not np.isfinite(value):
            raise ValueError(f"The z of {name!r} is {value}; leave out what was not measured.")
    p0 = model.base_rate.p0 if p0 is None else p0
    s0 = model.base_rate.sd_logit if sd_logit is None else sd_logit
    sub = submodel(model, z, rho=rho, clamp=clamp)
    values = np.array([np.clip(z[name], -model.winsor_sd, model.winsor_sd) for name in sub.names], dtype=float)
    errors = {p.name: p.error_per_sd for p in model.predictors} | dict(sem_per_sd or {})
    error = np.array([errors[name] for name in sub.names], dtype=float)
    eta = logit(p0) - (0.5 - p0) * sub.squared_distance + float(sub.beta @ values)
    noise = float(((sub.beta**2 + np.diag(sub.covariance)) * error**2).sum())
    sd = sqrt(s0**2 + float(values @ sub.covariance @ values) + noise)
    return Prediction(
        p=expit(eta),
        eta=eta,
        sd=sd,
        interval_80=(expit(eta - Z_80 * sd), expit(eta + Z_80 * sd)),
        interval_95=(expit(eta - Z_95 * sd), expit(eta + Z_95 * sd)),
        base_rate=p0,
        expected_auc=sub.expected_auc,
        z=dict(zip(sub.names, values.tolist(), strict=True)),
        beta=dict(zip(sub.names, sub.beta.tolist(), strict=True)),
    )


def what_measuring_could_change(
    model: TendencyModel, z: Mapping[str, float], *, p0: float | None = None, sd_logit: float | None = None
) -> tuple[Gain, ...]:
    """What each missing predictor would add, the most informative first.

    Parameters
    ----------
    model : TendencyModel
        The model as data.
    z : mapping of str to float
        Predictors that were measured.
    p0, sd_logit : float, optional
        A site's base rate.

    Returns
    -------
    tuple of Gain
        One for each predictor that is missing.
    """
    now = submodel(model, z).expected_auc
    gains: list[Gain] = []
    for predictor in model.predictors:
        if predictor.name in z:
            continue
        better = predict(model, {**z, predictor.name: -1.0}, p0=p0, sd_logit=sd_logit)
        worse = predict(model, {**z, predictor.name: 1.0}, p0=p0, sd_logit=sd_logit)
        gains.append(Gain(predictor.name, now, worse.expected_auc, better.p, worse.p))
    return tuple(sorted(gains, key=lambda gain: -gain.auc_then))


def _chosen(model: TendencyModel, names: Iterable[str]) -> list[Predictor]:
    wanted = set(names)
    known = {predictor.name for predictor in model.predictors}
    if wanted - known:
        raise KeyError(
            f"{model.name} has no predictor {', '.join(sorted(wanted - known))}; it has {', '.join(sorted(known))}."
        )
    return [predictor for predictor in model.predictors if predictor.name in wanted]


def _solve(predictors: list[Predictor], rho: float) -> tuple[FloatArray, FloatArray, float]:
    n = len(predictors)
    delta = np.array([p.delta for p in predictors], dtype=float)
    errors = np.array([p.delta_se for p in predictors], dtype=float)
    inverse = np.linalg.inv(np.full((n, n), rho) + (1 - rho) * np.eye(n))
    beta = inverse @ delta
    return beta, inverse @ np.diag(errors**2) @ inverse, float(delta @ beta)
