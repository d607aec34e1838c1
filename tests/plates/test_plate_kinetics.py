"""Plates of every type against loads that are known by statics."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.c3d.numbers import Processor
from footload.c3d.writing import C3dStorage
from footload.errors import UnreadableTrialError
from footload.plates.geometry import PlateAxes, inside
from footload.plates.pressure_center import center_of_pressure_mm, free_moment_nmm, load_n
from footload.plates.wrenches import PlateDefinition, force_and_moment
from footload.readers.c3d import load
from footload.recordings import ForceRecording, PlateGeometry
from footload.synthetic.plates import (
    CORNERS_MM,
    ORIGIN_MM,
    SENSORS_MM,
    KnownLoad,
    PlateFileOptions,
    calibration,
    plate_c3d,
    plate_channels,
    plate_rotation,
    standing_load,
    statics,
)

LOAD = standing_load()
UP = np.array([0.0, 0.0, -1.0])  # in a plate whose own z points down
SIX, EIGHT = {1, 2, 4, 5}, {3, 7}


def read(tmp_path, load_, options, **more):
    path = tmp_path / "plate.c3d"
    path.write_bytes(plate_c3d(load_, options, **more))
    return load(path)


def agrees(recording: ForceRecording, truth: KnownLoad, least_n: float = 20.0) -> None:
    """Within 1e-3 N, 1e-3 mm and 1 N·mm of statics: what the requirement asks, and about what 32-bit numbers hold."""
    loaded = truth.force_n[:, 2] >= least_n
    np.testing.assert_allclose(recording.force_n, truth.force_n, atol=1e-3, rtol=0)
    center = center_of_pressure_mm(recording)
    assert (np.isfinite(center).all(axis=1) == loaded).all()
    np.testing.assert_allclose(center[loaded], truth.center_mm[loaded], atol=1e-3, rtol=0)
    np.testing.assert_allclose(free_moment_nmm(recording)[loaded], truth.free_moment_nmm[loaded], atol=1.0, rtol=0)


# By hand ----------------------------------------------------------------------------------------------------------


def test_a_weight_40_mm_beside_the_center_of_a_six_channel_plate_by_hand():
    # 100 N down at x = +40 mm in a plate with z down; sensors 50 mm below: the file holds the force on the person.
    definition = PlateDefinition(1, 2, CORNERS_MM, np.array([0.0, 0.0, -50.0]))
    force, moment = force_and_moment(definition, np.array([[0, 0, -100.0, 0, 4000.0, 0]]), UP)
    assert -moment[0, 1] / force[0, 2] == 40.0
    assert moment[0, 0] == 0.0


def test_a_push_to_the_side_moves_the_center_of_pressure_by_depth_times_shear_by_hand():
    definition = PlateDefinition(1, 3, CORNERS_MM, np.array([100.0, 200.0, 50.0]))
    # 400 N on four sensors, 40 N along x: without the depth of 50 mm the center would be off by 5 mm.
    channels = np.array([[20.0, 20.0, 0, 0, 100.0, 100.0, 100.0, 100.0]])
    force, moment = force_and_moment(definition, channels, UP)
    assert force.tolist() == [[40.0, 0.0, 400.0]]
    assert -moment[0, 1] / force[0, 2] == pytest.approx(-5.0)


def test_corners_span_axes_with_z_down_by_hand():
    axes = PlateAxes.of(PlateGeometry(CORNERS_MM))
    assert axes.center_mm.tolist() == [1000, 2000, 0]
    assert axes.rotation.tolist() == [[-1, 0, 0], [0, 1, 0], [0, 0, -1]]
    assert axes.normal.tolist() == [0, 0, 1]


def test_a_plate_without_known_corners_has_its_center_at_the_origin():
    axes = PlateAxes.of(PlateGeometry(np.full((4, 3), np.nan)))
    assert axes.center_mm.tolist() == [0, 0, 0]


def test_corners_on_one_line_are_refused_with_a_sentence():
    line = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]])
    with pytest.raises(ValueError, match="on one line"):
        PlateAxes.of(PlateGeometry(line))
    with pytest.raises(ValueError, match="do not span"):
        PlateAxes.of(PlateGeometry(np.zeros((4, 3))))


def test_places_inside_a_plate_by_hand():
    plate = PlateGeometry(CORNERS_MM)
    places = np.array([[1000.0, 2000, 80], [1310, 2000, 0], [np.nan, 0, 0]])
    np.testing.assert_allclose(inside(plate, places), [300, -10, np.nan])
    assert inside(plate, places, 20)[1] == 10


# Every type, sign, unit and storage --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "origin_reversed", "action"), list(itertools.product([1, 2, 3, 4, 5, 7], [False, True], [False, True]))
)
def test_every_type_with_either_sign_of_origin_and_load(tmp_path, kind, origin_reversed, action):
    trial = read(tmp_path, LOAD, PlateFileOptions(kind, origin_reversed, action))
    agrees(trial.forces[0], LOAD)
    turned = [step for step in trial.forces[0].history if "turned round" in step]
    assert bool(turned) is action


@pytest.mark.parametrize(("kind", "silent"), list(itertools.product([1, 2, 3, 4], [False, True])))
def test_metres_and_units_left_empty(tmp_path, kind, silent):
    trial = read(tmp_path, LOAD, PlateFileOptions(kind, metres=True, silent_units=silent))
    agrees(trial.forces[0], LOAD)
    assert any("taken as m" in note for note in trial.notes.values()) is silent
    agrees(read(tmp_path, LOAD, PlateFileOptions(kind, silent_units=True)).forces[0], LOAD)


def test_corners_in_mm_of_a_file_that_says_m(tmp_path):
    data = plate_c3d(LOAD, PlateFileOptions(3))
    assert data.count(b"UNITS") >= 1
    at = data.index(b"\x05\x01UNITS") + 7
    record = data[at : at + 40]
    here = at + record.index(b"mm")
    path = tmp_path / "plate.c3d"
    path.write_bytes(data[:here] + b"m " + data[here + 2 :])
    trial = load(path)
    agrees(trial.forces[0], LOAD)
    assert any("says 'm'" in note and "taken as mm" in note for note in trial.notes.values())


@pytest.mark.parametrize(("kind", "processor"), list(itertools.product([1, 2, 3, 4], [Processor.DEC, Processor.MIPS])))
def test_other_processors(tmp_path, kind, processor):
    agrees(read(tmp_path, LOAD, PlateFileOptions(kind, storage=C3dStorage(processor))).forces[0], LOAD)


@pytest.mark.parametrize(
    ("kind", "processor", "reversed_"), list(itertools.product([1, 2, 3, 4], list(Processor), [False, True]))
)
def test_whole_numbers_of_every_processor(tmp_path, kind, processor, reversed_):
    """Loads whose channels are whole multiples of the scale, so that rounding takes nothing away."""
    scale = {1: [0.0625] * 3 + [0.0078125] * 2 + [1.0], 2: [0.0625] * 3 + [16.0] * 3, 3: [0.03125] * 8}
    scale = np.array(scale.get(kind, [0.03125] * 3 + [0.03125] * 3))
    options = PlateFileOptions(kind, reversed_, storage=C3dStorage(processor, integers=True), scale=scale)
    stored = np.rint(plate_channels(LOAD, options) / scale) * scale
    truth = load_of(kind, stored)
    assert np.abs(truth.center_mm - LOAD.center_mm).max() < 1.0  # rounding moved the load a little, and is known
    agrees(read(tmp_path, truth, options).forces[0], truth)


def load_of(kind: int, channels: np.ndarray) -> KnownLoad:
    """The load behind channels, by statics; the inverse of `plate_channels`."""
    if kind == 1:
        force, arm = channels[:, :3], np.column_stack([channels[:, 3:5], np.zeros(len(channels))])
        free = channels[:, 5]
    else:
        basic = channels @ calibration(4).T if kind == 4 else channels
        wrench = basic @ statics(3 if kind == 3 else 2).T
        force, moment = wrench[:, :3], wrench[:, 3:]
        arm = np.column_stack([-moment[:, 1], moment[:, 0], 0 * moment[:, 0]]) / force[:, 2:]
        free = (moment - np.cross(arm, force))[:, 2]
    rotation = plate_rotation(CORNERS_MM)
    center = arm @ rotation.T + CORNERS_MM.mean(axis=0)
    return KnownLoad(LOAD.time_s, force @ rotation.T, center, free * rotation[2, 2])


def test_a_plate_turned_in_the_lab(tmp_path):
    turn = np.radians(30)
    rotate = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    corners = (CORNERS_MM - [1000, 2000, 0]) @ rotate.T + [1000, 2000, 0]
    for kind in (2, 3):
        agrees(read(tmp_path, LOAD, PlateFileOptions(kind, corners_mm=corners)).forces[0], LOAD)


@given(st.integers(0, 10_000), st.sampled_from([1, 2, 3, 4, 5, 7]), st.floats(-180, 180))
@settings(max_examples=25, deadline=None)
def test_any_load_on_any_plate_comes_back(tmp_path_factory, seed, kind, heading):
    turn = np.radians(heading)
    rotate = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    corners = (CORNERS_MM - [1000, 2000, 0]) @ rotate.T + [1000, 2000, 0]
    truth = standing_load(0.1, seed=seed)
    agrees(read(tmp_path_factory.mktemp("any"), truth, PlateFileOptions(kind, corners_mm=corners)).forces[0], truth)


# Zero ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_zero_is_applied_where_the_plate_is_empty(tmp_path, kind):
    truth = standing_load(unloaded_s=0.2)
    offset = np.linalg.pinv(statics(3 if kind == 3 else 2))[:, 2] * 12.0  # 12 N vertically
    if kind == 4:
        offset = np.linalg.inv(calibration(4)) @ offset
    options = PlateFileOptions(kind, offset=offset, zero=(1, 10))
    trial = read(tmp_path, truth, options)
    agrees(trial.forces[0], truth)
    assert any("ZERO applied to plate 1: 12.00 N" in note for note in trial.notes.values())


def test_zero_is_not_applied_where_somebody_stands(tmp_path):
    trial = read(tmp_path, LOAD, PlateFileOptions(3, zero=(1, 10)))
    agrees(trial.forces[0], LOAD)
    assert any("ZERO was not applied: plate 1 is loaded with" in note for note in trial.notes.values())


def test_zero_is_not_applied_where_a_step_comes_into_it(tmp_path):
    truth = standing_load(unloaded_s=0.195)  # the foot lands half a frame before the stated frames end
    trial = read(tmp_path, truth, PlateFileOptions(2, zero=(1, 20)))
    agrees(trial.forces[0], truth)
    assert any("not applied" in note for note in trial.notes.values())


@pytest.mark.parametrize("zero", [(0, 0), (1, 0), (5000, 6000)])
def test_zero_that_names_no_frames_changes_nothing(tmp_path, zero):
    agrees(read(tmp_path, LOAD, PlateFileOptions(2, zero=zero)).forces[0], LOAD)


# Labs ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turn", "name"),
    [
        (np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), "+y"),
        (np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]), "+x"),
    ],
)
def test_a_lab_with_another_axis_upward_is_turned(tmp_path, turn, name):
    """The file is written in the other lab's axes; what is read has z upward and the same inner geometry."""
    corners = CORNERS_MM @ turn.T
    other = KnownLoad(LOAD.time_s, LOAD.force_n @ turn.T, LOAD.center_mm @ turn.T, LOAD.free_moment_nmm)
    upward = (turn @ [0, 0, 1]) @ plate_rotation(corners)
    arm = (other.center_mm - corners.mean(axis=0)) @ plate_rotation(corners)
    force = other.force_n @ plate_rotation(corners)
    moment = np.cross(arm, force) + LOAD.free_moment_nmm[:, None] * upward
    channels = np.concatenate([force, moment], axis=1) @ np.linalg.inv(statics(2)).T
    options = PlateFileOptions(2, corners_mm=corners)
    wrong = KnownLoad(LOAD.time_s, LOAD.force_n, LOAD.center_mm, LOAD.free_moment_nmm)
    options = PlateFileOptions(2, corners_mm=corners, offset=channels - plate_channels(wrong, options))
    trial = read(tmp_path, LOAD, options)
    agrees(trial.forces[0], LOAD)
    assert any(f"{name} axis is upward" in note for note in trial.notes.values())


