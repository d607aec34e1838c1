"""Squats from blocks of samples as they arrive: depth and shift at once, repetitions once the person stands still.

A repetition is worked out by the same functions as a trial, on what has come so far: the trial that ended at the moment
it is told would give it to the last digit. Later samples may refine it in a trial (a quieter second to weigh in, a
median depth that makes it shallow); what was told stays. What does not count is named as in a trial; only what needs
pictures or markers (a foot that turned or slid) is not seen in a stream of forces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.foot.medial_shift import medial_shift
from footload.recordings import Side
from footload.tasks.bad_repetitions import Watched, judging
from footload.tasks.movement import RepetitionFoot
from footload.tasks.repetition import Repetition
from footload.tasks.squat import SquatSearch, find_squats
from footload.tasks.squat_feet import feet_in_squats, rests_before
from footload.tasks.squat_posture import posture_on_feet
from footload.tasks.squat_rules import DEFAULT_RULES, SquatRules
from footload.tasks.streaming import ShiftStream
from footload.tasks.streaming_depth import DepthStream
from footload.tasks.streaming_frames import LOOK_S, LastFrames

_STILL_PART = 0.015
_SLOW_SETTLE_S = 1.5
_OFTEN = 5


@dataclass(frozen=True, slots=True)
class FootSize:
    """How large a foot is, which a stream has to be told.

    Parameters
    ----------
    length_mm, width_mm : float
        [mm]
    """

    length_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class ToldSquat:
    """A squat that is certain.

    Parameters
    ----------
    repetition : Repetition
        Frames are counted from the first sample that was fed.
    feet : tuple of RepetitionFoot
        Each foot in it, as a trial gives it; every metric of scope repetition can be computed on it.
    told : int
        Number of samples that had come when it was told.
    slow : bool
        Whether it was too slow to show in the force.
    """

    repetition: Repetition
    feet: tuple[RepetitionFoot, ...]
    told: int
    slow: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SquatNews:
    """What a block of samples brought.

    Parameters
    ----------
    depth_mm : (n,) array
        How far the centre of mass is below standing, from the force alone; NaN until the person was weighed. [mm]
    shift_percent : mapping of Side to (n,) array
        Medial shift against the last still second; NaN until there was one. [%]
    squats : tuple of ToldSquat
        What became certain.
    rejected : tuple of Repetition
        Movements that do not count, each with its reason; told as late as slow squats, whose parts look like them.
    """

    depth_mm: FloatArray
    shift_percent: Mapping[Side, FloatArray]
    squats: tuple[ToldSquat, ...]
    rejected: tuple[Repetition, ...] = ()


class SquatStream:
    """Squats from blocks of force and CoP.

    Parameters
    ----------
    rate_hz : float
        Samples per second. [Hz]
    feet : mapping of Side to FootSize
        Those whose CoP is fed; none for repetitions without feet.
    rules : SquatRules
        What counts as a squat.
    window_s : float
        How much of the past is looked at; longer than a set of squats without a rest. [s]
    tested : Side, optional
        The foot of squats on one leg; the load of the other one is then a touch.

    Raises
    ------
    ValueError
        When the rate, the window or a width is not positive, or the tested foot is not among the feet.
    """

    def __init__(
        self,
        rate_hz: float,
        feet: Mapping[Side, FootSize] | None = None,
        rules: SquatRules = DEFAULT_RULES,
        window_s: float = 60.0,
        *,
        tested: Side | None = None,
    ) -> None:
        if tested is not None and tested not in (feet or {}):
            raise ValueError(f"The {tested} foot is tested, but it is not among those whose CoP is fed.")
        self._feet = {side: (feet or {})[side] for side in Side if side in (feet or {})}
        self._frames = LastFrames(1 + 3 * len(self._feet), rate_hz, window_s)
        self._rules, self._tested = rules, tested
        self._depth = DepthStream(rate_hz)
        self._shift = {side: ShiftStream(size.width_mm, rate_hz) for side, size in self._feet.items()}
        self._n_told, self._told_until = 0, 0
        self._n_rejected, self._rejected_until = 0, 0
        self._n_resting = 0
        self._n_settle = round(self._settle_s * rate_hz)

    @property
    def _settle_s(self) -> float:
        return self._rules.rest.shortest_s + 2 * self._rules.rest.smoothing_s[-1]

    @property
    def delay_s(self) -> float:
        """Longest time from the end of a squat that is followed by a rest to its being told. [s]

        A rest, the smoothing around it, and the next look. Squats that follow each other without a rest are told
        after the last; those too slow for the force at most a second later.
        """
        return self._settle_s + 2 * LOOK_S

    def feed(
        self,
        force: FloatArray,
        cop_foot_mm: Mapping[Side, FloatArray] | None = None,
        side_force: Mapping[Side, FloatArray] | None = None,
    ) -> SquatNews:
        """Take in the next samples.

        Parameters
        ----------
        force : (n,) array
            Vertical force of the whole body. [N, or counts]
        cop_foot_mm : mapping of Side to (n, 2) array
            CoP along and medial of each foot; NaN where there is none. [mm]
        side_force : mapping of Side to (n,) array, optional
            Vertical force of each foot, NaN where it is not known: without it nobody sees that one was lifted or
            touched down. [N, or counts]

        Returns
        -------
        SquatNews
            Curves of this block, and what became certain.

        Raises
        ------
        ValueError
            When a foot that was announced is missing, or lengths differ.
        """
        cop = cop_foot_mm or {}
        for side in self._feet:
            if side not in cop or np.shape(cop[side]) != (len(force), 2):
                raise ValueError(
                    f"The {side} foot needs a CoP (n, 2) for each of the {len(force)} forces of this block."
                )
        shifts = {side: stream.feed(force, cop[side][:, 1]) for side, stream in self._shift.items()}
        unknown = np.full(len(force), np.nan)
        own = [np.asarray((side_force or {}).get(side, unknown)) for side in self._feet]
        if any(len(each) != len(force) for each in own):
            raise ValueError(f"The force of each foot needs as many values as that of the body, {len(force)}.")
        block = np.column_stack([force, *(cop[side] for side in self._feet), *own])
        told: list[ToldSquat] = []
        rejected: list[Repetition] = []
        for _ in self._frames.looks(block):
            self._n_resting = self._n_resting + 1 if self._rests() else 0
            # Right after a movement often, later only for what is too slow for the force.
            if 0 < self._n_resting <= _OFTEN or self._n_resting % _OFTEN == 1:
                certain, worthless = self._certain()
                told += certain
                rejected += worthless
        return SquatNews(self._depth.feed(force), shifts, tuple(told), tuple(rejected))

    def _rests(self) -> bool:
        """Whether the person has been still for as long as a squat takes to be certain."""
        lately = self._frames.values[-self._n_settle :, 0]
        if len(lately) < self._n_settle or not np.isfinite(lately).all():
            return False
        n = max(1, len(lately) // 6)
        means = lately[: len(lately) // n * n].reshape(-1, n).mean(axis=1)
        return float(np.ptp(means)) <= _STILL_PART * float(means.mean())

    def _certain(self) -> tuple[list[ToldSquat], list[Repetition]]:
        """Squats that ended long enough ago and were not told, and what does not count."""
        frames = self._frames
        time_s, values, first = frames.time_s, frames.values, frames.first
        force = frozen(values[:, 0].copy())
        cop = {side: values[:, 1 + 2 * i : 3 + 2 * i].copy() for i, side in enumerate(self._feet)}
        watched = Watched(time_s, force, *self._feet_watched(values))
        search = judging(find_squats, watched)(time_s, force, self._rules, posture_on_feet(cop))
        slow_until = len(force) - round(_SLOW_SETTLE_S * frames.rate_hz)
        ready = [
            r
            for r in search.counted
            if r.start + first >= self._told_until
            and r.stop <= (slow_until if r.number in search.slow else len(force) - self._n_settle)
        ]
        rejected = self._rejected(search, slow_until)
        if not ready:
            return [], rejected
        feet = self._feet_in(search, time_s, cop)
        told: list[ToldSquat] = []
        for repetition in ready:
            moved = repetition.moved(first, self._n_told)
            mine = [replace(foot, repetition=moved) for foot in feet if foot.repetition.number == repetition.number]
            told.append(ToldSquat(moved, tuple(mine), frames.n_seen, repetition.number in search.slow))
            self._n_told += 1
            self._told_until = moved.stop
        return told, rejected

    def _feet_watched(self, values: FloatArray) -> tuple[Mapping[Side, FloatArray], FloatArray | None]:
        """The force of each foot in the frames that are here, and that of the foot which has no business there."""
        first = 1 + 2 * len(self._feet)
        own = {side: frozen(values[:, first + i].copy()) for i, side in enumerate(self._feet)}
        known = {side: force for side, force in own.items() if np.isfinite(force).any()}
        if self._tested is None:
            return known, None
        others = [np.nan_to_num(force) for side, force in known.items() if side is not self._tested]
        return known, frozen(others[0] if others else np.zeros(len(values)))

    def _rejected(self, search: SquatSearch, until: int) -> list[Repetition]:
        """What ended by then, does not count and was not told; nothing that a squat covers."""
        found: list[Repetition] = []
        for repetition in search.repetitions:
            covered = any(r.start < repetition.stop and repetition.start < r.stop for r in search.counted)
            moved = repetition.moved(self._frames.first, self._n_rejected)
            new = moved.start >= max(self._rejected_until, self._told_until)
            if repetition.rejected and not covered and new and repetition.stop <= until:
                found.append(moved)
                self._n_rejected, self._rejected_until = self._n_rejected + 1, moved.stop
        return found

    def _feet_in(self, search: SquatSearch, time_s: FloatArray, cop: Mapping[Side, FloatArray]) -> list[RepetitionFoot]:
        references = rests_before(time_s, search, self._rules)
        found: list[RepetitionFoot] = []
        for side, size in self._feet.items():
            size_mm = {"width_mm": size.width_mm, "length_mm": size.length_mm}
            shift = medial_shift(side, time_s, cop[side], **size_mm, reference=None)
            found += feet_in_squats(search, shift, cop[side][:, 1], references, ())
        return found
