"""Devices played back bit for bit.

``serve_pty`` and ``serve_tcp`` serve one; ``FrameEmulator`` and ``LogEmulator`` are the devices themselves.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devices.emulator.device import (
        Emulator,
        FrameEmulator,
        LogEmulator,
        counts_from,
        emulate_counts,
        emulate_recording,
    )
    from devices.emulator.serving import Served, serve_pty, serve_tcp

__all__ = [
    "Emulator",
    "FrameEmulator",
    "LogEmulator",
    "Served",
    "counts_from",
    "emulate_counts",
    "emulate_recording",
    "serve_pty",
    "serve_tcp",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"devices.emulator has no {name!r}; it has: {', '.join(__all__)}.")
    home = "serving" if name in {"Served", "serve_pty", "serve_tcp"} else "device"
    return getattr(import_module(f"devices.emulator.{home}"), name)
