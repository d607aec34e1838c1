import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.recordings import SensorLayout
from footload.synthetic import REGIONS, Sensor, SyntheticFoot, demo_mat, demo_walk, walk, walking_contact
from footload.synthetic.walking import walking_force
from footload.trials import Side, Task
from footload.units import STANDARD_GRAVITY_M_PER_S2

MAT = SensorLayout.rectangle(90, 60, 5.0)
FOOT = SyntheticFoot(Side.RIGHT, place_mm=(150, 225), heading_deg=-7)


def force_n(recording):
    return recording.pressure_kpa @ (recording.layout.area_mm2 * 1e-3)


def cop_mm(recording):
    total = recording.pressure_kpa.sum(axis=1, keepdims=True)
    places = np.column_stack([recording.layout.x_mm, recording.layout.y_mm])
    return recording.pressure_kpa @ places / np.where(total > 0, total, np.nan)


@pytest.mark.parametrize("hump", [0.0, 0.2, 0.45])
def test_the_impulse_of_a_step_is_that_of_the_formula(hump):
    """m g T / (2 beta); the midpoint sum of 10000 frames is within 1e-8 of the integral."""
    stance = (np.arange(10000) + 0.5) / 10000
    impulse = walking_force(stance, 75.0, hump).sum() * 0.68 / 10000
    assert impulse == pytest.approx(75 * STANDARD_GRAVITY_M_PER_S2 * 0.68 / (2 * 0.62), rel=1e-7)


def test_a_deep_valley_gives_two_humps_of_the_same_height():
    force = walking_force(np.linspace(0, 1, 1001), 75.0)
    peaks = np.flatnonzero((force[1:-1] > force[:-2]) & (force[1:-1] > force[2:])) + 1
    assert len(peaks) == 2
    assert force[peaks[0]] == pytest.approx(force[peaks[1]])
    assert force[500] < force[peaks[0]]


@given(st.floats(-1 / 3, 1), st.floats(0.3, 0.9))
def test_the_foot_never_pulls_on_the_ground(hump, duty_factor):
    assert (walking_force(np.linspace(0, 1, 101), 75.0, hump, duty_factor) >= 0).all()


@pytest.mark.parametrize("wrong", [{"hump": 1.2}, {"hump": -0.5}, {"duty_factor": 1.0}])
def test_a_force_that_would_pull_is_refused(wrong):
    with pytest.raises(ValueError, match=r"only from|part of the stride"):
        walking_force(np.array([0.5]), 75.0, **wrong)


@settings(max_examples=25, deadline=None)
@given(
    st.builds(
        SyntheticFoot,
        side=st.sampled_from(Side),
        heading_deg=st.floats(-30, 30),
        pronation=st.floats(-0.8, 0.8),
        place_mm=st.tuples(st.floats(225, 275), st.floats(225, 275)),
    ),
    st.floats(40, 120),
)
def test_what_the_cells_see_is_the_truth(foot, mass):
    """On a mat that holds the whole foot, cells of 5 mm keep force to 1e-5 and CoP to 1e-3 mm (measured: 1e-5 mm)."""
    made = walking_contact(foot, SensorLayout.rectangle(100, 100, 5.0), body_mass_kg=mass, sampling_rate_hz=50)
    np.testing.assert_allclose(force_n(made.pressure), made.truth.force_n, rtol=1e-5, atol=1e-9)
    loaded = made.truth.force_n > 0
    np.testing.assert_allclose(cop_mm(made.pressure)[loaded], made.truth.cop_mm[loaded], atol=1e-3)
    assert np.isnan(made.truth.cop_mm[~loaded]).all()


