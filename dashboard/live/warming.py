"""Loads what stops everything else while it is loaded, before there is a picture that could stop.

Loading a large library holds the interpreter: the first analysis and the first report of a server made gaps of 180 and
340 ms in the live picture, all later ones none above 70 ms. So these are loaded while the first device starts, which
takes about as long; nobody waits for them. What draws reports is loaded where reports are made, beside the server.

Looking through everything that was loaded for what nobody needs any more takes 100 to 150 ms, in which no thread does
anything else, and it comes again and again. What is there when the first device starts is there to stay, so it is left
out from then on; what a page needs for a moment is still looked through, in a few milliseconds.
"""

from __future__ import annotations

import gc
import threading
from importlib import import_module
from typing import Final

LARGE: Final = (
    "scipy.signal",
    "footload.analysis",
    "footload.report",
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
    gc.collect()
    gc.freeze()
