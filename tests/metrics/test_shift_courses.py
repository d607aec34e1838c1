"""The medial shift in millimeters, its range and velocity, in squats and landings; both feet of a landing compared."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footload as fl
from footload.errors import UndefinedMetricError
from footload.metrics import landing_shift_course as in_landing
from footload.metrics import landing_shift_sides as sides_of
from footload.metrics import medial_shift_course as in_squat
from footload.metrics.landing_foot import (
    landing_medial_shift_at_peak_force,
    landing_medial_shift_early,
    landing_medial_shift_peak,
)
from footload.metrics.registry import Scope, metrics
from footload.recordings import SensorLayout
from footload.synthetic import SquatTiming, StandingFoot, SyntheticFoot, demo_squat
from footload.synthetic.landing import DropCourse
from footload.synthetic.mat_movements import drop_on_mat
from footload.synthetic.plate_movements import drop_on_plates, squat_on_plates
from footload.tasks.foot_curves import curves_on_plates
from footload.tasks.landing import find_landings
from footload.tasks.landing_feet import LandingFeet, LandingFoot, feet_in
from footload.tasks.movement import RepetitionFoot
from footload.tasks.repetition import Repetition
from footload.trials import Side, Trial

ROUNDING = 1e-9
ASYMMETRIES = {
    sides_of.landing_medial_shift_early_asymmetry: landing_medial_shift_early,
    sides_of.landing_medial_shift_peak_asymmetry: landing_medial_shift_peak,
    sides_of.landing_medial_shift_at_peak_force_asymmetry: landing_medial_shift_at_peak_force,
}


def squatting(shift: list[float], step_s: float = 0.1, width_mm: float = 80.0, deepest: int = 3) -> RepetitionFoot:
    """A foot through a repetition; depth falls off by 40 mm a frame on both sides of the deepest one."""
    n = len(shift)
    depth = 300.0 - 40.0 * np.abs(np.arange(n) - deepest)
    repetition = Repetition(0, 100, 100 + n, {"descent": (100, 100 + deepest)}, 100 + deepest)
    time_s = 10.0 + step_s * np.arange(n)
    return RepetitionFoot(repetition, Side.LEFT, time_s, depth, np.array(shift), np.full(n, 50.0), width_mm, 1.0)


@cache
def dropped(left_mm: float = 5.0, right_mm: float = -3.0) -> tuple[LandingFoot, ...]:
    return on_plates(drop_on_plates(DropCourse(), shift_mm=(left_mm, right_mm)))


def on_plates(trial: Trial, medial_mm_per_s: float = 0.0) -> tuple[LandingFoot, ...]:
    """The feet of the one landing of a trial, their CoP carried medially at a steady speed beside what it does."""
    curves, _ = curves_on_plates(trial)
    time_s = trial.forces[0].time_s
    force = np.sum([recording.force_n for recording in trial.forces], axis=0)
    (landing,) = find_landings(time_s, force, {curve.side: curve.force_n[:, 2] for curve in curves}).landings
    since = np.clip(time_s - time_s[landing.touchdown], 0.0, 0.25)
    resting = time_s > time_s[landing.touchdown] + 0.3
    carried = np.column_stack([0 * since, np.where(resting, 0.0, medial_mm_per_s * since)])
    return feet_in(landing, [replace(curve, cop_foot_mm=curve.cop_foot_mm + carried) for curve in curves])


def landed(shift: list[float], step_s: float = 0.01, width_mm: float = 80.0, side: Side = Side.LEFT) -> LandingFoot:
    """A foot with a shift curve made by hand, and its highest force in the third frame."""
    n = len(shift)
    force = np.full(n, 400.0)
    force[2] = 900.0
    foot = replace(dropped()[0], side=side, since_s=step_s * np.arange(n), force_n=force, width_mm=width_mm)
    return replace(foot, shift_percent=np.array(shift), ap_percent=np.full(n, 50.0))


def test_a_squat_by_hand() -> None:
    """80 mm wide, so that 1 % is 0.8 mm; ten frames a second, deepest in the fourth."""
    foot = squatting([-1.0, 1.0, 3.0, 4.0, 6.0, 2.0, np.nan])
    assert in_squat.cop_medial_shift_at_depth_mm(foot) == pytest.approx(3.2, abs=ROUNDING)
    assert in_squat.cop_medial_shift_peak_mm(foot) == pytest.approx(4.8, abs=ROUNDING)
    # 300, 260 and 260 mm are as deep as four fifths of 300 mm
    assert in_squat.cop_medial_shift_deepest_fifth_mm(foot) == pytest.approx(0.8 * (3 + 4 + 6) / 3, abs=ROUNDING)
    assert in_squat.cop_medial_shift_range(foot) == pytest.approx(7.0, abs=ROUNDING)
    assert in_squat.cop_medial_shift_range_mm(foot) == pytest.approx(5.6, abs=ROUNDING)
    assert in_squat.cop_medial_velocity_descent(foot) == pytest.approx(0.8 * 5.0 / 0.3, abs=ROUNDING)


def test_the_fastest_100_ms_of_a_squat_by_hand() -> None:
    """Fifty frames a second: 100 ms are six frames, of the fourth to the ninth one 0 1 2 3 3.5 4 %, 0.8 mm each.

    Their slope by least squares is ``(-2.5 0 -1.5 1 -0.5 2 +0.5 3 +1.5 3.5 +2.5 4) / 17.5 = 14.25 / 17.5`` a frame.
    """
    foot = squatting([0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 3.5, 4.0, 4.0, 4.0, 1.0], step_s=0.02)
    assert in_squat.cop_medial_velocity_peak(foot) == pytest.approx(0.8 * 14.25 / 17.5 / 0.02, abs=ROUNDING)
    going = squatting([-float(i) for i in range(12)], step_s=0.02)
    assert in_squat.cop_medial_velocity_peak(going) == pytest.approx(-0.8 * 5.0 / 0.1, abs=ROUNDING)
    assert in_squat.cop_medial_velocity_descent(going) == pytest.approx(-0.8 / 0.02, abs=ROUNDING)


def test_a_landing_by_hand() -> None:
    """A hundred frames a second, 80 mm wide: 20 to 100 ms are the third to the eleventh frame."""
    foot = landed([0.0, 1.0, 2.0, 5.0, 6.0, 6.0, 6.0, 6.0, 6.0, 4.0, 4.0, -3.0])
    assert in_landing.landing_medial_shift_early_mm(foot) == pytest.approx(0.8 * 45 / 9, abs=ROUNDING)
    assert in_landing.landing_medial_shift_peak_mm(foot) == pytest.approx(4.8, abs=ROUNDING)
    assert in_landing.landing_medial_shift_at_peak_force_mm(foot) == pytest.approx(1.6, abs=ROUNDING)
    assert in_landing.landing_medial_shift_range(foot) == pytest.approx(9.0, abs=ROUNDING)
    assert in_landing.landing_medial_shift_range_mm(foot) == pytest.approx(7.2, abs=ROUNDING)
    # 20 ms are three frames, whose slope is that of the outer two: from 1 to 5 and from 2 to 6 %
    assert in_landing.landing_medial_velocity_peak(foot) == pytest.approx(0.8 * 4.0 / 0.02, abs=ROUNDING)


def test_left_minus_right_by_hand() -> None:
    left, right = landed([1.0, 2.0, *[4.0] * 10]), landed([0.0, 6.0, *[1.5] * 10], side=Side.RIGHT)
    feet = LandingFeet((left, right))
    assert sides_of.landing_medial_shift_early_asymmetry(feet) == pytest.approx(2.5, abs=ROUNDING)
    assert sides_of.landing_medial_shift_peak_asymmetry(feet) == pytest.approx(-2.0, abs=ROUNDING)
    assert sides_of.landing_medial_shift_at_peak_force_asymmetry(feet) == pytest.approx(2.5, abs=ROUNDING)


def test_frames_without_load_are_left_out_and_no_speed_goes_over_them() -> None:
    """Only from the seventh to the ninth frame is there a CoP for 20 ms."""
    foot = landed([np.nan, 1.0, np.nan, 2.0, 9.0, np.nan, 0.0, 0.2, 0.5, np.nan, 7.0, np.nan])
    assert in_landing.landing_medial_velocity_peak(foot) == pytest.approx(0.8 * 0.5 / 0.02, abs=ROUNDING)
    assert in_landing.landing_medial_shift_range(foot) == pytest.approx(9.0, abs=ROUNDING)
    lonely = landed([np.nan, 1.0, *[np.nan] * 10])
    with pytest.raises(UndefinedMetricError, match="one frame only"):
        in_landing.landing_medial_shift_range(lonely)
    for short in (lonely, landed([1.0, np.nan, 2.0] * 4), replace(lonely, since_s=lonely.since_s[:2])):
        few = replace(short, shift_percent=short.shift_percent[: len(short.since_s)])
        with pytest.raises(UndefinedMetricError, match="never has a CoP for 20 ms on end"):
            in_landing.landing_medial_velocity_peak(few)


def test_a_slow_device_shows_no_speed_and_says_what_would() -> None:
    with pytest.raises(UndefinedMetricError, match="50 frames a second show no speed over 20 ms; 100 or more do"):
        in_landing.landing_medial_velocity_peak(landed([0.0, 1.0, 2.0, 3.0], step_s=0.02))
    with pytest.raises(UndefinedMetricError, match="10 frames a second show no speed over 100 ms; 20 or more do"):
        in_squat.cop_medial_velocity_peak(squatting([0.0, 1, 2, 3, 2, 1, 0]))
    with pytest.raises(UndefinedMetricError, match="0 frames a second"):
        in_squat.fastest(np.array([0.0]), np.array([1.0]), 0.1)


def test_without_a_shift_every_value_has_the_reason_of_the_shift() -> None:
    squat = replace(squatting([0.0, 1, 2, 3, 2, 1, 0], step_s=0.02), reason="the foot's width is not known")
    landing = replace(landed([1.0] * 12), reason="nobody stands still")
    for module, foot in ((in_squat, squat), (in_landing, landing)):
        own = [m for m in metrics().values() if m.function.__module__ == module.__name__]
        assert len(own) >= 6
        for record in own:
            with pytest.raises(UndefinedMetricError, match="There is no medial shift"):
                record.function(foot)
    for asymmetry in ASYMMETRIES:
        with pytest.raises(UndefinedMetricError, match="the left foot: There is no medial shift: nobody stands still"):
            asymmetry(LandingFeet((landing, landed([1.0] * 12, side=Side.RIGHT))))


def test_a_descent_that_is_not_seen_has_no_velocity() -> None:
    with pytest.raises(UndefinedMetricError, match="at the beginning or at the end of the descent"):
        in_squat.cop_medial_velocity_descent(squatting([np.nan, 1, 2, 3, 2]))
    with pytest.raises(UndefinedMetricError, match="no descent"):
        in_squat.cop_medial_velocity_descent(squatting([1.0, 1, 2, 3, 2], deepest=0))


def test_one_foot_is_not_compared_with_nothing() -> None:
    (left, right) = dropped()
    for asymmetry in ASYMMETRIES:
        with pytest.raises(UndefinedMetricError, match="right foot is not seen on its own"):
            asymmetry(LandingFeet((left,)))
        with pytest.raises(UndefinedMetricError, match="left foot is not seen on its own"):
            asymmetry(LandingFeet((right,)))
    with pytest.raises(ValueError, match="one foot a side, and these are: left, left"):
        LandingFeet((left, left))


CURVES = st.lists(st.floats(-15, 15), min_size=12, max_size=25)


@settings(max_examples=40, deadline=None)
@given(CURVES, st.floats(-5, 5), st.floats(0.1, 4), st.floats(60, 120))
def test_moved_scaled_and_on_a_broader_foot(curve: list[float], moved: float, factor: float, width_mm: float) -> None:
    """A shift larger everywhere changes neither range nor speed; a factor goes through; mm go with the width."""
    for make, formulas, still in (
        (squatting, in_squat, {"cop_medial_shift_range_mm", "cop_medial_velocity_descent", "cop_medial_velocity_peak"}),
        (landed, in_landing, {"landing_medial_shift_range_mm", "landing_medial_velocity_peak"}),
    ):
        foot = make(curve, 0.01)
        other = make([factor * value for value in curve], 0.01, width_mm)
        away = make([value + moved for value in curve], 0.01)
        for record in metrics().values():
            if record.function.__module__ != formulas.__name__:
                continue
            value = record.function(foot)
            wider = width_mm / 80.0 if "mm" in record.unit else 1.0
            assert record.function(other) == pytest.approx(factor * wider * value, rel=1e-9, abs=1e-6)
            stays = record.name in still or record.unit == "%"
            assert record.function(away) - value == pytest.approx(0.0 if stays else 0.8 * moved, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(CURVES, CURVES)
def test_feet_that_change_sides_turn_the_sign_of_the_difference_and_nothing_else(
    one: list[float], other: list[float]
) -> None:
    straight = LandingFeet((landed(one), landed(other, side=Side.RIGHT)))
    swapped = LandingFeet((landed(other), landed(one, side=Side.RIGHT)))
    alike = LandingFeet((landed(one), landed(one, side=Side.RIGHT)))
    for asymmetry, value_of in ASYMMETRIES.items():
        assert asymmetry(swapped) == pytest.approx(-asymmetry(straight), abs=ROUNDING)
        assert asymmetry(straight) == pytest.approx(value_of(landed(one)) - value_of(landed(other)), abs=ROUNDING)
        assert asymmetry(alike) == 0


@settings(max_examples=30, deadline=None)
@given(CURVES)
def test_a_mirrored_course_has_the_same_range_and_goes_back_as_fast(curve: list[float]) -> None:
    forward, laterally = landed(curve), landed([-value for value in curve])
    backward = landed(curve[::-1])
    range_ = in_landing.landing_medial_shift_range
    assert range_(laterally) == pytest.approx(range_(forward), abs=ROUNDING)
    velocity = in_landing.landing_medial_velocity_peak
    assert velocity(laterally) == pytest.approx(velocity(backward), abs=1e-6)


@pytest.mark.parametrize(("left_mm", "right_mm"), [(5.0, -3.0), (-2.0, 6.0), (4.0, 4.0)])
def test_drops_on_plates_give_the_difference_that_they_were_made_with(left_mm: float, right_mm: float) -> None:
    """CoPs of plates without noise are exact; feet are 95 mm wide."""
    feet = LandingFeet(dropped(left_mm, right_mm))
    for asymmetry in ASYMMETRIES:
        assert asymmetry(feet) == pytest.approx(100 * (left_mm - right_mm) / 95, abs=1e-6)
    for side, made_mm in zip(Side, (left_mm, right_mm), strict=True):
        foot = feet.of(side)
        assert foot is not None
        for of_foot in (in_landing.landing_medial_shift_early_mm, in_landing.landing_medial_shift_peak_mm):
            assert of_foot(foot) == pytest.approx(made_mm, abs=1e-6)
        assert in_landing.landing_medial_shift_range_mm(foot) == pytest.approx(0.0, abs=1e-6)


def test_a_cop_that_goes_medially_at_a_steady_speed_through_a_landing() -> None:
    """40 mm/s for 0.25 s are 10 mm less the first frames below 50 N; at 1000 Hz 20 ms are 20 frames."""
    for foot in on_plates(drop_on_plates(DropCourse(), shift_mm=(0.0, 0.0)), medial_mm_per_s=40.0):
        assert in_landing.landing_medial_velocity_peak(foot) == pytest.approx(40.0, abs=1e-6)
        known = foot.since_s[np.isfinite(foot.shift_percent)]
        span_s = min(known[-1], 0.25) - known[0]
        assert in_landing.landing_medial_shift_range_mm(foot) == pytest.approx(40.0 * span_s, abs=1e-6)


def test_squats_on_plates_have_the_course_that_they_were_made_with() -> None:
    """6 mm in proportion to the depth. The frames found begin after the true start, where the course is flat."""
    timing = SquatTiming(2)
    dense = np.arange(0.0, timing.duration_s, 1e-3)
    depth = timing.depth_fraction(dense)
    lines = [np.polyfit(dense[i : i + 101], depth[i : i + 101], 1)[0] for i in range(0, len(dense) - 101, 5)]
    fastest_mm_per_s = 6.0 * float(max(lines))
    found = [f for f in fl.analyze(squat_on_plates(timing, shift_mm=6.0)).findings if f.side is not None]
    values = {(f.metric, f.side, f.repetition): f.value for f in found}
    for side in Side:
        for number in range(2):
            assert values["cop_medial_shift_at_depth_mm", side, number] == pytest.approx(6.0, abs=0.01)
            assert values["cop_medial_shift_peak_mm", side, number] == pytest.approx(6.0, abs=0.01)
            assert values["cop_medial_shift_range_mm", side, number] == pytest.approx(6.0, abs=0.05)
            assert values["cop_medial_velocity_peak", side, number] == pytest.approx(fastest_mm_per_s, rel=1e-3)
            by_hand = values["cop_medial_shift_at_depth_mm", side, number] / timing.down_s
            # the deepest frame is the middle of the hold, so the mean velocity is below depth over the way down
            assert 0.6 * by_hand < values["cop_medial_velocity_descent", side, number] < by_hand


def test_squats_on_a_mat_have_the_millimeters_that_they_were_made_with() -> None:
    """Half a per cent of 95 mm is what a mat is held to."""
    found = {(f.metric, f.side, f.repetition): f.value for f in fl.analyze(demo_squat().trial).findings}
    for side, made_mm in ((Side.LEFT, 5.0), (Side.RIGHT, 3.0)):
        for number in range(5):
            for name in ("cop_medial_shift_at_depth_mm", "cop_medial_shift_peak_mm", "cop_medial_shift_range_mm"):
                assert found[name, side, number] == pytest.approx(made_mm, abs=0.5)


def test_a_drop_on_a_mat_and_in_a_mirror() -> None:
    """Left 6 mm, right 2 mm of 95 mm; 0.5 % is what a mat is held to for each foot. A mirror turns the sign."""
    standing = [
        StandingFoot(SyntheticFoot(side, place_mm=(200 + way * 100, 160)), medial_mm=mm)
        for side, way, mm in zip(Side, (-1, 1), (6.0, 2.0), strict=True)
    ]
    made = drop_on_mat(
        standing, SensorLayout.rectangle(64, 80, 5.0), DropCourse(70.0, 0.3, after_s=2.5), sampling_rate_hz=200.0
    )
    recording = made.trial.pressure
    mirror = np.ascontiguousarray(recording.images[:, :, ::-1]).reshape(recording.n_frames, -1)
    seen = made.trial.changed(recordings=(recording.with_step("seen in a mirror", pressure_kpa=mirror),))
    names = {record.name for record in metrics(Scope.LANDING_FEET).values()}
    assert names == {asymmetry.__name__ for asymmetry in ASYMMETRIES}
    straight, mirrored = (
        {f.metric: f for f in fl.analyze(trial).findings if f.metric in names} for trial in (made.trial, seen)
    )
    early = "landing_medial_shift_early_asymmetry"
    assert straight[early].value == pytest.approx(100 * (6 - 2) / 95, abs=1.0)
    for name in names:
        assert straight[name].side is None
        assert straight[name].repetition == 0
        assert mirrored[name].value == pytest.approx(-straight[name].value, abs=1e-6)


def test_a_landing_whose_feet_are_not_placed_says_why_they_are_not_compared() -> None:
    found = fl.analyze(drop_on_plates(DropCourse(), placed=False)).findings
    reasons = [f.reason for f in found if f.metric in {asymmetry.__name__ for asymmetry in ASYMMETRIES}]
    assert len(reasons) == 3
    assert all("where the left foot stands on its plate is not known" in reason for reason in reasons)
