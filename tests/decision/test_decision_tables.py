"""The evidence tables: cited, certain, reachable, and every rule does in its examples what it says."""

import pytest
from decision_people import repeated
from pydantic import ValidationError

from footload.decision.assess import SHOWN, assess
from footload.decision.chain import find_contributors
from footload.decision.conditions import Condition, Fact
from footload.decision.facts import label_of
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.options import consider
from footload.decision.plan import make_plan
from footload.decision.rule_schemas import Example, Rule, RuleTable
from footload.decision.schemas import SIDED, Claim, Table
from footload.decision.tables import (
    _known_facts,  # pyright: ignore[reportPrivateUsage]
    drill_table,
    input_table,
    kinetic_chain,
    knee_table,
    protocol_table,
    referral_table,
    rule_table,
    screening_table,
    sheet_table,
    size_table,
    tendency_model,
    unscored_table,
)
from footload.errors import EvidenceError
from footload.references import reference

TABLES = [
    tendency_model(),
    knee_table(),
    input_table(),
    rule_table(),
    referral_table(),
    unscored_table(),
    kinetic_chain(),
    drill_table(),
    protocol_table(),
    sheet_table(),
    screening_table(),
    size_table(),
]
EXAMPLES = [(rule, number) for rule in rule_table().rules for number in range(len(rule.examples))]


def claims(part: object):
    if isinstance(part, Claim):
        yield part
    if isinstance(part, Table):
        for field in type(part).model_fields:
            yield from claims(getattr(part, field))
    elif isinstance(part, tuple):
        for item in part:
            yield from claims(item)


def outcome(rule: Rule, example: Example) -> str:
    clinical = ClinicalInputs.model_validate(example.clinical)
    findings = [one for metric, sides in example.findings.items() for one in repeated(metric, **sides)]
    result = assess(findings, clinical, SiteNorms.model_validate({"norms": example.norms}))
    if rule.kind == "gate":
        unasked = any("not yet answered" in text for option in result.options for text in option.check_first)
        undecided = unasked or not result.options
        return "considered" if result.gate_closed else "undecided" if undecided else "silent"
    found = {
        "considered": [option.id for option in result.options],
        "undecided": [one.id for one in result.undecided],
        "withheld": [line.id for line in result.withheld],
    }
    return next((name for name, ids in found.items() if rule.id in ids), "silent")


@pytest.mark.parametrize(("rule", "number"), EXAMPLES, ids=[f"{rule.id}-{number}" for rule, number in EXAMPLES])
def test_every_rule_does_in_its_examples_what_they_say(rule: Rule, number: int):
    example = rule.examples[number]

    assert outcome(rule, example) == example.expect


def test_every_rule_can_be_reached():
    for rule in rule_table().rules:
        assert "considered" in {example.expect for example in rule.examples}


def test_every_contraindication_can_be_reached_by_facts_that_exist():
    known = input_table().facts
    for rule in rule_table().rules:
        for contraindication in rule.contraindications:
            assert set(contraindication.condition.facts) <= known


def test_there_are_fifteen_rules_and_the_first_is_the_safety_gate():
    rules = rule_table().rules

    assert [rule.id for rule in rules] == [f"O{number}" for number in range(15)]
    assert [rule.kind for rule in rules].index("gate") == 0


def test_every_option_states_expected_changes_and_the_trial_that_confirms_it():
    for rule in rule_table().rules:
        if rule.kind == "option":
            assert rule.changes
            assert rule.trial is not None
            assert all(change.interval for change in rule.changes)


def test_options_speak_of_considering_and_say_how_to_confirm():
    for rule in rule_table().rules:
        assert rule.confirm
        if rule.kind == "option":
            assert rule.to_settle


@pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table).__name__)
def test_every_claim_cites_sources_that_exist(table: Table):
    found = list(claims(table))

    assert found
    for claim in found:
        assert claim.citations
        assert all(reference(key).key == key for key in claim.citations)


MARKED = [claim for table in TABLES for claim in claims(table) if hasattr(claim, "mark")]


def test_what_is_cited_from_memory_alone_is_marked_so():
    for claim in MARKED:
        if not any(reference(key).verified for key in claim.citations):
            assert claim.mark.value in {"unverified", "project proposal"}, claim


