from math import sqrt

import pytest
from decision_people import finding, repeated

from footload.decision.assess import assess
from footload.decision.confirmation import change_line, judge_trial
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.tables import protocol_table, rule_table
from footload.trials import Side

SHIFT = "cop_medial_shift_at_depth"
SITE = SiteNorms.model_validate({"site": "Lab A", "norms": {SHIFT: {"mean": 2, "sd": 3, "n": 60, "sem": 1.0}}})
LEAST = 1.96 * sqrt(2) / sqrt(5)  # of the mean of 5 repetitions with a SEM of 1 %: 1.2396


def squats(left: float, right: float | None = None, n: int = 5):
    return repeated(SHIFT, left, right, n=n)


def judged(before, after, norms=SITE, clinical=None, option="O2"):
    return judge_trial(option, before, after, norms, clinical)


def test_a_shift_that_falls_beyond_the_sites_error_keeps_the_option():
    result = judged(squats(6.0), squats(4.0))

    assert result.decision == "kept"
    (change,) = result.changes
    assert (change.without, change.with_it, change.difference) == pytest.approx((6.0, 4.0, -2.0))
    assert change.minimal_change == pytest.approx(LEAST)
    assert change.verdict == "falls"
    assert "size and interval are not known" in change.predicted
    assert "least change that counts 1.2, SEM of Lab A" in result.reasons[0]


@pytest.mark.parametrize(("after", "decision"), [(6 - 0.99 * LEAST, "dropped"), (6 - 1.01 * LEAST, "kept")])
def test_what_counts_is_1_96_root_2_sem_over_root_k(after: float, decision: str):
    assert judged(squats(6.0), squats(after)).decision == decision


def test_fewer_repetitions_on_one_side_need_a_larger_change():
    result = judged(squats(6.0, n=5), squats(4.0, n=20))

    assert result.changes[0].minimal_change == pytest.approx(1.96 * sqrt(1 / 5 + 1 / 20))


def test_a_change_within_error_is_no_reason_to_keep():
    result = judged(squats(6.0), squats(5.5))

    assert result.decision == "dropped"
    assert "no change beyond error" in result.reasons[0]


def test_the_wrong_way_on_one_foot_drops_it_although_the_other_fell():
    result = judged(squats(6.0, 3.0), squats(3.0, 6.0))

    assert result.decision == "dropped"
    assert "the wrong way" in result.reasons[0]
    assert {change.side: change.verdict for change in result.changes} == {"left": "falls", "right": "rises"}


def test_mirrored_feet_get_mirrored_answers():
    one, other = judged(squats(6.0, 3.0), squats(3.0, 3.1)), judged(squats(3.0, 6.0), squats(3.1, 3.0))

    assert one.decision == other.decision == "kept"
    assert one.changes[0].difference == other.changes[1].difference


@pytest.mark.parametrize(
    ("given", "reason"),
    [({"comfort_change_mm": -10}, "Comfort fell by 10 mm"), ({"device_worsens": True}, "got worse")],
)
def test_what_gets_worse_drops_it_whatever_the_shift_does(given: dict[str, object], reason: str):
    result = judged(squats(6.0), squats(1.0), clinical=ClinicalInputs.model_validate(given))

    assert result.decision == "dropped"
    assert reason in result.reasons[0]


def test_too_few_repetitions_decide_nothing():
    result = judged(squats(6.0, n=4), squats(1.0, n=5))

    assert result.decision == "not decided"
    assert "5 squats are needed each; valid: left 4 and 5" in result.reasons[0]


def test_what_was_not_measured_decides_nothing():
    assert judged([], squats(1.0)).decision == "not decided"
    assert judged(squats(1.0), repeated(SHIFT, right=1.0, n=5)).decision == "not decided"


def test_without_a_sites_error_the_spread_of_the_repetitions_stands_in_and_says_so():
    before = [finding(SHIFT, value, Side.LEFT) for value in (5, 6, 7, 6, 6)]  # SD 0.7071
    after = [finding(SHIFT, value, Side.LEFT) for value in (3, 4, 5, 4, 4)]
    result = judged(before, after, SiteNorms())

    assert result.decision == "kept"
    assert result.changes[0].minimal_change == pytest.approx(1.96 * sqrt(0.5) * sqrt(2 / 5))
    assert "error between sessions not in it" in result.changes[0].error_from


