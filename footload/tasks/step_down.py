"""Step-downs: a squat on one leg from a step, whose other heel may tap the floor where no device feels it.

While the heel taps, the device carries less than the person weighs, and an integral of its force would take that for a
fall. So the taps are found first: the force falls below body weight while the body is low and hardly moves. There the
body weight is put in, and the rest is a squat. A heel that carries much is a push-off: that one does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.signals.integration import integral
from footload.signals.runs import frames_of, runs
from footload.signals.smoothing import moving_mean
from footload.tasks.squat import SquatSearch, find_squats
from footload.tasks.squat_posture import Posture
from footload.tasks.squat_rules import DEFAULT_RULES, SquatRules
from footload.tasks.vertical_motion import MM_PER_M
from footload.tasks.weighing import weigh
from footload.units import STANDARD_GRAVITY_M_PER_S2

PUSH_OFF_PART = 0.10
"""A heel that carries more than this part of the body weight pushes off. Ours, not from the literature. [BW]"""

_SMOOTHING_S = 0.1
_LEAST_PART = 0.02
_STILL_S = 0.3
_LONGEST_S = 2.0
_SLOW_PART = 0.25
_LOW_MM = 40.0


@dataclass(frozen=True, slots=True)
class HeelTap:
    """A stretch in which something beside the device carries a part of the body.

    Parameters
    ----------
    start, stop : int
        Frames, half open.
    part : float
        Most that it carries, after smoothing. [BW]
    """

    start: int
    stop: int
    part: float


def find_step_downs(
    time_s: FloatArray, force_n: FloatArray, rules: SquatRules = DEFAULT_RULES, posture: Posture | None = None
) -> SquatSearch:
    """Find step-downs from the vertical force of the foot on the step.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    force_n : (t,) array
        Vertical force on the step. [N, or counts]
    rules : SquatRules
        What counts, as for a squat.
    posture : Posture, optional
        For those too slow to show in the force.

    Returns
    -------
    SquatSearch
        Repetitions in which the other heel pushed off are rejected; notes say which taps were filled in.

    Raises
    ------
    ValueError
        When times do not rise, or there are not as many forces as times.
    """
    whole, taps = without_taps(time_s, force_n)
    search = find_squats(time_s, whole, rules, posture)
    judged = [
        replace(repetition, rejected=repetition.rejected or _pushed_off(repetition.start, repetition.stop, taps))
        for repetition in search.repetitions
    ]
    rejected = [new for new, old in zip(judged, search.repetitions, strict=True) if new.rejected != old.rejected]
    notes = [*search.notes, *(f"Repetition {r.number + 1} does not count: {r.rejected}." for r in rejected)]
    if taps:
        largest = 100 * max(tap.part for tap in taps)
        notes.append(
            f"The force fell below body weight at the bottom {len(taps)} times, by {largest:.0f} % at most, as when "
            "the other heel taps the floor; body weight was put in there."
        )
    return replace(search, repetitions=tuple(judged), notes=tuple(notes))


def without_taps(time_s: FloatArray, force_n: FloatArray) -> tuple[FloatArray, tuple[HeelTap, ...]]:
    """Put body weight in where a heel beside the device carries a part of it.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    force_n : (t,) array
        Vertical force on the device. [N, or counts]

    Returns
    -------
    force_n : (t,) array
        That of the whole body, as far as it can be known. [N, or counts]
    taps : tuple of HeelTap
        In order of time; none when nobody stands still for a second.
    """
    weighing = weigh(time_s, force_n) if len(time_s) > 3 else None
    if weighing is None:
        return force_n, ()
    known = np.where(np.isfinite(force_n), force_n, 0.0)
    smooth = moving_mean(known, frames_of(_SMOOTHING_S, time_s)) / weighing.weight_n - 1
    taps = _taps(time_s, smooth)
    filled = known.copy()
    for tap in taps:
        filled[tap.start : tap.stop] = np.maximum(filled[tap.start : tap.stop], weighing.weight_n)
    return frozen(filled), tuple(taps)


def _taps(time_s: FloatArray, surplus: FloatArray) -> list[HeelTap]:
    """Follow speed and depth from rest to rest, leaving out what is a tap."""
    n_still, found = frames_of(_STILL_S, time_s), list[HeelTap]()
    rests = runs(np.abs(surplus) < _LEAST_PART / 2, n_still)
    lacking = [run for run in runs(surplus < -_LEAST_PART / 4) if surplus[run[0] : run[1]].min() < -_LEAST_PART]
    depth, speed, fastest, at = 0.0, 0.0, 0.0, 0
    for start, stop in lacking:
        for rest in rests:
            if at <= rest[0] and rest[1] <= start + n_still // 2:
                moved = _follow(time_s, surplus, (at, rest[0]), (depth, speed))
                depth, speed, fastest = (moved[0] if moved[0] > _LOW_MM else 0.0), 0.0, 0.0
                at = min(rest[1], start)
        depth, speed, down = _follow(time_s, surplus, (at, start), (depth, speed))
        fastest, at = max(fastest, down), start
        hardly = abs(speed) <= max(_SLOW_PART * fastest, 20.0)
        if depth > _LOW_MM and hardly and float(time_s[stop - 1] - time_s[start]) <= _LONGEST_S:
            found.append(HeelTap(start, stop, float(-surplus[start:stop].min())))
            speed, at = 0.0, stop
    return found


def _follow(
    time_s: FloatArray, surplus: FloatArray, frames: tuple[int, int], since: tuple[float, float]
) -> tuple[float, float, float]:
    """Depth [mm], downward speed and its greatest [mm/s] at the end of some frames."""
    start, stop = frames
    depth, speed = since
    if stop - start < 1:
        return depth, speed, speed
    part = slice(start, stop + 1)
    t = time_s[part]
    velocity = speed - integral(t, MM_PER_M * STANDARD_GRAVITY_M_PER_S2 * surplus[part])
    return depth + float(integral(t, velocity)[-1]), float(velocity[-1]), float(velocity.max())


def _pushed_off(start: int, stop: int, taps: Sequence[HeelTap]) -> str:
    part = max((tap.part for tap in taps if start < tap.stop and tap.start < stop), default=0.0)
    if part <= PUSH_OFF_PART:
        return ""
    return f"pushed off from the floor with {100 * part:.0f} % of body weight, more than {100 * PUSH_OFF_PART:g} %"
