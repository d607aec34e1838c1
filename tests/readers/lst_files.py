"""Makes emed listings in all the variants that are known, from numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Listing:
    """How a listing is written."""

    first_row: int = 30
    first_col: int = 26
    matrix: tuple[int, int] = (64, 95)
    frame: str = "10.0 ms"
    size: str = "0.500x0.500 cm"
    gap: str = "\t"
    newline: str = "\n"
    cols_per_page: int = 64
    force_column: bool = True
    force_row: bool = True
    form_feeds: bool = True
    closing: bool = True
    summaries: bool = False
    first_picture: int = 1
    file_line: str = r"C:\novel\novfile\data\EMED\Doe_Jane\2.dat"
    kind: str = "MV over frames"

    def bytes_of(self, images: np.ndarray) -> bytes:
        """The whole file; images are (t, rows, cols) in kPa with row 0 at the toes."""
        pages: list[str] = []
        for picture, image in enumerate(images, start=self.first_picture):
            for at in range(0, image.shape[1], self.cols_per_page):
                part = image[:, at : at + self.cols_per_page]
                pages.append(self.page(len(pages) + 1, f"Pict-No.: {picture}", part, at))
        if self.summaries:
            for title, image in (("MPP", images.max(axis=0)), ("MVP", images.mean(axis=0))):
                pages.append(self.page(len(pages) + 1, title, image, 0))
        text = "".join(pages) + ("\f" if self.closing and self.form_feeds else "")
        return text.replace("\n", self.newline).encode("iso-8859-1")

    def page(self, number: int, title: str, image: np.ndarray, first: int) -> str:
        cell_cm2 = np.prod([float(part) for part in self.size.split()[0].split("x")])
        forces = image * cell_cm2 * 0.1
        columns = [str(self.first_col + first + i) for i in range(image.shape[1])]
        lines = [
            "",
            f"\t\t\t\tPage {number}",
            "",
            f"\tFile: {self.file_line} \tMatrix: {self.matrix[0]}x{self.matrix[1]} ",
            f"\tSensor area: {cell_cm2:.2f} cm²\tTime/picture:{self.frame}",
            f"\t{self.kind}",
            f"\tSensor size: {self.size}",
            "\tnovel munich/st.paul/london",
            "\tpedar is a registered trademark of novel",
            f"\t{title}  Force[N]=sum*sensor_area in row/column",
            "",
            self.gap.join(["", *columns, *(["Force"] if self.force_column else [])]),
        ]
        for i, (row, force) in enumerate(zip(image, forces.sum(axis=1), strict=True)):
            lines.append(self.row(str(self.first_row + i), row, force))
        if self.force_row:
            lines.append(self.row("Force", forces.sum(axis=0), forces.sum()))
        if self.form_feeds:
            lines.append("\f")
        return "\n".join(lines) + "\n"

    def row(self, name: str, values: np.ndarray, total: float) -> str:
        words = [f"{value:.2f}" for value in values]
        return self.gap.join([name, *words, *([f"{total:.2f}"] if self.force_column else [])])


def step_images(n_frames: int = 6, rows: int = 12, cols: int = 7) -> np.ndarray:
    """A small loaded patch that grows, moves toward the toes (row 0) and is gone in the last frame; kPa, steps of 5."""
    images = np.zeros((n_frames, rows, cols))
    for frame in range(n_frames - 1):
        top = max(rows - 4 - 2 * frame, 0)
        images[frame, top : top + 4, 1 : cols - 1] = 5.0 * (np.arange(cols - 2) + 1 + frame)
    return images
