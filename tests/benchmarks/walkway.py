"""A walk as long and on a walkway as large as those of StepUP-P150: 9000 frames of 720 x 240 cells, streamed.

``python tests/benchmarks/walkway.py`` writes such a file (6.2 GB of numbers, packed to some MB), reads and analyzes it
in a process of its own and prints how long that took and how much memory it held at most.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
SHAPE = (9000, 720, 240)
_CHUNK = 100
_STEP_FRAMES = 62
_EVERY_FRAMES = 55
_STRIDE_ROWS = 66
_PASS_FRAMES = 700


def rolling_step(side: int) -> np.ndarray:
    """Pictures (t, rows, cols) of one step of 70 kg on cells of 5 mm: heel, midfoot, forefoot, hallux. [kPa]"""
    rows, cols = np.mgrid[:54, :22]
    parts = (
        (7, 11, 6, 4, 0.0, 0.55),
        (22, 14, 9, 2.5, 0.25, 0.7),
        (36, 11, 4.5, 6, 0.3, 0.95),
        (48, 7, 3.5, 2.5, 0.4, 1),
    )
    pictures = np.zeros((_STEP_FRAMES, 54, 22), np.float32)
    for frame in range(_STEP_FRAMES):
        at = (frame + 0.5) / _STEP_FRAMES
        for row, col, tall, wide, begins, ends in parts:
            if begins < at < ends:
                hill = np.exp(-(((rows - row) / tall) ** 2) - ((cols - col) / wide) ** 2)
                pictures[frame] += 180 * np.sin(np.pi * (at - begins) / (ends - begins)) * hill
    pictures[pictures < 10] = 0
    return pictures if side else pictures[:, :, ::-1]


def steps() -> list[tuple[int, int, int, int]]:
    """First frame, row, column and side of every step: up and down the walkway, with a pause at its ends."""
    found = []
    for start in range(20, SHAPE[0] - _PASS_FRAMES, _PASS_FRAMES):
        for number in range(9):
            found.append(
                (start + number * _EVERY_FRAMES, 20 + number * _STRIDE_ROWS, 100 + 22 * (number % 2), number % 2)
            )
    return found


def write_walkway(path: Path) -> int:
    """Write the file, chunk by chunk; gives the number of steps in it."""
    pictures = [rolling_step(side) for side in (0, 1)]
    head = BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f4", "fortran_order": False, "shape": SHAPE})
    walked = steps()
    packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with packed as archive, archive.open("arr_0.npy", "w", force_zip64=True) as file:
        file.write(head.getvalue())
        for first in range(0, SHAPE[0], _CHUNK):
            chunk = np.zeros((_CHUNK, *SHAPE[1:]), np.float32)
            for start, row, col, side in walked:
                for frame in range(max(start, first), min(start + _STEP_FRAMES, first + _CHUNK)):
                    chunk[frame - first, row : row + 54, col : col + 22] += pictures[side][frame - start]
            file.write(chunk.tobytes())
    return len(walked)


def measured(path: Path) -> dict[str, float]:
    """Read and analyze in this process, which should be a new one."""
    from footload import analyze
    from footload.readers import read

    start = time.perf_counter()
    trial = read(path)
    read_s = time.perf_counter() - start
    analysis = analyze(trial)
    return {
        "contacts": len(analysis.contacts),
        "findings": len(analysis.findings),
        "read_s": read_s,
        "analyze_s": time.perf_counter() - start - read_s,
        "kept_mb": sum(recording.pressure_kpa.nbytes for recording in trial.pressures) / 1e6,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def measured_apart(path: Path) -> dict[str, float]:
    """The same in a process of its own, so that only its memory is counted."""
    command = [sys.executable, __file__, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    if sys.argv[1:]:
        sys.stdout.write(json.dumps(measured(Path(sys.argv[1]))))
    else:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "trial.npz"
            begin = time.perf_counter()
            n_steps = write_walkway(file)
            took_s = time.perf_counter() - begin
            sys.stdout.write(f"{n_steps} steps in {file.stat().st_size / 1e6:.0f} MB, written in {took_s:.0f} s\n")
            sys.stdout.write(f"{measured_apart(file)}\n")