def test_repetitions_without_any_spread_know_no_error():
    result = judged(squats(6.0), squats(1.0), SiteNorms())

    assert result.decision == "not decided"
    assert result.changes[0].minimal_change is None
    assert "no error of measurement is known" in result.reasons[0]


def test_an_option_judged_by_comfort_asks_for_it():
    kept = ClinicalInputs.model_validate({"comfort_change_mm": 12})
    less = ClinicalInputs.model_validate({"comfort_change_mm": 5})

    assert judged([], [], option="O4").decision == "not decided"
    assert judged([], [], option="O4", clinical=kept).decision == "kept"
    assert judged([], [], option="O4", clinical=less).decision == "dropped"


def test_pressure_that_must_not_rise_drops_an_option():
    norms = SiteNorms.model_validate({"norms": {"peak_pressure": {"mean": 300, "sd": 50, "n": 20, "sem": 20}}})
    kept = ClinicalInputs.model_validate({"comfort_change_mm": 12})
    result = judged(repeated("peak_pressure", 300, n=30), repeated("peak_pressure", 340, n=30), norms, kept, "O4")

    assert result.decision == "dropped"
    assert "it must not rise" in result.reasons[0]


def test_a_region_is_compared_with_the_same_region():
    def forefoot(value: float):
        return [finding("peak_pressure", value, Side.LEFT, region="forefoot") for _ in range(30)]

    norms = SiteNorms.model_validate({"norms": {"forefoot_peak_pressure": {"mean": 300, "sd": 50, "n": 20, "sem": 20}}})

    assert judged(forefoot(400), forefoot(350), norms, option="O8").decision == "kept"


def test_what_was_expected_and_not_measured_is_listed():
    result = judged(squats(6.0), squats(4.0))

    assert [line.measure for line in result.not_measured][:2] == ["peak rearfoot eversion"] * 2
    assert all(line.citations for line in result.not_measured)


def test_an_unknown_option_names_those_there_are():
    with pytest.raises(KeyError, match="'O1' is no option with a trial; those are O2"):
        judge_trial("O1", [], [])


def test_an_expected_change_says_its_interval_or_that_there_is_none():
    rules = {rule.id: rule for rule in rule_table().rules}
    lines = [change_line(change).text for change in rules["O2"].changes]

    assert lines[0] == (
        "peak rearfoot eversion: falls, -0.32 to -0.26 deg (derived) (range over the series of doses, 0.13 to 0.16 "
        "degrees per degree of post); trial post of 2 degrees, walking, 24 adults, n = 24; certainty low"
    )
    assert "falls, -1.21 deg (no interval was published)" in lines[2]
    assert "-1.98 deg, -2.99 to -0.97 deg" in lines[3]
    assert lines[-1].startswith("unwanted: external knee adduction moment: rises")
    assert "falls, 0.55 hazard ratio, 0.36 to 0.85 hazard ratio" in change_line(rules["O12"].changes[0]).text


@pytest.mark.parametrize("rule", [rule for rule in rule_table().rules if rule.trial], ids=lambda rule: rule.id)
def test_every_trial_names_a_protocol_and_measures_that_the_decision_reads(rule):
    from footload.decision.tables import input_table

    design = rule.trial
    assert design.protocol in {one.id for one in protocol_table().protocols}
    for name in (design.primary, *design.guards, *design.shown):
        assert input_table().row(name)
    assert {change.finding for change in rule.changes} - {""} <= {row.name for row in input_table().findings}


def test_an_option_states_the_least_change_that_counts_at_this_site():
    clinical = ClinicalInputs.model_validate({"wblt_cm": {"left": 7}, "heel_lift_improves_squat": True})
    known = next(one for one in assess([], clinical, SITE).options if one.id == "O11").trial
    unknown = next(one for one in assess([], clinical).options if one.id == "O11").trial

    assert known is not None
    assert unknown is not None
    assert known.minimal_change == pytest.approx(LEAST)
    assert "1.2 % (1.96·√2·SEM/√k with the SEM of Lab A, 1)" in known.text
    assert unknown.minimal_change is None
    assert "not known until this site has measured its SEM" in unknown.text
    assert known.text.startswith(
        "Squat test, 5 squats flat and as many on a 5 cm heel lift, order randomised, 2 minutes"
    )
