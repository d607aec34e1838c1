"""What interrupts people: a server that is killed, a page loaded again, a second tab, files that are none.

Each test looks at both ends: what the person is told, and what lies on the disk.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from visiting import to_page, visited

import footload as fl
from dashboard.live.sources import SIMULATED
from dashboard.server import Server
from dashboard.uploads import INCOMING
from footload.lab.kept_trials import kept_files
from footload.lab.laboratory import Laboratory

pytestmark = pytest.mark.browser

SLOW_MS = 60_000
"""For what starts processes on a machine that others use too. [ms]"""
SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
SERVE = """
import sys
from pathlib import Path
from dashboard.server import Server
if __name__ == "__main__":
    server = Server(Path(sys.argv[1]), port=int(sys.argv[2]), token=sys.argv[3])
    print(server.url, flush=True)
    server.run()
"""
TOKEN = "a-secret-of-this-test-alone"


@contextmanager
def served_apart(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, which can be killed, and its address."""
    asked = [sys.executable, "-c", SERVE, str(folder), "0", TOKEN]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def connect(page: Page) -> None:
    page.locator("#live-source").click()
    page.get_by_role("option", name=SIMULATED["simulated-walk"], exact=True).click()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator("#live-state")).to_have_text("Watching", timeout=SLOW_MS)


def record(page: Page) -> None:
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#live-state")).to_have_text("Recording")


