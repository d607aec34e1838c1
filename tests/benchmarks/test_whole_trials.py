"""Whole trials, batches, the recorder and how time grows: `make bench`; more of it with FOOTLOAD_BENCH_LONG=1."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from told import tell

import footload as fl
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import load_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder
from footload.batch_findings import FindingRows
from footload.batch_pool import run_on_processes
from footload.foot.load import load_of
from footload.recordings import PressureRecording, SensorLayout

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
N_TRIALS = int(os.environ.get("FOOTLOAD_BENCH_TRIALS", "1000"))
LONG = "FOOTLOAD_BENCH_LONG" in os.environ
KINDS = ("walk_mat", "squat_mat", "drop_landing_mat", "squat_plates", "stance_plates")


@pytest.fixture(autouse=True)
def timed(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("times are taken with --benchmark-enable only (make bench)")


def sample(kind: str) -> Path:
    return next((SAMPLES / "study").glob(f"barefoot_{kind}.*"))


def fastest_s(call, times: int = 5) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return min(found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_is_read_and_analyzed(kind: str) -> None:
    path = sample(kind)
    trial = fl.read(path)
    assert fl.analyze(trial).findings
    read_s, analyzed_s = fastest_s(lambda: fl.read(path)), fastest_s(lambda: fl.analyze(trial), 3)
    tell(f"reading {path.name}", f"{1e3 * read_s:.1f} ms")
    tell(
        f"analyzing it, {trial.duration_s:.1f} s long",
        f"{1e3 * analyzed_s:.1f} ms",
        beside="the trial's own duration",
        ratio=f"{trial.duration_s / analyzed_s:.0f}",
    )


def mixed(folder: Path, n_trials: int) -> list[Path]:
    """Names for as many trials, of every kind in turns; files of one content are read each time anew."""
    kinds = [sample(kind) for kind in KINDS]
    folder.mkdir()
    names = [folder / f"{number:05d}{kinds[number % len(kinds)].suffix}" for number in range(n_trials)]
    for number, name in enumerate(names):
        name.symlink_to(kinds[number % len(kinds)])
    return names


def batch_s(tmp_path: Path, n_trials: int, workers: int) -> float:
    data = tmp_path / f"data_{n_trials}_{workers}"
    names = mixed(data, n_trials)
    begun = time.perf_counter()
    outcomes = list(run_on_processes(names, FindingRows(data), data.with_name(f"out_{n_trials}_{workers}"), workers))
    took_s = time.perf_counter() - begun
    assert sum(outcome.n_failed for outcome in outcomes) == 0
    return took_s


def test_a_batch_on_one_worker_and_on_two(tmp_path: Path) -> None:
    one_s, two_s = (batch_s(tmp_path, N_TRIALS, workers) for workers in (1, 2))
    tell(f"batch of {N_TRIALS} mixed trials, 1 worker", f"{one_s:.1f} s, {N_TRIALS / one_s:.1f} trials/s")
    took = f"{two_s:.1f} s, {N_TRIALS / two_s:.1f} trials/s"
    tell(f"batch of {N_TRIALS} mixed trials, 2 workers", took, beside="1 worker", ratio=f"{one_s / two_s:.2f}")


def test_the_recorder_takes_what_comes(tmp_path: Path) -> None:
    """100,000 reads of a kilobyte, as quickly as they can be handed over, until they are on disk."""
    profile, data = load_profile("demo_mat"), bytes(np.random.default_rng(1).integers(0, 256, 1024, np.uint8))
    opening = Opening(TrialMetadata(), (RecordedDevice(profile, {}),), 0, 10**18, "benchmark")
    begun = time.perf_counter()
    with Recorder(tmp_path / "much.mcap", opening) as recorder:
        for number in range(100_000):
            recorder.write(Chunk(number * 10_000, data))
    rate = 100_000 * 1024 / (time.perf_counter() - begun)
    tell("recorder, 1 kB reads to disk", f"{rate / 1e6:.0f} MB/s", "", "a 3 Mbaud wire", ratio=f"{rate / 3e5:.0f}")


@pytest.mark.parametrize("n_frames", [100, 1000, 10_000, 100_000, 1_000_000])
def test_time_over_frames(n_frames: int) -> None:
    if n_frames > 100_000 and not LONG:
        pytest.skip("a million frames only with FOOTLOAD_BENCH_LONG=1")
    layout = SensorLayout.rectangle(24, 16, 10.0)
    pressure = np.random.default_rng(1).uniform(0, 300, (n_frames, 384)).astype(np.float32)
    recording = PressureRecording(np.arange(n_frames) / 100, pressure, layout)
    masks = np.random.default_rng(2).integers(0, 2, (384, 6)).astype(float)
    took_s = fastest_s(lambda: load_of(recording, (0, n_frames), np.arange(384), masks, 5.0), 3)
    limit_s = fastest_s(pressure.max, 3)
    tell(
        f"scaling: force, CoP, area, peak of 6 regions, {n_frames} frames of 384 cells",
        f"{1e3 * took_s:.2f} ms, {1e6 * took_s / n_frames:.2f} µs a frame",
        beside="reading the same memory once",
        ratio=f"{limit_s / took_s:.2f}",
    )


@pytest.mark.parametrize("n_trials", [10, 100, 1000, 10_000])
def test_time_over_trials(n_trials: int, tmp_path: Path) -> None:
    if n_trials > 10 and not LONG:
        pytest.skip("hundreds of trials and more only with FOOTLOAD_BENCH_LONG=1")
    took_s = batch_s(tmp_path, n_trials, 2)
    tell(f"scaling: batch of {n_trials} trials, 2 workers", f"{took_s:.1f} s, {1e3 * took_s / n_trials:.0f} ms a trial")
