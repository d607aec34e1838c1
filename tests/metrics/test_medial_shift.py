"""The medial shift of each foot in squats with a known shift, and the metrics made from it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.foot.medial_shift import coarseness_of, medial_shift, reference_of
from footload.metrics.medial_shift import (
    cop_ap_at_depth,
    cop_medial_shift_asymmetry,
    cop_medial_shift_at_depth,
    cop_medial_shift_deepest_fifth,
    cop_medial_shift_drift,
    cop_medial_shift_peak,
    cop_medial_shift_time_to_peak,
    squat_depth,
)
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic import (
    Sensor,
    SquatTiming,
    StandingFoot,
    SyntheticFoot,
    SyntheticTrial,
    demo_mat,
    demo_squat,
    squat,
    uniform_print,
)
from footload.tasks.movement import Movement, RepetitionFoot
from footload.tasks.movements import movement_of
from footload.tasks.repetition import Repetition
from footload.tasks.squat_feet import analyze_squat
from footload.trials import Side, Task

COP_THRESHOLD_N = 20.0


@cache
def demo(rate_hz: float = 50.0) -> SyntheticTrial:
    """Five squats; CoP 5 mm (left) and 3 mm (right) medially."""
    return demo_squat(sampling_rate_hz=rate_hz)


def true_contacts(made: SyntheticTrial) -> tuple[FootContact, ...]:
    """The feet with the axes that they were made with, so that nothing but the movement is under test."""
    x_mm = made.pressure.layout.x_mm
    middle = float(np.mean([contact.axis.heel_mm[0] for contact in made.truth.contacts]))
    found: list[FootContact] = []
    for truth in made.truth.contacts:
        alone = len(made.truth.contacts) == 1
        sensors = np.ones(len(x_mm), bool) if alone else (x_mm < middle) == (truth.axis.heel_mm[0] < middle)
        axis = FootAxis(truth.side, truth.axis.heel_mm, truth.axis.forefoot_mm, truth.length_mm, truth.width_mm)
        contact = FootContact(
            made.pressure, 0, made.pressure.n_frames, sensors, truth.side, 1.0, axis, cop_threshold=COP_THRESHOLD_N
        )
        found.append(contact)
    return tuple(found)


def moved(made: SyntheticTrial) -> Movement:
    """Analyze a squat on its true axes."""
    return analyze_squat(true_contacts(made), made.pressure)


def mirrored(recording: PressureRecording) -> PressureRecording:
    """The same mat seen in a mirror beside it."""
    assert recording.layout.grid is not None
    order = np.arange(recording.layout.n_sensors).reshape(recording.layout.grid)[:, ::-1].ravel()
    return PressureRecording(recording.time_s, recording.pressure_kpa[:, order], recording.layout)


def a_foot(shift: list[float], depth: list[float], **changes: object) -> RepetitionFoot:
    """A foot through a repetition of some frames, a tenth of a second each, after a late start."""
    n, start = len(shift), 100
    deepest = int(np.argmax(depth))
    repetition = Repetition(0, start, start + n, {"descent": (start, start + deepest)}, start + deepest)
    time_s = 10.0 + 0.1 * np.arange(n)
    foot = RepetitionFoot(
        repetition, Side.LEFT, time_s, np.array(depth), np.array(shift), np.linspace(40, 50, n), 90.0, 1.0
    )
    return replace(foot, **changes)


def test_the_formula_on_a_curve_made_by_hand() -> None:
    time_s = np.arange(6.0)
    cop = np.column_stack([np.full(6, 125.0), [2.0, 1.0, 3.0, 7.0, np.nan, -2.5]])
    shift = medial_shift(Side.LEFT, time_s, cop, width_mm=90.0, length_mm=250.0, reference=(0, 3))
    assert shift.reference_mm == 2.0
    assert shift.shift_percent == pytest.approx([0, -100 / 90, 100 / 90, 500 / 90, np.nan, -5.0], nan_ok=True)
    assert shift.shift_percent[3] == pytest.approx(5.5556, abs=5e-5)
    assert shift.ap_percent == pytest.approx(50.0)
    assert shift.reason == ""


@pytest.mark.parametrize(
    ("width_mm", "reference", "reason"),
    [
        (float("nan"), (0, 3), "width is not known"),
        (0.0, (0, 3), "width is not known"),
        (90.0, None, "no still moment"),
        (90.0, (3, 6), "too little load"),
    ],
)
def test_what_is_missing_gives_nan_and_the_reason(
    width_mm: float, reference: tuple[int, int] | None, reason: str
) -> None:
    cop = np.column_stack([np.full(6, 100.0), [1.0, 1, 1, np.nan, np.nan, 4]])
    shift = medial_shift(Side.RIGHT, np.arange(6.0), cop, width_mm=width_mm, length_mm=250.0, reference=reference)
    assert np.isnan(shift.shift_percent).all()
    assert reason in shift.reason


def test_a_reference_needs_half_of_its_frames() -> None:
    ml_mm = np.array([np.nan, 2.0, 4.0, np.nan])
    assert reference_of(ml_mm, (0, 4)) == 3.0
    assert np.isnan(reference_of(ml_mm, (3, 4)))
    assert np.isnan(reference_of(ml_mm, (2, 2)))


def test_coarse_sensors_are_said() -> None:
    axis = FootAxis(Side.LEFT, (0.0, 0.0), (0.0, 180.0), 250.0, 90.0)
    assert coarseness_of(axis, SensorLayout.rectangle(60, 40, 5.0)) == ""
    note = coarseness_of(axis, SensorLayout.rectangle(30, 20, 15.0))
    assert note.startswith("coarse sensors: only 6.0 lie across the foot")
    across = FootAxis(Side.LEFT, (0.0, 0.0), (180.0, 0.0), 250.0, 90.0)
    assert "only 6.0" in coarseness_of(across, SensorLayout.rectangle(30, 60, (5.0, 15.0)))


def test_values_of_a_repetition_made_by_hand() -> None:
    foot = a_foot([0.0, 1.0, 3.0, 4.0, 6.0, 2.0, np.nan], [0, 100, 260, 300, 240, 100, 0])
    assert cop_medial_shift_at_depth(foot) == 4.0
    assert cop_medial_shift_peak(foot) == 6.0
    assert cop_medial_shift_deepest_fifth(foot) == pytest.approx((3 + 4 + 6) / 3)  # 240 mm and deeper
    assert cop_medial_shift_time_to_peak(foot) == pytest.approx(0.4)
    assert cop_ap_at_depth(foot) == pytest.approx(45.0)
    assert squat_depth(foot) == 300.0
    assert foot.within("descent") == slice(0, 3)
    with pytest.raises(KeyError, match="there are: descent"):
        foot.within("flight")


def test_a_lateral_shift_keeps_its_sign() -> None:
    foot = a_foot([-1.0, -4.0, -5.0, -4.0, -2.0], [0, 200, 300, 200, 0])
    assert cop_medial_shift_at_depth(foot) == -5.0
    assert cop_medial_shift_peak(foot) == -1.0
    assert cop_medial_shift_deepest_fifth(foot) == -5.0


@pytest.mark.parametrize(
    "of_foot",
    [
        cop_medial_shift_at_depth,
        cop_medial_shift_peak,
        cop_medial_shift_deepest_fifth,
        cop_medial_shift_time_to_peak,
    ],
)
def test_without_a_shift_there_is_a_reason(of_foot: object) -> None:
    assert callable(of_foot)
    with pytest.raises(UndefinedMetricError, match="width is not known"):
        of_foot(a_foot([1.0, 2, 1], [0, 300, 0], reason="the foot's width is not known"))
    with pytest.raises(UndefinedMetricError, match="too little load"):
        of_foot(a_foot([np.nan] * 3, [0, 300, 0]))


def test_a_lifted_foot_has_no_value_at_depth() -> None:
    foot = a_foot([0.0, np.nan, 0.5], [0, 300, 0])
    with pytest.raises(UndefinedMetricError, match="left foot carries too little load"):
        cop_medial_shift_at_depth(foot)
    with pytest.raises(UndefinedMetricError, match="deepest fifth"):
        cop_medial_shift_deepest_fifth(foot)
    assert cop_medial_shift_peak(foot) == 0.5


def test_drift_and_asymmetry_by_hand() -> None:
    feet = [
        replace(a_foot([0.0, value, 0.0], [0, 300, 0]), repetition=Repetition(number, 0, 3, {}, 1), side=side)
        for side, values in ((Side.LEFT, (2.0, 2.5, np.nan, 3.5)), (Side.RIGHT, (1.0, 1.0, 1.0, 1.0)))
        for number, value in enumerate(values)
    ]
    movement = Movement(tuple(foot.repetition for foot in feet[:4]), tuple(feet))
    assert movement.sides == (Side.LEFT, Side.RIGHT)
    assert cop_medial_shift_drift(movement.of(Side.LEFT)) == pytest.approx(0.5)
    assert cop_medial_shift_drift(movement.of(Side.RIGHT)) == pytest.approx(0.0)
    assert cop_medial_shift_asymmetry(movement) == pytest.approx(8 / 3 - 1)
    with pytest.raises(ValueError, match="that of one foot"):
        cop_medial_shift_drift(movement)
    with pytest.raises(UndefinedMetricError, match="right foot has no medial shift"):
        cop_medial_shift_asymmetry(movement.of(Side.LEFT))
    with pytest.raises(UndefinedMetricError, match="needs three repetitions"):
        cop_medial_shift_drift(Movement((), tuple(feet[:2])))


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 250.0])
def test_five_of_five_squats_and_the_shift_of_both_feet(rate_hz: float) -> None:
    made = demo(rate_hz)
    movement = moved(made)
    assert [r.rejected for r in movement.repetitions] == [""] * 5
    assert len(movement.feet) == 10
    for foot in movement.feet:
        truth = made.truth.of(foot.side)
        want = truth.medial_shift_percent(foot.width_mm).max()
        # Asked for are 0.5 % of the width; what remains is the weight of blobs beyond the cells and over the middle.
        assert cop_medial_shift_at_depth(foot) == pytest.approx(want, abs=0.1)
        assert cop_medial_shift_peak(foot) == pytest.approx(want, abs=0.1)
        assert squat_depth(foot) == pytest.approx(350.0, abs=2.0)
        assert foot.notes == ()
    for side in Side:
        assert cop_medial_shift_drift(movement.of(side)) == pytest.approx(0.0, abs=1e-3)
    assert cop_medial_shift_asymmetry(movement) == pytest.approx(100 * (5 - 3) / 95, abs=0.1)


def test_the_whole_curve_follows_the_known_shift() -> None:
    made = demo()
    movement = moved(made)
    for side, shift in movement.shifts.items():
        want = made.truth.of(side).medial_shift_percent(shift.width_mm)
        assert shift.shift_percent == pytest.approx(want, abs=0.1)


def test_noise_and_steps_of_a_sensor_stay_within_half_a_percent_of_the_width() -> None:
    made = demo().seen_by(Sensor())
    movement = moved(made)
    assert len(movement.feet) == 10
    for foot in movement.feet:
        want = made.truth.of(foot.side).medial_shift_percent(foot.width_mm).max()
        for value in (cop_medial_shift_at_depth(foot), cop_medial_shift_peak(foot)):
            assert value == pytest.approx(want, abs=0.5)


def test_feet_found_on_the_mat_give_the_same_shift() -> None:
    made = demo()
    movement = movement_of(Task.SQUAT, find_contacts(made.pressure), made.pressure)
    assert movement is not None
    assert movement.sides == (Side.LEFT, Side.RIGHT)
    for foot in movement.feet:
        want = made.truth.of(foot.side).medial_shift_percent(foot.width_mm).max()
        assert cop_medial_shift_at_depth(foot) == pytest.approx(want, abs=0.5)


def test_a_mirror_swaps_the_sides_and_nothing_else() -> None:
    made = demo()
    seen = mirrored(made.pressure)
    straight = analyze_squat(find_contacts(made.pressure), made.pressure)
    swapped = analyze_squat(find_contacts(seen), seen)
    assert [r.phases for r in swapped.repetitions] == [r.phases for r in straight.repetitions]
    for side in Side:
        for one, other in zip(straight.of(side).feet, swapped.of(side.other).feet, strict=True):
            for of_foot in (cop_medial_shift_at_depth, cop_medial_shift_peak, cop_ap_at_depth, squat_depth):
                assert of_foot(other) == pytest.approx(of_foot(one), abs=1e-6)
    assert cop_medial_shift_asymmetry(swapped) == pytest.approx(-cop_medial_shift_asymmetry(straight), abs=1e-6)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("heading_deg", [0.0, 30.0, -30.0, 90.0])
def test_five_millimeters_on_ninety_are_five_and_a_half_percent_at_any_heading(side: Side, heading_deg: float) -> None:
    mat = SensorLayout.rectangle(80, 80, 5.0)
    made = uniform_print(mat, side=side, heading_deg=heading_deg, place_mm=(200.0, 200.0))
    (foot,) = moved(made).feet
    assert foot.side is side
    # The deepest frame is the middle of the frames that are within half a per cent of the depth.
    assert cop_medial_shift_at_depth(foot) == pytest.approx(100 * 5 / 90, abs=0.01)
    assert cop_medial_shift_peak(foot) == pytest.approx(100 * 5 / 90, abs=0.005)


def test_a_later_start_changes_no_value() -> None:
    made = demo()
    later = made.pressure.with_step("an hour later", time_s=made.pressure.time_s + 3600.0)
    contacts = [replace(contact, recording=later) for contact in true_contacts(made)]
    for one, other in zip(moved(made).feet, analyze_squat(contacts, later).feet, strict=True):
        for of_foot in (cop_medial_shift_at_depth, cop_medial_shift_time_to_peak, squat_depth):
            assert of_foot(other) == pytest.approx(of_foot(one), abs=1e-5)


def test_counts_give_the_same_shift() -> None:
    made = demo()
    counts = made.pressure.with_step("counts", pressure_kpa=made.pressure.pressure_kpa * 7, calibrated=False)
    contacts = [replace(contact, recording=counts) for contact in true_contacts(made)]
    for one, other in zip(moved(made).feet, analyze_squat(contacts, counts).feet, strict=True):
        assert cop_medial_shift_at_depth(other) == pytest.approx(cop_medial_shift_at_depth(one), abs=1e-9)


def test_little_rest_before_a_descent_is_said_and_none_is_lent_by_the_repetition_before() -> None:
    short = squat(*_two_feet(), timing=SquatTiming(3, rest_s=0.6), sampling_rate_hz=50.0)
    movement = moved(short)
    assert [len(foot.notes) for foot in movement.feet] == [0, 0, 1, 1, 1, 1]
    assert "s of rest before the descent, not 1 s" in movement.feet[-1].notes[0]


def test_a_repetition_without_rest_before_it_borrows_a_reference_and_says_so() -> None:
    timing = SquatTiming(2, down_s=0.7, hold_s=0.1, up_s=0.7, rest_s=0.1)
    made = squat(*_two_feet(), timing=timing, sampling_rate_hz=100.0)
    movement = moved(made)
    assert [r.rejected for r in movement.repetitions] == ["", ""]
    for foot in movement.feet[2:]:
        assert foot.notes == (
            "there is no rest before this repetition, so it is compared with the rest before an earlier one",
        )
        want = made.truth.of(foot.side).medial_shift_percent(foot.width_mm).max()
        assert cop_medial_shift_at_depth(foot) == pytest.approx(want, abs=0.1)


def test_a_stance_that_wanders_between_repetitions_is_no_shift() -> None:
    made = demo()
    left, right = true_contacts(made)
    wandering = np.array(left.cop_mm)
    second = made.pressure.time_s > 5.2  # in the rest before the second squat
    wandering[second, 0] += 4.0
    left.__dict__["cop_mm"] = wandering
    movement = analyze_squat((left, right), made.pressure)
    values = [cop_medial_shift_at_depth(foot) for foot in movement.of(Side.LEFT).feet]
    assert values == pytest.approx([values[0]] * 5, abs=0.2)
    assert movement.shifts[Side.LEFT].shift_percent[-1] > 3.0  # the curve keeps the first reference


def test_a_foot_that_was_lifted_between_is_said() -> None:
    made = demo()
    left, right = true_contacts(made)
    parts = (replace(right, stop=260), replace(right, start=300))
    movement = analyze_squat((left, *parts), made.pressure)
    assert any("right foot was put down 2 times" in note for note in movement.notes)
    first = next(foot for foot in movement.feet if foot.side is Side.RIGHT)
    with pytest.raises(UndefinedMetricError):
        cop_medial_shift_at_depth(first)


def test_walking_has_no_repetitions_to_find() -> None:
    made = demo()
    assert movement_of(Task.WALKING, (), made.pressure) is None


def test_without_feet_the_squats_are_still_found() -> None:
    made = demo()
    movement = movement_of(Task.SQUAT, (), made.pressure)
    assert movement is not None
    assert len(movement.repetitions) == 5
    assert movement.feet == ()


@given(left_mm=st.floats(-6, 8), right_mm=st.floats(-6, 8), down_s=st.floats(0.9, 2.0), depth_m=st.floats(0.15, 0.4))
@settings(max_examples=8, deadline=None)
def test_any_shift_of_either_foot_is_measured(left_mm: float, right_mm: float, down_s: float, depth_m: float) -> None:
    timing = SquatTiming(2, 1.5, down_s, 0.3, 1.0, 1.2, depth_m)
    made = squat(*_two_feet(left_mm, right_mm), timing=timing, sampling_rate_hz=50.0)
    movement = moved(made)
    assert len(movement.feet) == 4
    for foot in movement.feet:
        want = 100 * (left_mm if foot.side is Side.LEFT else right_mm) / foot.width_mm
        assert cop_medial_shift_at_depth(foot) == pytest.approx(want, abs=0.2)


def _two_feet(left_mm: float = 5.0, right_mm: float = 3.0) -> tuple[tuple[StandingFoot, ...], SensorLayout]:
    feet = (
        StandingFoot(SyntheticFoot(Side.LEFT, place_mm=(130.0, 160.0), heading_deg=6.0), medial_mm=left_mm),
        StandingFoot(SyntheticFoot(Side.RIGHT, place_mm=(350.0, 160.0), heading_deg=-6.0), medial_mm=right_mm),
    )
    return feet, demo_mat()
