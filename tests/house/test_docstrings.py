"""Every public name says what it is, what it takes and gives, and in which unit."""

from __future__ import annotations

import importlib
import inspect
import re
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from numpydoc.validate import validate
from pydantic import BaseModel

from footload.metrics.registry import metrics

REPOSITORY = Path(__file__).resolve().parents[2]

# Missing text, unknown parameters, missing Returns, missing descriptions; missing parameters are looked at below.
RULES = {"GL08", "SS01", "PR01", "PR02", "PR07", "RT01", "RT03"}
QUANTITY = re.compile(r"_(mm|mm2|cm2|s|hz|n|nmm|kpa|kg|deg|percent|ns)$")
UNIT = re.compile(r"\[[^\]]+\]")


def module_names() -> list[str]:
    """Every module of the three packages, without importing them."""
    packages = (REPOSITORY / name for name in ("footload", "devices", "dashboard"))
    files = sorted(file for package in packages for file in package.rglob("*.py"))
    dotted = (".".join(file.relative_to(REPOSITORY).with_suffix("").parts) for file in files)
    return [name.removesuffix(".__init__") for name in dotted if not name.endswith("__main__")]


def public_names(module: ModuleType) -> list[str]:
    """Full names of a module's public functions and classes, and of the public members of those classes."""
    names: list[str] = []
    for name, item in vars(module).items():
        if name.startswith("_") or getattr(item, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(item) or inspect.isclass(item):
            names.append(f"{module.__name__}.{name}")
        if inspect.isclass(item) and not is_protocol(item):
            names += [f"{module.__name__}.{name}.{member}" for member, it in vars(item).items() if is_told(member, it)]
    return names


def is_protocol(item: Any) -> bool:
    """Whether a class only says what others have to offer; what each method takes is said there."""
    return bool(getattr(item, "_is_protocol", False))


def is_told(member: str, item: object) -> bool:
    """Whether a class member is public, written by hand, and not said to be told where it is overridden."""
    written = inspect.isfunction(item) or isinstance(item, property | cached_property | classmethod | staticmethod)
    overrides = getattr(item.fget if isinstance(item, property) else item, "__override__", False)
    return written and not overrides and not member.startswith("_")


def undescribed_parameters(item: Any, doc: str, message: str) -> list[str]:
    """Parameters that a docstring never mentions.

    What an enumeration, an exception or a protocol inherits does not count, tables that people write (pydantic)
    describe each key where it stands, and commands describe each option in its help.
    """
    if inspect.isclass(item) and (issubclass(item, Enum | Exception | BaseModel) or is_protocol(item)):
        return []
    if inspect.isfunction(item) and all(
        "Annotated[" in str(kind) for kind in item.__annotations__.values() if kind != "None"
    ):
        return []
    return [name for name in re.findall(r"'\*{0,2}(\w+)'", message) if not re.search(rf"\b{name}\b", doc)]


def is_formula(item: Any) -> bool:
    """Whether this is a registered metric: its record says what it takes, its first line what it gives."""
    return getattr(metrics().get(getattr(item, "__name__", "")), "function", None) is item


def complaints(name: str, item: Any) -> list[str]:
    """What numpydoc and the house find missing in a docstring."""
    report = validate(name)
    doc = report["docstring"] or ""
    found: list[str] = []
    for code, text in report["errors"]:
        if code in {"PR01", "RT01"} and is_formula(item):
            continue
        if code in RULES and (code != "PR01" or undescribed_parameters(item, doc, text)):
            found.append(f"{name}: {code} {text}")
    if (is_formula(item) or QUANTITY.search(name.rpartition(".")[2])) and not UNIT.search(
        doc.strip().split("\n\n", maxsplit=1)[0]
    ):
        found.append(f"{name}: it gives a quantity, but its first line does not end with [unit]")
    return found


def resolved(name: str, module: ModuleType) -> Any:
    """The object behind a full name."""
    item: Any = module
    for part in name.removeprefix(f"{module.__name__}.").split("."):
        item = inspect.getattr_static(item, part)
    return item


@pytest.mark.filterwarnings("ignore:Unknown section Example Scenarios")
@pytest.mark.parametrize("module_name", module_names())
def test_a_module_and_its_public_names_are_documented(module_name: str) -> None:
    module = importlib.import_module(module_name)
    assert (module.__doc__ or "").strip(), f"{module_name} does not open with a sentence"
    assert [line for name in public_names(module) for line in complaints(name, resolved(name, module))] == []


def undocumented_mm(length: float) -> float:
    """Say nothing about the unit or what it takes."""
    return length


def test_a_missing_parameter_and_a_missing_unit_are_noticed() -> None:
    found = complaints(f"{__name__}.undocumented_mm", undocumented_mm)
    assert any("PR01" in line for line in found)
    assert any("[unit]" in line for line in found)
