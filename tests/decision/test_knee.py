import pytest

from footload.decision.assess import assess
from footload.decision.inputs import ClinicalInputs, SiteNorms


def measured(sex: str | None, task: str, angle_deg: float, norms: SiteNorms | None = None, **given: object):
    knee = {"task": task, "side": "left", "angle_deg": angle_deg}
    extra = {name: given.pop(name) for name in ("convention", "n_trials") if name in given}
    clinical = ClinicalInputs.model_validate({"sex": sex, "fppa": [knee | extra], "wblt_cm": {"left": 7}, **given})
    result = assess([], clinical, norms)
    assert result.tendency is None
    return result.knee[0]


@pytest.mark.parametrize(
    ("sex", "task", "angle_deg", "p"),
    [
        ("female", "drop vertical jump", 15, 0.7475),
        ("female", "drop vertical jump", 13, 0.5000),
        ("female", "drop vertical jump", 20, 0.9902),
        ("female", "drop vertical jump", 8, 0.0478),
        ("male", "drop vertical jump", 12, 0.9088),
        ("female", "unilateral step landing", 12, 0.5000),
        ("male", "unilateral step landing", 9, 0.5000),
    ],
)
def test_a_measured_knee_is_reported_and_not_predicted(sex: str, task: str, angle_deg: float, p: float):
    knee = measured(sex, task, angle_deg)

    assert knee.probability_above == pytest.approx(p, abs=1e-4)
    assert knee.citations == ("s49", "s47")


def test_the_range_is_that_of_the_published_errors():
    assert measured("female", "drop vertical jump", 15).probability_range == pytest.approx((0.6915, 0.8413), abs=1e-4)


def test_the_sentence_of_a_measured_knee():
    assert measured("female", "drop vertical jump", 15).text == (
        "Knee angle 15.0° (drop vertical jump, left; 0 = straight, + = valgus); the average band ends at 13° "
        "(50 women aged 18 to 28). The true angle lies above it with a chance of 70 % to 85 % (error 2 to 4°), "
        "75 % with 3°. Measured, so not predicted from the foot."
    )


def test_the_other_convention_gives_the_same_answer():
    same = measured("female", "drop vertical jump", 165, convention="180 is straight")

    assert same.probability_above == measured("female", "drop vertical jump", 15).probability_above


@pytest.mark.parametrize(("sex", "task"), [("female", "single-leg squat"), (None, "drop vertical jump")])
def test_without_a_reference_the_angle_is_reported_without_a_chance(sex: str | None, task: str):
    knee = measured(sex, task, 15)

    assert knee.probability_above is None
    assert knee.valgus_deg == 15
    assert "no reference" in knee.text


def test_a_norm_of_the_site_comes_first():
    norms = SiteNorms.model_validate(
        {"site": "Lab A", "knee": [{"task": "single-leg squat", "sex": "female", "upper_deg": 12, "n": 40}]}
    )

    assert measured("female", "single-leg squat", 12, norms).probability_above == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"age_years": 15}, "below 16"), ({"n_trials": 2}, "2 trials are fewer than the 3"), ({"charcot": True}, "gate")],
)
def test_who_is_not_scored_gets_no_chance_either(given: dict[str, object], words: str):
    knee = measured("female", "drop vertical jump", 15, **given)

    assert knee.probability_above is None
    assert words in knee.text
