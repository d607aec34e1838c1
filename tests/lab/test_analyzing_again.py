"""Kept trials analyzed again: what is due, what is kept of before, and files that are added twice with other words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

import footload as fl
from footload import batch_again
from footload.batch_again import Again, Choice, Differences, due, earlier_findings
from footload.foot.contact import DRAWN_BY_HAND
from footload.foot.drawn import drawn_feet
from footload.foot.drawn_history import DrawnHistory, drawn_beside, read_history
from footload.lab.checking import check, rebuild
from footload.lab.database import reading
from footload.lab.documents import TRIAL_FINDINGS, LaboratoryError, read_document
from footload.lab.kept_trials import kept_file, kept_files
from footload.lab.laboratory import Laboratory
from footload.lab.tables import measured
from footload.lab.trial_folder import TrialFacts
from footload.norms.kept_sets import keep_set
from footload.norms.reference_set import Circumstances, Norm, NormSet
from footload.parameters import Parameters
from footload.trials import Task

DAY = "2026-11-22"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what no server does otherwise."""


def run(*arguments: object) -> Result:
    from footload.cli.application import application

    return CliRunner().invoke(application, ["lab", *map(str, arguments)])


def keeping(lab: Laboratory) -> tuple[str | None, str]:
    url = lab.engine.url
    return (None if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=False)), "anna"


def again(lab: Laboratory, trial_id: str, choice: Choice | None = None) -> list[dict]:
    return Again(lab.folder, choice or Choice(), keeping(lab))(kept_file(lab.folder, trial_id))


def edited(file: Path, analysis: fl.Analysis | None = None) -> None:
    analysis = analysis or fl.analyze(fl.read(file))
    feet = drawn_feet(analysis.contacts, analysis.trial.pressures)
    DrawnHistory().edited(feet, "heel line", "A", "2026-01-01T00:00:00+00:00").write(drawn_beside(file))


def test_new_values_take_the_place_of_old_ones_which_stay_with_what_they_were_made_from(lab, step) -> None:
    trial_id = lab.add_trial(step, TrialFacts("P001", DAY)).trial_id
    before = lab.findings(trial_id)
    old = read_document(kept_file(lab.folder, trial_id).parent.parent / TRIAL_FINDINGS)[0]
    rows = again(lab, trial_id, Choice(noise_floor_kpa=60.0))
    now = lab.findings(trial_id)
    assert [row["value"] for row in now] != [row["value"] for row in before]
    kept = {(r["metric"], r["side"], r["region"], r["contact"], r["repetition"]): r["value"] for r in now}
    for row in rows:
        place = (row["metric"], row["side"], row["region"], row["contact"], row["repetition"])
        assert row["changed"] == "gone" or kept[place] == row["value"]
    ((replaced_at, earlier),) = earlier_findings(lab.folder, trial_id)
    assert earlier == old
    assert replaced_at[:2] == "20"
    (row,) = lab.trials()
    assert (row["n_findings"], lab.rows("trials")[0]["parameters"]["noise_floor_kpa"]) == (len(now), 60.0)
    with reading(lab.engine) as connection:
        least = connection.execute(sa.select(measured.c.least).where(measured.c.metric == "contact_area")).scalars()
        assert [*least] == [min(r["value"] for r in now if r["metric"] == "contact_area" and r["value"] is not None)]
    last = max(lab.rows("audit"), key=lambda each: each["id"])
    assert (last["by"], last["action"], last["kind"], last["subject"]) == ("anna", "analyzed", "trials", trial_id)
    assert check(lab) == []
    rebuild(lab)
    assert [r["value"] for r in lab.findings(trial_id)] == [r["value"] for r in now]


