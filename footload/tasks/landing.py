"""Landings: drop landing, land and hold, drop jump, and what follows every jump.

A landing begins where somebody comes back to empty plates and the force rises well above body weight; who only steps on
never presses that hard. It ends with the next flight, or with the recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray, check_shape, check_times, frozen_floats
from footload.errors import UndefinedMetricError
from footload.recordings import Side
from footload.signals.integration import integral
from footload.tasks.comparison import BY_SHARE_OF_SUM, SideComparison
from footload.tasks.jump import unloaded_runs
from footload.tasks.repetition import Repetition
from footload.tasks.weighing import Weighing, weigh
from footload.units import STANDARD_GRAVITY_M_PER_S2


@dataclass(frozen=True, slots=True)
class LandingRules:
    """What counts as a landing, and the windows of its metrics.

    Parameters
    ----------
    contact_n : float
        Below it nobody is on the plate. [N]
    shortest_flight_s, blip_s : float
        An empty plate for at least so long; a load shorter than the second is noise. [s]
    least_peak : float
        A smaller peak is a step onto the plate. Not from the literature. [BW]
    peak_within_s : float
        The peak of the impact is sought for so long after touchdown. [s]
    weighing_s : float
        Length of the quiet stretch that gives body weight. [s]
    still_part : float
        Most that the force may vary in it, as standard deviation. [BW]
    window_s : float
        Length of recording after touchdown that stability is judged on; fixed, since results depend on it. [s]
    band : float
        Half width of the band round body weight. [BW]
    hold_s : float
        How long the force has to stay in the band. [s]
    late_foot_s : float
        Feet further apart in touchdown make it a one-footed landing. From memory, unverified. [s]
    comparison : SideComparison
        By which formula the two feet are compared.
    """

    contact_n: float = 20.0
    shortest_flight_s: float = 0.1
    blip_s: float = 0.02
    least_peak: float = 1.35
    peak_within_s: float = 0.25
    weighing_s: float = 1.0
    still_part: float = 0.03
    window_s: float = 3.0
    band: float = 0.05
    hold_s: float = 1.0
    late_foot_s: float = 0.02
    comparison: SideComparison = BY_SHARE_OF_SUM


DEFAULT_LANDING_RULES = LandingRules()


# Not slotted, unlike the other nouns: what is derived from the frames is computed once, when it is first asked for.
@dataclass(frozen=True, eq=False)
class Landing:
    """One landing; every metric of scope landing is computed on it.

    Parameters
    ----------
    number : int
        In the trial, from 0.
    time_s : (t,) array
        The whole trial. [s]
    force_n : (t, 3) array
        Side to side, front to back, vertical; of all feet together. A mat knows the vertical only: the others are NaN.
    touchdown, leaves : int
        Frames: first one on the ground, and first one of the next flight, or the end of the trial.
    lands_again : int
        First frame after that flight; the end of the trial when there is none.
    weighing : Weighing, optional
        Body weight; None when nobody ever stands still.
    side_force_n : mapping of Side to (t,) array
        Vertical force of each foot, where known. [N]
    rules : LandingRules
        How it was found.
    rejected : str
        Why it does not count; empty when it does.
    """

    number: int
    time_s: FloatArray
    force_n: FloatArray
    touchdown: int
    leaves: int
    lands_again: int
    weighing: Weighing | None
    side_force_n: Mapping[Side, FloatArray] = field(default_factory=lambda: MappingProxyType({}))
    rules: LandingRules = DEFAULT_LANDING_RULES
    rejected: str = ""

    @property
    def vertical_n(self) -> FloatArray:
        """(t,) vertical force of the whole trial. [N]"""
        return self.force_n[:, 2]

    @cached_property
    def peak(self) -> int:
        """Frame of the impact's highest force."""
        stop = min(self.frame_after(self.rules.peak_within_s), self.leaves)
        return self.touchdown + int(np.argmax(self.vertical_n[self.touchdown : stop]))

    @property
    def weight_n(self) -> float:
        """Body weight. [N]

        Raises
        ------
        UndefinedMetricError
            When nobody ever stands still.
        """
        if self.weighing is None:
            raise UndefinedMetricError(
                f"Nobody stands still for {self.rules.weighing_s:g} s in this trial, so there is no body weight."
            )
        return self.weighing.weight_n

    def frame_after(self, delay_s: float) -> int:
        """First frame so long after touchdown, at most the end of the trial.

        Parameters
        ----------
        delay_s : float
            After touchdown. [s]

        Returns
        -------
        int
            Frame of the trial.
        """
        return int(np.searchsorted(self.time_s, float(self.time_s[self.touchdown]) + delay_s - 1e-9))

    def window(self, duration_s: float) -> slice:
        """Frames of so long a stretch from touchdown.

        Parameters
        ----------
        duration_s : float
            Length. [s]

        Returns
        -------
        slice
            On the trial's frames.

        Raises
        ------
        UndefinedMetricError
            When the person leaves the ground or the recording ends before.
        """
        stop = self.frame_after(duration_s)
        if stop > self.leaves or float(self.time_s[-1] - self.time_s[self.touchdown]) < duration_s - 1.5 * self.step_s:
            there_s = float(self.time_s[min(self.leaves, len(self.time_s) - 1)] - self.time_s[self.touchdown])
            raise UndefinedMetricError(
                f"Only {there_s:.2f} s on the ground were recorded after this landing; {duration_s:g} s are needed."
            )
        return slice(self.touchdown, stop)

    @property
    def step_s(self) -> float:
        """Median time between frames. [s]"""
        return float(np.median(np.diff(self.time_s[: min(len(self.time_s), 1000)])))

    @cached_property
    def descent_m_per_s(self) -> FloatArray:
        """Upward speed of the center of mass from touchdown to the weighing's first frame, where it is zero. [m/s]

        Raises
        ------
        UndefinedMetricError
            When the person is not weighed after this landing and before leaving the ground again.
        """
        weight, weighing = self.weight_n, self.weighing
        if weighing is None or not self.touchdown < weighing.start < self.leaves:
            raise UndefinedMetricError(
                "The person does not come to rest after this landing, so the speed at touchdown is not known."
            )
        frames = slice(self.touchdown, weighing.start + 1)
        gained = integral(self.time_s[frames], STANDARD_GRAVITY_M_PER_S2 * (self.vertical_n[frames] / weight - 1))
        return gained - gained[-1]

    @property
    def repetition(self) -> Repetition:
        """The landing as a repetition: impact until the peak, then until the ground is left or the trial ends."""
        phases = {"impact": (self.touchdown, self.peak + 1), "after": (self.peak + 1, max(self.leaves, self.peak + 1))}
        return Repetition(self.number, self.touchdown, max(self.leaves, self.peak + 1), phases, -1, self.rejected)


