"""Countermovement and squat jumps from the vertical force: moments, phases and the way of the center of mass.

A jump is a flight, with an upward speed at take-off that the impulse before it explains and a landing after it. A low
force alone is no jump: who steps off the plate leaves it without any upward speed and does not come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from footload.arrays import FloatArray, check_shape, check_times, frozen, frozen_floats
from footload.signals.events import first_persistent
from footload.signals.integration import integral
from footload.signals.runs import frames_of, runs
from footload.tasks.jump_rules import DEFAULT_JUMP_RULES, JumpRules
from footload.tasks.repetition import Repetition
from footload.tasks.weighing import Weighing, WeighingMethod, weigh

_SURELY_STILL = 0.01
_UNLIKE = 0.15


class JumpKind(StrEnum):
    """How a jump begins."""

    COUNTERMOVEMENT = "countermovement jump"
    SQUAT = "squat jump"


@dataclass(frozen=True, slots=True, eq=False)
class Jump:
    """One jump; every metric of scope jump is computed on it.

    Parameters
    ----------
    number : int
        In the trial, from 0.
    time_s, force_n : (t,) array
        The whole trial's vertical force. [s], [N]
    weighing : Weighing
        Body weight.
    kind : JumpKind
        Whether the body goes down before it goes up.
    onset, unweighted, turned, takeoff, landing : int
        Frames: the movement begins; fastest way down; lowest point; first frame below, and first frame again at or
        above the contact threshold, which is the length of the trial when that was not recorded. In a squat jump the
        middle two are the onset.
    velocity_m_per_s, displacement_mm : (n,) array
        Of the center of mass upward, from the onset to the last frame on the plate. [m/s], [mm]
    rules : JumpRules
        How it was found.
    rejected : str
        Why it does not count; empty when it does.
    """

    number: int
    time_s: FloatArray
    force_n: FloatArray
    weighing: Weighing
    kind: JumpKind
    onset: int
    unweighted: int
    turned: int
    takeoff: int
    landing: int
    velocity_m_per_s: FloatArray
    displacement_mm: FloatArray
    rules: JumpRules
    rejected: str = ""

    @property
    def mass_kg(self) -> float:
        """Body mass from the weighing. [kg]"""
        return self.weighing.weight_n / self.rules.gravity_m_per_s2

    @property
    def takeoff_velocity_m_per_s(self) -> float:
        """Upward speed of the center of mass at take-off, by impulse. [m/s]"""
        return float(self.velocity_m_per_s[-1])

    @property
    def landed(self) -> bool:
        """Whether the landing was recorded."""
        return self.landing < len(self.time_s)

    @property
    def flight_s(self) -> float:
        """From take-off to landing; NaN when that was not recorded. [s]"""
        if not self.landed:
            return float("nan")
        return float(self.time_s[self.landing] - self.time_s[self.takeoff])

    def within(self, phase: str) -> slice:
        """Frames of a phase, with the frame in which it ends, so that phases integrate without a gap.

        Parameters
        ----------
        phase : str
            One of those of `repetition`.

        Returns
        -------
        slice
            On the trial's frames.
        """
        start, stop = self.repetition.phases[phase]
        return slice(start, stop + 1)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before the values are used."""
        said: list[str] = []
        weighing = self.weighing
        if weighing.noise_n > _SURELY_STILL * weighing.weight_n:
            share = 100 * weighing.noise_n / weighing.weight_n
            said.append(f"weighed in a restless stretch (standard deviation {share:.1f} % of body weight)")
        if weighing.start > self.takeoff:
            said.append("weighed after the landing, since nobody stands still before the jump")
        explained_s = 2 * self.takeoff_velocity_m_per_s / self.rules.gravity_m_per_s2
        if self.landed and abs(explained_s / self.flight_s - 1) > _UNLIKE:
            said.append(f"impulse and flight differ: {explained_s:.2f} s explained, {self.flight_s:.2f} s seen")
        return tuple(said)

    @property
    def repetition(self) -> Repetition:
        """The jump as a repetition, from its onset to its landing."""
        phases = {"propulsion": (self.turned, self.takeoff), "flight": (self.takeoff, self.landing)}
        if self.kind is JumpKind.COUNTERMOVEMENT:
            before = {"unweighting": (self.onset, self.unweighted), "braking": (self.unweighted, self.turned)}
            phases = {**before, **phases}
        return Repetition(self.number, self.onset, self.landing, phases, self.turned, self.rejected)


