"""The medial shift of each foot as a gauge, and the protocol that is run with it. A script fills both."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.live_panel import button
from dashboard.components.signs import card, named


def biofeedback_card() -> Component:
    """Show how far the centre of pressure of each foot goes medially, as it does so.

    Returns
    -------
    dash component
        A card with a gauge, a depth and what was said last.
    """
    gauge = html.Canvas(
        id=ids.GAUGE,
        className="gauge-canvas",
        role="img",
        **named("Medial shift of each foot with the target band, and depth; the numbers stand below"),
    )
    words = html.P(
        "Medial is to the right of the middle for both feet. New and not validated: no normative value is known, so "
        "the band is your own. The shift is that against the last second in which the person stood still. A mat "
        "measures the feet; plates do not see them, so their size is entered under Protocol.",
        className="dim small",
    )
    sound = dmc.SegmentedControl(
        id=ids.GAUGE_SOUND,
        data=[{"value": "off", "label": "Silent"}, {"value": "on", "label": "Sound"}],
        value="off",
        size="xs",
        **named("Sound outside the band and at every repetition"),
    )
    return card(
        "Biofeedback",
        html.Div("The feet are measured when somebody stands still.", id=ids.GAUGE_FEET, className="dim small"),
        gauge,
        html.Div("–", id=ids.GAUGE_NUMBERS, className="gauge-numbers"),
        html.Div("", id=ids.GAUGE_TOLD, className="gauge-told", role="status"),
        html.Div("", id=ids.GAUGE_DELAY, className="dim small"),
        words,
        html.Div([button("Measure the feet", ids.GAUGE_MEASURE)], className="buttons"),
        dcc.Store(id=ids.GAUGE_SINK),
        name="biofeedback",
        aside=sound,
    )


def protocol_card() -> Component:
    """Set a protocol up and run it.

    Returns
    -------
    dash component
        A card; participant and task are those of the trial.
    """
    fields = [
        dmc.TextInput(
            id=ids.PROTOCOL_CONDITIONS,
            label="Worn in turn, with commas between",
            value="",
            placeholder="barefoot, shoe, wedge",
            className="field-wide",
        ),
        dmc.NumberInput(id=ids.PROTOCOL_N, label="Repetitions that count", value=5, min=1, max=50, step=1),
        dmc.NumberInput(id=ids.PROTOCOL_COUNTDOWN, label="Countdown (s)", value=3, min=2, max=60, step=1),
        dmc.NumberInput(id=ids.PROTOCOL_LOW, label="Band from (% of width)", value="", step=1),
        dmc.NumberInput(id=ids.PROTOCOL_HIGH, label="Band to (% of width)", value="", step=1),
        dmc.NumberInput(id=ids.PROTOCOL_LENGTH, label="Foot length on plates (mm)", value="", min=100, max=400, step=1),
        dmc.NumberInput(id=ids.PROTOCOL_WIDTH, label="Foot width on plates (mm)", value="", min=40, max=200, step=1),
        dmc.Select(
            id=ids.PROTOCOL_SIDE,
            label="Foot, where it is one",
            data=[
                {"value": "both", "label": "Both"},
                {"value": "left", "label": "Left"},
                {"value": "right", "label": "Right"},
            ],
            value="both",
            allowDeselect=False,
        ),
    ]
    buttons = [
        button("Start protocol", ids.PROTOCOL_START),
        button("Go", ids.PROTOCOL_GO, main=True),
        button("End protocol", ids.PROTOCOL_END),
    ]
    return card(
        "Protocol",
        html.Div(fields, className="fields"),
        html.Div(buttons, className="buttons"),
        html.Div("", id=ids.PROTOCOL_TEXT, className="protocol-text", role="status"),
        html.Div("", id=ids.PROTOCOL_PROBLEM, className="notice notice-watch", role="alert", hidden=True),
        name="protocol",
    )
