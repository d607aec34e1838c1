"""The checks of a recording stand on the trial's page, what was found first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.components.checks import checks_part
from dashboard.pages.trial import trial_view
from footload.analysis import Analysis
from footload.findings import Severity
from footload.sanity.check import Check, Outcome

CHECKS = (
    Check("frames", Outcome.FINE, "No frame is missing."),
    Check("body_weight", Outcome.NOT_CHECKED, "The body mass is not known."),
    Check("saturation", Outcome.NOTED, "<b>12 cells</b> stood at the end of their range.", severity=Severity.WARNING),
)


def plain(part: Any) -> str:
    if isinstance(part, list | tuple):
        return " ".join(plain(each) for each in part)
    return plain(getattr(part, "children", None)) if hasattr(part, "to_plotly_json") else str(part or "")


def test_what_was_found_comes_first_and_every_check_is_said() -> None:
    shown = checks_part(CHECKS)
    said = plain(shown)
    assert "1 noted, 1 could not be made, 1 fine" in said
    assert said.index("12 cells") < said.index("body mass") < said.index("No frame is missing")
    assert "noted, warning" in said
    assert shown.open is True  # type: ignore[union-attr]


def test_nothing_found_stays_closed_and_no_checks_say_nothing() -> None:
    assert checks_part(CHECKS[:2]).open is False  # type: ignore[union-attr]
    assert checks_part(()) is None


def test_the_trial_page_shows_the_checks_of_its_analysis(squat: Analysis) -> None:
    said = plain(trial_view(replace(squat, checks=CHECKS), "x", "light"))
    assert "12 cells" in said
    assert "The body mass is not known." in said
