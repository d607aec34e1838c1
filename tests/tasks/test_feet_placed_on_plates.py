"""A plate does not see the foot: its place is entered, seen by markers or by a mat on it; else there is no shift."""

import numpy as np
import pytest

import footload as fl
from footload.recordings import ForceRecording, MarkerRecording, PlateGeometry, SensorLayout, Side
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates, squat_on_plates
from footload.synthetic.squat import SquatTiming, squat
from footload.synthetic.standing_feet import StandingFoot
from footload.tasks.foot_places import FootPlaces, placed_on, side_on
from footload.trials import Task, Trial

SIZES = {"foot_length_mm": (260.0, 260.0), "foot_width_mm": (95.0, 95.0)}
SHIFT = 100 * 6 / 95


def marked(trial, hop_mm=0.0, at_s=0.0):
    """Without entered places, but with heel and toe markers; all feet stand so far ahead from a time on."""
    time_s = trial.forces[0].time_s[::5]
    labels, places = [], []
    for placement in trial.foot_placements:
        for name, at in (("HEE", placement.heel_mm), ("TOE", placement.forefoot_mm)):
            labels.append(placement.side.value[0].upper() + name)
            path = np.tile([*at, 40.0], (len(time_s), 1))
            path[:, 1] += np.where(time_s >= at_s, hop_mm, 0.0)
            places.append(path)
    legs = list(trial.markers)
    if legs:
        labels += legs[0].labels
        places += [legs[0].positions_mm[:, i] for i in range(len(legs[0].labels))]
    feet = MarkerRecording(time_s, np.stack(places, axis=1), tuple(labels))
    return trial.changed(recordings=(*trial.forces, feet), foot_placements=())


def values(trial, **more):
    return {(f.metric, f.side, f.repetition): f for f in fl.analyze(trial, fl.Parameters(**more)).findings}


@pytest.mark.parametrize("heading_deg", [0.0, 20.0, -35.0])
def test_heel_and_toe_markers_place_the_feet_of_a_squat(heading_deg):
    trial = marked(squat_on_plates(SquatTiming(3), heading_deg=heading_deg, rate_hz=250.0))
    found = values(trial, **SIZES)
    for side in Side:
        finding = found["cop_medial_shift_at_depth", side, 1]
        assert finding.value == pytest.approx(SHIFT, abs=0.05)
        assert any("heel and toe markers" in note for note in finding.notes)
        assert found["cop_ap_at_depth", side, 1].value == pytest.approx(100 * 130 / 260, abs=0.1)


def test_markers_without_the_feets_size_refuse_the_shift():
    found = values(marked(squat_on_plates(SquatTiming(3), rate_hz=250.0)))
    finding = found["cop_medial_shift_at_depth", Side.LEFT, 1]
    assert np.isnan(finding.value)
    assert "its length and width were not measured and entered" in finding.reason


def test_markers_place_the_feet_of_a_landing_each_time_they_come_down():
    """Between the drop and the rebound's landing the feet get 60 mm further: each contact has its own place."""
    course = DropCourse(rebound_m_per_s=2.2)
    down_s = course.touchdowns_s[1] - 0.1
    trial = drop_on_plates(course, shift_mm=(5.0, -3.0), rate_hz=500.0)
    time_s = trial.forces[0].time_s
    forces = []
    for force in trial.forces:
        # the load moves with the feet: the moment of a force 60 mm further ahead
        arm = np.column_stack([np.zeros(len(time_s)), np.where(time_s >= down_s, 60.0, 0.0), np.zeros(len(time_s))])
        moment = force.moment_nmm + np.cross(arm, force.force_n)
        forces.append(ForceRecording(time_s, force.force_n, moment, force.plate))
    moved = marked(trial.changed(recordings=tuple(forces)), hop_mm=60.0, at_s=down_s)
    found = values(moved, **SIZES)
    for number in (0, 1):
        assert found["landing_medial_shift_early", Side.LEFT, number].value == pytest.approx(100 * 5 / 95, abs=0.01)
        assert found["landing_medial_shift_early", Side.RIGHT, number].value == pytest.approx(-100 * 3 / 95, abs=0.01)
        assert found["landing_cop_ap_at_peak_force", Side.LEFT, number].value == pytest.approx(100 * 140 / 260, abs=0.1)


def test_a_foot_that_never_stands_still_has_no_place():
    trial = marked(squat_on_plates(SquatTiming(3), rate_hz=250.0))
    feet = trial.markers[0]
    circle = 50 * np.column_stack([np.cos(5 * feet.time_s), np.sin(5 * feet.time_s), np.zeros(feet.n_frames)])
    round_and_round = MarkerRecording(feet.time_s, feet.positions_mm + circle[:, None], feet.labels)
    trial = trial.changed(recordings=(*trial.forces, round_and_round))
    found = placed_on(trial.forces[0], Side.LEFT, FootPlaces.of(trial, fl.Parameters(**SIZES)))
    assert found.axes == ()
    assert found.reason == "the markers never show the left foot standing on its plate"


