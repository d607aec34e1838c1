from itertools import product

import pytest
from pydantic import ValidationError

from footload.decision.conditions import Condition, Fact, evaluate


def fact(name: str, value: bool | float) -> Fact:
    return Fact(name, value, f"{name} is {value:g}", (name,))


def yes(name: str) -> Condition:
    return Condition(fact=name, op="is", value=True)


@pytest.mark.parametrize(("op", "holds"), [("<", False), ("<=", True), (">", False), (">=", True)])
def test_comparisons_at_the_bound(op: str, holds: bool):
    condition = Condition.model_validate({"fact": "x", "op": op, "value": 9.2})

    assert evaluate(condition, {"x": fact("x", 9.2)}).holds is holds


@pytest.mark.parametrize(("a", "b"), list(product([True, False, None], repeat=2)))
def test_all_and_any_know_three_answers(a: bool | None, b: bool | None):
    facts = {name: fact(name, value) for name, value in (("a", a), ("b", b)) if value is not None}
    both = evaluate(Condition(all=(yes("a"), yes("b"))), facts).holds
    either = evaluate(Condition(any=(yes("a"), yes("b"))), facts).holds

    assert both is (False if False in (a, b) else None if None in (a, b) else True)
    assert either is (True if True in (a, b) else None if None in (a, b) else False)


def test_what_is_missing_is_named_and_what_is_known_is_the_reason():
    condition = Condition(all=(yes("a"), Condition(any=(yes("b"), yes("c")))))
    verdict = evaluate(condition, {"a": fact("a", True), "c": fact("c", False)})

    assert verdict.holds is None
    assert verdict.missing == ("b",)
    assert verdict.because == ("a is 1",)
    assert verdict.sources == ("a",)


def test_only_the_facts_that_decide_are_reasons():
    facts = {"a": fact("a", True), "b": fact("b", False)}

    assert evaluate(Condition(any=(yes("a"), yes("b"))), facts).because == ("a is 1",)
    assert evaluate(Condition(all=(yes("a"), yes("b"))), facts).because == ("b is 0",)


def test_an_unverified_bound_says_so_in_its_reason():
    condition = Condition.model_validate({"fact": "x", "op": "<", "value": 0.21, "mark": "unverified"})

    assert evaluate(condition, {"x": fact("x", 0.2)}).because == ("x is 0.2, below 0.21 (unverified)",)
    assert condition.text == "x < 0.21 (unverified)"


def test_a_group_is_written_with_brackets():
    condition = Condition(all=(yes("a"), Condition(any=(yes("b"), Condition(fact="c", op="is", value=False)))))

    assert condition.text == "a and (b or not c)"
    assert list(condition.facts) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"fact": "a", "value": True, "all": [{"fact": "b", "value": True}]},
        {"fact": "a", "op": "is", "value": 3.0},
        {"fact": "a", "op": "<", "value": True},
        {"fact": "a", "op": "<"},
        {"fact": "a", "op": "is", "value": True, "because": "x"},
    ],
)
def test_a_condition_that_means_nothing_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        Condition.model_validate(wrong)
