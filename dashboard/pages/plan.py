"""Options and plan of one trial: what may be considered, trained and worn, as a sheet that can be printed."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.finding_tables import told_window
from dashboard.components.knee import fixed_sentence, referral_view
from dashboard.components.options import options_view
from dashboard.components.page_head import trial_head
from dashboard.components.plan import plan_view
from dashboard.components.signs import card, link, notice
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.decision.assessment import Assessment
from footload.errors import EvidenceError


def show(store: TrialStore, rest: str, _scheme: Scheme) -> Shown:
    """Show what may be considered.

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
    head = trial_head(trial, rest, "/plan/", "Options and plan")
    try:
        content = considered_view(store.assessment(rest).assessment)
    except EvidenceError as error:
        content = notice("Nothing can be said", str(error), "watch", "warning")
    hint = html.P(
        ["What was entered on the page ", link("Knee", f"/knee/{rest}"), " counts here. This page prints as a sheet."],
        className="dim no-print",
    )
    return Shown(f"Options: {trial.name}", html.Div([head, hint, content, told_window()], className="stack"))


def considered_view(assessment: Assessment) -> Component:
    """Show options and plan, or only who should look.

    Parameters
    ----------
    assessment : Assessment
        What may be said.

    Returns
    -------
    dash component
        With a red flag or a closed safety gate the referral and nothing else.
    """
    if assessment.gate_closed:
        return html.Div([referral_view(assessment), fixed_sentence(assessment)], className="stack")
    parts = [referral_view(assessment)] if assessment.referrals else []
    options = card("Options", options_view(assessment), name="options")
    parts += [fixed_sentence(assessment), options, plan_view(assessment)]
    return html.Div(parts, className="stack")


page = Page("/plan/", show, beside=True)
