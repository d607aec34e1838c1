"""Repetitions that do not count, each with its reason: what went wrong in a squat or a landing.

Foot turned: it points more than 5 degrees (and the error of two looks) elsewhere than in the rest before. Stepped: it
was lifted, or stands elsewhere. Touched down: something else than the tested foot carries load in a movement on one
leg. Off the plate: a part of the body's weight is missing, or the foot's outline reaches over the edge. Lost balance: a
hop, or no rest after a landing. 5 degrees is that of the protocols; the other thresholds are chosen, not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from footload.arrays import BoolArray, FloatArray
from footload.foot.axis import FootAxis
from footload.recordings import Side
from footload.signals.runs import frames_of, runs
from footload.tasks.foot_watch import FootPose, FootWatch
from footload.tasks.landing import Landing, LandingSearch, touchdown_of
from footload.tasks.repetition import Repetition
from footload.tasks.squat import SquatSearch
from footload.tasks.squat_feet import Search
from footload.tasks.squat_posture import Posture
from footload.tasks.squat_rules import SquatRules
from footload.tasks.weighing import weigh


@dataclass(frozen=True, slots=True)
class RejectionRules:
    """When a repetition does not count.

    Parameters
    ----------
    turned_deg : float
        A foot that turns further is turned. [deg]
    moved_mm : float
        A foot that stands further away stepped. [mm]
    contact_n : float
        Below it a foot is lifted, above it another one is down. [N]
    shortest_s : float
        For at least so long. [s]
    missing_part : float
        A foot is off the plate when this part of the body weight is missing. [BW]
    look_s : float
        Length of the looks before and after. [s]
    settled_s : (start, stop)
        When a landed foot is looked at after touchdown, to compare with its rest. [s]
    rest_within_s : float
        Who has no still second that begins so soon after landing lost the balance. [s]
    """

    turned_deg: float = 5.0
    moved_mm: float = 20.0
    contact_n: float = 20.0
    shortest_s: float = 0.05
    missing_part: float = 0.05
    look_s: float = 0.5
    settled_s: tuple[float, float] = (0.1, 0.25)
    rest_within_s: float = 3.0


DEFAULT_REJECTION_RULES = RejectionRules()

LOST_BALANCE = "lost balance: both feet left the ground"

LONGEST_HOP_S = 1.0
"""Nobody hops for longer; who is away for longer stepped off. Chosen, not measured."""


def _nothing() -> Mapping[Side, FloatArray]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What is known about a trial beside its repetitions.

    Parameters
    ----------
    time_s, vertical_n : (t,) array
        Force of all feet together. [s], [N, or counts]
    side_force_n : mapping of Side to (t,) array
        Of each foot that is known on its own. [N, or counts]
    other_force_n : (t,) array, optional
        Of everything but the tested foot, in a movement on one leg. [N, or counts]
    feet : tuple of FootWatch
        Markers or prints of the feet.
    beside : tuple of str
        Which feet stand partly beside their plates, in words.
    body_weight_n : float
        As stated, for landings; NaN when nobody said. [N]
    rules : RejectionRules
        Thresholds.
    keep : bool
        Whether what does not count is only named, and keeps its values.
    whole : bool
        Whether all of the body stands on the device; False in step-downs, whose other heel taps beside it.
    """

    time_s: FloatArray
    vertical_n: FloatArray
    side_force_n: Mapping[Side, FloatArray] = field(default_factory=_nothing)
    other_force_n: FloatArray | None = None
    feet: tuple[FootWatch, ...] = ()
    beside: tuple[str, ...] = ()
    body_weight_n: float = float("nan")
    rules: RejectionRules = DEFAULT_REJECTION_RULES
    keep: bool = False
    whole: bool = True

    def lasting(self, holds: BoolArray, span: tuple[int, int]) -> list[tuple[int, int]]:
        """Stretches within a span in which something holds for long enough.

        Parameters
        ----------
        holds : (t,) array of bool
            Whether it holds.
        span : (start, stop)
            Frames, half open.

        Returns
        -------
        list of (start, stop)
            Frames of the trial, half open.
        """
        shortest = frames_of(self.rules.shortest_s, self.time_s)
        return [(a + span[0], b + span[0]) for a, b in runs(holds[span[0] : span[1]], shortest)]


