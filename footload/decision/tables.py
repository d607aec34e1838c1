"""The evidence tables, read from their TOML files when first asked for and checked as they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TypeVar

from pydantic import ValidationError

from footload.decision.conditions import Condition
from footload.decision.plan_schemas import Chain, DrillTable, ProtocolTable, SizeTable
from footload.decision.rule_schemas import RuleTable, SheetTable
from footload.decision.schemas import (
    InputTable,
    KneeTable,
    ReferralTable,
    Table,
    TendencyModel,
    UnscoredTable,
)
from footload.decision.screening_schemas import ScreeningTable
from footload.errors import EvidenceError

_M = TypeVar("_M", bound=Table)


@cache
def tendency_model() -> TendencyModel:
    """The tendency model.

    Returns
    -------
    TendencyModel
        Read once from `tendency.toml`.
    """
    return _known_facts("tendency.toml", _read("tendency.toml", TendencyModel))


@cache
def knee_table() -> KneeTable:
    """References of a measured knee.

    Returns
    -------
    KneeTable
        Read once from `knee.toml`.
    """
    return _read("knee.toml", KneeTable)


@cache
def input_table() -> InputTable:
    """What the decision reads.

    Returns
    -------
    InputTable
        Read once from `inputs.toml`.
    """
    return _read("inputs.toml", InputTable)


@cache
def rule_table() -> RuleTable:
    """Every orthotic and footwear rule.

    Returns
    -------
    RuleTable
        Read once from `rules.toml`.
    """
    return _known_facts("rules.toml", _read("rules.toml", RuleTable))


@cache
def referral_table() -> ReferralTable:
    """Red flags and triggers.

    Returns
    -------
    ReferralTable
        Read once from `red_flags.toml`.
    """
    return _known_facts("red_flags.toml", _read("red_flags.toml", ReferralTable))


@cache
def unscored_table() -> UnscoredTable:
    """What is shown and not scored.

    Returns
    -------
    UnscoredTable
        Read once from `not_scored.toml`.
    """
    return _read("not_scored.toml", UnscoredTable)


@cache
def kinetic_chain() -> Chain:
    """The contributing factors and how they are linked.

    Returns
    -------
    Chain
        Read once from `factors.toml`.
    """
    return _known_facts("factors.toml", _read("factors.toml", Chain))


@cache
def drill_table() -> DrillTable:
    """The correction plan as data.

    Returns
    -------
    DrillTable
        Read once from `drills.toml`.
    """
    return _known_facts("drills.toml", _read("drills.toml", DrillTable))


@cache
def protocol_table() -> ProtocolTable:
    """How each task is recorded.

    Returns
    -------
    ProtocolTable
        Read once from `protocols.toml`.
    """
    return _read("protocols.toml", ProtocolTable)


@cache
def sheet_table() -> SheetTable:
    """The fields of the prescription sheet.

    Returns
    -------
    SheetTable
        Read once from `prescription.toml`.
    """
    return _read("prescription.toml", SheetTable)


@cache
def size_table() -> SizeTable:
    """Systems of shoe sizes.

    Returns
    -------
    SizeTable
        Read once from `shoe_sizes.toml`.
    """
    return _read("shoe_sizes.toml", SizeTable)


@cache
def screening_table() -> ScreeningTable:
    """Every test that compares two conditions at once.

    Returns
    -------
    ScreeningTable
        Read once from `screening.toml`.
    """
    return _read("screening.toml", ScreeningTable)


def _read(name: str, kind: type[_M]) -> _M:
    text = files("footload.decision").joinpath(name).read_text(encoding="utf-8")
    try:
        return kind.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise EvidenceError(f"{name}: {sentences(error)}") from error


def _known_facts(name: str, table: _M) -> _M:
    known = input_table().facts
    unknown = sorted({fact for condition in _conditions(table) for fact in condition.facts} - known)
    if unknown:
        raise EvidenceError(f"{name}: nothing provides the facts {', '.join(unknown)}; add them to inputs.toml.")
    return table


def _conditions(part: object) -> Iterator[Condition]:
    if isinstance(part, Condition):
        yield part
    elif isinstance(part, Table):
        for field in type(part).model_fields:
            yield from _conditions(getattr(part, field))
    elif isinstance(part, tuple):
        for item in part:  # pyright: ignore[reportUnknownVariableType]
            yield from _conditions(item)  # pyright: ignore[reportUnknownArgumentType]


def sentences(error: ValidationError) -> str:
    """A validation error as one line for people.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.

    Returns
    -------
    str
        Every place with what is wrong there.
    """
    lines: list[str] = []
    for problem in error.errors():
        place = ".".join(str(step) for step in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{place}: {message}" if place else message)
    return "; ".join(lines)
