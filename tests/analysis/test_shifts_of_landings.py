"""The medial shift of landings as curves: on the frames of the repetitions, and what the findings are read from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import footload as fl

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"


@pytest.mark.parametrize("name", ["barefoot_drop_landing_mat.mcap", "barefoot_drop_landing_plates.h5"])
def test_the_curve_of_a_landing_is_what_its_findings_are_read_from(name: str) -> None:
    analysis = fl.analyze(fl.read(STUDY / name))
    (landing,) = analysis.repetitions
    assert set(analysis.shifts) == set(fl.Side)
    for side, shift in analysis.shifts.items():
        np.testing.assert_array_equal(shift.time_s, analysis.repetition_time_s)
        known = np.flatnonzero(np.isfinite(shift.shift_percent))
        assert landing.start <= known[0] <= landing.phases["impact"][1]
        assert shift.time_s[known[-1]] - shift.time_s[known[0]] == pytest.approx(0.25, abs=0.011)  # a frame of the mat
        peak = next(f for f in analysis.findings if (f.metric, f.side) == ("landing_medial_shift_peak", side))
        assert np.nanmax(shift.shift_percent) == pytest.approx(peak.value, abs=1e-9)
