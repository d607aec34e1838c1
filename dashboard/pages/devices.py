"""The devices that footload knows, how well their facts are known, and the ports of this machine."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.page_head import page_head
from dashboard.components.signs import card, chip, link, table
from dashboard.live.sources import ports
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from devices.profile import Profile, bundled_profiles, load_profile


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show ports and profiles.

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
        Its page.
    """
    return Shown("Devices", devices_view(ports(), {key: load_profile(key) for key in bundled_profiles()}))


def devices_view(found: tuple[tuple[str, str], ...], profiles: dict[str, Profile]) -> Component:
    """Put ports and profiles on a page.

    Parameters
    ----------
    found : tuple of (str, str)
        Address and label of every serial port.
    profiles : dict
        By key.

    Returns
    -------
    dash component
        Ports first; a next step where there is none.
    """
    there = (
        html.Ul([html.Li(label) for _, label in found], className="reasons")
        if found
        else html.P("There is no serial port with hardware behind it. Plug a device in and open this page again.")
    )
    rows = [_row(key, profile) for key, profile in profiles.items()]
    heads = ("Device", "Profile", "Kind", "Cells or channels", "Frames a second", "Facts", "In doubt")
    content = [
        page_head("Devices"),
        card("Ports of this machine", there, link("Connect one on the live page", "/live", "button-link")),
        card(f"Known devices ({len(rows)})", table(heads, rows, "Devices that footload knows")),
    ]
    return html.Div(content, className="stack")


def _row(key: str, profile: Profile) -> list[object]:
    rows, cols = profile.grid
    size = f"{rows} × {cols} cells" if profile.cells else f"{cols} channels"
    doubts = [html.Li(f"{doubt.key}: {doubt.why}") for doubt in profile.unverified]
    doubt = html.Details([html.Summary(f"{len(doubts)} unverified"), html.Ul(doubts)]) if doubts else "–"
    facts = html.Span([chip(profile.certainty), html.Span(profile.source, className="cell-reason")])
    rate = html.Span(f"{profile.time.rate_hz:g}", className="number")
    return [profile.name, html.Code(key), profile.kind, size, rate, facts, doubt]


page = Page("/devices", show)
