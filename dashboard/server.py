"""Serves the dashboard: one uvicorn, the guard around everything; beyond this machine only with TLS and accounts."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from dashboard.app import build_app
from dashboard.arenas import keep_few_arenas
from dashboard.audit import AuditLog
from dashboard.doors import AccountsDoor, Door, TokenDoor
from dashboard.guard import Guard, content_security_policy
from dashboard.live.session import LiveSession
from dashboard.settings import Reach, Settings, is_loopback
from dashboard.users import Accounts

WS_MAX_BYTES = 1 << 20
"""Viewers have nothing to say over the live websocket, and Dash little."""

START_S = 20.0
"""How long a start may take."""

BACKLOG = 128
"""So many connections wait until it has started."""


def guarded(
    folder: Path,
    settings: Settings,
    hosts: tuple[str, ...],
    token: str,
    session: LiveSession | None = None,
    *,
    door: Door | None = None,
    reach: Reach | None = None,
) -> ASGIApp:
    """Build the application with compression and the guard around it.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    settings : Settings
        Of the dashboard.
    hosts : tuple of str
        Names with port that it answers to.
    token : str
        The secret of this start.
    session : LiveSession, optional
        The device of the live view.
    door : Door, optional
        Who comes in; by default whoever has the token.
    reach : Reach, optional
        How browsers reach it; by default from this machine alone.

    Returns
    -------
    ASGI application
        Ready to be served. Websockets are not compressed; that costs more than it saves.
    """
    app = build_app(folder, settings, session)
    reach = reach or Reach()
    policy = content_security_policy(app.csp_hashes(), hosts, encrypted=reach.encrypted)
    return Guard(
        GZipMiddleware(app.server, minimum_size=1024, compresslevel=4),
        hosts,
        door or TokenDoor(token, cookie_name(hosts)),
        policy,
        encrypted=reach.encrypted,
        proxied=reach.behind_proxy,
    )


def cookie_name(hosts: tuple[str, ...]) -> str:
    """Name of the cookie that lets a browser in.

    Parameters
    ----------
    hosts : tuple of str
        Names with port that the server answers to; browsers share cookies between the ports of one name.

    Returns
    -------
    str
        With the port.
    """
    port = sorted(hosts)[0].rpartition(":")[2]
    return f"footload_{port}" if port.isdigit() else "footload"


class Server:
    """A dashboard that can be started and stopped.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    host : str
        A loopback address; another one only with TLS and accounts, as `reach` says.
    port : int
        0 takes any free one.
    token : str, optional
        The secret in the address; a new one by default.
    settings : Settings, optional
        Defaults otherwise.
    reach : Reach, optional
        How other machines reach it; by default they do not.

    Raises
    ------
    ValueError
        When other machines could reach it without TLS, accounts or a name.
    OSError
        When the port is taken.
    """

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        settings: Settings | None = None,
        *,
        reach: Reach | None = None,
    ) -> None:
        keep_few_arenas()  # before there are threads
        self.reach = reach or Reach()
        accounts = Accounts(Path(folder))
        fault = self.reach.fault(host, len(accounts.all()))
        if fault:
            raise ValueError(fault)
        self.host = "127.0.0.1" if host == "localhost" else host
        self.token = token or secrets.token_urlsafe(24)
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((self.host, port))
            self.port = int(self._socket.getsockname()[1])
            self.session = LiveSession(Path(folder))
            settings = settings or Settings()
            app = guarded(
                Path(folder),
                settings,
                self.hosts,
                self.token,
                self.session,
                door=self._door(accounts, settings.title),
                reach=self.reach,
            )
            # Whoever comes now waits for the answer: a socket that is bound, but does not listen, refuses.
            self._socket.listen(BACKLOG)
        except BaseException:
            self._socket.close()
            raise
        self._server = uvicorn.Server(_config(app, self.reach))
        self._thread: threading.Thread | None = None

    def _door(self, accounts: Accounts, title: str) -> Door:
        cookie = cookie_name(self.hosts)
        if not self.reach.by_account(self.host):
            return TokenDoor(self.token, cookie)
        return AccountsDoor(accounts, AuditLog(accounts.folder), cookie, secure=self.reach.encrypted, title=title)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names with port that the server answers to; a browser leaves the usual port out."""
        here = f"[{self.host}]" if ":" in self.host else self.host
        if self.reach.behind_proxy:
            return tuple(each for name in self.reach.names for each in _spellings(name, 443))
        own = (f"{name}:{self.port}" if ":" not in name else name for name in self.reach.names)
        own = (*own, f"{here}:{self.port}", *((f"localhost:{self.port}",) if is_loopback(self.host) else ()))
        return tuple(each for name in own for each in _spellings(name, 443 if self.reach.encrypted else 80))

    @property
    def url(self) -> str:
        """Address for a browser; without accounts with the token, whose owner may do everything in the folder."""
        start = f"{'https' if self.reach.encrypted else 'http'}://{self.hosts[0]}/"
        return start if self.reach.by_account(self.host) else f"{start}?token={self.token}"

    def run(self) -> None:
        """Serve until interrupted."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            # A recording ends in order, whatever ends the server.
            self.session.disconnect()
            self._socket.close()

    def start(self) -> Self:
        """Serve in a thread and come back when it answers.

        Returns
        -------
        Server
            Itself.

        Raises
        ------
        RuntimeError
            When it does not start.
        """
        self._thread = threading.Thread(target=self.run, name="footload-dashboard", daemon=True)
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_S / 0.02)):
            if self._server.started:
                return self
            if not self._thread.is_alive():
                break
            waited.wait(0.02)
        raise RuntimeError(f"The dashboard did not start on {self.hosts[0]} within {START_S:g} s.")

    def stop(self) -> None:
        """Stop serving and wait until it is over."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=START_S)
        self._socket.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8050,
    *,
    token: str | None = None,
    open_browser: bool = False,
    settings: Settings | None = None,
    reach: Reach | None = None,
    announce: Callable[[str], object] | None = None,
) -> None:
    """Serve a folder until interrupted.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    host : str
        A loopback address; another one only with TLS and accounts.
    port : int
        0 takes any free one.
    token : str, optional
        A new secret by default.
    open_browser : bool
        Open the address in the user's browser once the server answers.
    settings : Settings, optional
        Those of this machine otherwise.
    reach : Reach, optional
        How other machines reach it; by default they do not.
    announce : callable, optional
        Is given the address; by default it is written to the standard output.

    Raises
    ------
    ValueError
        When other machines could reach it without TLS, accounts or a name.
    OSError
        When the port is taken.
    """
    server = Server(folder, host, port, token, settings or Settings.of_this_machine(), reach=reach)
    (announce or _write)(server.url)
    if open_browser:
        # The socket listens, so an early browser waits for the answer instead of being refused.
        threading.Timer(0.5, webbrowser.open, (server.url,)).start()
    server.run()


def _write(url: str) -> None:
    sys.stdout.write(f"footload is at {url}\n")
    sys.stdout.flush()


def _spellings(name: str, usual: int) -> tuple[str, ...]:
    """A name with its port, and without it where browsers leave it out."""
    bare, _, port = name.rpartition(":")
    if not bare or not port.isdigit():
        return name, f"{name}:{usual}"
    return (name, bare) if int(port) == usual else (name,)


def _config(app: ASGIApp, reach: Reach) -> uvicorn.Config:
    tls: dict[str, Any] = {}
    if reach.certificate is not None:
        tls = {"ssl_certfile": str(reach.certificate), "ssl_keyfile": str(reach.key)}
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,
        ws_max_size=WS_MAX_BYTES,
        timeout_graceful_shutdown=2,
        # What is said about the browser is believed of the proxy only, and of nobody where there is none.
        proxy_headers=reach.behind_proxy,
        forwarded_allow_ips=reach.proxy,
        **tls,
    )
