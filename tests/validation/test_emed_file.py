"""Real emed recordings; where their known values come from stands in the index beside them."""

import csv
from pathlib import Path

import numpy as np
import pytest

from footload.readers import read

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pressure"
MASKS = DATA / "emed_masks"

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real recordings do not stand beside the project"),
]


@pytest.fixture(scope="module")
def step():
    return read(DATA / "emed" / "emed_test.lst")


def force_n(recording):
    return recording.pressure_kpa @ (recording.layout.area_mm2 * 1e-3)


def test_the_step_has_its_106_frames_at_100_hz(step):
    assert step.pressure.n_frames == 106
    assert step.pressure.sampling_rate_hz == pytest.approx(100, rel=1e-12)
    assert step.pressure.layout.grid == (54, 22)


def test_the_step_has_its_known_force_and_pressure(step):
    force = force_n(step.pressure)
    assert force.max() == pytest.approx(818.625, abs=1e-9)  # pressures are multiples of 5 kPa: exact but for rounding
    assert force.sum() * 0.01 == pytest.approx(675.82375, abs=1e-9)
    assert step.pressure.pressure_kpa.max() == 370.0
    loaded = step.pressure.pressure_kpa > 0
    assert loaded.any(axis=0).sum() == 506
    assert loaded.sum(axis=1).max() * 0.25 == 106.5


def test_the_step_agrees_with_the_forces_printed_in_the_file(step):
    assert "agree" in step.notes["force check"]
    assert "end" not in step.notes


def test_the_center_of_pressure_is_that_of_the_independent_program(step):
    golden_m = np.genfromtxt(DATA / "golden" / "out_cop_emed.csv", delimiter=",", skip_header=1)[:, 1:]
    recording = step.pressure
    places = np.column_stack([recording.layout.x_mm, recording.layout.y_mm])
    cop_mm = recording.pressure_kpa @ places / recording.pressure_kpa.sum(axis=1, keepdims=True)
    origin_mm = (125.0, 60.0)  # the golden values count from the corner of the loaded window
    np.testing.assert_allclose((cop_mm - origin_mm) * 1e-3, golden_m, rtol=0, atol=1e-12)


def rows():
    table = MASKS / "impulses.csv"
    if not table.is_file():
        return []
    with table.open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_every_masked_step_has_its_frames_window_and_impulse(row):
    trial = read(MASKS / f"{row['file']}.gz")
    recording = trial.pressure
    force = force_n(recording)
    assert trial.name == row["file"].removesuffix(".lst")
    assert recording.n_frames == int(row["frames"])
    assert recording.layout.grid == (int(row["listed_rows"]), int(row["listed_cols"]))
    assert force.max() == pytest.approx(float(row["peak_force_N"]), abs=0.005)  # printed with two decimals
    assert recording.pressure_kpa.max() == float(row["peak_pressure_kPa"])
    assert force.sum() * 0.01 == pytest.approx(float(row["total_impulse_novel_Ns"]), abs=0.01)


def test_all_eighteen_masked_steps_were_checked():
    assert len(rows()) == 18
