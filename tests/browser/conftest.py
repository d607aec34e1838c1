"""A real browser against a real server; skips visibly where there is no Chromium, fails where there has to be one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from visiting import LISTED_WHOLE, SCRIPT_NAME, SLOW_MS, Visit, visited

from dashboard.server import Server
from footload.errors import UnreadableTrialError
from footload.readers import registry
from footload.readers.registry import Reader
from footload.synthetic.demo import demo_squat, demo_walk
from footload.trials import Trial

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEAD = b"footload demo "
LONG = ("test_whole_task.py", "test_sessions_in_browser.py", "test_pages.py")
"""Begun first: a long file that is begun last is waited for by a processor that has nothing else to do."""
expect.set_options(timeout=SLOW_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def chromium() -> str | None:
    """Where Chromium is on this machine."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """One browser for all tests; every test has a fresh profile of its own."""
    path = chromium()
    if path is None:
        why = "there is no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(f"{why}, but in CI the pages have to be tested")
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def _load(path: Path) -> Trial:
    name = path.read_bytes().removeprefix(HEAD).decode().strip()
    made = {"walk": demo_walk, "squat": demo_squat, "script": demo_walk}
    if name not in made:
        raise UnreadableTrialError(path, "it ends in the middle of frame 12.")
    trial = made[name]().trial
    return trial.changed(name=SCRIPT_NAME, notes={"vendor": SCRIPT_NAME}) if name == "script" else trial


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on a free port, with a walk, a squat, a damaged file and a trial with a script for a name."""
    demo = Reader("demo", "Demonstration", (".demo",), lambda head, path: head.startswith(HEAD), _load)
    known = registry.readers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "readers", lambda: (demo, *known))
        folder = tmp_path_factory.mktemp("clinic")
        for name in ("walk", "squat", "script", "damaged"):
            (folder / f"{name}.demo").write_bytes(HEAD + name.encode())
        with Server(folder, settings=LISTED_WHOLE) as running:
            yield running


@pytest.fixture
def visit(chrome: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """The dashboard in a tab; afterwards its console has to be clean and no request may have gone elsewhere."""
    with visited(chrome, server, **getattr(request, "param", {})) as made:
        made.page.wait_for_selector(".trial-link")
        yield made
