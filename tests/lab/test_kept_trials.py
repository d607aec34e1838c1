"""Trials come out of a laboratory as it knows them, for a batch and an assessment; what is kept is found by command."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import footload as fl
from footload.lab.checking import check
from footload.lab.documents import LaboratoryError, document_path
from footload.lab.kept_trials import Wanted, fingerprint_of, kept_files, read_kept
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.trials import Task

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
PLATES = SAMPLES / "study" / "barefoot_drop_landing_plates.h5"


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, [*map(str, arguments)])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laboratory with squats and a step of one, and a step of another person."""
    folder = tmp_path_factory.mktemp("two") / "lab"
    step = SAMPLES / "synthetic_step.lst"
    other = folder.with_name("other.lst")
    other.write_bytes(step.read_bytes() + b"\n")
    with Laboratory.create(folder, by="tester") as lab:
        lab.put("participants", "P001", sex="female", birth_year=1990, body_mass_kg=61.0)
        lab.put("conditions", "barefoot", note="no shoe")
        lab.add_trial(step, TrialFacts("P001", "2026-11-20", "barefoot", task=Task.WALKING))
        lab.add_trial(SAMPLES / "demo_squat.mcap", TrialFacts("P001", "2026-11-22", "barefoot"))
        lab.add_trial(other, TrialFacts("P002", "2026-11-22", task=Task.WALKING))
    return folder


def test_a_trial_of_force_plates_alone_is_kept_with_its_findings(lab) -> None:
    added = lab.add_trial(PLATES, TrialFacts("P001", "2026-11-22"))
    (row,) = lab.trials()
    expected = fl.analyze(fl.read(PLATES)).findings
    assert (row["task"], row["n_findings"], bool(row["source"])) == ("drop landing", len(expected), True)
    kept = [each["value"] for each in lab.findings(added.trial_id)]
    np.testing.assert_array_equal(np.array(kept, dtype=float), np.array([finding.value for finding in expected]))
    assert check(lab) == []


def test_a_kept_trial_is_what_the_laboratory_says_it_is(two) -> None:
    (step,) = kept_files(two, Wanted("P001", "walking"))
    trial = read_kept(step)
    assert trial.name == step.parent.parent.name
    assert (trial.task, trial.condition.name, trial.condition.note) == (Task.WALKING, "barefoot", "no shoe")
    who = trial.participant
    assert (who.id, who.sex, who.body_mass_kg, who.age_years) == ("P001", "female", 61.0, 36.0)


@pytest.mark.parametrize(
    ("wanted", "n"),
    [
        (Wanted(), 3),
        (Wanted(participant="P001"), 2),
        (Wanted(condition="barefoot", task="squat"), 1),
        (Wanted(since="2026-11-21"), 2),
        (Wanted(until="2026-11-21"), 1),
        (Wanted(participant="nobody"), 0),
    ],
)
def test_trials_are_chosen_by_what_is_known_of_them(two, wanted: Wanted, n: int) -> None:
    assert len(kept_files(two, wanted)) == n


def test_what_is_known_of_a_person_makes_another_batch(tmp_path, step) -> None:
    with Laboratory.create(tmp_path / "lab") as lab:
        lab.add_trial(step, TrialFacts("P001", "2026-11-22"))
        before = fingerprint_of(kept_files(lab.folder))
        assert fingerprint_of(kept_files(lab.folder)) == before
        lab.put("participants", "P001", body_mass_kg=61.0)
        assert fingerprint_of(kept_files(lab.folder)) != before
        document_path(lab.folder, "participants", "P001").unlink()
        with pytest.raises(fl.FootloadError, match="participants/P001 cannot be read"):
            read_kept(kept_files(lab.folder)[0])


def test_a_trial_without_files_is_said_so(tmp_path) -> None:
    folder = tmp_path / "trials" / "T"
    folder.mkdir(parents=True)
    (folder / "trial.json").write_text('{"files": {}, "date": "2026-11-22"}')
    with pytest.raises(LaboratoryError, match="trial T names no file"):
        kept_files(tmp_path)


def test_a_batch_of_a_laboratory_has_its_words_and_its_values_and_goes_on(two, tmp_path) -> None:
    first = run("batch", two, "--out", tmp_path / "out", "--workers", 1, "--task", "walking", "--json")
    assert first.exit_code == 0, first.output
    with (tmp_path / "out" / "findings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["participant"], row["condition"], row["task"]) for row in rows} == {
        ("P001", "barefoot", "walking"),
        ("P002", "", "walking"),
    }
    with Laboratory(two) as lab:
        for trial in {row["trial"] for row in rows}:
            of_batch = [float(row["value"] or "nan") for row in rows if row["trial"] == trial]
            of_lab = [np.nan if each["value"] is None else each["value"] for each in lab.findings(trial)]
            # A worker adds on one thread, this process on several: the last bits of sums may differ.
            np.testing.assert_allclose(of_batch, of_lab, rtol=1e-12, atol=1e-12)
    again = run("batch", two, "--out", tmp_path / "out", "--workers", 1, "--task", "walking", "--json")
    assert json.loads(again.stdout)["n_findings"] == json.loads(first.stdout)["n_findings"] == len(rows)


