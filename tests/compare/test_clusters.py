"""Clusters of curves and of pictures: against plain loops and against another program."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from scipy.ndimage import gaussian_filter, gaussian_filter1d, label

from footload.compare.waveforms import Permuting, compare_paired, compare_unpaired


def curves(seed: int, n: int, points: int = 101, bump: float = 0.0) -> np.ndarray:
    noise = gaussian_filter1d(np.random.default_rng(seed).normal(0, 10, (n, points)), 5, axis=1)
    return 500 + noise + bump * np.exp(-(((np.arange(points) - points / 2) / 8) ** 2))


def heaviest(t: np.ndarray, forming: float) -> float:
    """By a plain loop: the largest mass of a cluster on either side."""
    found = [0.0]
    for signed in (t, -t):
        numbers, n = label(signed > forming, np.ones((3,) * t.ndim))
        found += [float((signed[numbers == k] - forming).sum()) for k in range(1, n + 1)]
    return max(found)


def test_masses_and_p_of_clusters_by_a_plain_loop_over_all_labelings() -> None:
    first, second = curves(1, 4, 40), curves(2, 4, 40, bump=12)
    found = compare_unpaired(first, second, Permuting(forming_p=0.05))
    assert found.forming == pytest.approx(stats.t.ppf(0.975, 6))
    table, masses = np.concatenate([first, second]), []
    for chosen in combinations(range(8), 4):
        rest = [row for row in range(8) if row not in chosen]
        masses.append(heaviest(stats.ttest_ind(table[rest], table[list(chosen)]).statistic, found.forming))
    assert found.clusters
    assert max(each.mass for each in found.clusters) == pytest.approx(masses[0])
    for each in found.clusters:
        assert each.p == pytest.approx(np.mean(np.array(masses) >= each.mass - 1e-9))


def test_a_low_and_a_high_stretch_beside_each_other_are_two_clusters() -> None:
    first = curves(3, 12, 60)
    second = curves(4, 12, 60)
    second[:, 10:20] += 40
    second[:, 20:30] -= 40
    found = compare_unpaired(first, second, Permuting(n_permutations=500))
    assert [(each.start, each.stop, each.sign) for each in found.clusters] == [(10, 20, 1), (20, 30, -1)]


def test_a_patch_of_a_picture_is_one_cluster_and_its_cells_are_named() -> None:
    rng = np.random.default_rng(5)
    first, second = (gaussian_filter(rng.normal(0, 5, (10, 20, 12)), (0, 1, 1)) for _ in range(2))
    second[:, 5:9, 3:6] += 12
    first[:, :, 11] = second[:, :, 11] = 0  # never touched
    how = Permuting(n_permutations=1000, shape=(20, 12))
    found = compare_unpaired(first.reshape(10, -1), second.reshape(10, -1), how)
    (cluster,) = found.clusters
    inside = np.zeros((20, 12), bool)
    inside[5:9, 3:6] = True
    np.testing.assert_array_equal(np.flatnonzero(inside), cluster.points)
    assert cluster.p <= 2 / 1000  # the real labels, and once their like among the draws


def test_p_of_every_point_is_that_of_the_largest_t_and_falls_with_t() -> None:
    found = compare_paired(curves(6, 9), curves(7, 9, bump=6))
    assert found.p_of_points.min() == pytest.approx(found.p)
    order = np.argsort(np.abs(found.t))
    assert (np.diff(found.p_of_points[order]) <= 0).all()
    beyond = np.abs(found.t) > found.threshold * (1 + 1e-9)
    assert (found.p_of_points[beyond] <= 0.05).all()


@pytest.mark.parametrize("paired", [False, True])
def test_another_program_finds_the_same_threshold_and_clusters(paired: bool) -> None:
    spm1d = pytest.importorskip("spm1d", reason="spm1d is an oracle for those who install it: pip install spm1d")
    first, second = curves(13, 12), curves(14, 12, bump=8)
    np.random.seed(0)  # noqa: NPY002 - the other program draws from it
    test = (spm1d.stats.nonparam.ttest_paired if paired else spm1d.stats.nonparam.ttest2)(second, first)
    theirs = test.inference(0.05, two_tailed=True, iterations=4000)
    mine = (compare_paired if paired else compare_unpaired)(first, second, Permuting(n_permutations=4000))
    np.testing.assert_allclose(mine.t, theirs.z, rtol=1e-6)
    # The 95 % point of 4000 draws scatters by about 0.03; four times that, for two of them.
    assert mine.threshold == pytest.approx(theirs.zstar, abs=0.17)
    assert len(mine.clusters) == theirs.nClusters == 1
    start, stop = theirs.clusters[0].endpoints  # interpolated between the points
    assert (mine.clusters[0].start, mine.clusters[0].stop - 1) == pytest.approx((start, stop), abs=1.5)
    assert mine.clusters[0].p == pytest.approx(theirs.p[0], abs=0.005)