@dataclass(frozen=True, slots=True, eq=False)
class JumpSearch:
    """What was found.

    Parameters
    ----------
    jumps : tuple of Jump
        In order of time; those that do not count carry their reason.
    notes : tuple of str
        What else looked like a flight and why it is none, and what is missing.
    """

    jumps: tuple[Jump, ...]
    notes: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[Jump, ...]:
        """The jumps that were not rejected."""
        return tuple(jump for jump in self.jumps if not jump.rejected)


def find_jumps(time_s: FloatArray, force_n: FloatArray, rules: JumpRules = DEFAULT_JUMP_RULES) -> JumpSearch:
    """Find jumps from standing in the vertical force of all plates together.

    Parameters
    ----------
    time_s : (t,) array
        Rising, evenly spaced times. [s]
    force_n : (t,) array
        Vertical force of the ground on the person, unfiltered. [N]
    rules : JumpRules
        Methods and thresholds.

    Returns
    -------
    JumpSearch
        Without jumps and with the reason when there is no flight.

    Raises
    ------
    ValueError
        When times do not rise, or there are not as many forces as times.
    """
    time_s, force_n = frozen_floats("time_s", time_s), frozen_floats("force_n", force_n)
    check_times("time_s", time_s)
    check_shape("force_n", force_n, time_s.shape, f"{len(time_s)} times")
    if len(time_s) < 3 or not np.isfinite(force_n).any():
        return JumpSearch((), ("There is no force to find a jump in.",))
    jumps: list[Jump] = []
    notes: list[str] = []
    floor = 0
    for start, stop in unloaded_runs(time_s, force_n, rules.contact_n, rules.shortest_flight_s, rules.blip_s):
        found = _why_no_flight(time_s, force_n, (start, stop), rules) or _jump(
            time_s, force_n, (floor, start, stop), rules
        )
        if isinstance(found, str):
            notes.append(f"The low force at {time_s[start]:.2f} s is no jump: {found}.")
        else:
            jumps.append(replace(found, number=len(jumps)))
        floor = stop
    if not jumps and not notes:
        notes.append(f"Nobody left the plates: the force never stays below {rules.contact_n:g} N.")
    return JumpSearch(tuple(jumps), tuple(notes))


def unloaded_runs(
    time_s: FloatArray, force_n: FloatArray, contact_n: float, shortest_s: float, blip_s: float
) -> list[tuple[int, int]]:
    """Find the stretches in which nobody is on the plates, bridging loads too short for a landing.

    Parameters
    ----------
    time_s : (t,) array
        Rising, evenly spaced times. [s]
    force_n : (t,) array
        Vertical force. [N]
    contact_n : float
        Below it nobody is there. [N]
    shortest_s, blip_s : float
        Shorter stretches are left out; shorter loads between two of them are noise. [s]

    Returns
    -------
    list of (start, stop)
        Half open, in order of time.
    """
    loaded = np.zeros(len(force_n), bool)
    for start, stop in runs(force_n >= contact_n):
        at_an_end = start == 0 or stop == len(force_n)
        loaded[start:stop] = at_an_end or stop - start >= frames_of(blip_s, time_s)
    return runs(~loaded, frames_of(shortest_s, time_s))


def total_vertical(forces_n: Sequence[FloatArray]) -> FloatArray:
    """Vertical force of several plates together. [N]

    Parameters
    ----------
    forces_n : sequence of (t, 3) array
        Of plates on one time base. [N]

    Returns
    -------
    (t,) array
        [N]
    """
    return np.sum([force[:, 2] for force in forces_n], axis=0)


def _why_no_flight(time_s: FloatArray, force_n: FloatArray, run: tuple[int, int], rules: JumpRules) -> str:
    start, stop = run
    if start == 0:
        return "the recording begins with it"
    duration_s = float(time_s[min(stop, len(time_s) - 1)] - time_s[start])
    if stop >= len(force_n):
        return ""
    if duration_s > rules.longest_flight_s:
        return f"it lasts {duration_s:.2f} s, longer than anybody flies ({rules.longest_flight_s:g} s)"
    return ""


