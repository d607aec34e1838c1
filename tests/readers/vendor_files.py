"""A small file of every vendor's export that is written in a file of its own here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from apd_files import apd_bytes, print_frames
from asf_files import AsfFile, insole_images
from novel_files import pedar_bytes, pedar_pressures, pliance_bytes
from xls_files import roll_off_forces, roll_off_sheet


def _written(name: str, data: Callable[[], bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data())
        return path

    return write


VENDOR_FILES: dict[str, Callable[[Path], Path]] = {
    "footscan": _written("roll_off.xls", lambda: roll_off_sheet({"Right": roll_off_forces()})),
    "pedar": _written("walk.asc", lambda: pedar_bytes(pedar_pressures(), pedar_pressures())),
    "pedcad": _written("step.apd", lambda: apd_bytes(print_frames())),
    "pliance": _written("seat.asc", lambda: pliance_bytes(2.5 * np.arange(24).reshape(4, 6))),
    "tekscan": _written("walkL.asf", lambda: AsfFile().bytes_of(insole_images())),
}
