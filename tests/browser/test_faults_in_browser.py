"""What goes wrong on a clinic day, as people see it: a pulled cable, a full disk, a restart, a squat that is none."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import to_page, visited

import dashboard.live.sources
import dashboard.pages.live
import dashboard.uploads
import footload as fl
from dashboard.live.sources import SIMULATED
from dashboard.server import Server
from dashboard.uploads import INCOMING
from devices.emulator import serve_pty
from devices.emulator.device import emulate_recording
from devices.emulator.faults import Faults, FaultyEmulator
from devices.profile import load_profile
from footload.lab.kept_trials import kept_files
from footload.lab.laboratory import Laboratory
from footload.synthetic import Sensor, demo_walk

pytestmark = pytest.mark.browser

SLOW_MS = 60_000
"""For what starts processes on a machine that others use too. [ms]"""
AWAY_S = 60.0
"""The cable is put back before. [s]"""
LEAST_AWAY_S = 1.5
HAS_GAP = """() => {
    const { n, of } = footloadLive.devices[0].samples;
    return of.force.slice(0, n).some(Number.isNaN);
}"""

TO_GAP = """(part) => {
    const { trial, slider } = footloadReplay, step = (k) => trial.time[k] - trial.time[k - 1];
    let longest = 1;
    for (let k = 1; k < trial.n; k++) if (step(k) > step(longest)) longest = k;
    slider.value = trial.time[longest - 1] + part * step(longest);
    slider.dispatchEvent(new Event("input"));
}"""
"""Puts the replay into the longest gap."""


class Pulled(FaultyEmulator):
    """A mat whose cable is pulled and put back when the test says so, however long a page takes to say it."""

    def __init__(self) -> None:
        pressure = demo_walk().seen_by(Sensor(bits=10)).pressure
        super().__init__(
            emulate_recording(load_profile("demo_mat"), pressure, repeat=True), Faults(unplug=1e-9, unplug_s=AWAY_S)
        )

    def pull(self) -> None:
        self._next_s["unplug"] = self._now_s

    def put_back(self) -> None:
        self._until_s["unplug"] = self._now_s


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own that can run full; skips visibly where it cannot be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"a small disk cannot be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill the disk of a folder with one file, but for so many bytes."""
    filler = folder / ".filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            file.truncate(max(file.tell() - leave, 0))
    return filler


def connect(page: Page, source: str = "") -> None:
    if source:
        page.locator("#live-source").click()
        page.get_by_role("option", name=SIMULATED[source], exact=True).click()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.locator("#live-state")).to_have_text("Watching", timeout=SLOW_MS)


def record_for(page: Page, seconds: float) -> None:
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#live-state")).to_have_text("Recording")
    page.wait_for_timeout(1000 * seconds)


