"""Makes pedCAD exchange files, from numbers."""

from __future__ import annotations

import numpy as np


def apd_bytes(
    frames: np.ndarray | None,
    highest: np.ndarray | None = None,
    *,
    keys: dict[str, str] | None = None,
    newline: str = "\n",
) -> bytes:
    """Frames are (t, rows, cols) N/cm2 with row 0 at the heel and column 0 at the left; -1 outside."""
    highest = frames.max(axis=0) if highest is None and frames is not None else highest
    rows, cols = highest.shape if highest is not None else (1, 1)
    general = {"Description": "pedcad Importfile", "Source": "<<zebris>>", "Date": "25/04/2017", "Time": "18.23.47"}
    technical = {
        "MaxSensorsX": "353",
        "MaxSensorsY": "64",
        "StartSensX": "71",
        "StartSensY": "6",
        "SensCountX": str(rows),
        "SensCountY": str(cols),
        "LDistX": "8.46591",
        "LDistY": "5.08",
    }
    if frames is not None:
        general |= {"Source": "footscan", "UnitTime": "ms"}
        technical |= {"MinIdx": "3", "MaxIdx": str(len(frames) + 2), "TimeDiff": "2", "FootSide": "L"}
    sections = {
        "General": general | {"UnitDistance": "mm", "UnitPressure": "N/cm2"},
        "Customer": {"FirstName": "Jane", "LastName": "Doe", "Sex": "F"},
        "Technical": technical,
    }
    text = ""
    for name, content in sections.items():
        changed = {key: (keys or {}).get(key, value) for key, value in content.items()}
        text += f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in changed.items() if value) + "\n"
    if highest is not None:
        text += "[Data]\n" + picture(highest)
    for number, frame in enumerate(frames if frames is not None else (), start=3):
        text += f"[Data{number}]\n" + picture(frame)
    return text.replace("\n", newline).encode("latin-1")


def picture(values: np.ndarray) -> str:
    return "".join("\t".join("-1" if v < 0 else f"{v:.1f}" for v in row) + "\n" for row in values) + "\n"


def print_frames(n_frames: int = 3, rows: int = 6, cols: int = 4) -> np.ndarray:
    """A print that moves up the rows, in steps of 0.5 N/cm2, and -1 around it."""
    frames = np.full((n_frames, rows, cols), -1.0)
    for frame in range(n_frames):
        frames[frame, frame : frame + 3, 1:3] = 0.5 * (np.arange(2) + 1 + frame)
    return frames
