"""Quiet stance on a plate or a mat: the way of the center of pressure, front to back and side to side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.foot.hulls import hull_of
from footload.recordings import Side
from footload.signals.spectrum import sine_tapered_power

CIRCLE_Z: Final = 1.645
"""Ninety-five per cent of all distances lie within their mean and this many standard deviations."""

ELLIPSE_F: Final = 3.00
"""Prieto's value of F at 95 % for two and very many degrees of freedom."""

CHI_SQUARE_2: Final = 5.991464547107979
"""95 % of chi-square with two degrees of freedom, ``-2 ln 0.05``: the critical value of a large sample's ellipse."""

ADVISED_S: Final = 25.0
ADVISED_HZ: Final = 50.0
"""Least length and rate that the society for posture and gait research asks for (Scoppa 2013)."""

HIGHEST_HZ: Final = 5.0
"""Where the band of the spectral measures ends. [Hz]"""

_FEWEST = 4
_DIRECTIONS = np.pi / 8 * np.arange(8)


# Not slotted, unlike the other nouns: what is derived from the path is computed once, when it is first asked for.
@dataclass(frozen=True, eq=False)
class Sway:
    """The CoP of one stance, with its mean taken away; every metric of scope sway is computed on it.

    Parameters
    ----------
    ap_mm, ml_mm : (n,) array
        Forward and to the right, or medial for one foot; finite. [mm]
    rate_hz : float
        Samples per second. [Hz]
    side : Side, optional
        The foot, where it is that of one foot only.
    notes : tuple of str
        What to know before it is used.

    Raises
    ------
    ValueError
        When the two differ in length, a value is not finite, the rate is not positive, or there are fewer than four.
    """

    ap_mm: FloatArray
    ml_mm: FloatArray
    rate_hz: float
    side: Side | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        both = np.array([self.ap_mm, self.ml_mm], np.float64)
        if both.ndim != 2 or both.shape[1] < _FEWEST:
            raise ValueError(f"A sway needs at least {_FEWEST} places of the CoP, and there are {both[0].size}.")
        if not np.isfinite(both).all():
            raise ValueError("The CoP is missing in some frames; use a stretch in which it is known throughout.")
        if not (np.isfinite(self.rate_hz) and self.rate_hz > 0):
            raise ValueError(f"rate_hz is {self.rate_hz:g}, but samples come at a rate above 0.")
        both -= both.mean(axis=1, keepdims=True)
        object.__setattr__(self, "ap_mm", frozen(both[0]))
        object.__setattr__(self, "ml_mm", frozen(both[1]))

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.ap_mm)

    @property
    def duration_s(self) -> float:
        """``T = n / rate``, as Prieto counts it. [s]"""
        return self.n / self.rate_hz

    @cached_property
    def distance_mm(self) -> FloatArray:
        """(n,) distance from the mean place. [mm]"""
        return np.hypot(self.ap_mm, self.ml_mm)

    @cached_property
    def steps_mm(self) -> tuple[FloatArray, FloatArray]:
        """Way from sample to sample, forward and sideways. [mm]"""
        return np.diff(self.ap_mm), np.diff(self.ml_mm)

    def axis_mm(self, axis: int) -> FloatArray:
        """One part of the way. [mm]

        Parameters
        ----------
        axis : int
            0 is front to back, 1 side to side.

        Returns
        -------
        (n,) array
            [mm]
        """
        return self.ml_mm if axis else self.ap_mm

    @cached_property
    def path_mm(self) -> float:
        """Length of the way. [mm]"""
        return float(np.hypot(*self.steps_mm).sum())

    @cached_property
    def mean_distance_mm(self) -> float:
        """Mean distance from the mean place. [mm]"""
        return float(self.distance_mm.mean())

    @cached_property
    def mean_squares_mm2(self) -> tuple[float, float, float]:
        """Variances of ap and ml and their covariance, with n. [mm²]"""
        ap, ml = self.ap_mm, self.ml_mm
        return float(ap @ ap) / self.n, float(ml @ ml) / self.n, float(ap @ ml) / self.n

    @property
    def rms_distance_mm(self) -> float:
        """Root of the mean square distance from the mean place. [mm]"""
        return float(np.sqrt(self.mean_squares_mm2[0] + self.mean_squares_mm2[1]))

    @property
    def circle_radius_mm(self) -> float:
        """``MDIST + 1.645 s_RD``: 95 % of the places lie closer. [mm]"""
        spread = np.sqrt(max(self.rms_distance_mm**2 - self.mean_distance_mm**2, 0.0))
        return self.mean_distance_mm + CIRCLE_Z * float(spread)

    @property
    def root_determinant_mm2(self) -> float:
        """Root of the determinant of the covariance matrix, with n: the size of an ellipse. [mm²]"""
        ap, ml, both = self.mean_squares_mm2
        return float(np.sqrt(max(ap * ml - both**2, 0.0)))

    @cached_property
    def hull_mm(self) -> FloatArray:
        """(k, 2) corners of the convex hull around all places; empty when they span no area. [mm]"""
        places = np.array([self.ap_mm, self.ml_mm])
        reach = np.array([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)]).T @ places
        outermost = np.unique(np.concatenate([reach.argmax(axis=1), reach.argmin(axis=1)]))
        corners = hull_of(places[:, outermost].T)
        if not len(corners):
            return hull_of(places.T)
        # What lies inside of the hull of a few of the places cannot be a corner of the hull of all.
        edges = np.roll(corners, -1, axis=0) - corners
        outward = np.column_stack([edges[:, 1], -edges[:, 0]])
        beyond = (outward @ places > (outward * corners).sum(axis=1)[:, None]).any(axis=0)
        beyond[outermost] = True
        return hull_of(places[:, beyond].T)

    @cached_property
    def spectra(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Frequency to 5 Hz, and power density front to back and side to side on eight sine tapers. [Hz, mm²/Hz]"""
        frequency, ap = sine_tapered_power(self.ap_mm, self.rate_hz, highest_hz=HIGHEST_HZ)
        return frequency, ap, sine_tapered_power(self.ml_mm, self.rate_hz, highest_hz=HIGHEST_HZ)[1]

    @property
    def advice(self) -> tuple[str, ...]:
        """Where the recording is shorter or slower than is advised for a stance."""
        said: list[str] = []
        if self.duration_s < ADVISED_S:
            said.append(f"{self.duration_s:.0f} s of stance; at least {ADVISED_S:g} s are advised (ISPGR, Scoppa 2013)")
        if self.rate_hz < ADVISED_HZ:
            said.append(f"{self.rate_hz:.0f} Hz; at least {ADVISED_HZ:g} Hz are advised (ISPGR, Scoppa 2013)")
        return tuple(said)