@ON_SQLITE
def test_a_trial_is_due_when_what_its_values_were_made_from_is_another_one(lab, step, monkeypatch) -> None:
    trial_id = lab.add_trial(step, TrialFacts("P001", DAY, "barefoot")).trial_id
    files = kept_files(lab.folder)

    def done() -> bool:
        was_due = due(files) == files
        again(lab, trial_id)
        assert due(files) == []
        return was_due

    assert done()  # nobody wrote down what it was made from
    assert not done()
    lab.put("participants", "P001", note="tired")
    assert not done()  # which no value depends on
    lab.put("participants", "P001", body_mass_kg=61.0)
    assert done()
    lab.put("conditions", "barefoot", footwear="barefoot")
    assert done()
    lab.amend_trial(trial_id, task=Task.WALKING)
    assert done()
    edited(files[0])
    assert done()
    assert any(DRAWN_BY_HAND in (row["notes"] or "") for row in lab.findings(trial_id))
    at = Circumstances("novel emed .lst", "walking", "barefoot")
    norm = Norm(
        metric="contact_time", region="foot", unit="s", device=at.device, task=at.task, footwear=at.footwear, n=30,
        mean=0.1, mean_low=0.09, mean_high=0.11, sd=0.01, sd_low=0.008, sd_high=0.015,
    )  # fmt: skip
    keep_set(NormSet(name="us", n_people=30, norms=(norm,)), lab.folder / "norms.json")
    assert done()
    assert {r["status"] for r in lab.findings(trial_id) if (r["metric"], r["region"]) == ("contact_time", "foot")} == {
        "above"
    }
    assert due(files, Choice(zero_s=0.1)) == files
    monkeypatch.setattr(batch_again.footload, "__version__", "99.0")
    assert due(files) == files


@ON_SQLITE
def test_values_that_are_the_same_leave_no_earlier_ones(lab, step) -> None:
    trial_id = lab.add_trial(step, TrialFacts("P001", DAY)).trial_id
    assert {row["changed"] for row in again(lab, trial_id)} == {"no"}
    assert earlier_findings(lab.folder, trial_id) == []
    assert check(lab) == []


@ON_SQLITE
def test_a_trial_keeps_the_parameters_it_was_analyzed_with_unless_the_defaults_are_asked(lab, step) -> None:
    facts = TrialFacts("P001", DAY, parameters=Parameters(noise_floor_kpa=60.0, knee_width_mm=(90.0, 91.0)))
    trial_id = lab.add_trial(step, facts).trial_id
    assert {row["changed"] for row in again(lab, trial_id)} == {"no"}
    assert Choice().of(lab.rows("trials")[0]["parameters"]) == facts.parameters
    assert Choice(present_defaults=True).of(lab.rows("trials")[0]["parameters"]) == Parameters()
    assert Choice().of({"zero_s": 0.5, "of a newer footload": 1}) == Parameters(zero_s=0.5)


@ON_SQLITE
def test_only_comparing_changes_nothing(lab, step, tmp_path) -> None:
    trial_id = lab.add_trial(step, TrialFacts("P001", DAY)).trial_id
    file = kept_file(lab.folder, trial_id)
    before = {path: path.read_bytes() for path in file.parent.parent.rglob("*") if path.is_file()}
    rows = Again(lab.folder, Choice(noise_floor_kpa=60.0))(file)
    assert {"yes", "no"} <= {row["changed"] for row in rows}
    assert {path: path.read_bytes() for path in file.parent.parent.rglob("*") if path.is_file()} == before
    table = tmp_path / "t.csv"
    table.write_text("trial,changed\na,no\na,yes\nb,no\nc,gone\nc,new\n")
    assert Differences.of(table) == Differences(4, 3, 2, 1, 1, 1)


