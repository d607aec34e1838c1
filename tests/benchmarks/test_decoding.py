"""How fast bytes become frames: as a multiple of the wire, and against a decoder that looks at every byte by itself.

Run with ``make bench``, which ends with the table; that alone: ``python tests/benchmarks/test_decoding.py``. It fails
where a framing is slower than 30 times its wire, or takes more than 5 % of a core at the rate of its device.
Ordinary runs do not collect this folder.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from devices.framing.decoder import Decoder
from devices.framing.encoder import encode
from devices.profile import Profile, load_profile, parse_profile

sys.path.insert(0, str(Path(__file__).parent))

from by_bytes import n_frames

FASTEST_MULTIPLE = 30
"""The decoder may not be what limits a device: 30 times its wire leaves it 3 % of a core."""

READ_BYTES = 4096


MOST_CPU = 5.0
"""Of a core, at the rate of the device. [%]"""


@dataclass(frozen=True)
class Stream:
    """A second or more of a device."""

    profile: Profile
    wire: bytes
    n_frames: int
    device_bytes_per_s: float
    bytes_per_s: float


def escaped(kind: str) -> Profile:
    """The 64 x 64 demonstration of an escaped framing at the speed of the fastest mat."""
    text = load_profile("jq_64").text
    start, stop = text.index("[framing]"), text.index("[payload]")
    framing = f'[framing]\nkind = "{kind}"\n[check]\nkind = "crc16"\n'
    return parse_profile(text[:start] + framing + text[stop:])


UART, USB = True, False
# framing: profile, frames, loaded cells, frames a second that the device sends (None: as many as its wire carries), and
# whether its wire is a UART with a speed of its own; over USB nothing but the device sets the speed
STREAMS = {
    "sync_fixed, dense 64 x 96 u16, crc16": ("demo_mat", 200, 1500, 100.0, USB),
    "sync_fixed, lock_after (FlexiTac 2 Mbaud)": ("flexitac", 2000, 100, None, UART),
    "sync_fixed, scalars, sum8 (mobbo 921600)": ("mobbo", 5000, 8, None, UART),
    "sync_fixed, scalars, sum16 (OptoForce 1 kHz)": ("optoforce_3d", 5000, 3, 1000.0, USB),
    "sync_length, sparse, standing (Flex v5)": ("dividat_flex_v5", 2000, 12, 51.0, USB),
    "sync_length, sparse, all loaded (Flex v6)": ("dividat_flex_v6", 500, 576, 45.0, USB),
    "sync_length, coded runs (Sensel)": ("sensel_morph", 200, 300, 45.0, USB),
    "delimited (JQ 64 x 64, 3 Mbaud)": ("jq_64", 500, 800, None, UART),
    "delimited, packets (JQ insole 921600)": ("jq_insole", 2000, 40, 240.0, UART),
    "terminated, rle (Sensitronics 115200)": ("sensitronics_rle", 2000, 30, None, UART),
    "lines, ascii 16 x 16 (115200)": ("ascii_matrix", 1000, 60, None, UART),
    "lines, json (115200)": ("load_cells_json", 2000, 4, 80.0, UART),
    "slip, crc16, 64 x 64 at 3 Mbaud": ("slip", 300, 800, None, UART),
    "cobs, crc16, 64 x 64 at 3 Mbaud": ("cobs", 300, 800, None, UART),
    "nibble_tagged (AMTI 115200)": ("amti_accusway_plus", 5000, 12, 100.0, UART),
    "fixed, crc4 (BITalino 115200)": ("bitalino", 5000, 4, 1000.0, UART),
    "none, blocks (Tec Gihan 10 kHz)": ("tecgihan", 200, 6, 100.0, USB),
}


def stream_of(name: str, n_frames: int, n_loaded: int, device_hz: float | None, uart: bool) -> Stream:
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
    baud = max(profile.link.baud, 115_200)
    device = baud / 10 if device_hz is None else len(wire) / n_frames * device_hz
    return Stream(profile, wire, n_frames * profile.samples, device, baud / 10 if uart else device)


def decode_in_reads(stream: Stream, size: int = READ_BYTES) -> int:
    decoder = Decoder(stream.profile)
    n = sum(len(decoder.feed(stream.wire[i : i + size])) for i in range(0, len(stream.wire), size))
    return n + len(decoder.finish())


def expected(stream: Stream) -> int:
    """Of lines the first is thrown away."""
    return stream.n_frames - (stream.profile.framing.kind == "lines")


@pytest.mark.parametrize("name", STREAMS)
def test_decoding_is_at_least_thirty_times_the_wire(benchmark, name):
    stream = stream_of(*STREAMS[name])
    assert benchmark.pedantic(decode_in_reads, (stream,), rounds=5, warmup_rounds=1) == expected(stream)
    if benchmark.stats is None:
        return
    rate = len(stream.wire) / benchmark.stats.stats.median
    benchmark.extra_info |= {"MB/s": round(rate / 1e6, 1), "times the wire": round(rate / stream.bytes_per_s)}
    assert rate >= FASTEST_MULTIPLE * stream.bytes_per_s


@pytest.mark.parametrize("name", STREAMS)
def test_a_decoder_that_looks_at_every_byte_for_comparison(benchmark, name):
    device, frames, *rest = STREAMS[name]
    stream = stream_of(device, max(frames // 20, 5), *rest)
    assert benchmark.pedantic(n_frames, (stream.profile, stream.wire), rounds=3) == stream.n_frames
    if benchmark.stats is None:
        return
    rate = len(stream.wire) / benchmark.stats.stats.median
    benchmark.extra_info |= {"MB/s": round(rate / 1e6, 2), "times the wire": round(rate / stream.bytes_per_s)}


def fastest(stream: Stream, wanted: Callable[[], int], frames: int, rounds: int = 5) -> float:
    """Bytes a second of processor time, in the best of some rounds: others on the machine only make it slower."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        assert wanted() == frames
        best = min(best, time.process_time() - begun)
    return len(stream.wire) / best


def main() -> int:
    """Print the table: MB/s, multiple of the wire, share of a core at the device's rate, read as it really comes."""
    say, good = sys.stdout.write, True
    head = ("framing", "frames/s", "wire kB/s", "MB/s", "x wire", "CPU %", "by bytes MB/s", "faster")
    say("{:46s}{:>9s}{:>11s}{:>8s}{:>8s}{:>7s}{:>15s}{:>8s}\n".format(*head))
    for name, wanted in STREAMS.items():
        stream = stream_of(*wanted)
        # A computer reads a slow wire far more often than every 4096 bytes: about every 10 ms.
        small = max(int(stream.device_bytes_per_s / 100), 1)
        rate = fastest(stream, lambda stream=stream: decode_in_reads(stream), expected(stream))
        real = fastest(stream, lambda stream=stream, small=small: decode_in_reads(stream, small), expected(stream))
        simple = fastest(stream, lambda stream=stream: n_frames(stream.profile, stream.wire), stream.n_frames, 1)
        times, cpu = rate / stream.bytes_per_s, 100 * stream.device_bytes_per_s / real
        good = good and times >= FASTEST_MULTIPLE and cpu <= MOST_CPU
        frames_per_s = stream.n_frames / (len(stream.wire) / stream.device_bytes_per_s)
        say(
            f"{name:46s}{frames_per_s:9.0f}{stream.bytes_per_s / 1e3:11.1f}{rate / 1e6:8.1f}{times:8.0f}{cpu:7.2f}"
            f"{simple / 1e6:15.2f}{rate / simple:8.1f}\n"
        )
        sys.stdout.flush()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
