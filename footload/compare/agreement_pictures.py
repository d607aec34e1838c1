"""Bland-Altman pictures: the difference of two visits over their mean, with bias and limits, as SVG."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from footload.compare.reliability import Agreement
from footload.compare.studies import StudiedTable


def agreement_picture(table: StudiedTable) -> str:
    """Draw the second visit against the first.

    Parameters
    ----------
    table : StudiedTable
        One measure; of three people or more.

    Returns
    -------
    str
        SVG, the same for the same values; nobody is named in it.

    Raises
    ------
    ValueError
        When there are too few people for limits.
    """
    if table.agreement is None:
        raise ValueError(f"{len(table.values)} people have no limits of agreement; 3 are the least.")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    measure = table.measure
    look: Any = {"svg.hashsalt": "footload", "svg.fonttype": "path", "font.size": 8}
    with mpl.rc_context(look):  # pyright: ignore[reportUnknownMemberType]
        figure: Any = Figure(figsize=(5, 3.2), layout="constrained")
        axes: Any = figure.subplots()
        first, second = table.values[:, 0], table.values[:, 1]
        axes.plot((first + second) / 2, second - first, "o", color="black", markersize=4, fillstyle="none")
        _lines(axes, table.agreement)
        name = " ".join(part for part in (measure.metric, measure.side, measure.region) if part)
        axes.set_title(f"{name}, {measure.n_people} people")
        axes.set_xlabel(f"mean of both visits [{measure.unit or '1'}]")
        axes.set_ylabel(f"second minus first [{measure.unit or '1'}]")
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()


def _lines(axes: Any, found: Agreement) -> None:
    """Bias and limits with their intervals as bands; told apart by dashes, too."""
    for value, band, dash, label in (
        (found.bias, found.bias_interval, "-", "bias"),
        (found.upper, found.upper_interval, "--", "limits, 95 %"),
        (found.lower, found.lower_interval, "--", ""),
    ):
        axes.axhline(value, linestyle=dash, color="black", linewidth=0.9, label=label or None)
        axes.axhspan(*np.sort(band), color="0.5", alpha=0.15, linewidth=0)
    axes.legend(loc="upper right", frameon=False)
