"""Accounts: passwords, logging in and out, throttling, sessions that end, and what the log keeps of it."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from dashboard.access import Role, Visitor
from dashboard.access_file import AccessError, access_file, writing
from dashboard.audit import AuditLog
from dashboard.doors import LARGEST_LOGIN, SESSION_S, SESSIONS_OF_ONE, AccountsDoor
from dashboard.guard import Guard
from dashboard.role_checks import MOST_SAID
from dashboard.server import Server, guarded
from dashboard.settings import Reach, Settings
from dashboard.throttle import FREE_TRIES, LONGEST_WAIT_S, Throttle
from dashboard.users import Accounts

HOST = "clinic.example"
ORIGIN = f"https://{HOST}"
PASSWORD = "heel toe arch plate"


class Clock:
    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


class Clinic:
    """A guarded dashboard with accounts, asked as browsers ask it."""

    def __init__(self, folder: Path, title: str = "footload") -> None:
        self.folder, self.clock = folder, Clock()
        self.accounts, self.log = Accounts(folder), AuditLog(folder)
        self.accounts.add("vera", Role.VIEW, PASSWORD)
        self.accounts.add("rita", Role.RECORD, PASSWORD)
        self.accounts.add("sigi", Role.SIGN, PASSWORD, "S. Podiatrist")
        self.door = AccountsDoor(self.accounts, self.log, "footload", secure=True, title=title, clock=self.clock)
        reach = Reach(names=(HOST,), behind_proxy=True)
        self.app = guarded(folder, Settings(), (HOST,), "", door=self.door, reach=reach)

    def ask(self, path: str, method: str = "GET", cookie: str = "", scheme: str = "https", **more: Any) -> Any:
        headers = {"Host": HOST, **({"Cookie": cookie} if cookie else {}), **more.pop("headers", {})}

        async def answer() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("10.0.0.9", 1))
            async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://{HOST}") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(answer())

    def login(self, name: str, password: str = PASSWORD, **headers: str) -> Any:
        form = {"name": name, "password": password}
        return self.ask("/login", "POST", data=form, headers={"Origin": ORIGIN, **headers})

    def come_in(self, name: str) -> str:
        answer = self.login(name)
        assert answer.status_code == 303
        return answer.headers["set-cookie"].split(";")[0]

    def callback(self, cookie: str, body: dict[str, Any]) -> Any:
        return self.ask("/_dash-update-component", "POST", cookie, json=body, headers={"Origin": ORIGIN})

    def told(self) -> list[tuple[str, str, str, str]]:
        return [(line.who, line.action, line.about, line.outcome) for line in self.log.lines()]


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that are cheap to make; one test looks at the real ones."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("dashboard.users._hasher", lambda: quick)


@pytest.fixture
def served(clinic: Path) -> Clinic:
    return Clinic(clinic)


def test_a_password_is_kept_as_a_slow_hash_that_only_this_user_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.users._hasher", PasswordHasher)
    Accounts(tmp_path).add("vera", Role.VIEW, PASSWORD)
    path = access_file(tmp_path)
    content = path.read_bytes()
    assert PASSWORD.encode() not in content
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in content
    assert Accounts(tmp_path).check("vera", PASSWORD) is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_only_the_right_password_of_the_right_account_fits(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    assert accounts.check("vera", PASSWORD) is None
    accounts.add("vera", Role.VIEW, PASSWORD)
    found = accounts.check("vera", PASSWORD)
    assert found is not None
    assert (found.name, found.role, found.signs_as) == ("vera", Role.VIEW, "vera")
    assert accounts.check("vera", PASSWORD + " ") is None
    assert accounts.check("vera", "") is None
    assert accounts.check("Vera", PASSWORD) is None
    assert accounts.check("nobody", PASSWORD) is None


def test_a_letter_typed_in_two_codes_is_one_letter(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("vera", Role.VIEW, "gru\u0308ne sohle 4")
    assert accounts.check("vera", "gr\u00fcne sohle 4") is not None


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("vera", "short", "5 characters"),
        ("vera", "x" * 201, "201 characters"),
        ("vera", "aaaaaaaaaaaaaaaa", "easily guessed"),
        ("vera", "my name is vera", "easily guessed"),
        ("<script>", PASSWORD, "no name for an account"),
        ("../vera", PASSWORD, "no name for an account"),
        ("", PASSWORD, "no name for an account"),
    ],
)
def test_what_is_no_name_or_no_password_is_said(tmp_path: Path, name: str, password: str, said: str) -> None:
    with pytest.raises(AccessError, match=said):
        Accounts(tmp_path).add(name, Role.VIEW, password)
    assert Accounts(tmp_path).all() == ()


def test_an_account_is_made_once_and_what_is_not_there_cannot_be_changed(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("vera", Role.VIEW, PASSWORD)
    with pytest.raises(AccessError, match="already"):
        accounts.add("vera", Role.SIGN, PASSWORD)
    for change in (
        lambda: accounts.remove("rita"),
        lambda: accounts.set_role("rita", Role.SIGN),
        lambda: accounts.set_password("rita", PASSWORD),
    ):
        with pytest.raises(AccessError, match="no account 'rita'"):
            change()
    assert [account.role for account in accounts.all()] == [Role.VIEW]


def test_a_damaged_file_is_said_and_lets_nobody_in(tmp_path: Path) -> None:
    Accounts(tmp_path).add("vera", Role.VIEW, PASSWORD)
    access_file(tmp_path).write_bytes(b"not a database" * 100)
    with pytest.raises(AccessError, match="cannot be used"):
        Accounts(tmp_path).check("vera", PASSWORD)


def test_a_file_whose_maker_ended_before_filling_it_keeps_nobody_out_for_ever(tmp_path: Path) -> None:
    access_file(tmp_path).parent.mkdir()
    access_file(tmp_path).touch()
    Accounts(tmp_path).add("vera", Role.VIEW, PASSWORD)
    AuditLog(tmp_path).append("vera", "open")
    assert [account.name for account in Accounts(tmp_path).all()] == ["vera"]
    assert AuditLog(tmp_path).check()[0] == 1


def test_logging_in_gives_a_cookie_that_no_script_and_no_other_site_can_use(served: Clinic) -> None:
    assert served.ask("/", headers={"Accept": "text/html"}).status_code == 401
    answer = served.login("vera")
    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/"
    assert cookie.startswith("__Host-footload=")
    for word in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert word in cookie
    assert served.ask("/", cookie=cookie.split(";")[0]).status_code == 200
    assert served.ask("/login", cookie=cookie.split(";")[0]).headers["location"] == "/"


def test_two_sessions_share_no_secret_and_none_is_guessed(served: Clinic) -> None:
    first, second = served.come_in("vera"), served.come_in("vera")
    assert first != second
    assert served.ask("/_dash-layout", cookie=first[:-1]).status_code == 401
    assert served.ask("/_dash-layout", cookie="__Host-footload=").status_code == 401


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(served: Clinic) -> None:
    wrong, nobody = served.login("vera", "wrong words here"), served.login("nobody")
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.text == nobody.text
    assert "set-cookie" not in wrong.headers
    assert served.told() == [
        ("vera", "login", "", "refused: wrong name or password"),
        ("nobody", "login", "", "refused: wrong name or password"),
    ]
    assert PASSWORD not in str(served.told())


def test_too_many_tries_have_to_wait_longer_and_longer(served: Clinic) -> None:
    for _ in range(FREE_TRIES):
        assert served.login("vera", "wrong words here").status_code == 401
    late = served.login("vera")
    assert late.status_code == 429
    assert late.headers["retry-after"] == "2"
    assert served.login("rita").status_code == 303
    served.clock.s += 2.5
    assert served.login("vera").status_code == 303


def test_the_throttle_doubles_stops_at_its_longest_and_forgets() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(FREE_TRIES + 10):
        throttle.failed("vera", "10.0.0.9")
        waits.append(throttle.wait_s("vera", "10.0.0.9"))
    assert waits[: FREE_TRIES + 2] == [0, 0, 0, 0, 2, 4, 8]
    assert waits[-1] == LONGEST_WAIT_S
    assert throttle.wait_s("vera", "10.0.0.10") == 0, "her owner is not kept out from elsewhere"
    clock.s += 4000
    throttle.failed("vera", "10.0.0.9")
    assert throttle.wait_s("vera", "10.0.0.9") == 0


def test_one_address_that_tries_many_names_has_to_wait_too() -> None:
    throttle = Throttle(Clock())
    for number in range(10 * FREE_TRIES):
        throttle.failed(f"name{number}", "10.0.0.9")
    assert throttle.wait_s("another", "10.0.0.9") > 0


def test_a_clinic_behind_one_address_comes_in_all_day_and_its_wrong_tries_still_count() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for number in range(40 * FREE_TRIES):
        assert throttle.wait_s("vera", "10.0.0.9") == 0, f"refused after {number} right passwords"
        throttle.failed("vera", "10.0.0.9")
        throttle.succeeded("vera", "10.0.0.9")
        clock.s += 60
    for number in range(10 * FREE_TRIES):
        throttle.failed(f"name{number}", "10.0.0.9")
        throttle.failed("vera", "10.0.0.9")
        throttle.succeeded("vera", "10.0.0.9")
    assert throttle.wait_s("somebody", "10.0.0.9") > 0, "an account of one's own gives no free tries at others'"


def test_a_session_ends_with_logout_with_time_and_with_every_change_of_the_account(served: Clinic) -> None:
    ends = {
        "logout": lambda cookie: served.ask("/logout", "POST", cookie, headers={"Origin": ORIGIN}),
        "time": lambda _: setattr(served.clock, "s", served.clock.s + SESSION_S + 1),
        "password": lambda _: served.accounts.set_password("vera", "other words than before"),
        "role": lambda _: served.accounts.set_role("rita", Role.VIEW),
        "removed": lambda _: served.accounts.remove("sigi"),
    }
    for how, name in zip(ends, ("vera", "vera", "vera", "rita", "sigi"), strict=True):
        cookie = served.come_in(name)
        assert served.ask("/_dash-layout", cookie=cookie).status_code == 200
        ends[how](cookie)
        assert served.ask("/_dash-layout", cookie=cookie).status_code == 401, how


def test_who_comes_in_again_and_again_ends_nobody_elses_session_but_its_own_unused_ones(served: Clinic) -> None:
    other = served.come_in("rita")
    cookies = [served.come_in("vera") for _ in range(SESSIONS_OF_ONE)]
    served.ask("/_dash-layout", cookie=cookies[0])  # used last, though it came first
    assert served.told()[-1] == ("vera", "login", "", "done")
    cookies.append(served.come_in("vera"))
    assert served.told()[-1][3] == f"done; in {SESSIONS_OF_ONE} browsers already, so the one unused for longest is out"
    answers = [served.ask("/_dash-layout", cookie=each).status_code for each in cookies]
    assert answers == [200, 401, *[200] * (SESSIONS_OF_ONE - 1)]
    assert served.ask("/_dash-layout", cookie=other).status_code == 200


def test_sessions_that_are_over_are_forgotten_when_somebody_comes_in(served: Clinic) -> None:
    kept = served.door._sessions  # pyright: ignore[reportPrivateUsage]
    for name in ("vera", "rita", "sigi"):
        served.come_in(name)
    served.clock.s += SESSION_S / 2
    served.come_in("rita")
    assert len(kept) == 4
    served.accounts.set_role("sigi", Role.VIEW)
    served.clock.s += SESSION_S / 2 + 1
    served.come_in("vera")
    assert sorted(session.account.name for session in kept.values()) == ["rita", "vera"]


def test_a_change_from_another_process_is_known_within_seconds(served: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.users.KNOWN_FOR_S", 0.0)
    cookie = served.come_in("vera")
    Accounts(served.folder).remove("vera")
    assert served.ask("/_dash-layout", cookie=cookie).status_code == 401


def test_a_form_of_another_site_logs_nobody_in_or_out(served: Clinic) -> None:
    cookie = served.come_in("vera")
    for origin in ("https://evil.example", "http://clinic.example", "null"):
        assert served.login("vera", Origin=origin).status_code == 403
        assert served.ask("/logout", "POST", cookie, headers={"Origin": origin}).status_code == 403
    assert served.ask("/login", "POST", data={"name": "vera", "password": PASSWORD}).status_code == 403
    assert served.ask("/_dash-layout", cookie=cookie).status_code == 200


def test_a_login_of_a_megabyte_is_not_read(served: Clinic) -> None:
    answer = served.ask("/login", "POST", content=b"x" * (LARGEST_LOGIN + 1), headers={"Origin": ORIGIN})
    assert answer.status_code == 413


def test_the_page_to_come_in_loads_nothing_and_shows_its_texts_as_text(clinic: Path) -> None:
    served = Clinic(clinic, title="<script>alert(1)</script>")
    page = served.ask("/login")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    for word in ("http://", "https://", "src=", "@import", "url("):
        assert word not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["strict-transport-security"]
    assert page.headers["cache-control"] == "no-store"


def test_nothing_of_the_application_is_shown_before_coming_in(served: Clinic) -> None:
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/assets/footload.js", "/trial/x", "/signed/0.pdf"):
        assert served.ask(path).status_code == 401, path
    assert served.ask("/_dash-update-component", "POST", json={}).status_code == 401


def test_behind_a_proxy_an_unencrypted_request_is_refused(served: Clinic) -> None:
    cookie = served.come_in("vera")
    answer = served.ask("/", cookie=cookie, scheme="http")
    assert answer.status_code == 403
    assert "X-Forwarded-Proto" in answer.text


def body_of(output: str, inputs: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends when a callback is called."""

    def parts(of: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"id": key.split(".")[0], "property": key.split(".")[1], "value": value} for key, value in of.items()]

    names = [each for each in output.strip(".").split("...") if each]
    outputs = [{"id": name.split(".")[0], "property": name.split(".")[1]} for name in names]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": parts(inputs),
        "state": parts(state),
        "changedPropIds": list(inputs),
    }


