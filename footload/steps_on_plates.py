"""Steps on force plates: from a trial to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from footload.arrays import FloatArray
from footload.evaluation import Place, evaluated_all
from footload.findings import Finding, Provenance
from footload.foot.contact import WHOLE, FootContact
from footload.foot.medial_shift import MedialShift
from footload.markers.feet import foot_tracks
from footload.markers.labels import find_labels
from footload.metrics.registry import Scope
from footload.parameters import Parameters
from footload.recordings import Side
from footload.tasks.comparison import SideComparison
from footload.tasks.gait_plates import SeenFeet, find_steps, way_of
from footload.tasks.mat_place import MatPlace
from footload.tasks.repetition import Repetition
from footload.trials import Trial

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
    shifts : mapping of Side to MedialShift
        The medial shift curve of each foot, for squats and landings; with the reason where a foot's place is not known.
    depth_mm : (t,) array, optional
        How far the centre of mass is below standing, for squats. [mm]
    """

    repetitions: tuple[Repetition, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    shifts: Mapping[Side, MedialShift] = field(default_factory=lambda: MappingProxyType({}))
    depth_mm: FloatArray | None = None


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
    return any(float(np.linalg.norm(way_of(track))) >= _WALKED_MM for track in tracks)


def find_steps_on_plates(
    trial: Trial, contacts: Sequence[FootContact], parameters: Parameters, provenance: Provenance
) -> MovementFindings:
    """Find the steps of a trial on plates: values of each one that counts, then both sides compared.

    Parameters
    ----------
    trial : Trial
        With force recordings on one time base.
    contacts : sequence of FootContact
        The feet that a mat on the plates saw, where there is one.
    parameters : Parameters
        What the analysis was asked with.
    provenance : Provenance
        Where the values come from, but for the formula's own source.

    Returns
    -------
    MovementFindings
        Without findings, and with the reason, when nobody steps on a plate.
    """
    tracks = foot_tracks(find_labels(trial.markers[0])) if trial.markers else ()
    seen = SeenFeet(tracks, tuple(contacts), MatPlace.of(parameters), trial.foot_placements)
    walk = find_steps(trial.forces, seen, trial.participant.body_mass_kg, SideComparison.of(parameters))
    if parameters.keep_rejected:
        walk = walk.keeping_rejected()
    findings: list[Finding] = []
    for step in walk.counted:
        region = WHOLE if step.side else ""
        place = Place(step.side, region, repetition=step.number, notes=(*step.notes, step.loaded_until[1]))
        findings += evaluated_all(Scope.PLATE_STEP, step, place, provenance)
    if walk.counted:
        findings += evaluated_all(Scope.PLATE_WALK, walk, Place(), provenance, comparison=walk.comparison)
    said = [f"Step {step.number + 1} does not count: {step.rejected}." for step in walk.steps if step.rejected]
    notes = [f"{note[:1].upper()}{note[1:]}." for note in walk.notes] if walk.steps else ["Nobody steps on a plate."]
    return MovementFindings(tuple(step.repetition for step in walk.steps), tuple(findings), (*notes, *said))
