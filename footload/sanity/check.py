"""What a check says, and which findings it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from footload.findings import Finding, QualityNote, Severity
from footload.foot.contact import WHOLE, FootContact
from footload.metrics.registry import Scope, metrics
from footload.recordings import Recording
from footload.tasks.repetition import Repetition
from footload.trials import Side, Trial


class Outcome(StrEnum):
    """How a check came out."""

    FINE = "fine"
    """Looked at, nothing found."""

    NOTED = "noted"
    """Something was found; the findings it touches say so."""

    NOT_CHECKED = "not checked"
    """It could not be looked at; the sentence says why."""


class Kind(StrEnum):
    """What a value rests on, so that a fault reaches the values that it can change and no others."""

    LEVEL = "level"
    """How much force or pressure there is."""

    SPREAD = "spread"
    """How the load is spread over the foot: the CoP, shares and balances."""

    TIMED = "timed"
    """How long something takes."""

    MEDIAL_SHIFT = "medial shift"
    """How far the CoP goes medially in a movement."""


ALL_KINDS: Final = frozenset(Kind)

_LEVEL_UNITS: Final = frozenset({"N", "N·s", "N/s", "kPa", "kPa·s", "W", "N·m", "counts", "counts·s", "counts/s"})
_TIMED_UNITS: Final = frozenset(
    {"s", "Hz", "N·s", "N/s", "kPa·s", "mm/s", "m/s", "cm2/s", "BW/s", "W", "counts·s", "counts/s"}
)
_SPREAD_TOPICS: Final = frozenset(
    {
        "balances",
        "gait_line",
        "landing_foot",
        "medial_shift",
        "roll_off",
        "standing",
        "sway",
        "sway_area",
        "sway_spectrum",
    }
)
_SPREAD_NAMES: Final = frozenset({"force_time_share", "modified_arch_index", "arch_index_cop_chord"})
_STANCE_SHARES: Final = frozenset({"loading_begins", "loading_ends"})


@cache
def kinds_of(metric: str, unit: str) -> frozenset[Kind]:
    """What the values of a metric rest on.

    Parameters
    ----------
    metric : str
        Its name.
    unit : str
        Of the finding: force and pressure are told by it.

    Returns
    -------
    frozenset of Kind
        Empty for shapes and places, such as the arch index or the length of a step.
    """
    found = {kind for kind, units in ((Kind.LEVEL, _LEVEL_UNITS), (Kind.TIMED, _TIMED_UNITS)) if unit in units}
    record = metrics().get(metric)
    topic = record.function.__module__.rpartition(".")[2] if record else ""
    if topic in _SPREAD_TOPICS or metric in _SPREAD_NAMES:
        found.add(Kind.SPREAD)
    if metric in _STANCE_SHARES or metric.endswith("_phase"):
        found.add(Kind.TIMED)
    if metric.startswith("cop_medial_shift"):
        found.add(Kind.MEDIAL_SHIFT)
    if record and record.scope is Scope.SWAY:
        found.add(Kind.SPREAD)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which findings a fault touches.

    Parameters
    ----------
    kinds : frozenset of Kind, optional
        Only values that rest on one of these; None for every value.
    metrics : frozenset of str, optional
        Only these metrics.
    contact : int, optional
        Only what was found in this contact; values of a movement by the foot of that side.
    side : Side, optional
        Only this foot, and what both feet share.
    regions : frozenset of str, optional
        Only these parts of the foot, and the whole.
    span_s : (start, stop), optional
        Only what was taken from a time that this one is part of. [s]
    """

    kinds: frozenset[Kind] | None = None
    metrics: frozenset[str] | None = None
    contact: int | None = None
    side: Side | None = None
    regions: frozenset[str] | None = None
    span_s: tuple[float, float] | None = None

    def covers(self, finding: Finding, taken_s: tuple[float, float]) -> bool:
        """Whether it touches a finding.

        Parameters
        ----------
        finding : Finding
            Any.
        taken_s : (start, stop)
            The time that the finding was taken from. [s]

        Returns
        -------
        bool
            True where all that is asked for holds.
        """
        if self.metrics is not None and finding.metric not in self.metrics:
            return False
        if self.kinds is not None and not self.kinds & kinds_of(finding.metric, finding.unit):
            return False
        if self.side is not None and finding.side not in {self.side, None}:
            return False
        if finding.contact is not None and self.contact not in {finding.contact, None}:
            return False
        if self.regions is not None and finding.region not in {"", WHOLE, *self.regions}:
            return False
        return self.span_s is None or (self.span_s[0] <= taken_s[1] and taken_s[0] <= self.span_s[1])


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Parameters
    ----------
    code : str
        Which check.
    outcome : Outcome
        How it came out.
    text : str
        A sentence: what was found, or why it was not looked at.
    reaches : tuple of Reach
        The findings that carry the note; empty unless noted.
    severity : Severity
        How much it takes away from them.
    """

    code: str
    outcome: Outcome
    text: str
    reaches: tuple[Reach, ...] = ()
    severity: Severity = Severity.WARNING

    @property
    def note(self) -> QualityNote:
        """What the touched findings carry."""
        return QualityNote(self.code, self.text, self.severity)

    def to_record(self) -> dict[str, Any]:
        """Plain values for JSON.

        Returns
        -------
        dict
            ``code``, ``outcome``, ``severity`` (of what was noted) and ``text``.
        """
        noted = self.outcome is Outcome.NOTED
        return {
            "code": self.code,
            "outcome": self.outcome.value,
            "severity": self.severity.value if noted else None,
            "text": self.text,
        }


def _no_recordings() -> Mapping[int, Recording]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """What the checks look at: a trial and what was found in it.

    Parameters
    ----------
    trial : Trial
        What was analyzed, after zeroing.
    contacts : tuple of FootContact
        The feet that count.
    rejected : tuple of FootContact
        What was left out.
    repetitions : tuple of Repetition
        Squats, landings and the like.
    findings : tuple of Finding
        Before any note.
    as_read : mapping of int to recording
        Recordings before zeroing, by the `id` of those of the trial; those that were not changed may be missing.
    """

    trial: Trial
    contacts: tuple[FootContact, ...] = ()
    rejected: tuple[FootContact, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    findings: tuple[Finding, ...] = ()
    as_read: Mapping[int, Recording] = field(default_factory=_no_recordings)

    def taken_s(self, finding: Finding) -> tuple[float, float]:
        """The time that a finding was taken from. [s]

        Parameters
        ----------
        finding : Finding
            One of `findings`.

        Returns
        -------
        start, stop : float
            Of its contact or repetition, else of the whole trial. [s]
        """
        if finding.contact is not None and finding.contact < len(self.contacts):
            time_s = self.contacts[finding.contact].time_s
            return float(time_s[0]), float(time_s[-1])
        time_s = (self.trial.pressures or self.trial.recordings)[0].time_s
        for repetition in self.repetitions:
            if repetition.number == finding.repetition:
                return float(time_s[repetition.start]), float(time_s[min(repetition.stop, len(time_s)) - 1])
        return float("-inf"), float("inf")