def test_a_recording_is_added_to_the_laboratory_by_one_click(chrome: Browser, tmp_path: Path) -> None:
    Laboratory.create(tmp_path / "lab").close()
    with Server(tmp_path) as clinic, visited(chrome, clinic) as visit:
        page = visit.page
        to_page(page, "Live")
        connect(page, "simulated-walk")
        record_for(page, 2.5)
        page.locator("#live-stop").click()
        page.get_by_role("button", name="Add to the laboratory").click()
        expect(page.locator("#live-recorded")).to_contain_text("The participant '' cannot be used")
        found = Axe().run(page).response["violations"]
        assert [node["html"] for one in found for node in one["nodes"]] == []
        page.get_by_label("Whose recording is it? (a pseudonym)").fill("P21")
        page.get_by_role("button", name="Add to the laboratory").click()
        expect(page.locator("#live-kept")).to_contain_text("1 trial(s) added.", timeout=SLOW_MS)
        assert list(tmp_path.glob("*.mcap")) == []
        page.get_by_role("link", name="Sessions of P21").click()
        expect(page).to_have_url(re.compile(r"/sessions/\?participant=P21$"))
        page.locator(".sessions-table .trial-link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("P21 squat")  # as the form's task says
        page.wait_for_function("() => window.footloadReplay.trial")
        clinic.session.disconnect()


def test_a_cable_that_is_pulled_while_recording_leaves_a_gap_and_a_whole_file(
    chrome: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mat = Pulled()
    with serve_pty(mat) as served:
        for module in (dashboard.live.sources, dashboard.pages.live):
            monkeypatch.setattr(module, "ports", lambda: ((served.port, "a port"),))
        with Server(tmp_path) as clinic, visited(chrome, clinic) as visit:
            page = visit.page
            to_page(page, "Live")
            page.locator("#live-profile").click()
            page.get_by_role("option", name=load_profile("demo_mat").name, exact=True).click()
            connect(page)
            record_for(page, 1.5)
            mat.pull()
            state = page.locator("#live-state")
            expect(state).to_have_text("The device went away; waiting for it")
            expect(page.locator("#device-state")).to_contain_text("recording")
            page.wait_for_timeout(1000 * LEAST_AWAY_S)
            mat.put_back()
            expect(state).to_have_text("Recording", timeout=SLOW_MS)
            told = re.compile(
                r"went away and came back after \d+\.\d s; the gap from [1-9]\.\d s on is marked in the rec"
            )
            expect(page.locator("#live-away")).to_contain_text(told)
            page.wait_for_function(HAS_GAP)
            page.wait_for_timeout(1500)
            page.locator("#live-stop").click()
            expect(page.locator("#live-recorded")).to_contain_text("A device went away once")
            page.get_by_role("link", name="Open the trial").click()
            page.wait_for_function("() => window.footloadReplay.trial")
            page.get_by_text("Marks and gaps (1)").click()
            expect(page.get_by_text(re.compile(r"^gap at \d\.\d\d s: "))).to_be_visible()
            page.evaluate(TO_GAP, 0.5)
            expect(page.locator("#replay-state")).to_contain_text("the mat was not recorded here")
            page.evaluate(TO_GAP, 1.1)
            expect(page.locator("#replay-state")).to_contain_text(re.compile(r"frame \d+ of \d+"))
            clinic.session.disconnect()
    (file,) = tmp_path.glob("*.mcap")
    trial = fl.read(file)
    gaps = [event for event in trial.events if event.name == "gap"]
    assert len(gaps) == 1
    steps = np.diff(trial.pressure.time_s)
    # Times of frames are told from when they came, and on a busy machine the last one before came late.
    assert steps.max() > 0.8 * LEAST_AWAY_S
    assert (steps > 0.5).sum() == 1
    assert trial.pressure.time_s[-1] > LEAST_AWAY_S + 2.5, "it went on after the gap"


def test_a_disk_that_runs_full_while_recording_is_told_with_what_was_kept(chrome: Browser, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 40) as disk, Server(disk) as clinic:
        with visited(chrome, clinic) as visit:
            page = visit.page
            to_page(page, "Live")
            connect(page, "simulated-walk")
            record_for(page, 1.5)
            filler = fill(disk)
            recorded = page.locator("#live-recorded")
            expect(recorded).to_contain_text("The recording ended by itself", timeout=SLOW_MS)
            expect(recorded).to_contain_text("It ended because: the disk is full.")
            expect(recorded).to_contain_text(
                "What came before is in the file, whole and readable. Make room on the disk"
            )
            expect(page.locator("#live-state")).to_have_text("Watching")
            (file,) = disk.glob("*.mcap")
            assert fl.read(file).pressure.time_s[-1] >= 1.0
            page.get_by_role("button", name="Record", exact=True).click()
            expect(page.locator("#live-answer")).to_contain_text("Make room")
            assert list(disk.glob("*.mcap")) == [file], "what could not begin leaves no file"
            filler.unlink()
            page.wait_for_timeout(1100)  # the name of a file has its second
            record_for(page, 0.5)
            page.locator("#live-stop").click()
            expect(recorded).to_contain_text("Recorded")
            expect(recorded).not_to_contain_text("by itself")
            to_page(page, "Trials")
            for each in (file, *set(disk.glob("*.mcap")) - {file}):
                assert fl.read(each).pressure.n_frames > 20
                expect(page.get_by_role("link", name=each.stem, exact=True)).to_be_visible()
            expect(page.locator(".trial-link")).to_have_count(2)
        clinic.session.disconnect()


def test_a_disk_that_is_full_refuses_an_upload_and_keeps_nothing_of_it(
    chrome: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Path(__file__).resolve().parents[2] / "sample_data" / "demo_squat.mcap"
    with small_disk(tmp_path / "disk", 16) as disk:
        Laboratory.create(disk / "lab").close()
        with Server(disk) as clinic:
            page = chrome.new_context().new_page()
            page.goto(clinic.url.replace("/?token", "/sessions/?token"))
            page.wait_for_selector("#upload-files", state="attached")
            notices = page.locator(".mantine-Notification-root")
            page.set_input_files("#upload-files", sample)
            expect(notices.first).to_contain_text("too little for demo_squat.mcap")
            expect(notices.first).to_contain_text("make room first")
            # Now as if there had been room when it began: the system itself refuses in the middle.
            monkeypatch.setattr(dashboard.uploads, "ROOM_TO_LEAVE", -(1 << 40))
            filler = fill(disk, leave=100_000)
            page.set_input_files("#upload-files", sample)
            expect(notices.filter(has_text="No space left on device")).to_be_visible()
            left = [path for path in (disk / "lab" / INCOMING).rglob("*") if path.is_file()]
            assert left == []
            expect(page.locator(".sessions-table")).to_have_count(0)
            filler.unlink()  # somebody made room
            page.get_by_label("Participant (a pseudonym)").fill("P41")
            page.set_input_files("#upload-files", sample)
            expect(notices.filter(has_text="1 trial(s) added.")).to_be_visible(timeout=SLOW_MS)
            expect(page.locator(".sessions-table .trial-link")).to_have_count(1)
            (kept,) = kept_files(disk / "lab")
            assert kept.read_bytes() == sample.read_bytes()
            page.context.close()


def test_pages_that_are_open_say_that_the_server_is_gone_and_go_on_when_it_is_back(
    chrome: Browser, tmp_path: Path
) -> None:
    first = Server(tmp_path).start()
    context = chrome.new_context()
    live, other = context.new_page(), context.new_page()
    live.goto(first.url.replace("/?token", "/live?token"))
    connect(live, "simulated-walk")
    other.goto(first.url)
    expect(other.get_by_role("heading", level=1)).to_have_text("Trials")
    record_for(live, 1.5)
    first.stop()
    (file,) = tmp_path.glob("*.mcap")
    assert fl.read(file).pressure.time_s[-1] >= 1.0, "a server that is ended ends its recording in order"
    expect(live.locator("#live-state")).to_have_text("footload does not answer; trying again")
    expect(live.locator("#live-record")).to_be_disabled()
    expect(other.locator("#connection")).to_contain_text("footload does not answer. What stands here may be old")
    to_page(other, "Devices")
    with Server(tmp_path, port=first.port, token=first.token) as second:
        expect(live.locator("#live-state")).to_have_text("No device")
        expect(live.locator("#connection")).to_contain_text("what was recorded is on the list of trials")
        expect(other.get_by_role("heading", level=1)).to_have_text("Devices")
        connect(live)
        to_page(other, "Trials")
        expect(other.get_by_role("heading", level=1)).to_have_text("Trials")
        expect(other.get_by_role("link", name=file.stem, exact=True)).to_be_visible()
        expect(other.locator("#connection")).to_have_count(0)
        second.session.disconnect()
    context.close()


def test_a_server_with_another_secret_is_told_from_one_that_is_gone(chrome: Browser, tmp_path: Path) -> None:
    first = Server(tmp_path).start()
    page = chrome.new_context().new_page()
    page.goto(first.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Trials")
    first.stop()
    with Server(tmp_path, port=first.port):
        expect(page.locator("#connection")).to_contain_text("Open the address that it showed when it started")
    page.context.close()


def test_a_repetition_that_is_none_is_told_at_once_with_its_reason(chrome: Browser, tmp_path: Path) -> None:
    with Server(tmp_path) as clinic, visited(chrome, clinic) as visit:
        page = visit.page
        to_page(page, "Live")
        connect(page, "simulated-shallow")
        page.get_by_label("Band from (% of width)").fill("80")
        page.get_by_label("Band to (% of width)").fill("90")
        told, answer = page.locator("#gauge-told"), page.locator("#live-answer")
        for _ in range(12):  # who squats just now has no feet to be measured
            page.get_by_role("button", name="Measure the feet").click()
            expect(answer).to_contain_text(re.compile("Done|did not work"))
            if "Done" in answer.inner_text():
                break
            page.wait_for_timeout(700)
        expect(told).to_contain_text("Repetition does not count: too shallow: 4", timeout=SLOW_MS)
        expect(told).to_have_attribute("data-good", "false")
        expect(told).to_contain_text("Outside the band: left and right.", timeout=SLOW_MS)
        expect(told).to_have_attribute("data-good", "false")
        clinic.session.disconnect()
