"""What every test may ask for: where the real recordings stand, and the order in which tests run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]
REAL_RECORDINGS = REPOSITORY.parent / "shared" / "data"

# No timed assertions on a machine that others use too; where nobody watches, the same examples every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

_ORDER = {"validation": 1, "browser": 2}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the benchmarks out unless they are asked for by name (`make bench`)."""
    asked = any("benchmarks" in str(argument) for argument in config.invocation_params.args)
    return True if collection_path.name == "benchmarks" and not asked else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run fast tests first, then those on real recordings, then those in a browser."""
    items.sort(key=lambda item: max((_ORDER.get(mark.name, 0) for mark in item.iter_markers()), default=0))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds pyproject.toml."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_recordings() -> Path:
    """The folder of real recordings beside the project; skips visibly where it is absent."""
    if not REAL_RECORDINGS.is_dir():
        pytest.skip("the real recordings (shared/data beside the project) are not on this machine")
    return REAL_RECORDINGS
