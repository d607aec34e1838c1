"""What is known about a trial beside its repetitions, from plates or from a mat, for those that do not count."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray
from footload.foot.contact import FootContact
from footload.foot.load import total_force
from footload.parameters import Parameters
from footload.plates.geometry import PlateAxes, inside
from footload.recordings import PlateGeometry, PressureRecording, Side
from footload.tasks.bad_repetitions import Watched, beside_plate
from footload.tasks.foot_curves import FootCurve
from footload.tasks.foot_places import FootPlaces
from footload.tasks.foot_watch import FootWatch, MarkerWatch, PrintWatch
from footload.trials import Task, Trial
from footload.units import STANDARD_GRAVITY_M_PER_S2

_LANDINGS = frozenset({Task.DROP_LANDING, Task.DROP_VERTICAL_JUMP})


def watched_on_plates(trial: Trial, curves: Sequence[FootCurve], places: FootPlaces, parameters: Parameters) -> Watched:
    """Gather what plates, markers and a mat on the plates know.

    Parameters
    ----------
    trial : Trial
        With force recordings on one time base.
    curves : sequence of FootCurve
        Feet that are known on their own.
    places : FootPlaces
        What shows the feet.
    parameters : Parameters
        Whether repetitions that do not count are kept.

    Returns
    -------
    Watched
        For `judged_squats` and `judged_landings`.
    """
    time_s = trial.forces[0].time_s
    vertical = [force.force_n[:, 2] for force in trial.forces]
    feet: list[FootWatch] = [MarkerWatch(track) for track in places.tracks]
    feet += _prints(places.contacts)
    beside = [
        beside_plate(curve.side, axis, lambda at, plate=curve.plate.plate: _depth(plate, at))
        for curve in curves
        if curve.plate is not None and curve.placed is not None
        for _, _, axis in curve.placed.axes[:1]
    ]
    own = {curve.side: curve.force_n[:, 2] for curve in curves}
    return Watched(
        time_s,
        np.sum(vertical, axis=0),
        MappingProxyType(own),
        _of_others(vertical, own, trial.side) if len(vertical) > 1 and on_one_leg(trial) else None,
        tuple(feet),
        tuple(line for line in beside if line),
        trial.participant.body_mass_kg * STANDARD_GRAVITY_M_PER_S2,
        keep=parameters.keep_rejected,
        whole=trial.task is not Task.STEP_DOWN,
    )


def watched_on_mat(
    trial: Trial, recording: PressureRecording, everything: Sequence[FootContact], parameters: Parameters
) -> Watched:
    """Gather what a mat knows.

    Parameters
    ----------
    trial : Trial
        What was done, and by which foot.
    recording : PressureRecording
        The mat.
    everything : sequence of FootContact
        All that stood on it, also what shows no foot.
    parameters : Parameters
        Whether repetitions that do not count are kept.

    Returns
    -------
    Watched
        For `judged_squats` and `judged_landings`.
    """
    mine = [contact for contact in everything if contact.recording is recording]
    feet = [contact for contact in mine if contact.side is not None and contact.axis is not None]
    own = {side: _added(recording, [c for c in feet if c.side is side]) for side in {c.side for c in feet} if side}
    others = None
    if on_one_leg(trial) and feet:
        stance = trial.side if trial.side in own else max(own, key=lambda side: float(own[side].sum()))
        main = max((foot for foot in feet if foot.side is stance), key=lambda foot: foot.n_frames)
        others = _added(recording, [contact for contact in mine if contact is not main and _beside(contact, main)])
    return Watched(
        recording.time_s,
        total_force(recording),
        MappingProxyType({side: own[side] for side in Side if side in own}),
        others,
        tuple(_prints(feet)),
        (),
        trial.participant.body_mass_kg * STANDARD_GRAVITY_M_PER_S2 if recording.calibrated else float("nan"),
        keep=parameters.keep_rejected,
        whole=trial.task is not Task.STEP_DOWN,
    )


def on_one_leg(trial: Trial) -> bool:
    """Whether a movement is done on one leg: a single-leg squat, or a landing of a tested side.

    Parameters
    ----------
    trial : Trial
        A step-down is none: the other heel taps on purpose.

    Returns
    -------
    bool
        False for movements on both.
    """
    return trial.task is Task.SINGLE_LEG_SQUAT or (trial.task in _LANDINGS and trial.side is not None)


def _prints(contacts: Sequence[FootContact]) -> list[FootWatch]:
    found: list[FootWatch] = []
    for side in Side:
        mine = sorted((c for c in contacts if c.side is side and c.axis is not None), key=lambda c: c.start)
        if mine:
            found.append(PrintWatch(side, tuple(mine)))
    return found


def _depth(plate: PlateGeometry, at_mm: FloatArray) -> FloatArray:
    """How far places lie inside a plate; without corners everything does. [mm]"""
    if not np.isfinite(plate.corners_mm).all():
        return np.full(len(at_mm), np.inf)
    height = float(PlateAxes.of(plate).center_mm[2])
    return inside(plate, np.column_stack([at_mm, np.full(len(at_mm), height)]))


def _of_others(vertical: Sequence[FloatArray], own: dict[Side, FloatArray], side: Side | None) -> FloatArray:
    """Force of everything but the stance foot: the tested one, else the plate that carries most."""
    total = np.sum(vertical, axis=0)
    if side is not None and side in own:
        return total - own[side]
    return total - max(vertical, key=lambda force: float(np.nansum(force)))


def _beside(contact: FootContact, main: FootContact) -> bool:
    """Whether something is another foot than the stance foot: of the other side, or there at the same time."""
    return contact.side is not main.side or (contact.start < main.stop and main.start < contact.stop)


def _added(recording: PressureRecording, contacts: Sequence[FootContact]) -> FloatArray:
    force = np.zeros(recording.n_frames)
    for contact in contacts:
        force[contact.start : contact.stop] += contact.force
    return force
