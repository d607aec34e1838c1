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
    from footload.trials import Task

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


def task_of(text: str | None) -> Task | None:
    """Find a task by its name; another word ends the command.

    Parameters
    ----------
    text : str or None
        Such as ``squat``.

    Returns
    -------
    Task or None
        None where nothing is named.
    """
    from footload.trials import Task

    known = [task.value for task in Task]
    if text is not None and text not in known:
        speaking.usage_fault(f"there is no task {text!r}; known: {', '.join(known)}.")
    return Task(text) if text else None
