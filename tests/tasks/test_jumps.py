"""Jumps: known courses, steps off the plate, noise of an empty plate, and what is missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.errors import UndefinedMetricError
from footload.metrics import jump as jumps
from footload.synthetic.jump import JumpCourse
from footload.tasks.jump import JumpKind, find_jumps
from footload.tasks.jump_rules import JumpRules, OnsetRule
from footload.tasks.weighing import WeighingMethod, weigh

RATE_HZ = 1000.0


def recorded(course, rate_hz=RATE_HZ, noise_n=0.0, seed=1):
    time_s = np.arange(round(course.duration_s * rate_hz)) / rate_hz
    force = course.force_n(time_s)
    return time_s, force + np.random.default_rng(seed).normal(0, noise_n, len(force)) if noise_n else force


@pytest.fixture(scope="module")
def jump():
    (found,) = find_jumps(*recorded(JumpCourse())).jumps
    return found


def test_moments_of_a_known_jump(jump):
    """Within a frame of 1 ms, but for the onset, which waits for the force to leave body weight by 2.5 %."""
    at = JumpCourse().times_s
    for name in ("unweighted", "turned", "takeoff", "landing"):
        assert jump.time_s[getattr(jump, name)] == pytest.approx(at[name], abs=0.0021), name
    assert -0.03 <= jump.time_s[jump.onset] - at["onset"] <= 0.01
    assert jump.kind is JumpKind.COUNTERMOVEMENT
    assert list(jump.repetition.phases) == ["unweighting", "braking", "propulsion", "flight"]


def test_heights_of_a_known_jump(jump):
    """0.263 m by both; a frame at take-off is worth 9.8 mm/s, which is 2.3 mm of height."""
    course = JumpCourse()
    assert course.height_mm == pytest.approx(263, abs=2)
    assert jumps.takeoff_velocity(jump) == pytest.approx(course.takeoff_velocity_m_per_s, abs=0.011)
    assert jumps.jump_height_impulse(jump) == pytest.approx(course.height_mm, abs=2.6)
    assert jumps.jump_height_flight_time(jump) == pytest.approx(course.height_mm, abs=1.2)
    assert jumps.countermovement_depth(jump) == pytest.approx(course.depth_mm, abs=0.5)


def test_impulses_and_forces_of_a_known_jump(jump):
    course = JumpCourse()
    down = course.body_mass_kg * -course.fastest_down_m_per_s
    assert jumps.braking_impulse(jump) == pytest.approx(down, rel=1e-3)
    up = course.body_mass_kg * course.takeoff_velocity_m_per_s
    assert jumps.propulsion_impulse(jump) == pytest.approx(up, rel=6e-3)  # one frame
    assert jumps.peak_propulsion_force(jump) == pytest.approx(1 + 12 / 9.80665, rel=1e-4)
    assert jumps.mean_braking_force(jump) == pytest.approx(1 + down / course.body_mass_kg / 0.25 / 9.80665, rel=5e-3)
    assert jumps.rsi_modified_impulse(jump) == pytest.approx(0.263 / 0.9, rel=0.03)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.floats(45, 120), st.floats(0.25, 0.5), st.floats(0.2, 0.35), st.floats(8, 16)),
    st.floats(0, 4),
    st.sampled_from([500.0, 1000.0, 2000.0]),
)
def test_any_jump_is_found_once(body, noise, rate):
    mass, fall, brake, push = body
    course = JumpCourse(body_mass_kg=mass, fall_s=fall, brake_s=brake, push_m_per_s2=push)
    search = find_jumps(*recorded(course, rate, noise))
    (jump,) = search.jumps
    assert jump.time_s[jump.takeoff] == pytest.approx(course.times_s["takeoff"], abs=0.0005 + 1 / rate)
    assert jump.time_s[jump.landing] == pytest.approx(course.times_s["landing"], abs=0.005)
    assert jumps.jump_height_impulse(jump) == pytest.approx(course.height_mm, rel=0.04)


def test_a_squat_jump_has_no_countermovement():
    time_s = np.arange(4000) / 1000
    course = JumpCourse(still_s=1.4)
    force = course.force_n(time_s + course.fall_s + course.brake_s)
    force = np.where(time_s < 1.4, 70 * 9.80665, force)
    (jump,) = find_jumps(time_s, force).jumps
    assert jump.kind is JumpKind.SQUAT
    assert jumps.countermovement_depth(jump) == pytest.approx(0, abs=1e-9)
    assert jumps.jump_height_impulse(jump) == pytest.approx(course.height_mm, rel=0.02)
    with pytest.raises(UndefinedMetricError, match="has no braking"):
        jumps.braking_time(jump)


def test_a_step_off_the_plate_is_no_jump():
    time_s = np.arange(5000) / 1000
    force = np.where(time_s < 3, 686.0, np.where(time_s < 3.5, 0.0, 686.0))
    search = find_jumps(time_s, force)
    assert search.jumps == ()
    assert "force leaves body weight nowhere" in search.notes[0]


def test_a_jump_off_the_plate_has_no_flight_time_but_a_height():
    course = JumpCourse()
    time_s, force = recorded(course)
    kept = time_s < course.times_s["landing"]
    (jump,) = find_jumps(time_s[kept], force[kept]).jumps
    assert jumps.jump_height_impulse(jump) == pytest.approx(course.height_mm, abs=2.6)
    with pytest.raises(UndefinedMetricError, match="ends before the landing"):
        jumps.jump_flight_time(jump)


def test_a_spike_of_an_empty_plate_does_not_cut_a_flight():
    course = JumpCourse()
    time_s, force = recorded(course)
    at = round((course.times_s["takeoff"] + 0.2) * RATE_HZ)
    force[at : at + 5] = 24.0
    (jump,) = find_jumps(time_s, force).jumps
    assert jump.flight_s == pytest.approx(course.flight_s, abs=0.0021)


def test_somebody_who_never_stands_still_is_not_weighed():
    time_s = np.arange(3000) / 1000
    search = find_jumps(time_s, np.where((time_s > 2) & (time_s < 2.4), 0, 700 + 200 * np.sin(9 * time_s)))
    assert search.jumps == ()
    assert "nobody stands still" in search.notes[0]


def test_the_quietest_second_weighs_where_the_first_one_moves():
    time_s = np.arange(4000) / 1000
    force = 700 + np.where(time_s < 1.5, 60 * np.sin(5 * time_s), 0.0)
    quiet, first = weigh(time_s, force), weigh(time_s, force, WeighingMethod.FIRST)
    assert quiet is not None
    assert first is not None
    assert quiet.weight_n == pytest.approx(700, abs=1e-9)
    assert quiet.start >= 1500
    assert first.weight_n != pytest.approx(700, abs=5)


def test_an_empty_plate_is_never_body_weight():
    time_s = np.arange(5000) / 1000
    noise = np.random.default_rng(2).normal(0, 3, 5000)
    force = np.where((time_s > 1) & (time_s < 3), 700 + noise, 0.0)
    weighing = weigh(time_s, force)
    assert weighing is not None
    assert weighing.weight_n == pytest.approx(700, abs=1)


def test_rules_say_their_name():
    assert OnsetRule().name == "5 SD for 30 ms, 30 ms earlier"
    assert OnsetRule(0, part_of_weight=0.1, back_s=0).name == "10 % of body weight for 30 ms, 0 ms earlier"


@pytest.mark.parametrize("force", [np.full(500, np.nan), np.zeros(3), np.full(2, 700.0), np.zeros(0)])
def test_nothing_to_find_is_said(force):
    search = find_jumps(np.arange(len(force)) / 100, force)
    assert search.jumps == ()
    assert search.notes


def test_times_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="force_n has shape"):
        find_jumps(np.arange(5) / 100, np.zeros(4))


def test_a_speed_one_frame_later_is_a_rule_of_its_own():
    later = JumpRules(velocity_after_takeoff=True)
    time_s, force = recorded(JumpCourse())
    one, other = find_jumps(time_s, force).jumps[0], find_jumps(time_s, force, later).jumps[0]
    assert other.takeoff_velocity_m_per_s < one.takeoff_velocity_m_per_s