SIGN = "..report-answer.children...report-kept.children.."


def sign_body(trial: str, by: str) -> dict[str, Any]:
    state = {"report-by.value": by, "report-statement.value": "", "trial-id.data": trial}
    state |= {"report-clinic.value": "", "report-sections.value": [], "report-more.value": []}
    return body_of(SIGN, {"report-sign.n_clicks": 1}, state)


@pytest.mark.parametrize("name", ["vera", "rita"])
def test_who_may_not_sign_does_not_sign_and_it_is_written_down(served: Clinic, name: str) -> None:
    answer = served.callback(served.come_in(name), sign_body("0123456789abcdef", "S. Podiatrist"))
    assert "Not allowed" in answer.text
    assert "Signed and kept" not in answer.text
    assert served.told()[-1] == (name, "sign", "0123456789abcdef", "refused")
    assert not (served.folder / "reports").exists()


def test_who_signs_signs_under_the_accounts_name_and_no_other(served: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.reports import Kept

    signed: list[str] = []

    def keep(_store: object, wish: Any, by: str, _statement: str) -> Kept:
        signed.append(by)
        return Kept("0123456789abcdef", "P1", by, "2026-11-22")

    monkeypatch.setattr("dashboard.pages.report.keep_signed", keep)
    served.callback(served.come_in("sigi"), sign_body("t1", "Somebody Else"))
    assert signed == ["S. Podiatrist"]
    assert served.told()[-1] == ("sigi", "sign", "t1", "report 0123456789abcdef, signed by S. Podiatrist")


def test_opening_a_trial_is_written_down_with_who_and_which(served: Clinic) -> None:
    cookie = served.come_in("vera")
    shows = next(
        one
        for one in served.ask("/_dash-dependencies", cookie=cookie).json()
        if "page-title.data" in one["output"] and not one["clientside_function"]
    )
    values = {"location.pathname": "/trial/0123456789abcdef"}
    inputs, state = (
        {name: values.get(name, "light") for part in shows[kind] if (name := f"{part['id']}.{part['property']}")}
        for kind in ("inputs", "state")
    )
    served.callback(cookie, body_of(shows["output"], inputs, state))
    assert served.told()[-1] == ("vera", "open", "/trial/0123456789abcdef", "done")
    assert served.log.lines()[-1].where == "10.0.0.9"


def test_the_log_is_only_added_to(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    for number in range(3):
        log.append("vera", "open", f"t{number}")
    assert log.check()[0] == 3
    for change in ("UPDATE audit SET who = 'rita'", "DELETE FROM audit"):
        with pytest.raises(AccessError, match="only added to"), writing(tmp_path) as file:
            file.execute(change)
    assert [line.n for line in log.lines()] == [1, 2, 3]
    assert [line.about for line in log.lines(2)] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("UPDATE audit SET who = 'rita' WHERE n = 2", 2),
        ("DELETE FROM audit WHERE n = 1", 1),
        ("DELETE FROM audit WHERE n = 2", 2),
        ("UPDATE audit SET n = 9 WHERE n = 3", 3),
    ],
)
def test_a_line_that_was_changed_behind_its_back_is_found(tmp_path: Path, change: str, line: int) -> None:
    log = AuditLog(tmp_path)
    for number in range(3):
        log.append("vera", "open", f"t{number}")
    file = sqlite3.connect(access_file(tmp_path))
    file.executescript(f"DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_shortened; {change};")
    file.close()
    with pytest.raises(AccessError, match=f"Line {line} of the audit log"):
        log.check()


