"""How fast bytes become frames: as a multiple of the wire, and against a decoder that looks at every byte by itself.

Run with ``make bench``; ordinary runs do not collect this folder.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from devices.framing.candidates import Search
from devices.framing.decoder import Decoder
from devices.framing.encoder import encode
from devices.profile import Profile, load_profile

FASTEST_MULTIPLE = 30
"""The decoder may not be what limits a device: 30 times its wire leaves it 3 % of a core."""


@dataclass(frozen=True)
class Stream:
    """A second or more of a device."""

    profile: Profile
    wire: bytes
    n_frames: int
    bytes_per_s: float


def stream_of(name: str, n_frames: int, n_loaded: int, wire_hz: float) -> Stream:
    profile = load_profile(name)
    rng = np.random.default_rng(1)
    n = profile.grid[0] * profile.grid[1]
    frames = []
    for k in range(n_frames):
        counts = np.zeros(n, np.uint16)
        counts[rng.choice(n, n_loaded, replace=False)] = rng.integers(1, 4096, n_loaded)
        frames.append(encode(profile, counts, k, k / wire_hz))
    wire = b"".join(frames)
    return Stream(profile, wire, n_frames, len(wire) / n_frames * wire_hz)


STREAMS = {
    "sync_fixed, dense 64 x 96 u16, crc16": ("demo_mat", 200, 1500, 100.0),
    "sync_length, sparse, standing": ("dividat_flex_v5", 2000, 12, 51.0),
    "sync_length, sparse, every cell loaded": ("dividat_flex_v6", 500, 576, 45.0),
}


def decode_in_reads(stream: Stream, size: int = 4096) -> int:
    decoder = Decoder(stream.profile)
    return sum(len(decoder.feed(stream.wire[i : i + size])) for i in range(0, len(stream.wire), size))


def decode_by_bytes(stream: Stream) -> int:
    """What a straightforward driver does: a state machine over single bytes, and a check value byte by byte."""
    profile = stream.profile
    framing, tail = profile.framing, profile.tail_size
    buffer, n_frames = bytearray(), 0
    for byte in stream.wire:
        buffer.append(byte)
        if len(buffer) <= len(framing.sync) and not framing.sync.startswith(bytes(buffer)):
            buffer.clear()
        elif len(buffer) >= framing.header_size and len(buffer) == framing.next(buffer, 0, Search(tail)).stop:
            crc = 0xFFFF
            for each in buffer[:-tail] if profile.check else b"":
                crc ^= each << 8
                for _ in range(8):
                    crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
            if not profile.check or crc == int.from_bytes(buffer[-tail:], "little"):
                n_frames += 1
            buffer.clear()
    return n_frames


@pytest.mark.parametrize("name", STREAMS)
def test_decoding_is_at_least_thirty_times_the_wire(benchmark, name):
    stream = stream_of(*STREAMS[name])
    assert benchmark.pedantic(decode_in_reads, (stream,), rounds=10, warmup_rounds=1) == stream.n_frames
    rate = len(stream.wire) / benchmark.stats.stats.median
    benchmark.extra_info |= {"MB/s": round(rate / 1e6, 1), "times the wire": round(rate / stream.bytes_per_s)}
    assert rate >= FASTEST_MULTIPLE * stream.bytes_per_s


@pytest.mark.parametrize("name", STREAMS)
def test_a_decoder_that_looks_at_every_byte_for_comparison(benchmark, name):
    device, n_frames, n_loaded, wire_hz = STREAMS[name]
    stream = stream_of(device, n_frames // 20, n_loaded, wire_hz)
    assert benchmark.pedantic(decode_by_bytes, (stream,), rounds=3) == stream.n_frames
    rate = len(stream.wire) / benchmark.stats.stats.median
    benchmark.extra_info |= {"MB/s": round(rate / 1e6, 2), "times the wire": round(rate / stream.bytes_per_s)}
