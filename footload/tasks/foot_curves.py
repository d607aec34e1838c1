"""One foot through a trial, whichever device saw it: its force, and its CoP in its own axes.

A mat sees the foot and gives both. A plate gives the force; where on the foot it acts is known only with the
foot's place (entered, from markers, or from a mat): without that there is no medial side and no medial shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.foot.axis import FootAxis
from footload.foot.contact import FootContact
from footload.plates.geometry import PlateAxes, inside
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, Side
from footload.trials import Trial

COP_LEAST_N = 50.0
"""In a landing the CoP counts from this force of the foot on."""


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


def curves_on_plates(trial: Trial) -> tuple[tuple[FootCurve, ...], tuple[str, ...]]:
    """Give every foot that has a plate to itself.

    The foot on a plate is the one that the recording names, else the one whose entered place lies on it, else, with one
    plate that is loaded, the tested side of a trial on one leg.

    Parameters
    ----------
    trial : Trial
        With force recordings.

    Returns
    -------
    curves : tuple of FootCurve
        Left before right, at most one each.
    notes : tuple of str
        Which plates have no known foot, and why.
    """
    found: dict[Side, FootCurve] = {}
    notes: list[str] = []
    for number, recording in enumerate(trial.forces, 1):
        side = _side_on(recording, trial)
        if side is None:
            notes.append(f"Which foot stands on plate {number} is not known, so it has no values of one foot.")
        elif side in found:
            notes.append(f"The {side} foot is said to be on two plates; plate {number} is left out for one foot.")
        else:
            found[side] = replace(_on_plate(recording, side, trial), plate=recording)
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
        force, cop = np.full((len(time_s), 3), np.nan), np.full((len(time_s), 2), np.nan)
        force[:, 2] = 0.0
        for contact in mine:
            frames = slice(contact.start, contact.stop)
            force[frames, 2] += contact.force
            cop[frames] = np.column_stack(axis.to_foot(contact.cop_mm[:, 0], contact.cop_mm[:, 1]))
        cop[~(force[:, 2] > 0)] = np.nan
        reason = "" if axis.width_mm > 0 else "the foot's width is not known"
        curves.append(
            FootCurve(side, time_s, frozen(force), frozen(cop), axis.length_mm, axis.width_mm, reason, mine[0].flags)
        )
    return tuple(curves)


def _side_on(recording: ForceRecording, trial: Trial) -> Side | None:
    if recording.side is not None:
        return recording.side
    if np.isfinite(recording.plate.corners_mm).all():
        height = float(PlateAxes.of(recording.plate).center_mm[2])
        for placement in trial.foot_placements:
            middle = np.array([*np.mean([placement.heel_mm, placement.forefoot_mm], axis=0), height])
            if float(inside(recording.plate, middle)) > 0:
                return placement.side
    return trial.side if len(trial.forces) == 1 else None


def _on_plate(recording: ForceRecording, side: Side, trial: Trial) -> FootCurve:
    placement = next((placed for placed in trial.foot_placements if placed.side is side), None)
    if placement is None:
        return FootCurve(
            side,
            recording.time_s,
            recording.force_n,
            frozen(np.full((recording.n_frames, 2), np.nan)),
            float("nan"),
            float("nan"),
            f"where the {side} foot stands on its plate is not known; enter heel, second toe, length and width, or "
            "give markers or a mat",
        )
    if not np.isfinite(recording.plate.corners_mm).all():
        reason = "where the plate lies is not known, so the foot cannot be placed on it"
    else:
        reason = ""
    axis = FootAxis.of_placement(placement)
    cop = center_of_pressure_mm(recording)
    along = np.column_stack(axis.to_foot(cop[:, 0], cop[:, 1]))
    if reason:
        along = np.full_like(along, np.nan)
    return FootCurve(
        side,
        recording.time_s,
        recording.force_n,
        frozen(along),
        axis.length_mm,
        axis.width_mm,
        reason,
        (f"place of the foot: {placement.source or 'entered'}",),
    )
