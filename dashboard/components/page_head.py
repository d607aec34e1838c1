"""The head of a page: what it is about, the way back, and of a trial the way to its other pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.shell import trial_nav
from dashboard.components.signs import Content, chip, icon, link
from dashboard.theme import SIDE_WORD
from footload.trials import Trial

ALL_TRIALS: Final = ("All trials", "/")


def page_head(title: str, *beside: Content, back: tuple[str, str] | None = None) -> Component:
    """Make the head of a page.

    Parameters
    ----------
    title : str
        Its first-level heading; text whatever stands in it.
    *beside : dash components
        What stands in the same line.
    back : (str, str), optional
        Words and address of the way back.

    Returns
    -------
    dash component
        The way back stands above the heading.
    """
    heading = html.Div([html.H1(title), *beside], className="page-head")
    if back is None:
        return heading
    return html.Div([link([icon("back"), html.Span(back[0])], back[1], "back-link"), heading])


def trial_head(
    trial: Trial, trial_id: str, here: str, what: str = "", *, more: Sequence[Component] = (), facts: Sequence[str] = ()
) -> Component:
    """Make the head of a page about one trial: whose, in what, and the way to the others.

    Parameters
    ----------
    trial : Trial
        Which one.
    trial_id : str
        For the links; the only thing of it that the browser keeps.
    here : str
        Path of the page.
    what : str
        What the page is about, in front of the trial's name.
    more : sequence of dash components
        Further chips.
    facts : sequence of str
        What stands below the heading.

    Returns
    -------
    dash component
        Participant and condition always stand in it.
    """
    chips: list[Any] = [
        chip(trial.task.value, "info"),
        chip(trial.condition.name or "condition not named"),
        chip(f"participant {trial.participant.id}" if trial.participant.id else "no participant named"),
    ]
    if trial.side is not None:
        chips.append(chip(f"{SIDE_WORD[trial.side]} foot tested"))
    title = f"{what}: {trial.name}" if what else trial.name
    told = [html.P(" · ".join(facts), className="facts")] if facts else []
    return html.Div(
        [
            dcc.Store(id=ids.TRIAL_ID, data=trial_id),
            page_head(title, html.Div([*chips, *more], className="chips"), back=ALL_TRIALS),
            *told,
            trial_nav(trial_id, here),
        ]
    )
