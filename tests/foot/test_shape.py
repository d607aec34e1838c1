"""Side and axis from the print alone, against feet whose truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footload.foot.contacts import find_contacts
from footload.foot.prints import footprint_of
from footload.foot.shape import shape_of
from footload.recordings import SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walking_contact
from footload.trials import Side

MAT = SensorLayout.rectangle(90, 80, 5.0)


def random_foot(rng: np.random.Generator, heading_deg: float = 30.0) -> SyntheticFoot:
    length = rng.uniform(220, 300)
    return SyntheticFoot(
        Side.LEFT if rng.random() < 0.5 else Side.RIGHT,
        length,
        length * rng.uniform(0.33, 0.40),
        rng.uniform(-0.5, 0.5),
        (200 + rng.uniform(-20, 20), 225 + rng.uniform(-20, 20)),
        rng.uniform(-heading_deg, heading_deg),
    )


def angle_deg(direction: tuple[float, float]) -> float:
    return float(np.degrees(np.arctan2(-direction[0], direction[1])))


def test_one_hundred_random_feet_are_sided_and_their_axes_lie_within_one_degree() -> None:
    rng = np.random.default_rng(2026)
    errors = []
    for _ in range(100):
        foot = random_foot(rng)
        (contact,) = find_contacts(walking_contact(foot, MAT).pressure)
        assert contact.side is foot.side
        assert contact.side_confidence > 0.95
        assert contact.axis is not None
        errors.append(angle_deg(contact.axis.direction) - foot.axis.angle_deg)
    assert np.max(np.abs(errors)) < 1.0


def test_noise_free_force_and_cop_are_the_truth() -> None:
    """The rim of the foot reaches 15 mm beyond the print; what the tails beyond it hold is the error that is left."""
    rng = np.random.default_rng(7)
    for _ in range(10):
        trial = walking_contact(random_foot(rng), MAT)
        (contact,) = find_contacts(trial.pressure)
        force = trial.truth.force_n[contact.start : contact.stop]
        cop = trial.truth.cop_mm[contact.start : contact.stop]
        loaded = force >= 20
        np.testing.assert_allclose(contact.force, force, atol=1e-3 * force.max())
        assert np.max(np.abs(contact.cop_mm - cop)[loaded]) < 0.05


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_mirroring_the_mat_mirrors_side_and_axis(seed: int) -> None:
    foot = random_foot(np.random.default_rng(seed))
    image = walking_contact(foot, MAT).pressure.pressure_kpa.max(axis=0).reshape(90, 80)
    one, other = (shape_of(footprint_of(picture.ravel(), MAT, 5.0)) for picture in (image, image[:, ::-1]))
    assert one is not None
    assert other is not None
    assert other.axis.side is one.axis.side.other
    assert angle_deg(other.axis.direction) == pytest.approx(-angle_deg(one.axis.direction), abs=1e-6)
    assert other.axis.length_mm == pytest.approx(one.axis.length_mm, rel=1e-9)
    assert other.axis.width_mm == pytest.approx(one.axis.width_mm, rel=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.2, 5.0))
def test_the_strength_of_the_load_does_not_change_the_axis(seed: int, factor: float) -> None:
    foot = random_foot(np.random.default_rng(seed))
    image = walking_contact(foot, MAT).pressure.pressure_kpa.max(axis=0)
    one = shape_of(footprint_of(image, MAT, 5.0))
    other = shape_of(footprint_of(image * factor, MAT, 5.0 * factor))
    assert one is not None
    assert other is not None
    assert angle_deg(other.axis.direction) == pytest.approx(angle_deg(one.axis.direction), abs=1e-6)


@pytest.mark.parametrize("heading_deg", [180.0, 160.0, -150.0])
def test_a_foot_that_walks_back_over_the_mat_is_turned_round_by_its_roll_over(heading_deg: float) -> None:
    foot = SyntheticFoot(Side.LEFT, place_mm=(200, 225), heading_deg=heading_deg)
    (contact,) = find_contacts(walking_contact(foot, MAT).pressure)
    assert contact.side is Side.LEFT
    assert contact.axis is not None
    turned = (angle_deg(contact.axis.direction) - foot.axis.angle_deg + 180) % 360 - 180
    assert abs(turned) < 1.0


@pytest.mark.parametrize("side", list(Side))
def test_a_side_that_is_known_is_kept(side: Side) -> None:
    foot = SyntheticFoot(Side.LEFT, place_mm=(200, 225))
    (contact,) = find_contacts(walking_contact(foot, MAT).pressure, side=side)
    assert contact.side is side
    assert contact.side_confidence == 1.0


def test_a_round_print_has_no_axis() -> None:
    distance = np.hypot(MAT.x_mm - 200, MAT.y_mm - 200)
    assert shape_of(footprint_of(np.where(distance < 40, 100.0, 0.0), MAT, 5.0)) is None


def test_a_handful_of_cells_has_no_axis() -> None:
    image = np.zeros(MAT.n_sensors)
    image[:9] = 100
    assert shape_of(footprint_of(image, MAT, 5.0)) is None
