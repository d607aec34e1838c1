"""Builds the application: one Dash on FastAPI, its pages, its callbacks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import ids
from dashboard.access import NotAllowedError, Role, fitted, needs, visitor
from dashboard.components.shell import NOBODY, shell, watch_link
from dashboard.components.who import who_view
from dashboard.live.session import LiveSession
from dashboard.live.socket import PATH as LIVE_PATH
from dashboard.live.socket import LiveSocket
from dashboard.offered import Offer, with_reason
from dashboard.offload import offload
from dashboard.pace import Pace
from dashboard.pages.live import register_live
from dashboard.pages.live_recorded import register_recorded
from dashboard.pages.routes import PAGES, page_view
from dashboard.replay import PATH as REPLAY_PATH
from dashboard.replay import replay_route
from dashboard.reports import PRINTED, SIGNED, Printing
from dashboard.role_checks import Access, close_undeclared
from dashboard.settings import Settings
from dashboard.store import TrialStore
from dashboard.uploads import ADD, DOWNLOAD, LOOK, UPLOAD, Uploads
from footload.errors import FootloadError

_log = logging.getLogger(__name__)

_INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>
        {%metas%}
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{%title%}</title>
        {%favicon%}
        {%css%}
    </head>
    <body>
        {%app_entry%}
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>
"""


def build_app(folder: Path, settings: Settings | None = None, session: LiveSession | None = None) -> Dash:
    """Build the application for one folder of trials.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    settings : Settings, optional
        Defaults otherwise.
    session : LiveSession, optional
        The device; whoever made it also lets it go. By default one that records into the folder.

    Returns
    -------
    Dash
        Not guarded: `dashboard.server` puts the guard around it.

    Raises
    ------
    NotADirectoryError
        When there is no such folder.
    """
    settings = settings or Settings()
    store = TrialStore(folder, settings)
    app = Dash(
        __name__,
        backend="fastapi",
        # The interactive pages of FastAPI load scripts from elsewhere, so they are not there at all.
        server=FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(store)),  # pyright: ignore[reportArgumentType]
        serve_locally=True,
        enable_mcp=False,
        use_pages=False,
        update_title=None,  # type: ignore[arg-type]
        title=settings.title,
        index_string=_INDEX,
        suppress_callback_exceptions=True,
        on_error=_tell,
    )
    # No callback goes over Dash's own websocket, but every page would keep knocking at it, by a worker of all tabs.
    app.backend.websocket_capability = False
    app.layout = shell(settings.title, store.folder.name)
    session = session or LiveSession(store.folder)
    _register(app, store, settings)
    register_live(app, session)
    register_recorded(app, session, store)
    app.server.add_api_websocket_route(LIVE_PATH, needs(Role.VIEW)(LiveSocket(session).serve))
    app.server.add_route(REPLAY_PATH, replay_route(store), methods=["GET"])
    printing = Printing(store)
    app.server.add_route(PRINTED, printing.draft, methods=["GET"])
    app.server.add_route(SIGNED, printing.signed, methods=["GET"])
    uploads = Uploads(store, Pace(lambda: session.status.is_live))
    app.server.add_route(UPLOAD, uploads.take, methods=["POST"])
    app.server.add_route(UPLOAD, uploads.take_back, methods=["DELETE"])
    app.server.add_route(LOOK, uploads.look, methods=["POST"])
    app.server.add_route(ADD, uploads.add, methods=["POST"])
    app.server.add_route(DOWNLOAD, uploads.hand_out, methods=["GET"])
    close_undeclared(app)
    app.server.add_middleware(Access, routes=lambda: app.server.routes, finish=Offer.of(app).finish)
    app.server.add_middleware(PageAddresses)
    return app


def _lifespan(store: TrialStore) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(store.warm)
        yield
        await asyncio.to_thread(store.close)

    return lifespan


