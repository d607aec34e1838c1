"""How long curves and pictures take to compare, beside the field's own program, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from told import tell

from footload.compare.waveforms import Permuting, compare_paired, compare_unpaired

PROMISED_RATIO = 20.0


def curves(seed: int, n: int, points: int) -> np.ndarray:
    return 500 + gaussian_filter1d(np.random.default_rng(seed).normal(0, 10, (n, points)), 5, axis=1)


def fastest_s(call: Callable[[], object], times: int) -> float:
    found: list[float] = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return min(found)


@pytest.mark.parametrize("paired", [False, True])
def test_curves_are_compared_twenty_times_quicker_than_by_spm1d(benchmark, paired: bool) -> None:
    """20 and 20 people, 101 points, 10 000 labelings."""
    spm1d = pytest.importorskip("spm1d", reason="spm1d is not installed; `make bench` installs it")
    first, second = curves(1, 20, 101), curves(2, 20, 101)
    test = spm1d.stats.nonparam.ttest_paired if paired else spm1d.stats.nonparam.ttest2
    ours = compare_paired if paired else compare_unpaired
    if not benchmark.enabled:
        pytest.skip("only with --benchmark-enable")
    theirs_s = fastest_s(lambda: test(second, first).inference(0.05, two_tailed=True, iterations=10_000), 3)
    ours_s = fastest_s(lambda: ours(first, second), 15)
    benchmark.pedantic(lambda: ours(first, second), rounds=5)
    name = f"curves, 10 000 labelings, {'paired' if paired else '20 and 20 people'}"
    print(f"{name}: {1e3 * ours_s:.1f} ms, spm1d {1e3 * theirs_s:.0f} ms, {theirs_s / ours_s:.1f} times")  # noqa: T201
    tell(name, f"{1e3 * ours_s:.1f} ms", f">= {PROMISED_RATIO:g} times", "spm1d", f"{theirs_s / ours_s:.1f}")
    assert theirs_s / ours_s >= PROMISED_RATIO


def test_pictures_of_4096_cells_in_2000_labelings(benchmark) -> None:
    first, second = curves(1, 20, 4096), curves(2, 20, 4096)
    how = Permuting(n_permutations=2000, shape=(64, 64))
    if not benchmark.enabled:
        pytest.skip("only with --benchmark-enable")
    ours_s = fastest_s(lambda: compare_unpaired(first, second, how), 5)
    benchmark.pedantic(lambda: compare_unpaired(first, second, how), rounds=3)
    print(f"pictures of 64 x 64 cells, 2000 labelings: {1e3 * ours_s:.0f} ms")  # noqa: T201
    tell("pictures of 64 x 64 cells, 2000 labelings", f"{1e3 * ours_s:.0f} ms")
