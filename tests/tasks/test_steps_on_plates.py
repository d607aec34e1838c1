"""Steps on force plates: by hand, from a walk and a run whose forces follow by formula, and those that do not count."""

import numpy as np
import pytest

import footload as fl
from footload.errors import UndefinedMetricError
from footload.metrics import steps as metrics
from footload.metrics import steps_forward as forward
from footload.recordings import ForceRecording, PlateGeometry, SensorLayout, Side
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.plate_steps import RUN, GaitCourse, walk_on_plates
from footload.synthetic.running import RunCourse, run_on_plates
from footload.synthetic.walking import walk
from footload.tasks.gait_plates import find_steps
from footload.tasks.gait_steps import PlateStep
from footload.trials import Task, Trial

WALK = GaitCourse()
WEIGHT = WALK.weight_n


def by_hand():
    """100 Hz, 0.8 s: up to 800 N in 0.2 s, 600 N in the middle, 900 N at 0.6 s; -100 N, then 50 N along the way."""
    time_s = np.arange(81) / 100
    vertical = np.interp(time_s, [0, 0.2, 0.4, 0.6, 0.8], [0, 800, 600, 900, 0])
    along = np.where(time_s < 0.4, -100.0, 50.0)
    cop = np.column_stack([np.full(81, 10.0), 250 * time_s])
    return PlateStep(0, 0, 0, 81, time_s, np.column_stack([np.zeros(81), along, vertical]), cop, Side.LEFT, 700.0)


def test_a_walking_step_by_hand():
    step = by_hand()
    assert metrics.step_contact_time(step) == pytest.approx(0.81)  # 81 frames of 10 ms
    assert metrics.step_peak_force_n(step) == pytest.approx(900)
    assert metrics.step_first_peak(step) == pytest.approx(800 / 700)
    assert metrics.step_trough(step) == pytest.approx(600 / 700)
    assert metrics.step_second_peak(step) == pytest.approx(900 / 700)
    assert metrics.step_vertical_impulse(step) == pytest.approx(80 + 140 + 150 + 90)
    assert forward.step_braking_impulse(step) == pytest.approx(39.5)  # the last trapezoid before the turn is a half one
    assert forward.step_propulsive_impulse(step) == pytest.approx(20.25)
    assert forward.step_braking_peak(step) == pytest.approx(100 / 700)
    assert forward.step_propulsive_peak(step) == pytest.approx(50 / 700)
    assert forward.step_cop_way(step) == pytest.approx(200)
    assert forward.step_cop_width(step) == pytest.approx(0, abs=1e-9)


def test_three_loading_rates_of_a_straight_rise_are_one():
    """4000 N/s up to the first peak, for want of an impact peak."""
    step = by_hand()
    for rate in (
        metrics.step_loading_rate_average,
        metrics.step_loading_rate_secant,
        metrics.step_loading_rate_steepest,
    ):
        assert rate(step) == pytest.approx(4000 / 700)
    with pytest.raises(UndefinedMetricError, match="without an impact peak"):
        metrics.step_impact_peak(step)


def test_without_body_weight_there_are_newtons_only():
    step = by_hand()
    light = PlateStep(0, 0, 0, 81, step.time_s, step.force_n, step.cop_mm)
    assert metrics.step_peak_force_n(light) == pytest.approx(900)
    with pytest.raises(UndefinedMetricError, match="Body weight is not known"):
        metrics.step_peak_force(light)


def found(trial):
    analysis = fl.analyze(trial)
    return analysis, {(f.metric, f.repetition): f for f in analysis.findings}


