"""Screening tests: two conditions of one person, the difference by hand, and no claim beyond the source."""

from math import sqrt

import numpy as np
import pytest
from decision_people import finding
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from footload.analysis import Analysis
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.protocols import protocol
from footload.decision.screening import ScreeningResult, screen
from footload.decision.screening_plan import plan_screening, screening_test
from footload.decision.screening_schemas import ScreeningTest
from footload.decision.screening_telling import told_of_plan, told_of_screening
from footload.decision.selection import MixedTrialsError
from footload.decision.tables import protocol_table, screening_table
from footload.metrics.registry import metrics
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Condition, Participant, Side, Task, Trial

SHIFT, KNEE = "cop_medial_shift_at_depth", "knee_projection_at_depth"
A, B = [6.0, 5.0, 7.0, 6.0, 6.0], [3.0, 4.0, 2.0, 3.0, 3.0]
MAT = PressureRecording(np.arange(2.0), np.zeros((2, 4)), SensorLayout.rectangle(2, 2, 5.0))
SITE = SiteNorms.model_validate({"site": "Lab A", "norms": {SHIFT: {"mean": 2, "sd": 3, "n": 60, "sem": 0.7}}})
VERDICTS = ("falls", "rises", "within error", "not known")


def trial(
    values: list[float],
    condition: str = "",
    *,
    metric: str = SHIFT,
    side: Side = Side.LEFT,
    task: Task = Task.SQUAT,
    person: str = "P1",
    source: str = "mat",
    depth_mm: float = 350,
    sha: str = "",
) -> Analysis:
    made = Trial(
        "squats",
        (MAT,),
        task,
        condition=Condition(condition, footwear=""),
        participant=Participant(person),
        source_sha256=sha,
    )
    found = [finding(metric, value, side, repetition=i, source=source) for i, value in enumerate(values)]
    depths = [finding("squat_depth", depth_mm, None, repetition=i, source=source) for i in range(len(values))]
    return Analysis(made, (), (), (*found, *depths))


def wedge(a: list[float], b: list[float], norms: SiteNorms | None = None) -> ScreeningResult:
    return screen("wedge", [trial(a, "shoe")], [trial(b, "shoe with wedge")], norms)


def test_a_difference_by_hand():
    """Both spreads are sqrt(0.5); means 6 and 3; Welch has 8 degrees of freedom, whose t is 2.306."""
    (change,) = wedge(A, B).changes

    assert (change.without, change.with_it, change.difference) == (6.0, 3.0, -3.0)
    assert change.minimal_change == pytest.approx(1.96 * sqrt(0.5) * sqrt(2 / 5))
    half = 2.306 * sqrt(0.5 * 2 / 5)
    assert (change.low, change.high) == pytest.approx((-3 - half, -3 + half), abs=1e-3)
    assert change.pairing == "repetitions not paired"


def test_a_fall_beyond_error_says_what_the_source_says_and_what_could_be_entered():
    result = wedge(A, B, SITE)

    assert (result.outcome, result.answers, result.answer) == ("falls", "medial_shift_falls_with_trial_post", True)
    assert (result.a, result.b) == ("shoe", "shoe with wedge")
    assert any("in this task and today" in said.text for said in result.says)
    assert any("lowers the lever of the external knee abduction moment" in said.text for said in result.says)
    assert result.statement == "Not validated. Not a diagnosis. Does not predict injury."


@pytest.mark.parametrize(
    ("b", "outcome", "answer"),
    [([6.1, 5.0, 7.2, 6.0, 6.0], "within error", False), ([9.0, 8.0, 9.5, 9.0, 9.0], "rises", False)],
)
def test_no_fall_is_an_answer_too(b: list[float], outcome: str, answer: bool):
    result = wedge(A, b, SITE)

    assert (result.outcome, result.answer) == (outcome, answer)


