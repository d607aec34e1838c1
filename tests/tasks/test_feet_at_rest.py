"""Axis and width of a landing are those of the quiet stance after it, whatever the impact does to the print."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footload as fl
from footload.errors import UndefinedMetricError
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


def rebound_landings(moved_mm: tuple[float, float], medial_mm: float, *, toes_only: bool = False):
    """A left foot comes down, flies for 0.4 s, comes down elsewhere and then stands still; hand-made rectangles.

    Its first print lies `moved_mm` from where it stands afterwards, with its CoP `medial_mm` medial.
    """
    x, y = MAT.x_mm - 100.0, MAT.y_mm - 160.0
    inside = (np.abs(x - moved_mm[0]) < 45) & (np.abs(y - moved_mm[1]) < 125) & ((y > 40) | (not toes_only))
    first = inside * (1 + medial_mm / np.var(x[inside]) * (x - moved_mm[0]))
    pressure = np.zeros((400, MAT.n_sensors))
    pressure[50:80] = (240 if toes_only else 80) * first
    pressure[120:150] = 80 * one_print(90.0, 0.0)
    pressure[150:] = 30 * one_print(90.0, 0.0)
    recording = PressureRecording(np.arange(400) / RATE_HZ, pressure, MAT)
    rear, whole = (200.0, 85.0) if toes_only else (35.0 + moved_mm[1], 250.0)
    axes = (
        FootAxis(Side.LEFT, (100.0 + moved_mm[0], rear), (100.0 + moved_mm[0], 250.0 + moved_mm[1]), whole, 90.0),
        FootAxis(Side.LEFT, (100.0, 35.0), (100.0, 200.0), 250.0, 90.0),
    )
    contacts = [
        FootContact(recording, start, stop, np.ones(MAT.n_sensors, bool), Side.LEFT, axis=axis, loaded=1.0)
        for (start, stop), axis in zip(((50, 80), (120, 400)), axes, strict=True)
    ]
    (curve,) = curves_on_mat(contacts, recording.time_s)
    search = find_landings(recording.time_s, curve.force_n, {Side.LEFT: curve.force_n[:, 2]})
    return [feet_in(landing, [curve])[0] for landing in search.landings]


@pytest.mark.parametrize("moved_mm", [(0.0, 0.0), (25.0, 0.0), (-15.0, 20.0)])
def test_the_first_landing_of_a_drop_jump_goes_with_the_place_of_its_own_contact(moved_mm):
    """5 mm of 90 mm, though the foot stands still 25 mm from there, which taken as a shift were 28 %."""
    first, second = rebound_landings(moved_mm, 5.0)
    assert landing_medial_shift_early(first) == pytest.approx(100 * 5 / 90, rel=TILTED)
    assert landing_medial_shift_early(second) == pytest.approx(0.0, abs=1e-9)
    assert not first.reason


def test_a_first_landing_on_the_forefoot_alone_cannot_be_laid_on_the_whole_foot():
    first, second = rebound_landings((25.0, 0.0), 0.0, toes_only=True)
    assert "its print in this landing is 85 mm long and not 250 mm" in first.reason
    with pytest.raises(UndefinedMetricError, match="another contact of the foot"):
        landing_medial_shift_early(first)
    assert not second.reason


def test_a_simulated_drop_jump_onto_two_places_has_its_shift_in_both():
    """The first contact is (12, -8) mm away and turned by 6 degrees; half a per cent of the width on a mat."""
    course = DropCourse(rebound_m_per_s=2.2, after_s=3.5)
    mat = SensorLayout.rectangle(72, 64, 7.0)

    def made(moved: tuple[float, float], turned_deg: float):
        sides = ((Side.LEFT, 140.0, -1.0, 5.0), (Side.RIGHT, 310.0, 1.0, -3.0))
        feet = [
            StandingFoot(
                SyntheticFoot(side, place_mm=(x + moved[0], 240.0 + moved[1]), heading_deg=8 * out + turned_deg), mm
            )
            for side, x, out, mm in sides
        ]
        return drop_on_mat(feet, mat, course, sampling_rate_hz=200.0).trial

    stands, comes_down = made((0.0, 0.0), 0.0), made((12.0, -8.0), 6.0)
    early = stands.pressure.time_s < course.touchdowns_s[1] - 0.05
    pressure = np.where(early[:, None], comes_down.pressure.pressure_kpa, stands.pressure.pressure_kpa)
    both = stands.changed(recordings=(PressureRecording(stands.pressure.time_s, pressure, mat),))
    shifts = {
        (f.side, f.repetition): f.value for f in fl.analyze(both).findings if f.metric == "landing_medial_shift_early"
    }
    for number in (0, 1):
        assert shifts[Side.LEFT, number] == pytest.approx(100 * 5 / 95, abs=0.5)
        assert shifts[Side.RIGHT, number] == pytest.approx(-100 * 3 / 95, abs=0.5)
