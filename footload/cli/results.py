"""An analysis as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footload.cli.records import mean_cop_mm
from footload.findings import Finding, ReferenceSource, ReferenceStatus
from footload.foot.contact import WHOLE, FootContact
from footload.units import shown

if TYPE_CHECKING:
    from rich.table import Table

    from footload.analysis import Analysis

MOST_COLUMNS = 3
"""So many contacts fit side by side into an ordinary terminal."""

MOST_PLACES = 4
"""A remark names at most so many values that it holds for."""

_MARKS = {ReferenceStatus.BELOW: " ↓", ReferenceStatus.ABOVE: " ↑"}


def plain_table() -> Table:
    """Make an empty table in the manner of the house.

    Returns
    -------
    Table
        With a line under its headings only.
    """
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)


def column_blocks(n: int) -> list[range]:
    """Numbers of what stands side by side in one table.

    Parameters
    ----------
    n : int
        Of contacts, or of repetitions.

    Returns
    -------
    list of range
        All of them, in their order.
    """
    return [range(start, min(start + MOST_COLUMNS, n)) for start in range(0, n, MOST_COLUMNS)]


def contact_table(analysis: Analysis, numbers: range) -> Table:
    """Every contact as a column, every value of the whole foot as a row.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    numbers : range
        Which contacts.

    Returns
    -------
    Table
        With an arrow behind values outside of their reference.
    """
    table = plain_table()
    table.add_column("contact")
    contacts = [analysis.contacts[number] for number in numbers]
    for number, contact in zip(numbers, contacts, strict=True):
        table.add_column(f"{number + 1} {contact.side or 'side unknown'}", justify="right")
    for topic, words in (("start", _start), ("CoP (x, y)", _cop), ("note", _flags)):
        cells = [words(contact) for contact in contacts]
        if any(cells):
            table.add_row(topic, *cells)
    table.add_section()
    values = {(f.metric, f.contact): f for f in analysis.findings if f.contact is not None and f.region == WHOLE}
    for metric, label in {f.metric: f.label for f in values.values()}.items():
        cells = [values.get((metric, number)) for number in numbers]
        table.add_row(label, *(value_text(finding) for finding in cells))
    return table


def _start(contact: FootContact) -> str:
    return f"{contact.time_s[0]:.2f} s" if contact.n_frames else ""


def _cop(contact: FootContact) -> str:
    x_mm, y_mm = mean_cop_mm(contact)
    return f"{x_mm:.1f}, {y_mm:.1f} mm" if np.isfinite(x_mm) else "–"


def _flags(contact: FootContact) -> str:
    return "; ".join(contact.flags)


def value_text(finding: Finding | None) -> str:
    """A value with its unit and an arrow where it is outside of its reference.

    Parameters
    ----------
    finding : Finding or None
        None where there is no such value.

    Returns
    -------
    str
        Empty for None.
    """
    return f"{finding.text}{_MARKS.get(finding.status, '')}" if finding else ""


def region_table(analysis: Analysis, numbers: range, metric: str) -> Table | None:
    """One metric over the regions of every foot.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    numbers : range
        Which contacts.
    metric : str
        A metric's name.

    Returns
    -------
    Table or None
        None when it has no value in any region.
    """
    found = [
        f for f in analysis.findings if f.metric == metric and f.contact in numbers and f.region not in {"", WHOLE}
    ]
    if not found:
        return None
    values = {(f.region, f.contact): f for f in found}
    unit = shown(found[0].unit)
    table = plain_table()
    table.add_column(f"{found[0].label} [{unit}]")
    for number in numbers:
        table.add_column(f"{number + 1} {analysis.contacts[number].side or ''}", justify="right")
    for region in dict.fromkeys(f.region for f in found):
        cells = [values.get((region, number)) for number in numbers]
        table.add_row(region, *(value_text(finding).removesuffix(unit).strip() for finding in cells))
    return table


def repetition_table(analysis: Analysis, numbers: range) -> Table:
    """Every value of every foot, a column for each repetition.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    numbers : range
        Which of its repetitions.

    Returns
    -------
    Table
        Those that do not count with the reason.
    """
    repetitions = [analysis.repetitions[number] for number in numbers]
    time_s = analysis.repetition_time_s
    table = plain_table()
    table.add_column("repetition")
    table.add_column("")
    for repetition in repetitions:
        table.add_column(str(repetition.number + 1), justify="right")
    table.add_row("begins", "", *(f"{time_s[each.start]:.2f} s" for each in repetitions))
    if any(each.rejected for each in repetitions):
        table.add_row("left out", "", *(each.rejected for each in repetitions))
    found = [f for f in analysis.findings if f.repetition is not None]
    values = {(f.repetition, f.label, f.side): f for f in found}
    for label, side in dict.fromkeys((f.label, f.side) for f in found):
        cells = [value_text(values.get((each.number, label, side))) for each in repetitions]
        table.add_row(label, str(side or "both"), *cells)
    return table


def trial_findings_table(analysis: Analysis) -> Table | None:
    """What holds for the whole trial or for a foot over all repetitions.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    Table or None
        None when there is nothing of the kind.
    """
    found = [f for f in analysis.findings if f.contact is None and f.repetition is None]
    if not found:
        return None
    table = plain_table()
    table.add_column("whole trial")
    table.add_column("side")
    table.add_column("value", justify="right")
    for finding in found:
        table.add_row(finding.label, str(finding.side or "both"), value_text(finding))
    return table


def remarks(analysis: Analysis) -> list[str]:
    """Everything to know before a value is used, beside the trial's own notes and the checks, which have a table.

    Missing values with their reason, values outside of their reference, notes on quality.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    list of str
        Each sentence once.
    """
    known = {*analysis.trial.notes.values(), *(flag for contact in analysis.contacts for flag in contact.flags)}
    topics: dict[str, dict[str, list[int]]] = {}
    for finding in analysis.findings:
        for text in _said_about(finding):
            if text not in known:
                numbers = topics.setdefault(text, {}).setdefault(finding.label, [])
                if finding.contact is not None and finding.contact + 1 not in numbers:
                    numbers.append(finding.contact + 1)
    own = [note for note in analysis.notes if note not in known]
    n_contacts = len(analysis.contacts)
    return own + [
        f"{joined([_place(*one, n_contacts) for one in places.items()])}: {t}" for t, places in topics.items()
    ]


def _said_about(finding: Finding) -> list[str]:
    checked = {note.text for note in finding.quality}
    said = [note for note in finding.notes if note not in checked]
    if finding.reason and finding.region in {"", WHOLE}:
        said.append(f"– {finding.reason}")
    # Own norms are known for every part of the foot, where 1 value in 20 lies outside by chance.
    told = finding.region in {"", WHOLE} or not finding.reference or finding.reference.source is not ReferenceSource.OWN
    if finding.reference and finding.status in _MARKS and told:
        below = finding.status is ReferenceStatus.BELOW
        means = (finding.reference.low_means if below else finding.reference.high_means) or finding.status.value
        said.append(f"{_MARKS[finding.status].strip()} {means}; reference {finding.reference.text}")
    return said


def _place(label: str, numbers: list[int], n_contacts: int) -> str:
    if len(numbers) in {0, n_contacts}:
        return label
    return f"{label} of contact{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def joined(places: list[str]) -> str:
    """Name the first few of several places, and say how many more there are.

    Parameters
    ----------
    places : list of str
        In their order.

    Returns
    -------
    str
        At most `MOST_PLACES` of them.
    """
    return (
        ", ".join(places)
        if len(places) <= MOST_PLACES
        else f"{', '.join(places[:MOST_PLACES])} and {len(places) - MOST_PLACES} more"
    )
