"""A worker keeps within its memory: a trial that is too large fails, the others do not notice."""

from __future__ import annotations

import csv
import sys

import pytest
from batch_work import greedy

from footload.batch_pool import memory_of_worker, run_on_processes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_a_trial_that_wants_more_memory_than_a_worker_may_have_is_listed(tmp_path) -> None:
    trials = [1_000, 3_000_000_000, 2_000]
    outcomes = list(run_on_processes(trials, greedy, tmp_path, 1, chunk=3, memory_bytes=1_000_000_000))
    assert [(outcome.n_failed, outcome.error) for outcome in outcomes] == [(1, None)]
    with outcomes[0].part.path.open() as file:
        assert [row["n_bytes"] for row in csv.DictReader(file)] == ["1000", "2000"]
    assert "MemoryError" in outcomes[0].part.failures_path.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_workers_together_leave_a_fifth_of_the_machine(monkeypatch) -> None:
    monkeypatch.setattr("os.sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1_000_000}.__getitem__)
    assert memory_of_worker(4) == 819_200_000
