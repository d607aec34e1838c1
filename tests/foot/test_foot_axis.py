"""The foot's own frame."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footload.foot.axis import FootAxis
from footload.trials import FootPlacement, Side


def axis(side: Side, heading_deg: float = 0.0, heel: tuple[float, float] = (100.0, 50.0)) -> FootAxis:
    turn = np.radians(heading_deg)
    front = (heel[0] - 100 * np.sin(turn), heel[1] + 100 * np.cos(turn))
    return FootAxis(side, heel, front, 250.0, 90.0)


def test_medial_of_a_left_foot_is_to_its_right() -> None:
    ap, ml = axis(Side.LEFT).to_foot(np.array([110.0]), np.array([80.0]))
    assert (ap[0], ml[0]) == (30.0, 10.0)


def test_medial_of_a_right_foot_is_to_its_left() -> None:
    ap, ml = axis(Side.RIGHT).to_foot(np.array([110.0]), np.array([80.0]))
    assert (ap[0], ml[0]) == (30.0, -10.0)


@pytest.mark.parametrize(("side", "heading", "toe_out"), [(Side.LEFT, 7, 7), (Side.RIGHT, -7, 7), (Side.LEFT, -3, -3)])
def test_a_foot_that_points_outward_is_toe_out(side: Side, heading: float, toe_out: float) -> None:
    assert axis(side, heading).progression_angle_deg == pytest.approx(toe_out, abs=1e-12)


@given(st.sampled_from(list(Side)), st.floats(-180, 180), st.floats(-300, 300), st.floats(-300, 300))
def test_the_way_to_the_foot_and_back_ends_where_it_began(side: Side, heading: float, x: float, y: float) -> None:
    frame = axis(side, heading)
    back = frame.to_plate(*frame.to_foot(np.array([x]), np.array([y])))
    np.testing.assert_allclose(np.concatenate(back), [x, y], atol=1e-9)  # rounding of two rotations


def test_a_placement_gives_an_axis() -> None:
    placed = FootAxis.of_placement(FootPlacement(Side.LEFT, (0, 0), (0, 180), 255, 92, "tracing"))
    assert placed.direction == (0, 1)
    assert placed.width_mm == 92


def test_two_equal_points_are_no_axis() -> None:
    with pytest.raises(ValueError, match="needs two places"):
        FootAxis(Side.LEFT, (1, 1), (1, 1), 250, 90)


def test_a_foot_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length_mm is 0"):
        FootAxis(Side.LEFT, (1, 1), (1, 2), 0, 90)
