"""The findings of every trial of a batch as one tidy table."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import footload
from footload.analysis import Analysis, analyze_as_drawn
from footload.batch import FAILURE_COLUMNS, Part
from footload.norms.comparing import with_norms
from footload.norms.reference_set import NormSet
from footload.parameters import DEFAULTS, Parameters
from footload.readers.registry import read
from footload.trials import Trial


@dataclass(frozen=True, slots=True)
class FindingRows:
    """Read and analyze one file: a row for each finding.

    Parameters
    ----------
    root : Path
        Files are named relative to it.
    parameters : Parameters
        Thresholds and choices.
    second_feet : frozenset of Path
        Files whose rows are those of another file of the batch when the reader joined the two.
    read_trial : callable
        How a file becomes a trial; it has to be importable by workers.
    around : str
        Fingerprint of what `read_trial` knows from beside the files; with another one it is another batch.
    norms : NormSet, optional
        Reference ranges where no verified one was published; with another set it is another batch.
    """

    root: Path
    parameters: Parameters = DEFAULTS
    second_feet: frozenset[Path] = frozenset()
    read_trial: Callable[[Path], Trial] = field(default=read, repr=False)  # a function's repr changes with every start
    around: str = ""
    norms: NormSet | None = None

    def __call__(self, file: Path) -> list[dict[str, Any]]:
        """Give the rows of a file.

        Parameters
        ----------
        file : Path
            Below the root.

        Returns
        -------
        list of dict
            Every row with the same columns; none for the second file of a pair.
        """
        trial = self.read_trial(file)
        if file in self.second_feet and "pair" in trial.notes and len(trial.pressures) > 1:
            return []
        analysis = analyze_as_drawn(file, trial, self.parameters)
        return rows_of(file, self.root, analysis if self.norms is None else with_norms(analysis, self.norms))


def rows_of(file: Path, root: Path, analysis: Analysis) -> list[dict[str, Any]]:
    """A row for each finding of an analysis, with the columns that say whose it is.

    Parameters
    ----------
    file : Path
        Below the root.
    root : Path
        Files are named relative to it.
    analysis : Analysis
        Of the file's trial.

    Returns
    -------
    list of dict
        Every row with the same columns.
    """
    trial = analysis.trial
    about = {
        "file": file.relative_to(root).as_posix(),
        "trial": trial.name,
        "task": trial.task.value,
        "condition": trial.condition.name or None,
        "participant": trial.participant.id or None,
        "sha256": trial.source_sha256,
        "footload": footload.__version__,
    }
    return [{**about, **finding.to_row()} for finding in analysis.findings]


def gather(parts: Sequence[Part], out: Path, root: Path | None = None) -> tuple[int, list[dict[str, str]]]:
    """Put the parts of a finished batch together: `findings.csv` and `failures.csv`.

    Parameters
    ----------
    parts : sequence of Part
        All of a batch, each done.
    out : path
        The batch's folder.
    root : path, optional
        Files that failed are named from here on, so that nothing of the machine stands in a table that is sent on;
        from the folder that all files have in common when not given.

    Returns
    -------
    n_findings : int
        Rows of `findings.csv`.
    failures : list of dict
        Trial and error of each failure, in the order of the batch.

    Raises
    ------
    ValueError
        When parts have different columns.
    """
    failures = _failures(parts, root)
    unfinished = out / "failures.csv.unfinished"
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FAILURE_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(failures)
    unfinished.replace(out / "failures.csv")
    _join([part.path for part in parts], out / "findings.csv")
    with (out / "findings.csv").open(newline="", encoding="utf-8") as file:
        return max(0, sum(1 for _ in csv.reader(file)) - 1), failures


def _failures(parts: Sequence[Part], root: Path | None) -> list[dict[str, str]]:
    """Of all parts, without the folders above those that are the batch's."""
    files = [trial for part in parts for trial in part.trials if isinstance(trial, Path)]
    root = root or (Path(os.path.commonpath([file.parent for file in files])) if files else None)
    failures: list[dict[str, str]] = []
    for part in parts:
        if not part.failures_path.exists():
            continue
        names = {str(trial): _named(trial, root) for trial in part.trials}
        with part.failures_path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                error = row["error"].replace(row["trial"], names[row["trial"]])
                if root is not None:
                    error = error.replace(f"{root}{os.sep}", "")
                failures.append({"trial": names[row["trial"]], "error": error})
    return failures


def _named(trial: Any, root: Path | None) -> str:
    if not isinstance(trial, Path) or root is None:
        return str(trial)
    return trial.relative_to(root).as_posix() if trial.is_relative_to(root) else trial.name


def _join(paths: Sequence[Path], target: Path) -> None:
    """Write tables of the same columns one after the other, never more than a piece of one in memory."""
    header = ""
    unfinished = target.with_name(f"{target.name}.unfinished")
    with unfinished.open("w", newline="", encoding="utf-8") as joined:
        for path in paths:
            with path.open(newline="", encoding="utf-8") as part:
                first = part.readline()
                if not header:
                    header = first
                    joined.write(first)
                elif first and first != header:
                    raise ValueError(f"{path.name} has other columns ({first.strip()}) than the parts before it.")
                shutil.copyfileobj(part, joined)
    unfinished.replace(target)
