"""From folders, globs and files to one table of findings."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import footload as fl
from footload.batch import parts_of, run_batch, write_part
from footload.batch_files import second_feet, select_files
from footload.batch_findings import FindingRows, gather
from footload.parquet import write_parquet

TESTS = Path(__file__).resolve().parents[1]
SAMPLES = TESTS.parent / "sample_data"
sys.path.insert(0, str(TESTS / "readers"))
from asf_files import AsfFile  # noqa: E402 - stands beside the tests of the readers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two trials in folders of their own, a note, a hidden file and a damaged recording."""
    found = tmp_path / "lab"
    (found / "anna").mkdir(parents=True)
    (found / "berta").mkdir()
    shutil.copy(SAMPLES / "synthetic_step.lst", found / "anna" / "step.lst")
    shutil.copy(SAMPLES / "demo_walk.mcap", found / "berta" / "walk.mcap")
    (found / "berta" / "cut.mcap").write_bytes((SAMPLES / "demo_walk.mcap").read_bytes()[:40])
    (found / "notes.txt").write_text("left shoe new")
    (found / ".hidden.lst").write_text("Page 1")
    return found


def batch(*arguments: object):
    from footload.cli.application import application

    return CliRunner().invoke(application, ["batch", *map(str, arguments)])


def names(files: tuple[Path, ...], root: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in files]


def test_a_folder_gives_what_readers_claim_in_a_fixed_order(folder) -> None:
    selection = select_files([folder])
    assert selection.root == folder
    assert names(selection.files, folder) == ["anna/step.lst", "berta/cut.mcap", "berta/walk.mcap"]
    assert names(selection.skipped, folder) == [".hidden.lst", "notes.txt"]
    assert select_files([folder / "berta", folder / "anna"]).files == selection.files


def test_globs_and_files_and_what_is_absent(folder) -> None:
    selection = select_files([f"{folder}/**/*.lst", folder / "notes.txt", folder / "nobody.lst"])
    assert names(selection.files, folder) == ["anna/step.lst", "notes.txt"]
    assert selection.absent == (str(folder / "nobody.lst"),)
    assert select_files([f"{folder}/*.nothing"]).files == ()


def test_a_file_named_twice_is_one_trial(folder) -> None:
    step = folder / "anna" / "step.lst"
    assert select_files([step, folder / "anna", step]).files == (step,)


