"""Length, names and words: what every file of the project keeps to."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("footload", "devices", "dashboard")
MODULES = sorted(file for package in PACKAGES for file in (REPOSITORY / package).rglob("*.py"))
LONGEST_MODULE = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "core"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")

# A place on one machine, or the host of a package registry, has no business in a project that others clone.
MACHINE = re.compile(
    r"file:/{2}|(?<![\w.])/(?:home|root|Users|work|tmp)/\w|--(?:extra-)?index-url|\bpypi\.|registry\.npm"
)


def tracked_files() -> list[Path]:
    """Every text file under version control, and those about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout.decode()
    files = [REPOSITORY / name for name in listed.split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()[:4096]]


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_a_module_is_short_named_for_the_field_and_finished(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    n_lines = len(text.splitlines())
    assert n_lines <= LONGEST_MODULE, f"{n_lines} lines; {LONGEST_MODULE} is the most a module may have"
    assert module.stem not in EMPTY_NAMES
    assert not UNFINISHED.findall(text)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_folder_is_named_for_the_field(package: str) -> None:
    folders = {folder.name for folder in (REPOSITORY / package).rglob("*") if folder.is_dir()}
    assert not folders & EMPTY_NAMES


def test_test_files_have_names_of_their_own() -> None:
    names = [file.name for file in (REPOSITORY / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{file.relative_to(REPOSITORY)}:{number}: {line.strip()[:80]}"
        for file in tracked_files()
        if file != Path(__file__)
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "cd /home/anna/mats",
        "x = '/root/data'",
        "pip install --index-url https://mirror",
        "numpy @ file:///opt/numpy.whl",
    ],
)
def test_a_place_on_a_machine_is_recognised(line: str) -> None:
    assert MACHINE.search(line)


def test_constraints_pin_every_package_to_a_version() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 50
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
