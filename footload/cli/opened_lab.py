"""What every command on a laboratory has in common: its options, and opening it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from footload.lab.laboratory import Laboratory

LAB = typer.Option("--lab", help="The laboratory's folder.")
DATABASE = typer.Option(envvar="FOOTLOAD_DATABASE", help="PostgreSQL URL; without it SQLite in the folder.")
AS_JSON = typer.Option("--json", help="One JSON document instead of sentences.")


@contextmanager
def opened(folder: Path, database: str | None) -> Generator[Laboratory]:
    """Open a laboratory; a fault ends the command with one sentence.

    Parameters
    ----------
    folder : path
        The laboratory's.
    database : str or None
        URL of a PostgreSQL database; None for SQLite in the folder.

    Yields
    ------
    Laboratory
        Closed afterwards.
    """
    from footload.lab.laboratory import Laboratory

    with speaking.faults_told(), Laboratory(folder, database) as lab:
        yield lab
