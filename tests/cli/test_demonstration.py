"""`footload demo --check`: the whole chain against what was simulated."""

from __future__ import annotations

import sys

import pytest

from footload.cli.demonstration import comparison_table
from footload.cli.rehearsal import Comparison, compare_with_truth, heading_deg, simulated_trials
from footload.cli.sample_lab import fill_sample_lab
from footload.lab.checking import check
from footload.lab.documents import LaboratoryError
from footload.lab.laboratory import Laboratory
from footload.synthetic.participant import CONDITIONS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tried on systems with pseudo-terminals only")


def test_the_demonstration_finds_what_it_simulated(run, tmp_path) -> None:
    result = run("demo", "--check", "--folder", tmp_path)
    assert result.exit_code == 0, result.output
    assert "are as simulated" in result.stdout
    assert "NOT" not in result.stdout
    assert "32 trials are in the sample laboratory" in result.stdout.replace("\n", " ")
    assert {file.name for file in tmp_path.iterdir()} == {"demo_walk.mcap", "demo_squat.mcap", "lab"}
    with Laboratory(tmp_path / "lab") as lab:
        assert check(lab) == []
        assert {row["condition_id"] for row in lab.trials(participant="P01")} == {
            one.condition.name for one in CONDITIONS
        }
        assert {row["task"] for row in lab.trials(participant="demo")} == {"walking", "squat"}
    assert fill_sample_lab(tmp_path / "lab", ()) == 32  # a second demonstration adds nothing


def test_a_folder_that_is_no_laboratory_is_left_alone(tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(LaboratoryError, match="is not empty"):
        fill_sample_lab(tmp_path, ())
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_earlier_recordings_are_kept_unless_told(run, tmp_path) -> None:
    (tmp_path / "demo_walk.mcap").write_bytes(b"mine")
    result = run("demo", "--check", "--folder", tmp_path)
    assert result.exit_code == 1
    assert "demo_walk.mcap" in result.stderr
    assert (tmp_path / "demo_walk.mcap").read_bytes() == b"mine"


def test_a_wrong_finding_ends_with_1_and_is_named(run, tmp_path, monkeypatch) -> None:
    rows = [Comparison("demo", "squats", 5, 5, 0), Comparison("demo", "foot contacts", 2, 3, 0)]
    monkeypatch.setattr("footload.cli.demonstration.recorded_and_compared", lambda *_, **__: rows)
    result = run("demo", "--check", "--folder", tmp_path)
    assert result.exit_code == 1
    assert "demo, foot contacts" in result.stderr
    assert "squats" not in result.stderr
    assert comparison_table(rows).row_count == 2


def test_a_value_that_could_not_be_found_never_holds() -> None:
    nan = float("nan")
    assert not Comparison("t", "x", 1.0, nan, 10.0).holds
    assert not Comparison("t", "x", nan, nan, 10.0).holds
    assert Comparison("t", "x", 1.0, 1.5, 0.5).holds


def test_a_foot_that_is_not_found_is_a_row_that_does_not_hold() -> None:
    import footload as fl

    made = simulated_trials()["demo_walk"]
    analysis = fl.analyze(made.trial, fl.Parameters(contact_threshold_n=5000.0))
    rows = compare_with_truth(analysis, made)
    assert [row.what for row in rows if not row.holds] == ["foot contacts", "left foot found", "right foot found"]


def test_heading_is_measured_from_the_walking_direction_to_the_right() -> None:
    assert [heading_deg(0, 2), heading_deg(1, 1), heading_deg(-3, 0)] == pytest.approx([0, 45, -90])
