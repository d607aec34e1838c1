"""Where feet stand on plates, which do not see them: entered, from a mat on the plates, or from foot markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.contacts import standing_axis
from footload.markers.feet import FootTrack, foot_tracks, placement_from
from footload.markers.labels import find_labels
from footload.parameters import Parameters
from footload.plates.assignment import (
    PlateContact,
    StandingPrint,
    assign_by_markers,
    assign_by_prints,
    find_plate_contacts,
)
from footload.plates.geometry import PlateAxes, inside
from footload.recordings import ForceRecording, Side
from footload.signals.runs import runs
from footload.tasks.mat_place import MatPlace
from footload.trials import FootPlacement, Trial

PLANTED_MM_PER_S = 100.0
"""Heel and toe that both move more slowly than this belong to a foot that stands. Chosen, not measured."""

_SHORTEST_PLANTED_S = 0.05

NOBODY_SAID = (
    "where the {side} foot stands on its plate is not known; enter heel, second toe, length and width, or give markers "
    "or a mat"
)


@dataclass(frozen=True, slots=True, eq=False)
class FootPlaces:
    """Everything that may say where the feet of a trial stand.

    Parameters
    ----------
    entered : tuple of FootPlacement
        In the lab; these come first.
    contacts : tuple of FootContact
        Of a mat that lies on the plates; these come second.
    mat : MatPlace, optional
        Where that mat lies.
    tracks : tuple of FootTrack
        From heel and toe markers; these come last.
    sizes_mm : mapping of Side to (length, width)
        Measured on the feet, for the markers, which do not show them. [mm]
    """

    entered: tuple[FootPlacement, ...] = ()
    contacts: tuple[FootContact, ...] = ()
    mat: MatPlace | None = None
    tracks: tuple[FootTrack, ...] = ()
    sizes_mm: Mapping[Side, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, trial: Trial, parameters: Parameters, contacts: Sequence[FootContact] = ()) -> FootPlaces:
        """Gather what a trial and its analysis know.

        Parameters
        ----------
        trial : Trial
            With placements and markers, as far as there are any.
        parameters : Parameters
            With the sizes of the feet and the place of the mat.
        contacts : sequence of FootContact
            What a mat on the plates saw.

        Returns
        -------
        FootPlaces
            Possibly of nothing.
        """
        lengths, widths = parameters.foot_length_mm, parameters.foot_width_mm
        sizes: dict[Side, tuple[float, float]] = {}
        if lengths is not None and widths is not None:
            sizes = {side: (lengths[i], widths[i]) for i, side in enumerate(Side) if lengths[i] > 0 and widths[i] > 0}
        tracks = foot_tracks(find_labels(trial.markers[0])) if trial.markers else ()
        mat = MatPlace.of(parameters)
        seen = tuple(foot for foot in contacts if foot.axis is not None and foot.side is not None) if mat else ()
        return cls(trial.foot_placements, seen, mat, tracks, MappingProxyType(sizes))

    @property
    def any(self) -> bool:
        """Whether anything at all shows a foot."""
        return bool(self.entered or self.contacts or self.tracks)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedFoot:
    """The axes of one foot on one plate, stretch by stretch.

    Parameters
    ----------
    axes : tuple of (start, stop, FootAxis)
        Frames of the plate, half open, and the axis in the lab; empty when it is not known.
    source : str
        Who says so.
    reason : str
        Why there is none; empty when there is one.
    """

    axes: tuple[tuple[int, int, FootAxis], ...]
    source: str = ""
    reason: str = ""

    def along(self, cop_mm: FloatArray) -> FloatArray:
        """The CoP along and across the foot. [mm]

        Parameters
        ----------
        cop_mm : (t, 2 or 3) array
            In the lab. [mm]

        Returns
        -------
        (t, 2) array
            (ap, ml); NaN where the foot's place is not known. [mm]
        """
        found = np.full((len(cop_mm), 2), np.nan)
        for start, stop, axis in self.axes:
            found[start:stop] = np.column_stack(axis.to_foot(cop_mm[start:stop, 0], cop_mm[start:stop, 1]))
        return found


def side_on(recording: ForceRecording, places: FootPlaces) -> tuple[Side | None, str]:
    """Which foot a plate carries, and why that is not known.

    Parameters
    ----------
    recording : ForceRecording
        One plate.
    places : FootPlaces
        What shows the feet.

    Returns
    -------
    side : Side, optional
        The one that the recording names, else the one whose entered place, print or markers lie on the plate.
    reason : str
        Empty when it is known.
    """
    if recording.side is not None:
        return recording.side, ""
    if not np.isfinite(recording.plate.corners_mm).all():
        return None, ""
    height = float(PlateAxes.of(recording.plate).center_mm[2])
    for placement in places.entered:
        middle = np.array([*np.mean([placement.heel_mm, placement.forefoot_mm], axis=0), height])
        if float(inside(recording.plate, middle)) > 0:
            return placement.side, ""
    contacts = find_plate_contacts([recording])
    assigned: Sequence[PlateContact] = ()
    if places.contacts and places.mat is not None:
        prints = [StandingPrint(side, _points_mm(places, side)) for side in Side if _of_side(places, side)]
        assigned = assign_by_prints([recording], contacts, prints)
    elif places.tracks:
        assigned = assign_by_markers([recording], contacts, places.tracks)
    reason = next((contact.reason for contact in assigned if contact.double or contact.side is None), "")
    sides = {contact.side for contact in assigned}
    only = sides.pop() if len(sides) == 1 else None
    return (only, "") if only is not None else (None, reason or ("Both feet come onto it." if sides else ""))


def placed_on(
    recording: ForceRecording, side: Side, places: FootPlaces, still_s: tuple[float, float] | None = None
) -> PlacedFoot:
    """Where a foot stands on its plate.

    Parameters
    ----------
    recording : ForceRecording
        The plate that carries this foot only.
    side : Side
        Which foot.
    places : FootPlaces
        What shows the feet.
    still_s : (start, stop), optional
        When the person stands still; a mat's print of that time gives axis and width, so that the load of the movement
        does not widen it. [s]

    Returns
    -------
    PlacedFoot
        Without axes, and with the reason, when nothing shows it.
    """
    entered = next((placed for placed in places.entered if placed.side is side), None)
    if not np.isfinite(recording.plate.corners_mm).all() and (entered or places.any):
        return PlacedFoot((), "", "where the plate lies is not known, so the foot cannot be placed on it")
    if entered is not None:
        whole = (0, recording.n_frames, FootAxis.of_placement(entered))
        return PlacedFoot((whole,), entered.source or "entered")
    mine = _of_side(places, side)
    if mine and places.mat is not None:
        return _by_mat(recording, mine, places.mat, still_s)
    track = next((track for track in places.tracks if track.side is side), None)
    if track is None:
        return PlacedFoot((), "", NOBODY_SAID.format(side=side))
    if side not in places.sizes_mm:
        return PlacedFoot(
            (), "", f"markers show where the {side} foot points, but its length and width were not measured and entered"
        )
    return _by_markers(recording, track, places.sizes_mm[side])


def _by_mat(
    recording: ForceRecording, mine: Sequence[FootContact], mat: MatPlace, still_s: tuple[float, float] | None
) -> PlacedFoot:
    found: list[tuple[int, int, FootAxis]] = []
    for contact in mine:
        axis = contact.axis
        if still_s is not None:
            time_s = contact.recording.time_s
            start, stop = (int(i) for i in np.searchsorted(time_s, still_s))
            start, stop = max(start, contact.start), min(stop, contact.stop)
            axis = (standing_axis(contact, (start, stop)) if stop - start > 1 else None) or axis
        if axis is None:
            continue
        start, stop = np.searchsorted(recording.time_s, [contact.time_s[0], contact.time_s[-1] + contact.frame_s])
        found.append((int(start), int(stop), FootAxis.of_placement(mat.placement(axis))))
    return PlacedFoot(tuple(found), "print on the mat that lies on the plate")


def _by_markers(recording: ForceRecording, track: FootTrack, size_mm: tuple[float, float]) -> PlacedFoot:
    """One axis for each time that the foot is on the plate, from the frames in which it stands."""
    found: list[tuple[int, int, FootAxis]] = []
    time_s = recording.time_s
    planted_s = [(float(track.time_s[a]), float(track.time_s[b - 1])) for a, b in _planted(track)]
    for contact in find_plate_contacts([recording]):
        begin_s, end_s = float(time_s[contact.start]), float(time_s[contact.stop - 1])
        within = [(max(a, begin_s), min(b, end_s)) for a, b in planted_s]
        start_s, stop_s = max(within, key=lambda span: span[1] - span[0], default=(0.0, 0.0))
        if stop_s - start_s < _SHORTEST_PLANTED_S:
            continue
        placement = placement_from(track, start_s, stop_s, *size_mm)
        found.append((contact.start, contact.stop, FootAxis.of_placement(placement)))
    if not found:
        return PlacedFoot((), "", f"the markers never show the {track.side} foot standing on its plate")
    return PlacedFoot(tuple(found), "heel and toe markers, median while standing; the heel is that marker")


def _planted(track: FootTrack) -> list[tuple[int, int]]:
    if len(track.time_s) < 2:
        return []
    speeds = [
        np.linalg.norm(np.gradient(at[:, :2], track.time_s, axis=0), axis=1) for at in (track.heel_mm, track.toe_mm)
    ]
    return runs(np.maximum(*speeds) < PLANTED_MM_PER_S, 2)


def _of_side(places: FootPlaces, side: Side) -> tuple[FootContact, ...]:
    return tuple(contact for contact in places.contacts if contact.side is side)


def _points_mm(places: FootPlaces, side: Side) -> FloatArray:
    mat = places.mat
    assert mat is not None  # contacts are only kept with a mat whose place is known
    points = [np.column_stack([foot.print.x_mm, foot.print.y_mm]) for foot in _of_side(places, side)]
    return mat.to_lab(np.concatenate(points))