def test_what_a_batch_cannot_ask_is_said(two, tmp_path) -> None:
    asked = run("batch", SAMPLES, "--out", tmp_path / "out", "--participant", "P001")
    assert "--participant ask a laboratory" in asked.stderr.replace("\n", " ")
    both = run("batch", two, SAMPLES, "--out", tmp_path / "out")
    assert "name it alone" in both.stderr


def test_an_assessment_is_made_kept_signed_and_watched(two) -> None:
    made = run("lab", "assess", "--participant", "P001", "--lab", two, "--json")
    assert made.exit_code == 0, made.output
    record = json.loads(made.stdout)
    assert record["trials"] == [path.parent.parent.name for path in kept_files(two, Wanted(task="squat"))]
    assert record["condition"] == "barefoot"
    signed = run("lab", "sign", record["id"], "--by", "A. Podiatrist", "--statement", "seen", "--lab", two, "--json")
    assert signed.exit_code == 0, signed.output
    (row,) = json.loads(run("lab", "show", "sign-offs", "--lab", two, "--json").stdout)["sign_offs"]
    assert (row["by"], row["statement"], row["assessment_id"]) == ("A. Podiatrist", "seen", record["id"])
    assert json.loads(signed.stdout)["id"] == row["id"]
    (kept,) = json.loads(run("lab", "show", "assessments", "--lab", two, "--json").stdout)["assessments"]
    assert kept["session_id"] == "P001_2026-11-22"
    assert kept["content"]["assessment"] == record["assessment"]
    assert run("lab", "check", "--lab", two).exit_code == 0
    nobody = run("lab", "assess", "--participant", "P009", "--lab", two)
    assert (nobody.exit_code, "no trial of 'P009' to assess" in nobody.stderr.replace("\n", " ")) == (1, True)
    assert run("lab", "sign", record["id"], "--by", " ", "--lab", two).exit_code == 2


CALIBRATION = """schema = 1
made = 2026-11-22
by = "tester"
tare = [1.0, 2.0]
[device]
profile = "mat"
serial_number = "17"
"""


def test_a_calibration_is_kept_whole_and_of_its_own_device_only(tmp_path) -> None:
    lab = tmp_path / "lab"
    run("lab", "init", lab)
    file = tmp_path / "mat.toml"
    file.write_text(CALIBRATION)
    kept = run("lab", "calibration", file, "--device", "mat-1", "--lab", lab, "--json")
    assert kept.exit_code == 0, kept.output
    assert json.loads(kept.stdout)["serial_number"] == "17"
    (row,) = json.loads(run("lab", "show", "calibrations", "--lab", lab, "--json").stdout)["calibrations"]
    assert (row["device_id"], row["content"]["toml"]) == ("mat-1", CALIBRATION)
    (device,) = json.loads(run("lab", "show", "devices", "--lab", lab, "--json").stdout)["devices"]
    assert (device["serial_number"], device["profile"]) == ("17", "mat")
    file.write_text(CALIBRATION.replace('"17"', '"18"'))
    other = run("lab", "calibration", file, "--device", "mat-1", "--lab", lab)
    assert (other.exit_code, "belongs to serial number '18'" in other.stderr.replace("\n", " ")) == (1, True)
    file.write_text("schema = 2")
    assert run("lab", "calibration", file, "--device", "mat-1", "--lab", lab).exit_code == 1


def test_a_participant_is_described_field_by_field(tmp_path) -> None:
    lab = tmp_path / "lab"
    run("lab", "init", lab)
    assert "no participants" in run("lab", "show", "participants", "--lab", lab).stdout
    assert run("lab", "participant", "P001", "--sex", "female", "--lab", lab).exit_code == 0
    assert run("lab", "participant", "P001", "--body-mass-kg", 61, "--healthy", "--lab", lab).exit_code == 0
    (row,) = json.loads(run("lab", "show", "participants", "--lab", lab, "--json").stdout)["participants"]
    assert (row["sex"], row["body_mass_kg"], row["healthy"]) == ("female", 61.0, True)
    assert "P001" in run("lab", "show", "participants", "--lab", lab).stdout
    assert run("lab", "participant", "P001", "--sex", "x", "--lab", lab).exit_code == 2
    assert "no kind 'dances'" in run("lab", "show", "dances", "--lab", lab).stderr


@pytest.mark.parametrize("day", ["22.11.2026", "2026-02-30", "today"])
def test_a_day_that_is_none_is_said_and_not_compared_as_text(two, tmp_path, day: str) -> None:
    with pytest.raises(LaboratoryError, match="is no day"):
        Wanted(since=day)
    for arguments in (["batch", two, "--out", tmp_path / "out"], ["lab", "list", "--lab", two]):
        for option in ("--since", "--until"):
            told = run(*arguments, option, day)
            assert (told.exit_code, "is no day" in told.stderr) == (1, True), arguments
