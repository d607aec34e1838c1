"""Countermovement jumps whose take-off speed, height and phases follow from three sines of acceleration.

The center of mass accelerates by ``-a1 sin(pi t / T1)`` (falling), ``a2 sin(pi t / T2)`` (stopping the fall) and
``a3 sin(c pi t / T3)`` (pushing off); it then flies as a point mass and lands with an impulse that stops it. The
landing's shape is a half sine: it stands for no person, only its impulse is right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.units import STANDARD_GRAVITY_M_PER_S2 as G


@dataclass(frozen=True, slots=True)
class JumpCourse:
    """A jump whose answers are known.

    Parameters
    ----------
    body_mass_kg : float
        Mass. [kg]
    still_s, after_s : float
        Quiet standing before the onset and after the landing has ended. [s]
    fall_s, brake_s, push_s : float
        Length of the three pieces. [s]
    fall_m_per_s2, push_m_per_s2 : float
        Highest acceleration down, and up in the push. [m/s²]
    push_part : float
        The push ends at this part of its half sine, so that force is left for the take-off.
    land_s : float
        How long the landing takes to stop the body. [s]

    Raises
    ------
    ValueError
        When a phase has no length.
    """

    body_mass_kg: float = 70.0
    still_s: float = 2.0
    after_s: float = 2.0
    fall_s: float = 0.35
    brake_s: float = 0.25
    push_s: float = 0.28
    fall_m_per_s2: float = 4.0
    push_m_per_s2: float = 12.0
    push_part: float = 0.93
    land_s: float = 0.25

    def __post_init__(self) -> None:
        for name in ("still_s", "after_s", "fall_s", "brake_s", "push_s", "land_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, but this phase lasts more than 0 s.")

    @property
    def fastest_down_m_per_s(self) -> float:
        """Speed at the end of the fall, negative. [m/s]"""
        return -self.fall_m_per_s2 * 2 * self.fall_s / np.pi

    @property
    def takeoff_velocity_m_per_s(self) -> float:
        """Speed at take-off: ``a3 T3 / (c pi) (1 - cos(c pi))``. [m/s]"""
        c = self.push_part * np.pi
        return float(self.push_m_per_s2 * self.push_s / c * (1 - np.cos(c)))

    @property
    def height_mm(self) -> float:
        """Rise after take-off, ``v² / (2 g)``. [mm]"""
        return 1000 * self.takeoff_velocity_m_per_s**2 / (2 * G)

    @property
    def flight_s(self) -> float:
        """Flight of a point mass back to the height of its take-off, ``2 v / g``. [s]"""
        return 2 * self.takeoff_velocity_m_per_s / G

    @property
    def depth_mm(self) -> float:
        """How far the center of mass goes down before it is pushed up. [mm]"""
        return 1000 * -self.fastest_down_m_per_s * (self.fall_s + self.brake_s) / 2

    @property
    def times_s(self) -> dict[str, float]:
        """Onset, fastest way down, lowest point, take-off, landing and end of the landing. [s]"""
        steps = [self.still_s, self.fall_s, self.brake_s, self.push_s, self.flight_s, self.land_s]
        names = ("onset", "unweighted", "turned", "takeoff", "landing", "landed")
        return dict(zip(names, (float(t) for t in np.cumsum(steps)), strict=True))

    def force_n(self, time_s: FloatArray) -> FloatArray:
        """Vertical force on the plate. [N]

        Parameters
        ----------
        time_s : (t,) array
            Times. [s]

        Returns
        -------
        (t,) array
            [N]
        """
        at = self.times_s
        fall, brake = (time_s - at["onset"]) / self.fall_s, (time_s - at["unweighted"]) / self.brake_s
        push, land = (time_s - at["turned"]) / self.push_s, (time_s - at["landing"]) / self.land_s
        stop_m_per_s2 = -self.fastest_down_m_per_s * np.pi / (2 * self.brake_s)
        meet_m_per_s2 = self.takeoff_velocity_m_per_s * np.pi / (2 * self.land_s)
        acceleration = np.zeros_like(time_s)
        acceleration += _piece(fall, -self.fall_m_per_s2) + _piece(brake, stop_m_per_s2)
        acceleration += _piece(push, self.push_m_per_s2, self.push_part) + _piece(land, meet_m_per_s2)
        flying = (time_s >= at["takeoff"]) & (time_s < at["landing"])
        return np.where(flying, 0.0, self.body_mass_kg * (G + acceleration))

    @property
    def duration_s(self) -> float:
        """Length of the trial. [s]"""
        return self.times_s["landed"] + self.after_s


def _piece(fraction: FloatArray, peak: float, part: float = 1.0) -> FloatArray:
    inside = (fraction >= 0) & (fraction < 1)
    return np.where(inside, peak * np.sin(part * np.pi * np.clip(fraction, 0, 1)), 0.0)
