"""The checks of a recording stand on the trial's page, what was found first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.components.checks import checks_part
from dashboard.components.known_first import SIMULATED, known_first, sorted_notes
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


def test_no_checks_say_nothing() -> None:
    assert checks_part(()) is None


def test_what_matters_for_the_values_comes_first_and_how_it_was_recorded_stands_apart(squat: Analysis) -> None:
    own = "Repetition 2 was left out: the heel rose."
    notes = {
        "device": "mat 7, profile some.mat; facts: verified, its manual.",
        "time": "Times: device clock, fitted from below to the arrivals (+3 ppm).",
        "end": "The last line of the file is not complete and was left out.",
    }
    trial = squat.trial.changed(notes=notes)
    first, recorded = sorted_notes(replace(squat, trial=trial, notes=(*notes.values(), own), checks=CHECKS))
    assert first == [own, "Saturation: <b>12 cells</b> stood at the end of their range.", notes["end"]]
    assert recorded == [notes["device"], notes["time"]]


def test_that_nobody_was_measured_is_the_first_thing_to_know(squat: Analysis) -> None:
    trial = squat.trial.changed(notes={"device": "demonstration mat (simulated), profile footload.demo_mat."})
    first, recorded = sorted_notes(replace(squat, trial=trial, notes=tuple(trial.notes.values()), checks=()))
    assert first == [SIMULATED]
    assert len(recorded) == 1


def test_a_trial_of_which_nothing_is_to_be_known_first_shows_no_notice(squat: Analysis) -> None:
    trial = squat.trial.changed(notes={"time": "Times: device clock."}, events=())
    said = plain(known_first(replace(squat, trial=trial, notes=("Times: device clock.",), checks=())))
    assert said.split() == ["How", "it", "was", "recorded", "(1)", "Times:", "device", "clock."]


def test_the_trial_page_shows_the_checks_of_its_analysis(squat: Analysis) -> None:
    said = plain(trial_view(replace(squat, checks=CHECKS), "x", "light"))
    assert "12 cells" in said
    assert "The body mass is not known." in said
