"""`--setup` and the options beside it: what a person says about a trial reaches the values, or the mistake is told."""

from __future__ import annotations

import numpy as np
import pytest

from footload.export.c3d import write_c3d
from footload.recordings import MarkerRecording
from footload.synthetic.plate_movements import squat_on_plates
from footload.synthetic.plate_steps import GaitCourse, walk_on_plates
from footload.synthetic.squat import SquatTiming

PLACES = """
task = "squat"
body_mass_kg = 70.0
asymmetry = "mean"

[plates]
1 = "left"
2 = "right"

[feet.left]
length_mm = 260.0
width_mm = 95.0
heel_mm = [-200.0, -130.0]
second_toe_mm = [-200.0, 78.0]

[fppa]
left_deg = 8.0
right_deg = 11.0
error_deg = 3.0
"""


@pytest.fixture(scope="module")
def squat_c3d(tmp_path_factory):
    """A squat on two plates, as a file that says neither task nor feet."""
    return write_c3d(squat_on_plates(SquatTiming(2), rate_hz=250.0), tmp_path_factory.mktemp("squat") / "squat.c3d")


@pytest.fixture
def said(tmp_path):
    path = tmp_path / "setup.toml"
    path.write_text(PLACES, encoding="utf-8")
    return path


def findings(run_json, *arguments):
    (trial,) = run_json("analyze", *arguments, "--json")["trials"]
    return trial, {(f["metric"], f["side"], f["repetition"]): f for f in trial["findings"]}


def test_a_setup_says_what_the_file_leaves_open(run_json, squat_c3d, said) -> None:
    bare, _ = findings(run_json, squat_c3d)
    assert bare["task"] == "unknown"
    trial, found = findings(run_json, squat_c3d, "--setup", said)
    assert (trial["task"], trial["participant"]["body_mass_kg"]) == ("squat", 70.0)
    assert found["cop_medial_shift_at_depth", "left", 0]["value"] == pytest.approx(100 * 6 / 95, abs=0.05)
    refused = found["cop_medial_shift_at_depth", "right", 0]
    assert refused["value"] is None
    assert "enter heel, second toe, length and width" in refused["reason"]
    # 45 to 55 %: 10 % of the sum, 20 % of the mean
    asymmetry = found["eccentric_force_asymmetry", None, 0]
    assert asymmetry["value"] == pytest.approx(20, abs=0.01)
    assert "asymmetry by 100 (R - L) / ((R + L) / 2)" in asymmetry["notes"]
    filmed = found["knee_projection_filmed", "right", None]
    assert (filmed["value"], filmed["uncertainty"]) == (11.0, pytest.approx(5.88))


@pytest.mark.parametrize(
    ("name", "expected"), [("sum", 10.0), ("mean", 20.0), ("larger", 100 / 5.5), ("involved", 450 / 5.5)]
)
def test_an_option_comes_before_the_file(run_json, squat_c3d, said, name, expected) -> None:
    _, found = findings(run_json, squat_c3d, "--setup", said, "--asymmetry", name)
    assert found["eccentric_force_asymmetry", None, 0]["value"] == pytest.approx(expected, abs=0.01)


def test_the_task_and_knee_angles_as_options(run_json, run, squat_c3d) -> None:
    trial, found = findings(run_json, squat_c3d, "--task", "squat", "--fppa", ":9")
    assert trial["task"] == "squat"
    assert ("knee_projection_filmed", "left", None) not in found
    assert found["knee_projection_filmed", "right", None]["uncertainty"] is None
    shown = run("analyze", squat_c3d, "--task", "squat", "--fppa", "8:11±3")
    assert shown.exit_code == 0
    assert "Knee projection angle, from video" in shown.stdout


def test_markers_of_a_mapping_place_the_feet(run_json, tmp_path) -> None:
    """Heels and toes under names that nobody knows; the person says which is which."""
    trial = walk_on_plates(GaitCourse(n_steps=2))
    feet = trial.markers[0]
    odd = MarkerRecording(feet.time_s, feet.positions_mm, ("a", "b", "c", "LHEE"))
    path = write_c3d(trial.changed(recordings=(*trial.forces, odd)), tmp_path / "walk.c3d")
    _, found = findings(run_json, path, "--task", "walking")
    assert {side for metric, side, _ in found if metric == "step_peak_force_n"} == {None}
    said = tmp_path / "markers.toml"
    said.write_text(
        '[markers.left]\nheel = "a"\ntoe = "b"\n[markers.right]\nheel = "c"\ntoe = "LHEE"\n', encoding="utf-8"
    )
    _, found = findings(run_json, path, "--task", "walking", "--setup", said)
    assert [found["step_peak_force_n", side, n]["side"] for n, side in enumerate(("left", "right"))] == [
        "left",
        "right",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("task = 'hopping'", "the task 'hopping' is not known"),
        ("[feet.left]\nlength_mm = 260\nwidth_mm = 95\nheel_mm = [0, 0]", "belong together"),
        ("[feet.left]\nlength_mm = 26\nwidth_mm = 95", "length_mm"),
        ("[plates]\nfirst = 'left'", "'first' is no number of a plate"),
        ("[markers.left]\nheal = 'a'", "'heal' is no role"),
        ("asymmetry = 'ratio'", "no formula of asymmetry called 'ratio'"),
        ("tusk = 'squat'", "tusk"),
        ("task = ", "is not TOML"),
    ],
)
def test_a_mistake_in_a_setup_is_told(run, squat_c3d, tmp_path, text, words) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    result = run("analyze", squat_c3d, "--setup", path)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert "wrong.toml" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--fppa", "8", "is not LEFT:RIGHT"),
        ("--asymmetry", "ratio", "no formula of asymmetry"),
        ("--task", "hopping", "is not known"),
    ],
)
def test_a_mistake_in_an_option_is_told(run, squat_c3d, option, value, words) -> None:
    result = run("analyze", squat_c3d, option, value)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())


def test_a_plate_that_is_not_there_is_the_files_fault(run, squat_c3d, tmp_path) -> None:
    path = tmp_path / "three.toml"
    path.write_text("[plates]\n3 = 'left'\n", encoding="utf-8")
    result = run("analyze", squat_c3d, "--setup", path)
    assert result.exit_code == 1
    assert "plate 3, but the trial has 2 plate(s)" in " ".join(result.stderr.split())


def test_widths_and_the_mat_reach_the_parameters() -> None:
    from footload.parameters import DEFAULTS, Asymmetry
    from footload.setups import Setup

    said = Setup.model_validate(
        {
            "involved": "right",
            "asymmetry": "involved",
            "marker_cutoff_hz": 6,
            "legs": {"left": {"knee_width_mm": 109, "ankle_width_mm": 64}},
            "mat": {"origin_mm": [10, 20], "turn_deg": 90},
        }
    ).parameters(DEFAULTS)
    assert (said.involved_side, said.asymmetry) == ("right", Asymmetry.OF_INVOLVED)
    assert (said.knee_width_mm, said.ankle_width_mm) == ((109.0, 0.0), (64.0, 0.0))
    assert (said.mat_origin_mm, said.mat_turn_deg, said.marker_cutoff_hz) == ((10.0, 20.0), 90.0, 6.0)
    assert said.foot_length_mm is None
    assert np.isclose(said.marker_radius_mm, DEFAULTS.marker_radius_mm)
