import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.recordings import SensorLayout
from footload.synthetic import (
    SquatTiming,
    StandingFoot,
    SyntheticFoot,
    demo_mat,
    demo_squat,
    squat,
    uniform_print,
)
from footload.synthetic.prints import rectangle_cover
from footload.synthetic.squat import minimum_jerk, squat_force
from footload.synthetic.standing_feet import tilted_weights
from footload.trials import Side, Task
from footload.units import STANDARD_GRAVITY_M_PER_S2

MAT = SensorLayout.rectangle(70, 100, 5.0)
LEFT = SyntheticFoot(Side.LEFT, place_mm=(150, 175), heading_deg=6)
RIGHT = SyntheticFoot(Side.RIGHT, place_mm=(350, 175), heading_deg=-6)
ONCE = SquatTiming(n_repetitions=1)


def cop_mm(recording, cells=slice(None)):
    pressure = recording.pressure_kpa[:, cells]
    places = np.column_stack([recording.layout.x_mm, recording.layout.y_mm])[cells]
    return pressure @ places / pressure.sum(axis=1, keepdims=True)


def test_the_smoothest_way_starts_and_ends_at_rest():
    ends = np.array([-1.0, 0.0, 1.0, 2.0])
    np.testing.assert_array_equal(minimum_jerk(ends), [0, 0, 1, 1])
    for derivative in (1, 2):
        np.testing.assert_allclose(minimum_jerk(ends, derivative), 0, atol=1e-15)
    assert minimum_jerk(np.array([0.5]))[0] == 0.5
    assert minimum_jerk(np.array([0.5]), 1)[0] == 1.875  # 15/8


def test_the_derivatives_are_those_of_the_way():
    s = np.linspace(0.01, 0.99, 99)
    h = 1e-5
    for derivative in (0, 1):
        slope = (minimum_jerk(s + h, derivative) - minimum_jerk(s - h, derivative)) / (2 * h)
        np.testing.assert_allclose(slope, minimum_jerk(s, derivative + 1), atol=1e-7)


def test_the_force_of_a_squat_stays_in_its_known_range():
    """0.35 m down in 1.2 s is 5.7735 x 0.35 / 1.44 = 1.403 m/s^2 at most, 14.3 % of g; up in 1.0 s is 20.6 %."""
    time_s = np.linspace(0, ONCE.duration_s, 20001)
    parts = squat_force(time_s, ONCE, 75.0) / (75 * STANDARD_GRAVITY_M_PER_S2)
    steepest = 10 / np.sqrt(3) * 0.35 / STANDARD_GRAVITY_M_PER_S2
    assert parts.max() == pytest.approx(1 + steepest / ONCE.up_s**2, rel=1e-6)
    assert parts.min() == pytest.approx(1 - steepest / ONCE.up_s**2, rel=1e-6)
    assert 0.79 < parts.min() < 0.80
    assert 1.20 < parts.max() < 1.21


def test_the_body_stands_still_again_after_a_squat():
    """The impulse above body weight is the velocity gained: zero."""
    time_s = np.arange(0, ONCE.duration_s, 1e-3)
    surplus = squat_force(time_s, ONCE, 1.0) - STANDARD_GRAVITY_M_PER_S2
    assert surplus.sum() * 1e-3 == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(ONCE.depth_fraction(np.array([0.0, ONCE.duration_s]), 1), 0, atol=1e-15)


def test_five_repetitions_lie_where_they_were_put():
    timing = SquatTiming()
    assert len(timing.repetitions) == 5
    first, second = timing.repetitions[:2]
    assert (first.start_s, first.bottom_start_s, first.bottom_stop_s) == pytest.approx((2.0, 3.2, 3.5))
    assert first.stop_s == pytest.approx(4.5)
    assert second.start_s == pytest.approx(6.0)
    assert timing.duration_s == pytest.approx(22.0)
    bottoms = np.array([(r.bottom_start_s + r.bottom_stop_s) / 2 for r in timing.repetitions])
    np.testing.assert_allclose(timing.depth_fraction(bottoms), 1, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.floats(-8, 8), st.floats(-40, 30), st.floats(-0.5, 0.5), st.sampled_from(Side))
