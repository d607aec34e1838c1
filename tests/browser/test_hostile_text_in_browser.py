"""A script in every field that takes text: shown as text on every page that shows it, and in the report and its PDF."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from visiting import SCRIPT_NAME, visited

from dashboard.pages.routes import PAGES
from dashboard.server import Server
from dashboard.settings import Settings
from dashboard.store import trial_id
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.readers import read
from footload.readers.hdf5_writing import write_hdf5
from footload.trials import Condition, Event, Participant

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
FILE = f"{SCRIPT_NAME}.h5"
SIGNED_BY = f"A. {SCRIPT_NAME}"
WITHIN_MS = 60_000


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A folder whose own name is a script, a laboratory whose every note is one, a file that is one in and out."""
    folder = tmp_path_factory.mktemp("clinic") / SCRIPT_NAME
    folder.mkdir()
    with Laboratory.create(folder / "lab", by=SCRIPT_NAME) as lab:
        added = lab.add_trial(SAMPLES / "demo_squat.mcap", TrialFacts("P01", "2026-01-05", "shoe"))
        lab.put("participants", "P01", note=SCRIPT_NAME)
        lab.put("sessions", "P01_2026-01-05", note=SCRIPT_NAME)
        lab.put("conditions", "shoe", footwear=SCRIPT_NAME, device=SCRIPT_NAME, note=SCRIPT_NAME)
        lab.amend_trial(added.trial_id, note=SCRIPT_NAME)
    trial = read(SAMPLES / "study" / "barefoot_squat_mat.mcap")
    hostile = trial.changed(
        name=SCRIPT_NAME,
        recordings=tuple(each.with_step(SCRIPT_NAME, source=SCRIPT_NAME) for each in trial.recordings),
        participant=Participant(SCRIPT_NAME),
        condition=Condition(SCRIPT_NAME, SCRIPT_NAME, SCRIPT_NAME, SCRIPT_NAME),
        events=(Event(0.5, SCRIPT_NAME, SCRIPT_NAME),),
        notes={SCRIPT_NAME: SCRIPT_NAME, "vendor": SCRIPT_NAME},
    )
    write_hdf5(hostile, folder / FILE)
    (folder / f"{SCRIPT_NAME}.txt").write_text("no recording")
    with Server(folder, settings=Settings(title=SCRIPT_NAME)) as running:
        yield running, added.trial_id
        running.session.disconnect()


def is_text(page: Page, where: str) -> None:
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")
    assert "broken-in" not in page.title().replace(SCRIPT_NAME, ""), where
    assert page.locator("img[src=x], [onerror], main script").count() == 0, where


def opened(page: Page, server: Server, path: str) -> Page:
    page.goto(f"http://127.0.0.1:{server.port}{path}")
    expect(page.locator("main h1")).not_to_have_count(0)
    is_text(page, path)
    return page


def test_what_stands_in_files_and_in_the_laboratory_is_text_on_every_page(
    chrome: Browser, clinic: tuple[Server, str]
) -> None:
    server, kept = clinic
    file = trial_id(FILE)
    of_trial = ("/trial/", "/knee/", "/plan/", "/report/")
    with visited(chrome, server) as visit:
        page = visit.page
        expect(page.locator(".header-folder")).to_have_text(SCRIPT_NAME)
        expect(page.locator(".brand-name")).to_have_text(SCRIPT_NAME)
        expect(page.locator(".trial-link").filter(has_text=SCRIPT_NAME)).not_to_have_count(0)
        for each in PAGES:
            if each.path not in of_trial:
                opened(page, server, each.path)
        for kind in (*of_trial, "/squat/"):
            opened(page, server, f"{kind}{file}")
        opened(page, server, f"/trial/{kept}")
        opened(page, server, f"/trial/{file}")
        expect(page.locator("main h1")).to_have_text(SCRIPT_NAME)
        expect(page.locator("#context")).to_have_text(f"{SCRIPT_NAME} · {SCRIPT_NAME}")
        page.locator("summary", has_text="Marks and gaps").click()
        expect(page.locator(".reasons", has_text=f"{SCRIPT_NAME} at 0.50 s: {SCRIPT_NAME}")).to_be_visible()
        page.wait_for_function("() => window.footloadReplay?.pictures > 0")
        page.get_by_label("Edited by").fill(SCRIPT_NAME)
        page.get_by_role("button", name="It is the other foot").click()
        expect(page.locator(".edit").first).to_contain_text(SCRIPT_NAME)
        page.locator(".told-link[data-told-finding]").first.click()
        expect(page.get_by_role("dialog")).to_contain_text(SCRIPT_NAME)  # the device, and what was done to the bytes
        is_text(page, "the window of a number")


