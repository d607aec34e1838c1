"""Walking and running over force plates: which loads are steps, of which foot, along which way, of how heavy a person.

A load is a step when one whole foot comes and goes on one plate. Both feet on a plate, a foot on two plates or beside
its plate, and loads that begin or end with the recording are named and do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.foot.contact import FootContact
from footload.markers.feet import FootTrack
from footload.plates.assignment import PlateContact, assign_by_markers, find_plate_contacts
from footload.plates.geometry import PlateAxes, inside
from footload.plates.pressure_center import center_of_pressure_mm, load_n
from footload.recordings import ForceRecording, Side
from footload.signals.integration import integral
from footload.tasks.comparison import BY_SHARE_OF_SUM, SideComparison
from footload.tasks.foot_places import FootPlaces, side_on
from footload.tasks.gait_steps import COP_LEAST_N, PlateStep, PlateWalk
from footload.tasks.mat_place import MatPlace
from footload.trials import FootPlacement
from footload.units import STANDARD_GRAVITY_M_PER_S2

SHORTEST_STEP_S, LONGEST_STEP_S = 0.1, 2.0
"""A shorter load is a knock and a longer one is standing. Chosen, not measured."""

_LEAST_PART = 0.4
"""A load with less than this part of the other steps' highest force is no whole step. Chosen, not measured."""

_NEXT_WITHIN_S = 0.3
"""The next foot comes down at most so long after the one before has left; a longer flight is no gait."""

_LEAST_WAY_MM = 300.0
_LEAST_COP_WAY_MM = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class SeenFeet:
    """What shows the feet of a walk on plates, beside the force.

    Parameters
    ----------
    tracks : tuple of FootTrack
        From heel and toe markers.
    contacts : tuple of FootContact
        From a mat that lies on the plates.
    mat : MatPlace, optional
        Where that mat lies.
    entered : tuple of FootPlacement
        Places that somebody entered; each names the foot on its plate.
    """

    tracks: tuple[FootTrack, ...] = ()
    contacts: tuple[FootContact, ...] = ()
    mat: MatPlace | None = None
    entered: tuple[FootPlacement, ...] = ()


NOTHING_SEEN = SeenFeet()


def find_steps(
    recordings: Sequence[ForceRecording],
    seen: SeenFeet = NOTHING_SEEN,
    body_mass_kg: float = float("nan"),
    comparison: SideComparison = BY_SHARE_OF_SUM,
) -> PlateWalk:
    """Find the steps of a walk or run over plates.

    The foot is the one that the recording or an entered place names, else that of the markers, else that of the mat.

    Parameters
    ----------
    recordings : sequence of ForceRecording
        The plates, on one time base.
    seen : SeenFeet
        Markers and mat, as far as there are any.
    body_mass_kg : float
        NaN when nobody said. [kg]
    comparison : SideComparison
        By which formula the two sides are compared.

    Returns
    -------
    PlateWalk
        Steps in order of time, each with its side where that is known, and its reason where it does not count.
    """
    loads = [c for c in find_plate_contacts(recordings) if c.stop - c.start < recordings[c.plate].n_frames]
    contacts, notes = _assigned(recordings, loads, seen)
    order = sorted(range(len(contacts)), key=lambda i: float(recordings[contacts[i].plate].time_s[contacts[i].start]))
    contacts = [contacts[i] for i in order]
    reasons = _reasons(recordings, contacts)
    counted = [contact for contact, reason in zip(contacts, reasons, strict=True) if not reason]
    forward, how = walking_direction(recordings, counted, seen.tracks)
    notes.append(how)
    weight_n, weighed = _weight(recordings, counted, contacts, body_mass_kg)
    notes += [weighed] if weighed else []
    steps = [
        _step(number, recordings[contact.plate], contact, forward, (weight_n, reason))
        for number, (contact, reason) in enumerate(zip(contacts, reasons, strict=True))
    ]
    doubtful = _push_before_brake([step for step in steps if not step.rejected])
    return PlateWalk(tuple(steps), (*notes, *doubtful), comparison)


