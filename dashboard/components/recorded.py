"""What is said after Stop: the recording, why it ended, and the way into the laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.session_table import PATH, job_view
from dashboard.components.signs import link, notice
from dashboard.jobs import Job, State
from dashboard.lab_trials import Asked
from dashboard.live.status import Recorded
from dashboard.store import trial_id
from footload.lab.documents import LaboratoryError, checked_id

TICK_MS: Final = 500
FULL: Final = "the disk is full"
"""What the recorder says of a disk that ran full."""


def recorded_notice(last: Recorded, files: Sequence[Path], *, lab: bool) -> Component:
    """Show the recording that ended last, with what can be done with it.

    Parameters
    ----------
    last : Recorded
        Which.
    files : sequence of Path
        The recordings that belong together, such as all conditions of a protocol.
    lab : bool
        Whether there is a laboratory to which they can be added.

    Returns
    -------
    dash component
        Says what was kept and what to do where it ended by itself.
    """
    way = link("Open the trial", f"/trial/{trial_id(last.file)}", "link")
    said: list[Component] = [html.Div([html.Span(f"{last.file}: {last.text} "), way])]
    if last.ended_by:
        said.append(html.Div(_advice(last.ended_by)))
    if lab:
        said.append(_keeping_form(last, files))
    title = "The recording ended by itself" if last.ended_by else "Recorded"
    return notice(title, said, "bad" if last.ended_by else "info", "warning" if last.ended_by else "check")


def _advice(ended_by: str) -> str:
    kept = "What came before is in the file, whole and readable."
    if ended_by == FULL:
        return (
            f"{kept} Make room on the disk of the recordings - move or delete what is not needed there - and then "
            "record again; the device stays connected."
        )
    return f"{kept} Put right what it ended for, and record again."


def _keeping_form(last: Recorded, files: Sequence[Path]) -> Component:
    """One button; what the recording does not say, or says in a way that cannot be kept, is asked for."""
    many = len(files) > 1
    ask_who, ask_what = not _usable(last.participant), bool(last.condition) and not _usable(last.condition)
    fields = [
        html.Div(dmc.TextInput(id=ids.LIVE_KEEP_WHO, label="Whose recording is it? (a pseudonym)"), hidden=not ask_who),
        html.Div(
            dmc.TextInput(id=ids.LIVE_KEEP_CONDITION, label="Condition, in letters and digits"),
            hidden=not ask_what or many,
        ),
    ]
    words = f"Add {len(files)} recordings to the laboratory" if many else "Add to the laboratory"
    act = html.Button(words, id=ids.LIVE_KEEP, n_clicks=0, className="button-main", type="button")
    return html.Div(
        [
            html.Div([*fields, act], className="fields"),
            html.Div(id=ids.LIVE_KEEP_ANSWER, role="alert"),
            dcc.Store(id=ids.LIVE_KEEP_WHAT, data=[trial_id(file.name) for file in files]),
        ],
        className="stack",
    )


def _usable(name: str) -> bool:
    try:
        checked_id(name, "name")
    except LaboratoryError:
        return False
    return True


def keeping_view(job: Job, participant: str) -> Component:
    """Say how it is going with the recordings that are being added.

    Parameters
    ----------
    job : Job
        Which adds them.
    participant : str
        Whose they are.

    Returns
    -------
    dash component
        With the way to them when they are there.
    """
    said: list[Component] = [html.Div(job_view(job))]
    if not job.state.is_over:
        said += [
            dcc.Store(id=ids.LIVE_KEEP_JOB, data={"job": job.id, "participant": participant}),
            dcc.Interval(id=ids.LIVE_KEEP_TICK, interval=TICK_MS),
        ]
        return html.Div(said, className="card")
    fine = job.state is State.DONE and not job.n_failed
    if job.state is State.DONE:
        said.append(link(f"Sessions of {participant}", PATH + Asked(participant=participant).search, "link"))
    if not fine:
        said.append(html.Div("What was not added stays in the folder of the recordings and is on the list of trials."))
    return html.Div(said, className="card")
