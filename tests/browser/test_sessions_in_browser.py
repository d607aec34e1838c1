"""The laboratory as a person uses it: import, wrong files, two tabs, loading again in the middle, a canceled batch."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboard.jobs import Jobs
from dashboard.server import Server
from dashboard.settings import Settings
from dashboard.uploads import INCOMING
from footload import batch_pool
from footload.batch import PartOutcome
from footload.batch_again import earlier_findings
from footload.export.c3d import write_c3d
from footload.lab.documents import TRIAL_FINDINGS, read_document
from footload.lab.kept_trials import kept_file
from footload.lab.laboratory import Laboratory
from footload.lab.trial_folder import TrialFacts
from footload.lab.writing import Findings
from footload.readers import read

pytestmark = pytest.mark.browser

MOST_BYTES = 1_000_000
LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1440, 420)]


@pytest.fixture(scope="module")
def samples() -> Path:
    return Path(__file__).resolve().parents[2] / "sample_data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    folder = tmp_path_factory.mktemp("made") / "lab"
    with Laboratory.create(folder) as lab:
        lab.add_trial(samples / "demo_walk.mcap", TrialFacts("P01", "2026-01-05", "barefoot"))
        lab.add_trial(samples / "synthetic_step.lst", TrialFacts("P02", "2026-01-07", "shoe"))
    return folder


@pytest.fixture
def clinic(made: Path, tmp_path: Path) -> Iterator[Server]:
    """A server on a laboratory of its own."""
    shutil.copytree(made, tmp_path / "lab")
    with Server(tmp_path, settings=Settings(most_upload_bytes=MOST_BYTES, n_processes=1)) as running:
        yield running


def at_sessions(chrome: Browser, clinic: Server, scheme: str = "light", width: int = 1440) -> Page:
    page = chrome.new_context(viewport={"width": width, "height": 960}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    page.goto(clinic.url.replace("/?token", "/sessions/?token"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    expect(page.locator(".sessions-table")).to_be_visible()
    page.wait_for_selector("#upload-files", state="attached")
    return page


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]
    ]


def left(clinic: Server) -> list[str]:
    return [path.name for path in (clinic.session.folder / "lab" / INCOMING).rglob("*") if path.is_file()]


def test_a_vendor_file_is_imported_found_opened_and_noted_in_two_tabs(
    chrome: Browser, clinic: Server, samples: Path, tmp_path: Path
) -> None:
    page, other = at_sessions(chrome, clinic), None
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".sessions-table .trial-link")).to_have_count(2)
    page.get_by_label("Participant (a pseudonym)").fill("P09")
    page.get_by_label("Day of the session").fill("2026-02-01")
    wrong = tmp_path / "letter.pdf"
    wrong.write_bytes(b"%PDF-1.7 no recording")
    expect(page.locator(".upload-progress")).to_be_hidden()
    page.set_input_files("#upload-files", [samples / "study" / "shoe_walk_mat.mcap", wrong])
    for tab in (page, other):  # whoever looks is told, with what to do
        notice = tab.locator(".mantine-Notification-root")
        expect(notice).to_contain_text(
            "1 trial(s) added. letter.pdf: no reader knows this kind of file. Export it again"
        )
        expect(tab.locator(".sessions-table .trial-link")).to_have_count(3)
    assert left(clinic) == []
    page.get_by_role("link", name="P09", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?participant=P09$"))
    expect(page.locator("#context")).to_have_text("P09")
    expect(page.locator(".sessions-table .trial-link")).to_have_count(1)
    # The form of the participant stands here until the one of the session takes its place; both have a note.
    expect(page.locator(".card-edit h2")).to_have_text("Participant P09")
    page.get_by_role("link", name=re.compile("^Edit session")).click()
    expect(page.locator(".card-edit h2")).to_have_text("Session P09_2026-02-01")
    other.goto(page.url)
    expect(other.locator(".card-edit h2")).to_have_text("Session P09_2026-02-01")
    page.get_by_label("Note (no names)").fill("<b>after lunch</b>")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".session-row")).to_contain_text("<b>after lunch</b>")
    other.get_by_label("Note (no names)").fill("before lunch")  # the other tab does not know of it
    other.get_by_role("button", name="Save").click()
    expect(other.locator("#edit-answer")).to_contain_text("the note is now '<b>after lunch</b>'")
    expect(other.get_by_label("Note (no names)")).to_have_value("before lunch")
    other.get_by_role("button", name="Save").click()
    expect(other.locator(".session-row")).to_contain_text("before lunch")
    page.reload()
    expect(page.locator(".session-row")).to_contain_text("before lunch")
    page.get_by_label("Note (no names)").fill("<b>after lunch</b>")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".session-row")).to_contain_text("<b>after lunch</b>")
    page.locator(".sessions-table .trial-link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^P09 walking shoe"))
    expect(page.locator("#context")).to_have_text("P09 · shoe")
    page.go_back()
    expect(page.locator(".session-row")).to_contain_text("<b>after lunch</b>")
    page.context.close()


def test_a_file_that_is_too_large_is_refused_at_once_with_the_other_way(
    chrome: Browser, clinic: Server, tmp_path: Path
) -> None:
    page = at_sessions(chrome, clinic)
    large = tmp_path / "long.asf"
    large.write_bytes(b"x" * (MOST_BYTES + 1))
    page.set_input_files("#upload-files", large)
    notice = page.locator(".mantine-Notification-root")
    expect(notice).to_contain_text("long.asf is too large")
    expect(notice).to_contain_text("at most 1 MB are taken")
    assert violations(page) == []
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)
    assert left(clinic) == []
    page.context.close()


def test_loading_again_in_the_middle_of_an_upload_leaves_nothing(
    chrome: Browser, clinic: Server, tmp_path: Path
) -> None:
    page = at_sessions(chrome, clinic)
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000},
    )
    file = tmp_path / "slow.asf"
    file.write_bytes(b"x" * (MOST_BYTES - 1))
    page.set_input_files("#upload-files", file)
    expect(page.locator(".upload-state")).to_contain_text("slow.asf")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    page.reload()
    expect(page.locator(".sessions-table")).to_be_visible()
    for _ in range(100):
        if not left(clinic):
            break
        time.sleep(0.1)
    assert left(clinic) == []
    expect(page.locator(".sessions-table .trial-link")).to_have_count(2)
    page.context.close()


def test_a_batch_is_watched_after_loading_again_and_canceled_from_there(
    chrome: Browser, clinic: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two trials are analyzed before a page is loaded again on a busy machine; so the second waits to be canceled."""
    canceled, run, cancel = threading.Event(), batch_pool.run_on_processes, Jobs.cancel

    def one_after_the_other(*args: Any, **how: Any) -> Iterator[PartOutcome]:
        for outcome in run(*args, **how):
            yield outcome
            canceled.wait(30)

    def told(jobs: Jobs, name: str) -> None:
        cancel(jobs, name)
        canceled.set()

    monkeypatch.setattr(batch_pool, "run_on_processes", one_after_the_other)
    monkeypatch.setattr(Jobs, "cancel", told)
    page = at_sessions(chrome, clinic)
    page.get_by_role("button", name="Analyze these again").click()
    expect(page.locator(".jobs")).to_contain_text("Analyze again")
    page.reload()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".jobs .chip")).to_have_text("canceled")
    expect(page.locator(".jobs")).to_contain_text("not kept as a table")
    page.get_by_role("button", name="Export these").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="footload_tables.zip").click()
    assert coming.value.path().stat().st_size > 1000
    page.context.close()


