"""What the device measures now, and the button that records it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Input, Output, State, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs, outcome, pressed
from dashboard.components.biofeedback import biofeedback_card, protocol_card
from dashboard.components.live_panel import (
    LONGEST_TEXT,
    device_card,
    health_card,
    pictures,
    problem_place,
    stores,
    told,
    trial_card,
)
from dashboard.components.signs import chip, link, notice
from dashboard.live.session import LiveSession
from dashboard.live.sources import drawable, ports, source_of
from dashboard.live.status import FAILED, OFF, RECORDING
from dashboard.offload import offload
from dashboard.pages.live_protocol import register_protocol
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme, pressure_table
from devices.opening import TrialMetadata
from footload.errors import FootloadError
from footload.trials import Condition, Participant, Task

if TYPE_CHECKING:
    from dash import Dash


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show the live page.

    Parameters
    ----------
    store : TrialStore
        Not used: recordings go where the session puts them.
    rest : str
        Nothing.
    scheme : str
        Not used; the script reads the page's own colours.

    Returns
    -------
    Shown
        Its parts; the websocket fills them.
    """
    content = html.Div(
        [
            *stores(pressure_table()),
            html.H1("Live"),
            html.Div([device_card(ports(), drawable()), trial_card()], className="live-setup"),
            html.Div(
                [
                    problem_place(),
                    html.Div(id=ids.LIVE_ANSWER, **{"aria-live": "polite"}),  # type: ignore[arg-type]
                    html.Div(id=ids.LIVE_AWAY, className="notice notice-watch", role="status", hidden=True),
                    html.Div(id=ids.LIVE_RECORDED, **{"aria-live": "polite"}),  # type: ignore[arg-type]
                    html.Div(id=ids.LIVE_KEPT, **{"aria-live": "polite"}),  # type: ignore[arg-type]
                ],
                className="live-told",
            ),
            pictures(),
            html.Div(
                [biofeedback_card(), html.Div([protocol_card(), health_card()], className="stack")],
                className="live-setup",
            ),
        ],
        className="stack",
    )
    return Shown("Live", content)


def connect_view(
    session: LiveSession, chosen: str, profile_name: str, second: str | None = "", second_profile: str | None = ""
) -> Component | None:
    """Connect the chosen device, or both.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.
    chosen, profile_name, second, second_profile : str
        From the page; the second is empty where there is one device.

    Returns
    -------
    dash component
        What went wrong; nothing when it measures.
    """
    wanted = [(chosen, profile_name), *([(second, second_profile or "")] if second else [])]
    return _answer(lambda: session.connect(*(source_of(*each) for each in wanted)))


def record_view(session: LiveSession, participant: str, task: str, condition: str) -> Component | None:
    """Begin a recording with what stands in the form.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.
    participant, task, condition : str
        From the page.

    Returns
    -------
    dash component
        What went wrong; nothing when it records.
    """
    known = {each.value for each in Task}
    metadata = TrialMetadata(
        task=Task(task) if task in known else Task.UNKNOWN,
        condition=Condition(name=_short(condition)),
        participant=Participant(id=_short(participant)),
    )
    return _answer(lambda: session.record(metadata))


def mark_view(session: LiveSession, text: str) -> Component | None:
    """Mark this moment.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.
    text : str
        From the page.

    Returns
    -------
    dash component
        What went wrong; nothing when it is marked, which the number of marks shows.
    """
    return _answer(lambda: session.mark(_short(text)))


def zero_view(session: LiveSession) -> Component | None:
    """Zero what is shown.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.

    Returns
    -------
    dash component
        What was taken for nothing, or what went wrong.
    """
    try:
        return told(f"{session.zero()} Recordings keep the bytes as they come.")
    except FootloadError as error:
        outcome(f"not done: {error}")
        return notice("This did not work", str(error), "bad", "warning")


def device_state_view(session: LiveSession) -> Component:
    """Say in the header what the device does, whatever page is open.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.

    Returns
    -------
    dash component
        A short state that leads to the live page.
    """
    now = session.status
    if now.state == RECORDING:
        said = chip(f"recording, {now.recording_s:.0f} s", "bad", "record")
    elif now.state == FAILED:
        said = chip("device failed", "watch", "warning")
    elif now.state == OFF:
        said = chip("no device")
    else:
        said = chip("device lost" if not now.connected else now.state, "info", "live", now.device)
    return link(said, "/live", "device-link")


def register_live(app: Dash, session: LiveSession) -> None:
    """Add the page's callbacks.

    Parameters
    ----------
    app : Dash
        The application.
    session : LiveSession
        The device of this dashboard.
    """

    def button(name: str, action: str, view: Callable[..., Component | None], *states: str) -> None:
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

    sources = (ids.LIVE_SOURCE, ids.LIVE_PROFILE, ids.LIVE_SECOND, ids.LIVE_SECOND_PROFILE)
    button(ids.LIVE_CONNECT, "connect device", connect_view, *sources)
    button(ids.LIVE_DISCONNECT, "disconnect device", lambda live: _answer(live.disconnect))
    button(ids.LIVE_RECORD, "record", record_view, ids.LIVE_PARTICIPANT, ids.LIVE_TASK, ids.LIVE_CONDITION)
    button(ids.LIVE_STOP, "stop recording", lambda live: _answer(live.stop))
    button(ids.LIVE_MARK, "mark", mark_view, ids.LIVE_NOTE)
    button(ids.LIVE_ZERO, "zero", zero_view)

    register_protocol(app, session)

    @app.callback(Output(ids.DEVICE_STATE, "children"), Input(ids.DEVICE_TICK, "n_intervals"))
    @offload
    @needs(Role.VIEW)
    def show_device_state(n_intervals: int | None) -> Component:
        return device_state_view(session)

    app.clientside_callback(
        ClientsideFunction("footload", "live"), Output(ids.LIVE_SINK, "data"), Input(ids.LIVE_TABLE, "data")
    )
    app.clientside_callback(
        ClientsideFunction("footload", "liveChoices"),
        Output(ids.LIVE_CHOICES_SINK, "data"),
        Input(ids.LIVE_DRAW, "value"),
        Input(ids.LIVE_SCALE, "value"),
        Input(ids.LIVE_IMAGE, "value"),
    )


def _answer(act: Callable[[], object]) -> Component | None:
    try:
        done = act()
    except FootloadError as error:
        outcome(f"not done: {error}")
        return notice("This did not work", str(error), "bad", "warning")
    if done:
        outcome(str(getattr(done, "file", done)))
    return None


def _short(text: str | None) -> str:
    return (text or "").strip()[:LONGEST_TEXT]


page = Page("/live", show)
