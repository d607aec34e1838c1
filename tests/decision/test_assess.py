import json
from itertools import pairwise

import pytest
from decision_people import NORMS, finding, repeated

from footload.decision.assess import assess
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.tables import input_table, referral_table, unscored_table
from footload.trials import Side

STATEMENT = "Not validated. Not a diagnosis. Does not predict injury."
SWAP = {"left": "right", "right": "left"}


def person(**given: object) -> ClinicalInputs:
    return ClinicalInputs.model_validate(given)


def chance(findings, clinical=None, norms=NORMS) -> float:
    tendency = assess(findings, clinical, norms).tendency
    assert tendency is not None
    return tendency.prediction.p


def test_nothing_known_gives_the_base_rate_and_says_what_is_missing():
    result = assess([])

    assert result.tendency is not None
    assert result.tendency.prediction.p == pytest.approx(0.30)
    assert [line.name for line in result.tendency.missing] == ["dorsiflexion", "pronation", "hip_strength"]
    assert result.tendency.statement == result.statement == STATEMENT
    assert not result.tendency.color_allowed
    assert result.options == ()


@pytest.mark.parametrize(
    ("wblt", "p"), [({"left": 12.0}, 0.2826), ({"left": 7.0}, 0.5570), ({"left": 11.0, "right": 7.0}, 0.5570)]
)
def test_the_lunge_test_is_scored_on_its_worse_side(wblt: dict[str, float], p: float):
    assert chance([], person(wblt_cm=wblt), SiteNorms()) == pytest.approx(p, abs=1e-4)


def test_the_worked_case_with_all_three_predictors_from_inputs():
    # z: DF 2, PRON mean of 2 and 1 on the left, HIP 1.
    clinical = person(
        wblt_cm={"left": 6.4, "right": 12},
        fpi={"left": 10, "right": 4},
        navicular_drop_mm={"left": 10, "right": 7},
        hip_abduction_percent_bw={"left": 30, "right": 40},
    )
    result = assess([], clinical, NORMS).tendency

    assert result is not None
    assert result.prediction.p == pytest.approx(0.6282, abs=1e-4)
    assert [factor.side for factor in result.factors] == ["left"] * 3
    assert result.frequency == "About 6 in 10 people with these findings; could be 4 to 8 in 10."
    assert result.sensitivity == (
        "base rate 10 %: 30 %",
        "base rate 20 %: 50 %",
        "base rate 30 %: 65 %",
        "base rate 50 %: 80 %",
        "correlation of the factors 0: 70 %",
        "correlation of the factors 0.2: 65 %",
        "correlation of the factors 0.4: 60 %",
    )


def test_the_foot_alone_on_the_norms_of_the_site():
    # arch index z 1.5 and CPEI z 1.5 (low is pronated): case D.
    findings = repeated("arch_index", left=0.30, right=0.24) + repeated("cpei", left=7.5, right=15)
    tendency = assess(findings, None, NORMS).tendency

    assert tendency is not None
    assert tendency.prediction.p == pytest.approx(0.3811, abs=1e-4)
    assert tendency.factors[0].sources == ("arch_index", "cpei")
    assert (
        tendency.factors[0].measured[0]
        == "Arch index: 0.3 (left, mean of 3); norm 0.24 ± 0.04 (Lab A, n = 60); +1.5 SD"
    )
    assert not tendency.color_allowed


def test_without_norms_of_the_site_pronation_is_shown_and_not_scored():
    tendency = assess(repeated("arch_index", left=0.30), person(fpi={"left": 9})).tendency

    assert tendency is not None
    assert tendency.factors == ()
    reasons = next(line.reasons for line in tendency.missing if line.name == "pronation")
    assert reasons == (
        "Foot Posture Index, six items is not scored: no norm of this site is known.",
        "Arch index is not scored: no norm of this site is known.",
    )


def test_a_norm_of_another_device_is_not_used():
    norms = SiteNorms.model_validate({"norms": {"arch_index": {"mean": 0.24, "sd": 0.04, "n": 60, "device": "mat A"}}})
    other = assess(repeated("arch_index", left=0.30, source="plate B"), None, norms).tendency
    same = assess(repeated("arch_index", left=0.30, source="Mat A, 100 Hz"), None, norms).tendency

    assert other is not None
    assert same is not None
    assert "the norm holds for mat A, this is plate B" in other.missing[1].reasons[0]
    assert [factor.name for factor in same.factors] == ["pronation"]


