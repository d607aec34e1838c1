"""`footload assess` as people and programs use it."""

import json
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from footload.analysis import Analysis, analyze
from footload.cli import analyzing
from footload.cli.application import application
from footload.parameters import Parameters
from footload.synthetic.demo import demo_squat, demo_walk
from footload.trials import Condition, Participant

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
CONDITIONS = {"bare.squat": "barefoot", "bare.walk": "barefoot", "wedge.squat": "wedge", "other.squat": "barefoot"}


@cache
def simulated(name: str) -> Analysis:
    """A simulated trial, analyzed once for all tests."""
    trial = demo_walk().trial if name.endswith("walk") else demo_squat(sampling_rate_hz=25.0).trial
    person = Participant("somebody else") if name == "other.squat" else trial.participant
    return analyze(trial.changed(condition=Condition(CONDITIONS[name]), participant=person))


@pytest.fixture(autouse=True)
def _simulated_files(monkeypatch: pytest.MonkeyPatch):
    """Files named as above are simulated; every other one is read."""
    read = analyzing.analyzed

    def analyzed(file: Path, parameters: Parameters, format_name: str | None) -> Analysis:
        return simulated(file.name) if file.name in CONDITIONS else read(file, parameters, format_name)

    monkeypatch.setattr(analyzing, "analyzed", analyzed)
    monkeypatch.setenv("COLUMNS", "300")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(application, ["assess", *(str(one) for one in arguments)])


def written(tmp_path: Path, text: str, name: str = "clinical.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_real_file_is_told_to_people_in_the_order_of_safety():
    result = run(SAMPLES / "demo_squat.mcap", "--sheet")

    assert result.exit_code == 0
    headings = [
        "Assessment",
        "Not validated. Not a diagnosis.",
        "Options to consider",
        "Contributing factors",
        "What to test next",
        "Correction plan",
        "Prescription sheet",
        "Sources",
    ]
    places = [result.output.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "A plate cannot see it." in result.output


def test_json_is_one_document_the_same_each_time(tmp_path: Path):
    clinical = written(tmp_path, "wblt_cm = { left = 7.0, right = 8.0 }\nheel_lift_improves_squat = true\n")
    first, second = (run("bare.squat", "bare.walk", "--clinical", clinical, "--json") for _ in range(2))
    record = json.loads(first.stdout)

    assert first.stdout == second.stdout
    assert list(record) == ["footload", "condition", "trials", "notes", "assessment"]
    assert record["condition"] == "barefoot"
    assert [option["id"] for option in record["assessment"]["options"]] == ["O11", "O13"]
    assert len(record["assessment"]["contributors"]) == 15


def test_clinical_inputs_alone_are_enough_and_nothing_is_not(tmp_path: Path):
    assert run("--clinical", written(tmp_path, "running = true\n")).exit_code == 0
    nothing = run()
    assert nothing.exit_code == 2
    assert "nothing to assess" in nothing.output


def test_mixed_conditions_are_refused_unless_one_is_picked():
    refused = run("bare.squat", "wedge.squat")
    picked = run("bare.squat", "wedge.squat", "--condition", "wedge", "--json")

    assert refused.exit_code == 2
    assert "several conditions (barefoot, wedge), which may not be averaged" in refused.output
    assert json.loads(picked.stdout)["condition"] == "wedge"
    assert run("bare.squat", "other.squat").exit_code == 2


def test_a_trial_with_the_option_in_place_is_judged(tmp_path: Path):
    norms = written(
        tmp_path, "[norms]\ncop_medial_shift_at_depth = { mean = 2, sd = 2, n = 30, sem = 1.0 }\n", "norms.toml"
    )
    result = run("bare.squat", "--after", "wedge.squat", "--option", "O2", "--norms", norms, "--json")
    told = run("bare.squat", "--after", "wedge.squat", "--norms", norms)

    assert json.loads(result.stdout)["trial"]["decision"] == "dropped"  # the same squats: no change beyond error
    assert "no change beyond error" in told.output
    assert run("bare.squat", "--after", "wedge.squat", "--option", "O99").exit_code == 2
    assert run("bare.squat", "--after", "other.squat").exit_code == 2


def test_a_red_flag_leaves_only_the_referral(tmp_path: Path):
    clinical = written(tmp_path, 'red_flags = ["locked_knee"]\n')
    result = run("bare.squat", "--clinical", clinical)

    assert result.exit_code == 0
    assert "physician today" in result.output
    assert "Correction plan" not in result.output
    assert "tendency" not in result.output
    assert run("bare.squat", "--clinical", clinical, "--after", "wedge.squat").exit_code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wblt = 7\n", "did you mean 'wblt_cm'?"),
        ("age_years = 400\n", "lies between 0 and 120"),
        ("[", "not a TOML file"),
    ],
)
def test_a_clinical_file_at_fault_is_named_with_what_would_be_right(tmp_path: Path, text: str, words: str):
    result = run("bare.squat", "--clinical", written(tmp_path, text))

    assert result.exit_code == 1
    assert "clinical.toml" in result.output
    assert words in result.output


def test_a_file_that_is_no_trial_ends_with_a_sentence(tmp_path: Path):
    result = run(written(tmp_path, "nothing", "notes.txt"))

    assert result.exit_code == 1
    assert "notes.txt" in result.output
