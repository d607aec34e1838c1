"""Landings of known momentum, contact and flight; steps, late feet, missing rest; each foot's medial shift."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.errors import UndefinedMetricError
from footload.metrics import landing as metrics
from footload.metrics import landing_foot as feet
from footload.metrics import landing_rises as rises
from footload.metrics import stability
from footload.metrics.asymmetry import Asymmetry, asymmetry
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates
from footload.tasks.foot_curves import curves_on_plates
from footload.tasks.landing import find_landings
from footload.tasks.landing_feet import feet_in

BW = 70 * 9.80665


def three(vertical, shear=0.0):
    return np.column_stack([np.full((len(vertical), 2), shear), vertical])


def recorded(course, rate_hz=1000.0, noise_n=0.0):
    time_s = np.arange(round(course.duration_s * rate_hz)) / rate_hz
    force = course.force_n(time_s)
    return time_s, force + np.random.default_rng(1).normal(0, noise_n, len(force)) if noise_n else force


def landings(time_s, vertical, **more):
    return find_landings(time_s, three(vertical), **more).landings


@pytest.mark.parametrize("height_m", [0.2, 0.4, 0.6])
def test_the_drop_height_comes_back(height_m):
    """The whole impulse is the momentum; 1000 Hz sums it up to a few parts in a thousand at the abrupt touchdown."""
    (landing,) = landings(*recorded(DropCourse(height_m=height_m)))
    assert metrics.drop_height(landing) == pytest.approx(1000 * height_m, rel=0.01)
    assert metrics.touchdown_speed(landing) == pytest.approx(np.sqrt(2 * 9.80665 * height_m), rel=0.005)
    assert landing.time_s[landing.touchdown] == pytest.approx(0.5, abs=0.0011)
    assert 3 < metrics.landing_peak_force(landing) < 7
    assert metrics.landing_depth(landing) > 50


@settings(max_examples=40, deadline=None)
@given(st.floats(0.15, 0.6), st.floats(45, 110), st.floats(0, 3), st.sampled_from([500.0, 1000.0, 2000.0]))
def test_any_landing_is_found_once_and_in_time(height_m, mass, noise_n, rate_hz):
    course = DropCourse(body_mass_kg=mass, height_m=height_m, after_s=4)
    (landing,) = landings(*recorded(course, rate_hz, noise_n))
    assert landing.time_s[landing.touchdown] == pytest.approx(0.5, abs=0.005)
    assert metrics.drop_height(landing) == pytest.approx(1000 * height_m, rel=0.06)


def test_a_drop_jump():
    course = DropCourse(rebound_m_per_s=2.2)
    first, second = landings(*recorded(course))
    assert metrics.ground_contact_time(first) == pytest.approx(course.contact_s, abs=0.004)
    assert metrics.reactive_strength_ratio(first) == pytest.approx(course.flight_s / course.contact_s, rel=0.03)
    height_m = 9.80665 * course.flight_s**2 / 8
    assert metrics.reactive_strength_index(first) == pytest.approx(height_m / course.contact_s, rel=0.04)
    assert metrics.touchdown_speed(second) == pytest.approx(2.2, rel=0.01)
    with pytest.raises(UndefinedMetricError, match="does not leave the ground again"):
        metrics.ground_contact_time(second)
    with pytest.raises(UndefinedMetricError, match="does not come to rest"):
        metrics.drop_height(first)


def test_three_loading_rates_of_a_ramp():
    """From 0 to 2000 N in 40 ms, then down to body weight: 50,000 N/s by every definition."""
    time_s = np.arange(5000) / 1000
    since = time_s - 0.5
    force = np.where(
        since < 0, 0, np.where(since <= 0.04, 50_000 * since, np.maximum(2000 - 20_000 * (since - 0.04), BW))
    )
    (landing,) = landings(time_s, force)
    for rate in (metrics.loading_rate_average, metrics.loading_rate_secant, metrics.loading_rate_steepest):
        assert rate(landing) == pytest.approx(50_000 / BW, rel=1e-6)
    assert metrics.landing_time_to_peak(landing) == pytest.approx(0.039)
    assert metrics.landing_peak_force_n(landing) == pytest.approx(2000)


def test_times_to_stabilization_of_a_decaying_force():
    """``BW (1 + exp(-t / 0.2))``: in the band of 5 % from 0.2 ln 20 s on."""
    time_s = np.arange(5000) / 1000
    since = time_s - 0.5
    force = np.where(since < 0, 0, BW * (1 + np.exp(-np.maximum(since, 0) / 0.2)))
    (landing,) = landings(time_s, force)
    assert stability.time_to_stabilization_band(landing) == pytest.approx(0.2 * np.log(20), abs=0.002)
    window = force[500:3500]
    running = np.cumsum(window) / np.arange(1, 3001)
    away = np.abs(running - window.mean()) > 0.25 * window.std(ddof=1)
    assert stability.time_to_stabilization_sequential(landing) == pytest.approx((np.flatnonzero(away)[-1] + 1) / 1000)
    assert 0.2 < stability.time_to_stabilization_polynomial(landing) < 2.0


def test_stability_indices_of_constant_departures():
    """60 N to the side, 0 to the front, body weight below: by hand."""
    time_s = np.arange(5000) / 1000
    vertical = np.where(time_s < 0.5, 0, np.where(time_s < 0.52, 2 * BW, BW))
    force = np.column_stack([np.where(time_s < 0.5, 0, 60.0), np.zeros(5000), vertical])
    (landing,) = find_landings(time_s, force).landings
    assert stability.mlsi_newtons(landing) == pytest.approx(60)
    assert stability.mlsi(landing) == pytest.approx(60 / BW)
    assert stability.apsi(landing) == 0
    vertical_part = np.sqrt(20 * BW**2 / 3000)
    assert stability.vsi_newtons(landing) == pytest.approx(vertical_part)
    assert stability.dpsi_newtons(landing) == pytest.approx(np.hypot(60, vertical_part))


def test_a_step_onto_the_plate_is_no_landing():
    time_s = np.arange(4000) / 1000
    force = BW * np.clip((time_s - 0.5) / 0.3, 0, 1)
    search = find_landings(time_s, three(force))
    assert search.landings == ()
    assert "as a step onto the plate does" in search.notes[0]


def test_a_short_recording_says_how_long_it_has_to_be():
    (landing,) = landings(*recorded(DropCourse(after_s=2.0)))
    with pytest.raises(UndefinedMetricError, match="3 s are needed"):
        stability.dpsi(landing)


def both_feet(**more):
    return drop_on_plates(DropCourse(), **more)


def feet_of(trial):
    curves, _ = curves_on_plates(trial)
    force = np.sum([recording.force_n for recording in trial.forces], axis=0)
    sides = {curve.side: curve.force_n[:, 2] for curve in curves}
    (landing,) = find_landings(trial.forces[0].time_s, force, sides).landings
    return landing, feet_in(landing, curves)


@pytest.mark.parametrize("heading_deg", [0.0, 25.0, -40.0])
def test_the_medial_shift_of_each_foot(heading_deg):
    """5 mm of 95 mm medially is 5.263 %, 3 mm laterally is -3.158 %, however the feet are turned."""
    _, (left, right) = feet_of(both_feet(heading_deg=heading_deg))
    for foot, percent in ((left, 100 * 5 / 95), (right, -100 * 3 / 95)):
        assert feet.landing_medial_shift_early(foot) == pytest.approx(percent, abs=1e-6)
        assert feet.landing_medial_shift_peak(foot) == pytest.approx(percent, abs=1e-6)
        assert feet.landing_medial_shift_at_peak_force(foot) == pytest.approx(percent, abs=1e-6)
        assert feet.landing_cop_ap_at_peak_force(foot) == pytest.approx(100 * 140 / 260, abs=1e-6)


def test_a_plate_without_the_foots_place_refuses_the_shift_but_keeps_the_force():
    _, (left, _) = feet_of(both_feet(placed=False))
    with pytest.raises(UndefinedMetricError, match="where the left foot stands on its plate is not known"):
        feet.landing_medial_shift_early(left)
    assert feet.foot_landing_peak_force(left) > 1


def test_unequal_feet_have_an_asymmetry_by_its_formula():
    landing, _ = feet_of(both_feet(left_part=0.4))
    assert metrics.landing_peak_force_asymmetry(landing) == pytest.approx(20)
    assert metrics.touchdown_difference(landing) == pytest.approx(0, abs=1e-9)


def test_a_late_foot_is_named():
    trial = both_feet(late_s=0.03)
    curves, _ = curves_on_plates(trial)
    force = np.sum([recording.force_n for recording in trial.forces], axis=0)
    search = find_landings(trial.forces[0].time_s, force, {c.side: c.force_n[:, 2] for c in curves})
    assert [landing.rejected for landing in search.landings] == ["the right foot came down 30 ms after the other one"]
    assert search.counted == ()


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Asymmetry.OF_SUM, 20.0),
        (Asymmetry.OF_MEAN, 40.0),
        (Asymmetry.OF_LARGER, 100 / 3),
        (Asymmetry.OF_INVOLVED, 200 / 3),
        (Asymmetry.ANGLE, 100 * (45 - np.degrees(np.arctan(2 / 3))) / 90),
    ],
)
def test_each_formula_of_asymmetry(formula, expected):
    """Left 40, right 60."""
    assert asymmetry(40, 60, formula) == pytest.approx(expected)
    if formula is not Asymmetry.OF_INVOLVED:
        assert asymmetry(60, 40, formula) == pytest.approx(-expected)
        assert asymmetry(50, 50, formula) == pytest.approx(0, abs=1e-12)


def test_asymmetry_of_signed_values_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        asymmetry(-1, 2, Asymmetry.OF_SUM)
    with pytest.raises(UndefinedMetricError, match="nothing on the sides"):
        asymmetry(0, 0, Asymmetry.OF_SUM)


@pytest.mark.parametrize("force", [np.full((500, 3), np.nan), np.zeros((3, 3)), np.zeros((0, 3))])
def test_nothing_to_find_is_said(force):
    search = find_landings(np.arange(len(force)) / 100, force)
    assert search.landings == ()
    assert search.notes


def test_a_rest_after_another_flight_is_no_reference_on_a_plate_with_one_place():
    """The first contact of a drop jump; the foot may come down elsewhere after the rebound, which no plate shows."""
    trial = drop_on_plates(DropCourse(rebound_m_per_s=2.2))
    curves, _ = curves_on_plates(trial)
    force = np.sum([recording.force_n for recording in trial.forces], axis=0)
    sides = {curve.side: curve.force_n[:, 2] for curve in curves}
    first, second = find_landings(trial.forces[0].time_s, force, sides).landings
    assert first.weighing is not None
    assert first.weighing.start > first.lands_again
    for foot in feet_in(first, curves):
        assert feet.foot_landing_peak_force(foot) > 1
        with pytest.raises(UndefinedMetricError, match="only in another contact than this landing"):
            feet.landing_medial_shift_early(foot)
    left, right = feet_in(second, curves)
    assert feet.landing_medial_shift_early(left) == pytest.approx(100 * 5 / 95, abs=1e-6)
    assert feet.landing_medial_shift_early(right) == pytest.approx(-100 * 3 / 95, abs=1e-6)


def test_rises_over_fixed_windows_by_hand():
    """To 1000 N in 20 ms, to 1500 N until 60 ms, down to body weight at 80 ms."""
    by_hand = ((0.0, 0.0), (0.02, 1000.0), (0.06, 1500.0), (0.08, BW), (5.0, BW))
    for rate_hz in (1000, 250):
        time_s = np.arange(round(4.5 * rate_hz)) / rate_hz
        since = time_s - 0.5
        force = np.where(since < -1e-9, 0.0, 30.0 + np.interp(since, *zip(*by_hand, strict=True)))
        (landing,) = landings(time_s, force)
        weight = landing.weight_n
        assert rises.landing_force_rise_20ms(landing) == pytest.approx(1000 / 0.02 / weight, rel=1e-9)
        assert rises.landing_force_rise_40ms(landing) == pytest.approx(1250 / 0.04 / weight, rel=1e-9)
        assert rises.landing_force_rise_60ms(landing) == pytest.approx(1500 / 0.06 / weight, rel=1e-9)
        assert rises.landing_force_rise_80ms(landing) == pytest.approx(BW / 0.08 / weight, rel=1e-9)


def test_a_slow_device_shows_no_rise_within_20_ms():
    (landing,) = landings(*recorded(DropCourse(), 80.0))
    with pytest.raises(UndefinedMetricError, match="80 Hz show no rise within 20 ms; 100 Hz or more do"):
        rises.landing_force_rise_20ms(landing)
    assert rises.landing_force_rise_40ms(landing) > 0
