"""A trial's page as a person works with it: regions are dragged, numbers explained, plates and markers replayed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import LISTED_WHOLE, visited

from dashboard.server import Server
from dashboard.store import trial_id
from footload.export.c3d import write_c3d
from footload.foot.drawn_history import drawn_beside, read_history
from footload.joined import join
from footload.readers import read
from footload.readers.hdf5_writing import write_hdf5

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
LOOKS = [("light", 1440), ("dark", 420)]
MAT, JOINED = "barefoot_squat_mat.mcap", "both.h5"
STEP, PLATES, LANDING = "synthetic_step.lst", "barefoot_squat_plates.h5", "barefoot_drop_landing_plates.h5"

BEYOND_THEIR_CARDS = """() => [...document.querySelectorAll("article.finding")].flatMap((card) =>
  [...card.querySelectorAll(".finding-head *")].filter((part) =>
    part.getBoundingClientRect().right > card.getBoundingClientRect().right).map((part) => part.textContent))"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    folder = tmp_path_factory.mktemp("trials")
    shutil.copy(SAMPLES / STEP, folder)
    for name in (PLATES, LANDING):
        shutil.copy(SAMPLES / "study" / name, folder)
    # Two makers' files of one movement: the laboratory's plates and cameras began 0.4 s before the mat.
    write_c3d(read(SAMPLES / "study" / PLATES), folder / "plates.c3d")
    joined = join([read(SAMPLES / "study" / MAT), read(folder / "plates.c3d")], [-0.4])
    (folder / "plates.c3d").unlink()
    write_hdf5(joined, folder / JOINED)
    with Server(folder, settings=LISTED_WHOLE) as server:
        yield server, folder


def opened(page: Page, server: Server, kind: str, name: str) -> Page:
    page.goto(f"http://127.0.0.1:{server.port}/{kind}/{trial_id(name)}")
    expect(page.locator("main h1")).to_have_text(re.compile(name.rpartition(".")[0].replace("_", "[_ ]")))
    return page


def clean(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]] == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page scrolls sideways"


def test_a_heel_line_is_moved_by_keys_the_toe_by_the_pointer_and_both_are_taken_back(
    chrome: Browser, clinic: tuple[Server, Path]
) -> None:
    server, folder = clinic
    edits = drawn_beside(folder / STEP)
    with visited(chrome, server) as visit:
        page = opened(visit.page, server, "trial", STEP)
        page.get_by_label("Edited by").fill("A. Tester")
        handle = page.locator("[data-handle='heel_mm|1']")
        handle.focus()
        page.keyboard.press("Shift+ArrowUp")
        page.keyboard.press("Shift+ArrowUp")
        expect(page.locator(".edit").first).to_contain_text("heel line A. Tester")
        expect(handle).to_be_focused()
        expect(page.locator("article .chip", has_text="edited by hand").first).to_be_visible()
        assert page.evaluate(BEYOND_THEIR_CARDS) == []
        before = read_history(edits).drawn.feet[0]
        box: Any = page.locator("[data-handle='toe|-1']").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 24, y, steps=4)
        page.mouse.up()
        expect(page.locator(".edit")).to_have_count(3)
        after = read_history(edits).drawn.feet[0]
        assert after.forefoot_mm[0] > before.heel_mm[0] - 200
        assert after.lines == before.lines
        page.reload()
        expect(page.locator(".edit").first).to_contain_text("holds now")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".edit").nth(1)).to_contain_text("holds now")
        page.locator("[data-handle='heel|-1']").focus()
        page.keyboard.press("Control+z")
        expect(page.locator(".edit").nth(2)).to_contain_text("holds now")
        expect(page.locator("article .chip", has_text="edited by hand")).to_have_count(0)
        assert read_history(edits).current == 0
    edits.unlink()


def test_a_number_of_a_table_is_explained_and_so_is_its_column_by_the_keyboard(
    chrome: Browser, clinic: tuple[Server, Path]
) -> None:
    server, _ = clinic
    with visited(chrome, server) as visit:
        page = opened(visit.page, server, "trial", STEP)
        regions = page.get_by_role("region", name="Findings of the regions of this foot")
        regions.locator("td .told-link").first.click()
        window = page.get_by_role("dialog")
        expect(window).to_contain_text("Formula from")
        expect(window).to_contain_text("Fingerprint of the file")
        page.keyboard.press("Escape")
        expect(window).to_be_hidden()
        regions.locator("th .told-link").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("What it is")
        page.wait_for_timeout(400)  # the window has faded in
        # The window alone: its component library gives it a header, which axe takes for a second one of the page.
        but = {"rules": {"landmark-no-duplicate-banner": {"enabled": False}}}
        assert Axe().run(page, context="[role=dialog]", options=but).response["violations"] == []