def _jump(time_s: FloatArray, force_n: FloatArray, frames: tuple[int, int, int], rules: JumpRules) -> Jump | str:
    """The jump before a flight, or why there is none."""
    floor, takeoff, landing = frames
    weighing = _weighed(time_s, force_n, (floor, takeoff), rules)
    if weighing is None:
        return f"nobody stands still for {rules.weighing_s:g} s, so there is no body weight"
    begin = max(floor, weighing.stop if floor <= weighing.start and weighing.stop <= takeoff else floor)
    if rules.weighing is WeighingMethod.FIRST:
        begin = max(floor, weighing.start)
    onset, kind = _onset(time_s, force_n, weighing, (begin, takeoff), rules)
    if onset is None:
        return "the force leaves body weight nowhere before it"
    frames_on = slice(onset, takeoff + rules.velocity_after_takeoff)
    t = time_s[frames_on]
    velocity = integral(t, rules.gravity_m_per_s2 * (force_n[frames_on] / weighing.weight_n - 1))
    if reason := _unexplained(time_s, float(velocity[-1]), (takeoff, landing), rules):
        return reason
    unweighted = turned = 0
    if kind is JumpKind.COUNTERMOVEMENT:
        unweighted = int(np.argmin(velocity))
        turned = unweighted + int(np.argmax(velocity[unweighted:] >= 0))
    return Jump(
        0, time_s, force_n, weighing, kind, onset, onset + unweighted, onset + turned, takeoff, landing,
        frozen(velocity), frozen(1000 * integral(t, velocity)), rules,
    )  # fmt: skip


def _weighed(time_s: FloatArray, force_n: FloatArray, before: tuple[int, int], rules: JumpRules) -> Weighing | None:
    """Before the take-off where somebody stands still there, else anywhere."""
    weighing = weigh(time_s, force_n, rules.weighing, rules.weighing_s, before)
    if rules.weighing is WeighingMethod.FIRST:
        return weighing
    if weighing is not None and weighing.noise_n <= _SURELY_STILL * weighing.weight_n:
        return weighing
    anywhere = weigh(time_s, force_n, rules.weighing, rules.weighing_s)
    if anywhere is None or anywhere.noise_n > _SURELY_STILL * anywhere.weight_n:
        anywhere = weigh(time_s, force_n, rules.weighing, rules.weighing_s / 2) or anywhere
    if anywhere is None or anywhere.noise_n > rules.still_part * anywhere.weight_n:
        return None
    # A slow descent may look nearly still; the rest after the landing is then much quieter.
    return weighing if weighing is not None and weighing.noise_n <= 2 * anywhere.noise_n else anywhere


def _unexplained(time_s: FloatArray, speed_m_per_s: float, flight: tuple[int, int], rules: JumpRules) -> str:
    """Why the impulse before a flight does not explain it; empty when it does."""
    takeoff, landing = flight
    said = f"the impulse before it gives an upward speed of {speed_m_per_s:.2f} m/s"
    if landing >= len(time_s):
        enough = speed_m_per_s >= rules.least_speed_m_per_s
        return "" if enough else f"{said} and nobody comes back to the plates, as after a step off them"
    seen_s = float(time_s[landing] - time_s[takeoff])
    explained_s = 2 * speed_m_per_s / rules.gravity_m_per_s2
    if abs(explained_s - seen_s) <= rules.flight_mismatch * seen_s:
        return ""
    return f"{said}, which explains a flight of {max(explained_s, 0.0):.2f} s and not the {seen_s:.2f} s that were seen"


def _onset(
    time_s: FloatArray, force_n: FloatArray, weighing: Weighing, frames: tuple[int, int], rules: JumpRules
) -> tuple[int | None, JumpKind]:
    """First frame of the movement, and whether it begins by going down."""
    begin, takeoff = frames
    n, back = frames_of(rules.onset.persistence_s, time_s), round(rules.onset.back_s / float(time_s[1] - time_s[0]))
    threshold = rules.onset.threshold_n(weighing)
    away = force_n[begin:takeoff] - weighing.weight_n
    down, up = first_persistent(away < -threshold, n), first_persistent(away > threshold, n)
    deep = away.min(initial=0.0) < -max(threshold, rules.countermovement_n_per_n * weighing.weight_n)
    push = int(np.argmax(away)) if len(away) else 0
    if down is not None and deep and down < push:
        return max(begin + down - back, 0), JumpKind.COUNTERMOVEMENT
    return (None if up is None else max(begin + up - back, 0)), JumpKind.SQUAT
