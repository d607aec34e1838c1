"""A device that shows nothing below a pressure exaggerates the medial shift: how much is measured here."""

from __future__ import annotations

import numpy as np
import pytest

from footload.analysis import Analysis, analyze
from footload.findings import Severity
from footload.parameters import Parameters
from footload.recordings import SensorLayout
from footload.sanity.check import Outcome
from footload.sanity.device_threshold import EXAGGERATION
from footload.synthetic.demo import demo_squat
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.plate_movements import squat_on_plates
from footload.synthetic.squat import SquatTiming, StandingFoot, squat
from footload.trials import Side, Trial

AT_DEPTH = "cop_medial_shift_at_depth"


def cut(trial: Trial, threshold_kpa: float) -> Trial:
    """What a device shows that reads 0 below a threshold."""
    pressure = trial.pressure.pressure_kpa
    shown = np.where(pressure < threshold_kpa, 0.0, pressure)
    return trial.changed(recordings=(trial.pressure.with_step("cut for a test", pressure_kpa=shown),))


def outcome(analysis: Analysis) -> Outcome:
    return next(check.outcome for check in analysis.checks if check.code == "device_threshold")


def test_a_threshold_is_noted_on_medial_shifts_only() -> None:
    analysis = analyze(cut(demo_squat().trial, 9.4))
    assert outcome(analysis) is Outcome.NOTED
    touched = {f.metric for f in analysis.findings if any(q.code == "device_threshold" for q in f.quality)}
    assert AT_DEPTH in touched
    assert all(name.startswith("cop_medial_shift") for name in touched)
    note = next(f.quality[-1] for f in analysis.findings if f.metric == AT_DEPTH)
    assert note.severity is Severity.WARNING
    assert "9.4 kPa" in note.text
    assert "25 % larger" in note.text


@pytest.mark.parametrize("threshold_kpa", [0.0, 3.0])
def test_a_device_that_shows_little_is_fine(threshold_kpa: float) -> None:
    assert outcome(analyze(cut(demo_squat().trial, threshold_kpa))) is Outcome.FINE


def test_a_noise_floor_that_is_asked_for_is_a_threshold_too() -> None:
    assert outcome(analyze(demo_squat().trial, Parameters(noise_floor_kpa=10.0))) is Outcome.NOTED


def test_plates_and_walks_have_no_such_threshold() -> None:
    assert outcome(analyze(squat_on_plates(SquatTiming(2)))) is Outcome.NOT_CHECKED


def test_the_stated_exaggeration_is_what_synthetic_feet_show() -> None:
    """Ten feet; the table was made of 40. The slope of so few scatters by about a third of itself."""
    rng = np.random.default_rng(11)
    layout = SensorLayout.rectangle(64, 96, 5.0)
    rows: list[list[float]] = []
    for _ in range(5):
        feet = tuple(
            StandingFoot(
                SyntheticFoot(side, pronation=rng.uniform(-0.5, 0.5), place_mm=(140.0 + 200.0 * number, 160.0)),
                medial_mm=rng.choice([-1, 1]) * rng.uniform(2.5, 7.0),
                anterior_mm=rng.uniform(-10, 0),
            )
            for number, side in enumerate(Side)
        )
        mass_kg = rng.uniform(55, 95)
        trial = squat(feet, layout, body_mass_kg=mass_kg, timing=SquatTiming(1), sampling_rate_hz=25.0).trial
        shifts = [
            {f.side: f.value for f in analyze(cut(trial, at)).findings if f.metric == AT_DEPTH}
            for at in (0.0, 5.0, 9.4)
        ]
        rows += [[found[side] for found in shifts] for side in Side]
    values = np.array(rows)
    larger_percent = 100 * ((values[:, :1] * values[:, 1:]).sum(axis=0) / (values[:, 0] ** 2).sum() - 1)
    stated = {at: percent for at, percent, _ in EXAGGERATION}
    assert larger_percent[0] == pytest.approx(stated[5.0], abs=4)
    assert larger_percent[1] == pytest.approx(stated[9.4], abs=9)
    worst = np.abs(values[:, 1:] - values[:, :1]).max(axis=0)
    assert worst[1] <= 1.5 * EXAGGERATION[2][2]
