"""The live page frame by frame, as docs/images/live.webp: `python tests/browser/live_frames.py`.

A simulated person squats on the simulated mat while the feet are followed: pictures of the page as it stands, one after
the other, with the rate and the delay that the page itself states.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Final

from conftest import CHROMIUM_FLAGS, chromium
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from dashboard.live.biofeedback import Band
from dashboard.live.sources import source_of
from dashboard.server import Server
from footload.errors import DeviceError

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "live.webp"
N_FRAMES: Final = 20
LEAST_APART_MS: Final = 50
WIDTH_PX: Final = 820
MOST_BYTES: Final = 500_000
SHOWN: Final = (".card-biofeedback", ".card-protocol", ".pictures")


def measure(server: Server) -> None:
    """Follow the feet as soon as somebody stands still."""
    for _ in range(30):
        try:
            server.session.follow(band=Band(0.0, 8.0))
        except DeviceError:
            continue
        return
    raise RuntimeError("The simulated person never stood still for a second.")


def frames(page: Page) -> tuple[list[Image.Image], list[int]]:
    """Pictures of the page one after the other, and how long each was the newest. [ms]"""
    first, last = page.locator(SHOWN[0]).bounding_box(), page.locator(SHOWN[-1]).bounding_box()
    assert first is not None
    assert last is not None
    clip = {"x": 0.0, "y": first["y"], "width": 1440.0, "height": last["y"] + last["height"] - first["y"]}
    taken: list[Image.Image] = []
    at_s: list[float] = []
    for _ in range(N_FRAMES):
        # The page's own pictures go on between these; the browser needs a while for each of them.
        at_s.append(time.monotonic())
        seen = Image.open(io.BytesIO(page.screenshot(clip=clip, type="png"))).convert("RGB")  # type: ignore[arg-type]
        taken.append(seen.resize((WIDTH_PX, round(seen.height * WIDTH_PX / seen.width)), Image.Resampling.LANCZOS))
        page.wait_for_timeout(LEAST_APART_MS)
    at_s.append(time.monotonic())
    return taken, [round(1e3 * (after - before)) for before, after in pairwise(at_s)]


def main() -> None:
    """Make the moving picture."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1900})
        page.goto(server.url.replace("/?", "/live?"))
        page.wait_for_selector("#live-connect:enabled")
        server.session.connect(source_of("simulated-squat", ""))
        measure(server)
        page.wait_for_timeout(1500)
        taken, lasted_ms = frames(page)
        browser.close()
    for quality in (60, 45, 30, 15):
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        taken[0].save(
            TARGET, save_all=True, append_images=taken[1:], duration=lasted_ms, loop=0, quality=quality, method=6
        )
        if TARGET.stat().st_size <= MOST_BYTES:
            break
    sys.stdout.write(f"{TARGET.name}: {len(taken)} frames, {TARGET.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
