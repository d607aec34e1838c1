"""How long plates take, against the library that labs use for C3D files: `make bench`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from footload.plates.pressure_center import center_of_pressure_mm
from footload.readers.c3d import load
from footload.synthetic.plates import PlateFileOptions, plate_c3d, standing_load

PROMISED_RATIO = 4.0
FILES = [
    "gait_c3d/bmc_gait_dec",
    "gait_c3d/ktk_walk",
    "kistler/kistler_CMJ_1plate",
    "kistler/kistler_COP",
    "vicon/vicon_CMJ_kinem_kinet_emg",
]


def fastest_s(call: Callable[[], object], times: int = 5) -> float:
    """The quickest of several calls. [s]"""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return min(found)


def all_centers(path: Path) -> list[np.ndarray]:
    return [center_of_pressure_mm(force) for force in load(path).forces]


@pytest.mark.parametrize("name", FILES, ids=lambda name: Path(name).name)
def test_file_to_center_of_pressure_of_all_plates(benchmark, real_recordings: Path, name: str) -> None:
    import ezc3d

    path = real_recordings / "force" / f"{name}.c3d"
    benchmark(lambda: all_centers(path))
    theirs = fastest_s(lambda: ezc3d.c3d(str(path), extract_forceplat_data=True), 3)
    plain = fastest_s(lambda: ezc3d.c3d(str(path)), 3)
    ratio = theirs / benchmark.stats["min"]
    benchmark.extra_info["times faster than ezc3d with plates"] = round(ratio, 1)
    benchmark.extra_info["times faster than ezc3d without plates"] = round(plain / benchmark.stats["min"], 1)
    print(f"{path.name}: {1e3 * benchmark.stats['min']:.1f} ms, ezc3d {1e3 * theirs:.1f} ms: {ratio:.1f} times")  # noqa: T201
    assert ratio >= PROMISED_RATIO


def test_center_of_pressure_alone(benchmark, tmp_path: Path) -> None:
    path = tmp_path / "plate.c3d"
    path.write_bytes(plate_c3d(standing_load(10.0), PlateFileOptions(3)))
    force = load(path).forces[0]
    benchmark(lambda: center_of_pressure_mm(force))