def test_without_the_sites_error_a_fall_is_a_fall_and_answers_nothing():
    result = wedge(A, B)

    assert (result.outcome, result.answer) == ("falls", None)
    assert "asks for this site's own error of measurement, which is not known" in result.reasons[-1]


def test_the_sites_own_error_goes_before_the_spread():
    norms = SiteNorms.model_validate({"site": "Lab A", "norms": {SHIFT: {"mean": 2, "sd": 3, "n": 60, "sem": 4.0}}})
    result = wedge(A, B, norms)

    assert result.changes[0].minimal_change == pytest.approx(1.96 * 4 * sqrt(2 / 5))
    assert result.outcome == "within error"


def test_three_sets_in_turns_are_paired_and_drift_cancels():
    """A and B drift together by 4 from set to set; the difference of each pair is exactly -1."""
    a = [trial([value] * 5, "shoe") for value in (2.0, 6.0, 10.0)]
    b = [trial([value - 1] * 5, "wedge") for value in (2.0, 6.0, 10.0)]
    (change,) = screen("wedge", a, b).changes

    assert change.pairing == "3 pairs of sets"
    assert (change.low, change.high) == (-1.0, -1.0)
    assert screen("wedge", a[:2], b[:2]).changes[0].pairing == "repetitions not paired"
    assert "from 3 sets each" in screen("wedge", a[:2], b[:2]).pairing


def test_too_few_repetitions_decide_nothing():
    result = wedge(A[:4], B)

    assert (result.outcome, result.answer) == ("not known", None)
    assert "5 repetitions are needed each; valid: left 4 and 5" in result.reasons[0]


def test_feet_that_go_opposite_ways_decide_nothing():
    a = [trial(A, "shoe"), trial(B, "shoe", side=Side.RIGHT)]
    b = [trial(B, "wedge"), trial(A, "wedge", side=Side.RIGHT)]
    result = screen("wedge", a, b)

    assert (result.outcome, result.answer) == ("not known", None)
    assert result.reasons[0] == "The two sides go opposite ways."


def test_mirrored_feet_get_mirrored_answers():
    left = wedge(A, B)
    right = screen("wedge", [trial(A, "shoe", side=Side.RIGHT)], [trial(B, "wedge", side=Side.RIGHT)])

    assert left.outcome == right.outcome
    assert left.changes[0].difference == right.changes[0].difference
    assert (left.changes[0].side, right.changes[0].side) == ("left", "right")


@pytest.mark.parametrize("name", ["heel_lift", "cue"])
def test_the_cop_does_not_answer_what_was_published_for_the_knee(name: str):
    by_cop = screen(name, [trial(A)], [trial(B)])
    by_knee = screen(name, [trial(A, metric=KNEE)], [trial(B, metric=KNEE)])

    assert by_cop.changes[0].verdict == "falls"
    assert (by_cop.outcome, by_cop.answer, by_cop.decided_by) == ("not known", None, "")
    assert any("the CoP does not answer" in said.text for said in by_cop.says)
    assert (by_knee.outcome, by_knee.answer, by_knee.decided_by) == ("falls", True, KNEE)


def test_an_origin_at_the_ankle_is_a_hypothesis_with_its_certainty():
    result = screen("heel_lift", [trial(A, metric=KNEE)], [trial(B, metric=KNEE)])
    (said,) = (one for one in result.says if "ankle is likely" in one.text)

    assert "hypothesis: validity 78 %, reliability 73 %, as quoted in a preprint" in said.text
    assert (said.certainty, said.citations) == ("very low", ("s82", "s83", "s91"))


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ([], [trial(B)], "A has 0 and B 1 trials"),
        ([trial(A)], [trial(B, person="P2")], "compare one person"),
        ([trial(A)], [trial(B, task=Task.WALKING)], "several tasks"),
        ([trial(A, "x"), trial(A, "y")], [trial(B)], "several conditions"),
        ([trial(A, task=Task.QUIET_STANCE)], [trial(B, task=Task.QUIET_STANCE)], "is done in one of squat"),
        ([trial(A, sha="1")], [trial(A, sha="1")], "same recording"),
    ],
)
def test_what_does_not_belong_together_is_refused(a: list[Analysis], b: list[Analysis], reason: str):
    with pytest.raises(MixedTrialsError, match=reason):
        screen("wedge", a, b)


