"""`footload export`: trials out of the house, de-identified: tables, figures, FHIR Observations, a BIDS-like folder."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import norming, speaking

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.export.exported import Exported

application = typer.Typer(
    help="Trials for others, de-identified: tables with a dictionary, figures, FHIR R5, a BIDS-like folder.",
    no_args_is_help=True,
)
LABORATORY = "laboratory.json"

SOURCES = typer.Argument(help="A laboratory's folder, or files that are read.", show_default=False)
KEEP_PRIVATE = typer.Option("--keep-private", help="Keep pseudonyms, dates, notes and fingerprints.")
PARTICIPANT = typer.Option(help="Of a laboratory: only this participant's.")
TASK = typer.Option(help="Of a laboratory: only of this task.")
CONDITION = typer.Option(help="Of a laboratory: only in this condition.")
NORMS = typer.Option(
    help="A set of norms (.json): reference ranges where no verified one was published; a laboratory's own by default."
)
AS_JSON = typer.Option("--json", help="One JSON document instead of sentences.")
FORMATS = ("svg", "pdf", "png")


@application.command("tables")
def tables(
    sources: Annotated[list[Path], SOURCES],
    *,
    out: Annotated[Path, typer.Option(help="A new folder.")],
    parquet: Annotated[bool, typer.Option("--parquet", help="Also Parquet; needs pyarrow.")] = False,
    participant: Annotated[str | None, PARTICIPANT] = None,
    task: Annotated[str | None, TASK] = None,
    condition: Annotated[str | None, CONDITION] = None,
    norms: Annotated[Path | None, NORMS] = None,
    keep_private: Annotated[bool, KEEP_PRIVATE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write findings and participants as CSV, with what each column means beside them (.json)."""
    if parquet:
        _need("pyarrow", "--parquet", "parquet")
    with speaking.faults_told():
        from footload.export.tables import write_tables

        found = _exported(sources, (participant, task, condition), norms, keep_private=keep_private)
        written = write_tables(found, out, parquet=parquet)
    names = [path.name for path in written]
    n_rows = sum(len(each.findings) for each in found)
    if as_json:
        speaking.show_json({**_record(found, out), "n_findings": n_rows, "written": names})
    else:
        speaking.show(f"{n_rows} findings of {len(found)} trials in {out.name}: {', '.join(names)}.")