def test_a_lab_whose_z_points_down_is_turned_not_mirrored(tmp_path):
    """As BioWare writes it: corners that make the plate's z the lab's +z, although its formula has z downward."""
    flip = np.diag([1.0, -1, -1])
    truth = standing_load()
    in_file = PlateFileOptions(3, True, True, corners_mm=CORNERS_MM @ flip)
    down = KnownLoad(truth.time_s, truth.force_n @ flip, truth.center_mm @ flip, -truth.free_moment_nmm)
    # In the file's own lab z is downward, so the free moment seen from its +z has the other sign.
    rotation = plate_rotation(in_file.corners_mm)
    arm = (down.center_mm - in_file.corners_mm.mean(axis=0)) @ rotation
    force = down.force_n @ rotation
    moment = np.cross(arm, force) + down.free_moment_nmm[:, None] * rotation[2]
    channels = -np.concatenate([force, moment], axis=1) @ np.linalg.pinv(statics(3)).T
    options = PlateFileOptions(
        3, True, True, corners_mm=in_file.corners_mm, offset=channels - plate_channels(truth, in_file)
    )
    trial = read(tmp_path, truth, options)
    agrees(trial.forces[0], truth)
    assert any("-z axis is upward" in note for note in trial.notes.values())


# Refused ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [(6, "twelve channels"), (11, "split-belt"), (12, "split-belt"), (21, "stairs"), (9, "not known")],
)
def test_types_without_a_public_formula_are_refused_by_name(tmp_path, kind, words):
    options = PlateFileOptions(2, further={"TYPE": np.array([kind])})
    with pytest.raises(UnreadableTrialError, match=rf"Plate 1 cannot be computed: type {kind}.*{words}"):
        read(tmp_path, LOAD, options)


