"""What a person says about how a trial was set up: feet on plates, sizes of feet and legs, markers, the mat's place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from footload.errors import UnresolvedTrialError
from footload.knee.filmed import FilmedKnees
from footload.markers.labels import known_roles, relabeled
from footload.parameters import Asymmetry, Parameters
from footload.recordings import ForceRecording, MarkerRecording, Recording, Side
from footload.trials import FootPlacement, Task, Trial

_SideName = Literal["left", "right"]
_Mm = tuple[float, float]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FootSaid(_Said):
    """One foot: its size, and where it stands on its plate when nothing else shows that."""

    length_mm: float = Field(gt=50, lt=500)
    width_mm: float = Field(gt=20, lt=250)
    heel_mm: _Mm | None = None
    second_toe_mm: _Mm | None = None

    @model_validator(mode="after")
    def _whole(self) -> FootSaid:
        if (self.heel_mm is None) != (self.second_toe_mm is None):
            raise ValueError("heel_mm and second_toe_mm belong together: give both, or neither")
        return self


class LegSaid(_Said):
    """One leg: widths across its joints, from skin to skin."""

    knee_width_mm: float | None = Field(default=None, gt=30, lt=300)
    ankle_width_mm: float | None = Field(default=None, gt=20, lt=200)


class MatSaid(_Said):
    """Where a mat lies in the lab: the corner of its first sensor, and its turn counterclockwise."""

    origin_mm: _Mm
    turn_deg: float = Field(default=0.0, ge=-360, le=360)


class KneesSaid(_Said):
    """Knee angles from video; 0 is straight, positive is valgus."""

    left_deg: float | None = None
    right_deg: float | None = None
    error_deg: float | None = None


class Setup(_Said):
    """A whole set-up; every part may be left out. `docs/setups.md` explains every key."""

    task: str = ""
    side: _SideName | None = None
    body_mass_kg: float | None = Field(default=None, gt=0, lt=1000)
    asymmetry: str = ""
    involved: _SideName | None = None
    keep_rejected: bool | None = None
    marker_cutoff_hz: float | None = Field(default=None, ge=0, lt=1000)
    marker_radius_mm: float | None = Field(default=None, ge=0, lt=50)
    plates: dict[str, _SideName] = Field(default_factory=dict[str, _SideName])
    feet: dict[_SideName, FootSaid] = Field(default_factory=dict[_SideName, FootSaid])
    legs: dict[_SideName, LegSaid] = Field(default_factory=dict[_SideName, LegSaid])
    mat: MatSaid | None = None
    markers: dict[_SideName, dict[str, str]] = Field(default_factory=dict[_SideName, dict[str, str]])
    fppa: KneesSaid | None = None

    @model_validator(mode="after")
    def _known(self) -> Setup:
        if self.task and self.task not in set(Task):
            raise ValueError(f"the task {self.task!r} is not known; known: {', '.join(Task)}")
        if self.asymmetry:
            Asymmetry.named(self.asymmetry)
        for name in self.plates:
            if not name.isdigit() or int(name) < 1:
                raise ValueError(f"plates are numbered from 1, and {name!r} is no number of a plate")
        for role in {role for roles in self.markers.values() for role in roles}:
            if role not in known_roles():
                raise ValueError(f"{role!r} is no role of a marker; known: {', '.join(known_roles())}")
        if self.fppa is not None:
            self.filmed  # noqa: B018 - says what is wrong with it
        return self

    @property
    def filmed(self) -> FilmedKnees | None:
        """Typed-in knee angles, where there are any."""
        if self.fppa is None:
            return None
        return FilmedKnees(self.fppa.left_deg, self.fppa.right_deg, self.fppa.error_deg)

    def parameters(self, parameters: Parameters) -> Parameters:
        """Lay what was said over the parameters of an analysis.

        Parameters
        ----------
        parameters : Parameters
            As asked otherwise.

        Returns
        -------
        footload.Parameters
            What nobody said stays.
        """
        said: dict[str, object] = {
            "asymmetry": Asymmetry.named(self.asymmetry) if self.asymmetry else None,
            "involved_side": self.involved,
            "keep_rejected": self.keep_rejected,
            "marker_cutoff_hz": self.marker_cutoff_hz,
            "marker_radius_mm": self.marker_radius_mm,
            "knee_width_mm": _both({side: leg.knee_width_mm for side, leg in self.legs.items()}),
            "ankle_width_mm": _both({side: leg.ankle_width_mm for side, leg in self.legs.items()}),
            "foot_length_mm": _both({side: foot.length_mm for side, foot in self.feet.items()}),
            "foot_width_mm": _both({side: foot.width_mm for side, foot in self.feet.items()}),
            "mat_origin_mm": self.mat.origin_mm if self.mat else None,
            "mat_turn_deg": self.mat.turn_deg if self.mat else None,
        }
        return replace(parameters, **{name: value for name, value in said.items() if value is not None})  # type: ignore[arg-type]

    def trial(self, trial: Trial) -> Trial:
        """Lay what was said over a trial.

        Parameters
        ----------
        trial : Trial
            As read.

        Returns
        -------
        Trial
            With task, side, mass, feet on plates and marker labels as far as they were said.

        Raises
        ------
        UnresolvedTrialError
            When a plate or a marker that was named is not in it.
        """
        changes: dict[str, object] = {"recordings": self._recordings(trial)}
        if self.task:
            changes["task"] = Task(self.task)
        if self.side:
            changes["side"] = Side(self.side)
        if self.body_mass_kg is not None:
            changes["participant"] = replace(trial.participant, body_mass_kg=self.body_mass_kg)
        placed = tuple(
            FootPlacement(Side(side), foot.heel_mm, foot.second_toe_mm, foot.length_mm, foot.width_mm, "entered")
            for side, foot in self.feet.items()
            if foot.heel_mm is not None and foot.second_toe_mm is not None
        )
        named = {placement.side for placement in placed}
        changes["foot_placements"] = (*placed, *(p for p in trial.foot_placements if p.side not in named))
        return trial.changed(**changes)

    def _recordings(self, trial: Trial) -> tuple[Recording, ...]:
        n_plates = len(trial.forces)
        for name in self.plates:
            if int(name) > n_plates:
                raise UnresolvedTrialError(f"A foot is named for plate {name}, but the trial has {n_plates} plate(s).")
        number = {id(force): str(i) for i, force in enumerate(trial.forces, 1)}
        return tuple(self._said_of(recording, number.get(id(recording), "")) for recording in trial.recordings)

    def _said_of(self, recording: Recording, plate: str) -> Recording:
        if isinstance(recording, ForceRecording) and plate in self.plates:
            side = self.plates[plate]
            return recording.with_step(f"the {side} foot stands on it, as a person says", side=Side(side))
        if isinstance(recording, MarkerRecording) and self.markers:
            try:
                return relabeled(recording, {Side(side): roles for side, roles in self.markers.items()})
            except KeyError as error:
                raise UnresolvedTrialError(str(error.args[0])) from error
        return recording


NOTHING_SAID = Setup()


def read_setup(path: Path | str) -> Setup:
    """Read a set-up from a file.

    Parameters
    ----------
    path : path
        TOML.

    Returns
    -------
    Setup
        Checked.

    Raises
    ------
    ValueError
        When it cannot be read, or says something that cannot be; the message names file and key.
    """
    path = Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path.name} cannot be opened ({error.strerror or error}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is not TOML ({error}).") from error
    try:
        return Setup.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        words = [*(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")]
        raise ValueError(f"{path.name} is wrong at {': '.join(words)}.") from error


def _both(values: Mapping[str, float | None]) -> tuple[float, float] | None:
    """Left and right, 0 where not measured; None when neither was."""
    left, right = (values.get(side.value) or 0.0 for side in Side)
    return (left, right) if left or right else None
