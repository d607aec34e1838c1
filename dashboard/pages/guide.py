"""Help: a first trial in five steps, the keys, and what every value is and where its formula is from."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html

from dashboard.components.finding_card import source_line
from dashboard.components.page_head import page_head
from dashboard.components.shell import SHORTCUTS
from dashboard.components.signs import card, link, table
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.metrics.registry import metrics
from footload.readers.registry import readers
from footload.units import shown

STEPS = (
    ("Connect", "On the live page choose the device, or the simulated mat, and connect it."),
    ("Zero", "With nobody on the mat press Zero; it changes what is shown, never what is recorded."),
    (
        "Record",
        "Enter a pseudonym, the task and what is worn; press Record and let the person stand still for a second.",
    ),
    ("Stop", "Let the person stand still again, press Stop, and open the trial from the notice."),
    ("Look", "Replay it, read the findings with their sources, and lay squats over each other."),
)


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show the help.

    Parameters
    ----------
    store : TrialStore
        Not used.
    rest : str
        Nothing.
    scheme : str
        Not used; there is no graph.

    Returns
    -------
    Shown
        Its page; every metric on it comes from its record.
    """
    steps = html.Ol([html.Li([html.Strong(name), html.Span(f": {text}")]) for name, text in STEPS], className="steps")
    keys = [item for key, text in SHORTCUTS for item in (html.Dt(dmc.Kbd(key)), html.Dd(text))]
    rows = [
        [
            each.label,
            html.Span(shown(each.unit) or "–", className="number"),
            each.definition,
            each.direction,
            source_line(each.citation),
        ]
        for each in metrics().values()
    ]
    words = html.P(
        "footload measures how feet load the ground and names the source of every number. "
        "It does not diagnose and does not predict injury."
    )
    content = [
        page_head("Help"),
        words,
        card("A first trial", steps, link("To the live page", "/live", "button-link")),
        card("Keys", html.Dl(keys, className="shortcuts")),
        card(
            f"Files that are read ({len(readers())})",
            table(
                ("Maker and kind", "Usual endings"),
                [[each.label, ", ".join(each.suffixes)] for each in readers()],
                "Files that are read",
            ),
            link("Import files", "/sessions/", "button-link"),
        ),
        card(
            f"Every value ({len(rows)})",
            table(("Value", "Unit", "What it is", "High means", "Formula from"), rows, "Every value with its formula"),
        ),
    ]
    return Shown("Help", html.Div(content, className="stack"))


page = Page("/help", show)
