"""Files of live recordings: what they are called, and what is said of one that ended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.capture import CaptureSummary
    from devices.opening import TrialMetadata


def new_file(folder: Path, metadata: TrialMetadata) -> Path:
    """Choose a name that says when and what, never who.

    Parameters
    ----------
    folder : Path
        Where it will be.
    metadata : TrialMetadata
        With the task.

    Returns
    -------
    Path
        Of a file that is not there.
    """
    when = datetime.now().astimezone().strftime("%Y-%m-%d_%H%M%S")
    stem = f"{when}_{metadata.task.value.replace(' ', '-')}"
    names = (stem, *(f"{stem}_{number}" for number in range(2, 100)))
    return next(path for name in names if not (path := folder / f"{name}.mcap").exists())


def told_of(summary: CaptureSummary, ended_by: str = "") -> str:
    """Say what a recording holds.

    Parameters
    ----------
    summary : CaptureSummary
        Of one that ended.
    ended_by : str
        Why, where nobody ended it.

    Returns
    -------
    str
        Sentences.
    """
    n = " and ".join(str(each["frames"]) for each in summary.counters)
    ended = f" It ended because: {ended_by.rstrip('.')}." if ended_by else ""
    note = f" {summary.note[:1].upper()}{summary.note[1:].rstrip('.')}." if summary.note else ""
    lost = f" A slow or full disk lost {summary.dropped_bytes} bytes." if summary.dropped_bytes else ""
    return f"{summary.duration_s:.1f} s, {n} frames.{ended}{_gaps(summary)}{note}{lost}"


def _gaps(summary: CaptureSummary) -> str:
    n_times = max(each.get("reconnects", 0) for each in summary.counters)
    if not n_times:
        return ""
    longest_s = max(each.get("max_gap_ms", 0) for each in summary.counters) * 1e-3
    times = "once" if n_times == 1 else f"{n_times} times"
    return f" A device went away {times}; nothing came for up to {longest_s:.1f} s. Each gap is marked in it."
