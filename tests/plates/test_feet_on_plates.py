"""Which foot stands on which plate, plates added up, filters, joints, and what is written again."""

import numpy as np
import pytest

from footload.errors import RecordingError, UnresolvedTrialError
from footload.export.c3d import write_c3d
from footload.markers.feet import FootTrack, foot_tracks, placement_from
from footload.markers.joints import joint_centers
from footload.markers.labels import find_labels, read_mapping
from footload.plates.assignment import (
    StandingPrint,
    assign_by_hand,
    assign_by_markers,
    assign_by_prints,
    find_plate_contacts,
)
from footload.plates.combining import combined
from footload.plates.filtering import filtered
from footload.plates.polynomial import corrected_moment
from footload.plates.pressure_center import center_of_pressure_mm, free_moment_nmm
from footload.readers.c3d import load
from footload.recordings import ForceRecording, MarkerRecording, PlateGeometry, Side
from footload.signals.butterworth import low_passed
from footload.synthetic.plates import CORNERS_MM
from footload.trials import Event, Trial

TIME_S = np.arange(1000) / 1000
CAMERA_S = np.arange(100) / 100


def plate_at(x_mm: float, y_mm: float) -> PlateGeometry:
    return PlateGeometry(CORNERS_MM - [1000, 2000, 0] + [x_mm, y_mm, 0])


def pressed(x_mm: float, y_mm: float, at_mm, loads_n) -> ForceRecording:
    """A plate around (x, y), loaded at one place."""
    force = np.column_stack([np.zeros(1000), np.zeros(1000), loads_n])
    arm = np.array([*at_mm, 0.0]) - [x_mm, y_mm, 0]
    return ForceRecording(TIME_S, force, np.cross(arm, force), plate_at(x_mm, y_mm))


def still(side: Side, x_mm: float, y_mm: float, length: float = 180.0, speed: float = 0.0) -> FootTrack:
    along = np.array([0.0, 1.0, 0.0]) * (speed * CAMERA_S)[:, None]
    heel = np.array([x_mm, y_mm, 40.0]) + along
    return FootTrack(side, CAMERA_S, heel, heel + np.array([0, length, 0]))


LOADED = np.where((TIME_S >= 0.2) & (TIME_S < 0.8), 700.0, 0.0)
LEFT_PLATE = pressed(0, 0, (0, 50), LOADED)
RIGHT_PLATE = pressed(601, 0, (600, 50), LOADED)


def test_contacts_are_stretches_of_load_that_last():
    blip = np.where((TIME_S > 0.9) & (TIME_S < 0.93), 100.0, LOADED)
    contacts = find_plate_contacts([pressed(0, 0, (0, 0), blip)])
    assert [(c.plate, c.start, c.stop, c.side) for c in contacts] == [(0, 200, 800, None)]


def test_each_foot_on_its_plate():
    plates = [LEFT_PLATE, RIGHT_PLATE]
    feet = [still(Side.LEFT, 0, -50), still(Side.RIGHT, 600, -50)]
    found = assign_by_markers(plates, find_plate_contacts(plates), feet)
    assert [(c.side, c.double, c.reason) for c in found] == [(Side.LEFT, False, ""), (Side.RIGHT, False, "")]


def test_both_feet_on_one_plate_are_flagged():
    feet = [still(Side.LEFT, -80, -50), still(Side.RIGHT, 80, -50)]
    (found,) = assign_by_markers([LEFT_PLATE], find_plate_contacts([LEFT_PLATE]), feet)
    assert (found.side, found.double, found.reason) == (None, True, "Both feet are on plate 1.")


def test_a_foot_that_swings_over_the_plate_does_not_count():
    feet = [still(Side.LEFT, 0, -50), still(Side.RIGHT, 80, -300, speed=1500.0)]
    (found,) = assign_by_markers([LEFT_PLATE], find_plate_contacts([LEFT_PLATE]), feet)
    assert (found.side, found.double) == (Side.LEFT, False)


def test_one_foot_across_two_plates_is_flagged_on_both():
    plates = [LEFT_PLATE, RIGHT_PLATE]
    across = FootTrack(
        Side.LEFT, CAMERA_S, np.tile([220.0, 50.0, 40.0], (100, 1)), np.tile([390.0, 60.0, 40.0], (100, 1))
    )
    plates = [pressed(0, 0, (250, 50), LOADED), pressed(601, 0, (360, 55), LOADED)]
    found = assign_by_markers(plates, find_plate_contacts(plates), [across])
    assert [(c.side, c.double) for c in found] == [(Side.LEFT, True), (Side.LEFT, True)]
    assert found[0].reason == "The left foot is on plates 1 and 2 at once."


