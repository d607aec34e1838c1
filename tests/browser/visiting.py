"""A tab, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

SCRIPT_NAME = "<img src=x onerror=document.title='broken-in'>"
"""A trial's name that would act if it were ever taken for more than text."""


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
