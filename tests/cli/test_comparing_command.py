"""`footload compare`, `footload reliability` and `footload norms` as they are typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import footload as fl
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.norms.reference_set import Circumstances, Norm, NormSet

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
STUDY = SAMPLES / "study"

# Shrout and Fleiss 1979, table 2.
JUDGES = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


@pytest.fixture
def judges(tmp_path: Path) -> Path:
    """The published table as a tidy one."""
    path = tmp_path / "judges.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["participant", "session", "metric", "unit", "value"])
        writer.writerows(
            [f"p{i}", f"s{k}", "rating", "ratio", v] for i, row in enumerate(JUDGES) for k, v in enumerate(row)
        )
    return path


def test_files_after_with_are_the_second_condition_however_many(run_json: Callable[..., Any]) -> None:
    barefoot, wedge, shoe = (STUDY / f"{name}_walk_mat.mcap" for name in ("barefoot", "wedge", "shoe"))
    found = run_json("compare", barefoot, "--json", "--metric", "peak_pressure", "--with", wedge, shoe, "--detect", 5)
    assert (found["first"], found["second"]) == ([barefoot.name], [wedge.name, shoe.name])
    assert {each["metric"] for each in found["findings"]} == {"peak_pressure"}
    assert any("whole step" in said for said in found["warnings"])


def test_paired_trials_that_do_not_pair_are_a_usage_fault(run: Callable[..., Any], walk: Path) -> None:
    result = run("compare", walk, "--paired", "--with", walk, walk)
    assert result.exit_code == 2
    assert "has no partner" in result.stderr


def test_a_published_study_is_worked_out_kept_and_drawn(
    run: Callable[..., Any], run_json: Callable[..., Any], judges: Path, tmp_path: Path
) -> None:
    found = run_json("reliability", judges, "-o", tmp_path / "study.json", "--plots", tmp_path / "plots", "--json")
    (measure,) = found["measures"]
    assert [round(icc[0], 2) for icc in measure["iccs"].values()] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert json.loads((tmp_path / "study.json").read_text())["measures"] == [measure]
    assert (tmp_path / "plots" / "rating.svg").read_text().lstrip().startswith("<?xml")
    assert run("reliability", judges, "-o", tmp_path / "study.json").exit_code == 2


def test_a_study_of_files_analyzes_them_and_gives_compare_its_error(
    run_json: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "sessions.csv"
    rows = [("p1", "1", "barefoot"), ("p1", "2", "shoe"), ("p2", "1", "wedge"), ("p2", "2", "barefoot")]
    lines = [f"{who},{when},{STUDY / name}_walk_mat.mcap" for who, when, name in rows]
    path.write_text("\n".join(["participant,session,file", *lines]))
    run_json("reliability", path, "-o", tmp_path / "s.json", "--metric", "peak_pressure", "--json")
    found = run_json(
        "compare", STUDY / "barefoot_walk_mat.mcap", "--with", STUDY / "wedge_walk_mat.mcap", "--json",
        "--metric", "peak_pressure", "--reliability", tmp_path / "s.json",
    )  # fmt: skip
    assert {each["mdc_from"] for each in found["findings"]} == {"reliability study sessions"}
    assert all(each["mdc"] is not None for each in found["findings"])


def test_a_table_that_lacks_a_column_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("participant,value\na,1\n")
    result = run("reliability", tmp_path / "t.csv")
    assert result.exit_code == 1
    assert "t.csv has no column session, metric" in result.stderr


@pytest.fixture
def laboratory(tmp_path: Path) -> Path:
    """Six healthy people and one who is not, on one mat; each takes longer than the one before."""
    folder = tmp_path / "lab"
    with Laboratory.create(folder) as lab:
        lab.put("conditions", "barefoot", footwear="barefoot")
        for n in range(7):
            lab.put("participants", f"p{n}", sex="female", healthy=n < 6)
            file = tmp_path / f"walk{n}.lst"
            listing = (SAMPLES / "synthetic_step.lst").read_bytes()
            file.write_bytes(listing.replace(b"Time/picture:20.0", b"Time/picture:%d.0" % (20 + n)))
            lab.add_trial(file, TrialFacts(f"p{n}", "2026-11-22", "barefoot"))
    return folder


def test_norms_of_too_few_people_are_not_made(run: Callable[..., Any], laboratory: Path, tmp_path: Path) -> None:
    result = run("norms", "build", laboratory, "-o", tmp_path / "n.json", "--name", "us")
    assert result.exit_code == 1
    assert "6 people, 20 are needed" in result.stderr
    assert not (tmp_path / "n.json").exists()


def test_an_analysis_takes_the_norms_that_hold_for_its_trial(
    run_json: Callable[..., Any], listing: Path, tmp_path: Path
) -> None:
    at = Circumstances.of(fl.analyze(fl.read(listing)))
    norm = Norm(
        metric="cpei", region="foot", unit="%", device=at.device, task=at.task, footwear=at.footwear, n=30,
        mean=20.0, mean_low=19.0, mean_high=21.0, sd=4.0, sd_low=3.2, sd_high=5.4,
    )  # fmt: skip
    for task, scored in ((at.task, True), ("drop landing", False)):
        file = tmp_path / "n.json"
        NormSet(name="us", n_people=30, norms=(norm.model_copy(update={"task": task}),)).write(file)
        (trial,) = run_json("analyze", listing, "--norms", file, "--json")["trials"]
        (picture,) = trial["pronation"]
        (cpei,) = [index for index in picture["indices"] if index["metric"] == "cpei"]
        assert (cpei["z"] is not None) is scored
        if scored:
            assert cpei["z"] == pytest.approx((20.0 - cpei["value"]) / 4.0)
            assert cpei["reference"].startswith("us, revision 1: 30 people")
        else:
            assert cpei["reference"] == "no reference"


def test_norms_are_made_of_healthy_people_only_and_a_revision_follows_another(
    run: Callable[..., Any], run_json: Callable[..., Any], laboratory: Path, tmp_path: Path
) -> None:
    build = ("norms", "build", laboratory, "-o", tmp_path / "n.json", "--name", "us", "--fewest", 5, "--json")
    assert [run_json(*build)["revision"] for _ in range(2)] == [1, 2]
    made = run_json(*build)
    times = [each for each in made["norms"] if each["metric"] == "contact_time" and each["region"] == "foot"]
    assert {(each["sex"], each["n"], each["footwear"]) for each in times} == {
        ("", 6, "barefoot"),
        ("female", 6, "barefoot"),
    }
    shortest_s = next(
        f.value for f in fl.analyze(fl.read(SAMPLES / "synthetic_step.lst")).findings
        if f.metric == "contact_time" and f.region == "foot"
    )  # fmt: skip
    assert times[0]["mean"] == pytest.approx(shortest_s * 22.5 / 20)  # 20 to 25 ms a frame; the seventh is not healthy
    assert "p3" not in (tmp_path / "n.json").read_text()
    assert "revision 3, 6 people" in run("norms", "show", tmp_path / "n.json").stdout
    shown = json.loads(run("norms", "show", tmp_path / "n.json", "--metric", "contact_time", "--json").stdout)
    assert (shown["revision"], shown["n_people"]) == (3, 6)
    assert {each["metric"] for each in shown["norms"]} == {"contact_time"}
    other = run(*build[:6], "them", "--fewest", 5)
    assert other.exit_code == 1
    assert "holds the norms of us" in other.stderr


def test_curves_and_prints_of_the_steps_of_one_person(run_json: Callable[..., Any], listing: Path) -> None:
    same = (listing, listing)
    found = run_json("compare", *same, "--curves", "force", "--prints", "--json", "--with", *same)
    assert [each["what"] for each in found["curves"]] == ["force", "prints"]
    assert all(each["clusters"] == [] and each["p"] == 1 for each in found["curves"])
    assert len(found["curves"][0]["t"]) == 101


def test_too_few_steps_are_not_told_as_no_difference_and_a_foot_without_steps_is_named(
    run: Callable[..., Any], listing: Path
) -> None:
    two, four = [listing] * 2, [listing] * 4
    said = " ".join(run("compare", *two, "--curves", "force", "--with", *two).stdout.split())
    assert "too few steps to tell a difference anywhere: 6 labelings give no p below 0.33" in said
    assert "no difference at any point" not in said
    assert said.count("fewer than 2 whole steps in a condition") == 1  # of the other foot
    assert "questions" not in said
    said = " ".join(run("compare", *four, "--curves", "force", "--curves", "area", "--with", *four).stdout.split())
    assert "no difference at any point (p = 1, 70 permutations)" in said
    assert "these are 2 questions" in said


def test_a_laboratory_assesses_with_its_own_norms_and_keeps_every_revision(
    run: Callable[..., Any], run_json: Callable[..., Any], laboratory: Path
) -> None:
    build = ("norms", "build", laboratory, "--name", "us", "--fewest", 5)
    assert [run(*build).exit_code for _ in range(2)] == [0, 0]
    kept = {path.name: NormSet.read(path).revision for path in laboratory.glob("norms*.json")}
    assert kept == {"norms.json": 2, "norms.revision-1.json": 1, "norms.revision-2.json": 2}
    told = run_json("lab", "assess", "--participant", "p6", "--lab", laboratory, "--json")
    assert [each["norms"] for each in told["entered_by_hand"]] == ["us, revision 2"]
    assert run("lab", "check", "--lab", laboratory).exit_code == 0
