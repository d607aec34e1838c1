"""How long movements on plates take: `make bench`."""

from __future__ import annotations

import numpy as np

import footload as fl
from footload.metrics.registry import Scope, metrics
from footload.synthetic.jump import JumpCourse
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates
from footload.synthetic.stance import StanceCourse
from footload.tasks.jump import find_jumps
from footload.tasks.sway import Sway

PROMISED_JUMP_S = 0.001
PROMISED_SWAY_S = 0.0005
PROMISED_LANDING_S = 0.060


def test_events_and_metrics_of_a_jump(benchmark) -> None:
    """8 s at 1000 Hz."""
    course = JumpCourse(still_s=4.0, after_s=2.5)
    time_s = np.arange(8000) / 1000
    force = course.force_n(time_s)
    formulas = [metric.function for metric in metrics(Scope.JUMP).values()]

    def whole() -> list[float]:
        (jump,) = find_jumps(time_s, force).jumps
        return [formula(jump) for formula in formulas]

    assert len(benchmark(whole)) == len(formulas)
    assert benchmark.stats["min"] < PROMISED_JUMP_S


def test_the_whole_sway_set(benchmark) -> None:
    """6000 samples; every value, hull and spectrum among them."""
    path = StanceCourse().path_mm(60, 100)
    formulas = [metric.function for metric in metrics(Scope.SWAY).values()]

    def whole() -> list[float]:
        sway = Sway(path[:, 0], path[:, 1], 100.0)
        return [formula(sway) for formula in formulas]

    assert len(benchmark(whole)) > 35
    assert benchmark.stats["min"] < PROMISED_SWAY_S


def test_a_landing_from_recordings_to_findings(benchmark) -> None:
    trial = drop_on_plates(DropCourse())
    assert benchmark(lambda: fl.analyze(trial)).findings
    assert benchmark.stats["min"] < PROMISED_LANDING_S
