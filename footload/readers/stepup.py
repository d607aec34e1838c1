"""StepUP-P150 files (`.npz`): a whole walkway, streamed; a standing trial; and footsteps that were cut out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from footload.readers.npz_stream import ArrayKind, first_array, opened_array, slices_of
from footload.readers.registry import Reader
from footload.readers.sidecar import sidecar_of
from footload.readers.sparse_frames import SparseFrames
from footload.readers.stepup_steps import STEP_SHAPE, read_steps
from footload.readers.unpacking import DamagedFileError, faults_of, stem_of
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Task, Trial

_NAME: Final = "arr_0"
_PITCH_MM: Final = 5.0
_RATE_HZ: Final = 100.0
_WALKWAY: Final = (720, 240)
_STANDING: Final = (180, 180)
_SOURCE: Final = "StepUP-P150 .npz"


def recognises(head: bytes, path: Path) -> bool:
    """Whether the first bytes are those of a StepUP-P150 array.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    path : path
        A description of the same name beside it makes it a table of somebody else.

    Returns
    -------
    bool
        True when its only array has one of the set's three shapes.
    """
    kind = first_array(head)
    return kind is not None and kind.name == _NAME and _is_stepup(kind) and sidecar_of(path) is None


def load(path: Path) -> Trial:
    """Read a StepUP-P150 array.

    Parameters
    ----------
    path : path
        The file; footsteps need their ``metadata.csv`` beside it.

    Returns
    -------
    Trial
        One recording, or one a pass where the walkway is too large for one, or one a footstep.

    Raises
    ------
    UnreadableTrialError
        When the array is cut off, of another shape, or holds something that is no pressure.
    """
    with faults_of(path):
        return _trial(path)


reader: Final = Reader("stepup", "StepUP-P150 array", (".npz",), recognises, load)
"""The reader of StepUP-P150 arrays."""


def _is_stepup(kind: ArrayKind) -> bool:
    return kind.shape[1:] in {_WALKWAY, _STANDING, STEP_SHAPE}


def _trial(path: Path) -> Trial:
    with opened_array(path, _NAME) as (kind, stream):
        if not _is_stepup(kind):
            shape = " x ".join(str(n) for n in kind.shape)
            raise DamagedFileError(f"its array of {shape} is none of StepUP-P150; describe it in a .toml beside it.")
        if kind.shape[1:] == STEP_SHAPE:
            return read_steps(path, kind, stream)
        frames = SparseFrames(kind.shape[1:])
        for chunk in slices_of(kind, stream):
            frames.add(chunk)
    recordings = _recordings(frames, (kind.shape[1], kind.shape[2]))
    notes = {
        "unit": "The file names no unit, rate or cell size: kPa, 100 Hz and 5 mm were taken, as the data set states.",
        "orientation": "The file does not say which way a person walks; its first row was taken as the start.",
    }
    if len(recordings) > 1:
        notes["passes"] = (
            f"The walkway is loaded in {len(recordings)} stretches of time; each became a recording of the part "
            "of it that was loaded, on one time base."
        )
    walking = kind.shape[1:] == _WALKWAY and kind.shape[0] > 4000
    if walking:
        notes["task"] = "The trial is longer than the set's standing trials; taken as walking."
    return Trial(stem_of(path, ".npz"), recordings, Task.WALKING if walking else Task.UNKNOWN, notes=notes)


def _recordings(frames: SparseFrames, device: tuple[int, int]) -> tuple[PressureRecording, ...]:
    found: list[PressureRecording] = []
    device_mm = (0.0, 0.0, device[1] * _PITCH_MM, device[0] * _PITCH_MM)
    for window in frames.windows():
        rows, cols = window.stop_row - window.row, window.stop_col - window.col
        origin_mm = (window.col * _PITCH_MM, window.row * _PITCH_MM)
        place = f"rows {window.row} to {window.stop_row - 1}, columns {window.col} to {window.stop_col - 1}"
        found.append(
            PressureRecording(
                np.arange(window.start, window.stop) / _RATE_HZ,
                frames.dense(window).reshape(window.stop - window.start, rows * cols),
                SensorLayout.rectangle(rows, cols, _PITCH_MM, origin_mm, device_mm),
                source=_SOURCE,
                history=(f"read: frames {window.start} to {window.stop - 1}, {place}, of a StepUP-P150 array",),
            )
        )
    return tuple(found)
