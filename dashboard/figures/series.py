"""Lines over time: thinned where there are more points than a screen shows, broken where there is no value."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.theme import PHASE_SHADE, REJECTED_SHADE, SIDE_DASH
from footload.arrays import FloatArray
from footload.colors import SIDE_COLOR
from footload.tasks.repetition import Repetition
from footload.trials import Side

MOST_POINTS = 2000
"""Points a line may have; a screen has fewer columns than that."""


GAP_SAMPLES = 6.0
"""Longer than so many usual steps nothing was taken: a line is broken there, as it is live."""


def broken(time_s: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Break a line where samples are missing, so that nothing is drawn that nobody measured.

    Parameters
    ----------
    time_s, values : (t,) array
        A line.

    Returns
    -------
    time_s, values : array
        With one NaN in the middle of each gap; the same where there is none.
    """
    steps_s = np.diff(time_s)
    if not len(steps_s):
        return time_s, values
    after = np.flatnonzero(steps_s > GAP_SAMPLES * np.median(steps_s)) + 1
    middle_s = (time_s[after - 1] + time_s[after]) / 2
    return np.insert(time_s, after, middle_s), np.insert(values.astype(float), after, np.nan)


def thinned(time_s: FloatArray, values: FloatArray, most: int = MOST_POINTS) -> tuple[FloatArray, FloatArray]:
    """Leave out points that no screen can show; every peak and every valley stays.

    Parameters
    ----------
    time_s, values : (t,) array
        A line; NaN where it is broken, which it also is where samples are missing.
    most : int
        Points that may be left.

    Returns
    -------
    time_s, values : array
        As float32 for the way to the browser. The lowest and the highest value of each block stay, and so does one
        NaN of each block that has any, so that a gap never closes.
    """
    time_s, values = broken(time_s, values)
    n = len(values)
    if n <= most:
        return time_s.astype(np.float32), values.astype(np.float32)
    keep: list[int] = [0, n - 1]
    for block in np.array_split(np.arange(n), max(most // 3, 1)):
        missing = np.isnan(values[block])
        if missing.any():
            keep.append(int(block[np.argmax(missing)]))
        if not missing.all():
            keep += [int(block[np.nanargmin(values[block])]), int(block[np.nanargmax(values[block])])]
    chosen = np.unique(keep)
    return time_s[chosen].astype(np.float32), values[chosen].astype(np.float32)


def thinned_path(places_mm: FloatArray, most: int = MOST_POINTS) -> FloatArray:
    """Leave out points of a path on the ground that no screen can show; how far it goes in each direction stays. [mm]

    Parameters
    ----------
    places_mm : (t, 2) array
        The path, in order; NaN where it is broken. [mm]
    most : int
        Points that may be left.

    Returns
    -------
    (m, 2) array
        In order. The furthest points of each block to all four sides stay, and so does one NaN of each block that has
        any. [mm]
    """
    n = len(places_mm)
    if n <= most:
        return places_mm
    keep: list[int] = [0, n - 1]
    for block in np.array_split(np.arange(n), max(most // 5, 1)):
        part = places_mm[block]
        missing = np.isnan(part).any(axis=1)
        if missing.any():
            keep.append(int(block[np.argmax(missing)]))
        if not missing.all():
            keep += [int(block[at]) for at in (*np.nanargmin(part, axis=0), *np.nanargmax(part, axis=0))]
    return places_mm[np.unique(keep)]


def side_line(
    time_s: FloatArray, values: FloatArray, side: Side | None, name: str, *, hover: str, show_legend: bool
) -> go.Scatter:
    """Make one line in the colour and the dash of its side.

    Parameters
    ----------
    time_s, values : (t,) array
        The line.
    side : Side, optional
        Which foot.
    name : str
        What the legend says.
    hover : str
        What stands behind the value under the pointer, such as `` N``.
    show_legend : bool
        Whether this is the line of its side that stands in the legend.

    Returns
    -------
    plotly.graph_objects.Scatter
        Never scattergl, which is slow without a graphics card.
    """
    x, y = thinned(time_s, values)
    return go.Scatter(
        x=x,
        y=y,
        name=name,
        mode="lines",
        legendgroup=name,
        showlegend=show_legend,
        line={"color": SIDE_COLOR[side], "dash": SIDE_DASH[side], "width": 2},
        hovertemplate="%{y:.1f}" + hover,
    )


def repetition_shades(repetitions: tuple[Repetition, ...], time_s: FloatArray, label_row: str) -> dict[str, Any]:
    """Shade every repetition over the whole height and number it on top.

    Parameters
    ----------
    repetitions : tuple of Repetition
        In frames of `time_s`.
    time_s : (t,) array
        Times of the frames. [s]
    label_row : str
        Reference of the topmost y axis, such as ``y domain``.

    Returns
    -------
    dict
        ``shapes`` and ``annotations`` for a figure's layout.
    """
    shapes: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    for repetition in repetitions:
        start, stop = (float(time_s[min(frame, len(time_s) - 1)]) for frame in (repetition.start, repetition.stop))
        shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": start,
                "x1": stop,
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"width": 1 if repetition.rejected else 0, "dash": "dot", "color": "#868e96"},
                "fillcolor": REJECTED_SHADE if repetition.rejected else PHASE_SHADE,
            }
        )
        labels.append(
            {
                "x": (start + stop) / 2,
                "y": 1,
                "xref": "x",
                "yref": label_row,
                "yanchor": "bottom",
                "showarrow": False,
                "text": f"{repetition.number + 1}{' (not counted)' if repetition.rejected else ''}",
                "hovertext": repetition.rejected or f"Repetition {repetition.number + 1}",
            }
        )
    return {"shapes": shapes, "annotations": labels}
