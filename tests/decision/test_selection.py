"""Several trials of one person in one condition."""

from dataclasses import replace

import pytest

from footload.analysis import Analysis, analyze
from footload.decision.inputs import ClinicalInputs
from footload.decision.selection import MixedTrialsError, check_same_person, in_condition, pool, with_participant
from footload.synthetic.demo import demo_squat, demo_walk
from footload.trials import Condition, Participant


def changed(analysis: Analysis, **changes: object) -> Analysis:
    return replace(analysis, trial=analysis.trial.changed(**changes))


@pytest.fixture(scope="module")
def squat() -> Analysis:
    return analyze(demo_squat(sampling_rate_hz=25.0).trial.changed(condition=Condition("barefoot")))


@pytest.fixture(scope="module")
def walk() -> Analysis:
    return analyze(demo_walk().trial.changed(condition=Condition("barefoot")))


@pytest.fixture(scope="module")
def wedge(squat: Analysis) -> Analysis:
    return changed(squat, condition=Condition("wedge"))


def test_one_condition_needs_no_picking(squat: Analysis, walk: Analysis):
    assert in_condition([squat, walk]) == (squat, walk)
    assert in_condition([]) == ()


def test_several_conditions_are_refused_with_a_sentence_unless_one_is_picked(squat: Analysis, wedge: Analysis):
    with pytest.raises(MixedTrialsError, match=r"several conditions \(barefoot, wedge\), which may not be averaged"):
        in_condition([squat, wedge])
    assert in_condition([squat, wedge], "Wedge") == (wedge,)


def test_a_condition_that_nobody_recorded_names_those_there_are(squat: Analysis):
    with pytest.raises(MixedTrialsError, match="No trial is of the condition 'shoe'; there are barefoot"):
        in_condition([squat], "shoe")


def test_several_people_are_refused(squat: Analysis):
    other = changed(squat, participant=Participant("somebody else"))

    with pytest.raises(MixedTrialsError, match="several people"):
        in_condition([squat, other])
    with pytest.raises(MixedTrialsError, match="compare one person"):
        check_same_person(pool([squat]), pool([other]))


def test_the_arch_is_that_of_the_walk_where_there_is_one(squat: Analysis, walk: Analysis):
    both = pool([squat, walk])
    arches = [finding for finding in both.findings if finding.metric == "arch_index"]

    assert {finding.provenance.trial for finding in arches} == {"demo walk"}
    assert {f.provenance.trial for f in both.findings if f.metric == "cop_medial_shift_at_depth"} == {"demo squat"}
    assert both.notes == ("Where several movements give a metric, walking counts and squat is left out.",)
    assert {f.provenance.trial for f in pool([squat]).findings if f.metric == "arch_index"} == {"demo squat"}


def test_pads_come_from_the_walk_and_condition_and_pseudonym_from_the_trials(squat: Analysis, walk: Analysis):
    both = pool([squat, walk])

    assert both.pads == pool([walk]).pads != pool([squat]).pads
    assert (both.condition, both.pseudonym) == ("barefoot", "synthetic")
    assert pool([]).findings == ()


def test_age_sex_and_mass_come_from_the_trial_where_they_were_not_entered(squat: Analysis):
    other = changed(squat, participant=Participant("p", 72.0, 44.0, "female"))
    known = with_participant(ClinicalInputs.model_validate({"age_years": 45}), [other])

    assert (known.age_years, known.sex, known.body_mass_kg) == (45, "female", 72)


def test_an_age_that_nobody_has_is_refused_with_a_sentence(squat: Analysis):
    other = changed(squat, participant=Participant("p", 72.0, 300.0))

    with pytest.raises(ValueError, match="age_years is 300 years, but age lies between 0 and 120"):
        with_participant(ClinicalInputs(), [other])