def test_the_command_does_what_is_due_says_what_differs_and_goes_on_after_a_failure(step, tmp_path) -> None:
    folder = tmp_path / "lab"
    with Laboratory.create(folder) as lab:
        good = lab.add_trial(step, TrialFacts("P001", DAY)).trial_id
        other = tmp_path / "other.lst"
        other.write_bytes(step.read_bytes() + b"\n")
        bad = lab.add_trial(other, TrialFacts("P002", DAY)).trial_id
    drawn_beside(kept_file(folder, bad)).write_text("damaged")
    table = tmp_path / "table.csv"
    done = run("analyze", "--noise-floor", 60, "--workers", 1, "--csv", table, "--json", "--lab", folder)
    record = json.loads(done.stdout)
    assert (done.exit_code, record["n_trials"], record["n_due"], record["kept"]) == (1, 2, 2, True)
    assert [each["trial"] for each in record["failed"]] == [bad]
    assert record["differences"]["n_changed"] > 0
    assert table.read_text().count("\n") > record["differences"]["n_values"]
    shown = run("findings", good, "--earlier", "--metric", "contact_area", "--json", "--lab", folder)
    (earlier,) = json.loads(shown.stdout)["earlier"]
    assert earlier["parameters"]["noise_floor_kpa"] == 0
    assert {each["metric"] for each in earlier["findings"]} == {"contact_area"}
    assert "replaced" in run("findings", good, "--earlier", "--lab", folder).stdout
    assert "Nothing stood there" in run("findings", bad, "--earlier", "--lab", folder).stdout
    drawn_beside(kept_file(folder, bad)).unlink()
    assert run("analyze", "--participant", "P001", "--lab", folder).stdout.startswith("Nothing to do")
    assert run("check", "--lab", folder).exit_code == 0


def test_a_known_file_said_to_be_something_else_is_told_with_what_changes_it(step, tmp_path) -> None:
    folder = tmp_path / "lab"
    with Laboratory.create(folder) as lab:
        trial_id = lab.add_trial(step, TrialFacts("P001", DAY, "shoe", task=Task.WALKING)).trial_id
    same = ("add", step, "--participant", "P001", "--lab", folder, "--date")
    assert run(*same, DAY).exit_code == 0
    assert run(*same, DAY, "--condition", "shoe", "--task", "walking").exit_code == 0
    told = run(*same, "2026-11-23", "--condition", "wedge", "--task", "squat", "--device", "mat-1")
    assert told.exit_code == 1
    said = " ".join(told.stderr.split())
    assert f"{step.name} is trial {trial_id} already, and there stands: date '2026-11-22', not '2026-11-23'" in said
    assert "condition 'shoe', not 'wedge'; device 'none', not 'mat-1'; task 'walking', not 'squat'" in said
    words = ("--date", "2026-11-23", "--condition", "wedge", "--device", "mat-1", "--task", "squat")
    assert f"`footload lab trial {trial_id} " + " ".join(
        word if word.startswith("--") else f'"{word}"' for word in words
    ) in said  # fmt: skip
    assert run("trial", trial_id, *words, "--lab", folder).exit_code == 0
    assert run(*same, "2026-11-23", "--condition", "wedge", "--task", "squat", "--device", "mat-1").exit_code == 0
    with Laboratory(folder) as lab:
        (row,) = lab.trials(metric="contact_area")
        assert (row["date"], row["session_id"], row["task"]) == ("2026-11-23", "P001_2026-11-23", "squat")
        with reading(lab.engine) as connection:
            assert len({*connection.execute(sa.select(measured.c.listed)).scalars()}) == 1  # none of the day before
        assert check(lab) == []


def test_edits_that_come_with_a_known_file_are_taken_where_there_are_none_and_never_over_others(step, tmp_path) -> None:
    folder, file = tmp_path / "lab", Path(shutil.copy(step, tmp_path / "edited.lst"))
    facts = TrialFacts("P001", DAY)
    with Laboratory.create(folder) as lab:
        trial_id = lab.add_trial(step, facts).trial_id
        edited(file)
        added = lab.add_trial(file, facts)
        assert (added.is_new, added.edits_taken) == (False, True)
        ours = drawn_beside(kept_file(folder, trial_id))
        assert ours.read_bytes() == drawn_beside(file).read_bytes()
        assert not lab.add_trial(file, facts).edits_taken
        read_history(drawn_beside(file)).undone().write(drawn_beside(file))
        with pytest.raises(LaboratoryError, match=r"edited otherwise there than in edited\.lst\.drawn\.json"):
            lab.add_trial(file, facts)
        assert read_history(ours).current == 1
    assert run("trial", trial_id, "--feet", drawn_beside(file), "--lab", folder).exit_code == 0
    taken = read_history(ours)
    assert (taken.current, taken.drawn.feet, len(taken.edits)) == (2, (), 2)
    assert taken.edits[1].what == "taken from edited.lst.drawn.json"