def judged_squats(search: SquatSearch, watched: Watched) -> SquatSearch:
    """Name the squats that do not count.

    Parameters
    ----------
    search : SquatSearch
        As found.
    watched : Watched
        What is known beside them.

    Returns
    -------
    SquatSearch
        The same with more reasons, and a note for each.
    """
    search = _with_hops(search, watched)
    beginning = _poses_before(search.repetitions[0], watched) if search.repetitions else {}
    found: list[Repetition] = []
    notes = list(search.notes)
    for number, repetition in enumerate(search.repetitions):
        around = _around(search.repetitions, number, len(watched.time_s))
        reason = _wrong_in_squat(repetition, around, search, watched) or _turned_since(repetition, beginning, watched)
        # What was seen to go wrong says more than that the depth is odd, which follows from it.
        if reason:
            notes = [note for note in notes if not note.startswith(f"Repetition {repetition.number + 1} does not")]
            said = "was kept" if watched.keep else "does not count"
            notes.append(f"Repetition {repetition.number + 1} {said}: {reason}.")
            reason = "" if watched.keep else reason
        found.append(replace(repetition, rejected=reason or repetition.rejected))
    return replace(search, repetitions=tuple(found), notes=tuple(notes))


def _with_hops(search: SquatSearch, watched: Watched) -> SquatSearch:
    """The same with a repetition wherever somebody hops outside of those that were found.

    A hop ends what is known of the depth, so the squat in which it happens is not found by itself.
    """
    empty = watched.lasting(watched.vertical_n < watched.rules.contact_n, (0, len(watched.time_s)))
    unknown = runs(np.isnan(search.depth_mm))
    hops: list[Repetition] = []
    for start, stop in empty:
        lasts_s = float(watched.time_s[stop - 1] - watched.time_s[start])
        inside = any(r.start < stop and start < r.stop for r in (*search.repetitions, *hops))
        if start == 0 or stop == len(watched.time_s) or inside or lasts_s > LONGEST_HOP_S:
            continue  # stepping on or off, or a pause
        around = next(((a, b) for a, b in unknown if a <= start < b), (start, stop))
        first = max([around[0], *(r.stop for r in search.repetitions if r.stop <= start)])
        last = min([around[1], *(r.start for r in search.repetitions if r.start >= stop)])
        hops.append(Repetition(0, first, last, {}, -1, LOST_BALANCE))
    if not hops:
        return search
    ordered = sorted((*search.repetitions, *hops), key=lambda repetition: repetition.start)
    slow = frozenset(i for i, r in enumerate(ordered) if r not in hops and r.number in search.slow)
    numbered = tuple(replace(repetition, number=number) for number, repetition in enumerate(ordered))
    return replace(search, repetitions=numbered, slow=slow)


def judging(find: Search, watched: Watched) -> Search:
    """A search for squats that also names those that do not count.

    Parameters
    ----------
    find : callable
        What finds the repetitions.
    watched : Watched
        What is known beside them.

    Returns
    -------
    callable
        Takes and gives the same.
    """

    def found(time_s: FloatArray, force_n: FloatArray, rules: SquatRules, posture: Posture | None) -> SquatSearch:
        return judged_squats(find(time_s, force_n, rules, posture), watched)

    return found


def judged_landings(search: LandingSearch, watched: Watched) -> LandingSearch:
    """Name the landings that do not count.

    Parameters
    ----------
    search : LandingSearch
        As found.
    watched : Watched
        What is known beside them.

    Returns
    -------
    LandingSearch
        The same with more reasons.
    """
    found: list[Landing] = []
    notes = list(search.notes)
    for landing in search.landings:
        reason = landing.rejected or _wrong_in_landing(landing, watched)
        if reason and watched.keep:
            notes.append(f"Landing {landing.number + 1} was kept: {reason}.")
        found.append(replace(landing, rejected="" if watched.keep else reason))
    return replace(search, landings=tuple(found), notes=tuple(notes))


