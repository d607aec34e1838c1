"""What leaves the house can be read by others, has every value, and tells nobody who it was."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner, Result

import footload as fl
from footload.export.bids import write_bids
from footload.export.exported import COLUMNS, Exported, coded, exported_of, finding_rows, person_rows, with_recordings
from footload.export.fhir import UCUM, write_fhir
from footload.findings import ReferenceSource, ReferenceStatus
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.readers.hdf5_writing import write_hdf5
from footload.trials import Condition, Participant, Task
from footload.units import UNITS

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
SECRETS = ("Secret", "birth", "2026-11")


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, ["export", *map(str, arguments)])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laboratory with two days of one old person, whose names nobody may learn."""
    folder = tmp_path_factory.mktemp("exported") / "lab"
    with Laboratory.create(folder, by="tester") as made:
        made.put("participants", "SecretP", sex="female", birth_year=1931, body_mass_kg=61.5, note="Secret Name")
        made.put("conditions", "barefoot", note="Secret shop")
        facts = TrialFacts("SecretP", "2026-11-10", "barefoot", task=Task.WALKING)
        made.add_trial(SAMPLES / "synthetic_step.lst", facts)
        made.add_trial(SAMPLES / "demo_squat.mcap", TrialFacts("SecretP", "2026-11-22", "barefoot"))
    return folder


def texts(folder: Path) -> dict[str, str]:
    """Every file of an export as text, bytes as they come, with its name."""
    return {str(path.relative_to(folder)): path.read_bytes().decode("latin-1") for path in folder.rglob("*.*")}


def rows_of(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=separator))