def test_what_is_typed_on_the_page_of_sessions_is_text_there(
    chrome: Browser, clinic: tuple[Server, str], tmp_path: Path
) -> None:
    server, kept = clinic
    with visited(chrome, server) as visit:
        page = opened(visit.page, server, "/sessions/")
        expect(page.locator(".session-row")).to_contain_text(SCRIPT_NAME)
        for kind, name, fields in (
            ("participants", "P01", 1),
            ("sessions", "P01_2026-01-05", 1),
            ("conditions", "shoe", 3),
            ("trials", kept, 1),
        ):
            opened(page, server, f"/sessions/?edit={kind}/{name}")
            expect(page.locator(".card-edit")).to_be_visible()
            held = page.locator(".card-edit textarea, .card-edit input").evaluate_all("all => all.map(e => e.value)")
            assert held.count(SCRIPT_NAME) >= fields, kind
            expect(page.locator(".card-edit details")).to_contain_text(SCRIPT_NAME)
            is_text(page, kind)
        opened(
            page, server, "/sessions/?participant=%3Cimg src=x onerror=document.title='broken-in'%3E&edit=%3Cimg%3E/x"
        )
        page.get_by_label("Participant (a pseudonym)").fill(SCRIPT_NAME)
        page.wait_for_selector("#upload-files", state="attached")
        step = tmp_path / FILE
        shutil.copy(SAMPLES / "synthetic_step.lst", step)
        page.set_input_files("#upload-files", [step])
        expect(page.locator(".mantine-Notification-root")).to_contain_text(SCRIPT_NAME)
        is_text(page, "an upload that is refused")
        assert [said for said in visit.complaints if "status of 400" not in said] == []
        visit.complaints.clear()  # the refusal, which the browser tells, too
        page.get_by_label("Participant (a pseudonym)").fill("P02")
        page.locator("#upload-condition").fill("shoe")
        wrong = tmp_path / f"{SCRIPT_NAME}.pdf"
        wrong.write_bytes(b"%PDF-1.7 no recording")
        page.set_input_files("#upload-files", [wrong])
        expect(page.locator("#jobs")).to_contain_text("onerror_document.title", timeout=WITHIN_MS)
        is_text(page, "a job about a file")


def test_what_is_typed_on_the_live_page_is_text_there_and_in_what_it_records(
    chrome: Browser, clinic: tuple[Server, str]
) -> None:
    server, _ = clinic
    with visited(chrome, server) as visit:
        page = opened(visit.page, server, "/live")
        page.locator("#live-source").click()
        page.get_by_role("option", name="Simulated mat: a person who squats").click()
        page.get_by_role("button", name="Connect", exact=True).click()
        expect(page.locator("#live-state")).to_have_text("Watching", timeout=WITHIN_MS)
        page.get_by_label("Participant (pseudonym)").fill(SCRIPT_NAME)
        page.locator("#live-condition").fill(SCRIPT_NAME)
        page.get_by_label("Worn in turn, with commas between").fill(SCRIPT_NAME)
        expect(page.locator("#context")).to_contain_text(SCRIPT_NAME)
        page.get_by_role("button", name="Start protocol").click()
        expect(page.locator("#protocol-text")).to_contain_text(SCRIPT_NAME, timeout=WITHIN_MS)
        page.get_by_role("button", name="End protocol").click()
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_role("button", name="Mark")).to_be_enabled(timeout=WITHIN_MS)
        page.get_by_label("Words of the next mark").fill(SCRIPT_NAME)
        page.get_by_role("button", name="Mark").click()
        page.wait_for_timeout(1500)  # the recording has a second in it
        page.get_by_role("button", name="Stop", exact=True).click()
        told = page.locator("#live-recorded")
        expect(told).to_contain_text("Add to the laboratory", timeout=WITHIN_MS)
        is_text(page, "a recording that has ended")
        page.get_by_label("Whose recording is it?").fill(SCRIPT_NAME)
        page.get_by_role("button", name="Add to the laboratory").click()
        expect(page.locator("#live-keep-answer")).to_contain_text(SCRIPT_NAME)
        is_text(page, "a name that the laboratory refuses")
        told.get_by_role("link").first.click()
        page.wait_for_function("() => window.footloadReplay?.pictures > 0")
        page.locator("summary", has_text="Marks and gaps").click()
        expect(page.locator(".reasons", has_text=SCRIPT_NAME).first).to_be_visible()
        expect(page.locator("#context")).to_contain_text(SCRIPT_NAME)
        is_text(page, "the trial that was recorded")


@pytest.mark.parametrize("which", ["file", "laboratory"])
def test_a_signed_report_and_its_pdf_hold_scripts_as_text(
    chrome: Browser, clinic: tuple[Server, str], which: str
) -> None:
    server, kept = clinic
    trial = trial_id(FILE) if which == "file" else kept
    with visited(chrome, server) as visit:
        page = opened(visit.page, server, f"/report/{trial}")
        page.get_by_label("Clinic").fill(f"{SCRIPT_NAME}\n{SCRIPT_NAME}")
        page.get_by_label("Name of who signs").fill(SIGNED_BY)
        page.get_by_label("Statement").fill(SCRIPT_NAME)
        page.get_by_role("button", name="Sign and keep").click()
        expect(page.locator("#report-answer")).to_contain_text(f"Signed by {SIGNED_BY}")
        expect(page.locator("#report-kept")).to_contain_text(SIGNED_BY)
        is_text(page, "the page of reports")
        kinds = {name: page.locator("#report-kept").get_by_role("link", name=name).first for name in ("PDF", "Page")}
        address = {name: str(link.get_attribute("href")) for name, link in kinds.items()}
        page.goto(f"http://127.0.0.1:{server.port}{address['Page']}")
        expect(page.get_by_text(SIGNED_BY).first).to_be_visible()
        is_text(page, "the report")
        printed = page.request.get(f"http://127.0.0.1:{server.port}{address['PDF']}").body()
    pdf = PdfReader(io.BytesIO(printed))
    words = " ".join(" ".join(each.extract_text() for each in pdf.pages).split())
    # Long words are broken into lines, so the script is looked for by a piece of it: clinic twice, name, statement,
    # and of the file its pseudonym, its condition, its name and its device; a laboratory's trial says ids there.
    assert words.count("onerror=") >= (8 if which == "file" else 4)
    assert "/JavaScript" not in str(pdf.trailer["/Root"].get("/Names", ""))
    assert "/OpenAction" not in pdf.trailer["/Root"]
