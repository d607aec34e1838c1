"""Parts, failures, restarts, and the same table whatever does the work."""

from __future__ import annotations

import csv
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from footload.batch import parts_of, run_batch
from footload.batch_findings import gather
from footload.batch_pool import BLAS_THREADS, DIED, process_pool, run_on_processes

sys.path.insert(0, str(Path(__file__).parent))  # fresh processes get this path too
from batch_work import deadly, dies_once, squared


def table(out: Path, trials: list[int], chunk: int | None) -> tuple[bytes, bytes]:
    gather(parts_of(trials, out, chunk), out)
    return (out / "findings.csv").read_bytes(), (out / "failures.csv").read_bytes()


@pytest.fixture(scope="module")
def by_threads(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The table of 20 numbers by one thread, a part a number."""
    out = tmp_path_factory.mktemp("threads")
    with ThreadPoolExecutor(1) as executor:
        outcomes = list(run_batch(list(range(20)), squared, executor, out, chunk=1))
    assert len(outcomes) == 20
    return table(out, list(range(20)), 1)


def test_rows_stand_in_the_order_of_the_trials_and_failures_are_listed(by_threads) -> None:
    rows = list(csv.DictReader(by_threads[0].decode().splitlines()))
    assert [(int(row["number"]), int(row["power"])) for row in rows] == [
        (number, power) for number in range(20) if number != 13 for power in (1, 2)
    ]
    assert float(rows[2]["value"]) == 1 / 3  # every digit of a float survives
    assert by_threads[1].decode() == "trial,error\n13,ValueError: 13 is not squared here\n"


@pytest.mark.parametrize(("workers", "chunk"), [(1, None), (2, 3)])
def test_the_result_does_not_depend_on_workers_or_parts(by_threads, tmp_path, workers: int, chunk: int | None) -> None:
    outcomes = list(run_on_processes(list(range(20)), squared, tmp_path, workers, chunk=chunk))
    assert sum(outcome.n_failed for outcome in outcomes) == 1
    assert table(tmp_path, list(range(20)), chunk) == by_threads


def test_a_call_after_a_stop_does_only_what_is_left(by_threads, tmp_path) -> None:
    numbers = list(range(20))
    with ThreadPoolExecutor(2) as executor:
        list(run_batch(numbers, squared, executor, tmp_path, chunk=2))
    parts = parts_of(numbers, tmp_path, 2)
    parts[3].path.unlink()
    parts[6].path.unlink()  # the part with the failure
    kept = {part.number: part.path.stat().st_mtime_ns for part in parts if part.path.exists()}
    with ThreadPoolExecutor(2) as executor:
        outcomes = list(run_batch(numbers, squared, executor, tmp_path, chunk=2))
    assert [outcome.part.number for outcome in outcomes][:8] == [0, 1, 2, 4, 5, 7, 8, 9]
    assert {outcome.part.number for outcome in outcomes[8:]} == {3, 6}
    assert {number: parts[number].path.stat().st_mtime_ns for number in kept} == kept
    assert table(tmp_path, numbers, 2) == by_threads


def test_an_unfinished_part_is_no_part(by_threads, tmp_path) -> None:
    numbers = list(range(20))
    torn = parts_of(numbers, tmp_path, 5)[0].path
    torn.parent.mkdir()
    torn.with_name(f"{torn.name}.1.unfinished").write_text("number,power\n0,", "utf-8")
    with ThreadPoolExecutor(1) as executor:
        list(run_batch(numbers, squared, executor, tmp_path, chunk=5))
    assert table(tmp_path, numbers, 5) == by_threads


def test_shards_together_are_the_whole_batch(by_threads, tmp_path) -> None:
    numbers = list(range(20))
    for shard in range(3):
        with ThreadPoolExecutor(1) as executor:
            list(run_batch(numbers, squared, executor, tmp_path, chunk=2, shard=(shard, 3)))
        assert sum(part.path.exists() for part in parts_of(numbers, tmp_path, 2)) == [4, 7, 10][shard]
    assert table(tmp_path, numbers, 2) == by_threads


def test_a_shard_that_does_not_exist_is_refused(tmp_path) -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="Shard 3 of 3"):
        next(run_batch([1], squared, executor, tmp_path, shard=(3, 3)))


def test_a_folder_with_another_batch_is_refused(tmp_path) -> None:
    with ThreadPoolExecutor(1) as executor:
        list(run_batch([1, 2], squared, executor, tmp_path))
        with pytest.raises(ValueError, match="holds a batch of other trials"):
            list(run_batch([1, 3], squared, executor, tmp_path))
        with pytest.raises(ValueError, match="holds a batch of other trials"):
            list(run_batch([1, 2], deadly, executor, tmp_path))
    assert json.loads((tmp_path / "batch.json").read_text())["n_trials"] == 2


def test_a_changed_file_makes_another_batch(tmp_path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("1")
    with ThreadPoolExecutor(1) as executor:
        list(run_batch([file], dies_once, executor, tmp_path / "out"))
        file.write_text("22")
        with pytest.raises(ValueError, match="holds a batch of other trials"):
            list(run_batch([file], dies_once, executor, tmp_path / "out"))


def test_an_empty_batch_has_an_empty_table(tmp_path) -> None:
    with ThreadPoolExecutor(1) as executor:
        assert list(run_batch([], squared, executor, tmp_path)) == []
    assert table(tmp_path, [], None) == (b"", b"trial,error\n")


def test_a_part_of_no_trials_is_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        parts_of([1], tmp_path, 0)


@pytest.mark.parametrize(("n", "size"), [(1, 1), (16, 1), (17, 2), (1000, 63), (100_000, 64)])
def test_parts_are_small_for_few_trials_and_bounded_for_many(tmp_path, n: int, size: int) -> None:
    assert len(parts_of(range(n), tmp_path)[0].trials) == size


def test_a_trial_that_kills_its_process_is_listed_and_the_others_are_done(tmp_path) -> None:
    outcomes = list(run_on_processes(list(range(8)), deadly, tmp_path, 2, chunk=4))
    assert sorted(outcome.part.number for outcome in outcomes) == [0, 1]
    assert [outcome.error for outcome in outcomes] == [None, None]
    n_rows, failures = gather(parts_of(list(range(8)), tmp_path, 4), tmp_path)
    assert n_rows == 7
    assert failures == [{"trial": "5", "error": DIED}]


def test_a_worker_killed_in_the_middle_changes_nothing(tmp_path) -> None:
    files = [tmp_path / f"{letter}.txt" for letter in "abcd"]
    outcomes = list(run_on_processes(files, dies_once, tmp_path / "out", 1, chunk=1))
    assert sorted(outcome.part.number for outcome in outcomes) == [0, 1, 2, 3]
    gather(parts_of(files, tmp_path / "out", 1), tmp_path / "out")
    assert (tmp_path / "out" / "findings.csv").read_text() == "name\na.txt\nb.txt\nc.txt\nd.txt\n"
    assert (tmp_path / "out" / "failures.csv").read_text() == "trial,error\n"


def test_a_part_that_cannot_be_written_is_told_and_not_fatal(tmp_path) -> None:
    blocked = parts_of([1, 2], tmp_path, 1)[1]
    blocked.failures_path.mkdir(parents=True)  # cannot be unlinked like a file
    with ThreadPoolExecutor(1) as executor:
        outcomes = {
            outcome.part.number: outcome.error for outcome in run_batch([1, 2], squared, executor, tmp_path, chunk=1)
        }
    assert outcomes[0] is None
    assert isinstance(outcomes[1], OSError)


def test_different_columns_are_not_mixed(tmp_path) -> None:
    parts = parts_of([1, 2], tmp_path, 1)
    parts[0].path.parent.mkdir()
    parts[0].path.write_text("a\n1\n")
    parts[1].path.write_text("b\n1\n")
    with pytest.raises(ValueError, match=r"part-000001\.csv has other columns"):
        gather(parts, tmp_path)


def test_workers_compute_on_one_thread_and_the_environment_is_given_back(monkeypatch) -> None:
    monkeypatch.setenv(BLAS_THREADS[0], "7")
    monkeypatch.delenv(BLAS_THREADS[1], raising=False)
    with process_pool(1) as pool:
        assert [pool.submit(os.getenv, name).result() for name in BLAS_THREADS] == ["1", "1", "1"]
    assert os.environ[BLAS_THREADS[0]] == "7"
    assert BLAS_THREADS[1] not in os.environ
