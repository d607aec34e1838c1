"""A small TOML beside a table of forces that says which column is what: plates, axes, units, rate."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from footload.readers.sidecar import checked, description_in, sidecar_of, unknown_key
from footload.readers.unpacking import DamagedFileError

KIND = "force"
"""What the description's key ``footload`` says."""

_Place = tuple[float, float, float]


class DescribedPlate(BaseModel):
    """One plate of a table; `docs/tables.md` explains every key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    force: tuple[str, str, str] | None = None
    vertical: str | None = None
    moment: tuple[str, str, str] | None = None
    cop: tuple[str, str] | None = None
    free_moment: str | None = None
    corners_mm: tuple[_Place, _Place, _Place, _Place] | None = None
    side: Literal["left", "right"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> DescribedPlate:
        if (self.force is None) == (self.vertical is None):
            raise ValueError("give either force (three columns) or vertical (one column)")
        if self.moment is not None and self.cop is not None:
            raise ValueError("give either moment (about the middle of the surface) or cop, not both")
        if self.vertical is not None and self.moment is not None:
            raise ValueError("a moment needs all three forces")
        if self.free_moment is not None and self.cop is None:
            raise ValueError("free_moment stands beside cop; moment holds it already")
        if self.cop is not None and self.corners_mm is None:
            raise ValueError("cop is in the lab, so the plate needs its corners_mm")
        return self


class ForceSidecar(BaseModel):
    """What a description beside a table of forces may say; `docs/tables.md` explains every key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    footload: Literal["force"]
    plates: tuple[DescribedPlate, ...] = Field(min_length=1, max_length=32)
    rate_hz: float | None = Field(default=None, gt=0, le=1e6)
    time: str | None = None
    time_unit: Literal["s", "ms", "us"] = "s"
    columns: tuple[str, ...] | None = None
    delimiter: Literal[",", ";", "tab"] = ","
    skip_lines: int = Field(default=0, ge=0, le=10_000)
    up: Literal["z", "-z", "y"] = "z"
    force_of: Literal["ground", "person"] = "ground"
    moment_unit: Literal["N.mm", "N.m"] = "N.mm"
    cop_unit: Literal["mm", "cm", "m"] = "mm"
    task: str = ""
    side: Literal["left", "right"] | None = None
    body_mass_kg: float | None = Field(default=None, gt=0, lt=1000)
    source: str = ""

    @model_validator(mode="after")
    def _timed(self) -> ForceSidecar:
        if (self.rate_hz is None) == (self.time is None):
            raise ValueError("give either rate_hz or time (the name of the column of times), not both")
        return self


def read_force_sidecar(path: Path) -> ForceSidecar:
    """Read and check the description beside a table of forces.

    Parameters
    ----------
    path : path
        The table, not the description.

    Returns
    -------
    ForceSidecar
        Checked.

    Raises
    ------
    DamagedFileError
        When there is none, or it does not say what it has to; unknown keys are named with the nearest known one.
    """
    beside = sidecar_of(path)
    if beside is None:
        raise DamagedFileError(
            f"it does not say which column is what; describe it in {path.stem}.toml beside it "
            f'(footload = "{KIND}"; see docs/tables.md).'
        )
    content = description_in(beside)
    if found := _unknown(content):
        raise DamagedFileError(f"the description {beside.name} has {found}")
    return checked(ForceSidecar, content, beside)


def _unknown(content: dict[str, Any]) -> str:
    """A key that nobody reads, with the nearest known one; empty when there is none."""
    plates = content.get("plates")
    tables = [(content, ForceSidecar)]
    if isinstance(plates, list):
        inside = [cast("dict[str, Any]", plate) for plate in cast("list[object]", plates) if isinstance(plate, dict)]
        tables += [(plate, DescribedPlate) for plate in inside]
    return next(filter(None, (unknown_key(table, model) for table, model in tables)), "")
