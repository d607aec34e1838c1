"""Feet edited on a trial's page: the edit lies beside the trial, holds everywhere, and can be taken back."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import footload as fl
from dashboard.components.drawing_card import drawing_card, drawing_data, history_view
from dashboard.drawing import draw, feet_to_draw, go_to, history_of
from dashboard.pages.routes import page_view
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.errors import UnreadableTrialError
from footload.findings import Finding
from footload.foot.contact import DRAWN_BY_HAND
from footload.foot.drawn_history import drawn_beside, read_history
from footload.trials import Side

WALK = trial_id("demo_walk.mcap")


def opened(folder: Path) -> TrialStore:
    shutil.copy(Path(__file__).resolve().parents[2] / "sample_data" / "demo_walk.mcap", folder)
    return TrialStore(folder, Settings())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TrialStore]:
    with closing(opened(tmp_path)) as made:
        yield made


@pytest.fixture(scope="module")
def unedited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialStore]:
    """For tests that edit nothing."""
    with closing(opened(tmp_path_factory.mktemp("walk"))) as made:
        yield made


def heel_area(analysis: fl.Analysis, contact: int) -> Finding:
    (found,) = (f for f in analysis.findings if (f.metric, f.region, f.contact) == ("contact_area", "heel", contact))
    return found


def dragged(analysis: fl.Analysis, handle: str, **changed: Any) -> dict[str, Any]:
    foot = feet_to_draw(analysis)[0]
    return {"number": 0, "handle": handle, "heel_mm": foot["heel"], "toe_mm": foot["toe"], "lines": {}, **changed}


def heel_line(analysis: fl.Analysis, by_mm: float) -> dict[str, Any]:
    line = next(each for each in feet_to_draw(analysis)[0]["lines"] if each["name"] == "heel_mm")
    return dragged(analysis, "heel_mm", lines={"heel_mm": [(ap + by_mm, ml) for ap, ml in line["points"]]})


def test_a_line_that_was_dragged_changes_its_foot_only_and_says_so(store: TrialStore) -> None:
    before = store.analysis(WALK)
    history = draw(store, WALK, heel_line(before, 20.0), "A. Tester")
    after = store.analysis(WALK)
    assert heel_area(after, 0).value > heel_area(before, 0).value + 5  # cm²: 20 mm of a heel about 60 mm wide
    assert DRAWN_BY_HAND in heel_area(after, 0).notes
    assert heel_area(after, 1).value == heel_area(before, 1).value
    assert DRAWN_BY_HAND not in heel_area(after, 1).notes
    (edit,) = history.edits
    assert (edit.by, edit.what) == ("A. Tester", "foot 1, left: heel line")
    assert history.source_sha256 == ""
    assert history_of(store, WALK).source_sha256 == before.trial.source_sha256
    assert "edited by hand" in str(page_view(store, f"/trial/{WALK}", "light").content)


def test_undo_redo_and_automatic_bring_back_the_same_numbers(store: TrialStore) -> None:
    found = [f.value for f in store.analysis(WALK).findings]
    draw(store, WALK, heel_line(store.analysis(WALK), 20.0), "A")
    edited = [f.value for f in store.analysis(WALK).findings]
    for where, expected in (("undo", found), ("redo", edited), ("automatic", found), ("1", edited), ("0", found)):
        go_to(store, WALK, where, "B")
        np.testing.assert_equal([f.value for f in store.analysis(WALK).findings], expected, err_msg=where)
    history = history_of(store, WALK)
    assert [edit.by for edit in history.edits] == ["A", "B"]
    assert go_to(store, WALK, "automatic", "B") == history  # nothing to take back: no edit of its own
    with pytest.raises(ValueError, match="edit 9 holds, but there are 2"):
        go_to(store, WALK, "9", "B")


def test_heel_and_toe_points_are_the_axis(store: TrialStore) -> None:
    before = store.analysis(WALK)
    foot = feet_to_draw(before)[0]
    heel, toe = np.add(foot["heel"], (0, -6)), np.add(foot["toe"], (20, 0))
    draw(store, WALK, dragged(before, "toe", heel_mm=heel.tolist(), toe_mm=toe.tolist()), "")
    axis = store.analysis(WALK).contacts[0].needed_axis
    np.testing.assert_allclose(axis.heel_mm, heel)
    assert axis.length_mm == pytest.approx(np.hypot(*(toe - heel)))
    np.testing.assert_allclose(axis.points_mm(np.array([axis.length_mm]))[0], toe)
    assert history_of(store, WALK).edits[0].by == "somebody at this machine"


def test_lines_stay_in_the_foot_when_its_axis_is_dragged_afterwards(store: TrialStore) -> None:
    draw(store, WALK, heel_line(store.analysis(WALK), 20.0), "A")
    before = store.analysis(WALK)
    toe = np.add(feet_to_draw(before)[0]["toe"], (10, 0))
    draw(store, WALK, dragged(before, "toe", toe_mm=toe.tolist()), "A")
    one, other = before.contacts[0].division, store.analysis(WALK).contacts[0].division
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.heel_mm, other.heel_mm)
    assert len(history_of(store, WALK).drawn.feet) == 1


def test_two_feet_are_edited_one_after_the_other_and_both_hold(store: TrialStore) -> None:
    draw(store, WALK, heel_line(store.analysis(WALK), 20.0), "A")
    right = feet_to_draw(store.analysis(WALK))[1]
    toe = np.add(right["toe"], (5, 0)).tolist()
    asked = dragged(store.analysis(WALK), "toe", heel_mm=right["heel"], toe_mm=toe)
    draw(store, WALK, {**asked, "number": 1}, "A")
    assert [DRAWN_BY_HAND in contact.flags for contact in store.analysis(WALK).contacts] == [True, True]
    assert len(history_of(store, WALK).drawn.feet) == 2


def test_the_side_of_a_foot_can_be_corrected(store: TrialStore) -> None:
    draw(store, WALK, dragged(store.analysis(WALK), "side"), "A")
    assert store.analysis(WALK).contacts[0].side is Side.RIGHT


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"number": 7}, "not there any more"),
        ({"handle": "<script>"}, "not there any more"),
        ({"heel_mm": [float("nan"), 0.0]}, "cannot be read"),
        ({"lines": {"heel_mm": []}, "handle": "heel_mm"}, "at least 1 item"),
        ({"lines": {"other": [[0, 0]]}, "handle": "heel_mm"}, "no line 'other'"),
        ({"heel_mm": [900.0, 900.0], "toe_mm": [900.0, 1100.0], "handle": "toe"}, "is no contact"),
        ({"more": 1}, "cannot be read"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_and_nothing_is_written(
    unedited: TrialStore, changed: dict[str, Any], says: str
) -> None:
    asked = dragged(unedited.analysis(WALK), "toe", **{k: v for k, v in changed.items() if k != "handle"})
    with pytest.raises(ValueError, match=says):
        draw(unedited, WALK, {**asked, "handle": changed.get("handle", "toe")}, "A")
    assert not drawn_beside(unedited.path(WALK)).exists()


def test_the_edits_are_no_trial_of_the_folder(store: TrialStore) -> None:
    draw(store, WALK, heel_line(store.analysis(WALK), 20.0), "A")
    assert [entry.name for entry in store.listing().entries] == ["demo_walk.mcap"]


def test_a_damaged_file_of_edits_is_named_and_does_not_pass_for_the_foot_as_found(store: TrialStore) -> None:
    drawn_beside(store.path(WALK)).write_text("{")
    with pytest.raises(UnreadableTrialError, match=r"demo_walk\.mcap\.drawn\.json"):
        store.analysis(WALK)
    assert "demo_walk.mcap.drawn.json" in str(page_view(store, f"/trial/{WALK}", "light").content)


def test_edits_of_another_recording_with_the_same_name_are_refused_and_not_taken_over(store: TrialStore) -> None:
    draw(store, WALK, heel_line(store.analysis(WALK), 20.0), "A")
    file, edits = store.path(WALK), drawn_beside(store.path(WALK))
    kept = read_history(edits).source_sha256
    other = recorded_later(file)
    with pytest.raises(UnreadableTrialError, match=f"begins with {kept[:12]}.*begins with {other[:12]}"):
        store.analysis(WALK)
    shown = str(page_view(store, f"/trial/{WALK}", "light").content)
    assert "drawn on another recording" in shown
    with pytest.raises(UnreadableTrialError, match="another recording"):
        go_to(store, WALK, "undo", "B")
    assert read_history(edits).source_sha256 == kept
    edits.unlink()
    assert not any(DRAWN_BY_HAND in contact.flags for contact in store.analysis(WALK).contacts)


def recorded_later(file: Path) -> str:
    """The same steps in other bytes: only the name of the program that wrote them differs."""
    said = b"footload sample data"
    content = file.read_bytes()
    assert content.count(said) == 1
    file.write_bytes(content.replace(said, said[::-1]))
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_every_line_has_handles_that_lie_on_it(unedited: TrialStore) -> None:
    analysis = unedited.analysis(WALK)
    data = drawing_data(analysis, history_of(unedited, WALK))
    assert [foot["name"] for foot in data["feet"]] == ["1 left", "2 right"]
    for foot, contact in zip(data["feet"], analysis.contacts, strict=True):
        assert len(foot["lines"]) == 8
        x, y = np.array(foot["cells"])[:, :2].T
        assert len(x) == int((contact.sensors & (contact.maximum_pressure_image > 0)).sum())
        assert foot["view"][0] < x.min() < x.max() < foot["view"][2]
        assert foot["view"][1] < y.min() < y.max() < foot["view"][3]
        for line in foot["lines"]:
            assert 2 <= len(line["handles"]) <= 3
            key = 0 if line["along"] else 1
            shown = np.array(line["shown"])
            order = np.argsort(shown[:, key])
            for place in line["handles"]:
                on = np.interp(place[key], shown[order, key], shown[order, 1 - key])
                assert on == pytest.approx(place[1 - key], abs=1e-9)


def test_the_list_of_edits_says_who_and_what_and_shows_markup_as_text(store: TrialStore) -> None:
    name = "<b onmouseover=alert(1)>"
    history = draw(store, WALK, heel_line(store.analysis(WALK), 20.0), name)
    said = str(history_view(history))
    assert name in said
    assert "dangerously" not in said
    assert "Undo" in str(drawing_card(store.analysis(WALK), history))
