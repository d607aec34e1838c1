"""Own norms are the reference of every metric whose published range is missing or unverified, and say so everywhere."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import footload as fl
from footload.findings import Finding, ReferenceRange, ReferenceSource, ReferenceStatus
from footload.norms.comparing import with_norms
from footload.norms.reference_set import Circumstances, Norm, NormSet

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
WALK = SAMPLES / "demo_walk.mcap"
SQUAT = SAMPLES / "study" / "shoe_squat_mat.mcap"


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, [*map(str, arguments)])


@pytest.fixture(scope="module")
def walk() -> fl.Analysis:
    return fl.analyze(fl.read(WALK))


def norm(at: Circumstances, metric: str = "cpei", region: str = "foot", unit: str = "%", mean: float = 20.0) -> Norm:
    return Norm(
        metric=metric, region=region, unit=unit, device=at.device, task=at.task, footwear=at.footwear, n=30,
        mean=mean, mean_low=mean - 1.5, mean_high=mean + 1.5, sd=4.0, sd_low=3.2, sd_high=5.4,
    )  # fmt: skip


@pytest.fixture(scope="module")
def norms(walk: fl.Analysis) -> NormSet:
    at = Circumstances.of(walk)
    measured = (norm(at), norm(at, "peak_force", "m1", "N", 5000), norm(at, "contact_time", unit="ms"))
    return NormSet(name="us", n_people=30, norms=measured)


@pytest.fixture(scope="module")
def file(norms: NormSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("norms") / "us.json"
    norms.write(path)
    return path


def test_the_range_is_where_the_next_person_lies_in_95_per_cent(norms) -> None:
    t_29 = 2.045229642  # of any table of Student's t
    half = t_29 * 4 * math.sqrt(31 / 30)
    assert norms.norms[0].range_95 == pytest.approx((20 - half, 20 + half))


def test_an_unverified_range_gives_way_and_a_value_without_one_gets_one(walk, norms) -> None:
    compared = with_norms(walk, norms)
    before = {id(f): f for f in walk.findings}
    for old, new in zip(before.values(), compared.findings, strict=True):
        if (old.metric, old.region) == ("cpei", "foot"):
            assert old.reference.source is ReferenceSource.PUBLISHED
            assert new.reference.source is ReferenceSource.OWN
            assert (new.reference.low, new.reference.high, new.reference.n) == (*norms.norms[0].range_95, 30)
            assert new.reference.low_means == "pronated"
            assert new.reference.text == (
                "11.68 to 28.32 (own norms: us, revision 1: people, walking, n = 30; "
                "mean 20 (95 % 18.5 to 21.5), SD 4 (3.2 to 5.4))"
            )
        elif (old.metric, old.region) == ("peak_force", "m1"):
            assert old.reference is None
            assert new.status is ReferenceStatus.BELOW
        else:
            assert new is old  # contact_time has a norm in another unit
    assert "us, revision 1: 2 of 4 values lie outside" in compared.notes[-1]


def test_a_range_that_was_read_in_its_source_stays_and_other_circumstances_have_none(walk, norms) -> None:
    read = ReferenceRange(1, 2, "adults", 9, "cavanagh1987", verified=True)
    known = Finding("cpei", "CPEI", 1.5, "%", fl.Side.LEFT, "foot", 0, reference=read)
    assert with_norms(replace(walk, findings=(known, *walk.findings)), norms).findings[0] is known
    elsewhere = walk.trial.changed(condition=fl.Condition("", footwear="boots"))
    other = with_norms(replace(walk, trial=elsewhere), norms)
    assert other.findings == walk.findings
    assert other.notes[-1] == "us, revision 1: no norm holds for this kind of trial."


def test_norms_of_another_version_are_told(walk, norms) -> None:
    assert "made by footload 0.0.1" in with_norms(walk, norms.model_copy(update={"footload": "0.0.1"})).notes[-1]


def test_json_table_and_text_say_whose_the_range_is(file, tmp_path) -> None:
    told = json.loads(run("analyze", WALK, "--norms", file, "--json").stdout)
    assert told["norms"]["name"] == "us"
    assert told["norms"]["revision"] == 1
    (left, right) = [f for f in told["trials"][0]["findings"] if f["metric"] == "cpei" and f["region"] == "foot"]
    for finding in (left, right):
        assert (finding["reference_source"], finding["reference_n"]) == ("own norms", 30)
        assert (finding["reference_low"], finding["reference_high"]) == pytest.approx((11.684, 28.316), abs=1e-3)
    arch = next(f for f in told["trials"][0]["findings"] if f["metric"] == "arch_index")
    assert (arch["reference_source"], arch["reference_n"]) == ("published", 107)
    assert "unverified" in arch["reference"]
    assert run("analyze", WALK, "--norms", file, "--csv", tmp_path / "t.csv").exit_code == 0
    with (tmp_path / "t.csv").open(newline="") as table:
        sources = {row["reference_source"] for row in csv.DictReader(table) if row["metric"] == "cpei"}
    assert sources == {"own norms"}
    shown = " ".join(run("analyze", WALK, "--norms", file).stdout.split())
    assert "us, revision 1: 2 of 4 values lie outside of their 95 % range" in shown


def test_a_report_and_exports_say_it_too(file, tmp_path) -> None:
    done = run("report", "make", WALK, "--norms", file, "--out", tmp_path / "r.html")
    assert done.exit_code == 0, done.output
    assert "own norms: us, revision 1: people, walking, n = 30; mean 20" in (tmp_path / "r.html").read_text("utf-8")
    assert run("export", "tables", WALK, "--norms", file, "--out", tmp_path / "tables").exit_code == 0
    with (tmp_path / "tables" / "findings.csv").open(newline="") as table:
        (cpei, _) = [row for row in csv.DictReader(table) if row["metric"] == "cpei"]
    assert cpei["reference_source"] == "own norms"
    assert [float(cpei[f"reference_{end}"]) for end in ("low", "high")] == pytest.approx([11.684, 28.316], abs=1e-3)
    pytest.importorskip("fhir.resources", reason="fhir.resources is an extra")
    assert run("export", "fhir", WALK, "--norms", file, "--out", tmp_path / "b.json").exit_code == 0
    entries = [e["resource"] for e in json.loads((tmp_path / "b.json").read_text("utf-8"))["entry"]]
    ranges = {
        e["code"]["coding"][0]["code"]: e["referenceRange"][0] for e in entries if e.get("referenceRange")
    }  # fmt: skip
    assert [ranges["cpei"][end]["value"] for end in ("low", "high")] == pytest.approx([11.684, 28.316], abs=1e-3)
    assert "low" not in ranges["arch_index"]  # unverified: words only


def test_a_screening_takes_a_set_of_norms(file) -> None:
    wedge = SAMPLES / "study" / "wedge_squat_mat.mcap"
    done = run("screen", "wedge", "--a", SQUAT, "--b", wedge, "--norms", file, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["screening"]
