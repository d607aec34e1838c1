"""The knee of one trial: what was measured or may be expected, what may contribute, what to test next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ALL, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs
from dashboard.components.clinical_form import clinical_form, clinical_inputs
from dashboard.components.knee import knee_card, knee_view
from dashboard.components.shell import trial_nav
from dashboard.components.signs import chip, icon, link, notice
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.errors import EvidenceError
from footload.trials import Trial

if TYPE_CHECKING:
    from dash import Dash


def show(store: TrialStore, rest: str, _scheme: Scheme) -> Shown:
    """Show what may be said about the knee.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        The trial's id.
    _scheme : str
        Nothing here is drawn by plotly.

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
    trial = store.analysis(rest).trial
    parts = [
        dcc.Store(id=ids.TRIAL_ID, data=rest),
        trial_head(trial, rest, "/knee/", "Knee"),
        knee_card(assessed_view(store, rest), clinical_form(store.entered(rest))),
    ]
    return Shown(f"Knee: {trial.name}", html.Div(parts, className="stack"))


def trial_head(trial: Trial, trial_id: str, here: str, what: str) -> Component:
    """Make the head of a page about one trial: whose, in what, and the way to the others.

    Parameters
    ----------
    trial : Trial
        Which one.
    trial_id : str
        For the links.
    here : str
        Path of the page.
    what : str
        What the page is about.

    Returns
    -------
    dash component
        Participant and condition always stand in it.
    """
    chips = [chip(trial.task.value, "info")]
    chips.append(chip(trial.condition.name or "condition not named"))
    chips.append(chip(f"participant {trial.participant.id}" if trial.participant.id else "no participant named"))
    back = link([icon("back"), html.Span("All trials")], "/", "back-link")
    title = html.Div([html.H1(f"{what}: {trial.name}"), html.Div(chips, className="chips")], className="page-head")
    return html.Div([back, title, trial_nav(trial_id, here)])


def assessed_view(store: TrialStore, trial_id: str) -> Component:
    """Show the assessment with what was entered beside the trial.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        Which trial.

    Returns
    -------
    dash component
        What is wrong with the evidence tables, where something is.
    """
    try:
        return knee_view(store.assessment(trial_id).assessment)
    except EvidenceError as error:
        return notice("Nothing can be said about the knee", str(error), "watch", "warning")


def entered_view(store: TrialStore, trial_id: str, parts: list[dict[str, str]], values: list[Any]) -> Component:
    """Keep what stands in the clinical form, and show what follows.

    Parameters
    ----------
    store : TrialStore
        The folder.
    trial_id : str
        Which trial.
    parts, values : list
        Ids and values of the form's fields.

    Returns
    -------
    dash component
        What is wrong with an entry, where something is; then nothing is kept.
    """
    inputs, error = clinical_inputs(parts, values)
    if inputs is None:
        return notice("This cannot be used", error, "watch", "warning")
    store.enter(trial_id, inputs)
    return assessed_view(store, trial_id)


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
        Output(ids.KNEE, "children"),
        Input(ids.clinical_id(ALL, ALL), "value"),  # type: ignore[arg-type]
        State(ids.clinical_id(ALL, ALL), "id"),  # type: ignore[arg-type]
        State(ids.TRIAL_ID, "data"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.RECORD, "enter clinical inputs", about="trial_id")
    def assess_again(values: list[Any], parts: list[dict[str, str]], trial_id: str) -> Component:
        return entered_view(store, trial_id, parts, values)


page = Page("/knee/", show, register, beside=True)
