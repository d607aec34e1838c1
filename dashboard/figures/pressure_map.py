"""The maximum pressure image, true to scale, with regions, foot axis and gait line of every contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.outlines import apart, border, region_words
from dashboard.figures.series import thinned_path
from dashboard.posture import lies
from dashboard.theme import MAP_AXIS_INK, MAP_BACKGROUND, MAP_INK, PRESSURE_SCALE, SIDE_WORD
from footload.analysis import Analysis
from footload.arrays import FloatArray
from footload.foot.contact import FootContact
from footload.foot.load import maximum_pressure
from footload.recordings import PressureRecording, SensorLayout
from footload.trials import Side

NAME_ROOM_MM = 24.0
"""What is shown under the hindmost heel at least, also where the mat ends before, for the foot's name."""
MARGIN_MM = 35.0


@dataclass(frozen=True, slots=True)
class View:
    """The part of the mat that is drawn, and whether it lies on its side.

    Parameters
    ----------
    x_mm, y_mm : (low, high)
        In the plate frame. [mm]
    lying : bool
        True when the walking direction points right; then +x points down, so that nothing is mirrored.
    """

    x_mm: tuple[float, float]
    y_mm: tuple[float, float]
    lying: bool

    @property
    def aspect(self) -> float:
        """Width over height of what is drawn. [ratio]"""
        width, height = self.x_mm[1] - self.x_mm[0], self.y_mm[1] - self.y_mm[0]
        return height / width if self.lying else width / height

    def points(self, x_mm: FloatArray, y_mm: FloatArray) -> dict[str, FloatArray]:
        """Place plate points on the page. [mm]

        Parameters
        ----------
        x_mm, y_mm : array
            In the plate frame. [mm]

        Returns
        -------
        dict
            ``x`` and ``y`` of a plotly trace. [mm]
        """
        first, second = (y_mm, x_mm) if self.lying else (x_mm, y_mm)
        return {"x": np.asarray(first, np.float32), "y": np.asarray(second, np.float32)}


def view_of(recording: PressureRecording, image: FloatArray) -> View:
    """Choose the loaded part of the mat with a margin around it.

    Parameters
    ----------
    recording : PressureRecording
        The mat.
    image : (n,) array
        Maximum pressure image.

    Returns
    -------
    View
        The whole mat when nothing ever loaded it.
    """
    layout = recording.layout
    half_x, half_y = (pitch / 2 for pitch in layout.pitch_mm)
    seen = image > 0 if (image > 0).any() else np.ones(layout.n_sensors, bool)
    x, y = layout.x_mm[seen], layout.y_mm[seen]
    spans: list[tuple[float, float]] = []
    for places, half, everything in ((x, half_x, layout.x_mm), (y, half_y, layout.y_mm)):
        low = max(float(places.min()) - half - MARGIN_MM, float(everything.min()) - half)
        if places is y and (image > 0).any():
            low = min(low, float(y.min()) - NAME_ROOM_MM)
        high = min(float(places.max()) + half + MARGIN_MM, float(everything.max()) + half)
        spans.append((low, high))
    length, width = spans[1][1] - spans[1][0], spans[0][1] - spans[0][0]
    return View(spans[0], spans[1], lying=lies(width, length))


def pressure_map(analysis: Analysis, which: int = 0, smooth: bool = False) -> go.Figure:
    """Maximum pressure image of one mat or insole with everything that was found on it.

    Parameters
    ----------
    analysis : Analysis
        With a pressure recording.
    which : int
        Number of the pressure recording; a pair of insoles has two.
    smooth : bool
        Blend neighbouring cells; the values under the pointer stay those of the cells.

    Returns
    -------
    plotly.graph_objects.Figure
        Axes in mm, one mm the same in both directions.
    """
    recording = analysis.trial.pressures[which]
    contacts = {n: c for n, c in enumerate(analysis.contacts, start=1) if c.recording is recording}
    image = maximum_pressure(recording)
    view = view_of(recording, image)
    figure = go.Figure()
    words = region_words(contacts, recording.layout.n_sensors)
    figure.add_trace(
        _cells(recording, image, view, words, smooth)
        if recording.layout.grid
        else _sensors(recording, image, view, words)
    )
    for number, contact in contacts.items():
        figure.add_traces(_marks(contact, number, view))
    figure.update_layout(**_frame(view))
    return figure


def _cells(recording: PressureRecording, image: FloatArray, view: View, words: list[str], smooth: bool) -> go.Heatmap:
    layout = recording.layout
    rows, cols = layout.grid or (0, 0)
    x, y = layout.x_mm[:cols], layout.y_mm[::cols]
    some_rows = np.flatnonzero((y >= view.y_mm[0]) & (y <= view.y_mm[1]))
    some_cols = np.flatnonzero((x >= view.x_mm[0]) & (x <= view.x_mm[1]))
    part = np.ix_(some_rows, some_cols)
    values = _compact(image.reshape(rows, cols)[part])
    text = np.array(words, dtype=object).reshape(rows, cols)[part]
    if view.lying:
        values, text = values.T, text.T
    return go.Heatmap(
        **view.points(x[some_cols], y[some_rows]),
        z=values,
        text=text.tolist(),
        zsmooth="fast" if smooth else False,
        **_scale(recording, image),
    )


def _compact(values: FloatArray) -> np.ndarray:
    """Whole numbers travel as uint16, everything else as float32: no loss that anybody could read."""
    whole = np.rint(values)
    if values.size and values.max() < 65535 and np.array_equal(whole, values):
        return whole.astype(np.uint16)
    return values.astype(np.float32)


