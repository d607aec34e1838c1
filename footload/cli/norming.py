"""`footload norms`: reference sets from a laboratory's own healthy participants."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from footload.analysis import Analysis
    from footload.norms.building import HealthyTrial
    from footload.norms.reference_set import NormSet

application = typer.Typer(help="Norms from a laboratory's own healthy participants.", no_args_is_help=True)

_SHOWN = ("foot", "")


@application.command("build")
def build(
    lab: Annotated[Path, typer.Argument(help="The laboratory's folder.", show_default=False)],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the set here; norms.json of the laboratory by default.")
    ] = None,
    name: Annotated[str, typer.Option(help="What the set is called, such as the laboratory's name.")],
    fewest: Annotated[int, typer.Option(help="People that a group needs.", min=5)] = 20,
    speed: Annotated[
        list[float] | None, typer.Option(help="Bound between bands of walking speed; repeat it. [m/s]")
    ] = None,
    database: Annotated[
        str | None, typer.Option(envvar="FOOTLOAD_DATABASE", help="PostgreSQL URL; without it SQLite in the folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of sentences.")] = False,
) -> None:
    """Make norms by device, task, footwear, sex and speed from the participants who are marked as healthy.

    Trials are analyzed again, so that all values follow one version's definitions. The set holds groups, never people.
    Made again under the same name it becomes the next revision; each revision is kept beside it under its own number,
    and another file is not touched. The norms.json of a laboratory is what its trials are compared with: in `lab
    assess`, `batch`, `export` and on the dashboard.
    """
    from datetime import UTC, datetime

    from footload.norms.building import Building, build_norms
    from footload.norms.kept_sets import LAB_NORMS, check_name, keep_set

    failed: list[str] = []
    out = out or lab / LAB_NORMS
    with speaking.faults_told():
        check_name(out, name)
        day = datetime.now(UTC).date().isoformat()
        try:
            how = Building(name=name, made_on=day, fewest=fewest, speeds_m_per_s=tuple(sorted(speed or ())))
        except ValueError as error:
            speaking.usage_fault(str(error))
        made, left_out = build_norms(_healthy(lab, database, failed), how)
        made = keep_set(made, out)
    if as_json:
        record = {**made.model_dump(mode="json"), "left_out": list(left_out), "failed": failed}
        speaking.show_json(record)
    else:
        speaking.show(f"{made.name}, revision {made.revision}: {made.n_people} people, {len(made.norms)} norms.")
        speaking.show(speaking.list_of([*(f"left out: {each}" for each in left_out), *failed]))
    if failed:
        raise typer.Exit(speaking.INPUT_AT_FAULT)


@application.command("show")
def show(
    file: Annotated[Path, typer.Argument(help="A set of norms.", show_default=False)],
    *,
    metric: Annotated[str | None, typer.Option(help="Only this metric.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")] = False,
) -> None:
    """Show the norms of a set, with numbers of people and intervals."""
    from rich.table import Table

    from footload.norms.reference_set import NormSet

    with speaking.faults_told():
        known = NormSet.read(file)
    if as_json:
        record = known.model_dump(mode="json")
        wanted = [each for each in record["norms"] if metric in {None, each["metric"]}]
        speaking.show_json({**record, "norms": wanted})
        return
    table = Table("measure", "unit", "group", "device", "mean (95 %)", "SD (95 %)")
    for each in known.norms:
        if each.region in _SHOWN and (metric is None or each.metric == metric):
            mean = f"{each.mean:.4g} ({each.mean_low:.4g} to {each.mean_high:.4g})"
            spread = f"{each.sd:.3g} ({each.sd_low:.3g} to {each.sd_high:.3g})"
            table.add_row(each.metric, each.unit, each.group, each.device, mean, spread)
    speaking.show(f"{known.name}, revision {known.revision}, {known.n_people} people", table)


def read_set(path: Path | None) -> NormSet | None:
    """Read a set of norms where a file is one; a site's own table (TOML) is none.

    Parameters
    ----------
    path : Path or None
        What ``--norms`` names.

    Returns
    -------
    NormSet or None
        None for other files; a set that is at fault ends the command.
    """
    if path is None or path.suffix.casefold() != ".json":
        return None
    from footload.norms.reference_set import NormSet

    with speaking.faults_told():
        return NormSet.read(path)


def compared(analyses: Sequence[Analysis], norms: Path | None) -> list[Analysis]:
    """Give the findings of trials the reference ranges of a set of norms.

    Parameters
    ----------
    analyses : sequence of Analysis
        Of any trials; each takes the norms that hold for it.
    norms : Path or None
        What ``--norms`` names; a site's own table (TOML) has no ranges.

    Returns
    -------
    list of Analysis
        The same where there is no set of norms.
    """
    known = read_set(norms)
    return [with_set(each, known) for each in analyses]


def set_of(norms: Path | None, lab: Path | None = None) -> NormSet | None:
    """The set of norms that trials are compared with: the one that is named, else a laboratory's own.

    Parameters
    ----------
    norms : Path or None
        What ``--norms`` names; another kind of file ends the command, because it has no ranges.
    lab : Path, optional
        Folder of the laboratory that the trials are of.

    Returns
    -------
    NormSet or None
        None where no set is named, and the laboratory has none.
    """
    from footload.norms.kept_sets import norms_of_lab

    known = read_set(norms)
    if norms is not None and known is None:
        speaking.usage_fault(f"{norms.name} has no reference ranges; name a set (.json) of `footload norms build`.")
    return known or read_set(norms_of_lab(lab) if lab else None)


def with_set(analysis: Analysis, known: NormSet | None) -> Analysis:
    """Give the findings of one trial the reference ranges of a set of norms.

    Parameters
    ----------
    analysis : Analysis
        Of the trial.
    known : NormSet or None
        As `read_set` gives it.

    Returns
    -------
    Analysis
        The same where there is no set of norms.
    """
    if known is None:
        return analysis
    from footload.norms.comparing import with_norms

    return with_norms(analysis, known)


def _healthy(folder: Path, database: str | None, failed: list[str]) -> Iterator[HealthyTrial]:
    """Every trial of a healthy participant; one that cannot be analyzed is told and left out."""
    from footload.analysis import analyze_as_drawn
    from footload.errors import FootloadError
    from footload.lab.kept_trials import Wanted, kept_files, read_kept
    from footload.lab.laboratory import Laboratory
    from footload.norms.building import HealthyTrial

    with Laboratory(folder, database) as lab:
        healthy = [row["id"] for row in lab.rows("participants") if row["healthy"]]
    for person in speaking.tracked(healthy, "analyzing"):
        for file in kept_files(folder, Wanted(participant=person)):
            try:
                yield HealthyTrial.of(analyze_as_drawn(file, read_kept(file)))
            except FootloadError as error:
                failed.append(f"{file.parent.parent.name}: {error}")
