"""Who may do what: every callback, address and websocket says which role it needs, and holds to it."""

from __future__ import annotations

import asyncio
import inspect
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.access import (
    HERE,
    Need,
    NotAllowedError,
    Role,
    Visitor,
    need_of,
    needs,
    outcome,
    pressed,
    visited_by,
    visitor,
)
from dashboard.app import build_app
from dashboard.offload import offload
from dashboard.role_checks import FRAMEWORK, route_need


class Kept:
    """A log that is looked at."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []

    def append(self, who: str, action: str, about: str = "", outcome: str = "done", where: str = "") -> None:
        self.lines.append((who, action, about, outcome))


def someone(role: Role, log: Kept | None = None) -> Visitor:
    return Visitor(role.value, role, where="10.0.0.9", log=log)


@pytest.fixture
def app(clinic: Path) -> Dash:
    made = build_app(clinic)
    made._setup_server()
    return made


def test_a_role_covers_those_before_it() -> None:
    assert [[a.covers(b) for b in Role] for a in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_every_callback_says_which_role_it_needs(app: Dash) -> None:
    own = {name: entry["callback"] for name, entry in app.callback_map.items() if "callback" in entry}
    assert len(own) > 15
    assert [name for name, callback in own.items() if need_of(callback) is None] == []


def test_every_address_and_websocket_says_which_role_it_needs(app: Dash) -> None:
    routes = list(app.server.routes)
    assert len(routes) > 10
    silent = [getattr(route, "path", "") for route in routes if route_need(route) is None]
    assert silent == ["/_dash-ws-callback"]
    assert FRAMEWORK[silent[0]] is None


def test_what_is_sent_to_an_address_needs_more_than_looking(app: Dash) -> None:
    for route in app.server.routes:
        methods: set[str] = getattr(route, "methods", None) or set()
        if methods - {"GET", "HEAD"} and getattr(route, "path", "") != "/_dash-update-component":
            need = route_need(route)
            assert need is not None
            assert need.role is not Role.VIEW, f"{getattr(route, 'path', '')} takes something from a mere viewer"


def test_signing_needs_the_role_that_signs_and_the_device_the_one_that_records(app: Dash) -> None:
    said = {name: need_of(entry["callback"]) for name, entry in app.callback_map.items() if "callback" in entry}
    assert {need.role for name, need in said.items() if need and "report-answer" in name} == {Role.SIGN}
    assert {need.role for name, need in said.items() if need and name.startswith("live-answer")} == {Role.RECORD}


def test_nobody_looks_at_a_trial_without_a_line_in_the_log(app: Dash) -> None:
    looked = 0
    for name, entry in app.callback_map.items():
        need = need_of(entry.get("callback"))
        names = inspect.signature(inspect.unwrap(entry["callback"])).parameters if need else {}
        if need and "trial_id" in names:
            assert need.action, f"{name} shows a trial and leaves no line"
            assert need.about == "trial_id", f"{name} does not say on which trial"
            looked += 1
    assert looked >= 4
    for route in app.server.routes:
        if "trial_id" in getattr(route, "path", ""):
            need = route_need(route)
            assert need is not None
            assert need.action, f"{getattr(route, 'path', '')} shows a trial and leaves no line"


def test_a_change_without_a_name_for_the_log_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="audit log"):
        needs(Role.RECORD)


@pytest.mark.parametrize("role", list(Role))
def test_a_callback_is_refused_off_the_loop_too_and_both_are_written_down(role: Role) -> None:
    log = Kept()

    @offload
    @needs(Role.RECORD, "edit note", about="trial_id")
    def keep(text: str, trial_id: str) -> str:
        return f"{text} by {visitor().name}"

    async def asked() -> str:
        with visited_by(someone(role, log)):
            return await keep("fine", "t1")

    if role is Role.VIEW:
        with pytest.raises(NotAllowedError, match="has the role 'view', but this needs 'record'"):
            asyncio.run(asked())
        assert log.lines == [("view", "edit note", "t1", "refused")]
    else:
        assert asyncio.run(asked()) == f"fine by {role.value}"
        assert log.lines == [(role.value, "edit note", "t1", "done")]


def test_the_log_is_told_what_came_of_it() -> None:
    log = Kept()

    @needs(Role.RECORD, "record")
    def record(good: bool) -> None:
        if not good:
            raise OSError("disk full")
        outcome("squat_1.mcap")

    with visited_by(someone(Role.RECORD, log)):
        record(True)
        with pytest.raises(OSError, match="disk full"):
            record(False)
    assert [line[3] for line in log.lines] == ["squat_1.mcap", "failed: OSError"]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("clicks", [None, 0, [], [0, None]])
def test_a_button_that_only_appears_is_nobodys_deed(role: Role, clicks: Any) -> None:
    log = Kept()
    done: list[Any] = []
    cancel = needs(Role.RECORD, "cancel job", asked=pressed)(done.append)
    with visited_by(someone(role, log)):
        with pytest.raises(PreventUpdate):
            cancel(clicks)
        assert log.lines == []
        if role is not Role.VIEW:
            cancel([0, 1])
            assert log.lines == [(role.value, "cancel job", "", "done")]
    assert done == ([[0, 1]] if role is not Role.VIEW else [])


CLICKS = {"n_clicks", "n_submit"}


def changing(app: Dash) -> dict[str, tuple[Any, dict[str, Any]]]:
    """What `needs` made of every callback that changes something, and what Dash knows of it, by its name in the log."""
    found: dict[str, tuple[Any, dict[str, Any]]] = {}
    for entry in app.callback_map.values():
        need = need_of(entry.get("callback"))
        if need is None or need.role is Role.VIEW:
            continue
        declared = entry["callback"]
        while inspect.iscoroutinefunction(declared):  # down to what `needs` made: Dash and the thread are above it
            declared = declared.__wrapped__
        assert need.action not in found, f"two callbacks are called {need.action!r} in the log"
        found[need.action] = declared, entry
    return found


def test_buttons_leave_no_line_and_do_nothing_when_they_appear(app: Dash) -> None:
    by_click, otherwise = set[str](), set[str]()
    for action, (declared, entry) in changing(app).items():
        if {each["property"] for each in entry["inputs"]} - CLICKS:
            otherwise.add(action)
            continue
        by_click.add(action)
        several = ["ALL" in str(each["id"]) for each in entry["inputs"]]
        for nothing in (None, 0):
            clicks = [[nothing] if each else nothing for each in several]
            for role in Role:
                log = Kept()
                with visited_by(someone(role, log)), pytest.raises(PreventUpdate):
                    declared(*clicks, *[None] * len(entry["state"]))
                assert log.lines == [], f"{action!r} is written down although nobody pressed anything"
    assert {"cancel job", "sign", "edit laboratory", "make laboratory", "export", "analyze again"} < by_click
    assert {"connect device", "record", "stop recording", "mark", "zero", "start protocol", "measure feet"} < by_click
    assert "add recording to laboratory" in by_click
    assert otherwise == {"edit feet", "enter clinical inputs"}  # by dragging and by typing


def test_who_sits_at_the_machine_may_do_all_and_leaves_no_line() -> None:
    assert visitor() is HERE
    assert needs(Role.SIGN, "sign")(lambda: "signed")() == "signed"


def ask(server: Any, who: Visitor, path: str, method: str = "GET", **options: Any) -> httpx.Response:
    async def answer() -> httpx.Response:
        with visited_by(who):
            transport = httpx.ASGITransport(server)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.request(method, path, **options)

    return asyncio.run(answer())


@pytest.mark.parametrize("fails", [False, True])
def test_the_log_of_an_address_is_written_by_a_thread_and_never_holds_up_the_loop(fails: bool) -> None:
    threads: list[int] = []

    class Slow(Kept):
        def append(self, who: str, action: str, about: str = "", outcome: str = "done", where: str = "") -> None:
            threads.append(threading.get_ident())
            super().append(who, action, about, outcome, where)

    log = Slow()

    @needs(Role.RECORD, "import")
    async def upload() -> None:
        if fails:
            raise OSError("disk full")
        outcome("step.lst")

    async def asked() -> None:
        with visited_by(someone(Role.RECORD, log)), suppress(OSError):
            await upload()

    asyncio.run(asked())
    assert log.lines == [("record", "import", "", "failed: OSError" if fails else "step.lst")]
    assert threads != [threading.get_ident()]


def test_an_address_without_a_role_is_for_nobody_with_an_account(clinic: Path) -> None:
    app = build_app(clinic)

    async def secret(_request: Request) -> Response:
        return PlainTextResponse("secret")

    app.server.add_route("/secret", secret, methods=["GET"])
    log = Kept()
    answer = ask(app.server, someone(Role.SIGN, log), "/secret")
    assert answer.status_code == 403
    assert "secret" not in answer.text
    assert log.lines == [("sign", "look", "/secret", "refused: no role")]
    assert ask(app.server, HERE, "/secret").text == "secret"


def test_an_address_is_refused_to_a_role_that_it_does_not_take(clinic: Path) -> None:
    app = build_app(clinic)

    @needs(Role.RECORD, "import")
    async def upload(_request: Request) -> Response:
        return PlainTextResponse("kept")

    app.server.add_route("/upload", upload, methods=["POST"])
    log = Kept()
    assert ask(app.server, someone(Role.VIEW, log), "/upload", "POST").status_code == 403
    assert ask(app.server, someone(Role.RECORD, log), "/upload", "POST").text == "kept"
    assert log.lines == [("view", "import", "/upload", "refused"), ("record", "import", "/upload", "done")]


def test_a_callback_without_a_role_is_for_nobody_with_an_account(clinic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard import app as module

    def with_one_more(made: Dash, *_: object) -> None:
        @made.callback(Output("forgotten", "children"), Input("asked", "value"))
        @offload
        def forgotten(value: str) -> str:
            return "secret"

    monkeypatch.setattr(module, "register_live", with_one_more)
    app = build_app(clinic)
    callback = app.callback_map["forgotten.children"]["callback"]
    assert inspect.iscoroutinefunction(callback)
    body = {
        "output": "forgotten.children",
        "outputs": {"id": "forgotten", "property": "children"},
        "inputs": [{"id": "asked", "property": "value", "value": "x"}],
        "changedPropIds": ["asked.value"],
    }
    app._setup_server()
    assert "secret" in ask(app.server, HERE, "/_dash-update-component", "POST", json=body).text
    log = Kept()
    answer = ask(app.server, someone(Role.SIGN, log), "/_dash-update-component", "POST", json=body)
    assert (answer.status_code, answer.text) == (204, "")
    assert log.lines == [("sign", "callback", "forgotten.children", "refused: no role")]


def test_the_websocket_of_dash_is_for_nobody_and_that_a_page_asks_for_it_is_no_deed(app: Dash) -> None:
    said: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "websocket", "path": "/_dash-ws-callback", "headers": [], "query_string": b"", "scheme": "ws"}
    log = Kept()
    with visited_by(someone(Role.SIGN, log)):
        asyncio.run(app.server(scope | {"subprotocols": []}, receive, send))
    assert log.lines == []
    assert said == [{"type": "websocket.close", "code": 1008, "reason": "not allowed"}]


def test_a_need_says_what_it_says() -> None:
    assert need_of(needs(Role.SIGN, "sign", about="trial_id")(lambda trial_id: trial_id)) == Need(
        Role.SIGN, "sign", "trial_id"
    )
    assert need_of(len) is None
