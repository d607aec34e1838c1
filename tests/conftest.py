"""What every test may ask for: the real recordings, a database server; and the order in which tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest
import typer.main
import typer.testing
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


@pytest.fixture(scope="session", autouse=True)
def _commands_are_built_once() -> Iterator[None]:
    """Else every command that a test runs reads the signatures of all of them again, which takes longer than most."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


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


REQUIRED = "FOOTLOAD_TESTS_NEED_POSTGRES"


def programs() -> Path | None:
    """Where PostgreSQL's programs are; Debian keeps them out of the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max((path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)


def without(what: str) -> NoReturn:
    """Skip where a contributor has no PostgreSQL; fail where `make test` was to install it."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but {what}; sh .ci/apt-install postgresql", pytrace=False)
    pytest.skip(f"{what} (apt-get install postgresql)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server that lives as long as the tests, without the name of a database."""
    if find_spec("psycopg") is None:
        without("psycopg is not installed")
    found = programs()
    if found is None:
        without("no PostgreSQL server is installed")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if as_root and shutil.which("runuser") is None:
        without("PostgreSQL does not run as root, and there is no runuser")
    prefix = ["runuser", "-u", "postgres", "--"] if as_root else []
    folder = Path(tempfile.mkdtemp(prefix="footload-pg-"))
    try:
        if as_root:
            shutil.chown(folder, "postgres", "postgres")

        def call(*words: object) -> None:
            subprocess.run([*prefix, *map(str, words)], cwd=folder, check=True, stdout=subprocess.DEVNULL)

        call(found / "initdb", "-D", folder / "data", "-U", "footload", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        call(found / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://footload@/{{}}?host={folder}"
        finally:
            call(found / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_database(postgres: str) -> Callable[[str], str]:
    """Make an empty database on the server and give its URL."""
    import sqlalchemy as sa

    def make(name: str) -> str:
        engine = sa.create_engine(postgres.format("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return postgres.format(name)

    return make


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str | None:
    """Where the laboratory's database is: None for SQLite in its folder."""
    if request.param == "sqlite":
        return None
    return request.getfixturevalue("new_database")("lab")
