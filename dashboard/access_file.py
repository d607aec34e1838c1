"""The one file in which accounts and the audit log of a served folder are kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from footload.errors import FootloadError

PLACE: Final = Path(".footload") / "access.sqlite"
"""Inside the served folder; what begins with a dot is never listed or served."""

WAIT_S: Final = 5.0

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, signs_as TEXT NOT NULL, password TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, about TEXT NOT NULL,
    outcome TEXT NOT NULL, place TEXT NOT NULL, chain TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
"""


class AccessError(FootloadError):
    """Accounts or the audit log cannot be read, written, or be as they were asked for."""


def access_file(folder: Path) -> Path:
    """Where accounts and the audit log of a folder are.

    Parameters
    ----------
    folder : Path
        That is served.

    Returns
    -------
    Path
        It need not be there yet.
    """
    return folder / PLACE


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection | None]:
    """Read; makes nothing.

    Parameters
    ----------
    folder : Path
        That is served.

    Yields
    ------
    sqlite3.Connection
        None where there is no such file yet.

    Raises
    ------
    AccessError
        When the file is damaged or locked.
    """
    path = access_file(folder)
    if not path.is_file():
        yield None
        return
    with _told(path), closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as connection:
        yield connection


@contextmanager
def writing(folder: Path) -> Iterator[sqlite3.Connection]:
    """Write all or nothing, one process at a time; makes the file, for this account's eyes only.

    Parameters
    ----------
    folder : Path
        That is served.

    Yields
    ------
    sqlite3.Connection
        In a transaction, which counts when the block ends well.

    Raises
    ------
    AccessError
        When the file cannot be written, is damaged, or another process holds it too long.
    """
    path = access_file(folder)
    with _told(path):
        if not path.is_file():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as connection:
            connection.executescript(_SCHEMA)  # also where whoever made the file ended before this
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise AccessError(f"{path} cannot be used: {error}.") from error
