"""Squats on one or both feet, found from the vertical force, and where that shows nothing from the load on the feet.

The force says how the centre of mass is accelerated, and from rest to rest that gives how deep it goes
(`footload.tasks.vertical_motion`). A squat is a dip of at least `SquatRules.least_depth_mm`. Where its phases begin
and end is read from the speed: where it passes `SquatRules.speed_ratio` of the fastest of that descent or ascent.
That needs no threshold in newtons, so it is the same at any noise, rate and body weight, and for counts of a device
that was never calibrated.

What the force cannot show: a squat so slow that the force hardly leaves the body weight. The notes of the search say
how slow that is in the recording at hand; such squats are sought in the posture (`footload.tasks.squat_posture`), and
their depth is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footload.arrays import FloatArray, check_shape, check_times, frozen, frozen_floats
from footload.signals.runs import runs
from footload.signals.turning_points import turning_points
from footload.tasks.repetition import Repetition
from footload.tasks.squat_posture import Posture, SlowSquats, slow_squats
from footload.tasks.squat_rules import DEFAULT_RULES, SquatRules, slowest_visible_s
from footload.tasks.vertical_motion import VerticalMotion, vertical_motion

_SEARCH_HZ = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class SquatSearch:
    """The squats of a trial.

    Parameters
    ----------
    repetitions : tuple of Repetition
        In order of time, rejected ones with their reason.
    depth_mm : (t,) array
        How far the centre of mass is below standing; NaN where that is not known. [mm]
    body_weight_n : float
        From the quietest second; NaN when nobody stood still. [N, or counts]
    noise_n : float
        Standard deviation of the force in that second. [N, or counts]
    notes : tuple of str
        What to know before any of it is used.
    slow : frozenset of int
        Numbers of the repetitions that the force does not show: found from the posture, their depth is not known.
    """

    repetitions: tuple[Repetition, ...]
    depth_mm: FloatArray
    body_weight_n: float
    noise_n: float
    notes: tuple[str, ...] = ()
    slow: frozenset[int] = frozenset()

    @property
    def counted(self) -> tuple[Repetition, ...]:
        """The repetitions that were not rejected."""
        return tuple(repetition for repetition in self.repetitions if not repetition.rejected)


def find_squats(
    time_s: FloatArray, force_n: FloatArray, rules: SquatRules = DEFAULT_RULES, posture: Posture | None = None
) -> SquatSearch:
    """Find squats and their phases from the vertical force of all feet on the ground together.

    Parameters
    ----------
    time_s : (t,) array
        Rising times. [s]
    force_n : (t,) array
        Vertical force; only its ratio to body weight is used. [N, or counts]
    rules : SquatRules
        What counts as a squat.
    posture : Posture, optional
        Where the feet carry the load, on the same frames; without it squats too slow for the force are not found.

    Returns
    -------
    SquatSearch
        Phases are ``descent``, ``bottom`` and ``ascent``. Without repetitions, and with a note that says why, when
        nobody stands still for a second.

    Raises
    ------
    ValueError
        When times do not rise, or there are not as many forces as times.
    """
    time_s, force_n = frozen_floats("time_s", time_s), frozen_floats("force_n", force_n)
    check_times("time_s", time_s)
    check_shape("force_n", force_n, time_s.shape, f"{len(time_s)} times")
    motion = vertical_motion(time_s, force_n, rules.rest)
    if motion.weighing is None or not motion.spans:
        note = (
            f"Nobody stands still for {rules.rest.weighing_s:g} s on the device, so there is no body weight and "
            "squats cannot be found from the force."
        )
        return SquatSearch((), motion.depth_mm, motion.body_weight, float("nan"), (note,))
    found: list[Repetition] = []
    for span in motion.spans:
        found += _dips(time_s, motion, span, rules)
    found = _judged(found, motion, rules)
    unseen = _too_slow(time_s, motion, found, rules, posture)
    repetitions, slow = _with_slow(found, unseen)
    depth_mm = motion.depth_mm.copy()
    for repetition in unseen.repetitions:
        depth_mm[repetition.start : repetition.stop] = np.nan
    depth_mm = frozen(depth_mm)
    notes = (*_notes(time_s, motion, repetitions, slow, rules), *_slow_notes(unseen))
    return SquatSearch(tuple(repetitions), depth_mm, motion.body_weight, motion.weighing.noise, notes, slow)


def _too_slow(
    time_s: FloatArray, motion: VerticalMotion, found: list[Repetition], rules: SquatRules, posture: Posture | None
) -> SlowSquats:
    """Squats that only the posture shows, apart from those that the force showed and that count."""
    if posture is None:
        return SlowSquats()
    standing = np.zeros(len(time_s), bool)
    for start, stop in motion.spans:
        standing[start:stop] = True
    least_s = slowest_visible_s(rules.least_depth_mm, motion.body_weight, motion.still_tolerance, rules.rest)
    taken = [(r.start, r.stop) for r in found if not r.rejected]
    return slow_squats(time_s, posture, standing, least_s, taken)


def _with_slow(found: list[Repetition], unseen: SlowSquats) -> tuple[list[Repetition], frozenset[int]]:
    """All squats in order of time, and the numbers of those that the force does not show.

    What the force showed of a slow squat was rejected (too shallow, not from standing): the whole one takes its place.
    """
    slow = unseen.repetitions
    kept = [r for r in found if not any(r.start < s.stop and s.start < r.stop for s in slow)]
    everything = sorted([*kept, *slow], key=lambda repetition: repetition.start)
    numbers = frozenset(number for number, r in enumerate(everything) if any(r is s for s in slow))
    return [replace(r, number=number) for number, r in enumerate(everything)], numbers


def _slow_notes(unseen: SlowSquats) -> tuple[str, ...]:
    n = len(unseen.repetitions)
    if not n:
        return ()
    return (f"{n} squat{'s' if n > 1 else ''} too slow for the force: found in {unseen.what}, depth not known.",)


def _dips(time_s: FloatArray, motion: VerticalMotion, span: tuple[int, int], rules: SquatRules) -> list[Repetition]:
    """Every dip of one stretch in which the depth is known, judged by how it begins and ends."""
    start, stop = span
    depth, speed = motion.depth_mm[start:stop], motion.downward_mm_per_s[start:stop]
    stride = max(1, round(1 / (_SEARCH_HZ * float(np.median(np.diff(time_s))))))
    turns = turning_points(depth, rules.sway_mm, stride)
    if not turns:
        return []
    lowest_first = depth[turns[0]] > depth[turns[1]]
    bottoms = range(0 if lowest_first else 1, len(turns), 2)
    found: list[Repetition] = []
    for place in bottoms:
        before = turns[place - 1] if place > 0 else 0
        after = turns[place + 1] if place + 1 < len(turns) else len(depth) - 1
        deepest = float(depth[turns[place]])
        repetition = _phases(depth, speed, (before, turns[place], after), rules)
        reason = ""
        if depth[before] > rules.standing_part * deepest:
            opening = place - 1 <= 0
            reason = "started before the recording" if opening else "did not start from standing"
        elif depth[after] > rules.standing_part * deepest:
            closing = place + 2 >= len(turns)
            reason = "cut off by the end of the recording" if closing else "did not come back up to standing"
        found.append(_moved(repetition, start, reason))
    return found


def _phases(depth: FloatArray, speed: FloatArray, turns: tuple[int, int, int], rules: SquatRules) -> Repetition:
    """Descent, bottom and ascent of one dip, from the speed at both sides of its deepest frame."""
    before, bottom, after = turns
    # Where the recording ends at the bottom there is no way up, and standing is what it was before.
    part_back = np.clip((np.arange(before, after + 1) - bottom) / max(after - bottom, 1), 0.0, 1.0)
    top = depth[before] + part_back * (depth[after] - depth[before])
    low = float(depth[bottom])
    part = (depth[before : after + 1] - top) / np.maximum(low - top, 1e-9)
    slow = np.abs(speed[before : after + 1])
    middle = bottom - before
    down, up = slow[: middle + 1], slow[middle:]
    slow_down = down < rules.speed_ratio * down.max()
    slow_up = up < rules.speed_ratio * up.max()
    begun = int(np.argmax(part[: middle + 1] > rules.speed_ratio))
    start = _last(slow_down[: begun + 1], 0)
    arrived = int(np.argmax(part[: middle + 1] > 1 - rules.speed_ratio))
    bottom_start = arrived + _first(slow_down[arrived:], middle - arrived)
    left = _last(part[middle:] > 1 - rules.speed_ratio, 0)
    bottom_stop = middle + _last(slow_up[: left + 1], 0) + 1
    ended = _last(part[middle:] > rules.speed_ratio, len(up) - 1)
    stop = middle + ended + _first(slow_up[ended:], len(up) - 1 - ended) + 1
    bottom_stop = min(max(bottom_stop, bottom_start + 1), stop)
    deepest = _plateau_middle(depth[before : after + 1], middle, rules.plateau_part * (low - float(depth[before])))
    bottom_start, bottom_stop = min(bottom_start, deepest), max(bottom_stop, deepest + 1)
    phases = {"descent": (start, bottom_start), "bottom": (bottom_start, bottom_stop), "ascent": (bottom_stop, stop)}
    return _moved(Repetition(0, start, stop, phases, deepest), before, "")


def _first(holds: np.ndarray, otherwise: int) -> int:
    return int(np.argmax(holds)) if holds.any() else otherwise


def _last(holds: np.ndarray, otherwise: int) -> int:
    return len(holds) - 1 - int(np.argmax(holds[::-1])) if holds.any() else otherwise


def _plateau_middle(depth: FloatArray, bottom: int, within_mm: float) -> int:
    """The middle of the frames around the bottom that are as deep, so that noise does not choose among them."""
    for start, stop in runs(depth >= depth[bottom] - max(within_mm, 0.0)):
        if start <= bottom < stop:
            return (start + stop - 1) // 2
    return bottom


def _moved(repetition: Repetition, by: int, rejected: str) -> Repetition:
    return Repetition(
        repetition.number,
        repetition.start + by,
        repetition.stop + by,
        {name: (start + by, stop + by) for name, (start, stop) in repetition.phases.items()},
        repetition.deepest_frame + by,
        rejected,
    )


def _judged(found: list[Repetition], motion: VerticalMotion, rules: SquatRules) -> list[Repetition]:
    """Number the repetitions and reject those whose depth cannot count."""
    depths = [float(motion.depth_mm[repetition.deepest_frame]) for repetition in found]
    full = [
        depth
        for repetition, depth in zip(found, depths, strict=True)
        if not repetition.rejected and rules.least_depth_mm <= depth <= rules.greatest_depth_mm
    ]
    usual = float(np.median(full)) if full else 0.0
    judged: list[Repetition] = []
    for number, (repetition, depth) in enumerate(zip(found, depths, strict=True)):
        reason = repetition.rejected
        if depth > rules.greatest_depth_mm:
            reason = f"{depth:.0f} mm deep, more than a person can go: the force drifted"
        elif not reason and depth < rules.least_depth_mm:
            reason = f"too shallow: {depth:.0f} mm, less than {rules.least_depth_mm:g} mm"
        elif not reason and depth < rules.least_part_of_median * usual:
            reason = f"too shallow: {depth:.0f} mm, where the usual depth is {usual:.0f} mm"
        judged.append(replace(repetition, number=number, rejected=reason))
    return judged


def _notes(
    time_s: FloatArray, motion: VerticalMotion, found: list[Repetition], slow: frozenset[int], rules: SquatRules
) -> tuple[str, ...]:
    notes: list[str] = []
    counted = [repetition for repetition in found if not repetition.rejected and repetition.number not in slow]
    depth_mm = float(np.median([motion.depth_mm[r.deepest_frame] for r in counted])) if counted else 300.0
    limit_s = slowest_visible_s(depth_mm, motion.body_weight, motion.still_tolerance, rules.rest)
    slowest_s = max((float(time_s[r.deepest_frame] - time_s[r.start]) for r in counted), default=limit_s)
    if slowest_s > 0.6 * limit_s:
        notes.append(
            f"A squat of {depth_mm:.0f} mm that takes more than about {limit_s:.1f} s down does not show in this "
            "force; slower ones are found only where the load on the feet moves, and depths near that limit are "
            "uncertain."
        )
    unknown = int(np.isnan(motion.depth_mm).sum())
    if unknown:
        notes.append(
            f"The depth is not known in {unknown} of {len(time_s)} frames: nobody on the device, stepping on or off, "
            f"or more than {rules.rest.run_s:g} s from the nearest rest."
        )
    notes += [f"Repetition {r.number + 1} does not count: {r.rejected}." for r in found if r.rejected]
    return tuple(notes)
