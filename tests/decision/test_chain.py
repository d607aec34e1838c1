"""The kinetic chain: a graph whose every link is cited, and what a person's data say about each factor."""

import pytest
from decision_people import NORMS, repeated

from footload.decision.assess import assess
from footload.decision.chain import effect_text
from footload.decision.conditions import Condition
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.plan_schemas import Chain, Factor
from footload.decision.tables import drill_table, input_table, kinetic_chain, protocol_table, tendency_model

CHAIN = kinetic_chain()
FACTORS = {factor.id: factor for factor in CHAIN.factors}


def person(**given: object) -> ClinicalInputs:
    return ClinicalInputs.model_validate(given)


def contributor(name: str, clinical: ClinicalInputs, findings=(), norms=None):
    return next(one for one in assess(list(findings), clinical, norms).contributors if one.id == name)


def test_the_fifteen_causes_of_the_article_are_factors_in_their_groups():
    groups = {group: sorted(one.id for one in CHAIN.factors if one.group == group) for group in GROUPS}

    assert groups == GROUPS


GROUPS = {
    "muscular": sorted(
        [
            "weak_gluteus_medius",
            "weak_gluteus_maximus",
            "weak_deep_rotators",
            "tight_adductors",
            "tight_tfl_itb",
            "weak_quadriceps",
        ]
    ),
    "mobility": ["limited_dorsiflexion", "limited_hip_external_rotation"],
    "motor control": ["fatigue", "inefficient_pattern", "poor_core_stability", "poor_proprioception"],
    "structural": ["femoral_anteversion", "pronation", "tibial_torsion"],
}


@pytest.mark.parametrize("factor", CHAIN.factors, ids=lambda one: one.id)
def test_a_factor_leads_to_an_outcome_and_has_a_link_a_test_and_a_drill(factor: Factor):
    outcomes = {node.id for node in CHAIN.nodes if node.kind == "outcome"}
    structure = {"femoral_anteversion", "tibial_torsion"}  # the article refers, it gives no drill

    assert CHAIN.path(factor.id)[-1] in outcomes
    assert CHAIN.edges_from(factor.id)
    assert any(factor.id in drill.factors for drill in drill_table().drills) is (factor.id not in structure)
    inputs = {row.name for row in (*input_table().inputs, *input_table().findings)}
    assert {name for test in factor.tests for name in test.gives} <= inputs
    assert {test.protocol for test in factor.tests} - {""} <= {one.id for one in protocol_table().protocols}
    assert set(factor.reads) <= input_table().facts
    assert factor.predictor in {"", *(one.name for one in tendency_model().predictors)}


def test_every_factor_that_the_model_scores_is_one_of_the_chain():
    assert {one.predictor for one in CHAIN.factors} - {""} == {one.name for one in tendency_model().predictors}


def test_drills_name_factors_that_exist():
    assert {name for drill in drill_table().drills for name in drill.factors} <= set(FACTORS)


def test_only_the_quadriceps_leads_to_pain_and_not_to_the_knees_way():
    assert [one.id for one in CHAIN.factors if CHAIN.path(one.id)[-1] != "valgus"] == ["weak_quadriceps"]


def test_the_best_edge_is_dorsiflexion_and_the_common_culprit_is_contradictory():
    assert FACTORS["limited_dorsiflexion"].certainty == "moderate"
    assert "Not supported as stated" in FACTORS["weak_gluteus_medius"].evidence
    assert FACTORS["weak_gluteus_medius"].certainty == "contradictory"
    edge = next(CHAIN.edges_from("limited_hip_external_rotation").__iter__())
    assert edge.direction == "lowers"
    assert "opposite to the article" in edge.effect


def test_what_the_knee_leads_to_is_said_with_its_nulls():
    texts = [effect_text(edge, CHAIN.labels) for edge in CHAIN.edges_from("valgus")]

    assert any(text.startswith("ligament injury: no association") for text in texts)
    assert any("no study was found" in text for text in texts)
    assert all("certainty" in text and "[" in text for text in texts)


def test_an_edge_to_nowhere_and_a_factor_that_leads_nowhere_are_refused():
    broken = CHAIN.model_dump()
    broken["edges"][0]["end"] = "nowhere"
    with pytest.raises(ValueError, match="no node: 'nowhere'"):
        Chain.model_validate(broken)
    lost = CHAIN.model_dump()
    lost["edges"] = [edge for edge in lost["edges"] if edge["start"] != "fatigue"]
    with pytest.raises(ValueError, match="'fatigue' leads to no outcome"):
        Chain.model_validate(lost)


SIGNALS = [(factor, number) for factor in CHAIN.factors for number in range(len(factor.signals))]


