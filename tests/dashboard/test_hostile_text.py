"""Scripts where names stand: text on every page, in the printed page and in the PDF."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from dash.development.base_component import Component
from pypdf import PdfReader

from dashboard.app import build_app
from dashboard.pages.routes import PAGES, page_view
from dashboard.reports import Wish, keep_signed, printing_address
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.readers import registry
from footload.readers.registry import Reader
from footload.synthetic.demo import demo_squat
from footload.trials import Condition, Event, Participant, Trial

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)> [a](javascript:alert(3))"
FILE = "<img src=x onerror=alert(4)>.demo"
ACTING = {"Markdown", "DangerouslySetInnerHTML", "Iframe", "Script", "Object", "Embed"}


def hostile(path: Path) -> Trial:
    trial = demo_squat().trial
    recordings = tuple(replace(each, source=f"{SCRIPT} vendor") for each in trial.recordings)
    return replace(
        trial,
        name=SCRIPT,
        recordings=recordings,
        participant=Participant(SCRIPT),
        condition=Condition(SCRIPT, SCRIPT, SCRIPT, SCRIPT),
        events=(Event(0.5, SCRIPT, SCRIPT),),
        notes={SCRIPT: SCRIPT, "vendor": SCRIPT},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("hostile")
    reader = Reader("demo", "Demonstration", (".demo",), lambda _, path: path.suffix == ".demo", hostile)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "readers", lambda: (reader,))
        (made / FILE).write_bytes(b"demo")
        yield made


@pytest.fixture(scope="module")
def store(folder: Path) -> TrialStore:
    return TrialStore(folder, Settings())


def parts_of(part: Any) -> Iterator[Component]:
    if isinstance(part, Component):
        yield part
        for value in part.to_plotly_json()["props"].values():
            yield from parts_of(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from parts_of(item)
    elif isinstance(part, dict):
        for item in part.values():
            yield from parts_of(item)


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_no_page_takes_a_script_for_more_than_text(store: TrialStore, path: str) -> None:
    address = f"{path}{trial_id(FILE)}" if path.endswith("/") and path != "/" else path
    shown = page_view(store, address, "light")
    parts = list(parts_of(shown.content))
    assert len(parts) > 2
    assert ACTING.isdisjoint(type(part).__name__ for part in parts)
    for part in parts:
        props = part.to_plotly_json()["props"]
        assert not props.get("dangerously_allow_html")
        assert str(props.get("href", "/")).lstrip("/#?")[:11].lower() != "javascript:"
        assert "<script" not in str(props.get("srcDoc", ""))


class Acting(HTMLParser):
    """What a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag in {"script", "iframe", "object", "embed"} else []
        self.found += [name for name, _ in attrs if name.startswith("on")]
        leading = {"href", "src", "action", "formaction", "data", "xlink:href"}
        self.found += [name for name, value in attrs if name in leading and "javascript:" in (value or "").lower()]


def get(folder: Path, address: str) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(build_app(folder).server)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(address)

    return asyncio.run(answer())


def test_a_draft_and_a_signed_report_print_scripts_as_text(folder: Path, store: TrialStore) -> None:
    wish = Wish(trial_id(FILE), clinic=(SCRIPT, SCRIPT))
    signed = keep_signed(store, wish, SCRIPT, SCRIPT)
    for address in (wish.address("html"), printing_address(signed.name, "html")):
        page = get(folder, address)
        assert page.status_code == 200
        reader = Acting()
        reader.feed(page.text)
        assert reader.found == []
        assert "&lt;script&gt;alert(1)" in page.text
    printed = get(folder, printing_address(signed.name, "pdf")).content
    pdf = PdfReader(io.BytesIO(printed))
    words = " ".join(page.extract_text() for page in pdf.pages)
    assert "alert(1)" in words
    root = pdf.trailer["/Root"]
    assert "/JavaScript" not in str(root.get("/Names", ""))
    assert "/OpenAction" not in root
    links = [
        str(action.get("/URI", ""))
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if (action := note.get_object().get("/A", {}))
    ]
    assert [link for link in links if "javascript" in link.lower()] == []


def test_a_file_name_with_a_script_is_text_in_the_list(store: TrialStore) -> None:
    listed = str(page_view(store, "/", "light").content.to_plotly_json())
    assert "onerror=alert(4)" in listed or SCRIPT.replace("'", "\\'") in listed
