"""Plates on the live page in a real browser: beside a mat, and with biofeedback for landings that can be heard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from visiting import Visit, to_page

import footload as fl
from dashboard.server import Server

pytestmark = pytest.mark.browser

HEARD = """() => { window.heard = [];
  class Node { connect(other) { return other; } }
  class Oscillator extends Node { frequency = { value: 0 };
    start() { window.heard.push({ hz: this.frequency.value }); }
    stop(at) { window.heard.at(-1).seconds = at; } }
  window.AudioContext = class { currentTime = 0; destination = new Node();
    createOscillator() { return new Oscillator(); }
    createGain() { return Object.assign(new Node(), { gain: { value: 1 } }); } };
}"""
INKED = """id => { const canvas = document.getElementById(id), data = canvas.getContext('2d')
  .getImageData(0, 0, canvas.width, canvas.height).data; const seen = new Set();
  for (let k = 0; k < data.length; k += 4) if (data[k + 3]) seen.add(data[k] << 16 | data[k + 1] << 8 | data[k + 2]);
  return [...seen] }"""


@pytest.fixture
def live(visit: Visit, server: Server) -> Iterator[Page]:
    """The live page, nothing connected."""
    to_page(visit.page, "Live")
    expect(visit.page.locator("#live-empty")).to_be_visible()
    yield visit.page
    server.session.disconnect()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.parametrize("visit", [pytest.param({"scheme": "dark", "width": 420}, id="dark-420")], indirect=True)
def test_a_mat_and_plates_side_by_side_are_drawn_watched_and_recorded_into_one_file(live: Page, server: Server) -> None:
    page = live
    choose(page, "And beside it", "Simulated plates: a person who squats")
    page.locator("#live-connect").click()
    expect(page.locator("#live-state")).to_have_text("Watching", timeout=40_000)
    expect(page.locator("#live-mat")).to_be_visible()
    expect(page.locator("#live-plates")).to_be_visible()
    expect(page.locator("#live-force")).to_have_text(re.compile(r"mat \d{3} N · plates \d{3} N"))
    expect(page.locator("#live-share-of")).to_have_text("Left and right by the plates.")
    expect(page.locator("#live-left")).to_have_text(re.compile(r"4\d %"))
    expect(page.locator("#live-trace-key")).to_have_text(
        re.compile("mat: all.*board 1, left.*board 2, right.*plates: together")
    )
    expect(page.locator("#live-health thead th")).to_have_count(2)
    for column in (1, 2):
        expect(page.locator(f"#live-health tbody tr:first-child td:nth-of-type({column})")).to_have_text(
            re.compile(r"^[1-9]\d+$")
        )
    left, right = (0x2B8CD6, 0xD55E00)
    assert {left, right} <= set(page.evaluate(INKED, "live-plates"))
    assert {left, right} <= set(page.evaluate(INKED, "live-trace"))
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []
    assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.locator("#live-record").click()
    expect(page.locator("#live-state")).to_have_text("Recording")
    page.wait_for_timeout(1000)
    page.locator("#live-stop").click()
    expect(page.locator("#live-recorded")).to_contain_text(re.compile(r"\d+ and \d+ frames"))
    name = page.locator("#live-recorded").inner_text().split(".mcap")[0].split()[-1]
    path = server.session.folder / f"{name}.mcap"
    trial = fl.read(path)
    assert (len(trial.pressures), len(trial.forces)) == (1, 2)
    path.unlink()


def test_landings_on_plates_are_told_shown_and_heard(live: Page) -> None:
    page = live
    page.evaluate(HEARD)
    choose(page, "Device", "Simulated plates: a person who lands")
    choose(page, "Task", "drop landing")
    page.locator("#live-connect").click()
    expect(page.locator("#live-state")).to_have_text("Watching", timeout=40_000)
    expect(page.locator("#live-mat-place")).to_be_hidden()
    for label, value in (("Foot length", 260), ("Foot width", 95), ("Band from", 0), ("Band to", 8)):
        page.get_by_label(re.compile(f"^{label}")).fill(str(value))
    page.get_by_text("Sound", exact=True).click()
    for _ in range(8):  # whoever lands in that second is told to stand still, and it is tried again
        page.locator("#gauge-measure").click()
        page.wait_for_timeout(1800)
        if page.locator("#gauge-feet").inner_text().startswith("As entered"):
            break
    expect(page.locator("#gauge-feet")).to_contain_text("left foot 260 mm long, 95 mm wide")
    expect(page.locator("#gauge-numbers")).to_have_text(re.compile(r"left -?\d+ %.* · right -?\d+ %"))
    # The left foot goes medially by 5 mm, the right one laterally by 3 mm, of 95 mm.
    expect(page.locator("#gauge-told")).to_have_text(
        re.compile(r"Landing \d: medial shift left \+[56]\.\d %, right -[23]\.\d %\. Outside the band: right\."),
        timeout=20_000,
    )
    expect(page.locator("#gauge-delay")).to_contain_text(re.compile(r"what arrived \d+ ms ago.*at most 0\.2 s after"))
    assert page.locator("#gauge-told").get_attribute("data-good") == "false"
    page.wait_for_function("() => window.heard.length > 0")
    assert page.evaluate("() => window.heard[0]") == {"hz": 220, "seconds": 0.4}


def test_a_good_squat_sounds_high_and_silence_is_silent(live: Page) -> None:
    page = live
    page.evaluate(HEARD)
    tell = """told => footloadGauge.status({ state: 'watching', protocol: { state: 'idle', text: '', problem: '' },
      biofeedback: { device: 0, sides: ['left'], feet: '', landing: false, band: null, delay_s: 1,
        n_counted: told, n_rejected: 0, told: { text: `Repetition ${told}`, good: true } } })"""
    page.evaluate(tell, 1)
    assert page.evaluate("() => window.heard") == []
    page.get_by_text("Sound", exact=True).click()
    page.wait_for_function("() => footloadGauge.sound")
    page.evaluate(tell, 2)
    page.evaluate(tell, 2)  # the same state again is no new repetition
    assert page.evaluate("() => window.heard") == [{"hz": 880, "seconds": 0.12}]


def test_a_device_that_falls_silent_shows_nothing_as_if_it_were_now_and_the_other_goes_on(
    live: Page, server: Server
) -> None:
    page = live
    choose(page, "And beside it", "Simulated plates: a person who squats")
    page.locator("#live-connect").click()
    expect(page.locator("#live-force")).to_have_text(re.compile(r"mat \d{3} N · plates \d{3} N"), timeout=40_000)
    mat, plates = server.session._watched  # pyright: ignore[reportPrivateUsage]
    plates.look = lambda: None
    expect(page.locator("#live-force")).to_have_text(re.compile(r"mat \d{3} N · plates – N"))
    expect(page.locator("#live-share-of")).to_have_text("Left and right by the mat.")
    expect(page.locator("#live-left")).to_have_text(re.compile(r"[45]\d %"))
    assert page.evaluate("() => Number.isNaN(footloadLive.devices[1].samples.last('force'))")
    mat.look = lambda: None
    expect(page.locator("#live-left")).to_have_text("–")
    expect(page.locator("#live-peak")).to_have_text("–")
    expect(page.locator(".share")).to_be_hidden()
    page.wait_for_function("() => footloadLive.devices.every((each) => each.silent)")
    page.wait_for_timeout(300)
    assert len(page.evaluate(INKED, "live-mat")) < 8  # the ground alone, no feet of a while ago
    for each in (mat, plates):
        del each.look
    expect(page.locator("#live-force")).to_have_text(re.compile(r"mat \d{3} N · plates \d{3} N"))
    expect(page.locator(".share")).to_be_visible()
