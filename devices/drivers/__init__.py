"""The few protocols that need code: each module has the codec of its frames and the twin that plays the device.

A profile names its driver with ``decoder = "..."``; everything that can be said in TOML still stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.emulator.device import FrameEmulator
    from devices.framing.codec import ProfileCodec


@dataclass(frozen=True, slots=True)
class Driver:
    """What code adds to a profile.

    Parameters
    ----------
    codec : type
        Reads and writes frames.
    emulator : type
        Plays the device.
    """

    codec: type[ProfileCodec]
    emulator: type[FrameEmulator]


DRIVERS = ("amti", "bitalino", "mobbo", "sensel", "tecgihan")
"""Every driver there is: a module of this name in this folder, with a `DRIVER`."""


def driver(name: str) -> Driver:
    """The driver of this name.

    Parameters
    ----------
    name : str
        One of `DRIVERS`.

    Returns
    -------
    Driver
        Codec and emulator.

    Raises
    ------
    KeyError
        When there is none.
    """
    from importlib import import_module

    if name not in DRIVERS:
        raise KeyError(f"There is no driver {name!r}; there are: {', '.join(DRIVERS)}.")
    found: Driver = import_module(f"devices.drivers.{name}").DRIVER
    return found
