"""What pages wait for is worked out beside the server, at a desk: a process that keeps its analyses at hand.

A desk has a store of its own, so that what is composed there (a page, a report, a replay) is written as if it were
composed in the server. Nothing of an analysis has to travel for it; the live view feels none of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, TypeVarTuple

import numpy as np

from dashboard.access import HERE, Visitor, visited_by
from dashboard.processes import Workers
from dashboard.settings import Settings
from dashboard.trial_files import Listing

if TYPE_CHECKING:
    from dashboard.pages.page import Shown
    from dashboard.store import TrialStore
    from dashboard.theme import Scheme
    from footload.analysis import Analysis
    from footload.decision.inputs import ClinicalInputs

Ts = TypeVarTuple("Ts")
R = TypeVar("R")

MOST_DESKS: Final = 2
"""Each has the libraries of all pages in its memory."""

LAID_OUT: Final = (
    "dashboard.pages.routes",
    "footload.analysis",
    "footload.compare.comparing",
    "footload.norms.comparing",
    "footload.readers.registry",
    "footload.report.drawing",
    "numpy.ma",
    "scipy.ndimage",
    "scipy.optimize",
    "scipy.spatial",
)
"""What a desk imports before anyone waits for it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a desk cannot know of itself.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    settings : Settings
        Of the dashboard.
    entered : mapping of str to ClinicalInputs
        What was entered by hand beside trials; the server alone keeps it.
    listing : Listing, optional
        The server's list, where the work needs one.
    who : Visitor
        Who asks; without the log, which the server keeps.
    """

    folder: Path
    settings: Settings
    entered: Mapping[str, ClinicalInputs] = field(default_factory=dict[str, "ClinicalInputs"])
    listing: Listing | None = None
    who: Visitor = HERE


class Desks:
    """The desks of a server; each trial has its own, so that it is analyzed once.

    Parameters
    ----------
    n : int
        How many; none where everything is done by threads of the server.
    """

    def __init__(self, n: int) -> None:
        self._desks = tuple(Workers(1) for _ in range(min(n, MOST_DESKS)))

    def __bool__(self) -> bool:
        return bool(self._desks)

    def call(self, trial_id: str, brought: Brought, work: Callable[[TrialStore, *Ts], R], *args: *Ts) -> R:
        """Let the desk of a trial do something, and wait for it.

        Parameters
        ----------
        trial_id : str
            Which trial it is about, or the first of them.
        brought : Brought
            What the desk cannot know.
        work : callable
            Importable by name; is given the desk's store.
        *args
            Its other arguments.

        Returns
        -------
        object
            What it returns.

        Raises
        ------
        ProcessDiedError
            When the desk's process died twice over it.
        """
        return self._of(trial_id).call(at_desk, brought, work, *args)

    def analysis(self, trial_id: str, brought: Brought) -> Future[Analysis]:
        """Have a copy of an analysis sent to the server.

        Parameters
        ----------
        trial_id : str
            Which trial.
        brought : Brought
            What the desk cannot know.

        Returns
        -------
        Future of Analysis
            As `Workers.submit`.
        """
        return self._of(trial_id).submit(at_desk, brought, _analysis, trial_id)

    def warm(self) -> None:
        """Start the desks before somebody waits for them."""
        for desk in self._desks:
            desk.submit(_laid_out)

    def close(self) -> None:
        """Let the desks go."""
        for desk in self._desks:
            desk.close()

    def _of(self, trial_id: str) -> Workers:
        return self._desks[sum(trial_id.encode()) % len(self._desks)]


def at_desk(brought: Brought, work: Callable[..., R], *args: Any) -> R:
    """At a desk: do some work with the desk's store.

    Parameters
    ----------
    brought : Brought
        What the desk cannot know.
    work : callable
        Is given the store first.
    *args
        What else it is given.

    Returns
    -------
    object
        What it returns.
    """
    store = _store_of(brought.folder, brought.settings.model_dump_json())
    with store.lent(brought.entered, brought.listing), visited_by(brought.who):
        return work(store, *args)


def composed(store: TrialStore, show: Callable[[TrialStore, str, Scheme], Shown], rest: str, scheme: Scheme) -> Shown:
    """Compose a page as it travels to the server.

    Parameters
    ----------
    store : TrialStore
        The desk's.
    show : callable
        Of a `Page`.
    rest : str
        What stands behind the page's path.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    Shown
        Its figures are plain already, its tables still, and it says whom it is about.
    """
    from dashboard.components.still import make_still

    shown = show(store, rest, scheme)
    _make_plain(shown.content)
    make_still(shown.content)
    return replace(shown, about=shown.about or store.about(rest))


def _make_plain(part: Any) -> None:
    """Figures are most of what a page weighs; made plain here, the server only has to write them down."""
    from dash.development.base_component import Component as AnyComponent

    if isinstance(part, list | tuple):
        for each in part:  # pyright: ignore[reportUnknownVariableType]
            _make_plain(each)
    elif isinstance(part, AnyComponent):
        figure = getattr(part, "figure", None)
        if hasattr(figure, "to_json"):
            part.figure = json.loads(figure.to_json())  # type: ignore[attr-defined]
        _make_plain(getattr(part, "children", None))


def _analysis(store: TrialStore, trial_id: str) -> Analysis:
    return store.analysis(trial_id)


@lru_cache(maxsize=1)
def _store_of(folder: Path, settings: str) -> TrialStore:
    from dashboard.store import TrialStore

    return TrialStore(folder, Settings.model_validate_json(settings).model_copy(update={"n_processes": 0}))


def _laid_out() -> None:
    for module in LAID_OUT:
        import_module(module)
    import plotly.graph_objects as go

    from dashboard.components.graph import graph

    # Plotly loads what checks a figure when the first one is made.
    once = np.zeros((2, 2))
    _make_plain(graph(go.Figure([go.Heatmap(z=once), go.Scatter(x=once[0], y=once[1])]), "none", "none", "light"))