def test_the_shift_at_depth_comes_before_the_peak_and_never_counts_twice():
    norms = SiteNorms.model_validate(
        {"norms": {f"cop_medial_shift_{at}": {"mean": 0, "sd": 2, "n": 60} for at in ("at_depth", "peak")}}
    )
    both = repeated("cop_medial_shift_at_depth", left=2) + repeated("cop_medial_shift_peak", left=4)
    tendency = assess(both, None, norms).tendency
    only_peak = assess(repeated("cop_medial_shift_peak", left=4), None, norms).tendency

    assert tendency is not None
    assert only_peak is not None
    assert tendency.prediction.z == {"pronation": 1.0}
    assert only_peak.prediction.z == {"pronation": 2.0}


def test_regions_sideless_and_missing_values_are_left_out():
    good = repeated("arch_index", left=0.30)
    noise = [
        finding("arch_index", 0.9, Side.LEFT, region="hallux"),
        finding("arch_index", 0.9, None),
        finding("arch_index", float("nan"), Side.LEFT),
        finding("arch_index", float("inf"), Side.LEFT),
        finding("luck", 0.9, Side.LEFT),
    ]

    assert chance(good + noise) == chance(good)


def test_units_do_not_matter():
    plain = repeated("cpei", left=10, right=12)
    other = repeated("cpei", left=0.10, right=0.12)
    norms = SiteNorms.model_validate({"norms": {"cpei": {"mean": 0.15, "sd": 0.05, "n": 60}}})

    assert chance(other, None, norms) == pytest.approx(chance(plain), rel=1e-12)


def test_mirrored_sides_give_the_same_chance():
    sides = {"left": 7.5, "right": 11.0}
    mirrored = {SWAP[side]: value for side, value in sides.items()}
    one = chance(repeated("cpei", **sides), person(wblt_cm=sides))

    assert chance(repeated("cpei", **mirrored), person(wblt_cm=mirrored)) == one


@pytest.mark.parametrize(("name", "start", "worse"), [("wblt_cm", 12, -1), ("fpi", 4, 1)])
def test_the_chance_rises_as_an_input_gets_worse(name: str, start: float, worse: int):
    chances = [chance([], person(**{name: {"left": start + worse * step}})) for step in range(6)]

    assert all(later > earlier for earlier, later in pairwise(chances))


@pytest.mark.parametrize(
    ("given", "rule", "words"),
    [
        ({"age_years": 15.9}, "age", "below 16"),
        ({"growth_plates_open": True}, "growth_plates", "growth plates"),
        ({"months_since_surgery": 5.9}, "surgery", "within 6 months"),
        ({"neuropathy": True}, "O0", "safety gate"),
    ],
)
def test_who_is_not_scored(given: dict[str, object], rule: str, words: str):
    result = assess([], person(wblt_cm={"left": 7}, **given))

    assert result.tendency is None
    assert [line.id for line in result.refusals] == [rule]
    assert words in result.refusals[0].text
    assert result.refusals[0].why
    assert result.refusals[0].sources == tuple(given)


@pytest.mark.parametrize("given", [{"age_years": 16}, {"months_since_surgery": 6}, {"growth_plates_open": False}])
def test_who_is_scored_at_the_bound(given: dict[str, object]):
    assert assess([], person(**given)).tendency is not None


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_than_three_valid_trials_are_not_scored(n: int):
    result = assess(repeated("arch_index", left=0.30, right=0.30, n=n), person(wblt_cm={"left": 7}), NORMS)

    assert result.tendency is None
    assert [line.id for line in result.refusals] == ["trials"]
    assert result.refusals[0].why == (f"Valid trials: {n}, below 3",)


def test_findings_without_a_single_value_are_no_trials():
    result = assess([finding("arch_index", float("nan"), Side.LEFT)])

    assert [line.id for line in result.refusals] == ["trials"]


def test_a_measure_with_too_few_trials_is_left_out_beside_one_with_enough():
    few = repeated("arch_index", left=0.40, n=2) + repeated("cpei", left=10, n=5)
    tendency = assess(few, None, NORMS).tendency

    assert tendency is not None
    assert tendency.factors[0].sources == ("cpei",)


@pytest.mark.parametrize("flag", [flag.id for flag in referral_table().red_flags])
def test_a_red_flag_leaves_only_the_referral(flag: str):
    everything = person(
        red_flags=[flag],
        wblt_cm={"left": 7},
        heel_lift_improves_squat=True,
        running=True,
        fppa=[{"task": "squat", "side": "left", "angle_deg": 12}],
    )
    result = assess(repeated("arch_index", left=0.3), everything, NORMS)

    assert [line.id for line in result.referrals] == [flag]
    assert result.referrals[0].citations
    assert [line.id for line in result.refusals] == ["red_flag"]
    assert (result.tendency, result.knee, result.options, result.undecided, result.withheld) == (None, (), (), (), ())
    assert (result.not_scored, result.context) == ((), ())


