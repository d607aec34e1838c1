"""Thousands of steps at once give the numbers of one step at a time."""

from __future__ import annotations

import numpy as np
import pytest

import footload as fl
from footload.errors import UndefinedMetricError
from footload.evaluation import contact_findings, provenance_of
from footload.foot.contact import FootContact
from footload.foot.step_stack import STEPS_AT_ONCE
from footload.parameters import DEFAULTS
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.step_stacks import StepStack, measure_steps, with_common_regions
from footload.synthetic import SyntheticFoot
from footload.synthetic.walking import walking_contact
from footload.trials import Trial

GRID, N_FRAMES = (75, 40), 60
LAYOUT = SensorLayout.rectangle(*GRID, 5.0)
LEFT_TO_ONE_STEP = {
    "arch_index", "arch_index_cop_chord", "modified_arch_index", "chippaux_smirak_index", "staheli_index",
    "clarke_angle", "cpei", "foot_progression_angle", "cop_mean_speed", "pressure_ratio_at_first_metatarsal",
    "pressure_ratio_at_forefoot_flat", "pressure_ratio_at_heel_off",
}  # fmt: skip
"""What needs each print, or a filter over each gait line; the module and the page for researchers say so."""


def recorded(step: np.ndarray, frame_s: float) -> PressureRecording:
    return PressureRecording(np.arange(len(step)) * frame_s, step.reshape(len(step), -1), LAYOUT, side=Side.RIGHT)


@pytest.fixture(scope="module")
def steps() -> np.ndarray:
    """Steps of one right foot that differ in weight and place of the load; some are cut, one is empty. [kPa]"""
    found = []
    for number in range(8):
        foot = SyntheticFoot(Side.RIGHT, place_mm=(100.0, 185.0), pronation=0.1 * number - 0.4)
        made = walking_contact(foot, LAYOUT, body_mass_kg=55.0 + 5 * number, duration_s=0.5, pad_s=0.05)
        found.append(made.trial.pressure.pressure_kpa.reshape(N_FRAMES, *GRID))
    pressure = np.array(found, np.float32)
    pressure[2, :20] = 0
    pressure[2] = np.roll(pressure[2], -20, axis=0)  # loaded from the first frame on
    pressure[3, :, 35:] = 0  # a heel alone
    pressure[4, :, :35] = 0  # a forefoot alone
    pressure[5] = 0
    pressure[6, 30] = 0  # not touched in between
    pressure[pressure < 1] = 0
    return pressure


@pytest.fixture(scope="module")
def stack(steps: np.ndarray) -> StepStack:
    return with_common_regions(StepStack(steps, 0.01 + 0.001 * np.arange(len(steps)), LAYOUT), Side.RIGHT)


def one_by_one(stack: StepStack, number: int, step: np.ndarray) -> dict[tuple[str, str], float]:
    """The findings of a step as the analysis of single steps gives them, with the stack's axis and regions."""
    recording = recorded(step, float(stack.frame_s[number]))
    touched = np.flatnonzero((recording.pressure_kpa >= stack.loaded_kpa).any(axis=1))
    start, stop = (int(touched[0]), int(touched[-1]) + 1) if len(touched) else (0, 0)
    contact = FootContact(
        recording,
        start,
        stop,
        np.ones(LAYOUT.n_sensors, bool),
        side=Side.RIGHT,
        axis=stack.axis,
        regions=stack.regions,
        cop_threshold=stack.cop_threshold_n,
        loaded=stack.loaded_kpa,
    )
    provenance = provenance_of(Trial("step", (recording,)), recording, DEFAULTS)
    return {(each.metric, each.region): each.value for each in contact_findings([contact], provenance)}


def test_every_value_is_that_of_the_same_step_alone(stack: StepStack, steps: np.ndarray) -> None:
    measured = measure_steps(stack)
    for number, step in enumerate(steps):
        alone = {key: value for key, value in one_by_one(stack, number, step).items() if key[0] not in LEFT_TO_ONE_STEP}
        assert measured.values.keys() == alone.keys()
        for key, value in alone.items():
            # the same sums in another order: a few last bits of float64
            assert measured.values[key][number] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), (number, key)
    assert len(measured.values) > 200
    assert np.isfinite(measured.of("push_off_phase")).sum() >= 3
    assert np.isfinite(measured.of("gait_line_length")).sum() >= 6
    assert np.isnan([values[5] for values in measured.values.values()]).all()


