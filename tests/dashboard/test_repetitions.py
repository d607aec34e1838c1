"""Repetitions over each other: curves known by hand, what is left out, and the page around them."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.figures.overlays import COURSE, course_of, knees_overlaid, on_course, overlaid, span
from dashboard.figures.repetitions import knee_over_time, shift_over_depth, shift_over_force, shift_over_time
from dashboard.figures.repetitions_apart import asymmetry_of_repetitions, differences, each_repetition
from dashboard.pages.routes import page_view
from dashboard.pages.squat import squat_view
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.analysis import Analysis
from footload.findings import Finding
from footload.foot.medial_shift import MedialShift
from footload.knee.course import KneeCourse
from footload.tasks.repetition import Repetition
from footload.trials import Side, Task

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"


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
    assert len(shift_over_time(two)[Side.LEFT].data) == 2


def test_what_was_not_counted_is_not_drawn(squat: Analysis) -> None:
    known = three_known(squat)
    assert len(shift_over_time(known)[Side.LEFT].data) == 3 + 2  # three curves, band and mean
    depth = shift_over_depth(known)[Side.LEFT]
    assert [len(trace.x) for trace in depth.data] == [11, 21, 31]
    assert depth.data[0].y[-1] == pytest.approx(2.0)


def test_both_feet_have_one_scale(squat: Analysis) -> None:
    for figures in (shift_over_time(squat), shift_over_depth(squat)):
        assert list(figures) == [Side.LEFT, Side.RIGHT]
        left, right = figures.values()
        assert left.layout.yaxis.range == right.layout.yaxis.range
        assert left.layout.xaxis.range == right.layout.xaxis.range
        low, high = left.layout.yaxis.range
        drawn = np.concatenate([trace.y for figure in (left, right) for trace in figure.data])
        assert low < min(0.0, np.nanmin(drawn))
        assert high > np.nanmax(drawn)


def test_each_foot_has_a_figure_of_its_own_beside_the_other(squat: Analysis) -> None:
    said = str(squat_view(squat, "x", "light"))
    for foot in ("Left foot", "Right foot"):
        assert said.count(f"H3('{foot}')") == 3  # over the course, against depth and against force
    assert said.count("className='two-feet'") == 3


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
    assert "No repetition was counted" in str(walk.content)
    assert page_view(store, "/squat/0123456789abcdef", "light").title == "Not found"


def test_an_empty_folder_offers_the_next_step(tmp_path: Path) -> None:
    shown = page_view(TrialStore(tmp_path, Settings()), "/squat/", "light")
    assert "/live" in str(shown.content)


def straight_leg(analysis: Analysis, side: Side = Side.LEFT) -> KneeCourse:
    """A knee whose angle is ten times the time, at half the rate of the mat."""
    time_s = analysis.trial.pressure.time_s[::2]
    nothing = np.full(len(time_s), np.nan)
    return KneeCourse(side, time_s, 10.0 * time_s, nothing, nothing, nothing, 0)


def test_the_knee_is_brought_to_the_same_course_as_the_foot(squat: Analysis) -> None:
    known = three_known(squat)
    found = knees_overlaid(known, straight_leg(known))
    time_s = known.trial.pressure.time_s
    assert found.numbers == (0, 1, 2)
    for curve, (start, stop) in zip(found.curves, ((0, 11), (11, 32), (32, 63)), strict=True):
        np.testing.assert_allclose(curve, 10 * np.linspace(time_s[start], time_s[stop - 1], 101), atol=1e-9)
    figure = knee_over_time(known, [straight_leg(known), straight_leg(known, Side.RIGHT)])
    assert [len(each.data) for each in figure.values()] == [3 + 2, 3 + 2]
    assert "valgus" in figure[Side.RIGHT].layout.yaxis.title.text


def test_the_way_down_and_the_way_up_have_means_of_their_own(squat: Analysis) -> None:
    """Down to 100 mm the shift is 1 %, up again 3 %."""
    n, down = squat.trial.pressure.n_frames, np.linspace(0.0, 100.0, 21)
    shift, depth = np.zeros(n), np.zeros(n)
    repetitions = [Repetition(number, 50 * number, 50 * number + 41) for number in range(3)]
    for each in repetitions:
        depth[each.start : each.stop] = [*down, *down[-2::-1]]
        shift[each.start : each.stop] = [1.0] * 21 + [3.0] * 20
    foot = MedialShift(Side.LEFT, squat.trial.pressure.time_s, shift, np.full(n, 50.0), 90.0, 0.0)
    analysis = replace(squat, repetitions=tuple(repetitions), shifts={Side.LEFT: foot}, depth_mm=depth)
    means = [trace for trace in shift_over_depth(analysis)[Side.LEFT].data if "mean" in trace.name]
    assert len(means) == 2
    assert means[0].y == pytest.approx(1.0)
    np.testing.assert_allclose(means[1].y[means[1].x < 95], 3.0)  # the turn itself belongs to both ways
    over_force = shift_over_force(analysis, {Side.LEFT: 5 * depth})[Side.LEFT]
    assert max(over_force.data[0].x) == pytest.approx(500.0)
    assert over_force.layout.xaxis.title.text == "force of the foot (N)"


def test_a_landing_is_followed_for_a_quarter_of_a_second_from_touchdown(squat: Analysis) -> None:
    trial = squat.trial.changed(task=Task.DROP_LANDING)
    landing = Repetition(0, 100, 400, {"impact": (100, 110), "after": (110, 400)})
    analysis = replace(squat, trial=trial, repetitions=(landing,))
    start, stop = span(analysis, landing)
    time_s = trial.pressure.time_s
    assert start == 100
    assert time_s[stop - 1] - time_s[start] == pytest.approx(0.25, abs=trial.pressure.frame_s)
    assert course_of(analysis).places[-1] == 250.0
    assert "touchdown" in shift_over_time(analysis)[Side.LEFT].layout.xaxis.title.text


def test_every_counted_repetition_has_a_picture_of_its_own_on_one_scale(squat: Analysis) -> None:
    known = three_known(squat)
    figures = each_repetition(known, [straight_leg(known)])
    assert list(figures) == [0, 1, 2]
    assert len({tuple(figure.layout.yaxis.range) for figure in figures.values()}) == 1
    assert [len(figure.data) for figure in figures.values()] == [2, 2, 2]
    assert figures[2].data[0].y[-1] == pytest.approx(6.0)
    assert each_repetition(replace(known, shifts={}), []) == {}


def test_left_against_right_is_drawn_from_the_findings_themselves() -> None:
    found = [
        Finding(
            "force_asymmetry",
            "Force, asymmetry",
            value,
            "%",
            repetition=number,
            reason="None." if np.isnan(value) else "",
        )
        for number, value in enumerate((4.0, float("nan"), -2.0))
    ]
    analysis = SimpleNamespace(findings=(*found, Finding("force", "Force", 1.0, "N", repetition=0)))
    kept = differences(analysis)  # type: ignore[arg-type]
    (line,) = asymmetry_of_repetitions(kept).data
    assert list(line.x) == [1, 3]
    assert list(line.y) == [4.0, -2.0]


@pytest.mark.parametrize("name", ["barefoot_squat_plates.h5", "barefoot_drop_landing_mat.mcap"])
def test_plates_and_landings_have_their_page_with_everything_that_is_known(name: str, tmp_path: Path) -> None:
    shutil.copy(STUDY / name, tmp_path)
    with closing(TrialStore(tmp_path, Settings())) as store:
        listed = str(page_view(store, "/squat/", "light").content)
        assert f"/squat/{trial_id(name)}" in listed
        said = str(page_view(store, f"/squat/{trial_id(name)}", "light").content)
    assert "Every repetition" in said
    assert "Left against right" in said
    assert ("Knee angle" in said) == name.endswith("plates.h5")
