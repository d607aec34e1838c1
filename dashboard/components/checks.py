"""What was looked at in a recording, how it came out, and which values that takes something away from."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.signs import chip, table
from footload.findings import Severity
from footload.sanity.check import Check, Outcome

_ORDER = (Outcome.NOTED, Outcome.NOT_CHECKED, Outcome.FINE)
_KIND = {Outcome.FINE: ("good", "check"), Outcome.NOT_CHECKED: ("plain", ""), Outcome.NOTED: ("watch", "warning")}


def checks_part(checks: Sequence[Check]) -> Component | None:
    """Show every check of a trial's recordings, what was found first.

    Parameters
    ----------
    checks : sequence of Check
        Of an analysis.

    Returns
    -------
    dash component
        Closed: what was noted stands above among what is to be known first. None without checks.
    """
    if not checks:
        return None
    n_noted, n_open, n_fine = (sum(check.outcome is outcome for check in checks) for outcome in _ORDER)
    summary = f"Checks of the recording: {n_noted} noted, {n_open} could not be made, {n_fine} fine"
    ordered = sorted(checks, key=lambda check: _ORDER.index(check.outcome))
    rows = [[check.code.replace("_", " ").replace("-", " "), _outcome(check), check.text] for check in ordered]
    shown = table(["Check", "Outcome", "What was found"], rows, "Checks of the recording")
    return html.Details([html.Summary(summary), shown], className="checks-of-trial")


def _outcome(check: Check) -> Component:
    kind, sign = _KIND[check.outcome]
    if check.outcome is Outcome.NOTED and check.severity is not Severity.WARNING:
        kind, sign = "info", "info"
    words = f"{check.outcome.value}, {check.severity.value}" if check.outcome is Outcome.NOTED else check.outcome.value
    return chip(words, kind, sign)
