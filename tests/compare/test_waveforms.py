"""Curves compared as a whole: against plain loops, against another program, and on noise."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats
from scipy.ndimage import gaussian_filter1d

from footload.compare.waveforms import Permuting, compare_paired, compare_unpaired


def curves(seed: int, n: int, points: int = 101, bump: float = 0.0) -> np.ndarray:
    """Smooth noise around 500, with a bump in the middle."""
    noise = gaussian_filter1d(np.random.default_rng(seed).normal(0, 10, (n, points)), 5, axis=1)
    return 500 + noise + bump * np.exp(-(((np.arange(points) - points / 2) / 8) ** 2))


def test_all_labelings_of_a_small_unpaired_design_by_a_plain_loop() -> None:
    first, second = curves(1, 4, 30), curves(2, 3, 30, bump=4)
    found = compare_unpaired(first, second)
    table, largest = np.concatenate([first, second]), []
    for chosen in combinations(range(7), 4):
        rest = [row for row in range(7) if row not in chosen]
        largest.append(np.abs(stats.ttest_ind(table[rest], table[list(chosen)]).statistic).max())
    real = stats.ttest_ind(second, first).statistic
    assert found.exact
    assert found.n_permutations == 35
    np.testing.assert_allclose(found.t, real, rtol=1e-9)
    assert found.p == pytest.approx(np.mean(np.array(largest) >= np.abs(real).max() - 1e-9))
    assert found.threshold == pytest.approx(np.quantile(largest, 0.95, method="higher"))


def test_all_signs_of_a_small_paired_design_by_a_plain_loop() -> None:
    first, second = curves(3, 7, 20), curves(4, 7, 20, bump=4)
    found = compare_paired(first, second)
    largest = [
        np.abs(stats.ttest_1samp(np.array(signs)[:, None] * (second - first), 0).statistic).max()
        for signs in product((1, -1), repeat=7)
    ]
    real = stats.ttest_rel(second, first).statistic
    assert (found.exact, found.n_permutations) == (True, 128)
    np.testing.assert_allclose(found.t, real, rtol=1e-9)
    assert found.p == pytest.approx(np.mean(np.array(largest) >= np.abs(real).max() - 1e-9))
    assert found.threshold == pytest.approx(np.quantile(largest, 0.95, method="higher"))


def test_a_bump_is_found_where_it_is_and_nowhere_else() -> None:
    found = compare_unpaired(curves(5, 20), curves(6, 20, bump=8), Permuting(n_permutations=2000))
    assert found.p == pytest.approx(1 / 2000)
    (cluster,) = found.clusters
    start, stop = cluster.start, cluster.stop
    assert (cluster.sign, cluster.p) == (1, pytest.approx(1 / 2000))
    assert 25 < start < 50 < stop < 76
    assert (found.t[start:stop] > found.threshold).all()


def test_noise_is_called_a_difference_in_about_five_percent() -> None:
    calls = [
        compare_unpaired(curves(2 * n, 6, 40), curves(2 * n + 1, 6, 40), Permuting(n_permutations=200, seed=n)).p
        <= 0.05
        for n in range(200)
    ]
    assert 2 <= sum(calls) <= 21  # binomial of 200 at 0.05: outside in less than 1 of 1000


def test_the_same_seed_gives_the_same_and_blocks_do_not_matter(monkeypatch) -> None:
    first, second = curves(7, 12), curves(8, 12, bump=3)
    one = compare_unpaired(first, second, Permuting(n_permutations=500, seed=4))
    monkeypatch.setattr("footload.compare.waveforms._BLOCK_BYTES", 8 * 101 * 7)
    other = compare_unpaired(first, second, Permuting(n_permutations=500, seed=4))
    assert (one.p, one.threshold) == (other.p, pytest.approx(other.threshold))
    assert [each.start for each in one.clusters] == [each.start for each in other.clusters]
    assert compare_unpaired(first, second, Permuting(n_permutations=500, seed=5)).threshold != one.threshold


def test_a_large_offset_changes_nothing() -> None:
    first, second = curves(9, 8), curves(10, 8, bump=3)
    near, far = (compare_unpaired(first + at, second + at, Permuting(n_permutations=300)) for at in (0, 1e6))
    np.testing.assert_allclose(far.t, near.t, rtol=1e-5)
    assert far.p == near.p


def test_points_where_nothing_varies_have_no_difference_or_a_sharp_one() -> None:
    first, second = curves(11, 6, 5), curves(12, 6, 5)
    first[:, 0], second[:, 0] = 0.0, 0.0
    assert compare_paired(first, second).t[0] == 0
    assert compare_unpaired(first, second).t[0] == 0
    second[:, 0] = 1.0
    assert compare_paired(first, second).t[0] == np.inf
    assert compare_paired(first, second).p == pytest.approx(2 / 64)  # all signs equal, or all turned


def test_spm1d_finds_the_same_threshold() -> None:
    spm1d = pytest.importorskip("spm1d", reason="spm1d is an oracle for those who install it")
    first, second = curves(13, 10), curves(14, 10, bump=4)
    mine = compare_unpaired(first, second, Permuting(n_permutations=4000))
    theirs = spm1d.stats.nonparam.ttest2(second, first).inference(0.05, two_tailed=True, iterations=4000)
    np.testing.assert_allclose(mine.t, theirs.z, rtol=1e-6)
    assert mine.threshold == pytest.approx(theirs.zstar, abs=0.1)  # Monte Carlo: about 0.03 for 4000 draws each


@pytest.mark.parametrize("compare", [compare_paired, compare_unpaired])
def test_curves_that_cannot_be_compared_are_refused(compare) -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 5\)"):
        compare(np.zeros((1, 5)), np.zeros((1, 5)))
    with pytest.raises(ValueError, match="points"):
        compare_unpaired(np.zeros((3, 5)), np.zeros((3, 6)))
    with pytest.raises(ValueError, match="missing"):
        compare(np.full((3, 5), np.nan), np.zeros((3, 5)))
    with pytest.raises(ValueError, match="alpha"):
        compare(np.zeros((3, 5)), np.zeros((3, 5)), Permuting(alpha=5))


@pytest.mark.parametrize(("n", "m", "least"), [(2, 2, 1 / 3), (3, 3, 0.1), (2, 3, 0.1), (4, 4, 2 / 70)])
def test_the_least_p_of_few_curves_is_that_of_the_largest_difference(n: int, m: int, least: float) -> None:
    rng = np.random.default_rng(5)
    test = compare_unpaired(rng.normal(0, 1, (n, 5)), rng.normal(1e6, 1, (m, 5)))
    assert test.exact
    assert test.p == pytest.approx(test.least_p) == pytest.approx(least)
    assert bool(test.clusters) is (least < test.alpha)


def test_the_least_p_of_few_people_in_both_conditions() -> None:
    rng = np.random.default_rng(5)
    for n in (4, 5, 6):
        test = compare_paired(rng.normal(0, 1, (n, 5)), rng.normal(1e6, 1, (n, 5)))
        assert test.p == pytest.approx(test.least_p) == pytest.approx(2 / 2**n)
        assert bool(test.clusters) is (test.least_p < 0.05)