def test_the_table_holds_what_analyze_finds(folder, tmp_path) -> None:
    files = select_files([folder]).files
    with ThreadPoolExecutor(1) as executor:
        list(run_batch(files, FindingRows(folder), executor, tmp_path / "out"))
    n_findings, failures = gather(parts_of(files, tmp_path / "out"), tmp_path / "out")
    with (tmp_path / "out" / "findings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n_findings
    expected = fl.analyze(fl.read(folder / "anna" / "step.lst")).findings
    found = [row for row in rows if row["file"] == "anna/step.lst"]
    assert [row["metric"] for row in found] == [finding.metric for finding in expected]
    values = np.array([float(row["value"] or "nan") for row in found])
    np.testing.assert_array_equal(values, [finding.value for finding in expected])
    assert all(row["reason"] for row in rows if not row["value"])
    assert [failure["trial"] for failure in failures] == ["berta/cut.mcap"]


def test_paths_of_the_machine_leave_a_table_of_failures_also_where_an_error_names_them(tmp_path) -> None:
    files = [tmp_path / "in" / "a" / "1.lst", tmp_path / "in" / "b" / "2.lst"]
    (part,) = parts_of(files, tmp_path / "out", 2)
    beside = tmp_path / "in" / "x.toml"
    write_part(part, [f"OSError: [Errno 5] Input/output error: '{files[0]}'", f"cannot read {beside}"])
    _, failures = gather([part], tmp_path / "out")
    assert failures == [
        {"trial": "a/1.lst", "error": "OSError: [Errno 5] Input/output error: 'a/1.lst'"},
        {"trial": "b/2.lst", "error": "cannot read x.toml"},
    ]
    assert str(tmp_path) not in (tmp_path / "out" / "failures.csv").read_text()
    _, named = gather([part], tmp_path / "out", tmp_path / "elsewhere")
    assert [each["trial"] for each in named] == ["1.lst", "2.lst"]


def test_a_joined_pair_of_files_is_one_trial(tmp_path) -> None:
    rng = np.random.default_rng(4)
    images = np.zeros((20, 60, 21))
    images[3:17, 5:55, 4:15] = rng.integers(20, 200, (14, 50, 11))
    for letter in "LR":
        (tmp_path / f"walk{letter}.asf").write_bytes(AsfFile().bytes_of(images))
    (tmp_path / "aloneR.asf").write_bytes(AsfFile().bytes_of(images))
    files = select_files([tmp_path]).files
    seconds = second_feet(files)
    assert seconds == {tmp_path / "walkR.asf"}
    rows = FindingRows(tmp_path, second_feet=seconds)
    assert {row["side"] for row in rows(tmp_path / "walkL.asf")} >= {"left", "right"}
    assert rows(tmp_path / "walkR.asf") == []
    assert rows(tmp_path / "aloneR.asf")
    assert FindingRows(tmp_path)(tmp_path / "walkR.asf")  # named alone, it counts


def test_a_right_foot_whose_left_one_is_damaged_still_counts(tmp_path) -> None:
    images = np.zeros((20, 60, 21))
    images[3:17, 5:55, 4:15] = 100
    (tmp_path / "walkR.asf").write_bytes(AsfFile().bytes_of(images))
    (tmp_path / "walkL.asf").write_bytes(AsfFile().bytes_of(images).replace(b"100,", b"x,", 1))
    rows = FindingRows(tmp_path, second_feet=second_feet(select_files([tmp_path]).files))
    assert rows(tmp_path / "walkR.asf")


def test_the_command_analyzes_lists_failures_and_goes_on(folder, tmp_path) -> None:
    out = tmp_path / "tables"
    result = batch(folder, "--out", out, "--workers", 1, "--json")
    assert result.exit_code == 1, result.output
    record = json.loads(result.stdout)
    assert [failure["file"] for failure in record["failed"]] == ["berta/cut.mcap"]
    assert (record["n_files"], record["n_skipped"], record["n_parts_left"]) == (3, 2, 0)
    failed = (out / "failures.csv").read_text()
    assert failed.startswith("trial,error\nberta/cut.mcap,")
    assert str(tmp_path) not in failed  # people send it on
    before = (out / "findings.csv").read_bytes()
    assert before.count(b"\n") == record["n_findings"] + 1
    again = batch(folder, "--out", out, "--workers", 1)
    assert "1 failed, 2 other files skipped" in " ".join(again.stdout.split())
    assert (out / "findings.csv").read_bytes() == before
    other = batch(folder, "--out", out, "--noise-floor", 3)
    assert other.exit_code == 2
    assert "choose another folder" in other.stderr


def test_a_shard_leaves_parts_to_others(folder, tmp_path) -> None:
    result = batch(
        folder / "anna", folder / "berta" / "walk.mcap", "--out", tmp_path / "o", "--shard", "2/2", "--chunk", 5
    )
    assert result.exit_code == 0, result.output
    assert "1 parts are left" in result.stdout
    assert not (tmp_path / "o" / "findings.csv").exists()


@pytest.mark.parametrize("wrong", ["0/2", "3/2", "1", "a/b"])
def test_a_wrong_shard_is_a_fault_of_usage(folder, tmp_path, wrong: str) -> None:
    result = batch(folder, "--out", tmp_path / "o", "--shard", wrong)
    assert result.exit_code == 2
    assert "such as 1/4" in result.stderr


def test_nothing_to_analyze_is_said(tmp_path) -> None:
    result = batch(tmp_path / "nothing", "--out", tmp_path / "o")
    assert result.exit_code == 1
    assert "nothing is not there" in result.stderr
    assert "no trial" in result.stderr


def test_an_extra_that_is_missing_is_named(folder, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    result = batch(folder, "--out", tmp_path / "o", "--parquet")
    assert result.exit_code == 2
    assert "footload[parquet]" in result.stderr


def test_parquet_holds_the_same_values(tmp_path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an extra")
    rows = FindingRows(SAMPLES)(SAMPLES / "demo_squat.mcap")
    table = tmp_path / "findings.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_parquet(table, tmp_path / "findings.parquet")
    read = parquet.read_table(tmp_path / "findings.parquet").to_pylist()
    assert read == [
        {key: value or None if isinstance(value, str) else value for key, value in row.items()} for row in rows
    ]


def test_a_dask_executor_gives_the_same_table(tmp_path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    numbers = list(range(30))
    with ThreadPoolExecutor(1) as executor:
        list(run_batch(numbers, triangle, executor, tmp_path / "threads", chunk=4))
    with distributed.Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as client:
        list(run_batch(numbers, triangle, client.get_executor(), tmp_path / "dask", chunk=4))
    for name in ("threads", "dask"):
        gather(parts_of(numbers, tmp_path / name, 4), tmp_path / name)
    assert (tmp_path / "dask" / "findings.csv").read_bytes() == (tmp_path / "threads" / "findings.csv").read_bytes()


def triangle(number: int) -> list[dict[str, int]]:
    """A row for every number up to this one."""
    return [{"number": number, "below": below} for below in range(number)]


def test_the_example_of_the_page_on_batches_runs(tmp_path) -> None:
    page = (TESTS.parent / "docs" / "batch.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "sample_data").symlink_to(SAMPLES, target_is_directory=True)
    command = [sys.executable, "-c", script + "print(n_rows, failures)"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "part-000000.csv 0 failed" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 []"