def _sensors(recording: PressureRecording, image: FloatArray, view: View, words: list[str]) -> go.Scatter:
    layout, scale = recording.layout, _scale(recording, image)
    colors = {"colorscale": scale["colorscale"], "colorbar": scale["colorbar"], "cmin": 0, "cmax": scale["zmax"]}
    return go.Scatter(
        **view.points(layout.x_mm, layout.y_mm),
        mode="markers",
        marker={**colors, "color": image.astype(np.float32), "symbol": "square", "size": 9},
        text=words,
        hovertemplate=scale["hovertemplate"].replace("%{z", "%{marker.color"),
        name="",
        showlegend=False,
    )


def _scale(recording: PressureRecording, image: FloatArray) -> dict[str, Any]:
    unit = recording.pressure_unit
    return {
        "colorscale": PRESSURE_SCALE,
        "zmin": 0,
        "zmax": float(image.max()) or 1.0,
        "name": "",
        "hovertemplate": f"%{{z:.0f}} {unit}<br>%{{x:.0f}} mm, %{{y:.0f}} mm<br>%{{text}}",
        "colorbar": {
            "title": {"text": unit, "side": "top"},
            "thickness": 12,
            "outlinewidth": 0,
            "ticks": "outside",
            "ticklen": 3,
            "nticks": 6,
            "x": 1.01,
            "xpad": 4,
            "ypad": 0,
        },
    }


def _edges(layout: SensorLayout) -> tuple[FloatArray, FloatArray]:
    cols = (layout.grid or (0, 0))[1]
    half_x, half_y = (pitch / 2 for pitch in layout.pitch_mm)
    x, y = layout.x_mm[:cols], layout.y_mm[::cols]
    return np.append(x - half_x, x[-1] + half_x), np.append(y - half_y, y[-1] + half_y)


def _marks(contact: FootContact, number: int, view: View) -> list[go.Scatter]:
    marks: list[go.Scatter] = []
    if contact.recording.layout.grid and contact.regions:
        x_edges, y_edges = _edges(contact.recording.layout)
        loaded = contact.maximum_pressure_image > 0
        lines = [
            border(mask & loaded, contact.recording.layout.grid, x_edges, y_edges)
            for mask in apart(contact.regions).values()
        ]
        x, y = (np.concatenate(parts) for parts in zip(*lines, strict=True)) if lines else (np.empty(0),) * 2
        outline = {"color": MAP_INK, "width": 1}
        marks.append(_line(view.points(x, y), "regions", outline, opacity=0.75))
    if contact.axis is not None:
        ap = np.array([0.0, contact.axis.length_mm])
        place = view.points(*contact.axis.to_plate(ap, np.zeros(2)))
        marks.append(_line(place, "foot axis", {"color": MAP_AXIS_INK, "width": 1.5, "dash": "7px,4px"}))
    cop = contact.cop_mm[~np.isnan(contact.cop_mm).any(axis=1)]
    if len(cop):
        path = thinned_path(cop)
        place = view.points(path[:, 0], path[:, 1])
        marks.append(_line(place, "gait line", {"color": "#000000", "width": 5}, opacity=0.6))
        marks.append(_line(place, "gait line", {"color": MAP_INK, "width": 2.5}))
    marks.append(_label(contact, number, view))
    return marks


def _line(place: dict[str, FloatArray], name: str, line: dict[str, Any], opacity: float = 1.0) -> go.Scatter:
    return go.Scatter(
        **place,
        mode="lines",
        name=name,
        line=line,
        opacity=opacity,
        hoverinfo="skip",
    )


def _label(contact: FootContact, number: int, view: View) -> go.Scatter:
    """Number and side: under the heel, where no small picture cuts them; beside it in a picture that lies."""
    layout, loaded = contact.recording.layout, contact.maximum_pressure_image > 0
    seen = loaded if loaded.any() else np.ones(layout.n_sensors, bool)
    x, y = layout.x_mm[seen], layout.y_mm[seen]
    right = contact.side is Side.RIGHT
    heel = y < y.min() + 0.25 * (y.max() - y.min()) + 1e-9
    edge = float(x[heel].max()) if right else float(x[heel].min())
    if view.lying:
        at, where = (edge, float(y.min()) + 15.0), "bottom center" if right else "top center"
    else:
        at, where = ((float(x[heel].min()) + float(x[heel].max())) / 2, float(y.min())), "bottom center"
    place = view.points(np.array([at[0]]), np.array([at[1]]))
    return go.Scatter(
        **place,
        mode="text",
        text=[f" {number} {SIDE_WORD[contact.side]} "],
        textposition=where,
        textfont={"color": MAP_INK, "size": 13},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _frame(view: View) -> dict[str, Any]:
    across: dict[str, Any] = {"title": {"text": "across, x (mm)"}}
    along: dict[str, Any] = {"title": {"text": "walking direction, y (mm)"}}
    horizontal, vertical = (along, across) if view.lying else (across, along)
    across["range"] = view.x_mm[::-1] if view.lying else view.x_mm
    along["range"] = view.y_mm
    common = {"constrain": "domain", "showgrid": False, "zeroline": False}
    return {
        "xaxis": {**horizontal, **common},
        "yaxis": {**vertical, **common, "scaleanchor": "x", "scaleratio": 1},
        "plot_bgcolor": MAP_BACKGROUND,
        "margin": {"l": 60, "r": 16, "t": 28, "b": 52},
        "showlegend": False,
        "uirevision": "keep",
        "meta": {"aspect": view.aspect},
    }
