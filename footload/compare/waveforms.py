"""Curves and images compared as a whole: permutation of the labels, threshold of the largest |t| over all points.

One threshold holds for all points together, so that 101 points are one question and not 101. Permutations are drawn in
blocks, and each block is one matrix product; a design with fewer permutations than asked for is enumerated instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from footload.arrays import BoolArray, FloatArray

_BLOCK_BYTES = 32_000_000
_SAME = 1e-9
"""|t| that differs by less, relatively, is the same: the real labels come back with the sums in another order."""


@dataclass(frozen=True, slots=True, eq=False)
class CurveTest:
    """Two sets of curves compared at every point.

    Parameters
    ----------
    t : (points,) array
        Student's t of second minus first; 0 where nothing varies and nothing differs, infinite where it does.
    threshold : float
        |t| beyond it is a difference, for all points together.
    p : float
        Of the largest |t|.
    clusters : tuple of (start, stop)
        Runs of points beyond the threshold, half open; for curves, not for images.
    n_permutations : int
        How many labelings were compared, the real one among them.
    exact : bool
        Whether that were all there are; the draw does not matter then.
    seed : int
        Of the draw.
    alpha : float
        Error allowed over all points.
    """

    t: FloatArray
    threshold: float
    p: float
    clusters: tuple[tuple[int, int], ...]
    n_permutations: int
    exact: bool
    seed: int
    alpha: float


def compare_paired(
    first: ArrayLike, second: ArrayLike, *, n_permutations: int = 10_000, alpha: float = 0.05, seed: int = 0
) -> CurveTest:
    """Compare two conditions of the same people: the sign of each person's difference is what is permuted.

    Parameters
    ----------
    first, second : (people, points) array
        A row a person, on the same points of a normalized time or of a registered image.
    n_permutations : int
        At most so many.
    alpha : float
        Error allowed over all points.
    seed : int
        Of the draw.

    Returns
    -------
    CurveTest
        The same for the same seed.

    Raises
    ------
    ValueError
        When the shapes do not fit, a value is missing, or there are fewer than two people.
    """
    one, other = _rows(first), _rows(second)
    if one.shape != other.shape:
        raise ValueError(f"The two have shapes {one.shape} and {other.shape}; each person has a row in both.")
    change = other - one
    n = len(change)
    squares = (change**2).sum(axis=0)

    def t_of(signs: FloatArray) -> FloatArray:
        sums = signs @ change
        return _ratio(sums / n, np.maximum(squares - sums**2 / n, 0.0) / (n - 1) / n, squares / n)

    exact = 2**n <= n_permutations
    return _tested(t_of, _signs(n, n_permutations, seed, exact), change.shape[1], exact=exact, alpha=alpha, seed=seed)


def compare_unpaired(
    first: ArrayLike, second: ArrayLike, *, n_permutations: int = 10_000, alpha: float = 0.05, seed: int = 0
) -> CurveTest:
    """Compare two groups: who belongs to which is what is permuted; equal spreads are assumed.

    Parameters
    ----------
    first, second : (people, points) array
        A row a person, on the same points.
    n_permutations : int
        At most so many.
    alpha : float
        Error allowed over all points.
    seed : int
        Of the draw.

    Returns
    -------
    CurveTest
        The same for the same seed.

    Raises
    ------
    ValueError
        When the shapes do not fit, a value is missing, or a group has fewer than two people.
    """
    one, other = _rows(first), _rows(second)
    if one.shape[1] != other.shape[1]:
        raise ValueError(f"The curves have {one.shape[1]} and {other.shape[1]} points; they need the same.")
    n, m = len(one), len(other)
    table = np.concatenate([one, other])
    table = table - table.mean(axis=0)  # the sums of squares cancel otherwise when the mean is large
    total, squares = table.sum(axis=0), (table**2).sum(axis=0)

    def t_of(chosen: FloatArray) -> FloatArray:
        sums = chosen @ table
        mean, rest = sums / n, (total - sums) / m
        spread = np.maximum(squares - n * mean**2 - m * rest**2, 0.0) / (n + m - 2)
        return _ratio(rest - mean, spread * (1 / n + 1 / m), squares / (n + m))

    exact = comb(n + m, n) <= n_permutations
    return _tested(
        t_of, _labels(n, m, n_permutations, seed, exact), table.shape[1], exact=exact, alpha=alpha, seed=seed
    )


def _tested(
    t_of: Callable[[FloatArray], FloatArray],
    labelings: FloatArray,
    n_points: int,
    *,
    exact: bool,
    alpha: float,
    seed: int,
) -> CurveTest:
    """The first labeling is the real one."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha:g}; it is between 0 and 1, such as 0.05.")
    rows = max(1, _BLOCK_BYTES // (8 * n_points))
    largest = np.concatenate(
        [np.abs(t_of(labelings[start : start + rows])).max(axis=1) for start in range(0, len(labelings), rows)]
    )
    real = t_of(labelings[:1])[0]
    threshold = float(np.quantile(largest, 1 - alpha, method="higher"))
    p = float((largest >= largest[0] * (1 - _SAME)).mean())
    beyond = np.abs(real) > threshold * (1 + _SAME)
    return CurveTest(real, threshold, p, tuple(_runs(beyond)), len(labelings), exact, seed, alpha)


def _ratio(mean: FloatArray, variance: FloatArray, scale: FloatArray) -> FloatArray:
    """Mean over error; where nothing varies, 0 or infinite."""
    still = variance <= 1e-14 * scale
    error = np.sqrt(np.where(still, 1.0, variance))
    sharp = np.where(np.abs(mean) <= 1e-7 * np.sqrt(scale), 0.0, np.copysign(np.inf, mean))
    return np.where(still, sharp, mean / error)


def _signs(n: int, n_permutations: int, seed: int, exact: bool) -> FloatArray:
    if exact:
        return np.array(list(product((1.0, -1.0), repeat=n)))
    drawn = np.random.default_rng(seed).integers(0, 2, (n_permutations, n)) * 2.0 - 1.0
    drawn[0] = 1.0
    return drawn


def _labels(n: int, m: int, n_permutations: int, seed: int, exact: bool) -> FloatArray:
    """Who is in the first group: 1 or 0."""
    if exact:
        found = np.zeros((comb(n + m, n), n + m))
        for row, members in zip(found, combinations(range(n + m), n), strict=True):
            row[list(members)] = 1.0
        return found
    real = np.repeat([1.0, 0.0], [n, m])
    drawn = np.random.default_rng(seed).permuted(np.tile(real, (n_permutations, 1)), axis=1)
    drawn[0] = real
    return drawn


def _rows(values: ArrayLike) -> FloatArray:
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or len(table) < 2 or table.shape[1] < 1:
        raise ValueError(f"The curves have shape {table.shape}; they are a row a person, 2 people or more.")
    if not np.isfinite(table).all():
        raise ValueError(f"{int((~np.isfinite(table)).sum())} points are missing; curves have to be whole.")
    return table


def _runs(beyond: BoolArray) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], beyond, [False]]).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield int(start), int(stop)
