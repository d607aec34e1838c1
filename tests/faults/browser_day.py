"""One tab that stays open over a clinic day: does what the browser holds stay flat?

    python tests/faults/browser_day.py [patients]

The server of `clinic_day.py`, and a real browser (Chromium, headless) in which nobody ever loads the page anew. For a
patient the tab goes by links, as people do, through live (connected, recorded, marked, stopped), the list of trials, a
trial that is scrubbed and played, its squats, knee, plan and report, a comparison, sessions and devices.
A quarter of the patients is one row, taken on the page of devices after the browser has collected its garbage: the
heap of the scripts, their buffers and what the document holds, nodes, listeners, memory of the tab's process, of the
server and its workers (what they wrote themselves). Fails when the last row has more than the first two at most: 5 % of
each, 10 % of buffers and of the tab's process, 20 % of nodes and listeners, of which there are few.
"""

# ruff: noqa: T201
from __future__ import annotations

import multiprocessing
import re
import shutil
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from clinic_day import COMPARED, PASSWORD, RECORDED_S, WATCHED_S, counted, filled, serve, started_by, written_mb
from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

PATIENTS = 32
SLOW_MS = 120_000
GROWTH = {"heap": 0.05, "buffers": 0.1, "nodes": 0.2, "listeners": 0.2, "tab": 0.1, "server": 0.05, "workers": 0.05}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def to_page(page: Page, name: str) -> None:
    """Go by the link in the header."""
    page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name=name, exact=True).click()
    expect(page.locator("main h1")).to_have_text(name)
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")


def measure(page: Page) -> None:
    """Live: from connecting to a recording."""
    to_page(page, "Live")
    state = page.locator("#live-state")
    for _ in range(3):  # on a busy machine a device may take longer to start than anybody waits
        page.locator("#live-connect").click()
        expect(state).to_have_text(re.compile("Watching|Failed"))
        if state.inner_text() == "Watching":
            break
    expect(state).to_have_text("Watching")
    page.wait_for_timeout(1000 * WATCHED_S)
    page.locator("#live-record").click()
    expect(state).to_have_text("Recording")
    page.wait_for_timeout(1000 * RECORDED_S)
    page.locator("#live-mark").click()
    page.locator("#live-stop").click()
    expect(page.locator("#live-recorded")).to_contain_text("frames")
    page.locator("#live-disconnect").click()
    expect(state).to_have_text("No device")


def read(page: Page) -> None:
    """A trial, all that is told of it, and a comparison."""
    to_page(page, "Trials")
    page.get_by_role("row").filter(has_text="wedge").locator(".trial-link").first.click()
    page.wait_for_function("() => window.footloadReplay?.trial && footloadReplay.pictures > 0")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.locator("#replay-slider").evaluate(
        "slider => { slider.value = 3; slider.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    page.locator("#replay-play").click()
    for name in ("Knee", "Options and plan", "Report"):
        tabs = page.get_by_role("navigation", name="Pages of this trial")
        tabs.get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".tab-here")).to_have_text(name)
    page.keyboard.press("s")
    expect(page.locator("main h1")).to_have_text("Squat & landing")
    page.locator("main").get_by_role("link", name="wedge").first.click()
    expect(page.locator(".graph-shift-over-time-left .main-svg").first).to_be_visible()
    to_page(page, "Compare")
    page.get_by_role("link", name=f"{COMPARED}, squat").click()
    expect(page.locator(".graph-condition-curves-left .main-svg").first).to_be_visible()
    to_page(page, "Sessions")
    to_page(page, "Devices")


def held(page: Page, tab: CDPSession, browser: Browser, server_pid: int) -> dict[str, float]:
    """What tab and server hold now."""
    for _ in range(3):
        tab.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(500)
    counts = tab.send("Memory.getDOMCounters")
    whole = browser.new_browser_cdp_session()
    processes = whole.send("SystemInfo.getProcessInfo")["processInfo"]
    whole.detach()
    heap = tab.send("Runtime.getHeapUsage")
    return {
        "heap": heap["usedSize"] / 2**20,
        "buffers": (heap["backingStorageSize"] + heap["embedderHeapUsedSize"]) / 2**20,
        "nodes": counts["nodes"],
        "listeners": counts["jsEventListeners"],
        "tab": max(written_mb(each["id"]) for each in processes if each["type"] == "renderer"),
        "server": written_mb(server_pid),
        "workers": sum(map(written_mb, started_by(server_pid))),
    }


def live_the_day(
    browser: Browser, told: Connection, port: int, server_pid: int, n_patients: int
) -> list[dict[str, float]]:
    """Log in once, see the patients; one row a quarter of them."""
    page = browser.new_page(viewport={"width": 1440, "height": 960})
    page.set_default_timeout(SLOW_MS)
    page.goto(f"http://127.0.0.1:{port}/")
    page.get_by_label("Name").fill("sigi")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("main h1")).to_be_visible()
    page.evaluate("() => { window.sameDocument = true }")
    tab = page.context.new_cdp_session(page)
    tab.send("HeapProfiler.enable")
    rows: list[dict[str, float]] = []
    before = None
    print(
        f"{'patients':>8s}{'heap MB':>10s}{'buffers MB':>12s}{'nodes':>8s}{'listeners':>11s}{'tab MB':>9s}"
        f"{'server MB':>11s}{'workers MB':>12s}{'s each':>8s}"
    )
    for quarter in range(4):
        begun, n = time.monotonic(), max(1, n_patients // 4)
        for _ in range(n):
            measure(page)
            read(page)
        spent_s = time.monotonic() - begun
        rows.append(held(page, tab, browser, server_pid))
        row = rows[-1]
        print(
            f"{(quarter + 1) * n:8d}{row['heap']:10.1f}{row['buffers']:12.1f}{row['nodes']:8.0f}"
            f"{row['listeners']:11.0f}{row['tab']:9.1f}{row['server']:11.1f}{row['workers']:12.1f}{spent_s / n:8.1f}",
            flush=True,
        )
        before = counted(told, before)
    tab.send("Memory.simulatePressureNotification", {"level": "critical"})
    page.wait_for_timeout(3000)
    print(f"{'':8s}  the tab's process where memory is short: {held(page, tab, browser, server_pid)['tab']:.1f} MB")
    assert page.evaluate("() => window.sameDocument"), "the page was loaded anew, which frees what it held"
    return rows


def main(n_patients: int) -> int:
    """Live the day; 1 where something grew."""
    context = multiprocessing.get_context("spawn")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    expect.set_options(timeout=SLOW_MS)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        filled(folder)
        mine, its = context.Pipe()
        server = context.Process(target=serve, args=(folder, its))
        server.start()
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            assert server.pid is not None
            rows = live_the_day(browser, mine, mine.recv(), server.pid, n_patients)
            mine.send("done")
            server.join(30)
        finally:
            browser.close()
            if server.is_alive():
                server.terminate()
                server.join()
    before = {key: max(row[key] for row in rows[:2]) for key in rows[0]}
    grown = [key for key, most in GROWTH.items() if rows[-1][key] > before[key] * (1 + most)]
    print(f"GREW: {', '.join(grown)}" if grown else "flat")
    return int(bool(grown))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS))
