"""Processes and a cluster whose worker is killed in the middle give the table of one process, byte for byte."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from footload.batch import parts_of
from footload.batch_cluster import TRAP, is_trapped, run_on_cluster
from footload.batch_findings import gather
from footload.batch_pool import DIED

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "benchmarks"), str(TESTS / "batch")]
from batch_work import squared  # noqa: E402 - fresh processes get this path too
from mixed_trials import (  # noqa: E402 - stands beside the benchmarks
    SAMPLES,
    Done,
    Kind,
    dask_cluster,
    kill_when_half_done,
    made,
    mixed,
    recipe,
    run,
    workers_of,
)

N_TRIALS = 16
STUDY = ("walk_plates.h5", "stance_plates.h5", "squat_plates.h5")

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="workers are found in /proc")


@pytest.fixture(scope="module")
def trials(tmp_path_factory) -> tuple[Path, set[str], Done]:
    """Links to quick trials of every kind that needs no recordings from elsewhere, and their table by one process."""
    folder = tmp_path_factory.mktemp("killed")
    quick = [SAMPLES / "synthetic_step.lst", *(SAMPLES / "study" / f"shoe_{name}" for name in STUDY)]
    of = [Kind(path, path.suffix) for path in quick] + made(folder / "made")
    failing = mixed(folder / "data", N_TRIALS, of)
    return folder / "data", failing, run(folder / "data", folder / "one", "--workers", "1")


def test_one_process_lists_what_fails_and_does_the_rest(trials) -> None:
    _, failing, done = trials
    assert len(failing) >= 2
    assert done.failed == failing
    assert done.record["n_findings"] > 1000


def test_a_process_that_is_killed_in_the_middle_changes_nothing_but_the_time(trials, tmp_path) -> None:
    data, failing, expected = trials
    killed: list[int] = []
    found = run(data, tmp_path, "--workers", "2", meanwhile=kill_when_half_done(N_TRIALS // 2, workers_of, killed))
    assert len(killed) == 1
    assert found.failed == failing
    assert found.table == expected.table


@pytest.mark.filterwarnings("ignore")  # what the cluster's own clean-up after a killed process warns of
def test_a_worker_of_a_cluster_that_is_killed_changes_nothing_but_the_time(trials, tmp_path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    data, failing, expected = trials
    killed: list[int] = []
    with dask_cluster() as (address, workers):
        with distributed.Client(address) as client:
            settings = client.run(_environment)
        meanwhile = kill_when_half_done(N_TRIALS // 2, workers, killed)
        found = run(data, tmp_path, "--scheduler", address, meanwhile=meanwhile)
    assert len(killed) == 1
    assert found.failed == failing
    assert found.table == expected.table
    # the page's recipe is in force
    assert TRAP not in found.complaints
    assert recipe().keys() >= {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "OPENBLAS_NUM_THREADS"}
    wanted = {name: str(value) for name, value in recipe().items()}
    assert [{name: each.get(name) for name in wanted} for each in settings.values()] == [wanted, wanted]


class Fragile(ThreadPoolExecutor):
    """A cluster that gives up what holds number 5, alone or with others, as Dask does after several dead workers."""

    def submit(self, fn, /, *args, **kwargs):
        from distributed.scheduler import KilledWorker

        given = args[-1]
        if given == 5 or 5 in getattr(given, "trials", ()):
            return super().submit(_raise, KilledWorker("part", None, 3))
        return super().submit(fn, *args, **kwargs)


def _raise(error: Exception) -> None:
    raise error


def test_a_trial_that_takes_its_workers_along_is_listed_and_the_others_are_done(tmp_path) -> None:
    pytest.importorskip("distributed", reason="dask.distributed is an extra")
    numbers = list(range(8))
    with Fragile(1) as cluster:
        outcomes = list(run_on_cluster(numbers, squared, cluster, tmp_path, chunk=4))
    assert [(outcome.part.number, outcome.n_failed, outcome.error) for outcome in outcomes] == [
        (0, 0, None),
        (1, 1, None),
    ]
    n_rows, failures = gather(parts_of(numbers, tmp_path, 4), tmp_path)
    assert (n_rows, failures) == (14, [{"trial": "5", "error": DIED}])


@pytest.mark.parametrize(("value", "trapped"), [("65536", True), ("268435456", False), (None, False), ("", False)])
def test_the_allocators_trap_is_known(value: str | None, trapped: bool) -> None:
    assert is_trapped({"one": "268435456", "two": value}) is trapped


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)