def test_a_measured_line_of_the_plan_leads_to_its_formula_and_to_how_it_is_read(
    chrome: Browser, clinic: tuple[Server, Path]
) -> None:
    server, _ = clinic
    with visited(chrome, server) as visit:
        page = opened(visit.page, server, "plan", STEP)
        page.locator(".sheet .told-link", has_text="Arch index").click()
        window = page.get_by_role("dialog")
        for words in ("Formula from", "Values of this trial", "Fingerprint of the file", "How the decision reads it"):
            expect(window).to_contain_text(words)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_plates_markers_and_knees_are_replayed_on_one_time_line(
    chrome: Browser, clinic: tuple[Server, Path], scheme: Any, width: int
) -> None:
    server, _ = clinic
    with visited(chrome, server, scheme=scheme, width=width) as visit:
        page = opened(visit.page, server, "trial", PLATES)
        page.wait_for_function("() => window.footloadReplay?.trial")
        seen = "() => document.getElementById('replay-body').toDataURL()"
        page.wait_for_function("() => footloadReplay.pictures > 0")
        standing = page.evaluate(seen)
        page.locator("#replay-slider").evaluate(
            "slider => { slider.value = 3; slider.dispatchEvent(new Event('input', { bubbles: true })) }"
        )
        state = page.locator("#replay-state")
        expect(state).to_contain_text("repetition 1, bottom")
        expect(state).to_contain_text(re.compile(r"plate 1 \d+ N · plate 2 \d+ N · left knee \d\.\d° · right knee"))
        assert page.evaluate(seen) != standing
        clean(page)


def test_the_files_of_two_makers_are_replayed_on_one_time_line(chrome: Browser, clinic: tuple[Server, Path]) -> None:
    server, _ = clinic

    def at(page: Page, time_s: float) -> None:
        page.locator("#replay-slider").evaluate(
            f"slider => {{ slider.value = {time_s}; slider.dispatchEvent(new Event('input', {{ bubbles: true }})) }}"
        )

    with visited(chrome, server) as visit:
        page = visit.page
        page.goto(f"http://127.0.0.1:{server.port}/trial/{trial_id(JOINED)}")
        page.wait_for_function("() => window.footloadReplay?.pictures > 0")
        seen = "() => ['replay-mat', 'replay-body'].map(name => document.getElementById(name).toDataURL())"
        state = page.locator("#replay-state")
        assert page.evaluate("() => [footloadReplay.first, footloadReplay.last]") == pytest.approx([-0.4, 20.05])
        at(page, -0.2)
        expect(state).to_contain_text(
            re.compile(r"-0\.20 s · the mat was not recorded here · plate 1 \d+ N · plate 2 \d+ N")
        )
        mat_before, body_before = page.evaluate(seen)
        at(page, 2.6)
        expect(state).to_contain_text(re.compile(r"frame \d+ of 402 · repetition 1, .* · force \d+ N · left \d+ N"))
        expect(state).to_contain_text(re.compile(r"medial shift .* · plate 1 \d+ N · plate 2 \d+ N · left knee"))
        mat_after, body_after = page.evaluate(seen)
        assert mat_after != mat_before
        assert body_after != body_before
        at(page, 20.0)
        expect(state).to_contain_text("frame 401 of 402")
        expect(state).not_to_contain_text("plate 1")
        expect(page.get_by_text("One trial out of 2 files").first).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("name", [PLATES, LANDING])
def test_squats_and_landings_on_plates_are_laid_over_and_beside_each_other(
    chrome: Browser, clinic: tuple[Server, Path], name: str, scheme: Any, width: int
) -> None:
    server, _ = clinic
    with visited(chrome, server, scheme=scheme, width=width) as visit:
        page = opened(visit.page, server, "squat", name)
        for graph in ("shift-over-time-left", "shift-over-force-right", "repetition-1", "asymmetry"):
            expect(page.locator(f".graph-{graph} .main-svg").first).to_be_visible()
        clean(page)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_one_foot_stands_upright_on_every_window(
    chrome: Browser, clinic: tuple[Server, Path], scheme: Any, width: int
) -> None:
    server, _ = clinic
    with visited(chrome, server, scheme=scheme, width=width) as visit:
        page = opened(visit.page, server, "trial", STEP)
        page.wait_for_function("() => window.footloadReplay?.trial")
        expect(page.locator(".graph-pressure-map .main-svg").first).to_be_visible()
        assert page.evaluate("() => footloadReplay.mat.lying") is False
        map_box: Any = page.locator(".graph-pressure-map").bounding_box()
        assert map_box["width"] >= 0.6 * min(width, 420)
        clean(page)
