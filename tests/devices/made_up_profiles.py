"""Profiles made for one test each, and what bytes become by them."""

from devices.framing.decoder import decode
from devices.parts import hex_bytes
from devices.profile import parse_profile


def profile_of(framing, payload="kind = 'dense'\ndtype = 'u1'\nshape = [2, 2]", more=""):
    return parse_profile(
        f"""schema = 1
id = "test.kinds"
name = "Made up"
kind = "mat"
source = "made up"
certainty = "simulated"
[framing]
{framing}
[payload]
{payload}
[time]
rate_hz = 100
[cells]
pitch_mm = [10.0, 10.0]
{more}
[[test.vector]]
bytes = ""
frames = 0
sum = 0
"""
    )


def values(profile, text, **named):
    frames, counters = decode(profile, hex_bytes(text) if isinstance(text, str) else text, **named)
    return [frame.counts.tolist() for frame in frames], counters
