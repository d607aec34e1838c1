"""Anything that people enter by hand: unknown names and implausible values are refused with a sentence."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from footload.decision.schemas import InputRow
from footload.decision.tables import input_table, sentences
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


def read_toml(kind: type[_E], path: Path) -> _E:
    """Read what people wrote into a file.

    Parameters
    ----------
    kind : type
        What is expected in it.
    path : Path
        A TOML file.

    Returns
    -------
    Entered
        What was entered.

    Raises
    ------
    ValueError
        When the file is not TOML or something in it is not known or not plausible; the message names the file.
    """
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ValueError(f"{path.name}: {sentences(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: not a TOML file ({error}).") from error
