"""Loads what stops everything else while it is loaded, before there is a picture that could stop.

Loading a large library holds the interpreter: the first analysis and the first report of a server made gaps of 180 and
340 ms in the live picture, all later ones none above 70 ms. So these are loaded while the first device starts, which
takes about as long; nobody waits for them.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Final

LARGE: Final = (
    "scipy.signal",
    "footload.analysis",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "footload.report.typesetting",
    "footload.report.drawing",
    "typst",
)


def warming() -> threading.Thread:
    """Begin to load them, beside what else is to be done.

    Returns
    -------
    threading.Thread
        Over when everything is there; a library that is not installed is left out.
    """
    thread = threading.Thread(target=_load, name="footload-warming", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    for name in LARGE:
        try:
            import_module(name)
        except ImportError:
            # Whoever needs it is told so when it is asked for.
            continue
