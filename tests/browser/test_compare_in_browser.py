"""From the list of conditions to footprints, differences and what became of an option, as a person goes there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import LISTED_WHOLE

from dashboard.server import Server

pytestmark = pytest.mark.browser

STUDY = Path(__file__).resolve().parents[2] / "sample_data" / "study"
WIDTHS = (1440, 420)


@pytest.fixture(scope="module")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on the squats of one participant barefoot, in a shoe and with a wedge."""
    folder = tmp_path_factory.mktemp("conditions")
    for name in ("barefoot", "shoe", "wedge"):
        shutil.copy(STUDY / f"{name}_squat_mat.mcap", folder)
    with Server(folder, settings=LISTED_WHOLE) as running:
        yield running


def opened(browser: Browser, server: Server, scheme: str, width: int) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 960}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(server.url)
    page.wait_for_selector(".trial-link")
    return page, said


def looks_right(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page scrolls sideways"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_conditions_are_listed_and_laid_over_each_other(chrome: Browser, conditions: Server, scheme: str) -> None:
    page, said = opened(chrome, conditions, scheme, WIDTHS[0])
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    looks_right(page)
    page.get_by_role("link", name="P01, squat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("P01, squat")
    expect(page.get_by_role("status").filter(has_text="3 trial(s) in 3 conditions")).to_be_visible()
    expect(page.locator(".card-comparison")).to_have_count(2, timeout=60_000)
    for name in ("mean-prints-left", "mean-prints-right", "condition-curves-left", "condition-curves-right"):
        expect(page.locator(f".graph-{name} .main-svg").first).to_be_visible()
    expect(page.get_by_role("heading", name="shoe against barefoot", level=2, exact=True)).to_be_visible()
    first = page.locator(".card-comparison").first
    number = first.locator("td .told-link").first
    metric = number.get_attribute("data-told-here")
    explained = first.locator(f"[data-formula='{metric}']")
    expect(explained).to_be_hidden()
    number.click()
    expect(explained).to_contain_text("Formula from")
    expect(explained).to_contain_text("Quality notes")
    expect(explained.locator("summary").first).to_be_focused()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 960})
        looks_right(page)
    assert said == []
    page.context.close()


def test_what_was_chosen_stands_in_the_address_survives_a_reload_and_one_alone_is_refused(
    chrome: Browser, conditions: Server
) -> None:
    page, said = opened(chrome, conditions, "light", 1440)
    page.keyboard.press("c")
    page.get_by_role("link", name="P01, squat").click()
    heading = page.get_by_role("heading", name="shoe with medial wedge against shoe", level=2, exact=True)
    expect(page.get_by_role("heading", name="shoe against barefoot", level=2, exact=True)).to_be_visible()
    expect(heading).to_have_count(0)
    chosen = page.locator(".report-form")
    chosen.locator(".mantine-Pill-root", has_text="barefoot").locator("button").click()
    page.get_by_label("Option that was tried").first.click()
    page.get_by_role("option", name="O2 Medial rearfoot post").click()
    page.get_by_role("button", name="Compare").click()
    expect(heading).to_be_visible()
    expect(page).to_have_url(re.compile(r"/compare/[0-9a-f]{12}/[0-9a-f]{12},[0-9a-f]{12}/O2$"))
    expect(page.locator(".card-predicted")).to_contain_text("kept")
    page.reload()
    expect(heading).to_be_visible()
    expect(page.locator(".card-predicted")).to_contain_text("kept")
    page.go_back()
    expect(page.get_by_role("heading", name="shoe against barefoot", level=2, exact=True)).to_be_visible()
    pills = page.locator(".report-form .mantine-Pill-root")
    expect(pills).to_have_count(3)
    pills.nth(2).locator("button").click()
    pills.nth(1).locator("button").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#compare-answer")).to_contain_text("Two to 4 conditions are compared")
    assert said == []
    page.context.close()
