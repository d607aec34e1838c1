"""The predictors of the tendency: each the mean z of its indicators against their norms, on the worse side."""

from __future__ import annotations

from dataclasses import dataclass

from footload.decision.measures import Measure, Measures
from footload.decision.norms import SiteNorm, SiteNorms
from footload.decision.schemas import Indicator, Predictor, TendencyModel
from footload.trials import Side

_ABSURD_SD = 1e6
"""Keeps the mean of absurd values finite; the model winsorises far below."""


@dataclass(frozen=True, slots=True)
class ScoredMeasure:
    """A measure against its norm.

    Parameters
    ----------
    measure : Measure
        What was measured.
    z : float
        In SD of the norm; higher is worse.
    norm : str
        The norm in words.
    citations : tuple of str
        Of a published norm; empty for a site's own.
    """

    measure: Measure
    z: float
    norm: str
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredPredictor:
    """A predictor on its worse side.

    Parameters
    ----------
    predictor : Predictor
        Its row in the model.
    side : Side
        Where the mean z is higher; left when both are equal.
    z : float
        Mean of the indicators, not yet winsorised.
    parts : tuple of ScoredMeasure
        The indicators that were measured on that side.
    n_measures : int
        Most indicators that were measured on one side.
    pronounced : tuple of ScoredMeasure
        Indicators at least 1 SD worse than the norm, on the side with more of them.
    """

    predictor: Predictor
    side: Side
    z: float
    parts: tuple[ScoredMeasure, ...]
    n_measures: int
    pronounced: tuple[ScoredMeasure, ...]


@dataclass(frozen=True, slots=True)
class MissingPredictor:
    """A predictor that cannot be scored, and why.

    Parameters
    ----------
    predictor : Predictor
        Its row in the model.
    reasons : tuple of str
        Sentences.
    """

    predictor: Predictor
    reasons: tuple[str, ...]


def score_predictors(
    model: TendencyModel, measures: Measures, norms: SiteNorms
) -> tuple[tuple[ScoredPredictor, ...], tuple[MissingPredictor, ...]]:
    """Every predictor on its worse side, or why it cannot be scored.

    Parameters
    ----------
    model : TendencyModel
        The model as data.
    measures : mapping
        From `gather_measures`.
    norms : SiteNorms
        A site's own norms.

    Returns
    -------
    tuple
        The predictors that are scored, and those that are missing.
    """
    scored: list[ScoredPredictor] = []
    missing: list[MissingPredictor] = []
    for predictor in model.predictors:
        found = _score(predictor, measures, norms, model.n_valid_trials)
        if isinstance(found, ScoredPredictor):
            scored.append(found)
        else:
            missing.append(found)
    return tuple(scored), tuple(missing)


def _score(
    predictor: Predictor, measures: Measures, norms: SiteNorms, n_needed: int
) -> ScoredPredictor | MissingPredictor:
    by_side: dict[Side, list[ScoredMeasure]] = {side: [] for side in Side}
    reasons: list[str] = []
    for indicator in predictor.indicators:
        for side in Side:
            found = _indicator_z(indicator, side, measures, norms, n_needed)
            if isinstance(found, ScoredMeasure):
                by_side[side].append(found)
            elif found:
                reasons.append(found)
    means = {side: sum(part.z for part in parts) / len(parts) for side, parts in by_side.items() if parts}
    if not means:
        nothing = f"Nothing of it was measured: {predictor.how_to_measure}."
        return MissingPredictor(predictor, tuple(dict.fromkeys(reasons)) or (nothing,))
    worse = max(means, key=lambda side: means[side])
    pronounced = [[part for part in parts if part.z >= 1] for parts in by_side.values()]
    return ScoredPredictor(
        predictor,
        worse,
        means[worse],
        tuple(by_side[worse]),
        max(len(parts) for parts in by_side.values()),
        tuple(max(pronounced, key=len)),
    )


def _indicator_z(
    indicator: Indicator, side: Side, measures: Measures, norms: SiteNorms, n_needed: int
) -> ScoredMeasure | str:
    reason = ""
    for name in indicator.names:
        measure = measures.get(name, {}).get(side)
        if measure is None:
            continue
        if not measure.by_hand and measure.n_valid < n_needed:
            reason = f"{measure.text} is not scored: fewer than {n_needed} valid trials."
            continue
        own = own_norm(measure, norms)
        published = indicator.norm
        if isinstance(own, str):
            reason = own
            continue
        if own is not None:
            mean, sd, citations = own.mean, own.sd, ()
            text = f"{mean:g} ± {sd:g} ({norms.site}, n = {own.n})"
        elif published is not None:
            mean, sd, citations = published.mean, published.sd, published.citations
            text = f"{mean:g} ± {sd:g} (n = {published.n})"
        else:
            reason = reason or f"{measure.label} is not scored: no norm of this site is known."
            continue
        z = indicator.sign * (measure.value - mean) / sd
        return ScoredMeasure(measure, min(max(z, -_ABSURD_SD), _ABSURD_SD), text, citations)
    return reason


def own_norm(measure: Measure, norms: SiteNorms) -> SiteNorm | str | None:
    """The site's norm of a measure, if it holds for the device.

    Parameters
    ----------
    measure : Measure
        What was measured.
    norms : SiteNorms
        A site's own norms.

    Returns
    -------
    SiteNorm, str or None
        A sentence when the norm is of another device; None when there is none.
    """
    own = norms.norms.get(measure.name)
    if own is None:
        return None
    strange = [device for device in measure.devices if not _same_device(own.device, device)]
    if strange:
        return f"{measure.text} is not scored: the norm holds for {own.device}, this is {strange[0]}."
    return own


def _same_device(norm: str, finding: str) -> bool:
    one, other = norm.casefold(), finding.casefold()
    return not one or not other or one in other or other in one
