"""Frames that are missing, frames that do not come evenly, and too few of them."""

from __future__ import annotations

from typing import Final

import numpy as np

from footload.arrays import FloatArray
from footload.findings import Severity
from footload.metrics.registry import RUNNING_RATE, Metric, RateNeed, Scope, metrics
from footload.recordings import ForceRecording, PressureRecording
from footload.sanity.check import Check, Examined, Kind, Outcome, Reach
from footload.trials import Task

GAPS: Final = "missing_frames"
UNEVEN: Final = "uneven_frames"
RATE: Final = "sampling_rate"

GAP_FRAMES: Final = 1.5
"""More than so many times the usual time between two frames is a gap."""

UNEVEN_PART: Final = 0.1
UNEVEN_SHARE: Final = 0.05
"""Uneven are frames of which more than 5 % come more than 10 % too early or too late; chosen."""

_MOST_GAPS: Final = 50


def frame_checks(examined: Examined) -> tuple[Check, ...]:
    """Look for missing frames, in the times and in what the device reported, and whether the others come evenly.

    Parameters
    ----------
    examined : Examined
        Its trial's events named ``gap`` count too.

    Returns
    -------
    tuple of Check
        Two for each recording. The note on a gap stands on what was taken from a time that it lies in, the one on
        uneven frames on durations and integrals, because these count frames.
    """
    found: list[Check] = []
    for recording in _timed(examined):
        steps_s = np.diff(recording.time_s)
        usual_s = _usual_s(recording.time_s, steps_s)
        found.append(_gaps(examined, recording, steps_s, usual_s))
        found.append(_evenness(recording, steps_s, usual_s))
    return tuple(found)


def _usual_s(time_s: FloatArray, steps_s: FloatArray) -> float:
    """The median step; the mean one where all are alike, which is had at once."""
    mean_s = float(time_s[-1] - time_s[0]) / len(steps_s)
    alike = steps_s.max() <= (1 + UNEVEN_PART) * mean_s and steps_s.min() >= (1 - UNEVEN_PART) * mean_s
    return mean_s if alike else float(np.median(steps_s))


def _evenness(recording: PressureRecording | ForceRecording, steps_s: FloatArray, usual_s: float) -> Check:
    kept = steps_s[steps_s <= GAP_FRAMES * usual_s]
    share = float(np.mean(np.abs(kept / usual_s - 1) > UNEVEN_PART))
    of = _of(recording)
    if share <= UNEVEN_SHARE:
        return Check(UNEVEN, Outcome.FINE, f"frames{of} come every {1000 * usual_s:.4g} ms")
    told = (
        f"{100 * share:.0f} % of the frames{of} come more than {100 * UNEVEN_PART:.0f} % off their usual "
        f"{1000 * usual_s:.3g} ms ({1000 * kept.min():.3g} to {1000 * kept.max():.3g} ms); "
        "times and integrals take them as even"
    )
    return Check(UNEVEN, Outcome.NOTED, told, (Reach(frozenset({Kind.TIMED}), side=recording.side),))


def rate_checks(examined: Examined) -> tuple[Check, ...]:
    """Compare the sampling rate with what the record of each metric asks for.

    Parameters
    ----------
    examined : Examined
        With its findings.

    Returns
    -------
    tuple of Check
        One for each need that is not met; below half of it the note is a warning. One that all is fine otherwise.
    """
    known = metrics()
    needs: dict[tuple[RateNeed, float], set[str]] = {}
    rates = {id(contact.recording): contact.recording.sampling_rate_hz for contact in examined.contacts}
    usual = [1 / _usual_s(each.time_s, np.diff(each.time_s)) for each in _timed(examined)]
    highest = 0.0
    for finding in examined.findings:
        need = _need(known.get(finding.metric), examined.trial.task)
        if need is None:
            continue
        highest = max(highest, need.hz)
        rate_hz = min(usual, default=np.nan)
        if finding.contact is not None:
            rate_hz = rates[id(examined.contacts[finding.contact].recording)]
        if rate_hz < 0.99 * need.hz:
            needs.setdefault((need, round(rate_hz, 3)), set()).add(finding.metric)
    if needs:
        return tuple(_too_slow(need, rate_hz, names) for (need, rate_hz), names in needs.items())
    if not usual:
        return (Check(RATE, Outcome.NOT_CHECKED, "there is one picture only"),)
    if not highest:
        return (Check(RATE, Outcome.NOT_CHECKED, "no needed rate is known of what was found here"),)
    return (
        Check(RATE, Outcome.FINE, f"recorded at {min(usual):.4g} Hz; no value here asks for more than {highest:g}"),
    )


def _timed(examined: Examined) -> list[PressureRecording | ForceRecording]:
    """What was analyzed: the mats, or the first of the plates, which have one time base; one picture has no time."""
    trial = examined.trial
    return [recording for recording in (trial.pressures or trial.forces[:1]) if len(recording.time_s) > 2]


def _of(recording: PressureRecording | ForceRecording) -> str:
    return f" of the {recording.side} foot" if recording.side else ""


def _gaps(
    examined: Examined, recording: PressureRecording | ForceRecording, steps_s: FloatArray, usual: float
) -> Check:
    time_s = recording.time_s
    places = np.flatnonzero(steps_s > GAP_FRAMES * usual)
    spans = [(float(time_s[k]), float(time_s[k + 1])) for k in places]
    n_missing = int(np.sum(np.rint(steps_s[places] / usual) - 1))
    said = [event.time_s for event in examined.trial.events if event.name == "gap" and _about(event.note, recording)]
    spans += [(at, at) for at in said if not any(start - usual <= at <= stop + usual for start, stop in spans)]
    of = _of(recording)
    if not spans:
        return Check(GAPS, Outcome.FINE, f"no frame{of} is missing")
    longest = max(stop - start for start, stop in spans)
    first = min(start for start, _ in spans)
    how_many = f"{n_missing} frame{'s' * (n_missing != 1)}{of}" if n_missing else f"Frames{of}"
    told = (
        f"{how_many} {'is' if n_missing == 1 else 'are'} missing in {len(spans)} place{'s' * (len(spans) != 1)}, the "
        f"first at {first:.2f} s{f', the longest {1000 * longest:.0f} ms' if longest else ''}; "
        "frames are counted as if none were"
    )
    if len(spans) > _MOST_GAPS:
        spans = [(first, max(stop for _, stop in spans))]
    return Check(GAPS, Outcome.NOTED, told, tuple(Reach(side=recording.side, span_s=span) for span in spans))


def _about(note: str, recording: PressureRecording | ForceRecording) -> bool:
    """Whether a gap that the device reported is one of this recording: not where it names the other foot."""
    return recording.side is None or recording.side.other.value not in note


def _need(record: Metric | None, task: Task) -> RateNeed | None:
    if record is None or record.rate is None:
        return None
    return RUNNING_RATE if task is Task.RUNNING and record.scope is Scope.CONTACT else record.rate


def _too_slow(need: RateNeed, rate_hz: float, names: set[str]) -> Check:
    told = f"recorded at {rate_hz:.4g} Hz, a frame every {1000 / rate_hz:.3g} ms; {need.text} or more are asked for"
    severity = Severity.WARNING if rate_hz < need.hz / 2 else Severity.NOTE
    return Check(RATE, Outcome.NOTED, told, (Reach(metrics=frozenset(names)),), severity)