@application.command("figures")
def figures(
    sources: Annotated[list[Path], SOURCES],
    *,
    out: Annotated[Path, typer.Option("--out", "--to", help="A new folder.")],
    format_name: Annotated[str, typer.Option("--format", help="svg, pdf or png.")] = "svg",
    participant: Annotated[str | None, PARTICIPANT] = None,
    task: Annotated[str | None, TASK] = None,
    condition: Annotated[str | None, CONDITION] = None,
    keep_private: Annotated[bool, KEEP_PRIVATE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Draw every trial: footprints with regions, axis and gait line, forces, phases, medial shift, sway.

    What each figure shows, for who cannot see it, and its caption stand in figures.json beside them.
    """
    if format_name not in FORMATS:
        speaking.usage_fault(f"--format is {format_name!r}; known are {', '.join(FORMATS)}.")
    with speaking.faults_told():
        from footload.report.figures import write_figures
        from footload.report.pictures import drawings_of

        analyses, found = _analyzed(sources, (participant, task, condition), keep_private=keep_private)
        drawn = (
            (each.stem, name, drawing)
            for each in found
            for name, drawing in drawings_of(replace(analyses[each.number], trial=each.trial)).items()
        )
        told = write_figures(drawn, out, format_name)
    if as_json:
        speaking.show_json({"folder": out.name, "n_trials": len(found), "figures": told})
    else:
        speaking.show(f"{len(told)} figures of {len(found)} trials in {out.name}.")


@application.command("fhir")
def fhir(
    sources: Annotated[list[Path], SOURCES],
    *,
    out: Annotated[Path, typer.Option(help="A new file (.json).")],
    participant: Annotated[str | None, PARTICIPANT] = None,
    task: Annotated[str | None, TASK] = None,
    condition: Annotated[str | None, CONDITION] = None,
    norms: Annotated[Path | None, NORMS] = None,
    keep_private: Annotated[bool, KEEP_PRIVATE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write one FHIR R5 bundle: a Patient for each code, an Observation for each finding, all preliminary."""
    _need("fhir.resources", "footload export fhir", "fhir")
    if out.exists():
        speaking.usage_fault(f"{out.name} exists already; choose another name.")
    with speaking.faults_told():
        from footload.export.fhir import fhir_bundle

        found = _exported(sources, (participant, task, condition), norms, keep_private=keep_private)
        out.write_text(fhir_bundle(found), "utf-8")
    n_observations = sum(len(each.findings) for each in found)
    if as_json:
        speaking.show_json({**_record(found, out), "n_observations": n_observations})
    else:
        speaking.show(f"{n_observations} Observations of {len(found)} trials in {out.name}.")


@application.command("bids")
def bids(
    sources: Annotated[list[Path], SOURCES],
    *,
    out: Annotated[Path, typer.Option(help="A new folder.")],
    participant: Annotated[str | None, PARTICIPANT] = None,
    task: Annotated[str | None, TASK] = None,
    condition: Annotated[str | None, CONDITION] = None,
    keep_private: Annotated[bool, KEEP_PRIVATE] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Write a folder in the manner of BIDS: recordings as HDF5, moments and findings as TSV with JSON sidecars."""
    with speaking.faults_told():
        from footload.export.bids import write_bids
        from footload.readers.hdf5_writing import write_hdf5

        found = _exported(sources, (participant, task, condition), keep_private=keep_private)
        n_files = write_bids(found, out, write_hdf5)
    if as_json:
        speaking.show_json({**_record(found, out), "n_files": n_files})
    else:
        speaking.show(f"{n_files} files of {len(found)} trials in {out.name}.")


def _record(found: list[Exported], out: Path) -> dict[str, Any]:
    return {"out": out.name, "n_trials": len(found), "n_people": len({each.person for each in found})}


_Asked = tuple[str | None, str | None, str | None]


def _exported(sources: list[Path], asked: _Asked, norms: Path | None = None, *, keep_private: bool) -> list[Exported]:
    return _analyzed(sources, asked, norms, keep_private=keep_private)[1]


def _analyzed(
    sources: list[Path], asked: _Asked, norms: Path | None = None, *, keep_private: bool
) -> tuple[list[Analysis], list[Exported]]:
    """Read and analyze every trial; a fault is told and ends the command, so that nothing is exported by halves."""
    from footload.analysis import analyze_as_drawn
    from footload.export.exported import coded, exported_of
    from footload.lab.kept_trials import Wanted, kept_files, read_kept
    from footload.readers.registry import read

    labs = [source for source in sources if (source / LABORATORY).is_file()]
    if not labs and any(asked):
        speaking.usage_fault("--participant, --task and --condition ask a laboratory, but none was named.")
    if labs and len(sources) > 1:
        speaking.usage_fault("a laboratory is exported by itself; name it alone.")
    files = kept_files(labs[0], Wanted(*asked)) if labs else sources
    if not files:
        speaking.complain("there is no such trial to export.")
        raise typer.Exit(speaking.INPUT_AT_FAULT)
    dates = _dates_of(files) if labs else {}
    open_trial = read_kept if labs else read
    known = norming.set_of(norms, labs[0] if labs else None)
    analyses = [
        norming.with_set(analyze_as_drawn(file, open_trial(file)), known)
        for file in speaking.tracked(files, "analyzing")
    ]
    n_unnamed = sum(not each.trial.participant.id for each in analyses)
    if n_unnamed > 1:
        speaking.complain(
            f"{n_unnamed} of the files do not say whose they are; they leave under one code, as if of one person. "
            "A laboratory knows whose each trial is."
        )
    trials = [
        exported_of(each, dates.get(file, ""), n) for n, (each, file) in enumerate(zip(analyses, files, strict=True))
    ]
    return analyses, coded(trials, keep_private=keep_private)


def _dates_of(files: list[Path]) -> dict[Path, str]:
    from footload.lab.documents import TRIAL_DOCUMENT, read_document

    return {file: read_document(file.parent.parent / TRIAL_DOCUMENT)[0]["date"] for file in files}


def _need(package: str, what: str, extra: str) -> None:
    if not _is_there(package):
        speaking.usage_fault(f"{what} needs {package}, which is not installed: pip install 'footload[{extra}]'.")


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # a package within one that is not there
        return False
