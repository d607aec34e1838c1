"""Makes small exports of insoles, plates and tables from numbers, in the variants that are known."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from footload.recordings import (
    ForceRecording,
    MarkerRecording,
    PlateGeometry,
    PressureRecording,
    SensorLayout,
    Side,
)
from footload.trials import Condition, Event, FootPlacement, Participant, Task, Trial


def foot_images(n_frames: int = 5, rows: int = 8, cols: int = 5) -> np.ndarray:
    """A patch that moves from the last row (heel) to the first one (toes), as vendors list it; whole numbers."""
    images = np.zeros((n_frames, rows, cols))
    for frame in range(n_frames):
        top = max(rows - 3 - 2 * frame, 0)
        images[frame, top : top + 3, 1 : cols - 1] = np.arange(1, cols - 1) * 100.0 + 10 * frame
    return images


# -- XSENSOR ----------------------------------------------------------------------------------------------------------


def xsensor_text(
    images: dict[str, np.ndarray],
    *,
    unit: str = "mmHg",
    gaps: bool = True,
    sensel_cm: float = 0.86,
    first_clock_s: float = 30077.982,
    rate_hz: float = 75.0,
    contact_cm2: bool = True,
) -> str:
    """Blocks of every sensor in every frame; loads and areas of the header are computed with 0.8609 cm sensels."""
    lines = ['File:,"C:\\Data\\Doe Jane-08,16,2022.XSN"', f"Units:,{unit}", "Threshold:,51.72", "", ""]
    area_cm2 = 0.8609**2
    for frame in range(len(next(iter(images.values())))):
        clock = (first_clock_s + frame / rate_hz) % 86400
        lines += [
            f"FRAME,{1464 + frame}",
            "Date, 2022 Aug 16",
            f"Time, {int(clock // 3600):02d}:{int(clock // 60) % 60:02d}:{clock % 60:06.3f}",
        ]
        for name, values in images.items():
            image = values[frame]
            n_loaded = int((image > 0).sum())
            load_n = image.sum() * 0.133322 * area_cm2 * 0.1
            lines += [
                f"SENSOR,{name}",
                f"Rows,{image.shape[0]}",
                f"Columns,{image.shape[1]}",
                f"Sensel Width (cm),{sensel_cm}",
                f"Sensel Height (cm),{sensel_cm}",
                *([f"Contact Area (cm²),{n_loaded * area_cm2:.2f}"] if contact_cm2 else []),
                f"Est. Load (N),{load_n:.2f}",
                "SENSELS",
                *(",".join(f"{value:g}" for value in row) for row in image),
            ]
    ends = [f"{line}{',' * 6}" for line in lines]
    return ("\n,,,,,\n" if gaps else "\n").join(ends) + "\n"


def xsensor_export(folder: Path) -> Path:
    path = folder / "walk.csv"
    images = foot_images()
    text = xsensor_text({"HX210-DFM-LF S0073": images, "HX210-DFM-RF S0074": images[:, :, ::-1]})
    path.write_text(text, encoding="utf-8-sig")
    return path


# -- Moticon ----------------------------------------------------------------------------------------------------------

MOTICON_FORWARD = np.array(
    [-0.404, -0.417, -0.266, -0.287, -0.125, -0.152, 0.08, -0.012, 0.256, 0.241, 0.226, 0.207, 0.17, 0.413, 0.408, 0.36]
)


def moticon_text(
    cells: dict[str, np.ndarray], force_n: dict[str, np.ndarray], *, missing: dict[str, slice] | None = None,
    cop_unit: str = "-0.5...+0.5", marks: dict[int, list[str]] | None = None,
) -> str:  # fmt: skip
    """A text export; cells (t, 16) in N/cm2, the center of pressure in the middle of the insole in every frame."""
    names = ["time"]
    for side in cells:
        names += [f"{side} pressure {cell}[N/cm²]" for cell in range(1, 17)]
        names += [f"{side} acceleration X[g]", f"{side} total force[N]"]
        names += [f"{side} center of pressure {axis}[{cop_unit}]" for axis in "XY"]
    names += ["right steps[]", "left steps[]", "Left Events label[]", "Left Events[]"]
    lines = [
        "# Start time: 27.09.2023 10:21:14.922",
        "# Duration: 00:00.050",
        "# Sensor insoles: Left SN1, Right SN2",
        "# Size: 7",
        "# Name: Jane Doe",
        "# Notes: has a sore heel",
        "# " + "\t".join(names),
    ]
    for frame in range(len(next(iter(cells.values())))):
        words = [f"{frame / 100:.2f}"]
        for side in cells:
            gone = missing and side in missing and frame in range(*missing[side].indices(10_000))
            numbers = [*(f"{p:.2f}" for p in cells[side][frame]), "0.1", f"{force_n[side][frame]:.2f}", "0.25", "-0.10"]
            words += [""] * 20 if gone else numbers
        words += (marks or {}).get(frame, ["", "", "", ""])
        lines.append("\t".join(words))
    return "\n".join(lines) + "\n"


def moticon_shares() -> np.ndarray:
    """How the area is shared among cells, as the reader knows it."""
    from footload.readers.moticon_insole import InsoleSize

    areas = InsoleSize(1.0, 0.0).layout(Side.LEFT).area_mm2
    return np.asarray(areas)


def moticon_numbers(n_frames: int = 6, area_cm2: float = 200.0) -> tuple[np.ndarray, np.ndarray]:
    """Cells [N/cm2] and the total force [N] that an insole of that area gives."""
    cells = np.round(np.linspace(1.0, 5.0, n_frames)[:, None] * (1 + np.arange(16) % 3), 2)
    return cells, cells @ moticon_shares() * area_cm2


def moticon_export(folder: Path) -> Path:
    path = folder / "insoles.txt"
    cells, force = moticon_numbers()
    text = moticon_text({"left": cells, "right": cells[::-1]}, {"left": force, "right": force[::-1]})
    path.write_text(text, encoding="utf-8")
    return path


# -- zebris -----------------------------------------------------------------------------------------------------------


def zebris_content(images: np.ndarray, **changes: Any) -> dict[str, Any]:
    """Samples as listed: the loaded window, x first, from the toes down; images have row 0 at the heel."""
    samples: list[dict[str, Any]] = []
    for image in images:
        rows, cols = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            samples.append(
                {"origin": {"x": None, "y": None}, "size": {"x": 0, "y": 0}, "pressure": [], "velocity": 0.0}
            )
            continue
        window = image[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
        samples.append(
            {
                "origin": {"x": int(cols[0]), "y": int(rows[0])},
                "size": {"x": window.shape[1], "y": window.shape[0]},
                "pressure": window[::-1].reshape(-1).tolist(),
                "velocity": 0.0,
            }
        )
    head = {
        "cell_count": {"x": images.shape[2], "y": images.shape[1]},
        "cell_size": {"x": 8.47, "y": 8.47},
        "frequency": 100,
        "pressure_unit": "N/cm^2",
        "velocity_unit": "m/s",
        "begin": 0.5,
    }
    return {**head, "samples": samples, **changes}


def zebris_samples(folder: Path) -> Path:
    path = folder / "stand.json.gz"
    content = zebris_content(foot_images()[:, ::-1] / 10)
    path.write_bytes(gzip.compress(json.dumps(content, indent=1).encode()))
    return path


# -- zebris reports ---------------------------------------------------------------------------------------------------


def report_table(columns: dict[str, np.ndarray], kind: str = "signal", name: str = "Force curve") -> str:
    """A table of a report: what it is, a blank line, the names and the rows."""
    rows = [",".join(f"{value:.4f}" for value in row) for row in zip(*columns.values(), strict=True)]
    return "\n".join(["type,name", f'{kind},"{name}"', "", ",".join(columns), *rows]) + "\n"


def report_curve(folder: Path) -> Path:
    path = folder / "force-curve.csv"
    time_s = np.arange(40) * 0.01
    path.write_text(report_table({"time": time_s, "value": 700 + 10 * np.sin(time_s)}), encoding="utf-8")
    return path


# -- TexiSense --------------------------------------------------------------------------------------------------------


def texisense_bytes(images: np.ndarray, steps_ms: list[int] | None = None) -> bytes:
    """Frames (t, 64, 64) with row 0 at the heel, as the mat sends them."""
    steps = steps_ms or [20] * len(images)
    return b"".join(
        bytes([step]) + image.T.astype(np.uint8).tobytes() for step, image in zip(steps, images, strict=True)
    )


def mat_images(n_frames: int = 3) -> np.ndarray:
    images = np.zeros((n_frames, 64, 64))
    for frame in range(n_frames):
        images[frame, 20 : 25 + frame, 30:34] = 50 + frame
    return images


def texisense_recording(folder: Path) -> Path:
    path = folder / "mat.bin"
    path.write_bytes(texisense_bytes(mat_images()))
    return path


# -- StepUP-P150 ------------------------------------------------------------------------------------------------------


def npz_bytes(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def walkway(n_frames: int = 4) -> np.ndarray:
    images = np.zeros((n_frames, 720, 240), np.float32)
    for frame in range(n_frames):
        images[frame, 100 + frame : 110 + frame, 50:54] = 40 + frame
    return images


def stepup_array(folder: Path) -> Path:
    path = folder / "trial.npz"
    path.write_bytes(npz_bytes(arr_0=walkway(2)))
    return path


def unpacked_npz(**arrays: np.ndarray) -> bytes:
    """Without packing, so that single bytes of the numbers can be damaged."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.save(part, array)
            archive.writestr(f"{name}.npy", part.getvalue())
    return buffer.getvalue()


