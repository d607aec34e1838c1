"""What a clinician or fitter enters by hand: all optional, all checked."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from footload.decision.entered import BySide, Entered, check_plausible, read_toml
from footload.decision.norms import SiteNorms
from footload.decision.tables import input_table, referral_table
from footload.trials import Side

__all__ = ["BySide", "ClinicalInputs", "FpiItems", "KneeAngle", "SiteNorms"]

FpiItem = Annotated[int, Field(ge=-2, le=2)]


class FpiItems(Entered):
    """The six items of the Foot Posture Index of each foot.

    Parameters
    ----------
    left, right : tuple of int, optional
        Talar head, malleolar curves, calcaneus, talonavicular bulge, arch, forefoot; each from -2 to +2.
    """

    left: tuple[FpiItem, FpiItem, FpiItem, FpiItem, FpiItem, FpiItem] | None = None
    right: tuple[FpiItem, FpiItem, FpiItem, FpiItem, FpiItem, FpiItem] | None = None

    @property
    def totals(self) -> dict[Side, float]:
        """The index of each foot whose items were entered."""
        both = {Side.LEFT: self.left, Side.RIGHT: self.right}
        return {side: float(sum(items)) for side, items in both.items() if items is not None}


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
    error_deg : float, optional
        Standard error of the angle, where the site knows its own; otherwise the published ones are used. [deg]
    """

    task: Literal["drop vertical jump", "unilateral step landing", "single-leg squat", "step-down", "squat"]
    side: Side
    angle_deg: float
    convention: Literal["0 is straight", "180 is straight"] = "0 is straight"
    n_trials: int | None = Field(default=None, ge=1)
    error_deg: float | None = Field(default=None, gt=0, le=30)

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
    fpi_items: FpiItems = FpiItems()
    navicular_drop_mm: BySide = BySide()
    dorsal_arch_height_change_mm: BySide = BySide()
    midfoot_width_mobility_mm: BySide = BySide()
    hip_abduction_percent_bw: BySide = BySide()
    hip_external_rotation_percent_bw: BySide = BySide()
    hip_external_rotation_range_deg: BySide = BySide()
    hip_internal_rotation_range_deg: BySide = BySide()
    craig_deg: BySide = BySide()
    thigh_foot_angle_deg: BySide = BySide()
    knee_extension_percent_bw: BySide = BySide()
    side_bridge_s: BySide = BySide()
    y_balance_anterior_cm: BySide = BySide()
    beighton: float | None = None
    less_score: float | None = None
    trendelenburg_sign: bool | None = None
    adductors_short: bool | None = None
    ober_test_positive: bool | None = None
    trunk_leans_in_single_leg_squat: bool | None = None
    fppa: tuple[KneeAngle, ...] = ()

    body_mass_kg: float | None = None
    activity: str | None = Field(default=None, max_length=200)
    shoe: str | None = Field(default=None, max_length=200)
    foot_length_mm: BySide = BySide()
    foot_width_mm: BySide = BySide()
    prior_knee_injury: bool | None = None
    pain_now: float | None = None
    assessed_on: date | None = Field(default=None, ge=date(1900, 1, 1), le=date(2999, 12, 31))
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
    cue_improves_squat: bool | None = None
    fatigue_worsens_movement: bool | None = None
    device_worsens: bool | None = None
    comfort_change_mm: float | None = None
    device_considered: bool | None = None
    eversion_dominant: bool | None = None
    medial_forefoot_load_persists_with_post: bool | None = None
    lateral_overload: bool | None = None

    functional_hallux_limitus: bool | None = None
    passive_hallux_range_normal: bool | None = None
    first_toe_pathology: bool | None = None
    painful_hallux_rigidus: bool | None = None
    morton_foot: bool | None = None
    high_pressure_under_first_ray: bool | None = None
    metatarsalgia: bool | None = None
    central_forefoot_pressure: bool | None = None

    medial_knee_osteoarthritis: bool | None = None
    acute_calf_or_achilles_injury: bool | None = None
    lateral_hip_pain: bool | None = None
    hip_osteoarthritis_flare: bool | None = None
    low_back_pain: bool | None = None
    untrained_in_lifting: bool | None = None
    patellofemoral_flare: bool | None = None
    recent_ankle_sprain_or_fracture: bool | None = None
    ankle_impingement: bool | None = None
    groin_strain: bool | None = None
    hip_impingement_or_dysplasia: bool | None = None
    bruises_easily_or_anticoagulants: bool | None = None
    thrombosis: bool | None = None
    fall_risk: bool | None = None

    pain_weeks: float | None = None
    self_correction_failed: bool | None = None
    limits_activity: bool | None = None
    suspected_structure: bool | None = None
    wants_personal_assessment: bool | None = None
    red_flags: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _sum_of_items(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not given.get("fpi_items"):  # pyright: ignore[reportUnknownMemberType]
            return given  # pyright: ignore[reportUnknownVariableType]
        items = FpiItems.model_validate(given["fpi_items"])
        entered = BySide.model_validate(given.get("fpi") or {})  # pyright: ignore[reportUnknownMemberType]
        for side, total in items.totals.items():
            other = entered.values.get(side, total)
            if other != total:
                raise ValueError(f"fpi is {other:g} on the {side}, but its six items add up to {total:g}; enter one.")
        totals = {side.value: value for side, value in (entered.values | items.totals).items()}
        return {**given, "fpi": totals}  # pyright: ignore[reportUnknownVariableType]

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
        return read_toml(cls, Path(path))