def test_both_feet_on_one_plate_have_no_plate_of_their_own():
    trial = marked(squat_on_plates(SquatTiming(3), rate_hz=250.0))
    wide = PlateGeometry(np.array([[-400, 200, 0], [400, 200, 0], [400, -200, 0], [-400, -200, 0]], float))
    left, right = trial.forces
    moment = sum(f.moment_nmm + np.cross(f.plate.corners_mm.mean(axis=0), f.force_n) for f in (left, right))
    one = ForceRecording(left.time_s, left.force_n + right.force_n, moment, wide)
    trial = trial.changed(recordings=(one, *trial.markers))
    assert side_on(one, FootPlaces.of(trial, fl.Parameters())) == (None, "Both feet are on plate 1.")
    analysis = fl.analyze(trial)
    assert "so it has no values of one foot. Both feet are on plate 1." in " ".join(analysis.notes)
    assert len(analysis.repetitions) == 3


# A mat on the plates ------------------------------------------------------------------------------------------------


def with_mat(turn_deg=0.0):
    """A squat on a mat that lies on two plates: the plates feel what the mat sees, at the CoP that the mat sees."""
    layout = SensorLayout.rectangle(70, 100, 5.0)
    feet = (
        StandingFoot(SyntheticFoot(Side.LEFT, place_mm=(150.0, 175.0), heading_deg=6.0), 5.0),
        StandingFoot(SyntheticFoot(Side.RIGHT, place_mm=(350.0, 175.0), heading_deg=-6.0), 3.0),
    )
    mat = squat(feet, layout, timing=SquatTiming(2), sampling_rate_hz=40.0).trial
    turn = np.deg2rad(turn_deg)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    origin = np.array([1000.0, 2000.0])
    plates = []
    for contact in fl.analyze(mat).contacts:
        low = 0.0 if contact.side is Side.LEFT else 250.0
        corners = np.array([[low, 350], [low + 250, 350], [low + 250, 0], [low, 0]]) @ rotation.T + origin
        at = contact.cop_mm @ rotation.T + origin - corners.mean(axis=0)
        force = np.column_stack([np.zeros((contact.n_frames, 2)), contact.force])
        moment = np.cross(np.column_stack([at, np.zeros(len(at))]), force)
        plates.append(
            ForceRecording(contact.time_s, force, moment, PlateGeometry(np.column_stack([corners, np.zeros(4)])))
        )
    return mat, Trial("mat on plates", (mat.pressure, *plates), Task.SQUAT)


@pytest.mark.parametrize("turn_deg", [0.0, 30.0])
def test_a_mat_places_the_feet_on_the_plates(turn_deg):
    """The same axis, the same CoP: the plates give the shift that the mat alone gives."""
    mat, both = with_mat(turn_deg)
    alone = values(mat)
    together = values(both, mat_origin_mm=(1000.0, 2000.0), mat_turn_deg=turn_deg)
    for side in Side:
        for number in range(2):
            at = ("cop_medial_shift_at_depth", side, number)
            assert together[at].value == pytest.approx(alone[at].value, abs=0.15)
            assert any("print on the mat that lies on the plate" in note for note in together[at].notes)
    # the plates add what a mat does not give by foot, and the mat keeps its prints
    assert np.isfinite(together["eccentric_peak_force", Side.LEFT, 0].value)
    assert any(metric == "arch_index" for metric, _, _ in together)


def test_the_curves_of_plates_under_a_mat_are_on_the_frames_of_the_mat():
    mat, both = with_mat()
    every_second = tuple(ForceRecording(f.time_s[::2], f.force_n[::2], f.moment_nmm[::2], f.plate) for f in both.forces)
    slower = both.changed(recordings=(both.pressure, *every_second))
    found = fl.analyze(slower, fl.Parameters(mat_origin_mm=(1000.0, 2000.0), mat_turn_deg=0.0))
    alone = fl.analyze(mat)
    assert found.depth_mm is not None
    assert len(found.depth_mm) == both.pressure.n_frames
    for side in Side:
        one, other = found.shifts[side], alone.shifts[side]
        assert np.array_equal(one.time_s, both.pressure.time_s)
        # The plates' last sample is up to a frame of the mat old; half a per cent of the width in the quickest part.
        assert one.shift_percent == pytest.approx(other.shift_percent, abs=0.6)


def test_a_mat_whose_place_nobody_said_is_analyzed_by_itself():
    mat, both = with_mat()
    one, other = values(mat), values(both)
    for side in Side:
        at = ("cop_medial_shift_at_depth", side, 1)
        assert other[at].value == pytest.approx(one[at].value)
