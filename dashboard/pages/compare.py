"""Conditions of one participant side by side: footprints, gait lines, curves, differences, predicted and measured."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs
from dashboard.components.graph import early
from dashboard.components.page_head import page_head
from dashboard.components.signs import card, chip, icon, link, notice, table
from dashboard.composing import composed
from dashboard.conditions import (
    MOST_CONDITIONS,
    Choice,
    ConditionSet,
    choice_of,
    condition_sets,
    n_unopened,
    options,
)
from dashboard.offload import offload
from dashboard.pages.compare_parts import PARTS
from dashboard.pages.page import Page, Shown
from dashboard.processes import ProcessDiedError
from dashboard.store import Listing, TrialStore
from dashboard.theme import Scheme
from footload.errors import FootloadError

if TYPE_CHECKING:
    from dash import Dash

PATH: Final = "/compare/"
MOST_LOOKS: Final = 20
FIRST: Final = next(iter(PARTS))


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show what may be compared, or the comparison that the address asks for.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        Set, conditions and option; empty for the list.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    Shown
        Its page.

    Raises
    ------
    KeyError
        When there are no such conditions.
    FootloadError
        When a trial cannot be read or analyzed.
    """
    if not rest:
        listing = store.listing()
        return Shown("Compare", sets_view(condition_sets(listing), listing))
    choice = choice_of(condition_sets(_whole_listing(store)), rest)
    found = [html.Div(_in_work(choice, part), id=found_id(part), className="stack") for part in PARTS]
    parts = [_head(choice), dcc.Store(id=ids.COMPARE_ASKED, data=choice.path), *found]
    return Shown(_title(choice), html.Div(parts, className="stack"), choice.of.participant)


def compared_view(store: TrialStore, rest: str, scheme: Scheme, only: str = "") -> Shown:
    """Lay the conditions of an address over each other.

    Parameters
    ----------
    store : TrialStore
        The folder; at a desk with the server's list.
    rest : str
        Set, conditions and option.
    scheme : str
        ``light`` or ``dark``.
    only : str
        One of `PARTS`; empty for all of them.

    Returns
    -------
    Shown
        What stands below the head of the page.

    Raises
    ------
    KeyError
        When there are no such conditions.
    FootloadError
        When a trial cannot be read or analyzed.
    """
    choice = choice_of(condition_sets(_whole_listing(store)), rest)
    content = [each for part in ([only] if only else PARTS) for each in PARTS[part](store, choice, scheme)]
    return Shown(_title(choice), html.Div(content, className="stack"), choice.of.participant)


def _whole_listing(store: TrialStore) -> Listing:
    """A list is cut short by time and goes on at the next look; an address means files that may come late in it."""
    listing = store.listing()
    for _ in range(MOST_LOOKS):
        if not n_unopened(listing):
            break
        listing = store.listing()
    return listing


def _title(choice: Choice) -> str:
    return f"Compare: {choice.of.participant}, {choice.of.task}"


def found_id(part: str) -> str:
    """Where a part of a comparison comes to stand.

    Parameters
    ----------
    part : str
        One of `PARTS`.

    Returns
    -------
    str
        An id of the page.
    """
    return f"{ids.COMPARE_FOUND}-{part}"


def _in_work(choice: Choice, part: str) -> Component:
    n = sum(len(group.trials) for group in choice.groups)
    words = {
        "prints": f"{n} trial(s) in {len(choice.groups)} conditions are laid over each other.",
        "lines": "Curves come after the footprints.",
        "differences": "Differences in numbers come last.",
    }[part]
    drawing = [early()] if part == FIRST else []
    return html.Div([dmc.Loader(size="sm"), html.P(words), *drawing], className="in-work", role="status")


def sets_view(sets: Sequence[ConditionSet], listing: Listing) -> Component:
    """List what may be compared.

    Parameters
    ----------
    sets : sequence of ConditionSet
        What there is.
    listing : Listing
        Where it comes from; what is left out is counted.

    Returns
    -------
    dash component
        A next step where there is nothing.
    """
    head = page_head("Compare")
    nobody = sum(entry.trial is not None and not entry.trial.participant for entry in listing.entries)
    unread = n_unopened(listing)
    words = [f"{nobody} trial(s) name no participant and are left out."] if nobody else []
    words += [f"{unread} file(s) were not opened yet; load the page again."] if unread else []
    left_out = [html.P(" ".join(words), className="dim")] if words else []
    if not sets:
        text = html.P(
            [
                "A comparison needs one participant in the same task under two conditions or more, such as barefoot "
                "and with a shoe. Record them on the ",
                link("live page", "/live"),
                ": enter the same participant and another condition.",
            ]
        )
        empty = html.Section([icon("foot"), html.H2("Nothing to compare yet"), text, *left_out], className="empty")
        return html.Div([head, empty], className="stack")
    rows = [
        [
            link(f"{each.participant}, {each.task}", f"{PATH}{each.id}", "link compare-link"),
            each.device,
            html.Div([chip(f"{group.name} ({len(group.trials)})", "info") for group in each.groups], className="chips"),
        ]
        for each in sets
    ]
    what = table(("Participant and task", "Device", "Conditions (trials)"), rows, "What may be compared", cards=True)
    return html.Div([head, card("One participant, one task, several conditions", what, *left_out)], className="stack")


