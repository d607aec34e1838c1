"""What is offered to whom: controls that would be refused come switched off, on every page, and nothing else does."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
import httpx
import pytest
from dash import Dash, Input, Output, State, dcc, html

from dashboard import ids
from dashboard.access import HERE, Role, Visitor, need_of, needs, visited_by
from dashboard.app import build_app
from dashboard.offered import Offer, with_reason
from dashboard.store import trial_id
from footload.lab.laboratory import Laboratory

VERA = Visitor("vera", Role.VIEW)
RICA = Visitor("rica", Role.RECORD)
SQUAT = "squat.mcap"
ADDRESSES = ("/", "/sessions/", "/live", "/squat/", "/compare/", "/devices", "/help")
OF_TRIAL = ("/trial/", "/knee/", "/plan/", "/report/", "/squat/")


def small_app() -> Dash:
    app = Dash(__name__)

    @app.callback(Output("answer", "children"), Input("save", "n_clicks"), State("text", "value"))
    @needs(Role.RECORD, "save")
    def save(n: int, text: str) -> str:
        return text

    @app.callback(Output("shown", "children"), Input("search", "value"), State("kind", "value"))
    @needs(Role.VIEW)
    def look(text: str, kind: str) -> str:
        return text

    @app.callback(Output("signed", "children"), Input("sign", "n_clicks"), State("kind", "value"))
    @needs(Role.SIGN, "sign")
    def sign(n: int, kind: str) -> str:
        return kind

    return app


def form() -> html.Div:
    return html.Div(
        [
            html.Button("Save", id="save"),
            dmc.TextInput(id="text"),
            dcc.Input(id="search"),
            dmc.Select(id="kind", data=["a"]),
            dmc.Button("Sign", id="sign"),
            html.Button("Other", id="other"),
        ]
    )


@pytest.mark.parametrize(
    ("who", "expected"), [(VERA, {"save", "text", "sign"}), (RICA, {"sign"}), (HERE, set[str]())], ids=["v", "r", "s"]
)
def test_a_control_needs_what_the_callbacks_need_that_it_calls(who: Visitor, expected: set[str]) -> None:
    offer = Offer.of(small_app())
    assert offer.needed == {"save": Role.RECORD, "text": Role.RECORD, "sign": Role.SIGN}
    shown = form()
    with visited_by(who):
        offer.finish([shown, "text"])
    parts: list[Any] = list(shown.children or [])
    assert {part.id for part in parts if getattr(part, "disabled", None)} == expected


def test_a_control_that_is_off_says_why_and_so_does_its_page() -> None:
    shown = form()
    with visited_by(VERA):
        Offer.of(small_app()).finish(shown)
        said = str(with_reason(shown).to_plotly_json())
    save, _, _, _, sign, _ = shown.children  # pyright: ignore[reportGeneralTypeIssues]
    assert save.title == "needs the role record"
    assert sign.attributes == {"root": {"title": "needs the role sign"}}
    assert "The account vera has the role view: what is grey here needs the role record or sign." in said


def test_nothing_is_said_where_nothing_is_off() -> None:
    shown = html.Div(html.Button("Other", id="other"))
    with visited_by(RICA):
        assert with_reason(Offer.of(small_app()).finish(shown)) is shown


def answered(app: Dash, who: Visitor, paths: list[str]) -> dict[str, Any]:
    """The pages as the server gives them to somebody."""
    outputs = [(ids.PAGE, "children"), (ids.PAGE_TITLE, "data"), (ids.CONTEXT, "children")]
    asked: dict[str, Any] = {
        "output": f"..{'...'.join(f'{name}.{prop}' for name, prop in outputs)}..",
        "outputs": [{"id": name, "property": prop} for name, prop in outputs],
        "state": [{"id": ids.SCHEME, "property": "computedColorScheme", "value": "light"}],
        "changedPropIds": [f"{ids.LOCATION}.pathname"],
    }

    async def answers() -> dict[str, Any]:
        transport = httpx.ASGITransport(app.server)
        found: dict[str, Any] = {}
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            for path in paths:
                inputs = [{"id": ids.LOCATION, "property": "pathname", "value": path}]
                with visited_by(who):
                    answer = await client.post("/_dash-update-component", json={**asked, "inputs": inputs})
                assert answer.status_code == 200, answer.text
                found[path] = answer.json()["response"][ids.PAGE]["children"]
        return found

    return asyncio.run(answers())


def parts_of(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "props" in part:
            yield part
        for each in part.values():
            yield from parts_of(each)
    elif isinstance(part, list):
        for each in part:
            yield from parts_of(each)


def kind_of(part: dict[str, Any]) -> str:
    name = part["props"].get("id", "")
    return name["type"] if isinstance(name, dict) else name


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Dash:
    folder = tmp_path_factory.mktemp("clinic")
    shutil.copyfile(repository / "sample_data" / "demo_squat.mcap", folder / SQUAT)
    Laboratory.create(folder / "lab").close()
    made = build_app(folder)
    made._setup_server()
    return made


def test_on_every_page_a_viewer_finds_nothing_on_that_would_be_refused(app: Dash) -> None:
    refused: dict[str, Role] = {}
    for entry in app.callback_map.values():
        need = need_of(entry.get("callback"))
        for each in entry["inputs"] if need and need.role is not Role.VIEW else ():
            refused[each["id"]] = need.role  # type: ignore[union-attr]
    paths = [*ADDRESSES, *(f"{page}{trial_id(SQUAT)}" for page in OF_TRIAL)]
    seen: set[str] = set()
    for path, content in answered(app, VERA, paths).items():
        n_off = 0
        for part in parts_of(content):
            kind = kind_of(part)
            mine = kind and any(kind == each or f'"type":"{kind}"' in each for each in refused)
            if mine and part["type"] not in {"Store", "CheckboxGroup"}:
                seen.add(kind)
                n_off += 1
                assert part["props"].get("disabled") is True, f"{kind} on {path}"
        assert ("needs the role" in str(content)) == bool(n_off), path
    on_pages = {ids.LIVE_RECORD, ids.LIVE_ZERO, ids.LIVE_CONNECT, ids.PROTOCOL_GO, ids.REPORT_SIGN, ids.SESSIONS_AGAIN}
    assert seen >= on_pages | {ids.SESSIONS_EXPORT, ids.DRAWN_GO_TYPE, ids.CLINICAL_TYPE}


def test_whoever_may_do_it_finds_everything_on_and_no_word_about_roles(app: Dash) -> None:
    paths = ["/sessions/", "/live", f"/report/{trial_id(SQUAT)}", f"/knee/{trial_id(SQUAT)}"]
    for path, content in answered(app, HERE, paths).items():
        assert "needs the role" not in str(content), path
        assert not any("data-needs" in part["props"] for part in parts_of(content)), path
    report = answered(app, RICA, [paths[2]])[paths[2]]
    off = {kind_of(part) for part in parts_of(report) if "data-needs" in part["props"]}
    assert off == {ids.REPORT_SIGN, ids.REPORT_BY, ids.REPORT_STATEMENT}


def test_a_viewer_drops_no_files_and_drags_no_foot(app: Dash) -> None:
    trial = f"/trial/{trial_id(SQUAT)}"
    for who, may in ((VERA, False), (RICA, True)):
        found = answered(app, who, ["/sessions/", trial])
        kinds = {kind_of(part) for part in parts_of(found["/sessions/"])}
        assert (ids.UPLOAD_ZONE in kinds) is may
        (drawn,) = [part for part in parts_of(found[trial]) if kind_of(part) == ids.DRAWN_DATA]
        assert drawn["props"]["data"]["locked"] is not may