def _assigned(
    recordings: Sequence[ForceRecording], contacts: Sequence[PlateContact], seen: SeenFeet
) -> tuple[list[PlateContact], list[str]]:
    """Contacts with their feet, and who said so."""
    placed = all(np.isfinite(recording.plate.corners_mm).all() for recording in recordings)
    found, notes = list(contacts), list[str]()
    if seen.tracks and placed:
        found = list(assign_by_markers(recordings, contacts, seen.tracks))
        notes.append("feet on plates by their heel and toe markers")
    elif seen.contacts and seen.mat is not None and placed:
        found = [_by_mat(recordings[contact.plate], contact, seen.contacts, seen.mat) for contact in contacts]
        notes.append("feet on plates by the mat that lies on them")
    places = FootPlaces(entered=seen.entered)
    named = [side_on(recordings[contact.plate], places)[0] for contact in found]
    if any(named):
        notes.append("feet on plates as the recording or a person names them")
    elif not notes:
        notes.append(
            "which foot is on a plate, and whether only one is, nobody saw: there are no heel and toe markers, no mat, "
            "and no side was named"
        )
    return [replace(c, side=side) if side and not c.double else c for c, side in zip(found, named, strict=True)], notes


def _by_mat(
    recording: ForceRecording, contact: PlateContact, prints: Sequence[FootContact], mat: MatPlace
) -> PlateContact:
    """The contact with the foot that the mat saw on its plate during most of it."""
    start_s, stop_s = float(recording.time_s[contact.start]), float(recording.time_s[contact.stop - 1])
    sides: list[Side] = []
    for foot in prints:
        shared_s = min(stop_s, float(foot.time_s[-1])) - max(start_s, float(foot.time_s[0]))
        middle = mat.to_lab(foot.print_center_mm[None])[0]
        place = np.array([*middle, PlateAxes.of(recording.plate).center_mm[2]])
        if foot.side is not None and shared_s > 0.2 * (stop_s - start_s) and float(inside(recording.plate, place)) > 0:
            sides.append(foot.side)
    if len(sides) == 1:
        return replace(contact, side=sides[0])
    plate = contact.plate + 1
    if not sides:
        return replace(contact, reason=f"The mat saw no foot on plate {plate} during this load.")
    return replace(contact, double=True, reason=f"The mat saw {len(sides)} feet on plate {plate} during this load.")


def _reasons(recordings: Sequence[ForceRecording], contacts: Sequence[PlateContact]) -> list[str]:
    """Why each contact is no step of one whole foot; empty where it is one."""
    highest = [float(load_n(recordings[c.plate])[c.start : c.stop].max()) for c in contacts]
    usual = float(np.median(highest)) if highest else 0.0
    found: list[str] = []
    for contact, peak_n in zip(contacts, highest, strict=True):
        recording = recordings[contact.plate]
        last = min(contact.stop, recording.n_frames - 1)
        lasts_s = float(recording.time_s[last] - recording.time_s[contact.start])
        reason = contact.reason.rstrip(".")
        if contact.start == 0:
            reason = "it began before the recording"
        elif contact.stop == recording.n_frames and not contact.double:
            reason = "it is cut off by the end of the recording"
        elif not reason and not SHORTEST_STEP_S <= lasts_s <= LONGEST_STEP_S:
            reason = f"it lasts {lasts_s:.2f} s, which is no step"
        elif not reason and peak_n < _LEAST_PART * usual:
            reason = f"it carries {peak_n:.0f} N at most, where the steps carry {usual:.0f} N"
        found.append(reason[:1].lower() + reason[1:] if reason else "")
    return found


def walking_direction(
    recordings: Sequence[ForceRecording], contacts: Sequence[PlateContact], tracks: Sequence[FootTrack] = ()
) -> tuple[FloatArray, str]:
    """Find the way of walking, and say how.

    From the way of the heel and toe markers through the recording; else the plate's own axis that is nearest to the
    way of the CoP under the steps, since a foot that turns out leads the CoP aside.

    Parameters
    ----------
    recordings : sequence of ForceRecording
        The plates.
    contacts : sequence of PlateContact
        The steps that count.
    tracks : sequence of FootTrack
        Feet with markers.

    Returns
    -------
    direction : (2,) array
        Unit vector in the lab's x and y; NaN when nothing shows it.
    how : str
        In words.
    """
    ways = [way_of(track) for track in tracks]
    way = np.nansum(ways, axis=0) if ways else np.zeros(2)
    if float(np.linalg.norm(way)) >= _LEAST_WAY_MM:
        return way / np.linalg.norm(way), "way of walking: that of the heel and toe markers"
    along, axes = np.zeros(2), list[FloatArray]()
    for contact in contacts:
        recording = recordings[contact.plate]
        if np.isfinite(recording.plate.corners_mm).all():
            cop = center_of_pressure_mm(recording, COP_LEAST_N)[contact.start : contact.stop, :2]
            seen = cop[np.isfinite(cop).all(axis=1)]
            along = along + (seen[-1] - seen[0] if len(seen) else 0.0)
            axes.append(PlateAxes.of(recording.plate).rotation[:2, :2])
    if not axes or float(np.linalg.norm(along)) < _LEAST_COP_WAY_MM:
        return np.full(2, np.nan), "way of walking: not known, since neither markers nor the CoP show one"
    candidates = np.concatenate([axes[0].T, -axes[0].T])
    candidates = candidates / np.linalg.norm(candidates, axis=1, keepdims=True)
    best = candidates[int(np.argmax(candidates @ along))]
    away = float(np.degrees(np.arccos(np.clip(best @ along / np.linalg.norm(along), -1, 1))))
    return best, f"way of walking: the plate's own axis nearest to the way of the CoP, {away:.0f} degrees from it"


