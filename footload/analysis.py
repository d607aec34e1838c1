"""From a trial to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from footload.arrays import FloatArray, frozen
from footload.errors import UnreadableTrialError, UnresolvedTrialError
from footload.evaluation import contact_findings, movement_findings, provenance_of, trial_findings
from footload.findings import Finding, Provenance
from footload.foot.contact import FootContact
from footload.foot.contacts import find_contacts
from footload.foot.medial_shift import MedialShift
from footload.foot.zero import zeroed
from footload.metrics.registry import Scope
from footload.movement_analysis import analyze_landing_on_mat, analyze_plates, plates_know_feet
from footload.parameters import DEFAULTS, Parameters
from footload.pronation import PronationPicture, ReferenceDistribution, pronation_of
from footload.repeatability import Repeatability, repeatability_of
from footload.sanity.check import Check, Examined
from footload.sanity.checks import examined_and_noted
from footload.steps_on_plates import MovementFindings
from footload.tasks.gait import walk_of, why_no_step
from footload.tasks.movements import movement_of
from footload.tasks.repetition import Repetition
from footload.tasks.stance import standing_of
from footload.tasks.watching import watched_on_mat
from footload.trials import Side, Task, Trial

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from footload.foot.drawn import DrawnFeet


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
        The medial shift curve of each foot, for squats and landings, on a mat or on plates; on the frames of
        `repetition_time_s`.
    depth_mm : (t,) array, optional
        How far the centre of mass is below standing, on the same frames. [mm]
    parameters : Parameters
        What the analysis was asked with.
    notes : tuple of str
        What to know before any of it is used.
    rejected : tuple of FootContact
        What was left out, each with its reason: partial prints, hands, bags.
    checks : tuple of Check
        What was looked at in the recording, and how it came out; the findings that a fault touches carry its note.
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
    checks: tuple[Check, ...] = ()

    def to_table(self) -> pd.DataFrame:
        """All findings as a tidy table, one row a finding.

        Returns
        -------
        DataFrame
            Columns as in `Finding.to_row`: ``notes`` are sentences, ``quality`` the codes of the checks behind them.
        """
        import pandas as pd

        return pd.DataFrame.from_records([finding.to_row() for finding in self.findings])

    def repeatability_table(self) -> pd.DataFrame:
        """Scatter of the steps as a tidy table, one row a metric, side and region.

        Returns
        -------
        DataFrame
            Columns as in `Repeatability.to_record`; warnings in one line.
        """
        import pandas as pd

        records = [{**each.to_record(), "warnings": "; ".join(each.warnings)} for each in self.repeatability]
        return pd.DataFrame.from_records(records)

    @property
    def repetition_time_s(self) -> FloatArray:
        """(t,) times of the repetitions' frames: those of the mat, or of the plates where there is no mat. [s]"""
        return (self.trial.pressures or self.trial.forces)[0].time_s

    @property
    def in_shoe(self) -> bool:
        """Whether the device lay in shoes."""
        return any(recording.in_shoe for recording in self.trial.pressures)

    @property
    def steps(self) -> tuple[Finding, ...]:
        """The findings of whole steps: not of standing, and not of contacts that began or ended outside the file."""
        whole = {number for number, contact in enumerate(self.contacts) if not why_no_step(contact)}
        return tuple(finding for finding in self.findings if finding.contact in whole)

    @property
    def no_steps(self) -> tuple[str, ...]:
        """Which contacts are no whole step, and why: they do not count in `steps`."""
        reasons = [(number, why_no_step(contact)) for number, contact in enumerate(self.contacts, start=1)]
        return tuple(f"contact {number} is no whole step: {why}" for number, why in reasons if why)

    @property
    def repeatability(self) -> tuple[Repeatability, ...]:
        """Mean, scatter and least detectable change over the steps of each foot; empty without two steps of one."""
        found = repeatability_of(self.steps, in_shoe=self.in_shoe)
        return found if any(each.n > 1 for each in found) else ()

    def pronation(self, references: Mapping[str, ReferenceDistribution] | None = None) -> tuple[PronationPicture, ...]:
        """The indices of pronation of each foot side by side, over whole steps where there are any.

        Parameters
        ----------
        references : mapping of metric name to ReferenceDistribution, optional
            A site's own; without them no index has a score.

        Returns
        -------
        tuple of PronationPicture
            See `footload.pronation`.
        """
        return pronation_of(self.steps or self.findings, references)


