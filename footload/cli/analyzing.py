"""`footload analyze`: from files to findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import setting_up, speaking
from footload.errors import FootloadError

if TYPE_CHECKING:
    from footload.analysis import Analysis
    from footload.decision.inputs import ClinicalInputs, SiteNorms
    from footload.norms.reference_set import NormSet
    from footload.pronation import ReferenceDistribution

SLOW_FILES = 3
"""From this many files on, a progress bar is shown."""


def _no_references() -> Mapping[str, ReferenceDistribution]:
    return {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown of an analysis beside its findings.

    Parameters
    ----------
    curves : bool
        Force and CoP in every frame, in the JSON document.
    inputs : tuple, optional
        What an assessment is made with; without it there is none.
    references : mapping of metric name to ReferenceDistribution
        What the indices of pronation are compared with.
    together : bool
        The steps of all files as one set.
    norm_set : NormSet, optional
        Norms by circumstances; each trial takes those that hold for it, in place of `references`.
    """

    curves: bool = False
    inputs: tuple[ClinicalInputs | None, SiteNorms | None] | None = None
    references: Mapping[str, ReferenceDistribution] = field(default_factory=_no_references)
    together: bool = False
    norm_set: NormSet | None = None

    def references_of(self, *analyses: Analysis) -> Mapping[str, ReferenceDistribution]:
        """What the indices of pronation of trials are compared with.

        Parameters
        ----------
        *analyses : Analysis
            One trial, or several that are one set.

        Returns
        -------
        mapping of metric name to ReferenceDistribution
            Of a set of norms only those that hold for all of them.
        """
        if self.norm_set is None:
            return self.references
        from footload.norms.reference_set import Circumstances

        first, *others = [self.norm_set.distributions(Circumstances.of(each)) for each in analyses]
        return {name: one for name, one in first.items() if all(other.get(name) == one for other in others)}

    def inputs_of(self, analysis: Analysis) -> tuple[ClinicalInputs | None, SiteNorms | None]:
        """What an assessment of a trial is made with.

        Parameters
        ----------
        analysis : Analysis
            Of the trial.

        Returns
        -------
        tuple
            Clinical inputs and norms.
        """
        clinical, norms = self.inputs or (None, None)
        if self.norm_set is None:
            return clinical, norms
        from footload.decision.norms import SiteNorms
        from footload.norms.reference_set import Circumstances

        return clinical, SiteNorms.of_set(self.norm_set, Circumstances.of(analysis))


NOTHING_MORE = Asked()
"""Findings only."""


