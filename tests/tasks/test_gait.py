"""Steps and strides of a walk whose feet are known, and standing."""

import pytest

from footload.errors import UndefinedMetricError
from footload.foot.contacts import find_contacts
from footload.metrics import standing as standing_metrics
from footload.metrics import walking
from footload.recordings import SensorLayout
from footload.synthetic.demo import demo_squat, demo_walk
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.walking import walk
from footload.tasks.gait import walk_of
from footload.tasks.stance import standing_of
from footload.trials import Side

WALKWAY = SensorLayout.rectangle(500, 60, 5.0)


def four_steps(turn_deg: float = 0.0):  # type: ignore[no-untyped-def]
    """Left, right, left, right: 600 mm apart along, 100 mm across, 0.5 s one after the other."""
    feet = [
        SyntheticFoot(side, place_mm=(150.0 + across, 200.0 + 600.0 * number), heading_deg=turn_deg)
        for number, (side, across) in enumerate([(Side.LEFT, -50.0), (Side.RIGHT, 50.0)] * 2)
    ]
    return walk(feet, WALKWAY, step_s=0.5)


def test_steps_and_strides_are_those_of_the_feet() -> None:
    found = walk_of(find_contacts(four_steps().pressure))
    assert [step.side for step in found.steps] == [Side.RIGHT, Side.LEFT, Side.RIGHT]
    # from the first to the last heel the line leans by atan(100 / 1800), which shortens 600 mm by 0.9 mm
    for side in Side:
        assert walking.step_length(found.of(side)) == pytest.approx(
            600, abs=8
        )  # rear edges of 5 mm cells, and the lean
        assert walking.step_time(found.of(side)) == pytest.approx(0.5, abs=0.011)  # a frame
        assert walking.stride_length(found.of(side)) == pytest.approx(1200, abs=6)
        assert walking.stride_time(found.of(side)) == pytest.approx(1.0, abs=0.011)
    assert walking.walking_speed(found) == pytest.approx(1200, rel=0.02)


def test_feet_side_by_side_are_stepping_on_the_spot_and_have_no_step() -> None:
    found = walk_of(find_contacts(demo_walk().pressure))
    assert len(found.contacts) == 2
    assert found.steps == ()
    with pytest.raises(UndefinedMetricError, match="left and a right contact"):
        walking.walking_speed(found)


def test_nobody_on_the_mat_walks_nowhere() -> None:
    found = walk_of([])
    assert found.steps == ()
    assert found.strides == ()


def test_who_stands_shares_the_load_as_the_simulation_does() -> None:
    trial = demo_squat()
    standing = standing_of(find_contacts(trial.pressure))
    assert standing is not None
    left, right = (trial.truth.of(side).force_n.mean() for side in (Side.LEFT, Side.RIGHT))
    assert standing_metrics.left_load_share(standing) == pytest.approx(100 * left / (left + right), abs=0.1)


def test_a_double_support_is_no_standing() -> None:
    assert standing_of(find_contacts(four_steps().pressure)) is None


def test_one_foot_alone_can_stand_but_shares_nothing() -> None:
    contacts = find_contacts(demo_squat().pressure)
    alone = standing_of([contact for contact in contacts if contact.side is Side.LEFT])
    assert alone is not None
    assert alone.sides == (Side.LEFT,)
    with pytest.raises(UndefinedMetricError, match="Only one foot"):
        standing_metrics.left_load_share(alone)
