"""What stands on the live page: the device, the trial, the pictures, the numbers. A script fills the numbers in."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.signs import HIDDEN, card, icon, named, notice
from dashboard.live.sources import SIMULATED
from dashboard.theme import PRESSURE_SCALE
from footload.trials import Task

LONGEST_TEXT = 80
"""Characters of a pseudonym, a condition or a mark."""

NUMBERS = (
    ("force", "Force"),
    ("peak", "Highest pressure"),
    ("cop", "Centre of pressure (x, y)"),
)


def device_card(ports: tuple[tuple[str, str], ...], profiles: dict[str, str]) -> Component:
    """Choose a device and connect it.

    Parameters
    ----------
    ports : tuple of (str, str)
        Address and label of every serial port.
    profiles : dict
        Name by key of every bundled profile.

    Returns
    -------
    dash component
        A card; the simulated mat is always on the list.
    """
    sources = [{"value": key, "label": label} for key, label in (*SIMULATED.items(), *ports)]
    chosen = _choose("Device", ids.LIVE_SOURCE, sources, ports[0][0] if ports else next(iter(SIMULATED)))
    second = _choose("And beside it", ids.LIVE_SECOND, [{"value": "", "label": "nothing"}, *sources], "")
    known = [{"value": key, "label": name} for key, name in profiles.items()]
    of_first = _choose("What is on its port", ids.LIVE_PROFILE, known, next(iter(profiles)))
    of_second = _choose("What is on the other port", ids.LIVE_SECOND_PROFILE, known, next(iter(profiles)))
    # Without a port there are only simulated devices, which bring their own profiles.
    parts: list[Any] = [chosen, of_first, second, of_second] if ports else [chosen, second]
    if not ports:
        parts.append(html.Div([of_first, of_second], hidden=True))
    buttons = html.Div(
        [button("Connect", ids.LIVE_CONNECT), button("Disconnect", ids.LIVE_DISCONNECT)], className="buttons"
    )
    state = html.Div(
        [
            html.Span("Not connected to footload yet", id=ids.LIVE_STATE, className="live-state"),
            html.Span(id=ids.LIVE_DEVICE, className="dim"),
        ],
        className="live-states",
        role="status",
    )
    return card(
        "Device",
        html.Div(parts, className="fields"),
        html.Div([buttons, state], className="live-state-row"),
        name="device",
    )


def _choose(label: str, name: str, data: list[dict[str, str]], value: str) -> Component:
    return dmc.Select(id=name, label=label, data=data, value=value, allowDeselect=False, className="field-wide")


def trial_card() -> Component:
    """Say what is recorded, and record it.

    Returns
    -------
    dash component
        A card with the page's main button.
    """
    fields = [
        dmc.TextInput(id=ids.LIVE_PARTICIPANT, label="Participant (pseudonym)", value="", debounce=False),
        dmc.Select(
            id=ids.LIVE_TASK,
            label="Task",
            data=[{"value": task.value, "label": task.value} for task in Task],
            value=Task.SQUAT.value,
            allowDeselect=False,
        ),
        dmc.TextInput(id=ids.LIVE_CONDITION, label="Condition", value="", placeholder="barefoot"),
    ]
    buttons = [
        button("Record", ids.LIVE_RECORD, main=True),
        button("Stop", ids.LIVE_STOP, main=True),
        button("Mark", ids.LIVE_MARK),
        button("Zero", ids.LIVE_ZERO),
        dmc.TextInput(id=ids.LIVE_NOTE, label="Words of the next mark", value="", className="field-note"),
    ]
    return card(
        "Trial",
        html.Div(fields, className="fields"),
        html.Div(buttons, className="buttons"),
        html.Div(id=ids.LIVE_FILE, className="live-file"),
        name="trial-form",
    )


def pictures() -> Component:
    """The mat and the plates, the force over time, and the numbers beside them.

    Returns
    -------
    dash component
        Two columns where there is room.
    """
    return html.Div(
        [_mat_card(), html.Div([_numbers_card(), _trace_card()], className="stack")],
        className="pictures",
    )


def button(text: str, name: str, *, main: bool = False) -> Component:
    """Make a button that waits for the device's state.

    Parameters
    ----------
    text : str
        What it does.
    name : str
        Its id.
    main : bool
        Whether it is what the page is for.

    Returns
    -------
    dash component
        Disabled until the script knows better.
    """
    return html.Button(
        text, id=name, n_clicks=0, disabled=True, className="button-main" if main else "button-link", type="button"
    )


def scale_key(high_id: str) -> Component:
    """Explain the colours of a canvas.

    Parameters
    ----------
    high_id : str
        Where the script writes the greatest pressure.

    Returns
    -------
    dash component
        From nothing to the greatest.
    """
    bar = html.Span(
        className="scale-bar", style={"background": f"linear-gradient(90deg, {', '.join(PRESSURE_SCALE)})"}, **HIDDEN
    )
    return html.Div([html.Span("0"), bar, html.Span("–", id=high_id)], className="scale-key")


def _choice(name: str, label: str, options: tuple[tuple[str, str], ...]) -> Component:
    data = [{"value": value, "label": text} for value, text in options]
    return dmc.SegmentedControl(id=name, data=data, value=options[0][0], size="xs", **named(label))


def _mat_card() -> Component:
    choices = html.Div(
        [
            _choice(ids.LIVE_IMAGE, "Which pressure", (("now", "Now"), ("highest", "Highest so far"))),
            _choice(ids.LIVE_SCALE, "Colour scale", (("auto", "Automatic"), ("locked", "Locked"))),
            _choice(ids.LIVE_DRAW, "How cells are drawn", (("cells", "Cells"), ("smooth", "Smooth"))),
        ],
        className="choices",
    )
    picture = html.Canvas(
        id=ids.LIVE_MAT,
        className="mat-canvas",
        role="img",
        **named("Pressure on the mat now, with the way of the centre of pressure; the numbers stand beside it"),
    )
    empty = html.Div(
        [
            icon("foot"),
            html.P("Nothing is connected. Choose a device above and connect it; simulated ones need no hardware."),
        ],
        id=ids.LIVE_EMPTY,
        className="live-empty",
    )
    second = html.Canvas(
        id=ids.LIVE_SECOND_MAT,
        className="mat-canvas",
        role="img",
        hidden=True,
        **named("Pressure on the second mat or insole now"),
    )
    words = html.P(
        "Left and right are told apart by the empty strip between the feet, for somebody who faces upward in this "
        "picture. Where the feet touch, no foot is named.",
        className="dim small",
    )
    plates = html.Canvas(
        id=ids.LIVE_PLATES,
        className="plates-canvas",
        role="img",
        **named("Plates with the force on each and the way of its centre of pressure; the numbers stand beside it"),
    )
    on_plates = html.Div(
        [html.H3("Plates"), plates, html.P("", id=ids.LIVE_PLATES_WORDS, className="dim small")],
        id=ids.LIVE_PLATES_PLACE,
        className="stack",
        hidden=True,
    )
    on_mat = html.Div(
        [
            choices,
            html.Div([picture, second, empty], className="mat-place"),
            scale_key(ids.LIVE_KEY_HIGH),
            words,
        ],
        id=ids.LIVE_MAT_PLACE,
        className="stack",
    )
    return card("Pressure and plates", on_mat, on_plates, name="live-mat")


def _numbers_card() -> Component:
    numbers = [
        html.Div([html.Dt(label), html.Dd("–", id=ids.live_number_id(name))], className="live-number")
        for name, label in NUMBERS
    ]
    load = html.Div(
        [
            _load_side("left", "Left"),
            html.Div(html.Div(id=ids.LIVE_SHARE, className="share-left"), className="share", **HIDDEN),
            _load_side("right", "Right"),
        ],
        className="live-load",
    )
    of = html.Div("", id=ids.live_number_id("share-of"), className="dim small")
    return card("Load", html.Dl(numbers, className="live-numbers"), load, of)


def _load_side(name: str, label: str) -> Component:
    line = html.Span(className=f"side-line side-line-{name}", **HIDDEN)
    number = html.Span("–", id=ids.live_number_id(name), className="live-share-number")
    return html.Span([html.Span([line, html.Span(label)], className="side-mark"), number], className="live-side")


def _trace_card() -> Component:
    trace = html.Canvas(
        id=ids.LIVE_TRACE,
        className="trace-canvas",
        role="img",
        **named("Force of the last ten seconds: all of it, and by foot or by plate"),
    )
    return card("Last ten seconds", html.Div(id=ids.LIVE_TRACE_KEY, className="legend"), trace)


def health_card() -> Component:
    """Say what arrived and what was lost.

    Returns
    -------
    dash component
        A card with a table; the script fills it.
    """
    # The script writes a column for each device.
    table = html.Table(id=ids.LIVE_HEALTH, className="live-health")
    shown = html.Div(["Shown: ", html.Span("–", id=ids.live_number_id("pace"))], className="dim small")
    return card(
        "Device health",
        html.Div(table, className="table-scroll", tabIndex="0", role="group", **named("Device health")),
        shown,
    )


def problem_place() -> Component:
    """Where the reason stands when a device fails.

    Returns
    -------
    dash component
        Hidden until there is one.
    """
    return html.Div("", id=ids.LIVE_PROBLEM, className="notice notice-bad", role="alert", hidden=True)


def told(text: str) -> Component:
    """Answer a button.

    Parameters
    ----------
    text : str
        One sentence.

    Returns
    -------
    dash component
        A notice.
    """
    return notice("Done", text, "info", "check")


def stores(table: list[str]) -> list[Component]:
    """What the script needs and what it tells.

    Parameters
    ----------
    table : list of str
        Colours.

    Returns
    -------
    list of dash components
        Invisible.
    """
    return [
        dcc.Store(id=ids.LIVE_TABLE, data=table),
        dcc.Store(id=ids.LIVE_SINK),
        dcc.Store(id=ids.LIVE_CHOICES_SINK),
        dcc.Store(id=ids.LIVE_LAST),
    ]
