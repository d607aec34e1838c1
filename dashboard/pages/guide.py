"""Help: a first trial in five steps, the keys, and what every value is and where its formula is from."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.finding_card import source_line
from dashboard.components.page_head import page_head
from dashboard.components.shell import SHORTCUTS
from dashboard.components.signs import link, named, table
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.metrics.catalogue import TOPICS
from footload.metrics.registry import Metric, metrics
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
    parts = (
        ("first-trial", "A first trial", [_steps(), link("To the live page", "/live", "button-link")]),
        ("keys", "Keys", [_keys()]),
        (
            "files",
            f"Files that are read ({len(readers())})",
            [_files(), link("Import files", "/sessions/", "button-link")],
        ),
    )
    sections = [_part(name, title, content, opened=name == "first-trial") for name, title, content in parts]
    topics = _topics()
    ways = [*((name, title) for name, title, _ in parts), ("values", f"Every value ({len(metrics())})")]
    words = html.P(
        "footload measures how feet load the ground and names the source of every number. "
        "It does not diagnose and does not predict injury."
    )
    content = html.Div([words, *sections, _values(topics)], className="stack help-text")
    return Shown("Help", html.Div([page_head("Help"), html.Div([_contents(ways, topics), content], className="help")]))


def _part(name: str, title: str, content: list[Any], *, opened: bool = False) -> Component:
    """A section that opens and closes by itself, with the mouse or with Enter."""
    return html.Details([html.Summary(html.H2(title)), *content], id=f"help-{name}", className="card", open=opened)


def _to(name: str, title: str) -> Component:
    return html.A(title, href=f"#help-{name}", className="help-to")


def _contents(ways: list[tuple[str, str]], topics: list[tuple[str, str, list[Metric]]]) -> Component:
    """The way to every section; it stays in view."""
    starts = [title.partition(":")[0] for _, title, _ in topics]
    short = [start if starts.count(start) == 1 else title for start, (_, title, _) in zip(starts, topics, strict=True)]
    lines = zip(short, topics, strict=True)
    below = html.Ul([html.Li(_to(name, f"{title} ({len(own)})")) for title, (name, _, own) in lines])
    items = [html.Li([_to(*way), below] if way[0] == "values" else _to(*way)) for way in ways]
    return html.Nav(html.Ul(items), className="help-contents", **named("Contents of the help"))


def _steps() -> Component:
    return html.Ol([html.Li([html.Strong(name), html.Span(f": {text}")]) for name, text in STEPS], className="steps")


def _keys() -> Component:
    keys = [item for key, text in SHORTCUTS for item in (html.Dt(dmc.Kbd(key)), html.Dd(text))]
    return html.Dl(keys, className="shortcuts")


def _files() -> Component:
    rows = [[each.label, ", ".join(each.suffixes)] for each in readers()]
    return table(("Maker and kind", "Usual endings"), rows, "Files that are read")


def _topics() -> list[tuple[str, str, list[Metric]]]:
    """Name, title and metrics of every topic, in the order of the catalogue; what a plug-in adds stands at the end."""
    own = {topic.__name__: topic for topic in TOPICS}
    found: list[tuple[str, str, list[Metric]]] = []
    for module, topic in own.items():
        title = (topic.__doc__ or "").strip().splitlines()[0].removesuffix(".")
        mine = [each for each in metrics().values() if each.function.__module__ == module]
        found.append((module.rpartition(".")[2].replace("_", "-"), title, mine))
    others = [each for each in metrics().values() if each.function.__module__ not in own]
    return [*found, *([("others", "Of plug-ins", others)] if others else [])]


def _values(topics: list[tuple[str, str, list[Metric]]]) -> Component:
    find = dmc.TextInput(
        id=ids.HELP_FIND,
        label="Find a value",
        description="Words of its name or of what it is, such as: medial shift peak",
        className="help-find",
    )
    found = html.P(id=ids.HELP_FOUND, role="status", className="dim small")
    groups = [
        html.Details(
            [html.Summary(html.H3(f"{title} ({len(own)})")), _values_table(title, own)],
            id=f"help-{name}",
            className="help-topic",
        )
        for name, title, own in topics
    ]
    heading = html.H2(f"Every value ({len(metrics())})", tabIndex=-1, id=ids.HELP_VALUES)
    return html.Section([heading, find, found, *groups], className="card")


def _values_table(title: str, own: list[Metric]) -> Component:
    rows = [
        [
            each.label,
            html.Span(shown(each.unit) or "–", className="number"),
            each.definition,
            each.direction,
            source_line(each.citation),
        ]
        for each in own
    ]
    return table(("Value", "Unit", "What it is", "High means", "Formula from"), rows, title, cards=True)


page = Page("/help", show)