def test_a_foot_partly_beside_the_plate_is_said():
    (found,) = assign_by_markers([LEFT_PLATE], find_plate_contacts([LEFT_PLATE]), [still(Side.LEFT, 0, 250)])
    assert found.side is None  # and the center of pressure is 200 mm away from that foot
    assert "from the left foot" in found.reason
    near = pressed(0, 0, (0, 280), LOADED)
    (found,) = assign_by_markers([near], find_plate_contacts([near]), [still(Side.LEFT, 0, 250)])
    assert (found.side, found.reason) == (Side.LEFT, "The left foot stands partly beside plate 1.")


def test_a_load_without_a_foot_is_said():
    (found,) = assign_by_markers([LEFT_PLATE], find_plate_contacts([LEFT_PLATE]), [still(Side.LEFT, 5000, 0)])
    assert (found.side, found.reason) == (None, "No foot was seen on plate 1 during this load.")


def test_prints_of_a_mat_tell_the_feet():
    grid = np.stack(np.meshgrid(np.arange(-40, 41, 10.0), np.arange(-120, 121, 10.0)), axis=-1).reshape(-1, 2)
    plates = [LEFT_PLATE, RIGHT_PLATE]
    contacts = find_plate_contacts(plates)
    feet = [StandingPrint(Side.LEFT, grid), StandingPrint(Side.RIGHT, grid + np.array([600, 0]))]
    assert [c.side for c in assign_by_prints(plates, contacts, feet)] == [Side.LEFT, Side.RIGHT]
    beside = [StandingPrint(Side.LEFT, grid + np.array([-285, 0]))]
    assert "partly beside plate 1" in assign_by_prints(plates, contacts, beside)[0].reason
    both = [StandingPrint(Side.LEFT, grid - [100, 0]), StandingPrint(Side.RIGHT, grid + np.array([100, 0]))]
    assert assign_by_prints(plates, contacts, both)[0].double


def test_by_hand_the_person_decides():
    contacts = find_plate_contacts([LEFT_PLATE, RIGHT_PLATE])
    found = assign_by_hand(contacts, {0: Side.RIGHT})
    assert [c.side for c in found] == [Side.RIGHT, None]
    assert found[1].reason == "Nobody said which foot is on plate 2."


# Plates added up ----------------------------------------------------------------------------------------------------


def test_two_plates_added_up_have_the_weighted_center_by_hand():
    total = combined([pressed(0, 0, (0, 50), np.full(1000, 600.0)), pressed(601, 0, (600, 0), np.full(1000, 300.0))])
    np.testing.assert_allclose(center_of_pressure_mm(total)[0], [200, 100 / 3, 0])
    np.testing.assert_allclose(total.force_n[0], [0, 0, 900])


def test_free_moment_of_two_plates_holds_the_couple_of_their_shear_by_hand():
    """10 N forward on the right, 10 N backward on the left, 600 mm apart: 6000 N·mm counterclockwise."""
    push = np.tile([0.0, 10.0, 500.0], (1000, 1))
    left = ForceRecording(TIME_S, push * [1, -1, 1], np.zeros((1000, 3)), plate_at(0, 0))
    right = ForceRecording(TIME_S, push, np.zeros((1000, 3)), plate_at(600, 0))
    np.testing.assert_allclose(free_moment_nmm(combined([left, right])), 6000)


def test_plates_of_different_times_or_places_are_refused():
    late = ForceRecording(TIME_S + 1, LEFT_PLATE.force_n, LEFT_PLATE.moment_nmm, LEFT_PLATE.plate)
    with pytest.raises(ValueError, match="not on the time base"):
        combined([LEFT_PLATE, late])
    nowhere = ForceRecording(TIME_S, LEFT_PLATE.force_n, LEFT_PLATE.moment_nmm, PlateGeometry(np.full((4, 3), np.nan)))
    with pytest.raises(ValueError, match="corners of a plate are not known"):
        combined([LEFT_PLATE, nowhere])
    with pytest.raises(ValueError, match="no plates"):
        combined([])


