"""What workers do in the tests: functions that a fresh process can import."""

from __future__ import annotations

import os
from pathlib import Path


def squared(number: int) -> list[dict[str, float]]:
    """Two rows a number; 13 fails."""
    if number == 13:
        raise ValueError("13 is not squared here")
    return [{"number": number, "power": 1, "value": number / 3}, {"number": number, "power": 2, "value": number**2 / 3}]


def deadly(number: int) -> list[dict[str, float]]:
    """Take the process along at 5."""
    if number == 5:
        os._exit(9)
    return [{"number": number}]


def dies_once(path: Path) -> list[dict[str, str]]:
    """Take the process along the first time, as a kill from outside does."""
    mark = path.with_suffix(".mark")
    if path.stem == "b" and not mark.exists():
        mark.touch()
        os._exit(9)
    return [{"name": path.name}]


def greedy(size: int) -> list[dict[str, object]]:
    """Take so many bytes and say so."""
    return [{"n_bytes": len(bytearray(size))}]
