"""The replay of one trial: the mat, the lines over time, the controls. A script fills it."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.live_panel import scale_key
from dashboard.components.signs import card, named
from dashboard.replay import replay_meta
from dashboard.theme import pressure_table
from footload.analysis import Analysis


def replay_card(analysis: Analysis, trial_id: str) -> Component:
    """Put the replay of a trial on its page.

    Parameters
    ----------
    analysis : Analysis
        Of a trial with pressure.
    trial_id : str
        What the script asks the server for.

    Returns
    -------
    dash component
        A card; the frames come once, when the card is there.
    """
    sources = [
        {
            "address": f"/stream/trial/{trial_id}/{which}",
            "name": f"recording {which + 1}",
            **replay_meta(analysis, which),
        }
        for which in range(len(analysis.trial.pressures))
    ]
    every = max(source["every"] for source in sources)
    mat = html.Canvas(
        id=ids.REPLAY_MAT,
        className="mat-canvas",
        role="img",
        **named("Pressure at the chosen time, with the centre of pressure; force and time stand below as text"),
    )
    trace = html.Canvas(
        id=ids.REPLAY_TRACE,
        className="trace-canvas replay-trace",
        role="img",
        **named("Force and medial shift over the whole trial, with repetitions, marks and the chosen time"),
    )
    words = [f"Too long to be sent whole: one frame of {every} is shown."] if every > 1 else []
    return card(
        "Replay",
        dcc.Store(id=ids.REPLAY, data={"colors": pressure_table(), "sources": sources}),
        dcc.Store(id=ids.REPLAY_SINK),
        html.Div(
            [
                html.Div([mat, scale_key(ids.REPLAY_KEY_HIGH)], className="stack"),
                html.Div([trace, html.Div(id=ids.REPLAY_CONTROLS, className="replay-controls")], className="stack"),
            ],
            className="replay-parts",
        ),
        html.Div("Loading the frames", id=ids.REPLAY_STATE, className="replay-state"),
        *(html.P(text, className="dim") for text in words),
        name="replay",
    )
