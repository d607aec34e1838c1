"""Random people, valid and absurd: never an unexpected exception, a forbidden option or a claim without a source."""

import json

from decision_people import NORMS, finding
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from footload.decision.assess import assess
from footload.decision.assessment import Assessment, Option
from footload.decision.inputs import ClinicalInputs, SiteNorms
from footload.decision.tables import input_table, referral_table, rule_table
from footload.references import references
from footload.trials import Side

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
    if row.name == "sex":
        return st.sampled_from(["female", "male", None])
    return {
        "yes-no": st.sampled_from([True, False, None]),
        "number": st.one_of(st.none(), number),
        "per side": st.fixed_dictionaries({}, optional={"left": number, "right": number}),
    }[row.kind]


ROWS = {row.name: value_of(row) for row in input_table().inputs}
GRAVE = {"red_flags", "fppa", *GATES}
# People whom a rule fires for, so that what forbids it is met often, and people of any kind.
READY = [example.clinical for rule in rule_table().rules if rule.kind != "gate" for example in rule.examples]
usual = st.fixed_dictionaries({}, optional={name: value for name, value in ROWS.items() if name not in GRAVE})
grave = st.fixed_dictionaries({}, optional={name: value for name, value in ROWS.items() if name in GRAVE})
one_more = st.sampled_from(sorted(ROWS)).flatmap(lambda name: ROWS[name].map(lambda value: {name: value}))
people = st.one_of(
    usual,
    st.tuples(usual, grave).map(lambda parts: parts[0] | parts[1]),
    st.tuples(st.sampled_from(READY), one_more, one_more).map(lambda parts: parts[0] | parts[1] | parts[2]),
)
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


def lines_of(result: Assessment):
    yield from (*result.referrals, *result.refusals, *result.withheld, *result.not_scored, *result.context)
    yield from (*result.options, *result.undecided)


def check(result: Assessment, clinical: ClinicalInputs):
    assert result.statement == "Not validated. Not a diagnosis. Does not predict injury."
    json.dumps(result.to_record(), allow_nan=False)
    check_sources(result)
    check_safety(result, clinical)
    for option in result.options:
        check_option(option, clinical)
    if result.tendency is not None:
        assert not clinical.fppa
        low, high = result.tendency.prediction.interval_80
        assert 0 <= low <= result.tendency.prediction.p <= high <= 1
        assert result.tendency.color_allowed is not (low <= result.tendency.prediction.base_rate <= high)


def check_sources(result: Assessment):
    assert set(result.citations) <= set(references())
    for line in lines_of(result):
        assert line.citations, line
    if result.tendency is not None:
        assert result.tendency.citations
        assert all(line.citations for line in (*result.tendency.factors, *result.tendency.missing))
    assert all(knee.citations for knee in result.knee)


def check_safety(result: Assessment, clinical: ClinicalInputs):
    if clinical.red_flags:
        assert {line.id for line in result.referrals} == set(clinical.red_flags)
        assert not any([result.tendency, result.knee, result.options, result.undecided, result.not_scored])
    closed = bool(clinical.red_flags) or any(getattr(clinical, name) for name in GATES)
    assert result.gate_closed is closed
    too_young = clinical.age_years is not None and clinical.age_years < 16
    fresh = clinical.months_since_surgery is not None and clinical.months_since_surgery < 6
    if closed:
        assert not result.options
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
    if option.id == "O9":
        assert not any([too_young, clinical.device_worsens])
    if option.id == "O11":
        assert not any([too_young, fresh, clinical.acute_calf_or_achilles_injury])
        assert clinical.heel_lift_improves_squat


@settings(max_examples=300, deadline=None)
@given(people, findings, norms)
def test_whatever_a_person_is_like_the_answer_is_safe_and_sourced(given_inputs, found, site):
    clinical = ClinicalInputs.model_validate(given_inputs)

    check(assess(found, clinical, site), clinical)


@settings(max_examples=200, deadline=None)
@given(absurd_people, findings, norms)
def test_absurd_inputs_are_refused_with_a_sentence_or_answered(given_inputs, found, site):
    try:
        clinical = ClinicalInputs.model_validate(given_inputs)
    except ValidationError:
        return

    check(assess(found, clinical, site), clinical)
