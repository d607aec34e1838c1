"""One scale for the figures of both feet, so that a look compares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from footload.trials import Side


def same_scale(figures: Mapping[Side, go.Figure], *, from_zero: bool = False) -> dict[Side, go.Figure]:
    """Give the figures of both feet the same ranges.

    Parameters
    ----------
    figures : mapping of Side to plotly.graph_objects.Figure
        Lines with numbers.
    from_zero : bool
        Whether 0 is always seen on the y axis; a small change would look like a large one without it.

    Returns
    -------
    dict of Side to plotly.graph_objects.Figure
        New ones. The range of the x axis stays where a figure has one.
    """
    layout: dict[str, Any] = {}
    for axis in "xy":
        traces: Any = [trace for figure in figures.values() for trace in figure.data]
        values = np.concatenate([np.asarray(trace[axis], np.float64) for trace in traces] or [np.zeros(1)])
        if from_zero and axis == "y":
            values = np.append(values, 0.0)
        known = values[np.isfinite(values)] if np.isfinite(values).any() else np.zeros(1)
        low, high = float(known.min()), float(known.max())
        pad = 0.05 * ((high - low) or 1.0)
        layout[f"{axis}axis"] = {"range": [low - pad, high + pad]}
    return {
        side: go.Figure(figure).update_layout(
            {name: span for name, span in layout.items() if name == "yaxis" or figure.layout.xaxis.range is None}
        )
        for side, figure in figures.items()
    }
