"""Where the axis and the regions of a foot are moved by hand, with everything that was done so far."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, visitor
from dashboard.components.signs import card, chip, named
from dashboard.drawing import feet_to_draw
from dashboard.theme import pressure_table
from footload.analysis import Analysis
from footload.foot.drawn_history import DrawnHistory

SHOWN_EDITS = 8
HINT = (
    "Drag a handle, or reach it with Tab and move it with the arrow keys (1 mm; 5 mm with Shift). The trial is "
    "analyzed again at once. Edits lie in a file beside the trial; reports, comparisons and the command line use them."
)

LOCKED = "Axis and regions as they were found or drawn; moving them needs the role record."


def drawing_card(analysis: Analysis, history: DrawnHistory) -> Component | None:
    """Put the editor of axis and regions on a trial's page.

    Parameters
    ----------
    analysis : Analysis
        Of the trial as it stands.
    history : DrawnHistory
        The edits that led there.

    Returns
    -------
    dash component, optional
        None where no foot has an axis.
    """
    data = drawing_data(analysis, history)
    if not data["feet"]:
        return None
    who = dcc.Input(
        id=ids.DRAWN_BY,
        type="text",
        maxLength=80,
        placeholder="who edits",
        value=visitor().name or None,
        disabled=bool(visitor().name),
        persistence="here",
        className="drawn-by",
    )
    buttons = [
        html.Button(text, id=ids.drawn_go(where), n_clicks=0, className="button-link")
        for text, where in (("Undo", "undo"), ("Redo", "redo"), ("Back to automatic", "automatic"))
    ]
    return card(
        "Regions and axis",
        dcc.Store(id=ids.DRAWN_DATA, data=data),
        dcc.Store(id=ids.DRAWN_SINK),
        dcc.Store(id=ids.DRAWN_EDIT),
        html.P(HINT if not data["locked"] else LOCKED, className="dim"),
        html.Div(
            [
                html.Div(id=ids.DRAWN_PLACE, className="drawn-place"),
                html.Div(
                    [
                        html.Label(["Edited by ", who], className="drawn-who"),
                        html.Div(buttons, className="buttons"),
                        html.Div(id=ids.DRAWN_ANSWER, role="status", className="drawn-answer"),
                        html.Div(history_view(history), id=ids.DRAWN_HISTORY),
                    ],
                    className="stack",
                ),
            ],
            className="drawn-parts",
        ),
        name="drawing",
    )


def drawing_data(analysis: Analysis, history: DrawnHistory) -> dict[str, Any]:
    """Say to the script what can be dragged.

    Parameters
    ----------
    analysis : Analysis
        Of the trial as it stands.
    history : DrawnHistory
        The edits that led there.

    Returns
    -------
    dict
        Fit for JSON.
    """
    locked = not visitor().role.covers(Role.RECORD)
    return {"feet": feet_to_draw(analysis), "colors": pressure_table(), "edit": history.current, "locked": locked}


def history_view(history: DrawnHistory) -> Component:
    """List what was done, by whom and when; every state can be gone back to.

    Parameters
    ----------
    history : DrawnHistory
        The edits.

    Returns
    -------
    dash component
        Newest first; which one holds is said.
    """
    if not history.edits:
        return html.P("Nothing was edited: axis and regions are those that were found.", className="dim")
    rows = [_edit(each.number, f"{each.what}", f"{each.by}, {_when(each.at)}", history) for each in history.edits[::-1]]
    rows.append(_edit(0, "as it was found", "", history))
    newest, older = rows[:SHOWN_EDITS], rows[SHOWN_EDITS:]
    parts: list[Component] = [
        html.H3(f"Edits ({len(history.edits)})"),
        html.Ol(newest, className="edits", reversed=True),
    ]
    if older:
        parts.append(html.Details([html.Summary(f"{len(older)} more"), html.Ol(older, className="edits")]))
    return html.Div(parts)


def _edit(number: int, what: str, who: str, history: DrawnHistory) -> Component:
    mark = (
        chip("holds now", "good", "check")
        if number == history.current
        else html.Button(
            "Go to this",
            id=ids.drawn_go(f"{number}"),
            n_clicks=0,
            className="button-link",
            **named(f"Go to edit {number}: {what}"),
        )
    )
    told = [html.Span(f"{number} " if number else ""), html.Strong(what)]
    return html.Li([html.Span([*told, html.Span(f" {who}", className="dim")]), mark], className="edit")


def _when(at: str) -> str:
    return at.replace("T", " ").removesuffix("+00:00") + (" UTC" if at.endswith("+00:00") else "")