def beside_plate(side: Side, axis: FootAxis, depth_mm: Callable[[FloatArray], FloatArray]) -> str:
    """Say when the outline of a placed foot reaches over the edge of its plate.

    Parameters
    ----------
    side : Side
        Which foot.
    axis : FootAxis
        Its place in the lab.
    depth_mm : callable
        From (n, 2) places in the lab to how far they lie inside the plate. [mm]

    Returns
    -------
    str
        Empty when the whole outline lies on the plate.
    """
    half = axis.width_mm / 2 if axis.width_mm > 0 else 0.0
    ap = np.array([0.0, axis.length_mm, 2 / 3 * axis.length_mm, 2 / 3 * axis.length_mm])
    ml = np.array([0.0, 0.0, half, -half])
    least = float(depth_mm(np.column_stack(axis.to_plate(ap, ml))).min())
    return f"off the plate: the {side} foot reaches {-least:.0f} mm over the edge" if least < 0 else ""


def _around(repetitions: Sequence[Repetition], number: int, n_frames: int) -> tuple[int, int]:
    """From the end of the repetition before to the beginning of the next one."""
    before = repetitions[number - 1].stop if number else 0
    after = repetitions[number + 1].start if number + 1 < len(repetitions) else n_frames
    return min(before, repetitions[number].start), max(after, repetitions[number].stop)


def _wrong_in_squat(repetition: Repetition, around: tuple[int, int], search: SquatSearch, watched: Watched) -> str:
    span = (repetition.start, repetition.stop)
    rules = watched.rules
    if watched.lasting(watched.vertical_n < rules.contact_n, span):
        return LOST_BALANCE
    if watched.other_force_n is not None:
        touched = watched.lasting(watched.other_force_n >= rules.contact_n, span)
        if touched:
            most = float(watched.other_force_n[span[0] : span[1]].max())
            return f"touched down: the other foot carried up to {most:.0f} N"
    else:
        for side, force in watched.side_force_n.items():
            if watched.lasting(force < rules.contact_n, span):
                return f"stepped: the {side} foot was lifted"
    looks = _looks(watched.time_s, span, around, rules.look_s)
    moved = _moved(watched, *looks)
    return moved or _missing(search, span, around, watched) or next(iter(watched.beside), "")


