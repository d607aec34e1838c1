"""What a clinician or fitter enters by hand, and the norms of a site: all optional, all checked."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from footload.decision.schemas import InputRow
from footload.decision.tables import input_table, referral_table, sentences
from footload.trials import Side

_E = TypeVar("_E", bound="Entered")


class Entered(BaseModel):
    """Anything that people enter: unknown names are refused with the nearest known one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_names(cls, given: Any) -> Any:
        for name in given if isinstance(given, dict) else ():  # pyright: ignore[reportUnknownVariableType]
            if name not in cls.model_fields:
                near = get_close_matches(str(name), cls.model_fields, n=1, cutoff=0.5)  # pyright: ignore[reportUnknownArgumentType]
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(cls.model_fields)}."
                raise ValueError(f"{name!r} is not a name here; {hint}")
        return given  # pyright: ignore[reportUnknownVariableType]


class BySide(Entered):
    """One value for each foot or leg, both optional.

    Parameters
    ----------
    left, right : float, optional
        In the unit that the name of the input says.
    """

    left: float | None = None
    right: float | None = None

    @property
    def values(self) -> dict[Side, float]:
        """What was entered, by side."""
        both = {Side.LEFT: self.left, Side.RIGHT: self.right}
        return {side: value for side, value in both.items() if value is not None}


class KneeAngle(Entered):
    """A frontal plane projection angle of the knee, measured from video.

    Parameters
    ----------
    task : str
        What the person did.
    side : Side
        Which leg.
    angle_deg : float
        As it was measured. [deg]
    convention : str
        ``0 is straight`` (+ = valgus) or ``180 is straight`` (smaller = more valgus).
    n_trials : int, optional
        How many trials the angle is the mean of.
    """

    task: Literal["drop vertical jump", "unilateral step landing", "single-leg squat", "step-down", "squat"]
    side: Side
    angle_deg: float
    convention: Literal["0 is straight", "180 is straight"] = "0 is straight"
    n_trials: int | None = Field(default=None, ge=1)

    @property
    def valgus_deg(self) -> float:
        """The angle with 0 = straight and + = valgus. [deg]"""
        return self.angle_deg if self.convention == "0 is straight" else 180.0 - self.angle_deg

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        check_plausible("fppa", self.valgus_deg)
        return self


class ClinicalInputs(Entered):
    """Everything that may be entered by hand; None is not known, never "no".

    What each one means, its unit, its plausible range and what it informs stand in `inputs.toml`.
    """

    wblt_cm: BySide = BySide()
    fpi: BySide = BySide()
    navicular_drop_mm: BySide = BySide()
    hip_abduction_percent_bw: BySide = BySide()
    hip_external_rotation_percent_bw: BySide = BySide()
    fppa: tuple[KneeAngle, ...] = ()

    sex: Literal["female", "male"] | None = None
    age_years: float | None = None
    growth_plates_open: bool | None = None
    months_since_surgery: float | None = None
    symptoms: bool | None = None
    high_impact_activity: bool | None = None
    prolonged_standing: bool | None = None
    running: bool | None = None

    neuropathy: bool | None = None
    insensate: bool | None = None
    ulcer_history: bool | None = None
    peripheral_arterial_disease: bool | None = None
    charcot: bool | None = None
    inflammatory_foot_disease: bool | None = None
    unexplained_swelling: bool | None = None

    medial_shift_falls_with_trial_post: bool | None = None
    heel_lift_improves_squat: bool | None = None
    device_worsens: bool | None = None
    medial_knee_osteoarthritis: bool | None = None
    acute_calf_or_achilles_injury: bool | None = None

    pain_weeks: float | None = None
    self_correction_failed: bool | None = None
    limits_activity: bool | None = None
    suspected_structure: bool | None = None
    wants_personal_assessment: bool | None = None
    red_flags: tuple[str, ...] = ()

    @field_validator("red_flags")
    @classmethod
    def _known_red_flags(cls, flags: tuple[str, ...]) -> tuple[str, ...]:
        known = [flag.id for flag in referral_table().red_flags]
        for flag in flags:
            if flag not in known:
                near = get_close_matches(flag, known, n=1, cutoff=0.4)
                hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}."
                raise ValueError(f"{flag!r} is not a red flag that footload knows; {hint}")
        return tuple(dict.fromkeys(flags))

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        for row in input_table().inputs:
            value = getattr(self, row.name)
            for single in value.values.values() if isinstance(value, BySide) else (value,):
                if isinstance(single, float):
                    check_plausible(row.name, single)
        return self

    @classmethod
    def from_toml(cls, path: Path | str) -> Self:
        """Read the inputs of one person from a file.

        Parameters
        ----------
        path : path
            A TOML file with the names of this class.

        Returns
        -------
        ClinicalInputs
            What was entered.

        Raises
        ------
        ValueError
            When the file is not TOML or an input is not known or not plausible; the message names the file.
        """
        return _read_toml(cls, Path(path))