# -- Swing Catalyst ---------------------------------------------------------------------------------------------------

SWING_TOML = 'footload = "swing_catalyst"\npitch_mm = [12.0, 10.0]\n'


def swing_text(
    images: np.ndarray,
    *,
    unit: str = "kPa",
    scale: float = 10.0,
    first: int = 0,
    between: str = ",",
    step: float = 0.01,
) -> str:
    lines = ["Time\tRows\tColumns\tUnit\tScale\tRow\tRowValues"]
    for frame, image in enumerate(images):
        head = f"{frame * step:g}\t{image.shape[0]}\t{image.shape[1]}\t{unit}\t{scale:g}"
        rows = np.flatnonzero(image.any(axis=1))
        lines += [f"{head}\t{row + first}\t{between.join(f'{v * scale:g}' for v in image[row])}" for row in rows]
        lines += [] if len(rows) else [f"{head}\t\t"]
    return "\n".join(lines) + "\n"


def swing_export(folder: Path) -> Path:
    path = folder / "swing.tsv"
    path.write_text(swing_text(foot_images()), encoding="utf-8")
    path.with_suffix(".toml").write_text(SWING_TOML, encoding="utf-8")
    return path


# -- tables and the exchange format -----------------------------------------------------------------------------------

TABLE_TOML = """
footload = "table"
rows = 8
columns = 5
pitch_mm = [5.0, 6.0]
rate_hz = 50.0
unit = "kPa"
first_row = "toes"
"""


