"""What stands around every page: header, help, notifications, the place where the page goes."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.signs import icon, link, named
from dashboard.theme import FONT, templates

SHORTCUTS = (
    ("?", "this help"),
    ("t", "list of trials"),
    ("p", "people, sessions and import"),
    ("l", "live view"),
    ("s", "squat & landing"),
    ("c", "compare conditions"),
    ("d", "dark or light"),
    ("r", "live: record, or stop"),
    ("m", "live: mark this moment"),
    ("z", "live: zero"),
    ("Space", "replay: play or pause"),
    ("← →", "replay: one frame back or on"),
    ("[ ]", "replay: slower or faster"),
    ("Tab", "next control"),
)
PAGE_LINKS = (
    ("Trials", "/"),
    ("Sessions", "/sessions/"),
    ("Live", "/live"),
    ("Squat & landing", "/squat/"),
    ("Compare", "/compare/"),
    ("Devices", "/devices"),
    ("Help", "/help"),
)
DEVICE_TICK_MS = 2000
NOBODY = "no participant"
"""What the header says on a page that is about nobody."""


def shell(title: str, folder_name: str) -> Component:
    """Make the frame of the application.

    Parameters
    ----------
    title : str
        Name in the header.
    folder_name : str
        Last part of the folder's path; the browser is told no more of it.

    Returns
    -------
    dash component
        With an empty page, which the address fills.
    """
    return dmc.MantineProvider(
        defaultColorScheme="auto",
        theme={"primaryColor": "indigo", "fontFamily": FONT, "defaultRadius": "md", "respectReducedMotion": True},
        children=[
            dcc.Location(id=ids.LOCATION, refresh="callback-nav"),
            dcc.Store(id=ids.TEMPLATES, data=templates()),
            dcc.Store(id=ids.PAGE_TITLE, data=title),
            dcc.Store(id=ids.TITLE_SINK),
            dcc.Interval(id=ids.DEVICE_TICK, interval=DEVICE_TICK_MS),
            dmc.NotificationContainer(id=ids.NOTICES, position="bottom-right"),
            html.A("Skip to the content", href=f"#{ids.PAGE}", id=ids.SKIP_LINK, className="skip-link"),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header(title, folder_name)),
                    dmc.AppShellMain(_main()),
                ],
                header={"height": {"base": 96, "lg": 56}},  # type: ignore[arg-type]
                padding=0,
            ),
            _help(),
        ],
    )


HERE: dict[str, Any] = {"aria-current": "page"}
TRIAL_LINKS = (
    ("Replay and findings", "/trial/"),
    ("Knee", "/knee/"),
    ("Options and plan", "/plan/"),
    ("Report", "/report/"),
)


def trial_nav(trial_id: str, here: str) -> Component:
    """Make the way between the pages of one trial.

    Parameters
    ----------
    trial_id : str
        Which trial.
    here : str
        Path of the page that is shown.

    Returns
    -------
    dash component
        Links; the present one is marked for eyes and for screen readers.
    """
    links = [
        html.Span(name, className="tab tab-here", **HERE) if path == here else link(name, f"{path}{trial_id}", "tab")
        for name, path in TRIAL_LINKS
    ]
    return html.Nav(links, className="tabs", **named("Pages of this trial"))


def _header(title: str, folder_name: str) -> Component:
    brand = link([icon("foot"), html.Span(title, className="brand-name")], "/", "brand")
    folder = html.Span(
        [icon("folder"), html.Span(folder_name)], className="header-folder", title="Folder of the trials"
    )
    pages = html.Nav([link(name, path, "header-link") for name, path in PAGE_LINKS], id=ids.MENU, **named("Pages"))
    shown = html.Span(NOBODY, id=ids.CONTEXT, className="header-context", title="Participant and condition of the page")
    device = html.Span(id=ids.DEVICE_STATE, className="device-state")
    states = html.Div([shown, device, folder], className="header-status", role="status", **named("State"))
    to_record = link([icon("record"), html.Span("Record")], "/live", "button-main header-record")
    record = html.Div(to_record, id=ids.TO_RECORD, className="header-to-record")
    controls = html.Div(
        [
            html.Span(id=ids.WHO),
            dmc.ActionIcon(
                icon("help"),
                id=ids.HELP_BUTTON,
                variant="subtle",
                color="gray",
                size="lg",
                n_clicks=0,
                **named("Help and keyboard shortcuts"),
            ),
            dmc.ColorSchemeToggle(
                id=ids.SCHEME,
                lightIcon=icon("sun"),
                darkIcon=icon("moon"),
                variant="subtle",
                color="gray",
                size="lg",
                **named("Dark or light"),
            ),
        ],
        className="header-controls",
    )
    return html.Div([_menu_button(), brand, pages, states, record, controls], className="header")


def watch_link() -> Component:
    """Make what stands in the header in place of Record for whoever may only look.

    Returns
    -------
    dash component
        A link to the same page.
    """
    return link([icon("live"), html.Span("Watch")], "/live", "button-link header-record")


def _menu_button() -> Component:
    """Opens the links where there is no room for them beside each other; a script says whether they are open."""
    state: dict[str, Any] = {"aria-expanded": "false", "aria-controls": ids.MENU, **named("Menu of pages")}
    return html.Button(icon("menu"), id=ids.MENU_BUTTON, className="menu-button", type="button", **state)


def _main() -> Component:
    return dcc.Loading(
        html.Div(id=ids.PAGE, className="page", tabIndex=-1),
        delay_show=300,
        type="default",
        color="#5c7cfa",
        overlay_style={"visibility": "visible", "opacity": 0.6},
    )


def _help() -> Component:
    keys = [item for key, text in SHORTCUTS for item in (html.Dt(dmc.Kbd(key)), html.Dd(text))]
    words = html.P(
        "footload measures how feet load the ground and names the source of every number. "
        "It does not diagnose and does not predict injury."
    )
    return dmc.Modal(
        [words, html.Dl(keys, className="shortcuts")],
        id=ids.HELP,
        title="Help",
        opened=False,
        closeButtonProps={"aria-label": "Close"},  # pyright: ignore[reportArgumentType]
    )
