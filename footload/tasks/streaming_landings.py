"""Landings from blocks of samples: touchdown at once, the medial shift once the person stands still after it.

The shift of a landing is measured against the quiet stance that follows it, so nobody can tell it before that. It is
worked out by the same functions as a trial, on what has come so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.recordings import Side
from footload.tasks.foot_curves import FootCurve
from footload.tasks.landing import DEFAULT_LANDING_RULES, Landing, LandingRules, find_landings
from footload.tasks.landing_feet import LandingFoot, feet_in
from footload.tasks.streaming import ContactEvent, ContactStream
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
    """

    events: tuple[ContactEvent, ...]
    landings: tuple[ToldLanding, ...]


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

    Raises
    ------
    ValueError
        When the rate or the window is not positive, or there is no foot.
    """

    def __init__(
        self,
        rate_hz: float,
        feet: Mapping[Side, FootSize],
        rules: LandingRules = DEFAULT_LANDING_RULES,
        window_s: float = 30.0,
    ) -> None:
        if not feet:
            raise ValueError("A landing is made on at least one foot, but none was named.")
        self._feet = {side: feet[side] for side in Side if side in feet}
        self._frames = LastFrames(3 * len(self._feet), rate_hz, window_s)
        self._contacts = ContactStream(rate_hz, rules.contact_n, rules.shortest_flight_s, rules.blip_s)
        self._rules, self._told_until = rules, 0

    @property
    def delay_s(self) -> float:
        """Longest time from a quiet second after a landing to its being told: one look. [s]"""
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
        told: list[ToldLanding] = []
        for _ in self._frames.looks(block):
            told += self._certain()
        return LandingNews(tuple(events), tuple(told))

    def _certain(self) -> list[ToldLanding]:
        """Landings after which the person has stood still for a second, and that were not told."""
        frames, total = self._frames, np.nansum(self._frames.values[:, ::3], axis=1)
        lately = total[-round(self._rules.weighing_s * frames.rate_hz) :]
        still = len(lately) > 2 and float(lately.std()) <= self._rules.still_part * float(lately.mean())
        if not still or float(lately.mean()) < self._rules.contact_n:
            return []
        time_s, values = frames.time_s, frames.values
        force = {side: frozen(values[:, 3 * i].copy()) for i, side in enumerate(self._feet)}
        whole = np.column_stack([np.full((len(total), 2), np.nan), total])
        found: list[ToldLanding] = []
        for landing in find_landings(time_s, whole, force, self._rules).counted:
            touchdown = landing.touchdown + frames.first
            settled = landing.weighing is not None and landing.weighing.start >= landing.touchdown
            if touchdown >= self._told_until and (settled or landing.leaves < len(time_s)):
                feet = feet_in(landing, self._curves(time_s, force, values))
                found.append(ToldLanding(touchdown, landing, feet, frames.n_seen))
                self._told_until = touchdown + 1
        return found

    def _curves(self, time_s: FloatArray, force: Mapping[Side, FloatArray], values: FloatArray) -> list[FootCurve]:
        curves: list[FootCurve] = []
        for i, (side, size) in enumerate(self._feet.items()):
            vertical = np.column_stack([np.full((len(values), 2), np.nan), force[side]])
            cop = frozen(values[:, 1 + 3 * i : 3 + 3 * i].copy())
            curves.append(FootCurve(side, time_s, frozen(vertical), cop, size.length_mm, size.width_mm))
        return curves
