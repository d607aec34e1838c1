"""The laboratory behind the pages: which one, its pages of trials, what is corrected, what jobs make of it."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import shutil
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from dashboard import lab_trials
from dashboard.components.session_forms import form_view, list_view
from dashboard.export_work import written
from dashboard.jobs import Job, State, Work
from dashboard.lab_edits import WrittenMeanwhileError, audits_of, document_of, keep, shown_fields
from dashboard.lab_jobs import analyzing_again, exporting
from dashboard.lab_trials import Asked, LabTrials, laboratory_of
from dashboard.pages.routes import page_view
from dashboard.pages.sessions import show
from dashboard.settings import Settings
from dashboard.store import TrialStore
from dashboard.trial_files import LAB_MARK
from footload.batch_again import earlier_findings
from footload.errors import FootloadError
from footload.lab.checking import check
from footload.lab.documents import TRIAL_FINDINGS, read_document
from footload.lab.laboratory import MARK, Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.trials import Task

TRIALS = (
    ("demo_walk.mcap", TrialFacts("P01", "2026-01-05", "barefoot", task=Task.WALKING)),
    ("synthetic_step.lst", TrialFacts("P01", "2026-01-09", "shoe", task=Task.WALKING)),
    ("study/shoe_stance_plates.h5", TrialFacts("P02", "2026-01-07", "shoe")),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    folder = tmp_path_factory.mktemp("clinic") / "lab"
    with Laboratory.create(folder, by="somebody") as lab:
        for name, facts in TRIALS:
            lab.add_trial(repository / "sample_data" / name, facts)
    return folder


@pytest.fixture
def clinic_with_lab(filled: Path, tmp_path: Path) -> Path:
    """A folder of its own for every test, with a laboratory in it."""
    shutil.copytree(filled, tmp_path / "clinic" / "lab")
    return tmp_path / "clinic"


@pytest.fixture
def store(clinic_with_lab: Path):
    made = TrialStore(clinic_with_lab, Settings())
    yield made
    made.close()


@pytest.fixture
def trials(store: TrialStore) -> LabTrials:
    assert store.lab is not None
    return store.lab


def done(store: TrialStore, work: Work) -> Job:
    name = store.jobs.begin("something", work)
    for _ in range(1200):
        if store.jobs.get(name).state.is_over:
            return store.jobs.get(name)
        time.sleep(0.05)
    raise AssertionError(store.jobs.get(name))


def test_a_folder_that_is_a_laboratory_and_one_that_holds_one_are_told_apart(filled: Path, tmp_path: Path) -> None:
    assert LAB_MARK == MARK
    assert laboratory_of(filled) == filled
    assert laboratory_of(filled.parent) == filled
    assert laboratory_of(tmp_path) is None


def test_what_is_asked_goes_into_the_address_and_comes_back() -> None:
    asked = Asked("P 1&2", task="single-leg squat", since="2026-01-01", before="a" * 24, edit="sessions/P 1_2026-01-01")
    assert Asked.of(asked.search) == asked
    assert Asked.of("?unknown=1&participant=P01") == Asked("P01")
    assert Asked.of(None).search == ""


def test_a_page_holds_so_many_and_leads_to_the_next(trials: LabTrials, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_trials, "ROWS_A_PAGE", 2)
    first, more = trials.page(Asked())
    assert [row["date"] for row in first] == ["2026-01-09", "2026-01-07"]
    assert more
    rest, more = trials.page(Asked(before=first[-1]["id"]))
    assert [row["date"] for row in rest] == ["2026-01-05"]
    assert not more
    assert list(trials.ids(Asked(), 10)) == [row["id"] for row in (*first, *rest)]
    assert trials.count(Asked()) == "3"


def test_filters_leave_what_they_name(trials: LabTrials) -> None:
    assert {row["participant_id"] for row in trials.page(Asked("P01"))[0]} == {"P01"}
    assert [row["date"] for row in trials.page(Asked(condition="shoe", until="2026-01-08"))[0]] == ["2026-01-07"]
    assert "No trial with these marks" in str(list_view(trials, Asked("nobody")))
    assert "There is no trial" in str(list_view(trials, Asked(before="f" * 24)))


def test_the_laboratory_stands_in_the_lists_of_all_pages(store: TrialStore, clinic_with_lab: Path) -> None:
    (clinic_with_lab / "notes.txt").write_text("no recording")
    entries = store.listing().entries
    assert [entry.name for entry in entries if not entry.in_lab] == ["notes.txt"]
    told = {(e.trial.participant, e.trial.condition, e.trial.contents) for e in entries if e.in_lab and e.trial}
    assert told == {("P01", "barefoot", "pressure"), ("P01", "shoe", "pressure"), ("P02", "shoe", "force")}
    inside = TrialStore(clinic_with_lab / "lab", Settings())
    assert all(entry.in_lab for entry in inside.listing().entries), "the laboratory's own files are no recordings"
    inside.close()


def test_a_trial_of_the_laboratory_opens_on_every_page_under_a_name_that_says_whose_it_is(store: TrialStore) -> None:
    row = next(entry for entry in store.listing().entries if entry.trial and entry.trial.condition == "barefoot")
    shown = page_view(store, f"/trial/{row.id}", "light")
    assert shown.title == f"P01 walking barefoot {row.id[:6]}"
    told = store.summary(row.id)
    assert told is not None
    assert (told.participant, told.condition) == ("P01", "barefoot")


@pytest.mark.parametrize("name", ["f" * 24, "..", "../lab.db", "F" * 24])
def test_an_id_that_is_none_leads_nowhere(store: TrialStore, name: str) -> None:
    with pytest.raises(KeyError, match="no such trial"):
        store.path(name)


def test_a_folder_without_a_laboratory_offers_to_make_one(tmp_path: Path) -> None:
    store = TrialStore(tmp_path, Settings())
    assert "Make a laboratory" in str(show(store, "", "light").content)
    store.make_laboratory()
    store.make_laboratory()
    assert (tmp_path / "lab" / MARK).is_file()
    assert "Drop recordings" in str(show(store, "", "light").content)
    store.close()


def test_a_correction_is_kept_with_the_name_of_who_made_it(trials: LabTrials) -> None:
    session = "P01_2026-01-05"
    keep(trials.lab, "sessions", session, {"note": "left shoe worn down"}, "Anna")
    keep(trials.lab, "participants", "P01", {"sex": "female", "birth_year": "1980", "body_mass_kg": "61,5"}, "Anna")
    assert document_of(trials.lab, "sessions", session)["note"] == "left shoe worn down"
    assert document_of(trials.lab, "participants", "P01")["body_mass_kg"] == 61.5
    assert trials.session_notes([session]) == {session: "left shoe worn down"}
    assert [(each["by"], each["action"]) for each in audits_of(trials.lab, "sessions", session)] == [
        ("Anna", "changed"),
        ("somebody", "added"),
    ]
    keep(trials.lab, "sessions", session, {"note": " "}, "Anna")
    assert document_of(trials.lab, "sessions", session)["note"] is None


def test_a_trials_condition_and_note_can_be_corrected(trials: LabTrials) -> None:
    trial = trials.page(Asked(condition="barefoot"))[0][0]["id"]
    keep(trials.lab, "trials", trial, {"condition": "wedge", "note": "<b>bold</b>"}, "Anna")
    row = trials.page(Asked(condition="wedge"))[0][0]
    assert (row["id"], row["note"]) == (trial, "<b>bold</b>")
    keep(trials.lab, "trials", trial, {"note": "again"}, "Anna")
    assert document_of(trials.lab, "trials", trial)["condition_id"] == "wedge"  # what is not said stays
    assert "wedge" in trials.names("conditions")
    assert audits_of(trials.lab, "trials", trial)[0]["by"] == "Anna"


def test_only_what_a_person_changed_is_written_and_nothing_when_nothing_is(trials: LabTrials) -> None:
    keep(trials.lab, "participants", "P01", {"healthy": "no", "body_mass_kg": "61.5", "note": "x"})
    shown = shown_fields("participants", document_of(trials.lab, "participants", "P01"))
    form = {"healthy": "no", "body_mass_kg": "61.5", "note": "x", "sex": None, "birth_year": ""}
    n_audits = len(audits_of(trials.lab, "participants", "P01"))
    assert keep(trials.lab, "participants", "P01", form, shown=shown) == ()
    assert len(audits_of(trials.lab, "participants", "P01")) == n_audits
    keep(trials.lab, "participants", "P01", {"body_mass_kg": "62"}, "Ben")  # at another desk
    assert keep(trials.lab, "participants", "P01", {**form, "note": "y"}, "Anna", shown=shown) == ("note",)
    stands = document_of(trials.lab, "participants", "P01")
    assert (stands["note"], stands["body_mass_kg"], stands["healthy"]) == ("y", 62.0, False)


def test_what_somebody_wrote_meanwhile_is_said_before_it_is_written_over(trials: LabTrials) -> None:
    session = "P01_2026-01-05"
    shown = shown_fields("sessions", document_of(trials.lab, "sessions", session))
    keep(trials.lab, "sessions", session, {"note": "Ben's"}, "Ben", shown=shown)
    with pytest.raises(
        WrittenMeanwhileError, match=r"changed P01_2026-01-05 after .* the note is now \"Ben's\""
    ) as told:
        keep(trials.lab, "sessions", session, {"note": "Anna's"}, "Anna", shown=shown)
    assert document_of(trials.lab, "sessions", session)["note"] == "Ben's"
    assert keep(trials.lab, "sessions", session, {"note": "Ben's"}, "Anna", shown=shown) == ("note",)  # the same words
    keep(trials.lab, "sessions", session, {"note": "Anna's"}, "Anna", shown={**shown, **told.value.theirs})
    assert document_of(trials.lab, "sessions", session)["note"] == "Anna's"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"birth_year": "80"}, "lies from 1880"),
        ({"body_mass_kg": "heavy"}, "is no number"),
        ({"sex": "x"}, "known are female and male"),
        ({"note": "x" * 3000}, "at most 2000"),
    ],
)
def test_what_cannot_be_is_said_and_not_written(trials: LabTrials, fields: dict[str, str], why: str) -> None:
    before = document_of(trials.lab, "participants", "P02")
    with pytest.raises((FootloadError, ValueError), match=why):
        keep(trials.lab, "participants", "P02", fields, "Anna")
    assert document_of(trials.lab, "participants", "P02") == before


def test_a_form_stands_where_the_address_asks_for_it(trials: LabTrials) -> None:
    assert form_view(trials, Asked()) is None
    assert "Participant P02" in str(form_view(trials, Asked("P02")))
    assert "There is no" in str(form_view(trials, Asked(edit="sessions/P09_2026-01-01")))
    assert form_view(trials, Asked(edit="audit/whatever")) is None
    assert "cannot be used" in str(form_view(trials, Asked(edit="sessions/../../x")))


def test_analyzing_again_says_what_differs_from_what_is_kept(store: TrialStore, trials: LabTrials) -> None:
    job = done(store, analyzing_again(trials, Asked(condition="barefoot")))
    assert (job.state, job.n_done, job.n_all) == (State.DONE, 1, 1)
    assert "all are as the laboratory kept them." in job.text
    trial = trials.page(Asked(condition="barefoot"))[0][0]["id"]
    path = trials.lab.folder / "trials" / trial / TRIAL_FINDINGS
    kept, _ = read_document(path)
    number = next(n for n, record in enumerate(kept["findings"]) if record["value"])
    kept["findings"][number]["value"] *= 1.01
    del kept["findings"][-1]
    path.write_text(json.dumps(kept))
    again = done(store, analyzing_again(trials, Asked(condition="barefoot")))
    assert "in 1 trial(s) 1 differ from what the laboratory kept, 1 are new and 0 are gone" in again.text
    assert again.text.endswith("What is kept stays as it is.")
    assert read_document(path)[0] == kept
    with again.files["findings.csv"].open(newline="") as file:
        changed = [row for row in csv.DictReader(file) if row["changed"] == "yes"]
    assert len(changed) == 1
    assert float(changed[0]["kept_value"]) == pytest.approx(1.01 * float(changed[0]["value"]), rel=1e-12)


def test_analyzing_again_and_keeping_does_what_is_due_once_and_keeps_the_values_before(
    store: TrialStore, trials: LabTrials
) -> None:
    trial = trials.page(Asked(condition="barefoot"))[0][0]["id"]
    path = trials.lab.folder / "trials" / trial / TRIAL_FINDINGS
    before, _ = read_document(path)
    before["findings"][0]["label"] = "of another version"
    path.write_text(json.dumps(before))
    job = done(store, analyzing_again(trials, Asked(condition="barefoot"), "Anna"))
    assert (job.state, job.n_failed) == (State.DONE, 0)
    assert "What differs stays as earlier values." in job.text
    ((_, earlier),) = earlier_findings(trials.lab.folder, trial)
    assert earlier == before
    assert read_document(path)[0]["findings"][0]["label"] != "of another version"
    assert audits_of(trials.lab, "trials", trial)[0]["by"] == "Anna"
    assert check(trials.lab) == []
    again = done(store, analyzing_again(trials, Asked(condition="barefoot"), "Anna"))
    assert again.text == "Nothing to do: what the values of 1 trial(s) were made from has not changed."


def test_a_batch_that_is_canceled_leaves_no_process_and_no_table(store: TrialStore, trials: LabTrials) -> None:
    name = store.jobs.begin("again", analyzing_again(trials, Asked()))
    for _ in range(600):
        if multiprocessing.active_children():
            break
        time.sleep(0.01)
    store.jobs.cancel(name)
    for _ in range(600):
        if store.jobs.get(name).state.is_over:
            break
        time.sleep(0.05)
    job = store.jobs.get(name)
    assert job.state is State.CANCELED
    assert job.files == {}
    assert job.n_done < 3
    assert multiprocessing.active_children() == []


def test_an_export_holds_the_values_and_nobodys_name(store: TrialStore, trials: LabTrials) -> None:
    job = done(store, exporting(trials, store.workers, Asked(), "parquet"))
    with zipfile.ZipFile(job.files["footload_tables.zip"]) as archive:
        names = set(archive.namelist())
        content = {name: archive.read(name) for name in names}
    assert {"findings.csv", "findings.json", "participants.csv", "findings.parquet"} <= names
    assert all(b"P01" not in each and b"2026-01-0" not in each for each in content.values())
    rows = list(csv.DictReader(io.StringIO(content["findings.csv"].decode())))
    assert f"{len(rows)} values of 3 trial(s)" in job.text
    assert {row["participant_id"] for row in rows} == {"sub-001", "sub-002"}
    assert {(row["task"], row["condition"]) for row in rows} == {
        ("walking", "barefoot"),
        ("walking", "shoe"),
        ("quiet stance", "shoe"),
    }


def test_one_bad_trial_and_one_dead_process_take_no_export_along(
    store: TrialStore, trials: LabTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = store.workers.submit
    fates = [BrokenProcessPool("killed"), ValueError("The trial is odd."), None, BrokenProcessPool("while writing")]

    def unlucky(function: Callable[..., Any], *given: Any) -> Future[Any]:
        if (fate := fates.pop(0) if fates else None) is None:
            return submit(function, *given)
        failed: Future[Any] = Future()
        failed.set_exception(fate)
        return failed

    monkeypatch.setattr(store.workers, "submit", unlucky)
    job = done(store, exporting(trials, store.workers, Asked(), "csv"))
    assert (job.state, job.n_failed) == (State.DONE, 1)
    assert job.failures[0][1] == "The trial is odd."
    assert job.text.endswith("values of 2 trial(s), under new codes.")


def test_an_export_that_is_canceled_while_it_is_written_ends_and_leaves_nothing(
    store: TrialStore, trials: LabTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = store.workers.submit
    writing: Future[Any] = Future()
    writing.set_running_or_notify_cancel()
    given: list[Any] = []

    def slow(function: Callable[..., Any], *words: Any) -> Future[Any]:
        if function is written:
            given.extend(words)
            store.jobs.cancel(job)
            return writing  # it goes on until its rows are gone
        return submit(function, *words)

    monkeypatch.setattr(store.workers, "submit", slow)
    job = store.jobs.begin("Export", exporting(trials, store.workers, Asked(), "csv"))
    for _ in range(600):
        if store.jobs.get(job).state.is_over:
            break
        time.sleep(0.05)
    assert store.jobs.get(job).state is State.CANCELED
    found, folder, kind = given
    with pytest.raises(FileNotFoundError, match="canceled"):
        written(found, folder, kind)
    assert not folder.exists()
    folder.mkdir()
    with pytest.raises(FileNotFoundError, match="jsonl"):  # in the middle: the rows are gone
        written(found, folder, kind)
    assert not list(folder.iterdir())


def test_an_address_that_asks_for_no_quality_there_is_gets_a_sentence(trials: LabTrials) -> None:
    assert "The quality is 'splendid'" in str(list_view(trials, Asked(quality="splendid")))


def test_an_export_for_other_programs_is_one_bundle(store: TrialStore, trials: LabTrials) -> None:
    pytest.importorskip("fhir.resources")
    job = done(store, exporting(trials, store.workers, Asked("P02"), "fhir"))
    bundle = json.loads(job.files["footload_fhir.json"].read_text("utf-8"))
    assert sum(each["resource"]["resourceType"] == "Patient" for each in bundle["entry"]) == 1


def test_a_job_about_no_trial_says_so(store: TrialStore, trials: LabTrials) -> None:
    job = done(store, exporting(trials, store.workers, Asked("nobody"), "csv"))
    assert (job.state, job.text) == (State.FAILED, "There is no trial to do; change the filters.")
    with pytest.raises(KeyError, match="no export 'doc'"):
        exporting(trials, store.workers, Asked(), "doc")