def analyze(trial: Trial, parameters: Parameters = DEFAULTS, drawn: DrawnFeet | None = None) -> Analysis:
    """Find contacts, repetitions and every value in a trial.

    Parameters
    ----------
    trial : Trial
        With at least one pressure recording or force plate.
    parameters : Parameters
        Thresholds and choices.
    drawn : DrawnFeet, optional
        Feet whose axis and regions somebody drew, in place of those found in their prints.

    Returns
    -------
    Analysis
        Same trial and parameters, same result.

    Raises
    ------
    UnresolvedTrialError
        When the trial has neither a pressure recording nor a force plate.
    ValueError
        When a drawn foot is no contact of the trial.
    """
    if trial.forces and not trial.pressures:
        found = analyze_plates(trial, parameters)
        whole = Analysis(
            trial, (), found.repetitions, found.findings, found.shifts, found.depth_mm, parameters, found.notes
        )
        return _with_checks(whole, trial)
    if not trial.pressures:
        raise UnresolvedTrialError(f"Trial {trial.name!r} has no pressure recording; it holds {trial.contents}.")
    return _with_checks(_analyze_mat(_zeroed(trial, parameters), parameters, drawn), trial)


def analyze_as_drawn(file: Path, trial: Trial, parameters: Parameters = DEFAULTS) -> Analysis:
    """Analyze a trial with the edits of feet that lie beside its file, which hold wherever the trial is analyzed.

    Parameters
    ----------
    file : Path
        The trial's.
    trial : Trial
        As it was read.
    parameters : Parameters
        Thresholds and choices.

    Returns
    -------
    Analysis
        As `analyze`.

    Raises
    ------
    UnresolvedTrialError
        As `analyze`.
    UnreadableTrialError
        When the edits are damaged, or are of other feet or another recording than the trial's.
    """
    from footload.foot.drawn_history import drawn_beside, read_history

    drawn = read_history(drawn_beside(file), trial).drawn
    try:
        return analyze(trial, parameters, drawn)
    except ValueError as error:
        if not drawn.feet:
            raise
        raise UnreadableTrialError(drawn_beside(file), str(error)) from error


def _zeroed(trial: Trial, parameters: Parameters) -> Trial:
    ready = {id(recording): zeroed(recording, parameters) for recording in trial.pressures}
    return trial.changed(recordings=tuple(ready.get(id(recording), recording) for recording in trial.recordings))


def _analyze_mat(trial: Trial, parameters: Parameters, drawn: DrawnFeet | None) -> Analysis:
    everything = _contacts(trial, parameters, drawn)
    contacts = tuple(contact for contact in everything if _counts(contact, parameters))
    rejected = tuple(contact for contact in everything if not _counts(contact, parameters))
    provenance = provenance_of(trial, trial.pressure, parameters)
    findings = _whole_trial_findings(trial, contacts, provenance) + contact_findings(contacts, provenance)
    notes = _notes(trial, contacts, rejected)
    whole = Analysis(trial, contacts, (), tuple(findings), parameters=parameters, notes=notes, rejected=rejected)
    # Plates that know where the feet stand measure a movement better than the mat on them; the mat keeps the prints.
    placed = trial.forces and plates_know_feet(trial, parameters, contacts)
    landed = (
        analyze_plates(trial, parameters, contacts)
        if placed
        else analyze_landing_on_mat(trial, contacts, parameters, everything)
    )
    if landed is not None:
        if placed:
            landed = _on_mat_frames(landed, trial.forces[0].time_s, trial.pressure.time_s)
        return replace(
            whole,
            repetitions=landed.repetitions,
            findings=(*landed.findings, *findings),
            shifts=landed.shifts,
            depth_mm=landed.depth_mm,
            notes=tuple(dict.fromkeys((*notes, *landed.notes))),
        )
    watched = watched_on_mat(trial, trial.pressure, everything, parameters)
    movement = movement_of(trial.task, contacts, trial.pressure, watched)
    if movement is None:
        return whole
    return replace(
        whole,
        repetitions=movement.repetitions,
        findings=tuple(movement_findings(movement, provenance, trial.pressure.calibrated) + findings),
        shifts=movement.shifts,
        depth_mm=movement.depth_mm,
        notes=(*notes, *movement.notes),
    )


