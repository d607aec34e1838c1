"""Vertical force and centre of pressure of every foot over time."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.series import repetition_shades, side_line
from dashboard.theme import SIDE_WORD
from footload.analysis import Analysis
from footload.foot.contact import FootContact

_DOMAINS = ((0.64, 1.0), (0.32, 0.57), (0.0, 0.25))
"""Force gets the most room; then CoP toward the toes, then medially."""

PLATE_DASHES = ("solid", "dot", "dashdot", "longdash")
"""Plates that no foot is named for have one colour; the dash tells them apart."""


def force_and_cop(analysis: Analysis) -> go.Figure:
    """Force, and CoP in the foot's own frame, over the trial's time.

    Parameters
    ----------
    analysis : Analysis
        With a pressure recording, or with plates alone.

    Returns
    -------
    plotly.graph_objects.Figure
        Three panels over one time axis; feet without an axis have a force only. Plates alone have one panel.
    """
    if not analysis.trial.pressures:
        return force_of_plates(analysis)
    recording = analysis.trial.pressure
    figure = go.Figure()
    legends: set[str] = set()
    for contact in analysis.contacts:
        name = SIDE_WORD[contact.side]
        figure.add_traces(_lines(contact, name, name not in legends, recording.force_unit))
        legends.add(name)
    titles = (f"force<br>({recording.force_unit})", "CoP to toes<br>(mm)", "CoP medial<br>(mm)")
    panels = {
        f"yaxis{row or ''}": {"title": {"text": title}, "domain": domain, "anchor": "x"}
        for row, title, domain in zip(("", 2, 3), titles, _DOMAINS, strict=True)
    }
    panels["yaxis"]["rangemode"] = "tozero"
    figure.update_layout(
        **panels,
        xaxis={"title": {"text": "time (s)"}, "anchor": "y3", "range": _time_range(analysis)},
        hovermode="x unified",
        margin={"l": 76, "r": 16, "t": 44, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yref": "container", "yanchor": "top", "x": 0},
        uirevision="keep",
        **repetition_shades(analysis.repetitions, recording.time_s, "y domain"),
    )
    return figure


def force_of_plates(analysis: Analysis) -> go.Figure:
    """Vertical force of every plate over the trial's time. [N]

    Parameters
    ----------
    analysis : Analysis
        With force recordings.

    Returns
    -------
    plotly.graph_objects.Figure
        One line a plate, in the colour and the dash of the foot that is named for it, repetitions shaded.
    """
    figure = go.Figure()
    for number, plate in enumerate(analysis.trial.forces, 1):
        name = f"plate {number}" + (f", {SIDE_WORD[plate.side]}" if plate.side else "")
        hover = f" N, {name}<extra></extra>"
        line = side_line(plate.time_s, plate.force_n[:, 2], plate.side, name, hover=hover, show_legend=True)
        if plate.side is None:
            line.update(line={"dash": PLATE_DASHES[(number - 1) % len(PLATE_DASHES)]})
        figure.add_trace(line)
    shades = repetition_shades(analysis.repetitions, analysis.trial.forces[0].time_s, "y domain")
    figure.update_layout(
        yaxis={"title": {"text": "force<br>(N)"}, "rangemode": "tozero"},
        xaxis={"title": {"text": "time (s)"}},
        hovermode="x unified",
        margin={"l": 76, "r": 16, "t": 44, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yref": "container", "yanchor": "top", "x": 0},
        uirevision="keep",
        **shades,
    )
    return figure


def _lines(contact: FootContact, name: str, show_legend: bool, force_unit: str) -> list[go.Scatter]:
    time_s, side = contact.time_s, contact.side
    lines = [
        side_line(
            time_s, contact.force, side, name, hover=f" {force_unit}, {name}<extra></extra>", show_legend=show_legend
        )
    ]
    if contact.axis is not None:
        for axis, values in (("y2", contact.cop_foot_mm[:, 0]), ("y3", contact.cop_foot_mm[:, 1])):
            line = side_line(time_s, values, side, name, hover=f" mm, {name}<extra></extra>", show_legend=False)
            lines.append(line.update(yaxis=axis))
    return lines


def _time_range(analysis: Analysis) -> list[float]:
    time_s = analysis.trial.pressure.time_s
    if not len(time_s):
        return [0.0, 1.0]
    if not analysis.contacts:
        return [float(time_s[0]), float(time_s[-1])]
    first = min(contact.start for contact in analysis.contacts)
    last = max(contact.stop for contact in analysis.contacts)
    start, stop = float(time_s[min(first, len(time_s) - 1)]), float(time_s[min(last, len(time_s) - 1)])
    pad = 0.02 * max(stop - start, float(np.spacing(1)))
    return [start - pad, stop + pad]
