"""Whether a database is the one of a laboratory's folder: what the oldest entries of the audit say in both."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from footload.lab.database import SQLITE_FILE, reading
from footload.lab.documents import LaboratoryError, document_path
from footload.lab.tables import audit

N_COMPARED: Final = 8
"""So many of the oldest entries are looked for, so that a few lost documents keep nobody out."""


def check_belongs(engine: sa.Engine, folder: Path) -> None:
    """Refuse a database that holds another laboratory; nothing was written to it then.

    An entry of the audit has an id that no other laboratory has, its document is written before its row, and none is
    ever removed. So a database with entries of which the folder has none is that of another folder.

    Parameters
    ----------
    engine : Engine
        Of `open_engine`.
    folder : path
        The laboratory's.

    Raises
    ------
    LaboratoryError
        When it does; the message says what to do.
    """
    with reading(engine) as connection:
        oldest = connection.execute(sa.select(audit.c.id).order_by(audit.c.id).limit(N_COMPARED)).scalars().all()
    if not oldest or any(document_path(folder, audit.name, name).exists() for name in oldest):
        return
    if engine.dialect.name == "sqlite":
        raise LaboratoryError(
            f"{SQLITE_FILE} in {folder.name} holds another laboratory; the folder knows nothing of what it did. "
            f"Move {SQLITE_FILE} away; it is made again from the files."
        )
    raise LaboratoryError(
        f"The database {engine.url.database!r} holds another laboratory than the folder {folder.name}, which knows "
        "nothing of what was done in it. Nothing was written. Name the database of this folder, or an empty one, which "
        "is filled from the files."
    )