def test_the_contact_is_where_the_truth_says():
    made = walking_contact(FOOT, MAT, duration_s=0.68, sampling_rate_hz=100, pad_s=0.1)
    contact = made.truth.contacts[0]
    assert (contact.start, contact.stop) == (10, 78)
    loaded = np.flatnonzero(made.pressure.pressure_kpa.sum(axis=1))
    assert (loaded[0], loaded[-1] + 1, made.pressure.n_frames) == (10, 78, 88)
    assert contact.side is Side.RIGHT
    assert made.trial.task is Task.WALKING


def test_regions_sum_to_the_force_and_roll_from_heel_to_toe():
    contact = walking_contact(FOOT, MAT).truth.contacts[0]
    assert tuple(contact.region_force_n) == REGIONS
    np.testing.assert_allclose(sum(contact.region_force_n.values()), contact.force_n, rtol=1e-12, atol=1e-9)
    peak = {name: int(np.argmax(force)) for name, force in contact.region_force_n.items()}
    assert peak["medial heel"] < peak["midfoot"] < peak["m2"] < peak["hallux"]


def test_the_cop_runs_along_the_axis_toward_the_toes():
    contact = walking_contact(FOOT, MAT).truth.contacts[0]
    along = contact.cop_mm[contact.start : contact.stop] @ contact.axis.along
    assert (np.diff(along) > -1e-9).all()
    assert along[-1] - along[0] > 0.5 * contact.length_mm


def test_a_mirrored_step_gives_mirrored_pictures():
    left = SyntheticFoot(Side.LEFT, pronation=0.3, place_mm=(140, 225), heading_deg=6)
    right = SyntheticFoot(Side.RIGHT, pronation=0.3, place_mm=(160, 225), heading_deg=-6)
    images = walking_contact(left, MAT).pressure.images
    np.testing.assert_allclose(walking_contact(right, MAT).pressure.images, images[:, :, ::-1], atol=1e-9)


def test_twice_the_mass_gives_twice_the_pressure_and_the_same_cop():
    light, heavy = (walking_contact(FOOT, MAT, body_mass_kg=mass) for mass in (40.0, 80.0))
    np.testing.assert_allclose(heavy.pressure.pressure_kpa, 2 * light.pressure.pressure_kpa, rtol=1e-12)
    np.testing.assert_allclose(heavy.truth.cop_mm, light.truth.cop_mm, rtol=1e-12)