@pytest.fixture(scope="module")
def tables(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "tables"
    done = run("tables", lab, "--out", out, "--parquet")
    assert done.exit_code == 0, done.output
    return out


def test_tables_hold_every_value_and_say_what_each_column_means(tables, lab) -> None:
    rows = rows_of(tables / "findings.csv")
    described = json.loads((tables / "findings.json").read_text("utf-8"))
    assert list(described) == list(rows[0])
    expected = fl.analyze(fl.read(SAMPLES / "demo_squat.mcap")).findings
    found = [row for row in rows if row["task"] == "squat"]
    assert [row["metric"] for row in found] == [finding.metric for finding in expected]
    np.testing.assert_array_equal(
        [float(row["value"] or "nan") for row in found], [finding.value for finding in expected]
    )
    assert all(row["reason"] for row in rows if not row["value"])
    assert {row["day"] for row in found} == {"12"}  # the 22nd, from the 10th on
    (person,) = rows_of(tables / "participants.csv")
    assert person == {"participant_id": "sub-001", "age_years": "89", "sex": "female", "body_mass_kg": "61.5"}


def test_parquet_is_the_same_table(tables) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an extra")
    read = parquet.read_table(tables / "findings.parquet").to_pylist()
    rows = rows_of(tables / "findings.csv")
    assert [("" if row["value"] is None else str(row["value"])) for row in read] == [row["value"] for row in rows]
    assert [row["notes"] or "" for row in read] == [row["notes"] for row in rows]


@pytest.fixture(scope="module")
def bids(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "bids"
    done = run("bids", lab, "--out", out)
    assert done.exit_code == 0, done.output
    return out


def test_a_bids_like_folder_has_its_names_tables_and_sidecars(bids) -> None:
    names = sorted(path.relative_to(bids).as_posix() for path in bids.rglob("*") if path.is_file())
    assert {"README", "dataset_description.json", "participants.json", "participants.tsv"} <= set(names)
    assert "sub-001/sub-001_sessions.tsv" in names
    assert "sub-001/ses-02/sub-001_ses-02_task-squat_acq-barefoot_run-002_events.tsv" in names
    inside = [name for name in names if "/ses-" in name]
    form = (
        r"sub-(\w+)/ses-(\d\d)/sub-\1_ses-\2_task-[0-9A-Za-z]+_acq-barefoot_run-\d{3}"
        r"_(recording|events|findings)\.(h5|tsv|json)"
    )
    assert all(re.fullmatch(form, name) for name in inside)
    for table in bids.rglob("*.tsv"):
        columns = table.read_text("utf-8").splitlines()[0].split("\t")
        assert list(json.loads(table.with_suffix(".json").read_text("utf-8"))) == columns
    assert [row["day"] for row in rows_of(bids / "sub-001" / "sub-001_sessions.tsv", "\t")] == ["0", "12"]


def test_moments_are_those_of_the_analysis(bids) -> None:
    (events,) = bids.rglob("*task-squat*_events.tsv")
    analysis = fl.analyze(fl.read(SAMPLES / "demo_squat.mcap"))
    squats = [row for row in rows_of(events, "\t") if row["trial_type"] == "repetition"]
    starts = [analysis.repetition_time_s[each.start] for each in analysis.repetitions]
    np.testing.assert_allclose([float(row["onset"]) for row in squats], starts, atol=5e-7)  # written to a microsecond
    assert all(float(row["duration"]) > 0.5 for row in squats)


def test_a_recording_opens_with_plain_h5py_and_reads_back_the_same(bids) -> None:
    (file,) = bids.rglob("*task-squat*_recording.h5")
    original, back = fl.read(SAMPLES / "demo_squat.mcap"), fl.read(file)
    np.testing.assert_array_equal(back.pressure.pressure_kpa, original.pressure.pressure_kpa)
    found: list[tuple[int, ...]] = []
    with h5py.File(file) as plain:
        plain.visititems(lambda _, node: found.append(node.shape) if isinstance(node, h5py.Dataset) else None)
    assert original.pressure.n_frames in {shape[0] for shape in found if shape}


def test_nothing_that_leaves_tells_who_it_was(tables, bids, lab, tmp_path) -> None:
    pytest.importorskip("fhir.resources", reason="fhir.resources is an extra")
    bundle = tmp_path / "fhir" / "all.json"
    bundle.parent.mkdir()
    assert run("fhir", lab, "--out", bundle).exit_code == 0
    assert run("figures", lab, "--to", tmp_path / "figures", "--format", "svg").exit_code == 0
    ids = [path.name for path in (lab / "trials").iterdir()]
    for folder in (tables, bids, bundle.parent, tmp_path / "figures"):
        for name, text in texts(folder).items():
            assert not [word for word in (*SECRETS, *ids) if word in text or word in name], name


def test_private_details_are_kept_when_that_is_asked(lab, tmp_path) -> None:
    assert run("tables", lab, "--out", tmp_path / "out", "--keep-private", "--task", "squat").exit_code == 0
    assert {row["participant_id"] for row in rows_of(tmp_path / "out" / "findings.csv")} == {"SecretP"}


def test_pseudonyms_that_differ_in_their_signs_only_stay_two_people(tmp_path) -> None:
    trials = coded([made(person) for person in ("P-1", "P1", "p 1", "日本")], keep_private=True)
    write_bids(trials, tmp_path / "out", lambda _trial, path: path.write_bytes(b""))
    rows = rows_of(tmp_path / "out" / "participants.tsv", "\t")
    names = [row["participant_id"] for row in rows]
    assert sorted(names) == ["sub-P1", "sub-P1x2", "sub-P1x3", "sub-person"]
    for name in names:
        assert len(list((tmp_path / "out" / name / "ses-01").glob(f"{name}_ses-01_*_findings.tsv"))) == 1


def made(person: str, date: str = "2026-11-22", age: float = 40.0) -> Exported:
    """A trial of a person, with a value, one that could not be had, and one of another unit."""
    trial = fl.read(SAMPLES / "synthetic_step.lst").changed(
        name=f"{person} {date}",
        participant=Participant(person, 70.0, age, "male"),
        condition=Condition("shoe"),
        notes={},
    )
    findings = [
        fl.Finding("peak_force", "Peak force", 712.5, "N", fl.Side.LEFT, "foot", 0, uncertainty=3.5),
        fl.Finding("arch_index", "Arch index", math.nan, "ratio", reason="No midfoot."),
        fl.Finding("peak_force_bw", "Peak force", 1.1, "BW", notes=("short",)),
    ]
    return Exported(trial, tuple(finding.to_row() for finding in findings), version="0.1.0", date=date)


def test_codes_follow_neither_the_pseudonyms_nor_each_other() -> None:
    named = []
    for number in range(12):
        trial = made(f"P{number:02d}")
        named.append(
            replace(trial, trial=trial.trial.changed(participant=Participant(f"P{number:02d}", 50.0 + number)))
        )
    orders = {tuple(each.trial.participant.body_mass_kg for each in coded(named)) for _ in range(4)}
    assert len(orders) > 1  # four equal draws of 12! have a chance of 1e-26
    assert {each.person for each in coded(named)} == {f"sub-{number:03d}" for number in range(1, 13)}


def test_findings_wait_on_the_disk_and_recordings_where_they_are(tmp_path) -> None:
    trial = fl.read(SAMPLES / "demo_squat.mcap").changed(participant=Participant("P", 70.0))
    analysis = fl.analyze(trial)
    held = exported_of(analysis, "2026-11-22")
    (light,) = coded([exported_of(analysis, "2026-11-22", kept_in=tmp_path / "rows.jsonl")])
    assert list(light.findings) == list(held.findings)  # floats to the last bit
    assert (len(light.findings), light.findings[3]) == (len(held.findings), held.findings[3])
    assert light.moments == held.moments
    assert sum(each.n_frames for each in light.trial.recordings) == 1  # a stand-in
    whole, told = with_recordings(light, trial).trial, coded([held])[0].trial
    assert whole.recordings == told.recordings == trial.recordings
    for name in ("name", "task", "participant", "condition", "events", "foot_placements", "notes", "source_sha256"):
        assert str(getattr(whole, name)) == str(getattr(told, name)), name
    assert light.trial.foot_placements == ()


def test_of_an_export_that_fails_nothing_is_left(tmp_path, monkeypatch) -> None:
    (tmp_path / "damaged.lst").write_bytes((SAMPLES / "synthetic_step.lst").read_bytes()[:5000])
    (tmp_path / ".out.unfinished").mkdir()  # one that was killed
    (tmp_path / ".out.unfinished" / "findings.csv").write_text("old")
    for kind in ("tables", "figures", "bids"):
        done = run(kind, SAMPLES / "synthetic_step.lst", tmp_path / "damaged.lst", "--out", tmp_path / "out")
        assert done.exit_code == 1
        assert not (tmp_path / "out").exists()
    monkeypatch.setattr("footload.report.drawing.Drawing.encoded", lambda *_: 1 / 0)
    assert run("figures", SAMPLES / "synthetic_step.lst", "--out", tmp_path / "out").exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged.lst"]
    monkeypatch.undo()
    (tmp_path / "out").mkdir()
    assert run("tables", SAMPLES / "synthetic_step.lst", "--out", tmp_path / "out").exit_code == 0
    assert run("tables", SAMPLES / "synthetic_step.lst", "--out", tmp_path / "out").exit_code == 1  # not empty now
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged.lst", "out"]


def test_days_sessions_and_ages_are_counted() -> None:
    out = coded([made("A", "2026-12-01", 95.0), made("A", "2026-11-22", 95.0), made("A", "2026-12-01", 95.0)])
    assert [(each.session, each.day, each.code) for each in out] == [
        ("ses-01", 0, "run-001"),
        ("ses-02", 9, "run-002"),
        ("ses-02", 9, "run-003"),
    ]
    assert person_rows(out)[0]["age_years"] == 89
    assert person_rows(coded([made("A", age=math.nan)]))[0]["age_years"] is None
    assert all(not each.date for each in out)


def test_every_column_is_described() -> None:
    for row in finding_rows(coded([made("A")])[0]):
        assert set(row) <= set(COLUMNS)


def test_every_code_that_a_check_or_a_range_can_give_stands_in_the_dictionary(tables) -> None:
    described = json.loads((tables / "findings.json").read_text("utf-8"))
    page = (SAMPLES.parent / "docs" / "analysis.md").read_text("utf-8")
    codes = set(re.findall(r"^\| `(\w+)` \|", page.split("### ")[0].split("\n## ")[1], flags=re.MULTILINE))
    written = {
        word
        for path in (SAMPLES.parent / "footload" / "sanity").glob("*.py")
        for word in re.findall(r'^\w*CODE: Final = "(\w+)"', path.read_text("utf-8"), flags=re.MULTILINE)
    }
    assert written
    assert written <= set(described["quality"]["Levels"])
    assert codes == set(described["quality"]["Levels"])
    assert set(described["status"]["Levels"]) == {status.value for status in ReferenceStatus}
    assert set(described["reference_source"]["Levels"]) == {source.value for source in ReferenceSource}


def test_findings_touched_by_a_check_carry_its_code_into_the_table(tmp_path) -> None:
    trial = fl.read(SAMPLES / "demo_walk.mcap")
    heavy = trial.changed(participant=Participant("P", 300.0))
    write_hdf5(heavy, tmp_path / "walk.h5")
    assert run("tables", tmp_path / "walk.h5", "--out", tmp_path / "out").exit_code == 0
    rows = rows_of(tmp_path / "out" / "findings.csv")
    touched = {row["metric"] for row in rows if "body_weight" in row["quality"].split("; ")}
    assert "peak_force" in touched
    assert "arch_index" not in touched  # a share, in which a wrong scale cancels
    assert all(row["notes"] for row in rows if row["quality"])


def test_names_and_days_in_a_vendors_file_stay_behind(tmp_path) -> None:
    words = ["0.00", *["2.00"] * 16, "300", "0.1", "0.1"]
    names = ["time", *[f"left pressure {cell}[N/cm²]" for cell in range(1, 17)], "left total force[N]"]
    names += [f"left center of pressure {axis}[-0.5...+0.5]" for axis in "XY"]
    head = ["# Start time: 1.2.2023", "# Sensor insoles: Left SN1", "# Name: Jane Doe", "# " + "\t".join(names)]
    lines = ["\t".join([f"{0.01 * k:.2f}", *words[1:]]) for k in range(100)]
    insole = tmp_path / "Doe_Jane.txt"
    insole.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    for kind in ("tables", "bids", "figures"):
        done = run(kind, insole, "--out", tmp_path / kind)
        assert done.exit_code == 0, done.output
        for name, text in texts(tmp_path / kind).items():
            assert not [word for word in ("Jane", "Doe", "1.2.2023", "2023-02") if word in text or word in name], name


def test_a_name_before_a_markers_label_stays_behind(tmp_path) -> None:
    trial = fl.read(SAMPLES / "synthetic_step.lst")
    places = np.zeros((trial.pressures[0].n_frames, 1, 3))
    markers = fl.MarkerRecording(trial.pressures[0].time_s, places, ("SecretP:LKNE",), "made")
    write_hdf5(trial.changed(recordings=(*trial.recordings, markers)), tmp_path / "step.h5")
    assert run("bids", tmp_path / "step.h5", "--out", tmp_path / "out").exit_code == 0
    assert not [name for name, text in texts(tmp_path / "out").items() if "Secret" in text]
    kept = run("bids", tmp_path / "step.h5", "--out", tmp_path / "kept", "--keep-private")
    assert kept.exit_code == 0
    assert [name for name, text in texts(tmp_path / "kept").items() if "SecretP:LKNE" in text]


def test_files_that_do_not_say_whose_they_are_are_said_to_leave_as_one_person(tmp_path) -> None:
    files = [tmp_path / f"{name}.lst" for name in "ab"]
    for file in files:
        file.write_bytes((SAMPLES / "synthetic_step.lst").read_bytes())
    told = run("tables", *files, "--out", tmp_path / "out", "--json")
    assert told.exit_code == 0
    assert "2 of the files do not say whose they are" in told.stderr
    said = json.loads(told.stdout)
    assert (said["n_trials"], said["n_people"]) == (2, 1)
    assert sorted(said["written"]) == ["findings.csv", "findings.json", "participants.csv", "participants.json"]
    assert said["n_findings"] == len(rows_of(tmp_path / "out" / "findings.csv"))
    one = run("tables", files[0], "--out", tmp_path / "one")
    assert "whose" not in one.stderr


@pytest.mark.parametrize("form", ["fhir", "bids"])
def test_every_export_says_as_json_what_it_wrote(form: str, tmp_path) -> None:
    if form == "fhir":
        pytest.importorskip("fhir.resources", reason="fhir.resources is an extra")
    told = run(form, SAMPLES / "synthetic_step.lst", "--out", tmp_path / "out.json", "--json")
    said = json.loads(told.stdout)
    assert (said["n_trials"], said["n_people"]) == (1, 1)
    if form == "bids":
        assert said["n_files"] == sum(path.is_file() for path in (tmp_path / "out.json").rglob("*"))
    else:
        bundle = json.loads((tmp_path / "out.json").read_text("utf-8"))
        assert said["n_observations"] == len(bundle["entry"]) - 1


def bundle_of(trials: list[Exported], folder: Path) -> dict[str, Any]:
    path = folder / "bundle.json"
    n_observations = write_fhir(coded(trials), path)
    assert [each.name for each in folder.iterdir()] == [path.name]
    bundle = json.loads(path.read_text("utf-8"))
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds.count("Observation") == n_observations
    return bundle


def test_fhir_observations_say_what_the_findings_say(tmp_path) -> None:
    observation = pytest.importorskip("fhir.resources.observation", reason="fhir.resources is an extra").Observation
    bundle = bundle_of([made("A"), made("B")], tmp_path)
    pytest.importorskip("fhir.resources.bundle").Bundle.model_validate(bundle)  # as a whole, too
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert [each["resourceType"] for each in resources].count("Patient") == 2
    force, arch, weights = [each for each in resources if each["resourceType"] == "Observation"][:3]
    for each in (force, arch, weights):
        observation.model_validate(each)
    quantity = {"value": 712.5, "unit": "N", "system": "http://unitsofmeasure.org", "code": "N"}
    assert force["valueQuantity"] == quantity
    assert force["component"][0]["valueQuantity"] == {**quantity, "value": 3.5}
    assert force["bodySite"]["text"] == "left foot"
    assert "valueQuantity" not in arch
    assert arch["dataAbsentReason"]["text"] == "No midfoot."
    assert weights["valueQuantity"]["code"] == "{body_weight}"
    assert weights["note"][1]["text"] == "short"
    urls = {entry["fullUrl"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient"}
    assert {each["subject"]["reference"] for each in resources if "subject" in each} == urls


def test_another_reader_finds_the_same_in_the_bundle_by_fhirpath(tmp_path) -> None:
    pytest.importorskip("fhir.resources", reason="fhir.resources is an extra")
    fhirpath = pytest.importorskip("fhirpathpy", reason="a reader of FHIR that is not ours")
    from fhirpathpy.models import models

    bundle = bundle_of([made("A")], tmp_path)

    def asked(path: str) -> list[object]:
        return fhirpath.evaluate(bundle, f"Bundle.entry.resource.ofType(Observation){path}", model=models["r5"])

    assert asked(".count()") == [3]
    assert asked(".value.value") == [Decimal("712.5"), Decimal("1.1")]
    assert asked(".where(value.empty()).dataAbsentReason.coding.code") == [
        "unknown"
    ]  # obs-6 and no value without reason
    assert asked(".where(value.exists() and dataAbsentReason.exists()).count()") == [0]
    assert asked(".where(code.coding.code = 'peak_force').value.unit") == ["N"]
    assert asked(".where(status = 'preliminary').count()") == [3]


def test_every_unit_has_a_ucum_code() -> None:
    atoms = {"N", "m", "mm", "kPa", "s", "kg", "cm2", "mm2", "Hz", "deg", "%", "W", "1"}
    annotation = re.compile(r"\{[a-z_]+\}")
    for unit in UNITS:
        for part in re.split(r"[./]", UCUM.get(unit, unit)):
            assert part in atoms or annotation.fullmatch(part), unit


def test_an_export_replaces_nothing_and_says_what_it_cannot_do(tables, lab, tmp_path) -> None:
    assert "not an empty folder" in run("tables", lab, "--out", tables).stderr.replace("\n", " ")
    there = tmp_path / "there.json"
    there.touch()
    assert run("fhir", lab, "--out", there).exit_code == 2
    assert run("tables", lab, "--out", tmp_path / "a", "--participant", "nobody").exit_code == 1
    step = SAMPLES / "synthetic_step.lst"
    assert run("tables", step, "--out", tmp_path / "b", "--task", "squat").exit_code == 2
    assert run("tables", step, lab, "--out", tmp_path / "c").exit_code == 2
    assert not (tmp_path / "a").exists()


def test_the_example_of_the_page_on_exports_runs_and_an_independent_reader_opens_the_file(tmp_path) -> None:
    page = (SAMPLES.parent / "docs" / "exports.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "sample_data").symlink_to(SAMPLES, target_is_directory=True)
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "from_python.c3d\n"
    reading = (
        "import ezc3d, sys; c = ezc3d.c3d(sys.argv[1]); print(c['parameters']['FORCE_PLATFORM']['USED']['value'][0])"
    )
    opened = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", reading, "from_python.c3d"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(float(opened.stdout)) == len(fl.read(SAMPLES / "study" / "barefoot_squat_plates.h5").forces)