def test_the_keyboard_alone_filters_the_list_and_opens_a_trial(chrome: Browser, clinic: Server) -> None:
    page = at_sessions(chrome, clinic)
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trials")
    page.keyboard.press("p")
    expect(page.locator(".sessions-table .trial-link")).to_have_count(2)
    page.get_by_label("From day").focus()
    page.keyboard.type("2026-01-06")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?since=2026-01-06$"))
    expect(page.locator(".sessions-table .trial-link")).to_have_count(1)
    page.locator(".sessions-table .trial-link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^P02"))
    page.context.close()


def test_a_mat_and_a_c3d_dropped_together_are_asked_about_and_become_one_trial(
    chrome: Browser, clinic: Server, samples: Path, tmp_path: Path
) -> None:
    mat, plates = samples / "study" / "barefoot_squat_mat.mcap", tmp_path / "plates.c3d"
    write_c3d(read(samples / "study" / "barefoot_squat_plates.h5"), plates)
    page = at_sessions(chrome, clinic, width=420)
    page.get_by_label("Participant (a pseudonym)").fill("P09")
    page.set_input_files("#upload-files", [plates, mat])
    choice = page.get_by_role("group", name="One trial or two?")
    expect(choice).to_contain_text("in common, so they can be of one movement; the files themselves do not say")
    expect(choice.get_by_role("radio", name=re.compile("^Two trials"))).to_be_checked()  # nothing is joined unasked
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    choice.get_by_role("radio", name=re.compile("plates.c3d began so many seconds after")).check()
    choice.get_by_role("spinbutton", name="Seconds after").fill("0.1")
    choice.get_by_role("button", name="Add").click()
    expect(page.locator(".mantine-Notification-root")).to_contain_text(
        "1 trial out of barefoot_squat_mat.mcap and plates.c3d. Shifted by +0.1000 s, as was said."
    )
    expect(page.locator(".sessions-table .trial-link")).to_have_count(3)
    expect(choice).to_have_count(0)
    page.set_input_files("#upload-files", [mat, samples / "study" / "barefoot_walk_plates.h5"])
    told = page.locator(".mantine-Notification-root")
    expect(told.filter(has_text="become two trials")).to_contain_text("each says another task")
    expect(page.locator(".sessions-table .trial-link")).to_have_count(5)
    assert left(clinic) == []
    page.context.close()


