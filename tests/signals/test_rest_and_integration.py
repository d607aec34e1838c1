"""Stretches, stillness, turning points and integration from rest to rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.signals.integration import integral, rest_to_rest, with_end_moved
from footload.signals.runs import frames_of, runs
from footload.signals.smoothing import moving_mean
from footload.signals.stillness import quietest, still_stretches
from footload.signals.turning_points import turning_points


def test_runs_are_half_open_and_short_ones_are_left_out() -> None:
    holds = np.array([1, 1, 0, 1, 0, 1, 1, 1], bool)
    assert runs(holds) == [(0, 2), (3, 4), (5, 8)]
    assert runs(holds, shortest=2) == [(0, 2), (5, 8)]
    assert runs(np.zeros(3, bool)) == []


def test_a_duration_takes_at_least_one_frame() -> None:
    time_s = np.arange(10) / 50
    assert frames_of(0.1, time_s) == 5
    assert frames_of(0.001, time_s) == 1
    assert frames_of(0.1, np.array([0.0, 0.02])) == 5
    assert frames_of(0.1, np.array([3.0])) == 1


@pytest.mark.parametrize("n", [2, 299, 300, 301, 302, 601, 20_000])
def test_gaps_and_jitter_do_not_change_the_usual_step(n: int) -> None:
    """One gap of ten seconds in the middle, and times that come up to a fifth of a step early or late."""
    rng = np.random.default_rng(n)
    time_s = np.arange(n) / 100 + rng.uniform(-0.002, 0.002, n)
    time_s[n // 2 + 1 :] += 10.0
    assert frames_of(0.1, time_s) == pytest.approx(10, abs=1 if n > 2 else 4)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 50])
def test_a_moving_mean_moves_nothing_in_time(n: int) -> None:
    line = np.arange(40.0)
    smooth = moving_mean(line, n)
    inside = slice(n // 2, 40 - n // 2)
    assert smooth[inside] == pytest.approx(line[inside])
    pulse = np.zeros(41)
    pulse[20] = 1.0
    assert moving_mean(pulse, n) == pytest.approx(moving_mean(pulse, n)[::-1])
    assert moving_mean(np.full(40, 3.0), n) == pytest.approx(3.0)


def test_the_quietest_second_is_found_only_where_it_is_allowed() -> None:
    values = np.concatenate([np.zeros(10), 5 + np.tile([-1.0, 1.0], 10), 7 + np.tile([-0.1, 0.1], 5)])
    quiet = quietest(values, 10, values > 1)
    assert quiet is not None
    assert (quiet.start, quiet.stop) == (30, 40)
    assert quiet.level == pytest.approx(7.0)
    assert quiet.noise == pytest.approx(0.1)
    assert quiet.span == pytest.approx(0.2)
    assert quietest(values, 10, np.zeros(40, bool)) is None
    assert quietest(values, 41, np.ones(40, bool)) is None


def test_slow_drift_is_still_and_a_step_is_not() -> None:
    drifting = np.linspace(0, 1, 101)
    assert still_stretches(drifting, 10, 0.1, np.ones(101, bool)) == [(0, 101)]
    rising = np.concatenate([np.zeros(50), np.linspace(0, 5, 20), np.full(50, 5.0)])
    assert still_stretches(rising, 10, 0.1, np.ones(120, bool)) == [(0, 51), (69, 120)]
    assert still_stretches(drifting, 10, 0.05, np.ones(101, bool)) == []


def test_a_long_window_at_a_high_rate_finds_the_same_stretch() -> None:
    values = np.concatenate([np.zeros(1000), np.sin(np.arange(1000) / 30), np.zeros(1000)])
    found = still_stretches(values, 400, 1e-9, np.ones(3000, bool))
    assert len(found) == 2
    assert found[0][0] == 0
    assert found[0][1] == pytest.approx(1000, abs=10)  # windows are looked at every tenth frame
    assert found[1][1] == 3000


def test_turning_points_leave_small_swings_out() -> None:
    curve = np.array([0, 1, 0, 10, 9, 10.5, 0, -1, 0, 12, 3.0])
    assert turning_points(curve, 5.0) == [0, 5, 7, 9, 10]
    assert turning_points(curve, 20.0) == []


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=60), st.floats(0.5, 50))
@settings(max_examples=80, deadline=None)
def test_turning_points_are_highs_and_lows_in_turn_and_far_enough_apart(values: list[float], least: float) -> None:
    curve = np.array(values)
    turns = turning_points(curve, least)
    assert turns == sorted(set(turns))
    swings = np.diff(curve[turns])
    assert (np.abs(swings) >= least).all()
    assert (swings[1:] * swings[:-1] < 0).all()
    assert bool(turns) == (np.ptp(curve) >= least)


def test_the_integral_of_a_line_is_exact() -> None:
    time_s = np.array([0.0, 0.5, 2.0, 3.0])
    assert integral(time_s, 2 * time_s) == pytest.approx(time_s**2)


@given(st.floats(-2, 2), st.floats(-1, 1))
@settings(max_examples=30, deadline=None)
def test_an_offset_and_a_drift_of_the_acceleration_are_taken_out(offset: float, drift: float) -> None:
    s = np.linspace(0, 1, 2001)
    true = 0.3 * s**3 * (10 - 15 * s + 6 * s**2)
    acceleration = 0.3 * 60 * s * (1 - s) * (1 - 2 * s)
    displacement, velocity = rest_to_rest(s, acceleration + offset + drift * s)
    moved, corrected = with_end_moved(s, displacement, velocity, 0.3 - displacement[-1])
    assert moved == pytest.approx(true, abs=1e-6)  # trapezoid rule on 2000 steps
    assert corrected[[0, -1]] == pytest.approx(0.0, abs=1e-12)
