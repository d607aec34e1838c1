"""The alignment of several devices by a tap, found once, kept with the recording, and applied whenever it is read."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from devices.recording import SYNC, RawRecording, device_recordings, read_recording
from devices.rewriting import Recorded, rewrite_events
from devices.sync import Alignment, align, align_by_found_taps, felt_together
from footload.errors import RecordingError


def synchronize(path: Path | str, taps_s: Sequence[float] = (), *, undo: bool = False) -> dict[int, Alignment]:
    """Find how the devices of a recording are shifted against its first one, and keep that in the file.

    The bytes of the devices stay as they are; reading the trial applies what is kept. What was kept before is replaced.

    Parameters
    ----------
    path : path
        A finished `.mcap` file of footload with two devices or more.
    taps_s : sequence of float
        When the taps were, on the trial's time base; looked for when there are none. [s]
    undo : bool
        Only take away what was kept before.

    Returns
    -------
    dict
        For each device but the first, by its number from 0, its alignment; empty after `undo`.

    Raises
    ------
    UnreadableTrialError
        When it cannot be read.
    RecordingError
        When it is damaged, has one device only, or cannot be written.
    ValueError
        When the devices did not feel the same tap.
    """
    path = Path(path)
    raw = read_recording(path)
    if raw.recovery:
        raise RecordingError(f"{path.name} is damaged; recover it first.")
    if len(raw.opening.devices) < 2:
        raise RecordingError(f"{path.name} has one device; there is nothing to align it with.")
    found, added = ({}, []) if undo else _aligned(path, raw, taps_s)
    hashes = tuple(hashlib.sha256(b"".join(chunk.data for chunk in chunks)).hexdigest() for chunks in raw.chunks)
    n_chunks, n_bytes = (sum(n) for n in zip(*((len(c), sum(len(x.data) for x in c)) for c in raw.chunks), strict=True))
    recorded = Recorded(path, n_chunks, n_bytes, hashes)
    rewrite_events(recorded, raw.opening, raw.stop, lambda event: json.loads(event.data)["name"] != SYNC, added)
    return found


def _aligned(
    path: Path, raw: RawRecording, taps_s: Sequence[float]
) -> tuple[dict[int, Alignment], list[tuple[int, bytes]]]:
    recordings, origin_s = device_recordings(path, raw)
    if 0 not in recordings:
        raise RecordingError(f"{path.name}: its first device has no whole frame, so nothing can be aligned with it.")
    reference = felt_together(recordings.pop(0))
    found: dict[int, Alignment] = {}
    added: list[tuple[int, bytes]] = []
    for number, others in recordings.items():
        other = felt_together(others)
        if taps_s:
            alignment, at_s = align(reference, other, taps_s), np.array(taps_s)
        else:
            alignment, at_s = align_by_found_taps(reference, other)
        found[number] = alignment
        kept = {key: None if math.isnan(value) else value for key, value in asdict(alignment).items()}
        event = {"name": SYNC, "note": alignment.note, "device": number, **kept}
        added.append((int((origin_s + at_s[0]) * 1e9), json.dumps(event).encode()))
    return found, added
