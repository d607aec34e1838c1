"""What follows a recording on the live page: it is shown, and goes into the laboratory by one click."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Role, needs, outcome, pressed, visitor
from dashboard.components.recorded import keeping_view, recorded_notice
from dashboard.components.signs import notice
from dashboard.lab_jobs import taking_in
from dashboard.live.session import LiveSession
from dashboard.offload import offload
from dashboard.store import TrialStore
from dashboard.working import Said
from footload.errors import FootloadError
from footload.lab.documents import LaboratoryError, checked_id

if TYPE_CHECKING:
    from dash import Dash


def recorded_view(session: LiveSession, store: TrialStore) -> Component | None:
    """Show the recording that ended last, with the way to it and into the laboratory.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard.
    store : TrialStore
        The folder.

    Returns
    -------
    dash component
        Nothing where there is none, or it is in the laboratory already.
    """
    last = session.status.last
    if last is None or not (session.folder / last.file).is_file():
        return None
    together = session.runner.files if last.file in session.runner.files else (last.file,)
    files = [session.folder / name for name in together if (session.folder / name).is_file()]
    return recorded_notice(last, files, lab=store.lab is not None)


def keep(session: LiveSession, store: TrialStore, trials: list[str], who: str, condition: str) -> tuple[str, str]:
    """Begin to add recordings of the folder to the laboratory.

    Parameters
    ----------
    session : LiveSession
        The device of this dashboard; what it is recording is left alone.
    store : TrialStore
        The folder and its laboratory.
    trials : list of str
        Ids of recordings.
    who, condition : str
        What was entered; empty where the recordings say it.

    Returns
    -------
    job, participant : str
        The job's id, and whose trials they are.

    Raises
    ------
    LaboratoryError
        When there is no laboratory, a recording is gone, or nobody said whose they are.
    """
    if store.lab is None:
        raise LaboratoryError("There is no laboratory yet; make one on the page of sessions.")
    try:
        files = [store.path(each) for each in trials]
    except KeyError as error:
        raise LaboratoryError("This recording is not in the folder any more; the laboratory may have it.") from error
    if session.status.file in {file.name for file in files}:
        raise LaboratoryError("This recording has not ended yet; stop it first.")
    participant = checked_id(who or _participant(session, files), "participant")
    said = Said(who, "", checked_id(condition, "condition") if condition else "")
    one = f"Add {len(files)} recordings to the laboratory" if len(files) > 1 else "Add the recording to the laboratory"
    place = store.lab.place(visitor().name)
    outcome(f"{len(files)} of {participant}")
    work = taking_in(store.workers, place, files, said)
    return store.jobs.begin(one, work, adds_trials=True, same=("take in", *files)), participant


def _participant(session: LiveSession, files: list[Path]) -> str:
    """Whose the recordings are, by the newest of them."""
    last = session.status.last
    if last is not None and last.file in {file.name for file in files}:
        return last.participant
    from devices.recording import read_recording

    return read_recording(files[-1]).opening.trial.participant.id if files else ""


def register_recorded(app: Dash, session: LiveSession, store: TrialStore) -> None:
    """Add the callbacks.

    Parameters
    ----------
    app : Dash
        The application.
    session : LiveSession
        The device of this dashboard.
    store : TrialStore
        The folder.
    """

    @app.callback(Output(ids.LIVE_RECORDED, "children"), Input(ids.LIVE_LAST, "data"), prevent_initial_call=True)
    @offload
    @needs(Role.VIEW)
    def show_recorded(number: int | None) -> Component | None:
        return recorded_view(session, store) if number else None

    @app.callback(
        Output(ids.LIVE_RECORDED, "children", allow_duplicate=True),
        Output(ids.LIVE_KEPT, "children"),
        Output(ids.LIVE_KEEP_ANSWER, "children"),
        Input(ids.LIVE_KEEP, "n_clicks"),
        State(ids.LIVE_KEEP_WHAT, "data"),
        State(ids.LIVE_KEEP_WHO, "value"),
        State(ids.LIVE_KEEP_CONDITION, "value"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.RECORD, "add recording to laboratory", asked=pressed)
    def add(_clicks: int, trials: list[str], who: str | None, condition: str | None) -> tuple[Any, ...]:
        try:
            job, participant = keep(session, store, trials, (who or "").strip(), (condition or "").strip())
        except FootloadError as error:
            outcome(f"not done: {error}")
            return no_update, no_update, notice("Not added", str(error), "bad", "warning")
        return None, keeping_view(store.jobs.get(job), participant), no_update

    @app.callback(
        Output(ids.LIVE_RECORDED, "children", allow_duplicate=True),
        Output(ids.LIVE_KEPT, "children", allow_duplicate=True),
        Input(ids.LIVE_KEEP_TICK, "n_intervals"),
        State(ids.LIVE_KEEP_JOB, "data"),
        prevent_initial_call=True,
    )
    @offload
    @needs(Role.VIEW)
    def look(n_intervals: int | None, told: dict[str, str]) -> tuple[Any, ...]:
        if not n_intervals:
            return no_update, no_update
        try:
            job = store.jobs.get(told["job"])
        except KeyError:
            return no_update, None
        shown = keeping_view(job, told["participant"])
        # What could not be added is offered again.
        again = recorded_view(session, store) if job.state.is_over and job.n_failed else no_update
        return again, shown
