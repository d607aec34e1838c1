"""The drawings of a comparison: differences against what the measurement can tell, and agreement of two visits."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from footload.compare.conditions import ComparedFinding, Comparison
from footload.compare.reliability import Agreement
from footload.compare.studies import StudiedTable
from footload.report.drawing import GRAY, Axes, Drawing, panels

MOST_DIFFERENCES: Final = 24
"""More lines cannot be read on a page."""


def differences(comparison: Comparison) -> Drawing:
    """Draw differences with their intervals in units of the minimal detectable change, the greatest first.

    Parameters
    ----------
    comparison : Comparison
        Of two conditions or groups.

    Returns
    -------
    Drawing
        A point a finding, filled where it lies beyond its minimal detectable change (the dashed lines).

    Raises
    ------
    ValueError
        When no finding has a minimal detectable change.
    """
    known = [one for one in comparison.findings if one.mdc > 0]
    if not known:
        raise ValueError("No finding has a minimal detectable change, so that differences have no common scale.")
    known.sort(key=lambda one: -abs(one.difference.value) / one.mdc)
    shown = known[:MOST_DIFFERENCES]
    figure, (axes,) = panels(1, 1, (6.6, 0.8 + 0.2 * len(shown)))
    for place, one in enumerate(shown):
        _difference(axes, place, one)
    for bound in (-1.0, 1.0):
        axes.axvline(bound, color=GRAY, linestyle="--", linewidth=0.8)
    axes.axvline(0.0, color=GRAY, linewidth=0.6)
    axes.set(xlabel="difference, second minus first [minimal detectable changes]", ylim=(len(shown) - 0.5, -0.5))
    axes.set_yticks(range(len(shown)), [_named(one) for one in shown])
    n_beyond = sum(one.is_beyond_mdc is True for one in comparison.findings)
    left = len(known) - len(shown)
    more = f" The greatest {len(shown)} of {len(known)}." if left else ""
    return Drawing(
        figure,
        f"{n_beyond} of {len(comparison.findings)} differences are beyond the minimal detectable change; the greatest "
        f"is {_named(shown[0])}, {shown[0].difference.value / shown[0].mdc:.1f} times its own.",
        f"Second minus first condition with {shown[0].difference.confidence:.0%} intervals, in minimal detectable "
        f"changes (dashed); filled points lie beyond.{more}",
    )


def _difference(axes: Axes, place: int, one: ComparedFinding) -> None:
    change = one.difference
    low, value, high = (each / one.mdc for each in (change.low, change.value, change.high))
    if np.isfinite(low) and np.isfinite(high):
        axes.plot([low, high], [place, place], color="#212529", linewidth=1.0)
    fill = "full" if one.is_beyond_mdc else "none"
    axes.plot([value], [place], "o", color="#212529", markersize=4, fillstyle=fill)


def _named(one: ComparedFinding) -> str:
    return " ".join(str(part) for part in (one.label, one.measured.side, one.measured.region) if part)


def agreement(table: StudiedTable) -> Drawing:
    """Draw the difference of two visits over their mean, with bias and limits: Bland and Altman's picture.

    Parameters
    ----------
    table : StudiedTable
        One measure; of three people or more.

    Returns
    -------
    Drawing
        The same for the same values; nobody is named in it.

    Raises
    ------
    ValueError
        When there are too few people for limits.
    """
    if table.agreement is None:
        raise ValueError(f"{len(table.values)} people have no limits of agreement; 3 are the least.")
    measure, found = table.measure, table.agreement
    figure, (axes,) = panels(1, 1, (5, 3.2))
    first, second = table.values[:, 0], table.values[:, 1]
    axes.plot((first + second) / 2, second - first, "o", color="black", markersize=4, fillstyle="none")
    _limits(axes, found)
    name = " ".join(part for part in (measure.metric, measure.side, measure.region) if part)
    axes.set_title(f"{name}, {measure.n_people} people")
    axes.set(xlabel=f"mean of both visits [{measure.unit or '1'}]")
    axes.set(ylabel=f"second minus first [{measure.unit or '1'}]")
    said = f"bias {found.bias:.4g}, limits {found.lower:.4g} to {found.upper:.4g} {measure.unit}".strip()
    return Drawing(
        figure,
        f"Agreement of two visits of {measure.n_people} people in {name}: {said}.",
        f"{name}: second visit minus first over their mean; {said}, each with its 95 % interval (shaded).",
    )


def _limits(axes: Axes, found: Agreement) -> None:
    """Bias and limits with their intervals as bands; told apart by dashes, too."""
    lines: tuple[tuple[float, Any, str, str], ...] = (
        (found.bias, found.bias_interval, "-", "bias"),
        (found.upper, found.upper_interval, "--", "limits, 95 %"),
        (found.lower, found.lower_interval, "--", ""),
    )
    for value, band, dash, label in lines:
        axes.axhline(value, linestyle=dash, color="black", linewidth=0.9, label=label or None)
        axes.axhspan(*np.sort(band), color="0.5", alpha=0.15, linewidth=0)
    axes.legend(loc="upper right", frameon=False)
