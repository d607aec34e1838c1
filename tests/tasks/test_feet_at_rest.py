"""Axis and width of a landing are those of the quiet stance after it, whatever the impact does to the print."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footload as fl
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.metrics.landing_foot import landing_medial_shift_early
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.synthetic import StandingFoot, SyntheticFoot
from footload.synthetic.landing import DropCourse
from footload.synthetic.mat_movements import drop_on_mat
from footload.tasks.foot_curves import AxisNote, at_rest, curves_on_mat
from footload.tasks.landing import find_landings
from footload.tasks.landing_feet import feet_in

MAT = SensorLayout.rectangle(64, 40, 5.0)
RATE_HZ = 100
TOUCHDOWN, REST = 50, 80
PRINT_MM = (90.0, 250.0)
TILTED = 0.002
"""The axis to the second metatarsal of a rectangle lies 2.4 degrees to its sides; the squared cosine is 0.998."""


def one_print(width_mm: float, medial_mm: float) -> np.ndarray:
    """A rectangle about (100, 160) mm with its CoP moved to +x: pressure is linear across, with the slope for it."""
    x, y = MAT.x_mm - 100.0, MAT.y_mm - 160.0
    inside = (np.abs(x) < width_mm / 2) & (np.abs(y) < PRINT_MM[1] / 2)
    return inside * (1 + medial_mm / np.var(x[inside]) * x)


def landing_on_print(rim_cells: int, medial_mm: float, *, whole_at_rest: bool = True):
    """A left foot of 90 mm that touches `rim_cells` more on each side in the impact, then stands still for 2 s."""
    pressure = np.zeros((TOUCHDOWN + 250, MAT.n_sensors))
    pressure[TOUCHDOWN:REST] = 80 * one_print(PRINT_MM[0] + 10 * rim_cells, medial_mm)
    pressure[REST:] = 30 * one_print(PRINT_MM[0], 0.0) * (whole_at_rest | (MAT.y_mm < 80))
    recording = PressureRecording(np.arange(len(pressure)) / RATE_HZ, pressure, MAT)
    broad = PRINT_MM[0] + 10 * rim_cells
    axis = FootAxis(Side.LEFT, (100.0, 35.0), (100.0, 200.0), PRINT_MM[1], broad)
    contact = FootContact(
        recording, TOUCHDOWN, len(pressure), np.ones(MAT.n_sensors, bool), Side.LEFT, axis=axis, loaded=1.0
    )
    (curve,) = curves_on_mat([contact], recording.time_s)
    (landing,) = find_landings(recording.time_s, curve.force_n, {Side.LEFT: curve.force_n[:, 2]}).landings
    (foot,) = feet_in(landing, [curve])
    return curve, foot


def test_five_mm_on_a_foot_of_90_mm_are_5_56_percent_though_the_impact_print_is_110_mm_broad():
    curve, foot = landing_on_print(rim_cells=2, medial_mm=5.0)
    assert curve.width_mm == 110.0
    assert foot.width_mm == pytest.approx(90.0, rel=TILTED)
    assert landing_medial_shift_early(foot) == pytest.approx(100 * 5 / 90, rel=TILTED)
    assert not any(isinstance(note, AxisNote) for note in foot.notes)


@settings(max_examples=15, deadline=None)
@given(rim_cells=st.integers(0, 4), medial_mm=st.floats(-10, 10))
def test_the_shift_does_not_depend_on_how_broad_the_impact_print_is(rim_cells: int, medial_mm: float):
    _, foot = landing_on_print(rim_cells, medial_mm)
    assert landing_medial_shift_early(foot) == pytest.approx(100 * medial_mm / 90, rel=TILTED, abs=1e-9)


def test_without_a_whole_foot_in_quiet_stance_the_landing_print_is_used_and_said():
    """Only the heel is down in the rest; its CoP is the reference still, its print shows no axis."""
    _, foot = landing_on_print(2, 5.0, whole_at_rest=False)
    assert foot.width_mm == 110.0
    assert AxisNote.LANDING_PRINT in foot.notes
    assert landing_medial_shift_early(foot) == pytest.approx(100 * 5 / 110, abs=1e-6)


def test_without_quiet_stance_the_note_says_so():
    curve, _ = landing_on_print(1, 5.0)
    assert at_rest(curve, None).notes == (*curve.notes, AxisNote.LANDING_PRINT)
    assert at_rest(curve, None).width_mm == curve.width_mm


@pytest.mark.parametrize("height_m", [0.15, 0.45])
def test_a_higher_drop_of_the_same_feet_has_the_same_shift(height_m: float):
    """The width found is the same to a cell's part; the mean of 80 ms is within the 0.5 % that a mat is held to."""
    standing = [
        StandingFoot(SyntheticFoot(side, place_mm=(200 + way * 100, 160)), medial_mm=6.0)
        for side, way in zip(Side, (-1, 1), strict=True)
    ]
    mat = SensorLayout.rectangle(64, 80, 5.0)
    made = drop_on_mat(standing, mat, DropCourse(70.0, height_m, after_s=2.5), sampling_rate_hz=200.0)
    found = fl.analyze(made.trial).findings
    early = {f.side: f.value for f in found if f.metric == "landing_medial_shift_early"}
    assert early == pytest.approx(dict.fromkeys(Side, 100 * 6 / 95), abs=0.5)
