"""A recording of the live page goes into the laboratory by one click, and leaves the folder only when it is there."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard import working
from dashboard.components.recorded import recorded_notice
from dashboard.jobs import Job, State
from dashboard.lab_jobs import taking_in
from dashboard.lab_trials import Asked
from dashboard.live.absences import Absences
from dashboard.live.session import LiveSession
from dashboard.live.status import RECORDING, DeviceHealth, Recorded, Status
from dashboard.pages.live_recorded import keep, recorded_view
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from dashboard.working import Said, taken_in
from devices.recording import read_recording
from footload.errors import FootloadError
from footload.foot.drawn_history import DrawnHistory, drawn_beside, read_history
from footload.lab.documents import LaboratoryError, sha256_of
from footload.lab.laboratory import Laboratory

NAME = "2026-11-20_101112_walking.mcap"


@pytest.fixture
def clinic(tmp_path: Path, repository: Path) -> Path:
    """A folder with a laboratory and one loose recording, as after Stop."""
    Laboratory.create(tmp_path / "lab").close()
    shutil.copy(repository / "sample_data" / "demo_walk.mcap", tmp_path / NAME)
    return tmp_path


@pytest.fixture
def store(clinic: Path):
    made = TrialStore(clinic, Settings(n_processes=0))
    yield made
    made.close()


def stopped(clinic: Path, **changes: str) -> LiveSession:
    """A session that has just recorded the file."""
    session = LiveSession(clinic)
    session._status = Status(last=replace(Recorded(1, NAME, "4.0 s, 400 frames."), **changes))  # pyright: ignore[reportPrivateUsage]
    return session


def ended(store: TrialStore, name: str) -> Job:
    for _ in range(1200):
        if store.jobs.get(name).state.is_over:
            return store.jobs.get(name)
        time.sleep(0.05)
    raise AssertionError(store.jobs.get(name))


def test_one_click_adds_the_recording_and_removes_it_once_the_same_bytes_are_kept(
    clinic: Path, store: TrialStore
) -> None:
    session = stopped(clinic)
    before = hashlib.sha256((clinic / NAME).read_bytes()).hexdigest()
    day = datetime.fromtimestamp(read_recording(clinic / NAME).opening.wall_ns * 1e-9, UTC).astimezone().date()
    job, who = keep(session, store, [trial_id(NAME)], "P07", "wedge")
    job = ended(store, job)
    assert (job.state, job.text, job.failures) == (State.DONE, "1 trial(s) added.", ())
    assert who == "P07"
    assert not (clinic / NAME).exists()
    assert store.lab is not None
    (row,), _ = store.lab.page(Asked("P07"))
    assert (row["condition_id"], row["date"]) == ("wedge", day.isoformat())
    assert hashlib.sha256(store.path(row["id"]).read_bytes()).hexdigest() == before
    assert recorded_view(session, store) is None, "what is in the laboratory is not offered again"


def test_a_recording_without_a_participant_is_asked_about_and_stays(clinic: Path, store: TrialStore) -> None:
    session = stopped(clinic)
    shown = str(recorded_view(session, store))
    assert "Whose recording is it" in shown
    with pytest.raises(LaboratoryError, match="The participant '' cannot be used"):
        keep(session, store, [trial_id(NAME)], "", "")
    assert (clinic / NAME).exists()
    assert store.jobs.all() == ()


def test_a_name_that_the_laboratory_cannot_take_is_asked_for_again() -> None:
    files = [Path(NAME)]
    asked = recorded_notice(Recorded(1, NAME, "", "P<b>12</b>", "5°/7"), files, lab=True)
    fine = recorded_notice(Recorded(1, NAME, "", "P12", "wedge"), files, lab=True)
    assert str(asked).count("hidden=False") == 2
    assert str(fine).count("hidden=True") == 2
    assert "Add to the laboratory" not in str(recorded_notice(Recorded(1, NAME, ""), files, lab=False))


def test_all_conditions_of_a_protocol_go_together(clinic: Path, store: TrialStore, repository: Path) -> None:
    other = "2026-11-20_101500_squat.mcap"
    shutil.copy(repository / "sample_data" / "study" / "shoe_walk_mat.mcap", clinic / other)
    session = stopped(clinic, participant="P07")
    session.runner.files = (other, NAME)
    assert "Add 2 recordings to the laboratory" in str(recorded_view(session, store))
    job, _ = keep(session, store, [trial_id(other), trial_id(NAME)], "P07", "")
    assert ended(store, job).text == "2 trial(s) added."
    assert list(clinic.glob("*.mcap")) == []


def test_what_cannot_be_added_stays_where_it_is(clinic: Path, store: TrialStore) -> None:
    (clinic / NAME).write_bytes(b"no recording at all")
    job, _ = keep(stopped(clinic, participant="P07"), store, [trial_id(NAME)], "", "")
    job = ended(store, job)
    assert (job.n_failed, job.failures[0][0]) == (1, NAME)
    assert (clinic / NAME).read_bytes() == b"no recording at all"


def test_a_laboratory_that_holds_other_bytes_takes_nothing_away(
    clinic: Path, store: TrialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.lab is not None
    add = working.added

    def damaged(*asked: object) -> object:
        result = add(*asked)  # type: ignore[arg-type]
        kept = store.lab.path(result.trial_id)  # type: ignore[union-attr]
        kept.write_bytes(kept.read_bytes()[:-1] + b"x")
        return result

    monkeypatch.setattr(working, "added", damaged)
    with pytest.raises(LaboratoryError, match="other bytes"):
        taken_in(store.lab.place(), clinic / NAME, Said("P07"))
    assert (clinic / NAME).exists()


def test_feet_that_were_drawn_by_hand_go_along(clinic: Path, store: TrialStore) -> None:
    assert store.lab is not None
    drawn_on = sha256_of(clinic / NAME)
    DrawnHistory(source_sha256=drawn_on).write(drawn_beside(clinic / NAME))
    result = taken_in(store.lab.place(), clinic / NAME, Said("P07"))
    assert read_history(drawn_beside(store.lab.path(result.trial_id))).source_sha256 == drawn_on
    assert sorted(path.name for path in clinic.iterdir()) == ["lab"]


def test_the_file_that_is_being_recorded_and_one_that_is_gone_are_refused(clinic: Path, store: TrialStore) -> None:
    session = stopped(clinic)
    session._status = replace(session.status, state=RECORDING, file=NAME)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(LaboratoryError, match="has not ended"):
        keep(session, store, [trial_id(NAME)], "P07", "")
    for name in (trial_id("other.mcap"), "../lab/lab.db"):
        with pytest.raises(LaboratoryError, match="not in the folder"):
            keep(session, store, [name], "P07", "")


def test_without_a_laboratory_it_is_said_where_to_make_one(tmp_path: Path) -> None:
    store = TrialStore(tmp_path, Settings(n_processes=0))
    with pytest.raises(FootloadError, match="make one on the page of sessions"):
        keep(LiveSession(tmp_path), store, [], "P07", "")
    store.close()


def test_a_disk_that_ran_full_is_told_with_what_was_kept_and_what_to_do() -> None:
    shown = str(recorded_notice(Recorded(1, NAME, "3.0 s.", "P1", "", "the disk is full"), [Path(NAME)], lab=True))
    assert "The recording ended by itself" in shown
    assert "What came before is in the file, whole and readable. Make room on the disk" in shown


def test_a_device_that_came_back_is_told_once_with_its_place_in_the_recording() -> None:
    absences = Absences()
    there, away = (DeviceHealth("Mat", connected, {}, 0.0, 0.0) for connected in (True, False))
    assert absences.told([there], 10.0, None) == ""
    assert absences.told([away], 12.0, 10.0) == ""
    assert absences.told([away], 13.0, 10.0) == ""
    told = absences.told([there], 14.5, 10.0)
    assert told == (
        "Mat went away and came back after 2.5 s; the gap from 2.0 s on is marked in the recording, which goes on."
    )
    assert absences.told([there], 14.6, 10.0) == ""


def test_a_job_of_recordings_says_what_it_did_for_each(clinic: Path, store: TrialStore) -> None:
    assert store.lab is not None
    gone = clinic / "gone.mcap"
    work = taking_in(store.workers, store.lab.place("A. Person"), [clinic / NAME, gone], Said("P07"))
    job = ended(store, store.jobs.begin("Add", work))
    assert (job.text, job.n_done, job.n_all) == ("1 trial(s) added.", 2, 2)
    assert job.failures[0][0] == "gone.mcap"
    (row,), _ = store.lab.page(Asked("P07"))
    audits = [each for each in store.lab.lab.rows("audit") if each["subject"] == row["id"]]
    assert {each["by"] for each in audits} == {"A. Person"}
