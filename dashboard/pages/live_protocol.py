"""The buttons of biofeedback and protocol on the live page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Input, Output, State
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs, outcome, pressed
from dashboard.components.live_panel import LONGEST_TEXT, told
from dashboard.components.signs import notice
from dashboard.live.biofeedback import Band
from dashboard.live.protocol import LANDINGS, Protocol
from dashboard.live.session import LiveSession
from dashboard.offload import offload
from footload.errors import FootloadError
from footload.tasks.streaming_squats import FootSize
from footload.trials import Side, Task

if TYPE_CHECKING:
    from dash import Dash


def measure_view(session: LiveSession, task: str, low: Any, high: Any, *foot: Any) -> Component:
    """Measure the feet of whoever stands still.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.
    task, low, high
        From the page.
    *foot
        Which, its length and its width.

    Returns
    -------
    dash component
        What was measured, or what went wrong.
    """
    try:
        feet = session.follow(
            landing=task in LANDINGS, band=band_of(low, high), side=side_of(foot[0]), size=size_of(*foot[1:])
        )
    except (FootloadError, ValueError) as error:
        return _refused(error)
    return told(feet.text)


def start_view(session: LiveSession, participant: str, task: str, *values: Any) -> Component | None:
    """Show the first instruction of the protocol that stands in the form.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.
    participant, task : str
        From the page.
    *values
        Conditions, number of repetitions, countdown, lower and upper end of the band, foot, its length and width.

    Returns
    -------
    dash component
        What went wrong; nothing when it is ready.
    """
    conditions, n, countdown_s, low, high, side, *size = values
    names = tuple(name.strip()[:LONGEST_TEXT] for name in (conditions or "").split(",") if name.strip())
    try:
        protocol = Protocol(
            Task(task),
            names or ("",),
            int(n or 0),
            float(countdown_s or 0),
            (participant or "").strip()[:LONGEST_TEXT],
            side_of(side),
            band_of(low, high),
            size_of(*size),
        )
        session.runner.start(protocol)
    except (FootloadError, ValueError) as error:
        return _refused(error)
    return None


def go_view(session: LiveSession) -> Component | None:
    """Begin the countdown.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.

    Returns
    -------
    dash component
        What went wrong; nothing when it counts.
    """
    try:
        session.runner.go()
    except FootloadError as error:
        return _refused(error)
    return None


def band_of(low: Any, high: Any) -> Band | None:
    """The band that stands in the form.

    Parameters
    ----------
    low, high
        Numbers; empty where there is none.

    Returns
    -------
    Band
        None where neither end is given.

    Raises
    ------
    ValueError
        When one end is missing or they do not rise.
    """
    given = [value for value in (low, high) if value not in {"", None}]
    if not given:
        return None
    if len(given) < 2:
        raise ValueError("A band has two ends; give both or none.")
    return Band(float(low), float(high))


def size_of(length: Any = "", width: Any = "") -> FootSize | None:
    """The size of the foot that stands in the form.

    Parameters
    ----------
    length, width
        Numbers; empty where there is none. [mm]

    Returns
    -------
    FootSize
        None where neither is given.

    Raises
    ------
    ValueError
        When one is missing or not positive.
    """
    given = [value for value in (length, width) if value not in {"", None}]
    if not given:
        return None
    if len(given) < 2 or not (float(length) > 0 and float(width) > 0):
        raise ValueError("A foot has a length and a width in mm, both above 0; give both or none.")
    return FootSize(float(length), float(width))


def side_of(word: str | None) -> Side | None:
    """The foot that stands in the form.

    Parameters
    ----------
    word : str
        ``left``, ``right``, or anything else for both.

    Returns
    -------
    Side
        None for both.
    """
    return Side(word) if word in {"left", "right"} else None


def register_protocol(app: Dash, session: LiveSession) -> None:
    """Add the callbacks.

    Parameters
    ----------
    app : Dash
        The application.
    session : LiveSession
        The device of this dashboard.
    """

    def button(name: str, action: str, view: Any, *states: str) -> None:
        @app.callback(
            Output(ids.LIVE_ANSWER, "children", allow_duplicate=True),
            Input(name, "n_clicks"),
            *(State(each, "value") for each in states),
            prevent_initial_call=True,
        )
        @offload
        @needs(Role.RECORD, action, asked=pressed)
        def act(_clicks: int, *values: Any) -> Component | None:
            return view(session, *values)

    band = (ids.PROTOCOL_LOW, ids.PROTOCOL_HIGH, ids.PROTOCOL_SIDE, ids.PROTOCOL_LENGTH, ids.PROTOCOL_WIDTH)
    button(ids.GAUGE_MEASURE, "measure feet", measure_view, ids.LIVE_TASK, *band)
    form = (ids.PROTOCOL_CONDITIONS, ids.PROTOCOL_N, ids.PROTOCOL_COUNTDOWN, *band)
    button(ids.PROTOCOL_START, "start protocol", start_view, ids.LIVE_PARTICIPANT, ids.LIVE_TASK, *form)
    button(ids.PROTOCOL_GO, "go on with protocol", go_view)
    button(ids.PROTOCOL_END, "end protocol", lambda live: live.runner.end())
    app.clientside_callback(
        ClientsideFunction("footload", "gauge"), Output(ids.GAUGE_SINK, "data"), Input(ids.GAUGE_SOUND, "value")
    )


def _refused(error: Exception) -> Component:
    outcome(f"not done: {error}")
    return notice("This did not work", str(error), "bad", "warning")