def table_file(folder: Path) -> Path:
    path = folder / "table.csv"
    rows = foot_images().reshape(5, -1)
    path.write_text("\n".join(",".join(f"{v:g}" for v in row) for row in rows) + "\n", encoding="utf-8")
    path.with_suffix(".toml").write_text(TABLE_TOML, encoding="utf-8")
    return path


def full_trial(seed: int = 0) -> Trial:
    """A trial with everything that one can hold."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(6) * 0.01
    mat = PressureRecording(
        time_s,
        rng.random((6, 12)),
        SensorLayout.rectangle(4, 3, (5.0, 6.0), (10.0, 20.0)),
        np.arange(12) > 0,
        source="mat",
        history=("read: a mat", "zeroed: 0.5 s — é"),
    )
    insole = PressureRecording(
        time_s + 0.02,
        rng.random((6, 2)).astype(np.float32),
        SensorLayout(np.array([1.0, 9.0]), np.array([2.0, 30.0]), np.array([30.0, 41.5])),
        source="insole",
        calibrated=False,
        side=Side.LEFT,
        in_shoe=True,
        history=("read: an insole",),
    )
    plate = ForceRecording(
        time_s, rng.random((6, 3)), np.full((6, 3), np.nan), PlateGeometry(rng.random((4, 3))), "plate", ("read: it",)
    )
    markers = MarkerRecording(time_s, rng.random((6, 2, 3)), ("knee", "hüfte"), "cameras")
    return Trial(
        "squat, 3rd",
        (mat, plate, insole, markers),
        Task.SQUAT,
        Condition("barefoot", "none", "wedge 4°", "cue: knee out"),
        Participant("P007", 71.5, 33.0, "female"),
        Side.RIGHT,
        (Event(0.01, "mark", "starts"), Event(0.03, "gap")),
        (FootPlacement(Side.LEFT, (1.0, 2.0), (3.0, 150.0), 251.5, 93.0, "tracing"),),
        "ab" * 32,
        {"unit": "in kPa — as the file says", "orientation": "turned"},
    )


def exchange_file(folder: Path) -> Path:
    from footload.readers.hdf5_writing import write_hdf5

    path = folder / "trial.h5"
    write_hdf5(full_trial(), path)
    return path


EXPORTED = {
    "hdf5": exchange_file,
    "moticon": moticon_export,
    "stepup": stepup_array,
    "swing_catalyst": swing_export,
    "table": table_file,
    "texisense": texisense_recording,
    "xsensor": xsensor_export,
    "zebris": zebris_samples,
    "zebris-report": report_curve,
}
"""One small file of each of these formats."""
