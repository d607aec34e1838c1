"""Every reason for which a squat or a landing does not count, on plates and mats; and none where nothing is wrong."""

import numpy as np
import pytest

import footload as fl
from footload.recordings import ForceRecording, MarkerRecording, PlateGeometry, SensorLayout, Side
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates, squat_on_plates
from footload.synthetic.squat import SquatTiming
from footload.synthetic.squat import squat as squat_on_mat
from footload.synthetic.standing_feet import StandingFoot
from footload.trials import Task

TIMING = SquatTiming(3)
REPETITION = 1


def squat(**more):
    """Three squats on two plates at 200 Hz."""
    return squat_on_plates(TIMING, rate_hz=200.0, **more)


def middle_s(trial, number=REPETITION):
    """When a repetition is deepest."""
    clean = fl.analyze(trial)
    return float(trial.forces[0].time_s[clean.repetitions[number].deepest_frame])


def near(time_s, at_s, lasts_s):
    return np.abs(time_s - at_s) < lasts_s / 2


def loaded(trial, factors):
    """The same trial with the force of each plate times a factor in each frame."""
    forces = tuple(
        ForceRecording(f.time_s, f.force_n * by[:, None], f.moment_nmm * by[:, None], f.plate, f.source, (), f.side)
        for f, by in zip(trial.forces, factors, strict=True)
    )
    return trial.changed(recordings=(*forces, *trial.markers))


def with_feet(trial, turned_deg=0.0, moved_mm=0.0, at_s=0.0, noise_mm=0.0):
    """Heel and toe markers of feet that stand where the trial places them; the left one turns or moves at some time."""
    rate_hz = 100.0
    time_s = np.arange(round((trial.forces[0].time_s[-1] + 0.005) * rate_hz)) / rate_hz
    rng = np.random.default_rng(3)
    labels, places = [], []
    for placement in trial.foot_placements:
        heel, toe = np.array(placement.heel_mm), np.array(placement.forefoot_mm)
        left = placement.side is Side.LEFT
        share = np.clip((time_s - at_s) / 0.2, 0, 1)[:, None] * left
        angle = np.deg2rad(turned_deg) * share[:, 0]
        along = toe - heel
        turned = np.column_stack(
            [along[0] * np.cos(angle) - along[1] * np.sin(angle), along[0] * np.sin(angle) + along[1] * np.cos(angle)]
        )
        base = heel + share * np.array([0.0, moved_mm])
        for name, flat in (("HEE", base), ("TOE", base + turned)):
            at = np.column_stack([flat, np.full(len(time_s), 40.0)])
            labels.append(placement.side.value[0].upper() + name)
            places.append(at + rng.normal(0, noise_mm, at.shape) if noise_mm else at)
    feet = MarkerRecording(time_s, np.stack(places, axis=1), tuple(labels), "synthetic feet")
    return trial.changed(recordings=(*trial.forces, feet))


def reasons(trial):
    return [repetition.rejected for repetition in fl.analyze(trial).repetitions]


def only(found, start):
    """The wrong repetition is named, and it alone."""
    assert found[REPETITION].startswith(start)
    assert [reason for number, reason in enumerate(found) if number != REPETITION] == [""] * (len(found) - 1)


def test_a_foot_that_turns_is_named():
    """And those after it, since the foot's axis was taken at the beginning."""
    trial = squat()
    found = reasons(with_feet(trial, turned_deg=12.0, at_s=middle_s(trial)))
    assert found[:2] == ["", "foot turned: the left foot points 12 degrees elsewhere than before"]
    assert found[2] == (
        "foot turned: the left foot points 12 degrees elsewhere than at the beginning, where its axis was taken"
    )


@pytest.mark.parametrize("turned_deg", [-4.0, 4.0])
def test_a_foot_that_turns_less_than_five_degrees_counts(turned_deg):
    trial = squat()
    assert reasons(with_feet(trial, turned_deg=turned_deg, at_s=middle_s(trial))) == ["", "", ""]


def test_a_foot_that_stands_elsewhere_is_named():
    trial = squat()
    only(reasons(with_feet(trial, moved_mm=45.0, at_s=middle_s(trial))), "stepped: the left foot stands 45 mm away")


def test_a_foot_that_is_lifted_is_named():
    trial = squat()
    time_s = trial.forces[0].time_s
    up = near(time_s, middle_s(trial), 0.1)
    left, right = (force.force_n[:, 2] for force in trial.forces)
    only(reasons(loaded(trial, (np.where(up, 0, 1.0), np.where(up, (left + right) / right, 1.0)))), "stepped: the left")


