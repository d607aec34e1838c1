"""Holds every callback and address to the role it says; what says none is closed to accounts."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from dash import Dash
from dash.exceptions import PreventUpdate
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access import HERE, Need, NotAllowedError, Role, check, finishing, need_of, visitor
from dashboard.refusals import refuse

CALLBACKS: Final = "/_dash-update-component"
MOST_SAID: Final = 8 << 20
"""Bytes that a page may send at once; files come by their own address."""


FRAMEWORK: Final[dict[str, Role | None]] = {
    "/": Role.VIEW,
    "/assets": Role.VIEW,
    "/_dash-component-suites/{package_name}/{fingerprinted_path:path}": Role.VIEW,
    "/_dash-layout": Role.VIEW,
    "/_dash-dependencies": Role.VIEW,
    CALLBACKS: Role.VIEW,  # every callback has its own role
    "/_reload-hash": Role.VIEW,
    "/_favicon.ico": Role.VIEW,
    "{path:path}": Role.VIEW,
    "/{path:path}": Role.VIEW,
    "/_dash-ws-callback": None,  # no callback uses it, so nobody gets it
}
"""Addresses of Dash itself and what they need; None is for nobody."""


def route_need(route: BaseRoute) -> Need | None:
    """What an address needs.

    Parameters
    ----------
    route : BaseRoute
        Of the application.

    Returns
    -------
    Need
        None where nothing was said, and where it is for nobody.
    """
    said = need_of(getattr(route, "endpoint", None))
    role = FRAMEWORK.get(getattr(route, "path", ""))
    return said or (Need(role) if role is not None else None)


class Access:
    """Refuses addresses that carry no role, or one that the visitor has not.

    Parameters
    ----------
    app : ASGI application
        Behind it.
    routes : callable
        Gives the application's routes; they may still be added to.
    finish : callable
        Fits the answer of a callback to the visitor.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Callable[[], Iterable[BaseRoute]],
        finish: Callable[[Any], Any] = lambda answer: answer,
    ) -> None:
        self.app, self.routes, self.finish = app, routes, finish

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on or refuse.

        Parameters
        ----------
        scope, receive, send
            Of ASGI.
        """
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        try:
            route = self._route(scope)
            if route is not None:
                _check_route(route, str(scope["path"]))
            if scope["path"] == CALLBACKS and not _small(Headers(scope=scope)):
                await PlainTextResponse("That is more than a page has to say.", 413)(scope, receive, send)
                return
            with finishing(self.finish):
                await self.app(scope, receive, send)
        except NotAllowedError as error:
            await refuse(PlainTextResponse(str(error), status_code=403), scope, receive, send)

    def _route(self, scope: Scope) -> BaseRoute | None:
        return next((route for route in self.routes() if route.matches(scope)[0] is not Match.NONE), None)


def _check_route(route: BaseRoute, path: str) -> None:
    need = route_need(route)
    if need is not None:
        check(need, path)
        return
    of_framework = getattr(route, "path", "") in FRAMEWORK
    if visitor() is HERE and not of_framework:
        return
    if not of_framework:  # what pages ask for by themselves is nobody's deed
        visitor().did("look", path, "refused: no role")
    raise NotAllowedError("Nobody said who may use this address, so nobody may.")


def _small(headers: Headers) -> bool:
    """Browsers name the length of what a page says; whoever does not is not one."""
    length = headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length) <= MOST_SAID


def close_undeclared(app: Dash) -> None:
    """Refuse the callbacks that carry no role to everybody with an account.

    Parameters
    ----------
    app : Dash
        With all its callbacks.
    """
    for name, entry in app.callback_map.items():
        callback = entry.get("callback")
        if callback is not None and need_of(callback) is None:
            entry["callback"] = _closed(callback, name)


def _closed(callback: Callable[..., Awaitable[Any]], name: str) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(callback)
    async def answer(*args: Any, **kwargs: Any) -> Any:
        if visitor() is not HERE:
            visitor().did("callback", name, "refused: no role")
            raise PreventUpdate  # outside of what Dash shows as an error; a test keeps this from happening
        return await callback(*args, **kwargs)

    return answer
