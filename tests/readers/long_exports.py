"""Long exports of every ASCII family: how fast they are read, and how much memory that takes.

A pressure picture of a rolling foot is printed as each vendor prints it, and repeated until the file is as long as
wanted. ``python tests/readers/long_exports.py --megabytes 500`` writes one family after the other into a temporary
folder, reads each in a process of its own and prints a table; 500 MB of each take some minutes and 1 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count, cycle, takewhile
from pathlib import Path
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
_N_PICTURES = 20
Export = Callable[[np.ndarray], tuple[bytes, Iterator[bytes], bytes]]


def rolling_foot(rows: int, cols: int, decimals: int = 1) -> np.ndarray:
    """Pictures (t, rows, cols) of a load that rolls from the last row (heel) to the first one (toes). [kPa]"""
    row, col = np.mgrid[:rows, :cols]
    pictures = []
    for frame in range(_N_PICTURES):
        center = rows * (0.9 - 0.8 * frame / _N_PICTURES)
        hill = 400 * np.exp(-(((row - center) / (0.22 * rows)) ** 2) - ((col - cols / 2) / (0.25 * cols)) ** 2)
        pictures.append(np.where(hill > 15, hill, 0.0).round(decimals))
    return np.array(pictures)


def tekscan(pictures: np.ndarray) -> tuple[bytes, Iterator[bytes], bytes]:
    """Whole kPa with one comma between them, as most ASF files have them; ``B`` in the corners."""
    rows, cols = pictures.shape[1:]
    keys = {
        "DATA_TYPE": "MOVIE",
        "SENSOR_TYPE": "FSCAN",
        "MAP_VERSION": "6.5",
        "ROWS": rows,
        "COLS": cols,
        "ROW_SPACING": "5.08 mm",
        "COL_SPACING": "5.08 mm",
        "SENSEL_AREA": "25.8064 mm2",
        "SECONDS_PER_FRAME": "0.01",
        "UNITS": "KPa",
    }
    head = "".join(f"{key} {value}\r\n" for key, value in keys.items()) + "ASCII_DATA @@\r\n\r\n"
    bodies = []
    for picture in pictures:
        words = [[f"{value:.0f}" for value in row] for row in picture]
        words[0][0] = words[0][-1] = words[-1][0] = words[-1][-1] = "B"
        bodies.append(("\r\n".join(",".join(row) for row in words) + "\r\n\r\n").encode())
    frames = (b"Frame %d\r\n" % number + body for number, body in zip(count(1), cycle(bodies), strict=False))
    return head.encode(), frames, b"@@\r\n"


def emed(pictures: np.ndarray) -> tuple[bytes, Iterator[bytes], bytes]:
    """A page a picture, with the forces of rows and columns."""
    rows, cols = pictures.shape[1:]
    bodies = []
    for picture in pictures:
        force = picture * 0.025
        lines = ["\t" + "\t".join(str(26 + col) for col in range(cols)) + "\tForce"]
        for row in range(rows):
            lines.append(f"{30 + row}\t" + "\t".join(f"{v:.2f}" for v in (*picture[row], force[row].sum())))
        lines.append("Force\t" + "\t".join(f"{v:.2f}" for v in (*force.sum(axis=0), force.sum())))
        bodies.append(("\n".join(lines) + "\n\f\n").encode())
    title = (
        "\n\t\t\t\tPage %d\n\n\tFile: a.dat \tMatrix: 64x95 \n\tSensor area: 0.25 cm²\tTime/picture:10.0 ms\n"
        "\tMV over frames\n\tSensor size: 0.500x0.500 cm\n\tnovel\n\tpedar\n"
        "\tPict-No.: %d  Force[N]=sum*sensor_area in row/column\n\n"
    ).encode("iso-8859-1")
    frames = (title % (number, number) + body for number, body in zip(count(1), cycle(bodies), strict=False))
    return b"", frames, b"\f\n"


def pedar(pictures: np.ndarray) -> tuple[bytes, Iterator[bytes], bytes]:
    """A line a frame: the time and 99 sensors of either foot."""
    head = (
        "file name:  a.sol\tdate/time  25.04.23 10.49\nsensor type:  y-1865l-1870r \n"
        "total time [secs]:  15.050\ttime per frame [secs]:  0.01000\tscanning rate [Hz]:   100\n"
        "pressure values in  kPa\n\ntime[secs]    \t" + "".join(f"{i:7d}\t" for i in (*range(1, 100), *range(1, 100)))
    )
    lines = ["".join(f"{v:7.3f}\t" for v in [*picture.reshape(-1)[:99]] * 2).encode() + b"\n" for picture in pictures]
    frames = (b"%12.5f\t" % (0.01 * number) + line for number, line in zip(count(1), cycle(lines), strict=False))
    return head.encode() + b"\n", frames, b""


def table(pictures: np.ndarray) -> tuple[bytes, Iterator[bytes], bytes]:
    """A line a frame, commas between the cells; the time in the first column."""
    n_cells = pictures[0].size
    head = "time," + ",".join(f"c{cell}" for cell in range(n_cells)) + "\n"
    lines = [",".join(f"{v:g}" for v in picture.reshape(-1)).encode() + b"\n" for picture in pictures]
    frames = (b"%.3f," % (0.01 * number) + line for number, line in zip(count(), cycle(lines), strict=False))
    return head.encode(), frames, b""


def xsensor(pictures: np.ndarray) -> tuple[bytes, Iterator[bytes], bytes]:
    """A block of either foot in every frame, with the statistics and the blank lines of the vendor's export."""
    rows, cols = pictures.shape[1:]
    area_cm2 = 0.86**2

    def block(name: str, picture: np.ndarray) -> list[str]:
        load = picture.sum() * 0.133322 * area_cm2 * 0.1
        keys = {"Rows": rows, "Columns": cols, "Sensel Width (cm)": 0.86, "Sensel Height (cm)": 0.86}
        keys |= {"Average Pressure (mmHg)": f"{picture.mean():.2f}", "Peak Pressure (mmHg)": f"{picture.max():.2f}"}
        keys |= {"Contact Area (cm²)": f"{(picture > 0).sum() * area_cm2:.2f}", "Est. Load (N)": f"{load:.2f}"}
        keys |= dict.fromkeys(("Std Dev.", "Impulse (N-S)", "Stride Time", "Swing Time", "Stance Time"), 0)
        grid = [",".join(f"{v:g}" for v in row) for row in picture]
        return [f"SENSOR,{name}", *(f"{key},{value}" for key, value in keys.items()), "SENSELS", *grid]

    bodies = []
    for picture in pictures:
        lines = [*block("HX210-LF S0073", picture), *block("HX210-RF S0074", picture[:, ::-1])]
        bodies.append("".join(f"{line},,,,,,,,\n,,,,,,,,,,,,,,,,,,,\n" for line in lines).encode())

    def frames() -> Iterator[bytes]:
        for number, body in zip(count(), cycle(bodies), strict=False):
            clock = (30000 + number / 75) % 86400
            time_of_day = f"{int(clock // 3600):02d}:{int(clock // 60) % 60:02d}:{clock % 60:06.3f}"
            yield f"FRAME,{1464 + number},,,,,,\nDate, 2022 Aug 16,,,,,\nTime, {time_of_day},,,,,,\n".encode() + body

    head = "\ufeffFile:,a.xsn,,,,\nUnits:,mmHg,,,,\nThreshold:,51.72,,,,\n,,,,,,,,,\n"
    return head.encode(), frames(), b""


