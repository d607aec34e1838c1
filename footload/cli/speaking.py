"""What the command says to people and to programs, and how it ends."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import typer

from footload.errors import FootloadError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress
    from rich.table import Table

Item = TypeVar("Item")

FINE: Final = 0
INPUT_AT_FAULT: Final = 1
USAGE: Final = 2


def console(*, to_stderr: bool = False) -> Console:
    """Where tables and progress go.

    Parameters
    ----------
    to_stderr : bool
        For what is not the result itself.

    Returns
    -------
    Console
        Plain text where nobody watches.
    """
    from rich.console import Console

    return Console(stderr=to_stderr, highlight=False, markup=False, emoji=False)


def show(*what: RenderableType) -> None:
    """Print tables and text for people on standard output.

    Parameters
    ----------
    *what
        Anything that rich can draw; text is taken literally, brackets are no markup.
    """
    out = console()
    for item in what:
        out.print(item)


def list_of(sentences: Sequence[str]) -> Table:
    """Make a list with a dash before each sentence.

    Parameters
    ----------
    sentences : sequence of str
        Taken literally.

    Returns
    -------
    Table
        Without lines.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    for sentence in sentences:
        table.add_row("-", Text(sentence))
    return table


def show_json(record: Any) -> None:
    """Print one JSON document on standard output.

    Parameters
    ----------
    record
        Dictionaries, lists, numbers and text; NaN and infinity become null, because JSON has neither.
    """
    sys.stdout.write(json.dumps(without_nan(record), ensure_ascii=False, indent=2) + "\n")


def without_nan(value: Any) -> Any:
    """Replace every number that JSON does not have by None.

    Parameters
    ----------
    value
        Dictionaries, lists, tuples, numbers, text.

    Returns
    -------
    Any
        The same, ready for JSON.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): without_nan(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def complain(sentence: str) -> None:
    """Say on standard error what was wrong.

    Parameters
    ----------
    sentence : str
        What was wrong, the value, what would be right.
    """
    typer.echo(f"footload: {sentence}", err=True)


def usage_fault(sentence: str) -> NoReturn:
    """End because the command was asked in a way that cannot be done.

    Parameters
    ----------
    sentence : str
        What was asked and what would be right.
    """
    complain(sentence)
    raise typer.Exit(USAGE)


@contextmanager
def faults_told() -> Generator[None]:
    """End with one sentence and 1 when the input was at fault."""
    try:
        yield
    except FootloadError as error:
        complain(str(error))
        raise typer.Exit(INPUT_AT_FAULT) from error


def tracked(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Go through items with a progress bar on standard error.

    Parameters
    ----------
    items : sequence
        Each takes its time.
    what : str
        Stands before the bar.

    Yields
    ------
    item
        One after the other.
    """
    with progress() as bar:
        yield from bar.track(items, description=what)


def progress() -> Progress:
    """Make a progress bar on standard error; nothing is drawn where nobody watches.

    Returns
    -------
    Progress
        A context manager.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    out = console(to_stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)
