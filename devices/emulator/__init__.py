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
    from devices.emulator.faults import Faults, FaultyEmulator, parse_faults
    from devices.emulator.serving import Served, serve_pty, serve_tcp
    from devices.emulator.standing import standing_device

__all__ = [
    "Emulator",
    "Faults",
    "FaultyEmulator",
    "FrameEmulator",
    "LogEmulator",
    "Served",
    "counts_from",
    "emulate_counts",
    "emulate_recording",
    "parse_faults",
    "serve_pty",
    "serve_tcp",
    "standing_device",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"devices.emulator has no {name!r}; it has: {', '.join(__all__)}.")
    homes = {
        "serving": {"Served", "serve_pty", "serve_tcp"},
        "faults": {"Faults", "FaultyEmulator", "parse_faults"},
        "standing": {"standing_device"},
    }
    home = next((module for module, names in homes.items() if name in names), "device")
    return getattr(import_module(f"devices.emulator.{home}"), name)