FAMILIES: dict[str, tuple[Export, str, tuple[int, int], str]] = {
    "tekscan": (tekscan, ".asf", (60, 21), ""),
    "emed": (emed, ".lst", (54, 22), ""),
    "pedar": (pedar, ".asc", (11, 9), ""),
    "table": (
        table,
        ".csv",
        (64, 48),
        'footload = "table"\nrows = 64\ncolumns = 48\npitch_mm = [5.0, 5.0]\ntime = "time"\nunit = "kPa"\n'
        'first_row = "toes"\n',
    ),
    "xsensor": (xsensor, ".csv", (31, 11), ""),
}
"""How each family is written: its export, ending, grid, and the description beside it."""


def write_long(family: str, folder: Path, n_bytes: int) -> Path:
    """Write an export of about a size.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    folder : path
        Where to.
    n_bytes : int
        At least so long, in whole frames. [bytes]

    Returns
    -------
    path
        The export; its description, if it needs one, stands beside it.
    """
    export, suffix, grid, described = FAMILIES[family]
    head, frames, end = export(rolling_foot(*grid, decimals=2 if family in {"xsensor", "emed"} else 1))
    path = folder / f"{family}_long{suffix}"
    if described:
        path.with_suffix(".toml").write_text(described, encoding="utf-8")
    with path.open("wb") as file:
        file.write(head)
        for frame in takewhile(lambda _: file.tell() < n_bytes, frames):
            file.write(frame)
        file.write(end)
    return path


def measured(path: Path) -> dict[str, Any]:
    """Read an export in this process, which should be a new one.

    Parameters
    ----------
    path : path
        The export.

    Returns
    -------
    dict
        Size of the file and of the decoded pressures, seconds, and the process' highest memory before and after.
    """
    from footload.readers import find_reader

    reader = find_reader(path)
    before = peak_bytes()
    start = time.perf_counter()
    trial = reader.load(path)
    seconds = time.perf_counter() - start
    decoded = sum(recording.pressure_kpa.nbytes for recording in trial.pressures)
    return {
        "file": path.stat().st_size,
        "decoded": decoded,
        "frames": trial.pressure.n_frames,
        "seconds": seconds,
        "before": before,
        "peak": peak_bytes(),
    }


def peak_bytes() -> int:
    """The most memory that this process ever held. [bytes]"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measured_apart(path: Path) -> dict[str, Any]:
    """Read an export in a process of its own, so that only its memory is counted.

    Parameters
    ----------
    path : path
        The export.

    Returns
    -------
    dict
        As `measured` gives it.
    """
    command = [sys.executable, __file__, "--one", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=REPOSITORY)
    return json.loads(done.stdout)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--families", nargs="*", default=list(FAMILIES))
    parser.add_argument("--one", type=Path, help="read this file and print the numbers")
    asked = parser.parse_args()
    if asked.one:
        sys.stdout.write(json.dumps(measured(asked.one)))
        return
    sys.stdout.write("family     file MB  decoded MB  peak MB  peak/decoded    s   MB/s  frames\n")
    for family in asked.families:
        with tempfile.TemporaryDirectory() as folder:
            found = measured_apart(write_long(family, Path(folder), asked.megabytes * 10**6))
        file, decoded, peak = (found[name] / 1e6 for name in ("file", "decoded", "peak"))
        sys.stdout.write(
            f"{family:9} {file:8.0f} {decoded:11.0f} {peak:8.0f} {peak / decoded:13.2f} {found['seconds']:5.1f} "
            f"{file / found['seconds']:6.0f}  {found['frames']}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    main()