@pytest.mark.parametrize(
    ("b", "note"),
    [
        (trial(B, "other", depth_mm=250), "The depth differs: 350 mm shoe, 250 mm other."),
        (trial(B, "other", source="plate"), "Not the same devices (mat; plate)"),
        (trial(B, "shoe"), "Both conditions are called 'shoe'"),
    ],
)
def test_what_makes_a_comparison_doubtful_is_said(b: Analysis, note: str):
    assert any(one.startswith(note) for one in screen("wedge", [trial(A, "shoe")], [b]).notes)
    assert not screen("wedge", [trial(A, "shoe")], [trial(B, "other")]).notes


@given(shift=st.floats(-5, 5), scale=st.floats(0.1, 10), seed=st.integers(0, 99))
def test_a_change_counts_beyond_the_error_of_the_means_and_not_within(shift: float, scale: float, seed: int):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, scale, 6), rng.normal(0, scale, 7) + shift
    (change,) = wedge(list(a), list(b)).changes
    pooled = sqrt((5 * a.var(ddof=1) + 6 * b.var(ddof=1)) / 11)
    least = 1.96 * pooled * sqrt(1 / 6 + 1 / 7)

    assert change.minimal_change == pytest.approx(least)
    expected = "within error" if abs(b.mean() - a.mean()) <= least else "falls" if b.mean() < a.mean() else "rises"
    assert change.verdict == expected


def test_every_test_is_a_protocol_with_its_question_and_says_something_for_each_outcome():
    inputs, known = ClinicalInputs.model_fields, set(metrics())
    for test in screening_table().tests:
        how = protocol(test.protocol)
        assert test.answers in inputs
        assert {said.when for said in test.says} >= set(VERDICTS)
        if test.variant:
            assert {variant.id: variant.answers for variant in how.variants}[test.variant] == test.answers
        assert all(protocol(other) for other in test.other_protocols)
    for group in screening_table().measures:
        assert set(group.knee) | set(group.foot) <= known
        assert set(group.tasks) <= {task.value for task in Task}


def test_a_test_that_is_silent_about_an_outcome_is_refused():
    stored = screening_test("wedge").model_dump()
    stored["says"] = [said for said in stored["says"] if said["when"] != "rises"]
    with pytest.raises(ValidationError, match="says nothing when its measure rises"):
        ScreeningTest.model_validate(stored)


def test_the_plan_draws_the_order_and_the_same_seed_draws_it_again():
    plan = plan_screening("heel_lift", 3)

    assert plan == plan_screening("heel_lift", 3)
    assert sorted(plan.order) == ["flat"] * 3 + ["on the lift"] * 3
    assert {plan_screening("heel_lift", seed).order[0] for seed in range(20)} == {"flat", "on the lift"}
    assert (plan.n_repetitions, plan.rest_min) == (5, protocol_table().washout_min)
    assert "5 valid repetitions each" in " ".join(text for _, text in told_of_plan(plan)[0].rows)


def test_an_unknown_test_is_named_with_those_there_are():
    with pytest.raises(KeyError, match="heel_lift, cue, wedge"):
        screening_test("orthotic")


def test_what_is_told_holds_the_fixed_line_the_numbers_and_every_source():
    told, sources = told_of_screening(wedge(A, B, SITE))
    text = " ".join(line for _, line in told.rows)

    assert "Not a diagnosis" in text
    assert "6 % shoe, 3 % shoe with wedge, -3 %" in text
    assert "medial_shift_falls_with_trial_post = true" in text
    assert {"s29", "s99", "s38"} <= {key for key, _ in sources.rows}
