"""Two ways in: the token of this start for whoever sits at the machine, and accounts for everybody else."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import compare_digest, token_urlsafe
from typing import Final, Protocol
from urllib.parse import parse_qs, parse_qsl, quote, urlencode

import anyio.to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope

from dashboard.access import HERE, Visitor
from dashboard.audit import AuditLog
from dashboard.login_page import login_page
from dashboard.throttle import Throttle
from dashboard.users import Account, Accounts

SESSION_S: Final = 10 * 3600.0
"""A clinic day; then whoever came in comes in again. [s]"""

SESSIONS_OF_ONE: Final = 20
"""Browsers in which one account is in at once; one more ends the session that was unused for longest."""
LARGEST_LOGIN: Final = 4096
"""Bytes of a name and a password."""

LOGIN: Final = "/login"
LOGOUT: Final = "/logout"


class Door(Protocol):
    """Decides who comes in."""

    async def admit(self, scope: Scope, receive: Receive) -> Visitor | Response:
        """Say who is asking, or answer instead of the application."""
        ...

    def holds(self, visitor: Visitor) -> bool:
        """Whether someone who came in by a websocket is still let in."""
        ...


class TokenDoor:
    """Lets in whoever was given the token of this start.

    Parameters
    ----------
    token : str
        The secret.
    cookie : str
        Name of the cookie in which the browser keeps it.

    Raises
    ------
    ValueError
        When the token is too short to be a secret.
    """

    def __init__(self, token: str, cookie: str) -> None:
        if len(token) < 16:
            raise ValueError(f"The token has {len(token)} characters, but a secret needs at least 16.")
        self.token, self.cookie = token, cookie

    async def admit(self, scope: Scope, receive: Receive) -> Visitor | Response:
        """Say who is asking, or answer instead of the application.

        Parameters
        ----------
        scope, receive
            Of ASGI; host and origin are checked already.

        Returns
        -------
        Visitor or Response
            Whoever knows the token sits at the machine.
        """
        connection = HTTPConnection(scope)
        if _same(connection.cookies.get(self.cookie, ""), self.token):
            return HERE
        if scope["type"] == "http" and _same(connection.query_params.get("token", ""), self.token):
            return self._redirect(scope)
        text = (
            "footload lets only the browser in that was given its token.\n"
            "Open the address that footload printed when it started; it ends with ?token=...\n"
        )
        return PlainTextResponse(text, status_code=403)

    def holds(self, visitor: Visitor) -> bool:
        """The token is good as long as the server runs.

        Parameters
        ----------
        visitor : Visitor
            Who came in.

        Returns
        -------
        bool
            True.
        """
        return visitor is HERE

    def _redirect(self, scope: Scope) -> Response:
        # One slash in front: "//name" would lead to another host.
        path = "/" + quote(str(scope["path"]).lstrip("/\\"))
        asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([(name, value) for name, value in asked if name != "token"])
        response = Response(status_code=303, headers={"Location": f"{path}?{rest}" if rest else path})
        response.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
        return response


@dataclass(frozen=True, slots=True)
class _Session:
    visitor: Visitor
    account: Account
    until_s: float


class AccountsDoor:
    """Lets in whoever has an account, until the end of the session, its logout, or a change of the account.

    Parameters
    ----------
    accounts : Accounts
        Of the folder.
    log : AuditLog
        Of the folder.
    cookie : str
        Name of the cookie that holds the session.
    secure : bool
        Whether the connection is encrypted, so that the cookie never travels over another one.
    title : str
        What stands on the page where people come in.
    clock : callable, optional
        Seconds that only rise.
    """

    def __init__(
        self,
        accounts: Accounts,
        log: AuditLog,
        cookie: str,
        *,
        secure: bool,
        title: str = "footload",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # A browser takes a cookie of this name from an encrypted connection of this very host only.
        self.cookie = f"__Host-{cookie}" if secure else cookie
        self.accounts, self.log, self.secure, self.title = accounts, log, secure, title
        self._clock, self._throttle = clock, Throttle(clock)
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session] = {}
        self._one_at_a_time = anyio.CapacityLimiter(2)  # a password takes 64 MB while it is checked

    async def admit(self, scope: Scope, receive: Receive) -> Visitor | Response:
        """Say who is asking, or answer instead of the application.

        Parameters
        ----------
        scope, receive
            Of ASGI; host and origin are checked already.

        Returns
        -------
        Visitor or Response
            The page to come in for who is not known.
        """
        connection = HTTPConnection(scope)
        key = _key(connection.cookies.get(self.cookie, ""))
        path, method = scope["path"], scope.get("method", "")
        if path == LOGIN and method == "POST":
            return await self._come_in(Request(scope, receive))
        if path == LOGOUT and method == "POST":
            return self._leave(key)
        visitor = await anyio.to_thread.run_sync(self._known, key)
        if path == LOGIN and method in {"GET", "HEAD"}:
            return RedirectResponse("/", 303) if visitor else self._page()
        if visitor is not None:
            return visitor
        if method in {"GET", "HEAD"} and "text/html" in connection.headers.get("accept", ""):
            return self._page(401)
        return PlainTextResponse("Come in first: open the start page and give name and password.\n", 401)

    def holds(self, visitor: Visitor) -> bool:
        """Whether a session still lasts.

        Parameters
        ----------
        visitor : Visitor
            Who came in by it.

        Returns
        -------
        bool
            False after its end, a logout, or a change of the account.
        """
        with self._lock:
            keys = [key for key, session in self._sessions.items() if session.visitor is visitor]
        return any(self._known(key) is visitor for key in keys)

    def _known(self, key: str) -> Visitor | None:
        with self._lock:
            session = self._sessions.get(key)
        if session is None:
            return None
        lasts = self._lasts(session)
        with self._lock:
            if self._sessions.pop(key, None) is not None and lasts:
                self._sessions[key] = session  # the last one was used last
        return session.visitor if lasts else None

    def _lasts(self, session: _Session) -> bool:
        return self._clock() < session.until_s and self.accounts.get(session.account.name) == session.account

    async def _come_in(self, request: Request) -> Response:
        if not request.headers.get("origin"):
            return PlainTextResponse("A browser says from which page this comes; this did not.\n", 403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_LOGIN:
                return PlainTextResponse("That is more than a name and a password.\n", 413)
        asked = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        name, password = (asked.get(field, [""])[0] for field in ("name", "password"))
        address = request.client.host if request.client else ""
        return await anyio.to_thread.run_sync(
            self._tried, name.strip().lower()[:60], password, address, limiter=self._one_at_a_time
        )

    def _tried(self, name: str, password: str, address: str) -> Response:
        wait_s = self._throttle.wait_s(name, address)
        if wait_s > 0:
            self.log.append(name, "login", outcome="refused: too many tries", where=address)
            page = self._page(429, f"Too many tries. Wait {wait_s:.0f} s, then try again.")
            page.headers["Retry-After"] = f"{wait_s:.0f}"
            return page
        # Counted before it is checked, so that many at once do not each get a free try.
        self._throttle.failed(name, address)
        account = self.accounts.check(name, password)
        if account is None:
            self.log.append(name, "login", outcome="refused: wrong name or password", where=address)
            return self._page(401, "This name and this password do not belong together.")
        self._throttle.succeeded(name, address)
        visitor = Visitor(account.name, account.role, account.signs_as, address, self.log)
        secret = token_urlsafe(32)
        n_ended = self._begin(_key(secret), _Session(visitor, account, self._clock() + SESSION_S))
        outcome = (
            f"done; in {SESSIONS_OF_ONE} browsers already, so the one unused for longest is out" if n_ended else "done"
        )
        self.log.append(name, "login", outcome=outcome, where=address)
        response = RedirectResponse("/", 303)
        response.set_cookie(self.cookie, secret, httponly=True, samesite="strict", secure=self.secure, path="/")
        return response

    def _begin(self, key: str, begun: _Session) -> int:
        """Keep a session; forget those that are over, and end so many of the same account as are too many."""
        with self._lock:
            known = list(self._sessions.items())
        over = [each for each, session in known if not self._lasts(session)]
        with self._lock:
            for each in over:
                self._sessions.pop(each, None)
            own = [each for each, session in self._sessions.items() if session.account.name == begun.account.name]
            too_many = own[: max(0, len(own) + 1 - SESSIONS_OF_ONE)]
            for each in too_many:
                del self._sessions[each]
            self._sessions[key] = begun
        return len(too_many)

    def _leave(self, key: str) -> Response:
        with self._lock:
            session = self._sessions.pop(key, None)
        if session is not None:
            session.visitor.did("logout")
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="strict")
        return response

    def _page(self, status: int = 200, said: str = "") -> Response:
        return HTMLResponse(login_page(self.title, said), status)


def _key(secret: str) -> str:
    """What is kept of a session's secret: looking it up in time that depends on the letters tells nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _same(asked: str, token: str) -> bool:
    # As bytes: compare_digest refuses text with other than ASCII characters.
    return compare_digest(asked.encode("utf-8", "surrogateescape"), token.encode())
