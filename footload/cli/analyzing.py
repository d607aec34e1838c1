"""`footload analyze`: from files to findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking
from footload.errors import FootloadError

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.decision.inputs import ClinicalInputs, SiteNorms

SLOW_FILES = 3
"""From this many files on, a progress bar is shown."""


def analyze(
    files: Annotated[list[Path], typer.Argument(help="Vendors' exports or recordings (.mcap).", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write all findings into this file, a row each.")] = None,
    curves: Annotated[bool, typer.Option("--curves", help="With --json: force and CoP in every frame.")] = False,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
    noise_floor: Annotated[float, typer.Option(help="Pressure below it counts as 0. [kPa, or counts]", min=0)] = 0.0,
    zero: Annotated[float, typer.Option(help="How long the mat is empty at the start. [s]", min=0)] = 0.0,
    assess: Annotated[bool, typer.Option("--assess", help="Also knee tendency and options, with certainty.")] = False,
    clinical: Annotated[Path | None, typer.Option(help="What was entered by hand (TOML); with --assess.")] = None,
    norms: Annotated[Path | None, typer.Option(help="A site's own norms (TOML); with --assess.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --csv replace a file.")] = False,
) -> None:
    """Find contacts, repetitions and every metric in one or more trials.

    A file that cannot be read is reported and does not stop the others; the exit code is then 1.
    """
    from footload.cli import assessing
    from footload.parameters import Parameters

    if csv is not None and csv.exists() and not overwrite:
        speaking.usage_fault(f"{csv.name} exists already; choose another name or add --overwrite.")
    if csv is not None and any(file.exists() and csv.exists() and csv.samefile(file) for file in files):
        speaking.usage_fault(f"{csv.name} is one of the files to analyze; choose another name for the table.")
    if (clinical or norms) and not assess:
        speaking.usage_fault("--clinical and --norms say what an assessment is made with; add --assess.")
    inputs = assessing.read_inputs(clinical, norms) if assess else None
    parameters = Parameters(noise_floor_kpa=noise_floor, zero_s=zero)
    done: list[tuple[Path, Analysis]] = []
    failed: list[dict[str, str]] = []
    for file in speaking.tracked(files, "analyzing") if len(files) >= SLOW_FILES else files:
        try:
            done.append((file, analyzed(file, parameters, format_name)))
        except FootloadError as error:
            failed.append({"file": file.name, "error": str(error)})
    if as_json:
        speaking.show_json(document(done, failed, curves=curves, inputs=inputs))
    elif csv is None:
        for file, analysis in done:
            show_analysis(analysis, file.name)
            if inputs:
                speaking.show(assessing.assessment_table(assessing.assessed(analysis, inputs)))
    if csv is not None and done:
        with speaking.faults_told():
            write_csv(csv, done)
        speaking.complain(f"{sum(len(a.findings) for _, a in done)} findings written to {csv.name}.")
    for failure in failed:
        speaking.complain(failure["error"])
    raise typer.Exit(speaking.INPUT_AT_FAULT if failed else speaking.FINE)


def analyzed(file: Path, parameters: Any, format_name: str | None) -> Analysis:
    """Read and analyze one file.

    Parameters
    ----------
    file : Path
        The file.
    parameters : Parameters
        Thresholds and choices.
    format_name : str or None
        A reader's name.

    Returns
    -------
    Analysis
        Of the file's trial.

    Raises
    ------
    FootloadError
        When the file is at fault; the message names it.
    """
    from footload.analysis import analyze as analyze_trial
    from footload.cli.looking import read_trial
    from footload.errors import UnreadableTrialError

    trial = read_trial(file, format_name)
    try:
        return analyze_trial(trial, parameters)
    except UnreadableTrialError:
        raise
    except FootloadError as error:
        raise UnreadableTrialError(file, str(error)) from error


def document(
    done: list[tuple[Path, Analysis]],
    failed: list[dict[str, str]],
    *,
    curves: bool = False,
    inputs: tuple[ClinicalInputs | None, SiteNorms | None] | None = None,
) -> dict[str, Any]:
    """Everything for programs.

    Parameters
    ----------
    done : list of (Path, Analysis)
        What could be analyzed.
    failed : list of dict
        What could not, and why.
    curves : bool
        Also force and CoP in every frame.
    inputs : tuple, optional
        What an assessment is made with; without it there is none.

    Returns
    -------
    dict
        ``footload`` (version), ``trials``, ``failed``.
    """
    from footload import __version__
    from footload.cli.assessing import assessed
    from footload.cli.looking import trial_record
    from footload.cli.records import analysis_record

    trials = [
        {"file": file.name, **trial_record(analysis.trial), **analysis_record(analysis, curves=curves)}
        for file, analysis in done
    ]
    for record, (_, analysis) in zip(trials, done, strict=True):
        if inputs is not None:
            record["assessment"] = assessed(analysis, inputs).to_record()
    return {"footload": __version__, "trials": trials, "failed": failed}


def show_analysis(analysis: Analysis, title: str) -> None:
    """Print one analysis for people.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    title : str
        The file's name.
    """
    from footload.cli import results
    from footload.cli.looking import trial_table

    tables = [trial_table(analysis.trial, title)]
    for numbers in results.contact_blocks(analysis):
        by_region = [results.region_table(analysis, numbers, name) for name in ("peak_pressure", "force_time_integral")]
        tables += [results.contact_table(analysis, numbers), *(table for table in by_region if table)]
    tables += [t for t in (results.repetition_table(analysis), results.trial_findings_table(analysis)) if t]
    speaking.show(*tables, speaking.list_of(results.remarks(analysis)))


def write_csv(path: Path, done: list[tuple[Path, Analysis]]) -> None:
    """Write all findings as one table; the file appears whole or not at all.

    Parameters
    ----------
    path : Path
        Where to.
    done : list of (Path, Analysis)
        What was analyzed.
    """
    import pandas as pd

    from footload.errors import RecordingError

    tables = [analysis.to_table().assign(file=file.name) for file, analysis in done]
    table = pd.concat(tables, ignore_index=True)
    part = path.with_name(path.name + ".part")
    try:
        table[["file", *table.columns.drop("file")]].to_csv(part, index=False)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RecordingError(f"{path.name} cannot be written ({error.strerror or error}).") from error
