"""The direction of imports, and what may not be imported at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("footload", "devices", "dashboard")
HEAVY = ("scipy", "pandas", "plotly", "dash", "serial", "mcap", "pydantic", "uvicorn", "rich")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of `folder`, by the project's own configuration."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def planted(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A skeleton of the project: the same contracts, the same modules, all of them empty."""
    folder = tmp_path_factory.mktemp("skeleton")
    for package in PACKAGES:
        for module in (repository / package).rglob("*.py"):
            copy = folder / module.relative_to(repository)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text("", encoding="utf-8")
    (folder / "pyproject.toml").write_bytes((repository / "pyproject.toml").read_bytes())
    return folder


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("footload/analysis.py", "import devices"),
        ("footload/foot/contact.py", "import footload.metrics.registry"),
        ("footload/recordings.py", "import footload.trials"),
        ("footload/units.py", "import plotly"),
        ("footload/analysis.py", "import serial"),
        ("devices/__init__.py", "import dashboard"),
        ("devices/framing/__init__.py", "import serial"),
        ("devices/__init__.py", "import footload.analysis"),
        ("dashboard/__init__.py", "import footload.cli"),
    ],
)
def test_an_import_against_the_layers_is_caught(planted: Path, module: str, line: str) -> None:
    file = planted / module
    file.write_text(line + "\n", encoding="utf-8")
    try:
        outcome = lint_imports(planted)
    finally:
        file.write_text("", encoding="utf-8")
    assert outcome.returncode != 0
    assert "BROKEN" in outcome.stdout


def test_the_skeleton_without_planted_imports_keeps_every_contract(planted: Path) -> None:
    outcome = lint_imports(planted)
    assert outcome.returncode == 0, outcome.stdout


def test_importing_footload_loads_nothing_heavy() -> None:
    script = f"import footload, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_nouns_need_numpy_only() -> None:
    script = (
        "import footload.trials, footload.findings, sys;"
        f"print([name for name in {HEAVY} if name in sys.modules], 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"
