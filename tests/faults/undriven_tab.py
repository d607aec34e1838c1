"""One tab that nobody drives, going round the pages by itself: does its process grow?

    python tests/faults/undriven_tab.py [seconds]

A browser that is driven keeps for its driver what a page was sent, so that its tab grows by some 9 MB a patient
(`browser_day.py`). Here the tab goes by links of its own: list, trial with its replay and figures, squats, comparison,
devices, help; every half minute somebody asks how often it went round, and /proc how much memory the tab has.
"""

# ruff: noqa: T201
from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from dashboard.server import Server

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "benchmarks"))
EVERY_S = 30
ROUND = """() => { window.rounds = 0;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const until = async (found) => { while (!found()) await wait(100); return found(); };
  const figures = (selector, n) => until(() => document.querySelectorAll(`${selector} .main-svg`).length >= n);
  const to = async (href) => { (await until(() => document.querySelector(`a[href='${href}']`))).click();
    await until(() => location.pathname === href); await wait(1500); };
  const into = async (link) => (await until(() => document.querySelector(link))).click();
  (async () => { for (;;) {
    await to('/'); await into('.trial-link'); await figures('.js-plotly-plot', 4); await wait(2500);
    await to('/squat/'); await to('/compare/'); await into('.compare-link'); await figures('.two-feet', 8);
    await wait(1500); await to('/devices'); await to('/help'); window.rounds++;
  } })(); }"""


def tab_mb() -> int:
    """Memory that belongs to the largest tab of this machine alone. [MB]"""
    found = [0]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" in (process / "cmdline").read_bytes():
                said = (process / "status").read_text("ascii")
                found.append(int(said.split("RssAnon:")[1].split()[0]) // 1024)
        except (OSError, IndexError):
            continue  # it ended meanwhile
    return max(found)


def main() -> None:
    """Print a line every half minute."""
    from unwatched import unwatched

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    with tempfile.TemporaryDirectory() as name:
        for condition in ("barefoot", "shoe", "wedge"):
            shutil.copy(ROOT / "sample_data" / "study" / f"{condition}_squat_mat.mcap", name)
        path = shutil.which("chromium") or shutil.which("google-chrome")
        assert path, "there is no Chromium on this machine"
        with Server(Path(name)) as server, sync_playwright() as driver, unwatched(driver, path) as browser:
            with browser.driven() as driven:
                page = driven.contexts[0].pages[0]
                page.goto(server.url)
                page.wait_for_selector(".trial-link")
                page.evaluate(ROUND)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                time.sleep(EVERY_S)
                with browser.driven() as driven:
                    rounds = driven.contexts[0].pages[0].evaluate("() => window.rounds")
                print(f"{rounds:3d} rounds, tab {tab_mb()} MB", flush=True)


if __name__ == "__main__":
    main()
