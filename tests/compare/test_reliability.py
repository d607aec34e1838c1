"""Published examples of intraclass correlation and limits of agreement."""

from __future__ import annotations

import numpy as np
import pytest

from footload.compare.reliability import IccForm, agreement, minimal_change, reliability

# Shrout and Fleiss 1979, table 2: six people, four judges; table 4 gives the six coefficients.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])

# Bland and Altman 1986, table 1: peak flow of 17 people, large and mini meter, first measurement. [l/min]
LARGE = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    [
        (IccForm.ONE_WAY, 0.17, -0.133, 0.723),
        (IccForm.AGREEMENT, 0.29, 0.019, 0.761),
        (IccForm.CONSISTENCY, 0.71, 0.342, 0.946),
        (IccForm.ONE_WAY_MEAN, 0.44, -0.884, 0.912),
        (IccForm.AGREEMENT_MEAN, 0.62, 0.071, 0.927),
        (IccForm.CONSISTENCY_MEAN, 0.91, 0.676, 0.986),
    ],
)
def test_shrout_and_fleiss(form: IccForm, value: float, low: float, high: float) -> None:
    found = reliability(JUDGES).icc(form)
    assert found.value == pytest.approx(value, abs=0.005)  # published with two digits
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0006)  # with three


def test_sem_and_minimal_change_of_the_same_table() -> None:
    found = reliability(JUDGES)
    # Mean squares of the paper's table 3: between judges 32.49, residual 1.02, six people.
    assert found.sem_consistency == pytest.approx(np.sqrt(1.02), abs=0.003)
    assert found.sem == pytest.approx(np.sqrt((32.49 - 1.02) / 6 + 1.02), abs=0.003)
    assert found.mdc == pytest.approx(1.96 * np.sqrt(2) * found.sem, rel=1e-4)
    assert (found.n_people, found.n_repetitions) == (6, 4)


def test_a_large_offset_changes_nothing_but_rounding() -> None:
    near, far = reliability(JUDGES), reliability(JUDGES + 1e7)
    assert far.sem == pytest.approx(near.sem, rel=1e-6)
    assert [each.value for each in far.iccs] == pytest.approx([each.value for each in near.iccs], abs=1e-6)


def test_perfect_repetition_is_one_and_a_shift_costs_agreement_only() -> None:
    values = np.array([[1.0, 1], [2, 2], [5, 5]])
    assert reliability(values).icc(IccForm.AGREEMENT).value == pytest.approx(1)
    shifted = reliability(values + np.array([0, 3]))
    assert shifted.icc(IccForm.CONSISTENCY).value == pytest.approx(1)
    assert shifted.icc(IccForm.AGREEMENT).value < 0.7
    assert shifted.sem_consistency == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("size", [1.0, 0.1, 1e5 / 3])
def test_people_who_do_not_differ_have_no_consistency(size: float) -> None:
    found = reliability(np.array([[1, 2], [1, 2], [1, 2]]) * size)
    assert found.icc(IccForm.AGREEMENT).value == 0  # all that differs is between the sessions
    for form in (IccForm.CONSISTENCY, IccForm.CONSISTENCY_MEAN):
        icc = found.icc(form)
        assert np.isnan([icc.value, icc.low, icc.high]).all(), form
    assert found.sem == pytest.approx(np.sqrt(0.5) * size)
    assert found.sem_consistency == 0


@pytest.mark.parametrize("size", [1.0, 0.1, 1e5 / 3])
def test_perfect_repetition_has_no_infinite_interval(size: float) -> None:
    found = reliability(np.array([[1.0, 1], [2, 2], [5, 5]]) * size)
    assert [icc.value for icc in found.iccs] == [1] * 6
    assert not any(np.isinf([icc.low, icc.high]).any() for icc in found.iccs)
    assert found.sem == 0


@pytest.mark.parametrize("values", [[[1, 2], [2, 1]], [[1, 2], [2, 1], [1.5, 1.5]], [[0.1, 0.2], [0.2, 0.1]]])
def test_people_and_sessions_without_differences_of_their_own_are_no_fault(values) -> None:
    found = reliability(values)
    assert found.icc(IccForm.CONSISTENCY).value == -1
    assert not found.icc(IccForm.AGREEMENT).value > 0
    assert np.isnan(found.icc(IccForm.AGREEMENT).low)


def test_the_truth_of_a_simulated_study_is_found() -> None:
    rng = np.random.default_rng(3)
    people, error = rng.normal(100, 10, (4000, 1)), rng.normal(0, 5, (4000, 3))
    found = reliability(people + error)
    # True values 100 / 125 and 5; tolerance is four standard errors of 4000 people.
    assert found.icc(IccForm.AGREEMENT).value == pytest.approx(0.8, abs=0.02)
    assert found.sem == pytest.approx(5, abs=0.16)
    assert found.icc(IccForm.AGREEMENT).low < 0.8 < found.icc(IccForm.AGREEMENT).high


def test_bland_and_altman() -> None:
    found = agreement(LARGE, MINI)
    assert (found.bias, found.spread) == pytest.approx((-2.1, 38.8), abs=0.05)
    # The paper takes 2 standard deviations where 1.96 stands here: -79.7 and 75.5 there.
    assert (found.bias - 2 * found.spread, found.bias + 2 * found.spread) == pytest.approx((-79.7, 75.5), abs=0.1)
    assert (found.lower, found.upper) == pytest.approx((-78.1, 73.9), abs=0.1)
    assert found.bias_interval == pytest.approx((-22.0, 17.8), abs=0.1)
    half = (found.lower_interval[1] - found.lower_interval[0]) / 2
    assert half == pytest.approx((114.3 - 45.1) / 2, abs=0.2)  # the paper: -114.3 to -45.1


def test_minimal_change_of_means_shrinks_with_their_repetitions() -> None:
    assert minimal_change(1.0) == pytest.approx(2.7718, abs=1e-4)
    assert minimal_change(2.0, 4, 4) == pytest.approx(minimal_change(1.0))
    assert minimal_change(1.0, 5, 3) == pytest.approx(1.96 * np.sqrt(1 / 5 + 1 / 3), rel=1e-4)
    with pytest.raises(ValueError, match="does not exist"):
        minimal_change(1.0, 0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[1, 2]], "shape"),
        ([1, 2], "shape"),
        ([[1, 2], [np.nan, 3]], "1 values are missing"),
        ([[2, 2], [2, 2]], "same"),
    ],
)
def test_a_study_that_says_nothing_is_refused(values, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        reliability(values)


def test_pairs_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="equal lists"):
        agreement([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="3 are the least"):
        agreement([1, 2, np.nan], [1, 2, 3])
