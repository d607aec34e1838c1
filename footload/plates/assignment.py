"""Which foot stands on which plate, and where that is not clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.markers.feet import FootTrack
from footload.plates.geometry import inside
from footload.plates.pressure_center import LEAST_FORCE_N, center_of_pressure_mm, load_n
from footload.recordings import ForceRecording, Side
from footload.signals.runs import frames_of, runs

SHORTEST_S: Final = 0.05
"""Loads shorter than this are no contact. [s]"""

_PLANTED_MM_PER_S: Final = 500.0
_LEAST_SHARE: Final = 0.2
_ALL_ON: Final = 0.95
_MARKER_MARGIN_MM: Final = 20.0
_FARTHEST_MM: Final = 150.0


@dataclass(frozen=True, slots=True)
class PlateContact:
    """One stretch of load on one plate, and whose it is.

    Parameters
    ----------
    plate : int
        Which recording, from 0.
    start, stop : int
        Frames, half open.
    side : Side, optional
        The foot; None when it is not known or not one foot alone.
    double : bool
        True when both feet are on the plate, or one foot is on two plates: the load is not that of one whole foot.
    reason : str
        Why the foot is not known, or what is doubtful; empty when nothing is.
    """

    plate: int
    start: int
    stop: int
    side: Side | None = None
    double: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class StandingPrint:
    """The print of a foot that stands still, such as a mat sees it, in the lab.

    Parameters
    ----------
    side : Side
        Which foot.
    points_mm : (n, 2) array
        Loaded places, seen from above. [mm]
    """

    side: Side
    points_mm: FloatArray


@dataclass(frozen=True, slots=True)
class _Presence:
    """A foot on a plate: share of the time and of the foot, how much is a whole one, and if it is surely over it."""

    side: Side
    time: float
    whole: float
    distance_mm: float
    least_whole: float = 0.5
    surely: bool = True


def find_plate_contacts(
    recordings: Sequence[ForceRecording], least_force_n: float = LEAST_FORCE_N, shortest_s: float = SHORTEST_S
) -> tuple[PlateContact, ...]:
    """Find every stretch of load.

    Parameters
    ----------
    recordings : sequence of ForceRecording
        The plates.
    least_force_n : float
        A plate is loaded from this force on. [N]
    shortest_s : float
        Shorter loads are left out. [s]

    Returns
    -------
    tuple of PlateContact
        In order of plates, then time; sides are not known yet.
    """
    return tuple(
        PlateContact(plate, start, stop)
        for plate, recording in enumerate(recordings)
        if recording.n_frames > 1
        for start, stop in runs(load_n(recording) >= least_force_n, frames_of(shortest_s, recording.time_s))
    )


def assign_by_markers(
    recordings: Sequence[ForceRecording], contacts: Sequence[PlateContact], feet: Sequence[FootTrack]
) -> tuple[PlateContact, ...]:
    """Find the foot of every contact from heel and toe markers.

    A foot is on a plate when, for at least a fifth of the contact, heel or toe is over the plate (20 mm to spare) and
    the slower of the two moves at less than 0.5 m/s.

    Parameters
    ----------
    recordings : sequence of ForceRecording
        The plates.
    contacts : sequence of PlateContact
        As from `find_plate_contacts`.
    feet : sequence of FootTrack
        On the time base of the plates.

    Returns
    -------
    tuple of PlateContact
        Double contacts flagged; what is doubtful has a reason.
    """
    found = [
        _decided(contact, [_presence(recordings[contact.plate], contact, foot) for foot in feet])
        for contact in contacts
    ]
    return _on_two_plates(found, recordings)


def assign_by_prints(
    recordings: Sequence[ForceRecording], contacts: Sequence[PlateContact], prints: Sequence[StandingPrint]
) -> tuple[PlateContact, ...]:
    """Find the foot of every contact from prints of feet that stand still.

    Parameters
    ----------
    recordings : sequence of ForceRecording
        The plates.
    contacts : sequence of PlateContact
        As from `find_plate_contacts`.
    prints : sequence of StandingPrint
        From a mat on the plates, brought into the lab.

    Returns
    -------
    tuple of PlateContact
        Double contacts flagged; what is doubtful has a reason.
    """
    found = [
        _decided(contact, [_print_presence(recordings[contact.plate], foot) for foot in prints]) for contact in contacts
    ]
    return _on_two_plates(found, recordings)


def assign_by_hand(contacts: Sequence[PlateContact], sides: Mapping[int, Side]) -> tuple[PlateContact, ...]:
    """Give every contact the foot that a person names for its plate.

    Parameters
    ----------
    contacts : sequence of PlateContact
        As from `find_plate_contacts`.
    sides : mapping of int to Side
        By plate, from 0.

    Returns
    -------
    tuple of PlateContact
        Plates that are not named stay open, with the reason.
    """
    return tuple(
        replace(contact, side=sides[contact.plate])
        if contact.plate in sides
        else replace(contact, reason=f"Nobody said which foot is on plate {contact.plate + 1}.")
        for contact in contacts
    )


def _presence(recording: ForceRecording, contact: PlateContact, foot: FootTrack) -> _Presence:
    step = float(np.median(np.diff(recording.time_s)))
    start_s, stop_s = recording.time_s[contact.start], recording.time_s[contact.stop - 1] + step
    used = foot.during(float(start_s), float(stop_s))
    if not used.any():
        return _Presence(foot.side, 0.0, 0.0, np.inf)
    depth = [inside(recording.plate, at[used]) for at in (foot.heel_mm, foot.toe_mm)]
    heel, toe = (at > -_MARKER_MARGIN_MM for at in depth)
    still = foot.speed_mm_per_s()[used] < _PLANTED_MM_PER_S
    there = (heel | toe) & still
    surely = float((np.maximum(*depth)[still] > 0).sum()) >= _LEAST_SHARE * len(still)
    if not there.any():
        return _Presence(foot.side, 0.0, 0.0, np.inf)
    center = center_of_pressure_mm(recording)[contact.start : contact.stop]
    times = foot.time_s[used][there]
    at = np.column_stack(
        [np.interp(times, recording.time_s[contact.start : contact.stop], center[:, k]) for k in (0, 1)]
    )
    away = _distance(at, foot.heel_mm[used][there, :2], foot.toe_mm[used][there, :2])
    return _Presence(
        foot.side, float(there.mean()), float((heel & toe)[there].mean()), float(np.median(away)), surely=surely
    )


def _distance(point: FloatArray, start: FloatArray, stop: FloatArray) -> FloatArray:
    """Distance of points from the line between two others. [mm]"""
    along = stop - start
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(((point - start) * along).sum(axis=1) / length, 0.0, 1.0)
    return np.linalg.norm(point - start - share[:, None] * along, axis=1)


def _print_presence(recording: ForceRecording, foot: StandingPrint) -> _Presence:
    points = np.column_stack([foot.points_mm, np.full(len(foot.points_mm), recording.plate.corners_mm[:, 2].mean())])
    share = float((inside(recording.plate, points) > 0).mean()) if len(points) else 0.0
    return _Presence(foot.side, 1.0 if share > 1 - _ALL_ON else 0.0, share, 0.0, _ALL_ON)


def _decided(contact: PlateContact, feet: Sequence[_Presence]) -> PlateContact:
    there = [foot for foot in feet if foot.time >= _LEAST_SHARE]
    if len(there) > 1:  # a heel marker just behind the edge belongs to the neighboring plate
        there = [foot for foot in there if foot.surely] or there
    if not there:
        return replace(contact, reason=f"No foot was seen on plate {contact.plate + 1} during this load.")
    if len(there) > 1:
        return replace(contact, double=True, reason=f"Both feet are on plate {contact.plate + 1}.")
    foot = there[0]
    if foot.distance_mm > _FARTHEST_MM:
        return replace(
            contact,
            reason=f"The center of pressure is {foot.distance_mm:.0f} mm from the {foot.side} foot, the only one seen "
            f"on plate {contact.plate + 1}.",
        )
    partly = foot.whole < foot.least_whole
    reason = f"The {foot.side} foot stands partly beside plate {contact.plate + 1}." if partly else ""
    return replace(contact, side=foot.side, reason=reason)


def _on_two_plates(contacts: Sequence[PlateContact], recordings: Sequence[ForceRecording]) -> tuple[PlateContact, ...]:
    """Flag contacts of one foot that overlap in time on different plates."""
    found = list(contacts)
    for i, one in enumerate(contacts):
        for other in contacts[i + 1 :]:
            if one.side is None or one.side is not other.side or one.plate == other.plate:
                continue
            if _overlap_s(one, other, recordings) < SHORTEST_S:
                continue
            for contact in (one, other):
                found[contacts.index(contact)] = replace(
                    contact,
                    double=True,
                    reason=f"The {one.side} foot is on plates {one.plate + 1} and {other.plate + 1} at once.",
                )
    return tuple(found)


def _overlap_s(one: PlateContact, other: PlateContact, recordings: Sequence[ForceRecording]) -> float:
    times = [recordings[contact.plate].time_s for contact in (one, other)]
    start = max(times[0][one.start], times[1][other.start])
    stop = min(times[0][one.stop - 1], times[1][other.stop - 1])
    return float(stop - start)
