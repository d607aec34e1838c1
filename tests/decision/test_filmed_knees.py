"""Knee angles from video, typed in beside a trial: read, checked, shown with their error, and assessed."""

import numpy as np
import pytest

from footload.analysis import Analysis
from footload.decision.assess import assess
from footload.decision.filmed_knees import with_filmed_knees
from footload.decision.inputs import ClinicalInputs
from footload.findings import Provenance
from footload.knee.filmed import FilmedKnees
from footload.recordings import Side
from footload.synthetic.demo import demo_squat
from footload.trials import Task


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("8:11±3", (8.0, 11.0, 3.0)),
        ("-2.5:4+-2", (-2.5, 4.0, 2.0)),
        (":9", (None, 9.0, None)),
        ("7:", (7.0, None, None)),
        (" 7 : 8 +/- 1.5 ", (7.0, 8.0, 1.5)),
    ],
)
def test_angles_are_read_in_any_of_these_ways(words, expected):
    found = FilmedKnees.parsed(words)
    assert (found.left_deg, found.right_deg, found.error_deg) == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("8", "is not LEFT:RIGHT"),
        ("a:b", "is not LEFT:RIGHT"),
        ("8.1.2:3", "is not LEFT:RIGHT"),
        (".:3", "is not LEFT:RIGHT"),
        (":", "No angle is given"),
        ("172:175", "0 = straight"),
        ("8:9±0", "The error is 0 degrees"),
    ],
)
def test_what_is_no_angle_is_told(words, said):
    with pytest.raises(ValueError, match=said):
        FilmedKnees.parsed(words)


def test_the_error_is_half_a_95_percent_interval():
    left, right = FilmedKnees(8.0, 11.0, 3.0).findings(Provenance())
    assert (left.value, left.side, right.value, right.side) == (8.0, Side.LEFT, 11.0, Side.RIGHT)
    assert left.uncertainty == pytest.approx(5.88)
    (bare,) = FilmedKnees(8.0, None).findings(Provenance())
    assert np.isnan(bare.uncertainty)
    assert "2 to 4 degrees" in bare.notes[0]


def trial_with(filmed, task):
    trial = demo_squat().trial.changed(task=task)
    return Analysis(trial, (), (), filmed.findings(Provenance()))


def test_an_assessment_takes_the_angle_with_its_error():
    """18 degrees against a band that ends at 13: five degrees are two and a half errors of 2."""
    clinical = ClinicalInputs(sex="female")
    known = with_filmed_knees(clinical, [trial_with(FilmedKnees(18.0, None, 2.0), Task.DROP_VERTICAL_JUMP)])
    (angle,) = known.fppa
    assert (angle.task, angle.side, angle.error_deg) == ("drop vertical jump", Side.LEFT, pytest.approx(2.0))
    (knee,) = assess([], known, None).knee
    assert knee.probability_above == pytest.approx(0.9938, abs=1e-4)
    assert "the entered error of 2°" in knee.text
    (published,) = assess(
        [], known.model_copy(update={"fppa": (angle.model_copy(update={"error_deg": None}),)}), None
    ).knee
    assert published.probability_above == pytest.approx(0.9522, abs=1e-4)


def test_a_task_in_which_angles_are_not_compared_changes_nothing():
    clinical = ClinicalInputs()
    assert with_filmed_knees(clinical, [trial_with(FilmedKnees(8.0, 9.0), Task.WALKING)]) is clinical
