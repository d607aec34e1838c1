"""`footload assess`: from the trials of one person in one condition to what may be said and considered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from rich.table import Table

    from footload.analysis import Analysis
    from footload.decision.assessment import Assessment
    from footload.decision.inputs import ClinicalInputs, SiteNorms
    from footload.decision.selection import Pooled
    from footload.decision.telling import Told


class SaidOfTrials(NamedTuple):
    """What was analyzed and what was made of it.

    Parameters
    ----------
    analyses : list of Analysis
        Of the trials that count.
    pooled : Pooled
        Their findings together.
    assessment : Assessment
        What may be said.
    tried : list of Told
        What became of an option that was tried; empty when none was.
    """

    analyses: list[Analysis]
    pooled: Pooled
    assessment: Assessment
    tried: list[Told]


def assess(
    trials: Annotated[
        list[Path] | None, typer.Argument(help="Trials of one person in one condition.", show_default=False)
    ] = None,
    *,
    clinical: Annotated[Path | None, typer.Option(help="What was entered by hand (TOML).")] = None,
    norms: Annotated[Path | None, typer.Option(help="A site's own norms (TOML), or a set of norms (.json).")] = None,
    condition: Annotated[str | None, typer.Option(help="Take the trials of this condition only.")] = None,
    after: Annotated[
        list[Path] | None, typer.Option(help="A trial with the option in place; repeat it for more.")
    ] = None,
    option: Annotated[str, typer.Option(help="With --after: the option that was tried.")] = "O2",
    sheet: Annotated[bool, typer.Option("--sheet", help="Also the prescription sheet, measurements only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")] = False,
    format_name: Annotated[str | None, typer.Option("--format", help="Name of the file format, when unclear.")] = None,
) -> None:
    """Say what may be said of knee and foot, what may be considered, what to test next: each line with its source.

    Several conditions are not averaged: pick one, or compare two with --after. Nothing here diagnoses or predicts.
    """
    if not trials and not clinical:
        speaking.usage_fault("there is nothing to assess; name trials, or --clinical with what was entered by hand.")
    from footload.cli import norming
    from footload.cli.assessment_view import assessment_views, trial_view

    found = norming.compared([_analyzed(file, format_name) for file in trials or ()], norms)
    entered = read_inputs(clinical, norms, found)
    tried = [_analyzed(file, format_name) for file in after or ()]
    pooled, assessment = assessment_of(found, condition, entered)
    record: dict[str, Any] = {
        "condition": pooled.condition or None,
        "trials": [file.name for file in trials or ()],
        "notes": list(pooled.notes),
        "assessment": assessment.to_record(),
    }
    views = assessment_views(pooled, assessment, sheet=sheet)
    if tried and assessment.gate_closed:
        speaking.usage_fault("no option is judged behind a red flag or a closed safety gate.")
    if tried:
        result = _tried(pooled, tried, option, entered)
        record["trial"] = _plain(result)
        views += trial_view(result)
    if as_json:
        from footload import __version__

        speaking.show_json({"footload": __version__, **record})
    else:
        speaking.show(*views)


def read_inputs(
    clinical: Path | None, norms: Path | None, analyses: Sequence[Analysis] = ()
) -> tuple[ClinicalInputs | None, SiteNorms | None]:
    """Read what was entered by hand; a file that is at fault ends the command.

    Parameters
    ----------
    clinical : Path or None
        A person's inputs (TOML).
    norms : Path or None
        A site's norms (TOML), or a set of norms (.json), of which those of the first trial are taken.
    analyses : sequence of Analysis
        The trials; a set of norms is not used without.

    Returns
    -------
    tuple
        None for what was not given.
    """
    from footload.cli import norming
    from footload.decision.inputs import ClinicalInputs, SiteNorms

    norm_set = norming.read_set(norms)
    if norm_set is not None:
        from footload.norms.reference_set import Circumstances

        if not analyses:
            speaking.usage_fault("a set of norms says nothing without a trial; name trials, or norms as TOML.")
        of_trial = SiteNorms.of_set(norm_set, Circumstances.of(analyses[0]))
        return read_inputs(clinical, None)[0], of_trial

    try:
        return (
            ClinicalInputs.from_toml(clinical) if clinical else None,
            SiteNorms.from_toml(norms) if norms else None,
        )
    except (ValueError, OSError) as error:
        speaking.complain(str(error))
        raise typer.Exit(speaking.INPUT_AT_FAULT) from error


def assessed(analysis: Analysis, inputs: tuple[ClinicalInputs | None, SiteNorms | None]) -> Assessment:
    """Everything that may be said about the person of a trial.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    inputs : tuple
        Clinical inputs and norms, as `read_inputs` gives them.

    Returns
    -------
    Assessment
        Each line with its reasons and sources.
    """
    return assessment_of([analysis], None, inputs)[1]


def assessed_trials(
    trials: list[Path],
    after: list[Path],
    option: str,
    *,
    condition: str | None,
    clinical: Path | None,
    norms: Path | None,
) -> SaidOfTrials:
    """Analyze trials and say what may be said of them; a file at fault ends the command.

    Parameters
    ----------
    trials : list of Path
        Of one person.
    after : list of Path
        Trials with an option in place.
    option : str
        Which one.
    condition : str or None
        Those of this condition only.
    clinical, norms : Path or None
        What was entered by hand; a site's norms (TOML).

    Returns
    -------
    SaidOfTrials
        Everything that a report is made from.
    """
    from footload.cli import norming
    from footload.decision.selection import in_condition
    from footload.decision.telling import told_of_trial

    found = norming.compared([_analyzed(file, None) for file in trials], norms)
    entered = read_inputs(clinical, norms, found)
    pooled, assessment = assessment_of(found, condition, entered)
    tried: list[Told] = []
    if after and not assessment.gate_closed:
        tried.append(told_of_trial(_tried(pooled, [_analyzed(file, None) for file in after], option, entered)))
    return SaidOfTrials(list(in_condition(found, condition)), pooled, assessment, tried)


def assessment_table(assessment: Assessment) -> Table:
    """An assessment for people, short.

    Parameters
    ----------
    assessment : Assessment
        Of one trial.

    Returns
    -------
    Table
        Two columns: what kind of line, and the line.
    """
    from footload.cli.assessment_view import summary_table

    return summary_table(assessment)


def _analyzed(file: Path, format_name: str | None) -> Analysis:
    from footload.cli.analyzing import analyzed
    from footload.parameters import Parameters

    with speaking.faults_told():
        return analyzed(file, Parameters(), format_name)


def assessment_of(
    analyses: list[Analysis], condition: str | None, inputs: tuple[ClinicalInputs | None, SiteNorms | None]
) -> tuple[Pooled, Assessment]:
    """Everything that may be said about one person in one condition; what does not go together ends the command.

    Parameters
    ----------
    analyses : list of Analysis
        Of one person.
    condition : str or None
        Those of this condition only.
    inputs : tuple
        Clinical inputs and norms, as `read_inputs` gives them.

    Returns
    -------
    pooled : Pooled
        The findings together.
    assessment : Assessment
        Each line with its reasons and sources.
    """
    from footload.decision.assess import assess as assess_findings
    from footload.decision.filmed_knees import with_filmed_knees
    from footload.decision.inputs import ClinicalInputs
    from footload.decision.selection import MixedTrialsError, in_condition, pool, with_participant

    clinical, norms = inputs
    try:
        chosen = in_condition(analyses, condition)
    except MixedTrialsError as error:
        speaking.usage_fault(str(error))
    pooled = pool(chosen)
    try:
        known = with_filmed_knees(with_participant(clinical or ClinicalInputs(), chosen), chosen)
    except ValueError as error:
        speaking.complain(str(error))
        raise typer.Exit(speaking.INPUT_AT_FAULT) from error
    return pooled, assess_findings(pooled.findings, known, norms, pads=pooled.pads, pseudonym=pooled.pseudonym)


def _tried(
    before: Pooled,
    tried: list[Analysis],
    option: str,
    inputs: tuple[ClinicalInputs | None, SiteNorms | None],
) -> Any:
    from footload.decision.confirmation import judge_trial
    from footload.decision.selection import MixedTrialsError, check_same_person, in_condition, pool

    clinical, norms = inputs
    try:
        after = pool(in_condition(tried))
        check_same_person(before, after)
        return judge_trial(option, before.findings, after.findings, norms, clinical)
    except (MixedTrialsError, KeyError) as error:
        speaking.usage_fault(str(error.args[0]))


def _plain(result: Any) -> Any:
    from footload.decision.assessment import plain_record

    return plain_record(result)
