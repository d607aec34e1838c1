from itertools import pairwise

import pytest

from footload.decision.protocols import plan_session, protocol, randomized
from footload.decision.tables import input_table, protocol_table
from footload.metrics.registry import metrics
from footload.trials import Task

CONDITIONS = ["barefoot", "shoe", "shoe with wedge"]


def test_there_are_seven_and_the_four_of_the_article_among_them():
    found = protocol_table().protocols

    assert [one.id for one in found] == [
        "quiet_stance",
        "squat",
        "single_leg_squat",
        "step_down",
        "jump_landing",
        "walking",
        "running",
    ]
    assert [one.id for one in found if one.article] == ["squat", "single_leg_squat", "jump_landing", "running"]


@pytest.mark.parametrize("one", protocol_table().protocols, ids=lambda one: one.id)
def test_a_protocol_names_a_task_metrics_and_inputs_that_exist(one):
    assert one.task in set(Task)
    assert set(one.findings) <= set(metrics())
    assert {variant.answers for variant in one.variants} <= {row.name for row in input_table().inputs}
    assert one.instruction
    assert (one.sampling_mark == "read") is (one.id == "quiet_stance")  # other rates are stated from memory
    assert one.rejects


@pytest.mark.parametrize(
    ("name", "n", "sets"),
    [("quiet_stance", 3, 1), ("squat", 5, 3), ("single_leg_squat", 5, 1), ("jump_landing", 3, 1), ("walking", 5, 1)],
)
def test_repetitions_are_those_of_the_reference(name: str, n: int, sets: int):
    assert (protocol(name).n_repetitions, protocol(name).n_sets) == (n, sets)


def test_a_heel_that_unloads_in_a_squat_is_a_finding_and_no_reason_to_reject():
    one = protocol("squat")

    assert any("finding" in note for note in one.notes)
    assert not any("heel" in reason for reason in one.rejects)


def test_the_same_seed_gives_the_same_order_and_another_one_another():
    orders = {randomized(CONDITIONS, seed) for seed in range(40)}

    assert randomized(CONDITIONS, 7) == ("shoe", "barefoot", "shoe with wedge")
    assert randomized(list(reversed(CONDITIONS)), 7) == randomized(CONDITIONS, 7)
    assert len(orders) == 6  # every order of three occurs
    assert all(sorted(order) == sorted(CONDITIONS) for order in orders)


def test_no_condition_is_favored():
    first = [randomized(CONDITIONS, seed)[0] for seed in range(3000)]

    for name in CONDITIONS:
        assert first.count(name) == pytest.approx(1000, abs=4 * (3000 * 2 / 9) ** 0.5)


def test_barefoot_may_come_first_without_being_drawn():
    assert all(randomized(CONDITIONS, seed, first="barefoot")[0] == "barefoot" for seed in range(10))


def test_a_session_follows_the_table_and_washes_out_between_conditions():
    steps = plan_session(["walking", "squat"], ["barefoot", "wedge"], seed=3)

    assert [step.protocol.id for step in steps] == ["squat"] * 6 + ["walking"] * 2
    assert [step.number for step in steps] == list(range(1, 9))
    assert [step.set_number for step in steps[:3]] == [1, 2, 3]
    for before, after in pairwise(steps):
        assert after.rest_before_min == (2.0 if before.condition != after.condition else 0.0)
    assert steps == plan_session(["squat", "walking"], ["wedge", "barefoot"], seed=3)


def test_what_cannot_be_planned_is_refused_with_a_sentence():
    with pytest.raises(KeyError, match="no protocol 'sprint'"):
        plan_session(["sprint"], CONDITIONS, 1)
    with pytest.raises(ValueError, match="named twice"):
        randomized(["shoe", "shoe"], 1)
    with pytest.raises(ValueError, match="cannot come first"):
        randomized(["shoe"], 1, first="barefoot")
