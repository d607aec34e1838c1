"""Edits of feet: nothing is lost by going back, and the file says everything or is refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from footload import whole_files
from footload.errors import UnreadableTrialError
from footload.foot.drawn import DrawnFeet, DrawnFoot
from footload.foot.drawn_history import DrawnHistory, drawn_beside, read_drawn, read_history
from footload.recordings import MarkerRecording
from footload.trials import Side, Trial


def feet(x: float) -> DrawnFeet:
    return DrawnFeet(feet=(DrawnFoot(start_s=0.0, side=Side.LEFT, heel_mm=(x, 0.0), forefoot_mm=(x, 200.0)),))


@pytest.fixture
def two() -> DrawnHistory:
    once = DrawnHistory(source_sha256="ab").edited(feet(1.0), "heel point", "A", "2026-01-01T00:00:00+00:00")
    return once.edited(feet(2.0), "toe point", "B", "2026-01-02T00:00:00+00:00")


def test_nothing_was_drawn_before_the_first_edit() -> None:
    empty = DrawnHistory()
    assert empty.drawn == DrawnFeet()
    assert (empty.before, empty.next) == (None, None)
    assert empty.undone() is empty
    assert empty.redone() is empty


def test_going_back_and_forth_ends_where_it_began(two: DrawnHistory) -> None:
    assert two.drawn == feet(2.0)
    assert two.undone().drawn == feet(1.0)
    assert two.undone().undone().drawn == DrawnFeet()
    assert two.undone().undone().redone().redone() == two


def test_an_edit_after_going_back_keeps_what_was_left(two: DrawnHistory) -> None:
    other = two.undone().edited(feet(3.0), "heel point", "C", "2026-01-03T00:00:00+00:00")
    assert [(edit.number, edit.after, edit.by) for edit in other.edits] == [(1, 0, "A"), (2, 1, "B"), (3, 1, "C")]
    assert other.drawn == feet(3.0)
    assert other.undone().redone().current == 3  # the newest branch
    assert other.at_edit(2).drawn == feet(2.0)


def test_back_to_automatic_is_an_edit_that_can_be_taken_back(two: DrawnHistory) -> None:
    automatic = two.edited(DrawnFeet(), "back to automatic", "A", "2026-01-03T00:00:00+00:00")
    assert automatic.drawn == DrawnFeet()
    assert automatic.undone().drawn == feet(2.0)


def test_the_file_keeps_every_edit_and_tells_the_feet_that_hold(two: DrawnHistory, tmp_path: Path) -> None:
    path = drawn_beside(tmp_path / "squat.mcap")
    assert path.name == "squat.mcap.drawn.json"
    assert read_history(path) == DrawnHistory()
    two.undone().write(path)
    assert read_history(path) == two.undone()
    assert read_drawn(path) == feet(1.0)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_edits_of_another_recording_are_refused(two: DrawnHistory, tmp_path: Path) -> None:
    path = drawn_beside(tmp_path / "squat.mcap")
    two.write(path)
    recordings = (MarkerRecording(np.zeros(1), np.zeros((1, 1, 3)), ("heel",)),)
    trial = Trial("squat", recordings, source_sha256="ab")
    assert read_history(path, trial) == two
    assert read_drawn(path, trial) == feet(2.0)
    other = trial.changed(source_sha256="cd")
    for read in (read_history, read_drawn):
        with pytest.raises(UnreadableTrialError, match=r"squat\.mcap\.drawn\.json: its feet were drawn on another.*cd"):
            read(path, other)
    # A trial that came from no file, and edits that do not say where they were made, cannot be told apart.
    assert read_history(path, trial.changed(source_sha256="")) == two
    two.model_copy(update={"source_sha256": ""}).write(path)
    assert read_history(path, other).drawn == feet(2.0)


def test_a_disk_that_fills_up_leaves_the_edits_as_they_were(
    two: DrawnHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drawn_beside(tmp_path / "squat.mcap")
    two.write(path)
    folders = list[Path]()
    monkeypatch.setattr(whole_files, "sync_folder", folders.append)
    two.undone().write(path)
    assert folders == [tmp_path]  # else a power cut may bring the old name back

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        two.write(path)
    assert read_history(path) == two.undone()
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_feet_alone_is_taken_as_well(tmp_path: Path) -> None:
    feet(4.0).write(tmp_path / "feet.json")
    assert read_drawn(tmp_path / "feet.json") == feet(4.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"edits": [], "current": 1}', "edit 1 holds, but there are 0"),
        ('{"edits": 5}', "at edits"),
        ('{"edits": [], "more": 1}', "at more"),
        ('{"edits": [', "at its beginning"),
        ("", "at its beginning"),
    ],
)
def test_a_file_that_says_something_else_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "squat.drawn.json"
    path.write_text(text)
    with pytest.raises(UnreadableTrialError, match=f"squat.drawn.json: it holds no edits of feet.*{says}"):
        read_history(path)
    with pytest.raises(UnreadableTrialError, match=r"squat\.drawn\.json"):
        read_drawn(path)


def test_edits_out_of_order_are_refused(two: DrawnHistory) -> None:
    with pytest.raises(ValueError, match="numbered from 1"):
        DrawnHistory(edits=two.edits[1:])
    with pytest.raises(ValueError, match="follows an earlier one"):
        DrawnHistory(edits=(two.edits[0].model_copy(update={"after": 1}),))
    with pytest.raises(ValueError, match="edit 7 holds, but there are 2"):
        two.at_edit(7)
