"""Commands are run in this process where they only compute, and as a process of their own where that is the point."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run a command in this process."""

    def call(*arguments: object) -> Result:
        from footload.cli.application import application

        return CliRunner().invoke(application, [str(argument) for argument in arguments])

    return call


@pytest.fixture
def run_json(run: Callable[..., Result]) -> Callable[..., Any]:
    """Run a command that answers with one JSON document."""

    def call(*arguments: object) -> Any:
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command as a person does, in a process of its own."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from footload.cli import main; main()", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return call


@pytest.fixture
def walk() -> Path:
    """The recording of a simulated walk."""
    return SAMPLES / "demo_walk.mcap"


@pytest.fixture
def squat() -> Path:
    """The recording of simulated squats."""
    return SAMPLES / "demo_squat.mcap"


@pytest.fixture
def listing() -> Path:
    """A vendor's listing of a simulated step."""
    return SAMPLES / "synthetic_step.lst"
