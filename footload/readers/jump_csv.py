"""Raw exports of twin jump plates (Hawkin Dynamics, VALD ForceDecks): the vertical force under each foot."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from footload.errors import UnreadableTrialError
from footload.readers.force_recordings import numbered_notes, vertical_recording
from footload.readers.force_tables import (
    DamagedTableError,
    ForceTable,
    decoded,
    find_header,
    parse_table,
    required_header,
    text_of,
    times_of,
)
from footload.readers.registry import Reader
from footload.recordings import ForceRecording, Side
from footload.trials import Trial

_TIME: Final = ("time", "elapsedtime")
_NAMES: Final = {
    Side.LEFT: ("leftforce", "left", "zleft", "leftz", "forceleft", "fzleft", "leftfz", "leftverticalforce"),
    Side.RIGHT: ("rightforce", "right", "zright", "rightz", "forceright", "fzright", "rightfz", "rightverticalforce"),
}
_LARGEST_STEP_S: Final = 0.5


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes hold the column names of such an export.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        Not asked.

    Returns
    -------
    bool
        True when a line names a time, a left and a right force.
    """
    return b"\0" not in head and find_header(decoded(head).split("\n"), _is_header) is not None


def load(path: Path) -> Trial:
    """Read a raw export of twin jump plates.

    Columns of velocity, displacement and power that the program computed are left out: they are computed anew.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        Two force recordings with the vertical force only, first the left, then the right foot.

    Raises
    ------
    UnreadableTrialError
        When it is damaged; the message names the line.
    """
    lines = text_of(path).split("\n")
    try:
        found = required_header(lines, _is_header, "it has no line that names a time, a left and a right force.")
        return _trial(path, parse_table(lines, *found))
    except DamagedTableError as error:
        raise UnreadableTrialError(path, str(error)) from error


reader: Final = Reader("jump-csv", "Twin jump plates, raw CSV (Hawkin, ForceDecks)", (".csv",), recognises, load)
"""The reader of twin jump plates."""


def _is_header(names: list[str]) -> bool:
    sides = all(any(name in names for name in known) for known in _NAMES.values())
    return sides and any(name in names for name in _TIME)


def _trial(path: Path, table: ForceTable) -> Trial:
    time = table.column(*_TIME)
    if time is None:
        raise DamagedTableError("it names no time.")
    notes = ["The plates measure the vertical force only: there is no center of pressure."]
    unit = table.unit(*_TIME)
    steps = np.diff(time)
    if unit == "ms" or (not unit and len(steps) and float(np.median(steps)) > _LARGEST_STEP_S):
        time = time / 1000
        if not unit:
            notes.append("The file names no unit of time; it was taken as ms.")
    time_s = times_of(time)
    found: list[ForceRecording] = []
    for side, names in _NAMES.items():
        force = table.column(*names)
        if force is None or not np.isfinite(force).any():
            raise DamagedTableError(f"the column of the {side} force holds no numbers.")
        found.append(vertical_recording(time_s, force, f"twin jump plates, {side}", side))
    return Trial(path.stem, tuple(found), notes=numbered_notes(notes))
