"""Metrics of one contact, known by hand."""

import numpy as np
import pytest

from footload.errors import UndefinedMetricError
from footload.foot.arch import thirds_cm2
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.contacts import with_axis
from footload.foot.excursion import excursion_of
from footload.metrics import arch, gait_line, loading
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Side


def block() -> FootContact:
    """20 x 30 mm, five frames of 0.2 s: 100 kPa, but 50 kPa in the first frame and one cell at 150 in the last."""
    layout = SensorLayout.rectangle(8, 6, 10.0)
    pressure = np.zeros((7, 8, 6))
    pressure[1:6, 2:5, 1:3] = 100.0
    pressure[1] /= 2
    pressure[5, 4, 2] = 150.0
    recording = PressureRecording(np.arange(7) / 5, pressure.reshape(7, -1), layout)
    return FootContact(recording, 0, 7, np.ones(48, bool))


def test_the_block_has_the_values_that_paper_and_pencil_give() -> None:
    foot = block()
    assert loading.peak_force(foot) == pytest.approx(65.0)  # 5 x 10 N + 15 N
    assert loading.force_time_integral(foot) == pytest.approx((30 + 60 + 60 + 60 + 65) * 0.2)
    assert loading.contact_time(foot) == pytest.approx(1.0)
    assert loading.contact_area(foot) == pytest.approx(6.0)
    assert loading.peak_pressure(foot) == 150.0
    assert loading.peak_pressure_time_integral(foot) == pytest.approx((50 + 3 * 100 + 150) * 0.2)
    # trapezoid of 0, 30, 60, 60, 60, 65, 0 N is 55 N·s; over 600 mm² that is 55/0.6 kPa·s
    assert loading.mean_pressure_time_integral(foot) == pytest.approx(55 / 0.6)


def test_one_frame_has_a_force_but_no_duration() -> None:
    recording = PressureRecording([0.0], np.full((1, 4), 100.0), SensorLayout.rectangle(2, 2, 10.0))
    foot = FootContact(recording, 0, 1, np.ones(4, bool))
    assert loading.peak_force(foot) == pytest.approx(40.0)
    with pytest.raises(UndefinedMetricError, match="one frame has no duration"):
        loading.contact_time(foot)


def rectangle_foot(side: Side = Side.LEFT) -> FootContact:
    """A print of 80 x 250 mm that a pressure ridge rolls over from heel to toe, 20 mm lateral of the middle.

    The ridge begins and ends in the middle, so that its chord is the middle line.
    """
    layout = SensorLayout.rectangle(50, 16, 5.0)
    row, col = np.divmod(np.arange(800), 16)
    pressure = np.full((50, 800), 5.0)
    for frame in range(50):
        lateral = 4 if 10 <= frame < 40 else 0
        middle = 8 - lateral if side is Side.LEFT else 8 + lateral
        pressure[frame, (row == frame) & (np.abs(col + 0.5 - middle) < 1.0)] = 5000.0
    recording = PressureRecording(np.arange(50) / 100, pressure, layout)
    axis = FootAxis(side, (40.0, 0.0), (40.0, 200.0), 250.0, 80.0)
    return FootContact(recording, 0, 50, np.ones(800, bool), side, axis=axis)


@pytest.mark.parametrize("side", list(Side))
def test_a_gait_line_that_runs_laterally_has_a_positive_cpei_on_both_feet(side: Side) -> None:
    """The two ridge cells carry 9,990 units more than an even print of 13,990, so the CoP is 14.28 mm off."""
    foot = rectangle_foot(side)
    off_mm = 20 * 9_990 / 13_990
    excursion = excursion_of(foot)
    assert excursion.excursion_mm == pytest.approx(off_mm, rel=1e-9)
    assert excursion.width_mm == pytest.approx(80.0)
    assert gait_line.cpei(foot) == pytest.approx(100 * off_mm / 80, rel=1e-9)


def test_the_thirds_of_a_rectangle_are_equal_also_across_cells() -> None:
    """80 x 250 mm is 200 cm2; a third of 250 mm ends within a cell, which is divided."""
    np.testing.assert_allclose(thirds_cm2(rectangle_foot().print, (0.0, 1.0)), [200 / 3] * 3, rtol=1e-12)


def test_a_print_with_a_waist_has_the_arch_index_of_its_waist() -> None:
    """Behind a straight row of empty cells at 200 mm the print is 195 mm long, its middle third half as wide."""
    foot = rectangle_foot()
    row, col = np.divmod(np.arange(800), 16)
    waist = (row >= 13) & (row < 26) & (col >= 8)
    pressure = np.where(waist | (row == 39), 0.0, 100.0)
    shaped = foot.recording.with_step("shaped", pressure_kpa=np.tile(pressure, (50, 1)))
    assert foot.axis is not None
    print_ = with_axis(FootContact(shaped, 0, 50, foot.sensors), foot.axis, 1.0)
    assert arch.arch_index(print_) == pytest.approx(0.5 / 2.5, rel=1e-12)


def test_the_gait_line_is_as_long_as_the_way_of_the_cop() -> None:
    foot = rectangle_foot()
    way = np.diff(foot.cop_mm, axis=0)
    assert gait_line.gait_line_length(foot) == pytest.approx(100 * np.hypot(*way.T).sum() / 250)


def test_a_foot_that_only_stood_has_no_cpei() -> None:
    foot = rectangle_foot()
    still = foot.recording.with_step("stands", pressure_kpa=np.full((50, 800), 100.0))
    with pytest.raises(UndefinedMetricError, match="no roll-over"):
        gait_line.cpei(FootContact(still, 0, 50, foot.sensors, foot.side, axis=foot.axis))


def test_toe_out_is_positive_and_a_foot_toward_the_near_end_has_none() -> None:
    foot = rectangle_foot()
    turned = FootAxis(Side.LEFT, (40.0, 0.0), (20.0, 40.0), 250.0, 80.0)
    there = FootContact(foot.recording, 0, 50, foot.sensors, Side.LEFT, axis=turned)
    assert gait_line.foot_progression_angle(there) == pytest.approx(np.degrees(np.arctan2(20, 40)))
    back = FootAxis(Side.LEFT, (40.0, 200.0), (40.0, 0.0), 250.0, 80.0)
    with pytest.raises(UndefinedMetricError, match="180° away"):
        gait_line.foot_progression_angle(FootContact(foot.recording, 0, 50, foot.sensors, Side.LEFT, axis=back))
