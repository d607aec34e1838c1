"""Edits of feet beside a recording of the laboratory are no damage."""

from __future__ import annotations

from footload.foot.drawn import DrawnFeet
from footload.foot.drawn_history import DrawnHistory, drawn_beside
from footload.lab.checking import check
from footload.lab.trial_folder import TrialFacts


def test_the_check_takes_edits_of_feet_for_what_they_are(lab, step) -> None:
    facts = TrialFacts("P001", "2026-01-01")
    name = lab.add_trial(step, facts).trial_id
    (recording,) = (lab.folder / "trials" / name / "files").iterdir()
    DrawnHistory().edited(DrawnFeet(), "heel line", "A", "2026-01-01T00:00:00+00:00").write(drawn_beside(recording))
    assert check(lab) == []
    drawn_beside(recording).rename(recording.with_name("other.txt"))
    assert [fault.what for fault in check(lab)] == ["orphaned"]
