"""Recordings of several devices put on one time base by what all of them felt: a heel tap, a stamp.

The host's clock already puts devices of one computer within the unknown latency of their connections, some
milliseconds. A tap on both removes that: the shift at which the two load curves around the tap are most alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
AGREE_S = 0.01
"""Taps whose shifts differ by more from the others' are something else that happened on both. [s]"""
Felt = PressureRecording | ForceRecording


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


def load_of(recording: Felt) -> FloatArray:
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
    reference: Felt,
    other: Felt,
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


def align_by_found_taps(reference: Felt, other: Felt, *, largest_s: float = LARGEST_S) -> tuple[Alignment, FloatArray]:
    """Find the taps that both felt, and the shift of one recording against another by them.

    Parameters
    ----------
    reference, other : PressureRecording or ForceRecording
        On the common, roughly right time base.
    largest_s : float
        The most that they may be apart. [s]

    Returns
    -------
    alignment : Alignment
        By the taps that agree.
    taps_s : (k,) array
        Where they are on the reference's time base. [s]

    Raises
    ------
    ValueError
        When nothing was felt by both, or most of what both felt does not agree on one shift.
    """
    felt: list[tuple[float, float]] = []
    for tap_s in find_taps(reference).tolist():
        try:
            felt.append((tap_s, _shift(reference, other, tap_s, largest_s)[0]))
        except ValueError:
            # Felt by one of them alone: a step, somebody else.
            continue
    if not felt:
        raise ValueError("No tap was felt by both devices; tap with the heel where both feel it, or name the moment.")
    taps_s, shifts_s = np.array(felt).T
    agree = np.abs(shifts_s - np.median(shifts_s)) < AGREE_S
    if 2 * agree.sum() <= len(felt):
        raise ValueError(
            f"Both devices felt {len(felt)} blows, but only {agree.sum()} agree on one shift to {1e3 * AGREE_S:g} ms; "
            "name the moment of the tap."
        )
    return align(reference, other, taps_s[agree].tolist(), largest_s=largest_s), taps_s[agree]


def felt_together(recordings: Sequence[Felt]) -> Felt:
    """One recording of everything that a device carries: of its plates the sum.

    Parameters
    ----------
    recordings : sequence of PressureRecording or ForceRecording
        Of one device, on one time base; at least one.

    Returns
    -------
    PressureRecording or ForceRecording
        The first; of several plates with the force of all.
    """
    first = recordings[0]
    if isinstance(first, PressureRecording) or len(recordings) == 1:
        return first
    forces = [each.force_n for each in recordings if isinstance(each, ForceRecording)]
    return replace(first, force_n=np.sum(forces, axis=0))


def find_taps(recording: Felt, threshold: float = 0.3, apart_s: float = 0.3) -> FloatArray:
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
    reference: Felt,
    other: Felt,
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


def _rate(recording: Felt, at_s: FloatArray, least_s: float = 0.004) -> FloatArray:
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
