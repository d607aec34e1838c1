"""Squats and landings: the repetitions of one trial beside and over each other, each foot by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.finding_card import finding_cards
from dashboard.components.finding_tables import repetition_table, told_window
from dashboard.components.graph import graph, two_feet
from dashboard.components.page_head import page_head
from dashboard.components.signs import card, chip, icon, link, notice, table
from dashboard.figures.overlays import FEWEST_FOR_BAND, counted_in, foot_force
from dashboard.figures.repetitions import knee_over_time, shift_over_depth, shift_over_force, shift_over_time
from dashboard.figures.repetitions_apart import asymmetry_of_repetitions, differences, each_repetition
from dashboard.pages.page import Page, Shown
from dashboard.store import Listing, TrialStore
from dashboard.theme import Scheme
from footload.analysis import Analysis
from footload.errors import FootloadError
from footload.knee.course import KneeCourse
from footload.movement_analysis import LANDINGS, SQUATS
from footload.tasks.knees import legs_in

MOVEMENTS: Final = frozenset(task.value for task in SQUATS | LANDINGS)
TITLE: Final = "Squat & landing"
MOST_APART: Final = 12
"""More repetitions than these do not stand beside each other; all of them are laid over each other."""


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show the squats and landings of the folder, or the repetitions of one trial.

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
        return Shown(TITLE, squats_view(store.listing()))
    analysis = store.analysis(rest)
    return Shown(f"Repetitions of {analysis.trial.name}", squat_view(analysis, rest, scheme))


def squats_view(listing: Listing) -> Component:
    """List the trials that hold squats or landings.

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
        if entry.trial is not None and entry.trial.task in MOVEMENTS
    ]
    head = page_head(TITLE)
    if rows:
        heads = ("Trial", "Task", "Condition", "Participant", "Length")
        return html.Div(
            [head, card("Trials", table(heads, rows, "Trials with squats or landings", cards=True))], className="stack"
        )
    empty = html.Section(
        [
            icon("foot"),
            html.H2("No squat and no landing yet"),
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
    counted = counted_in(analysis)
    left_out = [each for each in analysis.repetitions if each.rejected]
    trial = link("Replay and findings of the trial", f"/trial/{trial_id}", "button-link")
    chips = html.Div(
        [chip(f"{len(counted)} repetition{'' if len(counted) == 1 else 's'} counted", "info")], className="chips"
    )
    head = page_head(analysis.trial.name, chips, trial, back=("All squats and landings", "/squat/"))
    parts: list[Component] = [dcc.Store(id=ids.TRIAL_ID, data=trial_id), head]
    if left_out:
        reasons = html.Ul([html.Li(f"Repetition {each.number + 1}: {each.rejected}") for each in left_out])
        parts.append(notice(f"Not counted ({len(left_out)})", reasons, "watch", "warning"))
    for side, shift in analysis.shifts.items():
        said = [text for text in (shift.reason, *shift.notes) if text]
        if said:
            parts.append(
                notice(f"About the {side} foot", html.Ul([html.Li(text) for text in said]), "watch", "warning")
            )
    if counted:
        parts += _curves(analysis, scheme)
    else:
        parts.append(notice("No repetition was counted", "Nothing can be laid over each other.", "watch", "warning"))
    findings = [finding for finding in analysis.findings if finding.repetition is not None]
    if findings:
        parts.append(card("Every repetition", repetition_table(findings)))
    general = [finding for finding in analysis.findings if finding.contact is None and finding.repetition is None]
    if general:
        parts.append(card("The whole trial", finding_cards(general)))
    return html.Div([*parts, told_window()], className="stack")


def _curves(analysis: Analysis, scheme: Scheme) -> list[Component]:
    legs, knee_notes = _legs(analysis)
    found: list[Component] = []
    if any(not shift.reason for shift in analysis.shifts.values()):
        found += _shifts(analysis, scheme)
    else:
        why = "Nobody stood still to compare with, or where the feet stand on the plates is not known."
        found.append(notice("No medial shift over time", why, "info"))
    if legs:
        label = "Knee angle in the frontal plane in every repetition"
        told = html.P(f"Beside the medial shift, from markers. {'; '.join(knee_notes)}.", className="dim")
        picture = two_feet(knee_over_time(analysis, legs), ids.KNEE_OVER_TIME, label, scheme, "leg")
        found.append(card("Knee angle", told, picture, name="overlaid"))
    found += _apart(analysis, legs, scheme)
    unlike = differences(analysis)
    if unlike:
        label = "Differences between left and right in each repetition"
        picture = graph(asymmetry_of_repetitions(unlike), ids.ASYMMETRY, label, scheme)
        formula = analysis.parameters.asymmetry.value
        words = html.P(
            f"At 0 both sides are alike. Asymmetries are {formula}, differences left minus right.", className="dim"
        )
        found.append(card("Left against right", words, picture, name="overlaid"))
    return found


def _legs(analysis: Analysis) -> tuple[tuple[KneeCourse, ...], Sequence[str]]:
    try:
        seen = legs_in(analysis.trial, analysis.parameters)
    except (FootloadError, ValueError) as error:
        return (), [str(error)]
    return seen.courses, [*seen.quality, *seen.notes]


def _shifts(analysis: Analysis, scheme: Scheme) -> list[Component]:
    words = html.P(
        "Positive is medial for both feet. Thin lines are single repetitions; the thick line is their mean and the "
        f"band one standard deviation, from {FEWEST_FOR_BAND} repetitions on. New and not validated: read it against "
        "your own site's values.",
        className="dim",
    )
    label = "Medial shift of every repetition over its course"
    heading = "Since touchdown" if analysis.trial.task in LANDINGS else "Over the course of the movement"
    found: list[Component] = [
        card(heading, words, two_feet(shift_over_time(analysis), ids.SHIFT_OVER_TIME, label, scheme), name="overlaid")
    ]
    if analysis.depth_mm is not None and analysis.trial.task not in LANDINGS:
        label = "Medial shift of every repetition against its depth"
        told = html.P("The means are those of the way down and of the way up again.", className="dim")
        picture = two_feet(shift_over_depth(analysis), ids.SHIFT_OVER_DEPTH, label, scheme)
        found.append(card("Against depth", told, picture, name="overlaid"))
    force = {side: values for side, values in foot_force(analysis).items() if side in analysis.shifts}
    if force:
        label = "Medial shift of every repetition against the force of the foot"
        picture = two_feet(shift_over_force(analysis, force), ids.SHIFT_OVER_FORCE, label, scheme)
        found.append(card("Against force", picture, name="overlaid"))
    return found


def _apart(analysis: Analysis, legs: Sequence[KneeCourse], scheme: Scheme) -> list[Component]:
    figures = list(each_repetition(analysis, legs).items())
    if not figures:
        return []
    height: dict[str, Any] = {"height": "330px" if legs and analysis.shifts else "220px"}
    label = "Medial shift of both feet in repetition"
    cells = [
        html.Div(
            [
                html.H3(f"Repetition {number + 1}"),
                graph(figure, f"{ids.REPETITION_APART}-{number + 1}", f"{label} {number + 1}", scheme, height),
            ]
        )
        for number, figure in figures[:MOST_APART]
    ]
    more = [html.P(f"The first {MOST_APART} of {len(figures)}.", className="dim")] if len(figures) > MOST_APART else []
    return [card("Beside each other", html.Div(cells, className="apart"), *more, name="apart")]


page = Page("/squat/", show, beside=True)