def way_of(track: FootTrack) -> FloatArray:
    """Way of a foot from the first to the last frame that shows it. [mm]

    Parameters
    ----------
    track : FootTrack
        The foot.

    Returns
    -------
    (2,) array
        In the lab's x and y; 0 when it is not seen twice. [mm]
    """
    middle = (track.heel_mm[:, :2] + track.toe_mm[:, :2]) / 2
    seen = np.flatnonzero(np.isfinite(middle).all(axis=1))
    return middle[seen[-1]] - middle[seen[0]] if len(seen) > 1 else np.zeros(2)


def _weight(
    recordings: Sequence[ForceRecording],
    contacts: Sequence[PlateContact],
    everything: Sequence[PlateContact],
    body_mass_kg: float,
) -> tuple[float, str]:
    """Body weight: as stated, else from the impulses of a left and a right step over the time of a stride.

    The load after the two tells when the stride ends, even where it is no whole step itself.
    """
    if body_mass_kg > 0:
        return body_mass_kg * STANDARD_GRAVITY_M_PER_S2, f"body weight from the stated body mass of {body_mass_kg:g} kg"
    for one, other in pairwise(contacts):
        time_s = recordings[one.plate].time_s
        gap_s = float(time_s[other.start] - time_s[min(one.stop, len(time_s) - 1)])
        different = one.side is None or other.side is None or one.side is not other.side
        if one.plate == other.plate or gap_s > _NEXT_WITHIN_S or not different:
            continue
        total = sum(_impulse_ns(recordings[contact.plate], contact) for contact in (one, other))
        after = next((c for c in everything if c.start > other.start), None)
        if after is not None and float(time_s[after.start] - time_s[other.stop - 1]) <= _NEXT_WITHIN_S:
            return total / float(time_s[after.start] - time_s[one.start]), (
                "body weight from the impulses of two steps over the time of their stride, as in a steady gait"
            )
        return total / (2 * float(time_s[other.start] - time_s[one.start])), (
            "body weight from the impulses of two steps over twice the time between them, as if both steps were alike"
        )
    return float("nan"), ""


def _impulse_ns(recording: ForceRecording, contact: PlateContact) -> float:
    frames = slice(contact.start, contact.stop)
    return float(integral(recording.time_s[frames], load_n(recording)[frames])[-1])


def _step(
    number: int, recording: ForceRecording, contact: PlateContact, forward: FloatArray, judged: tuple[float, str]
) -> PlateStep:
    """One contact as a step; `judged` is body weight, and why it does not count."""
    frames = slice(contact.start, contact.stop)
    turn = np.column_stack([[forward[1], -forward[0]], forward])
    force = recording.force_n[frames]
    cop = np.full((contact.stop - contact.start, 2), np.nan)
    if np.isfinite(recording.plate.corners_mm).all():
        cop = center_of_pressure_mm(recording, COP_LEAST_N)[frames, :2] @ turn
    return PlateStep(
        number,
        contact.plate,
        contact.start,
        contact.stop,
        recording.time_s[frames],
        frozen(np.column_stack([force[:, :2] @ turn, load_n(recording)[frames]])),
        frozen(cop),
        contact.side,
        *judged,
        (f"on plate {contact.plate + 1}, unfiltered",),
    )


def _push_before_brake(steps: Sequence[PlateStep]) -> tuple[str, ...]:
    """Say when the force propels first and brakes later, as it does when the way of walking is the wrong way round."""
    early = late = 0.0
    for step in steps:
        middle = len(step.time_s) // 2
        early += float(np.nansum(step.force_n[:middle, 1]))
        late += float(np.nansum(step.force_n[middle:, 1]))
    if early <= late or not steps:
        return ()
    return (
        "the force propels first and brakes later: the way of walking may be the other way round, as on a treadmill",
    )
