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
from footload.evaluation import Place, evaluated
from footload.findings import Finding, Provenance
from footload.foot.contact import WHOLE, FootContact
from footload.foot.load import total_force
from footload.markers.feet import foot_tracks
from footload.markers.labels import find_labels
from footload.metrics.registry import Scope, metrics
from footload.parameters import Parameters
from footload.plates.combining import combined
from footload.plates.filtering import filtered
from footload.plates.pressure_center import center_of_pressure_mm
from footload.recordings import ForceRecording, Side
from footload.tasks.comparison import SideComparison
from footload.tasks.foot_curves import FootCurve, curves_on_mat, curves_on_plates
from footload.tasks.foot_places import FootPlaces
from footload.tasks.gait_plates import SeenFeet, find_steps, way_of
from footload.tasks.jump import find_jumps
from footload.tasks.knees import KneesSeen, KneeStretch, knees_in, landing_stretch, squat_stretches
from footload.tasks.landing import DEFAULT_LANDING_RULES, Landing, find_landings
from footload.tasks.landing_feet import LandingFoot, feet_in
from footload.tasks.limbs import depth_only, limbs_in, squats_on_plates
from footload.tasks.mat_place import MatPlace
from footload.tasks.repetition import Repetition
from footload.tasks.squat import find_squats
from footload.tasks.stance_path import sway_of
from footload.tasks.step_down import find_step_downs
from footload.trials import Task, Trial

JUMPS = frozenset({Task.COUNTERMOVEMENT_JUMP, Task.SQUAT_JUMP})
LANDINGS = frozenset({Task.DROP_LANDING, Task.DROP_VERTICAL_JUMP})
SQUATS = frozenset({Task.SQUAT, Task.SINGLE_LEG_SQUAT, Task.STEP_DOWN})
SWAY_CUTOFF_HZ = 10.0
"""Low-pass of force and moment before the CoP of a stance, as reviews of its reliability advise. [Hz]"""

COMPARED = "bishop_asymmetry"
"""What a metric cites that compares the two sides by a formula of asymmetry."""

_STEPS = frozenset({Task.WALKING, Task.RUNNING})

_WALKED_MM = 1000.0
"""Feet that get further than this in a trial of unknown task walk or run. Chosen, not measured."""


