"""Random people, valid and absurd: never an unexpected exception, a forbidden option or a claim without a source.

FOOTLOAD_PEOPLE says how many of them are made (500 by default, 10000 before a release); three in five are valid.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from decision_people import NORMS, finding
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from footload.decision.assess import assess
from footload.decision.assessment import Assessment, Option
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.pad_place import PadPlace
from footload.decision.plan import Plan, PlanStep
from footload.decision.tables import drill_table, input_table, kinetic_chain, referral_table, rule_table
from footload.references import references
from footload.trials import Side

N_PEOPLE = int(os.environ.get("FOOTLOAD_PEOPLE", "500"))
GATES = [row.name for row in input_table().inputs if row.informs == "O0"]
FLAGS = [flag.id for flag in referral_table().red_flags]
TASKS = ["drop vertical jump", "unilateral step landing", "single-leg squat", "step-down", "squat"]
METRICS = [*(row.name for row in input_table().findings), "contact_time", "peak_pressure"]

extreme = st.one_of(st.floats(), st.sampled_from([1e308, -1e308, 5e-324, 0.0]))
absurd = st.one_of(extreme, st.fixed_dictionaries({"left": extreme}), st.text(max_size=3), st.none(), st.just([{}]))


def value_of(row):
    low, high = row.low or 0, row.high or 0
    number = st.floats(low, high)
    if row.name == "fppa":
        angle = st.fixed_dictionaries(
            {"task": st.sampled_from(TASKS), "side": st.sampled_from(["left", "right"]), "angle_deg": number},
            optional={"n_trials": st.integers(1, 9)},
        )
        return st.lists(angle, max_size=2)
    if row.name == "red_flags":
        return st.lists(st.sampled_from(FLAGS), max_size=2)
    items = st.lists(st.integers(-2, 2), min_size=6, max_size=6)
    special = {
        "sex": st.sampled_from(["female", "male", None]),
        "fpi_items": st.fixed_dictionaries({}, optional={"left": items, "right": items}),
        "assessed_on": st.dates(date(1900, 1, 1), date(2999, 12, 31)),
    }
    kinds = {
        "choice": st.text(max_size=20),
        "yes-no": st.sampled_from([True, False, None]),
        "number": st.one_of(st.none(), number),
        "per side": st.fixed_dictionaries({}, optional={"left": number, "right": number}),
    }
    return special.get(row.name, kinds[row.kind])


ROWS = {row.name: value_of(row) for row in input_table().inputs}
GRAVE = {"red_flags", "fppa", *GATES}


def one_index(person: dict[str, object]) -> dict[str, object]:
    """Items and index of one foot contradict each other unless they agree: keep the items."""
    return {name: value for name, value in person.items() if name != "fpi" or "fpi_items" not in person}


# People whom a rule fires for, so that what forbids it is met often, and people of any kind.
READY = [example.clinical for rule in rule_table().rules if rule.kind != "gate" for example in rule.examples]
usual = st.fixed_dictionaries({}, optional={name: value for name, value in ROWS.items() if name not in GRAVE})
grave = st.fixed_dictionaries({}, optional={name: value for name, value in ROWS.items() if name in GRAVE})
one_more = st.sampled_from(sorted(ROWS)).flatmap(lambda name: ROWS[name].map(lambda value: {name: value}))
people = st.one_of(
    usual,
    st.tuples(usual, grave).map(lambda parts: parts[0] | parts[1]),
    st.tuples(st.sampled_from(READY), one_more, one_more).map(lambda parts: parts[0] | parts[1] | parts[2]),
).map(one_index)
absurd_people = st.tuples(people, st.sampled_from(sorted(ROWS)), absurd).map(
    lambda parts: parts[0] | {parts[1]: parts[2]}
)


findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(METRICS),
        st.one_of(st.floats(-50, 50), st.floats(), st.sampled_from([1e308, -1e308])),
        st.sampled_from([Side.LEFT, Side.RIGHT, None]),
        repetition=st.integers(0, 9),
        region=st.sampled_from(["", "foot", "hallux"]),
        source=st.sampled_from(["", "mat A"]),
    ),
    max_size=12,
)
norms = st.sampled_from(
    [
        None,
        NORMS,
        SiteNorms.model_validate({"norms": {"arch_index": {"mean": 0.24, "sd": 5e-324, "n": 2, "device": "mat A"}}}),
        SiteNorms.model_validate({"base_rate": {"p0": 1e-9, "sd_logit": 5}, "norms": NORMS.norms}),
    ]
)


pads = st.lists(
    st.builds(PadPlace, st.sampled_from(Side), st.floats(0, 400), st.floats(-60, 60), st.booleans(), st.integers(1, 9)),
    max_size=2,
)


def parts_of(part: object) -> Iterator[object]:
    """Everything that an assessment is made of."""
    if is_dataclass(part):
        yield part
        for field in fields(part):
            yield from parts_of(getattr(part, field.name))
    elif isinstance(part, tuple):
        for item in part:
            yield from parts_of(item)


def check(result: Assessment, clinical: ClinicalInputs):
    assert result.statement == "Not validated. Not a diagnosis. Does not predict injury."
    json.dumps(result.to_record(), allow_nan=False)
    check_sources(result)
    check_safety(result, clinical)
    check_rest(result, clinical)
    for option in result.options:
        check_option(option, clinical)
    if result.tendency is not None:
        assert not clinical.fppa
        low, high = result.tendency.prediction.interval_80
        assert 0 <= low <= result.tendency.prediction.p <= high <= 1
        assert result.tendency.color_allowed is not (low <= result.tendency.prediction.base_rate <= high)


def check_sources(result: Assessment):
    assert set(result.citations) <= set(references())
    claims = [part for part in parts_of(result) if part is not result and hasattr(part, "citations")]
    assert claims
    for claim in claims:
        assert claim.citations, claim  # pyright: ignore[reportAttributeAccessIssue]


def check_safety(result: Assessment, clinical: ClinicalInputs):
    if clinical.red_flags:
        assert {line.id for line in result.referrals} == set(clinical.red_flags)
        assert not any([result.tendency, result.knee, result.options, result.undecided, result.not_scored])
        assert not any([result.contributors, result.next_steps, result.plan, result.sheet, result.shoe])
    closed = bool(clinical.red_flags) or any(getattr(clinical, name) for name in GATES)
    assert result.gate_closed is closed
    too_young = clinical.age_years is not None and clinical.age_years < 16
    fresh = clinical.months_since_surgery is not None and clinical.months_since_surgery < 6
    if closed:
        assert not result.options
        assert result.plan is None
        assert result.referrals
    if closed or too_young or fresh or clinical.growth_plates_open:
        assert result.tendency is None
        assert result.refusals
        assert all(knee.probability_above is None for knee in result.knee)


def check_option(option: Option, clinical: ClinicalInputs):
    """What forbids an option, written here a second time, by hand."""
    too_young = clinical.age_years is not None and clinical.age_years < 16
    fresh = clinical.months_since_surgery is not None and clinical.months_since_surgery < 6
    assert option.why
    assert option.sources
    assert option.confirm
    if option.id == "O1":
        assert clinical.symptoms is False
    if option.id == "O2":
        assert not any([too_young, fresh, clinical.device_worsens, clinical.medial_knee_osteoarthritis])
        assert all(value >= 0 for value in clinical.fpi.values.values())
        assert clinical.medial_shift_falls_with_trial_post
    worse = clinical.device_worsens or (clinical.comfort_change_mm or 0) <= -10
    if option.id in {"O2", "O3", "O4", "O5", "O6", "O7", "O8", "O9"}:
        assert not any([too_young, worse])
    if option.id == "O3":
        assert not any([fresh, clinical.medial_knee_osteoarthritis])
        assert all(value >= 0 for value in clinical.fpi.values.values())
    if option.id == "O6":
        assert not any([clinical.first_toe_pathology, clinical.painful_hallux_rigidus])
    if option.id == "O7":
        assert not clinical.high_pressure_under_first_ray
    if option.id == "O11":
        assert not any([too_young, fresh, clinical.acute_calf_or_achilles_injury])
        assert clinical.heel_lift_improves_squat


FORBIDS = {
    "clamshell": ["lateral_hip_pain"],
    "side_lying_leg_raise": ["hip_osteoarthritis_flare"],
    "banded_lateral_walk": ["lateral_hip_pain"],
    "glute_bridge": ["low_back_pain"],
    "hip_thrust": ["low_back_pain"],
    "deadlift": ["low_back_pain", "untrained_in_lifting"],
    "terminal_knee_extension": ["patellofemoral_flare"],
    "wall_calf_stretch": ["acute_calf_or_achilles_injury"],
    "incline_calf_stretch": ["acute_calf_or_achilles_injury"],
    "ankle_mobilisation": ["recent_ankle_sprain_or_fracture", "ankle_impingement"],
    "butterfly_stretch": ["groin_strain", "hip_impingement_or_dysplasia"],
    "frog_stretch": ["groin_strain", "hip_impingement_or_dysplasia"],
    "wide_leg_stretch": ["groin_strain", "hip_impingement_or_dysplasia"],
    "foam_roll_lateral_thigh": ["bruises_easily_or_anticoagulants", "thrombosis"],
    "single_leg_stance": ["fall_risk"],
    "side_bridge": ["low_back_pain"],
    "hip_rotation_mobility": ["suspected_structure", "hip_impingement_or_dysplasia"],
}
"""What forbids a drill, written here a second time, by hand."""


def check_plan(plan: Plan, clinical: ClinicalInputs):
    if clinical.months_since_surgery is not None and clinical.months_since_surgery < 6:
        assert plan.held
        assert not plan.steps
        return
    for step in plan.steps:
        assert not any(getattr(clinical, name) for name in FORBIDS.get(step.id, [])), step.id
        check_step(step)
    ids = [part.id for part in (*plan.steps, *plan.left_out, *plan.withheld)]
    assert sorted(ids) == sorted(drill.id for drill in drill_table().drills)
    stages = [step.stage for step in plan.steps]
    assert stages == sorted(stages)  # "from the findings" comes before "not tested"
    assert plan.retest
    assert (plan.retest.earliest is None) is (clinical.assessed_on is None)


def check_step(step: PlanStep):
    assert all([step.doses, step.progression, step.gate, step.stop, step.evidence, step.certainty])
    assert bool(step.because) is (step.stage == "from the findings")


def check_rest(result: Assessment, clinical: ClinicalInputs):
    if result.plan is None:
        return
    check_plan(result.plan, clinical)
    assert [one.id for one in result.contributors] == [factor.id for factor in kinetic_chain().factors]
    for one in result.contributors:
        assert (one.speaks == "silent") is not bool(one.speaks_for or one.speaks_against)
        assert one.speaks != "silent" or one.seen or one.silent_because
        assert one.plate
    assert result.sheet is not None
    assert not any(line.value for line in result.sheet.prescribed)
    assert [step.gain for step in result.next_steps] == sorted((step.gain for step in result.next_steps), reverse=True)


@settings(max_examples=max(1, N_PEOPLE * 3 // 5), deadline=None)
@given(people, findings, norms, pads)
def test_whatever_a_person_is_like_the_answer_is_safe_and_sourced(given_inputs, found, site, places):
    clinical = ClinicalInputs.model_validate(given_inputs)

    check(assess(found, clinical, site, pads=places), clinical)


@settings(max_examples=max(1, N_PEOPLE * 2 // 5), deadline=None)
@given(absurd_people, findings, norms, pads)
def test_absurd_inputs_are_refused_with_a_sentence_or_answered(given_inputs, found, site, places):
    try:
        clinical = ClinicalInputs.model_validate(given_inputs)
    except ValidationError:
        return

    check(assess(found, clinical, site, pads=places), clinical)