@pytest.mark.parametrize("heading_deg", [0.0, 35.0, 180.0])
@pytest.mark.parametrize("marked", [True, False], ids=["markers", "force only"])
def test_a_walk_by_its_formula(heading_deg, marked):
    """Contacts begin and end at 20 N, which cuts 3 ms and a thousandth of the impulse off each end."""
    course = GaitCourse(heading_deg=heading_deg)
    analysis, values = found(walk_on_plates(course, marked=marked))
    sides = [Side.LEFT, Side.RIGHT, Side.LEFT, Side.RIGHT] if marked else [None] * 4
    assert [values["step_contact_time", n].side for n in range(4)] == sides
    s = np.linspace(0, 1, 100_001)
    shape = course.main * np.sin(np.pi * s) + course.humps * np.sin(3 * np.pi * s)
    for n in range(4):
        assert values["step_contact_time", n].value == pytest.approx(course.contact_s, abs=0.006)
        assert values["step_peak_force_n", n].value == pytest.approx(course.weight_n * shape.max(), rel=1e-4)
        assert values["step_trough", n].value == pytest.approx(course.main - course.humps, rel=1e-3)
        assert values["step_first_peak", n].value == pytest.approx(shape.max(), rel=1e-3)
        assert values["step_vertical_impulse", n].value == pytest.approx(course.weight_n * course.step_s, rel=1e-3)
        assert values["step_braking_impulse", n].value == pytest.approx(course.braking_impulse_ns, rel=2e-3)
        assert values["step_propulsive_impulse", n].value == pytest.approx(course.braking_impulse_ns, rel=2e-3)
        assert values["step_braking_peak", n].value == pytest.approx(course.braking, rel=2e-3)
        # from 50 N on, along the foot that points 7 degrees outward
        assert values["step_cop_way", n].value == pytest.approx(210 * np.cos(np.deg2rad(7)), abs=7)
        assert values["step_cop_width", n].value == pytest.approx(0, abs=1e-6)
    assert "of their stride" in " ".join(analysis.notes)


def test_body_weight_comes_back_from_a_stride():
    """The impulses of two steps over the time of a stride: what 20 N cut off makes a ten-thousandth."""
    steps = find_steps(walk_on_plates(WALK, marked=False).forces).steps
    assert steps[0].weight_n == pytest.approx(WEIGHT, rel=1e-3)
    two = GaitCourse(n_steps=2)
    walked = find_steps(walk_on_plates(two, marked=False).forces)
    assert walked.steps[0].weight_n == pytest.approx(WEIGHT, rel=1e-3)
    assert "as if both steps were alike" in " ".join(walked.notes)
    stated = find_steps(walk_on_plates(WALK, marked=False).forces, body_mass_kg=80.0)
    assert stated.steps[0].weight_n == pytest.approx(80 * 9.80665)


def test_a_run_has_its_impact_peak_and_one_hump():
    analysis, values = found(walk_on_plates(RUN))
    assert [r.rejected for r in analysis.repetitions] == [""] * 3
    t = np.linspace(0, RUN.contact_s, 200_001)
    force = RUN.force_n(t)[:, 1] / RUN.weight_n
    early = force[t < 0.04]
    rising = np.flatnonzero(np.diff(early) < 0)
    impact = int(rising[0])
    for n in range(3):
        assert values["step_impact_peak", n].value == pytest.approx(force[impact], rel=2e-3)
        assert values["step_time_to_impact_peak", n].value == pytest.approx(t[impact], abs=0.003)
        assert values["step_peak_force", n].value == pytest.approx(RUN.main, rel=2e-3)
        assert "one hump" in values["step_trough", n].reason
        rise = force[: impact + 1]
        low, high = (np.interp(part * rise[-1], rise, t[: impact + 1]) for part in (0.2, 0.8))
        assert values["step_loading_rate_secant", n].value == pytest.approx(0.6 * rise[-1] / (high - low), rel=5e-3)
        steep = ((force[4167:] - force[:-4167]) / (t[4167] - t[0]))[: impact - 4167].max()
        assert values["step_loading_rate_steepest", n].value == pytest.approx(steep, rel=0.02)
        assert values["step_braking_impulse", n].value == pytest.approx(RUN.braking_impulse_ns, rel=3e-3)
        assert "up to the impact peak" in " ".join(values["step_impact_peak", n].notes)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [(fl.Parameters().asymmetry, 10.0), ("mean", 20.0), ("larger", 100 * 0.2 / 1.1), ("involved", 100 * 0.9 / 1.1)],
)
def test_sides_are_compared_by_the_formula_that_is_asked_for(formula, expected):
    """The left foot's force a tenth below, the right one's a tenth above: 10 % of the sum."""
    from footload.parameters import Asymmetry

    trial = walk_on_plates(WALK)
    parts = (0.9, 1.1, 0.9, 1.1)
    forces = tuple(
        ForceRecording(f.time_s, f.force_n * by, f.moment_nmm * by, f.plate)
        for f, by in zip(trial.forces, parts, strict=True)
    )
    asked = formula if isinstance(formula, Asymmetry) else Asymmetry.named(formula)
    analysis = fl.analyze(trial.changed(recordings=(*forces, *trial.markers)), fl.Parameters(asymmetry=asked))
    values = {f.metric: f for f in analysis.findings if f.metric.endswith("_asymmetry")}
    assert values["step_peak_force_asymmetry"].value == pytest.approx(expected, rel=1e-3)
    said = asked.value if formula != "involved" else "limb symmetry index, 100 left / right"
    assert any(said in note for note in values["step_peak_force_asymmetry"].notes)


