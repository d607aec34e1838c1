from dataclasses import replace

import numpy as np
import pytest

from devices.sync import align, find_taps, load_of
from footload.recordings import ForceRecording, PlateGeometry, PressureRecording, SensorLayout

TAPS_S = (1.0, 2.3, 3.1)


def blow(time_s):
    """Three taps of a tenth of a second, as a heel gives them."""
    load = np.full(len(time_s), 5.0)
    for number, tap_s in enumerate(TAPS_S):
        phase = (time_s - tap_s) / 0.1
        load += np.where((phase > 0) & (phase < 1), (200 + 30 * number) * np.sin(np.pi * phase) ** 2, 0.0)
    return load


def mat(rate_hz, late_s=0.0, seed=0, noise=0.5):
    time_s = np.arange(0, 4.5, 1 / rate_hz)
    rng = np.random.default_rng(seed)
    force_n = blow(time_s - late_s) + rng.normal(0, noise, len(time_s))
    layout = SensorLayout.rectangle(2, 2, 10.0)
    # a quarter of the force on each cell of 100 mm²: kPa mm² are mN
    return PressureRecording(time_s, np.maximum(force_n, 0)[:, None] / 4 * 10 * np.ones(4), layout, source="mat")


def plate(rate_hz, late_s=0.0, seed=1):
    time_s = np.arange(0, 4.5, 1 / rate_hz)
    force_n = np.zeros((len(time_s), 3))
    force_n[:, 2] = 3 * blow(time_s - late_s) + np.random.default_rng(seed).normal(0, 2, len(time_s))
    corners = np.array([[300.0, 500, 0], [0, 500, 0], [0, 0, 0], [300, 0, 0]])
    return ForceRecording(time_s, force_n, np.zeros_like(force_n), PlateGeometry(corners), source="plate")


def test_the_load_of_a_mat_is_its_force():
    assert load_of(mat(100, noise=0))[0] == pytest.approx(5.0)
    assert load_of(plate(1000))[:900].mean() == pytest.approx(15, abs=0.3)


@pytest.mark.parametrize("late_s", [0.0, 0.0123, -0.031, 0.2])
def test_a_plate_is_shifted_onto_a_mat_by_taps_that_both_felt(late_s):
    found = align(mat(100), plate(1000, late_s), TAPS_S)
    # the mat takes a picture every 10 ms; a tap's middle is found to a tenth of that
    assert found.offset_s == pytest.approx(-late_s, abs=0.001)
    assert found.residual_s < 0.001
    assert found.correlation > 0.97
    assert found.n_taps == 3
    late = plate(1000, late_s)
    moved = replace(late, time_s=late.time_s + found.offset_s)
    assert align(mat(100), moved, TAPS_S).offset_s == pytest.approx(0, abs=0.001)
    assert "cross-correlation (3 taps" in found.note


def test_one_tap_has_no_residual_and_says_so():
    found = align(mat(200), plate(1000, 0.02), TAPS_S[:1])
    assert found.offset_s == pytest.approx(-0.02, abs=0.001)
    assert np.isnan(found.residual_s)
    assert "its residual is not known" in found.note


def test_taps_are_found_in_a_recording():
    found = find_taps(plate(1000))
    assert len(found) == 3
    # a tap begins where its load begins to rise
    np.testing.assert_allclose(found, TAPS_S, atol=0.03)
    still = mat(100, noise=0)
    flat = PressureRecording(still.time_s, np.ones((still.n_frames, 4)), still.layout)
    assert find_taps(flat).size == 0


def test_what_only_one_device_felt_is_refused():
    quiet = mat(100)
    quiet = PressureRecording(quiet.time_s, np.random.default_rng(5).uniform(1, 2, (quiet.n_frames, 4)), quiet.layout)
    with pytest.raises(ValueError, match="did not feel the same"):
        align(plate(1000), quiet, [1.0])
    with pytest.raises(ValueError, match="No tap is given"):
        align(mat(100), plate(1000), [])
    with pytest.raises(ValueError, match="too close to an end of the reference recording"):
        align(mat(100), plate(1000), [5.5])
