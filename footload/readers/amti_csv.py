"""AMTI force-plate tables (NetForce, BioAnalysis and programs like them): Fx to Mz under named columns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnreadableTrialError
from footload.plates.orientation import load_signs
from footload.readers.force_recordings import TURN_Z_DOWN, numbered_notes, unknown_plate
from footload.readers.force_tables import (
    DamagedTableError,
    ForceTable,
    decoded,
    find_header,
    parse_table,
    plain_name,
    required_header,
    text_of,
    times_of,
)
from footload.readers.registry import Reader
from footload.recordings import ForceRecording
from footload.trials import Trial

_SOURCE: Final = "AMTI table"
_TIME: Final = ("time", "abstime", "elapsedtime", "times")
_CHANNEL: Final = re.compile(r"^(?:fp|plate|p)?(\d*)([fm])([xyz])(\d*)$")
_RATE: Final = re.compile(
    r"(?:sampl\w*|data|acquisition)?\s*(?:rate|freq\w*)[^0-9\n]{0,20}(\d+(?:\.\d+)?)", re.IGNORECASE
)
_NMM: Final = {"nmm": 1.0, "n.mm": 1.0, "n-mm": 1.0, "nm": 1000.0, "n.m": 1000.0, "n-m": 1000.0, "n*m": 1000.0}


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes hold the column names of three forces and three moments.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when a line names Fx, Fy, Fz, Mx, My and Mz, and it is no other program's export.
    """
    if b"\0" in head or head.lstrip(b"\xef\xbb\xbf").startswith(b"BioWare"):
        return False
    return find_header(decoded(head).split("\n"), _is_header) is not None


def load(path: Path) -> Trial:
    """Read a table of forces and moments.

    The plate's own z is taken to point down, as AMTI's does; whether the table holds the force of the person or on the
    person is found from the sign of the load. Its moments are taken about the surface's center, with a note, as the
    table does not say about which point they are.

    Parameters
    ----------
    path : path
        The file; with a time column, or a rate in the lines before the column names.

    Returns
    -------
    Trial
        One force recording a plate.

    Raises
    ------
    UnreadableTrialError
        When it is damaged, or names neither times nor a rate.
    """
    text = text_of(path)
    lines = text.split("\n")
    try:
        found = required_header(lines, _is_header, "it has no line that names Fx, Fy, Fz, Mx, My and Mz.")
        skip = 0 if _is_row(lines, found) else 1
        return _trial(path, parse_table(lines, *found, skip=skip))
    except DamagedTableError as error:
        raise UnreadableTrialError(path, str(error)) from error


reader: Final = Reader("amti-csv", "AMTI force-plate table", (".csv", ".txt"), recognises, load)
"""The reader of AMTI tables."""


def _is_header(names: list[str]) -> bool:
    axes = [match[2] + match[3] for name in names if (match := _CHANNEL.match(name))]
    return {"fx", "fy", "fz", "mx", "my", "mz"} <= set(axes)


def _is_row(lines: list[str], found: tuple[int, str]) -> bool:
    """Whether numbers follow the column names at once, not a line of units."""
    following = lines[found[0] + 1].split(found[1]) if found[0] + 1 < len(lines) else []
    return not any(re.search(r"[A-Za-z]", cell) and cell.strip().lower() not in {"nan"} for cell in following)


def _trial(path: Path, table: ForceTable) -> Trial:
    time_s = _times(table)
    plates = _plates(table)
    wrenches = [_wrench(table, columns) for columns in plates]
    signs = load_signs([-values[:, 2] for values in wrenches])
    recordings = [
        ForceRecording(
            time_s,
            sign * values[:, :3] * TURN_Z_DOWN,
            sign * values[:, 3:] * TURN_Z_DOWN,
            unknown_plate(),
            f"{_SOURCE}, plate {number}",
            (f"read: {len(time_s)} samples; the load was {'negative' if sign > 0 else 'positive'} in the file",),
        )
        for number, (values, sign) in enumerate(zip(wrenches, signs, strict=True), 1)
    ]
    notes = [
        "The table does not say about which point its moments are; they were taken about the surface's center. If they "
        "are about the plate's own origin below it, the center of pressure is off by its depth times shear over load.",
        "The plate's own z was taken to point down; its x was turned round, so that x is to the right of y.",
        "Where the plates are is not said; each has its center at the origin.",
    ]
    return Trial(path.stem, tuple(recordings), notes=numbered_notes(notes))


def _plates(table: ForceTable) -> list[dict[str, int]]:
    """Columns of every plate by channel; plates by their number, or by order where names come again."""
    plates: dict[str, dict[str, int]] = {}
    repeats: dict[tuple[str, str], int] = {}
    for column, written in enumerate(table.columns):
        match = _CHANNEL.match(plain_name(written))
        if not match:
            continue
        channel, number = match[2] + match[3], match[1] or match[4]
        again = repeats.get((number, channel), 0)
        repeats[number, channel] = again + 1
        plates.setdefault(f"{number}/{again}", {})[channel] = column
    whole = [columns for columns in plates.values() if len(columns) == 6]
    if not whole:
        raise DamagedTableError("no plate in it has all of Fx, Fy, Fz, Mx, My and Mz.")
    return whole


def _wrench(table: ForceTable, columns: dict[str, int]) -> FloatArray:
    order = [columns[name] for name in ("fx", "fy", "fz", "mx", "my", "mz")]
    factor = np.ones(6)
    for k in range(3, 6):
        match = re.search(r"[(\[]([^)\]]*)[)\]]", table.columns[order[k]])
        factor[k] = _NMM.get(match[1].strip().lower().replace("·", ".") if match else "", 1000.0)
    return table.values[:, order] * factor


def _times(table: ForceTable) -> FloatArray:
    time = table.column(*_TIME)
    if time is not None:
        return times_of(time / 1000 if table.unit(*_TIME) == "ms" else time)
    match = _RATE.search("\n".join(table.header))
    rate = float(match[1]) if match else 0.0
    if rate <= 0:
        raise DamagedTableError("it has neither a time column nor a rate in the lines before the column names.")
    return times_of(np.arange(len(table.values)) / rate)
