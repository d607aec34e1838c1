"""Running over a mat or over plates: single contacts with flight between, whose impulse carries the body exactly.

The force is that of Alexander and Jayes without a valley, plus a bell for the impact of a foot that lands on its heel;
both are scaled so that a contact's impulse is body weight times the time from step to step. The CoP goes smoothly from
where the foot strikes to where it pushes off, the shear brakes and pushes by the same impulse. The foot lies flat
throughout: no region comes down before the others, only the load moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import SensorLayout, Side
from footload.synthetic.foot import SyntheticFoot
from footload.synthetic.force_trials import FootLoad, PlacedFoot, TrialWords, plate_trial
from footload.synthetic.squat import minimum_jerk
from footload.synthetic.standing_feet import MatLoad, MatWords, mat_trial
from footload.synthetic.truth import SyntheticTrial
from footload.trials import Task, Trial
from footload.units import STANDARD_GRAVITY_M_PER_S2

_HUMP = -0.05
_FINE = 20000


@dataclass(frozen=True, slots=True)
class RunCourse:
    """A run whose answers are known.

    Parameters
    ----------
    body_mass_kg : float
        Mass. [kg]
    contact_s : float
        Length of each contact. [s]
    duty_factor : float
        Part of a stride for which one foot is on the ground; below one half, so that there is flight.
    strike_part, pushoff_part : float
        Where along the foot the CoP begins and ends. [foot lengths from the heel]
    impact_part : float
        Height of the impact's bell. [BW]
    impact_s, impact_width_s : float
        When it is highest after touchdown, and its standard deviation. [s]
    braking_part : float
        Highest shear backward, and forward again. [BW]
    before_s : float
        Empty device before the first and after the last contact. [s]

    Raises
    ------
    ValueError
        When there is no flight, or the CoP leaves the foot.
    """

    body_mass_kg: float = 70.0
    contact_s: float = 0.25
    duty_factor: float = 0.36
    strike_part: float = 0.2
    pushoff_part: float = 0.8
    impact_part: float = 0.5
    impact_s: float = 0.03
    impact_width_s: float = 0.008
    braking_part: float = 0.3
    before_s: float = 0.3

    def __post_init__(self) -> None:
        if not 0 < self.duty_factor < 0.5:
            raise ValueError(f"duty_factor is {self.duty_factor:g}, but who runs has a foot down for less than 0.5.")
        if not 0.12 <= self.strike_part <= self.pushoff_part <= 0.85:
            raise ValueError(
                f"The CoP goes from {self.strike_part:g} to {self.pushoff_part:g} of the foot, but 0.12 to 0.85 is "
                "where this foot can carry it, from heel to toes."
            )

    @property
    def step_s(self) -> float:
        """From one touchdown to the next. [s]"""
        return self.contact_s / (2 * self.duty_factor)

    @property
    def flight_s(self) -> float:
        """From take-off to the next touchdown. [s]"""
        return self.step_s - self.contact_s

    @property
    def impulse_ns(self) -> float:
        """Vertical impulse of each contact: body weight for the time of a step. [N·s]"""
        return self.body_mass_kg * STANDARD_GRAVITY_M_PER_S2 * self.step_s

    @property
    def braking_ns(self) -> float:
        """Impulse that brakes, and that pushes again: ``F T / pi`` for a sine of height F. [N·s]"""
        return self.braking_part * self.body_mass_kg * STANDARD_GRAVITY_M_PER_S2 * self.contact_s / np.pi

    def touchdowns_s(self, n_steps: int) -> FloatArray:
        """When feet come down. [s]

        Parameters
        ----------
        n_steps : int
            How many.

        Returns
        -------
        (n,) array
            [s]
        """
        return self.before_s + self.step_s * np.arange(n_steps)

    def force_n(self, since_s: FloatArray) -> FloatArray:
        """Vertical force of one contact. [N]

        Parameters
        ----------
        since_s : (t,) array
            Time since touchdown. [s]

        Returns
        -------
        (t,) array
            0 outside of the contact. [N]
        """
        fine = (np.arange(_FINE) + 0.5) / _FINE
        wanted = self.impulse_ns - float(self._impact(fine).mean()) * self.contact_s
        loading = wanted / (float(_loading(fine).mean()) * self.contact_s)
        stance = np.asarray(since_s) / self.contact_s
        force = loading * _loading(stance) + self._impact(stance)
        return np.where((stance > 0) & (stance < 1), force, 0.0)

    def along_part(self, since_s: FloatArray) -> FloatArray:
        """Where along the foot the CoP is. [foot lengths from the heel]

        Parameters
        ----------
        since_s : (t,) array
            Time since touchdown. [s]

        Returns
        -------
        (t,) array
            From `strike_part` to `pushoff_part`, as smoothly as can be.
        """
        way = minimum_jerk(np.asarray(since_s) / self.contact_s)
        return self.strike_part + (self.pushoff_part - self.strike_part) * way

    def shear_n(self, since_s: FloatArray) -> FloatArray:
        """Force of the ground along the way: backward first, then forward. [N]

        Parameters
        ----------
        since_s : (t,) array
            Time since touchdown. [s]

        Returns
        -------
        (t,) array
            Positive is forward. [N]
        """
        stance = np.asarray(since_s) / self.contact_s
        height = self.braking_part * self.body_mass_kg * STANDARD_GRAVITY_M_PER_S2
        return np.where((stance > 0) & (stance < 1), -height * np.sin(2 * np.pi * stance), 0.0)

    def _impact(self, stance: FloatArray) -> FloatArray:
        """A bell that is bent down to 0 at touchdown."""
        since = stance * self.contact_s
        bell = np.exp(-((since - self.impact_s) ** 2) / (2 * self.impact_width_s**2))
        rising = np.clip(since / self.impact_s, 0, 1)
        return self.impact_part * self.body_mass_kg * STANDARD_GRAVITY_M_PER_S2 * bell * rising


def run_on_mat(
    feet: Sequence[SyntheticFoot], layout: SensorLayout, course: RunCourse, sampling_rate_hz: float = 250.0
) -> SyntheticTrial:
    """Run over a mat, one contact after the other.

    Parameters
    ----------
    feet : sequence of SyntheticFoot
        In order of their contacts.
    layout : SensorLayout
        The mat.
    course : RunCourse
        Times, force and way of the CoP.
    sampling_rate_hz : float
        Frames per second. [Hz]

    Returns
    -------
    SyntheticTrial
        With one contact in its truth for each foot.
    """
    time_s = _times(course, len(feet), sampling_rate_hz)
    loads: list[MatLoad] = []
    for foot, touchdown_s in zip(feet, course.touchdowns_s(len(feet)), strict=True):
        since = time_s - touchdown_s
        along = (course.along_part(since) - 0.5) * foot.length_mm
        there = foot.to_plate_mm(along, np.zeros(len(along))) - foot.standing_weights @ foot.centers_mm
        shift = there @ np.column_stack([foot.axis.medial, foot.axis.along])
        loads.append(MatLoad(foot, course.force_n(since), shift))
    made = f"made: run of {len(feet)} contacts, {course.body_mass_kg:g} kg, {course.contact_s:g} s each"
    return mat_trial(layout, time_s, loads, MatWords("synthetic run", Task.RUNNING, made, course.body_mass_kg))


def run_on_plates(course: RunCourse, rate_hz: float = 1000.0, noise_n: float = 0.0) -> Trial:
    """Run over two plates that lie side by side: the left foot on the left one, then the right foot on the other.

    Parameters
    ----------
    course : RunCourse
        Times, force and way of the CoP.
    rate_hz : float
        Samples per second. [Hz]
    noise_n : float
        Noise of each force. [N]

    Returns
    -------
    Trial
        Two steps that say where each foot was; forward is +y.
    """
    time_s = _times(course, 2, rate_hz)
    loads: list[FootLoad] = []
    for side, touchdown_s in zip(Side, course.touchdowns_s(2), strict=True):
        since, foot = time_s - touchdown_s, PlacedFoot(side)
        shear = np.column_stack([np.zeros(len(since)), course.shear_n(since)])
        along = foot.length_mm * course.along_part(since)
        loads.append(FootLoad(foot, course.force_n(since), along, np.zeros(len(since)), shear))
    return plate_trial(time_s, tuple(loads), TrialWords("run", Task.RUNNING, course.body_mass_kg), noise_n)


def _times(course: RunCourse, n_steps: int, rate_hz: float) -> FloatArray:
    if n_steps < 1:
        raise ValueError("A run needs at least one foot.")
    duration_s = float(course.touchdowns_s(n_steps)[-1]) + course.contact_s + course.before_s
    return np.arange(round(duration_s * rate_hz)) / rate_hz


def _loading(stance: FloatArray) -> FloatArray:
    angle = np.pi * (np.asarray(stance) - 0.5)
    return np.maximum(np.cos(angle) - _HUMP * np.cos(3 * angle), 0.0)
