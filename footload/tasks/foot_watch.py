"""Where a foot points and stands at a moment of a trial, from its markers or from its print on a mat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from footload.arrays import FloatArray
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.contacts import standing_axis
from footload.markers.feet import FootTrack
from footload.recordings import Side


@dataclass(frozen=True, slots=True)
class FootPose:
    """Where a foot points and stands.

    Parameters
    ----------
    heading_deg : float
        From +y, counterclockwise. [deg]
    heel_mm, toe_mm : (x, y)
        Its ends. [mm]
    """

    heading_deg: float
    heel_mm: tuple[float, float]
    toe_mm: tuple[float, float]

    def turned_deg(self, other: FootPose) -> float:
        """How far the foot turned from here to another pose, without a sign. [deg]

        Parameters
        ----------
        other : FootPose
            Later or earlier.

        Returns
        -------
        float
            At most 180. [deg]
        """
        return abs((other.heading_deg - self.heading_deg + 180.0) % 360.0 - 180.0)

    def moved_mm(self, other: FootPose) -> float:
        """How far the foot moved from here to another pose. [mm]

        Parameters
        ----------
        other : FootPose
            Later or earlier.

        Returns
        -------
        float
            Of heel, middle or toes, whichever moved least, so that a foot that turns in its place has not moved. [mm]
        """
        heel, toe = np.subtract(other.heel_mm, self.heel_mm), np.subtract(other.toe_mm, self.toe_mm)
        return min(float(np.linalg.norm(moved)) for moved in (heel, toe, (heel + toe) / 2))


class FootWatch(Protocol):
    """Something that sees one foot through a trial."""

    @property
    def side(self) -> Side:
        """Which foot."""
        ...

    @property
    def turn_error_deg(self) -> float:
        """How far two looks at a foot that stands still may differ. [deg]"""
        ...

    def pose(self, start_s: float, stop_s: float) -> FootPose | None:
        """Where the foot points and stands in a stretch of time; None when it is not seen whole."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class MarkerWatch:
    """A foot by its heel and toe markers.

    Parameters
    ----------
    track : FootTrack
        The markers.
    """

    track: FootTrack

    @property
    def side(self) -> Side:
        """Which foot."""
        return self.track.side

    @property
    def turn_error_deg(self) -> float:
        """Half a degree: 1 mm of noise on markers 180 mm apart. [deg]"""
        return 0.5

    def pose(self, start_s: float, stop_s: float) -> FootPose | None:
        """Median over a stretch of time.

        Parameters
        ----------
        start_s, stop_s : float
            Half open. [s]

        Returns
        -------
        FootPose or None
            None when heel and toe are not seen together.
        """
        used = self.track.during(start_s, stop_s)
        if not used.any():
            return None
        return _pose(np.median(self.track.heel_mm[used, :2], axis=0), np.median(self.track.toe_mm[used, :2], axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class PrintWatch:
    """A foot by the prints that it leaves on a mat; several contacts of one foot follow each other.

    Parameters
    ----------
    side : Side
        Which foot.
    contacts : tuple of FootContact
        Of this foot, in order of time.
    """

    side: Side
    contacts: tuple[FootContact, ...]

    @property
    def turn_error_deg(self) -> float:
        """Two degrees: the axis of one print of 5 mm cells under changing load. [deg]"""
        return 2.0

    def pose(self, start_s: float, stop_s: float) -> FootPose | None:
        """The axis of the print of a stretch of time.

        Parameters
        ----------
        start_s, stop_s : float
            Half open. [s]

        Returns
        -------
        FootPose or None
            None when the stretch shows no whole foot.
        """
        axis = print_axis(self.contacts, start_s, stop_s)
        return None if axis is None else _pose(np.array(axis.heel_mm), axis.points_mm(np.array([axis.length_mm]))[0])


def print_axis(contacts: Sequence[FootContact], start_s: float, stop_s: float) -> FootAxis | None:
    """Axis of the print that a foot leaves on a mat in a stretch of time.

    Parameters
    ----------
    contacts : sequence of FootContact
        Of one foot.
    start_s, stop_s : float
        Half open. [s]

    Returns
    -------
    FootAxis or None
        None when the stretch shows no whole foot.
    """
    for contact in contacts:
        time_s = contact.recording.time_s
        start, stop = (int(i) for i in np.searchsorted(time_s, [start_s, stop_s]))
        start, stop = max(start, contact.start), min(stop, contact.stop)
        if stop - start > 1:
            return standing_axis(contact, (start, stop))
    return None


def _pose(heel_mm: FloatArray, toe_mm: FloatArray) -> FootPose:
    along = toe_mm - heel_mm
    heading_deg = float(np.degrees(np.arctan2(-along[0], along[1])))
    return FootPose(heading_deg, (float(heel_mm[0]), float(heel_mm[1])), (float(toe_mm[0]), float(toe_mm[1])))