@dataclass(frozen=True, slots=True, eq=False)
class MovementFindings:
    """What was found in one trial.

    Parameters
    ----------
    repetitions : tuple of Repetition
        Jumps, landings or squats, in order of time; rejected ones carry their reason.
    findings : tuple of Finding
        Of those that count.
    notes : tuple of str
        What to know before any of it is used.
    """

    repetitions: tuple[Repetition, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Body:
    """The force of the whole body, and each foot that is known on its own."""

    trial: Trial
    parameters: Parameters
    time_s: FloatArray
    force_n: FloatArray
    curves: tuple[FootCurve, ...]
    provenance: Provenance

    @property
    def side_force_n(self) -> dict[Side, FloatArray]:
        return {curve.side: curve.force_n[:, 2] for curve in self.curves}


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
    curves, notes = curves_on_plates(trial, FootPlaces.of(trial, parameters, contacts))
    total = np.sum([force.force_n for force in trial.forces], axis=0)
    history = tuple(line for force in trial.forces for line in force.history)
    provenance = _provenance(trial, first.source, history, parameters)
    body = _Body(trial, parameters, first.time_s, total, curves, provenance)
    found = [_jumps_and_landings(body)] if trial.task not in SQUATS | _STEPS else []
    if trial.task in SQUATS:
        found.append(_squats(body))
    if trial.task is Task.QUIET_STANCE or (trial.task is Task.UNKNOWN and not found[0].repetitions):
        found.append(_stance(body, how))
    if trial.task in _STEPS or (trial.task is Task.UNKNOWN and walks(trial)):
        found, notes = [_steps(body, contacts)], ()
    return MovementFindings(
        tuple(repetition for part in found for repetition in part.repetitions),
        tuple(finding for part in found for finding in part.findings),
        (*trial.notes.values(), *notes, *(note for part in found for note in part.notes)),
    )


def analyze_landing_on_mat(
    trial: Trial, contacts: Sequence[FootContact], parameters: Parameters
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
    return _jumps_and_landings(_Body(trial, parameters, recording.time_s, total, curves, provenance))


def _jumps_and_landings(body: _Body) -> MovementFindings:
    task = body.trial.task
    repetitions: list[Repetition] = []
    findings: list[Finding] = []
    notes: list[str] = []
    stretches: list[KneeStretch] = []
    if task in JUMPS or task is Task.UNKNOWN:
        search = find_jumps(body.time_s, body.force_n[:, 2])
        notes += search.notes if task in JUMPS else ()
        for jump in search.jumps:
            repetitions.append(jump.repetition)
            method = f"body weight: {jump.weighing.method}; onset: {jump.rules.onset.name}"
            place = Place(repetition=jump.number, notes=(*jump.notes, method))
            findings += _all_of(Scope.JUMP, jump, place, body.provenance)
    if task in JUMPS | LANDINGS or task is Task.UNKNOWN:
        rules = replace(DEFAULT_LANDING_RULES, comparison=SideComparison.of(body.parameters))
        landed = find_landings(body.time_s, body.force_n, body.side_force_n, rules)
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
                findings += _of_landing(landing, feet, body)
                stretches.append(landing_stretch(landing, feet))
    knees = knees_in(body.trial, stretches, body.curves, body.parameters)
    return MovementFindings(tuple(repetitions), (*findings, *_of_knees(knees, body)), (*notes, *knees.notes))


def _of_landing(landing: Landing, feet: Sequence[LandingFoot], body: _Body) -> list[Finding]:
    window = f"judged on {landing.rules.window_s:g} s after touchdown, unfiltered"
    place = Place(repetition=landing.number, notes=(window,))
    found = _all_of(Scope.LANDING, landing, place, body.provenance, comparison=landing.rules.comparison)
    for foot in feet:
        on_foot = Place(foot.side, WHOLE, repetition=landing.number, notes=foot.notes)
        found += _all_of(Scope.LANDING_FOOT, foot, on_foot, body.provenance)
    return found


def _of_knees(knees: KneesSeen, body: _Body) -> list[Finding]:
    found: list[Finding] = []
    for number, course in knees.courses:
        place = Place(course.side, WHOLE, repetition=number, notes=knees.quality)
        found += _all_of(Scope.KNEE, course, place, body.provenance)
    return found


def _squats(body: _Body) -> MovementFindings:
    trial, comparison = body.trial, SideComparison.of(body.parameters)
    movement, search = squats_on_plates(
        body.time_s,
        body.force_n[:, 2],
        body.curves,
        plates=trial.forces,
        find=find_step_downs if trial.task is Task.STEP_DOWN else find_squats,
    )
    findings: list[Finding] = []
    for foot in movement.feet:
        place = Place(foot.side, WHOLE, repetition=foot.repetition.number, notes=foot.notes)
        findings += _all_of(Scope.REPETITION, foot, place, body.provenance, which=True)
    for whole in depth_only(search, body.time_s):
        place = Place(repetition=whole.repetition.number)
        findings += _all_of(Scope.REPETITION, whole, place, body.provenance, which=False)
    for limb in limbs_in(search, body.time_s, body.curves, body.force_n[:, 2], comparison):
        place = Place(limb.side, WHOLE if limb.side else "", repetition=limb.repetition.number)
        which = limb.side is not None
        findings += _all_of(Scope.LIMB, limb, place, body.provenance, which=which, comparison=comparison)
    knees = knees_in(trial, squat_stretches(search, body.time_s, movement), body.curves, body.parameters)
    findings += _of_knees(knees, body)
    for metric in metrics(Scope.TRIAL).values():
        parts: list[tuple[Side | None, Any]] = [(None, movement)]
        if metric.per_side:
            parts = [(side, movement.of(side)) for side in movement.sides]
        for side, part in parts:
            place = Place(side, WHOLE if side else "")
            findings.append(evaluated(metric, part, place, calibrated=True, provenance=body.provenance))
    return MovementFindings(movement.repetitions, tuple(findings), (*movement.notes, *knees.notes))


def walks(trial: Trial) -> bool:
    """Whether the foot markers of a trial go a way that only a walk or a run does.

    Parameters
    ----------
    trial : Trial
        With or without markers.

    Returns
    -------
    bool
        False without heel and toe markers.
    """
    tracks = foot_tracks(find_labels(trial.markers[0])) if trial.markers else ()
    return any(float(np.hypot(*way_of(track))) >= _WALKED_MM for track in tracks)


def _steps(body: _Body, contacts: Sequence[FootContact]) -> MovementFindings:
    """Steps on plates: each one that counts, then both sides compared."""
    trial, parameters = body.trial, body.parameters
    tracks = foot_tracks(find_labels(trial.markers[0])) if trial.markers else ()
    seen = SeenFeet(tracks, tuple(contacts), MatPlace.of(parameters))
    walk = find_steps(trial.forces, seen, trial.participant.body_mass_kg, SideComparison.of(parameters))
    if parameters.keep_rejected:
        walk = walk.keeping_rejected()
    findings: list[Finding] = []
    for step in walk.counted:
        region = WHOLE if step.side else ""
        place = Place(step.side, region, repetition=step.number, notes=(*step.notes, step.loaded_until[1]))
        findings += _all_of(Scope.PLATE_STEP, step, place, body.provenance)
    if walk.counted:
        findings += _all_of(Scope.PLATE_WALK, walk, Place(), body.provenance, comparison=walk.comparison)
    said = [f"Step {step.number + 1} does not count: {step.rejected}." for step in walk.steps if step.rejected]
    notes = [f"{note[:1].upper()}{note[1:]}." for note in walk.notes] if walk.steps else ["Nobody steps on a plate."]
    return MovementFindings(tuple(step.repetition for step in walk.steps), tuple(findings), (*notes, *said))


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
        findings += _all_of(Scope.SWAY, sway, place, body.provenance)
    return MovementFindings((), tuple(findings), tuple(notes))


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


def _all_of(
    scope: Scope,
    subject: Any,
    place: Place,
    provenance: Provenance,
    *,
    which: bool | None = None,
    comparison: SideComparison | None = None,
) -> list[Finding]:
    """Every metric of a scope: all, only those of one side (True), or only those that both share (False).

    A comparison of the sides says its formula in its notes.
    """
    compared = place if comparison is None else replace(place, notes=(comparison.note, *place.notes))
    return [
        evaluated(
            metric,
            subject,
            compared if metric.citation == COMPARED else place,
            calibrated=True,
            provenance=provenance,
        )
        for metric in metrics(scope).values()
        if which is None or metric.per_side is which
    ]


def _provenance(trial: Trial, source: str, history: tuple[str, ...], parameters: Parameters) -> Provenance:
    return Provenance(
        trial.name, source, trial.source_sha256, footload.__version__, "", parameters.to_record(), history
    )
