"""How fast bytes become frames: as a multiple of the wire, and against a decoder that looks at every byte by itself.

Run with ``make bench``, or for the table with CPU at the real rate: ``python tests/benchmarks/test_decoding.py``.
Ordinary runs do not collect this folder.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
import pytest

from devices.framing.candidates import Search
from devices.framing.decoder import Decoder
from devices.framing.encoder import encode
from devices.profile import Profile, load_profile, parse_profile

FASTEST_MULTIPLE = 30
"""The decoder may not be what limits a device: 30 times its wire leaves it 3 % of a core."""

READ_BYTES = 4096


@dataclass(frozen=True)
class Stream:
    """A second or more of a device."""

    profile: Profile
    wire: bytes
    n_frames: int
    bytes_per_s: float


def escaped(kind: str) -> Profile:
    """The 64 x 64 demonstration of an escaped framing at the speed of the fastest mat."""
    text = load_profile("jq_64").text
    start, stop = text.index("[framing]"), text.index("[payload]")
    framing = f'[framing]\nkind = "{kind}"\n[check]\nkind = "crc16"\n'
    return parse_profile(text[:start] + framing + text[stop:])


# framing: profile, frames, loaded cells, frames a second (None: what the wire's baud carries)
STREAMS = {
    "sync_fixed, dense 64 x 96 u16, crc16": ("demo_mat", 200, 1500, 100.0),
    "sync_fixed, lock_after (FlexiTac 2 Mbaud)": ("flexitac", 2000, 100, None),
    "sync_fixed, scalars, sum8 (mobbo 921600)": ("mobbo", 5000, 8, None),
    "sync_fixed, scalars, crc16 (OptoForce 1 kHz)": ("optoforce_3d", 5000, 3, 1000.0),
    "sync_length, sparse, standing": ("dividat_flex_v5", 2000, 12, 51.0),
    "sync_length, sparse, every cell loaded": ("dividat_flex_v6", 500, 576, 45.0),
    "sync_length, coded runs (Sensel)": ("sensel_morph", 200, 300, 45.0),
    "delimited (JQ 64 x 64, 3 Mbaud)": ("jq_64", 500, 800, None),
    "delimited, packets (JQ insole)": ("jq_insole", 2000, 40, 240.0),
    "terminated, rle (Sensitronics)": ("sensitronics_rle", 2000, 30, None),
    "lines, ascii 16 x 16": ("ascii_matrix", 1000, 60, None),
    "lines, json": ("load_cells_json", 2000, 4, 80.0),
    "slip, crc16, 64 x 64 at 3 Mbaud": ("slip", 300, 800, 73.0),
    "cobs, crc16, 64 x 64 at 3 Mbaud": ("cobs", 300, 800, 73.0),
    "nibble_tagged (AMTI 115200)": ("amti_accusway_plus", 5000, 12, 100.0),
    "fixed, crc4 (BITalino 1 kHz)": ("bitalino", 5000, 4, 1000.0),
    "none, blocks (Tec Gihan 1 kHz)": ("tecgihan", 200, 6, 10.0),
}


def stream_of(name: str, n_frames: int, n_loaded: int, wire_hz: float | None) -> Stream:
    profile = escaped(name) if name in {"slip", "cobs"} else load_profile(name)
    rng = np.random.default_rng(1)
    n, most = profile.n_values, min(profile.count_max, 4095)
    frames = []
    for k in range(n_frames):
        counts = np.zeros((profile.samples, n), np.int32)
        for row in counts:
            row[rng.choice(n, min(n_loaded, n), replace=False)] = rng.integers(1, most + 1, min(n_loaded, n))
        frames.append(encode(profile, counts if profile.samples > 1 else counts[0], k, k * 0.01))
    wire = b"".join(frames)
    each = len(wire) / n_frames
    rate_hz = profile.link.baud / 10 / each if wire_hz is None else wire_hz
    return Stream(profile, wire, n_frames * profile.samples, each * rate_hz)


def decode_in_reads(stream: Stream, size: int = READ_BYTES) -> int:
    decoder = Decoder(stream.profile)
    n = sum(len(decoder.feed(stream.wire[i : i + size])) for i in range(0, len(stream.wire), size))
    return n + len(decoder.finish())


def expected(stream: Stream) -> int:
    """Of lines the first is thrown away."""
    return stream.n_frames - (stream.profile.framing.kind == "lines")


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
    assert benchmark.pedantic(decode_in_reads, (stream,), rounds=5, warmup_rounds=1) == expected(stream)
    if benchmark.stats is None:
        return
    rate = len(stream.wire) / benchmark.stats.stats.median
    benchmark.extra_info |= {"MB/s": round(rate / 1e6, 1), "times the wire": round(rate / stream.bytes_per_s)}
    assert rate >= FASTEST_MULTIPLE * stream.bytes_per_s


BY_BYTES = [name for name in STREAMS if STREAMS[name][0] in {"demo_mat", "dividat_flex_v5", "dividat_flex_v6"}]


@pytest.mark.parametrize("name", BY_BYTES)
def test_a_decoder_that_looks_at_every_byte_for_comparison(benchmark, name):
    device, n_frames, n_loaded, wire_hz = STREAMS[name]
    stream = stream_of(device, n_frames // 20, n_loaded, wire_hz)
    assert benchmark.pedantic(decode_by_bytes, (stream,), rounds=3) == stream.n_frames
    if benchmark.stats is None:
        return
    rate = len(stream.wire) / benchmark.stats.stats.median
    benchmark.extra_info |= {"MB/s": round(rate / 1e6, 2), "times the wire": round(rate / stream.bytes_per_s)}


def main() -> None:
    """Print the table: MB/s, multiple of the wire, share of a core at the real rate in reads as they really come."""
    say = sys.stdout.write
    say(f"{'framing':46s}{'frames/s':>9s}{'wire MB/s':>11s}{'MB/s':>8s}{'times':>7s}{'CPU %':>7s}\n")
    for name, wanted in STREAMS.items():
        stream = stream_of(*wanted)
        # A computer reads a slow wire far more often than every 4096 bytes: about every 10 ms.
        small = max(int(stream.bytes_per_s / 100), 1)
        best, busy = float("inf"), float("inf")
        for _ in range(4):
            begun = time.process_time()
            assert decode_in_reads(stream) == expected(stream)
            best, begun = min(best, time.process_time() - begun), time.process_time()
            decode_in_reads(stream, small)
            busy = min(busy, time.process_time() - begun)
        seconds = len(stream.wire) / stream.bytes_per_s
        rate = len(stream.wire) / best
        say(
            f"{name:46s}{stream.n_frames / seconds:9.0f}{stream.bytes_per_s / 1e6:11.4f}{rate / 1e6:8.1f}"
            f"{rate / stream.bytes_per_s:7.0f}{100 * busy / seconds:7.2f}\n"
        )
    for name in BY_BYTES:
        device, n_frames, n_loaded, wire_hz = STREAMS[name]
        stream = stream_of(device, n_frames // 20, n_loaded, wire_hz)
        begun = time.process_time()
        decode_by_bytes(stream)
        rate = len(stream.wire) / (time.process_time() - begun)
        say(f"byte by byte: {name:32s}{'':20s}{rate / 1e6:8.2f}{rate / stream.bytes_per_s:7.0f}\n")


if __name__ == "__main__":
    main()