def test_a_server_that_is_killed_while_it_records_leaves_a_file_that_the_page_leads_to(
    chrome: Browser, tmp_path: Path
) -> None:
    context = chrome.new_context()
    page = context.new_page()
    with served_apart(tmp_path) as (process, url):
        page.goto(url.replace("/?token", "/live?token"))
        connect(page)
        record(page)
        page.wait_for_timeout(2500)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        expect(page.locator("#live-state")).to_have_text("footload does not answer; trying again")
        expect(page.locator("#live-stop")).to_be_disabled()
        expect(page.locator("#connection")).to_contain_text("goes on by itself as soon as footload runs again")
    (file,) = tmp_path.glob("*.mcap")
    with Server(tmp_path, port=int(url.split(":")[2].split("/")[0]), token=TOKEN):
        expect(page.locator("#connection")).to_contain_text("what was recorded is on the list of trials")
        expect(page.locator("#live-state")).to_have_text("No device")
        expect(page.locator("#live-connect")).to_be_enabled()
        to_page(page, "Trials")
        page.get_by_role("link", name=file.stem, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(file.stem)
        page.wait_for_function("() => window.footloadReplay.trial")
        context.close()
    time_s = fl.read(file).pressure.time_s
    assert time_s[-1] > 1.5, "what was written until a second before the kill is there"
    assert np.diff(time_s).max() < 0.5, "and whole until then"


def test_a_recording_goes_on_while_its_page_is_loaded_again_and_another_tab_stops_it(
    chrome: Browser, tmp_path: Path
) -> None:
    with Server(tmp_path) as clinic, visited(chrome, clinic) as visit:
        page = visit.page
        to_page(page, "Live")
        connect(page)
        record(page)
        other = page.context.new_page()
        other.goto(page.url)
        for tab in (page, other):
            tab.reload()
            expect(tab.locator("#live-state")).to_have_text("Recording")
            expect(tab.locator("#live-file")).to_contain_text(re.compile(r"\.mcap, \d+\.\d s, 0 marks"))
            expect(tab.locator("#live-record")).to_be_disabled()
        page.locator("#live-mark").click()
        expect(other.locator("#live-file")).to_contain_text("1 mark")
        other.locator("#live-stop").click()
        (file,) = tmp_path.glob("*.mcap")
        for tab in (page, other):  # also who did not press it is told, with the way to it
            expect(tab.locator("#live-recorded")).to_contain_text(f"{file.name}")
            expect(tab.locator("#live-state")).to_have_text("Watching")
            expect(tab.locator("#live-recorded").get_by_role("link", name="Open the trial")).to_be_visible()
        clinic.session.disconnect()
    trial = fl.read(file)
    assert np.diff(trial.pressure.time_s).max() < 0.5, "nothing is missing while the pages were loaded"
    assert [event.name for event in trial.events] == ["mark"]


def test_wrong_files_are_told_by_name_and_the_right_one_beside_them_is_added(chrome: Browser, tmp_path: Path) -> None:
    Laboratory.create(tmp_path / "lab").close()
    files = tmp_path / "stick"
    files.mkdir()
    right = shutil.copy(SAMPLES / "synthetic_step.lst", files)
    letter, none, cut = files / "letter.pdf", files / "nothing.asf", files / "cut.lst"
    letter.write_bytes(b"%PDF-1.7 no recording")
    none.write_bytes(b"")
    cut.write_bytes(Path(right).read_bytes()[:3000])
    with Server(tmp_path) as clinic, visited(chrome, clinic) as visit:
        page = visit.page
        to_page(page, "Sessions")
        page.wait_for_selector("#upload-files", state="attached")
        page.get_by_label("Participant (a pseudonym)").fill("P31")
        notices = page.locator(".mantine-Notification-root")
        page.set_input_files("#upload-files", [letter, cut, right])
        told = notices.filter(has_text="1 trial(s) added.")
        expect(told).to_contain_text("letter.pdf: no reader knows this kind of file", timeout=SLOW_MS)
        expect(told).to_contain_text("cut.lst: ")
        expect(page.locator(".sessions-table .trial-link")).to_have_count(1)
        # The browser itself writes an error to its console when a request is refused; that is no fault of the page.
        page.set_input_files("#upload-files", none)
        expect(notices.filter(has_text="nothing.asf was not taken")).to_contain_text("is empty (0 bytes)")
        visit.complaints[:] = [said for said in visit.complaints if "status of 400" not in said]
        expect(page.locator(".sessions-table .trial-link")).to_have_count(1)
        page.get_by_role("link", name="P31", exact=True).first.click()
        expect(page).to_have_url(re.compile(r"\?participant=P31$"))
    (kept,) = kept_files(tmp_path / "lab")
    assert kept.read_bytes() == Path(right).read_bytes()
    assert [path for path in (tmp_path / "lab" / INCOMING).rglob("*") if path.is_file()] == []


def test_a_file_that_is_dropped_while_another_one_travels_is_not_lost_in_silence(
    chrome: Browser, tmp_path: Path
) -> None:
    Laboratory.create(tmp_path / "lab").close()
    slow = tmp_path / "slow.asf"
    slow.write_bytes(b"x" * 1_000_000)
    with Server(tmp_path) as clinic, visited(chrome, clinic) as visit:
        page = visit.page
        to_page(page, "Sessions")
        page.wait_for_selector("#upload-files", state="attached")
        page.get_by_label("Participant (a pseudonym)").fill("P51")
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        pace = {"offline": False, "latency": 0, "downloadThroughput": -1}
        wire.send("Network.emulateNetworkConditions", {**pace, "uploadThroughput": 30_000})
        page.set_input_files("#upload-files", slow)
        expect(page.locator(".upload-state")).to_contain_text("slow.asf")
        page.set_input_files("#upload-files", SAMPLES / "demo_walk.mcap")
        notices = page.locator(".mantine-Notification-root")
        expect(notices.filter(has_text="demo_walk.mcap was not taken")).to_contain_text("still on its way")
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(notices.filter(has_text="slow.asf was not taken")).to_contain_text("nothing of it is kept")
        wire.send("Network.emulateNetworkConditions", {**pace, "uploadThroughput": -1})
        page.set_input_files("#upload-files", SAMPLES / "demo_walk.mcap")
        expect(page.locator(".sessions-table .trial-link")).to_have_count(1, timeout=SLOW_MS)
    (kept,) = kept_files(tmp_path / "lab")
    assert kept.read_bytes() == (SAMPLES / "demo_walk.mcap").read_bytes()
    assert [path for path in (tmp_path / "lab" / INCOMING).rglob("*") if path.is_file()] == []