def answer(condition: Condition) -> tuple[dict[str, object], dict[str, dict[str, float]]]:
    """Clinical inputs and norms of the simplest person for whom a condition on one fact holds."""
    fact, value = condition.fact, condition.value
    if condition.op == "is":
        return {fact: value}, {}
    assert isinstance(value, float | int)
    beyond = value + (0.5 if ">" in condition.op else -0.5)
    if fact.endswith("_difference"):
        start = 10.0 if fact.startswith("wblt") else 60.0  # within what is plausible, and between the other bounds
        return {fact.removesuffix("_difference"): {"left": start, "right": start + beyond}}, {}
    if fact.endswith("_lowest"):
        return {fact.removesuffix("_lowest"): {"left": beyond, "right": beyond + 1}}, {}
    if fact.endswith("_highest"):
        return {fact.removesuffix("_highest"): {"left": beyond - 1, "right": beyond}}, {}
    name = fact.removesuffix("_lowest_sd").removesuffix("_highest_sd")
    names = {"pronation_z": ("fpi", 4 + 3 * beyond), "hip_strength_z": ("hip_abduction_percent_bw", 40 - 10 * beyond)}
    name, entered = names.get(fact, (name, 40 + 10 * beyond))
    mean, sd = (4.0, 3.0) if name == "fpi" else (40.0, 10.0)
    return {name: {"left": entered, "right": entered}}, {name: {"mean": mean, "sd": sd, "n": 60}}


@pytest.mark.parametrize(("factor", "number"), SIGNALS, ids=[f"{factor.id}-{n}" for factor, n in SIGNALS])
def test_every_signal_speaks_when_its_condition_holds(factor: Factor, number: int):
    signal = factor.signals[number]
    from_plate = {row.name for row in input_table().findings}
    fact = signal.condition.fact
    plate = next((name for name in sorted(from_plate, key=len, reverse=True) if fact.startswith(name)), "")
    if plate:
        findings = repeated(plate, left=0.30 if plate == "arch_index" else 5.0)
        norms = SiteNorms.model_validate({"norms": {"cop_medial_shift_drift": {"mean": 0, "sd": 1, "n": 20}}})
        found = contributor(factor.id, person(), findings, norms)
    else:
        clinical, norms = answer(signal.condition)
        found = contributor(factor.id, person(**clinical), norms=SiteNorms.model_validate({"norms": norms}))
    lines = found.speaks_for if signal.speaks == "for" else found.speaks_against

    assert found.speaks == signal.speaks
    assert signal.citations in {line.citations for line in lines}
    assert all(line.sources for line in lines)


def test_between_the_bounds_a_value_is_seen_and_decides_nothing():
    found = contributor("limited_dorsiflexion", person(wblt_cm={"left": 10.0, "right": 10.5}))

    assert found.speaks == "silent"
    assert "Weight-bearing lunge test, toe to wall: 10 cm (left)" in found.seen
    assert "The knee travels less medially in a squat on a 5 cm heel lift" in found.silent_because


def test_a_plate_finding_without_a_norm_is_seen_and_the_norm_is_what_is_missing():
    found = contributor("fatigue", person(), repeated("cop_medial_shift_drift", left=0.4))

    assert found.speaks == "silent"
    assert found.seen == ("CoP medial shift, drift a repetition: 0.4 % (left, mean of 3)",)
    assert "CoP medial shift, drift a repetition, with a norm of the site" in found.silent_because


def test_no_foot_finding_ever_speaks_for_a_weak_hip():
    findings = [
        *repeated("arch_index", 0.35, 0.35),
        *repeated("cpei", 1, 1),
        *repeated("cop_medial_shift_at_depth", 20, 20),
        *repeated("cop_medial_shift_drift", 5, 5),
    ]
    for one in assess(findings, None, NORMS).contributors:
        if one.place in {"hip", "core", "knee"}:
            assert one.speaks == "silent"
            assert "cannot see it" in one.plate or "not specific" in one.plate


def test_what_to_test_next_begins_with_what_adds_most():
    steps = assess([], None, NORMS).next_steps

    assert steps[0].factor == "limited_dorsiflexion"
    assert steps[0].gain == pytest.approx(0.6771 - 0.5, abs=1e-4)
    assert "expected AUC 0.500 now, 0.677 then" in steps[0].could_change
    assert [step.gain for step in steps if step.gain] == sorted((s.gain for s in steps if s.gain), reverse=True)


def test_a_test_that_was_done_is_not_asked_for_again_unless_it_could_not_be_scored():
    done = assess([], person(wblt_cm={"left": 9, "right": 9}, cue_improves_squat=False)).next_steps
    unscored = assess(repeated("arch_index", 0.3, 0.3)).next_steps

    assert not {"wblt_cm", "cue_improves_squat"} & {name for step in done for name in step.gives}
    assert any("arch_index" in step.gives for step in unscored)


def test_left_and_right_swapped_speak_the_same():
    one = assess([], person(wblt_cm={"left": 7, "right": 12}, fpi={"left": 3, "right": 9}), NORMS)
    other = assess([], person(wblt_cm={"left": 12, "right": 7}, fpi={"left": 9, "right": 3}), NORMS)

    assert [c.speaks for c in one.contributors] == [c.speaks for c in other.contributors]
    assert one.plan is not None
    assert other.plan is not None
    assert [step.id for step in one.plan.steps] == [step.id for step in other.plan.steps]
