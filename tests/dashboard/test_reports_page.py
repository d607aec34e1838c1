"""Knee, plan and report pages: what was entered counts on all of them, and a signature is kept and checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dash.development.base_component import Component

from dashboard.app import build_app
from dashboard.components.factor_map import factor_map
from dashboard.pages import knee, plan, report
from dashboard.reports import Wish, draft, keep_signed, kept_reports, printing_address
from dashboard.settings import Settings
from dashboard.store import REPORTS, TrialStore, trial_id
from footload.decision.assess import assess
from footload.decision.inputs import BySide, ClinicalInputs
from footload.decision.tables import referral_table
from footload.errors import FootloadError

SQUAT = trial_id("squat.demo")
TEXT = '<script>alert(1)</script> #read("x")'


@pytest.fixture
def store(clinic: Path) -> Iterator[TrialStore]:
    made = TrialStore(clinic, Settings())
    yield made
    made.close()


def words(view: Component | Any) -> str:
    return json.dumps(view.to_plotly_json(), default=lambda part: part.to_plotly_json())


def test_what_is_entered_on_one_page_counts_on_the_others(store: TrialStore) -> None:
    parts = [{"name": "wblt_cm", "part": "left"}, {"name": "wblt_cm", "part": "right"}]
    assert "5 cm" in words(knee.entered_view(store, SQUAT, parts, [5, 6]))
    assert store.entered(SQUAT).wblt_cm == BySide(left=5.0, right=6.0)
    assert "5 cm" in words(knee.show(store, SQUAT, "light").content)
    assert "calf stretch" in words(plan.show(store, SQUAT, "light").content).lower()
    assert "5 cm" in str(draft(store, Wish(SQUAT)).to_record())


def test_what_cannot_be_is_not_kept(store: TrialStore) -> None:
    said = words(knee.entered_view(store, SQUAT, [{"name": "wblt_cm", "part": "left"}], [900]))
    assert "This cannot be used" in said
    assert store.entered(SQUAT).wblt_cm == BySide()


def test_a_red_flag_leaves_only_the_referral_on_every_page(store: TrialStore) -> None:
    store.enter(SQUAT, ClinicalInputs(red_flags=(referral_table().red_flags[0].id,)))
    for said in (words(plan.show(store, SQUAT, "light").content), words(knee.show(store, SQUAT, "light").content)):
        assert "Have someone else look at this" in said
        assert "Options to consider" not in said
        assert "What may contribute" not in said


def test_every_factor_of_the_chain_is_drawn_once_and_says_what_speaks() -> None:
    said = assess((), ClinicalInputs(wblt_cm=BySide(left=5.0, right=6.0)))
    drawn = words(factor_map(said.contributors))
    for one in said.contributors:
        assert drawn.count(f'"data-factor": "{one.id}"') == 1
    assert "1 speaks for it" in drawn
    assert f"{len(said.contributors) - 1} not tested" in drawn


def test_a_report_is_signed_kept_and_listed(store: TrialStore) -> None:
    kept = keep_signed(store, Wish(SQUAT, clinic=("Gait lab",)), "A. Podiatrist", "")
    assert (store.folder / REPORTS / f"{kept.name}.pdf").read_bytes().startswith(b"%PDF")
    assert [one.name for one in kept_reports(store, kept.participant)] == [kept.name]
    assert not kept.fault
    assert kept.name in words(report.show(store, SQUAT, "light").content)
    assert all(REPORTS not in entry.name for entry in store.listing().entries)


def test_a_kept_report_that_was_changed_says_so(store: TrialStore) -> None:
    kept = keep_signed(store, Wish(SQUAT), "A. Podiatrist", "")
    path = store.folder / REPORTS / f"{kept.name}.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Squat depth", "Squat death"), encoding="utf-8")
    assert "is not what 'A. Podiatrist' signed" in kept_reports(store, kept.participant)[0].fault


def test_nobody_signs_without_a_name(store: TrialStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody waits for a report to be told so: nothing is composed."""
    monkeypatch.setattr(TrialStore, "beside", lambda *_: pytest.fail("a report was composed"))
    answer, _ = report.signed_view(store, Wish(SQUAT), "  ", "")
    assert "needs the name" in words(answer)
    with pytest.raises(FootloadError):
        keep_signed(store, Wish(SQUAT), "", "")
    assert not (store.folder / REPORTS).exists()


Get = Callable[[str], httpx.Response]


@pytest.fixture
def get(clinic: Path) -> Get:
    server = build_app(clinic).server

    async def answer(address: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://here") as client:
            return await client.get(address)

    return lambda address: asyncio.run(answer(address))


def test_a_draft_is_printed_as_pdf_and_as_a_page(get: Get) -> None:
    wish = Wish(SQUAT, clinic=(TEXT,), sections=("findings",))
    printed = get(wish.address("pdf"))
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF")
    page = get(wish.address("html")).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/printed/nothing.pdf", 404),
        (f"/printed/{SQUAT}.exe", 404),
        (f"/printed/{SQUAT}.pdf?section=diagnosis", 409),
        ("/signed/0123456789abcdef.pdf", 404),
        ("/signed/..%2F..%2Fsquat.json", 404),
        ("/signed/0123456789abcdef.json", 404),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(get: Get, address: str, status: int) -> None:
    answer = get(address)
    assert answer.status_code == status
    assert len(answer.text) < 300


def test_a_signed_report_is_handed_out_as_it_was_signed(get: Get, store: TrialStore) -> None:
    kept = keep_signed(store, Wish(SQUAT), "A. Podiatrist", "")
    answer = get(printing_address(kept.name, "pdf"))
    assert answer.content == (store.folder / REPORTS / f"{kept.name}.pdf").read_bytes()
    assert answer.headers["cache-control"] == "no-store"
