"""Participants, sessions and trials of the laboratory: found, imported, corrected, analyzed again, exported."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from dash import ALL, ClientsideFunction, Input, Output, State, ctx, dcc, html, no_update

from dashboard import ids
from dashboard.access import Role, needs, outcome, pressed, visitor
from dashboard.components.page_head import page_head
from dashboard.components.session_forms import filters_card, form_view, import_card, list_view
from dashboard.components.session_table import (
    CLOSABLE,
    PATH,
    ended_notice,
    jobs_view,
    no_laboratory,
    not_begun_notice,
)
from dashboard.components.shell import NOBODY
from dashboard.components.signs import notice
from dashboard.jobs import Jobs, TooManyJobsError, Work
from dashboard.lab_edits import WrittenMeanwhileError, keep
from dashboard.lab_jobs import analyzing_again, exporting
from dashboard.lab_trials import Asked, LabTrials
from dashboard.offload import offload
from dashboard.pages.page import Page, Shown
from dashboard.store import TrialStore
from dashboard.theme import Scheme
from footload.errors import FootloadError

if TYPE_CHECKING:
    from dash import Dash

TICK_MS: Final = 700


def show(store: TrialStore, rest: str, scheme: Scheme) -> Shown:
    """Show the laboratory; which of its trials, the rest of the address says.

    Parameters
    ----------
    store : TrialStore
        The folder.
    rest : str
        Nothing.
    scheme : str
        Not used; there is no graph.

    Returns
    -------
    Shown
        Its page.
    """
    return Shown("Sessions", html.Div(_content(store), id=ids.SESSIONS_PAGE, className="stack"))


def _content(store: TrialStore) -> list[Any]:
    heading = page_head("Sessions")
    if store.lab is None:
        return [heading, no_laboratory(store.folder.name)]
    return [
        heading,
        import_card(store.settings.most_upload_bytes),
        html.Div(jobs_view(store.jobs.all()), id=ids.JOBS, role="status"),
        filters_card(store.lab),
        html.Div(id=ids.EDIT),
        html.Div(id=ids.SESSIONS),
        # An address of its own: a callback with inputs of this page must not hear of the addresses of others.
        dcc.Location(id=ids.SESSIONS_ADDRESS, refresh="callback-nav"),
        dcc.Store(id=ids.JOBS_SEEN, data=_seen(store.jobs)),
        dcc.Store(id=ids.JOBS_BEGUN),
        dcc.Store(id=ids.SESSIONS_STALE, data=0),
        dcc.Store(id=ids.UPLOAD_SINK),
        dcc.Interval(id=ids.JOBS_TICK, interval=TICK_MS),
    ]


def _seen(jobs: Jobs) -> dict[str, Any]:
    """What a tab knows of the jobs, so that it is told of each end once."""
    return {"version": jobs.version, "over": [job.id for job in jobs.all() if job.state.is_over]}


def register(app: Dash, store: TrialStore) -> None:
    """Add the page's callbacks.

    Parameters
    ----------
    app : Dash
        The application.
    store : TrialStore
        The folder.
    """
    _register_list(app, store)
    _register_edits(app, store)
    _register_jobs(app, store)
    app.clientside_callback(
        ClientsideFunction("footload", "uploads"), Output(ids.UPLOAD_SINK, "data"), Input(ids.UPLOAD_ZONE, "id")
    )


FILTERS: Final = (
    ids.SESSIONS_PARTICIPANT,
    ids.SESSIONS_TASK,
    ids.SESSIONS_CONDITION,
    ids.SESSIONS_QUALITY,
    ids.SESSIONS_SINCE,
    ids.SESSIONS_UNTIL,
)


def _register_list(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(ids.SESSIONS, "children"),
        Output(ids.EDIT, "children"),
        Output(ids.CONTEXT, "children", allow_duplicate=True),
        Output(ids.SESSIONS_PARTICIPANT, "data"),
        Output(ids.SESSIONS_CONDITION, "data"),
        *(Output(each, "value") for each in FILTERS),
        Input(ids.SESSIONS_ADDRESS, "search"),
        Input(ids.SESSIONS_STALE, "data"),
        prevent_initial_call="initial_duplicate",
    )
    @offload
    @needs(Role.VIEW)
    def show_list(search: str | None, stale: int | str) -> list[Any]:
        lab = store.lab
        if lab is None:
            return [no_update] * (5 + len(FILTERS))
        asked = Asked.of(search)
        shown = [asked.participant, asked.task, asked.condition, asked.quality]
        # A job that ends leaves alone what somebody is just writing.
        by_job = ctx.triggered_id == ids.SESSIONS_STALE and isinstance(stale, str)
        form = no_update if by_job else form_view(lab, asked)
        about = " · ".join(filter(None, (asked.participant, asked.condition))) or NOBODY
        choices = [lab.names("participants"), lab.names("conditions")]
        values = [*(value or None for value in shown), asked.since, asked.until]
        return [list_view(lab, asked), form, about, *choices, *values]

    @app.callback(
        Output(ids.SESSIONS_ADDRESS, "search"),
        Input(ids.SESSIONS_SHOW, "n_clicks"),
        Input(ids.SESSIONS_SINCE, "n_submit"),
        Input(ids.SESSIONS_UNTIL, "n_submit"),
        *(State(each, "value") for each in FILTERS),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW)
    def go(clicks: int | None, since: int | None, until: int | None, *values: str | None) -> Any:
        if not (clicks or since or until):
            return no_update
        names = ("participant", "task", "condition", "quality", "since", "until")
        return Asked(**{name: (value or "").strip() for name, value in zip(names, values, strict=True)}).search

    @app.callback(
        Output(ids.SESSIONS_PAGE, "children"), Input(ids.SESSIONS_MAKE, "n_clicks"), prevent_initial_call=True
    )
    @offload
    @needs(Role.RECORD, "make laboratory", asked=pressed)
    def make(_clicks: int | None) -> Any:
        store.make_laboratory()
        return _content(store)


def _register_edits(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(ids.EDIT_ANSWER, "children"),
        Output(ids.EDIT_SHOWN, "data"),
        Output(ids.SESSIONS_STALE, "data"),
        Output(ids.NOTICES, "sendNotifications", allow_duplicate=True),
        Input(ids.EDIT_SAVE, "n_clicks"),
        State(ids.EDIT_SUBJECT, "data"),
        State(ids.EDIT_SHOWN, "data"),
        State(ids.edit_id(ALL), "value"),  # type: ignore[arg-type]
        State(ids.edit_id(ALL), "id"),  # type: ignore[arg-type]
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.RECORD, "edit laboratory", about="subject", asked=pressed)
    def save(
        _clicks: int | None, subject: str, shown: dict[str, Any], values: list[Any], names: list[dict[str, str]]
    ) -> tuple[Any, ...]:
        if store.lab is None:
            return (no_update,) * 4
        said = {each["name"]: value for each, value in zip(names, values, strict=True)}
        kind, _, name = subject.partition("/")
        try:
            changed = keep(store.lab.lab, kind, name, said, visitor().name, shown=shown)
        except WrittenMeanwhileError as error:
            outcome(f"not saved: {error}")
            answer = notice("Not saved", str(error), "watch", "warning")
            return answer, {**shown, **error.theirs}, no_update, no_update
        except (FootloadError, ValueError) as error:
            outcome(f"not saved: {error}")
            return notice("Not saved", str(error), "bad", "warning"), no_update, no_update, no_update
        if not changed:
            outcome("nothing was changed")
            answer = notice("Nothing to save", "No field was changed.", "info", "info")
            return answer, no_update, no_update, no_update
        saved = {"action": "show", "title": "Saved", "message": "The history says who changed it and when."} | CLOSABLE
        return None, no_update, time.time_ns(), [saved]


def _register_jobs(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(ids.JOBS, "children"),
        Output(ids.JOBS_SEEN, "data"),
        Output(ids.SESSIONS_STALE, "data", allow_duplicate=True),
        Output(ids.NOTICES, "sendNotifications", allow_duplicate=True),
        Input(ids.JOBS_TICK, "n_intervals"),
        Input(ids.JOBS_BEGUN, "data"),
        State(ids.JOBS_SEEN, "data"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW)
    def look(n_intervals: int | None, begun: str | None, seen: dict[str, Any]) -> tuple[Any, ...]:
        now = _seen(store.jobs)
        if now == seen:
            return (no_update,) * 4
        jobs = store.jobs.all()
        ended = [job for job in jobs if job.id in now["over"] and job.id not in seen["over"]]
        stale = f"jobs {now['version']}" if any(job.adds_trials for job in ended) else no_update
        return jobs_view(jobs), now, stale, [ended_notice(job) for job in ended] or no_update

    def starter(button: str, action: str, title: str, make: Callable[[LabTrials, Asked, str], Work]) -> None:
        @app.callback(
            Output(ids.JOBS_BEGUN, "data", allow_duplicate=True),
            Output(ids.NOTICES, "sendNotifications", allow_duplicate=True),
            Input(button, "n_clicks"),
            State(ids.SESSIONS_ADDRESS, "search"),
            State(ids.SESSIONS_EXPORT_KIND, "value"),
            prevent_initial_call=True,
        )
        @offload
        @needs(Role.RECORD, action, asked=pressed)
        def begin(_clicks: int | None, search: str | None, kind: str) -> tuple[Any, Any]:
            if store.lab is None:
                return no_update, no_update
            asked = Asked.of(search)
            try:
                job = store.jobs.begin(title, make(store.lab, asked, kind), same=(action, *asked.wanted.items(), kind))
            except TooManyJobsError as error:
                outcome(f"not begun: {error}")
                return no_update, [not_begun_notice(title, str(error))]
            outcome(f"job {job}")
            return job, no_update

    starter(ids.SESSIONS_AGAIN, "analyze again", "Analyze again", lambda lab, asked, _: analyzing_again(lab, asked))
    starter(
        ids.SESSIONS_KEEP,
        "analyze again and keep",
        "Analyze again and keep",
        lambda lab, asked, _: analyzing_again(lab, asked, visitor().name or lab.lab.by),
    )
    starter(
        ids.SESSIONS_EXPORT, "export", "Export", lambda lab, asked, kind: exporting(lab, store.workers, asked, kind)
    )

    @app.callback(
        Output(ids.JOBS_BEGUN, "data", allow_duplicate=True),
        Input(ids.job_cancel_id(ALL), "n_clicks"),  # type: ignore[arg-type]
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.RECORD, "cancel job", asked=pressed)
    def cancel(_clicks: list[int | None]) -> Any:
        asked = ctx.triggered_id
        if asked is None:
            return no_update
        store.jobs.cancel(asked["name"])
        return asked["name"]


page = Page(PATH, show, register)
