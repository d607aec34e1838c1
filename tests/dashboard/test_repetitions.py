"""Repetitions over each other: curves known by hand, what is left out, and the page around them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.figures.overlays import COURSE, on_course, overlaid
from dashboard.figures.repetitions import shift_over_depth, shift_over_time
from dashboard.pages.routes import page_view
from dashboard.pages.squat import squat_view
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.analysis import Analysis
from footload.foot.medial_shift import MedialShift
from footload.tasks.repetition import Repetition
from footload.trials import Side


def three_known(squat: Analysis) -> Analysis:
    """Repetitions of 11, 21 and 31 frames that rise straight to 2, 4 and 6 per cent."""
    n = squat.trial.pressure.n_frames
    shift, at, repetitions = np.full(n, np.nan), 0, []
    for number, (frames, top) in enumerate(((11, 2.0), (21, 4.0), (31, 6.0))):
        shift[at : at + frames] = np.linspace(0, top, frames)
        repetitions.append(Repetition(number, at, at + frames))
        at += frames
    bad = Repetition(3, at, at + 10, rejected="too shallow")
    foot = MedialShift(Side.LEFT, squat.trial.pressure.time_s, shift, np.full(n, 50.0), 90.0, 0.0)
    return replace(squat, repetitions=(*repetitions, bad), shifts={Side.LEFT: foot}, depth_mm=np.arange(n, dtype=float))


def test_repetitions_of_different_length_meet_at_the_same_part_of_their_course(squat: Analysis) -> None:
    found = overlaid(three_known(squat), Side.LEFT)
    assert found.numbers == (0, 1, 2)
    np.testing.assert_allclose(found.curves, np.outer([2, 4, 6], COURSE / 100), atol=1e-12)
    np.testing.assert_allclose(found.mean, 4 * COURSE / 100, atol=1e-12)
    np.testing.assert_allclose(found.spread, 2 * COURSE / 100, atol=1e-12)


def test_a_frame_without_a_value_leaves_a_hole_and_is_not_bridged() -> None:
    values = np.arange(101.0)
    values[40] = np.nan
    found = on_course(values)
    assert np.isnan(found[40])
    assert np.isfinite(found[[38, 42]]).all()
    assert np.isnan(on_course(np.array([1.0]))).all()


def test_two_repetitions_have_curves_and_no_band(squat: Analysis) -> None:
    known = three_known(squat)
    two = replace(known, repetitions=known.repetitions[:2])
    found = overlaid(two, Side.LEFT)
    assert found.curves.shape == (2, 101)
    assert np.isnan(found.mean).all()
    assert len(shift_over_time(two).data) == 2


def test_what_was_not_counted_is_not_drawn(squat: Analysis) -> None:
    known = three_known(squat)
    assert len(shift_over_time(known).data) == 3 + 2  # three curves, band and mean
    depth = shift_over_depth(known)
    assert [len(trace.x) for trace in depth.data] == [11, 21, 31]
    assert depth.data[0].y[-1] == pytest.approx(2.0)


def test_both_feet_have_one_scale(squat: Analysis) -> None:
    figure = shift_over_time(squat)
    assert figure.layout.yaxis2.matches == "y"
    assert "left" in figure.layout.yaxis.title.text
    assert "right" in figure.layout.yaxis2.title.text


def test_the_page_says_what_was_left_out_and_why(squat: Analysis) -> None:
    said = str(squat_view(squat, "x", "light"))
    assert "Repetition 1: too shallow" in said
    assert "4 repetitions counted" in said


def test_only_squats_are_listed_and_a_walk_says_that_there_is_none(clinic: Path) -> None:
    store = TrialStore(clinic, Settings())
    listed = str(page_view(store, "/squat/", "light").content)
    assert f"/squat/{trial_id('squat.demo')}" in listed
    assert trial_id("monday/walk.demo") not in listed
    walk = page_view(store, f"/squat/{trial_id('monday/walk.demo')}", "light")
    assert "No squat was counted" in str(walk.content)
    assert page_view(store, "/squat/0123456789abcdef", "light").title == "Not found"


def test_an_empty_folder_offers_the_next_step(tmp_path: Path) -> None:
    shown = page_view(TrialStore(tmp_path, Settings()), "/squat/", "light")
    assert "/live" in str(shown.content)
