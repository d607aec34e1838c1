"""One visit, from plugging in a mat to the signed report, as somebody new to the pages goes through it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from visiting import to_page, visited

from dashboard.server import Server
from footload.lab.laboratory import Laboratory

pytestmark = pytest.mark.browser

PERSON = "P07"
CONDITIONS = ("barefoot", "wedge")
REPETITIONS = 2
STILL_S = 2
"""Countdown in which the feet are measured. [s]"""
WITHIN_MS = 60_000
"""The simulated person squats every 4.2 s, and the machine may be busy. [ms]"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on an empty laboratory, as on the first day."""
    folder = tmp_path_factory.mktemp("first_day")
    Laboratory.create(folder / "lab").close()
    with Server(folder) as running:
        yield running
        running.session.disconnect()


def plug_in_and_zero(page: Page) -> None:
    page.locator("#live-source").click()
    page.get_by_role("option", name="Simulated mat: nobody, then a person who squats").click()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator("#live-state")).to_have_text("Watching", timeout=WITHIN_MS)
    answer = page.locator("#live-answer")
    for _ in range(8):  # a machine that is busy may press it when the person stands there already, who then steps off
        page.get_by_role("button", name="Zero").click()
        expect(answer).to_contain_text("are now shown as nothing")
        if "was on it" not in answer.inner_text():
            return
        page.wait_for_timeout(5000)
    pytest.fail(f"the mat was never empty: {answer.inner_text()}")


def record_by_protocol(page: Page) -> None:
    page.get_by_label("Worn in turn, with commas between").fill(", ".join(CONDITIONS))
    page.get_by_label("Repetitions that count").fill(str(REPETITIONS))
    page.get_by_label("Countdown (s)").fill(str(STILL_S))
    page.get_by_role("button", name="Start protocol").click()
    words = page.locator("#protocol-text")
    for number, condition in enumerate(CONDITIONS, start=1):
        expect(words).to_contain_text(f"Condition {number} of 2: {condition}", timeout=WITHIN_MS)
        expect(page.locator("#context")).to_have_text(f"{PERSON} · {condition}")
        page.get_by_role("button", name="Go", exact=True).click()
        expect(words).to_contain_text(re.compile(rf"{condition}: \d of {REPETITIONS}"), timeout=WITHIN_MS)
    expect(words).to_contain_text("All conditions are recorded.", timeout=WITHIN_MS)


def keep_both(page: Page) -> None:
    page.get_by_role("button", name="Add 2 recordings to the laboratory").click()
    expect(page.locator("#live-kept")).to_contain_text("2 trial(s) added.", timeout=WITHIN_MS)


def test_from_plugging_in_a_mat_to_a_signed_report(chrome: Browser, clinic: Server) -> None:
    with visited(chrome, clinic) as visit:
        page = visit.page
        to_page(page, "Live")
        plug_in_and_zero(page)
        page.get_by_label("Participant (pseudonym)").fill(PERSON)
        record_by_protocol(page)
        keep_both(page)
        assert list(clinic.session.folder.glob("*.mcap")) == []
        to_page(page, "Compare")
        page.get_by_role("link", name=f"{PERSON}, squat").click()
        expect(page.get_by_role("heading", name="wedge against barefoot", level=2, exact=True)).to_be_visible(
            timeout=WITHIN_MS
        )
        to_page(page, "Trials")
        page.get_by_role("row").filter(has_text="wedge").locator(".trial-link").click()
        expect(page.locator(".graph-medial-shift .main-svg").first).to_be_visible()
        expect(page.get_by_text("CoP medial shift at depth").first).to_be_visible()
        page.get_by_role("link", name="Options and plan").click()
        expect(page.locator(".card-plan")).to_be_visible()
        page.get_by_role("link", name="Report", exact=True).click()
        page.get_by_label("Name of who signs").fill("A. Podiatrist")
        page.get_by_role("button", name="Sign and keep").click()
        expect(page.locator("#report-kept")).to_contain_text("unchanged")
        address = page.locator("#report-kept").get_by_role("link", name="PDF").get_attribute("href")
        printed = page.request.get(page.url.partition("/report/")[0] + str(address))
        assert printed.body().startswith(b"%PDF")
