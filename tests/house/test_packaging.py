"""What is installed: every data file, one version, one console command."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import footload

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The project's own description."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", ["footload", "devices", "dashboard"])
def test_every_data_file_of_a_package_is_shipped(project: dict[str, Any], package: str) -> None:
    folder = REPOSITORY / package
    patterns = project["tool"]["setuptools"]["package-data"][package]
    shipped = {file for pattern in patterns for file in folder.glob(pattern)}
    files = {file for file in folder.rglob("*") if file.is_file() and file.suffix not in {".py", ".pyc"}}
    assert files - shipped == set()


@pytest.mark.parametrize("package", ["footload", "devices", "dashboard"])
def test_every_folder_with_code_is_a_package(package: str) -> None:
    folders = {module.parent for module in (REPOSITORY / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_version_stands_in_three_places_and_is_the_same(project: dict[str, Any]) -> None:
    citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    assert project["project"]["version"] == footload.__version__
    assert re.search(r"^version: (\S+)$", citation, re.MULTILINE)[1] == footload.__version__  # type: ignore[index]


def test_every_name_footload_offers_is_there() -> None:
    assert {name: getattr(footload, name, None) is not None for name in footload.__all__} == dict.fromkeys(
        footload.__all__, True
    )
    assert set(footload.__all__) <= set(dir(footload))


def test_a_name_footload_does_not_have_is_said_so() -> None:
    with pytest.raises(AttributeError, match="footload has no 'analyse'"):
        _ = footload.analyse
