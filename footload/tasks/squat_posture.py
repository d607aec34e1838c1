"""Squats too slow to show in the force, found from where the feet carry the load.

Who goes down slowly enough is never accelerated, so the vertical force stays at body weight. What still moves is the
load on the feet: between heel and forefoot, and toward the medial side of both at once. An excursion of that load from
the place it has in standing and back to it is called a squat when it is larger than sway, and so slow that the force
could not have shown it: a quicker one without a trace in the force is sway, not a squat.

How deep such a squat was is not known, and who goes down without any load moving is not found. No published rule does
this; the sizes here are ours and are tried on simulated trials only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

import numpy as np

from footload.arrays import BoolArray, FloatArray, frozen
from footload.recordings import Side
from footload.signals.runs import frames_of, runs
from footload.signals.smoothing import moving_mean
from footload.signals.turning_points import turning_points
from footload.tasks.repetition import Repetition

_SEARCH_HZ = 10.0
_MIDDLE_PART = 0.2812
"""The smoothest way takes this part of its time from a quarter to three quarters of its length."""
_HALF_PART = 0.442
"""And this part from where its speed passes 5 % of the peak to the middle."""


@dataclass(frozen=True, slots=True)
class PostureRules:
    """When a movement of the load on the feet is larger than sway. None of these is from the literature.

    Parameters
    ----------
    along_mm, medial_mm, heel_share : float
        On two feet: CoP along the feet, CoP toward the medial side of both at once, and share of the heels in the
        load. [mm], [mm], [ratio]
    alone : float
        On one foot all of them are larger by this factor. [ratio]
    unplaced_mm : float
        CoP on plates where the feet's places are not known. [mm]
    smoothing_s : float
        Moving mean before anything is looked at. [s]
    visible_part : float
        Both ways have to take at least this part of the time in which the force would still show a squat of the
        least depth. [ratio]
    longest_s : float
        A way that takes longer is a change of stance. [s]
    back_part : float
        The load comes back to within this part of the excursion. [ratio]
    """

    along_mm: float = 12.0
    medial_mm: float = 4.0
    heel_share: float = 0.12
    alone: float = 2.0
    unplaced_mm: float = 15.0
    smoothing_s: float = 0.5
    visible_part: float = 0.75
    longest_s: float = 20.0
    back_part: float = 0.4


DEFAULT_POSTURE_RULES = PostureRules()


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """How a person stands on their feet, frame by frame.

    Parameters
    ----------
    signals : (t, k) array
        Each in parts of what has to be exceeded to be more than sway; NaN where not known.
    what : str
        From what it is known, in words.
    rules : PostureRules
        Sizes it was scaled by.
    """

    signals: FloatArray
    what: str
    rules: PostureRules = DEFAULT_POSTURE_RULES


@dataclass(frozen=True, slots=True, eq=False)
class SlowSquats:
    """Squats that the force did not show.

    Parameters
    ----------
    repetitions : tuple of Repetition
        In order of time, numbered from 0.
    what : str
        From what they were found, in words.
    """

    repetitions: tuple[Repetition, ...] = field(default_factory=tuple)
    what: str = ""


def posture_on_feet(
    cop_foot_mm: Mapping[Side, FloatArray],
    heel_share: Mapping[Side, FloatArray] | None = None,
    rules: PostureRules = DEFAULT_POSTURE_RULES,
) -> Posture | None:
    """Describe the posture of feet whose axes are known.

    Parameters
    ----------
    cop_foot_mm : mapping of Side to (t, 2) array
        CoP along and medial of each foot; NaN where there is none. [mm]
    heel_share : mapping of Side to (t,) array, optional
        Part of each foot's load on its heel, where a mat sees it. [ratio]
    rules : PostureRules
        Sizes.

    Returns
    -------
    Posture, optional
        None without feet.
    """
    if not cop_foot_mm:
        return None
    wider = rules.alone if len(cop_foot_mm) == 1 else 1.0
    cop = cast("FloatArray", np.mean(list(cop_foot_mm.values()), axis=0))
    signals = [cop[:, 0] / (wider * rules.along_mm), cop[:, 1] / (wider * rules.medial_mm)]
    what = "the CoP on the feet"
    if heel_share and len(heel_share) == len(cop_foot_mm):
        signals.append(np.mean(list(heel_share.values()), axis=0) / (wider * rules.heel_share))
        what = "the CoP on the feet and the load of the heels"
    return Posture(frozen(np.column_stack(signals)), what, rules)


def posture_on_plates(cop_mm: Sequence[FloatArray], rules: PostureRules = DEFAULT_POSTURE_RULES) -> Posture | None:
    """Describe the posture on plates where it is not known how the feet stand.

    Parameters
    ----------
    cop_mm : sequence of (t, 2) array
        CoP of each plate; those that carry nobody for more than half the time are left out. [mm]
    rules : PostureRules
        Sizes.

    Returns
    -------
    Posture, optional
        None without loaded plates.
    """
    loaded = [cop for cop in cop_mm if 2 * np.count_nonzero(np.isfinite(cop[:, 0])) > len(cop)]
    if not loaded:
        return None
    mean = cast("FloatArray", np.mean(loaded, axis=0))
    return Posture(frozen(mean[:, :2] / rules.unplaced_mm), "the CoP on the plates", rules)


def slow_squats(
    time_s: FloatArray, posture: Posture, standing: BoolArray, least_s: float, taken: Sequence[tuple[int, int]]
) -> SlowSquats:
    """Find the squats that the force did not show.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    posture : Posture
        On the same frames.
    standing : (t,) array of bool
        Where all feet are on the ground.
    least_s : float
        A way shorter than this would have shown in the force. [s]
    taken : sequence of (start, stop)
        Frames of the squats that the force did show.

    Returns
    -------
    SlowSquats
        Phases are ``descent``, ``bottom`` and ``ascent``; none overlaps what is taken.
    """
    found: list[Repetition] = []
    known = standing & np.isfinite(posture.signals).all(axis=1)
    for start, stop in runs(known, frames_of(least_s, time_s)):
        score = _score(posture, time_s, (start, stop), taken)
        for repetition in _excursions(time_s[start:stop], score, posture.rules, least_s):
            frames = (repetition.start + start, repetition.stop + start)
            if not any(a < frames[1] and frames[0] < b for a, b in taken):
                found.append(_moved(repetition, start, len(found)))
    return SlowSquats(tuple(found), posture.what)


def _score(posture: Posture, time_s: FloatArray, span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> FloatArray:
    """How far the load has moved from standing, along the way in which it moves most; standing is 0."""
    start, stop = span
    n = frames_of(posture.rules.smoothing_s, time_s)
    smooth = np.column_stack([moving_mean(signal, n) for signal in posture.signals[start:stop].T])
    free = np.ones(stop - start, bool)
    for a, b in taken:
        free[max(a - start, 0) : max(b - start, 0)] = False
    used = smooth[free] if free.sum() > 1 else smooth
    _, ways = np.linalg.eigh(np.cov(used.T))
    score = cast("FloatArray", (smooth @ ways[:, -1]).astype(np.float64))
    edge = min(frames_of(1.0, time_s), stop - start)
    at_ends = (float(np.median(score[:edge])) + float(np.median(score[-edge:]))) / 2
    score = score - at_ends
    return -score if abs(float(score.min())) > float(score.max()) else score


def _excursions(time_s: FloatArray, score: FloatArray, rules: PostureRules, least_s: float) -> list[Repetition]:
    stride = max(1, round(1 / (_SEARCH_HZ * float(np.median(np.diff(time_s))))))
    turns = turning_points(score, 1.0, stride)
    if not turns:
        return []
    if score[turns[0]] > score[turns[1]]:
        turns = [0, *turns]
    if score[turns[-1]] > score[turns[-2]]:
        turns = [*turns, len(score) - 1]
    lows, highs = turns[0::2], turns[1::2]
    heights = [float(score[high]) for high in highs]
    usual = float(np.median(heights))
    found: list[Repetition] = []
    for (before, after), high, height in zip(pairwise(lows), highs, heights, strict=True):
        back = max(float(score[before]), float(score[after]))
        if height < 0.5 * usual or back > rules.back_part * height or height < 1.0:
            continue
        down = _way(time_s, score[before : high + 1], before)
        up = _way(time_s, score[high : after + 1][::-1], high, backward=True)
        if all(rules.visible_part * least_s <= way[2] <= rules.longest_s for way in (down, up)):
            found.append(_repetition(time_s, down, up))
    return found


def _way(time_s: FloatArray, rising: FloatArray, first: int, *, backward: bool = False) -> tuple[float, float, float]:
    """Begin and end of a way from a low to a high, as 5 % of the peak speed would tell them, and its whole length."""
    low, high = float(rising[0]), float(rising[-1])
    part = (rising - low) / max(high - low, 1e-12)
    late = int(np.argmax(part >= 0.75))
    early = late - int(np.argmax(part[late::-1] <= 0.25))
    half = early + int(np.argmax(part[early:] >= 0.5))
    last = first + len(rising) - 1
    middle_s = float(time_s[last - half if backward else first + half])
    a, b = (last - late, last - early) if backward else (first + early, first + late)
    whole_s = float(time_s[b] - time_s[a]) / _MIDDLE_PART
    reach_s = _HALF_PART * whole_s
    return middle_s - reach_s, middle_s + reach_s, whole_s


def _repetition(time_s: FloatArray, down: tuple[float, ...], up: tuple[float, ...]) -> Repetition:
    """Frames of one excursion; where the two ways meet, the bottom is the frame between them."""
    meet_s = (down[1] + up[0]) / 2
    marks_s = (down[0], min(down[1], meet_s), max(up[0], meet_s), up[1])
    start, bottom, leave, stop = (min(int(np.searchsorted(time_s, mark)), len(time_s) - 1) for mark in marks_s)
    leave = max(leave, bottom + 1)
    stop = max(stop, leave) + 1
    stop = min(stop, len(time_s))
    phases = {"descent": (start, bottom), "bottom": (bottom, leave), "ascent": (leave, stop)}
    return Repetition(0, start, stop, phases, (bottom + leave - 1) // 2)


def _moved(repetition: Repetition, by: int, number: int) -> Repetition:
    phases = {name: (start + by, stop + by) for name, (start, stop) in repetition.phases.items()}
    return Repetition(number, repetition.start + by, repetition.stop + by, phases, repetition.deepest_frame + by)
