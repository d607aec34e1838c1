"""mobbo: two boards of four load cells in one packet. Frames and start are a profile's work, so its twin is too."""

from __future__ import annotations

from devices.drivers import Driver
from devices.emulator.device import FrameEmulator
from devices.framing.codec import ProfileCodec

DRIVER = Driver(ProfileCodec, FrameEmulator)
