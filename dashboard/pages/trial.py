"""One trial: what the mat saw, what was found, what it may mean for the knee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs, outcome, pressed, visitor
from dashboard.components.drawing_card import drawing_card, drawing_data, history_view
from dashboard.components.finding_card import finding_cards
from dashboard.components.finding_tables import region_table, repetition_table, told_window
from dashboard.components.graph import graph
from dashboard.components.known_first import known_first
from dashboard.components.page_head import trial_head
from dashboard.components.replay_card import replay_card
from dashboard.components.signs import card, chip, link, map_key, named, notice
from dashboard.components.told import told
from dashboard.drawing import draw, go_to, history_of
from dashboard.figures.force_and_cop import force_and_cop
from dashboard.figures.medial_shift import medial_shift
from dashboard.figures.pressure_map import pressure_map
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import SIDE_WORD, Scheme
from footload.analysis import Analysis
from footload.errors import FootloadError
from footload.foot.contact import WHOLE
from footload.foot.drawn_history import DrawnHistory

if TYPE_CHECKING:
    from dash import Dash


UNEDITED = DrawnHistory()


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show one trial.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        The trial's id.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    Shown
        Its page.

    Raises
    ------
    KeyError
        When there is no such trial.
    FootloadError
        When it cannot be read or analyzed.
    """
    analysis = store.analysis(rest)
    return Shown(analysis.trial.name, trial_view(analysis, rest, scheme, history_of(store, rest)))


def trial_view(analysis: Analysis, trial_id: str, scheme: Scheme, history: DrawnHistory = UNEDITED) -> Component:
    """Put a whole trial on a page.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    trial_id : str
        The only thing of it that the browser keeps.
    scheme : str
        ``light`` or ``dark``.
    history : DrawnHistory
        What was drawn by hand on its feet.

    Returns
    -------
    dash component
        Pictures first, then findings, then what they may mean.
    """
    top, rest = _parts(analysis, trial_id, scheme, history.current)
    parts: list[Any] = [
        _head(analysis, trial_id),
        html.Div(top, id=ids.TRIAL_TOP, className="stack"),
        drawing_card(analysis, history),
        html.Div(rest, id=ids.TRIAL_REST, className="stack"),
        told_window(),
    ]
    return html.Div([part for part in parts if part is not None], className="stack")


def _parts(
    analysis: Analysis, trial_id: str, scheme: Scheme, edit: int, chosen: str | None = None
) -> tuple[list[Any], list[Any]]:
    """What an edit of the feet changes: above and below the place where they are edited."""
    top: list[Any] = [known_first(analysis)]
    if analysis.trial.pressures:
        maps = [_map_card(analysis, which, scheme) for which in range(len(analysis.trial.pressures))]
        top.append(html.Div([*maps, _course_card(analysis, scheme)], className="pictures"))
    elif analysis.trial.forces:
        top.append(_plates_card(analysis, scheme))
    top.append(replay_card(analysis, trial_id, edit))
    rest: list[Any] = []
    if _has_shifts(analysis):
        rest.append(_shift_card(analysis, trial_id, scheme))
    rest.append(_findings_card(analysis, chosen))
    return [part for part in top if part is not None], rest


def contact_view(analysis: Analysis, number: int) -> Component:
    """Show the findings of one foot contact.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    number : int
        From 0.

    Returns
    -------
    dash component
        Cards of the whole foot, then a table of its regions.
    """
    mine = [finding for finding in analysis.findings if finding.contact == number and finding.repetition is None]
    whole = [finding for finding in mine if finding.region in {"", WHOLE}]
    regions = [finding for finding in mine if finding.region not in {"", WHOLE}]
    parts: list[Component] = []
    flags = analysis.contacts[number].flags if 0 <= number < len(analysis.contacts) else ()
    if flags:
        parts.append(notice("About this print", html.Ul([html.Li(flag) for flag in flags]), "watch", "warning"))
    parts.append(finding_cards(whole, flags) if whole else html.P("Nothing was found for this foot.", className="dim"))
    if regions:
        parts += [html.H3("Regions"), region_table(regions)]
    return html.Div(parts, className="stack")


