"""How long plates, jumps, stance and landings take beside other packages, in one table: `make bench`.

The same data go through both in the same run, one thread each. A peer that is not installed says so in its row; peers
are the dependency group ``bench``, which nothing but `make bench` installs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from told import tell

import footload as fl
from footload.export.c3d import write_c3d
from footload.metrics.registry import Scope, metrics
from footload.plates.pressure_center import center_of_pressure_mm
from footload.readers.c3d import load
from footload.readers.hdf5_writing import write_hdf5
from footload.synthetic.jump import JumpCourse
from footload.synthetic.landing import DropCourse
from footload.synthetic.plate_movements import drop_on_plates
from footload.synthetic.plates import PlateFileOptions, plate_c3d, standing_load
from footload.synthetic.stance import StanceCourse
from footload.tasks.jump import find_jumps
from footload.tasks.sway import Sway

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "force"
REAL_C3D = (
    "gait_c3d/bmc_gait_dec",
    "gait_c3d/ktk_walk",
    "kistler/kistler_CMJ_1plate",
    "vicon/vicon_CMJ_kinem_kinet_emg",
)
PROMISED_C3D_RATIO = 4.0
PROMISED_JUMP_S = 0.001
PROMISED_SWAY_S = 0.0005
PROMISED_LANDING_S = 0.060


@dataclass(frozen=True)
class Row:
    """One thing that was timed, and what it was held against."""

    what: str
    ours_s: float
    peer: str = ""
    peer_s: float = float("nan")
    longest_s: float = float("inf")
    least_ratio: float = 0.0
    why_not: str = ""

    @property
    def ratio(self) -> float:
        return self.peer_s / self.ours_s

    @property
    def held(self) -> bool:
        """What was promised; a peer that is not there holds nothing up."""
        return self.ours_s <= self.longest_s and not self.ratio < self.least_ratio

    @property
    def text(self) -> str:
        promise = f"<= {1e3 * self.longest_s:g} ms" if np.isfinite(self.longest_s) else ""
        promise = f">= {self.least_ratio:g} times" if self.least_ratio else promise
        against = self.why_not or (f"{1e3 * self.peer_s:9.3f} ms {self.ratio:8.1f} times" if self.peer else "")
        mark = "" if self.held else "  MISSED"
        return f"{self.what:47}{1e3 * self.ours_s:9.3f} ms  {promise:12} {self.peer:31}{against}{mark}"


def fastest_s(call: Callable[[], object], at_least: int = 5, seconds: float = 0.5) -> float:
    """The quickest of several calls, after one that warms up. [s]"""
    call()
    found: list[float] = []
    end = time.perf_counter() + seconds
    while len(found) < at_least or (time.perf_counter() < end and len(found) < 500):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return min(found)


def beside(
    what: str, ours_s: float, package: str, prepare: Callable[[], Callable[[], object]], **promise: float
) -> Row:
    """A row with a peer, or with the reason why it has none."""
    try:
        name = f"{package} {version(package)}"
        return Row(what, ours_s, name, fastest_s(prepare(), 3), **promise)
    except (PackageNotFoundError, ImportError):
        return Row(what, ours_s, package, why_not="not installed here", **promise)


def c3d_rows(folder: Path) -> Iterator[Row]:
    files = {name: RECORDINGS / f"{name}.c3d" for name in REAL_C3D if (RECORDINGS / f"{name}.c3d").is_file()}
    made = folder / "made_type_4.c3d"
    made.write_bytes(plate_c3d(standing_load(10.0), PlateFileOptions(4)))
    for path in (*files.values(), made):

        def theirs(path: Path = path) -> Callable[[], object]:
            ezc3d: Any = import_module("ezc3d")
            return lambda: ezc3d.c3d(str(path), extract_forceplat_data=True)

        def by_kinetics(path: Path = path) -> Callable[[], object]:
            peer: Any = import_module("kineticstoolkit")
            return lambda: peer.read_c3d(str(path))

        ours_s = fastest_s(lambda path=path: [center_of_pressure_mm(plate) for plate in load(path).forces])
        yield beside(f"C3D to CoP, {path.stem}", ours_s, "ezc3d", theirs, least_ratio=PROMISED_C3D_RATIO)
        if path == made:
            yield beside(f"C3D to CoP, {path.stem}", ours_s, "kineticstoolkit", by_kinetics)


def jump_rows() -> Iterator[Row]:
    """8 s at 1000 Hz with 1 N of noise; one peer wants the person to step off the plate in the end."""
    course = JumpCourse(still_s=4.0, after_s=2.0)
    time_s = np.arange(8000) / 1000
    force = course.force_n(time_s)
    force[-600:] = 0.0
    force += np.random.default_rng(1).normal(0, 1, len(force))
    formulas = [metric.function for metric in metrics(Scope.JUMP).values()]

    def ours() -> list[float]:
        (jump,) = find_jumps(time_s, force).jumps
        return [formula(jump) for formula in formulas]

    def plateforce() -> Callable[[], object]:
        peer: Any = import_module("plateforce")
        registry, trial = peer.Registry.load(), peer.Trial(force, 1000.0)
        names = ("bwepoch.fixed_window", "onset.threshold.noise_relative", "takeoff.threshold.absolute_force")
        weighing, onset, takeoff = (registry.method(name).bind() for name in names)

        def whole() -> object:
            found = peer.analyse_countermovement_jump(trial, weighing, onset, takeoff)
            assert float(found.jump_height_takeoff_frame_meters.value) == pytest.approx(
                course.height_mm / 1e3, abs=0.01
            )
            return found

        return whole

    def jumpmetrics() -> Callable[[], object]:
        peer: Any = import_module("jumpmetrics.core.jump_processing")
        return lambda: peer.process_jump_trial(
            force, 1000, "countermovement", 1.0, "one", compute_jump_height_from_flight_time=True
        )

    ours_s = fastest_s(ours)
    for package, prepare in (("plateforce", plateforce), ("jumpmetrics", jumpmetrics)):
        yield beside("CMJ, events and all metrics, 8 s", ours_s, package, prepare, longest_s=PROMISED_JUMP_S)


def sway_rows() -> Iterator[Row]:
    """6000 samples; the peer works out the path, hull, ellipse and circle."""
    path = StanceCourse().path_mm(60, 100)
    every = metrics(Scope.SWAY).values()

    def of(chosen: list[Any]) -> Callable[[], object]:
        return lambda: [m.function(sway) for sway in [Sway(path[:, 0], path[:, 1], 100.0)] for m in chosen]

    def openbalance() -> Callable[[], object]:
        peer: Any = import_module("openbalance.processing.kinematics")
        trial: Any = import_module("openbalance").Trial(path, 100.0, ["x", "y"])

        def whole() -> object:
            trial.parameters = {"COP_x": path[:, 0], "COP_y": path[:, 1]}
            return peer.calculate_sway_areas(peer.calculate_path_length(trial))

        return whole

    def micromotion() -> Callable[[], object]:
        peer: Any = import_module("micromotion")
        return lambda: peer.cop_sway_metrics(path, fs=100.0)

    shared = [m for m in every if m.name in {"sway_path", "sway_hull_area", "sway_circle_area", "sway_ellipse_area"}]
    yield beside("sway: path, hull, circle, ellipse", fastest_s(of(shared)), "openbalance", openbalance)
    like_theirs = [
        m for m in every if m.name.startswith(("sway_path", "sway_ellipse", "sway_range", "sway_mean_frequency"))
    ]
    of_theirs_s = fastest_s(of(like_theirs))
    yield beside(
        f"sway: path, ellipse, ranges, frequencies, {len(like_theirs)} values", of_theirs_s, "micromotion", micromotion
    )
    whole_s = fastest_s(of(list(every)))
    what = f"Prieto's whole set, {len(every)} values with hull"
    yield beside(what, whole_s, "openbalance", openbalance, longest_s=PROMISED_SWAY_S)


def landing_rows(folder: Path) -> Iterator[Row]:
    """A drop landing of 5.5 s at 1000 Hz on two plates, from the file on."""
    trial = drop_on_plates(DropCourse())
    write_hdf5(trial, folder / "landing.h5")
    write_c3d(trial, folder / "landing.c3d")
    for name in ("landing.h5", "landing.c3d"):
        path = folder / name
        assert fl.analyze(fl.read(path).changed(task=trial.task)).findings
        ours_s = fastest_s(lambda path=path: fl.analyze(fl.read(path).changed(task=trial.task)))
        yield Row(f"landing, file to findings, {path.suffix[1:]}", ours_s, longest_s=PROMISED_LANDING_S)


def all_rows(folder: Path) -> list[Row]:
    return [*c3d_rows(folder), *jump_rows(), *sway_rows(), *landing_rows(folder)]


@pytest.mark.filterwarnings("default")
def test_plates_and_movements_beside_other_packages(
    tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    if not request.config.getoption("benchmark_enable"):
        pytest.skip("times are taken with --benchmark-enable only (make bench)")
    rows = all_rows(tmp_path)
    for row in rows:
        promise = f"<= {1e3 * row.longest_s:g} ms" if np.isfinite(row.longest_s) else ""
        promise = f">= {row.least_ratio:g} times" if row.least_ratio else promise
        peer = f"{row.peer}: {row.why_not or f'{1e3 * row.peer_s:.3f} ms'}" if row.peer else ""
        tell(row.what, f"{1e3 * row.ours_s:.3f} ms", promise, peer, f"{row.ratio:.1f}" if row.ratio > 0 else "")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(row.text for row in rows) + "\n")
    assert [row.text for row in rows if not row.held] == []
