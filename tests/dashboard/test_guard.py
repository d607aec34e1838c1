"""The guard, asked as a browser, a stranger and a bad neighbour would ask it."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.doors import TokenDoor
from dashboard.guard import Guard
from dashboard.refusals import POLICY_VIOLATION
from dashboard.server import Server, guarded
from dashboard.settings import Settings
from dashboard.store import trial_id

TOKEN = "a-token-that-is-long-enough"
HOST = "127.0.0.1:8050"
COOKIE = f"footload_8050={TOKEN}"


@pytest.fixture
def app(clinic: Path) -> Guard:
    made = guarded(clinic, Settings(), (HOST, "localhost:8050"), TOKEN)
    assert isinstance(made, Guard)
    return made


def ask(app: Any, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(answer())


def knock(app: Any, path: str, host: str = HOST, **headers: str) -> list[dict[str, Any]]:
    """Open a websocket and give back what the server says to that."""
    said: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> dict[str, Any]:
        return asked.pop(0)

    async def send(message: Any) -> None:
        said.append(dict(message))

    pairs = [(b"host", host.encode()), *((k.encode(), v.encode()) for k, v in headers.items())]
    scope = {"type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": pairs}
    scope |= {"scheme": "ws", "subprotocols": [], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8050)}
    asyncio.run(app(scope | {"http_version": "1.1", "asgi": {"version": "3.0"}}, receive, send))
    return said


PATHS = [
    "/",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/_dash-layout",
    "/_dash-dependencies",
    "/assets/footload.js",
    "/trial/x",
]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_shown_without_the_token(app: Guard, path: str) -> None:
    answer = ask(app, path)
    assert answer.status_code == 403
    assert "footload_8050" not in answer.headers.get("set-cookie", "")
    assert "token=..." in answer.text


def test_a_wrong_token_is_refused_also_when_it_is_not_ascii(app: Guard) -> None:
    assert ask(app, "/?token=wrong").status_code == 403
    assert ask(app, "/?token=w%C3%BCrg%F0%9F%A6%B6").status_code == 403
    assert ask(app, f"/?token={TOKEN}x").status_code == 403
    assert ask(app, "/?token=").status_code == 403


def test_the_token_becomes_a_cookie_and_leaves_the_address(app: Guard) -> None:
    answer = ask(app, f"/trial/abc?token={TOKEN}&contact=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/trial/abc?contact=2"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE.lower())
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "//%5Cevil.example", "/%0d%0aSet-Cookie:x=1"])
def test_the_redirect_never_leads_to_another_host(app: Guard, path: str) -> None:
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        said.append(dict(message))

    decoded = path.replace("%5C", "\\").replace("%0d", "\r").replace("%0a", "\n")
    scope = {"type": "http", "method": "GET", "path": decoded, "query_string": f"token={TOKEN}".encode()}
    scope |= {"headers": [(b"host", HOST.encode())]}
    asyncio.run(app(scope, receive, send))
    location = dict(said[0]["headers"])[b"location"].decode()
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_the_cookie_opens_the_page(app: Guard) -> None:
    answer = ask(app, "/", Cookie=COOKIE)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text


def test_a_wrong_cookie_is_refused(app: Guard) -> None:
    assert ask(app, "/", Cookie="footload_8050=wrong").status_code == 403
    assert ask(app, "/", Cookie=f"other={TOKEN}").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8050", "127.0.0.1", "127.0.0.1:80", ""])
def test_a_foreign_host_is_refused_whatever_it_knows(app: Guard, host: str) -> None:
    assert ask(app, "/", Cookie=COOKIE, Host=host).status_code == 403
    assert ask(app, f"/?token={TOKEN}", Host=host).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:8050", "http://127.0.0.1:8051", "null"])
def test_a_foreign_origin_is_refused_whatever_it_knows(app: Guard, origin: str) -> None:
    assert ask(app, "/_dash-update-component", "POST", Cookie=COOKIE, Origin=origin).status_code == 403
    assert ask(app, "/", Cookie=COOKIE, Origin=origin).status_code == 403


def test_the_own_origin_is_let_in(app: Guard) -> None:
    assert ask(app, "/", Cookie=COOKIE, Origin=f"http://{HOST}").status_code == 200


def test_no_page_is_told_of_a_websocket_that_nothing_uses(app: Guard) -> None:
    page = ask(app, "/", Cookie=COOKIE).text
    assert '"requests_pathname_prefix"' in page  # what Dash tells its own script stands in it
    assert "_dash-ws-callback" not in page
    assert "dash-ws-worker" not in page


def test_a_websocket_is_checked_like_a_page(app: Guard) -> None:
    refused = [{"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "not allowed"}]
    assert knock(app, "/_dash-ws-callback") == refused
    assert knock(app, "/_dash-ws-callback", cookie="footload_8050=wrong") == refused
    assert knock(app, "/_dash-ws-callback", host="evil.example", cookie=COOKIE) == refused
    assert knock(app, "/_dash-ws-callback", cookie=COOKIE, origin="http://evil.example") == refused


def test_a_websocket_with_the_cookie_reaches_what_is_behind() -> None:
    reached: list[str] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await send({"type": "websocket.accept"})

    said = knock(
        Guard(behind, [HOST], TokenDoor(TOKEN, "footload_8050")), "/live", cookie=COOKIE, origin=f"http://{HOST}"
    )
    assert reached == ["/live"]
    assert said == [{"type": "websocket.accept"}]


@pytest.mark.parametrize("cookie", ["", COOKIE])
def test_every_answer_carries_the_headers_that_keep_others_out(app: Guard, cookie: str) -> None:
    headers = ask(app, "/", Cookie=cookie).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"]
    assert "http://" not in policy.replace(f"ws://{HOST}", "")


def test_the_interactive_documentation_is_not_there_even_with_the_cookie(app: Guard) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert "swagger" not in ask(app, path, Cookie=COOKIE).text.lower()
        assert "cdn." not in ask(app, path, Cookie=COOKIE).text


@pytest.mark.parametrize(
    "path",
    ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py", "/assets/%2e%2e%2f%2e%2e%2fpyproject.toml"],
)
def test_no_path_leads_out_of_the_assets(app: Guard, path: str) -> None:
    answer = ask(app, path, Cookie=COOKIE)
    assert "build_app" not in answer.text
    assert "[project]" not in answer.text


def test_a_trial_that_is_asked_for_by_path_is_not_known(clinic: Path) -> None:
    from dashboard.pages.routes import page_view
    from dashboard.store import TrialStore

    (clinic.parent / "secret.demo").write_bytes(b"footload demo walk")
    store = TrialStore(clinic, Settings())
    for name in ("../secret.demo", "..%2Fsecret.demo", trial_id("../secret.demo"), "/etc/passwd", "squat.demo"):
        shown = page_view(store, f"/trial/{name}", "light")
        assert shown.title == "Not found"
        assert "walk" not in str(shown.content)


def test_a_short_token_is_no_secret() -> None:
    with pytest.raises(ValueError, match="5 characters"):
        TokenDoor("short", "footload")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "example.org", ""])
def test_the_server_does_not_serve_other_machines(clinic: Path, host: str) -> None:
    with pytest.raises(ValueError, match=r"this machine alone|--cert"):
        Server(clinic, host=host)


def test_a_browser_that_comes_before_the_server_runs_waits_instead_of_being_refused(clinic: Path) -> None:
    made = Server(clinic)
    with socket.create_connection((made.host, made.port), timeout=5) as early:
        early.sendall(f"GET /assets/told.css HTTP/1.1\r\nHost: {made.hosts[0]}\r\n\r\n".encode())
        with made:
            assert early.recv(12) == b"HTTP/1.1 403"


def test_a_server_starts_answers_and_stops(clinic: Path) -> None:
    with Server(clinic) as server:
        assert server.url.startswith(f"http://127.0.0.1:{server.port}/?token=")
        with httpx.Client(follow_redirects=True) as client:
            assert client.get(server.url).status_code == 200
        assert httpx.get(f"http://127.0.0.1:{server.port}/").status_code == 403
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{server.port}/")
