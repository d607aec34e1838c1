"""Quiet stance on a plate or a mat: the way of the center of pressure, front to back and side to side."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from footload.arrays import FloatArray, frozen
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

LOWEST_HZ: Final = 0.15
HIGHEST_HZ: Final = 5.0
"""Where the band of the spectral measures begins and ends. [Hz]"""

_FEWEST = 4
_FOLLOWING = np.roll(np.arange(16), -1)
_DIRECTIONS = np.array([[np.cos(angle), np.sin(angle)] for angle in np.pi / 8 * np.arange(8)])


class SwayBand(NamedTuple):
    """The spectrum of a sway between 0.15 and 5 Hz; the first row is front to back, the second side to side.

    Parameters
    ----------
    frequency_hz : (m,) array
        Evenly spaced. [Hz]
    power : (2, m) array
        Density on eight sine tapers. [mm²/Hz]
    summed : (2, m) array
        Sum of all power so far.
    moments : (2, 3) array
        Sums of the power times the frequency to the 0th, first and second.
    """

    frequency_hz: FloatArray
    power: FloatArray
    summed: FloatArray
    moments: FloatArray


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
    places_mm: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        both = np.array([self.ap_mm, self.ml_mm], np.float64)
        if both.ndim != 2 or both.shape[1] < _FEWEST:
            raise ValueError(f"A sway needs at least {_FEWEST} places of the CoP, and there are {both[0].size}.")
        if not np.isfinite(both).all():
            raise ValueError("The CoP is missing in some frames; use a stretch in which it is known throughout.")
        if not (np.isfinite(self.rate_hz) and self.rate_hz > 0):
            raise ValueError(f"rate_hz is {self.rate_hz:g}, but samples come at a rate above 0.")
        both -= both.sum(axis=1, keepdims=True) / both.shape[1]
        object.__setattr__(self, "places_mm", frozen(both))
        object.__setattr__(self, "ap_mm", self.places_mm[0])
        object.__setattr__(self, "ml_mm", self.places_mm[1])

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.ap_mm)

    @property
    def duration_s(self) -> float:
        """``T = n / rate``, as Prieto counts it. [s]"""
        return self.n / self.rate_hz

    @cached_property
    def axis_ranges_mm(self) -> tuple[float, float]:
        """Greatest minus smallest place, forward and sideways. [mm]"""
        forward, sideways = self.places_mm.max(axis=1) - self.places_mm.min(axis=1)
        return float(forward), float(sideways)

    @cached_property
    def axis_paths_mm(self) -> tuple[float, float]:
        """Length of the way forward and back, and to the sides. [mm]"""
        forward, sideways = np.abs(self.places_mm[:, 1:] - self.places_mm[:, :-1]).sum(axis=1)
        return float(forward), float(sideways)

    @cached_property
    def axis_distances_mm(self) -> tuple[float, float]:
        """Mean distance from the mean place, forward and sideways. [mm]"""
        forward, sideways = np.abs(self.places_mm).sum(axis=1)
        return float(forward) / self.n, float(sideways) / self.n

    @cached_property
    def _plane_mm(self) -> NDArray[np.complex128]:
        """Places as complex numbers, whose modulus takes a sixth of the time of `numpy.hypot`."""
        plane = np.empty(self.n, np.complex128)
        plane.real, plane.imag = self.places_mm
        return plane

    @cached_property
    def path_mm(self) -> float:
        """Length of the way. [mm]"""
        return float(np.abs(self._plane_mm[1:] - self._plane_mm[:-1]).sum())

    @cached_property
    def mean_distance_mm(self) -> float:
        """Mean distance from the mean place. [mm]"""
        return float(np.abs(self._plane_mm).sum()) / self.n

    @cached_property
    def mean_squares_mm2(self) -> tuple[float, float, float]:
        """Variances of ap and ml and their covariance, with n. [mm²]"""
        ap, ml = self.ap_mm, self.ml_mm
        return float(ap @ ap) / self.n, float(ml @ ml) / self.n, float(ap @ ml) / self.n

    @property
    def rms_distance_mm(self) -> float:
        """Root of the mean square distance from the mean place. [mm]"""
        return math.sqrt(self.mean_squares_mm2[0] + self.mean_squares_mm2[1])

    @property
    def circle_radius_mm(self) -> float:
        """``MDIST + 1.645 s_RD``: 95 % of the places lie closer. [mm]"""
        return self.mean_distance_mm + CIRCLE_Z * math.sqrt(max(self.rms_distance_mm**2 - self.mean_distance_mm**2, 0))

    @property
    def root_determinant_mm2(self) -> float:
        """Root of the determinant of the covariance matrix, with n: the size of an ellipse. [mm²]"""
        ap, ml, both = self.mean_squares_mm2
        return math.sqrt(max(ap * ml - both**2, 0.0))

    @cached_property
    def hull_mm(self) -> FloatArray:
        """(k, 2) corners of the convex hull around all places; empty when they span no area. [mm]"""
        places = self.places_mm
        reach = _DIRECTIONS @ places
        outermost = np.concatenate([reach.argmax(axis=1), reach.argmin(axis=1)])  # in their order around
        corners = places[:, outermost]
        edges = corners[:, _FOLLOWING] - corners
        outward = np.array([edges[1], -edges[0]])
        # What lies inside of the hull of a few of the places cannot be a corner of the hull of all.
        beyond = (outward.T @ places > (outward * corners).sum(axis=0)[:, None]).any(axis=0)
        beyond[outermost] = True
        return _hull(places[:, beyond])

    @property
    def hull_area_mm2(self) -> float:
        """Area of the convex hull around all places. [mm²]"""
        return _doubled_area(self.hull_mm) / 2

    @cached_property
    def band(self) -> SwayBand:
        """The spectrum from 0.15 to 5 Hz."""
        frequency, power = sine_tapered_power(self.places_mm, self.rate_hz, highest_hz=HIGHEST_HZ)
        start = int(np.searchsorted(frequency, LOWEST_HZ))
        frequency, power = frequency[start:], power[:, start:]
        for axis in (0, 1):
            if not self.mean_squares_mm2[axis] > 0:
                power[axis] = 0.0  # rounding of the other axis alone
        powers = np.array([np.ones(len(frequency)), frequency, frequency**2])
        return SwayBand(frequency, power, power.cumsum(axis=1), power @ powers.T)

    @property
    def advice(self) -> tuple[str, ...]:
        """Where the recording is shorter or slower than is advised for a stance."""
        said: list[str] = []
        if self.duration_s < ADVISED_S:
            said.append(f"{self.duration_s:.0f} s of stance; at least {ADVISED_S:g} s are advised (ISPGR, Scoppa 2013)")
        if self.rate_hz < ADVISED_HZ:
            said.append(f"{self.rate_hz:.0f} Hz; at least {ADVISED_HZ:g} Hz are advised (ISPGR, Scoppa 2013)")
        return tuple(said)


def _hull(places: FloatArray) -> FloatArray:
    """(k, 2) corners around (2, n) few places, counter-clockwise, by Andrew's chains; none where there is no area.

    For a handful of places a tenth of the time that Qhull takes to begin.
    """
    in_order = sorted(zip(*places.tolist(), strict=True))
    corners = _lower_chain(in_order)[:-1] + _lower_chain(in_order[::-1])[:-1]
    found = np.array(corners)
    if len(corners) < 3 or _doubled_area(found) < 1e-12 * float(np.ptp(found, axis=0).max()) ** 2:
        return np.empty((0, 2))
    return found


def _lower_chain(in_order: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    chain: list[tuple[float, ...]] = []
    for x, y in in_order:
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2:]
            if (x1 - x0) * (y - y0) > (y1 - y0) * (x - x0):
                break
            chain.pop()
        chain.append((x, y))
    return chain


def _doubled_area(corners: FloatArray) -> float:
    x, y = corners.T
    return float(x[:-1] @ y[1:] - x[1:] @ y[:-1] + x[-1] * y[0] - x[0] * y[-1]) if len(corners) else 0.0
