"""Feet drawn by hand on the command line: the edits beside a file hold there as they do on the dashboard."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import footload as fl
from footload.foot.contact import DRAWN_BY_HAND
from footload.foot.drawn import DrawnFeet, drawn_feet
from footload.foot.drawn_history import DrawnHistory, drawn_beside


@pytest.fixture
def step(listing: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(listing, tmp_path))


def wider_heel(step: Path) -> DrawnFeet:
    """The heel's line 20 mm farther forward."""
    analysis = fl.analyze(fl.read(step))
    (foot,) = drawn_feet(analysis.contacts, analysis.trial.pressures).feet
    assert foot.lines is not None
    heel = tuple((ap + 20.0, ml) for ap, ml in foot.lines.heel_mm)
    return DrawnFeet(feet=(foot.model_copy(update={"lines": foot.lines.model_copy(update={"heel_mm": heel})}),))


def heel(document: Any) -> dict[str, Any]:
    (trial,) = document["trials"]
    (found,) = [f for f in trial["findings"] if (f["metric"], f["region"]) == ("contact_area", "heel")]
    return found


def test_edits_beside_the_file_hold_until_they_are_left_out(run_json, step: Path) -> None:
    as_found = heel(run_json("analyze", step, "--json"))
    assert not any(DRAWN_BY_HAND in note for note in as_found["notes"])
    feet = wider_heel(step)
    DrawnHistory().edited(feet, "heel line", "A", "2026-01-01T00:00:00+00:00").write(drawn_beside(step))
    edited = heel(run_json("analyze", step, "--json"))
    assert edited["value"] > as_found["value"] + 5
    assert any(DRAWN_BY_HAND in note for note in edited["notes"])
    assert heel(run_json("analyze", step, "--json", "--as-found"))["value"] == as_found["value"]
    feet.write(step.with_name("feet.json"))
    drawn_beside(step).unlink()
    assert heel(run_json("analyze", step, "--json", "--drawn", step.with_name("feet.json")))["value"] == edited["value"]


def test_a_drawn_foot_that_is_not_in_the_file_is_refused_with_its_name(run, step: Path) -> None:
    (foot,) = wider_heel(step).feet
    DrawnFeet(feet=(foot.model_copy(update={"start_s": 9.0}),)).write(step.with_name("feet.json"))
    result = run("analyze", step, "--drawn", step.with_name("feet.json"))
    assert result.exit_code == 1
    assert f"{step.name}: The right foot drawn at 9 s is no contact" in result.stderr


def test_feet_of_one_file_are_not_taken_for_two(run, step: Path) -> None:
    for more in ((step,), ("--as-found",)):
        result = run("analyze", step, *more, "--drawn", "feet.json")
        assert result.exit_code == 2
        assert "--drawn gives the feet of one file" in result.stderr
