"""Every check of a recording, and the notes that they leave on findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from footload.findings import Finding
from footload.sanity.baseline import baseline_checks
from footload.sanity.body_weight import body_weight_checks
from footload.sanity.check import Check, Examined, Outcome
from footload.sanity.device_threshold import threshold_checks
from footload.sanity.saturation import saturation_checks
from footload.sanity.timing import frame_checks, rate_checks

CHECKS: Final = (
    body_weight_checks,
    saturation_checks,
    baseline_checks,
    frame_checks,
    rate_checks,
    threshold_checks,
)
"""In the order of tables; a new one is one more line here."""


def checks_of(examined: Examined) -> tuple[Check, ...]:
    """Look at everything that can be looked at.

    Parameters
    ----------
    examined : Examined
        A trial and what was found in it.

    Returns
    -------
    tuple of Check
        Also those that are fine, and those that could not be made, with the reason.
    """
    return tuple(check for checks in CHECKS for check in checks(examined))


def noted(examined: Examined, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Put the notes of the checks on the findings that they touch.

    Parameters
    ----------
    examined : Examined
        With the findings.
    checks : sequence of Check
        From `checks_of`.

    Returns
    -------
    tuple of Finding
        In their order; a finding without a value keeps its reason and gets no note.
    """
    serious = [check for check in checks if check.outcome is Outcome.NOTED]
    if not serious:
        return examined.findings
    return tuple(_noted(finding, examined, serious) for finding in examined.findings)


def examined_and_noted(examined: Examined) -> tuple[tuple[Finding, ...], tuple[Check, ...]]:
    """Make every check and put its note where it belongs.

    Parameters
    ----------
    examined : Examined
        A trial and what was found in it.

    Returns
    -------
    findings : tuple of Finding
        With their notes.
    checks : tuple of Check
        What was looked at.
    """
    checks = checks_of(examined)
    return noted(examined, checks), checks


def _noted(finding: Finding, examined: Examined, serious: Sequence[Check]) -> Finding:
    if np.isnan(finding.value):
        return finding
    taken_s = examined.taken_s(finding)
    notes = [check.note for check in serious if any(reach.covers(finding, taken_s) for reach in check.reaches)]
    return finding.noted(notes) if notes else finding
