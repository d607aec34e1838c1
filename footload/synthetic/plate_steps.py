"""Walking and running over force plates whose answers are known, with heel and toe markers.

Each foot stands on a plate of its own. The vertical force of a step is ``a sin(pi s) + b sin(3 pi s)`` body weights in
its contact, s from 0 to 1, with an impact ``c sin²(pi t / tau)`` at its beginning; a is such that the impulses of the
steps carry the body. Along the way it is ``-k sin(2 pi s)``: as much braking as propulsion. The CoP goes from heel to
toe in a straight line. Feet do not roll, and nothing but the foot on the ground has a mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.recordings import ForceRecording, MarkerRecording, PlateGeometry, Side
from footload.trials import Participant, Task, Trial
from footload.units import STANDARD_GRAVITY_M_PER_S2

_HEEL_MM, _TOE_MM = 0.0, 190.0
_FIRST_S = 0.3


@dataclass(frozen=True, slots=True)
class GaitCourse:
    """A walk, or a run where contacts are shorter than the time between them.

    Parameters
    ----------
    body_mass_kg : float
        [kg]
    n_steps : int
        Left first.
    step_length_mm, step_width_mm : float
        From heel to heel along and across the way. [mm]
    contact_s, step_s : float
        Length of a contact, and time from one touchdown to the next. [s]
    humps : float
        b; 0 gives one hump, as in running. [BW]
    impact : float
        c. [BW]
    impact_s : float
        tau. [s]
    braking : float
        k. [BW]
    toe_out_deg, heading_deg : float
        Of each foot, and of the whole way from the lab's +y, counterclockwise. [deg]
    """

    body_mass_kg: float = 70.0
    n_steps: int = 4
    step_length_mm: float = 620.0
    step_width_mm: float = 120.0
    contact_s: float = 0.66
    step_s: float = 0.54
    humps: float = 0.35
    impact: float = 0.0
    impact_s: float = 0.04
    braking: float = 0.2
    toe_out_deg: float = 7.0
    heading_deg: float = 0.0

    @property
    def weight_n(self) -> float:
        """Body weight. [N]"""
        return self.body_mass_kg * STANDARD_GRAVITY_M_PER_S2

    @property
    def main(self) -> float:
        """The size a of the main hump, which makes the steps carry the body. [BW]"""
        rest = self.step_s - self.impact * self.impact_s / 2 - 2 * self.humps * self.contact_s / (3 * np.pi)
        return float(rest * np.pi / (2 * self.contact_s))

    @property
    def braking_impulse_ns(self) -> float:
        """Impulse of the braking half of a step: ``k BW T / pi``. [N·s]"""
        return self.braking * self.weight_n * self.contact_s / np.pi

    def touchdown_s(self, step: int) -> float:
        """When a foot comes down. [s]

        Parameters
        ----------
        step : int
            From 0.

        Returns
        -------
        float
            [s]
        """
        return _FIRST_S + step * self.step_s

    def force_n(self, since_s: FloatArray) -> FloatArray:
        """(t, 2) force of a step along the way and up. [N]

        Parameters
        ----------
        since_s : (t,) array
            Time since its touchdown. [s]

        Returns
        -------
        (t, 2) array
            0 outside of the contact. [N]
        """
        s = since_s / self.contact_s
        on = (s >= 0) & (s <= 1)
        up = self.main * np.sin(np.pi * s) + self.humps * np.sin(3 * np.pi * s)
        up = up + np.where(since_s < self.impact_s, self.impact * np.sin(np.pi * since_s / self.impact_s) ** 2, 0.0)
        along = -self.braking * np.sin(2 * np.pi * s)
        return self.weight_n * np.where(on[:, None], np.column_stack([along, up]), 0.0)

    def foot_mm(self, step: int, ap_mm: FloatArray) -> FloatArray:
        """(n, 2) lab places of points along a foot. [mm]

        Parameters
        ----------
        step : int
            From 0; even steps are left.
        ap_mm : (n,) array
            From the heel toward the toes. [mm]

        Returns
        -------
        (n, 2) array
            [mm]
        """
        outward = -1.0 if step % 2 == 0 else 1.0
        turn = np.deg2rad(self.toe_out_deg) * outward
        at = np.array([outward * self.step_width_mm / 2, step * self.step_length_mm])
        flat = at + np.asarray(ap_mm)[:, None] * np.array([np.sin(turn), np.cos(turn)])
        return self.to_lab(flat)

    def to_lab(self, flat: FloatArray) -> FloatArray:
        """Turn places or forces (to the right of the way, along it) into the lab.

        Parameters
        ----------
        flat : (n, 2) array
            To the right, and along.

        Returns
        -------
        (n, 2) array
            x and y.
        """
        turn = np.deg2rad(self.heading_deg)
        return flat @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


RUN = GaitCourse(
    n_steps=3,
    step_length_mm=1100.0,
    step_width_mm=60.0,
    contact_s=0.24,
    step_s=0.36,
    humps=0.0,
    impact=1.2,
    braking=0.3,
)
"""A run with an impact peak in each step."""


def walk_on_plates(
    course: GaitCourse, *, rate_hz: float = 1000.0, marked: bool = True, noise_n: float = 0.0, seed: int = 1
) -> Trial:
    """Walk or run over one plate for each step.

    Parameters
    ----------
    course : GaitCourse
        How.
    rate_hz : float
        Of the plates; markers have a fifth. [Hz]
    marked : bool
        Whether heel and toe have markers.
    noise_n : float
        Noise of each force. [N]
    seed : int
        Same seed, same noise.

    Returns
    -------
    Trial
        Walking, or running where nobody is on the ground between two steps.
    """
    n_samples = round((course.touchdown_s(course.n_steps - 1) + course.contact_s + 0.3) * rate_hz)
    time_s = np.arange(n_samples) / rate_hz
    rng = np.random.default_rng(seed)
    plates = [_plate(course, step, time_s, rng, noise_n) for step in range(course.n_steps)]
    markers = (_markers(course, time_s[::5]),) if marked else ()
    task = Task.WALKING if course.contact_s > course.step_s else Task.RUNNING
    return Trial("gait", (*plates, *markers), task, participant=Participant("synthetic"))


def _plate(
    course: GaitCourse, step: int, time_s: FloatArray, rng: np.random.Generator, noise_n: float
) -> ForceRecording:
    since_s = time_s - course.touchdown_s(step)
    along = course.force_n(since_s)
    shear = course.to_lab(np.column_stack([np.zeros(len(time_s)), along[:, 0]]))
    force = np.column_stack([shear, along[:, 1]])
    s = np.clip(since_s / course.contact_s, 0, 1)
    at = course.foot_mm(step, _HEEL_MM + 20.0 + (_TOE_MM + 20.0) * s)
    middle = step * course.step_length_mm + 95.0
    half = np.array([250.0, min(280.0, course.step_length_mm / 2 - 5)])
    corners = np.array([[-1, 1], [1, 1], [1, -1], [-1, -1]]) * half + [0.0, middle]
    flat = course.to_lab(corners)
    arm = np.column_stack([at - flat.mean(axis=0), np.zeros(len(at))])
    moment = np.cross(arm, force)
    if noise_n:
        force = force + rng.normal(0, noise_n, force.shape)
        moment = moment + rng.normal(0, 100 * noise_n, moment.shape)
    place = PlateGeometry(np.column_stack([flat, np.zeros(4)]))
    return ForceRecording(time_s, force, moment, place, "synthetic plate")


def _markers(course: GaitCourse, time_s: FloatArray) -> MarkerRecording:
    """Heel and toe of both feet: still on the ground, and by a smooth swing from one place to the next."""
    places: list[FloatArray] = []
    for first in (0, 1):
        steps = range(first, course.n_steps, 2)
        for ap_mm in (_HEEL_MM, _TOE_MM):
            path = np.full((len(time_s), 3), np.nan)
            path[:, :2] = course.foot_mm(first, np.array([ap_mm]))
            path[:, 2] = 40.0
            for step in steps[1:]:
                lift_s = course.touchdown_s(step - 2) + course.contact_s
                share = np.clip((time_s - lift_s) / (course.touchdown_s(step) - lift_s), 0, 1)
                eased = (0.5 - 0.5 * np.cos(np.pi * share))[:, None]
                there = course.foot_mm(step, np.array([ap_mm]))
                path[:, :2] = np.where(share[:, None] > 0, (1 - eased) * path[:, :2] + eased * there, path[:, :2])
                path[:, 2] += np.where((share > 0) & (share < 1), 80 * np.sin(np.pi * share), 0.0)
            places.append(path)
    labels = tuple(f"{side.value[0].upper()}{name}" for side in Side for name in ("HEE", "TOE"))
    return MarkerRecording(time_s, np.stack(places, axis=1), labels, "synthetic feet")
