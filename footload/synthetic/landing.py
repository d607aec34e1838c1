"""Drop landings and drop jumps: impacts of known impulse, so that drop height, contact and flight are known exactly.

The landing is a base that rises to body weight within a quarter of a second plus three bells (forefoot, heel,
absorption), scaled so that the whole impulse above body weight is the momentum of the fall. The shapes are
those of no person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footload.arrays import FloatArray
from footload.units import STANDARD_GRAVITY_M_PER_S2 as G

_BASE_S = 0.25
_BELLS = ((0.011, 0.006, 1.9), (0.045, 0.017, 3.0), (0.110, 0.045, 0.9))
_WHOLE_S = 1.2


def impact_force_n(since_s: FloatArray, body_mass_kg: float, speed_m_per_s: float) -> FloatArray:
    """Vertical force of a landing at a known speed. [N]

    Parameters
    ----------
    since_s : (t,) array
        Time since touchdown; before it there is no force. [s]
    body_mass_kg, speed_m_per_s : float
        Mass, and downward speed at touchdown. [kg, m/s]

    Returns
    -------
    (t,) array
        ``int (F - m g) dt = m v``, to the accuracy of the integral it is scaled by. [N]
    """
    fine = np.arange(0, _WHOLE_S, 1e-5) + 5e-6
    missing = float((1 - _base(fine)).sum()) * 1e-5 * body_mass_kg * G
    scale = (body_mass_kg * speed_m_per_s + missing) / (float(_bells(fine).sum()) * 1e-5 * body_mass_kg * G)
    force = body_mass_kg * G * (_base(since_s) + scale * _bells(since_s))
    return np.where(since_s < 0, 0.0, force)


@dataclass(frozen=True, slots=True)
class DropCourse:
    """A drop from a box whose answers are known: a landing that is held, or a drop jump.

    Parameters
    ----------
    body_mass_kg : float
        Mass. [kg]
    height_m : float
        Drop height. [m]
    before_s : float
        Empty plate before touchdown. [s]
    after_s : float
        How long the last landing is recorded from its touchdown. [s]
    rebound_m_per_s : float
        Speed at take-off of a drop jump; 0 for land and hold. [m/s]
    contact_s : float
        First contact of a drop jump, a half sine. [s]
    """

    body_mass_kg: float = 70.0
    height_m: float = 0.3
    before_s: float = 0.5
    after_s: float = 5.0
    rebound_m_per_s: float = 0.0
    contact_s: float = 0.22

    @property
    def speed_m_per_s(self) -> float:
        """Downward speed at touchdown, ``sqrt(2 g h)``. [m/s]"""
        return float(np.sqrt(2 * G * self.height_m))

    @property
    def flight_s(self) -> float:
        """Flight after the first contact; 0 for land and hold. [s]"""
        return 2 * self.rebound_m_per_s / G

    @property
    def touchdowns_s(self) -> tuple[float, ...]:
        """When feet come down. [s]"""
        if not self.rebound_m_per_s:
            return (self.before_s,)
        return self.before_s, self.before_s + self.contact_s + self.flight_s

    @property
    def duration_s(self) -> float:
        """Length of the trial. [s]"""
        return self.touchdowns_s[-1] + self.after_s

    def near(self, time_s: FloatArray, duration_s: float) -> FloatArray:
        """Tell which times lie shortly after a touchdown.

        Parameters
        ----------
        time_s : (t,) array
            Times. [s]
        duration_s : float
            How long after. [s]

        Returns
        -------
        (t,) array
            1 there, 0 elsewhere.
        """
        since = time_s[:, None] - np.array(self.touchdowns_s)
        near = ((since >= 0) & (since < duration_s)).any(axis=1)
        return np.asarray(near, np.float64)

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
        last = time_s - self.touchdowns_s[-1]
        if not self.rebound_m_per_s:
            return impact_force_n(last, self.body_mass_kg, self.speed_m_per_s)
        first = (time_s - self.before_s) / self.contact_s
        stopped = self.speed_m_per_s + self.rebound_m_per_s + G * self.contact_s
        highest = self.body_mass_kg * stopped * np.pi / (2 * self.contact_s)
        contact = np.where((first >= 0) & (first <= 1), highest * np.sin(np.pi * first), 0.0)
        return contact + impact_force_n(last, self.body_mass_kg, self.rebound_m_per_s)


def _base(since_s: FloatArray) -> FloatArray:
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(since_s / _BASE_S, 0, 1))


def _bells(since_s: FloatArray) -> FloatArray:
    return np.sum([a * np.exp(-((since_s - c) ** 2) / (2 * s**2)) for c, s, a in _BELLS], axis=0)