def test_a_number_that_was_not_read_shows_its_mark_in_every_line_that_says_it():
    clinical = {"metatarsalgia": True, "central_forefoot_pressure": True, "device_considered": True, "symptoms": True}
    result = assess([], ClinicalInputs.model_validate(clinical | {"foot_length_mm": {"left": 255}}))
    rules = {rule.id: rule for rule in rule_table().rules}
    drills = {drill.id: drill for drill in drill_table().drills}
    assert result.plan is not None
    pairs = [(rules[option.id].doses, option.doses) for option in result.options if option.id != "O5"]
    pairs += [(drills[step.id].doses, step.doses) for step in result.plan.steps]

    for doses, texts in pairs:
        assert [dose.text + dose.mark.beside for dose in doses] == list(texts)
    assert result.shoe is not None
    assert result.shoe.sizes[0].text.endswith("(unverified)")


def test_a_rule_and_a_drill_are_added_without_code():
    new_rule = rule_table().rules[1].model_copy(update={"id": "O99", "title": "New"})
    rules = rule_table().model_copy(update={"rules": (*rule_table().rules, new_rule)})
    facts = {name: Fact(name, False, name, (name,)) for name in NEEDS}
    new_drill = drill_table().drills[0].model_copy(update={"id": "new_drill", "contraindications": ()})
    drills = drill_table().model_copy(update={"drills": (*drill_table().drills, new_drill)})
    contributors = find_contributors(kinetic_chain(), {})

    assert "O99" in {option.id for option in consider(rules, facts).options}
    plan = make_plan((drills, kinetic_chain(), protocol_table()), contributors, {})
    assert "new_drill" in {step.id for step in plan.steps}


NEEDS = ("symptoms", "high_impact_activity", "prolonged_standing")


def test_what_is_entered_and_enters_nothing_is_shown_with_what_is_known_about_it():
    given = {"beighton": 6, "less_score": 7, "prior_knee_injury": True, "midfoot_width_mobility_mm": {"left": 12}}
    shown = {line.id: line for line in assess([], ClinicalInputs.model_validate(given)).shown}

    assert set(shown) == set(given)
    assert "not associated with ACL injury" in shown["beighton"].text
    assert "does not select who responds" in shown["midfoot_width_mobility_mm"].text
    assert all(line.citations for line in shown.values())


def test_every_input_is_used_or_shown():
    conditions = [condition for table in TABLES for condition in conditions_of(table)]
    used = {fact for condition in conditions for fact in condition.facts}
    used |= {name for predictor in tendency_model().predictors for i in predictor.indicators for name in i.names}
    used |= {field.source for field in sheet_table().fields} | {"fppa", "sex", "red_flags", "fpi_items", "assessed_on"}
    used |= {fact for factor in kinetic_chain().factors for fact in factor.reads} | {"pain_now"}
    for row in input_table().inputs:
        names = {row.name, *(f"{row.name}_{how}" for how in SIDED)}
        assert names & used or row.informs.startswith(SHOWN), row.name


def conditions_of(part: object):
    if isinstance(part, Condition):
        yield part
    elif isinstance(part, Table):
        for field in type(part).model_fields:
            yield from conditions_of(getattr(part, field))
    elif isinstance(part, tuple):
        for item in part:
            yield from conditions_of(item)


def test_the_professionals_are_those_of_the_article():
    assert referral_table().professionals == (
        "physical therapist",
        "kinesiologist",
        "sports physician",
        "orthopaedist",
    )
    assert [trigger.id for trigger in referral_table().triggers] == ["R1", "R2", "R3", "R4"]


def test_every_fact_of_every_condition_has_a_label_for_people():
    for fact in input_table().facts:
        assert len(label_of(fact)) > 2


def test_an_unknown_fact_is_refused():
    with pytest.raises(KeyError, match="'luck' is not a fact"):
        label_of("luck")


def test_a_rule_that_asks_for_a_fact_nobody_provides_is_refused():
    rule = rule_table().rules[1].model_dump() | {"condition": {"fact": "luck", "op": "is", "value": True}}
    table = RuleTable.model_validate({"washout_min": 2, "comfort_change_mm": 10, "rules": [rule]})

    with pytest.raises(EvidenceError, match=r"rules\.toml: nothing provides the facts luck"):
        _known_facts("rules.toml", table)


@pytest.mark.parametrize(
    "change", [{"citations": []}, {"citations": ["s999"]}, {"certainty": "sure"}, {"examples": []}, {"colour": "red"}]
)
def test_a_rule_without_source_certainty_or_example_is_refused(change: dict[str, object]):
    with pytest.raises(ValidationError):
        Rule.model_validate(rule_table().rules[1].model_dump() | change)
