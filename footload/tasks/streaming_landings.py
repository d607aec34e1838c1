"""Landings from blocks of samples: touchdown at once, the medial shift once the person stands still after it.

The shift of a landing is measured against the quiet stance that follows it, so nobody can tell it before that. It is
worked out by the same functions as a trial, on what has come so far, those that do not count with their reason too.
What needs pictures or markers (a foot that turned or slid) is not seen in a stream of forces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.recordings import Side
from footload.tasks.bad_repetitions import DEFAULT_REJECTION_RULES, Watched, judged_landings
from footload.tasks.foot_curves import FootCurve
from footload.tasks.landing import DEFAULT_LANDING_RULES, Landing, LandingRules, find_landings
from footload.tasks.landing_feet import LandingFoot, feet_in
from footload.tasks.repetition import Repetition
from footload.tasks.streaming import ContactChange, ContactEvent, ContactStream
from footload.tasks.streaming_frames import LOOK_S, LastFrames
from footload.tasks.streaming_squats import FootSize


@dataclass(frozen=True, slots=True, eq=False)
class ToldLanding:
    """A landing that is certain.

    Parameters
    ----------
    touchdown : int
        Frame, counted from the first sample that was fed.
    landing : Landing
        As a trial gives it; its own frames count from the oldest sample that was still looked at.
    feet : tuple of LandingFoot
        Each foot in it; every metric of scope foot in a landing can be computed on it.
    told : int
        Number of samples that had come when it was told.
    """

    touchdown: int
    landing: Landing
    feet: tuple[LandingFoot, ...]
    told: int


@dataclass(frozen=True, slots=True, eq=False)
class LandingNews:
    """What a block of samples brought.

    Parameters
    ----------
    events : tuple of ContactEvent
        Touchdowns and take-offs.
    landings : tuple of ToldLanding
        What became certain.
    rejected : tuple of Repetition
        Landings that do not count, each with the reason that a trial gives; frames are counted from the first sample.
    """

    events: tuple[ContactEvent, ...]
    landings: tuple[ToldLanding, ...]
    rejected: tuple[Repetition, ...] = ()


class LandingStream:
    """Landings from blocks of force and CoP of each foot.

    Parameters
    ----------
    rate_hz : float
        Samples per second. [Hz]
    feet : mapping of Side to FootSize
        One or both feet.
    rules : LandingRules
        Thresholds and windows.
    window_s : float
        How much of the past is looked at. [s]
    tested : Side, optional
        The foot of landings on one leg; the load of the other one is then a touch.
    body_weight_n : float
        As stated; without it nobody can tell that a foot stands beside the device. [N]

    Raises
    ------
    ValueError
        When the rate or the window is not positive, or there is no foot, or the tested one is not among them.
    """

    def __init__(
        self,
        rate_hz: float,
        feet: Mapping[Side, FootSize],
        rules: LandingRules = DEFAULT_LANDING_RULES,
        window_s: float = 30.0,
        *,
        tested: Side | None = None,
        body_weight_n: float = float("nan"),
    ) -> None:
        if not feet:
            raise ValueError("A landing is made on at least one foot, but none was named.")
        if tested is not None and tested not in feet:
            raise ValueError(f"The {tested} foot is tested, but it is not among the feet {', '.join(feet)}.")
        self._feet = {side: feet[side] for side in Side if side in feet}
        self._frames = LastFrames(3 * len(self._feet), rate_hz, window_s)
        self._contacts = ContactStream(rate_hz, rules.contact_n, rules.shortest_flight_s, rules.blip_s)
        self._rules, self._told_until = rules, 0
        self._tested, self._body_weight_n = tested, body_weight_n
        self._n_rejected = 0
        self._down: int | None = None
        self._n_restless = round((DEFAULT_REJECTION_RULES.rest_within_s + rules.weighing_s) * rate_hz)

    @property
    def delay_s(self) -> float:
        """Longest time from a quiet second after a landing to its being told: one look. [s]

        Who does not come to rest in time is told so as soon after the last second in which that was possible.
        """
        return 2 * LOOK_S

    @property
    def touchdown_delay_s(self) -> float:
        """Longest time from touchdown or take-off to its being told. [s]"""
        return self._contacts.delay_s

    def feed(self, force: Mapping[Side, FloatArray], cop_foot_mm: Mapping[Side, FloatArray]) -> LandingNews:
        """Take in the next samples.

        Parameters
        ----------
        force : mapping of Side to (n,) array
            Vertical force of each foot. [N]
        cop_foot_mm : mapping of Side to (n, 2) array
            CoP along and medial of each foot; NaN where there is none. [mm]

        Returns
        -------
        LandingNews
            What became certain.

        Raises
        ------
        ValueError
            When a foot that was announced is missing, or lengths differ.
        """
        sizes = {len(force[side]) for side in self._feet if side in force}
        lengths = {len(cop_foot_mm[side]) for side in self._feet if side in cop_foot_mm}
        if len(sizes | lengths) != 1 or not all(side in force and side in cop_foot_mm for side in self._feet):
            raise ValueError(f"Force and CoP of each of {', '.join(self._feet)} are needed, all of one length.")
        block = np.column_stack([part for side in self._feet for part in (force[side], cop_foot_mm[side])])
        events = self._contacts.feed(np.nansum(block[:, ::3], axis=1))
        for event in events:
            self._down = event.frame if event.change is ContactChange.TOUCHDOWN else None
        told: list[ToldLanding] = []
        rejected: list[Repetition] = []
        for _ in self._frames.looks(block):
            overdue = self._down is not None and self._frames.n_seen > self._down + self._n_restless
            if overdue or self._still():
                certain, worthless = self._certain(still=self._still())
                told += certain
                rejected += worthless
            if overdue:
                self._down = None
        return LandingNews(tuple(events), tuple(told), tuple(rejected))

    def _still(self) -> bool:
        """Whether the person has stood still for the last second."""
        n = round(self._rules.weighing_s * self._frames.rate_hz)
        lately = np.nansum(self._frames.values[-n:, ::3], axis=1)
        level = float(lately.mean())
        return (
            len(lately) > 2 and self._rules.contact_n <= level and float(lately.std()) <= self._rules.still_part * level
        )

    def _certain(self, *, still: bool) -> tuple[list[ToldLanding], list[Repetition]]:
        """Landings that were not told and are sure to count, and those that are sure not to.

        While nobody is still these are the settled ones, and those that have gone on for too long without a rest.
        """
        frames, total = self._frames, np.nansum(self._frames.values[:, ::3], axis=1)
        time_s, values = frames.time_s, frames.values
        force = {side: frozen(values[:, 3 * i].copy()) for i, side in enumerate(self._feet)}
        whole = np.column_stack([np.full((len(total), 2), np.nan), total])
        landed = {side: own for side, own in force.items() if self._tested in {None, side}}
        beside = [own for side, own in force.items() if self._tested not in {None, side}]
        watched = Watched(
            time_s,
            frozen(total),
            landed,
            beside[0] if beside else None if self._tested is None else np.zeros(len(total)),
            body_weight_n=self._body_weight_n,
        )
        told: list[ToldLanding] = []
        rejected: list[Repetition] = []
        for landing in judged_landings(find_landings(time_s, whole, landed, self._rules), watched).landings:
            touchdown = landing.touchdown + frames.first
            settled = landing.weighing is not None and landing.weighing.start >= landing.touchdown
            gone = landing.leaves < len(time_s)
            if touchdown < self._told_until or not (settled or (gone if still else landing.rejected and not gone)):
                continue
            self._told_until = touchdown + 1
            if landing.rejected:
                rejected.append(landing.repetition.moved(frames.first, self._n_rejected))
                self._n_rejected += 1
            else:
                feet = feet_in(landing, self._curves(time_s, force, values))
                told.append(ToldLanding(touchdown, landing, feet, frames.n_seen))
        return told, rejected

    def _curves(self, time_s: FloatArray, force: Mapping[Side, FloatArray], values: FloatArray) -> list[FootCurve]:
        curves: list[FootCurve] = []
        for i, (side, size) in enumerate(self._feet.items()):
            vertical = np.column_stack([np.full((len(values), 2), np.nan), force[side]])
            cop = frozen(values[:, 1 + 3 * i : 3 + 3 * i].copy())
            curves.append(FootCurve(side, time_s, frozen(vertical), cop, size.length_mm, size.width_mm))
        return curves
