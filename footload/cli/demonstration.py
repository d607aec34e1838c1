"""`footload demo`: a simulated mat, two recordings, their findings, a sample laboratory, and the page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from rich.table import Table

    from footload.cli.rehearsal import Comparison
    from footload.synthetic import SyntheticTrial

LAB = "lab"


def demo(
    *,
    check: Annotated[bool, typer.Option("--check", help="No page: compare the findings with the known truth.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Keep the recordings here; a temporary folder otherwise.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace earlier recordings of the demo.")] = False,
    real_time: Annotated[bool, typer.Option("--real-time", help="At the pace of the person, 25 s.")] = False,
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes any free one.", min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Show all of it: a simulated mat on a port, a walk and a squat recorded and analyzed, a sample lab, the pages."""
    with tempfile.TemporaryDirectory(prefix="footload-demo-", ignore_cleanup_errors=True) as temporary:
        place = folder or Path(temporary)
        with speaking.faults_told():
            rows = recorded_and_compared(place, overwrite=overwrite, real_time=real_time)
        speaking.show(comparison_table(rows))
        missed = [f"{row.trial}, {row.what}" for row in rows if not row.holds]
        if missed:
            speaking.complain(f"not as simulated: {'; '.join(missed)}.")
            raise typer.Exit(speaking.INPUT_AT_FAULT)
        speaking.show(f"{len(rows)} findings are as simulated.")
        with speaking.faults_told():
            show_sample_lab(place)
        if not check:
            from footload.cli.serving import show_pages

            show_pages(place, port=port, browser=browser)


def show_sample_lab(folder: Path) -> None:
    """Put the recordings and the simulated participant's study into a laboratory, and check it.

    Parameters
    ----------
    folder : Path
        Where the recordings are; the laboratory stands beside them.

    Raises
    ------
    FootloadError
        When the laboratory cannot be made, or files and database do not agree.
    """
    from footload.cli.sample_lab import fill_sample_lab
    from footload.lab.checking import check
    from footload.lab.documents import LaboratoryError
    from footload.lab.laboratory import Laboratory

    place = folder / LAB
    n_trials = fill_sample_lab(place, sorted(folder.glob("*.mcap")))
    with Laboratory(place) as lab:
        faults = check(lab)
    if faults:
        raise LaboratoryError(f"{place}: {'; '.join(f'{each.subject}: {each.text}' for each in faults)}")
    speaking.show(f"{n_trials} trials are in the sample laboratory {place}; files and database agree.")


def recorded_and_compared(folder: Path, *, overwrite: bool, real_time: bool) -> list[Comparison]:
    """Record the demonstration's trials, analyze the recordings, compare with the truth.

    Parameters
    ----------
    folder : Path
        Where the recordings go.
    overwrite : bool
        Replace earlier ones.
    real_time : bool
        At the pace of the person.

    Returns
    -------
    list of Comparison
        Of all trials.

    Raises
    ------
    FootloadError
        When a recording cannot be written or read.
    """
    from footload.cli.rehearsal import simulated_trials

    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Comparison] = []
    for stem, made in simulated_trials().items():
        out = folder / f"{stem}.mcap"
        if overwrite:
            out.unlink(missing_ok=True)
        rows += _one_trial(made, out, real_time=real_time)
    return rows


def _one_trial(made: SyntheticTrial, out: Path, *, real_time: bool) -> list[Comparison]:
    from footload.analysis import analyze
    from footload.cli.recording import shown_progress
    from footload.cli.rehearsal import compare_with_truth, record_simulated
    from footload.readers import read

    duration_s = made.trial.duration_s if real_time else None
    with shown_progress(f"recording {out.name}", duration_s) as watch:
        record_simulated(made, out, real_time=real_time, on_progress=watch)
    return compare_with_truth(analyze(read(out)), made)


def comparison_table(rows: list[Comparison]) -> Table:
    """Findings beside the truth of the simulation.

    Parameters
    ----------
    rows : list of Comparison
        In their order.

    Returns
    -------
    Table
        One row each, those that do not hold marked in words.
    """
    from footload.cli.results import plain_table

    table = plain_table()
    table.add_column("trial")
    table.add_column("finding", ratio=1)
    for heading in ("simulated", "found", "within", ""):
        table.add_column(heading, justify="right")
    for row in rows:
        numbers = (f"{value:.5g} {row.unit}".strip() for value in (row.expected, row.found, row.within))
        table.add_row(row.trial, row.what, *numbers, "ok" if row.holds else "NOT")
    return table
