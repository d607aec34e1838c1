"""The store: ids that say nothing, a bounded memory, files that fail alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import footload.analysis
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.errors import UnreadableTrialError
from footload.trials import Task


@pytest.fixture
def store(clinic: Path) -> TrialStore:
    return TrialStore(clinic, Settings(most_analyses=1))


def test_the_listing_tells_trials_damaged_files_and_others_apart(store: TrialStore) -> None:
    entries = {entry.name: entry for entry in store.listing().entries}
    assert set(entries) == {"monday/walk.demo", "squat.demo", "broken.demo", "notes.txt"}
    squat = entries["squat.demo"].trial
    assert squat is not None
    assert (squat.name, squat.task, squat.participant) == ("squat", Task.SQUAT.value, "synthetic")
    assert entries["broken.demo"].error.startswith("broken.demo: it holds")
    assert entries["broken.demo"].recognised
    assert not entries["notes.txt"].recognised


def test_ids_are_stable_and_say_nothing_about_the_path(store: TrialStore) -> None:
    first = {entry.id for entry in store.listing().entries}
    assert first == {entry.id for entry in store.listing().entries}
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in first)
    assert store.path(trial_id("monday/walk.demo")).name == "walk.demo"


def test_a_listing_without_time_names_the_files_and_opens_none(clinic: Path) -> None:
    listing = TrialStore(clinic, Settings(listing_s=0)).listing()
    assert all(entry.trial is None and not entry.error for entry in listing.entries)
    assert len(listing.entries) == 4


def test_more_files_than_may_be_listed_are_counted(clinic: Path) -> None:
    listing = TrialStore(clinic, Settings(most_files=3)).listing()
    assert (len(listing.entries), listing.n_left_out) == (3, 1)


def test_a_trial_is_analyzed_once_and_only_the_last_ones_are_kept(
    store: TrialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = footload.analysis.analyze
    monkeypatch.setattr(footload.analysis, "analyze", lambda t, *more: asked.append(t.name) or real(t, *more))
    walk, squat = trial_id("monday/walk.demo"), trial_id("squat.demo")
    assert store.analysis(walk) is store.analysis(walk)
    assert asked == ["walk"]
    store.analysis(squat)
    store.analysis(walk)
    assert asked == ["walk", "squat", "walk"]


def test_a_file_that_changed_is_analyzed_again(store: TrialStore, clinic: Path) -> None:
    walk = trial_id("monday/walk.demo")
    before = store.analysis(walk)
    os.utime(clinic / "monday" / "walk.demo", (1, 1))
    assert store.analysis(walk) is not before


def test_what_the_machine_lacked_once_is_tried_again(store: TrialStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(footload.analysis, "analyze_as_drawn", _no_memory)
        with pytest.raises(MemoryError):
            store.analysis(trial_id("squat.demo"))
    assert store.analysis(trial_id("squat.demo")).findings


def _no_memory(*_args: object, **_options: object) -> None:
    raise MemoryError


def test_a_file_that_came_later_is_found(store: TrialStore, clinic: Path) -> None:
    store.listing()
    (clinic / "later.demo").write_bytes(b"footload demo walk")
    assert store.analysis(trial_id("later.demo")).trial.name == "later"


def test_a_file_that_went_away_is_not_known(store: TrialStore, clinic: Path) -> None:
    store.listing()
    (clinic / "squat.demo").unlink()
    with pytest.raises(KeyError, match="no such trial"):
        store.analysis(trial_id("squat.demo"))


def test_a_damaged_file_raises_its_own_sentence(store: TrialStore) -> None:
    with pytest.raises(UnreadableTrialError, match=r"broken\.demo: it holds 'nothing'"):
        store.analysis(trial_id("broken.demo"))


def test_a_link_out_of_the_folder_is_not_followed(store: TrialStore, clinic: Path) -> None:
    outside = clinic.parent / "outside.demo"
    outside.write_bytes(b"footload demo walk")
    (clinic / "link.demo").symlink_to(outside)
    assert "link.demo" not in {entry.name for entry in store.listing().entries}
    with pytest.raises(KeyError):
        store.analysis(trial_id("link.demo"))


def test_hidden_files_are_left_alone(store: TrialStore, clinic: Path) -> None:
    (clinic / ".hidden.demo").write_bytes(b"footload demo walk")
    assert ".hidden.demo" not in {entry.name for entry in store.listing().entries}


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="is not a folder"):
        TrialStore(tmp_path / "nowhere", Settings())
