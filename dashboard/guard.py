"""Who may talk to the dashboard: the browser that was given the token, or people with an account, and nobody else.

Every request and every websocket is checked, before anything else sees it:

1. Host has to be one of the names of this server, against pages elsewhere whose name is made to lead here.
2. Origin, where there is one, has to be this server, against pages of others that send requests here.
3. Behind a proxy, the proxy has to say that the browser's connection is encrypted.
4. The door (`dashboard.doors`) has to know who is asking.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from dashboard.access import HERE, Visitor, visited_by
from dashboard.doors import Door
from dashboard.refusals import POLICY_VIOLATION, closing, refuse

ASKED_AGAIN_S: Final = 1.0
"""How often a websocket's session is looked at."""

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_security_policy(
    script_hashes: Iterable[str] = (), hosts: Iterable[str] = (), *, encrypted: bool = False
) -> str:
    """What a page may load and from where: this server only.

    Parameters
    ----------
    script_hashes : iterable of str
        Hashes of the inline scripts that the page needs, as ``'sha256-...'``.
    hosts : iterable of str
        Names with port of this server; some browsers do not take ``'self'`` for its websockets.
    encrypted : bool
        Whether browsers come over TLS.

    Returns
    -------
    str
        Value of the header. Styles may be inline, because plotly and the components write them; scripts may not.
    """
    sockets = " ".join(["'self'", *(f"{'wss' if encrypted else 'ws'}://{host}" for host in hosts)])
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src {sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


class Guard:
    """Lets only those through whom the door knows, asking this server by its own name.

    Parameters
    ----------
    app : ASGI application
        What is guarded, all of it.
    hosts : iterable of str
        Names with port that this server answers to, such as ``127.0.0.1:8050``.
    door : Door
        Who comes in.
    policy : str
        Content security policy of every answer.
    encrypted : bool
        Whether browsers come over TLS, to this server or to the proxy before it.
    proxied : bool
        Whether a proxy stands before it, which has to say that the browser's connection is encrypted.

    Raises
    ------
    ValueError
        When there is no host.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Iterable[str],
        door: Door,
        policy: str = "",
        *,
        encrypted: bool = False,
        proxied: bool = False,
    ) -> None:
        self.app, self.hosts, self.door = app, frozenset(host.lower() for host in hosts), door
        if not self.hosts:
            raise ValueError("The guard knows no host, so nobody could ever come in; name at least one.")
        self.encrypted, self.proxied = encrypted, proxied
        self.policy = policy or content_security_policy(encrypted=encrypted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, hand on, or refuse.

        Parameters
        ----------
        scope, receive, send
            Of ASGI.
        """
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        protected = self._with_headers(send)
        headers = Headers(scope=scope)
        if not self._host_and_origin_allowed(headers):
            await refuse(PlainTextResponse(_NOT_HERE, 403), scope, receive, protected)
        elif self.proxied and scope["scheme"] not in {"https", "wss"}:
            await refuse(PlainTextResponse(_NOT_ENCRYPTED, 403), scope, receive, protected)
        else:
            admitted = await self.door.admit(scope, receive)
            if not isinstance(admitted, Visitor):
                await refuse(admitted, scope, receive, protected)
                return
            with visited_by(admitted):
                lasting = scope["type"] == "websocket" and admitted is not HERE
                sender = self._while_let_in(admitted, protected) if lasting else protected
                await self.app(scope, receive, sender)

    def _host_and_origin_allowed(self, headers: Headers) -> bool:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return False
        scheme = "https" if self.encrypted else "http"
        return all(origin.lower() == f"{scheme}://{hosts[0].lower()}" for origin in origins)

    def _while_let_in(self, visitor: Visitor, send: Send) -> Send:
        """End a websocket with the session that opened it."""
        asked_s = time.monotonic()

        async def sender(message: Message) -> None:
            nonlocal asked_s
            if message["type"] == "websocket.send" and time.monotonic() - asked_s > ASKED_AGAIN_S:
                asked_s = time.monotonic()
                if not await anyio.to_thread.run_sync(self.door.holds, visitor):
                    await send(closing("the session is over"))
                    raise WebSocketDisconnect(POLICY_VIOLATION)
            await send(message)

        return sender

    def _with_headers(self, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = self.policy
                if self.encrypted:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return sender


_NOT_HERE = (
    "footload does not answer to this name, or a page of another server asked.\n"
    "Open the address that footload printed when it started.\n"
)
_NOT_ENCRYPTED = (
    "The proxy before footload did not say that your connection is encrypted (X-Forwarded-Proto: https).\n"
    "Whoever runs it lets it say so, and refuses connections that are not.\n"
)
