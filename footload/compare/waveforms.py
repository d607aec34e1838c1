"""Curves and images compared as a whole: permutation of the labels, threshold of the largest |t| over all points.

One threshold holds for all points together, so that 101 points are one question and not 101. A design with fewer
permutations than asked for is enumerated instead. What is permuted is not t but the correlation r of the curves with
the labels, ``t² = f r² / (1 - r²)`` with f degrees of freedom: it grows with |t| and is one matrix product a block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from footload.arrays import FloatArray, IntArray

_BLOCK_BYTES = 2_000_000
_SAME = 1e-9
"""|t| that differs by less, relatively, is the same: the real labels come back with the sums in another order."""


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Neighboring points beyond the threshold, all to one side.

    Parameters
    ----------
    points : (n,) array of int
        Which, in their order; of an image, of the picture laid out in one row.
    sign : int
        +1 where the second is higher, -1 where it is lower.
    mass : float
        ``sum (|t| - threshold)``, which is what clusters are compared by.
    p : float
        Share of the labelings with a cluster of at least this mass anywhere.
    """

    points: IntArray
    sign: int
    mass: float
    p: float

    @property
    def start(self) -> int:
        """The first point; of a curve."""
        return int(self.points[0])

    @property
    def stop(self) -> int:
        """The point after the last; of a curve."""
        return int(self.points[-1]) + 1


@dataclass(frozen=True, slots=True, eq=False)
class CurveTest:
    """Two sets of curves, or of registered images, compared at every point.

    Parameters
    ----------
    t : (points,) array
        Student's t of second minus first; 0 where nothing varies and nothing differs, infinite where it does.
    threshold : float
        |t| beyond it is a difference, for all points together.
    p : float
        Of the largest |t|.
    p_of_points : (points,) array
        Of every point, for all points together: the share of labelings whose largest |t| is at least its own.
    clusters : tuple of Cluster
        In order of their first point.
    forming : float
        |t| beyond it makes a cluster; `threshold` where no other was asked for.
    n_permutations : int
        How many labelings were compared, the real one among them.
    exact : bool
        Whether that were all there are; the draw does not matter then.
    seed : int
        Of the draw.
    alpha : float
        Error allowed over all points.
    least_p : float
        The least p that so many labelings can give; above `alpha`, no difference can be told, however large.
    """

    t: FloatArray
    threshold: float
    p: float
    p_of_points: FloatArray
    clusters: tuple[Cluster, ...]
    forming: float
    n_permutations: int
    exact: bool
    seed: int
    alpha: float
    least_p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuting:
    """How curves are compared.

    Parameters
    ----------
    n_permutations : int
        At most so many labelings.
    alpha : float
        Error allowed over all points.
    seed : int
        Of the draw.
    forming_p : float, optional
        Two-sided p of a single point from which on it may belong to a cluster, such as 0.01; clusters are then judged
        by their mass, and weak but long differences are found. Without it, clusters form at the threshold.
    shape : (rows, cols), optional
        Of an image whose points lie in one row; neighbors are then the eight around a point.
    """

    n_permutations: int = 10_000
    alpha: float = 0.05
    seed: int = 0
    forming_p: float | None = None
    shape: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        for name, value in (("alpha", self.alpha), ("forming_p", self.forming_p)):
            if value is not None and not 0 < value < 1:
                raise ValueError(f"{name} is {value:g}; it is between 0 and 1, such as 0.05.")


PLAIN = Permuting()
"""10 000 labelings, an error of 5 % over all points."""


def compare_paired(first: ArrayLike, second: ArrayLike, how: Permuting = PLAIN) -> CurveTest:
    """Compare two conditions of the same people: the sign of each person's difference is what is permuted.

    Parameters
    ----------
    first, second : (people, points) array
        A row a person, on the same points of a normalized time or of a registered image.
    how : Permuting
        How many labelings, and what counts.

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
    change, n = other - one, len(one)
    exact = 2**n <= how.n_permutations
    scaled = _scaled(change, n, np.maximum(np.abs(one).max(axis=0), np.abs(other).max(axis=0)))
    return _tested(scaled, _signs(n, how, exact), n - 1, how, exact=exact, mirrored=True)


def compare_unpaired(first: ArrayLike, second: ArrayLike, how: Permuting = PLAIN) -> CurveTest:
    """Compare two groups: who belongs to which is what is permuted; equal spreads are assumed.

    Parameters
    ----------
    first, second : (people, points) array
        A row a person, on the same points.
    how : Permuting
        How many labelings, and what counts.

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
    size = np.abs(table).max(axis=0)
    table = table - table.mean(axis=0)  # the sums cancel otherwise when the mean is large
    exact = comb(n + m, n) <= how.n_permutations
    scaled = -_scaled(table, n * m / (n + m), size)  # second minus first, and the labels choose the first
    return _tested(scaled, _labels(n, m, how, exact), n + m - 2, how, exact=exact, mirrored=n == m)


def _scaled(table: FloatArray, n: float, size: FloatArray) -> FloatArray:
    """Columns whose product with a labeling is the correlation; 0 where nothing varies beyond rounding."""
    squares = (table**2).sum(axis=0)
    still = squares <= len(table) * (1e-13 * size) ** 2
    return table / np.sqrt(n * np.where(still, 1.0, squares)) * ~still


