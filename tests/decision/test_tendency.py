"""The worked cases of the model FL-DKV-0, to 1e-3 or better, and its properties."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.decision.tables import tendency_model
from footload.decision.tendency import predict, submodel, what_measuring_could_change

MODEL = tendency_model()
DF, PRON, HIP = "dorsiflexion", "pronation", "hip_strength"
NAMES = (DF, PRON, HIP)
NO_ERROR = dict.fromkeys(NAMES, 0.0)
CASE_E = {DF: 2.0, PRON: 1.5, HIP: 1.0}

# case: z, errors, eta, sd, p, 80 % interval, 95 % interval, expected AUC
WORKED = {
    "A": ({}, None, -0.8473, 0.5000, 0.3000, (0.1842, 0.4486), (0.1386, 0.5331), 0.5000),
    "B": ({DF: (12 - 12.0) / 2.8}, None, -0.9318, 0.5255, 0.2826, (0.1672, 0.4358), (0.1233, 0.5245), 0.6771),
    "C": ({DF: (12 - 7.0) / 2.8}, None, 0.2289, 0.5675, 0.5570, (0.3779, 0.7224), (0.2925, 0.7927), 0.6771),
    "D": ({PRON: 1.5}, None, -0.4848, 0.5970, 0.3811, (0.2227, 0.5696), (0.1604, 0.6649), 0.5702),
    "D2": ({PRON: 2.5}, None, -0.2348, 0.7186, 0.4416, (0.2394, 0.6651), (0.1620, 0.7638), 0.5702),
    "E": (CASE_E, None, 0.5245, 0.6292, 0.6282, (0.4300, 0.7910), (0.3299, 0.8529), 0.6805),
    "F": (dict.fromkeys(NAMES, -1.0), None, -1.7210, 0.5964, 0.1517, (0.0769, 0.2775), (0.0527, 0.3654), 0.6805),
    "G": ({DF: (12 - 3.0) / 2.8}, NO_ERROR, 0.6932, 0.5831, 0.6667, (0.4865, 0.8085), (0.3894, 0.8625), 0.6771),
}

z_values = st.floats(-10, 10)
some_z = st.dictionaries(st.sampled_from(NAMES), z_values)


@pytest.mark.parametrize("case", WORKED)
def test_worked_cases(case: str):
    z, errors, eta, sd, p, interval_80, interval_95, auc = WORKED[case]
    prediction = predict(MODEL, z, sem_per_sd=errors)

    # The evidence states four decimals.
    assert prediction.eta == pytest.approx(eta, abs=1e-4)
    assert prediction.sd == pytest.approx(sd, abs=1e-4)
    assert prediction.p == pytest.approx(p, abs=1e-4)
    assert prediction.interval_80 == pytest.approx(interval_80, abs=1e-4)
    assert prediction.interval_95 == pytest.approx(interval_95, abs=1e-4)
    assert prediction.expected_auc == pytest.approx(auc, abs=1e-4)


@pytest.mark.parametrize(("p0", "p"), [(0.1, 0.2863), (0.2, 0.4854), (0.3, 0.6282), (0.5, 0.8115)])
def test_case_e_with_other_base_rates(p0: float, p: float):
    assert predict(MODEL, CASE_E, p0=p0, sem_per_sd=NO_ERROR).p == pytest.approx(p, abs=1e-4)


@pytest.mark.parametrize(
    ("rho", "p", "beta"),
    [
        (0.0, 0.7156, (0.6500, 0.2500, 0.2000)),
        (0.2, 0.6282, (0.6161, 0.1161, 0.0536)),
        (0.4, 0.5888, (0.6759, 0.0093, -0.0741)),
    ],
)
def test_case_e_with_other_correlations_unclamped(rho: float, p: float, beta: tuple[float, ...]):
    prediction = predict(MODEL, CASE_E, rho=rho, clamp=False)

    assert prediction.p == pytest.approx(p, abs=1e-4)
    assert tuple(prediction.beta.values()) == pytest.approx(beta, abs=1e-4)


@pytest.mark.parametrize(
    ("names", "beta"), [([DF], [0.65]), ([PRON], [0.25]), (NAMES, [0.6161, 0.1161, 0.0536]), ([], [])]
)
def test_coefficients_of_the_submodels(names: list[str], beta: list[float]):
    assert submodel(MODEL, names).beta.tolist() == pytest.approx(beta, abs=1e-4)


def test_squared_distance_and_inverse_correlation_of_the_full_model():
    full = submodel(MODEL, NAMES)
    # With unit errors the covariance of the coefficients is the squared inverse of R.
    inverse = np.linalg.inv(np.full((3, 3), MODEL.rho) + (1 - MODEL.rho) * np.eye(3))

    assert full.squared_distance == pytest.approx(0.4402, abs=1e-4)
    assert np.sqrt(full.squared_distance) == pytest.approx(0.6635, abs=1e-4)
    assert np.diag(inverse) == pytest.approx([1.0714] * 3, abs=1e-4)
    assert inverse[0, 1:] == pytest.approx([-0.1786] * 2, abs=1e-4)
    errors = np.diag([0.12, 0.20, 0.25]) ** 2
    assert full.covariance == pytest.approx(inverse @ errors @ inverse, abs=1e-12)


def test_measurement_errors_over_the_spread():
    assert [p.error_per_sd for p in MODEL.predictors] == pytest.approx([0.2448, 0.40, 0.40], abs=1e-4)


def test_the_model_is_calibrated_on_people_simulated_from_it():
    rng = np.random.default_rng(2)
    n = 200_000
    outcome = rng.random(n) < 0.30
    delta = np.array([0.65, 0.25, 0.20])
    chol = np.linalg.cholesky(np.full((3, 3), 0.2) + 0.8 * np.eye(3))
    z = (outcome[:, None] - 0.30) * delta + rng.standard_normal((n, 3)) @ chol.T
    full = submodel(MODEL, NAMES)
    eta = np.log(0.3 / 0.7) - 0.2 * full.squared_distance + z @ full.beta
    p = 1 / (1 + np.exp(-eta))

    # Three standard errors of a mean of 200,000 are 0.003.
    assert p.mean() == pytest.approx(outcome.mean(), abs=0.003)
    fifth = np.quantile(p, [0.2, 0.4, 0.6, 0.8])
    groups = np.digitize(p, fifth)
    assert [p[groups == g].mean() for g in range(5)] == pytest.approx([0.134, 0.214, 0.282, 0.363, 0.509], abs=0.003)
    assert [outcome[groups == g].mean() for g in range(5)] == pytest.approx(
        [0.135, 0.213, 0.281, 0.363, 0.505], abs=0.01
    )
    assert ((p - outcome) ** 2).mean() == pytest.approx(0.192, abs=0.002)
    ranks = np.empty(n)
    ranks[np.argsort(p)] = np.arange(n)
    n_met = int(outcome.sum())
    auc = (ranks[outcome].sum() - n_met * (n_met - 1) / 2) / (n_met * (n - n_met))
    assert auc == pytest.approx(0.6789, abs=0.005)


def test_a_coefficient_that_would_be_negative_is_clamped_and_the_others_are_fitted_again():
    clamped = submodel(MODEL, NAMES, rho=0.4)

    assert clamped.beta.tolist() == pytest.approx([0.65, 0.0, 0.0])
    assert clamped.squared_distance == pytest.approx(0.65**2)


def test_nothing_measured_returns_the_base_rate():
    assert predict(MODEL, {}).p == pytest.approx(0.30, abs=1e-12)
    assert predict(MODEL, {}, p0=0.12).p == pytest.approx(0.12, abs=1e-12)


@given(some_z, st.sampled_from(NAMES), z_values, st.floats(0, 10), st.sampled_from([0.0, 0.2, 0.4, 0.8]))
def test_the_chance_never_falls_when_a_predictor_gets_worse(z, name: str, start: float, more: float, rho: float):
    before = predict(MODEL, {**z, name: start}, rho=rho)
    after = predict(MODEL, {**z, name: start + more}, rho=rho)

    assert after.p >= before.p - 1e-12


@pytest.mark.parametrize("rho", [0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.9])
def test_fewer_predictors_never_raise_the_expected_auc(rho: float):
    for size in (1, 2, 3):
        for names in combinations(NAMES, size):
            for fewer in combinations(names, size - 1):
                auc = submodel(MODEL, fewer, rho=rho).expected_auc
                assert auc <= submodel(MODEL, names, rho=rho).expected_auc + 1e-12


@given(some_z)
def test_intervals_hold_the_point_and_each_other(z):
    one = predict(MODEL, z)

    assert one.interval_95[0] < one.interval_80[0] < one.p < one.interval_80[1] < one.interval_95[1]


@given(st.sampled_from(NAMES), st.floats(2.5, 1e9))
def test_beyond_the_winsor_bound_nothing_changes(name: str, z: float):
    assert predict(MODEL, {name: z}) == predict(MODEL, {name: 2.5})


def test_only_an_interval_that_excludes_the_base_rate_may_be_colored():
    assert predict(MODEL, {DF: 5 / 2.8}).differs_from_base_rate
    assert not predict(MODEL, {PRON: 2.5}).differs_from_base_rate
    assert predict(MODEL, dict.fromkeys(NAMES, -1.0)).differs_from_base_rate


def test_what_is_missing_is_listed_with_the_most_informative_first():
    gains = what_measuring_could_change(MODEL, {PRON: 0.5})

    assert [gain.name for gain in gains] == [DF, HIP]
    assert gains[0].auc_now == pytest.approx(0.5702, abs=1e-4)
    assert gains[0].auc_then > gains[0].auc_now
    assert gains[0].p_if_better < gains[0].p_if_worse


def test_a_predictor_that_the_model_lacks_is_refused_with_the_known_ones():
    with pytest.raises(KeyError, match=r"no predictor luck; it has dorsiflexion, hip_strength, pronation"):
        predict(MODEL, {"luck": 1.0})


def test_a_predictor_without_a_number_is_refused():
    with pytest.raises(ValueError, match="leave out what was not measured"):
        predict(MODEL, {DF: float("nan")})
