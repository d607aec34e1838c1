"""`footload export`: trials out of the house, de-identified: tables, figures, FHIR Observations, a BIDS-like folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import norming, speaking

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.export.exported import Exported
    from footload.norms.reference_set import NormSet
    from footload.trials import Trial

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

        asked = _asked(sources, (participant, task, condition), norms, keep_private=keep_private)
        with asked.analyzed() as found:
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

        asked = _asked(sources, (participant, task, condition), keep_private=keep_private)
        found = asked.facts()
        drawn = (
            (each.stem, name, drawing)
            for each in speaking.tracked(found, "drawing")
            for name, drawing in drawings_of(asked.analysis(each)).items()
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
        from footload.export.fhir import write_fhir

        asked = _asked(sources, (participant, task, condition), norms, keep_private=keep_private)
        with asked.analyzed() as found:
            n_observations = write_fhir(found, out, partial(speaking.tracked, what="writing"))
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

        asked = _asked(sources, (participant, task, condition), keep_private=keep_private)
        with asked.analyzed() as found:
            n_files = write_bids(found, out, write_hdf5, asked.whole, partial(speaking.tracked, what="writing"))
    if as_json:
        speaking.show_json({**_record(found, out), "n_files": n_files})
    else:
        speaking.show(f"{n_files} files of {len(found)} trials in {out.name}.")


def _record(found: list[Exported], out: Path) -> dict[str, Any]:
    return {"out": out.name, "n_trials": len(found), "n_people": len({each.person for each in found})}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which trials leave, and how each is read; one of them is in memory at a time.

    Whatever is at fault is told and ends the command, so that nothing is exported by halves.
    """

    files: list[Path]
    open_trial: Callable[[Path], Trial]
    dates: Mapping[Path, str]
    norms: NormSet | None
    keep_private: bool

    @contextmanager
    def analyzed(self) -> Generator[list[Exported]]:
        """Every trial with its findings, which wait on the disk as long as this lasts."""
        from footload.export.exported import coded, exported_of

        with TemporaryDirectory(prefix="footload-export-") as room:
            trials: list[Exported] = []
            for number, file in enumerate(speaking.tracked(self.files, "analyzing")):
                kept_in = Path(room) / f"{number}.jsonl"
                trials.append(exported_of(self._analysis(file), self._date(file), number, kept_in=kept_in))
            _tell_unnamed(trials)
            yield coded(trials, keep_private=self.keep_private)

    def facts(self) -> list[Exported]:
        """Every trial without its findings."""
        from footload.export.exported import coded, facts_of

        files = enumerate(speaking.tracked(self.files, "reading"))
        trials = [facts_of(self.open_trial(file), self._date(file), number) for number, file in files]
        _tell_unnamed(trials)
        return coded(trials, keep_private=self.keep_private)

    def whole(self, each: Exported) -> Exported:
        """A trial with its recordings, under its code."""
        from footload.export.exported import with_recordings

        return with_recordings(each, self.open_trial(self.files[each.number]), keep_private=self.keep_private)

    def analysis(self, each: Exported) -> Analysis:
        """A trial's analysis, under its code."""
        from footload.export.exported import with_recordings

        found = self._analysis(self.files[each.number])
        return replace(found, trial=with_recordings(each, found.trial, keep_private=self.keep_private).trial)

    def _analysis(self, file: Path) -> Analysis:
        from footload.analysis import analyze_as_drawn

        return norming.with_set(analyze_as_drawn(file, self.open_trial(file)), self.norms)

    def _date(self, file: Path) -> str:
        return self.dates.get(file, "")


def _asked(
    sources: list[Path],
    wanted: tuple[str | None, str | None, str | None],
    norms: Path | None = None,
    *,
    keep_private: bool,
) -> _Asked:
    from footload.lab.kept_trials import Wanted, kept_files, read_kept
    from footload.readers.registry import read

    labs = [source for source in sources if (source / LABORATORY).is_file()]
    if not labs and any(wanted):
        speaking.usage_fault("--participant, --task and --condition ask a laboratory, but none was named.")
    if labs and len(sources) > 1:
        speaking.usage_fault("a laboratory is exported by itself; name it alone.")
    files = kept_files(labs[0], Wanted(*wanted)) if labs else sources
    if not files:
        speaking.complain("there is no such trial to export.")
        raise typer.Exit(speaking.INPUT_AT_FAULT)
    known = norming.set_of(norms, labs[0] if labs else None)
    return _Asked(files, read_kept if labs else read, _dates_of(files) if labs else {}, known, keep_private)


def _tell_unnamed(trials: list[Exported]) -> None:
    n_unnamed = sum(not each.person for each in trials)
    if n_unnamed > 1:
        speaking.complain(
            f"{n_unnamed} of the files do not say whose they are; they leave under one code, as if of one person. "
            "A laboratory knows whose each trial is."
        )


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
