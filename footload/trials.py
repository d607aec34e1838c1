"""What was done, by whom, on what: the nouns around the recordings of one trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self, TypeVar

import numpy as np

from footload.errors import UnresolvedTrialError
from footload.recordings import ForceRecording, MarkerRecording, PressureRecording, Recording, Side

_R = TypeVar("_R", PressureRecording, ForceRecording, MarkerRecording)


class Task(StrEnum):
    """What the person did."""

    UNKNOWN = "unknown"
    QUIET_STANCE = "quiet stance"
    WALKING = "walking"
    RUNNING = "running"
    SQUAT = "squat"
    SINGLE_LEG_SQUAT = "single-leg squat"
    STEP_DOWN = "step-down"
    DROP_LANDING = "drop landing"
    DROP_VERTICAL_JUMP = "drop vertical jump"
    COUNTERMOVEMENT_JUMP = "countermovement jump"
    SQUAT_JUMP = "squat jump"


@dataclass(frozen=True, slots=True)
class Condition:
    """What was worn or changed: barefoot, shoe, wedge, heel lift, cue.

    Parameters
    ----------
    name : str
        What people call it.
    footwear, device : str
        The shoe; the orthotic, wedge or lift in it.
    note : str
        Anything else.
    """

    name: str = ""
    footwear: str = ""
    device: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """The person, by a pseudonym. Names and birth dates have no place here.

    Parameters
    ----------
    id : str
        A pseudonym.
    body_mass_kg : float
        NaN when not known. [kg]
    age_years : float
        NaN when not known.
    sex : str
        ``female``, ``male`` or empty.

    Raises
    ------
    ValueError
        When the mass or the age is not positive, or the sex is another word.
    """

    id: str = ""
    body_mass_kg: float = float("nan")
    age_years: float = float("nan")
    sex: str = ""

    def __post_init__(self) -> None:
        for name, unit in (("body_mass_kg", "kg"), ("age_years", "years")):
            value = getattr(self, name)
            if not np.isnan(value) and not 0 < value < 1000:
                raise ValueError(f"{name} is {value:g}, but a person has a positive number of {unit}, below 1000.")
        if self.sex not in {"", "female", "male"}:
            raise ValueError(f"sex is {self.sex!r}; known are 'female', 'male' and '' (not known).")


@dataclass(frozen=True, slots=True)
class Event:
    """A moment with a name: a mark of the user, a gap of the device.

    Parameters
    ----------
    time_s : float
        On the trial's time base. [s]
    name : str
        ``mark``, ``gap``, ...
    note : str
        What people should know about it.
    """

    time_s: float
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FootPlacement:
    """Where a foot stands when no mat sees it, from markers, a tracing or another trial's footprint.

    Parameters
    ----------
    side : Side
        Which foot.
    heel_mm : (x, y)
        Heel centre in the plate frame. [mm]
    forefoot_mm : (x, y)
        Second toe, or between the second and third metatarsal head, in the plate frame. [mm]
    length_mm : float
        Foot length from heel to toe. [mm]
    width_mm : float
        Foot width at two thirds of the length. [mm]
    source : str
        Who says so.

    Raises
    ------
    ValueError
        When a length is not positive or the two points are the same.
    """

    side: Side
    heel_mm: tuple[float, float]
    forefoot_mm: tuple[float, float]
    length_mm: float
    width_mm: float
    source: str = ""

    def __post_init__(self) -> None:
        for name in ("length_mm", "width_mm"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, but a foot has a {name} above 0 mm.")
        if self.heel_mm == self.forefoot_mm:
            raise ValueError(f"Heel and forefoot are both at {self.heel_mm} mm, but an axis needs two places.")


def _no_notes() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One recorded trial: recordings on one time base and what is known around them.

    Parameters
    ----------
    name : str
        What people call it; usually the file's stem.
    recordings : tuple of recordings
        Pressure, force, markers, all on the same time base.
    task : Task
        What the person did.
    condition : Condition
        What was worn or changed.
    participant : Participant
        By pseudonym.
    side : Side, optional
        The foot that was tested, where the whole trial has one.
    events : tuple of Event
        In order of time.
    foot_placements : tuple of FootPlacement
        For plates that do not see the foot.
    source_sha256 : str
        Fingerprint of the file.
    notes : mapping
        What the reader assumed and found, as sentences by topic.

    Raises
    ------
    ValueError
        When there is no recording in it.
    """

    name: str
    recordings: tuple[Recording, ...]
    task: Task = Task.UNKNOWN
    condition: Condition = field(default_factory=Condition)
    participant: Participant = field(default_factory=Participant)
    side: Side | None = None
    events: tuple[Event, ...] = ()
    foot_placements: tuple[FootPlacement, ...] = ()
    source_sha256: str = ""
    notes: Mapping[str, str] = field(default_factory=_no_notes)

    def __post_init__(self) -> None:
        if not self.recordings:
            raise ValueError(f"Trial {self.name!r} has no recording; a trial holds at least one.")
        object.__setattr__(self, "notes", MappingProxyType(dict(self.notes)))

    @property
    def pressures(self) -> tuple[PressureRecording, ...]:
        """Every pressure recording."""
        return self._all(PressureRecording)

    @property
    def forces(self) -> tuple[ForceRecording, ...]:
        """Every force recording, one a plate."""
        return self._all(ForceRecording)

    @property
    def markers(self) -> tuple[MarkerRecording, ...]:
        """Every marker recording."""
        return self._all(MarkerRecording)

    @property
    def pressure(self) -> PressureRecording:
        """The first pressure recording.

        Raises
        ------
        UnresolvedTrialError
            When the trial has none.
        """
        if not self.pressures:
            raise UnresolvedTrialError(f"Trial {self.name!r} has no pressure recording; it holds {self.contents}.")
        return self.pressures[0]

    @property
    def contents(self) -> str:
        """What is in it, in words."""
        kinds = {"pressure": self.pressures, "force plate": self.forces, "marker": self.markers}
        counted = {kind: len(found) for kind, found in kinds.items() if found}
        return ", ".join(f"{n} {kind} recording{'s' if n > 1 else ''}" for kind, n in counted.items())

    @property
    def duration_s(self) -> float:
        """From the first to the last frame of any recording. [s]"""
        starts = [recording.time_s[0] for recording in self.recordings if recording.n_frames]
        stops = [recording.time_s[-1] for recording in self.recordings if recording.n_frames]
        return float(max(stops) - min(starts)) if starts else 0.0

    def _all(self, kind: type[_R]) -> tuple[_R, ...]:
        return tuple(recording for recording in self.recordings if isinstance(recording, kind))

    def changed(self, **changes: Any) -> Self:
        """Make the next trial: the same with changes.

        Parameters
        ----------
        **changes
            Fields that change.

        Returns
        -------
        Trial
            A new trial; this one stays as it is.
        """
        return replace(self, **changes)
