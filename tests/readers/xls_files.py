"""Makes footscan roll-off sheets: an Excel workbook of the old kind (BIFF8 in a compound file), from numbers."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

SECTOR = 512


def roll_off_sheet(feet: dict[str, np.ndarray], *, first: tuple[int, int] = (40, 6), title: str = "") -> bytes:
    """A roll-off sheet; feet are (t, rows, cols) newtons by 'Left' and 'Right', row 0 at the bottom of the plate."""
    cells: list[list[str | float]] = [
        [title or "Dynamic Roll offfor measurement: Barefoot_2"],
        ["Patient name: Jane Doe"],
        ["Measurement done on 07-07-2011"],
        ["Scanning speed;  for the left foot: 0.00 Hertz, for the right foot: 500.00 Hertz"],
        [],
    ]
    for name, frames in feet.items():
        box = {"bottom": first[1], "left": first[0], "width": frames.shape[2], "height": frames.shape[1]}
        cells += [[f"{name} foot data"], [], [f"{name} rectangle position"]]
        cells += [row for side, value in box.items() for row in ([f"Rectangle {side}"], [float(value)])]
        cells.append([])
        for frame, image in enumerate(frames):
            cells.append([f"Frame {frame} ({2 * frame:.2f} ms)"])
            cells += [[float(value) for value in row] for row in image]
            cells.append([])
    return compound_file(workbook(cells))


def roll_off_forces(n_frames: int = 4, rows: int = 6, cols: int = 4) -> np.ndarray:
    """A load that moves up the plate, in steps of 0.5 N; empty at the end."""
    forces = np.zeros((n_frames, rows, cols))
    for frame in range(n_frames - 1):
        forces[frame, frame : frame + 3, 1:3] = 0.5 * (np.arange(2) + 1 + frame)
    return forces


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def workbook(cells: Iterable[list[str | float]]) -> bytes:
    """A workbook of one sheet: the records of BIFF8 that a reader needs, and no others."""
    start_of = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    start_of_sheet = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    name = b"\x04\x00Test"
    head = record(0x0809, start_of) + record(0x0042, struct.pack("<H", 1200))
    end = record(0x000A, b"")
    at = len(head) + 4 + 6 + len(name) + len(end)
    sheet = record(0x0809, start_of_sheet)
    for row, values in enumerate(cells):
        for col, value in enumerate(values):
            where = struct.pack("<HHH", row, col, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 0) + value.encode("latin-1")
                sheet += record(0x0204, where + text)
            else:
                sheet += record(0x0203, where + struct.pack("<d", value))
    return head + record(0x0085, struct.pack("<IH", at, 0) + name) + end + sheet + end


def compound_file(stream: bytes) -> bytes:
    """A compound file with one stream, 'Workbook', of at least the 4096 bytes that need no small sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    n = len(stream) // SECTOR
    n_fat = -(-(n + 2) // (SECTOR // 4 - 1))
    chain = [0xFFFFFFFD] * n_fat + [0xFFFFFFFE] + [n_fat + 2 + i for i in range(n - 1)] + [0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(n_fat * SECTOR, b"\xff")
    entries = entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + entry("Workbook", 2, n_fat + 1, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", n_fat, n_fat, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(n_fat), *[0xFFFFFFFF] * (109 - n_fat))
    return header + fat + entries.ljust(SECTOR, b"\0") + stream


def entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + bytes(36) + struct.pack("<III", start, size, 0)
    )
