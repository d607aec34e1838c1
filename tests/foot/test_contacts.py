"""Finding the feet: side by side, one after the other, on the same spot, with a high arch, and what is no foot."""

import numpy as np
import pytest

from footload.foot.contacts import Thresholds, find_contacts
from footload.foot.zero import zeroed
from footload.parameters import DEFAULTS, Parameters
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic.demo import demo_squat, demo_walk
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.sensor import Sensor
from footload.synthetic.walking import walk, walking_contact
from footload.trials import Side

MAT = SensorLayout.rectangle(90, 80, 5.0)


def test_steps_of_a_walk_are_found_with_their_frames_and_sides() -> None:
    trial = demo_walk()
    contacts = find_contacts(trial.pressure)
    assert [c.side for c in contacts] == [t.side for t in trial.truth.contacts]
    for contact, truth in zip(contacts, trial.truth.contacts, strict=True):
        # the first and last frames of a roll-over carry a few newtons on no touched cell
        assert abs(contact.start - truth.start) <= 1
        assert abs(contact.stop - truth.stop) <= 1


def test_two_standing_feet_are_two_contacts_of_the_whole_trial() -> None:
    trial = demo_squat()
    contacts = find_contacts(trial.pressure)
    assert [c.side for c in contacts] == [Side.LEFT, Side.RIGHT]
    assert all((c.start, c.stop) == (0, trial.pressure.n_frames) for c in contacts)
    assert "already loaded in the first frame" in contacts[0].flags
    assert "still loaded in the last frame" in contacts[0].flags


def test_steps_on_the_same_spot_are_told_apart_by_time() -> None:
    foot = SyntheticFoot(Side.RIGHT, place_mm=(200, 225))
    trial = walk([foot, foot, foot], MAT, step_s=1.2)
    assert [c.start for c in find_contacts(trial.pressure)] == pytest.approx(
        [t.start for t in trial.truth.contacts], abs=1
    )


def test_a_turned_second_foot_on_the_place_of_the_first_gets_its_own_print() -> None:
    feet = [
        SyntheticFoot(Side.LEFT, place_mm=(200, 225)),
        SyntheticFoot(Side.RIGHT, place_mm=(215, 235), heading_deg=-25),
    ]
    contacts = find_contacts(walk(feet, MAT, step_s=1.0).pressure)
    assert [c.side for c in contacts] == [Side.LEFT, Side.RIGHT]
    assert contacts[1].axis is not None
    assert contacts[1].axis.progression_angle_deg > 15


def test_heel_and_forefoot_of_a_high_arch_are_one_foot() -> None:
    foot = SyntheticFoot(Side.LEFT, place_mm=(200, 225))
    recording = walking_contact(foot, MAT).pressure
    arch = (MAT.y_mm > 165) & (MAT.y_mm < 235)
    high = recording.with_step("no midfoot", pressure_kpa=np.where(arch, 0.0, recording.pressure_kpa))
    (contact,) = find_contacts(high)
    assert contact.axis is not None
    assert contact.axis.length_mm == pytest.approx(272, abs=8)  # the whole foot's print, within its cells
    assert contact.side is Side.LEFT


def test_nothing_on_the_mat_is_no_contact() -> None:
    assert find_contacts(PressureRecording(np.arange(5) / 10, np.zeros((5, MAT.n_sensors)), MAT)) == ()


def test_a_knock_is_too_short_to_be_a_contact() -> None:
    pressure = np.zeros((50, MAT.n_sensors))
    pressure[20:25, 2000:2030] = 200.0
    recording = PressureRecording(np.arange(50) / 100, pressure, MAT)
    assert find_contacts(recording) == ()
    assert len(find_contacts(recording, Parameters(shortest_contact_s=0.05))) == 1


def test_what_shows_no_foot_has_no_side_and_says_so() -> None:
    distance = np.hypot(MAT.x_mm - 200, MAT.y_mm - 200)
    pressure = np.tile(np.where(distance < 40, 100.0, 0.0), (50, 1))
    (contact,) = find_contacts(PressureRecording(np.arange(50) / 100, pressure, MAT))
    assert contact.axis is None
    assert contact.side is None
    assert any("no whole foot" in flag for flag in contact.flags)


def test_thresholds_of_counts_are_shares_of_the_recording() -> None:
    pressure = np.zeros((20, 100))
    pressure[:, :10] = 50.0
    counts = PressureRecording(np.arange(20) / 10, pressure, SensorLayout.rectangle(10, 10, 5.0), calibrated=False)
    assert Thresholds.of(counts, DEFAULTS) == Thresholds(contact=10.0, cop=10.0, loaded=0.5)


@pytest.mark.parametrize("seed", range(5))
def test_what_the_sensor_cuts_off_moves_the_cop_by_less_than_a_millimetre(seed: int) -> None:
    rng = np.random.default_rng(seed)
    foot = SyntheticFoot(Side.LEFT, place_mm=(200, 225), heading_deg=float(rng.uniform(-20, 20)))
    trial = walking_contact(foot, MAT)
    seen = trial.seen_by(Sensor(seed=seed))
    (contact,) = find_contacts(seen.pressure)
    cop = trial.truth.cop_mm[contact.start : contact.stop]
    strong = trial.truth.force_n[contact.start : contact.stop] > 100
    error_mm = np.hypot(*(contact.cop_mm - cop)[strong].T)
    # the sensor shows nothing below 12 counts (2.3 kPa), so the foot's rim is missing: that is the sensor's own error
    assert np.max(error_mm) < 1.0
    assert np.median(error_mm) < 0.2


def test_zeroing_takes_the_offset_of_the_empty_mat_away() -> None:
    recording = walking_contact(SyntheticFoot(Side.LEFT, place_mm=(200, 225)), MAT, pad_s=0.3).pressure
    lifted = recording.with_step("offset", pressure_kpa=recording.pressure_kpa + 7.0)
    back = zeroed(lifted, Parameters(zero_s=0.25))
    np.testing.assert_allclose(back.pressure_kpa, recording.pressure_kpa, atol=1e-9)
    assert back.history[-1].startswith("zeroed: mean of the first 0.25 s")


def test_a_noise_floor_cuts_what_lies_below_it() -> None:
    recording = PressureRecording([0.0, 1.0], [[4.9, 5.0], [6.0, 0.1]], SensorLayout.rectangle(1, 2, 5.0))
    floored = zeroed(recording, Parameters(noise_floor_kpa=5.0))
    assert floored.pressure_kpa.tolist() == [[0.0, 5.0], [6.0, 0.0]]
    assert "below 5 kPa is 0" in floored.history[-1]


def test_without_anything_to_do_the_recording_stays_the_same() -> None:
    recording = PressureRecording([0.0], [[1.0]], SensorLayout.rectangle(1, 1, 5.0))
    assert zeroed(recording, DEFAULTS) is recording


@pytest.mark.parametrize(
    ("parameters", "message"),
    [(Parameters(zero_s=5.0), "lasts only 1 s"), (Parameters(noise_floor_kpa=-1.0), "noise_floor_kpa is -1")],
)
def test_zeroing_that_makes_no_sense_is_refused(parameters: Parameters, message: str) -> None:
    recording = PressureRecording([0.0, 1.0], np.zeros((2, 1)), SensorLayout.rectangle(1, 1, 5.0))
    with pytest.raises(ValueError, match=message):
        zeroed(recording, parameters)
