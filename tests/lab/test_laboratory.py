"""Trials go in, are found again, and are what they were."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

import footload as fl
from footload.lab.checking import check
from footload.lab.documents import LaboratoryError, document_path
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.trials import Task

FACTS = TrialFacts("P001", "2026-11-22", "barefoot", "mat-1", Task.WALKING)


def test_a_trial_is_found_with_what_was_said_and_what_was_found(lab, step) -> None:
    added = lab.add_trial(step, FACTS)
    assert added.is_new
    (row,) = lab.trials()
    assert row["id"] == added.trial_id
    assert (row["participant_id"], row["date"], row["task"]) == ("P001", "2026-11-22", "walking")
    assert (row["condition_id"], row["device_id"], row["side"]) == ("barefoot", "mat-1", None)
    expected = fl.analyze(fl.read(step).changed(task=Task.WALKING)).findings
    found = lab.findings(added.trial_id)
    assert [each["metric"] for each in found] == [finding.metric for finding in expected]
    assert [each["value"] for each in found] == [None if math.isnan(f.value) else f.value for f in expected]
    assert all(each["reason"] for each in found if each["value"] is None)
    assert check(lab) == []


def test_the_files_are_kept_byte_for_byte_without_their_name(lab, step, tmp_path) -> None:
    named = tmp_path / "Doe_Jane.lst"
    shutil.copy(step, named)
    added = lab.add_trial(named, FACTS)
    (kept,) = (lab.folder / "trials" / added.trial_id / "files").iterdir()
    assert kept.name == "recording.lst"
    assert kept.read_bytes() == step.read_bytes()
    documents = list(lab.folder.rglob("*.json"))
    assert not [path for path in documents if "Doe" in path.read_text("utf-8")]


def test_a_name_is_kept_when_that_is_asked(lab, step) -> None:
    added = lab.add_trial(step, TrialFacts("P001", "2026-11-22", keep_name=True))
    assert [path.name for path in (lab.folder / "trials" / added.trial_id / "files").iterdir()] == [step.name]


def test_the_same_file_is_one_trial_and_of_one_person(lab, step) -> None:
    first = lab.add_trial(step, FACTS)
    again = lab.add_trial(step, FACTS)
    assert (again.trial_id, again.is_new, again.n_findings) == (first.trial_id, False, first.n_findings)
    with pytest.raises(LaboratoryError, match="trial of 'P001' already"):
        lab.add_trial(step, TrialFacts("P002", "2026-11-22"))
    assert len(lab.trials()) == 1
    assert [row["id"] for row in lab.rows("participants")] == ["P001"]
    assert check(lab) == []


def test_a_description_beside_a_table_comes_along(lab, tmp_path) -> None:
    table = tmp_path / "mat.csv"
    rows = [[200.0 if 3 <= frame <= 40 else 0.0] * 12 for frame in range(50)]
    table.write_text("\n".join(",".join(map(str, row)) for row in rows))
    described = 'footload = "table"\nrows = 4\ncolumns = 3\npitch_mm = [10.0, 10.0]\nunit = "kPa"\nrate_hz = 50.0\n'
    (tmp_path / "mat.toml").write_text(described)
    added = lab.add_trial(table, FACTS)
    kept = sorted(path.name for path in (lab.folder / "trials" / added.trial_id / "files").iterdir())
    assert kept == ["recording.csv", "recording.toml"]
    assert check(lab) == []


def test_a_file_that_cannot_be_read_leaves_nothing(lab, tmp_path) -> None:
    bad = tmp_path / "bad.lst"
    bad.write_text("not a trial")
    with pytest.raises(fl.UnreadableTrialError, match=r"bad\.lst"):
        lab.add_trial(bad, FACTS)
    assert lab.rows("participants") == []
    assert list((lab.folder / ".staging").iterdir()) == []
    assert check(lab) == []


def test_trials_are_listed_newest_first_page_by_page_and_filtered(lab, step, tmp_path) -> None:
    content = step.read_bytes()
    ids = []
    for number in range(7):
        file = tmp_path / f"{number}.lst"
        file.write_bytes(content + b"\n" * (number + 1))  # another file, the same step
        day = f"2026-11-{10 + number}"
        facts = TrialFacts(f"P{number % 2}", day, "shoe" if number > 4 else "", task=Task.WALKING)
        ids.append(lab.add_trial(file, facts).trial_id)
    newest_first = ids[::-1]
    pages, before = [], None
    while page := lab.trials(limit=3, before=before):
        pages.append([row["id"] for row in page])
        before = page[-1]["id"]
    assert pages == [newest_first[:3], newest_first[3:6], newest_first[6:]]
    assert [row["id"] for row in lab.trials(participant="P1")] == newest_first[1::2]
    assert [row["id"] for row in lab.trials(condition="shoe")] == newest_first[:2]
    assert [row["id"] for row in lab.trials(since="2026-11-12", until="2026-11-13")] == [ids[3], ids[2]]
    assert lab.trials(task="squat") == []
    with pytest.raises(LaboratoryError, match="no trial 'nobody'"):
        lab.trials(before="nobody")


def test_a_participant_is_changed_field_by_field_and_the_audit_says_so(lab) -> None:
    lab.put("participants", "P001", sex="female", body_mass_kg=61)
    lab.put("participants", "P001", body_mass_kg=62.5, healthy=True)
    (row,) = lab.rows("participants")
    assert (row["sex"], row["body_mass_kg"], row["healthy"], row["birth_year"]) == ("female", 62.5, True, None)
    actions = [(each["action"], each["kind"], each["subject"], each["by"]) for each in lab.rows("audit")]
    assert actions == [("added", "participants", "P001", "tester"), ("changed", "participants", "P001", "tester")]
    first = min((lab.folder / "audit").glob("*.json"))
    assert json.loads(first.read_text())["document"] == {"sex": "female", "body_mass_kg": 61}
    assert check(lab) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Jane"}, "have no 'name'"),
        ({"body_mass_kg": "61"}, "of the kind float"),
        ({"birth_year": True}, "of the kind int"),
    ],
)
def test_a_field_that_does_not_exist_or_is_of_another_kind_is_refused(lab, fields, words: str) -> None:
    with pytest.raises(LaboratoryError, match=words):
        lab.put("participants", "P001", **fields)
    assert lab.rows("participants") == []


def test_what_is_referred_to_has_to_be_there(lab) -> None:
    with pytest.raises(LaboratoryError, match="no 'mat-9' in devices"):
        lab.append("calibrations", device_id="mat-9", content={"gain": 1.0})
    with pytest.raises(LaboratoryError, match="no None in participants"):
        lab.put("sessions", "S1", date="2026-11-22")
    assert check(lab) == []


def test_nan_is_refused_before_anything_is_written(lab) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        lab.put("participants", "P001", body_mass_kg=float("nan"))
    assert lab.rows("participants") == []
    assert check(lab) == []


def test_calibrations_and_assessments_are_written_once(lab) -> None:
    lab.put("devices", "mat-1", name="mat", serial_number="17")
    lab.append("calibrations", device_id="mat-1", content={"gain": 0.5})
    with pytest.raises(LaboratoryError, match="cannot be written again"):
        lab.put("calibrations", "x", content={})
    with pytest.raises(LaboratoryError, match="not written this way"):
        lab.append("participants")
    (row,) = lab.rows("calibrations")
    assert row["content"] == {"gain": 0.5}
    assert row["at"]


def test_a_sign_off_holds_for_what_was_signed(lab) -> None:
    lab.put("participants", "P001")
    signed = lab.append("assessments", participant_id="P001", content={"tendency": "low"})
    lab.sign_off(signed, by="the podiatrist", statement="seen")
    assert check(lab) == []
    path = document_path(lab.folder, "assessments", signed)
    path.write_text(path.read_text().replace("low", "high"))
    assert {(fault.what, fault.subject.partition("/")[0]) for fault in check(lab)} == {
        ("changed", "assessments"),
        ("changed", "sign_offs"),
    }
    with pytest.raises(LaboratoryError, match="no assessment 'other'"):
        lab.sign_off("other", by="x", statement="y")


def test_the_way_to_another_document_is_no_name_and_keeps_nobody_out(lab) -> None:
    lab.put("participants", "P001")
    lab.put("devices", "mat-1")
    lab.append("assessments", participant_id="P001", content={})
    with pytest.raises(LaboratoryError, match=r"no '\.\./participants/P001' in assessments"):
        lab.sign_off("../participants/P001", by="x", statement="y")
    with pytest.raises(LaboratoryError, match=r"no '\.\./participants/P001' in devices"):
        lab.append("calibrations", device_id="../participants/P001", content={})
    assert check(lab) == []


@pytest.mark.parametrize("name", ["", "../P1", "a/b", "a\\b", "P1 ", "x" * 101, ".hidden", "CON:"])
def test_a_name_that_no_file_may_have_is_refused(lab, name: str) -> None:
    with pytest.raises(LaboratoryError, match="cannot be used"):
        lab.put("participants", name)
    with pytest.raises(LaboratoryError, match="cannot be used"):
        TrialFacts(name, "2026-11-22")


@pytest.mark.parametrize("day", ["22.11.2026", "2026-02-30", "2026-19-39", "20261122", "2026-W47-7", ""])
def test_a_date_is_a_day_that_a_calendar_has(day: str) -> None:
    with pytest.raises(LaboratoryError, match="written as 2026-11-22"):
        TrialFacts("P001", day)
    assert TrialFacts("P001", "2028-02-29").date == "2028-02-29"


def test_a_folder_that_is_no_laboratory_or_of_a_later_layout_is_said_so(tmp_path) -> None:
    with pytest.raises(LaboratoryError, match="footload lab init"):
        Laboratory(tmp_path)
    (tmp_path / "laboratory.json").write_text('{"layout": 2}')
    with pytest.raises(LaboratoryError, match="layout 2"):
        Laboratory(tmp_path)
    with pytest.raises(LaboratoryError, match="not empty"):
        Laboratory.create(tmp_path)


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path) -> None:
    pytest.importorskip("psycopg", reason="psycopg is an extra")
    Laboratory.create(tmp_path / "lab").close()
    with pytest.raises(LaboratoryError, match="cannot be opened"):
        Laboratory(Path(tmp_path / "lab"), f"postgresql+psycopg://nobody@/none?host={tmp_path}")


def test_a_folder_with_the_database_of_another_laboratory_is_refused_and_nothing_is_written(
    tmp_path, new_database, step
) -> None:
    one, other = new_database("one"), new_database("other")
    with Laboratory.create(tmp_path / "a", one, by="anna") as lab:
        lab.add_trial(step, TrialFacts("P001", "2026-11-22"))
        known = [row["id"] for row in lab.rows("audit")]
    Laboratory.create(tmp_path / "b", other, by="berta").close()
    with pytest.raises(LaboratoryError, match=r"holds another laboratory than the folder b, .* or an empty one"):
        Laboratory(tmp_path / "b", one)
    with pytest.raises(LaboratoryError, match="holds another laboratory"):
        Laboratory.create(tmp_path / "c", one)
    Laboratory.create(tmp_path / "c").close()  # the same folder, with a database of its own
    with Laboratory(tmp_path / "a", one) as lab:
        assert [row["id"] for row in lab.rows("audit")] == known
        assert check(lab) == []
    with Laboratory(tmp_path / "a", new_database("empty")) as lab:  # filled from the files
        assert [row["id"] for row in lab.rows("audit")] == known


def test_a_database_file_of_another_folder_is_refused_and_made_again_when_it_is_moved_away(tmp_path) -> None:
    for name in ("a", "b"):
        with Laboratory.create(tmp_path / name) as lab:
            lab.put("participants", f"P-{name}")
    shutil.copyfile(tmp_path / "a" / "lab.db", tmp_path / "b" / "lab.db")
    with pytest.raises(LaboratoryError, match=r"Move lab\.db away; it is made again"):
        Laboratory(tmp_path / "b")
    (tmp_path / "b" / "lab.db").unlink()
    with Laboratory(tmp_path / "b") as lab:
        assert [row["id"] for row in lab.rows("participants")] == ["P-b"]
