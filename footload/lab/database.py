"""The database behind a laboratory: SQLite in its folder, or PostgreSQL by URL; its schema, its transactions."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from footload.lab.documents import LaboratoryError

SQLITE_FILE: Final = "lab.db"
BUSY_S: Final = 60
_DAMAGED: Final = ("file is not a database", "malformed")
"""What SQLite says of a file that it cannot read."""
_POSTGRES_LOCK: Final = 0x666F6F74
_READING: Final = "footload_reading"


def open_engine(folder: Path, url: str | None = None) -> sa.Engine:
    """Open the database and bring its schema to the present one.

    Parameters
    ----------
    folder : path
        The laboratory's.
    url : str, optional
        Such as ``postgresql+psycopg://host/name``; without it, SQLite in the folder.

    Returns
    -------
    Engine
        To be disposed of when done.

    Raises
    ------
    LaboratoryError
        When it cannot be opened, or a newer footload made it.
    """
    address = url or f"sqlite:///{(folder / SQLITE_FILE).absolute()}"
    try:
        engine = sa.create_engine(address)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        else:
            _prepare_postgres(engine)
        with writing(engine) as connection:
            upgrade(connection)
    except (SQLAlchemyError, ImportError) as error:
        what = _first_line(error)
        damaged = url is None and any(word in what for word in _DAMAGED)
        remedy = f" Move {SQLITE_FILE} away: it is made again from the files." if damaged else ""
        raise LaboratoryError(f"The laboratory's database cannot be opened ({what}).{remedy}") from error
    return engine


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Readers never wait (WAL); writers wait for each other from their first word on, so that no one fails halfway."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (f"busy_timeout={BUSY_S * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        reading = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _prepare_postgres(engine: sa.Engine) -> None:
    """A page is a walk along an index: what the server's defaults say of that is meant for disks that turn."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.autocommit = True
        connection.execute("SET random_page_cost = 1.1")
        connection.execute("SET max_parallel_workers_per_gather = 0")  # starting one takes longer than a page
        connection.autocommit = False


def keep_statistics(engine: sa.Engine) -> None:
    """Let SQLite count what is in its indexes where that has changed much, so that it takes the right one.

    Parameters
    ----------
    engine : Engine
        Of `open_engine`; a server does this by itself.
    """
    if engine.dialect.name == "sqlite":
        with suppress(SQLAlchemyError), engine.begin() as connection:  # somebody else may write: next time, then
            connection.exec_driver_sql("PRAGMA analysis_limit=1000")
            connection.exec_driver_sql("PRAGMA optimize=0x10002")


@contextmanager
def reading(engine: sa.Engine) -> Generator[sa.Connection]:
    """Look at one state of the database.

    Parameters
    ----------
    engine : Engine
        Of `open_engine`.

    Yields
    ------
    Connection
        For queries only.
    """
    with engine.connect().execution_options(**{_READING: True}) as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Generator[sa.Connection]:
    """Change the database, alone: other writers wait, on this and on other workstations.

    Parameters
    ----------
    engine : Engine
        Of `open_engine`.

    Yields
    ------
    Connection
        Its changes are kept when the block ends well, and all dropped when it does not.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        yield connection


def scripts() -> ScriptDirectory:
    """Every migration there is.

    Returns
    -------
    ScriptDirectory
        Of alembic.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return ScriptDirectory.from_config(config)


def upgrade(connection: sa.Connection, target: str = "head") -> None:
    """Bring a schema forward, step by step, in one transaction.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    target : str
        A revision.

    Raises
    ------
    LaboratoryError
        When the schema is one that this footload does not know.
    """
    directory = scripts()
    context = MigrationContext.configure(connection)
    present = context.get_current_revision()
    known = {script.revision for script in directory.walk_revisions()}
    if present is not None and present not in known:
        raise LaboratoryError(f"The database has schema {present!r}, which a newer footload made; this one is too old.")
    steps = list(directory.iterate_revisions(target, present or "base"))
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
            context.stamp(directory, step.revision)


def put_rows(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, or change those whose key is there already.

    Parameters
    ----------
    connection : Connection
        Of `writing`.
    table : Table
        Which.
    rows : iterable of mapping
        Every row with the same columns.
    """
    found = list(rows)
    if not found:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in found[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), found)


def put_new_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of plain values whose keys are not there yet, as quickly as the database takes them.

    Parameters
    ----------
    connection : Connection
        Of `writing`.
    table : Table
        Which; without JSON columns.
    rows : sequence of mapping
        Every row with the same columns.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table), rows)
        return
    names = [*rows[0]]
    columns = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
