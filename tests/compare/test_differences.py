"""Differences, their intervals, and several questions at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from footload.compare.differences import adjusted, paired_difference, unpaired_difference

# Student (1908): additional hours of sleep of ten patients with two drugs; t = -4.0621, p = 0.00283,
# interval of the mean difference 0.70 to 2.46; Welch on the same numbers: 17.776 degrees of freedom, p = 0.0794.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_sleep_paired() -> None:
    found = paired_difference(FIRST, SECOND)
    assert found.value == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    assert found.p == pytest.approx(0.002832890, abs=1e-9)
    assert (found.n_first, found.paired) == (10, True)


def test_students_sleep_unpaired() -> None:
    found = unpaired_difference(FIRST, SECOND)
    assert found.value == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((-0.2054832, 3.3654832), abs=1e-7)
    assert found.p == pytest.approx(0.07939414, abs=1e-8)


lists = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=3, max_size=12).filter(
    lambda values: np.std(values) > 1e-3
)


@given(lists, lists)
def test_welch_is_scipys(first, second) -> None:
    mine = unpaired_difference(first, second, 0.9)
    theirs = stats.ttest_ind(second, first, equal_var=False)
    interval = theirs.confidence_interval(0.9)
    assert mine.p == pytest.approx(theirs.pvalue, rel=1e-9, abs=1e-12)
    assert (mine.low, mine.high) == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-9)


@given(lists, st.floats(-50, 50))
def test_the_same_shift_for_all_is_found_sharply_and_swapping_turns_the_sign(values, shift) -> None:
    shifted = [value + shift for value in values]
    assert paired_difference(values, shifted).value == pytest.approx(shift, abs=1e-9)
    there, back = unpaired_difference(values, shifted), unpaired_difference(shifted, values)
    assert (there.value, there.low) == pytest.approx((-back.value, -back.high))


def test_a_gap_leaves_its_pair_out() -> None:
    assert paired_difference([1, np.nan, 3, 4], [2, 9, np.nan, 7]) == paired_difference([1, 4], [2, 7])
    assert unpaired_difference([1, np.nan, 3], [2, 4]) == unpaired_difference([1, 3], [2, 4])


def test_rounding_is_no_difference() -> None:
    one, other = [0.1] * 3, [0.1 + 1e-16] * 4
    assert np.mean(one) != np.mean(other)  # by rounding
    for found in (unpaired_difference(one, other), paired_difference(one, other[:3])):
        assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)
        assert np.isnan(found.effect_size)
    same_shift = paired_difference([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
    assert same_shift.low == same_shift.high == same_shift.value
    assert np.isnan(same_shift.effect_size)  # and not 1e15


def test_too_few_values_have_no_interval() -> None:
    one = paired_difference([1.0], [3.0])
    assert one.value == 2
    assert np.isnan([one.low, one.high, one.p, one.effect_size]).all()
    assert np.isnan(unpaired_difference([], [1.0]).value)
    assert unpaired_difference([1.0], [3.0, 4.0]).value == 2.5


def test_a_change_counts_beyond_the_error_only() -> None:
    found = paired_difference(FIRST, SECOND)
    assert found.is_beyond(1.5) is True
    assert found.is_beyond(1.6) is False
    assert found.is_beyond(float("nan")) is None


def test_hedges_g_of_a_difference_of_one_spread() -> None:
    found = unpaired_difference([-1, 0, 1], [0, 1, 2])
    assert found.effect_size == pytest.approx(1 - 3 / 15)  # spread 1, 4 degrees of freedom


def test_holm_by_hand() -> None:
    assert adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjusted([0.5, np.nan, 0.9]) == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)
    assert adjusted([]).shape == (0,)


def test_wrong_input_is_said() -> None:
    with pytest.raises(ValueError, match="each needs its partner"):
        paired_difference([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="between 0 and 1"):
        unpaired_difference([1, 2], [1, 2], 95)
    with pytest.raises(ValueError, match="one list"):
        paired_difference([[1, 2]], [[1, 2]])
