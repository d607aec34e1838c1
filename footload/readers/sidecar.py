"""A small TOML beside a file that says what the file itself does not: unit, cells, rate, orientation."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from footload.readers.unpacking import DamagedFileError

_MOST_BYTES = 1 << 20
Described = TypeVar("Described", bound=BaseModel)
MARK = "footload"


class Sidecar(BaseModel):
    """What a description beside a file may say; `docs/tables.md` explains every key."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    footload: Literal["table", "swing_catalyst"]
    pitch_mm: tuple[float, float] | None = None
    unit: str = "counts"
    rows: int | None = Field(default=None, ge=1, le=4096)
    columns: int | None = Field(default=None, ge=1, le=4096)
    cells: tuple[tuple[float, float, float], ...] | None = None
    rate_hz: float | None = Field(default=None, gt=0, le=1e6)
    time: str | None = None
    time_unit: Literal["s", "ms", "us"] = "s"
    pressure: str | None = None
    delimiter: Literal[",", ";", "tab", "space"] = ","
    skip_lines: int = Field(default=0, ge=0, le=10_000)
    origin_mm: tuple[float, float] = (0.0, 0.0)
    first_row: Literal["heel", "toes"] = "heel"
    first_column: Literal["left", "right"] = "left"
    missing: tuple[int, ...] = ()
    side: Literal["left", "right"] | None = None
    task: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Sidecar:
        if self.pitch_mm is not None and not all(0.05 <= pitch <= 10_000 for pitch in self.pitch_mm):
            raise ValueError("pitch_mm is the width and height of a cell, each from 0.05 to 10000 mm")
        if self.cells is not None and not all(area > 0 for _, _, area in self.cells):
            raise ValueError("every one of cells is [x_mm, y_mm, area_mm2] with an area above 0")
        if self.footload == "swing_catalyst":
            if self.pitch_mm is None:
                raise ValueError("pitch_mm is missing: the width and height of a cell in mm")
            return self
        grid = (self.rows, self.columns, self.pitch_mm)
        wrong = None in grid if self.cells is None else any(part is not None for part in grid)
        if wrong:
            raise ValueError("give either rows, columns and pitch_mm for a grid, or cells for free places")
        if (self.rate_hz is None) == (self.time is None):
            raise ValueError("give either rate_hz or time (the name of the column or array of times), not both")
        return self

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.cells) if self.cells is not None else (self.rows or 0) * (self.columns or 0)


def sidecar_of(path: Path) -> Path | None:
    """The description beside a file: the same name with `.toml` for its ending, or after it.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    path or None
        None when there is none, or the file there is no description of footload's.
    """
    for beside in (path.with_name(path.name + ".toml"), path.with_suffix(".toml")):
        if beside == path:
            continue
        try:
            with beside.open("rb") as file:
                head = file.read(4096)
        except OSError:
            continue
        if any(line.split(b"=")[0].strip() == MARK.encode() for line in head.splitlines() if b"=" in line):
            return beside
    return None


def read_sidecar(path: Path, kind: str) -> Sidecar:
    """Read and check the description beside a file.

    Parameters
    ----------
    path : path
        The file, not the description.
    kind : str
        What its key ``footload`` has to say.

    Returns
    -------
    Sidecar
        Checked.

    Raises
    ------
    DamagedFileError
        When there is none, or it does not say what it has to; unknown keys are named with the nearest known one.
    """
    beside = sidecar_of(path)
    if beside is None:
        raise DamagedFileError(
            f"it does not say how large its cells are; describe it in {path.stem}.toml beside it "
            f'(footload = "{kind}", pitch_mm = [10.0, 10.0]; see docs/tables.md).'
        )
    content = description_in(beside)
    if found := unknown_key(content, Sidecar):
        raise DamagedFileError(f"the description {beside.name} has {found}")
    described = checked(Sidecar, _with_tuples(content), beside)
    if described.footload != kind:
        raise DamagedFileError(
            f"the description {beside.name} is for {described.footload!r}, but the file is a {kind!r}."
        )
    return described


def description_in(beside: Path) -> dict[str, Any]:
    """Read a description as it stands.

    Parameters
    ----------
    beside : path
        The description.

    Returns
    -------
    dict
        Its keys and values, not checked.

    Raises
    ------
    DamagedFileError
        When it cannot be read, or is no TOML.
    """
    try:
        with beside.open("rb") as file:
            return tomllib.loads(file.read(_MOST_BYTES).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise DamagedFileError(f"the description {beside.name} beside it cannot be read ({error}).") from error


def unknown_key(content: Mapping[str, Any], model: type[BaseModel]) -> str:
    """Say which key of a description nobody reads.

    Parameters
    ----------
    content : mapping
        Of the description, or of a table in it.
    model : pydantic model
        What is read.

    Returns
    -------
    str
        The first such key with the nearest known one; empty when there is none.
    """
    for key in sorted(set(content) - set(model.model_fields)):
        near = difflib.get_close_matches(key, model.model_fields, 1)
        meant = f"; {near[0]!r} was meant?" if near else f"; known: {', '.join(model.model_fields)}."
        return f"a key {key!r} that nobody reads{meant}"
    return ""


def checked(model: type[Described], content: Mapping[str, Any], beside: Path) -> Described:
    """Check what a description says.

    Parameters
    ----------
    model : pydantic model
        What it has to be.
    content : mapping
        Of the description.
    beside : path
        Named when something is wrong.

    Returns
    -------
    pydantic model
        With the description's values.

    Raises
    ------
    DamagedFileError
        Naming the first wrong place.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        words = [*(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")]
        raise DamagedFileError(f"the description {beside.name} is wrong at {': '.join(words)}.") from error


def _with_tuples(value: Any) -> Any:
    """TOML's lists as tuples with whole numbers as such, so that the check can be strict."""
    if isinstance(value, list):
        return tuple(_with_tuples(item) for item in cast("list[Any]", value))
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in cast("dict[str, Any]", value).items()}
    return value


def kind_beside(path: Path) -> str:
    """What kind of file the description beside a file is for, without checking the rest of it.

    Parameters
    ----------
    path : path
        The file, not the description.

    Returns
    -------
    str
        The value of its key ``footload``; empty when there is no such description.
    """
    beside = sidecar_of(path)
    if beside is None:
        return ""
    try:
        return str(description_in(beside).get(MARK, ""))
    except DamagedFileError:
        # A damaged description still is one: its reader says what is wrong with it.
        return "table"
