"""Feet drawn by hand on the command line: the edits beside a file hold there as they do on the dashboard."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

import footload as fl
from dashboard.export_work import exported
from footload.batch_again import Again
from footload.foot.contact import DRAWN_BY_HAND
from footload.foot.drawn import DrawnFeet, drawn_feet
from footload.foot.drawn_history import DrawnHistory, drawn_beside
from footload.lab.kept_trials import kept_file
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts


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


def test_edits_of_another_recording_are_refused_beside_the_file_and_by_name(run, step: Path) -> None:
    drawn_on = fl.read(step).source_sha256
    history = DrawnHistory(source_sha256=drawn_on).edited(wider_heel(step), "heel line", "A", "2026-01-01")
    named = step.with_name("kept.json")
    for path in (drawn_beside(step), named):
        history.write(path)
    assert run("analyze", step).exit_code == 0
    step.write_bytes(step.read_bytes() + b"\n")
    for path, asked in ((drawn_beside(step), ()), (named, ("--drawn", named))):
        result = run("analyze", step, *asked)
        assert result.exit_code == 1
        assert f"{path.name}: its feet were drawn on another recording" in " ".join(result.stderr.split())
    assert run("analyze", step, "--as-found").exit_code == 0


def test_feet_of_one_file_are_not_taken_for_two(run, step: Path) -> None:
    for more in ((step,), ("--as-found",)):
        result = run("analyze", step, *more, "--drawn", "feet.json")
        assert result.exit_code == 2
        assert "--drawn gives the feet of one file" in result.stderr


def test_edits_hold_in_exports_and_batches_of_the_file_and_of_a_laboratory_too(
    run_json, run, step: Path, tmp_path: Path
) -> None:
    feet = DrawnHistory().edited(wider_heel(step), "heel line", "A", "2026-01-01T00:00:00+00:00")
    lab = tmp_path / "lab"
    with Laboratory.create(lab, by="tester") as made:
        made.put("participants", "P01", healthy=True)
        trial = made.add_trial(step, TrialFacts("P01", "2026-01-01")).trial_id
    run("batch", lab, "--out", tmp_path / "before")
    feet.write(drawn_beside(step))
    feet.write(drawn_beside(kept_file(lab, trial)))
    edited = heel(run_json("analyze", step, "--json"))["value"]
    for source in (step, lab):
        out = tmp_path / f"exported_{source.name}"
        assert run("export", "tables", source, "--out", out).exit_code == 0
        assert heel_in(out / "findings.csv") == pytest.approx(edited, rel=1e-9)
    assert run("batch", step, "--out", tmp_path / "batch").exit_code == 0
    assert heel_in(tmp_path / "batch" / "findings.csv") == pytest.approx(edited, rel=1e-9)
    # Parts that were done before the edit are not taken for parts of the batch after it.
    assert run("batch", lab, "--out", tmp_path / "before").exit_code != 0
    again = Again(lab)(kept_file(lab, trial))
    assert {row["changed"] for row in again if (row["metric"], row["region"]) == ("contact_area", "heel")} == {"yes"}
    (of_page,) = [
        row["value"]
        for row in exported(kept_file(lab, trial), tmp_path / "of_page").findings
        if (row["metric"], row["region"]) == ("contact_area", "heel")
    ]
    assert of_page == edited


def heel_in(table: Path) -> float:
    with table.open(newline="", encoding="utf-8") as file:
        (value,) = [
            float(row["value"])
            for row in csv.DictReader(file)
            if (row["metric"], row["region"]) == ("contact_area", "heel")
        ]
    return value
