"""A laboratory's own norms: every revision kept whoever builds at once, and taken wherever its trials are worked on."""

from __future__ import annotations

import csv
import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from footload.analysis import analyze_as_drawn
from footload.batch import parts_of, run_batch
from footload.batch_findings import FindingRows, gather
from footload.cli import norming
from footload.lab.kept_trials import kept_files, read_kept
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.norms.kept_sets import keep_set, norms_of_lab
from footload.norms.reference_set import Circumstances, Norm, NormSet, NormSetError

STEP = Path(__file__).resolve().parents[2] / "sample_data" / "synthetic_step.lst"


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, [*map(str, arguments)])


def norms_at(at: Circumstances, name: str = "us", n: int = 30) -> NormSet:
    norm = Norm(
        metric="contact_time", region="foot", unit="s", device=at.device, task=at.task, footwear=at.footwear, n=n,
        mean=0.1, mean_low=0.09, mean_high=0.11, sd=0.01, sd_low=0.008, sd_high=0.015,
    )  # fmt: skip
    return NormSet(name=name, n_people=n, norms=(norm,))


@pytest.fixture(scope="module")
def made() -> NormSet:
    return norms_at(Circumstances("emed", "walking", "barefoot"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five steps of one person barefoot, and norms that hold for them."""
    folder = tmp_path_factory.mktemp("own") / "lab"
    with Laboratory.create(folder, by="tester") as opened:
        for n in range(5):
            file = folder.with_name(f"step{n}.lst")
            file.write_bytes(STEP.read_bytes() + b"\n" * n)
            opened.add_trial(file, TrialFacts("P001", "2026-11-22", "barefoot"))
    first = kept_files(folder)[0]
    keep_set(norms_at(Circumstances.of(analyze_as_drawn(first, read_kept(first)))), folder / "norms.json")
    return folder


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "findings.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_of_sets_kept_at_once_none_is_lost_and_the_newest_stands_under_the_name(made, tmp_path) -> None:
    path = tmp_path / "norms.json"
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: keep_set(made, path), range(24)))
    assert sorted(each.revision for each in kept) == list(range(1, 25))
    for each in kept:
        assert NormSet.read(tmp_path / f"norms.revision-{each.revision}.json") == each
    assert NormSet.read(path).revision == 24
    assert len(list(tmp_path.iterdir())) == 25


def test_a_set_that_an_older_footload_kept_is_not_lost_and_one_left_by_a_crash_is_not_overwritten(
    made, tmp_path
) -> None:
    path = tmp_path / "norms.json"
    made.model_copy(update={"made_on": "2026-01-01"}).write(path)
    left = made.model_copy(update={"revision": 2, "made_on": "2026-02-02"})
    left.write(tmp_path / "norms.revision-2.json")
    assert keep_set(made, path).revision == 3
    days = [NormSet.read(tmp_path / f"norms.revision-{n}.json").made_on for n in (1, 2, 3)]
    assert days == ["2026-01-01", "2026-02-02", ""]
    assert NormSet.read(path).revision == 3
    with pytest.raises(NormSetError, match="holds the norms of us, not of them"):
        keep_set(made.model_copy(update={"name": "them"}), path)


def test_a_file_system_without_links_keeps_revisions_too(made, tmp_path, monkeypatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    assert [keep_set(made, tmp_path / "n.json").revision for _ in range(2)] == [1, 2]
    assert NormSet.read(tmp_path / "n.revision-1.json").revision == 1


@pytest.fixture(scope="module")
def batched(lab, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Its batch by one process, and what was said."""
    out = tmp_path_factory.mktemp("batched") / "one"
    done = run("batch", lab, "--out", out, "--workers", 1, "--chunk", 2)
    assert done.exit_code == 0, done.output
    return out, " ".join(done.stdout.split())


def test_a_batch_of_a_laboratory_takes_its_norms_and_says_which(batched) -> None:
    out, said = batched
    assert "Reference ranges of us, revision 1 (30 people)" in said
    times = [row for row in table(out) if (row["metric"], row["region"]) == ("contact_time", "foot")]
    assert len(times) == 5
    assert {(row["reference_source"], row["reference_n"], row["status"]) for row in times} == {
        ("own norms", "30", "above")
    }
    assert all("us, revision 1" in row["reference"] for row in times)


def test_with_norms_too_the_table_is_the_same_whatever_the_number_of_workers(lab, batched, tmp_path) -> None:
    done = run("batch", lab, "--out", tmp_path, "--workers", 2, "--chunk", 1, "--json")
    record = json.loads(done.stdout)
    assert (record["norms"]["name"], record["norms"]["revision"], record["norms"]["n_people"]) == ("us", 1, 30)
    assert (tmp_path / "findings.csv").read_bytes() == (batched[0] / "findings.csv").read_bytes()


def test_with_norms_too_a_dask_executor_gives_the_same_table(lab, tmp_path) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is an extra")
    files = kept_files(lab)
    rows = FindingRows(lab / "trials", read_trial=read_kept, norms=NormSet.read(lab / "norms.json"))
    with ThreadPoolExecutor(1) as executor:
        assert [each.error for each in run_batch(files, rows, executor, tmp_path / "here", chunk=2)] == [None] * 3
    with distributed.Client(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as client:
        assert [each.error for each in run_batch(files, rows, client.get_executor(), tmp_path / "dask", chunk=2)]
    for name in ("here", "dask"):
        gather(parts_of(files, tmp_path / name, 2), tmp_path / name)
    assert (tmp_path / "dask" / "findings.csv").read_bytes() == (tmp_path / "here" / "findings.csv").read_bytes()
    assert any(row["reference_source"] == "own norms" for row in table(tmp_path / "dask"))


def test_a_named_set_comes_before_the_laboratorys_and_makes_another_batch(lab, batched, tmp_path) -> None:
    them = tmp_path / "them.json"
    NormSet.read(lab / "norms.json").model_copy(update={"name": "them"}).write(them)
    known = [norming.set_of(named, lab) for named in (None, them)]
    assert [each.name for each in known if each] == ["us", "them"]
    again = run("batch", lab, "--out", batched[0], "--workers", 1, "--chunk", 2, "--norms", them)
    assert again.exit_code == 2
    assert "holds a batch of other trials" in " ".join(again.output.split())
    toml = run("batch", lab, "--out", tmp_path / "o", "--norms", tmp_path / "site.toml")
    assert toml.exit_code == 2
    assert "site.toml has no reference ranges" in " ".join(toml.output.split())


def test_an_export_of_a_laboratory_takes_its_norms(lab, tmp_path) -> None:
    done = run("export", "tables", lab, "--out", tmp_path / "tables")
    assert done.exit_code == 0, done.output
    times = [row for row in table(tmp_path / "tables") if (row["metric"], row["region"]) == ("contact_time", "foot")]
    assert {row["reference_source"] for row in times} == {"own norms"}
    assert norms_of_lab(tmp_path) is None
