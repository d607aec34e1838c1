"""The frame of a foot in a shoe is the insole's, whatever a step loads of it."""

import numpy as np
import pytest

from footload import analyze
from footload.foot.contacts import find_contacts, standing_axis
from footload.foot.insoles import insole_axis
from footload.foot.zero import zeroed
from footload.parameters import Parameters
from footload.readers.pedar import insole_layout
from footload.recordings import PressureRecording, SensorLayout, Side
from footload.trials import Trial


def steps(side: Side, *, in_shoe: bool = True) -> PressureRecording:
    """A whole step, then one of the forefoot alone, then one of the heel alone."""
    layout = insole_layout("y", side)
    share = layout.y_mm / layout.y_mm.max()
    pressure = np.zeros((180, 99))
    pressure[10:60] = 80.0
    pressure[70:110, share > 0.6] = 100.0
    pressure[120:160, share < 0.3] = 90.0
    return PressureRecording(np.arange(180) * 0.01, pressure, layout, side=side, in_shoe=in_shoe)


@pytest.mark.parametrize("side", Side)
def test_every_step_has_the_frame_of_the_insole(side):
    contacts = find_contacts(steps(side), side=side)
    assert [contact.start for contact in contacts] == [10, 70, 120]
    axes = [contact.axis for contact in contacts]
    assert axes[0] is not None
    assert axes == [axes[0]] * 3
    assert standing_axis(contacts[1], (70, 110)) == axes[0]
    assert all(contact.flags == () for contact in contacts)


def test_the_heel_is_at_the_rear_end_and_the_length_is_the_insoles():
    axis = insole_axis(steps(Side.LEFT))
    layout = insole_layout("y", Side.LEFT)
    half = np.sqrt(np.median(layout.area_mm2)) / 2
    assert axis is not None
    # the axis is turned by some degrees, so its ends are not exactly those along y
    assert axis.heel_mm[1] == pytest.approx(layout.y_mm.min() - half, abs=3)
    assert axis.length_mm == pytest.approx(np.ptp(layout.y_mm) + 2 * half, abs=6)
    assert abs(axis.progression_angle_deg) < 10


def test_left_and_right_are_mirror_images():
    left, right = insole_axis(steps(Side.LEFT)), insole_axis(steps(Side.RIGHT))
    assert left is not None
    assert right is not None
    assert left.length_mm == pytest.approx(right.length_mm, rel=1e-9)
    assert left.width_mm == pytest.approx(right.width_mm, rel=1e-9)
    assert left.progression_angle_deg == pytest.approx(right.progression_angle_deg, abs=1e-9)


def test_on_a_grid_the_outline_is_what_was_ever_loaded():
    layout = SensorLayout.rectangle(31, 11, 8.6)
    pressure = np.zeros((100, 31, 11))
    pressure[10:40, 2:12, 4:8] = 50.0  # heel
    pressure[50:90, 12:29, 2:9] = 60.0  # forefoot, in another step
    recording = PressureRecording(
        np.arange(100) * 0.01, pressure.reshape(100, -1), layout, side=Side.RIGHT, in_shoe=True
    )
    axis = insole_axis(recording)
    assert axis is not None
    assert axis.heel_mm[1] == pytest.approx(2 * 8.6, abs=1.5)  # the axis is turned by some degrees
    assert axis.length_mm == pytest.approx(27 * 8.6, abs=4)


def test_what_a_shoe_presses_in_the_air_is_taken_off_and_steps_come_apart():
    """A sole that presses with 3 kPa all the time keeps the insole above the threshold between two steps."""
    lifted = steps(Side.LEFT)
    pressed = lifted.with_step("pressed", pressure_kpa=lifted.pressure_kpa + 3.0)
    assert len(find_contacts(pressed, side=Side.LEFT)) == 1
    back = zeroed(pressed, Parameters(swing_share=0.1))
    np.testing.assert_allclose(back.pressure_kpa, lifted.pressure_kpa, atol=1e-12)
    assert "10 % of the highest force subtracted" in back.history[-1]
    assert len(find_contacts(back, side=Side.LEFT)) == 3


def test_swing_is_taken_off_insoles_only_and_only_where_there_is_some():
    mat = steps(Side.LEFT, in_shoe=False)
    assert zeroed(mat, Parameters(swing_share=0.1)) is mat
    standing = PressureRecording(np.arange(50.0) / 50, np.full((50, 99), 9.0), mat.layout, side=Side.LEFT, in_shoe=True)
    left = zeroed(standing, Parameters(swing_share=0.1))
    np.testing.assert_array_equal(left.pressure_kpa, standing.pressure_kpa)
    assert "no frame" in left.history[-1]
    with pytest.raises(ValueError, match=r"below 0\.5"):
        zeroed(standing, Parameters(swing_share=0.5))


def test_a_mat_has_no_insole():
    assert insole_axis(steps(Side.LEFT, in_shoe=False)) is None


def test_an_insole_knows_no_walking_direction():
    findings = analyze(Trial("shod", (steps(Side.LEFT),))).findings
    angles = [finding for finding in findings if finding.metric == "foot_progression_angle"]
    assert len(angles) == 3
    assert all(np.isnan(angle.value) and "walking direction" in angle.reason for angle in angles)