def analyze(
    files: Annotated[list[Path], typer.Argument(help="Vendors' exports or recordings (.mcap).", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write all findings into this file, a row each.")] = None,
    curves: Annotated[bool, typer.Option("--curves", help="With --json: force and CoP in every frame.")] = False,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
    noise_floor: Annotated[float, typer.Option(help="Pressure below it counts as 0. [kPa, or counts]", min=0)] = 0.0,
    zero: Annotated[float, typer.Option(help="How long the mat is empty at the start. [s]", min=0)] = 0.0,
    swing: Annotated[
        float,
        typer.Option(help="Insoles: below this share of the highest force is swing, to zero by.", min=0, max=0.49),
    ] = 0.0,
    assess: Annotated[bool, typer.Option("--assess", help="Also knee tendency and options, with certainty.")] = False,
    clinical: Annotated[Path | None, typer.Option(help="What was entered by hand (TOML); with --assess.")] = None,
    norms: Annotated[
        Path | None, typer.Option(help="A site's own norms (TOML), or a set that `footload norms build` made (.json).")
    ] = None,
    mass: Annotated[float | None, typer.Option(help="Body mass, to check the force with. [kg]", min=1)] = None,
    standing: Annotated[Path | None, typer.Option(help="A trial in which the same person stands, as a scale.")] = None,
    together: Annotated[
        bool, typer.Option("--together", help="The files are steps of one person in one condition.")
    ] = False,
    setup: Annotated[
        Path | None, typer.Option(help="How the trials were set up (TOML): feet, plates, markers.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="What the person did, where the file does not say it.")] = None,
    asymmetry: Annotated[
        str | None, typer.Option(help="Formula for left against right: sum (default), mean, larger, involved, angle.")
    ] = None,
    fppa: Annotated[str | None, typer.Option(help="Knee angles from video, LEFT:RIGHT±ERROR. [deg]")] = None,
    keep_rejected: Annotated[
        bool, typer.Option("--keep-rejected", help="Values also for repetitions and steps that do not count.")
    ] = False,
    drawn: Annotated[
        Path | None,
        typer.Option(help="Feet drawn by hand (JSON or TOML) for one file; by default the edits beside the file."),
    ] = None,
    as_found: Annotated[
        bool, typer.Option("--as-found", help="Leave out edits of feet, made on the dashboard.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --csv replace a file.")] = False,
) -> None:
    """Find contacts, repetitions and every metric in one or more trials.

    A file that cannot be read is reported and does not stop the others; the exit code is then 1.
    """
    from footload.cli import assessing, norming
    from footload.parameters import Parameters

    if csv is not None and csv.exists() and not overwrite:
        speaking.usage_fault(f"{csv.name} exists already; choose another name or add --overwrite.")
    if csv is not None and any(file.exists() and csv.exists() and csv.samefile(file) for file in files):
        speaking.usage_fault(f"{csv.name} is one of the files to analyze; choose another name for the table.")
    if clinical and not assess:
        speaking.usage_fault("--clinical says what an assessment is made with; add --assess.")
    if mass is not None and standing is not None:
        speaking.usage_fault("--mass and --standing both say what the person weighs; give one of them.")
    setting_up.check_drawn(drawn, as_found, len(files))
    norm_set = norming.read_set(norms)
    entered = assessing.read_inputs(clinical, None if norm_set else norms)
    distributions = entered[1].distributions if entered[1] else {}
    asked = Asked(curves, entered if assess else None, distributions, together, norm_set)
    said = setting_up.said_of_trial(
        setup, task, asymmetry, fppa, keep_rejected=keep_rejected, drawn=drawn, as_found=as_found
    )
    parameters = said.setup.parameters(Parameters(noise_floor_kpa=noise_floor, zero_s=zero, swing_share=swing))
    weighed = _weighed(mass, standing, parameters)
    done: list[tuple[Path, Analysis]] = []
    failed: list[dict[str, str]] = []
    for file in speaking.tracked(files, "analyzing") if len(files) >= SLOW_FILES else files:
        try:
            found = analyzed(file, parameters, format_name, weighed, said)
            done.append((file, norming.with_set(found, norm_set)))
        except FootloadError as error:
            failed.append({"file": file.name, "error": str(error)})
    if as_json:
        speaking.show_json(document(done, failed, asked))
    elif csv is None:
        for file, analysis in done:
            show_analysis(analysis, file.name, asked)
        if together:
            show_together([analysis for _, analysis in done], asked)
    if csv is not None and done:
        with speaking.faults_told():
            write_csv(csv, done)
        speaking.complain(f"{sum(len(a.findings) for _, a in done)} findings written to {csv.name}.")
    for failure in failed:
        speaking.complain(failure["error"])
    raise typer.Exit(speaking.INPUT_AT_FAULT if failed else speaking.FINE)


def analyzed(
    file: Path,
    parameters: Any,
    format_name: str | None,
    weighed: tuple[float, str] | None = None,
    said: setting_up.SaidOfTrial | None = None,
) -> Analysis:
    """Read and analyze one file.

    Parameters
    ----------
    file : Path
        The file.
    parameters : Parameters
        Thresholds and choices.
    format_name : str or None
        A reader's name.
    weighed : (float, str), optional
        Body mass in kg, and how it is known.
    said : SaidOfTrial, optional
        How the trial was set up, knee angles from video, and feet drawn by hand; these are otherwise the edits that
        lie beside the file, as on the dashboard.

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
    if weighed is not None:
        trial = trial.changed(
            participant=replace(trial.participant, body_mass_kg=weighed[0]),
            notes={**trial.notes, "body mass": weighed[1]},
        )
    drawn = setting_up.drawn_of(file, trial, said)
    try:
        if said is None:
            return analyze_trial(trial, parameters, drawn)
        return said.added(analyze_trial(said.setup.trial(trial), parameters, drawn))
    except UnreadableTrialError:
        raise
    except (FootloadError, ValueError) as error:
        if drawn is None and isinstance(error, ValueError):
            raise
        raise UnreadableTrialError(file, str(error)) from error


def document(
    done: list[tuple[Path, Analysis]],
    failed: list[dict[str, str]],
    asked: Asked = NOTHING_MORE,
) -> dict[str, Any]:
    """Everything for programs.

    Parameters
    ----------
    done : list of (Path, Analysis)
        What could be analyzed.
    failed : list of dict
        What could not, and why.
    asked : Asked
        What else is in it.

    Returns
    -------
    dict
        ``footload`` (version), ``norms``, ``trials``, ``failed``, and ``together`` where that was asked for.
    """
    from footload import __version__
    from footload.cli.assessing import assessed
    from footload.cli.looking import trial_record
    from footload.cli.records import analysis_record

    trials: list[dict[str, Any]] = []
    for file, analysis in done:
        found = analysis_record(analysis, curves=asked.curves, references=asked.references_of(analysis))
        trials.append({"file": file.name, **trial_record(analysis.trial), **found})
    for record, (_, analysis) in zip(trials, done, strict=True):
        if asked.inputs is not None:
            record["assessment"] = assessed(analysis, asked.inputs_of(analysis)).to_record()
    known = asked.norm_set
    norms = known.model_dump(include={"name", "revision", "made_on", "footload", "n_people"}) if known else None
    whole: dict[str, Any] = {"footload": __version__, "norms": norms, "trials": trials, "failed": failed}
    if asked.together:
        from footload.cli.quality import together_record

        whole["together"] = together_record(
            [analysis for _, analysis in done], asked.references_of(*(analysis for _, analysis in done))
        )
    return whole


def show_analysis(analysis: Analysis, title: str, asked: Asked = NOTHING_MORE) -> None:
    """Print one analysis for people.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    title : str
        The file's name.
    asked : Asked
        What else is shown.
    """
    from footload.cli import assessing, quality, results
    from footload.cli.looking import trial_table

    tables = [trial_table(analysis.trial, title)]
    for numbers in results.column_blocks(len(analysis.contacts)):
        by_region = [results.region_table(analysis, numbers, name) for name in ("peak_pressure", "force_time_integral")]
        tables += [results.contact_table(analysis, numbers), *(table for table in by_region if table)]
    for numbers in results.column_blocks(len(analysis.repetitions)):
        tables.append(results.repetition_table(analysis, numbers))
    if whole := results.trial_findings_table(analysis):
        tables.append(whole)
    pictures = analysis.pronation(asked.references_of(analysis))
    more = [quality.pronation_table(pictures), speaking.list_of(quality.pronation_remarks(pictures))]
    if analysis.repeatability and not asked.together:
        more += quality.repeatability_tables(analysis.repeatability)
        more.append(speaking.list_of([*quality.warnings_of(analysis.repeatability), *analysis.no_steps]))
    more += [quality.checks_table(analysis), speaking.list_of(results.remarks(analysis))]
    speaking.show(*tables, *(table for table in more if table and table.row_count))
    if asked.inputs:
        speaking.show(assessing.assessment_table(assessing.assessed(analysis, asked.inputs_of(analysis))))


def show_together(analyses: list[Analysis], asked: Asked) -> None:
    """Print what the steps of several trials give as one set.

    Parameters
    ----------
    analyses : list of Analysis
        Of one person in one condition.
    asked : Asked
        Its references are those of the indices of pronation.
    """
    from footload.cli import quality

    found, pictures, warning = quality.together(analyses, asked.references_of(*analyses))
    left_out = [f"{analysis.trial.name}: {why}" for analysis in analyses for why in analysis.no_steps]
    said = [
        *([warning] if warning else []),
        *left_out,
        *quality.warnings_of(found),
        *quality.pronation_remarks(pictures),
    ]
    tables = [*quality.repeatability_tables(found), quality.pronation_table(pictures)]
    speaking.show(f"all {len(analyses)} files together", *(table for table in tables if table), speaking.list_of(said))


def _weighed(mass_kg: float | None, standing: Path | None, parameters: Any) -> tuple[float, str] | None:
    """Body mass, and how it is known; a standing trial that gives none ends the command."""
    if mass_kg is not None:
        return mass_kg, f"{mass_kg:g} kg, as typed."
    if standing is None:
        return None
    from footload.cli.looking import read_trial
    from footload.sanity.body_weight import standing_mass_kg

    with speaking.faults_told():
        found = standing_mass_kg(read_trial(standing, None), parameters)
    return found, f"{found:.1f} kg, from standing in {standing.name}."


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
