"""600 real steps of ten people at three speeds (Pataky and others 2008), from the package `jiku-data`.

Two people by default; all ten, on two cores and against the clock, with `--benchmark-enable` (`make bench`). The
package is under the GPL: only its data files are read, by this test alone, and nothing of it is imported.
"""

from __future__ import annotations

import importlib.util
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import footload as fl
from footload.recordings import UNKNOWN_DEVICE_MM, PressureRecording, SensorLayout, Side
from footload.trials import Task, Trial

SPEC = importlib.util.find_spec("jikudata")
FOLDER = Path(SPEC.origin).parent / "datasets" / "SpeedPP2DS" if SPEC and SPEC.origin else Path("absent")
SOME = (0, 8)
N_STEPS = 60
SAMPLING_RATE_HZ = 500.0
PITCH_MM = (
    5.08  # assumed: the stated sensor's short side; the pictures are on a square raster. No result here needs it.
)
PROMISED_S = 20.0

pytestmark = [
    pytest.mark.validation,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="jiku-data is not installed (pip install --group recordings)"),
]


def step_of(frames: np.ndarray, name: str) -> Trial:
    """One trial; zero padding of the time is cut, the scale is not stated anywhere, so the values are counts."""
    loaded = np.flatnonzero(frames.any(axis=(0, 1)))
    frames = frames[:, :, : loaded[-1] + 2]
    pressure = np.moveaxis(frames, 2, 0).reshape(frames.shape[2], -1).astype(np.float32)
    layout = SensorLayout.rectangle(*frames.shape[:2], PITCH_MM, device_mm=UNKNOWN_DEVICE_MM)
    times = np.arange(len(pressure)) / SAMPLING_RATE_HZ
    recording = PressureRecording(times, pressure, layout, source="footscan walkway", calibrated=False)
    return Trial(name, (recording,), task=Task.WALKING)


def person(number: int) -> dict[str, list]:
    """Every step of one person: contacts, side, and the values that speed is known to change."""
    import h5py

    found: dict[str, list] = {name: [] for name in ("n_contacts", "side", "heel_peak", "heel_mean", "contact_s", "n")}
    with h5py.File(FOLDER / "data_y" / f"subj{number:03}.h5") as file:
        for step in range(N_STEPS):
            analysis = fl.analyze(step_of(file[f"img{step:03}"][:], f"person {number}, step {step}"))
            value = {(f.metric, f.region): f.value for f in analysis.findings}
            found["n_contacts"].append(len(analysis.contacts))
            found["side"].append(analysis.contacts[0].side)
            found["heel_peak"].append(value["peak_pressure", "heel"])
            found["heel_mean"].append(analysis.contacts[0].within("heel").print.pressure_kpa.mean())
            found["contact_s"].append(value["contact_time", "foot"])
            found["n"].append(len(analysis.findings))
    return found


@pytest.fixture(scope="module")
def speeds() -> np.ndarray:
    return np.loadtxt(FOLDER / "data_x" / "speeds.csv", delimiter=",", skiprows=1)[:, 1:]


@pytest.fixture(scope="module")
def conditions() -> np.ndarray:
    """1 for slow, 2 for normal and 3 for fast walking, step by person."""
    return np.loadtxt(FOLDER / "data_x" / "conditions.csv", delimiter=",", skiprows=1)[:, 1:]


@pytest.fixture(scope="module")
def one_thread_each():
    """Two processes on two cores: numpy's own threads would only wait for each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        yield


@pytest.fixture(scope="module")
def people(request: pytest.FixtureRequest, one_thread_each: None) -> tuple[dict[int, dict[str, list]], float]:
    if not request.config.getoption("benchmark_enable"):
        return {number: person(number) for number in SOME}, float("nan")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        begin = time.perf_counter()
        found = dict(zip(range(10), pool.map(person, range(10)), strict=True))
        return found, time.perf_counter() - begin


def correlation(speeds: np.ndarray, values: list[float]) -> float:
    return float(np.corrcoef(speeds, values)[0, 1])


def test_every_step_is_one_foot_with_all_its_findings(people) -> None:
    for found in people[0].values():
        assert found["n_contacts"] == [1] * N_STEPS
        assert min(found["n"]) > 100


def test_every_step_is_of_the_foot_that_was_measured(people) -> None:
    """Each person was measured on one foot, and the hallux is on the left in every picture: 600 right feet."""
    for found in people[0].values():
        assert set(found["side"]) == {Side.RIGHT}


def test_contact_time_falls_with_speed_in_every_person(people, speeds) -> None:
    for number, found in people[0].items():
        assert correlation(speeds[:, number], found["contact_s"]) <= -0.9


def test_heel_pressure_rises_with_speed_in_every_person(people, speeds) -> None:
    """The mean over the heel's cells of their highest pressure, step by step; r is 0.86 to 0.97."""
    for number, found in people[0].items():
        assert correlation(speeds[:, number], found["heel_mean"]) >= 0.8


def test_the_heels_highest_cell_rises_with_speed_in_every_person(people, speeds, conditions) -> None:
    """Peak pressure is that of one cell, so it is compared by the three walking speeds of the study, twenty steps each.

    A mean over several steps is what is recommended to report of a person at all. It rises from slow to normal to
    fast in each, and r of the three means is 0.97 to 1.00.
    """
    for number, found in people[0].items():
        of_speed = [conditions[:, number] == speed for speed in (1, 2, 3)]
        peaks = [float(np.mean(np.array(found["heel_peak"])[which])) for which in of_speed]
        assert peaks[0] < peaks[1] < peaks[2]
        assert correlation(np.array([speeds[which, number].mean() for which in of_speed]), peaks) >= 0.8


def test_the_heels_highest_cell_rises_from_step_to_step_too(people, speeds, request) -> None:
    """Step by step r is 0.78 to 0.80 in three of the ten people, above in the others, 0.87 on the mean.

    That is in the data: any rule for where the heel ends (20 to 30 % of the length) finds the same highest cell.
    """
    found = [correlation(speeds[:, number], of["heel_peak"]) for number, of in people[0].items()]
    request.node.user_properties.append(
        ("heel peak and speed, step by step, r of each person", np.round(found, 3).tolist())
    )
    assert min(found) >= 0.775
    assert len(found) < 10 or np.mean(found) >= 0.85  # all ten people only in the long run


def test_all_six_hundred_steps_take_less_than_promised(people, request) -> None:
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("against the clock only with --benchmark-enable (make bench)")
    request.node.user_properties.append(("600 steps, two processes [s]", round(people[1], 1)))
    assert people[1] < PROMISED_S
