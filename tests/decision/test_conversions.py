from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.decision import conversions as c


@pytest.mark.parametrize(("r", "log_odds"), [(0.40, 0.792), (0.442, 0.894), (0.355, 0.689)])
def test_log_odds_per_sd_of_the_published_correlations(r: float, log_odds: float):
    assert c.log_odds_per_sd_from_r(r) == pytest.approx(log_odds, abs=1e-3)


def test_d_of_a_correlation_by_hand():
    assert c.d_from_r(0.6) == pytest.approx(1.5, rel=1e-12)


def test_log_odds_of_a_dichotomised_outcome_by_hand():
    assert c.log_odds_ratio_from_d(1.0) == pytest.approx(1.8138, abs=1e-4)


def test_an_smd_is_its_log_odds_per_sd():
    assert c.log_odds_per_sd_from_smd(0.65) == 0.65


def test_the_lunge_test_error_from_its_detectable_change():
    assert c.sem_from_mdc(1.9) == pytest.approx(0.6855, abs=1e-4)
    assert c.sem_from_mdc(1.9) / 2.8 == pytest.approx(0.2448, abs=1e-4)


def test_the_standard_error_of_the_dorsiflexion_effect_from_its_interval():
    assert c.se_from_interval(0.41, 0.88) == pytest.approx(0.12, abs=1e-3)


@pytest.mark.parametrize(("sem", "mdc"), [(2.0, 5.54), (4.0, 11.09)])
def test_detectable_change_of_a_knee_angle(sem: float, mdc: float):
    assert c.mdc_from_sem(sem) == pytest.approx(mdc, abs=5e-3)


def test_the_detectable_change_of_a_mean_of_four_is_half():
    assert c.mdc_from_sem(3.0, 4) == pytest.approx(c.mdc_from_sem(3.0) / 2)


@pytest.mark.parametrize(
    ("x", "reference", "sem", "p"),
    [
        (15, 13, 3, 0.7475),
        (13, 13, 3, 0.5000),
        (20, 13, 3, 0.9902),
        (8, 13, 3, 0.0478),
        (12, 8, 3, 0.9088),
        (15, 13, 2, 0.8413),
        (15, 13, 4, 0.6915),
    ],
)
def test_chance_that_the_true_angle_is_above_the_reference(x: float, reference: float, sem: float, p: float):
    assert c.probability_above(x, reference, sem) == pytest.approx(p, abs=1e-4)


def test_the_pronation_effect_is_pooled_as_the_evidence_states():
    pooled_sd = sqrt((11 * 7.5**2 + 14 * 5.5**2) / 25)
    d = (174.5 - 166.4) / pooled_sd
    g = c.hedges_g(d, 12, 15)
    mean, error, tau2 = c.pool_random_effects([g, 0.0, 0.0], [0.421, 0.283, 0.348])

    assert pooled_sd == pytest.approx(6.457, abs=1e-3)
    assert d == pytest.approx(1.2545, abs=1e-3)
    assert g == pytest.approx(1.2165, abs=1e-3)
    assert (mean, error, tau2) == pytest.approx((0.356, 0.363, 0.273), abs=1e-3)


def test_studies_that_agree_have_no_variance_between_them():
    assert c.pool_random_effects([0.5, 0.5], [0.1, 0.2])[2] == 0


@given(st.floats(-700, 700))
def test_expit_is_a_probability_and_undoes_logit(x: float):
    p = c.expit(x)

    assert 0 <= p <= 1
    assert c.expit(-x) == pytest.approx(1 - p, abs=1e-12)
    if 1e-6 < p < 1 - 1e-6:
        assert c.logit(p) == pytest.approx(x, abs=1e-6)


def test_the_auc_of_no_distance_is_a_coin():
    assert c.auc_from_squared_distance(0) == 0.5


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: c.logit(1), "between 0 and 1"),
        (lambda: c.d_from_r(1), "between -1 and 1"),
        (lambda: c.probability_above(1, 1, 0), "above 0"),
        (lambda: c.mdc_from_sem(1, 0), "at least one"),
        (lambda: c.pool_random_effects([1], [1]), "at least two"),
        (lambda: c.pool_random_effects([1, 2], [1, inf]), "above 0"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_a_sentence(call, words: str):
    with pytest.raises(ValueError, match=words):
        call()
