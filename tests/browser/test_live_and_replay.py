"""The live page and the replay in a real browser: canvases are looked at, a trial is recorded from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from visiting import Visit, to_page

from dashboard.server import Server
from footload.metrics.registry import metrics

pytestmark = pytest.mark.browser

SEEN = "id => document.getElementById(id).toDataURL()"
LOOKS = [
    pytest.param({"scheme": "light", "width": 1440}, id="light-1440"),
    pytest.param({"scheme": "dark", "width": 420}, id="dark-420"),
]


@pytest.fixture
def live(visit: Visit, server: Server) -> Iterator[Page]:
    """The live page with the simulated squat connected by its button."""
    page = visit.page
    to_page(page, "Live")
    expect(page.locator("#live-empty")).to_be_visible()
    page.locator("#live-connect").click()
    expect(page.locator("#live-state")).to_have_text("Watching", timeout=40_000)
    yield page
    server.session.disconnect()


def clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page scrolls sideways"


def test_a_trial_is_recorded_without_hardware_and_found_in_the_list(live: Page, server: Server) -> None:
    page = live
    expect(page.locator("#live-force")).to_have_text(re.compile(r"\d{3} N"))
    expect(page.locator("#live-left")).to_have_text(re.compile(r"4\d %"))
    expect(page.locator("#live-right")).to_have_text(re.compile(r"5\d %"))
    before = page.evaluate(SEEN, "live-trace")
    page.wait_for_function(f"before => ({SEEN})('live-trace') !== before", arg=before)
    page.get_by_label("Participant (pseudonym)").fill("P<b>12</b>")
    page.get_by_label("Condition").fill("barefoot")
    page.get_by_role("heading", name="Live").click()
    page.keyboard.press("r")
    expect(page.locator("#live-state")).to_have_text("Recording")
    expect(page.locator("#device-state")).to_contain_text("recording", timeout=10_000)
    page.locator("#live-mark").click()
    expect(page.locator("#live-file")).to_contain_text("1 mark")
    page.wait_for_timeout(2500)
    page.locator("#live-stop").click()
    expect(page.locator("#live-recorded")).to_contain_text("frames")
    expect(page.locator("#live-state")).to_have_text("Watching")
    name = page.locator("#live-recorded").inner_text().split(".mcap")[0].split()[-1]
    page.get_by_role("link", name="Open the trial").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("participant P<b>12</b>")).to_be_visible()
    page.wait_for_function("() => window.footloadReplay.trial")
    page.get_by_role("link", name="All trials").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    (server.session.folder / f"{name}.mcap").unlink()


def test_pressure_and_force_are_seen_without_scrolling(live: Page) -> None:
    """Device and trial above them, biofeedback and protocol below, in a window of 1440 by 960."""
    page = live
    assert page.viewport_size == {"width": 1440, "height": 960}
    page.evaluate("scrollTo(0, 0)")
    boxes = {name: page.locator(name).bounding_box() for name in ("#live-mat", "#live-trace", "#live-record", "#gauge")}
    mat, trace, record, gauge = boxes.values()
    assert mat and trace and record and gauge  # noqa: PT018
    for name, box in (("pressure", mat), ("force", trace)):
        assert record["y"] < box["y"] < gauge["y"], name
        assert box["y"] + box["height"] <= 960, f"the end of the picture of {name} is below the fold"


def test_two_tabs_see_the_same_device_and_colours_can_be_locked(live: Page, server: Server) -> None:
    other = live.context.new_page()
    other.goto(f"http://127.0.0.1:{server.port}/live")
    expect(other.locator("#live-state")).to_have_text("Watching", timeout=20_000)
    expect(other.locator("#live-connect")).to_be_disabled()
    other.get_by_text("Locked", exact=True).click()
    other.get_by_text("Smooth", exact=True).click()
    other.wait_for_function("() => footloadLive.choices.scale === 'locked' && footloadLive.mat.smooth")
    other.locator("#live-disconnect").click()
    expect(live.locator("#live-state")).to_have_text("No device", timeout=20_000)
    expect(live.locator("#live-record")).to_be_disabled()
    other.close()


def test_leaving_the_page_closes_its_websocket_and_what_still_comes_is_no_error(live: Page, server: Server) -> None:
    assert server.session.stream.n_viewers == 1
    live.evaluate(
        """() => { footloadLive.socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') window.state = data; }) }"""
    )
    live.wait_for_function("() => window.state")
    to_page(live, "Trials")
    live.wait_for_selector(".trial-link")
    # On a busy machine a state comes between the page's end and the picture that closes the websocket.
    live.evaluate("() => footloadLive.socket.dispatchEvent(new MessageEvent('message', { data: window.state }))")
    live.wait_for_function("() => footloadLive.socket.readyState >= 2")
    live.wait_for_timeout(500)
    assert server.session.stream.n_viewers == 0


@pytest.mark.parametrize("visit", LOOKS, indirect=True)
def test_the_live_page_is_axe_clean_and_fits_its_window(live: Page) -> None:
    expect(live.locator("#live-force")).to_have_text(re.compile(r"\d{3} N"))
    clean(live)


# --- Replay ----------------------------------------------------------------------------------------------------------