def compared_beside(store: TrialStore, rest: str, scheme: Scheme, part: str) -> Component:
    """Have the conditions of an address laid over each other beside the server.

    Parameters
    ----------
    store : TrialStore
        The server's.
    rest : str
        Set, conditions and option.
    scheme : str
        ``light`` or ``dark``.
    part : str
        One of `PARTS`.

    Returns
    -------
    dash component
        As `compared_view`.

    Raises
    ------
    KeyError
        When there are no such conditions.
    FootloadError
        When a trial cannot be read or analyzed.
    """
    listing = _whole_listing(store)
    first = choice_of(condition_sets(listing), rest).groups[0].trials[0][0]
    return store.beside(first, composed, partial(compared_view, only=part), rest, scheme, listing=listing).content


def _head(choice: Choice) -> Component:
    words = f"{choice.of.participant}, {choice.of.task}"
    head = page_head(words, chip(choice.of.device, "info"), back=("All comparisons", PATH))
    data = [{"value": group.id, "label": f"{group.name} ({len(group.trials)})"} for group in choice.of.groups]
    form = html.Div(
        [
            dcc.Store(id=ids.COMPARE_SET, data=choice.of.id),
            dmc.MultiSelect(
                id=ids.COMPARE_CONDITIONS,
                label="Conditions",
                description=f"Two to {MOST_CONDITIONS}; the others are compared with the first",
                data=data,  # type: ignore[arg-type]
                value=[group.id for group in choice.groups],
                maxValues=MOST_CONDITIONS,
            ),
            dmc.Select(
                id=ids.COMPARE_OPTION,
                label="Option that was tried",
                description="The first condition is without it",
                data=[{"value": key, "label": f"{key} {title}"} for key, title in options()],  # type: ignore[arg-type]
                value=choice.option or None,
                clearable=True,
                clearButtonProps={"aria-label": "No option"},  # pyright: ignore[reportArgumentType]
                placeholder="none",
            ),
            dmc.Button("Compare", id=ids.COMPARE_GO, n_clicks=0, w="fit-content"),
            html.Div(id=ids.COMPARE_ANSWER, role="status"),
        ],
        className="report-form no-print",
    )
    return html.Div([head, form])


def _register(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(ids.LOCATION, "pathname"),
        Output(ids.COMPARE_ANSWER, "children"),
        Input(ids.COMPARE_GO, "n_clicks"),
        State(ids.COMPARE_SET, "data"),
        State(ids.COMPARE_CONDITIONS, "value"),
        State(ids.COMPARE_OPTION, "value"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW)
    def go(clicks: int | None, set_id: str, conditions: list[str] | None, option: str | None) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        chosen = conditions or []
        if not 2 <= len(chosen) <= MOST_CONDITIONS:
            return no_update, notice("Choose again", f"Two to {MOST_CONDITIONS} conditions are compared.", "watch")
        tail = f"/{option}" if option else ""
        return f"{PATH}{set_id}/{','.join(chosen)}{tail}", None

    def compare(part: str, asked: str, scheme: str | None) -> Component | None:
        wanted: Scheme = "dark" if scheme == "dark" else "light"
        try:
            return compared_beside(store, asked, wanted, part)
        except KeyError as error:
            said = notice("Not found", str(error.args[0]), "watch", "warning")
        except FootloadError as error:
            said = notice("This cannot be compared", str(error), "watch", "warning")
            if isinstance(error, ProcessDiedError):  # it may have died over this part alone
                return said
        return said if part == FIRST else None  # what keeps one part away keeps all away, and is said once

    def answers(part: str) -> None:
        @app.callback(
            Output(found_id(part), "children"),
            Input(ids.COMPARE_ASKED, "data"),
            State(ids.SCHEME, "computedColorScheme"),
        )
        @offload
        @needs(Role.VIEW)
        def answer(asked: str, scheme: str | None) -> Component | None:
            return compare(part, asked, scheme)

    for part in PARTS:
        answers(part)


page = Page(PATH, show, _register)
