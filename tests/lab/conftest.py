"""A laboratory without participants, on SQLite and on PostgreSQL, and recordings to fill it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footload.lab.laboratory import Laboratory

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture
def lab(tmp_path: Path, database: str | None) -> Iterator[Laboratory]:
    """A laboratory without participants."""
    with Laboratory.create(tmp_path / "lab", database, by="tester") as made:
        yield made


@pytest.fixture
def squat() -> Path:
    """The recording of simulated squats."""
    return SAMPLES / "demo_squat.mcap"


@pytest.fixture
def step() -> Path:
    """A vendor's listing of a simulated step."""
    return SAMPLES / "synthetic_step.lst"
