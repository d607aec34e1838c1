"""A table that is written, as Parquet too; needs pyarrow."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

NUMBERS: Final = ("value", "uncertainty", "reference_low", "reference_high")
COUNTS: Final = ("contact", "repetition", "reference_n")
"""Columns of a table of findings that hold numbers, and whole numbers."""


def _optional(name: str) -> Any:
    """Import a module of an extra, which is untyped here because it need not be installed."""
    return import_module(name)


def write_parquet(
    table: Path, target: Path, *, numbers: Sequence[str] = NUMBERS, counts: Sequence[str] = COUNTS
) -> None:
    """Write a table as Parquet too, block by block; needs pyarrow.

    Parameters
    ----------
    table : path
        Such as `findings.csv`.
    target : path
        Where to; the file appears whole or not at all.
    numbers, counts : sequence of str
        Columns that hold numbers, and whole numbers; the others hold text.
    """
    pa, arrow_csv, parquet = (_optional(name) for name in ("pyarrow", "pyarrow.csv", "pyarrow.parquet"))
    with table.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file), list[str]())
    if not columns:
        parquet.write_table(pa.table({}), target)
        return
    types = {name: pa.string() for name in columns}
    types |= {name: pa.float64() for name in numbers if name in types}
    types |= {name: pa.int64() for name in counts if name in types}
    options = arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    unfinished = target.with_name(f"{target.name}.unfinished")
    parsing = arrow_csv.ParseOptions(newlines_in_values=True)
    blocks = arrow_csv.open_csv(table, convert_options=options, parse_options=parsing)
    with parquet.ParquetWriter(unfinished, blocks.schema) as writer:
        for block in blocks:
            writer.write_batch(block)
    unfinished.replace(target)
