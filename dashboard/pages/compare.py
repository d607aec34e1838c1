"""Conditions of one participant side by side: footprints, gait lines, curves, differences, predicted and measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
import numpy as np
from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs
from dashboard.comparisons import MOST_PRINTS, analyses_of, compared, feet_of, mean_prints, tried
from dashboard.components.comparison import comparison_view, tried_view
from dashboard.components.graph import two_feet
from dashboard.components.page_head import page_head
from dashboard.components.signs import card, chip, icon, link, notice, table
from dashboard.components.told import notes_by_metric
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
from dashboard.figures.compare import curves_with_bands, gait_lines, prints_over_each_other
from dashboard.figures.overlays import FEWEST_FOR_BAND, overlaid
from dashboard.figures.scales import same_scale
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.store import Listing, TrialStore
from dashboard.theme import Scheme
from footload.analysis import Analysis
from footload.compare.curves import Quantity, contact_curves, steps_of
from footload.errors import EvidenceError, FootloadError
from footload.trials import Side, Task

if TYPE_CHECKING:
    from dash import Dash

PATH: Final = "/compare/"
MOST_LOOKS: Final = 20
LANDINGS: Final = frozenset({Task.DROP_LANDING, Task.DROP_VERTICAL_JUMP})
Conditions = Sequence[Sequence[Analysis]]


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
    found = html.Div(_in_work(choice), id=ids.COMPARE_FOUND, className="stack")
    parts = [_head(choice), dcc.Store(id=ids.COMPARE_ASKED, data=choice.path), found]
    return Shown(_title(choice), html.Div(parts, className="stack"), choice.of.participant)


def compared_view(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Lay the conditions of an address over each other.

    Parameters
    ----------
    store : TrialStore
        The folder; at a desk with the server's list.
    rest : str
        Set, conditions and option.
    scheme : str
        ``light`` or ``dark``.

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
    content = html.Div(_content(store, choice, scheme), className="stack")
    return Shown(_title(choice), content, choice.of.participant)


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


def _in_work(choice: Choice) -> Component:
    n = sum(len(group.trials) for group in choice.groups)
    words = f"{n} trial(s) in {len(choice.groups)} conditions are laid over each other."
    return html.Div([dmc.Loader(size="sm"), html.P(words)], className="in-work", role="status")


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


def compared_beside(store: TrialStore, rest: str, scheme: Scheme) -> Component:
    """Have the conditions of an address laid over each other beside the server.

    Parameters
    ----------
    store : TrialStore
        The server's.
    rest : str
        Set, conditions and option.
    scheme : str
        ``light`` or ``dark``.

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
    return store.beside(first, composed, compared_view, rest, scheme, listing=listing).content


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


def _content(store: TrialStore, choice: Choice, scheme: Scheme) -> list[Component]:
    conditions, names = analyses_of(store, choice), [group.name for group in choice.groups]
    parts = [*_prints(conditions, names, scheme), *_gait_lines(conditions, names, scheme)]
    parts += _curves(conditions, names, scheme)
    for other, name in zip(conditions[1:], names[1:], strict=True):
        heading = f"{name} against {names[0]}"
        try:
            notes = notes_by_metric([conditions[0], other])
            content = comparison_view(compared(conditions[0], other), (names[0], name), notes)
        except ValueError as error:
            content = [notice("These cannot be compared", str(error), "watch", "warning")]
        parts.append(card(heading, *content, name="comparison"))
    return [*parts, _predicted(store, choice, conditions)]


def _prints(conditions: Conditions, names: list[str], scheme: Scheme) -> list[Component]:
    found: dict[Side, Any] = {}
    counts: list[str] = []
    for side in Side:
        try:
            prints = mean_prints(conditions, side)
        except ValueError as error:
            return [notice("No mean footprints", str(error), "info")]
        if prints is not None:
            found[side] = prints_over_each_other(prints, names)
            some = ", ".join(f"{name} {n}" for name, n in zip(names, prints.n, strict=True))
            counts.append(f"{side.value} {some}")
    if not found:
        return []
    hint = html.P(
        "Maximum pressure, each footprint moved and turned onto one of them, not stretched. Red is more than in the "
        f"first condition, blue is less. Footprints averaged, at most {MOST_PRINTS}: {'; '.join(counts)}.",
        className="dim",
    )
    label = "Mean footprints in each condition, and their differences from the first"
    return [card("Mean footprints", hint, two_feet(found, ids.MEAN_PRINTS, label, scheme), name="prints")]


