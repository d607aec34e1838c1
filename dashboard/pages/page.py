"""What a page is: where it lives, what it is called, what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dash.development.base_component import Component

from dashboard.theme import Scheme

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.store import TrialStore


@dataclass(frozen=True, slots=True)
class Shown:
    """One page as it is shown.

    Parameters
    ----------
    title : str
        For the browser's tab.
    content : dash component
        Everything between header and end.
    about : str
        Participant and condition, where the page is about one; the header shows them.
    """

    title: str
    content: Component
    about: str = ""


def _nothing(app: Dash, store: TrialStore) -> None:
    """A page without callbacks."""


@dataclass(frozen=True, slots=True)
class Page:
    """One file of `dashboard.pages`.

    Parameters
    ----------
    path : str
        ``/`` or ``/trial/``; with a slash at the end, what follows goes to `show`.
    show : callable
        ``(store, rest of the path, scheme) -> Shown``.
    register : callable
        ``(app, store)``; adds the page's callbacks.
    beside : bool
        Whether the page about a trial is composed beside the server; `show` is then given a store without jobs.
    """

    path: str
    show: Callable[[TrialStore, str, Scheme], Shown]
    register: Callable[[Dash, TrialStore], None] = _nothing
    beside: bool = False

    def matches(self, path: str) -> bool:
        """Whether an address is this page's.

        Parameters
        ----------
        path : str
            Path of the address.

        Returns
        -------
        bool
            What follows counts only where the page's path ends with a slash.
        """
        return path == self.path or (len(self.path) > 1 and self.path.endswith("/") and path.startswith(self.path))
