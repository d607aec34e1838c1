"""The medial shift curves of squats on plates are there as those of a mat are, for the same figures."""

from __future__ import annotations

import numpy as np
import pytest

import footload as fl
from dashboard.figures.medial_shift import medial_shift
from dashboard.figures.overlays import overlaid
from footload.metrics.medial_shift import cop_medial_shift_at_depth
from footload.recordings import Side
from footload.synthetic import SquatTiming
from footload.synthetic.jump import JumpCourse
from footload.synthetic.plate_movements import jump_on_plates, squat_on_plates

TIMING = SquatTiming(3)


@pytest.fixture(scope="module")
def analysis() -> fl.Analysis:
    return fl.analyze(squat_on_plates(TIMING, shift_mm=6.0, rate_hz=250.0))


def test_each_foot_on_plates_has_its_curve_and_the_depth_below_it(analysis: fl.Analysis) -> None:
    assert list(analysis.shifts) == [Side.LEFT, Side.RIGHT]
    truth = 100 * 6.0 / 95 * TIMING.depth_fraction(analysis.repetition_time_s)
    for shift in analysis.shifts.values():
        assert shift.shift_percent == pytest.approx(truth, abs=1e-6)
    assert analysis.depth_mm is not None
    for repetition in (r for r in analysis.repetitions if not r.rejected):
        found = {
            f.side: f.value
            for f in analysis.findings
            if f.metric == cop_medial_shift_at_depth.__name__ and f.repetition == repetition.number
        }
        for side, shift in analysis.shifts.items():
            assert shift.shift_percent[repetition.deepest_frame] == pytest.approx(found[side], abs=0.05)


def test_the_figures_of_a_mat_draw_them(analysis: fl.Analysis) -> None:
    figure = medial_shift(analysis)
    names = [trace["name"] for trace in figure.to_dict()["data"]]
    assert len(names) == 3
    assert names[-1] == "depth"
    curves = overlaid(analysis, Side.LEFT).curves
    assert len(curves) == 3
    assert float(np.nanmax(curves)) == pytest.approx(100 * 6 / 95, abs=0.01)


def test_a_foot_without_a_place_has_the_reason_instead_of_a_curve() -> None:
    found = fl.analyze(squat_on_plates(TIMING, rate_hz=250.0, placed=False))
    assert [("is not known" in shift.reason) for shift in found.shifts.values()] == [True, True]
    assert all(np.isnan(shift.shift_percent).all() for shift in found.shifts.values())


def test_jumps_have_none() -> None:
    found = fl.analyze(jump_on_plates(JumpCourse()))
    assert len(found.repetitions) == 1
    assert dict(found.shifts) == {}
    assert found.depth_mm is None
