"""Who may talk to the dashboard: the browser on this machine that was given the token, and nobody else.

Every request and every websocket is checked, before anything else sees it:

1. Host has to be one of the names of this server, against pages elsewhere whose name is made to lead here.
2. Origin, where there is one, has to be this server, against pages of others that send requests here.
3. The token comes once in the address and from then on in a cookie that no script and no other site can use.
"""

from __future__ import annotations

from collections.abc import Iterable
from secrets import compare_digest
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY_VIOLATION = 1008
"""Close code of a websocket that is not let in."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_security_policy(script_hashes: Iterable[str] = (), hosts: Iterable[str] = ()) -> str:
    """What a page may load and from where: this server only.

    Parameters
    ----------
    script_hashes : iterable of str
        Hashes of the inline scripts that the page needs, as ``'sha256-...'``.
    hosts : iterable of str
        Names with port of this server; some browsers do not take ``'self'`` for its websockets.

    Returns
    -------
    str
        Value of the header. Styles may be inline, because plotly and the components write them; scripts may not.
    """
    sockets = " ".join(["'self'", *(f"ws://{host}" for host in hosts)])
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src {sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


class Guard:
    """Lets only the local browser that was given the token through.

    Parameters
    ----------
    app : ASGI application
        What is guarded, all of it.
    hosts : iterable of str
        Names with port that this server answers to, such as ``127.0.0.1:8050``.
    token : str
        The secret of this start.
    policy : str
        Content security policy of every answer.

    Raises
    ------
    ValueError
        When the token is too short to be a secret, or there is no host.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], token: str, policy: str = "") -> None:
        self.app, self.hosts = app, frozenset(host.lower() for host in hosts)
        if len(token) < 16:
            raise ValueError(f"The token has {len(token)} characters, but a secret needs at least 16.")
        if not self.hosts:
            raise ValueError("The guard knows no host, so nobody could ever come in; name at least one.")
        self.token = token.encode()
        self.policy = policy or content_security_policy()
        port = sorted(self.hosts)[0].rpartition(":")[2]
        self.cookie = f"footload_{port}" if port.isdigit() else "footload"

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
        connection = HTTPConnection(scope)
        if self._host_and_origin_allowed(connection.headers):
            if self._is_token(connection.cookies.get(self.cookie, "")):
                await self.app(scope, receive, protected)
                return
            if scope["type"] == "http" and self._is_token(connection.query_params.get("token", "")):
                await self._redirect(scope)(scope, receive, protected)
                return
        await _refuse(scope, receive, protected)

    def _host_and_origin_allowed(self, headers: Headers) -> bool:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return False
        return all(origin.lower() == f"http://{hosts[0].lower()}" for origin in origins)

    def _is_token(self, asked: str) -> bool:
        # As bytes: compare_digest refuses text with other than ASCII characters.
        return compare_digest(asked.encode("utf-8", "surrogateescape"), self.token)

    def _redirect(self, scope: Scope) -> Response:
        # One slash in front: "//name" would lead to another host.
        path = "/" + quote(str(scope["path"]).lstrip("/\\"))
        asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([(name, value) for name, value in asked if name != "token"])
        response = Response(status_code=303, headers={"Location": f"{path}?{rest}" if rest else path})
        response.set_cookie(self.cookie, self.token.decode(), httponly=True, samesite="strict", path="/")
        return response

    def _with_headers(self, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = self.policy
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return sender


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # the connect message has to be read before a websocket can be closed
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "not allowed"})
        return
    text = (
        "footload lets only the browser in that was given its token.\n"
        "Open the address that footload printed when it started; it ends with ?token=...\n"
    )
    await PlainTextResponse(text, status_code=403)(scope, receive, send)