def test_values_of_the_laboratory_are_analyzed_again_and_kept_with_those_before(
    chrome: Browser, clinic: Server
) -> None:
    folder = clinic.session.folder / "lab"
    with Laboratory(folder, by="somebody") as lab:
        (walk,) = lab.trials(participant="P01")
        # As if an older footload had found one value otherwise, and had not known another one.
        older = read_document(kept_file(folder, walk["id"]).parent.parent / TRIAL_FINDINGS)[0]
        first = next(each for each in older["findings"] if each["value"])
        first["value"] *= 1.01
        older["findings"].pop()
        older |= {"footload": "0.0.1", "made_from": "something else"}
        facts = {"n_findings": len(older["findings"]), "footload": "0.0.1"}
        lab.renew_findings(Findings(walk["id"], older, keep_earlier=False), facts=facts)
    page = at_sessions(chrome, clinic)
    page.goto(clinic.url.replace("/?token", "/sessions/?participant=P01&token"))
    expect(page.locator(".sessions-table .trial-link")).to_have_count(1)
    page.get_by_role("button", name="Analyze again and keep").click()
    for told in (page.locator(".mantine-Notification-root"), page.locator(".jobs")):
        expect(told).to_contain_text("in 1 trial(s) 1 differ from what the laboratory kept, 1 are new and 0 are gone.")
        expect(told).to_contain_text("What differs stays as earlier values.")
    expect(page.get_by_role("link", name="findings.csv")).to_be_visible()
    with Laboratory(folder) as lab:
        now = lab.findings(walk["id"])
    ((_, kept),) = earlier_findings(folder, walk["id"])
    assert (kept["footload"], kept["findings"]) == ("0.0.1", older["findings"])
    value = next(each["value"] for each in now if each["metric"] == first["metric"] and each["value"])
    assert (len(now), value) == (len(older["findings"]) + 1, pytest.approx(first["value"] / 1.01))
    page.get_by_role("button", name="Analyze again and keep").click()
    expect(page.locator(".jobs > li").first).to_contain_text(
        "Nothing to do: what the values of 1 trial(s) were made from"
    )
    page.context.close()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_sessions_are_axe_clean_fit_their_window_and_cover_nothing(
    chrome: Browser, clinic: Server, scheme: str, width: int
) -> None:
    page = at_sessions(chrome, clinic, scheme, width)
    page.get_by_role("link", name=re.compile("^Edit session")).first.click()
    expect(page.locator(".card-edit")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    header = page.locator(".mantine-AppShell-header").bounding_box()
    state = page.locator("#device-state").bounding_box()
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert header is not None and state is not None and heading is not None  # noqa: PT018
    assert state["y"] + state["height"] <= header["y"] + header["height"], "the device's state floats over the page"
    assert heading["y"] >= header["y"] + header["height"], "the header covers the page"
    page.context.close()
