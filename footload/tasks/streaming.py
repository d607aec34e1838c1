"""The same moments and shifts as a trial gives afterwards, from blocks of samples as they arrive.

What is told here never changes later. Each class says how late it is: so long a moment has to last
before it is certain.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from footload.arrays import FloatArray


class ContactChange(StrEnum):
    """What happened on the plates."""

    TOUCHDOWN = "touchdown"
    TAKEOFF = "take-off"


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """A moment on the plates.

    Parameters
    ----------
    change : ContactChange
        What happened.
    frame : int
        When, counted from the first sample that was fed.
    """

    change: ContactChange
    frame: int


class ContactStream:
    """Touchdowns and take-offs from blocks of vertical force; the same as `footload.tasks.jump.unloaded_runs` finds.

    Parameters
    ----------
    rate_hz : float
        Samples per second. [Hz]
    contact_n : float
        Below it nobody is on the plates. [N]
    shortest_s, blip_s : float
        Shorter flights, and shorter loads in a flight, are noise. [s]

    Raises
    ------
    ValueError
        When the rate is not positive.
    """

    def __init__(self, rate_hz: float, contact_n: float = 20.0, shortest_s: float = 0.1, blip_s: float = 0.02) -> None:
        if not rate_hz > 0:
            raise ValueError(f"rate_hz is {rate_hz:g}, but samples come at a rate above 0.")
        self._contact_n = contact_n
        self._n_short, self._n_blip = max(1, round(shortest_s * rate_hz)), max(1, round(blip_s * rate_hz))
        self._rate_hz = rate_hz
        self._frame = 0
        self._empty_from: int | None = 0  # None while somebody is on the plates
        self._told = False
        self._pending: int | None = None  # first frame of a load that is not yet long enough

    @property
    def delay_s(self) -> float:
        """Longest time from a moment to its being told. [s]"""
        return (self._n_short + self._n_blip) / self._rate_hz

    def feed(self, vertical_n: FloatArray) -> list[ContactEvent]:
        """Take in the next samples.

        Parameters
        ----------
        vertical_n : (n,) array
            Any number of samples; NaN is no load. [N]

        Returns
        -------
        list of ContactEvent
            What is certain now and was not before, in order of time.
        """
        found: list[ContactEvent] = []
        for loaded in (vertical_n >= self._contact_n).tolist():
            found += self._loaded() if loaded else self._empty()
            self._frame += 1
        return found

    def _loaded(self) -> list[ContactEvent]:
        if self._empty_from is None:
            return []
        if self._pending is None:
            self._pending = self._frame
        # A recording that begins loaded begins with somebody on the plates, however short.
        if self._pending > 0 and self._frame - self._pending + 1 < self._n_blip:
            return self._tell_takeoff(self._pending)
        found = self._tell_takeoff(self._pending)
        if self._told:
            found.append(ContactEvent(ContactChange.TOUCHDOWN, self._pending))
        self._empty_from, self._pending, self._told = None, None, False
        return found

    def _empty(self) -> list[ContactEvent]:
        self._pending = None
        if self._empty_from is None:
            self._empty_from = self._frame
        return self._tell_takeoff(self._frame + 1)

    def _tell_takeoff(self, until: int) -> list[ContactEvent]:
        """The take-off, once nobody was there for long enough."""
        since = self._empty_from
        if self._told or since is None or until - since < self._n_short:
            return []
        self._told = True
        return [ContactEvent(ContactChange.TAKEOFF, since)]


class ShiftStream:
    """The medial shift of one foot from blocks of its CoP, without delay.

    The reference is the median over the last second in which the force was still; it is kept while the person moves.

    Parameters
    ----------
    width_mm : float
        Foot width. [mm]
    rate_hz : float
        Samples per second. [Hz]
    still_part : float
        The force is still while it stays within this part of its mean. [ratio]
    reference_s : float
        How long. [s]

    Raises
    ------
    ValueError
        When the width or the rate is not positive.
    """

    def __init__(self, width_mm: float, rate_hz: float, still_part: float = 0.02, reference_s: float = 1.0) -> None:
        if not (width_mm > 0 and rate_hz > 0):
            raise ValueError(f"Width and rate have to be above 0, but they are {width_mm:g} mm and {rate_hz:g} Hz.")
        self._width_mm, self._still_part = width_mm, still_part
        n = max(2, round(reference_s * rate_hz))
        self._force: deque[float] = deque(maxlen=n)
        self._ml: deque[float] = deque(maxlen=n)
        self._stride = max(1, n // 20)
        self._frame = 0
        self.reference_mm = float("nan")

    def feed(self, force: FloatArray, ml_mm: FloatArray) -> FloatArray:
        """Take in the next samples.

        Parameters
        ----------
        force : (n,) array
            Vertical force of the whole body. [N, or counts]
        ml_mm : (n,) array
            Medial place of this foot's CoP; NaN where there is none. [mm]

        Returns
        -------
        (n,) array
            Medial shift; NaN until somebody has stood still for as long as the reference takes. [%]

        Raises
        ------
        ValueError
            When the two differ in length.
        """
        if len(force) != len(ml_mm):
            raise ValueError(f"There are {len(force)} forces and {len(ml_mm)} places; each sample has one of both.")
        shift = np.full(len(force), np.nan)
        for i, (load, ml) in enumerate(zip(force.tolist(), ml_mm.tolist(), strict=True)):
            self._force.append(load)
            self._ml.append(ml)
            if self._frame % self._stride == 0:
                self._look()
            self._frame += 1
            shift[i] = 100.0 * (ml - self.reference_mm) / self._width_mm
        return shift

    def _look(self) -> None:
        """Take the last second as the reference, if it was still."""
        if len(self._force) < (self._force.maxlen or 0):
            return
        force = np.array(self._force)
        if not float(np.ptp(force)) <= self._still_part * float(force.mean()):
            return
        ml = np.array(self._ml)
        known = ml[np.isfinite(ml)]
        if 2 * len(known) >= len(ml):
            self.reference_mm = float(np.median(known))
