"""Widths, angles, areas and balances of prints that are known by hand."""

import numpy as np
import pytest

from footload.errors import UndefinedMetricError
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.contacts import with_axis
from footload.metrics import arch, balances, gait_line, loading, roll_off
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Side

ROWS, COLS = 50, 16
ROW, COL = np.divmod(np.arange(ROWS * COLS), COLS)


def foot(pressure: np.ndarray, side: Side = Side.LEFT, n_frames: int = 20) -> FootContact:
    """A print on 50 x 16 cells of 5 mm, 80 x 250 mm, its axis in the middle; the same picture in every frame."""
    layout = SensorLayout.rectangle(ROWS, COLS, 5.0)
    frames = pressure if pressure.ndim == 2 else np.tile(pressure, (n_frames, 1))
    recording = PressureRecording(np.arange(len(frames)) / 100, frames, layout)
    axis = FootAxis(side, (40.0, 0.0), (40.0, 200.0), 250.0, 80.0)
    return with_axis(FootContact(recording, 0, len(frames), np.ones(ROWS * COLS, bool)), axis, 1.0)


def waisted(width_cells: int, side: Side = Side.LEFT) -> np.ndarray:
    """100 kPa everywhere, a row of empty cells below the toes, and a midfoot of so many lateral cells."""
    lateral_first = COL if side is Side.LEFT else COLS - 1 - COL
    away = (ROW >= 15) & (ROW < 27) & (lateral_first >= width_cells)
    return np.where(away | (ROW == 41), 0.0, 100.0)


@pytest.mark.parametrize("side", list(Side))
def test_a_midfoot_of_four_cells_in_sixteen_has_an_index_of_a_quarter(side: Side) -> None:
    print_ = foot(waisted(4, side), side)
    assert arch.chippaux_smirak_index(print_) == pytest.approx(25.0)
    assert arch.staheli_index(print_) == pytest.approx(0.25)


def test_a_midfoot_without_print_has_indices_of_zero_and_no_clarke_angle() -> None:
    print_ = foot(waisted(0))
    assert arch.chippaux_smirak_index(print_) == 0.0
    assert arch.staheli_index(print_) == 0.0
    with pytest.raises(UndefinedMetricError, match="leaves no print"):
        arch.clarke_angle(print_)


@pytest.mark.parametrize("side", list(Side))
def test_the_clarke_angle_is_that_of_the_drawn_arch(side: Side) -> None:
    """The tangent runs along the medial border; the forefoot ends at 205 mm, the waist is 60 mm deep to 135 mm.

    The line from (205, 0) to the waist's front corner (135, 60) is the steepest: atan(60 / 70). Lines of the search
    lie half a cell inside of the corner, so the angle is that at 133.75 mm.
    """
    expected = np.degrees(np.arctan2(60.0, 205.0 - 133.75))
    assert arch.clarke_angle(foot(waisted(4, side), side)) == pytest.approx(expected, abs=1e-9)


def test_a_straight_border_has_no_arch() -> None:
    assert arch.clarke_angle(foot(waisted(16))) == pytest.approx(0.0, abs=1e-9)


def test_the_modified_arch_index_weighs_by_pressure() -> None:
    """Of 41 rows the middle third, 68.3 to 136.7 mm, holds 13 whole rows at 30 kPa and a third of two at 90 kPa."""
    pressure = np.where(ROW == 41, 0.0, 90.0)
    pressure[(ROW * 5 + 2.5 > 205 / 3) & (ROW * 5 + 2.5 < 2 * 205 / 3)] = 30.0
    assert arch.modified_arch_index(foot(pressure)) == pytest.approx((13 * 30 + 60) / (28 * 90 + 13 * 30), rel=1e-12)


def test_balances_of_an_even_print_are_those_of_its_areas() -> None:
    """An even print: heel halves are equal; m1 and m2 take 47 % of the forefoot's width, in whole cells 8 of 16."""
    print_ = foot(waisted(16))
    assert balances.rearfoot_balance(print_) == pytest.approx(0.0, abs=1e-9)
    assert balances.forefoot_balance(print_) == pytest.approx(0.0, abs=1e-9)
    assert balances.foot_balance(print_) == pytest.approx(0.0, abs=1e-9)
    assert balances.medial_forefoot_force_ratio(print_) == pytest.approx(50.0)
    # m1 is 5 of 16 cells wide (30 % is 4.8), m2 3 cells: (3 - 5) / 8
    assert balances.medial_forefoot_balance(print_) == pytest.approx(-25.0)


def test_a_heel_loaded_only_medially_is_out_of_balance_by_a_hundred() -> None:
    pressure = waisted(16)
    pressure[(ROW < 15) & (COL < 8)] = 0.0
    assert balances.rearfoot_balance(foot(pressure, Side.LEFT)) == pytest.approx(100.0)
    assert balances.rearfoot_balance(foot(pressure, Side.RIGHT)) == pytest.approx(-100.0)


def test_a_balance_of_zones_without_load_is_not_known() -> None:
    with pytest.raises(UndefinedMetricError, match="None of the zones"):
        balances.rearfoot_balance(foot(np.where(ROW < 15, 0.0, waisted(16))))


