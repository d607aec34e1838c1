"""An assessment as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from footload.decision.assessment import Assessment
    from footload.decision.confirmation import TrialResult
    from footload.decision.selection import Pooled
    from footload.decision.telling import Told


def summary_table(assessment: Assessment) -> Table:
    """What matters most, as one table.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    Table
        Two columns.
    """
    from footload.decision.telling import told_shortly

    return _table(told_shortly(assessment))


def assessment_views(pooled: Pooled, assessment: Assessment, *, sheet: bool) -> list[Any]:
    """All of an assessment.

    Parameters
    ----------
    pooled : Pooled
        What it was made from.
    assessment : Assessment
        What may be said.
    sheet : bool
        Also the prescription sheet.

    Returns
    -------
    list
        Tables, one a section; with a red flag or a closed gate only the first.
    """
    from footload.decision.telling import told

    views: list[Any] = tables_of(told(pooled, assessment))
    if sheet and assessment.sheet and not assessment.gate_closed:
        views.insert(-1, assessment.sheet.text)
    return views


def trial_view(result: TrialResult) -> list[Any]:
    """What became of an option that was tried.

    Parameters
    ----------
    result : TrialResult
        Predicted against measured.

    Returns
    -------
    list
        One table.
    """
    from footload.decision.telling import told_of_trial

    return [_table(told_of_trial(result))]


def tables_of(sections: Iterable[Told]) -> list[Any]:
    """Sections of something told, as tables.

    Parameters
    ----------
    sections : iterable of Told
        In their order.

    Returns
    -------
    list
        One table a section.
    """
    return [_table(section) for section in sections]


def _table(section: Told) -> Table:
    from rich.table import Table

    table = Table(title=section.title or None, title_justify="left", box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", min_width=10, max_width=28, overflow="fold")
    table.add_column(overflow="fold")
    for kind, text in section.rows:
        table.add_row(kind, text)
    return table
