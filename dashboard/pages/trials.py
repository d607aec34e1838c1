"""The list of the trials in a folder."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dash import Input, Output, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs
from dashboard.components.page_head import page_head
from dashboard.components.signs import card, chip, icon, link, notice, table
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.store import Listing, TrialEntry, TrialStore
from dashboard.theme import Scheme

if TYPE_CHECKING:
    from dash import Dash


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show the folder.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        Nothing.
    scheme : str
        Not used; there is no graph.

    Returns
    -------
    Shown
        The list.
    """
    refresh = html.Button(
        [icon("refresh"), html.Span("Look again")], id=ids.REFRESH_LIST, n_clicks=0, className="button-link"
    )
    found = listing_view(store.listing(), store.settings.most_files)
    return Shown("Trials", html.Div([page_head("Trials", refresh), html.Div(found, id=ids.TRIAL_LIST)]))


def listing_view(listing: Listing, most: int | None = None) -> Component:
    """List trials, and apart from them what cannot be read.

    Parameters
    ----------
    listing : Listing
        From the store.
    most : int, optional
        So many of a laboratory are listed; where there are as many, it is said where all of them are.

    Returns
    -------
    dash component
        A next step where there is nothing to list.
    """
    trials = [entry for entry in listing.entries if not entry.error]
    broken = [entry for entry in listing.entries if entry.error and entry.recognised]
    unknown = [entry for entry in listing.entries if not entry.recognised]
    parts: list[Component] = []
    if trials:
        rows = [_row(entry) for entry in trials]
        heads = ("Trial", "Task", "Condition", "Participant", "Holds", "Length", "Recorded")
        parts.append(card("Recordings", table(heads, rows, "Trials of this folder", cards=True), name="list"))
    elif not broken:
        parts.append(_empty(bool(unknown)))
    if broken:
        parts.append(card("Cannot be read", _reasons(broken), name="broken"))
    if unknown:
        parts.append(
            html.Details(
                [html.Summary(f"Other files in this folder ({len(unknown)})"), _reasons(unknown)],
                className="other-files",
            )
        )
    if most is not None and sum(entry.in_lab for entry in trials) >= most:
        every = link("Sessions", "/sessions/", "link")
        said = [f"Of the laboratory the newest {most} trials stand here. ", every, " finds every one."]
        parts.insert(0, html.P(said, className="dim"))
    if listing.n_left_out:
        text = f"{listing.n_left_out} older files are not listed; open a smaller folder to see them."
        parts.append(notice("More files", text))
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

    @app.callback(Output(ids.TRIAL_LIST, "children"), Input(ids.REFRESH_LIST, "n_clicks"), prevent_initial_call=True)
    @offload
    @needs(Role.VIEW)
    def look_again(n_clicks: int) -> Component:
        return listing_view(store.listing(), store.settings.most_files)


def _row(entry: TrialEntry) -> list[object]:
    recorded = datetime.fromtimestamp(entry.modified_s).astimezone().strftime("%Y-%m-%d %H:%M")
    name = link(entry.trial.name if entry.trial else entry.name, f"/trial/{entry.id}", "link trial-link")
    who = html.Span([name, html.Br(), html.Span(entry.name, className="dim small")])
    trial = entry.trial
    if trial is None:
        return [who, html.Span("opened when asked for", className="dim"), "", "", "", "", recorded]
    return [
        who,
        chip(trial.task, "info"),
        trial.condition or html.Span("–", className="dim"),
        trial.participant or html.Span("–", className="dim"),
        trial.contents,
        html.Span(f"{trial.duration_s:.1f} s", className="number"),
        recorded,
    ]


def _reasons(entries: list[TrialEntry]) -> Component:
    return html.Ul([html.Li(_reason(entry)) for entry in entries], className="reasons")


def _reason(entry: TrialEntry) -> str:
    """The sentence, which names the file; the folder in front where the file is not at the top."""
    folder = entry.name.rpartition("/")[0]
    return f"{folder}/{entry.error}" if folder else entry.error


def _empty(others: bool) -> Component:
    text = [
        html.P(
            "None of the files here is a recording that footload knows."
            if others
            else "There is nothing in this folder yet."
        ),
        html.P(
            [
                "Record on the live page, with a device or the simulated mat; or drop vendors' files on the page of "
                "sessions. ",
                html.Code("footload demo"),
                " makes a whole sample laboratory.",
            ]
        ),
    ]
    steps = [link("To the live page", "/live", "button-main"), link("Import files", "/sessions/", "button-link")]
    return html.Section(
        [icon("foot"), html.H2("No trial yet"), html.Div(text), html.Div(steps, className="buttons")], className="empty"
    )


page = Page("/", show, register)