# Filters ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [2, 4, 8])
def test_both_passes_together_lose_3_db_at_the_cutoff(order):
    """A sine at the cutoff keeps 1/sqrt(2) of its height and its phase."""
    time_s = np.arange(20_000) / 1000
    wave = np.cos(2 * np.pi * 20 * time_s)
    middle = slice(5000, 15_000)
    smooth = low_passed(wave, 1000, 20, order)[middle]
    assert np.abs(smooth).max() == pytest.approx(np.sqrt(0.5), abs=1e-3)
    assert smooth @ wave[middle] / (wave[middle] @ wave[middle]) == pytest.approx(np.sqrt(0.5), abs=1e-3)
    double = low_passed(np.cos(2 * np.pi * 40 * time_s), 1000, 20, order)[middle]
    # |H|^2 of both passes at twice the cutoff, analog: 1 / (1 + (2 c)^order) with c = (sqrt(2) - 1) ** (1 / order).
    expected = 1 / (1 + (np.sqrt(2) - 1) * 2.0**order)
    assert np.abs(double).max() == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("values", "cutoff", "order", "words"),
    [
        (np.zeros(100), 600, 4, "half the rate"),
        (np.zeros(100), 20, 3, "even order"),
        (np.zeros(5), 20, 4, "5 samples"),
        (np.full(100, np.nan), 20, 4, "NaN"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(values, cutoff, order, words):
    with pytest.raises(ValueError, match=words):
        low_passed(values, 1000, cutoff, order)


def test_a_filtered_plate_states_its_filter_and_keeps_a_still_center():
    smooth = filtered(pressed(0, 0, (30, 40), np.full(1000, 500.0)), 20)
    np.testing.assert_allclose(center_of_pressure_mm(smooth), np.tile([30, 40, 0], (1000, 1)), atol=1e-9)
    assert smooth.history[-1] == "low-pass Butterworth, zero phase, 20 Hz, order 4 after both passes"


def test_an_uneven_plate_is_not_filtered():
    uneven = ForceRecording(TIME_S**2 + TIME_S, LEFT_PLATE.force_n, LEFT_PLATE.moment_nmm, LEFT_PLATE.plate)
    with pytest.raises(ValueError, match="not evenly sampled"):
        filtered(uneven, 20)


def test_the_polynomial_moves_the_center_by_hand_and_keeps_the_free_moment():
    """P6 = 0.01: x is read one percent too far out, so 100 mm becomes 99 mm; P12 = -0.02: 50 mm becomes 51 mm."""
    force = np.array([[30.0, 40.0, -500.0], [0.0, 0.0, -5.0]])
    moment = np.cross([100.0, 50.0, 0.0], force) + np.array([0, 0, 700.0])
    coefficients = np.zeros(12)
    coefficients[5], coefficients[11] = 0.01, -0.02
    new = corrected_moment(force, moment, coefficients, 20.0)
    np.testing.assert_allclose([-new[0, 1] / -500, new[0, 0] / -500], [99.0, 51.0])
    np.testing.assert_allclose((new[0] - np.cross([99.0, 51.0, 0], force[0]))[2], 700.0)
    np.testing.assert_array_equal(new[1], moment[1])


# Markers ------------------------------------------------------------------------------------------------------------


def marked(**places) -> MarkerRecording:
    labels = tuple(places)
    return MarkerRecording([0.0, 0.01], np.tile(np.array(list(places.values()), float), (2, 1, 1)), labels)


def test_labels_are_found_whatever_their_case_and_subject():
    found = find_labels(marked(**{"Anna:LHEE": (0, 0, 0), "r_toe": (1, 0, 0), "Left Heel": (2, 0, 0)})).found
    assert found[Side.LEFT, "heel"] == "Anna:LHEE"
    assert found[Side.RIGHT, "toe"] == "r_toe"


def test_a_mapping_file_comes_before_the_common_names(tmp_path):
    path = tmp_path / "markers.toml"
    path.write_text('[left]\nheel = "back of the shoe"\n', encoding="utf-8")
    markers = marked(**{"LHEE": (0, 0, 0), "back of the shoe": (5, 0, 0)})
    labels = find_labels(markers, read_mapping(path))
    assert labels.of(Side.LEFT, "heel")[0, 0] == 5
    with pytest.raises(KeyError, match="no marker for the right heel"):
        labels.of(Side.RIGHT, "heel")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[left", "not TOML"),
        ("[middle]", "'middle' stands in it"),
        ('[left]\nheal = "x"', "'heal' is no role"),
        ("[left]\nheel = 3", "a label is a text"),
    ],
)
def test_a_mapping_file_that_is_wrong_is_told(tmp_path, text, words):
    path = tmp_path / "markers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words) as error:
        read_mapping(path)
    assert str(error.value).startswith("markers.toml")


def test_a_mapping_to_a_marker_that_is_not_there_is_told():
    with pytest.raises(KeyError, match="no marker 'X'"):
        find_labels(marked(LHEE=(0, 0, 0)), {Side.LEFT: {"heel": "X"}})


def test_centers_between_two_markers_and_inward_from_one_by_hand():
    """A person facing +y: the left knee's medial side is toward +x."""
    left = {"LKNE": (-100, 0, 500), "LKNM": (0, 0, 500), "LANK": (-90, 0, 80), "LHEE": (-60, -60, 40)}
    labels = find_labels(marked(**left, LTOE=(-60, 120, 40)))
    centers = joint_centers(labels, Side.LEFT, ankle_width_mm=70)
    np.testing.assert_allclose(centers.positions_mm["knee"][0], [-50, 0, 500])
    np.testing.assert_allclose(centers.positions_mm["ankle"][0], [-55, 0, 80], atol=2)
    assert "approximation" in centers.methods["ankle"]
    assert "pelvis" in centers.methods["hip"]
    assert "hip" not in centers.positions_mm
    assert "lateral side of the right knee" in joint_centers(labels, Side.RIGHT).methods["knee"]


def test_hips_by_harrington_by_hand():
    """Spines 240 mm apart, 150 mm deep, facing +y: 45.9 mm behind, 82.9 mm below and 86.5 mm beside the middle."""
    pelvis = {"LASI": (-120, 150, 900), "RASI": (120, 150, 900), "LPSI": (-40, 0, 900), "RPSI": (40, 0, 900)}
    labels = find_labels(marked(**pelvis))
    right = joint_centers(labels, Side.RIGHT).positions_mm["hip"][0]
    left = joint_centers(labels, Side.LEFT).positions_mm["hip"][0]
    np.testing.assert_allclose(right, [86.5, 150 - 45.9, 900 - 82.9])
    np.testing.assert_allclose(left, right * [-1, 1, 1])


def test_a_placement_is_the_median_of_the_markers():
    track = still(Side.LEFT, 10, 20)
    placement = placement_from(track, 0.2, 0.8, 250, 95)
    assert (placement.heel_mm, placement.forefoot_mm) == ((10.0, 20.0), (10.0, 200.0))
    with pytest.raises(ValueError, match="not seen together"):
        placement_from(track, 5, 6, 250, 95)


# Written again ------------------------------------------------------------------------------------------------------


def whole_trial() -> Trial:
    markers = MarkerRecording(
        CAMERA_S, np.random.default_rng(1).uniform(0, 900, (100, 2, 3)), ("LHEE", "LTOE"), "cameras"
    )
    return Trial("t", (LEFT_PLATE, RIGHT_PLATE, markers), events=(Event(0.25, "Foot Strike", "Left"),))


def test_what_is_written_is_read_the_same(tmp_path):
    trial = whole_trial()
    again = load(write_c3d(trial, tmp_path / "out.c3d"))
    for one, two in zip(trial.forces, again.forces, strict=True):
        np.testing.assert_allclose(two.force_n, one.force_n, atol=1e-3)
        np.testing.assert_allclose(two.moment_nmm, one.moment_nmm, atol=1.0)
        np.testing.assert_allclose(two.plate.corners_mm, one.plate.corners_mm, atol=1e-3)
        np.testing.assert_allclose(center_of_pressure_mm(two), center_of_pressure_mm(one), atol=1e-3)
    markers = again.markers[0]
    assert markers.labels == ("LHEE", "LTOE", "CoP 1", "CoP 2")
    np.testing.assert_allclose(markers.of("LTOE"), trial.markers[0].of("LTOE"), atol=1e-3)
    np.testing.assert_allclose(markers.of("CoP 1"), center_of_pressure_mm(LEFT_PLATE)[::10], atol=1e-3)
    assert [(round(e.time_s, 5), e.name, e.note) for e in again.events] == [(0.25, "Foot Strike", "Left")]
    tracks = foot_tracks(find_labels(markers))
    assert [track.side for track in tracks] == [Side.LEFT]


def test_another_library_finds_the_same_center_in_what_is_written(tmp_path):
    import ezc3d

    path = write_c3d(whole_trial(), tmp_path / "out.c3d")
    plate = ezc3d.c3d(str(path), extract_forceplat_data=True)["data"]["platform"][1]
    np.testing.assert_allclose(plate["force"].T, RIGHT_PLATE.force_n, atol=1e-3)
    np.testing.assert_allclose(plate["center_of_pressure"].T[300], [600, 50, 0], atol=1e-2)


def test_nothing_is_overwritten_and_nothing_impossible_written(tmp_path):
    path = write_c3d(whole_trial(), tmp_path / "out.c3d")
    with pytest.raises(RecordingError, match="exists already"):
        write_c3d(whole_trial(), path)
    odd = MarkerRecording(np.arange(50) / 300, np.zeros((50, 1, 3)), ("a",))
    with pytest.raises(UnresolvedTrialError, match="whole number of plate samples"):
        write_c3d(Trial("t", (LEFT_PLATE, odd)), tmp_path / "odd.c3d")
    nowhere = ForceRecording(TIME_S, LEFT_PLATE.force_n, LEFT_PLATE.moment_nmm, PlateGeometry(np.full((4, 3), np.nan)))
    with pytest.raises(UnresolvedTrialError, match="corners of plate 1"):
        write_c3d(Trial("t", (nowhere,)), tmp_path / "nowhere.c3d")