def _tested(
    scaled: FloatArray, labelings: FloatArray, freedom: int, how: Permuting, *, exact: bool, mirrored: bool
) -> CurveTest:
    """The first labeling is the real one; mirrored are those of which each has another one with the same |t|."""
    varies = np.flatnonzero(scaled.any(axis=0))
    table = np.ascontiguousarray(scaled[:, varies])
    rows = max(1, _BLOCK_BYTES // (8 * max(1, len(varies))))
    most = np.zeros(len(labelings))
    for start in range(0, len(labelings) if len(varies) else 0, rows):
        block = labelings[start : start + rows] @ table
        most[start : start + rows] = np.maximum(block.max(axis=1), -block.min(axis=1))
    largest = np.abs(_t_of(most, freedom))
    real = _t_of(labelings[0] @ scaled, freedom)
    threshold = float(np.quantile(largest, 1 - how.alpha, method="higher"))
    ordered = np.sort(largest)
    above = len(ordered) - np.searchsorted(ordered, np.abs(real) * (1 - _SAME), side="left")
    forming = threshold * (1 + _SAME) if how.forming_p is None else _single_threshold(how.forming_p, freedom)

    def t_where_any() -> FloatArray:
        """Of all labelings that have a cluster at all; the others cannot have a larger one."""
        full = np.zeros((int((largest > forming).sum()), scaled.shape[1]))
        full[:, varies] = _t_of(labelings[largest > forming] @ table, freedom)
        return full

    clusters = _judged(real, t_where_any(), forming, len(labelings), how.shape) if largest[0] > forming else ()
    return CurveTest(
        real,
        threshold,
        float((largest >= largest[0] * (1 - _SAME)).mean()),
        above / len(ordered),
        clusters,
        threshold if how.forming_p is None else forming,
        len(labelings),
        exact,
        how.seed,
        how.alpha,
        (2 if exact and mirrored else 1) / len(labelings),
    )


def _t_of(correlation: FloatArray, freedom: int) -> FloatArray:
    """Student's t; infinite where the labels explain everything."""
    squared = correlation**2
    rest = 1.0 - squared
    sharp = rest <= 1e-13
    return np.where(
        sharp, np.copysign(np.inf, correlation), np.sign(correlation) * np.sqrt(freedom * squared / (rest + sharp))
    )


def _single_threshold(p: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - p / 2))


def _judged(
    real: FloatArray, permuted: FloatArray, forming: float, n: int, shape: tuple[int, int] | None
) -> tuple[Cluster, ...]:
    """The clusters of the real labeling, each against the heaviest cluster of every labeling."""
    heaviest = np.zeros(len(permuted))
    for sign in (1, -1):
        numbers, mass = _clusters(sign * permuted, forming, shape)
        row, column = np.nonzero(numbers)
        np.maximum.at(heaviest, row, mass[numbers[row, column]])
    found: list[Cluster] = []
    for sign in (1, -1):
        numbers, mass = _clusters(sign * real[None], forming, shape)
        for number, heavy in enumerate(mass[1:], start=1):
            p = float((heaviest >= heavy * (1 - 1e-6)).sum()) / n
            found.append(Cluster(np.flatnonzero(numbers[0] == number), sign, float(heavy), p))
    return tuple(sorted(found, key=lambda cluster: cluster.start))


def _clusters(t: FloatArray, forming: float, shape: tuple[int, int] | None) -> tuple[IntArray, FloatArray]:
    """Number of the cluster that each point of each row belongs to, 0 for none, and the mass of each."""
    from scipy.ndimage import generate_binary_structure, label

    inside = shape or (t.shape[1],)
    near = np.zeros((3,) * (1 + len(inside)), bool)
    near[1] = generate_binary_structure(len(inside), len(inside))
    numbers, n = label((t > forming).reshape(-1, *inside), near)  # pyright: ignore[reportGeneralTypeIssues]
    flat: IntArray = np.asarray(numbers, np.int64).reshape(t.shape)
    where = flat > 0
    mass = np.bincount(flat[where], weights=t[where] - forming, minlength=int(n) + 1)
    return flat, np.asarray(mass, np.float64)


def _signs(n: int, how: Permuting, exact: bool) -> FloatArray:
    if exact:
        return np.array(list(product((1.0, -1.0), repeat=n)))
    drawn = np.random.default_rng(how.seed).integers(0, 2, (how.n_permutations, n)) * 2.0 - 1.0
    drawn[0] = 1.0
    return drawn


def _labels(n: int, m: int, how: Permuting, exact: bool) -> FloatArray:
    """Who is in the first group: 1 or 0."""
    if exact:
        return np.array(list(_all_labels(n, m)))
    real = np.repeat([1.0, 0.0], [n, m])
    drawn = np.random.default_rng(how.seed).permuted(np.tile(real, (how.n_permutations, 1)), axis=1)
    drawn[0] = real
    return drawn


def _all_labels(n: int, m: int) -> Iterator[FloatArray]:
    for members in combinations(range(n + m), n):
        row = np.zeros(n + m)
        row[list(members)] = 1.0
        yield row


def _rows(values: ArrayLike) -> FloatArray:
    table = np.asarray(values, dtype=float)
    if table.ndim != 2 or len(table) < 2 or table.shape[1] < 1:
        raise ValueError(f"The curves have shape {table.shape}; they are a row a person, 2 people or more.")
    if not np.isfinite(table).all():
        raise ValueError(f"{int((~np.isfinite(table)).sum())} points are missing; curves have to be whole.")
    return table
