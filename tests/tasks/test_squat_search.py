"""Squats found in the vertical force alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from footload.synthetic import SquatTiming
from footload.synthetic.squat import squat_force
from footload.tasks.squat import SquatRules, SquatSearch, find_squats
from footload.tasks.vertical_motion import vertical_motion

MASS_KG = 72.0
WEIGHT_N = MASS_KG * 9.80665


def force_of(timing: SquatTiming, rate_hz: float = 100.0, noise: float = 0.0, seed: int = 0) -> tuple[Any, Any]:
    """Times and force of synthetic squats; noise in parts of the body weight a frame."""
    time_s = np.arange(round(timing.duration_s * rate_hz)) / rate_hz
    force = squat_force(time_s, timing, MASS_KG)
    return time_s, force + noise * WEIGHT_N * np.random.default_rng(seed).standard_normal(len(force))


def assert_found(search: SquatSearch, time_s: Any, timing: SquatTiming, depth_mm: float, late: float = 0.08) -> None:
    """Every repetition and no other; phases begin within `late` of their length; depth within `depth_mm`.

    A phase is said to begin where the speed passes 5 % of its peak, which the smoothest motion does after 5.8 % of
    its time; the rest is one frame at 30 Hz and what noise does to a small speed.
    """
    assert len(search.repetitions) == len(search.counted) == timing.n_repetitions
    frame_s = float(time_s[1] - time_s[0])
    for found, true in zip(search.counted, timing.repetitions, strict=True):
        down, bottom, up = (found.phases[name] for name in ("descent", "bottom", "ascent"))
        assert (found.start, down[1], bottom[1], found.stop) == (down[0], bottom[0], up[0], up[1])
        begins = [time_s[down[0]], time_s[bottom[0]], time_s[bottom[1] - 1], time_s[up[1] - 1]]
        truth = [true.start_s, true.bottom_start_s, true.bottom_stop_s, true.stop_s]
        slack = late * max(timing.down_s, timing.up_s) + frame_s
        assert begins == pytest.approx(truth, abs=slack)
        assert true.bottom_start_s - slack <= time_s[found.deepest_frame] <= true.bottom_stop_s + slack
        assert search.depth_mm[found.deepest_frame] == pytest.approx(1000 * timing.depth_m, abs=depth_mm)


@pytest.mark.parametrize("rate_hz", [30, 50, 100, 250, 1000])
@pytest.mark.parametrize(
    "timing",
    [
        SquatTiming(),
        SquatTiming(hold_s=2.0),
        SquatTiming(hold_s=0.0, rest_s=0.5),
        SquatTiming(down_s=2.0, up_s=2.0, depth_m=0.2),
        SquatTiming(down_s=3.0, up_s=3.0, depth_m=0.3),
        SquatTiming(down_s=0.6, up_s=0.6, rest_s=0.5),
    ],
    ids=["usual", "hold of two seconds", "half a second of rest", "protocol", "slow", "fast"],
)
def test_every_squat_is_found_at_every_rate(timing: SquatTiming, rate_hz: float) -> None:
    time_s, force = force_of(timing, rate_hz)
    # 10 mm: a slow squat begins below the threshold of stillness; a fast one has few frames at 30 Hz.
    assert_found(find_squats(time_s, force), time_s, timing, depth_mm=10.0)


@pytest.mark.parametrize("hold_s", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_noise_and_drift_of_the_force_change_little(hold_s: float, seed: int) -> None:
    timing = SquatTiming(hold_s=hold_s)
    time_s, force = force_of(timing, 50.0, noise=0.004, seed=seed)
    drifting = force * (1 + 0.03 * time_s / time_s[-1])
    # 0.4 % of body weight is what a mat of 8 bit shows; twice integrated between rests it is worth about 10 mm.
    assert_found(find_squats(time_s, drifting), time_s, timing, depth_mm=15.0)


@given(
    down_s=st.floats(0.8, 2.2),
    up_s=st.floats(0.8, 2.2),
    hold_s=st.floats(0.0, 2.0),
    rest_s=st.floats(0.8, 3.0),
    depth_m=st.floats(0.15, 0.45),
    rate_hz=st.sampled_from([50.0, 100.0]),
    seed=st.integers(0, 1000),
)
@example(down_s=0.8046875, up_s=2.0, hold_s=0.0, rest_s=1.0, depth_m=0.25, rate_hz=50.0, seed=23)
@settings(max_examples=40, deadline=None)
def test_squats_of_any_tempo_and_depth_are_found(
    *, down_s: float, up_s: float, hold_s: float, rest_s: float, depth_m: float, rate_hz: float, seed: int
) -> None:
    timing = SquatTiming(3, 1.5, down_s, hold_s, up_s, rest_s, depth_m)
    time_s, force = force_of(timing, rate_hz, noise=0.0015, seed=seed)
    assert_found(find_squats(time_s, force), time_s, timing, depth_mm=20.0, late=0.12)


def test_counts_of_an_uncalibrated_device_give_the_same_squats() -> None:
    time_s, force = force_of(SquatTiming(), 50.0, noise=0.001)
    newtons, counts = find_squats(time_s, force), find_squats(time_s, 37.5 * force)
    assert [(r.start, r.stop, r.deepest_frame) for r in counts.repetitions] == [
        (r.start, r.stop, r.deepest_frame) for r in newtons.repetitions
    ]
    assert counts.depth_mm == pytest.approx(newtons.depth_mm, abs=1e-6)
    assert counts.body_weight_n == pytest.approx(37.5 * newtons.body_weight_n)


def test_the_body_weight_is_that_of_the_quietest_second() -> None:
    time_s, force = force_of(SquatTiming(), 100.0, noise=0.002)
    search = find_squats(time_s, force)
    assert search.body_weight_n == pytest.approx(WEIGHT_N, rel=1e-3)  # 0.2 % over the root of 100 frames, and chosen
    assert 0.001 * WEIGHT_N < search.noise_n <= 0.002 * WEIGHT_N


def test_the_start_time_changes_nothing() -> None:
    time_s, force = force_of(SquatTiming(), 50.0, noise=0.001)
    early, late = find_squats(time_s, force), find_squats(time_s + 1234.5, force)
    assert [r.phases for r in late.repetitions] == [r.phases for r in early.repetitions]
    assert late.depth_mm == pytest.approx(early.depth_mm, abs=1e-6)


def test_who_steps_on_late_and_off_again_is_measured_in_between() -> None:
    timing = SquatTiming(still_s=3.0)
    _, force = force_of(timing, 50.0, noise=0.001)
    stepping = np.concatenate([np.zeros(100), WEIGHT_N * np.linspace(0, 1.1, 20), force, np.zeros(60)])
    all_s = np.arange(len(stepping)) / 50.0
    search = find_squats(all_s, stepping)
    assert len(search.counted) == len(search.repetitions) == 5
    for found, true in zip(search.counted, timing.repetitions, strict=True):
        assert all_s[found.start] - 2.4 == pytest.approx(true.start_s, abs=0.1)
    assert np.isnan(search.depth_mm[:120]).all()
    assert np.isnan(search.depth_mm[-60:]).all()
    assert any("not known in" in note for note in search.notes)


def test_a_squat_that_began_before_the_recording_is_rejected_by_name() -> None:
    time_s, force = force_of(SquatTiming(3), 100.0)
    cut = slice(280, None)  # 0.8 s into the first descent
    search = find_squats(time_s[cut], force[cut])
    assert [r.rejected for r in search.repetitions] == ["started before the recording", "", ""]
    assert [r.number for r in search.counted] == [1, 2]
    assert any("Repetition 1 does not count" in note for note in search.notes)


def test_a_squat_that_the_end_cuts_off_is_rejected_by_name() -> None:
    time_s, force = force_of(SquatTiming(3), 100.0)
    cut = slice(0, 1160)  # at the bottom of the third
    search = find_squats(time_s[cut], force[cut])
    assert [r.rejected for r in search.repetitions] == ["", "", "cut off by the end of the recording"]


def test_shallow_dips_are_rejected_and_sway_is_not_listed() -> None:
    deep, shallow = SquatTiming(3, depth_m=0.30), SquatTiming(1, depth_m=0.12)
    mini, sway = SquatTiming(1, depth_m=0.045), SquatTiming(1, depth_m=0.02)
    force = np.concatenate([force_of(timing)[1] for timing in (deep, shallow, mini, sway)])
    search = find_squats(np.arange(len(force)) / 100, force)
    assert [bool(r.rejected) for r in search.repetitions] == [False, False, False, True, True]
    assert search.repetitions[3].rejected == "too shallow: 120 mm, where the usual depth is 300 mm"
    assert search.repetitions[4].rejected == "too shallow: 45 mm, less than 60 mm"


def test_quiet_standing_holds_no_squat() -> None:
    rng = np.random.default_rng(5)
    time_s = np.arange(3000) / 100
    breathing = 1 + 0.004 * np.sin(2 * np.pi * 0.25 * time_s) + 0.004 * np.sin(2 * np.pi * 1.2 * time_s)
    search = find_squats(time_s, WEIGHT_N * (breathing + 0.003 * rng.standard_normal(len(time_s))))
    assert search.counted == ()


def test_squats_too_slow_for_the_force_are_said_to_be_possible() -> None:
    time_s, force = force_of(SquatTiming(2, down_s=9.0, up_s=9.0), 50.0, noise=0.0015)
    search = find_squats(time_s, force)
    assert search.counted == ()
    assert any("does not show in this force" in note for note in search.notes)


@pytest.mark.parametrize(
    "force",
    [np.zeros(500), np.full(500, np.nan), 400 + 300 * np.sin(np.arange(500) / 3), np.full(3, 700.0)],
    ids=["nobody", "nothing known", "never still", "three frames"],
)
def test_without_a_still_second_there_is_a_reason_and_no_squat(force: Any) -> None:
    search = find_squats(np.arange(len(force)) / 100, force)
    assert search.repetitions == ()
    assert np.isnan(search.body_weight_n)
    assert np.isnan(search.depth_mm).all()
    assert "Nobody stands still" in search.notes[0]


def test_a_moment_without_data_is_no_reason_to_lose_the_other_squats() -> None:
    time_s, force = force_of(SquatTiming(5), 100.0)
    force[740:760] = np.nan  # within the second squat
    search = find_squats(time_s, force)
    assert len(search.counted) >= 3


def test_times_that_do_not_rise_and_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="does not rise"):
        find_squats(np.array([0.0, 0.0, 1.0]), np.ones(3))
    with pytest.raises(ValueError, match="force_n has shape"):
        find_squats(np.arange(3.0), np.ones(4))
    with pytest.raises(ValueError, match="have to be above 0 and rise"):
        SquatRules(sway_mm=80.0)


def test_a_hold_at_the_bottom_is_rest_but_not_standing() -> None:
    time_s, force = force_of(SquatTiming(2, hold_s=2.0), 100.0)
    motion = vertical_motion(time_s, force)
    assert [round(rest.depth_mm) for rest in motion.rests] == [0, 350, 0, 350, 0]


def test_a_mat_that_weighs_a_squatting_person_differently_still_finds_the_hold() -> None:
    timing = SquatTiming(3, hold_s=2.5)
    time_s, force = force_of(timing, 50.0, noise=0.001)
    lost = force * (1 - 0.02 * timing.depth_fraction(time_s))
    search = find_squats(time_s, lost)
    assert len(search.counted) == 3
    # 2 % of the weight missing in the hold would be 0.6 m by itself; told as rest it costs a few centimeters.
    assert [search.depth_mm[r.deepest_frame] for r in search.counted] == pytest.approx([350] * 3, abs=60)
