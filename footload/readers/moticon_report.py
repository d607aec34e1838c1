"""The vendor's gait report of a Moticon recording (`.xlsx`): its steps and values, to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from footload.errors import UnreadableTrialError
from footload.recordings import Side

_VALUES: Final = "Report Data"
_STEPS: Final = {Side.LEFT: "Left Steps", Side.RIGHT: "Right Steps"}


@dataclass(frozen=True, slots=True)
class ReportedStep:
    """One step as the vendor's software found it.

    Parameters
    ----------
    side : Side
        Which foot.
    number : int
        From 1.
    initial_contact_s, toe_off_s : float
        On the recording's own clock. [s]
    values : dict
        Everything that the report says about the step, by the title of its column.
    """

    side: Side
    number: int
    initial_contact_s: float
    toe_off_s: float
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class GaitReport:
    """A gait report.

    Parameters
    ----------
    steps : tuple of ReportedStep
        Left steps, then right ones.
    values : dict
        The numbers of each line of the sheet of values, by its title.
    """

    steps: tuple[ReportedStep, ...]
    values: dict[str, tuple[float, ...]]


def read_gait_report(path: Path | str) -> GaitReport:
    """Read a gait report.

    Parameters
    ----------
    path : path
        The workbook.

    Returns
    -------
    GaitReport
        Its steps and values; the name of the recording is left behind.

    Raises
    ------
    UnreadableTrialError
        When it is no workbook, or lacks a sheet or a column.
    """
    path = Path(path)
    sheets = _sheets(path)
    missing = [name for name in (_VALUES, *_STEPS.values()) if name not in sheets]
    if missing:
        raise UnreadableTrialError(path, f"the workbook has no sheet {missing[0]!r}, so it is no gait report.")
    steps = [step for side, name in _STEPS.items() for step in _steps(path, side, name, sheets[name])]
    values = {
        row[0]: tuple(float(cell) for cell in row[1:] if isinstance(cell, int | float))
        for row in sheets[_VALUES]
        if row and isinstance(row[0], str)
    }
    return GaitReport(tuple(steps), {title: numbers for title, numbers in values.items() if numbers})


def _sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every sheet as rows of cells."""
    from zipfile import BadZipFile

    import openpyxl

    try:
        workbook: Any = openpyxl.load_workbook(path, data_only=True, read_only=True)
        try:
            return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets}
        finally:
            workbook.close()
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be opened ({error.strerror or error}).") from error
    except (BadZipFile, KeyError, ValueError, SyntaxError, AttributeError, TypeError, EOFError) as error:
        raise UnreadableTrialError(path, "it is no workbook, or a damaged one.") from error
    except Exception as error:
        raise UnreadableTrialError(path, f"it is a damaged workbook ({type(error).__name__}).") from error


def _steps(path: Path, side: Side, name: str, rows: list[tuple[Any, ...]]) -> list[ReportedStep]:
    titles = [str(cell) for cell in rows[0]] if rows else []
    for title in ("Step", "Initial contact (s)", "Toe off (s)"):
        if title not in titles:
            raise UnreadableTrialError(path, f"the sheet {name!r} has no column {title!r}.")
    steps: list[ReportedStep] = []
    for row in rows[1:]:
        values = {title: float(cell) for title, cell in zip(titles, row, strict=False) if isinstance(cell, int | float)}
        if "Step" not in values:
            continue
        try:
            steps.append(
                ReportedStep(side, int(values["Step"]), values["Initial contact (s)"], values["Toe off (s)"], values)
            )
        except KeyError as error:
            raise UnreadableTrialError(
                path, f"step {values['Step']:g} of {name!r} has no {error.args[0]!r}."
            ) from error
    return steps