def _gait_lines(conditions: Conditions, names: list[str], scheme: Scheme) -> list[Component]:
    lines = {
        side: [
            (contact_curves(steps, Quantity.COP_ML), contact_curves(steps, Quantity.COP_AP))
            for steps in (steps_of(some, side) for some in conditions)
        ]
        for side in Side
    }
    figures = {side: gait_lines(some, names) for side, some in lines.items() if any(len(ml) for ml, _ in some)}
    if not figures:
        return []
    hint = html.P(
        "Means of the centre of pressure over whole steps, in the frame of the foot; right is medial for both.",
        className="dim",
    )
    picture = two_feet(same_scale(figures), ids.GAIT_LINES, "Mean gait line of each condition", scheme)
    return [card("Gait lines", hint, picture, name="gait-lines")]


def _curves(conditions: Conditions, names: list[str], scheme: Scheme) -> list[Component]:
    squats = {
        side: [
            _stacked(
                [overlaid(one, side).curves for one in some if side in one.shifts and one.trial.task not in LANDINGS]
            )
            for some in conditions
        ]
        for side in Side
    }
    curves, heading, x_title, y_title = squats, "Medial shift", "course of the repetition (%)", "medial shift"
    if not _any(curves):
        curves = {side: [_medial_cop(some, side) for some in conditions] for side in Side}
        heading, x_title, y_title = "Medial course of the CoP", "course of the contact (%)", "CoP, + medial"
    y_title += " (% of foot width)"
    figures = {
        side: curves_with_bands(some, names, x_title=x_title, y_title=y_title)
        for side, some in curves.items()
        if any(map(len, some))
    }
    if not figures:
        return []
    hint = html.P(
        "Positive is medial for both feet. Means; the band is one standard deviation, from "
        f"{FEWEST_FOR_BAND} curves on. New and not validated: read it against your own site's values.",
        className="dim",
    )
    picture = two_feet(same_scale(figures), ids.CONDITION_CURVES, f"{heading} of each condition", scheme)
    return [card(heading, hint, picture, name="curves")]


def _medial_cop(analyses: Sequence[Analysis], side: Side) -> Any:
    landings = [one for one in analyses if one.trial.task in LANDINGS]
    feet = feet_of(landings, side) if landings else steps_of(analyses, side)
    return contact_curves(feet, Quantity.COP_ML)


def _stacked(curves: list[Any]) -> Any:
    return np.concatenate(curves) if curves else np.empty((0, 101))


def _any(curves: dict[Side, list[Any]]) -> bool:
    return any(len(some) for each in curves.values() for some in each)


def _predicted(store: TrialStore, choice: Choice, conditions: Conditions) -> Component:
    if not choice.option:
        words = "Choose the option that was tried, above, to see what was predicted and what was measured."
        return card("Predicted against measured", html.P(words), name="predicted")
    title = f"{choice.option} {dict(options())[choice.option]}"
    parts: list[Component] = [html.P(title)]
    for other, analyses in zip(choice.groups[1:], conditions[1:], strict=True):
        label = f"{other.name} against {choice.groups[0].name}"
        try:
            result = tried(store, choice, other, (conditions[0], analyses))
            parts += tried_view(title, label, result)
        except (EvidenceError, ValueError) as error:
            parts.append(notice(f"{label}: not judged", str(error), "watch", "warning"))
    forms = [link(name, f"/knee/{trial_id}") for group in choice.groups[1:] for trial_id, name in group.trials]
    where = [part for each in forms for part in (each, " ")]
    parts.append(html.P(["Comfort and clinical inputs: ", *where], className="dim no-print"))
    return card("Predicted against measured", *parts, name="predicted")


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

    @app.callback(
        Output(ids.COMPARE_FOUND, "children"),
        Input(ids.COMPARE_ASKED, "data"),
        State(ids.SCHEME, "computedColorScheme"),
    )
    @offload
    @needs(Role.VIEW)
    def compare(asked: str, scheme: str | None) -> Component:
        wanted: Scheme = "dark" if scheme == "dark" else "light"
        try:
            return compared_beside(store, asked, wanted)
        except KeyError as error:
            return notice("Not found", str(error.args[0]), "watch", "warning")
        except FootloadError as error:
            return notice("This cannot be compared", str(error), "watch", "warning")


page = Page(PATH, show, _register)
