"""Conditions side by side: what may be compared, what an address means, pictures known by hand, the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dash import html
from plotly.utils import PlotlyJSONEncoder

from dashboard.comparisons import FootPrints, analyses_of, compared, mean_prints, tried
from dashboard.components.comparison import comparison_view, how_read
from dashboard.conditions import ConditionSet, choice_of, condition_sets
from dashboard.figures.compare import curves_with_bands, gait_lines, prints_over_each_other, spread_of
from dashboard.figures.scales import same_scale
from dashboard.pages.compare import compared_beside, compared_view, sets_view
from dashboard.pages.compare_parts import PARTS
from dashboard.pages.routes import page_view
from dashboard.settings import Settings
from dashboard.store import Listing, TrialEntry, TrialStore, TrialSummary
from footload.analysis import Analysis
from footload.decision.inputs import ClinicalInputs
from footload.decision.tables import referral_table
from footload.findings import Finding
from footload.trials import Condition, Participant, Side

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"


def entry(name: str, participant: str, condition: str, task: str = "squat", what: str = "pressure") -> TrialEntry:
    summary = TrialSummary(name, task, condition, participant, f"1 {what} recording", 10.0)
    return TrialEntry(name, name, 10, 0.0, trial=summary)


def sets_of(*entries: TrialEntry) -> tuple[ConditionSet, ...]:
    return condition_sets(Listing(entries))


def words(part: Any) -> str:
    if isinstance(part, list | tuple):
        return " ".join(words(item) for item in part)
    if hasattr(part, "to_plotly_json"):
        return words(getattr(part, "children", None))
    return "" if part is None else str(part)


def test_only_one_person_one_task_and_one_kind_of_device_stand_side_by_side() -> None:
    found = sets_of(
        entry("a", "P1", "barefoot"),
        entry("b", "P1", "shoe"),
        entry("c", "P1", "shoe"),
        entry("d", "P2", "shoe"),
        entry("e", "P1", "wedge", what="force plate"),
        entry("f", "P1", "wedge", task="walking"),
        entry("g", "", "wedge"),
        entry("h", "", "shoe"),
    )
    assert [(one.participant, one.task) for one in found] == [("P1", "squat")]
    assert [(group.name, [name for _, name in group.trials]) for group in found[0].groups] == [
        ("barefoot", ["a"]),
        ("shoe", ["b", "c"]),
    ]
    assert "P1" not in found[0].id


def test_an_address_keeps_conditions_their_order_and_the_option() -> None:
    (one,) = sets_of(*(entry(name, "P1", name) for name in "abcde"))
    a, b, c, d, e = (group.id for group in one.groups)
    assert [group.id for group in choice_of([one], one.id).groups] == [a, b, c, d]
    chosen = choice_of([one], f"{one.id}/{c},{a}/O2")
    assert [group.name for group in chosen.groups] == ["c", "a"]
    assert chosen.option == "O2"
    assert chosen.path == f"{one.id}/{c},{a}/O2"
    for rest in (f"{one.id}/{a}", f"{one.id}/{a},{a}", f"{one.id}/{','.join((a, b, c, d, e))}"):
        with pytest.raises(KeyError, match="two to 4"):
            choice_of([one], rest)
    for rest in ("nothing", f"{one.id}/{a},zzz", f"{one.id}/{a},{b}/O99"):
        with pytest.raises(KeyError):
            choice_of([one], rest)


def test_a_mean_and_its_band_are_those_of_the_curves() -> None:
    curves = np.array([[1.0, 2.0], [3.0, 2.0], [5.0, np.nan]])
    found = spread_of(curves)
    np.testing.assert_allclose(found.mean, [3.0, 2.0])
    np.testing.assert_allclose(found.sd, [2.0, np.nan])  # two known values have no band


def test_two_curves_have_no_band_and_three_have_one() -> None:
    one = np.zeros((3, 101))
    figure = curves_with_bands([one, one[:2]], ["shoe", "wedge"], x_title="x", y_title="y")
    assert [trace.name for trace in figure.data] == ["one standard deviation", "shoe", "wedge"]
    assert figure.data[1].line.dash != figure.data[2].line.dash


def test_the_difference_is_drawn_from_the_first_condition() -> None:
    first, second = np.zeros((4, 3)), np.zeros((4, 3))
    first[1, 1], second[1, 1], second[2, 2] = 10.0, 4.0, 3.0
    figure = prints_over_each_other(FootPrints(Side.LEFT, (first, second), (1, 1), (5.0, 7.0), "kPa"), ["a", "b"])
    assert len(figure.data) == 3
    assert figure.data[2].z[1][1] == pytest.approx(-6.0)
    assert figure.data[2].z[2][2] == pytest.approx(3.0)
    assert (figure.layout.coloraxis2.cmin, figure.layout.coloraxis2.cmax) == (-6.0, 6.0)
    assert figure.layout.coloraxis.cmax == 10.0
    assert figure.data[0].x[1] - figure.data[0].x[0] == 5.0
    assert figure.data[0].y[1] - figure.data[0].y[0] == 7.0


def test_a_condition_named_like_a_tag_stays_text_in_a_figure() -> None:
    image = np.ones((4, 3))
    prints = FootPrints(Side.LEFT, (image, image), (1, 1), (5.0, 5.0), "kPa")
    figure = prints_over_each_other(prints, ["a", "<a href='https://example.org'>b</a>"])
    assert "<a" not in str(figure.to_dict())


def test_both_feet_have_one_scale() -> None:
    small, large = (gait_lines([(np.full((1, 101), x), np.full((1, 101), 2 * x))], ["a"]) for x in (1.0, 5.0))
    one, other = same_scale({Side.LEFT: small, Side.RIGHT: large}).values()
    assert tuple(one.layout.xaxis.range) == tuple(other.layout.xaxis.range) == pytest.approx((0.8, 5.2))
    assert small.layout.xaxis.range is None


def in_condition(walk: Analysis, name: str, load: float = 1.0) -> Analysis:
    findings = tuple(replace(each, value=each.value * load) for each in walk.findings)
    trial = walk.trial.changed(condition=Condition(name), participant=Participant("P1"))
    return replace(walk, trial=trial, findings=findings)


def test_the_same_footprint_twice_differs_by_nothing(walk: Analysis) -> None:
    found = mean_prints([[walk], [walk]], Side.LEFT)
    assert found is not None
    assert found.n == (1, 1)
    assert np.abs(found.means[0] - found.means[1]).max() < 1e-6 * found.means[0].max()
    assert mean_prints([[walk], [replace(walk, contacts=())]], Side.LEFT) is None


def test_one_value_each_is_said_to_tell_nothing(walk: Analysis) -> None:
    found = compared([in_condition(walk, "barefoot")], [in_condition(walk, "shoe", 2.0)])
    said = words(comparison_view(found, ("barefoot", "shoe")))
    assert "cannot be told" in said
    assert "needs two values each" in said
    assert "no error of measurement is known" in how_read(found)


def test_a_difference_beyond_error_is_marked_and_one_within_it_is_folded(walk: Analysis) -> None:
    def trial(name: str, force: float, area: float) -> Analysis:
        place = {"side": Side.LEFT, "repetition": 0}
        values = [("peak_force", "Peak force", force, "N"), ("contact_area", "Contact area", area, "cm2")]
        findings = tuple(
            Finding(metric, label, value + step, unit, **{**place, "repetition": n})
            for metric, label, value, unit in values
            for n, step in enumerate((-1.0, 0.0, 1.0))
        )
        return replace(in_condition(walk, name), findings=findings, contacts=())

    found = compared([trial("barefoot", 100, 50)], [trial("shoe", 140, 50.1)])
    told = comparison_view(found, ("barefoot", "shoe"))
    said = words(told)
    assert (
        said.index("Peak force") < said.index("beyond", said.index("Peak force")) < said.index("Within error, or not")
    )
    assert said.index("Contact area") > said.index("Within error, or not")
    assert "+40.0" in said
    # Each mean of three with SD 1: least change 1.96 sqrt(1/3 + 1/3).
    assert "1.60" in said


def test_nothing_to_compare_offers_the_next_step() -> None:
    said = str(sets_view((), Listing((entry("g", "", "wedge"),))))
    assert "/live" in said
    assert "1 trial(s) name no participant" in said


@pytest.fixture(scope="module")
def study() -> Iterator[TrialStore]:
    store = TrialStore(STUDY, Settings(listing_s=60.0))
    yield store
    store.close()


@pytest.fixture(scope="module")
def squats(study: TrialStore) -> ConditionSet:
    sets = condition_sets(study.listing())
    return next(one for one in sets if one.task == "squat" and "pressure" in one.device)


def test_the_wedge_of_the_sample_lowers_the_medial_shift_and_is_kept(study: TrialStore, squats: ConditionSet) -> None:
    _, shoe, wedge = (group.id for group in squats.groups)
    shown = compared_view(study, f"{squats.id}/{shoe},{wedge}/O2", "light")
    said = words(shown.content)
    assert shown.title == "Compare: P01, squat"
    assert "shoe with medial wedge against shoe" in said
    assert "CoP medial shift at depth" in said
    assert "kept" in said
    assert "No change of comfort is entered" in said
    names = {str(one.id["name"]) for one in shown.content._traverse() if isinstance(getattr(one, "id", None), dict)}
    assert names == {f"{kind}-{side}" for kind in ("mean-prints", "condition-curves") for side in ("left", "right")}


def test_the_page_stands_at_once_and_says_what_is_being_worked_out(study: TrialStore, squats: ConditionSet) -> None:
    analyzed = len(study._analyses)
    shown = page_view(study, f"/compare/{squats.id}", "light")
    assert (shown.title, shown.about) == ("Compare: P01, squat", "P01")
    assert "3 trial(s) in 3 conditions are laid over each other" in words(shown.content)
    assert len(study._analyses) == analyzed
    assert page_view(study, f"/compare/{squats.id}/nothing", "light").title == "Not found"


def test_thousands_of_cells_travel_as_a_few_components(study: TrialStore, squats: ConditionSet) -> None:
    rest = f"{squats.id}/{','.join(group.id for group in squats.groups)}"
    whole = compared_view(study, rest, "light").content
    few = html.Div([compared_beside(study, rest, "light", part) for part in PARTS])
    assert sum(1 for _ in whole._traverse()) > 2000
    assert sum(1 for _ in few._traverse()) < 300
    said = " ".join(str(getattr(part, "data-still", "")) for part in few._traverse())
    assert "CoP medial shift at depth" in said


def test_the_parts_of_a_comparison_are_the_whole_of_it_in_the_order_of_the_page(
    study: TrialStore, squats: ConditionSet
) -> None:
    _, shoe, wedge = (group.id for group in squats.groups)
    rest = f"{squats.id}/{shoe},{wedge}/O2"
    apart = [compared_view(study, rest, "light", part).content.children for part in PARTS]
    whole = compared_view(study, rest, "light").content.children
    as_text = [json.dumps(each, cls=PlotlyJSONEncoder) for part in apart for each in part]
    assert as_text == [json.dumps(each, cls=PlotlyJSONEncoder) for each in whole]
    assert [bool(part) for part in apart] == [True, True, True]
    heads = [words(part) for part in apart]
    assert "Mean footprints" in heads[0]
    assert "Medial shift" in heads[1]
    assert "Predicted against measured" in heads[2]


def test_the_same_analyses_are_compared_once(walk: Analysis) -> None:
    first, other = in_condition(walk, "barefoot"), in_condition(walk, "shoe", 2.0)
    assert compared([first], [other]) is compared([first], [other])
    assert compared([other], [first]) is not compared([first], [other])
    again = mean_prints([[first], [other]], Side.LEFT)
    assert mean_prints([[first], [other]], Side.LEFT) is again
    assert mean_prints([[first], [in_condition(walk, "shoe")]], Side.LEFT) is not again


def test_entered_comfort_is_shown_and_a_closed_gate_judges_nothing(study: TrialStore, squats: ConditionSet) -> None:
    _, shoe, wedge = squats.groups
    choice = choice_of([squats], f"{squats.id}/{shoe.id},{wedge.id}/O2")
    key = wedge.trials[0][0]
    without, with_it = analyses_of(study, choice)
    try:
        study.enter(key, ClinicalInputs(comfort_change_mm=-20))
        found = tried(study, choice, wedge, (without, with_it))
        assert found.comfort_mm == -20
        assert found.result is not None
        assert found.result.decision == "dropped"
        study.enter(key, ClinicalInputs(red_flags=(referral_table().red_flags[0].id,)))
        found = tried(study, choice, wedge, (without, with_it))
        assert found.result is None
        assert "red flag" in found.why_not
    finally:
        study.enter(key, ClinicalInputs())
