"""Forms of the page of sessions: import, filters, corrections; and the list that the filters leave."""

from __future__ import annotations

from datetime import date
from typing import Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, visitor
from dashboard.components.session_table import edit_view, not_there, nothing_found, pages_view, trials_table
from dashboard.components.signs import card, data, icon, named
from dashboard.lab_edits import EDITED, audits_of, document_of, shown_fields
from dashboard.lab_jobs import EXPORTS
from dashboard.lab_trials import Asked, LabTrials
from footload.errors import FootloadError
from footload.trials import Task

QUALITIES: Final = ("good", "note", "warning")
TASKS: Final = tuple(task.value for task in Task if task is not Task.UNKNOWN)


def import_card(most_bytes: int) -> Component:
    """Make the place where files are dropped, with what is said of them.

    Parameters
    ----------
    most_bytes : int
        Size of the largest file. [bytes]

    Returns
    -------
    dash component
        Its script takes the files; a sentence for whoever may not add any.
    """
    if not visitor().role.covers(Role.RECORD):
        return card("Import", html.P("Adding recordings needs the role record.", className="dim"), name="import")
    fields = html.Div(
        [
            dmc.TextInput(id=ids.UPLOAD_PARTICIPANT, label="Participant (a pseudonym)", placeholder="P01", value=""),
            dmc.TextInput(id=ids.UPLOAD_DATE, label="Day of the session", value=date.today().isoformat()),
            dmc.TextInput(id=ids.UPLOAD_CONDITION, label="Condition", placeholder="barefoot", value=""),
            dmc.Autocomplete(
                id=ids.UPLOAD_TASK, label="Task", placeholder="as the file says", data=list(TASKS), value=""
            ),
        ],
        className="fields",
    )
    zone = html.Div(
        [
            html.P(
                [
                    icon("folder"),
                    html.Span("Drop recordings or vendors' exports here, or "),
                    html.Button("Choose files", className="button-main upload-choose"),
                ],
                className="upload-words",
            ),
            html.Div(
                [
                    html.Progress(value="0", max="1", className="job-bar", **named("Progress of the upload")),
                    html.Span(className="upload-state number", role="status"),
                    html.Button("Stop", className="button-link upload-stop"),
                ],
                className="upload-progress",
            ),
        ],
        id=ids.UPLOAD_ZONE,
        className="upload-zone",
        **data("most", str(most_bytes)),
    )
    hint = html.P(
        [
            f"At most {most_bytes / 1e6:.0f} MB a file. Files keep their bytes, but not their names; names and "
            "dates of birth in them are never shown or exported. Where two files dropped together can be of one "
            "movement, such as a mat's and a C3D, you are asked whether they are one trial; more are joined by ",
            html.Code("footload join"),
            ".",
        ],
        className="dim small",
    )
    return card("Import", fields, zone, hint, name="import")


def filters_card(lab: LabTrials) -> Component:
    """Make the filters, and what may be done with the trials that they leave.

    Parameters
    ----------
    lab : LabTrials
        Whose participants and conditions can be chosen.

    Returns
    -------
    dash component
        A card.
    """

    def select(name: str, label: str, values: list[str]) -> Component:
        return dmc.Select(
            id=name,
            label=label,
            data=values,
            searchable=True,
            clearable=True,
            clearButtonProps={"aria-label": f"Any: {label}"},  # pyright: ignore[reportArgumentType]
            limit=50,
            placeholder="any",
        )

    fields = [
        select(ids.SESSIONS_PARTICIPANT, "Participant", lab.names("participants")),
        select(ids.SESSIONS_TASK, "Task", list(TASKS)),
        select(ids.SESSIONS_CONDITION, "Condition", lab.names("conditions")),
        select(ids.SESSIONS_QUALITY, "Quality", list(QUALITIES)),
        dmc.TextInput(id=ids.SESSIONS_SINCE, label="From day", placeholder="2026-01-31", value="", debounce=True),
        dmc.TextInput(id=ids.SESSIONS_UNTIL, label="To day", placeholder="2026-12-31", value="", debounce=True),
        html.Button("Show", id=ids.SESSIONS_SHOW, n_clicks=0, className="button-link"),
    ]
    work = html.Div(
        [
            html.Button("Analyze these again", id=ids.SESSIONS_AGAIN, n_clicks=0, className="button-link"),
            html.Button("Analyze again and keep", id=ids.SESSIONS_KEEP, n_clicks=0, className="button-link"),
            dmc.Select(
                id=ids.SESSIONS_EXPORT_KIND,
                data=[{"value": key, "label": label} for key, label in EXPORTS.items()],  # type: ignore[arg-type]
                value="csv",
                allowDeselect=False,
                **named("Kind of export"),
            ),
            html.Button("Export these", id=ids.SESSIONS_EXPORT, n_clicks=0, className="button-link"),
        ],
        className="fields fields-narrow",
    )
    return card("Find", html.Div(fields, className="fields"), work, name="find")


def list_view(lab: LabTrials, asked: Asked) -> Component:
    """List one page of trials.

    Parameters
    ----------
    lab : LabTrials
        Which laboratory.
    asked : Asked
        Filters, and where the page begins.

    Returns
    -------
    dash component
        A next step where there is nothing.
    """
    try:
        rows, more = lab.page(asked)
        count = lab.count(asked)
    except (FootloadError, ValueError) as error:
        return not_there(str(error))
    if not rows:
        return nothing_found(filtered=bool(asked.wanted or asked.before))
    notes = lab.session_notes({row["session_id"] for row in rows})
    heading = f"Trials ({count})"
    return card(heading, trials_table(rows, notes, asked), pages_view(rows, asked, more=more), name="list")


def form_view(lab: LabTrials, asked: Asked) -> Component | None:
    """Show the form of what is edited.

    Parameters
    ----------
    lab : LabTrials
        Which laboratory.
    asked : Asked
        Names it.

    Returns
    -------
    dash component
        None where nothing is.
    """
    kind, _, name = (asked.edit or f"participants/{asked.participant}").partition("/")
    if not name or kind not in EDITED:
        return None
    try:
        document = document_of(lab.lab, kind, name)
    except FootloadError as error:
        return not_there(str(error))
    subject = dcc.Store(id=ids.EDIT_SUBJECT, data=f"{kind}/{name}")
    shown = dcc.Store(id=ids.EDIT_SHOWN, data=shown_fields(kind, document))
    return html.Div([subject, shown, edit_view(kind, name, document, audits_of(lab.lab, kind, name))])