def replayed(page: Page, name: str) -> Page:
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_function("() => window.footloadReplay?.trial")
    expect(page.locator("#replay-state")).to_contain_text("frame ")
    return page


def scrub(page: Page, time_s: float) -> None:
    page.locator("#replay-slider").evaluate(
        "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input', { bubbles: true })) }", time_s
    )


def test_a_walk_opens_on_a_foot_and_plays_from_the_beginning(visit: Visit) -> None:
    page = replayed(visit.page, "demo walk")
    force = page.evaluate("() => footloadReplay.trial.whole[4 * footloadReplay.frame + 2]")
    assert force > 300, "somebody stands on the mat: the person weighs about 700 N"
    page.evaluate(
        """() => { window.lowest = Infinity;
        const go = () => { window.lowest = Math.min(window.lowest, footloadReplay.time); requestAnimationFrame(go); };
        document.getElementById('replay-play').click(); go(); }"""
    )
    page.wait_for_function("() => window.lowest < 0.2")


def test_a_squat_is_scrubbed_stepped_and_looped(visit: Visit) -> None:
    page = replayed(visit.page, "demo squat")
    state = page.locator("#replay-state")
    standing = page.evaluate(SEEN, "replay-trace")
    scrub(page, 3.0)
    expect(state).to_contain_text("3.00 s · frame 151 of 1100")
    expect(state).to_contain_text(re.compile(r"left \d+ N, medial shift 5\.\d %"))  # truth: 5.08 %
    assert page.evaluate(SEEN, "replay-trace") != standing
    page.get_by_role("heading", name="Replay").click()
    page.keyboard.press("ArrowRight")
    expect(state).to_contain_text("frame 152 of 1100")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(state).to_contain_text("frame 150 of 1100")
    page.get_by_label("Loop").select_option(label="Repetition 2")
    begin = page.evaluate("() => footloadReplay.loop.start_s")
    assert page.evaluate("() => footloadReplay.time") == pytest.approx(begin)
    page.get_by_label("Speed").select_option("4")
    page.keyboard.press(" ")
    page.wait_for_timeout(1500)  # longer than the repetition takes at four times its speed
    now = page.evaluate("() => [footloadReplay.playing, footloadReplay.time, footloadReplay.loop]")
    assert now[0]
    assert now[2]["start_s"] <= now[1] <= now[2]["stop_s"]


def test_playing_goes_to_the_end_and_stops_there(visit: Visit) -> None:
    page = replayed(visit.page, "demo walk")
    page.get_by_label("Speed").select_option("4")
    page.locator("#replay-play").click()
    expect(page.locator("#replay-state")).to_contain_text("frame 288 of 288", timeout=10_000)
    expect(page.locator("#replay-play")).to_have_text("Play")


def test_the_frames_travel_once(visit: Visit) -> None:
    page = replayed(visit.page, "demo walk")
    scrub(page, 1.0)
    page.locator("#replay-play").click()
    page.wait_for_timeout(500)
    assert sum("/stream/trial/" in url for url in visit.requests) == 1


# --- Squats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("visit", LOOKS, indirect=True)
def test_squats_are_listed_laid_over_each_other_and_lead_to_their_trial(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Squat & landing")
    clean(page)
    page.get_by_role("link", name="demo squat").click()
    expect(page.locator(".graph-shift-over-time-left .main-svg").first).to_be_visible()
    expect(page.locator(".graph-shift-over-depth-right .main-svg").first).to_be_visible()
    expect(page.get_by_text("5 repetitions counted")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")
    clean(page)
    page.get_by_role("link", name="Replay and findings of the trial").click()
    page.wait_for_function("() => window.footloadReplay?.trial")


@pytest.mark.parametrize("visit", LOOKS, indirect=True)
@pytest.mark.parametrize("name", ["Devices", "Help"])
def test_the_reference_pages_are_axe_clean_and_fit_their_window(visit: Visit, name: str) -> None:
    page = visit.page
    to_page(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    clean(page)


def test_the_help_opens_where_its_contents_lead_and_finds_a_value_by_its_words(visit: Visit) -> None:
    page = visit.page
    to_page(page, "Help")
    keys = page.locator("#help-keys")
    expect(keys.locator("dl")).to_be_hidden()
    contents = page.get_by_role("navigation", name="Contents of the help")
    contents.get_by_role("link", name="Keys").focus()
    page.keyboard.press("Enter")
    expect(keys.locator("dl")).to_be_visible()
    expect(keys.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(keys.locator("dl")).to_be_hidden()

    assert page.evaluate("document.documentElement.scrollHeight") < 4000, "the help is as long as it was"
    page.get_by_label("Find a value").fill("arch index")
    rows = page.locator(".help-topic tbody tr")
    expect(rows.filter(visible=True).first).to_contain_text("rch index")
    seen = rows.filter(visible=True).count()
    assert 1 <= seen < 10
    expect(page.locator("#help-found")).to_have_text(f"{seen} of {len(metrics())} values")
    expect(contents).to_be_in_viewport()
    clean(page)
    page.get_by_label("Find a value").fill("")
    expect(rows.filter(visible=True)).to_have_count(0)  # every section is closed again
