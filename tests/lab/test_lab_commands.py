"""`footload lab ...`, as people type it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, ["lab", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path, step: Path) -> Path:
    """A laboratory with one trial."""
    made = tmp_path / "lab"
    assert run("init", made).exit_code == 0
    added = run(
        "add", step, "--participant", "P001", "--date", "2026-11-22", "--task", "walking", "--lab", made, "--json"
    )
    assert added.exit_code == 0, added.output
    (row,) = json.loads(added.stdout)["added"]
    assert (row["file"], row["is_new"], row["n_findings"] > 100) == (step.name, True, True)
    return made


def test_what_was_added_is_listed(folder) -> None:
    (trial,) = json.loads(run("list", "--lab", folder, "--task", "walking", "--json").stdout)["trials"]
    assert (trial["participant_id"], trial["task"]) == ("P001", "walking")
    assert trial["id"] in run("list", "--lab", folder).stdout
    assert json.loads(run("list", "--lab", folder, "--participant", "P002", "--json").stdout) == {"trials": []}
    assert f"--before {trial['id']}" in run("list", "--lab", folder, "--limit", 1).stderr


def test_trials_are_listed_by_quality_device_session_and_value(folder) -> None:
    def found(*asked: object) -> int:
        return len(json.loads(run("list", "--lab", folder, "--json", *asked).stdout)["trials"])

    assert (found("--quality", "note"), found("--quality", "good")) == (1, 0)
    assert (found("--session", "P001_2026-11-22"), found("--device", "mat-9")) == (1, 0)
    assert (found("--metric", "peak_force", "--low", 500), found("--metric", "peak_force", "--high", 500)) == (1, 1)
    assert found("--metric", "peak_force", "--low", 5000) == 0
    assert "known: good, note, warning" in run("list", "--lab", folder, "--quality", "bad").stderr
    assert "name it with --metric" in run("list", "--lab", folder, "--low", 1).stderr


def test_the_values_of_a_trial_are_shown_with_the_codes_of_the_checks_and_what_each_column_means(folder) -> None:
    (trial,) = json.loads(run("list", "--lab", folder, "--json").stdout)["trials"]
    shown = json.loads(run("findings", trial["id"], "--lab", folder, "--json").stdout)
    assert len(shown["findings"]) == trial["n_findings"]
    assert {*shown["columns"]} == {*shown["findings"][0]}
    assert {each["quality"] for each in shown["findings"]} == {"", "sampling_rate"}
    some = run("findings", trial["id"], "--metric", "peak_force", "--lab", folder)
    assert some.exit_code == 0
    assert "metr" in some.stdout
    assert "no findings of any metric in a trial 'x'" in run("findings", "x", "--lab", folder).stderr.replace("\n", " ")


def test_condition_and_notes_are_changed_and_the_audit_tells_who_did_what(folder, tmp_path) -> None:
    (trial,) = json.loads(run("list", "--lab", folder, "--json").stdout)["trials"]
    assert run("trial", trial["id"], "--condition", "shoe", "--note", "late", "--lab", folder).exit_code == 0
    assert run("session", "P001_2026-11-22", "--note", "tired", "--lab", folder).exit_code == 0
    assert "name --condition, --task" in run("trial", trial["id"], "--lab", folder).stderr
    assert "no session 'x'" in run("session", "x", "--note", "y", "--lab", folder).stderr
    (row,) = json.loads(run("list", "--lab", folder, "--condition", "shoe", "--json").stdout)["trials"]
    assert row["note"] == "late"
    run("backup", tmp_path / "lab.zip", "--lab", folder)
    run("rebuild", "--lab", folder)
    entries = json.loads(run("audit", "--lab", folder, "--json").stdout)["audit"]
    done = [(each["action"], each["kind"], each["subject"]) for each in entries]
    assert done[:5] == [
        ("rebuilt", "laboratory", "lab"),
        ("backed up", "laboratory", "lab.zip"),
        ("changed", "sessions", "P001_2026-11-22"),
        ("changed", "trials", trial["id"]),
        ("added", "conditions", "shoe"),
    ]
    assert (entries[2]["document"]["note"], entries[3]["document"]["condition_id"]) == ("tired", "shoe")
    two = json.loads(run("audit", "--lab", folder, "--subject", trial["id"], "--json").stdout)["audit"]
    assert [each["action"] for each in two] == ["changed", "added"]
    page = run("audit", "--lab", folder, "--limit", 1)
    assert (f"--before {entries[0]['id']}" in page.stderr, "rebuilt" in page.stdout) == (True, True)
    assert "Nothing was done" in run("audit", "--lab", folder, "--by", "nobody").stdout
    assert run("check", "--lab", folder).exit_code == 0


def test_a_file_that_fails_does_not_stop_the_others(folder, step, tmp_path) -> None:
    bad = tmp_path / "bad.lst"
    bad.write_text("nothing")
    result = run("add", bad, step, "--participant", "P001", "--date", "2026-11-22", "--lab", folder)
    assert result.exit_code == 1
    assert "there already" in result.stdout
    assert "bad.lst" in result.stderr


def test_check_rebuild_backup_and_restore(folder, tmp_path) -> None:
    assert "agree" in run("check", "--lab", folder).stdout
    for file in folder.glob("lab.db*"):
        file.unlink()
    assert "agree" in run("check", "--lab", folder).stdout  # whoever opens it makes the database from the files
    with sqlite3.connect(folder / "lab.db") as connection:
        connection.execute("DELETE FROM findings")
    connection.close()
    found = run("check", "--lab", folder, "--json")
    assert found.exit_code == 1
    assert {fault["what"] for fault in json.loads(found.stdout)["faults"]} == {"missing"}
    assert "1 trials" in run("rebuild", "--lab", folder).stdout
    assert json.loads(run("rebuild", "--lab", folder, "--json").stdout)["rows"]["trials"] == 1
    assert run("check", "--lab", folder).exit_code == 0
    written = json.loads(run("backup", tmp_path / "lab.zip", "--lab", folder, "--json").stdout)
    with zipfile.ZipFile(tmp_path / "lab.zip") as archive:
        assert written == {"written": "lab.zip", "n_files": len(archive.namelist()) - 1}  # and the list of them
    assert run("restore", tmp_path / "lab.zip", tmp_path / "again").exit_code == 0
    assert run("check", "--lab", tmp_path / "again").exit_code == 0
    assert run("backup", tmp_path / "lab.zip", "--lab", folder).exit_code == 1


def test_what_was_asked_wrongly_is_said(tmp_path, folder) -> None:
    nowhere = run("list", "--lab", tmp_path)
    assert nowhere.exit_code == 1
    assert "footload lab init" in nowhere.stderr
    assert "known: unknown, quiet stance" in run("list", "--lab", folder, "--task", "dancing").stderr
    date = run("add", "x.lst", "--participant", "P", "--date", "today", "--lab", folder)
    assert (date.exit_code, "written as 2026-11-22" in date.stderr) == (1, True)


def test_the_example_of_the_page_on_the_laboratory_runs(tmp_path, step) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "lab.md").read_text("utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "sample_data").symlink_to(step.parent, target_is_directory=True)
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"
    assert run("check", "--lab", tmp_path / "my_lab").exit_code == 0


def test_commands_that_write_something_down_say_it_as_json_too(tmp_path: Path, step: Path) -> None:
    def told(*words: object) -> dict:
        done = run(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    made = tmp_path / "lab"
    assert told("init", made) == {"made": "lab"}
    person = told("participant", "P001", "--body-mass-kg", 61.5, "--lab", made)
    assert person == {"id": "P001", "kind": "participants", "body_mass_kg": 61.5}
    (added,) = told("add", step, "--participant", "P001", "--date", "2026-11-22", "--lab", made)["added"]
    day = told("session", "P001_2026-11-22", "--note", "after lunch", "--lab", made)
    assert (day["kind"], day["note"], day["participant_id"]) == ("sessions", "after lunch", "P001")
    trial = told("trial", added["trial_id"], "--task", "running", "--note", "fast", "--lab", made)
    assert (trial["kind"], trial["task"], trial["note"], trial["feet_taken"]) == ("trials", "running", "fast", False)
    told("backup", tmp_path / "all.zip", "--lab", made)
    again = told("restore", tmp_path / "all.zip", tmp_path / "again")
    assert again == {"restored": "again", "from": "all.zip", "n_trials": 1}


def test_an_entry_of_the_audit_that_is_not_there_is_refused_to_go_on_after(folder) -> None:
    rows = json.loads(run("audit", "--lab", folder, "--json").stdout)["audit"]
    rest = json.loads(run("audit", "--lab", folder, "--before", rows[0]["id"], "--json").stdout)["audit"]
    assert rest == rows[1:]
    refused = run("audit", "--lab", folder, "--before", "UNKNOWN")
    assert refused.exit_code == 1
    assert "There is no entry of the audit 'UNKNOWN' to go on from." in " ".join(refused.stderr.split())
