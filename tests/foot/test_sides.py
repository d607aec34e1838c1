"""Left or right where the shape does not say it: by place when standing, by order when walking, with a confidence."""

import numpy as np
import pytest

from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.recordings import PressureRecording, SensorLayout
from footload.synthetic.foot import SyntheticFoot
from footload.trials import Side

MAT = SensorLayout.rectangle(220, 100, 5.0)
RATE_HZ = 50.0


def load_of(sides: tuple[Side, ...], x_mm: float, y_mm: float) -> np.ndarray:
    """Pressure of a print; both sides on one spot are a print that looks the same in a mirror."""
    feet = [SyntheticFoot(side, place_mm=(x_mm, y_mm)) for side in sides]
    force = sum(foot.standing_weights @ foot.on_cells(MAT) for foot in feet) / len(feet)
    return 400.0 * np.asarray(force) / 25e-3  # N on cells of 25 mm²: kPa


EITHER = (Side.LEFT, Side.RIGHT)


def recording(*steps: tuple[np.ndarray, float, float]) -> PressureRecording:
    """Prints with the times at which each is put down and lifted. [s]"""
    time_s = np.arange(round(max(stop for *_, stop in steps) * RATE_HZ) + 5) / RATE_HZ
    pressure = sum(np.outer((time_s >= start) & (time_s < stop), print_) for print_, start, stop in steps)
    return PressureRecording(time_s, np.asarray(pressure), MAT)


def found(*steps: tuple[np.ndarray, float, float]) -> tuple[FootContact, ...]:
    return find_contacts(recording(*steps))


def test_a_print_that_mirrors_itself_could_be_either_and_says_so() -> None:
    (contact,) = found((load_of(EITHER, 200.0, 300.0), 0.2, 0.9))
    assert contact.side_confidence == pytest.approx(0.5, abs=0.02)
    assert any("side is doubtful" in flag for flag in contact.flags)


def test_of_two_such_prints_side_by_side_the_left_one_is_the_left_foot() -> None:
    left, right = found((load_of(EITHER, 150.0, 300.0), 0.0, 3.0), (load_of(EITHER, 300.0, 300.0), 0.0, 3.0))
    assert (left.side, right.side) == (Side.LEFT, Side.RIGHT)
    assert left.print_center_mm[0] < right.print_center_mm[0]
    assert left.side_confidence == pytest.approx(0.97, abs=0.005)  # what place alone is worth
    assert right.side_confidence == pytest.approx(0.97, abs=0.005)


def test_crossed_feet_of_clear_shape_keep_their_sides() -> None:
    on_left, on_right = found(
        (load_of((Side.RIGHT,), 150.0, 300.0), 0.0, 3.0), (load_of((Side.LEFT,), 300.0, 300.0), 0.0, 3.0)
    )
    assert (on_left.side, on_right.side) == (Side.RIGHT, Side.LEFT)


@pytest.mark.parametrize("first", list(Side))
def test_between_two_sure_steps_it_is_the_other_foot(first: Side) -> None:
    other = Side.RIGHT if first is Side.LEFT else Side.LEFT
    x_mm = {Side.LEFT: 180.0, Side.RIGHT: 300.0}
    steps = found(
        (load_of((first,), x_mm[first], 180.0), 0.1, 0.8),
        (load_of(EITHER, x_mm[other], 550.0), 0.6, 1.3),
        (load_of((first,), x_mm[first], 920.0), 1.1, 1.8),
    )
    assert [step.side for step in steps] == [first, other, first]
    # two neighbors, each 97 to 3 for taking turns: 0.97² / (0.97² + 0.03²)
    assert steps[1].side_confidence == pytest.approx(0.999, abs=0.001)


def test_after_one_sure_step_it_is_the_other_foot_less_surely() -> None:
    steps = found((load_of((Side.LEFT,), 180.0, 180.0), 0.1, 0.8), (load_of(EITHER, 300.0, 550.0), 0.6, 1.3))
    assert [step.side for step in steps] == [Side.LEFT, Side.RIGHT]
    assert steps[1].side_confidence == pytest.approx(0.97, abs=0.005)


def test_a_step_long_before_says_nothing() -> None:
    steps = found((load_of((Side.LEFT,), 180.0, 180.0), 0.1, 0.8), (load_of(EITHER, 300.0, 550.0), 4.0, 4.7))
    assert steps[1].side_confidence == pytest.approx(0.5, abs=0.02)