def _register(app: Dash, store: TrialStore, settings: Settings) -> None:
    @app.callback(
        Output(ids.PAGE, "children"),
        Output(ids.PAGE_TITLE, "data"),
        Output(ids.CONTEXT, "children"),
        Input(ids.LOCATION, "pathname"),
        State(ids.SCHEME, "computedColorScheme"),
    )
    @offload
    @needs(Role.VIEW, "open", about="path")
    def show_page(path: str, scheme: str | None) -> tuple[Any, str, str]:
        shown = page_view(store, path, scheme)
        content = with_reason(fitted(shown.content))
        return content, f"{shown.title} · {settings.title}", shown.about or _about(store, path)

    @app.callback(Output(ids.WHO, "children"), Output(ids.TO_RECORD, "children"), Input(ids.SCHEME, "id"))
    @offload
    @needs(Role.VIEW)
    def show_who(_start: str) -> tuple[Any, Any]:
        may_record = visitor().role.covers(Role.RECORD)
        return who_view(visitor()), no_update if may_record else watch_link()

    for page in PAGES:
        page.register(app, store)
    app.clientside_callback(
        ClientsideFunction("footload", "title"), Output(ids.TITLE_SINK, "data"), Input(ids.PAGE_TITLE, "data")
    )
    app.clientside_callback(
        ClientsideFunction("footload", "about"),
        Output(ids.CONTEXT, "children", allow_duplicate=True),
        Input(ids.LIVE_PARTICIPANT, "value"),
        Input(ids.LIVE_CONDITION, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("footload", "help"),
        Output(ids.HELP, "opened"),
        Input(ids.HELP_BUTTON, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("footload", "templates"),
        Output(ids.graph_id(ALL), "figure"),  # type: ignore[arg-type]
        Input(ids.SCHEME, "computedColorScheme"),
        Input(ids.graph_id(ALL), "id"),  # type: ignore[arg-type]
        State(ids.TEMPLATES, "data"),
        State(ids.graph_id(ALL), "figure"),  # type: ignore[arg-type]
    )


def _about(store: TrialStore, path: str) -> str:
    """Participant and condition of the trial that an address ends with."""
    trial = store.summary(path.rpartition("/")[2])
    if trial is None or not trial.participant:
        return NOBODY
    return f"{trial.participant} · {trial.condition}" if trial.condition else trial.participant


class PageAddresses:
    """Gives every page's address the one HTML page that there is; the browser then asks for the content.

    Parameters
    ----------
    app : ASGI application
        Dash's server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the address of a page like ``/``.

        Parameters
        ----------
        scope, receive, send
            Of ASGI.
        """
        if scope["type"] == "http" and scope["method"] == "GET" and any(p.matches(scope["path"]) for p in PAGES):
            scope = {**scope, "path": "/", "raw_path": b"/"}
        await self.app(scope, receive, send)


def fault_words(error: Exception) -> str:
    """Say what failed in words for whoever reads the page.

    Parameters
    ----------
    error : Exception
        What a callback raised.

    Returns
    -------
    str
        A fault that footload names is a sentence of its own. Of any other only the kind is told, for in its text may
        stand a path of this machine or what somebody wrote; the log has it whole.
    """
    if isinstance(error, FootloadError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"This machine refused: {error.strerror.lower()}. Put that right and try again."
    return (
        f"footload met a fault that it does not know ({type(error).__name__}). Nothing that was recorded is lost. "
        "Reload the page and try again; if it comes back, tell whoever looks after footload: its log says more."
    )


def _tell(error: Exception) -> None:
    """Show a failed callback as a notification; the details go to the log."""
    denied = isinstance(error, NotAllowedError)
    if not denied:
        _log.error("A callback failed.", exc_info=error)
    dash.set_props(
        ids.NOTICES,
        {
            "sendNotifications": [
                {
                    "action": "show",
                    "title": "Not allowed" if denied else "This did not work",
                    "message": fault_words(error),
                    "color": "red",
                    "autoClose": False,
                }
            ]
        },
    )
