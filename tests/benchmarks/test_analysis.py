"""How long an analysis takes: `make bench`. Ratios against naive numpy say more than milliseconds of one machine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import footload as fl
from footload.foot.load import load_of
from footload.recordings import PressureRecording, SensorLayout

PROMISED_ANALYSIS_S = 0.100
PROMISED_PROCESS_S = 1.5
PROMISED_HELP_S = 0.4


@pytest.fixture
def emed_file(real_recordings: Path) -> Path:
    return real_recordings / "pressure" / "emed" / "emed_test.lst"


def fastest_s(call: Callable[[], object], times: int = 7) -> float:
    """The quickest of several calls: what the work costs when nobody else uses the machine. [s]"""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return min(found)


def test_a_real_step_from_file_to_findings(benchmark, emed_file: Path) -> None:
    analysis = benchmark(lambda: fl.analyze(fl.read(emed_file)))
    assert len(analysis.findings) > 10
    assert benchmark.stats["min"] < PROMISED_ANALYSIS_S


def test_analysis_alone(benchmark, emed_file: Path) -> None:
    trial = fl.read(emed_file)
    benchmark(lambda: fl.analyze(trial))


def test_the_kernel_against_naive_numpy(benchmark) -> None:
    """Force, CoP, area and peak of a large trial with five regions, in one product against one pass each."""
    rng = np.random.default_rng(1)
    layout = SensorLayout.rectangle(64, 48, 5.0)
    pressure = np.zeros((1000, 64, 48), np.float32)
    pressure[:, 10:60, 8:26] = rng.uniform(0, 300, (1000, 50, 18))
    recording = PressureRecording(np.arange(1000) / 100, pressure.reshape(1000, -1), layout)
    active = np.flatnonzero(recording.pressure_kpa.max(axis=0) > 0)
    masks = rng.integers(0, 2, (len(active), 6)).astype(float)

    def naive() -> list[np.ndarray]:
        found = []
        for mask in masks.T:
            whole = np.zeros(layout.n_sensors)
            whole[active] = mask
            force = (recording.pressure_kpa * whole * recording.force_per_unit).sum(axis=1)
            moment_x = (recording.pressure_kpa * whole * recording.force_per_unit * layout.x_mm).sum(axis=1)
            moment_y = (recording.pressure_kpa * whole * recording.force_per_unit * layout.y_mm).sum(axis=1)
            area = ((recording.pressure_kpa * whole) > 0) @ layout.area_mm2
            peak = (recording.pressure_kpa * whole).max(axis=1)
            found.append(np.column_stack([force, moment_x, moment_y, area, peak]))
        return found

    ours = benchmark(lambda: load_of(recording, (0, 1000), active, masks, 5.0))
    np.testing.assert_allclose(ours.force[:, 0], naive()[0][:, 0], rtol=1e-5)
    benchmark.extra_info["times faster than naive"] = round(fastest_s(naive, 3) / benchmark.stats["min"], 1)
    assert benchmark.extra_info["times faster than naive"] > 3


@pytest.mark.parametrize(
    ("arguments", "promised_s"),
    [(["analyze"], PROMISED_PROCESS_S), (["--help"], PROMISED_HELP_S)],
    ids=["analyze", "help"],
)
def test_the_whole_process(benchmark, emed_file: Path, arguments: list[str], promised_s: float) -> None:
    command = [sys.executable, "-c", "from footload.cli import main; main()", *arguments]
    if arguments == ["analyze"]:
        command.append(str(emed_file))
    benchmark.pedantic(lambda: subprocess.run(command, check=True, capture_output=True), rounds=7, warmup_rounds=1)
    assert benchmark.stats["min"] < promised_s
