"""Accounts over TLS in a real browser: log in, what each role may, every page without a foreign request, log out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import LISTED_WHOLE, SCRIPT_NAME, SLOW_MS

from dashboard.access import Role
from dashboard.audit import AuditLog
from dashboard.pages.routes import PAGES
from dashboard.server import Server
from dashboard.settings import Reach
from dashboard.store import trial_id
from dashboard.users import Accounts
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"

PASSWORD = "heel toe arch plate"
SCRIPT_FILE = "<img src=x onerror=document.title='broken-in'>.demo"


@pytest.fixture(scope="module")
def clinic(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard with TLS and accounts, with a walk, a squat, and scripts where names stand."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    asked = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject, *files]
    subprocess.run(asked, check=True, capture_output=True)
    served = folder / "served"
    served.mkdir()
    for name in ("walk", "squat", "script", "damaged"):
        (served / f"{name}.demo").write_bytes(b"footload demo " + name.encode())
    (served / SCRIPT_FILE).write_bytes(b"footload demo script")
    with Laboratory.create(served / "lab") as lab:
        lab.add_trial(SAMPLES / "synthetic_step.lst", TrialFacts("P01", "2026-01-05", "shoe"))
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.users._hasher", lambda: quick)
        accounts = Accounts(served)
        accounts.add("vera", Role.VIEW, PASSWORD)
        accounts.add("sigi", Role.SIGN, PASSWORD, "S. Podiatrist")
        with Server(
            served, settings=LISTED_WHOLE, reach=Reach(certificate=certificate, key=key, accounts=True)
        ) as running:
            yield running


class Tab:
    """A tab of a fresh profile, with every address it asked for."""

    def __init__(self, chrome: Browser, server: Server) -> None:
        self.context = chrome.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 960})
        self.page = self.context.new_page()
        self.page.set_default_timeout(SLOW_MS)
        self.server = server
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))

    def go(self, path: str) -> None:
        self.page.goto(f"https://127.0.0.1:{self.server.port}{path}")

    def log_in(self, name: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()

    def foreign(self) -> list[str]:
        here = f"://127.0.0.1:{self.server.port}/"
        kept = (f"https{here}", f"wss{here}", "data:", "blob:")
        return [url for url in self.asked if not url.startswith(kept)]


@pytest.fixture
def tab(chrome: Browser, clinic: Server) -> Iterator[Tab]:
    made = Tab(chrome, clinic)
    yield made
    made.context.close()


def settled(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")


def test_nobody_comes_in_by_a_wrong_password_and_a_viewer_is_refused_the_device(tab: Tab) -> None:
    page = tab.page
    tab.go("/live")
    expect(page).to_have_title("Log in · footload")
    assert Axe().run(page).response["violations"] == []
    tab.log_in("vera", "wrong words here")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    tab.log_in("vera")
    expect(page.locator(".who")).to_contain_text("vera")
    tab.go("/live")
    button = page.locator("#live-connect")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "needs the role record")
    expect(page.get_by_text("what is grey here needs the role record")).to_be_visible()
    # What the browser makes of it does not count: whoever switches it on all the same is refused.
    page.evaluate("dash_clientside.set_props('live-connect', {disabled: false, n_clicks: 1})")
    expect(page.get_by_text("has the role 'view', but this needs 'record'")).to_be_visible()
    page.locator(".who button").click()
    expect(page).to_have_title("Log in · footload")
    tab.go("/")
    expect(page).to_have_title("Log in · footload")
    told = [(line.who, line.action, line.outcome) for line in AuditLog(tab.server.session.folder).lines()]
    assert ("vera", "login", "refused: wrong name or password") in told
    assert ("vera", "login", "done") in told
    assert ("vera", "connect device", "refused") in told
    assert ("vera", "logout", "done") in told


def test_who_signs_does_so_under_the_accounts_name(tab: Tab) -> None:
    page = tab.page
    tab.go("/")
    tab.log_in("sigi")
    expect(page.locator(".who")).to_contain_text("sigi")
    tab.go(f"/report/{trial_id('squat.demo')}")
    name = page.get_by_label("Name of who signs")
    expect(name).to_have_value("S. Podiatrist")
    expect(name).to_be_disabled()


def pages(*trials: str) -> list[str]:
    of_trial = ("/trial/", "/knee/", "/plan/", "/report/", "/squat/")
    own = [f"{page}{trial}" for page in of_trial for trial in trials]
    alone = [page.path for page in PAGES if page.path not in {"/trial/", "/knee/", "/plan/", "/report/"}]
    return [*alone, "/sessions/?participant=P01", *own]


HARMLESS = {
    "Any: Participant",  # empties a filter
    "",  # a pill of a list is taken out of the draft that this tab shows
    "Download plot as a PNG",
    "Look again",
    "One frame back",
    "One frame on",
    "Pan",
    "Play",
    "Reset axes",
    "Show",
    "Zoom",
}
"""What a viewer finds to press on pages, beside numbers that tell where they are from."""

PRESSABLE = "main button:enabled:not(.told-link), main input[type=submit]:enabled, main [role=button]:not(button)"
NAMES = "all => all.map(each => each.getAttribute('aria-label') || each.textContent)"


def test_a_viewer_finds_nothing_to_press_that_would_be_refused_and_reads_why(tab: Tab) -> None:
    page = tab.page
    tab.go("/")
    tab.log_in("vera")
    expect(page.locator(".header-record")).to_have_text("Watch")
    found: dict[str, set[str]] = {}
    off: dict[str, set[str]] = {}
    for path in pages(trial_id("squat.demo")):
        tab.go(path)
        expect(page.locator("main h1")).not_to_have_count(0)
        settled(page)
        if "?participant" in path:
            expect(page.locator(".card-edit")).to_be_visible()
        found[path] = set(page.locator(PRESSABLE).evaluate_all(NAMES))
        off[path] = set(page.locator("main button:disabled").evaluate_all(NAMES)) - {""}
        expect(page.get_by_text("is grey here needs the role")).to_have_count(
            min(page.locator("main :disabled").count(), 1)
        )
    assert {path: names - HARMLESS for path, names in found.items() if names - HARMLESS} == {}
    assert {"Connect", "Record", "Stop", "Mark", "Zero", "Go", "Start protocol", "Measure the feet"} <= off["/live"]
    assert {"Undo", "Redo", "Back to automatic", "It is the other foot"} <= off[f"/trial/{trial_id('squat.demo')}"]
    assert {"Analyze these again", "Export these"} <= off["/sessions/"]
    assert "Save" in off["/sessions/?participant=P01"]
    assert off[f"/report/{trial_id('squat.demo')}"] == {"Sign and keep"}


def test_every_page_asks_this_server_only_takes_text_for_text_and_offers_no_chart_away(tab: Tab) -> None:
    page = tab.page
    tab.go("/")
    tab.log_in("sigi")
    expect(page.locator(".who")).to_contain_text("sigi")
    scripts: list[str] = []
    page.on("console", lambda said: scripts.append(said.text) if "Content Security Policy" in said.text else None)
    paths = pages(trial_id("squat.demo"), trial_id(SCRIPT_FILE))
    for path in paths:
        tab.go(path)
        expect(page.locator("h1")).not_to_have_count(0)
        settled(page)
        assert page.title() != "broken-in", path
        assert page.locator("img[src=x]").count() == 0, path
        assert page.locator('.modebar-btn[data-title*="hare"], .modebar-btn[data-title*="loud"]').count() == 0, path
    assert len(tab.asked) > 5 * len(paths)
    assert tab.foreign() == []
    assert [said for said in scripts if "script" in said] == []
    tab.go(f"/trial/{trial_id(SCRIPT_FILE)}")
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT_NAME)
