"""Whole trials, batches of 1,000 mixed ones and the recorder: `make bench`."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from mixed_trials import PROMISED_S, PROMISED_TRIALS, every_way
from told import tell

import footload as fl
from devices.opening import Opening, RecordedDevice, TrialMetadata
from devices.profile import load_profile
from devices.raw_log import Chunk
from devices.recorder import Recorder

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
N_TRIALS = int(os.environ.get("FOOTLOAD_BENCH_TRIALS", "1000"))
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
    assert read_s + analyzed_s < trial.duration_s


@pytest.mark.filterwarnings("ignore")  # what a cluster's clean-up after a killed process warns of
def test_a_batch_of_mixed_trials_five_ways(tmp_path: Path) -> None:
    """Real and made ones of every format here; on Dask too, and with a worker killed in the middle."""
    said: list[str] = []
    done = every_way(tmp_path, N_TRIALS, said.append)
    print("\n".join(said))  # noqa: T201
    one, two = done["1 worker"], done["2 workers"]
    for name, each in done.items():
        whole = N_TRIALS >= PROMISED_TRIALS and each is two
        promised = f"<= {PROMISED_S:.0f} s" if whole else ""
        took = f"{each.seconds:.1f} s, {N_TRIALS / each.seconds:.1f} trials/s"
        ratio = "" if each is one else f"{one.seconds / each.seconds:.2f}"
        tell(f"batch of {N_TRIALS} mixed trials, {name}", took, promised, "" if each is one else "1 worker", ratio)
    tell("their tables are equal, byte for byte", str(len({each.table for each in done.values()}) == 1))
    assert {name for name, each in done.items() if each.table != one.table} == set()
    if N_TRIALS >= PROMISED_TRIALS:  # of fewer, starting is too large a part
        assert two.seconds < one.seconds
        assert two.seconds <= PROMISED_S


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
    assert rate > 3e5
