"""A tab, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

from dashboard.server import Server
from dashboard.settings import Settings

SCRIPT_NAME = "<img src=x onerror=document.title='broken-in'>"
"""A trial's name that would act if it were ever taken for more than text."""

SLOW_MS = 60_000
"""So long a machine that others use too may take for a page; how long an idle one takes, benchmarks measure. [ms]"""

LISTED_WHOLE = Settings(listing_s=60)
"""On a busy machine a list opens fewer files than there are, and calls the others by their file's name."""


@dataclass
class Visit:
    """A tab and everything it did.

    Parameters
    ----------
    page : Page
        The tab, at the list of trials.
    requests : list of str
        Address of every request.
    complaints : list of str
        Errors of the console and of scripts.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def visited(
    browser: Browser, server: Server, *, scheme: Literal["light", "dark"] = "light", width: int = 1440
) -> Iterator[Visit]:
    """Open the dashboard in a fresh profile; afterwards its console has to be clean and no request gone elsewhere.

    Parameters
    ----------
    browser : Browser
        Where.
    server : Server
        The dashboard.
    scheme : str
        ``light`` or ``dark``.
    width : int
        Of the window. [px]

    Yields
    ------
    Visit
        At the first page.
    """
    window = ViewportSize(width=width, height=960)
    context = browser.new_context(viewport=window, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    made = Visit(page)
    page.on("request", lambda asked: made.requests.append(asked.url))
    page.on("websocket", lambda socket: made.requests.append(socket.url))
    page.on("console", lambda said: made.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    try:
        page.goto(server.url)
        page.wait_for_selector("main h1")
        yield made
    finally:
        context.close()
    own = tuple(f"{kind}://127.0.0.1:{server.port}/" for kind in ("http", "ws"))
    assert made.requests
    assert [url for url in made.requests if not url.startswith((*own, "data:", "blob:"))] == []
    assert made.complaints == [], made.complaints


def to_page(page: Page, name: str) -> None:
    """Go to a page by its link in the header; in a narrow window the menu is opened first.

    Parameters
    ----------
    page : Page
        A tab.
    name : str
        Of the link.
    """
    menu = page.get_by_role("button", name="Menu of pages")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name=name, exact=True).click()
