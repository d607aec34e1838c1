"""Recordings of several devices put on one time base by what all of them felt: a heel tap, a stamp.

The host's clock already puts devices of one computer within the unknown latency of their connections, some
milliseconds. A tap on both removes that: the shift at which the two load curves around the tap are most alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import ForceRecording, PressureRecording

STEP_S = 0.001
WINDOW_S = 0.4
"""Around a tap; a tap lasts about a tenth of a second."""
LARGEST_S = 0.25
"""Connections do not differ by more."""
ALIKE = 0.7
RISE_S = 0.03
"""Noise of single frames does not rise for so long. [s]"""
_R = TypeVar("_R", PressureRecording, ForceRecording)


@dataclass(frozen=True, slots=True)
class Alignment:
    """How one recording is shifted onto another.

    Parameters
    ----------
    offset_s : float
        To be added to the times of the second recording. [s]
    residual_s : float
        Root of the mean square of what single taps are off the common offset; NaN with one tap. [s]
    correlation : float
        How alike the two curves are then, 1 being equal but for scale; the least of all taps.
    n_taps : int
        Taps that both felt.
    """

    offset_s: float
    residual_s: float
    correlation: float
    n_taps: int

    @property
    def note(self) -> str:
        """What was done, in a sentence."""
        spread = "one tap, so its residual is not known"
        if self.n_taps > 1:
            spread = f"{self.n_taps} taps, single taps off by {1e3 * self.residual_s:.2f} ms"
        return (
            f"Shifted by {1e3 * self.offset_s:+.2f} ms to fit the other device by cross-correlation "
            f"({spread}; correlation {self.correlation:.3f})."
        )


def load_of(recording: PressureRecording | ForceRecording) -> FloatArray:
    """What a device carries in all: vertical force, or the sum of its valid cells. [N, or counts]

    Parameters
    ----------
    recording : PressureRecording or ForceRecording
        Of a mat, an insole or a plate.

    Returns
    -------
    (t,) array
        The unit does not matter for finding a shift.
    """
    if isinstance(recording, ForceRecording):
        return np.asarray(recording.force_n[:, 2], np.float64)
    valid = np.asarray(recording.valid)
    area_mm2 = np.asarray(recording.layout.area_mm2)[valid]
    return np.asarray(recording.pressure_kpa, np.float64)[:, valid] @ area_mm2 * 1e-3


def align(
    reference: PressureRecording | ForceRecording,
    other: PressureRecording | ForceRecording,
    taps_s: Sequence[float],
    *,
    largest_s: float = LARGEST_S,
) -> Alignment:
    """Find the shift of one recording against another from taps that both felt.

    Parameters
    ----------
    reference, other : PressureRecording or ForceRecording
        On the common, roughly right time base.
    taps_s : sequence of float
        About when the taps were; a mark of the user will do. [s]
    largest_s : float
        The most that they may be apart. [s]

    Returns
    -------
    Alignment
        With what single taps disagree by.

    Raises
    ------
    ValueError
        When no tap is given, or the curves around one are not alike, or it lies outside a recording.
    """
    if not taps_s:
        raise ValueError("No tap is given; at least one is needed.")
    shifts: list[float] = []
    correlations: list[float] = []
    for tap_s in taps_s:
        shift_s, correlation = _shift(reference, other, tap_s, largest_s)
        shifts.append(shift_s)
        correlations.append(correlation)
    offset_s = float(np.median(shifts))
    residual_s = float(np.sqrt(np.mean((np.array(shifts) - offset_s) ** 2))) if len(shifts) > 1 else float("nan")
    return Alignment(offset_s, residual_s, min(correlations), len(shifts))


def shifted(recording: _R, alignment: Alignment) -> _R:
    """A recording on the other one's time base.

    Parameters
    ----------
    recording : PressureRecording or ForceRecording
        The second of `align`.
    alignment : Alignment
        What was found.

    Returns
    -------
    PressureRecording or ForceRecording
        With one more line of history.
    """
    made = replace(recording, time_s=np.asarray(recording.time_s) + alignment.offset_s)
    return made.with_step(alignment.note.rstrip("."))


def find_taps(
    recording: PressureRecording | ForceRecording, threshold: float = 0.3, apart_s: float = 0.3
) -> FloatArray:
    """Moments at which a load suddenly rises: candidates for taps. [s]

    Parameters
    ----------
    recording : PressureRecording or ForceRecording
        In which somebody tapped.
    threshold : float
        Share of the fastest rise that counts.
    apart_s : float
        Taps closer together are one. [s]

    Returns
    -------
    (k,) array
        On the recording's time base. [s]
    """
    time_s = np.asarray(recording.time_s)
    rise = _rate(recording, time_s, RISE_S)
    if not (rise > 0).any():
        return np.empty(0)
    found: list[float] = []
    for frame in np.flatnonzero(rise > threshold * rise.max()):
        if not found or time_s[frame] - found[-1] > apart_s:
            found.append(float(time_s[frame]))
    return np.array(found)


def _shift(
    reference: PressureRecording | ForceRecording,
    other: PressureRecording | ForceRecording,
    tap_s: float,
    largest_s: float,
) -> tuple[float, float]:
    """Shift of the other recording at one tap, and the correlation there."""
    grid_s = np.arange(-WINDOW_S / 2, WINDOW_S / 2, STEP_S)
    around = np.arange(-WINDOW_S / 2 - largest_s, WINDOW_S / 2 + largest_s, STEP_S)
    for name, recording, reach_s in (("reference", reference, grid_s), ("other", other, around)):
        first, last = float(recording.time_s[0]), float(recording.time_s[-1])
        if tap_s + reach_s[0] < first - largest_s or tap_s + reach_s[-1] > last + largest_s:
            raise ValueError(f"The tap at {tap_s:.3f} s is too close to an end of the {name} recording.")
    fixed = _rate(reference, tap_s + grid_s)
    moving = _rate(other, tap_s + around)
    windows = np.lib.stride_tricks.sliding_window_view(moving, len(fixed))
    fixed = fixed - fixed.mean()
    centered = windows - windows.mean(axis=1, keepdims=True)
    size = np.sqrt((fixed**2).sum() * (centered**2).sum(axis=1))
    alike = np.where(size > 0, centered @ fixed / np.where(size > 0, size, 1.0), 0.0)
    best = int(alike.argmax())
    if alike[best] < ALIKE:
        raise ValueError(
            f"Around {tap_s:.3f} s the two devices did not feel the same (correlation {alike[best]:.2f}, at least "
            f"{ALIKE:g} is needed); was the tap on both?"
        )
    place = best + _vertex(alike, best)
    return largest_s - place * STEP_S, float(alike[best])


def _rate(recording: PressureRecording | ForceRecording, at_s: FloatArray, least_s: float = 0.004) -> FloatArray:
    """How fast the load changes; unlike the load itself it does not depend on what a device holds at rest."""
    time_s, load = np.asarray(recording.time_s), load_of(recording)
    # As wide as the slower device's frames, so that a fast one's edges do not stand against a slow one's ramps.
    width = max(float(np.median(np.diff(time_s))), least_s)
    return (np.interp(at_s + width / 2, time_s, load) - np.interp(at_s - width / 2, time_s, load)) / width


def _vertex(values: FloatArray, at: int) -> float:
    """Where between samples the parabola through three of them is highest."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, here, after = (float(value) for value in values[at - 1 : at + 2])
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend
