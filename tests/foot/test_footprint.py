"""The print as a shape made of rectangles: widths, crossings and divided cells, known by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.foot.hulls import crossing_mm, hull_of, longest_edge
from footload.foot.prints import Footprint, footprint_of
from footload.recordings import SensorLayout


def square(n: int = 4, pitch: tuple[float, float] = (5.0, 5.0)) -> Footprint:
    layout = SensorLayout.rectangle(n, n, pitch)
    return footprint_of(np.ones(n * n), layout, 0.0)


def test_cells_below_the_threshold_are_not_in_the_print() -> None:
    layout = SensorLayout.rectangle(1, 4, 5.0)
    assert footprint_of(np.array([0.0, 4.9, 5.0, 9.0]), layout, 5.0).sensors.tolist() == [2, 3]
    assert footprint_of(np.array([0.0, 4.9, 5.0, 9.0]), layout, 0.0).sensors.tolist() == [1, 2, 3]


def test_a_straight_line_crosses_a_square_over_its_width() -> None:
    low, high = square().crossings_mm(np.array([[7.0, 12.0], [7.0, 3.0]]), (1.0, 0.0))
    assert (low.tolist(), high.tolist()) == ([-7.0, -7.0], [13.0, 13.0])


def test_a_diagonal_crosses_a_square_over_its_diagonal() -> None:
    root = np.sqrt(0.5)
    low, high = square().crossings_mm(np.array([[10.0, 10.0]]), (root, root))
    assert (low[0], high[0]) == pytest.approx((-10 / root, 10 / root))


def test_a_line_beside_the_print_crosses_nothing() -> None:
    assert np.isnan(square().crossings_mm(np.array([[0.0, 30.0]]), (1.0, 0.0))).all()


def test_the_extent_counts_whole_cells() -> None:
    assert square().extent_mm((0.0, 0.0), (0.0, 1.0)) == (0.0, 20.0)


def test_a_straight_cut_divides_cells_in_proportion() -> None:
    below = square().share_below((0.0, 0.0), (0.0, 1.0), np.array([6.0]))[0].reshape(4, 4)
    np.testing.assert_allclose(below[:, 0], [1.0, 0.2, 0.0, 0.0], atol=1e-15)


def test_a_diagonal_cut_through_the_corner_leaves_a_triangle() -> None:
    root = np.sqrt(0.5)
    one = square(1)
    # 45 degrees through two corners halves the cell; at a quarter of the diagonal it cuts an eighth off
    np.testing.assert_allclose(
        one.share_below((0, 0), (root, root), np.array([5 * root, 2.5 * root]))[:, 0], [0.5, 0.125]
    )


@given(st.floats(0, 360), st.floats(-5, 30), st.floats(2, 9), st.floats(2, 9))
def test_divided_cells_equal_a_fine_sampling_of_them(angle: float, at: float, wide: float, high: float) -> None:
    cell = Footprint(np.array([0]), np.array([wide / 2]), np.array([high / 2]), np.ones(1), (wide / 2, high / 2))
    way = (float(np.cos(np.radians(angle))), float(np.sin(np.radians(angle))))
    x, y = np.meshgrid((np.arange(200) + 0.5) / 200 * wide, (np.arange(200) + 0.5) / 200 * high)
    sampled = np.mean(x * way[0] + y * way[1] < at)
    assert cell.share_below((0, 0), way, np.array([at]))[0, 0] == pytest.approx(sampled, abs=0.006)  # 1/200 a side


def test_the_hull_of_a_square_has_its_corners_and_equal_edges() -> None:
    hull = hull_of(square().corners_mm)
    assert {tuple(corner) for corner in hull} == {(0, 0), (20, 0), (20, 20), (0, 20)}
    edge = longest_edge(hull, (1.0, 0.0))
    assert edge is not None
    assert sorted(edge[:, 1]) == [0, 20]
    assert edge[:, 0].tolist() == [20, 20]


def test_points_on_a_line_have_no_hull() -> None:
    assert len(hull_of(np.column_stack([np.arange(5.0), np.arange(5.0)]))) == 0
    assert longest_edge(np.empty((0, 2))) is None


def test_a_path_that_wavers_about_a_line_crosses_it_at_the_mean() -> None:
    path = np.array([[0.0, 0.0], [2.0, 10.0], [4.0, 0.0], [6.0, 10.0]])
    at = crossing_mm(path, np.zeros(2), np.array([0.0, 1.0]), np.array([1.0, 0.0]), 5.0)
    assert at == pytest.approx((1 + 3 + 5) / 3)
    assert np.isnan(crossing_mm(path, np.zeros(2), np.array([0.0, 1.0]), np.array([1.0, 0.0]), 20.0))


@settings(max_examples=30, deadline=None)
@given(
    heading_deg=st.floats(-180, 180),
    offsets=st.lists(st.floats(-60, 60), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
def test_cells_that_lines_do_not_come_near_change_nothing(heading_deg: float, offsets: list[float], seed: int) -> None:
    """A line meets a cell where the cell reaches it; many cells give what they give one by one."""
    x, y = np.random.default_rng(seed).uniform(-40, 40, (2, 12))
    cells = [Footprint(np.array([i]), x[[i]], y[[i]], np.ones(1), (2.5, 4.0)) for i in range(12)]
    whole = Footprint(np.arange(12), x, y, np.ones(12), (2.5, 4.0))
    along = (float(np.cos(np.radians(heading_deg))), float(np.sin(np.radians(heading_deg))))
    origins = np.array(offsets)[:, None] * np.array([-along[1], along[0]])
    each = np.array([cell.crossings_mm(origins, along) for cell in cells])
    away = np.abs(np.column_stack([x, y]) @ (-along[1], along[0]) - np.array(offsets)[:, None]).T
    reach = whole.reach_mm((-along[1], along[0]))
    sure = np.abs(away - reach) > 1e-9  # a line along an edge may be told either way
    np.testing.assert_array_equal(np.isfinite(each[:, 0])[sure], (away < reach)[sure])
    low, high = whole.crossings_mm(origins, along)
    np.testing.assert_array_equal(low, np.fmin.reduce(each[:, 0]))
    np.testing.assert_array_equal(high, np.fmax.reduce(each[:, 1]))
    assert all(len(part) == 0 for part in whole.crossings_mm(np.empty((0, 2)), along))
