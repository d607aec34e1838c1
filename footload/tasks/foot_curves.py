"""One foot through a trial, whichever device saw it: its force, and its CoP in its own axes.

A mat sees the foot and gives both. A plate gives the force; where on the foot it acts is known only with the
foot's place (entered, from markers, or from a mat): without that there is no medial side and no medial shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.foot.contacts import standing_axis
from footload.parameters import DEFAULTS
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, Side
from footload.tasks.foot_places import FootPlaces, PlacedFoot, placed_on, side_on
from footload.tasks.weighing import weigh
from footload.trials import Trial

COP_LEAST_N = 50.0
"""In a landing the CoP counts from this force of the foot on."""

_WHOLE_PART = 0.8
"""A rest that shows less of the length of the landing print shows a heel or a forefoot: a whole foot is broader by a
cell or two all around in the impact, and may stand without its toes."""

_ALIKE_PART = 0.1
"""Prints of one foot whose lengths differ by more show different parts of it. Chosen, not measured."""

_NO_WIDTH = "the foot's width is not known"


class AxisNote(StrEnum):
    """Where the axis and the width of a foot in a landing come from, when not from its quiet stance."""

    LANDING_PRINT = (
        "axis and width are those of the print of the landing, because no quiet stance shows the whole foot; "
        "that print is broader than in standing, so the shift is told too small"
    )


@dataclass(frozen=True, slots=True, eq=False)
class FootCurve:
    """One foot through a trial.

    Parameters
    ----------
    side : Side
        Which foot.
    time_s : (t,) array
        The trial's times. [s]
    force_n : (t, 3) array
        Side to side, front to back, vertical; a mat knows the vertical only, the others are NaN. [N]
    cop_foot_mm : (t, 2) array
        CoP as (ap, ml) in the foot's axes; NaN where there is none or the foot's place is not known. [mm]
    length_mm, width_mm : float
        Of the foot; NaN when not known. [mm]
    reason : str
        Why there is no CoP on the foot; empty when there is one.
    notes : tuple of str
        What to know before it is used.
    plate : ForceRecording, optional
        The plate that this foot has to itself; None on a mat.
    placed : PlacedFoot, optional
        Where the foot stands on it; None on a mat.
    contacts : tuple of FootContact
        What a mat saw of it, in order of time.
    """

    side: Side
    time_s: FloatArray
    force_n: FloatArray
    cop_foot_mm: FloatArray
    length_mm: float
    width_mm: float
    reason: str = ""
    notes: tuple[str, ...] = ()
    plate: ForceRecording | None = None
    placed: PlacedFoot | None = None
    contacts: tuple[FootContact, ...] = ()


def curves_on_plates(trial: Trial, places: FootPlaces | None = None) -> tuple[tuple[FootCurve, ...], tuple[str, ...]]:
    """Give every foot that has a plate to itself.

    The foot on a plate is the one that the recording names, else the one whose entered place, print or markers lie on
    it, else, with one plate that is loaded, the tested side of a trial on one leg.

    Parameters
    ----------
    trial : Trial
        With force recordings.
    places : FootPlaces, optional
        What shows the feet; the trial's own placements and markers by default.

    Returns
    -------
    curves : tuple of FootCurve
        Left before right, at most one each.
    notes : tuple of str
        Which plates have no known foot, and why.
    """
    places = FootPlaces.of(trial, DEFAULTS) if places is None else places
    found: dict[Side, FootCurve] = {}
    notes: list[str] = []
    still_s = _still_s(trial) if places.contacts else None
    for number, recording in enumerate(trial.forces, 1):
        side, reason = side_on(recording, places)
        if side is None and len(trial.forces) == 1:
            side = trial.side
        if side is None:
            unknown = f"Which foot stands on plate {number} is not known, so it has no values of one foot."
            notes.append(f"{unknown} {reason}".rstrip())
        elif side in found:
            notes.append(f"The {side} foot is said to be on two plates; plate {number} is left out for one foot.")
        else:
            found[side] = _on_plate(recording, side, placed_on(recording, side, places, still_s))
    return tuple(found[side] for side in Side if side in found), tuple(notes)


def curves_on_mat(contacts: Sequence[FootContact], time_s: FloatArray) -> tuple[FootCurve, ...]:
    """Give every foot that a mat saw; several contacts of one foot follow each other.

    Parameters
    ----------
    contacts : sequence of FootContact
        Feet with side and axis, in one calibrated recording.
    time_s : (t,) array
        Times of that recording. [s]

    Returns
    -------
    tuple of FootCurve
        Left before right, at most one each. The axis is that of the longest contact, frozen.
    """
    curves: list[FootCurve] = []
    for side in Side:
        mine = [contact for contact in contacts if contact.side is side and contact.axis is not None]
        if not mine:
            continue
        axis = max(mine, key=lambda contact: contact.n_frames).needed_axis
        force = np.full((len(time_s), 3), np.nan)
        force[:, 2] = 0.0
        for contact in mine:
            force[contact.start : contact.stop, 2] += contact.force
        reason = "" if axis.width_mm > 0 else _NO_WIDTH
        curves.append(
            FootCurve(
                side,
                time_s,
                frozen(force),
                _cop_along(axis, mine, force[:, 2]),
                axis.length_mm,
                axis.width_mm,
                reason,
                mine[0].flags,
                contacts=tuple(mine),
            )
        )
    return tuple(curves)


def at_rest(curve: FootCurve, frames: tuple[int, int] | None) -> FootCurve:
    """Give a foot on a mat the axis and the width of its print in quiet stance, frozen.

    Under the force of an impact the cells at the rim of a foot rise above the contact threshold too, so that the print
    of a landing is up to a cell broader on each side than that of standing. Where the foot left the mat in between, the
    axis goes with it: it lies to the other print as it lies to that of its own contact.

    Parameters
    ----------
    curve : FootCurve
        A foot; one on a plate stays as it is, because its size was measured otherwise.
    frames : (start, stop), optional
        Frames of quiet stance, half open; None when there was none.

    Returns
    -------
    FootCurve
        With `AxisNote.LANDING_PRINT` and its own axis where these frames show no whole foot.
    """
    if not curve.contacts:
        return curve
    seen = _seen_at_rest(curve.contacts, frames) if frames else None
    longest = max(curve.contacts, key=lambda contact: contact.n_frames)
    stood, axis = seen or (longest, longest.needed_axis)
    cop = np.full((len(curve.time_s), 2), np.nan)
    for contact in curve.contacts:
        if of_one_size(contact, stood):
            placed = axis if contact is stood else _carried(axis, stood.needed_axis, contact.needed_axis)
            part = slice(contact.start, contact.stop)
            cop[part] = _cop_along(placed, [contact], curve.force_n[:, 2])[part]
    if seen is None:
        return replace(curve, cop_foot_mm=frozen(cop), notes=(*curve.notes, AxisNote.LANDING_PRINT))
    return replace(curve, cop_foot_mm=frozen(cop), length_mm=axis.length_mm, width_mm=axis.width_mm, reason="")


def of_one_size(one: FootContact, other: FootContact) -> bool:
    """Whether the prints of two contacts of a foot are so alike in length that one can be laid on the other.

    Parameters
    ----------
    one, other : FootContact
        With axes.

    Returns
    -------
    bool
        False where one of them lacks a heel or toes.
    """
    first, second = one.needed_axis.length_mm, other.needed_axis.length_mm
    return abs(first - second) <= _ALIKE_PART * max(first, second)


def _seen_at_rest(contacts: Sequence[FootContact], frames: tuple[int, int]) -> tuple[FootContact, FootAxis] | None:
    for contact in contacts:
        if contact.start <= frames[0] and frames[1] <= contact.stop:
            axis, landed = standing_axis(contact, frames), contact.needed_axis
            whole = axis and axis.width_mm > 0 and axis.length_mm >= _WHOLE_PART * landed.length_mm
            return (contact, axis) if axis and whole else None
    return None


def _carried(axis: FootAxis, source: FootAxis, target: FootAxis) -> FootAxis:
    """An axis that lies to the target as it lies to the source: the same foot, put down elsewhere."""
    heel, forefoot = (
        target.to_plate(*source.to_foot(np.array(x), np.array(y))) for x, y in (axis.heel_mm, axis.forefoot_mm)
    )
    (heel_x, heel_y), (forefoot_x, forefoot_y) = heel, forefoot
    return replace(axis, heel_mm=(float(heel_x), float(heel_y)), forefoot_mm=(float(forefoot_x), float(forefoot_y)))


def _cop_along(axis: FootAxis, contacts: Sequence[FootContact], vertical: FloatArray) -> FloatArray:
    """(t, 2) CoP of one foot's contacts in one axis, NaN where the foot bears nothing. [mm]"""
    cop = np.full((len(vertical), 2), np.nan)
    for contact in contacts:
        frames = slice(contact.start, contact.stop)
        cop[frames] = np.column_stack(axis.to_foot(contact.cop_mm[:, 0], contact.cop_mm[:, 1]))
    cop[~(vertical > 0)] = np.nan
    return frozen(cop)


def _still_s(trial: Trial) -> tuple[float, float] | None:
    """When the person stands still on the plates, in seconds."""
    first = trial.forces[0]
    if first.n_frames < 2 or any(force.n_frames != first.n_frames for force in trial.forces):
        return None
    found = weigh(first.time_s, np.sum([force.force_n[:, 2] for force in trial.forces], axis=0))
    return None if found is None else (float(first.time_s[found.start]), float(first.time_s[found.stop - 1]))


def _on_plate(recording: ForceRecording, side: Side, placed: PlacedFoot) -> FootCurve:
    first = placed.axes[0][2] if placed.axes else None
    cop = placed.along(center_of_pressure_mm(recording)) if placed.axes else np.full((recording.n_frames, 2), np.nan)
    return FootCurve(
        side,
        recording.time_s,
        recording.force_n,
        frozen(cop),
        first.length_mm if first else float("nan"),
        first.width_mm if first else float("nan"),
        placed.reason,
        (f"place of the foot: {placed.source}",) if placed.source else (),
        recording,
        placed,
    )
