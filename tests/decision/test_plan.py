"""The correction plan: order, dates, what holds it, and what is forbidden."""

import pytest

from footload.decision.assess import assess
from footload.decision.conditions import Condition
from footload.decision.inputs import ClinicalInputs
from footload.decision.plan import Plan
from footload.decision.tables import drill_table, rule_table


def plan(**given: object) -> Plan:
    found = assess([], ClinicalInputs.model_validate(given)).plan
    assert found is not None
    return found


def test_without_any_finding_every_drill_waits_for_its_test():
    found = plan()

    assert {step.stage for step in found.steps} == {"not tested"}
    assert len(found.steps) == len(drill_table().drills) == 23


def test_the_surer_factor_comes_first_and_overload_last_of_what_was_found():
    found = plan(trendelenburg_sign=True, cue_improves_squat=True, wblt_cm={"left": 7, "right": 7})
    first = [step.id for step in found.steps if step.stage == "from the findings"]

    assert first == [
        "wall_calf_stretch",  # moderate
        "incline_calf_stretch",
        "ankle_mobilisation",
        "form_cue",  # low
        "slow_mirror",
        "clamshell",  # contradictory
        "side_lying_leg_raise",
        "banded_lateral_walk",
        "side_bridge",
        "progressive_overload",
    ]


def test_the_order_follows_the_person():
    stiff = plan(wblt_cm={"left": 7}, heel_lift_improves_squat=True)
    cued = plan(cue_improves_squat=True)

    assert stiff.steps[0].id == "wall_calf_stretch"
    assert cued.steps[0].id == "form_cue"


def test_a_drill_whose_factor_the_data_speak_against_is_left_out_with_the_reason():
    found = plan(ober_test_positive=False)

    (line,) = found.left_out
    assert line.id == "foam_roll_lateral_thigh"
    assert line.sources == ("ober_test_positive",)
    assert "Ober test positive" in line.why[0]


def test_additions_are_marked_and_are_the_three_gaps_of_the_article():
    assert [step.id for step in plan().steps if step.addition] == [
        "side_bridge",
        "load_planning",
        "hip_rotation_mobility",
    ]


def test_dates_of_the_retest_come_from_the_day_that_was_entered():
    retest = plan(assessed_on="2026-12-30", wblt_cm={"left": 7, "right": 7}).retest

    assert retest is not None
    assert (retest.earliest, retest.latest) == ("2027-02-10", "2027-02-24")
    assert retest.text.startswith("Measure again between 2027-02-10 and 2027-02-24, 6 to 8 weeks after")
    assert any(test.startswith("Lunge test") and "counts from 1.9 cm (derived)" in test for test in retest.tests)


def test_without_a_day_there_is_no_date_and_no_clock():
    retest = plan().retest

    assert retest is not None
    assert (retest.earliest, retest.latest) == (None, None)
    assert "enter the day of the assessment for the dates" in retest.text
    assert retest.tests[0].startswith("Squat test")


def test_an_operation_holds_the_plan():
    held = plan(months_since_surgery=5.9)

    assert [line.id for line in held.held] == ["plan"]
    assert "belongs to who treats it" in held.held[0].text
    assert (held.steps, held.notes, held.retest) == ((), (), None)
    assert plan(months_since_surgery=6).steps


@pytest.mark.parametrize(("pain", "warned"), [(3, False), (3.5, True)])
def test_pain_above_the_stop_rule_comes_first(pain: float, warned: bool):
    assert (plan(pain_now=pain).notes[0].id == "pain_now") is warned
    assert "exceeds 3 of 10" in next(line for line in plan().notes if line.id == "pain").text


def answer(condition: Condition) -> dict[str, object]:
    """The simplest person for whom a condition holds; of a group its first part, or all of them."""
    if condition.all:
        return {name: value for part in condition.all for name, value in answer(part).items()}
    if condition.any:
        return answer(condition.any[0])
    if condition.op == "is":
        return {condition.fact: condition.value}
    assert isinstance(condition.value, float | int)
    beyond = condition.value + (1 if ">" in condition.op else -1)
    for how in ("_lowest", "_highest"):
        if condition.fact.endswith(how):
            return {condition.fact.removesuffix(how): {"left": beyond, "right": beyond}}
    return {condition.fact: beyond}


DRILL_FORBIDS = [(drill, one) for drill in drill_table().drills for one in drill.contraindications]


@pytest.mark.parametrize(("drill", "one"), DRILL_FORBIDS, ids=[f"{d.id}: {c.text[:30]}" for d, c in DRILL_FORBIDS])
def test_every_contraindication_of_a_drill_withholds_it(drill, one):
    result = assess([], ClinicalInputs.model_validate(answer(one.condition)))
    if result.gate_closed:  # neuropathy forbids everything
        assert result.plan is None
        return

    assert result.plan is not None
    line = next(line for line in result.plan.withheld if line.id == drill.id)
    assert one.text in line.text
    assert line.sources
    assert drill.id not in {step.id for step in result.plan.steps}


RULE_FORBIDS = [(rule, one) for rule in rule_table().rules for one in rule.contraindications]


@pytest.mark.parametrize(("rule", "one"), RULE_FORBIDS, ids=[f"{r.id}: {c.text[:30]}" for r, c in RULE_FORBIDS])
def test_every_contraindication_of_an_option_withholds_it(rule, one):
    example = next(example for example in rule.examples if example.expect == "considered")
    from decision_people import repeated

    from footload.decision.inputs import SiteNorms

    findings = [f for metric, sides in example.findings.items() for f in repeated(metric, **sides)]
    clinical = ClinicalInputs.model_validate({**example.clinical, **answer(one.condition)})
    result = assess(findings, clinical, SiteNorms.model_validate({"norms": example.norms}))

    assert rule.id not in {option.id for option in result.options}
    if rule.id == "O9" or not set(answer(one.condition)) & set(example.clinical):
        assert one.text in next(line for line in result.withheld if line.id == rule.id).text


def test_no_step_prescribes_without_a_dose_a_gate_and_a_stop():
    for step in plan().steps:
        assert step.doses
        assert step.gate
        assert step.stop
        assert step.evidence


def test_numbers_from_memory_carry_their_mark():
    steps = {step.id: step for step in plan().steps}

    assert steps["hip_thrust"].doses == ("3 x 8 to 12, loaded (unverified)",)
    assert steps["clamshell"].doses == ("3 x 12 (project proposal)",)
    assert any(line.id == "strength" and line.text.endswith("(unverified)") for line in plan().notes)
