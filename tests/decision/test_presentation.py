import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.decision.presentation import (
    direction,
    frequency_text,
    in_ten,
    interval_text,
    percent,
    point_text,
    points,
)
from footload.decision.tables import tendency_model
from footload.decision.tendency import predict

MODEL = tendency_model()


def test_the_foot_alone_in_words():
    foot = predict(MODEL, {"pronation": 1.5})

    assert interval_text(foot) == "20 % to 55 % (80 % interval); 15 % to 65 % (95 % interval)"
    assert point_text(foot) == "about 40 %, where 30 % is assumed for anybody"
    assert frequency_text(foot) == "About 4 in 10 people with these findings; could be 2 to 6 in 10."
    assert direction(foot) == "not told apart from the base rate"


def test_a_stiff_ankle_is_above_and_all_better_than_average_is_below():
    assert direction(predict(MODEL, {"dorsiflexion": 5 / 2.8})) == "above"
    assert direction(predict(MODEL, dict.fromkeys(("dorsiflexion", "pronation", "hip_strength"), -1.0))) == "below"


def test_nothing_measured_says_so():
    nothing = predict(MODEL, {})

    assert point_text(nothing) == "nothing was measured, so this is the 30 % assumed for anybody"
    assert frequency_text(nothing) == "About 3 in 10 people; could be 2 to 4 in 10."


@pytest.mark.parametrize(
    ("p", "text"), [(0.0, "under 5 %"), (0.024, "under 5 %"), (0.025, "5 %"), (0.3811, "40 %"), (0.98, "over 95 %")]
)
def test_chances_are_rounded_to_five_and_never_certain(p: float, text: str):
    assert percent(p) == text


@pytest.mark.parametrize(("p", "text"), [(0.01, "fewer than 1"), (0.05, "1"), (0.44, "4"), (0.96, "more than 9")])
def test_people_in_ten(p: float, text: str):
    assert in_ten(p) == text


@given(st.floats(0, 1))
def test_no_chance_is_shown_finer_than_five_percent(p: float):
    number = int(percent(p).removeprefix("under ").removeprefix("over ").removesuffix(" %"))

    assert number % 5 == 0
    assert 0 < number < 100
    assert abs(number / 100 - p) <= 0.05 + 1e-9


@pytest.mark.parametrize(("log_odds", "n"), [(0.0, 0), (0.074, 0), (0.075, 1), (1.16, 8), (-0.3, -2)])
def test_points(log_odds: float, n: int):
    assert points(log_odds, 0.15) == n
