"""What leaves the house of a trial: its values and moments, under codes that tell nobody who it was."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

import footload
from footload.export.kept_rows import KeptRows
from footload.export.marker_names import without_subjects
from footload.recordings import MarkerRecording
from footload.trials import Participant, Trial

if TYPE_CHECKING:
    from footload.analysis import Analysis

OLDEST_YEARS: Final = 89
"""Older people are so few that their age names them; they are exported as this old."""

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "participant_id": "Code of the person; drawn anew for each export, unless private details were kept.",
        "session_id": "Code of the day: ses-01 is the person's first.",
        "day": "Days since the person's first session.",
        "trial_id": "Code of the trial.",
        "task": "What the person did.",
        "condition": "What was worn or changed.",
        "metric": "Name of the metric, as in docs/metrics.md.",
        "label": "The same for people.",
        "value": "The value in its unit; empty (n/a) where it could not be had: then `reason` says why.",
        "unit": "Unit of value and uncertainty.",
        "side": "Which foot; empty where the value is of both.",
        "region": "Part of the foot; `foot` for all of it, empty for a whole trial.",
        "contact": "Number of the foot contact in the trial, from 0.",
        "repetition": "Number of the repetition in the trial, from 0.",
        "uncertainty": "Half width of the 95 % interval, in the unit; empty where it is not known.",
        "status": "Where the value lies against its reference: below, within, above, no reference.",
        "reference": "The reference range, who was measured, and `unverified` where it was not read in its source.",
        "reference_source": "published, or own norms: whose numbers the range has.",
        "reference_n": "How many people the range is of.",
        "reference_low": "Lower end of the range, in the unit; empty where it is open.",
        "reference_high": "Upper end of the range, in the unit; empty where it is open.",
        "reason": "Why there is no value.",
        "notes": "Quality: what to know before the value is used.",
        "quality": "Codes of the checks of the recording that found something.",
        "citation": "Key of the formula's source, as in docs/evidence.md and docs/metrics.md.",
        "footload": "Version of footload that computed the value.",
        "age_years": "Age in whole years on the first exported day; 89 stands for all older ones.",
        "sex": "female, male or empty.",
        "body_mass_kg": "Body mass as it was known for the first exported trial. [kg]",
        "onset": "When it begins, from the start of the trial. [s]",
        "duration": "How long it lasts; 0 for a moment. [s]",
        "trial_type": "contact, repetition or the name of an event.",
    }
)
"""Every column of an exported table in one sentence: the data dictionary."""

LEVELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "status": {
            "below": "Below the reference range.",
            "within": "Within it.",
            "above": "Above it.",
            "no reference": "There is none, or no value.",
        },
        "reference_source": {
            "published": "From the literature; `unverified` stands in `reference` where it was not read there.",
            "own norms": "A laboratory's own healthy participants.",
        },
        "quality": {
            "body_weight": "Force and body weight do not go together.",
            "saturation": "Cells at the ceiling of the device.",
            "baseline": "Cells show load without a foot.",
            "missing_frames": "Frames are missing.",
            "uneven_frames": "Steps between frames differ.",
            "sampling_rate": "Fewer frames a second than the metric asks for.",
            "device_threshold": "The device hides low pressures.",
        },
    }
)
"""What may stand in a column of few words; `quality` may hold several, with "; " between them. See docs/analysis.md."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in a trial.

    Parameters
    ----------
    onset, duration : float
        From the trial's start. [s]
    trial_type : str
        ``contact``, ``repetition`` or an event's name.
    side : str
        Which foot; empty where it has none.
    """

    onset: float
    duration: float
    trial_type: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """One trial on its way out.

    Parameters
    ----------
    trial : Trial
        What is known of it, and the person by the code under which it leaves. Its recordings are left out where many
        trials leave together (`with_recordings` gives them back).
    findings : sequence of mapping
        As `Finding.to_row` gives them.
    moments : tuple of Moment
        In order of time.
    version : str
        footload's.
    date : str
        Of its session, as ``2026-11-22``; empty when not known or not told.
    session : str
        Code of its session.
    day : int, optional
        Days since the person's first session; None when no date is known.
    code : str
        Code of the trial.
    number : int
        Its place among the trials that were given, which are brought into another order.
    """

    trial: Trial
    findings: Sequence[Mapping[str, Any]]
    moments: tuple[Moment, ...] = ()
    version: str = ""
    date: str = ""
    session: str = "ses-01"
    day: int | None = None
    code: str = ""
    number: int = 0

    @property
    def stem(self) -> str:
        """Codes of person, session and trial in one word, for names of files."""
        return "_".join((self.person, self.session, self.code))

    @property
    def person(self) -> str:
        """Code of the person."""
        return self.trial.participant.id

    @property
    def about(self) -> dict[str, Any]:
        """What stands before each finding in a table."""
        return {
            "participant_id": self.person,
            "session_id": self.session,
            "day": self.day,
            "trial_id": self.code,
            "task": self.trial.task.value,
            "condition": self.trial.condition.name or None,
        }


Tracked = Callable[[Sequence[Exported]], Iterator[Exported]]
"""Goes through trials one after the other, showing how far it is."""


def exported_of(analysis: Analysis, date: str, number: int = 0, *, kept_in: Path | None = None) -> Exported:
    """Take what leaves the house of an analysis.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    date : str
        Of its session, as ``2026-11-22``; empty when not known.
    number : int
        Its place among the trials that are exported together.
    kept_in : path, optional
        A new file: findings wait there, and the recordings stay where they are, so that little memory is held.

    Returns
    -------
    Exported
        Still under the names of the house; `coded` takes them away.
    """
    rows = (finding.to_row() for finding in analysis.findings)
    made = facts_of(analysis.trial, date, number) if kept_in else Exported(analysis.trial, (), date=date, number=number)
    findings = KeptRows.keep(rows, kept_in) if kept_in else tuple(rows)
    return replace(made, findings=findings, moments=tuple(_moments(analysis)), version=footload.__version__)


def facts_of(trial: Trial, date: str, number: int = 0) -> Exported:
    """Take what is known of a trial before it is analyzed; its recordings stay where they are.

    Parameters
    ----------
    trial : Trial
        Of any person.
    date : str
        Of its session, as ``2026-11-22``; empty when not known.
    number : int
        Its place among the trials that are exported together.

    Returns
    -------
    Exported
        Still under the names of the house, without findings.
    """
    # A trial holds a recording; one marker stands for those that are not held.
    stand_in = MarkerRecording(np.zeros(1), np.zeros((1, 1, 3)), ("not held",))
    light = trial.changed(recordings=(stand_in,), foot_placements=())
    return Exported(light, (), version=footload.__version__, date=date, number=number)


def with_recordings(each: Exported, trial: Trial, *, keep_private: bool = False) -> Exported:
    """Give a trial its recordings back, without what could tell who it was.

    Parameters
    ----------
    each : Exported
        As `coded` gives it.
    trial : Trial
        The same one, read again.
    keep_private : bool
        As for `coded`.

    Returns
    -------
    Exported
        Its facts as they were.
    """
    source = trial if keep_private else without_subjects(trial)
    whole = each.trial.changed(recordings=source.recordings, foot_placements=source.foot_placements)
    return replace(each, trial=whole)


def _moments(analysis: Analysis) -> list[Moment]:
    def between(time_s: list[float], start: int, stop: int) -> tuple[float, float]:
        begin, end = time_s[start], time_s[min(stop, len(time_s) - 1)]
        return round(begin, 6), round(end - begin, 6)

    found: list[Moment] = []
    for contact in analysis.contacts:
        times: list[float] = contact.recording.time_s.tolist()
        found.append(Moment(*between(times, contact.start, contact.stop), "contact", str(contact.side or "")))
    if analysis.repetitions:
        times = analysis.repetition_time_s.tolist()
        found += [Moment(*between(times, each.start, each.stop), "repetition") for each in analysis.repetitions]
    found += [Moment(round(event.time_s, 6), 0.0, event.name) for event in analysis.trial.events]
    return sorted(found, key=lambda each: (each.onset, each.trial_type))


def coded(trials: Sequence[Exported], *, keep_private: bool = False) -> list[Exported]:
    """Give persons, sessions and trials codes, and leave out what could tell who it was.

    Persons are numbered in an order that is drawn by lot, so that a code tells nothing; two exports do not go together.
    Dates become days since the person's first session. Notes of a trial, of a condition and of a person, names of files
    and their fingerprints, which would be found again in the laboratory, are left out, and so is the name before a
    marker's label; ages stop at 89.

    Parameters
    ----------
    trials : sequence of Exported
        Of any persons.
    keep_private : bool
        Keep the laboratory's pseudonyms, dates and names of trials.

    Returns
    -------
    list of Exported
        By person, session and code.
    """
    people = _person_codes([each.person for each in trials], keep_private=keep_private)
    by_person: dict[str, list[Exported]] = {}
    for each in trials:
        by_person.setdefault(each.person, []).append(each)
    out: list[Exported] = []
    for person, theirs in by_person.items():
        days = sorted({each.date for each in theirs})
        for number, each in enumerate(sorted(theirs, key=lambda one: (one.date, one.trial.name)), 1):
            session = f"ses-{days.index(each.date) + 1:02d}"
            named = replace(each, session=session, day=_days_between(days[0], each.date), code=f"run-{number:03d}")
            out.append(_kept(named, people[person]) if keep_private else _stripped(named, people[person]))
    return sorted(out, key=lambda each: (each.person, each.session, each.code))


def _person_codes(pseudonyms: Iterable[str], *, keep_private: bool) -> dict[str, str]:
    known = sorted(set(pseudonyms))
    if keep_private:
        return {name: name or "unknown" for name in known}
    random.SystemRandom().shuffle(known)
    return {name: f"sub-{number:03d}" for number, name in enumerate(known, 1)}


def _days_between(first: str, later: str) -> int | None:
    return (date.fromisoformat(later) - date.fromisoformat(first)).days if first and later else None


def _kept(each: Exported, person: str) -> Exported:
    return replace(each, trial=each.trial.changed(participant=replace(each.trial.participant, id=person)))


def _stripped(each: Exported, person: str) -> Exported:
    who = each.trial.participant
    age = min(float(int(who.age_years)), OLDEST_YEARS) if who.age_years >= 1 else who.age_years
    trial = without_subjects(each.trial).changed(
        name=each.code,
        participant=Participant(person, who.body_mass_kg, age, who.sex),
        condition=replace(each.trial.condition, note=""),
        events=tuple(replace(event, note="") for event in each.trial.events),
        notes={},
        source_sha256="",
    )
    return replace(each, trial=trial, date="")


def person_rows(trials: Sequence[Exported]) -> list[dict[str, Any]]:
    """A row for each person.

    Parameters
    ----------
    trials : sequence of Exported
        As `coded` gives them.

    Returns
    -------
    list of dict
        NaN becomes None.
    """
    first: dict[str, Participant] = {}
    for each in trials:
        first.setdefault(each.person, each.trial.participant)
    return [
        {
            "participant_id": code,
            "age_years": None if math.isnan(who.age_years) else int(who.age_years),
            "sex": who.sex or None,
            "body_mass_kg": None if math.isnan(who.body_mass_kg) else who.body_mass_kg,
        }
        for code, who in first.items()
    ]


def finding_rows(each: Exported) -> Iterator[dict[str, Any]]:
    """A row for each finding of a trial, every row with the same columns.

    Parameters
    ----------
    each : Exported
        As `coded` gives it.

    Yields
    ------
    dict
        Columns as in `COLUMNS`.
    """
    for finding in each.findings:
        yield {**each.about, **finding, "footload": each.version}
