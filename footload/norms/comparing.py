"""Findings compared with a laboratory's own norms, wherever no verified range was published."""

from __future__ import annotations

from dataclasses import replace

import footload
from footload.analysis import Analysis
from footload.findings import Finding, ReferenceRange, ReferenceSource, ReferenceStatus
from footload.norms.reference_set import Circumstances, Norm, NormSet


def with_norms(analysis: Analysis, norms: NormSet) -> Analysis:
    """Give every finding the reference range of the norms that hold for its trial.

    A verified published range stays. The norm of a finding is that of its metric, region and unit, of the trial's
    device, task and footwear, and of the person's own speed and sex where there is such a group.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    norms : NormSet
        A laboratory's own.

    Returns
    -------
    Analysis
        The next one, with a note that says how many values lie outside; the given one stays as it is.
    """
    known = norms.norms_for(Circumstances.of(analysis))
    if not known:
        return replace(analysis, notes=(*analysis.notes, f"{norms.label}: no norm holds for this kind of trial."))
    findings = tuple(_compared(each, known, norms.label) for each in analysis.findings)
    return replace(analysis, findings=findings, notes=(*analysis.notes, _told(findings, norms)))


def _compared(finding: Finding, known: dict[tuple[str, str, str], Norm], label: str) -> Finding:
    before = finding.reference
    norm = known.get((finding.metric, finding.region, finding.unit))
    if norm is None or (before is not None and before.verified):
        return finding
    low, high = norm.range_95
    words = (before.low_means, before.high_means) if before is not None else ("", "")
    own = ReferenceRange(
        low,
        high,
        f"{label}: {norm.others}",
        norm.n,
        "",
        True,
        *words,
        source=ReferenceSource.OWN,
        spread=norm.spread,
    )
    return replace(finding, reference=own)


def _told(findings: tuple[Finding, ...], norms: NormSet) -> str:
    statuses = [
        each.status for each in findings if each.reference is not None and each.reference.source is ReferenceSource.OWN
    ]
    n = sum(status is not ReferenceStatus.NONE for status in statuses)
    outside = sum(status in {ReferenceStatus.BELOW, ReferenceStatus.ABOVE} for status in statuses)
    older = f" They were made by footload {norms.footload}." if norms.footload != footload.__version__ else ""
    return (
        f"{norms.label}: {outside} of {n} values lie outside of their 95 % range, as about 1 in 20 of healthy people's "
        f"do by chance.{older}"
    )
