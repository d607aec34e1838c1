"""How exactly a device's clock is found, against known times: prints the table. Run from the project's folder.

python tests/faults/clock_numbers.py [records]
"""

# ruff: noqa: T201
from __future__ import annotations

import sys

import numpy as np

from devices.clock import timeline
from devices.framing.decoder import Frame
from devices.live_clock import LiveClock
from devices.tables import Time

RATE_HZ = 100
DRIFT_PPM = 60
SECONDS = 600
ONLINE_MS, OFFLINE_MS = 0.4, 0.05
"""Promised behind batches of 16 ms, for every record."""
WIRES = {"16 ms batching": 0.016, "1 ms batching": 0.001, "no batching": 0.0}


def simulated(batch_s, seed=1, loss=0.002, seconds=SECONDS):
    """Counter, true times and arrivals of a mat behind a serial adapter that hands over what came every `batch_s`."""
    rng = np.random.default_rng(seed)
    n = RATE_HZ * seconds
    count = np.arange(n)
    true_s = 1000 + count / RATE_HZ * (1 + DRIFT_PPM * 1e-6)
    late_s = rng.exponential(0.0012, n) + rng.exponential(0.002, n)
    spikes = rng.random(n) < 0.002
    late_s[spikes] += rng.uniform(0.02, 0.15, spikes.sum())
    arrival_s = true_s + late_s
    if batch_s:
        arrival_s = np.ceil(arrival_s / batch_s) * batch_s
    kept = rng.random(n) >= loss
    return count[kept], true_s[kept], np.maximum.accumulate(arrival_s)[kept]


def online_error_s(count, true_s, arrival_s, half_time_s=90.0):
    """What the live clock is off, after the first tenth of the record."""
    clock = LiveClock(Time(rate_hz=RATE_HZ, counter={"offset": 0, "format": "<H"}), half_time_s)
    found = np.array([clock.follow_raw(int(c) % 65536, float(a)) for c, a in zip(count, arrival_s, strict=True)])
    return (found - true_s)[len(count) // 10 :]


def offline_error_s(count, true_s, arrival_s):
    """What the times of a recording are off."""
    cells = np.zeros(1, np.uint16)
    frames = [Frame(k, int(c) % 65536, None, cells, 0, 1) for k, c in enumerate(count)]
    line = timeline(Time(rate_hz=RATE_HZ, counter={"offset": 0, "format": "<H"}), frames, arrival_s)
    assert line.kept.all()
    return line.time_s - true_s, line


def rows_of(sim):
    """What each method is off in one simulated record. [ms]"""
    offline, _ = offline_error_s(*sim)
    return {
        "raw arrival": 1e3 * (sim[2] - sim[1]),
        "online, half time 90 s": 1e3 * online_error_s(*sim),
        "online, half time 10 s": 1e3 * online_error_s(*sim, half_time_s=10.0),
        "offline": 1e3 * offline,
    }


def main(seeds=50):
    """Print the table; 1 when a record behind batches of 16 ms is off by more than was promised."""
    print(f"{RATE_HZ} Hz, {SECONDS} s, {DRIFT_PPM:+d} ppm, 0.2 % loss, {seeds} records each [ms]")
    print(f"{'':38s}{'error std: median, most':>24s}{'p99.9: median, most':>24s}{'mean':>8s}")
    most = {}
    for name, batch_s in WIRES.items():
        found = {}
        for seed in range(1, seeds + 1):
            for row, off_ms in rows_of(simulated(batch_s, seed)).items():
                far_ms = np.percentile(abs(off_ms - off_ms.mean()), 99.9)
                found.setdefault(row, []).append((off_ms.std(), far_ms, off_ms.mean()))
        for row, numbers in found.items():
            std, far, mean = np.array(numbers).T
            most[name, row] = std.max()
            print(f"{name:15s} {row:22s}{np.median(std):14.4f}{std.max():10.4f}{np.median(far):14.4f}{far.max():10.4f}"
                  f"{mean.mean():8.2f}", flush=True)  # fmt: skip
    batched = next(iter(WIRES))
    return 0 if most[batched, "online, half time 90 s"] <= ONLINE_MS and most[batched, "offline"] <= OFFLINE_MS else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
