"""From a trial to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from footload.arrays import FloatArray
from footload.errors import UnresolvedTrialError
from footload.evaluation import contact_findings, movement_findings, provenance_of, trial_findings
from footload.findings import Finding, Provenance
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.foot.medial_shift import MedialShift
from footload.foot.zero import zeroed
from footload.metrics.registry import Scope
from footload.movement_analysis import analyze_landing_on_mat, analyze_plates
from footload.parameters import DEFAULTS, Parameters
from footload.tasks.gait import walk_of
from footload.tasks.movements import movement_of
from footload.tasks.repetition import Repetition
from footload.tasks.stance import standing_of
from footload.trials import Side, Task, Trial

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything that was found in one trial.

    Parameters
    ----------
    trial : Trial
        What was analyzed, after zeroing.
    contacts : tuple of FootContact
        Feet on the mat, in order of time.
    repetitions : tuple of Repetition
        Squats and the like; empty for walking.
    findings : tuple of Finding
        Every value, with its unit, reference, reason and provenance.
    shifts : mapping of Side to MedialShift
        The medial shift curve of each foot, for squats.
    depth_mm : (t,) array, optional
        How far the centre of mass is below standing, on the frames of the pressure recording. [mm]
    parameters : Parameters
        What the analysis was asked with.
    notes : tuple of str
        What to know before any of it is used.
    rejected : tuple of FootContact
        What was left out, each with its reason: partial prints, hands, bags.
    """

    trial: Trial
    contacts: tuple[FootContact, ...]
    repetitions: tuple[Repetition, ...]
    findings: tuple[Finding, ...]
    shifts: Mapping[Side, MedialShift] = field(default_factory=lambda: MappingProxyType({}))
    depth_mm: FloatArray | None = None
    parameters: Parameters = DEFAULTS
    notes: tuple[str, ...] = ()
    rejected: tuple[FootContact, ...] = ()

    def to_table(self) -> pd.DataFrame:
        """All findings as a tidy table, one row a finding.

        Returns
        -------
        DataFrame
            Columns as in `Finding.to_record`.
        """
        import pandas as pd

        return pd.DataFrame.from_records([finding.to_record() for finding in self.findings])


def analyze(trial: Trial, parameters: Parameters = DEFAULTS) -> Analysis:
    """Find contacts, repetitions and every value in a trial.

    Parameters
    ----------
    trial : Trial
        With at least one pressure recording or force plate.
    parameters : Parameters
        Thresholds and choices.

    Returns
    -------
    Analysis
        Same trial and parameters, same result.

    Raises
    ------
    UnresolvedTrialError
        When the trial has neither a pressure recording nor a force plate.
    """
    if trial.forces and not trial.pressures:
        found = analyze_plates(trial, parameters)
        return Analysis(trial, (), found.repetitions, found.findings, parameters=parameters, notes=found.notes)
    if not trial.pressures:
        raise UnresolvedTrialError(f"Trial {trial.name!r} has no pressure recording; it holds {trial.contents}.")
    ready = {id(recording): zeroed(recording, parameters) for recording in trial.pressures}
    trial = trial.changed(recordings=tuple(ready.get(id(recording), recording) for recording in trial.recordings))
    everything = _contacts(trial, parameters)
    contacts = tuple(contact for contact in everything if _counts(contact, parameters))
    rejected = tuple(contact for contact in everything if not _counts(contact, parameters))
    provenance = provenance_of(trial, trial.pressure, parameters)
    findings = _whole_trial_findings(trial, contacts, provenance) + contact_findings(contacts, provenance)
    movement = movement_of(trial.task, contacts, trial.pressure)
    landed = analyze_landing_on_mat(trial, contacts, parameters)
    if landed is not None:
        return Analysis(
            trial,
            contacts,
            landed.repetitions,
            (*landed.findings, *findings),
            parameters=parameters,
            notes=(*_notes(trial, contacts, rejected), *landed.notes),
            rejected=rejected,
        )
    if movement is None:
        notes = _notes(trial, contacts, rejected)
        return Analysis(trial, contacts, (), tuple(findings), parameters=parameters, notes=notes, rejected=rejected)
    return Analysis(
        trial,
        contacts,
        movement.repetitions,
        tuple(movement_findings(movement, provenance, trial.pressure.calibrated) + findings),
        movement.shifts,
        movement.depth_mm,
        parameters,
        (*_notes(trial, contacts, rejected), *movement.notes),
        rejected,
    )


def _counts(contact: FootContact, parameters: Parameters) -> bool:
    """Whether a contact is analyzed; what is no foot and what is not whole only when it is asked for."""
    if not contact.rejected:
        return True
    return parameters.keep_partial if contact.rejected.startswith("partial") else parameters.keep_objects


def _whole_trial_findings(trial: Trial, contacts: tuple[FootContact, ...], provenance: Provenance) -> list[Finding]:
    """Steps and strides where somebody walked, shared load where somebody stood; an unknown task may be either."""
    calibrated = trial.pressure.calibrated
    standing = standing_of(contacts)
    if standing is not None and trial.task in {Task.UNKNOWN, Task.QUIET_STANCE}:
        return trial_findings(Scope.STANCE, standing, provenance, calibrated)
    walk = walk_of(contacts)
    if walk.steps and trial.task in {Task.UNKNOWN, Task.WALKING, Task.RUNNING}:
        return trial_findings(Scope.WALK, walk, provenance, calibrated)
    return []


def _contacts(trial: Trial, parameters: Parameters) -> tuple[FootContact, ...]:
    """The contacts of every pressure recording, in order of time; an insole's side is the shoe's."""
    found = [
        contact
        for recording in trial.pressures
        for contact in find_contacts(recording, parameters, recording.side or trial.side)
    ]
    return tuple(sorted(found, key=lambda contact: contact.time_s[0]))


def _notes(trial: Trial, contacts: tuple[FootContact, ...], rejected: tuple[FootContact, ...]) -> tuple[str, ...]:
    notes = [*trial.notes.values()]
    notes += [f"Left out at {c.time_s[0]:.2f} s: {c.rejected}." for c in rejected]
    if not contacts and not rejected:
        notes.append("No foot was found: nothing stood on the mat above the threshold for long enough.")
    if not trial.pressure.calibrated:
        notes.append("The device is not calibrated: forces and pressures are counts, not N and kPa.")
    return tuple(notes)
