"""One trial out of several files: what a mat, plates and cameras wrote of the same movement, on one time base."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from footload.recordings import Recording
from footload.trials import Condition, Event, Participant, Task, Trial

_Known = TypeVar("_Known")


def join(trials: Sequence[Trial], offsets_s: Sequence[float]) -> Trial:
    """Put several trials of one movement onto the time base of the first.

    Parameters
    ----------
    trials : sequence of Trial
        Of one person in one condition; what the first does not say, the others say.
    offsets_s : sequence of float
        For each but the first, what is added to its times. [s]

    Returns
    -------
    Trial
        Named as the first; every recording's history says how it was shifted.

    Raises
    ------
    ValueError
        When there are not two trials or more, or not an offset for each further one, or they do not belong together:
        another person, task, condition or side is said, or they have no moment in common.
    """
    if len(trials) < 2:
        raise ValueError(f"Joining takes two trials or more; {len(trials)} was given.")
    if len(offsets_s) != len(trials) - 1:
        raise ValueError(
            f"{len(trials)} trials take {len(trials) - 1} offset(s), one for each after the first; "
            f"{len(offsets_s)} were given."
        )
    if not all(math.isfinite(offset_s) for offset_s in offsets_s):
        raise ValueError("An offset is no finite number of seconds.")
    shifts_s = (0.0, *offsets_s)
    _check_common_moment(trials, shifts_s)
    moved = [_moved(trial, shift_s, trials[0].name) for trial, shift_s in zip(trials, shifts_s, strict=True)]
    events = sorted((event for trial in moved for event in trial.events), key=lambda event: event.time_s)
    return replace(
        trials[0],
        recordings=tuple(recording for trial in moved for recording in trial.recordings),
        task=_said([trial.task for trial in trials], Task.UNKNOWN, "task"),
        condition=_said([trial.condition for trial in trials], Condition(), "condition"),
        participant=_person([trial.participant for trial in trials]),
        side=_said([trial.side for trial in trials], None, "side"),
        events=tuple(events),
        foot_placements=tuple(placement for trial in trials for placement in trial.foot_placements),
        source_sha256=hashlib.sha256("\n".join(trial.source_sha256 for trial in trials).encode()).hexdigest(),
        notes=_notes(trials, shifts_s),
    )


def span_s(trial: Trial) -> tuple[float, float]:
    """From the first sample of any recording of a trial to the last of any [s].

    Parameters
    ----------
    trial : Trial
        With a recording that has samples.

    Returns
    -------
    (float, float)
        On the trial's own time base; NaN where there is no sample. [s]
    """
    times_s = [each.time_s for each in trial.recordings if len(each.time_s)]
    if not times_s:
        return math.nan, math.nan
    return min(float(each[0]) for each in times_s), max(float(each[-1]) for each in times_s)


def _check_common_moment(trials: Sequence[Trial], shifts_s: Sequence[float]) -> None:
    spans_s = [span_s(trial) for trial in trials]
    first = spans_s[0]
    for trial, (start_s, stop_s), shift_s in zip(trials[1:], spans_s[1:], shifts_s[1:], strict=True):
        if not (start_s + shift_s < first[1] and first[0] < stop_s + shift_s):
            raise ValueError(
                f"The trials do not belong together: {trials[0].name} lasts from {first[0]:.2f} s to {first[1]:.2f} s "
                f"and {trial.name}, with {shift_s:+.4f} s added, from {start_s + shift_s:.2f} s to "
                f"{stop_s + shift_s:.2f} s; they have no moment in common."
            )


def _moved(trial: Trial, shift_s: float, first: str) -> Trial:
    if not shift_s:
        return trial
    step = f"Times shifted by {shift_s:+.4f} s onto those of {first!r}."
    return replace(
        trial,
        recordings=tuple(_shifted(each, shift_s, step) for each in trial.recordings),
        events=tuple(Event(event.time_s + shift_s, event.name, event.note) for event in trial.events),
    )


def _shifted(recording: Recording, shift_s: float, step: str) -> Recording:
    return recording.with_step(step, time_s=recording.time_s + shift_s)


def _said(known: Sequence[_Known], nothing: _Known, what: str) -> _Known:
    """What one or several of them say alike."""
    said: list[_Known] = []
    for each in known:
        if each != nothing and each not in said:
            said.append(each)
    if len(said) > 1:
        words = " and ".join(repr(getattr(each, "name", each)) for each in said)
        raise ValueError(f"The trials do not belong together: each says another {what} ({words}).")
    return said[0] if said else nothing


def _person(known: Sequence[Participant]) -> Participant:
    """One person; what one of them does not say, another may."""

    def first(values: Sequence[float]) -> float:
        return next((value for value in values if not math.isnan(value)), math.nan)

    return Participant(
        _said([each.id for each in known], "", "participant"),
        body_mass_kg=first([each.body_mass_kg for each in known]),
        age_years=first([each.age_years for each in known]),
        sex=next((each.sex for each in known if each.sex), ""),
    )


def _notes(trials: Sequence[Trial], shifts_s: Sequence[float]) -> Mapping[str, str]:
    files = [
        f"{trial.name} ({trial.contents}; shifted by {shift_s:+.4f} s; sha256 {trial.source_sha256[:16] or '?'})"
        for trial, shift_s in zip(trials, shifts_s, strict=True)
    ]
    found: dict[str, str] = {"joined": f"One trial out of {len(trials)} files: {'; '.join(files)}."}
    for trial in trials:
        for topic, text in trial.notes.items():
            name = topic if topic not in found else f"{topic} of {trial.name}"
            if found.get(name, text) == text:
                found[name] = text
            else:
                found[f"{name} ({trial.source_sha256[:6]})"] = text
    return found