def test_a_formula_that_nobody_knows_is_refused():
    from footload.parameters import Asymmetry

    with pytest.raises(ValueError, match="there are: sum, mean, larger, involved, angle"):
        Asymmetry.named("ratio")


def test_both_feet_on_one_plate_do_not_count():
    """The second and third plate are one: what it carries is that of two feet."""
    trial = walk_on_plates(WALK)
    one, two, three, four = trial.forces
    corners = np.array([two.plate.corners_mm[1], two.plate.corners_mm[0], three.plate.corners_mm[0]])
    low, high = two.plate.corners_mm.min(axis=0), three.plate.corners_mm.max(axis=0)
    assert (corners[:, 2] == 0).all()
    big = PlateGeometry(
        np.array([[low[0], high[1], 0], [high[0], high[1], 0], [high[0], low[1], 0], [low[0], low[1], 0]])
    )
    middle = big.corners_mm.mean(axis=0)
    moment = sum(f.moment_nmm + np.cross(f.plate.corners_mm.mean(axis=0) - middle, f.force_n) for f in (two, three))
    both = ForceRecording(two.time_s, two.force_n + three.force_n, moment, big)
    analysis, _ = found(trial.changed(recordings=(one, both, four, *trial.markers)))
    assert [r.rejected for r in analysis.repetitions] == ["", "both feet are on plate 2", ""]
    assert "Step 2 does not count: both feet are on plate 2." in analysis.notes
    kept = fl.analyze(analysis.trial, fl.Parameters(keep_rejected=True))
    assert {f.repetition for f in kept.findings if f.metric == "step_peak_force_n"} == {0, 1, 2}


def test_loads_that_begin_or_end_with_the_recording_do_not_count():
    trial = walk_on_plates(WALK)
    cut = tuple(
        ForceRecording(f.time_s[500:2300] - 0.5, f.force_n[500:2300], f.moment_nmm[500:2300], f.plate)
        for f in trial.forces
    )
    steps = find_steps(cut).steps
    assert [step.rejected for step in steps] == [
        "it began before the recording", "", "", "it is cut off by the end of the recording",
    ]  # fmt: skip


def test_a_knock_and_a_standing_are_no_steps():
    trial = walk_on_plates(WALK, marked=False)
    knock = np.where(np.abs(trial.forces[3].time_s - 2.2) < 0.04, 300.0, 0.0)
    light = np.where(np.abs(trial.forces[3].time_s - 1.0) < 0.3, 100.0, 0.0)
    last = trial.forces[3]
    extra = [
        ForceRecording(last.time_s, np.column_stack([np.zeros((len(by), 2)), by]), np.zeros((len(by), 3)), last.plate)
        for by in (knock, light)
    ]
    reasons = {step.plate: step.rejected for step in find_steps([*trial.forces[:3], *extra]).steps}
    assert reasons[3] == "it lasts 0.08 s, which is no step"
    assert reasons[4].startswith("it carries 100 N at most, where the steps carry 7")


