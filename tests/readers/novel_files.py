"""Makes pedar and pliance exports, from numbers."""

from __future__ import annotations

import numpy as np

PEDAR_SENSORS = tuple(range(1, 100))


def pedar_bytes(
    left: np.ndarray,
    right: np.ndarray,
    *,
    insole: str = "y-1865l-1870r-pxf306-11mar2021",
    masks: tuple[tuple[int, ...], tuple[int, ...]] = (PEDAR_SENSORS, PEDAR_SENSORS),
    unit: str = "kPa",
    mask_lines: bool = True,
    summaries: bool = False,
    first_s: float = 0.01,
) -> bytes:
    """A pedar export; left and right are (t, n) pressures."""
    header = [
        "file name:  Doe_Jane_FE_2.sol\tdate/time  25.04.23 10.49",
        f"sensor type:  {insole} ",
        "total time [secs]:  15.050\ttime per frame [secs]:  0.01000\tscanning rate [Hz]:   100",
        f"pressure values in  {unit}",
        "",
    ]
    if mask_lines:
        names = ("left", "right")
        listed = (f"{name} insole: {''.join(f'{i},' for i in mask)}" for name, mask in zip(names, masks, strict=True))
        header += ["mask definition: ", *listed, ""]
    header.append("time[secs]    \t" + "".join(f"{i:7d}\t" for mask in masks for i in mask))
    values = np.hstack([left, right])
    lines = [row_of(f"{first_s + 0.01 * frame:12.5f}", row) for frame, row in enumerate(values)]
    if summaries:
        lines += [row_of("         MPP", values.max(axis=0)), row_of("         MVP", values.mean(axis=0))]
    return "\n".join([*header, *lines]).encode("latin-1")


def row_of(name: str, values: np.ndarray) -> str:
    return f"{name}\t" + "".join(f"{value:7.3f}\t" for value in values)


def pedar_pressures(n_frames: int = 4, n_sensors: int = 99) -> np.ndarray:
    """A load that moves from the heel's sensors to the toes', in steps of 2.5 kPa."""
    pressures = np.zeros((n_frames, n_sensors))
    for frame in range(n_frames):
        at = frame * (n_sensors // (n_frames + 1))
        pressures[frame, at : at + 12] = 2.5 * (np.arange(len(pressures[frame, at : at + 12])) + 4)
    return pressures


def pliance_bytes(
    pressures: np.ndarray,
    rows: int = 3,
    cols: int = 2,
    *,
    corners: bool = True,
    forces: bool = True,
    force_factor: float = 1.0,
    cell_cm: tuple[float, float] = (0.528, 1.028),
    left_out: int | None = None,
) -> bytes:
    """A pliance export of a rectangle, sensors column by column from the top, as the vendor lists them."""
    x, y = (np.arange(cols) + 0.5) * cell_cm[0], (np.arange(rows)[::-1] + 0.5) * cell_cm[1]
    centers = np.array([(a, b) for a in x for b in y])
    keep = [i for i in range(len(centers)) if i != left_out]
    centers, pressures = centers[keep], pressures[:, keep]
    numbers = "".join(f"{i + 4:8d}" for i in keep)
    area = cell_cm[0] * cell_cm[1]
    times = 5.0 + np.arange(len(pressures)) * 0.04167

    def line(name: str, values: np.ndarray, decimals: int) -> str:
        return name + "".join(f"{value:8.{decimals}f}" for value in values)

    lines = [
        "file name: Doe_Jane_1.mat date/time 17.06.23 15.21",
        "mat type s2160_001",
        "total times [secs]: 44.458 time per frame [secs]: 0.04167 scanning rate [Hz]: 24",
        "pressure values in kPa",
        *["", "", "electrical:"],
        "time[secs]" + numbers,
        *(line(f"{t:11.5f}", row, 3) for t, row in zip(times, pressures, strict=True)),
        line("        MPP", pressures.max(axis=0), 3),
        line("        MVP", pressures.mean(axis=0), 3),
        *["", ""],
    ]
    if forces:
        lines += [" time[secs] force[N]   x[cm]   y[cm]", "", "    0.04167    0.000       -       -"]
        total = pressures.sum(axis=1) * area * 0.1 * force_factor
        lines += [f"{t:11.5f} {f:8.3f}   1.000   2.000" for t, f in zip(times, total, strict=True)]
        lines += ["", ""]
    lines.append("sensor" + numbers)
    if corners:
        lines += ["corner[cm]", line("x[0]", centers[:, 0] - cell_cm[0] / 2, 4)]
        lines += [line("x[c]", centers[:, 0], 4), line("y[c]", centers[:, 1], 4)]
        lines += [line("area", np.full(len(centers), area), 4)]
    return ("\n".join(lines) + "\n").encode("latin-1")