def test_the_other_foot_that_comes_down_is_named():
    """On one leg on the left plate: for 0.15 s the right one carries 80 N."""
    trial = squat(left_part=0.9999).changed(task=Task.SINGLE_LEG_SQUAT, side=Side.LEFT)
    time_s = trial.forces[0].time_s
    left, right = (force.force_n[:, 2] for force in trial.forces)
    down = near(time_s, middle_s(trial), 0.15)
    touched = loaded(trial, (np.where(down, (left - 80) / left, 1.0), np.where(down, 80 / right, 1.0)))
    only(reasons(touched), "touched down: the other foot carried up to 80 N")


def test_a_foot_off_the_plate_is_named():
    """A tenth of the body weight is missing for 1.2 s."""
    trial = squat()
    off = np.where(near(trial.forces[0].time_s, middle_s(trial), 1.2), 0.88, 1.0)
    assert reasons(loaded(trial, (off, off)))[REPETITION].startswith("off the plate: ")


def test_a_foot_whose_outline_reaches_over_the_edge_is_named():
    trial = squat()
    left, right = trial.foot_placements
    moved = fl.trials.FootPlacement(Side.RIGHT, (15.0, -130.0), (15.0, 78.0), 260.0, 95.0)
    found = reasons(trial.changed(foot_placements=(left, moved)))
    assert found == ["off the plate: the right foot reaches 32 mm over the edge"] * 3
    assert right.heel_mm == (200.0, -130.0)


def test_a_hop_is_a_lost_balance():
    trial = squat()
    hop = np.where(near(trial.forces[0].time_s, middle_s(trial), 0.08), 0.0, 1.0)
    assert reasons(loaded(trial, (hop, hop)))[REPETITION] == "lost balance: both feet left the ground"


def test_a_rejected_repetition_has_no_values_unless_they_are_asked_for():
    trial = squat()
    turned = with_feet(trial, turned_deg=12.0, at_s=middle_s(trial))
    found = fl.analyze(turned)
    assert {f.repetition for f in found.findings if f.metric == "cop_medial_shift_at_depth"} == {0}
    assert any(note.startswith("Repetition 2 does not count: foot turned") for note in found.notes)
    kept = fl.analyze(turned, fl.Parameters(keep_rejected=True))
    assert {f.repetition for f in kept.findings if f.metric == "cop_medial_shift_at_depth"} == {0, 1, 2}
    assert any(note.startswith("Repetition 2 was kept: foot turned") for note in kept.notes)


# Landings -----------------------------------------------------------------------------------------------------------


def drop(**more):
    return drop_on_plates(DropCourse(), rate_hz=500.0, **more)


def test_a_foot_that_turns_after_landing_is_named():
    trial = drop()
    (found,) = reasons(with_feet(trial, turned_deg=15.0, at_s=0.9))
    assert found.startswith("foot turned: the left foot points 15 degrees")


def test_a_step_after_landing_is_named():
    trial = drop()
    time_s = trial.forces[0].time_s
    left, right = (force.force_n[:, 2] for force in trial.forces)
    up = near(time_s, 1.2, 0.15)
    more = (left + right) / np.maximum(right, 1e-9)
    (found,) = reasons(loaded(trial, (np.where(up, 0.0, 1.0), np.where(up, more, 1.0))))
    assert found == "stepped: the left foot was lifted after landing"


def test_the_other_foot_in_a_landing_on_one_leg_is_named():
    trial = drop(left_part=0.9999).changed(side=Side.LEFT)
    assert reasons(trial) == [""]
    time_s = trial.forces[0].time_s
    left, right = (force.force_n[:, 2] for force in trial.forces)
    down = near(time_s, 1.0, 0.2)
    lighter = np.where(down, (left - 100) / np.maximum(left, 1), 1.0)
    (found,) = reasons(loaded(trial, (lighter, np.where(down, 100 / np.maximum(right, 1e-9), 1.0))))
    assert found.startswith("touched down: the other foot carried up to 100 N")


def test_who_does_not_come_to_rest_lost_the_balance():
    trial = drop()
    time_s = trial.forces[0].time_s
    restless = 1 + np.where(time_s > 0.7, 0.15 * np.sin(2 * np.pi * 1.7 * time_s), 0.0)
    (found,) = reasons(loaded(trial, (restless, restless)))
    assert found == "lost balance: the person does not come to rest within 3 s"


def test_a_landing_partly_off_the_plate_is_named():
    """Half of the right foot stands beside its plate: a tenth of the stated body weight is missing."""
    trial = drop()
    lighter = np.full(trial.forces[0].n_frames, 0.8)
    (found,) = reasons(loaded(trial, (np.ones_like(lighter), lighter)))
    assert found == "off the plate: 10 % of the body weight is missing after it"


