"""Turning a metric and what it is computed on into a finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import footload
from footload.errors import UndefinedMetricError
from footload.findings import Finding, Provenance
from footload.foot.contact import WHOLE, FootContact
from footload.metrics.registry import Metric, Scope, metrics
from footload.parameters import Parameters
from footload.recordings import PressureRecording
from footload.tasks.comparison import SideComparison
from footload.tasks.gait import Walk
from footload.tasks.movement import Movement
from footload.tasks.stance import Standing
from footload.trials import Side, Trial
from footload.units import UNCALIBRATED

MAXIMA_ONLY = (
    "The recording holds the highest pressure of every sensor only: these were not reached at one time, so their sum "
    "is no force, and nothing is known of when they were reached."
)
"""Why a recording of highest pressures has no value of forces, areas at one time, and times."""

UNCALIBRATED_NOTE = "uncalibrated"
"""The first word of the note on every value that is in device counts."""


COMPARED = "bishop_asymmetry"
"""What a metric cites that compares the two sides by a formula of asymmetry."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a trial a value belongs.

    Parameters
    ----------
    side : Side, optional
        Which foot.
    region : str
        Part of the foot.
    contact, repetition : int, optional
        Numbers from 0.
    notes : tuple of str
        Quality notes that hold for everything here.
    """

    side: Side | None = None
    region: str = ""
    contact: int | None = None
    repetition: int | None = None
    notes: tuple[str, ...] = field(default=())


def provenance_of(trial: Trial, recording: PressureRecording, parameters: Parameters) -> Provenance:
    """Where every value of a trial comes from, but for the formula's own source.

    Parameters
    ----------
    trial : Trial
        What was analyzed.
    recording : PressureRecording
        After zeroing.
    parameters : Parameters
        What the analysis was asked with.

    Returns
    -------
    Provenance
        Its citation is still empty.
    """
    return Provenance(
        trial.name,
        recording.source,
        trial.source_sha256,
        footload.__version__,
        "",
        parameters.to_record(),
        recording.history,
    )


def evaluated(metric: Metric, subject: Any, place: Place, calibrated: bool, provenance: Provenance) -> Finding:
    """Compute a metric; what cannot be had becomes NaN with its reason.

    Parameters
    ----------
    metric : Metric
        The record and its formula.
    subject : object
        What the metric's scope says.
    place : Place
        Where the value belongs.
    calibrated : bool
        Whether forces and pressures are in N and kPa, or in counts.
    provenance : Provenance
        From `provenance_of`.

    Returns
    -------
    Finding
        With unit, reference, notes and provenance.
    """
    value, reason = float("nan"), ""
    if isinstance(subject, FootContact) and subject.recording.maxima_only and not metric.of_maxima:
        reason = MAXIMA_ONLY
    else:
        try:
            value = metric.function(subject)
        except UndefinedMetricError as error:
            reason = str(error)
    unit, notes, reference = metric.unit, place.notes, metric.references[0] if metric.references else None
    if not calibrated and unit in UNCALIBRATED:
        unit, reference = UNCALIBRATED[unit], None
        notes = (f"{UNCALIBRATED_NOTE}: device counts, comparable within this device only", *notes)
    return Finding(
        metric.name,
        metric.label,
        value,
        unit,
        place.side,
        place.region,
        place.contact,
        place.repetition,
        reference=reference,
        reason=reason,
        notes=notes,
        provenance=replace(provenance, citation=metric.citation),
    )


def evaluated_all(
    scope: Scope,
    subject: Any,
    place: Place,
    provenance: Provenance,
    *,
    which: bool | None = None,
    comparison: SideComparison | None = None,
) -> list[Finding]:
    """Compute every metric of a scope on a calibrated device.

    Parameters
    ----------
    scope : Scope
        Which metrics.
    subject : object
        What the scope says.
    place : Place
        Where the values belong.
    provenance : Provenance
        From `provenance_of`.
    which : bool, optional
        Only those of one side (True), or only those that both share (False); all by default.
    comparison : SideComparison, optional
        The formula of asymmetry that the subject is asked with; values by it say so in their notes.

    Returns
    -------
    list of Finding
        In the order of the registry.
    """
    compared = place if comparison is None else replace(place, notes=(comparison.note, *place.notes))
    return [
        evaluated(metric, subject, compared if metric.citation == COMPARED else place, True, provenance)
        for metric in metrics(scope).values()
        if which is None or metric.per_side is which
    ]


def movement_findings(movement: Movement, provenance: Provenance, calibrated: bool) -> list[Finding]:
    """Every metric of scope repetition on every foot of every repetition, and every metric of scope trial.

    Parameters
    ----------
    movement : Movement
        What the task's module found.
    provenance : Provenance
        From `provenance_of`.
    calibrated : bool
        Whether forces are in N.

    Returns
    -------
    list of Finding
        Repetition by repetition, then what belongs to the whole trial.
    """
    found: list[Finding] = []
    seen: set[tuple[str, int]] = set()
    for foot in movement.feet:
        place = Place(foot.side, WHOLE, repetition=foot.repetition.number, notes=foot.notes)
        for metric in metrics(Scope.REPETITION).values():
            if metric.per_side:
                found.append(evaluated(metric, foot, place, calibrated, provenance))
            elif (key := (metric.name, foot.repetition.number)) not in seen:
                seen.add(key)
                found.append(evaluated(metric, foot, replace(place, side=None, region=""), calibrated, provenance))
    return found + trial_findings(Scope.TRIAL, movement, provenance, calibrated)


def trial_findings(
    scope: Scope, subject: Movement | Walk | Standing, provenance: Provenance, calibrated: bool
) -> list[Finding]:
    """Every metric of a scope that looks at a whole trial, on both sides together or on each of them.

    Parameters
    ----------
    scope : Scope
        Trial, walk or stance.
    subject : Movement, Walk or Standing
        What the scope's metrics are computed on.
    provenance : Provenance
        From `provenance_of`.
    calibrated : bool
        Whether forces are in N.

    Returns
    -------
    list of Finding
        Metric by metric.
    """
    found: list[Finding] = []
    for metric in metrics(scope).values():
        if not metric.per_side:
            found.append(evaluated(metric, subject, Place(), calibrated, provenance))
            continue
        for side in subject.sides:
            found.append(evaluated(metric, subject.of(side), Place(side, WHOLE), calibrated, provenance))
    return found


def contact_findings(contacts: Iterable[FootContact], provenance: Provenance) -> list[Finding]:
    """Every metric of scope contact on every contact and its regions.

    Parameters
    ----------
    contacts : iterable of FootContact
        In order.
    provenance : Provenance
        From `provenance_of`.

    Returns
    -------
    list of Finding
        Contact by contact, the whole foot first.
    """
    found: list[Finding] = []
    of_contacts = metrics(Scope.CONTACT).values()
    of_regions = [metric for metric in of_contacts if metric.per_region]
    for number, contact in enumerate(contacts):
        calibrated = contact.recording.calibrated
        place = Place(contact.side, WHOLE, number, notes=contact.flags)
        found += [evaluated(metric, contact, place, calibrated, provenance) for metric in of_contacts]
        for region, part in contact.parts.items():
            there = replace(place, region=region)
            found += [evaluated(metric, part, there, calibrated, provenance) for metric in of_regions]
    return found
