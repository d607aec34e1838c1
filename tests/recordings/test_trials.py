import numpy as np
import pytest

from footload.errors import UnresolvedTrialError
from footload.recordings import ForceRecording, MarkerRecording, PlateGeometry, PressureRecording, SensorLayout
from footload.trials import FootPlacement, Participant, Side, Task, Trial

PRESSURE = PressureRecording([0.5, 0.51], np.zeros((2, 4)), SensorLayout.rectangle(2, 2, 5.0))
FORCE = ForceRecording([0, 1.5], np.zeros((2, 3)), np.zeros((2, 3)), PlateGeometry(np.zeros((4, 3))))
MARKERS = MarkerRecording([0.0], np.zeros((1, 1, 3)), ("heel",))


def test_a_trial_sorts_its_recordings_by_kind():
    trial = Trial("walk", (FORCE, PRESSURE, MARKERS))
    assert trial.pressures == (PRESSURE,)
    assert trial.forces == (FORCE,)
    assert trial.markers == (MARKERS,)
    assert trial.pressure is PRESSURE
    assert trial.contents == "1 pressure recording, 1 force plate recording, 1 marker recording"


def test_a_trial_lasts_from_its_first_to_its_last_frame():
    assert Trial("walk", (FORCE, PRESSURE)).duration_s == 1.5
    assert Trial("walk", (PRESSURE,)).duration_s == pytest.approx(0.01)


def test_a_trial_holds_at_least_one_recording():
    with pytest.raises(ValueError, match="'empty' has no recording"):
        Trial("empty", ())


def test_a_trial_without_a_mat_says_what_it_holds():
    with pytest.raises(UnresolvedTrialError, match="no pressure recording; it holds 1 force plate"):
        _ = Trial("jump", (FORCE,)).pressure


def test_changing_a_trial_makes_the_next_one():
    old = Trial("walk", (PRESSURE,), notes={"task": "not said"})
    new = old.changed(task=Task.WALKING, side=Side.LEFT)
    assert (new.task, new.side, new.notes["task"]) == (Task.WALKING, Side.LEFT, "not said")
    assert (old.task, old.side) == (Task.UNKNOWN, None)


def test_notes_cannot_be_changed_from_either_side():
    notes = {"task": "not said"}
    trial = Trial("walk", (PRESSURE,), notes=notes)
    notes["task"] = "said"
    assert trial.notes["task"] == "not said"
    with pytest.raises(TypeError):
        trial.notes["task"] = "said"


def test_each_side_has_another():
    assert Side.LEFT.other is Side.RIGHT
    assert Side.RIGHT.other is Side.LEFT


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"body_mass_kg": 0.0}, "body_mass_kg is 0, but a person has a positive number of kg"),
        ({"body_mass_kg": 75000.0}, "below 1000"),
        ({"age_years": -1.0}, "age_years is -1"),
        ({"sex": "f"}, "known are 'female', 'male'"),
    ],
)
def test_an_impossible_participant_says_what_is_wrong(wrong, says):
    with pytest.raises(ValueError, match=says):
        Participant("p1", **wrong)


def test_a_participant_may_be_unknown():
    assert np.isnan(Participant().body_mass_kg)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"length_mm": 0}, "length_mm is 0"),
        ({"width_mm": float("nan")}, "width_mm is nan"),
        ({"forefoot_mm": (0, 0)}, "needs two places"),
    ],
)
def test_an_impossible_foot_placement_says_what_is_wrong(wrong, says):
    values = {"side": Side.LEFT, "heel_mm": (0, 0), "forefoot_mm": (0, 150), "length_mm": 260, "width_mm": 95}
    with pytest.raises(ValueError, match=says):
        FootPlacement(**(values | wrong))
