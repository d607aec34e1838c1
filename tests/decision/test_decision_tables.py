"""The evidence tables: cited, certain, reachable, and every rule does in its examples what it says."""

import pytest
from decision_people import repeated
from pydantic import ValidationError

from footload.decision.assess import assess
from footload.decision.facts import label_of
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.rule_schemas import Example, Rule, RuleTable
from footload.decision.schemas import Claim, Table
from footload.decision.tables import (
    _known_facts,  # pyright: ignore[reportPrivateUsage]
    drill_table,
    input_table,
    kinetic_chain,
    knee_table,
    protocol_table,
    referral_table,
    rule_table,
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


def test_the_first_rule_is_the_safety_gate_and_there_are_three_more():
    rules = rule_table().rules

    assert [rule.kind for rule in rules].index("gate") == 0
    assert {"O1", "O2", "O11"} <= {rule.id for rule in rules}
    assert len({rule.id for rule in rules}) == len(rules)


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


def test_what_is_cited_from_memory_alone_is_marked_so():
    marked = [*rule_table().rules, *referral_table().red_flags, *(d for r in rule_table().rules for d in r.doses)]
    for claim in marked:
        if not any(reference(key).verified for key in claim.citations):
            assert claim.mark.value in {"unverified", "project proposal"}


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
