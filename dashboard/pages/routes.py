"""Every page, and which one an address means."""

from __future__ import annotations

import logging
from secrets import token_hex
from urllib.parse import unquote

from dash import html

from dashboard.components.signs import icon, link, notice
from dashboard.composing import composed
from dashboard.lab_trials import laboratory_of
from dashboard.pages import compare, devices, guide, knee, live, plan, report, sessions, squat, trial, trials
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.errors import FootloadError

PAGES: tuple[Page, ...] = (
    trials.page,
    trial.page,
    knee.page,
    plan.page,
    report.page,
    sessions.page,
    live.page,
    squat.page,
    compare.page,
    devices.page,
    guide.page,
)

WITHOUT_FOLDER = (devices.page, guide.page, live.page)
"""Pages that need no trials; on the live page a recording that runs has to be stopped."""

_log = logging.getLogger(__name__)


def page_view(store: TrialStore, path: str | None, scheme: str | None) -> Shown:
    """Show the page of an address.

    Parameters
    ----------
    store : TrialStore
        The folder.
    path : str, optional
        Path of the address.
    scheme : str, optional
        ``light`` or ``dark``; not known before the first picture.

    Returns
    -------
    Shown
        A page that says what is wrong where there is no such page or trial, or the program is at fault.
    """
    wanted: Scheme = "dark" if scheme == "dark" else "light"
    asked = path or "/"
    for page in PAGES:
        if page.matches(asked):
            gone = "" if page in WITHOUT_FOLDER else gone_from(store)
            if gone:
                return problem("The trials are gone", gone)
            try:
                return _shown(store, page, unquote(asked[len(page.path) :]), wanted)
            except FootloadError as error:
                return problem("This trial cannot be shown", str(error))
            except Exception as error:  # an empty page would tell nobody anything
                if _says_what_is_not_here(error):
                    return problem("Not found", str(error.args[0]))
                return _fault(asked)
    return problem("Not found", "There is no page at this address.")


def gone_from(store: TrialStore) -> str:
    """Say why nothing can be read or kept now.

    Parameters
    ----------
    store : TrialStore
        The folder.

    Returns
    -------
    str
        Empty while the folder, and the laboratory that was in it, are in their place. A share that is not connected
        is often an empty folder.
    """
    here, lab = store.folder.is_dir(), store.lab is None or laboratory_of(store.folder) is not None
    if here and lab:
        return ""
    return (
        f"The {'laboratory in the ' if here else ''}folder of the trials is not there any more: it was moved or "
        "deleted, or its drive is not connected. Nothing can be read or kept now. Bring it back, then start footload "
        "again."
    )


def _shown(store: TrialStore, page: Page, rest: str, scheme: Scheme) -> Shown:
    if page.beside and rest:
        return store.beside(rest, composed, page.show, rest, scheme)
    return page.show(store, rest, scheme)


def _says_what_is_not_here(error: Exception) -> bool:
    """The house's KeyErrors are sentences; any other one is a slip of the program."""
    return isinstance(error, KeyError) and str(error.args[0] if error.args else "").endswith(".")


def _fault(asked: str) -> Shown:
    number = token_hex(3)
    _log.exception("Fault %s: the page %r could not be shown.", number, asked)
    return problem(
        "Something went wrong here",
        "This page could not be made: a fault of footload, not of what you did. Other pages open as before. Whoever "
        f"looks after footload finds it in the log as fault {number}.",
    )


def problem(title: str, text: str) -> Shown:
    """Say that something is not here, and where to go from here.

    Parameters
    ----------
    title : str
        In a few words.
    text : str
        One sentence; shown as text whatever stands in it.

    Returns
    -------
    Shown
        A page with a way back.
    """
    back = link([icon("back"), html.Span("All trials")], "/", "button-link")
    return Shown(title, html.Div([html.H1(title), notice("What happened", text, "watch", "warning"), back]))
