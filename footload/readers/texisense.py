"""TexiSense mats (`.bin`): frames of 64 x 64 raw counts, each after one byte of time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from footload.readers.registry import Reader
from footload.readers.unpacking import DamagedFileError, faults_of, stem_of
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Trial

_SIDE: Final = 64
_FRAME_BYTES: Final = 1 + _SIDE * _SIDE
_LEAST_ZEROS: Final = 0.5
"""A mat is mostly empty, even under two feet."""

_PITCH_MM: Final = 7.0
"""Unverified: no file states it; with it a grown-up's print has a grown-up's length. [mm]"""

_NOISY: Final = ((3, 4), (4, 3))
"""Rows and columns at the two ends of each axis that report noise: in y, then in x."""

_MOST_BYTES: Final = 1 << 29


def recognises(head: bytes, path: Path) -> bool:
    """Whether a file is made of TexiSense frames.

    Parameters
    ----------
    head : bytes
        First bytes of the file: a time above 0, then counts of a mostly empty mat.
    path : path
        Its size has to be a whole number of frames.

    Returns
    -------
    bool
        True when both fit.
    """
    try:
        size = path.stat().st_size
    except OSError:
        return False
    if size < _FRAME_BYTES or size % _FRAME_BYTES or len(head) < 4096:
        return False
    return head[0] > 0 and head.count(0, 1) >= _LEAST_ZEROS * (len(head) - 1)


def load(path: Path) -> Trial:
    """Read a TexiSense recording.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Trial
        One pressure recording, in counts.

    Raises
    ------
    UnreadableTrialError
        When the file is no whole number of frames, or a frame has no time.
    """
    with faults_of(path):
        return _trial(path)


reader: Final = Reader("texisense", "TexiSense mat", (".bin",), recognises, load)
"""The reader of TexiSense recordings."""


def _trial(path: Path) -> Trial:
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise DamagedFileError(f"it is larger than {_MOST_BYTES >> 20} MB, which no recording of this mat is.")
    if not size or size % _FRAME_BYTES:
        raise DamagedFileError(
            f"its {size} bytes are no whole number of frames of {_FRAME_BYTES} bytes; it is another kind of file, or "
            f"cut off after frame {size // _FRAME_BYTES}."
        )
    frames = np.fromfile(path, np.uint8).reshape(-1, _FRAME_BYTES)
    if (frames[:, 1:] == 0).mean() < _LEAST_ZEROS:
        raise DamagedFileError("more than half of its counts are above 0, which no mat with feet on it gives.")
    steps_ms = frames[:, 0].astype(float)
    if (steps_ms[1:] == 0).any():
        raise DamagedFileError(f"frame {int(np.argmin(steps_ms[1:] > 0)) + 2} has no time after the one before it.")
    # The author of the open example turns each frame three times by 90 degrees and then sees it mirrored: together
    # that swaps rows and columns.
    images = frames[:, 1:].reshape(-1, _SIDE, _SIDE).transpose(0, 2, 1)
    valid = np.ones((_SIDE, _SIDE), bool)
    for axis, (low, high) in enumerate(_NOISY):
        turned = valid if axis == 0 else valid.T
        turned[:low], turned[_SIDE - high :] = False, False
    n = len(frames)
    recording = PressureRecording(
        np.concatenate([[0.0], np.cumsum(steps_ms[1:])]) * 1e-3,
        images.reshape(n, -1).astype(np.float32),
        SensorLayout.rectangle(_SIDE, _SIDE, _PITCH_MM),
        valid.reshape(-1),
        source="TexiSense .bin",
        calibrated=False,
        history=(f"read: {n} frames of {_SIDE} x {_SIDE} counts from a TexiSense recording",),
    )
    return Trial(stem_of(path, ".bin"), (recording,), notes=_notes(steps_ms))


def _notes(steps_ms: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, str]:
    apart_ms = steps_ms[1:] if len(steps_ms) > 1 else steps_ms
    return {
        "unit": "The values are raw counts of a mat without calibration: no force and no pressure follows from them.",
        "orientation": "Rows and columns were swapped, as the open example of this format does in steps; y rises in "
        "the walking direction.",
        "noise": "Three to four rows and columns at each edge report noise and were left out.",
        "size": f"The file does not state the size of a cell; {_PITCH_MM:g} mm was taken (unverified), so lengths "
        "are rough.",
        "time": "The byte before each frame was taken as ms since the last one; frames are "
        f"{np.median(apart_ms):g} ms apart in the middle, and up to {apart_ms.max():g} ms.",
    }
