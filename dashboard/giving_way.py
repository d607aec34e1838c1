"""Processes that come after what a person looks at: on a full machine the device and its live pictures are first."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from typing import Any, Final

GIVES_WAY: Final = 10
"""Added to the niceness of a process that works beside the server."""

BETWEEN_S: Final = 0.11
"""Sessions of people who are not administrators may become nice ten times a second, all of them together. [s]"""

TRIES: Final = 20

_SESSION: Final = Path("/proc/self/autogroup")


class _Process(SpawnProcess):
    """A process that gives way from its first moment, not only when all its libraries are loaded."""

    def __reduce__(self) -> tuple[Callable[[], _Process], tuple[()], dict[str, Any]]:
        """Travel so that the new process gives way before it looks at what it is to do, which loads libraries."""
        return _arrived, (), self.__dict__

    def start(self) -> None:
        """Start it; on Linux by a thread that gives way, for niceness is a thread's own there and is inherited."""
        if sys.platform != "linux":
            super().start()
            return
        failed: list[BaseException] = []
        thread = threading.Thread(target=self._start_giving_way, args=(failed,), name="footload-starting")
        thread.start()
        thread.join()
        if failed:
            raise failed[0]

    def _start_giving_way(self, failed: list[BaseException]) -> None:
        try:
            os.nice(GIVES_WAY)
            super().start()
        except BaseException as error:  # raised again where it was asked for
            failed.append(error)


def _arrived() -> _Process:
    give_way()
    return _Process.__new__(_Process)


class _Context(SpawnContext):
    Process = _Process  # pyright: ignore[reportAssignmentType]


SPAWNED: Final = _Context()
"""How such processes are started."""


def give_way() -> None:
    """In such a process: come after the server, and after browsers, which were not started from the same terminal.

    Linux shares a machine between sessions before it looks at niceness; so the process becomes a session of its own,
    and that one is nice.
    """
    if not hasattr(os, "nice"):
        return
    if sys.platform != "linux":
        os.nice(GIVES_WAY)
        return
    if os.access(_SESSION, os.W_OK):
        os.setsid()
        _make_session_nice()


def _make_session_nice() -> None:
    for _ in range(TRIES):
        try:
            _SESSION.write_text(str(GIVES_WAY), "ascii")
        except BlockingIOError:
            time.sleep(BETWEEN_S)
        except OSError:
            return  # not everybody may; it gives way within its session then, as on other systems
        else:
            return
