"""What an assessment says, for people; and the files that it is asked with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from footload.cli import speaking

if TYPE_CHECKING:
    from rich.table import Table

    from footload.analysis import Analysis
    from footload.decision.assessment import Assessment, Option
    from footload.decision.inputs import ClinicalInputs, SiteNorms


def read_inputs(clinical: Path | None, norms: Path | None) -> tuple[ClinicalInputs | None, SiteNorms | None]:
    """Read what was entered by hand; a file that is at fault ends the command.

    Parameters
    ----------
    clinical : Path or None
        A person's inputs (TOML).
    norms : Path or None
        A site's norms (TOML).

    Returns
    -------
    tuple
        None for what was not given.
    """
    from footload.decision.inputs import ClinicalInputs, SiteNorms

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
    from footload.decision.assess import assess

    return assess(analysis.findings, *inputs)


def assessment_table(assessment: Assessment) -> Table:
    """An assessment for people, in the order that safety asks for.

    Parameters
    ----------
    assessment : Assessment
        Of one trial.

    Returns
    -------
    Table
        Two columns: what kind of line, and the line.
    """
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for kind, text in _lines(assessment):
        table.add_row(kind, text)
    return table


def _lines(assessment: Assessment) -> list[tuple[str, str]]:
    lines = [("", assessment.statement)]
    lines += [("referral", _reasoned(line.text, line.why)) for line in assessment.referrals]
    lines += [("not scored", _reasoned(line.text, line.why)) for line in assessment.refusals]
    lines += [("knee", knee.text) for knee in assessment.knee]
    tendency = assessment.tendency
    if tendency:
        lines.append(("tendency", f"{tendency.outcome}: {tendency.interval} {tendency.point} {tendency.frequency}"))
        lines += [("", f"{factor.label} ({factor.side}): {'; '.join(factor.measured)}") for factor in tendency.factors]
        lines += [
            ("not known", f"{gap.label}: {'; '.join(gap.reasons)} {gap.how_to_measure}") for gap in tendency.missing
        ]
    lines += [(option.kind, _option(option)) for option in assessment.options]
    lines += [("undecided", _reasoned(rule.title, rule.missing, rule.to_settle)) for rule in assessment.undecided]
    lines += [("withheld", _reasoned(line.text, line.why)) for line in assessment.withheld]
    if assessment.not_scored:
        names = ", ".join(line.text.partition(":")[0] for line in assessment.not_scored)
        lines.append(("not scored", f"{names}: evidence insufficient or contradictory; reasons in docs/evidence.md"))
    return lines


def _reasoned(text: str, why: tuple[str, ...], more: str = "") -> str:
    return " ".join(part for part in (text, f"({'; '.join(why)})" if why else "", more) if part)


def _option(option: Option) -> str:
    parts = [_reasoned(option.text, option.why), *option.doses, f"certainty: {option.certainty.value}", option.note]
    if option.check_first:
        parts.append(f"Check first: {', '.join(option.check_first)}.")
    parts.append(f"[{', '.join(option.citations)}]")
    return " · ".join(part for part in parts if part)
