"""Tidy tables with a data dictionary: CSV always, Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from footload.errors import RecordingError
from footload.export.exported import COLUMNS, LEVELS, Exported, finding_rows, person_rows

NUMBERS: Final = (
    "value",
    "uncertainty",
    "reference_low",
    "reference_high",
    "body_mass_kg",
    "onset",
    "duration",
)
COUNTS: Final = ("contact", "repetition", "reference_n", "day", "age_years")


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
    new_folder(folder)
    tables = {"findings": [row for each in trials for row in finding_rows(each)], "participants": person_rows(trials)}
    written: list[Path] = []
    for name, rows in tables.items():
        columns = list(rows[0]) if rows else []
        written.append(write_rows(folder / f"{name}.csv", columns, rows))
        written.append(write_dictionary(folder / f"{name}.json", columns))
        if parquet:
            written.append(_write_parquet(folder / f"{name}.parquet", columns, rows))
    return written


def new_folder(folder: Path) -> None:
    """Make a folder for an export.

    Parameters
    ----------
    folder : path
        New or empty.

    Raises
    ------
    RecordingError
        When there is something in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RecordingError(f"{folder.name} is not an empty folder; an export goes into a new one.")
    folder.mkdir(parents=True, exist_ok=True)


def write_rows(
    path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, absent: str = "", separator: str = ","
) -> Path:
    """Write one table.

    Parameters
    ----------
    path : path
        A new file.
    columns : sequence of str
        In their order.
    rows : sequence of mapping
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


def _write_parquet(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Path:
    pa: Any = import_module("pyarrow")
    kinds = {
        name: pa.float64() if name in NUMBERS else pa.int64() if name in COUNTS else pa.string() for name in columns
    }
    arrays = {name: pa.array([row.get(name) for row in rows], type=kind) for name, kind in kinds.items()}
    parquet: Any = import_module("pyarrow.parquet")
    parquet.write_table(pa.table(arrays), path)
    return path