def register(app: Dash, store: TrialStore) -> None:
    """Add the page's callbacks.

    Parameters
    ----------
    app : Dash
        The application.
    store : TrialStore
        The folder.
    """

    @app.callback(
        Output(ids.CONTACT_FINDINGS, "children"),
        Input(ids.CONTACT, "value"),
        State(ids.TRIAL_ID, "data"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW, "look", about="trial_id")
    def choose_contact(number: str, trial_id: str) -> Component:
        return contact_view(store.analysis(trial_id), int(number))

    @app.callback(
        Output(ids.TOLD_TEXT, "children"),
        Output(ids.TOLD, "opened"),
        Input(ids.TOLD_ASKED, "data"),
        State(ids.TRIAL_ID, "data"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW, "look", about="trial_id", asked=pressed)
    def tell_number(asked: dict[str, str], trial_id: str) -> tuple[Any, Any]:
        return told(store.analysis(trial_id), asked), True

    @app.callback(
        Output(ids.TRIAL_TOP, "children"),
        Output(ids.TRIAL_REST, "children"),
        Output(ids.DRAWN_DATA, "data"),
        Output(ids.DRAWN_HISTORY, "children"),
        Output(ids.DRAWN_ANSWER, "children"),
        Input(ids.DRAWN_EDIT, "data"),
        Input(ids.drawn_go(ALL), "n_clicks"),  # type: ignore[arg-type]
        State(ids.TRIAL_ID, "data"),
        State(ids.DRAWN_BY, "value"),
        State(ids.CONTACT, "value"),
        State(ids.SCHEME, "computedColorScheme"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.RECORD, "edit feet", about="trial_id", asked=_edited)
    def edit_feet(
        dragged: dict[str, Any] | None, _clicks: list[int], trial_id: str, by: str | None, *look: str | None
    ) -> tuple[Any, ...]:
        where = _gone_to()
        who = visitor().name or by or ""
        try:
            history = go_to(store, trial_id, where, who) if where else draw(store, trial_id, dragged or {}, who)
        except (ValueError, FootloadError) as error:
            outcome(f"not kept: {error}")
            now = store.analysis(trial_id)
            told = notice("This edit was not kept", str(error), "watch", "warning")
            return no_update, no_update, drawing_data(now, history_of(store, trial_id)), no_update, told
        analysis = store.analysis(trial_id)
        chosen, scheme = look
        wanted: Scheme = "dark" if scheme == "dark" else "light"
        top, rest = _parts(analysis, trial_id, wanted, history.current, chosen)
        return top, rest, drawing_data(analysis, history), history_view(history), None

    app.clientside_callback(
        ClientsideFunction("footload", "drawing"), Output(ids.DRAWN_SINK, "data"), Input(ids.DRAWN_DATA, "data")
    )
    app.clientside_callback(
        ClientsideFunction("footload", "replay"), Output(ids.REPLAY_SINK, "data"), Input(ids.REPLAY, "data")
    )
    app.clientside_callback(
        ClientsideFunction("footload", "smooth"),
        Output(ids.graph_id(ids.PRESSURE_MAP), "figure", allow_duplicate=True),
        Input(ids.SMOOTH, "value"),
        State(ids.graph_id(ids.PRESSURE_MAP), "figure"),
        prevent_initial_call=True,
    )


def _gone_to() -> str:
    """Where a button among the edits leads; empty where a foot was dragged."""
    asked = ctx.triggered_id
    return asked["where"] if isinstance(asked, dict) else ""


def _edited(dragged: dict[str, Any] | None, clicks: list[int], *_: object) -> bool:
    return any(clicks) if _gone_to() else bool(dragged)


def _head(analysis: Analysis, trial_id: str) -> Component:
    trial = analysis.trial
    chips: list[Component] = []
    facts = [trial.contents, f"{trial.duration_s:.1f} s"]
    if trial.pressures:
        recording = trial.pressure
        facts += [f"{recording.n_frames} frames", f"{recording.sampling_rate_hz:.0f} Hz", recording.source]
        if not recording.calibrated:
            chips.append(chip("uncalibrated: counts, not kPa", "watch", "warning"))
    return trial_head(trial, trial_id, "/trial/", more=chips, facts=[fact for fact in facts if fact])


def _map_card(analysis: Analysis, which: int, scheme: Scheme) -> Component:
    recording = analysis.trial.pressures[which]
    figure = pressure_map(analysis, which)
    aspect = figure.to_plotly_json()["layout"]["meta"]["aspect"]
    switch = dmc.SegmentedControl(
        id=ids.SMOOTH,
        data=[{"value": "cells", "label": "Cells"}, {"value": "smooth", "label": "Smooth"}],
        value="cells",
        size="xs",
        **named("How cells are drawn"),
    )
    feet = ", ".join(
        f"{number} {SIDE_WORD[contact.side]}"
        for number, contact in enumerate(analysis.contacts, start=1)
        if contact.recording is recording
    )
    label = f"Maximum pressure image, true to scale; feet: {feet or 'none found'}"
    style = {"aspectRatio": f"{min(max(aspect, 0.55), 3.0):.3f}"}
    shape = " map-lying" if aspect > 2 else " map-narrow" if aspect < 0.9 else ""
    content = graph(figure, f"{ids.PRESSURE_MAP}-{which + 1}" if which else ids.PRESSURE_MAP, label, scheme, style)
    # One switch, on the first map, where there are cells to blend.
    aside = switch if recording.layout.grid and not which else None
    return card("Maximum pressure", content, map_key(), name=f"map{shape}", aside=aside)


def _course_card(analysis: Analysis, scheme: Scheme) -> Component:
    label = "Vertical force and centre of pressure of each foot over time"
    return card("Force and centre of pressure", graph(force_and_cop(analysis), ids.FORCE_AND_COP, label, scheme))


def _plates_card(analysis: Analysis, scheme: Scheme) -> Component:
    label = "Vertical force of each plate over time"
    return card("Force of the plates", graph(force_and_cop(analysis), ids.FORCE_AND_COP, label, scheme))


def _shift_card(analysis: Analysis, trial_id: str, scheme: Scheme) -> Component:
    words = html.P(
        "Positive is medial for both feet. New and not validated: no normative value, reliability or minimal "
        "detectable change of it is known; read it against your own site's values.",
        className="dim",
    )
    label = "Medial shift of the centre of pressure of each foot over time, and squat depth"
    parts = [words, graph(medial_shift(analysis), ids.MEDIAL_SHIFT, label, scheme)]
    findings = [finding for finding in analysis.findings if finding.repetition is not None]
    if findings:
        parts += [html.H3("Every repetition"), repetition_table(findings)]
    aside = link("Lay the repetitions over each other", f"/squat/{trial_id}", "button-link")
    return card("Medial shift", *parts, name="shift", aside=aside)


def _has_shifts(analysis: Analysis) -> bool:
    return any(not shift.reason for shift in analysis.shifts.values())


def _findings_card(analysis: Analysis, chosen: str | None = None) -> Component:
    parts: list[Component] = []
    general = [finding for finding in analysis.findings if finding.contact is None and finding.repetition is None]
    if general:
        parts.append(finding_cards(general))
    if not analysis.contacts and not analysis.trial.pressures:
        repeated = [finding for finding in analysis.findings if finding.repetition is not None]
        if repeated and not _has_shifts(analysis):  # else they stand beside the curves
            parts += [html.H3("Every repetition"), repetition_table(repeated)]
        return card("Findings", *parts, name="findings")
    if not analysis.contacts:
        text = "No foot was found on the mat: nothing rose above the contact threshold."
        parts.append(notice("No contact", text, "watch", "warning"))
        return card("Findings", *parts, name="findings")
    data = [
        {"value": str(number), "label": f"{number + 1} {SIDE_WORD[contact.side]}"}
        for number, contact in enumerate(analysis.contacts)
    ]
    value = chosen if chosen in {each["value"] for each in data} else "0"
    which = dmc.SegmentedControl(id=ids.CONTACT, data=data, value=value, size="sm", **named("Foot contact"))
    parts.append(html.Div(contact_view(analysis, int(value)), id=ids.CONTACT_FINDINGS))
    return card("Findings", *parts, name="findings", aside=which)


page = Page("/trial/", show, register, beside=True)
