"""Small files of the force-plate formats, with known numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from footload.synthetic.plates import PlateFileOptions, plate_c3d, standing_load

TIME_S = np.arange(40) / 200
VERTICAL_N = 700 + 100 * np.sin(2 * np.pi * 2 * TIME_S)


def lines_of(columns: list[np.ndarray], delimiter: str, digits: int = 6) -> list[str]:
    return [delimiter.join(f"{value:.{digits}f}" for value in row) for row in np.column_stack(columns)]


def c3d_file(folder: Path) -> Path:
    path = folder / "standing.c3d"
    markers = np.arange(2.0 * 2 * 3).reshape(2, 2, 3) * 100
    load = standing_load(0.02)
    path.write_bytes(plate_c3d(load, PlateFileOptions(3), points_mm=markers, point_labels=("LHEE", "LTOE")))
    return path


def bioware_text(folder: Path, *, center: bool = True) -> Path:
    path = folder / "bioware.txt"
    n = len(TIME_S)
    names, units = ["abs time (s)", "Fx", "Fy", "Fz"], ["", "N", "N", "N"]
    columns = [TIME_S, np.full(n, 10.0), np.full(n, -20.0), VERTICAL_N]
    if center:
        names, units = [*names, "Ax", "Ay", "Tz"], [*units, "m", "m", "N.m"]
        columns += [np.full(n, 0.030), np.full(n, -0.040), np.full(n, 1.5)]
    head = ["BioWare Version 5.2.1.3 Export", "Device:\tplate", f"Rate (Hz):\t{200:.6f}", "File Information"]
    head += ["Date\tOct 22, 2014  12:05:31", "Name\tJane Doe", "ID\t", "\t".join(names), "\t".join(units)]
    path.write_text("\r\n".join([*head, *lines_of(columns, "\t"), ""]), encoding="utf-8")
    return path


def jump_csv(folder: Path) -> Path:
    path = folder / "jump.csv"
    head = "Time (s),LeftForce (N),RightForce (N),CombinedForce (N),Velocity (m/s)"
    columns = [TIME_S, 0.45 * VERTICAL_N, 0.55 * VERTICAL_N, VERTICAL_N, np.zeros(len(TIME_S))]
    path.write_text("\n".join([head, *lines_of(columns, ","), ""]), encoding="utf-8")
    return path


def amti_table(folder: Path, *, with_time: bool = False) -> Path:
    """Two plates, z downward, the force on the person: 30 mm along the plates' own x."""
    path = folder / "amti.csv"
    n = len(TIME_S)
    one = [np.full(n, 10.0), np.full(n, -20.0), -VERTICAL_N, np.zeros(n), 0.030 * VERTICAL_N, np.full(n, 1.5)]
    names = [
        f"{name}{plate} ({unit})"
        for plate in (1, 2)
        for name, unit in zip(("Fx", "Fy", "Fz", "Mx", "My", "Mz"), ("N", "N", "N", "N.m", "N.m", "N.m"), strict=True)
    ]
    columns = [*one, *one]
    if with_time:
        names, columns = ["Time (s)", *names], [TIME_S, *columns]
    rows = lines_of(columns, ",")
    path.write_text("\n".join(["Sampling rate: 200 Hz", ",".join(names), *rows, ""]), encoding="utf-8")
    return path


def opensim_forces(folder: Path) -> Path:
    path = folder / "forces.mot"
    n = len(TIME_S)
    names = ["time"] + [f"{side}_ground_force_{kind}{axis}" for side in "rl" for kind in "vp" for axis in "xyz"]
    names += [f"{side}_ground_torque_{axis}" for side in "rl" for axis in "xyz"]
    still = np.zeros(n)
    one = [np.full(n, 10.0), VERTICAL_N, np.full(n, 20.0), np.full(n, 0.5), still, np.full(n, 0.1)]
    columns = [TIME_S, *one, *one, still, np.full(n, 1.5), still, still, still, still]
    head = ["forces", "version=1", f"nRows={n}", f"nColumns={len(names)}", "inDegrees=yes", "endheader"]
    path.write_text("\n".join([*head, "\t".join(names), *lines_of(columns, "\t"), ""]), encoding="utf-8")
    return path


def opensim_markers(folder: Path) -> Path:
    path = folder / "markers.trc"
    head = [
        "PathFileType\t4\t(X/Y/Z)\tmarkers.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        "100.00\t100.00\t3\t2\tm\t100.00\t1\t3",
        "Frame#\tTime\tLHEE\t\t\tRHEE\t\t",
        "\t\tX1\tY1\tZ1\tX2\tY2\tZ2",
        "",
    ]
    rows = [
        "1\t0.00\t1.0\t0.05\t-0.2\t1.1\t0.06\t0.2",
        "2\t0.01\t1.0\t0.05\t-0.2\t\t\t",
        "3\t0.02\t1.0\t0.05\t-0.2\t1.1\t0.06\t0.2",
    ]
    path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")
    return path


def described_table(folder: Path) -> Path:
    """Two plates under names of their own: one with moments, one with its CoP in meters."""
    path = folder / "plates.csv"
    n = len(TIME_S)
    names = "t,sideways,ahead,up,mx,my,mz,weight,cx,cy"
    moments = [0.040 * VERTICAL_N, -0.030 * VERTICAL_N, np.full(n, 1.5)]
    columns = [TIME_S, np.full(n, 10.0), np.full(n, -20.0), VERTICAL_N, *moments]
    columns += [0.5 * VERTICAL_N, np.full(n, 0.9), np.full(n, 0.25)]
    path.write_text("\n".join([names, *lines_of(columns, ","), ""]), encoding="utf-8")
    path.with_suffix(".toml").write_text(DESCRIPTION, encoding="utf-8")
    return path


DESCRIPTION = """
footload = "force"
time = "t"
moment_unit = "N.m"
cop_unit = "m"
task = "drop landing"
body_mass_kg = 71.0

[[plates]]
force = ["sideways", "ahead", "up"]
moment = ["mx", "my", "mz"]
side = "left"

[[plates]]
vertical = "weight"
cop = ["cx", "cy"]
corners_mm = [[1200, 600, 0], [600, 600, 0], [600, 0, 0], [1200, 0, 0]]
side = "right"
"""


FORCE_FILES: dict[str, Callable[[Path], Path]] = {
    "c3d": c3d_file,
    "bioware": bioware_text,
    "jump-csv": jump_csv,
    "amti-csv": amti_table,
    "opensim": opensim_forces,
    "force-table": described_table,
}
