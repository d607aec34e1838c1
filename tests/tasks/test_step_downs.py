"""Step-downs on mats and plates, with the other heel on the floor or not."""

from __future__ import annotations

import numpy as np
import pytest

import footload as fl
from footload.recordings import SensorLayout, Side
from footload.synthetic import Sensor, SquatTiming, StandingFoot, SyntheticFoot
from footload.synthetic.mat_movements import step_down_on_mat
from footload.synthetic.plate_movements import step_down_on_plate
from footload.synthetic.stance import StanceCourse
from footload.synthetic.step_down import StepDownCourse
from footload.tasks.squat import find_squats
from footload.tasks.step_down import find_step_downs, without_taps

WEIGHT_N = 70 * 9.80665
MAT = SensorLayout.rectangle(64, 40, 5.0)


def forced(course: StepDownCourse, rate_hz: float = 200.0, noise_n: float = 0.0):
    time_s = np.arange(round(course.timing.duration_s * rate_hz)) / rate_hz
    return time_s, course.force_n(time_s) + noise_n * np.random.default_rng(1).standard_normal(len(time_s))


def test_a_tap_of_known_size_is_found_and_filled_in() -> None:
    course = StepDownCourse(tap_part=0.08)
    time_s, force = forced(course)
    whole, taps = without_taps(time_s, force)
    assert len(taps) == 5
    for tap, truth in zip(taps, course.timing.repetitions, strict=True):
        middle = (time_s[tap.start] + time_s[tap.stop - 1]) / 2
        assert middle == pytest.approx((truth.bottom_start_s + truth.bottom_stop_s) / 2, abs=0.02)
        # The moving mean of a tenth of a second takes a tenth off the top of a half sine of 0.4 s.
        assert tap.part == pytest.approx(0.08, rel=0.12)
    exact = StepDownCourse(tap_part=0.0).force_n(time_s)
    assert np.abs(whole - exact).max() < 0.03 * WEIGHT_N  # what is left of the edges of a tap


@pytest.mark.parametrize("tap_part", [0.0, 0.04, 0.08])
@pytest.mark.parametrize("hold_s", [0.3, 0.8, 1.5])
def test_depth_and_repetitions_do_not_depend_on_a_light_tap(tap_part: float, hold_s: float) -> None:
    timing = SquatTiming(4, 2.0, 1.4, hold_s, 1.2, 1.5, 0.18)
    time_s, force = forced(StepDownCourse(timing, tap_part=tap_part), noise_n=0.5)
    search = find_step_downs(time_s, force)
    assert len(search.counted) == len(search.repetitions) == 4
    for repetition, truth in zip(search.counted, timing.repetitions, strict=True):
        assert time_s[repetition.start] == pytest.approx(truth.start_s, abs=0.15)
        assert truth.bottom_start_s - 0.1 <= time_s[repetition.deepest_frame] <= truth.bottom_stop_s + 0.1
        # A tenth of the depth: the edges of a tap are not told from the movement.
        assert search.depth_mm[repetition.deepest_frame] == pytest.approx(180, abs=18)


def test_without_the_filling_a_tap_would_be_taken_for_a_fall() -> None:
    time_s, force = forced(StepDownCourse(SquatTiming(4, 2.0, 1.4, 0.8, 1.2, 1.5, 0.18), tap_part=0.08))
    plain = find_squats(time_s, force)
    off = [abs(plain.depth_mm[r.deepest_frame] - 180) for r in plain.repetitions]
    assert len(plain.counted) != 4 or max(off) > 36


def test_who_pushes_off_the_floor_does_not_count_and_is_told_why() -> None:
    time_s, force = forced(StepDownCourse(tap_part=0.2))
    search = find_step_downs(time_s, force)
    assert search.counted == ()
    assert len(search.repetitions) == 5
    for repetition in search.repetitions:
        assert repetition.rejected.startswith("pushed off from the floor with")
    assert any("other heel taps" in note for note in search.notes)


def test_squats_have_no_taps() -> None:
    for timing in (SquatTiming(), SquatTiming(hold_s=0.0, rest_s=0.5), SquatTiming(hold_s=2.0)):
        time_s, force = forced(StepDownCourse(timing), noise_n=1.0)
        whole, taps = without_taps(time_s, force)
        assert taps == ()
        np.testing.assert_array_equal(whole, force)


def test_nobody_still_is_left_as_it_is() -> None:
    time_s = np.arange(300) / 100
    shaking = 700 + 200 * np.sin(20 * time_s)
    assert without_taps(time_s, shaking) == (pytest.approx(shaking), ())
    assert find_step_downs(time_s, shaking).repetitions == ()


def test_step_downs_on_a_mat() -> None:
    side = Side.LEFT
    standing = StandingFoot(SyntheticFoot(side, place_mm=(100, 160), heading_deg=5), medial_mm=6, anterior_mm=-6)
    course = StepDownCourse(tap_part=0.06)
    exact = step_down_on_mat(standing, MAT, course, sway=StanceCourse(slow_mm=0.5, fast_mm=0.2))
    analysis = fl.analyze(exact.seen_by(Sensor(noise=0.1, threshold_counts=6)).trial)
    counted = [r for r in analysis.repetitions if not r.rejected]
    assert len(counted) == 5
    truth_mm = exact.truth.of(side).medial_shift_mm
    width_mm = analysis.shifts[side].width_mm
    shifts = [f for f in analysis.findings if f.metric == "cop_medial_shift_at_depth"]
    assert len(shifts) == 5
    for finding, repetition in zip(shifts, counted, strict=True):
        moved_mm = truth_mm[repetition.deepest_frame] - np.median(truth_mm[repetition.start - 100 : repetition.start])
        assert finding.side is side
        assert finding.value * width_mm / 100 == pytest.approx(moved_mm, abs=0.005 * 95)


@pytest.mark.parametrize("tap_part", [0.0, 0.06])
def test_step_downs_on_a_plate(tap_part: float) -> None:
    trial = step_down_on_plate(StepDownCourse(tap_part=tap_part), Side.RIGHT, shift_mm=6, heading_deg=-10, noise_n=0.2)
    analysis = fl.analyze(trial)
    assert len([r for r in analysis.repetitions if not r.rejected]) == 5
    shifts = [f for f in analysis.findings if f.metric == "cop_medial_shift_at_depth"]
    assert {f.side for f in shifts} == {Side.RIGHT}
    assert [f.value for f in shifts] == pytest.approx([100 * 6 / 95] * 5, abs=0.3)


@pytest.mark.parametrize(
    ("wrong", "says"), [({"tap_part": 1.0}, "below 1"), ({"tap_part": 0.1, "timing": SquatTiming(hold_s=0.0)}, "none")]
)
def test_an_impossible_step_down_is_refused(wrong, says) -> None:
    with pytest.raises(ValueError, match=says):
        StepDownCourse(**wrong)
