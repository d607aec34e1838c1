"""Whole ways through the dashboard, as a person goes them."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import SCRIPT_NAME, Visit, visited

from dashboard.components.shell import PAGE_LINKS
from dashboard.server import Server

pytestmark = pytest.mark.browser

LOOKS = [
    pytest.param({"scheme": scheme, "width": width}, id=f"{scheme}-{width}")
    for scheme in ("light", "dark")
    for width in (1440, 420)
]


def open_trial(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.wait_for_selector(".js-plotly-plot .main-svg")


def tab(page: Page, name: str) -> None:
    """Go to another page of the same trial."""
    page.get_by_role("navigation", name="Pages of this trial").get_by_role("link", name=name, exact=True).click()
    expect(page.locator(".tab-here")).to_have_text(name)


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]
    ]


def check_look(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")
    assert violations(page) == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page scrolls sideways"


def test_from_the_list_to_a_walk_and_its_findings(visit: Visit) -> None:
    page = visit.page
    expect(page).to_have_title("Trials · footload")
    expect(page.get_by_text("damaged.demo: it ends in the middle of frame 12.")).to_be_visible()
    open_trial(page, "demo walk")
    expect(page).to_have_title("demo walk · footload")
    expect(page.locator(".graph-pressure-map .main-svg").first).to_be_visible()
    expect(page.locator(".graph-force-and-cop .main-svg").first).to_be_visible()
    card = page.locator('[data-metric="arch_index"]').first
    expect(card).to_be_visible()
    expect(card).to_contain_text("reference range")
    card.get_by_text("Formula and source").click()
    expect(card).to_contain_text("Cavanagh")
    expect(page.get_by_role("region", name="Findings of the regions of this foot")).to_be_visible()


def test_the_other_foot_is_one_click_away(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    findings = page.locator("#contact-findings")
    expect(findings.locator(".side-line-left").first).to_be_visible()
    page.get_by_role("radiogroup", name="Foot contact").get_by_text("2 right").click()
    expect(findings.locator(".side-line-right").first).to_be_visible()
    expect(findings.locator(".side-line-left")).to_have_count(0)


def test_a_squat_shows_its_medial_shift_and_the_knee_answers_to_a_clinical_test(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo squat")
    expect(page.locator(".graph-medial-shift .main-svg").first).to_be_visible()
    tab(page, "Knee")
    knee = page.locator("#knee")
    expect(knee).to_contain_text("80 % interval")
    expect(knee).to_contain_text("Not validated. Not a diagnosis. Does not predict injury.")
    before = knee.locator(".interval-words").inner_text()
    page.get_by_label("toe to wall, left").fill("5")
    page.get_by_label("toe to wall, right").fill("6")
    expect(knee.locator(".interval-words")).not_to_have_text(before)
    expect(knee).to_contain_text("5 cm")
    expect(knee.locator('[data-factor="limited_dorsiflexion"]')).to_contain_text("speaks for it")
    tab(page, "Options and plan")
    expect(page.locator(".card-plan")).to_contain_text("calf stretch")


def test_a_report_is_read_signed_and_kept(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    tab(page, "Report")
    page.get_by_label("Clinic").fill("Gait lab")
    expect(page.get_by_role("link", name="Open the PDF")).to_have_attribute("href", re.compile("clinic=Gait"))
    page.get_by_role("button", name="Sign and keep").click()
    expect(page.locator("#report-answer")).to_contain_text("needs the name")
    page.get_by_label("Name of who signs").fill("A. Podiatrist")
    page.get_by_role("button", name="Sign and keep").click()
    expect(page.locator("#report-kept")).to_contain_text("unchanged")
    address = page.locator("#report-kept").get_by_role("link", name="PDF").get_attribute("href")
    printed = page.request.get(page.url.partition("/report/")[0] + str(address))
    assert printed.body().startswith(b"%PDF")


def test_a_red_flag_leaves_only_the_referral(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo squat")
    tab(page, "Knee")
    page.get_by_text("More clinical inputs").click()
    page.get_by_label("suspected fracture").check()
    knee = page.locator("#knee")
    expect(knee).to_contain_text("Have someone else look at this")
    expect(knee).not_to_contain_text("interval")


def test_graphs_offer_no_way_to_another_server(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    page.locator(".graph-pressure-map").hover()
    titles = page.locator(".modebar-btn").evaluate_all("all => all.map(one => one.dataset.title || one.title)")
    assert titles
    assert not [title for title in titles if title and ("share" in title.lower() or "cloud" in title.lower())]


def test_a_millimetre_is_the_same_on_both_axes_on_the_screen(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    scale = page.evaluate(
        """() => { const { xaxis, yaxis } = document.querySelector('.graph-pressure-map .js-plotly-plot')._fullLayout;
        return [xaxis, yaxis].map(a => a._length / Math.abs(a.range[1] - a.range[0])) }"""
    )
    assert scale[0] == pytest.approx(scale[1], rel=1e-3)  # plotly rounds to whole pixels


def test_the_colour_scheme_reaches_the_graphs_and_is_remembered(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    color = "() => document.querySelector('.graph-force-and-cop .js-plotly-plot')._fullLayout.font.color"
    light = page.evaluate(color)
    page.keyboard.press("d")
    page.wait_for_function(f"light => ({color})() !== light", arg=light)
    page.reload()
    page.wait_for_selector(".graph-force-and-cop .main-svg")
    page.wait_for_function(f"light => ({color})() !== light", arg=light)
    assert page.evaluate("() => document.documentElement.dataset.mantineColorScheme") == "dark"


def test_cells_can_be_smoothed(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    smooth = "() => document.querySelector('.graph-pressure-map .js-plotly-plot')._fullData[0].zsmooth"
    assert page.evaluate(smooth) is False
    page.get_by_role("radiogroup", name="How cells are drawn").get_by_text("Smooth").click()
    page.wait_for_function(f"() => ({smooth})() === 'fast'")


def test_the_keyboard_opens_help_and_goes_back_to_the_list(visit: Visit) -> None:
    page = visit.page
    open_trial(page, "demo walk")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("list of trials")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trials")


def test_every_page_is_reached_through_the_menu_of_a_narrow_window(chrome: Browser, server: Server) -> None:
    with visited(chrome, server, width=420) as visit:
        page = visit.page
        menu, links = page.get_by_role("button", name="Menu of pages"), page.locator("#menu")
        expect(menu).to_have_attribute("aria-expanded", "false")
        expect(links).to_be_hidden()
        menu.focus()
        page.keyboard.press("Enter")
        expect(menu).to_have_attribute("aria-expanded", "true")
        check_look(page)
        for name, _ in PAGE_LINKS:
            box = links.get_by_role("link", name=name, exact=True).bounding_box()
            assert box is not None
            assert 0 <= box["x"] < box["x"] + box["width"] <= 420, name
        page.keyboard.press("Escape")
        expect(links).to_be_hidden()
        expect(menu).to_be_focused()
        page.keyboard.press("Enter")
        links.get_by_role("link", name="Devices").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
        expect(links).to_be_hidden()
        menu.click()
        page.mouse.click(200, 900)  # beside it
        expect(links).to_be_hidden()


def test_the_rows_of_a_list_are_cards_in_a_narrow_window(chrome: Browser, server: Server) -> None:
    with visited(chrome, server, width=420) as visit:
        page = visit.page
        page.wait_for_selector(".trial-link")
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name="demo walk", exact=True))
        name, cell = row.get_by_role("rowheader").bounding_box(), row.get_by_role("cell").first.bounding_box()
        assert name and cell  # noqa: PT018
        assert cell["y"] >= name["y"] + name["height"] - 1, "the name has a line of its own"
        assert name["width"] > 300
        hidden = page.locator(".table-scroll").first.evaluate("box => box.scrollWidth - box.clientWidth")
        assert hidden <= 0, "the list scrolls sideways"


def test_a_script_in_a_trials_name_is_shown_as_text(visit: Visit) -> None:
    page = visit.page
    open_trial(page, SCRIPT_NAME)
    expect(page.get_by_text(SCRIPT_NAME).first).to_be_visible()
    assert page.title() == f"{SCRIPT_NAME} · footload"
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("visit", LOOKS, indirect=True)
def test_every_page_is_axe_clean_and_fits_its_window(visit: Visit) -> None:
    page = visit.page
    assert violations(page) == []
    for name in ("demo walk", "demo squat"):
        open_trial(page, name)
        check_look(page)
        tab(page, "Knee")
        page.get_by_text("More clinical inputs").click()
        check_look(page)
        tab(page, "Options and plan")
        check_look(page)
        tab(page, "Report")
        check_look(page)
        page.get_by_role("link", name="All trials").click()
        page.wait_for_selector(".trial-link")


def test_a_browser_without_the_token_sees_nothing(visit: Visit, server: Server) -> None:
    stranger = visit.page.context.browser.new_context()  # type: ignore[union-attr]
    page = stranger.new_page()
    answer = page.goto(f"http://127.0.0.1:{server.port}/")
    assert answer is not None
    assert answer.status == 403
    assert "demo" not in page.content()
    stranger.close()
