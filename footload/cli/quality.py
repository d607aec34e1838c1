"""Checks, repeatability and the indices of pronation as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from footload.cli.results import joined, plain_table
from footload.findings import Finding
from footload.foot.contact import WHOLE
from footload.repeatability import Repeatability, repeatability_of, speed_warning
from footload.sanity.check import Check, Outcome
from footload.trials import Side
from footload.units import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from footload.analysis import Analysis
    from footload.pronation import PronationIndex, PronationPicture, ReferenceDistribution


def checks_table(analysis: Analysis) -> Table | None:
    """What was looked at in the recording, how it came out, and which values carry its note.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    Table or None
        None when nothing was looked at.
    """
    if not analysis.checks:
        return None
    table = plain_table()
    for name in ("check", "came out", "what was seen", "stands on"):
        table.add_column(name, overflow="fold")
    for check in analysis.checks:
        table.add_row(check.code.replace("_", " "), _outcome(check), check.text, _touched(check, analysis.findings))
    return table


def _outcome(check: Check) -> str:
    return check.severity.value if check.outcome is Outcome.NOTED else check.outcome.value


def _touched(check: Check, findings: Sequence[Finding]) -> str:
    if check.outcome is not Outcome.NOTED:
        return ""
    labels = [finding.label for finding in findings if check.note in finding.quality]
    return f"{len(labels)} values: {joined(list(dict.fromkeys(labels)))}" if labels else "no value here"


def repeatability_tables(found: Sequence[Repeatability]) -> list[Table]:
    """The scatter of the steps of each foot, values of the whole foot only.

    Parameters
    ----------
    found : sequence of Repeatability
        Of one trial, or of several together.

    Returns
    -------
    list of Table
        One a foot, without what is the same in every step; values of regions stand in the JSON document.
    """
    tables: list[Table] = []
    for side in Side:
        mine = [each for each in found if each.side is side and each.region == WHOLE]
        if not mine:
            continue
        table = plain_table()
        n = max(each.n for each in mine)
        table.add_column(f"{side}, {n} step{'s' * (n != 1)}")
        for name in ("n", "mean", "median", "SD", "CV", "SEM", "MDC 95"):
            table.add_column(name, justify="right")
        for each in mine:
            if each.sd == 0:
                continue
            unit = shown(each.unit)
            numbers = (each.mean, each.median, each.sd)
            cv = f"{each.cv_percent:.1f} %" if np.isfinite(each.cv_percent) else "–"
            table.add_row(
                f"{each.label} [{unit}]" if unit else each.label,
                str(each.n),
                *(_number(number) for number in numbers),
                cv,
                *(_number(number) for number in (each.sem, each.mdc95)),
            )
        tables.append(table)
    return tables


def warnings_of(found: Sequence[Repeatability]) -> list[str]:
    """What to know before the scatter is used, each sentence once for each foot.

    Parameters
    ----------
    found : sequence of Repeatability
        As shown.

    Returns
    -------
    list of str
        The values with the fewest steps speak for their foot.
    """
    said: list[str] = []
    for side in Side:
        mine = [each for each in found if each.side is side and each.region == WHOLE and each.warnings]
        most = max((each.n for each in mine), default=0)
        said += dict.fromkeys(f"{side} foot: {text}" for each in mine if each.n == most for text in each.warnings)
    return said


def pronation_table(pictures: Sequence[PronationPicture]) -> Table | None:
    """The indices of pronation of both feet side by side.

    Parameters
    ----------
    pictures : sequence of PronationPicture
        One a foot.

    Returns
    -------
    Table or None
        None where there is no index.
    """
    if not pictures:
        return None
    table = plain_table()
    for name in ("pronation by", "looks at", "more pronated"):
        table.add_column(name)
    for picture in pictures:
        for name in (str(picture.side), "z"):
            table.add_column(name, justify="right")
    by_side = [{index.metric: index for index in picture.indices} for picture in pictures]
    every: dict[str, PronationIndex] = {name: index for side in by_side for name, index in side.items()}
    for name, one in every.items():
        cells = [cell for side in by_side for cell in _index_cells(side.get(name))]
        table.add_row(one.label, one.family.value, one.to_record()["more_pronated_is"], *cells)
    return table


def pronation_remarks(pictures: Sequence[PronationPicture]) -> list[str]:
    """Whether the indices agree, and what each is compared with.

    Parameters
    ----------
    pictures : sequence of PronationPicture
        One a foot.

    Returns
    -------
    list of str
        Sentences; what is said against the other foot holds the other way round for that one.
    """
    said = [f"{picture.side} foot: {picture.agreement}" for picture in pictures]
    if len({picture.agreement for picture in pictures}) == 1 and len(pictures) > 1:
        said = [f"both feet: {pictures[0].agreement}"]
    references = {index.reference for picture in pictures for index in picture.indices} - {"no reference"}
    said += [f"reference: {name}" if not name.startswith("no ") else name for name in sorted(references)]
    return said + [f"{each.side} foot {each.against_other_foot}" for each in pictures[:1] if each.against_other_foot]


def together(
    analyses: Sequence[Analysis], references: Mapping[str, ReferenceDistribution] | None = None
) -> tuple[tuple[Repeatability, ...], tuple[PronationPicture, ...], str]:
    """The steps of several trials of one person in one condition as one set.

    Parameters
    ----------
    analyses : sequence of Analysis
        Whoever calls says that they belong together.
    references : mapping of metric name to ReferenceDistribution, optional
        What the indices of pronation are compared with.

    Returns
    -------
    repeatability : tuple of Repeatability
        Over all steps.
    pronation : tuple of PronationPicture
        Of all steps.
    warning : str
        That they were walked at different speeds; empty when they were not.
    """
    from footload.pronation import pronation_of

    walked = [analysis for analysis in analyses if analysis.steps]
    steps = [finding for analysis in walked for finding in analysis.steps]
    found = repeatability_of(steps, in_shoe=any(analysis.in_shoe for analysis in walked))
    speeds = [[*(f for f in each.findings if f.contact is None), *each.steps] for each in walked]
    warning = speed_warning(*speeds) if len(walked) > 1 else ""
    return found, pronation_of(steps, references), warning


def together_record(
    analyses: Sequence[Analysis], references: Mapping[str, ReferenceDistribution] | None = None
) -> dict[str, Any]:
    """`together` as plain values for JSON.

    Parameters
    ----------
    analyses : sequence of Analysis
        Of one person in one condition.
    references : mapping of metric name to ReferenceDistribution, optional
        What the indices of pronation are compared with.

    Returns
    -------
    dict
        ``repeatability``, ``pronation``, ``speed_warning``.
    """
    found, pictures, warning = together(analyses, references)
    return {
        "repeatability": [each.to_record() for each in found],
        "pronation": [picture.to_record() for picture in pictures],
        "speed_warning": warning or None,
    }


def _index_cells(index: PronationIndex | None) -> tuple[str, str]:
    if index is None:
        return "", ""
    error = f" ± {_number(index.error)}" if np.isfinite(index.error) else ""
    unit = shown(index.unit)
    return f"{_number(index.value)}{error} {unit}".rstrip(), f"{index.z:+.1f}" if np.isfinite(index.z) else "–"


def _number(value: float) -> str:
    return Finding("", "", value, "ratio").text if np.isfinite(value) else "–"