def test_the_person_names_the_feet():
    trial = walk_on_plates(WALK, marked=False)
    named = [
        ForceRecording(f.time_s, f.force_n, f.moment_nmm, f.plate, side=side)
        for f, side in zip(trial.forces, [Side.RIGHT, Side.LEFT, Side.RIGHT, Side.LEFT], strict=True)
    ]
    walked = find_steps(named)
    assert [step.side for step in walked.steps] == [Side.RIGHT, Side.LEFT, Side.RIGHT, Side.LEFT]
    assert any("as the recording or a person names them" in note for note in walked.notes)


@pytest.mark.parametrize("contact_s", [0.2, 0.28])
def test_another_runs_truth(contact_s):
    """The run of `footload.synthetic.running`: its own formula, its feet entered, no markers."""
    course = RunCourse(contact_s=contact_s)
    _, values = found(run_on_plates(course))
    for n, side in enumerate(Side):
        assert values["step_contact_time", n].side is side
        assert values["step_contact_time", n].value == pytest.approx(contact_s, abs=0.005)
        assert values["step_vertical_impulse", n].value == pytest.approx(course.impulse_ns, rel=1e-3)
        assert values["step_braking_impulse", n].value == pytest.approx(course.braking_ns, rel=2e-3)
        assert values["step_propulsive_impulse", n].value == pytest.approx(course.braking_ns, rel=2e-3)
        assert values["step_braking_peak", n].value == pytest.approx(course.braking_part, rel=2e-3)


def test_markers_that_get_a_metre_further_are_a_walk_though_nobody_says_so():
    trial = walk_on_plates(WALK).changed(task=Task.UNKNOWN)
    assert any(f.metric == "step_braking_impulse" for f in fl.analyze(trial).findings)
    silent = walk_on_plates(WALK, marked=False).changed(task=Task.UNKNOWN)
    assert not any(f.metric == "step_braking_impulse" for f in fl.analyze(silent).findings)


def test_a_mat_on_the_plates_names_the_feet():
    """Two steps over a mat that lies on two plates; its corner is at (-100, -50) mm in the lab."""
    layout = SensorLayout.rectangle(200, 60, 5.0)
    feet = [
        SyntheticFoot(Side.LEFT, place_mm=(110.0, 200.0)),
        SyntheticFoot(Side.RIGHT, place_mm=(190.0, 700.0)),
    ]
    mat = walk(feet, layout, body_mass_kg=70.0, sampling_rate_hz=100.0, step_s=0.55, pad_s=0.3).trial
    contacts = fl.analyze(mat).contacts
    assert [c.side for c in contacts] == [Side.LEFT, Side.RIGHT]
    time_s = np.arange(round(float(mat.pressure.time_s[-1]) * 500)) / 500
    plates = []
    for contact, y in zip(contacts, (-50.0, 450.0), strict=True):
        force = np.interp(time_s, contact.time_s, contact.force, left=0, right=0)
        corners = np.array([[-100, y + 500, 0], [200, y + 500, 0], [200, y, 0], [-100, y, 0]], float)
        three = np.column_stack([np.zeros((len(time_s), 2)), force])
        plates.append(ForceRecording(time_s, three, np.zeros_like(three), PlateGeometry(corners)))
    trial = Trial("both", (mat.pressure, *plates), Task.WALKING)
    analysis = fl.analyze(trial, fl.Parameters(mat_origin_mm=(-100.0, -50.0)))
    values = {(f.metric, f.repetition): f for f in analysis.findings}
    assert [values["step_peak_force_n", n].side for n in (0, 1)] == [Side.LEFT, Side.RIGHT]
    assert any("by the mat that lies on them" in note for note in analysis.notes)
    assert any(f.metric == "arch_index" for f in analysis.findings)  # the mat keeps its prints
