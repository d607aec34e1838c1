"""Made movements written as C3D files of types 1 to 4 and read back."""

from __future__ import annotations

import numpy as np
import pytest

import footload as fl
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import Side
from footload.synthetic.jump import JumpCourse
from footload.synthetic.landing import DropCourse
from footload.synthetic.movement_files import movement_c3d
from footload.synthetic.plate_movements import drop_on_plates, jump_on_plates, squat_on_plates, stand_on_plates
from footload.synthetic.plates import PlateFileOptions
from footload.synthetic.running import RunCourse, run_on_plates
from footload.synthetic.squat import SquatTiming
from footload.synthetic.stance import StanceCourse
from footload.trials import Trial

ONE_SQUAT = SquatTiming(1, down_s=1.0, hold_s=0.3, up_s=1.0)


def read(tmp_path, trial: Trial, options: PlateFileOptions) -> Trial:
    path = tmp_path / "made.c3d"
    path.write_bytes(movement_c3d(trial, options))
    return fl.read(path)


@pytest.mark.parametrize("metres", [False, True])
@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_force_and_place_of_every_foot_come_back(tmp_path, kind: int, metres: bool) -> None:
    made = squat_on_plates(ONE_SQUAT, shift_mm=6, heading_deg=12)
    back = read(tmp_path, made, PlateFileOptions(type=kind, metres=metres))
    assert len(back.forces) == 2
    for old, new in zip(made.forces, back.forces, strict=True):
        n = new.n_frames
        np.testing.assert_allclose(new.plate.corners_mm, old.plate.corners_mm, atol=1e-3)
        # Single-precision numbers: a ten-millionth of 400 N, and of 80,000 N·mm over 300 N.
        np.testing.assert_allclose(new.force_n, old.force_n[:n], atol=2e-3)
        np.testing.assert_allclose(center_of_pressure_mm(new), center_of_pressure_mm(old)[:n], atol=2e-3)


@pytest.mark.parametrize(
    ("made", "metric", "truth"),
    [
        (drop_on_plates(DropCourse(height_m=0.3)), "drop_height", 300.0),
        (jump_on_plates(JumpCourse()), "jump_height_impulse", JumpCourse().height_mm),
        (run_on_plates(RunCourse()), "step_vertical_impulse", RunCourse().impulse_ns),
        (stand_on_plates(StanceCourse(), 6.0), "sway_path", None),
    ],
    ids=["drop", "jump", "run", "stance"],
)
def test_every_movement_can_be_written_and_its_answer_read(tmp_path, made: Trial, metric: str, truth) -> None:
    back = read(tmp_path, made, PlateFileOptions(type=3)).changed(task=made.task, participant=made.participant)
    for old, new in zip(made.forces, back.forces, strict=True):
        np.testing.assert_allclose(new.force_n, old.force_n[: new.n_frames], atol=5e-3)
    # The values of one foot in a stance need its place, which a file does not hold; steps get theirs from the markers.
    values, direct = (
        [f.value for f in fl.analyze(trial).findings if f.metric == metric and (f.side is None or "step" in metric)]
        for trial in (back, made)
    )
    assert len(values) >= 1
    assert values == pytest.approx(direct, rel=1e-3)
    if truth is not None:
        assert values == pytest.approx([truth] * len(values), rel=0.01)


def test_the_knee_angle_and_the_place_of_the_feet_are_in_the_file(tmp_path) -> None:
    made = squat_on_plates(ONE_SQUAT, knee_mm=30, heading_deg=8)
    back = read(tmp_path, made, PlateFileOptions(type=4))
    (markers,) = back.markers
    knee = markers.positions_mm[:, markers.labels.index("LKJC")]
    hip = markers.positions_mm[:, markers.labels.index("LHJC")]
    inward = (knee - hip)[:, 0].max()
    assert inward == pytest.approx(30, abs=1e-3)  # the left knee goes to the right: medially
    for placement in made.foot_placements:
        letter = "L" if placement.side is Side.LEFT else "R"
        heel = markers.positions_mm[0, markers.labels.index(letter + "HEE")]
        toe = markers.positions_mm[0, markers.labels.index(letter + "TOE")]
        np.testing.assert_allclose(heel[:2], placement.heel_mm, atol=1e-3)
        np.testing.assert_allclose(toe[:2], placement.forefoot_mm, atol=1e-3)


def test_a_trial_without_plates_is_refused() -> None:
    with pytest.raises(ValueError, match="has no plate"):
        movement_c3d(Trial("legs", squat_on_plates(ONE_SQUAT).markers))


def test_rates_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="whole multiple"):
        movement_c3d(squat_on_plates(ONE_SQUAT, rate_hz=250), frame_rate_hz=100)
