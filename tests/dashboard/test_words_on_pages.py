"""What a page says where something failed, is counted or is filled in by hand: in words for whoever reads it."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import numpy as np

import footload as fl
from dashboard.app import fault_words
from dashboard.components.finding_tables import MOST_ROWS, repetition_table
from dashboard.components.knee import WORDS, knee_view
from dashboard.components.plan import plan_view
from dashboard.figures.force_and_cop import force_of_plates
from dashboard.figures.pressure_map import pressure_map, view_of
from dashboard.figures.repetitions_apart import asymmetry_of_repetitions
from dashboard.figures.series import thinned_path
from dashboard.pages.routes import gone_from, page_view
from dashboard.pages.trials import listing_view
from dashboard.settings import Settings
from dashboard.store import Listing, TrialEntry, TrialStore, TrialSummary
from footload.analysis import Analysis
from footload.decision.assess import assess
from footload.errors import UnreadableTrialError
from footload.findings import Finding
from footload.foot.load import maximum_pressure
from footload.parameters import Parameters
from footload.tasks.knees import legs_in

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"


def words(part: Any) -> str:
    if isinstance(part, list | tuple):
        return " ".join(words(item) for item in part)
    if hasattr(part, "to_plotly_json"):
        return words(getattr(part, "children", None))
    return "" if part is None else str(part)


def test_an_unknown_fault_is_told_without_its_text_for_a_path_may_stand_in_it() -> None:
    told = fault_words(RuntimeError("no room in Anna Meier/trial.mcap"))
    assert "RuntimeError" in told
    assert "Meier" not in told
    assert "log" in told


def test_a_fault_that_footload_names_is_told_in_its_own_sentence() -> None:
    assert fault_words(UnreadableTrialError("walk.csv", "is cut short.")) == "walk.csv: is cut short."


def test_a_full_disk_is_told_without_the_path_of_the_file() -> None:
    told = fault_words(OSError(errno.ENOSPC, "No space left on device", "/srv/lab/Anna.mcap"))
    assert told == "This machine refused: no space left on device. Put that right and try again."


def test_plates_that_no_foot_is_named_for_are_told_apart_by_their_dash() -> None:
    figure = force_of_plates(fl.analyze(fl.read(STUDY / "barefoot_squat_plates.h5")))
    dashes = [line.line.dash for line in figure.data]
    assert len(dashes) == 2
    assert len(set(dashes)) == 2


def test_markers_too_slow_for_the_filter_are_told_in_words_of_the_gait_laboratory() -> None:
    told = legs_in(fl.read(STUDY / "barefoot_squat_plates.h5"), Parameters()).quality
    assert any("20 frames a second are too few for 12 Hz" in note for note in told), told
    assert not [note for note in told if "cutoff_hz" in note]


def test_the_name_of_a_foot_stands_inside_the_shown_part_of_the_mat(walk: Analysis) -> None:
    figure = pressure_map(walk)
    view = view_of(walk.trial.pressure, maximum_pressure(walk.trial.pressure))
    names = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    assert len(names) == len(walk.contacts)
    for name in names:
        assert name.textposition == "bottom center"
        assert view.x_mm[0] + 30 < name.x[0] < view.x_mm[1] - 30
        assert name.y[0] - view.y_mm[0] >= 20  # of the 24 mm the mat gives what it has, the rest is shown beyond it


def test_asymmetries_of_one_unit_have_it_on_their_axis() -> None:
    found = [Finding(name, name, 4.0, "%", repetition=n) for name in ("force", "time") for n in (0, 1)]
    assert asymmetry_of_repetitions(found).layout.yaxis.title.text == "left against right (%)"
    mixed = [*found, Finding("shift", "Shift", 1.0, "mm", repetition=0)]
    assert asymmetry_of_repetitions(mixed).layout.yaxis.title.text == "left against right"


def test_the_sheet_for_the_workshop_has_a_value_or_a_line_beside_every_field() -> None:
    told = assess((), pseudonym="P01")
    sheet = told.sheet
    assert sheet is not None
    text = words(plan_view(told))
    assert "Person (pseudonym) P01 Age not measured" in text
    assert all(line.label in text for line in (*sheet.measured, *sheet.prescribed))
    assert "___" not in text


def test_what_no_score_knows_is_said_once_and_not_behind_every_test() -> None:
    told = assess(())
    repeated = next(step.could_change for step in told.next_steps if not step.gain > 0)
    text = words(knee_view(told))
    assert sum(not step.gain > 0 for step in told.next_steps) > 5
    assert text.count(repeated) == 1
    assert WORDS in text


def test_a_folder_that_vanished_is_told_on_every_page_that_needs_it(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    shutil.copy(STUDY / "barefoot_squat_plates.h5", folder)
    opened = TrialStore(folder, Settings(n_processes=1))
    try:
        assert "barefoot" in str(page_view(opened, "/", "light").content)
        folder.rename(tmp_path / "elsewhere")
        for path in ("/", "/sessions/", "/squat/", "/compare/", "/trial/x"):
            assert "is not there any more" in str(page_view(opened, path, "light").content), path
        assert "is not there any more" not in str(page_view(opened, "/help", "light").content)
        (tmp_path / "elsewhere").rename(folder)
        assert "barefoot" in str(page_view(opened, "/", "light").content)
    finally:
        opened.close()


def test_a_share_that_is_not_connected_is_an_empty_folder_and_told_all_the_same(tmp_path: Path) -> None:
    opened = TrialStore(tmp_path, Settings(n_processes=1))
    try:
        opened.make_laboratory()
        assert gone_from(opened) == ""
        (tmp_path / "lab").rename(tmp_path.parent / "unmounted")
        assert "The laboratory in the folder of the trials is not there any more" in gone_from(opened)
    finally:
        opened.close()


def test_a_laboratory_that_is_listed_in_part_says_where_all_of_it_is() -> None:
    held = TrialSummary("squat", "squat", "", "P01", "1 pressure recording", 10.0)
    kept = tuple(TrialEntry(f"{n:024x}", "laboratory", 1, float(n), trial=held, in_lab=True) for n in range(3))
    assert "newest 3 trials" in words(listing_view(Listing(kept), 3))
    assert "newest" not in words(listing_view(Listing(kept), 4))


def test_very_many_repetitions_are_shown_in_part_and_that_is_said() -> None:
    found = [Finding("depth", "Depth", float(n), "mm", repetition=n) for n in range(545)]
    shown = repetition_table(found)
    assert f"The first {MOST_ROWS} of 545 rows" in words(shown)
    assert str(shown).count("Tr(") < MOST_ROWS + 5
    assert "The first" not in words(repetition_table(found[:MOST_ROWS]))


def test_a_path_of_forty_minutes_is_thinned_and_goes_as_far_as_before() -> None:
    way = np.cumsum(np.random.default_rng(1).normal(size=(120_000, 2)), axis=0)
    way[50_000:50_010] = np.nan
    thin = thinned_path(way)
    assert len(thin) <= 2002
    assert np.isnan(thin).any(), "a gap stays open"
    for end in (np.nanmin, np.nanmax):
        np.testing.assert_array_equal(end(thin, axis=0), end(way, axis=0))
    assert thinned_path(way[:100]) is not thin
    np.testing.assert_array_equal(thinned_path(way[:100]), way[:100])