def test_a_whole_step_alone_is_the_contact_that_an_analysis_finds(stack: StepStack, steps: np.ndarray) -> None:
    measured = measure_steps(stack)
    recording = recorded(steps[0], float(stack.frame_s[0]))
    findings = fl.analyze(Trial("step", (recording,), side=Side.RIGHT)).findings
    found = {each.metric: each.value for each in findings if each.region == "foot"}
    for name in ("peak_force", "force_time_integral", "contact_time", "contact_area", "peak_pressure", "mean_pressure"):
        assert measured.of(name)[0] == pytest.approx(found[name], rel=1e-9), name


def test_rows_that_run_from_toe_to_heel_are_turned(stack: StepStack, steps: np.ndarray) -> None:
    turned = StepStack(steps[:, :, ::-1].copy(), stack.frame_s, LAYOUT, stack.regions, stack.axis, toes_first=True)
    expected, found = measure_steps(stack), measure_steps(turned)
    for key, values in expected.values.items():
        np.testing.assert_allclose(found.values[key], values, rtol=1e-9, atol=1e-9, err_msg=str(key))
    again = with_common_regions(turned, Side.RIGHT)
    assert all(np.array_equal(again.regions[name], mask) for name, mask in stack.regions.items())


def test_many_steps_are_done_in_blocks_with_the_same_numbers(stack: StepStack, steps: np.ndarray) -> None:
    n = STEPS_AT_ONCE + 3
    which = np.arange(n) % len(steps)

    class Shelf:
        """Gives one step at a time, as a file does."""

        shape = (n, *steps.shape[1:])

        def __getitem__(self, number: int) -> np.ndarray:
            return steps[which[number]].astype(np.float16)

    few = measure_steps(StepStack(steps.astype(np.float16), 0.01, LAYOUT, stack.regions, stack.axis))
    many = measure_steps(StepStack(Shelf(), 0.01, LAYOUT, stack.regions, stack.axis))
    for key, values in few.values.items():
        np.testing.assert_array_equal(many.values[key], values[which], err_msg=str(key))


def test_without_regions_and_axis_the_foot_is_measured_alone(steps: np.ndarray, stack: StepStack) -> None:
    found = measure_steps(StepStack(steps, stack.frame_s, LAYOUT))
    assert {part for _, part in found.values} == {"foot"}
    np.testing.assert_allclose(found.of("peak_force"), measure_steps(stack).of("peak_force"), rtol=1e-12)
    with pytest.raises(KeyError, match="'cpei' of the part 'foot' was not measured"):
        found.of("cpei")


def test_the_table_has_a_row_for_each_step_and_part(stack: StepStack) -> None:
    table = measure_steps(stack).to_table()
    assert len(table) == stack.n_steps * len(stack.parts)
    row = table[(table.step == 1) & (table.region == "m2")].iloc[0]
    assert row.peak_force == measure_steps(stack).of("peak_force", "m2")[1]
    assert np.isnan(row.foot_balance)


def test_what_is_no_step_is_refused(steps: np.ndarray) -> None:
    with pytest.raises(ValueError, match="steps x frames x the grid"):
        StepStack(steps[0], 0.01, LAYOUT)
    with pytest.raises(ValueError, match="not above 0 s"):
        StepStack(steps, 0.0, LAYOUT)
    with pytest.raises(ValueError, match="heel has shape"):
        StepStack(steps, 0.01, LAYOUT, {"heel": np.ones(3, bool)})
    for wrong, says in ((np.nan, "not finite"), (-1.0, "below 0 kPa")):
        damaged = steps[:2].copy()
        damaged[1, 30, 36, 20] = wrong
        with pytest.raises(ValueError, match=f"Step 1 holds a pressure .*{says}"):
            measure_steps(StepStack(damaged, 0.01, LAYOUT))
    with pytest.raises(UndefinedMetricError, match="shows 0 whole feet"):
        with_common_regions(StepStack(steps[5:6], 0.01, LAYOUT), Side.RIGHT)
