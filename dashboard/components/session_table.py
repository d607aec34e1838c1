"""What stands on the page of sessions: its trials by session, jobs, what can be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.signs import card, chip, data, icon, link, named, notice
from dashboard.jobs import Job, State
from dashboard.lab_edits import EDITED
from dashboard.lab_trials import Asked

PATH: Final = "/sessions/"
HEADS: Final = ("Trial", "Condition", "Quality", "Length", "Findings", "Note", "Correct")
QUALITY: Final = {"good": ("good", "check"), "note": ("info", "info"), "warning": ("watch", "warning")}
STATES: Final = {State.DONE: "good", State.CANCELED: "watch", State.FAILED: "bad"}
CLOSABLE: Final = {"closeButtonProps": {"aria-label": "Close"}}
"""Of a notification: its button has a name for people who do not see it."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"sex": ("female", "male"), "healthy": ("yes", "no")}
LABELS: Final[Mapping[str, str]] = {
    "note": "Note (no names)",
    "sex": "Sex",
    "birth_year": "Year of birth",
    "body_mass_kg": "Body mass (kg)",
    "healthy": "Counts for the laboratory's norms",
    "footwear": "Footwear",
    "device": "Orthotic, wedge or lift",
    "condition": "Condition",
}


def trials_table(rows: Sequence[Mapping[str, Any]], notes: Mapping[str, str], asked: Asked) -> Component:
    """Put trials into a table, session by session.

    Parameters
    ----------
    rows : sequence of mapping
        As `Laboratory.trials` gives them.
    notes : mapping of str to str
        Of sessions, by id.
    asked : Asked
        What the page shows; links keep it.

    Returns
    -------
    dash component
        Reachable with the keyboard, since it may scroll.
    """
    # In a narrow window rows are cards; what is not laid out as a table is one for screen readers when it says so.
    columns = [html.Th(text, scope="col", role="columnheader") for text in HEADS]
    head = html.Thead(html.Tr(columns, role="row"), role="rowgroup")
    bodies: list[Component] = []
    for session, group in groupby(rows, lambda row: row["session_id"]):
        theirs = list(group)
        bodies.append(
            html.Tbody(
                [_session_row(theirs, notes.get(session, ""), asked), *(_row(row, asked) for row in theirs)],
                role="rowgroup",
            )
        )
    return html.Div(
        html.Table([head, *bodies], className="table table-cards sessions-table", role="table"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **named("Trials by session"),
    )


def _session_row(rows: list[Mapping[str, Any]], note: str, asked: Asked) -> Component:
    person, session = rows[0]["participant_id"], rows[0]["session_id"]
    content = [
        link(person, PATH + Asked(participant=person).search, "link"),
        html.Span(rows[0]["date"], className="number"),
        html.Span(note or "no note", className="" if note else "dim"),
        link(["Edit", html.Span(f" session {session}", className="sr-only")], _edit(asked, "sessions", session)),
    ]
    return html.Tr(
        html.Th(html.Div(content, className="session-head"), colSpan=len(HEADS), scope="colgroup", role="columnheader"),
        className="session-row",
        role="row",
    )


def _row(row: Mapping[str, Any], asked: Asked) -> Component:
    kind, sign = QUALITY.get(row.get("quality") or "", ("plain", ""))
    quality = chip(row["quality"], kind, sign, row.get("quality_codes") or "") if row.get("quality") else "–"
    cells = [
        row["condition_id"] or html.Span("–", className="dim"),
        quality,
        html.Span(f"{row['duration_s'] or 0.0:.1f} s", className="number"),
        html.Span(str(row["n_findings"]), className="number"),
        row.get("note") or html.Span("–", className="dim"),
        link(["Edit", html.Span(f" trial {row['id'][:6]}", className="sr-only")], _edit(asked, "trials", row["id"])),
    ]
    name = [row["task"] or "unknown task", html.Span(f" {row['id'][:6]}", className="number dim")]
    open_it = link(name, f"/trial/{row['id']}", "link trial-link")
    told = [html.Td(cell, role="cell", **data("label", head)) for cell, head in zip(cells, HEADS[1:], strict=True)]
    return html.Tr([html.Th(open_it, scope="row", role="rowheader"), *told], role="row")


def _edit(asked: Asked, kind: str, name: str) -> str:
    return PATH + replace(asked, edit=f"{kind}/{name}").search


def pages_view(rows: Sequence[Mapping[str, Any]], asked: Asked, *, more: bool) -> Component:
    """Lead to older trials and back to the newest.

    Parameters
    ----------
    rows : sequence of mapping
        Of this page.
    asked : Asked
        What it shows.
    more : bool
        Whether there are older ones.

    Returns
    -------
    dash component
        Links; each is an address of its own.
    """
    parts: list[Component] = []
    if asked.before:
        parts.append(link("Newest", PATH + replace(asked, before="", edit="").search, "button-link"))
    if more:
        address = replace(asked, before=rows[-1]["id"], edit="").search
        parts.append(link("Older trials", PATH + address, "button-link"))
    return html.Nav(parts, className="buttons", **named("Pages of the list"))


def jobs_view(jobs: Sequence[Job]) -> Component | None:
    """Say how it is going with jobs.

    Parameters
    ----------
    jobs : sequence of Job
        The newest first.

    Returns
    -------
    dash component
        None where there is none.
    """
    if not jobs:
        return None
    return card("Jobs", html.Ul([html.Li(job_view(job)) for job in jobs], className="jobs"), name="jobs")


def job_view(job: Job) -> list[Component]:
    """Say how it is going with one job.

    Parameters
    ----------
    job : Job
        Which.

    Returns
    -------
    list of dash components
        Its title, how far it is or what came of it, and what could not be done.
    """
    head = [html.Strong(job.title), chip(job.state.value, STATES.get(job.state, "info"))]
    parts: list[Component] = []
    if not job.state.is_over:
        head.append(html.Span(f"{job.n_done} of {job.n_all}" if job.n_all else "counting", className="number dim"))
        done = {"value": str(job.n_done / job.n_all)} if job.n_all else {}
        parts.append(html.Progress(max="1", className="job-bar", **named(f"Progress: {job.title}"), **done))  # type: ignore[arg-type]
        parts.append(html.Button("Cancel", id=ids.job_cancel_id(job.id), n_clicks=0, className="button-link"))
    elif job.text:
        parts.append(html.P(job.text))
    parts += [html.A(name, href=f"/job/{job.id}/{name}", className="link", download=name) for name in job.files]
    if job.failures:
        reasons = [html.Li(reason if name in reason else f"{name}: {reason}") for name, reason in job.failures]
        hidden = job.n_failed - len(job.failures)
        reasons += [html.Li(f"and {hidden} more")] if hidden else []
        heading = html.Strong(f"{job.n_failed} could not be done")
        parts.append(
            html.Div(
                [icon("warning"), html.Div([heading, html.Ul(reasons, className="reasons")])],
                className="notice notice-watch",
            )
        )
    return [html.Div(head, className="job-head"), *parts]


def ended_notice(job: Job) -> dict[str, Any]:
    """Tell that a job is over, as a notification.

    Parameters
    ----------
    job : Job
        Which.

    Returns
    -------
    dict
        It stays until it is closed where something is to be done.
    """
    reasons = [reason if name in reason else f"{name}: {reason}" for name, reason in job.failures[:3]]
    fine = job.state is not State.FAILED and not reasons
    return {
        "action": "show",
        "title": job.title if fine else f"{job.title}: not all of it worked",
        "message": " ".join([job.text, *reasons]),
        "color": "indigo" if fine else "red",
        "autoClose": 6000 if fine else False,
        **CLOSABLE,
    }


def not_begun_notice(title: str, why: str) -> dict[str, Any]:
    """Tell that a job was not begun, as a notification.

    Parameters
    ----------
    title : str
        Of the job.
    why : str
        As a sentence.

    Returns
    -------
    dict
        It stays until it is closed.
    """
    return {
        "action": "show",
        "title": f"{title}: not begun",
        "message": why,
        "color": "red",
        "autoClose": False,
    } | CLOSABLE


def edit_view(kind: str, name: str, document: Mapping[str, Any], audits: Sequence[Mapping[str, Any]]) -> Component:
    """Make the form of what may be changed of one document, with who changed it before.

    Parameters
    ----------
    kind, name : str
        Table and id.
    document : mapping
        What stands there now.
    audits : sequence of mapping
        The latest first.

    Returns
    -------
    dash component
        A card.
    """
    fields = [_field(key, document.get(key)) for key in EDITED[kind]]
    past = [html.Li(f"{each['at'][:16].replace('T', ' ')} UTC, {each['by']}: {each['action']}") for each in audits]
    history = html.Details([html.Summary(f"History ({len(past)})"), html.Ul(past, className="reasons")])
    save = html.Button("Save", id=ids.EDIT_SAVE, n_clicks=0, className="button-main")
    title = f"{KIND_WORD[kind]} {name if kind != 'trials' else name[:6]}"
    answer = html.Div(id=ids.EDIT_ANSWER, role="status")
    return card(title, html.Div([*fields, save], className="fields"), answer, history, name="edit")


KIND_WORD: Final = {"participants": "Participant", "sessions": "Session", "conditions": "Condition", "trials": "Trial"}


def _field(key: str, value: object) -> Component:
    text = {True: "yes", False: "no", None: ""}.get(value, value) if isinstance(value, bool | None) else value
    if key in CHOICES:
        data = [{"value": each, "label": each} for each in CHOICES[key]]
        return dmc.Select(
            id=ids.edit_id(key),
            label=LABELS[key],
            data=data,  # type: ignore[arg-type]
            value=str(text) or None,
            clearable=True,
            clearButtonProps={"aria-label": f"No answer: {LABELS[key]}"},  # pyright: ignore[reportArgumentType]
            placeholder="not said",
        )
    # With `debounce` the text goes with Enter or with leaving the field, never after the button that sends it.
    wide = "field-wide" if key == "note" else ""
    return dmc.TextInput(id=ids.edit_id(key), label=LABELS[key], value=str(text), className=wide, debounce=True)


def no_laboratory(folder: str) -> Component:
    """Say that there is no laboratory, and offer to make one.

    Parameters
    ----------
    folder : str
        Last part of the folder's path.

    Returns
    -------
    dash component
        With the one button.
    """
    words = html.P(
        [
            "A laboratory keeps participants, sessions and trials, finds them again among thousands, and writes down "
            "who changed what. It is made as a folder of its own, ",
            html.Code("lab"),
            f", inside {folder}; recordings that are there already stay where they are.",
        ]
    )
    make = html.Button("Make a laboratory", id=ids.SESSIONS_MAKE, n_clicks=0, className="button-main")
    return html.Section([icon("folder"), html.H2("No laboratory yet"), words, make], className="empty")


def nothing_found(*, filtered: bool) -> Component:
    """Say that a list is empty, and what to do next.

    Parameters
    ----------
    filtered : bool
        Whether filters hide what there is.

    Returns
    -------
    dash component
        The next step.
    """
    if filtered:
        clear = link("Show all trials", PATH, "button-link")
        return html.Section([html.H2("No trial with these marks"), clear], className="empty")
    words = html.P("Drop files of any known maker above, or record a trial on the live page.")
    live = link("To the live page", "/live", "button-link")
    return html.Section([icon("foot"), html.H2("No trial yet"), words, live], className="empty")


def not_there(text: str) -> Component:
    """Say that what an address asks for is not there.

    Parameters
    ----------
    text : str
        The sentence.

    Returns
    -------
    dash component
        With the way back.
    """
    return notice("This cannot be shown", [html.P(text), link("All trials", PATH)], "watch", "warning")