def test_the_tilt_puts_the_cop_exactly_where_it_is_wanted(medial, anterior, pronation, side):
    foot = SyntheticFoot(side, pronation=pronation)
    base = foot.standing_weights
    wanted = base @ foot.centers_mm + medial * foot.axis.medial + anterior * foot.axis.along
    weights = tilted_weights(base, foot.centers_mm, wanted[None])
    np.testing.assert_allclose(weights @ foot.centers_mm, wanted[None], atol=1e-9)
    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(1, rel=1e-12)


def test_no_shift_leaves_quiet_standing_as_it_is():
    base = LEFT.standing_weights
    np.testing.assert_allclose(tilted_weights(base, LEFT.centers_mm, (base @ LEFT.centers_mm)[None])[0], base)


def test_a_cop_outside_of_the_foot_is_refused():
    with pytest.raises(ValueError, match="outside of the foot"):
        tilted_weights(LEFT.standing_weights, LEFT.centers_mm, np.array([[150.0 + 200, 175.0]]))


@pytest.fixture(scope="module")
def both():
    feet = (StandingFoot(LEFT, medial_mm=5, anterior_mm=-10), StandingFoot(RIGHT, medial_mm=3, anterior_mm=4))
    return squat(feet, MAT, timing=SquatTiming(n_repetitions=2), left_part=0.45, sampling_rate_hz=50)


def test_the_cells_of_each_foot_see_its_known_shift(both):
    for side, cells, medial, anterior in ((Side.LEFT, slice(0, 50), 5, -10), (Side.RIGHT, slice(50, 100), 3, 4)):
        contact = both.truth.of(side)
        columns = np.arange(7000).reshape(70, 100)[:, cells].ravel()
        seen = cop_mm(both.pressure, columns)
        np.testing.assert_allclose(seen, contact.cop_mm, atol=1e-3)
        moved = seen - seen[0]
        depth = both.truth.depth_m / 0.35
        np.testing.assert_allclose(moved @ contact.axis.medial, medial * depth, atol=1e-3)
        np.testing.assert_allclose(moved @ contact.axis.along, anterior * depth, atol=1e-3)
        np.testing.assert_allclose(contact.medial_shift_mm, medial * depth)
        assert contact.medial_shift_percent(90).max() == pytest.approx(medial / 0.9, rel=1e-3)


def test_each_foot_carries_its_part(both):
    weight = 75 * STANDARD_GRAVITY_M_PER_S2
    assert both.truth.force_n[0] == pytest.approx(weight)
    assert both.truth.of(Side.LEFT).force_n[0] == pytest.approx(0.45 * weight)
    total = both.pressure.pressure_kpa.sum(axis=1) * 0.025
    np.testing.assert_allclose(total, both.truth.force_n, rtol=1e-5)


def test_a_squat_trial_says_what_it_is(both):
    assert both.trial.task is Task.SQUAT
    assert len(both.truth.repetitions) == 2
    assert both.truth.depth_m.max() == pytest.approx(0.35, rel=1e-4)


def test_a_mirrored_squat_is_the_mirrored_picture(both):
    left = SyntheticFoot(Side.LEFT, place_mm=(500 - 350, 175), heading_deg=6)
    right = SyntheticFoot(Side.RIGHT, place_mm=(500 - 150, 175), heading_deg=-6)
    feet = (StandingFoot(left, medial_mm=3, anterior_mm=4), StandingFoot(right, medial_mm=5, anterior_mm=-10))
    other = squat(feet, MAT, timing=SquatTiming(n_repetitions=2), left_part=0.55, sampling_rate_hz=50)
    np.testing.assert_allclose(other.pressure.images, both.pressure.images[:, :, ::-1], atol=1e-9)


def test_one_foot_squats_alone():
    alone = squat((StandingFoot(RIGHT, medial_mm=4),), MAT, timing=ONCE, sampling_rate_hz=50)
    assert alone.trial.task is Task.SINGLE_LEG_SQUAT
    assert alone.trial.side is Side.RIGHT
    assert alone.truth.of(Side.RIGHT).force_n[0] == pytest.approx(75 * STANDARD_GRAVITY_M_PER_S2)


