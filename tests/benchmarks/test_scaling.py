"""How time grows with frames and trials, and steps by the thousand: `make bench`.

The trials of the curve are quick ones, a step as text and a walk on plates, so that 10,000 of them take minutes; the
batch of mixed ones is in `test_whole_trials.py`, viewers of a page in `test_live_speed.py`. Each curve fails when one
of many takes much longer than one of few.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from curves import FRAMES, TRIALS
from mixed_trials import SAMPLES, Kind, mixed, run
from told import tell, tell_point
from walkway import rolling_step

from footload.foot.load import load_of
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.step_stacks import StepStack, measure_steps, with_common_regions

N_FRAMES = (100, 1000, 10_000, 100_000, 1_000_000)
N_TRIALS = tuple(int(n) for n in os.environ.get("FOOTLOAD_BENCH_CURVE", "10,100,1000,10000").split(","))
FLAT = 2.0
"""One of the most takes at most so many times as long as one of a thousand (of a hundred trials: starting counts)."""
PROMISED_STEPS_PER_S = 2000.0


@pytest.fixture(autouse=True)
def timed(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("times are taken with --benchmark-enable only (make bench)")


def fastest_s(call: Callable[[], object], times: int = 5) -> float:
    """The quickest of several calls; where others use the machine, the time of the processor is the shorter one. [s]"""
    found: list[float] = []
    for _ in range(times):
        begun = time.perf_counter(), time.process_time()
        call()
        found += [time.perf_counter() - begun[0], time.process_time() - begun[1]]
    return min(found)


def test_time_over_frames() -> None:
    """Force, CoP, area and peak of a foot and five regions on 384 cells."""
    layout, rng = SensorLayout.rectangle(24, 16, 10.0), np.random.default_rng(1)
    masks = np.column_stack([np.ones(384), rng.integers(0, 2, (384, 5))])
    block = rng.random((1000, 384), np.float32) * 300
    found: dict[int, float] = {}
    for n in N_FRAMES:
        pressure = np.tile(block, (n // 1000, 1)) if n > 1000 else block[:n]
        recording = PressureRecording(np.arange(n) / 100, pressure, layout)
        tries = 2 if n > 100_000 else 5
        took_s = fastest_s(lambda r=recording: load_of(r, (0, r.n_frames), np.arange(384), masks, 5.0), tries)
        limit_s = fastest_s(pressure.max, tries)
        found[n] = 1e6 * took_s / n
        told = f"{1e3 * took_s:.2f} ms, {found[n]:.2f} µs a frame"
        what = f"scaling: force, CoP, area, peak of 6 parts, {n} frames of 384 cells"
        tell(what, told, "", "reading the same memory once", f"{limit_s / took_s:.2f}")
        tell_point(FRAMES, n, found[n])
    assert found[N_FRAMES[-1]] <= FLAT * found[1000]


def test_time_over_trials(tmp_path: Path) -> None:
    quick = (SAMPLES / "synthetic_step.lst", SAMPLES / "study" / "barefoot_walk_plates.h5")
    found: dict[int, float] = {}
    for n in N_TRIALS:
        mixed(tmp_path / f"data{n}", n, [Kind(path, path.suffix) for path in quick])
        done = run(tmp_path / f"data{n}", tmp_path / f"out{n}", "--workers", "2")
        assert not done.failed
        found[n] = 1e3 * done.seconds / n
        what = f"scaling: batch of {n} quick trials, 2 workers, the command as a whole"
        tell(what, f"{done.seconds:.1f} s, {found[n]:.1f} ms a trial")
        tell_point(TRIALS, n, found[n])
    assert found[N_TRIALS[-1]] <= FLAT * found.get(100, found[N_TRIALS[0]])


def footsteps(n: int) -> np.ndarray:
    """As StepUP-P150 keeps them: steps x 101 x 75 x 40, toes first, each of its own weight. [kPa]"""
    frames = np.linspace(0, 61, 101).round().astype(int)
    one = np.zeros((101, 75, 40), np.float32)
    one[:, 10:64, 9:31] = rolling_step(1)[frames, ::-1]
    return np.array([one * np.float32(weight) for weight in np.random.default_rng(1).uniform(0.8, 1.2, n)])


def test_steps_by_the_thousand(tmp_path: Path) -> None:
    """200 values of each step of StepUP's shape: from decoded arrays, and from the packed file on."""
    n = 512
    pressure = footsteps(n)
    np.savez_compressed(tmp_path / "pipeline_1.npz", arr_0=pressure)
    layout = SensorLayout.rectangle(75, 40, 5.0)

    def measured(steps: np.ndarray) -> int:
        stack = StepStack(steps, 0.01, layout, common.regions, common.axis, toes_first=True)
        return len(measure_steps(stack).values)

    common = with_common_regions(StepStack(pressure, 0.01, layout, toes_first=True), Side.RIGHT)
    assert measured(pressure) >= 200
    decoded = n / fastest_s(lambda: measured(pressure))
    limit = n / fastest_s(pressure.max)
    unpacked = n / fastest_s(lambda: np.load(tmp_path / "pipeline_1.npz")["arr_0"], 2)
    whole = n / fastest_s(lambda: measured(np.load(tmp_path / "pipeline_1.npz")["arr_0"]), 2)
    what = "StepUP-shaped footsteps, 15 regions, 208 values each, one core"
    promised = f">= {PROMISED_STEPS_PER_S:.0f}/s"
    tell(what, f"{decoded:.0f} steps/s", promised, "reading the same memory once", f"{decoded / limit:.2f}")
    beside = f"unpacking alone: {unpacked:.0f} steps/s"
    tell("the same from the packed file on", f"{whole:.0f} steps/s", "", beside, f"{whole / unpacked:.2f}")
    assert decoded >= PROMISED_STEPS_PER_S