def test_a_refused_plate_leaves_the_markers(tmp_path):
    options = PlateFileOptions(2, further={"TYPE": np.array([21])})
    trial = read(tmp_path, LOAD, options, points_mm=np.ones((100, 1, 3)), point_labels=("LHEE",))
    assert trial.forces == ()
    assert trial.markers[0].labels == ("LHEE",)
    assert any("type 21 (AMTI stairs)" in note for note in trial.notes.values())


@pytest.mark.parametrize(
    ("further", "words"),
    [
        ({"CORNERS": np.zeros((3, 0, 0))}, "gives the corners of 0"),
        ({"CORNERS": np.zeros((3, 4, 1))}, "do not span a surface"),
        ({"CORNERS": np.full((3, 4, 1), np.nan)}, "its corners are not numbers"),
        ({"CHANNEL": np.array([[1], [2], [3]])}, "names 3"),
        ({"CHANNEL": np.arange(5, 11)[:, None]}, "channels 5 to 10, but the file has 6"),
        ({"USED": np.array([500])}, "500 force plates"),
        ({"TYPE": np.array([4])}, "needs a calibration matrix of 6 x 6"),
        ({"TYPE": np.array([3])}, "has 8 channels, but the file names 6"),
        ({"TYPE": np.zeros(0, np.int16)}, "does not say its type"),
    ],
)
def test_what_a_plate_lacks_is_said(tmp_path, further, words):
    with pytest.raises(UnreadableTrialError, match=words):
        read(tmp_path, LOAD, PlateFileOptions(2, further=further))