def test_a_squat_on_two_left_feet_is_refused():
    with pytest.raises(ValueError, match="one of each side"):
        squat((StandingFoot(LEFT), StandingFoot(LEFT)), MAT)


def test_a_squat_that_is_a_jump_is_refused():
    with pytest.raises(ValueError, match="lift the feet"):
        squat((StandingFoot(LEFT),), MAT, timing=SquatTiming(down_s=0.3, up_s=0.3))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"n_repetitions": 0}, "at least one"), ({"down_s": 0}, "more than 0"), ({"hold_s": -1}, "0 s or")],
)
def test_an_impossible_timing_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        SquatTiming(**wrong)


def test_the_demo_squat_has_five_repetitions_and_lies_on_its_mat():
    made = demo_squat(sampling_rate_hz=20)
    assert len(made.truth.repetitions) == 5
    assert made.pressure.layout.grid == demo_mat().grid
    np.testing.assert_allclose(made.pressure.pressure_kpa.sum(axis=1) * 0.025, made.truth.force_n, rtol=1e-5)
    assert made.truth.of(Side.LEFT).medial_shift_mm.max() == pytest.approx(5, rel=1e-3)
    assert made.truth.of(Side.RIGHT).medial_shift_mm.max() == pytest.approx(3, rel=1e-3)


def test_a_rectangle_covers_its_cells_and_half_of_those_on_its_border():
    layout = SensorLayout.rectangle(4, 4, 10.0)
    cover = rectangle_cover(layout, (20.0, 20.0), (30.0, 20.0), 0.0).reshape(4, 4)
    np.testing.assert_allclose(cover, [[0, 0, 0, 0], [0.5, 1, 1, 0.5], [0.5, 1, 1, 0.5], [0, 0, 0, 0]])
    turned = rectangle_cover(layout, (20.0, 20.0), (30.0, 20.0), 90.0).reshape(4, 4)
    np.testing.assert_allclose(turned, cover.T)


@pytest.mark.parametrize("heading", [0.0, 30.0, -75.0])
@pytest.mark.parametrize("side", Side)
def test_5_mm_on_a_print_of_90_mm_is_5_56_percent(side, heading):
    layout = SensorLayout.rectangle(70, 70, 5.0)
    made = uniform_print(layout, side=side, place_mm=(175, 175), heading_deg=heading, sampling_rate_hz=20)
    contact = made.truth.contacts[0]
    seen = cop_mm(made.pressure)
    bottom = int(np.argmax(made.truth.depth_m))
    assert made.truth.depth_m[bottom] == pytest.approx(0.35)
    moved = (seen - seen[0]) @ contact.axis.medial
    assert 100 * moved[bottom] / contact.width_mm == pytest.approx(100 * 5 / 90, abs=1e-9)
    np.testing.assert_allclose(seen, contact.cop_mm, atol=1e-9)
    np.testing.assert_allclose((seen - seen[0]) @ contact.axis.along, 0, atol=1e-9)
    np.testing.assert_allclose(made.pressure.pressure_kpa.sum(axis=1) * 0.025, made.truth.force_n, rtol=1e-12)


def test_a_print_in_standing_is_uniform_and_as_wide_as_it_says():
    made = uniform_print(demo_mat(), place_mm=(240, 160), sampling_rate_hz=20)
    first = made.pressure.images[0]
    assert np.count_nonzero(first.any(axis=0)) * 5 == 90
    assert np.count_nonzero(first.any(axis=1)) * 5 == 250
    np.testing.assert_allclose(first[first > 0], 75 * STANDARD_GRAVITY_M_PER_S2 / (0.09 * 0.25) / 1000)
    assert made.pressure.pressure_kpa.min() == 0


def test_a_print_cannot_move_its_cop_beyond_a_sixth_of_its_width():
    with pytest.raises(ValueError, match="a sixth of its width"):
        uniform_print(demo_mat(), medial_mm=16)
