"""Tidy tables with a data dictionary: CSV always, Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final

from footload.errors import RecordingError
from footload.export.exported import COLUMNS, LEVELS, Exported, finding_rows, person_rows
from footload.parquet import COUNTS, NUMBERS, write_parquet

_NUMBERS: Final = (*NUMBERS, "body_mass_kg", "onset", "duration")
_COUNTS: Final = (*COUNTS, "day", "age_years")


def write_tables(trials: Sequence[Exported], folder: Path, *, parquet: bool = False) -> list[Path]:
    """Write findings and persons as tables, and what each column means.

    Parameters
    ----------
    trials : sequence of Exported
        As `coded` gives them.
    folder : path
        New or empty.
    parquet : bool
        Also as Parquet; needs pyarrow.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    RecordingError
        When there is something in the folder.
    """
    with whole_folder(folder) as unfinished:
        findings = (row for each in trials for row in finding_rows(each))
        written = _write_table(unfinished / "findings", findings, parquet=parquet)
        written += _write_table(unfinished / "participants", iter(person_rows(trials)), parquet=parquet)
    return [folder / path.name for path in written]


def _write_table(stem: Path, rows: Iterator[Mapping[str, Any]], *, parquet: bool) -> list[Path]:
    """Write a table row by row, so that it may be longer than the memory."""
    first = next(rows, None)
    columns = list(first or ())
    table = write_rows(stem.with_suffix(".csv"), columns, rows if first is None else chain([first], rows))
    written = [table, write_dictionary(stem.with_suffix(".json"), columns)]
    if parquet:
        # Typed from the CSV, block by block.
        write_parquet(table, stem.with_suffix(".parquet"), numbers=_NUMBERS, counts=_COUNTS)
        written.append(stem.with_suffix(".parquet"))
    return written


@contextmanager
def whole_folder(folder: Path) -> Generator[Path]:
    """Make a folder for an export that appears when it is done; nothing of it is left where something went wrong.

    Parameters
    ----------
    folder : path
        New or empty.

    Yields
    ------
    Path
        Where to write until then: a hidden folder beside it.

    Raises
    ------
    RecordingError
        When there is something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RecordingError(f"{folder.name} is not an empty folder; an export goes into a new one.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)  # of an export that was killed
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        if folder.exists():
            folder.rmdir()
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def write_rows(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, absent: str = "", separator: str = ","
) -> Path:
    """Write one table.

    Parameters
    ----------
    path : path
        A new file.
    columns : sequence of str
        In their order.
    rows : iterable of mapping
        None becomes `absent`.
    absent, separator : str
        What stands for nothing, and between cells.

    Returns
    -------
    Path
        The file.
    """
    with path.open("x", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([absent if row.get(name) in (None, "") else row[name] for name in columns] for row in rows)
    return path


def write_dictionary(path: Path, columns: Sequence[str]) -> Path:
    """Write what the columns of a table mean.

    Parameters
    ----------
    path : path
        A new file.
    columns : sequence of str
        Each one of `COLUMNS`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    KeyError
        When nobody described a column.
    """
    described: dict[str, dict[str, Any]] = {name: {"Description": COLUMNS[name]} for name in columns}
    for name in set(columns) & set(LEVELS):
        described[name]["Levels"] = dict(LEVELS[name])
    path.write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path
