"""What stands below the head of a comparison, part by part: footprints, lines, differences, predicted and measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.comparisons import MOST_PRINTS, analyses_of, compared, feet_of, mean_prints, tried
from dashboard.components.comparison import comparison_view, tried_view
from dashboard.components.graph import two_feet
from dashboard.components.signs import card, link, notice
from dashboard.components.told import notes_by_metric
from dashboard.conditions import Choice, options
from dashboard.figures.compare import curves_with_bands, gait_lines, prints_over_each_other
from dashboard.figures.overlays import FEWEST_FOR_BAND, overlaid
from dashboard.figures.scales import same_scale
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.analysis import Analysis
from footload.compare.curves import Quantity, contact_curves, steps_of
from footload.errors import EvidenceError
from footload.trials import Side, Task

LANDINGS: Final = frozenset({Task.DROP_LANDING, Task.DROP_VERTICAL_JUMP})
Conditions = Sequence[Sequence[Analysis]]


def prints_part(store: TrialStore, choice: Choice, scheme: Scheme) -> list[Component]:
    """Lay the mean footprints of the conditions over each other.

    Parameters
    ----------
    store : TrialStore
        The folder.
    choice : Choice
        Which trials.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    list of dash component
        Nothing where no foot is in every condition.

    Raises
    ------
    KeyError, FootloadError
        As `TrialStore.analysis`.
    """
    return _prints(analyses_of(store, choice), _names(choice), scheme)


def lines_part(store: TrialStore, choice: Choice, scheme: Scheme) -> list[Component]:
    """Draw gait lines and curves of the conditions.

    Parameters
    ----------
    store : TrialStore
        The folder.
    choice : Choice
        Which trials.
    scheme : str
        ``light`` or ``dark``.

    Returns
    -------
    list of dash component
        Nothing where there are none.

    Raises
    ------
    KeyError, FootloadError
        As `TrialStore.analysis`.
    """
    conditions, names = analyses_of(store, choice), _names(choice)
    return [*_gait_lines(conditions, names, scheme), *_curves(conditions, names, scheme)]


def differences_part(store: TrialStore, choice: Choice, scheme: Scheme) -> list[Component]:
    """Tell the differences from the first condition, and what was predicted and measured.

    Parameters
    ----------
    store : TrialStore
        The folder.
    choice : Choice
        Which trials.
    scheme : str
        ``light`` or ``dark``; tables look alike in both.

    Returns
    -------
    list of dash component
        One card for each of the other conditions, then the option.

    Raises
    ------
    KeyError, FootloadError
        As `TrialStore.analysis`.
    """
    conditions, names, parts = analyses_of(store, choice), _names(choice), list[Component]()
    for other, name in zip(conditions[1:], names[1:], strict=True):
        heading = f"{name} against {names[0]}"
        try:
            notes = notes_by_metric([conditions[0], other])
            content = comparison_view(compared(conditions[0], other), (names[0], name), notes)
        except ValueError as error:
            content = [notice("These cannot be compared", str(error), "watch", "warning")]
        parts.append(card(heading, *content, name="comparison"))
    return [*parts, _predicted(store, choice, conditions)]


PARTS: Final[Mapping[str, Callable[[TrialStore, Choice, Scheme], list[Component]]]] = MappingProxyType(
    {"prints": prints_part, "lines": lines_part, "differences": differences_part}
)
"""In the order of the page; each is shown as soon as it is there."""


def _names(choice: Choice) -> list[str]:
    return [group.name for group in choice.groups]


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
