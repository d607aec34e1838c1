"""Force against body weight: whether the device, the unit and the person go together."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.errors import UnresolvedTrialError
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.parameters import DEFAULTS, Parameters
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach
from footload.tasks.stance import SHORTEST_STANDING_S
from footload.tasks.weighing import Weighing, weigh
from footload.trials import Task, Trial
from footload.units import STANDARD_GRAVITY_M_PER_S2

CODE: Final = "body_weight"

WALKED_BW: Final = (0.6, 1.6)
"""Peak force of a step in walking, chosen wide: 90 % of 120 recorded barefoot steps lie from 1.13 to 1.37. [BW]"""

STOOD_BW: Final = (0.9, 1.1)
"""Force of somebody who stands still; chosen: good mats weigh to a few per cent. [BW]"""

SHORTEST_WALKED_S: Final = 0.4
"""Shorter contacts may be running, whose peaks have no bounds here; chosen. [s]"""


def body_weight_checks(examined: Examined) -> tuple[Check, ...]:
    """Compare the peak of each walking step, or the force of standing, with the weight of the person.

    Parameters
    ----------
    examined : Examined
        The participant's body mass may be missing: then nothing is checked, and it is said.

    Returns
    -------
    tuple of Check
        One. Ratios and shares are not touched by it: a wrong scale cancels there.
    """
    trial = examined.trial
    weight_n = trial.participant.body_mass_kg * STANDARD_GRAVITY_M_PER_S2
    if np.isnan(weight_n):
        return (_not_checked("body mass is not known, and no standing trial was named"),)
    if trial.pressures and not trial.pressure.calibrated:
        return (_not_checked("the device is not calibrated"),)
    if trial.task is Task.RUNNING:
        return (_not_checked("what running loads has no bounds here; walking and standing have"),)
    steps = _steps(examined)
    return (_walked(examined, steps, weight_n) if steps else _stood(examined, weight_n),)


def standing_mass_kg(trial: Trial, parameters: Parameters = DEFAULTS) -> float:
    """Weigh the person in a trial in which somebody stands still on a calibrated mat or on plates. [kg]

    The mean force of the quietest second over standard gravity.

    Parameters
    ----------
    trial : Trial
        With both feet on the device.
    parameters : Parameters
        Thresholds of the contacts.

    Returns
    -------
    float
        Body mass. [kg]

    Raises
    ------
    UnresolvedTrialError
        When nobody stands still in it, or the device is not calibrated.
    """
    if trial.pressures and not trial.pressure.calibrated:
        raise UnresolvedTrialError(f"Trial {trial.name!r} is not calibrated, so nobody can be weighed in it.")
    contacts = tuple(chain.from_iterable(find_contacts(recording, parameters) for recording in trial.pressures))
    weighing = _weighing(trial, tuple(contact for contact in contacts if not contact.rejected))
    if weighing is None:
        raise UnresolvedTrialError(f"In trial {trial.name!r} nobody stands still for a second, so it gives no weight.")
    return weighing.weight_n / STANDARD_GRAVITY_M_PER_S2


def _steps(examined: Examined) -> list[tuple[int, FootContact]]:
    if examined.trial.task not in {Task.WALKING, Task.UNKNOWN}:
        return []
    lasting = [(k, contact, contact.n_frames * contact.frame_s) for k, contact in enumerate(examined.contacts)]
    return [(k, contact) for k, contact, length_s in lasting if SHORTEST_WALKED_S <= length_s < SHORTEST_STANDING_S]


def _walked(examined: Examined, steps: list[tuple[int, FootContact]], weight_n: float) -> Check:
    peaks = [(k, float(contact.force.max()) / weight_n) for k, contact in steps]
    low, high = WALKED_BW
    outside = [(k, peak) for k, peak in peaks if not low <= peak <= high]
    if not outside:
        lowest, highest = min(peak for _, peak in peaks), max(peak for _, peak in peaks)
        span = f"{lowest:.2f}" if len(peaks) == 1 else f"{lowest:.2f} to {highest:.2f}"
        told = f"the peak force is {span} body weights; walking loads {low} to {high}"
        return Check(CODE, Outcome.FINE, told)
    which = ", ".join(f"{peak:.2f} in contact {k + 1}" for k, peak in outside)
    told = (
        f"the peak force is {which} (in body weights), but walking loads {low} to {high}: "
        "the mass, the unit or the calibration is wrong, or a part of the foot is not on the device"
    )
    return Check(CODE, Outcome.NOTED, told, tuple(Reach(frozenset({Kind.LEVEL}), contact=k) for k, _ in outside))


def _stood(examined: Examined, weight_n: float) -> Check:
    weighing = _weighing(examined.trial, examined.contacts)
    if weighing is None:
        return _not_checked("there is neither a walking step nor a second of standing still")
    ratio, (low, high) = weighing.weight_n / weight_n, STOOD_BW
    if low <= ratio <= high:
        return Check(CODE, Outcome.FINE, f"standing is {ratio:.2f} body weights ({weighing.method})")
    if ratio < low and examined.trial.pressures and len({contact.side for contact in examined.contacts}) < 2:
        return _not_checked(f"one foot on the device carries {ratio:.2f} body weights, the other one is not seen")
    told = (
        f"standing is {ratio:.2f} body weights ({weighing.method}), not {low} to {high}: "
        "the mass, the unit or the calibration is wrong, or something else carries the person"
    )
    return Check(CODE, Outcome.NOTED, told, (Reach(frozenset({Kind.LEVEL})),))


def _weighing(trial: Trial, contacts: tuple[FootContact, ...]) -> Weighing | None:
    recordings = trial.pressures or trial.forces
    if not recordings or any(each.n_frames != recordings[0].n_frames for each in recordings):
        return None
    force = np.zeros(recordings[0].n_frames)
    for contact in contacts:
        force[contact.start : contact.stop] += contact.force
    if not trial.pressures:
        force = _vertical_n(trial)
    return weigh(recordings[0].time_s, force)


def _vertical_n(trial: Trial) -> FloatArray:
    return np.sum([plate.force_n[:, 2] for plate in trial.forces], axis=0)


def _not_checked(why: str) -> Check:
    return Check(CODE, Outcome.NOT_CHECKED, why)