def test_no_name_fakes_a_line_of_the_log(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.append("vera\n2026 sigi sign", "login\x1b[2J", "x" * 5000)
    line = log.lines()[0]
    assert line.who == "vera\ufffd2026 sigi sign"
    assert "\x1b" not in line.action
    assert len(line.about) == 300


def test_a_log_that_cannot_be_written_is_said_in_the_servers_log(tmp_path: Path, caplog: Any) -> None:
    (tmp_path / ".footload").write_text("a file where a folder should be")
    AuditLog(tmp_path).append("vera", "sign", "t1")
    assert "The audit log lacks: vera, sign, t1, done" in caplog.text


@pytest.mark.parametrize(
    ("host", "reach", "n", "said"),
    [
        ("127.0.0.1", Reach(), 0, ""),
        ("localhost", Reach(), 0, ""),
        ("::1", Reach(), 0, ""),
        ("192.168.1.20", Reach(), 1, "could be read on the way"),
        ("0.0.0.0", Reach(names=("clinic.example",)), 1, "could be read on the way"),
        ("example.org", Reach(accounts=True), 1, "could be read on the way"),
        ("192.168.1.20", Reach(certificate=Path("c")), 1, "A certificate needs its key"),
        ("192.168.1.20", Reach(certificate=Path("c"), key=Path("k"), behind_proxy=True), 1, "the certificate is"),
        ("192.168.1.20", Reach(certificate=Path("c"), key=Path("k")), 0, "no account in this folder yet"),
        ("192.168.1.20", Reach(certificate=Path("c"), key=Path("k")), 1, ""),
        ("0.0.0.0", Reach(certificate=Path("c"), key=Path("k")), 1, "Say under which name"),
        ("127.0.0.1", Reach(behind_proxy=True), 1, "Say under which name"),
        ("127.0.0.1", Reach(behind_proxy=True, names=("clinic.example",)), 0, "no account"),
        ("127.0.0.1", Reach(behind_proxy=True, names=("clinic.example",)), 1, ""),
        ("127.0.0.1", Reach(accounts=True), 0, "no account"),
        ("127.0.0.1", Reach(accounts=True), 1, ""),
    ],
)
def test_a_server_starts_beyond_this_machine_only_encrypted_and_with_accounts(
    host: str, reach: Reach, n: int, said: str
) -> None:
    fault = reach.fault(host, n)
    assert said in fault
    assert bool(said) == bool(fault)


def test_a_websocket_ends_with_the_session_that_opened_it(served: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.guard.ASKED_AGAIN_S", -1.0)
    cookie = served.come_in("vera")
    said: list[str] = []

    async def behind(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": b"1"})
        served.accounts.remove("vera")
        await send({"type": "websocket.send", "bytes": b"2"})

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        said.append(str(message.get("bytes") or message.get("code") or message["type"]))

    threads: list[int] = []
    holds = served.door.holds

    def held(visitor: Visitor) -> bool:
        threads.append(threading.get_ident())
        return holds(visitor)

    monkeypatch.setattr(served.door, "holds", held)
    guard = Guard(behind, [HOST], served.door, encrypted=True)
    headers = [(b"host", HOST.encode()), (b"cookie", cookie.encode()), (b"origin", ORIGIN.encode())]
    scope = {"type": "websocket", "path": "/stream/live", "headers": headers, "query_string": b"", "scheme": "wss"}
    with pytest.raises(Exception, match="1008"):
        asyncio.run(guard(scope, receive, send))
    assert said == ["websocket.accept", "b'1'", "1008"]
    assert threads
    assert threading.get_ident() not in threads  # the file of accounts is not read on the loop
    assert not served.door.holds(Visitor("vera"))


@pytest.mark.parametrize(
    ("proxy", "said", "status"),
    [("127.0.0.1", "https", 401), ("127.0.0.1", "http", 403), ("127.0.0.1", "", 403), ("10.9.9.9", "https", 403)],
)
def test_only_the_named_proxy_is_believed_that_a_connection_is_encrypted(
    clinic: Path, proxy: str, said: str, status: int
) -> None:
    Accounts(clinic).add("vera", Role.VIEW, PASSWORD)
    reach = Reach(names=("clinic.example",), behind_proxy=True, proxy=proxy)
    with Server(clinic, reach=reach) as server:
        assert server.url == "https://clinic.example/"
        headers = {"Host": "clinic.example", **({"X-Forwarded-Proto": said} if said else {})}
        assert httpx.get(f"http://127.0.0.1:{server.port}/", headers=headers).status_code == status
        own = {**headers, "Host": f"127.0.0.1:{server.port}"}
        assert httpx.get(f"http://127.0.0.1:{server.port}/", headers=own).status_code == 403


@pytest.mark.parametrize(
    ("address", "who"), [("127.0.0.1", "203.0.113.7"), ("10.9.9.9", "127.0.0.1")], ids=["believed", "not believed"]
)
def test_the_log_names_the_browser_that_the_proxy_names_and_nobody_elses_word(
    clinic: Path, address: str, who: str
) -> None:
    Accounts(clinic).add("vera", Role.VIEW, PASSWORD)
    reach = Reach(names=("clinic.example",), behind_proxy=True, proxy=address)
    with Server(clinic, reach=reach) as server:
        headers = {"Host": "clinic.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
        form = {"name": "vera", "password": "wrong words here"}
        where = f"http://127.0.0.1:{server.port}/login"
        httpx.post(where, data=form, headers={**headers, "Origin": "https://clinic.example"})
    assert [line.where for line in AuditLog(clinic).lines()] == ([who] if address == "127.0.0.1" else [])


UPLOADS = ["/upload/0123456789abcdef?name=a.csv", "/upload/0123456789abcdef/add"]


@pytest.mark.parametrize("path", UPLOADS)
def test_who_only_looks_uploads_nothing(served: Clinic, path: str) -> None:
    answer = served.ask(
        path, "POST", served.come_in("vera"), content=b"x", headers={"Origin": ORIGIN, "X-Footload-Upload": "1"}
    )
    assert answer.status_code == 403
    assert served.told()[-1][0] == "vera"
    assert served.told()[-1][3] == "refused"


def test_a_page_that_says_megabytes_or_does_not_say_how_much_is_not_listened_to(served: Clinic) -> None:
    cookie = served.come_in("sigi")
    large = served.ask(
        "/_dash-update-component", "POST", cookie, content=b"x" * (MOST_SAID + 1), headers={"Origin": ORIGIN}
    )
    assert large.status_code == 413

    async def parts() -> Any:
        yield b"{}"

    unsaid = served.ask("/_dash-update-component", "POST", cookie, content=parts(), headers={"Origin": ORIGIN})
    assert unsaid.status_code == 413
