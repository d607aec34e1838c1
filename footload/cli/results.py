"""An analysis as plain values for programs, and as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from footload.findings import Finding, ReferenceStatus
from footload.foot.contact import WHOLE, FootContact
from footload.units import shown

if TYPE_CHECKING:
    from rich.table import Table

    from footload.analysis import Analysis
    from footload.tasks.repetition import Repetition

_MARKS = {ReferenceStatus.BELOW: " ↓", ReferenceStatus.ABOVE: " ↑"}


def analysis_record(analysis: Analysis, *, curves: bool = False) -> dict[str, Any]:
    """What was found in a trial, as plain values.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    curves : bool
        Also force, area and CoP of every contact in every frame.

    Returns
    -------
    dict
        Keys in a fixed order; NaN where a value could not be had, with its reason beside it.
    """
    return {
        "contacts": [contact_record(number, contact, curves) for number, contact in enumerate(analysis.contacts)],
        "repetitions": [_repetition_record(repetition, analysis) for repetition in analysis.repetitions],
        "findings": [finding.to_record() for finding in analysis.findings],
        "analysis_notes": list(analysis.notes),
        "parameters": dict(analysis.parameters.to_record()),
    }


def contact_record(number: int, contact: FootContact, curves: bool = False) -> dict[str, Any]:
    """One foot on the ground, as plain values.

    Parameters
    ----------
    number : int
        From 0, as in the findings.
    contact : FootContact
        The contact.
    curves : bool
        Also force, area and CoP in every frame.

    Returns
    -------
    dict
        Keys in a fixed order.
    """
    axis = contact.axis
    x_mm, y_mm = mean_cop_mm(contact)
    record: dict[str, Any] = {
        "contact": number,
        "side": contact.side.value if contact.side else None,
        "side_confidence": contact.side_confidence,
        "start_frame": contact.start,
        "stop_frame": contact.stop,
        "start_s": float(contact.time_s[0]) if contact.n_frames else float("nan"),
        "force_unit": contact.recording.force_unit,
        "mean_cop_mm": {"x": x_mm, "y": y_mm},
        "foot_length_mm": axis.length_mm if axis else float("nan"),
        "foot_width_mm": axis.width_mm if axis else float("nan"),
        "regions": list(contact.regions),
        "flags": list(contact.flags),
    }
    if curves:
        record["curves"] = {
            "time_s": contact.time_s.tolist(),
            "force": contact.force.tolist(),
            "area_cm2": contact.area_cm2.tolist(),
            "cop_x_mm": contact.cop_mm[:, 0].tolist(),
            "cop_y_mm": contact.cop_mm[:, 1].tolist(),
        }
    return record


def mean_cop_mm(contact: FootContact) -> tuple[float, float]:
    """Centre of pressure over the contact, weighted by the force, as (x, y) in the plate frame. [mm]

    Parameters
    ----------
    contact : FootContact
        The contact.

    Returns
    -------
    tuple of float
        NaN when the foot was never loaded enough. [mm]
    """
    known = np.isfinite(contact.cop_mm[:, 0])
    if not known.any():
        return float("nan"), float("nan")
    x_mm, y_mm = np.average(contact.cop_mm[known], axis=0, weights=contact.force[known])
    return float(x_mm), float(y_mm)


def _repetition_record(repetition: Repetition, analysis: Analysis) -> dict[str, Any]:
    time_s = analysis.trial.pressure.time_s
    return {
        "repetition": repetition.number,
        "start_frame": repetition.start,
        "stop_frame": repetition.stop,
        "start_s": float(time_s[repetition.start]),
        "stop_s": float(time_s[min(repetition.stop, len(time_s) - 1)]),
        "phases": {name: [start, stop] for name, (start, stop) in repetition.phases.items()},
        "deepest_frame": repetition.deepest_frame if repetition.deepest_frame >= 0 else None,
        "rejected": repetition.rejected or None,
    }


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


def contact_table(analysis: Analysis) -> Table:
    """Every contact as a column, every value of the whole foot as a row.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    Table
        With an arrow behind values outside of their reference.
    """
    table = plain_table()
    table.add_column("contact")
    for number, contact in enumerate(analysis.contacts):
        table.add_column(f"{number + 1} {contact.side or 'side unknown'}", justify="right")
    for topic, words in (("start", _start), ("CoP (x, y)", _cop), ("note", _flags)):
        cells = [words(contact) for contact in analysis.contacts]
        if any(cells):
            table.add_row(topic, *cells)
    table.add_section()
    values = {(f.metric, f.contact): f for f in analysis.findings if f.contact is not None and f.region == WHOLE}
    for metric, label in {f.metric: f.label for f in values.values()}.items():
        cells = [values.get((metric, number)) for number in range(len(analysis.contacts))]
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


def region_table(analysis: Analysis, metric: str) -> Table | None:
    """One metric over the regions of every foot.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.
    metric : str
        A metric's name.

    Returns
    -------
    Table or None
        None when it has no value in any region.
    """
    found = [f for f in analysis.findings if f.metric == metric and f.region not in {"", WHOLE}]
    if not found:
        return None
    values = {(f.region, f.contact): f for f in found}
    unit = shown(found[0].unit)
    table = plain_table()
    table.add_column(f"{found[0].label} [{unit}]")
    for number, contact in enumerate(analysis.contacts):
        table.add_column(f"{number + 1} {contact.side or ''}", justify="right")
    for region in dict.fromkeys(f.region for f in found):
        cells = [values.get((region, number)) for number in range(len(analysis.contacts))]
        table.add_row(region, *(value_text(finding).removesuffix(unit).strip() for finding in cells))
    return table


def repetition_table(analysis: Analysis) -> Table | None:
    """Every value of every foot, a column for each repetition.

    Parameters
    ----------
    analysis : Analysis
        Of one trial.

    Returns
    -------
    Table or None
        None when there are no repetitions.
    """
    if not analysis.repetitions:
        return None
    repetitions = analysis.repetitions
    time_s = analysis.trial.pressure.time_s
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
    """Everything to know before a value is used, beside the trial's own notes.

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
    known = set(analysis.trial.notes.values())
    flags = {flag for contact in analysis.contacts for flag in contact.flags}
    lines = [note for note in analysis.notes if note not in known]
    for finding in analysis.findings:
        where = f"{finding.label}{f', {finding.region}' if finding.region not in {'', WHOLE} else ''}"
        if finding.reason and finding.region in {"", WHOLE}:
            lines.append(f"{where}: – {finding.reason}")
        if finding.reference and finding.status in _MARKS:
            means = (
                finding.reference.low_means if finding.status is ReferenceStatus.BELOW else finding.reference.high_means
            )
            lines.append(
                f"{where}{_MARKS[finding.status]} {means or finding.status.value}: reference {finding.reference.text}"
            )
        lines += [f"{where}: {note}" for note in finding.notes if note not in flags]
    return list(dict.fromkeys(lines))
