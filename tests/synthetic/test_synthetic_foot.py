import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from footload.recordings import SensorLayout
from footload.synthetic import REGIONS, SyntheticFoot
from footload.synthetic.foot import BLOBS, cell_weights, region_forces
from footload.trials import Side

MAT = SensorLayout.rectangle(100, 100, 5.0)

feet = st.builds(
    SyntheticFoot,
    side=st.sampled_from(Side),
    length_mm=st.floats(200, 310),
    width_mm=st.floats(75, 115),
    pronation=st.floats(-1, 1),
    place_mm=st.tuples(st.floats(230, 270), st.floats(230, 270)),
    heading_deg=st.floats(-180, 180),
)
stances = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=8).map(np.array)


def test_a_lone_blob_has_the_peak_pressure_of_its_formula():
    """A 1 mm cell in the middle of a 10 mm Gaussian sees F / (2 pi sigma^2), but for its own size (1/1200)."""
    layout = SensorLayout.rectangle(101, 101, 1.0)
    part = cell_weights(np.array([[50.5, 50.5]]), np.array([10.0]), layout)[0]
    assert part.max() == pytest.approx(1 / (2 * np.pi * 100), rel=1e-3)
    assert part.argmax() == 50 * 101 + 50


def test_one_cell_around_a_blob_holds_the_squared_error_function():
    layout = SensorLayout.rectangle(1, 1, 20.0)  # plus and minus one standard deviation
    part = cell_weights(np.array([[10.0, 10.0]]), np.array([10.0]), layout)
    assert part[0, 0] == pytest.approx(erf(1 / np.sqrt(2)) ** 2, rel=1e-14)


def test_free_sensors_count_as_squares_of_their_area():
    grid = SensorLayout.rectangle(7, 5, 8.0)
    free = SensorLayout(grid.x_mm, grid.y_mm, grid.area_mm2)
    centers, sigma = np.array([[17.0, 21.0], [30.0, 40.0]]), np.array([9.0, 6.0])
    np.testing.assert_allclose(cell_weights(centers, sigma, free), cell_weights(centers, sigma, grid), rtol=1e-12)


def test_oblong_cells_are_integrated_over_their_own_sides():
    fine, coarse = SensorLayout.rectangle(40, 40, 2.0), SensorLayout.rectangle(10, 20, (4.0, 8.0))
    centers, sigma = np.array([[33.0, 47.0]]), np.array([9.0])
    summed = cell_weights(centers, sigma, fine).reshape(10, 4, 20, 2).sum(axis=(1, 3))
    np.testing.assert_allclose(cell_weights(centers, sigma, coarse).reshape(10, 20), summed, rtol=1e-12)


@pytest.mark.parametrize(("side", "sign"), [(Side.LEFT, 1), (Side.RIGHT, -1)])
def test_the_hallux_of_a_left_foot_is_to_the_right_and_of_a_right_foot_to_the_left(side, sign):
    foot = SyntheticFoot(side, place_mm=(100, 200))
    hallux = foot.centers_mm[[blob.name for blob in BLOBS].index("toe 1")]
    np.testing.assert_allclose(hallux, [100 + sign * 0.24 * 95, 200 + 0.4 * 260])
    np.testing.assert_allclose(foot.axis.medial @ [sign, 0], np.cos(np.radians(foot.axis.angle_deg)))


def test_a_heading_turns_the_foot_counter_clockwise():
    foot = SyntheticFoot(Side.LEFT, heading_deg=90)
    np.testing.assert_allclose(foot.to_plate_mm(np.array([10.0]), np.array([0.0])), [[-10, 0]], atol=1e-12)
    np.testing.assert_allclose(foot.to_plate_mm(np.array([0.0]), np.array([10.0])), [[0, 10]], atol=1e-12)


