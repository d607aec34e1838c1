"""The application as it is built: ids, callbacks, what a graph offers."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.development.base_component import Component

import dashboard
from dashboard import ids
from dashboard.app import build_app
from dashboard.components.clinical_form import clinical_form
from dashboard.components.graph import graph
from dashboard.components.knee import knee_card, knee_view
from dashboard.figures.pressure_map import pressure_map
from dashboard.pages import routes
from dashboard.pages.page import Page
from dashboard.pages.routes import page_view
from dashboard.pages.trial import trial_view
from dashboard.settings import Settings
from dashboard.store import TrialStore, trial_id
from footload.analysis import Analysis
from footload.decision.assess import assess
from footload.errors import EvidenceError


@pytest.fixture
def app(clinic: Path) -> Dash:
    return build_app(clinic, Settings())


def walk_through(part: Any) -> Iterator[Any]:
    if isinstance(part, Component):
        yield part
        for value in part.to_plotly_json()["props"].values():
            yield from walk_through(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from walk_through(item)


def id_of(part: Any) -> str:
    found = getattr(part, "id", None)
    return json.dumps(found, sort_keys=True) if isinstance(found, dict) else (found or "")


def test_no_callback_blocks_the_event_loop(app: Dash) -> None:
    app._setup_server()
    own = {name: entry["callback"] for name, entry in app.callback_map.items() if "callback" in entry}
    assert len(own) >= 4
    for name, callback in own.items():
        assert inspect.iscoroutinefunction(callback), f"{name} is not async: write it under @offload"


def test_every_id_of_a_page_stands_once(clinic: Path, app: Dash, squat: Analysis) -> None:
    knee = knee_card(knee_view(assess(squat.findings)), clinical_form())
    for content in (trial_view(squat, "x", "light"), knee):
        found = [name for part in walk_through([app.layout, content]) if (name := id_of(part))]
        assert len(found) == len(set(found))
    found = [name for part in walk_through(trial_view(squat, "x", "light")) if (name := id_of(part))]
    assert json.dumps(ids.graph_id(ids.PRESSURE_MAP), sort_keys=True) in found


def test_ids_are_written_in_one_module_only() -> None:
    for path in Path(dashboard.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "id" and path.name != "ids.py":
                assert not isinstance(node.value, ast.Constant), (
                    f"{path.name} has an id of its own: {ast.unparse(node)}"
                )


def test_no_graph_offers_to_send_a_chart_anywhere(walk: Analysis) -> None:
    picture = next(
        p for p in walk_through(graph(pressure_map(walk), "x", "a map", "light")) if type(p).__name__ == "Graph"
    )
    assert picture.config["displaylogo"] is False
    assert "sendChartToCloud" in picture.config["modeBarButtonsToRemove"]
    assert "sendData" not in json.dumps(picture.config)


def test_every_graph_is_made_by_the_one_wrapper() -> None:
    users = [
        path.name
        for path in Path(dashboard.__file__).parent.rglob("*.py")
        if "dcc.Graph" in path.read_text(encoding="utf-8")
    ]
    assert users == ["graph.py"]


def test_figures_know_nothing_of_dash() -> None:
    for path in (Path(dashboard.__file__).parent / "figures").glob("*.py"):
        assert "import dash\n" not in path.read_text(encoding="utf-8")
        assert "from dash " not in path.read_text(encoding="utf-8")


def test_the_server_of_other_programs_is_off(app: Dash) -> None:
    assert app.config.serve_locally if "serve_locally" in app.config else app.scripts.config.serve_locally
    assert not any("mcp" in str(getattr(route, "path", "")) for route in app.server.routes)


def test_assets_name_no_other_host() -> None:
    for path in (Path(dashboard.__file__).parent / "assets").rglob("*.*"):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert "@import" not in text


def test_every_icon_that_is_used_is_there() -> None:
    assets = Path(dashboard.__file__).parent / "assets"
    css = (assets / "footload.css").read_text(encoding="utf-8")
    for svg in (assets / "icons").glob("*.svg"):
        assert f".icon-{svg.stem} {{ --icon: url(icons/{svg.name})" in css


def test_an_address_that_leads_nowhere_says_so_and_shows_the_way_back(clinic: Path) -> None:
    store = TrialStore(clinic, Settings())
    for path in ("/nowhere", "/trial/0123456789abcdef", "/trial/"):
        shown = page_view(store, path, None)
        assert shown.title == "Not found"
        assert any(getattr(part, "href", "") == "/" for part in walk_through(shown.content))


@pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), KeyError("heel"), KeyError()])
def test_a_page_that_fails_says_so_and_the_log_says_all(
    clinic: Path, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(routes, "PAGES", (Page("/sore/", fails), *routes.PAGES))  # type: ignore[arg-type]
    shown = page_view(TrialStore(clinic, Settings()), "/sore/heel%0Aforged line", "light")
    assert shown.title == "Something went wrong here"
    said = str(shown.content)
    for telling in ("ZeroDivisionError", "division", "Traceback", "KeyError"):
        assert telling not in said
    (line,) = caplog.records
    assert line.exc_info is not None
    assert line.exc_info[1] is error
    number = re.search(r"as fault ([0-9a-f]{6})\.", said)
    assert number is not None
    assert line.getMessage() == f"Fault {number[1]}: the page '/sore/heel%0Aforged line' could not be shown."
    assert any(getattr(part, "href", "") == "/" for part in walk_through(shown.content))


def test_a_damaged_trial_shows_its_sentence_instead_of_failing(clinic: Path) -> None:
    shown = page_view(TrialStore(clinic, Settings()), f"/trial/{trial_id('broken.demo')}", "light")
    assert "broken.demo: it holds 'nothing', which is no demonstration." in str(shown.content)


def test_a_script_in_a_trials_name_stays_text(walk: Analysis) -> None:
    name = "<script>alert(1)</script>"
    trial = walk.trial.changed(name=name)
    changed = Analysis(trial, walk.contacts, (), walk.findings)
    view = trial_view(changed, "x", "light")
    kinds = {type(part).__name__ for part in walk_through(view)}
    assert kinds.isdisjoint({"Markdown", "DangerouslySetInnerHTML", "Iframe", "Script"})
    assert any(getattr(part, "children", None) == name for part in walk_through(view))


def test_broken_evidence_tables_leave_the_findings_where_they_are(
    clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise EvidenceError("rules.toml cites a source that is not there.")

    monkeypatch.setattr("footload.decision.assess.assess", broken)
    store = TrialStore(clinic, Settings())
    for path in ("/knee/", "/plan/"):
        shown = page_view(store, f"{path}{trial_id('squat.demo')}", "light")
        assert "rules.toml cites a source that is not there." in str(shown.content)
    assert page_view(store, f"/trial/{trial_id('squat.demo')}", "light").title == "squat"


def test_no_module_of_the_dashboard_unpickles() -> None:
    forbidden = {"pickle", "shelve", "marshal", "dill", "joblib", "diskcache"}
    for path in Path(dashboard.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert forbidden.isdisjoint(name.split(".")[0] for name in names), path.name


def test_every_test_that_the_security_page_names_is_there(repository: Path) -> None:
    page = (repository / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:test_\w+\.py: )?(test_\w+)`", page))
    assert len(named) > 25
    tests = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("dashboard", "browser", "cli", "report", "faults")
        for path in (repository / "tests" / folder).glob("test_*.py")
    )
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []


def test_the_security_page_answers_what_the_scanners_say(repository: Path) -> None:
    page = (repository / "docs" / "security.md").read_text(encoding="utf-8")
    source = ast.parse((repository / "tests" / "scan" / "scan.py").read_text(encoding="utf-8"))
    tables = [node.value for node in ast.walk(source) if isinstance(node, ast.AnnAssign)]
    answered = next(ast.literal_eval(table) for table in tables if isinstance(table, ast.Dict))
    assert len(answered) >= 4
    for (what, where), answer in answered.items():
        place = "" if where == "*" else f", `{where}`"
        assert f"| {what}{place} | {answer} |" in page