def test_two_feet_in_double_support_carry_the_body_together():
    long_mat = SensorLayout.rectangle(260, 60, 5.0)
    feet = [
        SyntheticFoot(Side.LEFT if i % 2 == 0 else Side.RIGHT, place_mm=(100 + 100 * (i % 2), 200 + 250.0 * i))
        for i in range(4)
    ]
    made = walk(feet, long_mat)
    assert [contact.side for contact in made.truth.contacts] == [foot.side for foot in feet]
    assert made.truth.contacts[1].start < made.truth.contacts[0].stop
    np.testing.assert_allclose(force_n(made.pressure), made.truth.force_n, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(cop_mm(made.pressure), made.truth.cop_mm, atol=1e-3)
    weight = 75 * STANDARD_GRAVITY_M_PER_S2
    second = made.truth.contacts[1].start, made.truth.contacts[2].start  # one whole step
    # frames are 10 ms, a step is 55 of them: its ends are known to a frame
    assert made.truth.force_n[slice(*second)].mean() == pytest.approx(weight, rel=0.02)


def test_a_foot_over_the_edge_loses_what_is_not_on_the_mat():
    made = walking_contact(SyntheticFoot(Side.LEFT, place_mm=(0, 225)), MAT)
    seen, told = force_n(made.pressure).sum(), made.truth.force_n.sum()
    assert 0.2 * told < seen < 0.8 * told


def test_a_walk_without_feet_or_time_is_refused():
    with pytest.raises(ValueError, match="at least one foot"):
        walk([], MAT)
    with pytest.raises(ValueError, match="0 frames"):
        walking_contact(FOOT, MAT, duration_s=0.001)


def test_the_demo_walk_is_the_same_every_time_and_lies_on_its_mat():
    one, two = demo_walk(), demo_walk()
    np.testing.assert_array_equal(one.pressure.pressure_kpa, two.pressure.pressure_kpa)
    assert one.pressure.layout.grid == demo_mat().grid == (64, 96)
    np.testing.assert_allclose(force_n(one.pressure), one.truth.force_n, rtol=1e-5, atol=1e-9)
    assert [contact.side for contact in one.truth.contacts] == [Side.LEFT, Side.RIGHT]
    assert one.truth.of(Side.RIGHT).pronation == 0.35


def test_a_side_that_never_stood_on_the_mat_is_not_found():
    with pytest.raises(KeyError, match="no left contact"):
        walking_contact(FOOT, MAT).truth.of(Side.LEFT)


def test_a_walk_has_no_known_cop_shift():
    with pytest.raises(ValueError, match="without a known CoP shift"):
        walking_contact(FOOT, MAT).truth.contacts[0].medial_shift_percent(90)


def test_a_sensor_without_noise_is_half_a_step_off_at_most():
    made = walking_contact(FOOT, MAT)
    seen = made.seen_by(Sensor(noise=0.0, threshold_counts=0))
    step = 800 / 4095
    assert np.abs(seen.pressure.pressure_kpa - made.pressure.pressure_kpa).max() <= step / 2 + 1e-12
    assert seen.truth.sensor == Sensor(noise=0.0, threshold_counts=0)
    assert len(seen.pressure.history) == len(made.pressure.history) + 1


def test_what_a_sensor_does_is_known_and_repeatable():
    made = walking_contact(FOOT, MAT)
    sensor = Sensor(bits=8, threshold_counts=3, dead=(1000, 2000), seed=7)
    counts = sensor.counts(made.pressure)
    np.testing.assert_array_equal(counts, sensor.counts(made.pressure))
    assert (counts != Sensor(bits=8, threshold_counts=3, dead=(1000, 2000), seed=8).counts(made.pressure)).any()
    assert counts.max() <= 255
    assert not ((counts > 0) & (counts < 3)).any()
    assert (counts[:, [1000, 2000]] == 0).all()
    np.testing.assert_array_equal(made.seen_by(sensor).pressure.pressure_kpa, counts * (800 / 255))


def test_a_strong_press_saturates_and_an_offset_lifts_every_living_cell():
    made = walking_contact(FOOT, MAT)
    assert Sensor(full_scale_kpa=100).counts(made.pressure).max() == 4095
    lifted = Sensor(noise=0, threshold_counts=0, offset_counts=20, dead=(3,)).counts(made.pressure)
    assert lifted[0, 3] == 0
    assert (np.delete(lifted[0], 3) == 20).all()


def test_noise_has_the_stated_size():
    """sd 0.15 sqrt(count) before rounding; 0.15 x 20 = 3 at 400 counts, and rounding adds 1/12 to the variance."""
    layout = SensorLayout.rectangle(100, 100, 5.0)
    made = walking_contact(FOOT, MAT).pressure
    flat = type(made)([0.0], np.full((1, 10000), 400 * 800 / 4095), layout)
    counts = Sensor(seed=1).counts(flat)
    assert counts.mean() == pytest.approx(400, abs=4 * 3 / 100)
    assert counts.std() == pytest.approx(np.sqrt(9 + 1 / 12), rel=4 / np.sqrt(2 * 10000))


def test_pressures_go_through_one_sensor_only():
    with pytest.raises(ValueError, match="went through a sensor already"):
        walking_contact(FOOT, MAT).seen_by(Sensor()).seen_by(Sensor())


@pytest.mark.parametrize("wrong", [{"full_scale_kpa": 0}, {"bits": 0}, {"noise": -1}])
def test_an_impossible_sensor_is_refused(wrong):
    with pytest.raises(ValueError, match="but a"):
        Sensor(**wrong)
