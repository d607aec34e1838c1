import numpy as np
import pytest

from devices.profile import Profile, parse_profile

SMALL_MAT = """
schema = 1
id = "test.small_mat"
name = "Small mat"
kind = "mat"
source = "made up"
certainty = "simulated"
[framing]
kind = "sync_fixed"
sync = "A55A"
header_size = 8
length = 34
[check]
kind = "crc16"
[payload]
kind = "dense"
dtype = "<u2"
shape = [3, 4]
[time]
rate_hz = 100
counter = { offset = 2, format = "<H" }
clock = { offset = 4, format = "<I", unit = "us" }
[cells]
pitch_mm = [10.0, 10.0]
[calibration]
unit = "kPa"
model = "poly"
coefficients = [0.0, 0.5]
[limits]
value_max = 4095
[[test.vector]]
bytes = "A55A 0000 00000000 00*24 10C2"
frames = 1
sum = 0
"""


@pytest.fixture(scope="session")
def small_mat() -> Profile:
    """Twelve cells, dense, with counter, clock and check."""
    return parse_profile(SMALL_MAT, name="small_mat.toml")


@pytest.fixture(scope="session")
def numbered() -> np.ndarray:
    """Fifty frames of the small mat; cell 0 holds the frame's number, so that loss and doubling show anywhere."""
    counts = np.random.default_rng(7).integers(0, 4096, (50, 12)).astype(np.uint16)
    counts[:, 0] = np.arange(50)
    return counts