def rolling(n_frames: int = 100) -> FootContact:
    """Heel touched in frames 0-59, midfoot 10-69, each metatarsal from 20, 22, 24, 26, 28 on, toes 40-99."""
    still = foot(waisted(16))
    frames = np.zeros((n_frames, ROWS * COLS))
    first = {"heel": (0, 60), "midfoot": (10, 70), "toes": (40, 100)}
    first |= {f"m{i + 1}": (20 + 2 * i, 95) for i in range(5)}
    for region, (start, stop) in first.items():
        frames[start:stop, still.regions[region] & (ROW != 41)] = 100.0
    return foot(frames)


def test_the_phases_of_a_roll_off_are_those_of_its_zones() -> None:
    contact = rolling()
    assert roll_off.initial_contact_phase(contact) == pytest.approx(20.0)
    assert roll_off.forefoot_contact_phase(contact) == pytest.approx(8.0)
    assert roll_off.foot_flat_phase(contact) == pytest.approx(32.0)
    assert roll_off.push_off_phase(contact) == pytest.approx(40.0)


def test_times_of_loading_are_in_per_cent_of_the_foots_stance() -> None:
    parts = rolling().parts
    assert loading.loading_begins(parts["m3"]) == pytest.approx(24.0)
    assert loading.loading_ends(parts["heel"]) == pytest.approx(60.0)
    assert loading.force_time_share(parts["heel"]) + loading.force_time_share(parts["midfoot"]) < 100.0


def test_shares_of_the_tiles_add_up_to_a_hundred() -> None:
    parts = rolling().parts
    tiles = ("heel", "midfoot", "forefoot", "toes")
    assert sum(loading.force_time_share(parts[name]) for name in tiles) == pytest.approx(100.0)


def test_pressure_is_even_from_side_to_side_when_every_zone_has_the_same() -> None:
    """At the heel's leaving no heel cell is loaded, and M1, M2, M4 and M5 all have 100 kPa."""
    assert roll_off.pressure_ratio_at_heel_off(rolling()) == pytest.approx(0.0, abs=1e-9)


def test_at_the_first_metatarsal_only_m1_is_down_in_front() -> None:
    """M1 and both heel halves at 100 kPa: (200 - 100) / 300."""
    assert roll_off.pressure_ratio_at_first_metatarsal(rolling()) == pytest.approx(100 / 3)


def test_a_forefoot_that_never_lies_flat_is_no_roll_off() -> None:
    still = rolling()
    frames = np.where(still.regions["heel"], 0.0, still.recording.pressure_kpa)
    with pytest.raises(UndefinedMetricError, match="nothing touched: heel"):
        roll_off.foot_flat_phase(foot(frames))


def test_a_foot_that_stands_from_the_first_frame_did_not_roll_off() -> None:
    with pytest.raises(UndefinedMetricError, match="stood there when the recording began"):
        roll_off.foot_flat_phase(foot(waisted(16)))


def traveling(off_cells: float) -> FootContact:
    """A strong pair of cells that travels from the second to the last but one row, so many cells medial of the axis."""
    frames = np.zeros((ROWS - 2, ROWS * COLS))
    middle = COLS / 2 + off_cells  # medial of a left foot is to the right
    for frame in range(ROWS - 2):
        frames[frame, (frame + 1 == ROW) & (np.abs(COL + 0.5 - middle) < 1.0)] = 1000.0
    return foot(frames)


@pytest.mark.parametrize("off_cells", [3, -3])
def test_the_area_beside_the_axis_is_that_of_a_strip(off_cells: int) -> None:
    """15 mm beside the axis over 47 rows of 5 mm is 35.25 cm2, all on one side."""
    contact = traveling(off_cells)
    areas = (gait_line.medial_cop_area(contact), gait_line.lateral_cop_area(contact))
    assert areas == pytest.approx((35.25, 0.0) if off_cells > 0 else (0.0, 35.25))


def test_a_straight_way_has_no_width_and_an_even_speed() -> None:
    contact = traveling(2)
    assert gait_line.gait_line_width(contact) == pytest.approx(0.0, abs=1e-9)
    # 5 mm a frame of 10 ms; the moving mean of 5 frames pulls both ends in by 2.5 mm a side
    assert gait_line.cop_mean_speed(contact) == pytest.approx(500.0, rel=0.05)
    assert gait_line.strike_index(contact) == pytest.approx(100 * 7.5 / 250)


def test_the_rise_of_a_ramp_is_its_slope() -> None:
    """Five cells from 0 to 100 kPa in 10 steps of 10 ms: 12.5 N in 0.09 s after the first touched frame."""
    frames = np.zeros((21, ROWS * COLS))
    frames[:, :5] = np.minimum(np.arange(21), 10)[:, None] * 10.0
    assert loading.average_loading_rate(foot(frames)) == pytest.approx(12.5 / 0.09)


def test_the_mean_pressure_of_an_even_print_is_its_pressure() -> None:
    assert loading.mean_pressure(foot(np.full(ROWS * COLS, 70.0))) == pytest.approx(70.0)
