"""The one way to write a server callback: its work is done by a thread, never on the event loop."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def offload(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Run a callback in a worker thread, so that the event loop stays free.

    Parameters
    ----------
    function : callable
        The callback's body. Dash would run it on the event loop, where it would stop the live view of every browser.

    Returns
    -------
    coroutine function
        The same, off the loop, with the callback's context.
    """

    @functools.wraps(function)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(function, *args, **kwargs)

    return wrapper
