"""What the parts of a foot carry at depth and at landing: by hand, under a CoP that moves by a known way, on plates."""

import numpy as np
import pytest

import footload as fl
from footload.errors import UndefinedMetricError
from footload.metrics import region_loads as metrics
from footload.recordings import Side
from footload.synthetic.demo import demo_squat
from footload.synthetic.plate_movements import squat_on_plates
from footload.synthetic.squat import SquatTiming
from footload.tasks.movement import RepetitionFoot
from footload.tasks.region_loads import RegionLoads
from footload.tasks.repetition import Repetition


def foot(parts, rest):
    """Two frames, the second one the deepest: 200 N."""
    loads = RegionLoads(np.array([100.0, 200.0]), {name: np.array([0.0, force]) for name, force in parts.items()}, rest)
    nothing = np.full(2, np.nan)
    return RepetitionFoot(
        Repetition(0, 0, 2, {}, 1), Side.LEFT, np.arange(2) / 100, nothing, nothing, nothing, 95.0, 0.0, loads=loads
    )


PARTS = {"m1": 30.0, "m2": 20.0, "medial heel": 50.0, "m4": 10.0, "m5": 10.0, "lateral heel": 30.0, "heel": 80.0}
REST = {"m1": 10.0, "m2": 10.0, "medial heel": 30.0, "m4": 10.0, "m5": 10.0, "lateral heel": 30.0, "heel": 60.0}


def test_by_hand():
    """Medial 100, lateral 50: a third. In the rest 50 to 50: nothing. The heel from 60 to 40 %: a third is lost."""
    one = foot(PARTS, REST)
    assert metrics.medial_force_ratio_at_depth(one) == pytest.approx(100 / 3)
    assert metrics.medial_force_ratio_change(one) == pytest.approx(100 / 3)
    assert metrics.heel_load_at_depth(one) == pytest.approx(40)
    assert metrics.heel_load_loss_at_depth(one) == pytest.approx(100 / 3)


def test_what_is_missing_has_its_reason():
    with pytest.raises(UndefinedMetricError, match="has no hallux"):
        metrics.hallux_load_at_depth(foot(PARTS, REST))
    with pytest.raises(UndefinedMetricError, match="in the rest before is not known"):
        metrics.heel_load_loss_at_depth(foot(PARTS, {}))
    unloaded = foot(PARTS, REST | {"heel": 0.0})
    with pytest.raises(UndefinedMetricError, match="nothing to lose"):
        metrics.heel_load_loss_at_depth(unloaded)


def test_a_foot_whose_cop_goes_medially_and_back_is_loaded_there():
    """The demonstration: 5 mm medially under the left foot, 3 mm under the right one, 6 mm toward both heels."""
    found = {(f.metric, f.side, f.repetition): f.value for f in fl.analyze(demo_squat().trial).findings}
    for number in range(5):
        left, right = (found["medial_force_ratio_change", side, number] for side in Side)
        assert left > right > 1.0
        for side in Side:
            assert found["heel_load_loss_at_depth", side, number] < -1.0  # the heel gains
            shares = [found[f"{part}_load_at_depth", side, number] for part in ("heel", "midfoot", "forefoot")]
            assert 85 < sum(shares) < 100  # the toes carry the rest


def test_a_plate_does_not_see_the_parts_of_a_foot():
    analysis = fl.analyze(squat_on_plates(SquatTiming(1), rate_hz=250.0))
    found = [f for f in analysis.findings if f.metric == "medial_force_ratio_at_depth"]
    assert found
    assert all(f.reason == "Nothing saw the parts of this foot; a plate does not." for f in found)