def _on_mat_frames(found: MovementFindings, plates_s: FloatArray, mat_s: FloatArray) -> MovementFindings:
    """What plates found, on the frames of the mat: of the curves the plates' last sample up to each frame."""
    last = np.searchsorted(plates_s, mat_s + 1e-9, side="right") - 1
    step_s = float(plates_s[-1] - plates_s[0]) / max(len(plates_s) - 1, 1)
    there = (last >= 0) & (mat_s < float(plates_s[-1]) + step_s + 1e-9)

    def seen(curve: FloatArray) -> FloatArray:
        return frozen(np.where(there, curve[last], np.nan))

    shifts = {
        side: replace(shift, time_s=mat_s, shift_percent=seen(shift.shift_percent), ap_percent=seen(shift.ap_percent))
        for side, shift in found.shifts.items()
    }
    return replace(
        found,
        repetitions=tuple(_moved(repetition, plates_s, mat_s) for repetition in found.repetitions),
        shifts=MappingProxyType(shifts),
        depth_mm=None if found.depth_mm is None else seen(found.depth_mm),
    )


def _moved(repetition: Repetition, plates_s: FloatArray, mat_s: FloatArray) -> Repetition:
    """A repetition that plates found, on the frames of the mat, as those of a trial with a mat are."""

    def at(frame: int) -> int:
        return int(np.searchsorted(mat_s, float(plates_s[min(frame, len(plates_s) - 1)]) - 1e-9).clip(0, len(mat_s)))

    phases = {name: (at(start), at(stop)) for name, (start, stop) in repetition.phases.items()}
    deepest = at(repetition.deepest_frame) if repetition.deepest_frame >= 0 else -1
    return Repetition(
        repetition.number, at(repetition.start), at(repetition.stop), phases, deepest, repetition.rejected
    )


def _with_checks(found: Analysis, as_read: Trial) -> Analysis:
    """The same with what the checks of the recording say; they look at it as it was read, too."""
    before = {id(now): then for now, then in zip(found.trial.recordings, as_read.recordings, strict=True)}
    examined = Examined(found.trial, found.contacts, found.rejected, found.repetitions, found.findings, before)
    findings, checks = examined_and_noted(examined)
    return replace(found, findings=findings, checks=checks)


def _counts(contact: FootContact, parameters: Parameters) -> bool:
    """Whether a contact is analyzed; what is no foot and what is not whole only when it is asked for."""
    if not contact.rejected:
        return True
    return parameters.keep_partial if contact.rejected.startswith("partial") else parameters.keep_objects


def _whole_trial_findings(trial: Trial, contacts: tuple[FootContact, ...], provenance: Provenance) -> list[Finding]:
    """Steps and strides where somebody walked, shared load where somebody stood; an unknown task may be either."""
    calibrated = trial.pressure.calibrated
    if any(recording.maxima_only for recording in trial.pressures):
        return []  # highest pressures are of no moment: nobody stands or steps in them
    standing = standing_of(contacts)
    if standing is not None and trial.task in {Task.UNKNOWN, Task.QUIET_STANCE}:
        return trial_findings(Scope.STANCE, standing, provenance, calibrated)
    walk = walk_of(contacts)
    if walk.steps and trial.task in {Task.UNKNOWN, Task.WALKING, Task.RUNNING}:
        return trial_findings(Scope.WALK, walk, provenance, calibrated)
    return []


def _contacts(trial: Trial, parameters: Parameters, drawn: DrawnFeet | None) -> tuple[FootContact, ...]:
    """The contacts of every pressure recording, in order of time; an insole's side is the shoe's."""
    found: list[FootContact] = []
    for number, recording in enumerate(trial.pressures):
        contacts = find_contacts(recording, parameters, recording.side or trial.side)
        found += drawn.on(contacts, number) if drawn else contacts
    return tuple(sorted(found, key=lambda contact: contact.time_s[0]))


def _notes(trial: Trial, contacts: tuple[FootContact, ...], rejected: tuple[FootContact, ...]) -> tuple[str, ...]:
    notes = [*trial.notes.values()]
    notes += [f"Left out at {c.time_s[0]:.2f} s: {c.rejected}." for c in rejected]
    if not contacts and not rejected:
        notes.append("No foot was found: nothing stood on the mat above the threshold for long enough.")
    if not trial.pressure.calibrated:
        notes.append("The device is not calibrated: forces and pressures are counts, not N and kPa.")
    return tuple(notes)