def test_the_axis_goes_from_between_the_heels_through_the_second_metatarsal_head():
    """By hand: 0.6 x 260 = 156 mm along, (0.10 + 0.01) x 95 = 10.45 mm to the medial side, which is +x on the left."""
    axis = SyntheticFoot(Side.LEFT, place_mm=(200, 200)).axis
    assert axis.angle_deg == pytest.approx(-np.degrees(np.arctan2(10.45, 156)))
    assert axis.heel_mm == pytest.approx((200 - 0.95, 200 - 0.4 * 260))
    assert axis.forefoot_mm == pytest.approx((209.5, 252))


@given(feet)
def test_a_mirrored_foot_is_the_other_foot(foot):
    mirrored = SyntheticFoot(
        foot.side.other,
        foot.length_mm,
        foot.width_mm,
        foot.pronation,
        (500 - foot.place_mm[0], foot.place_mm[1]),
        -foot.heading_deg,
    )
    np.testing.assert_allclose(mirrored.centers_mm, foot.centers_mm * [-1, 1] + np.array([500, 0]), atol=1e-9)
    np.testing.assert_allclose(mirrored.axis.medial, foot.axis.medial * [-1, 1], atol=1e-12)
    np.testing.assert_allclose(
        mirrored.on_cells(MAT).reshape(-1, 100, 100), foot.on_cells(MAT).reshape(-1, 100, 100)[:, :, ::-1], atol=1e-12
    )


@given(feet, st.floats(-30, 30), st.floats(-30, 30))
def test_a_moved_foot_moves_all_of_it(foot, x, y):
    moved = SyntheticFoot(
        foot.side,
        foot.length_mm,
        foot.width_mm,
        foot.pronation,
        (foot.place_mm[0] + x, foot.place_mm[1] + y),
        foot.heading_deg,
    )
    np.testing.assert_allclose(moved.centers_mm, foot.centers_mm + np.array([x, y]), atol=1e-9)
    assert moved.axis.angle_deg == pytest.approx(foot.axis.angle_deg, abs=1e-9)


@given(feet, stances)
def test_walking_weights_are_parts_of_one(foot, stance):
    weights = foot.walking_weights(stance)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-12)


@given(feet)
def test_axis_vectors_are_perpendicular_units(foot):
    along, medial = foot.axis.along, foot.axis.medial
    assert along @ medial == pytest.approx(0, abs=1e-12)
    assert np.hypot(*medial) == pytest.approx(1)
    heels = dict(zip((blob.name for blob in BLOBS), foot.centers_mm, strict=True))
    assert (heels["medial heel"] - heels["lateral heel"]) @ medial > 0


@settings(max_examples=30)
@given(feet, stances)
def test_more_pronation_loads_more_medially(foot, stance):
    def medial_mm(pronation):
        other = SyntheticFoot(foot.side, foot.length_mm, foot.width_mm, pronation, foot.place_mm, foot.heading_deg)
        heading = np.radians(foot.heading_deg)
        medial = np.array([np.cos(heading), np.sin(heading)]) * (1 if foot.side is Side.LEFT else -1)
        return other.walking_weights(stance) @ other.centers_mm @ medial

    assert (medial_mm(0.5) >= medial_mm(0.0) - 1e-9).all()
    assert (medial_mm(0.0) >= medial_mm(-0.5) - 1e-9).all()


def test_quiet_standing_loads_every_region_and_the_heel_most():
    forces = region_forces(SyntheticFoot(Side.LEFT).standing_weights[None, :])
    assert tuple(forces) == REGIONS
    assert all(force[0] > 0 for force in forces.values())
    assert forces["medial heel"][0] + forces["lateral heel"][0] == pytest.approx(0.57)
    assert sum(force[0] for force in forces.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("wrong", "says"), [({"length_mm": 0}, "length_mm is 0"), ({"pronation": 2}, "pronation is 2")]
)
def test_an_impossible_foot_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        SyntheticFoot(Side.LEFT, **wrong)
