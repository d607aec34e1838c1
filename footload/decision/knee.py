"""The branch for a knee that was measured: report it with its error, do not predict it from the foot."""

from __future__ import annotations

from footload.decision.assessment import MeasuredKnee
from footload.decision.conversions import probability_above
from footload.decision.inputs import ClinicalInputs, KneeAngle, SiteNorms
from footload.decision.presentation import percent
from footload.decision.schemas import KneeTable


def report_knee(
    table: KneeTable, clinical: ClinicalInputs, norms: SiteNorms, n_needed: int, refused: str = ""
) -> tuple[MeasuredKnee, ...]:
    """Every knee angle that was measured, with the chance that the true one is above its reference.

    Parameters
    ----------
    table : KneeTable
        Published references and errors.
    clinical : ClinicalInputs
        With the angles and the sex.
    norms : SiteNorms
        A site's own references, which come first.
    n_needed : int
        Valid trials that a chance needs, where their number was entered.
    refused : str
        Why no chance may be given; empty when it may.

    Returns
    -------
    tuple of MeasuredKnee
        In the order they were entered.
    """
    reports: list[MeasuredKnee] = []
    for angle in clinical.fppa:
        why = refused
        if angle.n_trials is not None and angle.n_trials < n_needed:
            why = why or f"{angle.n_trials} trials are fewer than the {n_needed} that are needed."
        reports.append(_report(table, angle, why, _reference(table, angle.task, clinical.sex, norms)))
    return tuple(reports)


def _report(
    table: KneeTable, angle: KneeAngle, refused: str, reference: tuple[float, str, tuple[str, ...]] | None
) -> MeasuredKnee:
    value = angle.valgus_deg
    opening = f"Knee angle {value:.1f}° ({angle.task}, {angle.side}; 0 = straight, + = valgus)"
    if refused or reference is None:
        text = f"{opening}; no chance is given: {refused or 'no reference for this task and sex is known.'}"
        return MeasuredKnee(angle.task, angle.side.value, value, None, None, None, text, table.citations)
    upper, population, citations = reference
    own = angle.error_deg
    chance = probability_above(value, upper, own or table.sem_deg)
    errors = (table.sem_low_deg, table.sem_high_deg) if own is None else (own, own)
    low, high = sorted(probability_above(value, upper, error) for error in errors)
    if own is not None:
        text = (
            f"{opening}; the average band ends at {upper:g}° ({population}). The true angle lies above it with a "
            f"chance of {percent(chance)} (the entered error of {own:g}°). Measured, so not predicted from the foot."
        )
        cited = tuple(dict.fromkeys((*citations, *table.citations)))
        return MeasuredKnee(angle.task, angle.side.value, value, upper, chance, (low, high), text, cited)
    text = (
        f"{opening}; the average band ends at {upper:g}° ({population}). The true angle lies above it with a chance of "
        f"{percent(low)} to {percent(high)} (error {table.sem_low_deg:g} to {table.sem_high_deg:g}°), "
        f"{percent(chance)} with {table.sem_deg:g}°. Measured, so not predicted from the foot."
    )
    cited = tuple(dict.fromkeys((*citations, *table.citations)))
    return MeasuredKnee(angle.task, angle.side.value, value, upper, chance, (low, high), text, cited)


def _reference(
    table: KneeTable, task: str, sex: str | None, norms: SiteNorms
) -> tuple[float, str, tuple[str, ...]] | None:
    for own in norms.knee:
        if (own.task, own.sex) == (task, sex):
            return own.upper_deg, f"{norms.site}, n = {own.n}", ()
    for row in table.references:
        if (row.task, row.sex) == (task, sex):
            return row.upper_deg, row.population + row.mark.beside, row.citations
    return None
