"""The knee of one trial: what was measured or may be expected, what may contribute, what to test next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs
from dashboard.components.clinical_form import clinical_form, clinical_inputs
from dashboard.components.finding_tables import told_window
from dashboard.components.knee import knee_card, knee_view
from dashboard.components.page_head import trial_head
from dashboard.components.signs import notice
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.errors import EvidenceError

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
        trial_head(trial, rest, "/knee/", "Knee"),
        knee_card(assessed_view(store, rest), clinical_form(store.entered(rest))),
        told_window(),
    ]
    return Shown(f"Knee: {trial.name}", html.Div(parts, className="stack"))


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
