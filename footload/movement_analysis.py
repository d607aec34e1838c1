"""Jumps, landings, squats and stance from force, whichever device measured it: from a trial to findings.

Plates are added up to the force of the whole body; a foot has values of its own where a plate is known to carry that
foot only, or where a mat saw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import footload
from footload.arrays import FloatArray
from footload.errors import UnresolvedTrialError
from footload.evaluation import Place, evaluated, evaluated_all
from footload.findings import Finding, Provenance
from footload.foot.contact import WHOLE, FootContact
from footload.foot.load import total_force
from footload.metrics.registry import Scope, metrics
from footload.parameters import Parameters
from footload.plates.combining import combined
from footload.plates.filtering import filtered
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, Side
from footload.steps_on_plates import MovementFindings, find_steps_on_plates, walks
from footload.tasks.bad_repetitions import Watched, judged_landings, judging
from footload.tasks.comparison import SideComparison
from footload.tasks.foot_curves import FootCurve, curves_on_mat, curves_on_plates
from footload.tasks.foot_places import FootPlaces
from footload.tasks.jump import find_jumps
from footload.tasks.knees import KneesSeen, KneeStretch, knees_in, landing_stretch, squat_stretches
from footload.tasks.landing import DEFAULT_LANDING_RULES, Landing, find_landings
from footload.tasks.landing_feet import LandingFeet, LandingFoot, feet_in, shifts_of_landings
from footload.tasks.limbs import depth_only, limbs_in, squats_on_plates
from footload.tasks.repetition import Repetition
from footload.tasks.squat import find_squats
from footload.tasks.stance_path import sway_of
from footload.tasks.step_down import find_step_downs
from footload.tasks.sway import Sway
from footload.tasks.watching import on_one_leg, watched_on_mat, watched_on_plates
from footload.trials import Task, Trial

JUMPS = frozenset({Task.COUNTERMOVEMENT_JUMP, Task.SQUAT_JUMP})
LANDINGS = frozenset({Task.DROP_LANDING, Task.DROP_VERTICAL_JUMP})
SQUATS = frozenset({Task.SQUAT, Task.SINGLE_LEG_SQUAT, Task.STEP_DOWN})
SWAY_CUTOFF_HZ = 10.0
"""Low-pass of force and moment before the CoP of a stance, as reviews of its reliability advise. [Hz]"""

_STEPS = frozenset({Task.WALKING, Task.RUNNING})


@dataclass(frozen=True, slots=True, eq=False)
class _Body:
    """The force of the whole body, and each foot that is known on its own."""

    trial: Trial
    parameters: Parameters
    time_s: FloatArray
    force_n: FloatArray
    curves: tuple[FootCurve, ...]
    provenance: Provenance
    watched: Watched

    @property
    def side_force_n(self) -> dict[Side, FloatArray]:
        """Of the feet that land; on one leg, of the tested one only."""
        one = self.trial.side if on_one_leg(self.trial) else None
        return {curve.side: curve.force_n[:, 2] for curve in self.curves if one in {None, curve.side}}


def analyze_plates(trial: Trial, parameters: Parameters, contacts: Sequence[FootContact] = ()) -> MovementFindings:
    """Find what a trial on force plates holds: by its task, or all that can be told from the force.

    Parameters
    ----------
    trial : Trial
        With force recordings on one time base.
    parameters : Parameters
        Goes into the provenance; the rules of each movement are those of its module.
    contacts : sequence of FootContact
        The feet that a mat on the plates saw, where there is one.

    Returns
    -------
    MovementFindings
        Without findings, and with the reason, when nothing is found.

    Raises
    ------
    UnresolvedTrialError
        When there are no plates, or they are not on one time base.
    """
    if not trial.forces:
        raise UnresolvedTrialError(f"Trial {trial.name!r} has no force plate; it holds {trial.contents}.")
    first = trial.forces[0]
    how = ""
    if trial.task is Task.QUIET_STANCE:
        trial, how = _for_sway(trial)
        first = trial.forces[0]
    if any(force.n_frames != first.n_frames or (force.time_s != first.time_s).any() for force in trial.forces):
        raise UnresolvedTrialError(
            f"The plates of trial {trial.name!r} are not on one time base; resample them before."
        )
    places = FootPlaces.of(trial, parameters, contacts)
    curves, notes = curves_on_plates(trial, places)
    total = np.sum([force.force_n for force in trial.forces], axis=0)
    history = tuple(line for force in trial.forces for line in force.history)
    provenance = _provenance(trial, first.source, history, parameters)
    watched = watched_on_plates(trial, curves, places, parameters)
    body = _Body(trial, parameters, first.time_s, total, curves, provenance, watched)
    found = [_jumps_and_landings(body)] if trial.task not in SQUATS | _STEPS else []
    if trial.task in SQUATS:
        found.append(_squats(body))
    if trial.task is Task.QUIET_STANCE or (trial.task is Task.UNKNOWN and not found[0].repetitions):
        found.append(_stance(body, how))
    if trial.task in _STEPS or (trial.task is Task.UNKNOWN and walks(trial)):
        found, notes = [find_steps_on_plates(trial, contacts, parameters, provenance)], ()
    squats = next((part for part in found if part.shifts or part.depth_mm is not None), None)
    return MovementFindings(
        tuple(repetition for part in found for repetition in part.repetitions),
        tuple(finding for part in found for finding in part.findings),
        (*trial.notes.values(), *notes, *(note for part in found for note in part.notes)),
        squats.shifts if squats else {},
        squats.depth_mm if squats else None,
    )


def plates_know_feet(trial: Trial, parameters: Parameters, contacts: Sequence[FootContact]) -> bool:
    """Whether the plates of a trial with a mat know where every foot stands, and so need the mat no more.

    Parameters
    ----------
    trial : Trial
        With plates and a mat.
    parameters : Parameters
        With the place of the mat, where somebody said it.
    contacts : sequence of FootContact
        The feet that the mat saw.

    Returns
    -------
    bool
        True for steps too, which plates tell without.
    """
    if trial.task in _STEPS:
        return True
    curves, _ = curves_on_plates(trial, FootPlaces.of(trial, parameters, contacts))
    return bool(curves) and not any(curve.reason for curve in curves)


def analyze_landing_on_mat(
    trial: Trial,
    contacts: Sequence[FootContact],
    parameters: Parameters,
    everything: Sequence[FootContact] | None = None,
) -> MovementFindings | None:
    """Find the jumps and landings on a calibrated mat.

    Parameters
    ----------
    trial : Trial
        With a calibrated pressure recording.
    contacts : sequence of FootContact
        The feet that were found in it.
    parameters : Parameters
        Goes into the provenance.
    everything : sequence of FootContact, optional
        Also what shows no foot, such as a hand; the feet alone by default.

    Returns
    -------
    MovementFindings, optional
        A mat measures no horizontal force: what needs it has a reason instead of a value. None when the task is neither
        a jump nor a landing, or the mat is not calibrated.
    """
    recording = trial.pressure
    if trial.task not in JUMPS | LANDINGS or not recording.calibrated:
        return None
    total = np.column_stack([np.full((recording.n_frames, 2), np.nan), total_force(recording)])
    provenance = _provenance(trial, recording.source, recording.history, parameters)
    own = [contact for contact in contacts if contact.recording is recording]
    curves = curves_on_mat(own, recording.time_s)
    watched = watched_on_mat(trial, recording, contacts if everything is None else everything, parameters)
    return _jumps_and_landings(_Body(trial, parameters, recording.time_s, total, curves, provenance, watched))


def _jumps_and_landings(body: _Body) -> MovementFindings:
    task = body.trial.task
    repetitions: list[Repetition] = []
    findings: list[Finding] = []
    notes: list[str] = []
    stretches: list[KneeStretch] = []
    landed_feet: list[LandingFoot] = []
    if task in JUMPS or task is Task.UNKNOWN:
        search = find_jumps(body.time_s, body.force_n[:, 2])
        notes += search.notes if task in JUMPS else ()
        for jump in search.jumps:
            repetitions.append(jump.repetition)
            method = f"body weight: {jump.weighing.method}; onset: {jump.rules.onset.name}"
            place = Place(repetition=jump.number, notes=(*jump.notes, method))
            findings += evaluated_all(Scope.JUMP, jump, place, body.provenance)
    if task in JUMPS | LANDINGS or task is Task.UNKNOWN:
        rules = replace(DEFAULT_LANDING_RULES, comparison=SideComparison.of(body.parameters))
        landed = judged_landings(find_landings(body.time_s, body.force_n, body.side_force_n, rules), body.watched)
        notes += landed.notes if task in LANDINGS else ()
        for landing in landed.landings:
            if task is Task.UNKNOWN and landing.weighing is None:
                continue  # without body weight a step onto a plate cannot be told from a landing
            if task in LANDINGS or not repetitions:
                repetitions.append(landing.repetition)
            if landing.rejected:
                notes.append(f"Landing {landing.number + 1} does not count: {landing.rejected}.")
            else:
                feet = feet_in(landing, body.curves)
                landed_feet += feet
                findings += _of_landing(landing, feet, body)
                stretches.append(landing_stretch(landing, feet))
    knees = knees_in(body.trial, stretches, body.curves, body.parameters)
    said = (*notes, *knees.notes)
    shifts = shifts_of_landings(body.time_s, landed_feet) if task in LANDINGS else {}
    return MovementFindings(tuple(repetitions), (*findings, *_of_knees(knees, body)), said, shifts)


def _of_landing(landing: Landing, feet: tuple[LandingFoot, ...], body: _Body) -> list[Finding]:
    window = f"judged on {landing.rules.window_s:g} s after touchdown, unfiltered"
    place = Place(repetition=landing.number, notes=(window,))
    found = evaluated_all(Scope.LANDING, landing, place, body.provenance, comparison=landing.rules.comparison)
    for foot in feet:
        on_foot = Place(foot.side, WHOLE, repetition=landing.number, notes=foot.notes)
        found += evaluated_all(Scope.LANDING_FOOT, foot, on_foot, body.provenance)
    beside = LandingFeet(feet)
    both = Place(repetition=landing.number, notes=beside.notes)
    return found + evaluated_all(Scope.LANDING_FEET, beside, both, body.provenance)


def _of_knees(knees: KneesSeen, body: _Body) -> list[Finding]:
    found: list[Finding] = []
    for number, course in knees.courses:
        place = Place(course.side, WHOLE, repetition=number, notes=knees.quality)
        found += evaluated_all(Scope.KNEE, course, place, body.provenance)
    return found


def _squats(body: _Body) -> MovementFindings:
    trial, comparison = body.trial, SideComparison.of(body.parameters)
    movement, search = squats_on_plates(
        body.time_s,
        body.force_n[:, 2],
        body.curves,
        plates=trial.forces,
        find=judging(find_step_downs if trial.task is Task.STEP_DOWN else find_squats, body.watched),
    )
    findings: list[Finding] = []
    for foot in movement.feet:
        place = Place(foot.side, WHOLE, repetition=foot.repetition.number, notes=foot.notes)
        findings += evaluated_all(Scope.REPETITION, foot, place, body.provenance, which=True)
    for whole in depth_only(search, body.time_s):
        place = Place(repetition=whole.repetition.number)
        findings += evaluated_all(Scope.REPETITION, whole, place, body.provenance, which=False)
    for limb in limbs_in(search, body.time_s, body.curves, body.force_n[:, 2], comparison):
        place = Place(limb.side, WHOLE if limb.side else "", repetition=limb.repetition.number)
        which = limb.side is not None
        findings += evaluated_all(Scope.LIMB, limb, place, body.provenance, which=which, comparison=comparison)
    knees = knees_in(trial, squat_stretches(search, body.time_s, movement), body.curves, body.parameters)
    findings += _of_knees(knees, body)
    for metric in metrics(Scope.TRIAL).values():
        parts: list[tuple[Side | None, Any]] = [(None, movement)]
        if metric.per_side:
            parts = [(side, movement.of(side)) for side in movement.sides]
        for side, part in parts:
            place = Place(side, WHOLE if side else "")
            findings.append(evaluated(metric, part, place, calibrated=True, provenance=body.provenance))
    said = (*movement.notes, *knees.notes)
    return MovementFindings(movement.repetitions, tuple(findings), said, movement.shifts, movement.depth_mm)


def _stance(body: _Body, how: str) -> MovementFindings:
    findings: list[Finding] = []
    notes: list[str] = []
    whole = _one_plate(body.trial.forces)
    places: list[tuple[Side | None, FloatArray, str]] = []
    if whole is not None:
        cop = center_of_pressure_mm(whole)
        places.append((None, cop[:, [1, 0]], "forward is the lab's +y, side to side its x"))
    else:
        notes.append("Where the plates lie is not known, so they have no CoP together.")
    places += [(c.side, c.cop_foot_mm, "along and across this foot") for c in body.curves if not c.reason]
    for side, path_mm, axes in places:
        sway, why = sway_of(body.time_s, path_mm, body.force_n[:, 2], side)
        if sway is None:
            notes.append(f"No sway {'of both feet' if side is None else f'of the {side} foot'}: {why}.")
            continue
        place = Place(side, WHOLE if side else "", notes=(axes, how or "not filtered", *sway.notes, *sway.advice))
        findings += evaluated_all(Scope.SWAY, sway, place, body.provenance)
    return MovementFindings((), tuple(findings), tuple(notes))


def sway_on_plates(trial: Trial) -> Sway | None:
    """The way of the CoP of all plates together that the sway metrics of a trial are computed on.

    Parameters
    ----------
    trial : Trial
        Of quiet stance, with force recordings on one time base.

    Returns
    -------
    Sway or None
        None where the plates have no CoP together, or nobody stands long enough.
    """
    whole = _one_plate(_for_sway(trial)[0].forces)
    if whole is None:
        return None
    return sway_of(whole.time_s, center_of_pressure_mm(whole)[:, [1, 0]], whole.force_n[:, 2])[0]


def _for_sway(trial: Trial) -> tuple[Trial, str]:
    """The trial with its plates filtered as is advised for a stance, where that can be done, and what was done."""
    try:
        smooth = {id(force): filtered(force, SWAY_CUTOFF_HZ) for force in trial.forces}
    except ValueError as error:
        return trial, f"not filtered: {error}"
    ready = tuple(smooth.get(id(recording), recording) for recording in trial.recordings)
    return trial.changed(recordings=ready), smooth[id(trial.forces[0])].history[-1]


def _one_plate(forces: Sequence[ForceRecording]) -> ForceRecording | None:
    if len(forces) == 1:
        return forces[0]
    try:
        return combined(forces)
    except ValueError:
        return None


def _provenance(trial: Trial, source: str, history: tuple[str, ...], parameters: Parameters) -> Provenance:
    return Provenance(
        trial.name, source, trial.source_sha256, footload.__version__, "", parameters.to_record(), history
    )