def test_a_file_without_any_rate_is_refused(tmp_path):
    data = bytearray(plate_c3d(LOAD, PlateFileOptions(2), frame_rate_hz=100.0))
    data[20:24] = bytes(4)
    for record in (b"\x04\x01RATE", b"\x04\x02RATE"):
        at = bytes(data).index(record) + len(record) + 5
        data[at : at + 4] = bytes(4)
    path = tmp_path / "plate.c3d"
    path.write_bytes(data)
    with pytest.raises(UnreadableTrialError, match="names no rate"):
        load(path)


def test_three_samples_are_read_as_three(tmp_path):
    short = KnownLoad(LOAD.time_s[:3], LOAD.force_n[:3], LOAD.center_mm[:3], LOAD.free_moment_nmm[:3])
    agrees(read(tmp_path, short, PlateFileOptions(2), frame_rate_hz=1000.0).forces[0], short)


# Order of calibration matrix, and NaN -------------------------------------------------------------------------------


def test_a_matrix_stored_by_row_says_so(tmp_path):
    by_row = calibration(4).T[:, :, None]  # the file stores the first dimension first
    further = {"CAL_MATRIX": by_row, "MATRIX_STORE": ["BYROW"]}
    agrees(read(tmp_path, LOAD, PlateFileOptions(4, further=further)).forces[0], LOAD)


def test_no_center_of_pressure_below_the_threshold():
    force = np.array([[0, 0, 0.0], [0, 0, 19.9], [0, 0, 20.0]])
    recording = ForceRecording([0.0, 0.1, 0.2], force, np.ones((3, 3)), PlateGeometry(CORNERS_MM))
    assert np.isnan(center_of_pressure_mm(recording)).all(axis=1).tolist() == [True, True, False]
    assert np.isnan(free_moment_nmm(recording)).tolist() == [True, True, False]
    assert np.isfinite(center_of_pressure_mm(recording, 10.0)).all(axis=1).tolist() == [False, True, True]
    assert load_n(recording).tolist() == [0.0, 19.9, 20.0]


def test_a_type_1_plate_with_nan_places_while_empty_has_no_nan_moment(tmp_path):
    truth = standing_load(unloaded_s=0.3)
    offset = np.zeros((1000, 6))
    offset[:300, 3:5] = np.nan
    trial = read(tmp_path, truth, PlateFileOptions(1, offset=offset))
    assert np.isfinite(trial.forces[0].moment_nmm).all()
    agrees(trial.forces[0], truth)


def test_the_origin_constants_are_what_the_files_say():
    assert ORIGIN_MM[2] < 0 < min(SENSORS_MM)