class SiteNorm(Entered):
    """Mean and spread of one measure in the people of a site.

    Parameters
    ----------
    mean, sd : float
        In the measure's unit; the spread above 0.
    n : int
        How many people, at least 2.
    device : str
        The device the norm holds for; findings of another device are not compared with it.
    """

    mean: float = Field(allow_inf_nan=False)
    sd: float = Field(gt=0, allow_inf_nan=False)
    n: int = Field(ge=2)
    device: str = ""


class SiteBaseRate(Entered):
    """How often the outcome is met at a site.

    Parameters
    ----------
    p0 : float
        Share of people, above 0 and below 1.
    sd_logit : float
        Standard deviation of its log odds.
    source : str
        Where it comes from.
    """

    p0: float = Field(gt=0, lt=1)
    sd_logit: float = Field(gt=0, le=5)
    source: str = ""


class KneeNorm(Entered):
    """Upper end of a site's own average band of a knee angle, 0 = straight, + = valgus. [deg]"""

    task: str
    sex: Literal["female", "male"]
    upper_deg: float = Field(ge=-60, le=90)
    n: int = Field(ge=2)


class SiteNorms(Entered):
    """A site's own norms: without them pronation and hip strength are shown, not scored.

    Parameters
    ----------
    site : str
        Whose norms.
    norms : mapping of str to SiteNorm
        By the name of an input or a finding.
    base_rate : SiteBaseRate, optional
        Replaces the model's own.
    knee : tuple of KneeNorm
        References of a measured knee angle; they come before the published ones.
    """

    site: str = "this site"
    norms: dict[str, SiteNorm] = {}
    base_rate: SiteBaseRate | None = None
    knee: tuple[KneeNorm, ...] = ()

    @field_validator("norms")
    @classmethod
    def _known_measures(cls, norms: dict[str, SiteNorm]) -> dict[str, SiteNorm]:
        known = input_table().per_side
        for name in norms:
            if name not in known:
                raise ValueError(f"A norm of {name!r} is used nowhere; norms are known for {', '.join(known)}.")
        return norms

    @classmethod
    def from_toml(cls, path: Path | str) -> Self:
        """Read a site's norms from a file.

        Parameters
        ----------
        path : path
            A TOML file with the names of this class.

        Returns
        -------
        SiteNorms
            The norms.

        Raises
        ------
        ValueError
            When the file is not TOML or a norm is not possible; the message names the file.
        """
        return _read_toml(cls, Path(path))


def check_plausible(name: str, value: float) -> None:
    """Refuse an input outside its plausible range with a sentence.

    Parameters
    ----------
    name : str
        Of the input.
    value : float
        In its unit.

    Raises
    ------
    ValueError
        When it is not a finite number, or outside the range of `inputs.toml`.
    """
    row = input_table().row(name)
    assert isinstance(row, InputRow)
    if not isfinite(value):
        raise ValueError(f"{name} is {value}, but an input is a finite number; leave out what was not measured.")
    if row.low is not None and row.high is not None and not row.low <= value <= row.high:
        raise ValueError(
            f"{name} is {value:g} {row.unit}, "
            f"but {row.label.lower()} lies between {row.low:g} and {row.high:g} {row.unit}."
        )


def _read_toml(kind: type[_E], path: Path) -> _E:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ValueError(f"{path.name}: {sentences(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: not a TOML file ({error}).") from error
