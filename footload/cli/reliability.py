"""`footload reliability`: how well a measurement repeats, from repeated sessions."""

from __future__ import annotations

import re
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from rich.table import Table

    from footload.compare.studies import StudiedTable
    from footload.findings import Finding


def reliability(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV: participant, session, and metric, value (side, region, unit), or file.", show_default=False
        ),
    ],
    *,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the study here, for compare.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Folder for a Bland-Altman picture of each measure (SVG).")] = None,
    name: Annotated[str, typer.Option(help="What the study is called; the table's name otherwise.")] = "",
    metric: Annotated[list[str] | None, typer.Option(help="Only this metric; repeat it for more.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Let --out replace a file.")] = False,
) -> None:
    """Work out ICC in its six forms, SEM, minimal detectable change and limits of agreement.

    Several values of one session are averaged first: what repeats is the mean of a session. The study's file holds no
    values of anybody.
    """
    from footload.compare.studies import ReliabilityStudy, StudyError, studied
    from footload.compare.study_tables import rows_of_table

    if out is not None and out.exists() and not overwrite:
        speaking.usage_fault(f"{out.name} exists already; choose another name or add --overwrite.")
    with speaking.faults_told():
        rows = rows_of_table(table, _findings_of)
        chosen = [row for row in rows if not metric or row.metric in metric]
        tables, left_out = studied(chosen)
        if not tables:
            raise StudyError(f"{table.name} gives no study: {'; '.join(left_out[:3]) or 'no value is left'}.")
        study = ReliabilityStudy(name=name or table.stem, measures=tuple(each.measure for each in tables))
        if out is not None:
            study.write(out)
        drawn = _draw(tables, plots) if plots is not None else []
    if as_json:
        speaking.show_json({**study.model_dump(mode="json"), "left_out": list(left_out), "pictures": drawn})
    else:
        speaking.show(_table(tables), speaking.list_of([*left_out, *_how_read(out, drawn)]))


def _findings_of(file: Path) -> list[Finding]:
    from footload.cli.analyzing import analyzed
    from footload.compare.conditions import Recorded
    from footload.parameters import Parameters

    return list(Recorded.of(analyzed(file, Parameters(), None)).findings)


def _draw(tables: tuple[StudiedTable, ...], folder: Path) -> list[str]:
    from footload.report.comparison_pictures import agreement
    from footload.report.figures import write_figure

    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    for each in tables:
        if each.agreement is None:
            continue
        parts = [part for part in (each.measure.metric, each.measure.side, each.measure.region) if part]
        names.append(re.sub(r"[^\w.-]+", "_", "_".join(parts)) + ".svg")
        write_figure(agreement(each), folder / names[-1])
    return names


def _table(tables: tuple[StudiedTable, ...]) -> Table:
    from rich.table import Table

    from footload.compare.reliability import IccForm

    shown = Table("measure", "unit", "n", "ICC(2,1)", "ICC(3,1)", "SEM", "MDC", "bias", "limits of agreement")
    for each in tables:
        m, of = each.measure, each.reliability

        def icc(form: IccForm, of: Any = of) -> str:
            one = of.icc(form)
            if isnan(one.value):
                return "–"
            return f"{one.value:.2f}" + ("" if isnan(one.low) else f" ({one.low:.2f} to {one.high:.2f})")

        limits = each.agreement
        shown.add_row(
            " ".join(part for part in (m.metric, m.side, m.region) if part),
            m.unit,
            f"{m.n_people} x {m.n_sessions}",
            icc(IccForm.AGREEMENT),
            icc(IccForm.CONSISTENCY),
            f"{m.sem:.3g}",
            f"{m.mdc:.3g}",
            f"{limits.bias:.3g}" if limits else "–",
            f"{limits.lower:.3g} to {limits.upper:.3g}" if limits else "–",
        )
    return shown


def _how_read(out: Path | None, drawn: list[str]) -> list[str]:
    said = [
        "ICC by Shrout and Fleiss, with 95 % intervals; --json has all six forms.",
        "SEM holds the shifts between sessions; MDC = 1.96 sqrt(2) SEM, of two means of one session each.",
    ]
    if out is not None:
        said.append(f"Written to {out.name}: use it with `footload compare --reliability`.")
    if drawn:
        said.append(f"{len(drawn)} pictures drawn.")
    return said
