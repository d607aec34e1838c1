"""Edits of feet beside a recording of the laboratory are no damage."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import footload as fl
from footload.errors import UnreadableTrialError
from footload.foot.contact import DRAWN_BY_HAND
from footload.foot.drawn import DrawnFeet, drawn_feet
from footload.foot.drawn_history import DrawnHistory, drawn_beside
from footload.lab.checking import check
from footload.lab.kept_trials import kept_file
from footload.lab.trial_folder import TrialFacts


def test_the_check_takes_edits_of_feet_for_what_they_are(lab, step) -> None:
    facts = TrialFacts("P001", "2026-01-01")
    name = lab.add_trial(step, facts).trial_id
    (recording,) = (lab.folder / "trials" / name / "files").iterdir()
    DrawnHistory().edited(DrawnFeet(), "heel line", "A", "2026-01-01T00:00:00+00:00").write(drawn_beside(recording))
    assert check(lab) == []
    drawn_beside(recording).rename(recording.with_name("other.txt"))
    assert [fault.what for fault in check(lab)] == ["orphaned"]


def test_edits_come_into_the_laboratory_with_their_file_and_hold_there(lab, step, tmp_path: Path) -> None:
    file = Path(shutil.copy(step, tmp_path / "edited.lst"))
    analysis = fl.analyze(fl.read(file))
    feet = drawn_feet(analysis.contacts, analysis.trial.pressures)
    DrawnHistory().edited(feet, "heel line", "A", "2026-01-01T00:00:00+00:00").write(drawn_beside(file))
    facts = TrialFacts("P001", "2026-01-01")
    name = lab.add_trial(file, facts).trial_id
    assert drawn_beside(kept_file(lab.folder, name)).read_bytes() == drawn_beside(file).read_bytes()
    assert any(DRAWN_BY_HAND in (row["notes"] or "") for row in lab.findings(name))
    assert check(lab) == []
    # The recording makes the trial, edits or not.
    assert not lab.add_trial(step, facts).is_new


def test_a_file_whose_edits_are_damaged_is_not_added_without_them(lab, step, tmp_path: Path) -> None:
    file = Path(shutil.copy(step, tmp_path / "edited.lst"))
    drawn_beside(file).write_text("no edits")
    with pytest.raises(UnreadableTrialError, match="it holds no edits of feet"):
        lab.add_trial(file, TrialFacts("P001", "2026-01-01"))
    DrawnHistory(source_sha256="0" * 64).write(drawn_beside(file))
    with pytest.raises(UnreadableTrialError, match=r"edited\.lst\.drawn\.json: its feet were drawn on another"):
        lab.add_trial(file, TrialFacts("P001", "2026-01-01"))
    assert lab.trials() == []
