"""Pictures of every page on the sample laboratory, light and dark, wide and narrow: `make pictures`.

One picture for each page goes to docs/images/pages: a wide window and a telephone's, in both schemes. They are made to
be looked at: what a test cannot see (a label over another, a chip over a heading) is seen here.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from conftest import CHROMIUM_FLAGS, chromium
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.server import Server
from footload.cli.sample_lab import fill_sample_lab

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PICTURES: Final = REPOSITORY / "docs" / "images" / "pages"
WINDOWS: Final = (("wide", 1440, 960), ("narrow", 420, 960))
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
JPEG_QUALITY: Final = 70
SHEET_PX: Final = 1800
DRAWN: Final = """() => [...document.querySelectorAll('.graph')]
    .filter((graph) => graph.getBoundingClientRect().top < innerHeight)
    .every((graph) => graph.querySelector('.main-svg') || graph.closest('.main-svg'))"""
"""Whether every graph that the window shows is there."""


@dataclass(frozen=True)
class Shot:
    """One page to be taken.

    Parameters
    ----------
    name : str
        Of the picture's file.
    way : callable
        Goes there from the first page.
    whole : bool
        Down to the end of the page in the wide window, not only what the window shows.
    """

    name: str
    way: Callable[[Page], None]
    whole: bool = False


def _by_address(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        root = "/".join(page.url.split("/")[:3])
        page.goto(f"{root}{path}")

    return go


def _by_link(*names: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        for name in names:
            page.get_by_role("link", name=name).first.click()
            _settled(page)

    return go


def _after(*ways: Callable[[Page], None]) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        for way in ways:
            way(page)
            _settled(page)

    return go


def _live(page: Page) -> None:
    """The live page while the simulated person squats."""
    _by_address("/live")(page)
    _settled(page)
    page.wait_for_function(
        "() => ['connect', 'disconnect'].some((name) => !document.getElementById(`live-${name}`).disabled)"
    )
    connect = page.locator("#live-connect")
    if connect.is_enabled():
        connect.click()
    page.locator("#live-state", has_text="Watching").wait_for()
    for _ in range(20):  # who squats just then is told to stand still
        if "%" in page.locator("#gauge-numbers").inner_text():
            break
        page.locator("#gauge-measure").click()
        page.wait_for_timeout(1200)
    page.wait_for_timeout(3000)


def _settled(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading]')", timeout=30_000)
    page.wait_for_timeout(700)  # graphs draw after the page has its content, on a busy machine long after it
    page.wait_for_function(DRAWN, timeout=30_000)
    page.wait_for_timeout(200)


@contextmanager
def _open(browser: Browser, server: Server, scheme: Literal["light", "dark"], size: tuple[int, int]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(server.url)
    _settled(page)
    yield page
    context.close()


def sheet(browser: Browser, pictures: dict[tuple[str, str], bytes]) -> bytes:
    """Lay the pictures of one page side by side.

    Parameters
    ----------
    browser : Browser
        Draws the sheet, too.
    pictures : dict
        PNG by window and scheme.

    Returns
    -------
    bytes
        A JPEG.
    """

    def image(window: str, scheme: str) -> str:
        data = base64.b64encode(pictures[window, scheme]).decode()
        share = 0.69 if window == "wide" else 0.31
        return f'<img src="data:image/png;base64,{data}" style="width:{0.5 * SHEET_PX * share - 9:.0f}px">'

    images = "".join(image(window, scheme) for scheme in SCHEMES for window, _, _ in WINDOWS)
    style = f"margin:0;padding:6px;width:{SHEET_PX - 12}px;display:flex;gap:6px;background:#888;align-items:flex-start"
    page = browser.new_page(viewport={"width": SHEET_PX, "height": 100})
    page.set_content(f'<body style="{style}">{images}</body>')
    taken = page.screenshot(full_page=True, type="jpeg", quality=JPEG_QUALITY)
    page.close()
    return taken


def take(browser: Browser, server: Server, shots: tuple[Shot, ...], target: Path) -> list[Path]:
    """Take every page in every window and scheme.

    Parameters
    ----------
    browser : Browser
        Takes them.
    server : Server
        Shows the sample laboratory.
    shots : tuple of Shot
        Which pages.
    target : path
        Folder of the pictures.

    Returns
    -------
    list of path
        What was written.
    """
    target.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for shot in shots:
        pictures: dict[tuple[str, str], bytes] = {}
        for scheme in SCHEMES:
            for window, width, height in WINDOWS:
                with _open(browser, server, scheme, (width, height)) as page:
                    shot.way(page)
                    _settled(page)
                    page.mouse.move(0, 0)
                    page.evaluate("scrollTo(0, 0)")
                    pictures[window, scheme] = page.screenshot(full_page=shot.whole and window == "wide")
        path = target / f"{shot.name}.jpg"
        path.write_bytes(sheet(browser, pictures))
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1000:.0f} kB\n")
        written.append(path)
    return written


TRIAL: Final = "P01 squat barefoot"
"""Of the sample laboratory: mat and plates each have one; the newer, on plates, comes first."""

SHOTS: Final = (
    Shot("trials", _by_address("/")),
    Shot("sessions", _by_address("/sessions/")),
    Shot("trial", _by_link("demo walking")),
    Shot("knee", _by_link(TRIAL, "Knee")),
    Shot("plan", _by_link(TRIAL, "Options and plan")),
    Shot("report", _by_link(TRIAL, "Report")),
    Shot("live", _live, whole=True),
    Shot("squat", _after(_by_address("/squat/"), _by_link(TRIAL))),
    Shot("compare", _after(_by_address("/compare/"), _by_link("P01, squat"))),
    Shot("devices", _by_address("/devices")),
    Shot("help", _by_address("/help")),
)


def main(names: list[str]) -> None:
    """Take all pages, or those that are named.

    Parameters
    ----------
    names : list of str
        Of `SHOTS`; empty for all.
    """
    path = chromium()
    if path is None:
        sys.exit("There is no Chromium on this machine (Debian: apt-get install chromium).")
    wanted = tuple(shot for shot in SHOTS if not names or shot.name in names)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary, sync_playwright() as playwright:
        lab = Path(temporary) / "lab"
        recordings = sorted((REPOSITORY / "sample_data").glob("*.mcap"))
        fill_sample_lab(lab, recordings)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        with Server(lab) as server:
            take(browser, server, wanted, PICTURES)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