# Nothing wrong ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_none_of_a_hundred_clean_squats_and_landings_is_rejected(seed):
    """25 repetitions in each: feet turned outward, markers with 1 mm of noise, plates with 1 N."""
    rng = np.random.default_rng(seed)
    for _ in range(5):
        timing = SquatTiming(
            3, down_s=rng.uniform(0.8, 1.8), up_s=rng.uniform(0.8, 1.6), depth_m=rng.uniform(0.15, 0.45)
        )
        trial = squat_on_plates(
            timing, rate_hz=200.0, noise_n=1.0, heading_deg=rng.uniform(-30, 30), left_part=rng.uniform(0.35, 0.65)
        )
        assert reasons(with_feet(trial, noise_mm=1.0)) == ["", "", ""]
    for _ in range(10):
        course = DropCourse(body_mass_kg=rng.uniform(50, 100), height_m=rng.uniform(0.2, 0.5))
        trial = drop_on_plates(course, rate_hz=500.0, noise_n=1.0, heading_deg=rng.uniform(-30, 30))
        assert reasons(with_feet(trial, noise_mm=1.0)) == [""]


def test_plates_without_a_place_still_name_what_the_force_shows():
    trial = squat(placed=False)
    nowhere = PlateGeometry(np.full((4, 3), np.nan))
    forces = tuple(
        ForceRecording(f.time_s, f.force_n, np.full_like(f.moment_nmm, np.nan), nowhere, side=f.side)
        for f in trial.forces
    )
    trial = trial.changed(recordings=forces)
    assert reasons(trial) == ["", "", ""]
    time_s = trial.forces[0].time_s
    up = near(time_s, middle_s(trial), 0.1)
    left, right = (force.force_n[:, 2] for force in trial.forces)
    only(reasons(loaded(trial, (np.where(up, 0, 1.0), np.where(up, (left + right) / right, 1.0)))), "stepped: the left")


# On a mat -----------------------------------------------------------------------------------------------------------

MAT = SensorLayout.rectangle(70, 100, 5.0)


def on_mat(left_heading=7.0, left_y=175.0, left_part=0.5, right=True, **timing):
    """Three squats at 50 Hz; the left foot points and stands as is said."""
    feet = [StandingFoot(SyntheticFoot(Side.LEFT, place_mm=(150.0, left_y), heading_deg=left_heading), 5.0)]
    if right:
        feet.append(StandingFoot(SyntheticFoot(Side.RIGHT, place_mm=(350.0, 175.0), heading_deg=-7.0), 3.0))
    made = squat_on_mat(tuple(feet), MAT, timing=SquatTiming(3, **timing), left_part=left_part, sampling_rate_hz=50.0)
    return made.trial


def from_then_on(first, second, at_s):
    """The frames of one trial, and from a time on those of another."""
    recording = first.pressure
    later = recording.time_s >= at_s
    pressure = np.where(later[:, None], second.pressure.pressure_kpa, recording.pressure_kpa)
    return first.changed(recordings=(recording.with_step("put together", pressure_kpa=pressure),))


def test_nothing_is_wrong_on_the_mat():
    assert reasons(on_mat()) == ["", "", ""]


def test_a_foot_that_turns_on_the_mat_is_named():
    found = reasons(from_then_on(on_mat(), on_mat(left_heading=22.0), at_s=7.3))
    assert found[0] == ""
    assert found[1].startswith("foot turned: the left foot points 1")
    assert found[2].startswith("foot turned: the left foot points 1")
    assert "than at the beginning" in found[2]


def test_a_foot_that_steps_on_the_mat_is_named():
    found = reasons(from_then_on(on_mat(), on_mat(left_y=215.0), at_s=7.3))
    assert found[REPETITION].startswith("stepped: the left foot stands 4")
    assert [found[0], found[2]] == ["", ""]


def test_the_other_foot_on_the_mat_is_named():
    """On the left leg; for 0.3 s the right foot carries a fifth."""
    alone = on_mat(right=False).changed(task=Task.SINGLE_LEG_SQUAT)
    assert reasons(alone) == ["", "", ""]
    both = on_mat(left_part=0.8)
    down = from_then_on(from_then_on(alone, both, 7.2), alone, 7.5)
    found = reasons(down)
    assert found[REPETITION].startswith("touched down: the other foot carried up to ")
    assert [found[0], found[2]] == ["", ""]


@pytest.mark.parametrize("seed", range(3))
def test_none_of_the_clean_squats_on_a_mat_is_rejected(seed):
    rng = np.random.default_rng(seed)
    for _ in range(2):
        trial = on_mat(
            left_heading=rng.uniform(-10, 25), left_y=rng.uniform(165, 185), left_part=rng.uniform(0.35, 0.65),
            down_s=rng.uniform(0.8, 1.8), depth_m=rng.uniform(0.15, 0.45),
        )  # fmt: skip
        recording = trial.pressure
        noisy = np.maximum(recording.pressure_kpa + rng.normal(0, 1.0, recording.pressure_kpa.shape), 0)
        noisy = np.where(recording.pressure_kpa > 0, noisy, 0)
        assert reasons(trial.changed(recordings=(recording.with_step("noise", pressure_kpa=noisy),))) == ["", "", ""]
