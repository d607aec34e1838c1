"""Plates that hold nothing, too little or nonsense: no value without a reason, and never a crash."""

import numpy as np
import pytest

import footload as fl
from footload.errors import UnresolvedTrialError
from footload.recordings import ForceRecording, PlateGeometry, Side
from footload.trials import Task, Trial

CORNERS = np.array([[1, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]]) * 200.0


def force(n, value, *, corners=True, start_s=0.0):
    place = CORNERS if corners else np.full((4, 3), np.nan)
    return ForceRecording(
        start_s + np.arange(n) / 100, np.full((n, 3), value), np.full((n, 3), value), PlateGeometry(place)
    )


@pytest.mark.parametrize("task", list(Task), ids=str)
@pytest.mark.parametrize(
    "recording",
    [
        force(0, 0.0),
        force(1, 700.0),
        force(3, 700.0),
        force(500, np.nan),
        force(500, 0.0),
        force(800, 700.0, corners=False),
    ],
    ids=["no frame", "one frame", "three frames", "not numbers", "nobody", "no corners"],
)
def test_nothing_to_find_gives_reasons(task, recording):
    for recordings in ((recording,), (recording, recording)):
        for side in (None, Side.LEFT):
            analysis = fl.analyze(Trial("edge", recordings, task, side=side))
            assert all(np.isfinite(f.value) or f.reason for f in analysis.findings)
            assert not analysis.repetitions


def test_plates_on_different_times_are_refused():
    trial = Trial("two clocks", (force(500, 700.0), force(500, 700.0, start_s=0.5)), Task.DROP_LANDING)
    with pytest.raises(UnresolvedTrialError, match="not on one time base"):
        fl.analyze(trial)