@dataclass(frozen=True, slots=True, eq=False)
class LandingSearch:
    """What was found.

    Parameters
    ----------
    landings : tuple of Landing
        In order of time; those that do not count carry their reason.
    notes : tuple of str
        What looked like one and why it is none.
    """

    landings: tuple[Landing, ...]
    notes: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[Landing, ...]:
        """The landings that were not rejected."""
        return tuple(landing for landing in self.landings if not landing.rejected)


def find_landings(
    time_s: FloatArray,
    force_n: FloatArray,
    side_force_n: Mapping[Side, FloatArray] | None = None,
    rules: LandingRules = DEFAULT_LANDING_RULES,
) -> LandingSearch:
    """Find landings in the force of all feet together.

    Parameters
    ----------
    time_s : (t,) array
        Rising, evenly spaced times. [s]
    force_n : (t, 3) array
        Side to side, front to back, vertical; NaN where a device does not measure it. [N]
    side_force_n : mapping of Side to (t,) array, optional
        Vertical force of each foot. With both, feet that come down too far apart are named. [N]
    rules : LandingRules
        Thresholds and windows.

    Returns
    -------
    LandingSearch
        Without landings and with the reason when nobody comes down.

    Raises
    ------
    ValueError
        When times do not rise, or there are not as many forces as times.
    """
    time_s, force_n = frozen_floats("time_s", time_s), frozen_floats("force_n", force_n)
    check_times("time_s", time_s)
    check_shape("force_n", force_n, (len(time_s), 3), f"{len(time_s)} times")
    vertical = force_n[:, 2]
    if len(time_s) < 3 or not np.isfinite(vertical).any():
        return LandingSearch((), ("There is no force to find a landing in.",))
    empty = unloaded_runs(time_s, vertical, rules.contact_n, rules.shortest_flight_s, rules.blip_s)
    sides = MappingProxyType(dict(side_force_n or {}))
    landings: list[Landing] = []
    notes: list[str] = []
    for number, (_, touchdown) in enumerate(empty):
        if touchdown >= len(time_s):
            continue
        leaves, again = empty[number + 1] if number + 1 < len(empty) else (len(time_s), len(time_s))
        weighing = _weighed(time_s, vertical, (touchdown, leaves), rules)
        landing = Landing(len(landings), time_s, force_n, touchdown, leaves, again, weighing, sides, rules)
        if reason := _why_none(landing):
            notes.append(f"The load at {time_s[touchdown]:.2f} s is no landing: {reason}.")
        else:
            landings.append(replace(landing, rejected=_late_foot(landing)))
    if not landings and not notes:
        notes.append("Nobody comes down on empty plates in this recording.")
    return LandingSearch(tuple(landings), tuple(notes))


def touchdown_of(landing: Landing, side: Side) -> int | None:
    """First frame of one foot on the ground in a landing.

    Parameters
    ----------
    landing : Landing
        The landing.
    side : Side
        Which foot; its force has to be known.

    Returns
    -------
    int, optional
        None when this foot never comes down in it.
    """
    loaded = landing.side_force_n[side][landing.touchdown : landing.leaves] >= landing.rules.contact_n
    return landing.touchdown + int(np.argmax(loaded)) if loaded.any() else None


def _weighed(time_s: FloatArray, vertical: FloatArray, after: tuple[int, int], rules: LandingRules) -> Weighing | None:
    """After the landing where the person comes to rest there, else anywhere."""
    for within in (after, None):
        found = weigh(time_s, vertical, duration_s=rules.weighing_s, within=within)
        if found is not None and found.noise_n <= rules.still_part * found.weight_n:
            return found
    return None


def _why_none(landing: Landing) -> str:
    if landing.weighing is None:
        return ""
    part = float(landing.vertical_n[landing.peak]) / landing.weighing.weight_n
    if part >= landing.rules.least_peak:
        return ""
    return f"it peaks at {part:.2f} body weights, as a step onto the plate does"


def _late_foot(landing: Landing) -> str:
    """Why a landing on two feet does not count."""
    downs = {side: touchdown_of(landing, side) for side in landing.side_force_n}
    if len(downs) < 2:
        return ""
    missing = [side for side, down in downs.items() if down is None]
    if missing:
        return f"the {missing[0]} foot never came down"
    (first, one), (second, other) = ((side, down) for side, down in downs.items() if down is not None)
    apart_s = abs(float(landing.time_s[one] - landing.time_s[other]))
    if apart_s <= landing.rules.late_foot_s:
        return ""
    late = second if other > one else first
    return f"the {late} foot came down {1000 * apart_s:.0f} ms after the other one"