def _looks(
    time_s: FloatArray, span: tuple[int, int], around: tuple[int, int], look_s: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """When to look before and after a repetition: half a second each, as far as there is that much."""
    start_s, stop_s = float(time_s[span[0]]), float(time_s[span[1] - 1])
    first_s, last_s = float(time_s[around[0]]), float(time_s[around[1] - 1])
    return (max(first_s, start_s - look_s), start_s), (stop_s, min(last_s, stop_s + look_s))


def _moved(watched: Watched, before_s: tuple[float, float], after_s: tuple[float, float]) -> str:
    """Whether a foot points or stands elsewhere after than before."""
    for foot in watched.feet:
        one, other = foot.pose(*before_s), foot.pose(*after_s)
        if one is None or other is None:
            continue
        if reason := _pose_changed(foot, one, other, watched.rules):
            return reason
    return ""


def _pose_changed(foot: FootWatch, one: FootPose, other: FootPose, rules: RejectionRules) -> str:
    if one.moved_mm(other) > rules.moved_mm:
        return f"stepped: the {foot.side} foot stands {one.moved_mm(other):.0f} mm away from where it was"
    if one.turned_deg(other) > rules.turned_deg + foot.turn_error_deg:
        return f"foot turned: the {foot.side} foot points {one.turned_deg(other):.0f} degrees elsewhere than before"
    return ""


def _poses_before(repetition: Repetition, watched: Watched) -> dict[Side, FootPose]:
    start_s = float(watched.time_s[repetition.start])
    poses = {foot.side: foot.pose(start_s - watched.rules.look_s, start_s) for foot in watched.feet}
    return {side: pose for side, pose in poses.items() if pose is not None}


def _turned_since(repetition: Repetition, beginning: Mapping[Side, FootPose], watched: Watched) -> str:
    """Whether a foot stands turned since an earlier repetition, so that the axis of the beginning holds no more."""
    now = _poses_before(repetition, watched)
    for foot in watched.feet:
        if foot.side not in now or foot.side not in beginning:
            continue
        turned_deg = beginning[foot.side].turned_deg(now[foot.side])
        if turned_deg > watched.rules.turned_deg + foot.turn_error_deg:
            return (
                f"foot turned: the {foot.side} foot points {turned_deg:.0f} degrees elsewhere than at the beginning, "
                "where its axis was taken"
            )
    return ""


def _missing(search: SquatSearch, span: tuple[int, int], around: tuple[int, int], watched: Watched) -> str:
    """Whether force is missing: from rest to rest its mean is the body weight, however one moves."""
    if not watched.whole or not search.body_weight_n > 0:
        return ""
    reach = frames_of(watched.rules.look_s, watched.time_s) // 2
    start, stop = max(around[0], span[0] - reach), min(around[1], span[1] + reach)
    part = float(watched.vertical_n[start:stop].mean()) / search.body_weight_n
    if part >= 1 - watched.rules.missing_part:
        return ""
    return f"off the plate: {100 * (1 - part):.0f} % of the body weight is missing in it"


def _wrong_in_landing(landing: Landing, watched: Watched) -> str:
    rules, time_s = watched.rules, watched.time_s
    rests = landing.weighing is not None and landing.touchdown < landing.weighing.start < landing.leaves
    rest = landing.weighing if rests else None
    end = rest.stop if rest is not None else min(landing.frame_after(rules.rest_within_s), landing.leaves)
    if watched.other_force_n is not None:
        span = (landing.touchdown, end)
        if watched.lasting(watched.other_force_n >= rules.contact_n, span):
            most = float(watched.other_force_n[span[0] : span[1]].max())
            return f"touched down: the other foot carried up to {most:.0f} N"
    for side in () if watched.other_force_n is not None else landing.side_force_n:
        down = touchdown_of(landing, side)
        lifted = watched.lasting(landing.side_force_n[side] < rules.contact_n, (down or 0, end))
        if down is not None and any(stop < landing.leaves for _, stop in lifted):
            return f"stepped: the {side} foot was lifted after landing"
    if _restless(landing, rules, rests=rest is not None):
        return f"lost balance: the person does not come to rest within {rules.rest_within_s:g} s"
    if rest is None:
        return next(iter(watched.beside), "")
    down_s = float(time_s[landing.touchdown])
    landed_s = (down_s + rules.settled_s[0], down_s + rules.settled_s[1])
    moved = _moved(watched, landed_s, (float(time_s[rest.start]), float(time_s[rest.stop - 1])))
    part = rest.weight_n / watched.body_weight_n
    if part < 1 - rules.missing_part:
        moved = moved or f"off the plate: {100 * (1 - part):.0f} % of the body weight is missing after it"
    return moved or next(iter(watched.beside), "")


def _restless(landing: Landing, rules: RejectionRules, *, rests: bool) -> bool:
    """Whether the person stays on the ground, for long enough, without a still second that begins in time."""
    weighing, still = landing.weighing, landing.rules
    if not rests:
        rebounds = landing.leaves < len(landing.time_s)
        there_s = float(
            landing.time_s[min(landing.leaves, len(landing.time_s) - 1)] - landing.time_s[landing.touchdown]
        )
        return there_s >= rules.rest_within_s + (still.weighing_s if rebounds else 0.0)
    if weighing is None or weighing.start <= landing.frame_after(rules.rest_within_s):
        return False
    # The quietest second came later; whether an earlier one was quiet enough decides.
    soon = (landing.touchdown, min(landing.frame_after(rules.rest_within_s + still.weighing_s), landing.leaves))
    first = weigh(landing.time_s, landing.vertical_n, duration_s=still.weighing_s, within=soon)
    return first is None or first.noise_n > still.still_part * first.weight_n
