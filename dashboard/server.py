"""Serves the dashboard on this machine: one uvicorn, the guard around everything."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from dashboard.app import build_app
from dashboard.guard import Guard, content_security_policy
from dashboard.live.session import LiveSession
from dashboard.settings import Settings

WS_MAX_BYTES = 1 << 20
"""Viewers have nothing to say over the live websocket, and Dash little."""

START_S = 20.0
"""How long a start may take."""


def guarded(
    folder: Path, settings: Settings, hosts: tuple[str, ...], token: str, session: LiveSession | None = None
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

    Returns
    -------
    ASGI application
        Ready to be served. Websockets are not compressed; that costs more than it saves.
    """
    app = build_app(folder, settings, session)
    policy = content_security_policy(app.csp_hashes(), hosts)
    return Guard(GZipMiddleware(app.server, minimum_size=1024, compresslevel=4), hosts, token, policy)


class Server:
    """A dashboard that can be started and stopped.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    host : str
        A loopback address; nothing else is served.
    port : int
        0 takes any free one.
    token : str, optional
        The secret in the address; a new one by default.
    settings : Settings, optional
        Defaults otherwise.

    Raises
    ------
    ValueError
        When the host is not this machine alone.
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
    ) -> None:
        self.host = _loopback(host)
        self.token = token or secrets.token_urlsafe(24)
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((self.host, port))
            self.port = int(self._socket.getsockname()[1])
            self.session = LiveSession(Path(folder))
            app = guarded(Path(folder), settings or Settings(), self.hosts, self.token, self.session)
        except BaseException:
            self._socket.close()
            raise
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_per_message_deflate=False,
            ws_max_size=WS_MAX_BYTES,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names with port that the server answers to."""
        here = f"[{self.host}]" if ":" in self.host else self.host
        return f"{here}:{self.port}", f"localhost:{self.port}"

    @property
    def url(self) -> str:
        """Address with the token; whoever has it may look at everything in the folder."""
        return f"http://{self.hosts[0]}/?token={self.token}"

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
    announce: Callable[[str], object] | None = None,
) -> None:
    """Serve a folder until interrupted.

    Parameters
    ----------
    folder : Path
        Where the trials are.
    host : str
        A loopback address.
    port : int
        0 takes any free one.
    token : str, optional
        A new secret by default.
    open_browser : bool
        Open the address in the user's browser once the server answers.
    settings : Settings, optional
        Defaults otherwise.
    announce : callable, optional
        Is given the address; by default it is written to the standard output.

    Raises
    ------
    ValueError
        When the host is not this machine alone.
    OSError
        When the port is taken.
    """
    server = Server(folder, host, port, token, settings)
    (announce or _write)(server.url)
    if open_browser:
        # The socket is bound, so an early browser waits for the answer instead of being refused.
        threading.Timer(0.5, webbrowser.open, (server.url,)).start()
    server.run()


def _write(url: str) -> None:
    sys.stdout.write(f"footload is at {url}\n")
    sys.stdout.flush()


def _loopback(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise ValueError(
        f"The host is {host!r}, but the dashboard serves this machine alone: use 127.0.0.1. For other machines put a "
        "reverse proxy with TLS and accounts in front of it."
    )
