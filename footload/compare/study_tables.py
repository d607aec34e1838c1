"""Reading the tidy table of a reliability study: values as they are, or files that are analyzed first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footload.compare.studies import Repeated, StudyError

if TYPE_CHECKING:
    from footload.findings import Finding

_NEEDED = ("participant", "session")
_OF_VALUES = ("metric", "value")


def rows_of_table(path: Path, findings_of: Callable[[Path], Sequence[Finding]]) -> tuple[Repeated, ...]:
    """Read a study's table.

    Parameters
    ----------
    path : Path
        CSV with the columns participant and session, and either metric and value (and side, region, unit), one row a
        value, or file, one row a trial; files stand beside the table unless their path says otherwise.
    findings_of : callable
        Gives the findings of a file that count.

    Returns
    -------
    tuple of Repeated
        One a value.

    Raises
    ------
    StudyError
        When a column is missing, a value is no number, or nothing is in it; the message names the file.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise StudyError(f"{path.name} cannot be read as a table ({error}).") from error
    records: list[dict[str, Any]] = table.to_dict("records")  # pyright: ignore[reportAssignmentType]
    of_files = "file" in table.columns and "value" not in table.columns
    missing = [name for name in (*_NEEDED, *(("file",) if of_files else _OF_VALUES)) if name not in table.columns]
    if missing:
        raise StudyError(
            f"{path.name} has no column {', '.join(missing)}; a study's table has participant, session, and either "
            "metric and value or file."
        )
    if not records:
        raise StudyError(f"{path.name} has no rows; a study needs two people with two sessions each.")
    return tuple(_of_files(records, path, findings_of) if of_files else _of_values(records, path))


def _of_values(records: Sequence[dict[str, Any]], path: Path) -> Iterator[Repeated]:
    for line, record in enumerate(records, start=2):
        try:
            value = float(record["value"]) if record["value"].strip() else float("nan")
        except ValueError as error:
            raise StudyError(f"{path.name}, line {line}: {record['value']!r} is no number.") from error
        side, region, unit = (str(record.get(name, "")) for name in ("side", "region", "unit"))
        yield Repeated(record["participant"], record["session"], record["metric"], side, region, unit, value)


def _of_files(
    records: Sequence[dict[str, Any]], path: Path, findings_of: Callable[[Path], Sequence[Finding]]
) -> Iterator[Repeated]:
    for record in records:
        for found in findings_of(path.parent / record["file"]):
            side = found.side.value if found.side else ""
            yield Repeated(
                record["participant"], record["session"], found.metric, side, found.region, found.unit, found.value
            )
