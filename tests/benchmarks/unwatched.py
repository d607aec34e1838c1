"""A browser in which nobody listens while it is measured.

A browser that is driven tells its driver of every message and every picture that a page is sent: 100 a second of the
live page, 24 kB each, which takes a third of a core that no user's browser takes. This one is driven only before and
after what is measured.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

START_S = 30.0


class Unwatched:
    """A Chromium without a screen.

    Parameters
    ----------
    playwright : Playwright
        What drives it, now and then.
    port : int
        Where it can be driven.
    """

    def __init__(self, playwright: Playwright, port: int) -> None:
        self._playwright, self._port = playwright, port

    @contextmanager
    def driven(self) -> Generator[Browser]:
        """Drive it for a moment; its pages go on afterwards."""
        browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{self._port}")
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def unwatched(playwright: Playwright, path: str) -> Generator[Unwatched]:
    """Start a browser as a person would: as a session of its own, with its first tab empty.

    Parameters
    ----------
    playwright : Playwright
        What drives it.
    path : str
        The browser.

    Yields
    ------
    Unwatched
        Ended afterwards.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1440,960", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [path, *flags, f"--user-data-dir={profile}", "about:blank"],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Unwatched(playwright, _port(Path(profile, "DevToolsActivePort")))
        finally:
            process.terminate()
            process.wait(30)


def _port(told: Path) -> int:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if told.exists() and (text := told.read_text("ascii")).strip():
            return int(text.split()[0])
        time.sleep(0.05)
    raise TimeoutError(f"the browser did not say within {START_S:.0f} s where it can be driven")
