"""Makes Tekscan ASCII exports in the variants that are known, from numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class AsfFile:
    """How an export is written."""

    keys: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    newline: str = "\r\n"
    csv: bool = False
    comment: str = "overground walk of Jane Doe"
    closing: bool = True
    decimals: int = 0
    first_frame: int = 1

    def bytes_of(self, images: np.ndarray) -> bytes:
        """The whole file; images are (t, rows, cols) with row 0 at the toes, NaN where there is no sensel."""
        n, rows, cols = images.shape
        keys = {
            "DATA_TYPE": "MOVIE",
            "VERSION": "Tekscan Pressure Measurement System 6.33",
            "FILENAME": r"C:\TEKSCAN\Doe_Jane\Walk01L.fsx",
            "SENSOR_TYPE": "FSCAN",
            "MAP_VERSION": "6.5",
            "ROWS": str(rows),
            "COLS": str(cols),
            "ROW_SPACING": "5.08 mm",
            "COL_SPACING": "5.08 mm",
            "SENSEL_AREA": "25.8064 mm2",
            "SECONDS_PER_FRAME": "0.032",
            "TIME": "Thursday, 16 February 2017 11:26:22 a.m.",
            "SATURATION_PRESSURE": "1514.73 KPa ",
            "COMMENTS:": "\n" + self.comment,
            "START_FRAME": str(self.first_frame),
            "END_FRAME": str(self.first_frame + n - 1),
            "UNITS": "KPa",
            "MIRROR_ROW": "0",
            "MIRROR_COL": "0",
        } | self.keys
        tail = "," * (cols - 1) if self.csv else ""
        text = "".join(
            "".join(f"{line}{tail}\n" for line in f"{key} {value}".split("\n"))
            for key, value in keys.items()
            if key not in self.without
        )
        text += f"ASCII_DATA @@{tail}\n{tail}\n"
        for number, image in enumerate(images, start=self.first_frame):
            text += f"Frame {number}, 0,, 11:26:22,,,Raw Sum=,,310\n" if self.csv else f"Frame {number}\n"
            for row in image:
                words = ["B" if np.isnan(value) else f"{value:.{self.decimals}f}" for value in row]
                text += ",".join(words) + ("," if self.csv else "") + "\n"
            text += f"{tail}\n"
        return (
            (text.removesuffix("\n") + ("@@\n" if self.closing else "")).replace("\n", self.newline).encode("latin-1")
        )


def insole_images(n_frames: int = 5, rows: int = 8, cols: int = 5) -> np.ndarray:
    """A loaded patch that moves toward the toes (row 0) in an insole without its four corners; empty at the end."""
    images = np.zeros((n_frames, rows, cols))
    for frame in range(n_frames - 1):
        top = max(rows - 3 - frame, 0)
        images[frame, top : top + 3, 1 : cols - 1] = 10.0 * (np.arange(cols - 2) + 1 + frame)
    images[:, [0, 0, -1, -1], [0, -1, 0, -1]] = np.nan
    return images
