"""The highest value that a device can give goes with its recording, so that saturation can be told from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from devices.calibration import Polynomial, Table
from devices.profile import load_profile
from footload.readers import read

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


def test_a_recording_knows_where_its_device_ends() -> None:
    recording = read(SAMPLES / "demo_walk.mcap").pressure
    profile = load_profile("demo_mat")
    assert isinstance(profile.calibration, Polynomial | Table)
    last_two = profile.calibration.pressure_kpa(np.array([profile.count_max - 1, profile.count_max]))
    assert recording.ceiling == pytest.approx(float(last_two[1]))
    assert last_two[0] < recording.ceiling
    assert float(recording.pressure_kpa.max()) < recording.ceiling
