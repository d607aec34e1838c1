"""Squats side by side: the repetitions of one trial over each other, each foot by itself."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.finding_card import finding_cards
from dashboard.components.finding_tables import repetition_table
from dashboard.components.graph import graph
from dashboard.components.signs import card, chip, icon, link, notice, table
from dashboard.figures.overlays import FEWEST_FOR_BAND
from dashboard.figures.repetitions import shift_over_depth, shift_over_time
from dashboard.pages.page import Page, Shown
from dashboard.store import Listing, TrialStore
from dashboard.theme import Scheme
from footload.analysis import Analysis
from footload.trials import Task

SQUATS = frozenset({Task.SQUAT.value, Task.SINGLE_LEG_SQUAT.value})


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show the squats of the folder, or one of them.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        The trial's id; empty for the list.
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
    if not rest:
        return Shown("Squats", squats_view(store.listing()))
    analysis = store.analysis(rest)
    return Shown(f"Squats of {analysis.trial.name}", squat_view(analysis, rest, scheme))


def squats_view(listing: Listing) -> Component:
    """List the trials that hold squats.

    Parameters
    ----------
    listing : Listing
        From the store.

    Returns
    -------
    dash component
        A next step where there is none.
    """
    rows = [
        [
            link(entry.trial.name, f"/squat/{entry.id}", "link squat-link"),
            chip(entry.trial.task, "info"),
            entry.trial.condition or html.Span("–", className="dim"),
            entry.trial.participant or html.Span("–", className="dim"),
            html.Span(f"{entry.trial.duration_s:.1f} s", className="number"),
        ]
        for entry in listing.entries
        if entry.trial is not None and entry.trial.task in SQUATS
    ]
    head = html.Div(html.H1("Squats"), className="page-head")
    if rows:
        heads = ("Trial", "Task", "Condition", "Participant", "Length")
        return html.Div([head, card("Trials with squats", table(heads, rows, "Trials with squats"))], className="stack")
    empty = html.Section(
        [
            icon("foot"),
            html.H2("No squat yet"),
            html.P(["Record one on the ", link("live page", "/live"), "; the simulated mat needs no hardware."]),
        ],
        className="empty",
    )
    return html.Div([head, empty], className="stack")


def squat_view(analysis: Analysis, trial_id: str, scheme: Scheme) -> Component:
    """Lay the repetitions of one trial over each other.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    trial_id : str
        For the way back.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    dash component
        Curves, then every repetition, then what holds for the whole trial.
    """
    counted = [each for each in analysis.repetitions if not each.rejected]
    left_out = [each for each in analysis.repetitions if each.rejected]
    back = link([icon("back"), html.Span("All squats")], "/squat/", "back-link")
    trial = link("Replay and findings of the trial", f"/trial/{trial_id}", "button-link")
    chips = html.Div([chip(f"{len(counted)} repetitions counted", "info")], className="chips")
    head = html.Div([html.H1(analysis.trial.name), chips, trial], className="page-head")
    parts: list[Component] = [html.Div([back, head])]
    if left_out:
        reasons = html.Ul([html.Li(f"Repetition {each.number + 1}: {each.rejected}") for each in left_out])
        parts.append(notice(f"Not counted ({len(left_out)})", reasons, "watch", "warning"))
    for side, shift in analysis.shifts.items():
        said = [text for text in (shift.reason, *shift.notes) if text]
        if said:
            parts.append(
                notice(f"About the {side} foot", html.Ul([html.Li(text) for text in said]), "watch", "warning")
            )
    if counted and analysis.shifts:
        parts += _curves(analysis, scheme)
    elif not counted:
        parts.append(notice("No squat was counted", "Nothing can be laid over each other.", "watch", "warning"))
    findings = [finding for finding in analysis.findings if finding.repetition is not None]
    if findings:
        parts.append(card("Every repetition", repetition_table(findings)))
    general = [finding for finding in analysis.findings if finding.contact is None and finding.repetition is None]
    if general:
        parts.append(card("The whole trial", finding_cards(general)))
    return html.Div(parts, className="stack")


def _curves(analysis: Analysis, scheme: Scheme) -> list[Component]:
    words = html.P(
        "Positive is medial for both feet. Thin lines are single repetitions, brought to the same length; the thick "
        f"line is their mean and the band one standard deviation, from {FEWEST_FOR_BAND} repetitions on. New and not "
        "validated: read it against your own site's values.",
        className="dim",
    )
    over_time = graph(
        shift_over_time(analysis),
        ids.SHIFT_OVER_TIME,
        "Medial shift of every repetition over its course, a panel a foot",
        scheme,
    )
    found: list[Component] = [card("Over the course of the squat", words, over_time, name="overlaid")]
    if analysis.depth_mm is not None:
        over_depth = graph(
            shift_over_depth(analysis),
            ids.SHIFT_OVER_DEPTH,
            "Medial shift of every repetition against its depth, a panel a foot",
            scheme,
        )
        found.append(card("Against depth", over_depth, name="overlaid"))
    return found


page = Page("/squat/", show)
