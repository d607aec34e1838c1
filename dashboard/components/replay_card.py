"""The replay of one trial: mat, plates and markers, the lines over time, the controls. A script fills it."""

from __future__ import annotations

from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.live_panel import scale_key
from dashboard.components.signs import HIDDEN, card, named, side_mark
from dashboard.components.told import curves_told
from dashboard.replay import every_of, n_replayed
from dashboard.theme import SIDE_WORD, pressure_table
from footload.analysis import Analysis
from footload.trials import Side

POINTS: Final = "●■▲◆"
"""Shapes of the plates' points, as the script draws them."""


def replay_card(analysis: Analysis, trial_id: str, edit: int = 0) -> Component:
    """Put the replay of a trial on its page.

    Parameters
    ----------
    analysis : Analysis
        Of a trial with pressure, plates or both.
    trial_id : str
        What the script asks the server for.
    edit : int
        Which edit of the feet holds; after another one the script asks again.

    Returns
    -------
    dash component
        A card; the numbers come once, when the card is there.
    """
    trial = analysis.trial
    sources = [
        {"address": f"/stream/trial/{trial_id}/{which}?edit={edit}", "name": f"recording {which + 1}"}
        for which in range(n_replayed(analysis))
    ]
    every = max(every_of(recording) for recording in trial.recordings)
    words = [f"Too long to be sent whole: one frame of {every} is shown."] if every > 1 else []
    return card(
        "Replay",
        dcc.Store(id=ids.REPLAY, data={"colors": pressure_table(), "sources": sources}),
        dcc.Store(id=ids.REPLAY_SINK),
        html.Div([html.Div(_pictures(analysis), className="stack"), _course(analysis)], className="replay-parts"),
        html.Div("Loading the frames", id=ids.REPLAY_STATE, className="replay-state"),
        html.P(id=ids.REPLAY_NOTES, className="dim small"),
        curves_told(analysis),
        *(html.P(text, className="dim") for text in words),
        name="replay",
    )


def _pictures(analysis: Analysis) -> list[Component]:
    found: list[Component] = []
    if analysis.trial.pressures:
        mat = html.Canvas(
            id=ids.REPLAY_MAT,
            className="mat-canvas",
            role="img",
            **named("Pressure at the chosen time, with the centre of pressure; force and time stand below as text"),
        )
        found += [mat, scale_key(ids.REPLAY_KEY_HIGH)]
    if analysis.trial.forces or analysis.trial.markers:
        body = html.Canvas(
            id=ids.REPLAY_BODY,
            className="body-canvas",
            role="img",
            **named("Plates with their force, and markers, from above and from behind, at the chosen time"),
        )
        found.append(body)
    return found


def _course(analysis: Analysis) -> Component:
    trace = html.Canvas(
        id=ids.REPLAY_TRACE,
        className="trace-canvas replay-trace",
        role="img",
        **named(
            "Force, medial shift and knee angle over the whole trial, with repetitions, phases, marks and the time"
        ),
    )
    both = html.Span([html.Span(className="side-line side-line-whole", **HIDDEN), "whole"], className="side-mark")
    key = html.Div([side_mark(Side.LEFT), side_mark(Side.RIGHT), both, *_plate_marks(analysis)], className="replay-key")
    return html.Div([trace, key, html.Div(id=ids.REPLAY_CONTROLS, className="replay-controls")], className="stack")


def _plate_marks(analysis: Analysis) -> list[Component]:
    """Name the line and the point of every plate: the colour of its foot, or a dash and a shape of its own."""
    marks: list[Component] = []
    for place, plate in enumerate(analysis.trial.forces):
        dotted = " plate-line-with-mat" if analysis.trial.pressures else ""
        of = f"side-line-{plate.side.value}{dotted}" if plate.side else f"plate-line-{place % len(POINTS) + 1}"
        name = f"{POINTS[place % len(POINTS)]} plate {place + 1}" + (f", {SIDE_WORD[plate.side]}" if plate.side else "")
        marks.append(html.Span([html.Span(className=f"side-line {of}", **HIDDEN), name], className="side-mark"))
    return marks