@pytest.mark.parametrize(
    "risk",
    [
        "neuropathy",
        "insensate",
        "ulcer_history",
        "peripheral_arterial_disease",
        "charcot",
        "inflammatory_foot_disease",
        "unexplained_swelling",
    ],
)
def test_a_closed_safety_gate_refers_and_gives_no_option(risk: str):
    clinical = person(**{risk: True}, wblt_cm={"left": 7}, heel_lift_improves_squat=True, running=True)
    result = assess([], clinical)

    assert result.gate_closed
    assert result.referrals[0].id == "O0"
    assert "Refer" in result.referrals[0].text
    assert (result.options, result.undecided, result.tendency) == ((), (), None)


def test_unanswered_safety_questions_stand_beside_every_option():
    open_questions = assess([], person(running=True)).options[0].check_first
    gates = [row.name for row in input_table().inputs if row.informs == "O0"]
    answered = assess([], person(running=True, **dict.fromkeys(gates, False))).options[0].check_first

    assert len(open_questions) == len(gates) == 7
    assert answered == ()


def test_an_option_says_why_and_from_what():
    clinical = person(wblt_cm={"left": 7, "right": 8}, heel_lift_improves_squat=True)
    option = next(option for option in assess([], clinical).options if option.id == "O11")

    assert option.text.startswith("Option to consider: Calf and ankle programme first.")
    assert option.text.endswith("(project proposal)")
    assert option.why == (
        "Weight-bearing lunge test, toe to wall: 7 cm (left), below 9.2 (derived)",
        "The knee travels less medially in a squat on a 5 cm heel lift: yes",
    )
    assert option.sources == ("wblt_cm", "heel_lift_improves_squat")
    assert option.doses == ("heel lift of 6 to 12 mm (unverified)",)
    assert "s69" in option.citations
    assert "clinical_memory" in option.citations


def test_a_withheld_option_names_what_forbids_it():
    clinical = person(wblt_cm={"left": 7}, heel_lift_improves_squat=True, acute_calf_or_achilles_injury=True)
    result = assess([], clinical)

    assert [line.id for line in result.withheld] == ["O11"]
    assert result.withheld[0].sources == ("acute_calf_or_achilles_injury",)
    assert "O11" not in {option.id for option in result.options}


@pytest.mark.parametrize(
    ("given", "trigger"),
    [
        ({"pain_weeks": 7, "self_correction_failed": True}, "R1"),
        ({"limits_activity": True}, "R2"),
        ({"suspected_structure": True}, "R3"),
        ({"wants_personal_assessment": True}, "R4"),
    ],
)
def test_the_four_triggers_of_the_article_refer_and_leave_the_rest(given: dict[str, object], trigger: str):
    result = assess([], person(**given))

    assert [line.id for line in result.referrals] == [trigger]
    assert "physical therapist, kinesiologist, sports physician, orthopaedist" in result.referrals[0].text
    assert result.tendency is not None


def test_six_weeks_of_pain_alone_do_not_refer():
    assert assess([], person(pain_weeks=6, self_correction_failed=True)).referrals == ()
    assert assess([], person(pain_weeks=60)).referrals == ()


def test_a_base_rate_of_the_site_replaces_the_model_s():
    norms = SiteNorms.model_validate({"site": "Lab A", "base_rate": {"p0": 0.12, "sd_logit": 0.2, "source": "2025"}})
    tendency = assess([], None, norms).tendency

    assert tendency is not None
    assert tendency.prediction.p == pytest.approx(0.12)
    assert tendency.base_rate_note == "Lab A: 2025"


def test_every_unscored_factor_is_shown_with_reason_certainty_and_source():
    result = assess([])

    assert [line.id for line in result.not_scored] == [row.id for row in unscored_table().factors]
    for line in (*result.not_scored, *result.context):
        assert line.certainty is not None
        assert line.citations


def test_the_record_is_plain_json_and_the_same_each_time():
    clinical = person(wblt_cm={"left": 7, "right": 9}, symptoms=True, fpi={"left": 9, "right": 8})
    findings = repeated("cpei", left=9, right=12)
    first, second = (assess(findings, clinical, NORMS) for _ in range(2))
    text = json.dumps(first.to_record(), allow_nan=False)

    assert text == json.dumps(second.to_record(), allow_nan=False)
    assert json.loads(text)["tendency"]["prediction"]["beta"].keys() == {"dorsiflexion", "pronation"}
    assert next(iter(json.loads(text))) == "statement"


def test_no_score_from_0_to_100_is_said_anywhere():
    text = json.dumps(assess(repeated("cpei", left=5), person(wblt_cm={"left": 5}), NORMS).to_record()).lower()

    assert "risk score" not in text
    assert "injury risk" not in text
